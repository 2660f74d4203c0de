//! Pictures: our own in several widths as WebP and JPEG, or one address elsewhere.

/// The widths every picture of our own exists in, narrow to wide.
pub const WIDTHS_PX: [u32; 4] = [200, 400, 800, 1200];

/// Where a picture's bytes are.
#[derive(Debug, Clone)]
pub enum PictureSource {
    /// Ours, under `/media/{key}-{width}.webp` and `.jpg`.
    Media(String),
    /// One file at this address.
    Address(String),
}

/// A picture with what is needed to reserve its place and to describe it.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Where the bytes are.
    pub source: PictureSource,
    /// What it shows, for those who cannot see it; empty where the text beside it says the same.
    pub alt: String,
    /// Width of the largest form.
    pub width_px: u32,
    /// Height of the largest form.
    pub height_px: u32,
}

impl Picture {
    /// A picture of our own in portrait 4:5.
    pub fn portrait(key: impl Into<String>, alt: impl Into<String>) -> Self {
        Self { source: PictureSource::Media(key.into()), alt: alt.into(), width_px: 1200, height_px: 1500 }
    }

    /// A picture elsewhere; its size is not known, so the place reserved is our usual portrait.
    pub fn elsewhere(address: impl Into<String>, alt: impl Into<String>) -> Self {
        Self { source: PictureSource::Address(address.into()), alt: alt.into(), width_px: 1200, height_px: 1500 }
    }

    /// The same picture, described by the text beside it.
    pub fn decorative(mut self) -> Self {
        self.alt.clear();
        self
    }

    /// `srcset` of the WebP forms up to `widest_px`; by reference, as templates pass arguments.
    pub(crate) fn webp_set(&self, widest_px: &u32) -> String {
        let mut set = String::with_capacity(256);
        if let PictureSource::Media(key) = &self.source {
            for width_px in WIDTHS_PX.iter().filter(|width_px| width_px <= &widest_px) {
                if !set.is_empty() {
                    set.push(',');
                }
                set.push_str(&format!("/media/{key}-{width_px}.webp {width_px}w"));
            }
        }
        set
    }

    /// The address for programs that take one file: a JPEG of `width_px`.
    pub fn address(&self, width_px: u32) -> String {
        match &self.source {
            PictureSource::Media(key) => format!("/media/{key}-{width_px}.jpg"),
            PictureSource::Address(address) => address.clone(),
        }
    }

    /// Whether other sizes exist.
    pub(crate) fn is_ours(&self) -> bool {
        matches!(self.source, PictureSource::Media(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_pictures_come_in_every_width_up_to_the_widest_asked_for() {
        let picture = Picture::portrait("squall", "A squall");
        assert_eq!(picture.webp_set(&400), "/media/squall-200.webp 200w,/media/squall-400.webp 400w");
        assert_eq!(picture.address(800), "/media/squall-800.jpg");
    }

    #[test]
    fn a_picture_elsewhere_has_one_address() {
        let picture = Picture::elsewhere("https://pictures.example/a.png", "A");
        assert_eq!(picture.webp_set(&1200), "");
        assert_eq!(picture.address(800), "https://pictures.example/a.png");
    }
}
