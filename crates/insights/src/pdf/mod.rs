//! Reports as pages to read and print: A4 on its side, the column heads on each page, the totals at the end. A page is passed on
//! as soon as it is full.
//!
//! Lengths are hundredths of a point: whole numbers, which the coordinates of a page are scaled by.

mod file;
mod fonts;

use std::collections::BTreeSet;
use std::io::Write as _;

use pdf_writer::writers::{Catalog, DocumentInfo};
use pdf_writer::{Filter, Name, Rect, Ref, TextStr};
use tradewind_kernel::{Error, Result, Timestamp};

use crate::table::{Cell, Column, Head, Table, decimal};
use file::{File, compressed};
use fonts::{BOLD, Fonts, Line, REGULAR};

const PAGE_WIDTH: i32 = 84_189;
const PAGE_HEIGHT: i32 = 59_528;
const MARGIN: i32 = 3600;
/// Between the texts of two columns.
const GAP: i32 = 500;

const TITLE_SIZE: i32 = 1500;
const SUBTITLE_SIZE: i32 = 850;
const TEXT_SIZE: i32 = 720;

const TITLE_Y: i32 = PAGE_HEIGHT - 4600;
const SUBTITLE_Y: i32 = TITLE_Y - 1500;
const HEADS_Y: i32 = SUBTITLE_Y - 2100;
const FIRST_ROW_Y: i32 = HEADS_Y - 1600;
const LAST_ROW_Y: i32 = 4300;
const ROW_HEIGHT: i32 = 1240;
const FOOT_Y: i32 = 2500;
/// How far below the letters' foot the band of a row begins.
const BAND_DROP: i32 = 350;

/// How many pages hang on one node of the tree of pages.
const PAGES_OF_NODE: usize = 64;

/// Where a text stands: at the left or the right of its place.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Left,
    Right,
}

/// The letters of a text: font, size, and how dark, in hundredths of white.
#[derive(Clone, Copy)]
struct Type {
    font: usize,
    size: i32,
    gray: u8,
}

const BODY: Type = Type { font: REGULAR, size: TEXT_SIZE, gray: 10 };
const STRONG: Type = Type { font: BOLD, size: TEXT_SIZE, gray: 0 };
const TITLE: Type = Type { font: BOLD, size: TITLE_SIZE, gray: 0 };
const SHOP: Type = Type { font: BOLD, size: SUBTITLE_SIZE, gray: 0 };
const FAINT: Type = Type { font: REGULAR, size: SUBTITLE_SIZE, gray: 35 };

pub(crate) struct Pdf {
    file: File,
    fonts: Fonts,
    columns: &'static [Column],
    title: String,
    shop: String,
    period: String,
    made: String,
    /// Where each column begins, and how wide it is.
    places: Vec<(i32, i32)>,
    /// The page that is being filled.
    content: Vec<u8>,
    fonts_of_page: BTreeSet<usize>,
    y: i32,
    rows_of_page: usize,
    pages: usize,
    tree: Ref,
    /// Draws how many pages there are, which is known at the end.
    count: Ref,
    nodes: Vec<(Ref, Vec<Ref>)>,
}

impl Pdf {
    pub(crate) fn new(head: &Head<'_>) -> Result<Self> {
        let mut file = File::new();
        let (tree, count) = (file.reserve(), file.reserve());
        let mut pdf = Self {
            file,
            fonts: Fonts::new(),
            columns: head.columns,
            title: head.title.to_owned(),
            shop: head.shop.to_owned(),
            period: head.period.clone(),
            made: format!("Made {} (UTC)", minute(head.now)),
            places: places(head.columns),
            content: Vec::new(),
            fonts_of_page: BTreeSet::new(),
            y: FIRST_ROW_Y,
            rows_of_page: 0,
            pages: 0,
            tree,
            count,
            nodes: Vec::new(),
        };
        pdf.begin_page()?;
        Ok(pdf)
    }

    fn begin_page(&mut self) -> Result<()> {
        self.pages += 1;
        self.y = FIRST_ROW_Y;
        self.rows_of_page = 0;
        writeln!(self.content, "0.01 0 0 0.01 0 0 cm").map_err(Error::internal)?;
        let (left, right, half) = (MARGIN, PAGE_WIDTH - MARGIN, (PAGE_WIDTH - 2 * MARGIN) / 2 - GAP);
        let (title, shop) = (self.title.clone(), self.shop.clone());
        let (period, made) = (self.period.clone(), self.made.clone());
        self.text(&title, TITLE, Side::Left, (left, TITLE_Y, half))?;
        self.text(&shop, SHOP, Side::Right, (right, TITLE_Y, half))?;
        self.text(&period, FAINT, Side::Left, (left, SUBTITLE_Y, half))?;
        self.text(&made, FAINT, Side::Right, (right, SUBTITLE_Y, half))?;
        for place in 0..self.columns.len() {
            self.cell(self.columns[place].label, STRONG, place, HEADS_Y)?;
        }
        self.rule(HEADS_Y - BAND_DROP - 150)
    }

    fn end_page(&mut self) -> Result<()> {
        let at = PAGE_WIDTH - MARGIN - 2400;
        let number = format!("Page {} of", self.pages);
        self.text(&number, FAINT, Side::Right, (at, FOOT_Y, 20_000))?;
        writeln!(self.content, "q 1 0 0 1 {at} {FOOT_Y} cm /Count Do Q").map_err(Error::internal)?;
        let content = compressed(&std::mem::take(&mut self.content))?;
        let [page, body] = [(); 2].map(|()| self.file.reserve());
        if self.nodes.last().is_none_or(|(_, pages)| pages.len() == PAGES_OF_NODE) {
            let node = self.file.reserve();
            self.nodes.push((node, Vec::with_capacity(PAGES_OF_NODE)));
        }
        let Some((node, pages)) = self.nodes.last_mut() else { return Ok(()) };
        pages.push(page);
        let node = *node;
        self.file.put(body, |chunk| {
            chunk.stream(body, &content).filter(Filter::FlateDecode);
        });
        let used = std::mem::take(&mut self.fonts_of_page);
        let (fonts, count) = (&self.fonts, self.count);
        self.file.put(page, |chunk| {
            let mut own = chunk.page(page);
            own.parent(node).media_box(Rect::new(0.0, 0.0, 841.89, 595.28)).contents(body);
            let mut resources = own.resources();
            resources.x_objects().pair(Name(b"Count"), count);
            let mut named = resources.fonts();
            for font in used {
                if let Some(object) = fonts.object(font) {
                    named.pair(Name(font_name(font).as_bytes()), object);
                }
            }
        });
        Ok(())
    }

    /// Makes room for one more row.
    fn next_row(&mut self) -> Result<()> {
        if self.y < LAST_ROW_Y {
            self.end_page()?;
            self.begin_page()?;
        }
        Ok(())
    }

    fn cells(&mut self, cells: &[Cell], letters: Type) -> Result<()> {
        for (place, cell) in cells.iter().enumerate().take(self.columns.len()) {
            let text = shown(cell);
            if !text.is_empty() {
                self.cell(&text, letters, place, self.y)?;
            }
        }
        self.y -= ROW_HEIGHT;
        self.rows_of_page += 1;
        Ok(())
    }

    fn cell(&mut self, text: &str, letters: Type, place: usize, y: i32) -> Result<()> {
        let (begins, width) = self.places[place];
        if self.columns[place].is_right {
            self.text(text, letters, Side::Right, (begins + width, y, width))
        } else {
            self.text(text, letters, Side::Left, (begins, y, width))
        }
    }

    /// Draws a text beside a point, no wider than it may be.
    fn text(&mut self, text: &str, letters: Type, side: Side, (x, y, width): (i32, i32, i32)) -> Result<()> {
        let line = self.fonts.fit(text, letters.font, width * 1000 / letters.size, &mut self.file)?;
        let x = if side == Side::Right { x - line.width * letters.size / 1000 } else { x };
        self.fonts_of_page.extend(line.runs.iter().map(|run| run.font));
        draw(&mut self.content, &line, letters, (x, y)).map_err(Error::internal)
    }

    fn rule(&mut self, y: i32) -> Result<()> {
        let right = PAGE_WIDTH - MARGIN;
        writeln!(self.content, "0.4 G 50 w {MARGIN} {y} m {right} {y} l S").map_err(Error::internal)
    }

    /// Adds how many pages there are, which every page draws.
    fn put_count(&mut self) -> Result<()> {
        let line = self.fonts.fit(&self.pages.to_string(), FAINT.font, 20_000, &mut self.file)?;
        let mut content = Vec::new();
        draw(&mut content, &line, FAINT, (250, 0)).map_err(Error::internal)?;
        let (count, font) = (self.count, self.fonts.object(FAINT.font));
        self.file.put(count, |chunk| {
            let mut form = chunk.form_xobject(count, &content);
            form.bbox(Rect::new(0.0, -500.0, 20_000.0, 2000.0));
            let mut resources = form.resources();
            if let Some(font) = font {
                resources.fonts().pair(Name(font_name(FAINT.font).as_bytes()), font);
            }
        });
        Ok(())
    }

    fn put_tree(&mut self) {
        let (tree, pages) = (self.tree, i32::try_from(self.pages).unwrap_or(i32::MAX));
        let nodes = std::mem::take(&mut self.nodes);
        for (node, children) in &nodes {
            self.file.put(*node, |chunk| {
                let count = i32::try_from(children.len()).unwrap_or(i32::MAX);
                chunk.pages(*node).parent(tree).kids(children.iter().copied()).count(count);
            });
        }
        self.file.put(tree, |chunk| {
            chunk.pages(tree).kids(nodes.iter().map(|(node, _)| *node)).count(pages);
        });
    }
}

impl Table for Pdf {
    fn row(&mut self, cells: &[Cell]) -> Result<()> {
        self.next_row()?;
        if self.rows_of_page % 2 == 1 {
            let (y, width) = (self.y - BAND_DROP, PAGE_WIDTH - 2 * MARGIN);
            writeln!(self.content, "0.955 g {MARGIN} {y} {width} {ROW_HEIGHT} re f").map_err(Error::internal)?;
        }
        self.cells(cells, BODY)
    }

    fn finish(&mut self, totals: &[Vec<Cell>]) -> Result<()> {
        for (place, total) in totals.iter().enumerate() {
            self.next_row()?;
            if place == 0 {
                self.y -= 250;
                self.rule(self.y + ROW_HEIGHT - BAND_DROP)?;
            }
            self.cells(total, STRONG)?;
        }
        self.end_page()?;
        self.put_count()?;
        self.put_tree();
        std::mem::replace(&mut self.fonts, Fonts::new()).finish(&mut self.file)?;
        let [catalog, info] = [(); 2].map(|()| self.file.reserve());
        let (tree, title) = (self.tree, format!("{}: {}, {}", self.shop, self.title, self.period));
        self.file.put(catalog, |chunk| {
            let mut own = chunk.indirect(catalog).start::<Catalog<'_>>();
            own.pages(tree).lang(TextStr("en"));
            own.viewer_preferences().display_doc_title(true);
        });
        self.file.put(info, |chunk| {
            let mut own = chunk.indirect(info).start::<DocumentInfo<'_>>();
            own.title(TextStr(&title)).producer(TextStr("Tradewind"));
        });
        self.file.finish(catalog, info);
        Ok(())
    }

    fn pending(&self) -> usize {
        self.file.pending()
    }

    fn take(&mut self) -> Vec<u8> {
        self.file.take()
    }
}

fn places(columns: &[Column]) -> Vec<(i32, i32)> {
    let gaps = GAP * i32::try_from(columns.len().saturating_sub(1)).unwrap_or(0);
    let room = PAGE_WIDTH - 2 * MARGIN - gaps;
    let shares: i32 = columns.iter().map(|column| column.share).sum();
    let mut x = MARGIN;
    let place = |column: &Column| {
        let width = room * column.share / shares.max(1);
        let begins = x;
        x += width + GAP;
        (begins, width)
    };
    columns.iter().map(place).collect()
}

fn font_name(font: usize) -> String {
    format!("F{font}")
}

fn draw(content: &mut Vec<u8>, line: &Line, letters: Type, (mut x, y): (i32, i32)) -> std::io::Result<()> {
    let Type { size, gray, .. } = letters;
    let scaled = |thousandths: i32| thousandths * size / 1000;
    for run in line.runs.iter().filter(|run| !run.glyphs.is_empty()) {
        write!(content, "BT 0.{gray:02} g /{} {size} Tf ", font_name(run.font))?;
        if run.is_plain {
            write!(content, "{x} {y} Td <")?;
            for glyph in &run.glyphs {
                write!(content, "{:04X}", glyph.id)?;
            }
            write!(content, "> Tj ")?;
            x += scaled(run.glyphs.iter().map(|glyph| glyph.advance).sum());
        } else {
            for glyph in &run.glyphs {
                let (at, above) = (x + scaled(glyph.x), y + scaled(glyph.y));
                write!(content, "1 0 0 1 {at} {above} Tm <{:04X}> Tj ", glyph.id)?;
                x += scaled(glyph.advance);
            }
        }
        writeln!(content, "ET")?;
    }
    Ok(())
}

/// A cell as people read it.
fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Count(count) => count.to_string(),
        Cell::Amount(minor, currency) => decimal(*minor, *currency),
        Cell::Percent(percent) => percent.normalize().to_string(),
        Cell::Time(at) => minute(*at),
    }
}

/// `2026-11-23 05:36`.
fn minute(at: Timestamp) -> String {
    let text = at.to_string();
    match text.split_once('T') {
        Some((day, time)) => format!("{day} {}", time.get(..5).unwrap_or(time)),
        None => text,
    }
}
