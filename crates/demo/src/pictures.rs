//! Pictures as files: SVG becomes pixels once, and pixels become every size and format a shop serves.
#![expect(clippy::float_arithmetic, reason = "drawing is geometry; no amount of money passes through here")]

use fast_image_resize::images::Image;
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use jpeg_encoder::{ColorType, Encoder};
use rayon::prelude::*;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use crate::art::{Work, wall};

/// The widths in which every picture is made, the largest first; heights are five quarters of them.
pub const WIDTHS_PX: [u32; 4] = [1200, 800, 400, 200];

/// What a picture of a work shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum View {
    /// The print itself.
    Print,
    /// The print on a wall.
    Wall,
}

/// How a picture is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// For every browser of today.
    Webp,
    /// For mail, feeds and everything old.
    Jpeg,
}

impl View {
    /// Both views, in the order in which a product shows them.
    pub const ALL: [View; 2] = [View::Print, View::Wall];

    /// The word for it in file names.
    pub fn name(self) -> &'static str {
        match self {
            View::Print => "print",
            View::Wall => "wall",
        }
    }
}

impl Format {
    /// Both formats, the better one first.
    pub const ALL: [Format; 2] = [Format::Webp, Format::Jpeg];

    /// The end of file names.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Webp => "webp",
            Format::Jpeg => "jpg",
        }
    }

    /// The media type on the wire.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Webp => "image/webp",
            Format::Jpeg => "image/jpeg",
        }
    }
}

/// One picture of a work in one size and format.
#[derive(Clone, Debug)]
pub struct PictureFile {
    /// What it shows.
    pub view: View,
    /// Its width in pixels.
    pub width_px: u32,
    /// Its height in pixels.
    pub height_px: u32,
    /// How it is encoded.
    pub format: Format,
    /// The encoded picture.
    pub bytes: Vec<u8>,
}

/// The name of a picture's file, such as `waves-03-print-800.webp`.
pub fn file_name(work: &Work, view: View, width_px: u32, format: Format) -> String {
    format!("{}-{}-{width_px}.{}", work.name(), view.name(), format.extension())
}

/// All pictures of one work: both views in every width and format.
pub fn pictures_of(work: &Work) -> Result<Vec<PictureFile>, PictureError> {
    let [largest, ..] = WIDTHS_PX;
    let print = rasterise(&work.svg(), largest)?;
    let room = wall::wall(work);
    let scale = f64::from(largest) / 800.0;
    let [left, top, width] = [room.window.0, room.window.1, room.window.2].map(|length| (length * scale) as u32);
    let hung = rasterise(&room.svg, largest)?.with(&print.resized(width, width * 5 / 4)?, left, top);
    let mut files = Vec::with_capacity(View::ALL.len() * WIDTHS_PX.len() * Format::ALL.len());
    for (view, mut raster) in [(View::Print, print), (View::Wall, hung)] {
        for width_px in WIDTHS_PX {
            if width_px != raster.width_px {
                raster = raster.resized(width_px, width_px * 5 / 4)?;
            }
            for format in Format::ALL {
                let bytes = match format {
                    Format::Webp => raster.encode_webp(82)?,
                    Format::Jpeg => raster.encode_jpeg(84)?,
                };
                files.push(PictureFile { view, width_px, height_px: raster.height_px, format, bytes });
            }
        }
    }
    Ok(files)
}

/// Paints all works on all cores and hands each work's pictures over as soon as they are done, in any order.
/// Stops at the first error, its own or the receiver's.
pub fn paint_all<E: From<PictureError> + Send>(
    works: &[Work],
    receive: impl Fn(&Work, Vec<PictureFile>) -> Result<(), E> + Sync,
) -> Result<(), E> {
    works.par_iter().try_for_each(|work| receive(work, pictures_of(work)?))
}

/// Why a picture could not be made.
#[derive(Debug)]
pub struct PictureError(String);

impl std::fmt::Display for PictureError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "a picture could not be made: {}", self.0)
    }
}

impl std::error::Error for PictureError {}

impl PictureError {
    fn because(reason: impl std::fmt::Display) -> Self {
        PictureError(reason.to_string())
    }
}

/// Opaque pixels: four bytes each, row by row.
#[derive(Clone, Debug)]
pub struct Raster {
    /// Width in pixels.
    pub width_px: u32,
    /// Height in pixels.
    pub height_px: u32,
    /// Red, green, blue and 255 of every pixel.
    pub rgba: Vec<u8>,
}

/// Draws an SVG at a width; the height follows from its proportions.
pub fn rasterise(svg: &str, width_px: u32) -> Result<Raster, PictureError> {
    let tree = Tree::from_str(svg, &Options::default()).map_err(PictureError::because)?;
    let scale = width_px as f32 / tree.size().width();
    let height_px = (tree.size().height() * scale).round() as u32;
    let mut pixels = Pixmap::new(width_px, height_px).ok_or_else(|| PictureError::because("it has no size"))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    Ok(Raster { width_px, height_px, rgba: pixels.take() })
}

impl Raster {
    /// The same picture at another size, smoothly.
    pub fn resized(&self, width_px: u32, height_px: u32) -> Result<Raster, PictureError> {
        let source = Image::from_vec_u8(self.width_px, self.height_px, self.rgba.clone(), PixelType::U8x4)
            .map_err(PictureError::because)?;
        let mut target = Image::new(width_px, height_px, PixelType::U8x4);
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom)).use_alpha(false);
        Resizer::new().resize(&source, &mut target, &options).map_err(PictureError::because)?;
        Ok(Raster { width_px, height_px, rgba: target.into_vec() })
    }

    /// This picture with another one laid on it, its upper left corner at a place where it fits.
    pub fn with(mut self, other: &Raster, left_px: u32, top_px: u32) -> Raster {
        let (from, until) = (other.width_px as usize * 4, self.width_px as usize * 4);
        for (index, row) in other.rgba.chunks_exact(from).enumerate() {
            let start = (top_px as usize + index) * until + left_px as usize * 4;
            self.rgba[start..start + from].copy_from_slice(row);
        }
        self
    }

    /// The picture as WebP; a quality of 100 is the best.
    pub fn encode_webp(&self, quality: u8) -> Result<Vec<u8>, PictureError> {
        let mut settings = webp::WebPConfig::new().map_err(|()| PictureError::because("WebP has no settings"))?;
        settings.quality = f32::from(quality);
        settings.method = 2;
        let bytes = webp::Encoder::from_rgba(&self.rgba, self.width_px, self.height_px)
            .encode_advanced(&settings)
            .map_err(|error| PictureError::because(format!("{error:?}")))?;
        Ok(bytes.to_vec())
    }

    /// The picture as JPEG; a quality of 100 is the best.
    pub fn encode_jpeg(&self, quality: u8) -> Result<Vec<u8>, PictureError> {
        let size = |length: u32| u16::try_from(length).map_err(PictureError::because);
        let (width, height) = (size(self.width_px)?, size(self.height_px)?);
        let mut bytes = Vec::new();
        Encoder::new(&mut bytes, quality)
            .encode(&self.rgba, width, height, ColorType::Rgba)
            .map_err(PictureError::because)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::art::works;

    #[test]
    fn every_view_width_and_format_is_made_once() -> Result<(), PictureError> {
        let work = works()[9];
        let files = pictures_of(&work)?;
        assert_eq!(files.len(), 16);
        let names: std::collections::HashSet<String> =
            files.iter().map(|file| file_name(&work, file.view, file.width_px, file.format)).collect();
        assert_eq!(names.len(), 16);
        for file in files {
            assert_eq!(file.height_px, file.width_px * 5 / 4);
            match file.format {
                Format::Webp => assert_eq!(&file.bytes[8..12], b"WEBP"),
                Format::Jpeg => assert_eq!(&file.bytes[..2], [0xff, 0xd8]),
            }
        }
        Ok(())
    }

    #[test]
    fn a_raster_laid_on_another_replaces_just_its_place() {
        let flat =
            |side, value| Raster { width_px: side, height_px: side, rgba: vec![value; (side * side * 4) as usize] };
        let both = flat(4, 0).with(&flat(2, 255), 1, 2);
        let reds: Vec<u8> = both.rgba.chunks_exact(4).map(|pixel| pixel[0]).collect();
        assert_eq!(reds, [0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 255, 255, 0]);
    }

    #[test]
    fn what_is_no_svg_is_an_error() {
        assert!(rasterise("<p>not a picture</p>", 100).is_err());
    }
}
