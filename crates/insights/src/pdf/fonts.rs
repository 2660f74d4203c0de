//! The fonts of a report: which of them has a letter, how its letters join and in which direction they run, and the part of
//! each that was used.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Name, Rect, Ref, Str};
use rustybuzz::{Direction, UnicodeBuffer};
use subsetter::GlyphRemapper;
use tradewind_kernel::{Error, Result};
use unicode_bidi::BidiInfo;

use super::file::{File, compressed};

/// Where those for text and for heads stand among the fonts.
pub(super) const REGULAR: usize = 0;
pub(super) const BOLD: usize = 1;

/// Letters from here on may join, combine or run leftwards.
const FIRST_TO_SHAPE: char = '\u{300}';

/// Longer texts are cut before anything else is done with them.
const LETTERS_MAX: usize = 200;

macro_rules! font {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../../fonts/", $name, ".ttf")).as_slice())
    };
}

/// The fonts, in the order in which they are asked for a letter.
static FONTS: [(&str, &[u8]); 23] = [
    font!("NotoSans-Regular"),
    font!("NotoSans-Bold"),
    font!("NotoSansArabic-Regular"),
    font!("NotoSansArmenian-Regular"),
    font!("NotoSansBengali-Regular"),
    font!("NotoSansDevanagari-Regular"),
    font!("NotoSansEthiopic-Regular"),
    font!("NotoSansGeorgian-Regular"),
    font!("NotoSansGujarati-Regular"),
    font!("NotoSansGurmukhi-Regular"),
    font!("NotoSansHebrew-Regular"),
    font!("NotoSansKannada-Regular"),
    font!("NotoSansKhmer-Regular"),
    font!("NotoSansLao-Regular"),
    font!("NotoSansMalayalam-Regular"),
    font!("NotoSansMyanmar-Regular"),
    font!("NotoSansOriya-Regular"),
    font!("NotoSansSinhala-Regular"),
    font!("NotoSansTamil-Regular"),
    font!("NotoSansTelugu-Regular"),
    font!("NotoSansThai-Regular"),
    font!("DroidSansFallback-Regular"),
    font!("NanumSquareR"),
];

/// A letter as it is drawn. Lengths are thousandths of the font's size.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glyph {
    /// Its number in the part of the font that is embedded.
    pub id: u16,
    pub x: i32,
    pub y: i32,
    pub advance: i32,
}

/// Letters of one font beside each other.
#[derive(Debug)]
pub(super) struct Run {
    pub font: usize,
    pub glyphs: Vec<Glyph>,
    /// Whether each letter stands where the one before it ends.
    pub is_plain: bool,
}

/// A text as it is drawn, from left to right.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub runs: Vec<Run>,
    /// In thousandths of the font's size.
    pub width: i32,
}

/// A font of which something was used.
struct Face {
    face: rustybuzz::Face<'static>,
    object: Ref,
    used: GlyphRemapper,
    /// What each embedded letter stands for, for whoever selects the text.
    texts: BTreeMap<u16, String>,
    /// The plain letters that were used, by what they stand for.
    plain: HashMap<char, Option<Glyph>>,
}

impl Face {
    fn thousandths(&self, units: i32) -> i32 {
        units * 1000 / self.face.units_per_em().max(1)
    }

    fn natural_advance(&self, glyph: u16) -> i32 {
        let advance = self.face.glyph_hor_advance(rustybuzz::ttf_parser::GlyphId(glyph)).unwrap_or(0);
        self.thousandths(advance.into())
    }

    fn has(&self, letter: char) -> bool {
        self.face.glyph_index(letter).is_some()
    }

    fn use_glyph(&mut self, glyph: u16, text: &str) -> u16 {
        let id = self.used.remap(glyph);
        // What no font has is drawn as a box, which stands for nothing.
        if glyph != 0 && !text.is_empty() {
            self.texts.entry(id).or_insert_with(|| text.to_owned());
        }
        id
    }

    fn plain(&mut self, letter: char) -> Option<Glyph> {
        if let Some(known) = self.plain.get(&letter) {
            return *known;
        }
        let glyph = self.face.glyph_index(letter).map(|glyph| {
            let id = self.use_glyph(glyph.0, letter.encode_utf8(&mut [0; 4]));
            Glyph { id, x: 0, y: 0, advance: self.natural_advance(glyph.0) }
        });
        self.plain.insert(letter, glyph);
        glyph
    }

    /// Letters of one direction, joined as their script demands.
    fn shape(&mut self, text: &str, direction: Direction) -> (Vec<Glyph>, bool) {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_direction(direction);
        buffer.guess_segment_properties();
        let shaped = rustybuzz::shape(&self.face, &[], buffer);
        let mut begins: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
        begins.sort_unstable();
        begins.dedup();
        let mut glyphs = Vec::with_capacity(shaped.len());
        let (mut is_plain, mut last) = (true, None);
        for (info, position) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
            let begin = info.cluster as usize;
            let end = begins.iter().copied().find(|other| *other > begin).unwrap_or(text.len());
            let is_first = last.replace(begin) != Some(begin);
            let glyph = u16::try_from(info.glyph_id).unwrap_or(0);
            let id = self.use_glyph(glyph, if is_first { text.get(begin..end).unwrap_or("") } else { "" });
            let [x, y, advance] =
                [position.x_offset, position.y_offset, position.x_advance].map(|units| self.thousandths(units));
            is_plain &= x == 0 && y == 0 && advance == self.natural_advance(glyph);
            glyphs.push(Glyph { id, x, y, advance });
        }
        (glyphs, is_plain)
    }
}

/// All fonts, opened when a letter of theirs is needed.
pub(super) struct Fonts {
    faces: Vec<Option<Face>>,
}

impl Fonts {
    pub(super) fn new() -> Self {
        Self { faces: FONTS.iter().map(|_| None).collect() }
    }

    /// What refers to a font that was used.
    pub(super) fn object(&self, font: usize) -> Option<Ref> {
        self.faces[font].as_ref().map(|face| face.object)
    }

    fn face(&mut self, font: usize, file: &mut File) -> Result<&mut Face> {
        let place = &mut self.faces[font];
        if place.is_none() {
            let (name, bytes) = FONTS[font];
            let face = rustybuzz::Face::from_slice(bytes, 0)
                .ok_or_else(|| Error::internal(format!("the font {name} cannot be read")))?;
            let (used, texts, plain) = (GlyphRemapper::new(), BTreeMap::new(), HashMap::new());
            *place = Some(Face { face, object: file.reserve(), used, texts, plain });
        }
        place.as_mut().ok_or_else(|| Error::internal("a font is gone"))
    }

    /// A text within so many thousandths of the font's size; what does not fit is cut off.
    pub(super) fn fit(&mut self, text: &str, font: usize, width: i32, file: &mut File) -> Result<Line> {
        let mut letters: Vec<char> =
            text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(LETTERS_MAX).collect();
        let line = self.line(&letters.iter().collect::<String>(), font, file)?;
        if line.width <= width {
            return Ok(line);
        }
        // First by proportion, then a letter at a time.
        let share = i64::from(width.max(0)) * letters.len() as i64 / i64::from(line.width.max(1));
        letters.truncate(usize::try_from(share + 2).unwrap_or(0).min(letters.len()));
        while letters.pop().is_some() {
            let shorter: String = letters.iter().collect::<String>().trim_end().to_owned() + "…";
            let line = self.line(&shorter, font, file)?;
            if line.width <= width {
                return Ok(line);
            }
        }
        Ok(Line::default())
    }

    fn line(&mut self, text: &str, font: usize, file: &mut File) -> Result<Line> {
        if let Some(run) = self.plain_run(text, font, file)? {
            let width = run.glyphs.iter().map(|glyph| glyph.advance).sum();
            return Ok(Line { runs: vec![run], width });
        }
        let mut line = Line::default();
        let bidi = BidiInfo::new(text, None);
        for paragraph in &bidi.paragraphs {
            let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
            for range in runs {
                let is_rtl = levels.get(range.start).is_some_and(|level| level.is_rtl());
                let mut parts = self.by_font(text, range, font, file)?;
                if is_rtl {
                    parts.reverse();
                }
                for (font, part) in parts {
                    let direction = if is_rtl { Direction::RightToLeft } else { Direction::LeftToRight };
                    let (glyphs, is_plain) = self.face(font, file)?.shape(&text[part], direction);
                    line.width += glyphs.iter().map(|glyph| glyph.advance).sum::<i32>();
                    line.runs.push(Run { font, glyphs, is_plain });
                }
            }
        }
        Ok(line)
    }

    /// The letters as they come, where they neither join nor change direction and are all in this font: nearly always.
    fn plain_run(&mut self, text: &str, font: usize, file: &mut File) -> Result<Option<Run>> {
        let is_simple = |letter: char| letter < FIRST_TO_SHAPE || letter == '…';
        if !text.chars().all(is_simple) {
            return Ok(None);
        }
        let face = self.face(font, file)?;
        let glyphs: Option<Vec<Glyph>> = text.chars().map(|letter| face.plain(letter)).collect();
        Ok(glyphs.map(|glyphs| Run { font, glyphs, is_plain: true }))
    }

    /// The parts of a text, each with the font that has its letters.
    fn by_font(
        &mut self,
        text: &str,
        range: Range<usize>,
        wanted: usize,
        file: &mut File,
    ) -> Result<Vec<(usize, Range<usize>)>> {
        let mut parts: Vec<(usize, Range<usize>)> = Vec::new();
        for (at, letter) in text[range.clone()].char_indices() {
            let at = range.start + at;
            let current = parts.last().map_or(wanted, |(font, _)| *font);
            let font = self.font_of(letter, [wanted, current], file)?;
            let end = at + letter.len_utf8();
            match parts.last_mut() {
                Some((last, part)) if *last == font => part.end = end,
                _ => parts.push((font, at..end)),
            }
        }
        Ok(parts)
    }

    fn font_of(&mut self, letter: char, first: [usize; 2], file: &mut File) -> Result<usize> {
        let [wanted, current] = first;
        // Marks, joiners and spaces stay with the letters beside them.
        let order = if letter.is_alphanumeric() { first } else { [current, wanted] };
        for font in order {
            if self.face(font, file)?.has(letter) {
                return Ok(font);
            }
        }
        let has = |font: &usize| {
            let known = self.faces[*font].as_ref().map(|face| face.has(letter));
            known.unwrap_or_else(|| {
                rustybuzz::ttf_parser::Face::parse(FONTS[*font].1, 0)
                    .is_ok_and(|face| face.glyph_index(letter).is_some())
            })
        };
        Ok((0..FONTS.len()).filter(|font| *font != BOLD).find(has).unwrap_or(current))
    }

    /// Adds to the file what was used of each font.
    pub(super) fn finish(self, file: &mut File) -> Result<()> {
        for (face, (name, bytes)) in self.faces.into_iter().zip(&FONTS) {
            if let Some(face) = face {
                embed(&face, name, bytes, file)?;
            }
        }
        Ok(())
    }
}

fn embed(font: &Face, name: &str, bytes: &[u8], file: &mut File) -> Result<()> {
    const REGISTRY: SystemInfo<'_> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };
    // Six letters mark a part of a font; no two fonts of a file have the same name.
    let name = format!("REPORT+{name}");
    let name = Name(name.as_bytes());
    let [descendant, descriptor, program, map] = [(); 4].map(|()| file.reserve());
    let subset = subsetter::subset(bytes, 0, &font.used).map_err(Error::internal)?;
    let length = i32::try_from(subset.len()).unwrap_or(i32::MAX);
    let subset = compressed(&subset)?;
    file.put(font.object, |chunk| {
        let mut whole = chunk.type0_font(font.object);
        whole.base_font(name).encoding_predefined(Name(b"Identity-H")).descendant_font(descendant).to_unicode(map);
    });
    let widths: Vec<f32> = font.used.remapped_gids().map(|glyph| number(font.natural_advance(glyph))).collect();
    file.put(descendant, |chunk| {
        let mut own = chunk.cid_font(descendant);
        own.subtype(CidFontType::Type2).base_font(name).system_info(REGISTRY).font_descriptor(descriptor);
        own.default_width(0.0).cid_to_gid_map_predefined(Name(b"Identity"));
        own.widths().consecutive(0, widths);
    });
    let face = &font.face;
    let bounds = face.global_bounding_box();
    let [left, bottom, right, top, ascent, descent] =
        [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max, face.ascender(), face.descender()]
            .map(|units| number(font.thousandths(units.into())));
    let capitals = face.capital_height().map_or(ascent, |units| number(font.thousandths(units.into())));
    file.put(descriptor, |chunk| {
        let mut own = chunk.font_descriptor(descriptor);
        own.name(name).flags(FontFlags::SYMBOLIC).bbox(Rect::new(left, bottom, right, top)).italic_angle(0.0);
        own.ascent(ascent).descent(descent).cap_height(capitals).stem_v(80.0).font_file2(program);
    });
    file.put(program, |chunk| {
        let mut stream = chunk.stream(program, &subset);
        stream.filter(Filter::FlateDecode);
        stream.pair(Name(b"Length1"), length);
    });
    let mut texts = UnicodeCmap::<u16>::new(Name(b"Report"), REGISTRY);
    for (id, text) in &font.texts {
        texts.pair_with_multiple(*id, text.chars());
    }
    let texts = texts.finish();
    file.put(map, |chunk| {
        chunk.cmap(map, &texts);
    });
    Ok(())
}

/// A length for the file, which takes fractions.
fn number(thousandths: i32) -> f32 {
    thousandths as f32
}
