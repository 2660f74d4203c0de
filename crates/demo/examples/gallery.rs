//! Paints the demo shop's pictures into a folder, prints times and sizes, and lays out contact sheets to look at.
//!
//! `cargo run --release -p tradewind-demo --example gallery -- FOLDER` paints everything;
//! `... -- FOLDER sheet FAMILY [NUMBER...]` only writes one contact sheet as PNG.
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program for people at a terminal that tells times"
)]

use std::error::Error;
use std::path::Path;
use std::sync::Mutex;
use std::time::Instant;

use image::{ExtendedColorType, save_buffer};
use tradewind_demo::art::{Work, works};
use tradewind_demo::pictures::{Raster, View, file_name, paint_all, pictures_of, rasterise};

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = Path::new(arguments.first().ok_or("say which folder to write to")?);
    std::fs::create_dir_all(folder)?;
    match arguments.get(1).map(String::as_str) {
        Some("sheet") => contact_sheet(folder, &arguments[2..]),
        _ => everything(folder),
    }
}

fn everything(folder: &Path) -> Result<(), Box<dyn Error + Send + Sync>> {
    let works = works();
    let started = Instant::now();
    let totals: Mutex<Vec<(&str, u32, View, usize)>> = Mutex::default();
    paint_all(&works, |work, files| -> Result<(), Box<dyn Error + Send + Sync>> {
        for file in files {
            std::fs::write(folder.join(file_name(work, file.view, file.width_px, file.format)), &file.bytes)?;
            if let Ok(mut totals) = totals.lock() {
                totals.push((file.format.extension(), file.width_px, file.view, file.bytes.len()));
            }
        }
        Ok(())
    })?;
    let took = started.elapsed();
    let mut totals = totals.into_inner().unwrap_or_default();
    totals.sort_by_key(|(format, width_px, view, _)| (*format, *width_px, view.name()));
    for group in totals.chunk_by(|one, two| (one.0, one.1, one.2) == (two.0, two.1, two.2)) {
        let (format, width_px, view, _) = group[0];
        let sizes = group.iter().map(|file| file.3);
        let (sum, largest) = (sizes.clone().sum::<usize>(), sizes.max().unwrap_or(0));
        println!(
            "{format:>4} {width_px:>4} px {:>5}: {:>4} KB on average, {:>4} KB at most",
            view.name(),
            sum / group.len() / 1024,
            largest / 1024
        );
    }
    println!("{} pictures of {} works in {took:.1?}", totals.len(), works.len());
    Ok(())
}

fn contact_sheet(folder: &Path, choice: &[String]) -> Result<(), Box<dyn Error + Send + Sync>> {
    let family = choice.first().ok_or("say which family")?;
    let numbers: Vec<usize> = choice[1..].iter().filter_map(|number| number.parse().ok()).collect();
    let on_wall = choice.iter().any(|word| word == "wall");
    let chosen: Vec<Work> = works()
        .into_iter()
        .filter(|work| work.family.handle() == family && (numbers.is_empty() || numbers.contains(&work.number)))
        .collect();
    let (columns, width_px) = if chosen.len() > 4 { (5, 390) } else { (chosen.len().max(1), 760) };
    let (gap_px, rows) = (14, chosen.len().div_ceil(columns));
    let across = columns as u32 * (width_px + gap_px) + gap_px;
    let down = rows as u32 * (width_px * 5 / 4 + gap_px) + gap_px;
    let mut sheet = Raster { width_px: across, height_px: down, rgba: vec![255; (across * down * 4) as usize] };
    for (index, work) in chosen.iter().enumerate() {
        let started = Instant::now();
        let svg = work.svg();
        let raster = rasterise(&svg, 1000)?;
        println!("{}: {} KB of SVG, {:.0?} to draw", work.name(), svg.len() / 1024, started.elapsed());
        let raster = if on_wall { decode(work)? } else { raster };
        let (column, row) = ((index % columns) as u32, (index / columns) as u32);
        let (left, top) = (gap_px + column * (width_px + gap_px), gap_px + row * (width_px * 5 / 4 + gap_px));
        sheet = sheet.with(&raster.resized(width_px, width_px * 5 / 4)?, left, top);
    }
    save_buffer(folder.join(format!("{family}.png")), &sheet.rgba, across, down, ExtendedColorType::Rgba8)?;
    Ok(())
}

/// The wall view of a work, read back from the file that the shop would serve.
fn decode(work: &Work) -> Result<Raster, Box<dyn Error + Send + Sync>> {
    let files = pictures_of(work)?;
    let file = files
        .iter()
        .find(|file| file.view == View::Wall && file.width_px == 800 && file.format.extension() == "jpg")
        .ok_or("there is no wall view")?;
    let picture = image::load_from_memory(&file.bytes)?.into_rgba8();
    Ok(Raster { width_px: picture.width(), height_px: picture.height(), rgba: picture.into_raw() })
}
