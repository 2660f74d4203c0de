//! Which implementation of cryptography encrypted connections use.

/// Chooses it for the process. To be called before the first HTTP client is made; again is harmless.
pub fn choose_provider() {
    // Whoever comes second finds one installed, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
