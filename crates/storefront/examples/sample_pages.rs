//! Writes every page with sample values into a folder, to be looked at: `cargo run -p tradewind-storefront --example sample_pages -- FOLDER`.
#![expect(clippy::print_stdout, reason = "an example run by hand")]

mod samples;

use std::{fs, io, path::PathBuf};

use tradewind_storefront::assets;

fn main() -> io::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "target/gallery".to_owned()));
    fs::create_dir_all(folder.join("assets"))?;
    for (path, bytes) in assets::all() {
        fs::write(folder.join(path.trim_start_matches('/')), bytes)?;
    }
    for (name, html) in samples::pages() {
        println!("{name}.html {} bytes", html.len());
        fs::write(folder.join(name).with_extension("html"), html)?;
    }
    println!("written to {}", folder.display());
    Ok(())
}
