//! The PDF of a report, read again by somebody else's program.

use std::process::Command;

use lopdf::{Document, Object};

use crate::bench::{Bench, NOON, Sale};

/// The text of each page.
fn pages(bytes: &[u8]) -> Vec<String> {
    let document = Document::load_mem(bytes).unwrap();
    let numbers: Vec<u32> = document.get_pages().into_keys().collect();
    numbers.iter().map(|number| document.extract_text(&[*number]).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_is_on_a_page_with_its_heads() {
    let bench = Bench::new().await;
    let sales: Vec<Sale> =
        (0..120).map(|nth| Sale { at: NOON.plus_seconds(nth * 60), ..Sale::of(100_000 + nth) }).collect();
    bench.sell_many(&sales).await;
    let bytes = bench.report("sales", "pdf", Some(("2026-01-01", "2026-02-01"))).await;
    let pages = pages(&bytes);
    assert!(pages.len() >= 3, "{} pages", pages.len());
    for (place, page) in pages.iter().enumerate() {
        assert!(page.contains("Placed (UTC)") && page.contains("Refunded"), "the heads of page {place}: {page}");
        assert!(page.contains("From 2026-01-01 to before 2026-02-01 (UTC)") && page.contains("Prints & Søn"), "{page}");
        assert!(page.contains(&format!("Page {} of", place + 1)), "{page}");
    }
    let all = pages.concat();
    for sale in &sales {
        let net = sale.net.to_string();
        let (whole, part) = net.split_at(net.len() - 2);
        assert!(all.contains(&format!("{whole}.{part}")), "{net} is missing");
    }
    let total: i64 = sales.iter().map(Sale::total).sum();
    let total = format!("{}.{:02}", total / 100, total % 100);
    assert!(pages.last().unwrap().contains(&total), "the total {total} ends the report");
    if let Some(folder) = keep() {
        std::fs::write(folder.join("sales.pdf"), &bytes).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_of_every_language_are_drawn_and_can_be_selected() {
    let bench = Bench::new().await;
    let titles = [
        ("Æbleskiver på dansk", "da"),
        ("Маяк у моря", "ru"),
        ("Φάρος", "el"),
        ("منارة البحر", "ar"),
        ("מגדלור", "he"),
        ("प्रकाशस्तंभ", "hi"),
        ("ประภาคาร", "th"),
        ("灯台の版画", "ja"),
        ("등대 판화", "ko"),
        ("灯塔版画", "zh"),
        ("Mixed: Phare الفنار 灯塔, a title that is a good deal longer than the column in which it has to stand", "xx"),
    ];
    for (title, sku) in titles {
        bench.stock(sku, title, 3).await;
    }
    let bytes = bench.report("stock", "pdf", None).await;
    let document = Document::load_mem(&bytes).unwrap();
    // Each font is embedded, with what its letters stand for.
    let fonts = document.objects.values().filter_map(|object| object.as_dict().ok());
    let fonts: Vec<_> =
        fonts.filter(|font| font.get(b"Subtype").and_then(Object::as_name).ok() == Some(b"Type0")).collect();
    assert!(fonts.len() >= 7, "{} fonts", fonts.len());
    assert!(fonts.iter().all(|font| font.has(b"ToUnicode")));
    assert!(bytes.len() < 200_000, "only the letters that are used are embedded: {} bytes", bytes.len());
    if let Some(folder) = keep() {
        std::fs::write(folder.join("stock.pdf"), &bytes).unwrap();
    }
    // Poppler is asked too: it puts letters that run leftwards back into their order.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stock.pdf");
    std::fs::write(&path, &bytes).unwrap();
    let said = Command::new("pdftotext").args(["-layout"]).arg(&path).arg("-").output();
    let said =
        said.expect("pdftotext is not installed. Run `cargo xtask services up`, which installs it for the tests.");
    let text = String::from_utf8_lossy(&said.stdout);
    for (title, _) in titles.iter().take(10).filter(|(_, language)| *language != "hi") {
        assert!(text.contains(title), "{title} in {text}");
    }
    assert!(text.contains('…'), "what does not fit is cut");
}

/// Where pages are kept to be looked at: the folder that KEEP_PAGES names.
#[expect(clippy::disallowed_methods, reason = "tests have no configuration but their environment")]
fn keep() -> Option<std::path::PathBuf> {
    std::env::var_os("KEEP_PAGES").map(Into::into)
}
