//! How the binary is linked, where the linker is the one that Rust brings.

#[expect(clippy::disallowed_methods, reason = "what cargo tells a build script, it tells by the environment")]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = std::env::var("TARGET").unwrap_or_default();
    // Functions of the same code are kept once, and the table of what the loader must adjust is packed: less to read at
    // start, and four megabytes less that stay resident.
    if target == "x86_64-unknown-linux-gnu" {
        println!("cargo::rustc-link-arg-bins=-Wl,--icf=all,-z,pack-relative-relocs");
    }
}
