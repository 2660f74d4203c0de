//! Every page, rendered with sample values, keeps what the storefront promises of its HTML.

use scraper::{ElementRef, Html, Selector};

#[path = "../examples/samples/mod.rs"]
mod samples;

fn all<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).expect("a selector")).collect()
}

#[test]
fn every_page_is_small() {
    for (name, html) in samples::pages() {
        assert!(html.len() < 30_000, "{name}: {} bytes", html.len());
    }
}

#[test]
fn every_page_has_one_heading_a_title_a_description_and_a_canonical_address() {
    for (name, html) in samples::pages() {
        let page = Html::parse_document(&html);
        assert_eq!(all(&page, "h1").len(), 1, "{name}: one h1");
        assert!(!all(&page, "title")[0].text().collect::<String>().trim().is_empty(), "{name}: a title");
        let canonical = all(&page, "link[rel=canonical]");
        assert!(canonical[0].attr("href").unwrap().starts_with("https://"), "{name}: an absolute canonical address");
        assert!(!all(&page, "meta[name=description]")[0].attr("content").unwrap().is_empty(), "{name}: a description");
    }
}

#[test]
fn every_picture_reserves_its_place_and_can_be_described() {
    for (name, html) in samples::pages() {
        for picture in all(&Html::parse_document(&html), "img") {
            for attribute in ["alt", "width", "height"] {
                assert!(picture.attr(attribute).is_some(), "{name}: {} without {attribute}", picture.html());
            }
        }
        for source in all(&Html::parse_document(&html), "source") {
            assert_eq!(source.attr("type"), Some("image/webp"), "{name}");
            assert!(source.attr("sizes").is_some(), "{name}: a source without sizes");
        }
    }
}

#[test]
fn a_strict_content_security_policy_holds() {
    for (name, html) in samples::pages() {
        let page = Html::parse_document(&html);
        for element in all(&page, "*") {
            for (attribute, _) in element.value().attrs() {
                assert!(!attribute.starts_with("on"), "{name}: handler {attribute}");
                assert!(!attribute.starts_with("hx-on"), "{name}: handler {attribute}");
                assert_ne!(attribute, "style", "{name}: inline style");
            }
        }
        for script in all(&page, "script") {
            let is_data = script.attr("type") == Some("application/ld+json");
            assert!(is_data || script.attr("src").is_some(), "{name}: inline script");
        }
        assert!(all(&page, "style").is_empty(), "{name}: inline style sheet");
    }
}

#[test]
fn every_field_has_a_label_and_every_error_its_field() {
    for (name, html) in samples::pages() {
        let page = Html::parse_document(&html);
        for field in all(&page, "input:not([type=hidden]), select") {
            let id = field.attr("id").unwrap_or_default();
            let labelled = !id.is_empty() && !all(&page, &format!("label[for='{id}']")).is_empty();
            let wrapped = field.ancestors().filter_map(ElementRef::wrap).any(|parent| parent.value().name() == "label");
            assert!(labelled || wrapped, "{name}: {} without a label", field.html());
            for described_by in field.attr("aria-describedby").unwrap_or_default().split_whitespace() {
                assert_eq!(all(&page, &format!("#{described_by}")).len(), 1, "{name}: {described_by}");
            }
        }
        for link in all(&page, ".error-summary a") {
            let target = link.attr("href").unwrap();
            assert_eq!(all(&page, target).len(), 1, "{name}: the summary points at {target}");
        }
    }
}

#[test]
fn ids_are_unique() {
    for (name, html) in samples::pages() {
        let page = Html::parse_document(&html);
        let mut ids: Vec<_> = all(&page, "[id]").into_iter().filter_map(|element| element.attr("id")).collect();
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count, "{name}: an id twice");
    }
}

#[test]
fn what_has_effects_is_sent_by_post_and_works_without_script() {
    for (name, html) in samples::pages() {
        for form in all(&Html::parse_document(&html), "form") {
            let action = form.attr("action").unwrap_or_default();
            assert!(action.starts_with('/'), "{name}: a form without an action");
            if form.attr("method") != Some("post") {
                assert!(form.attr("hx-post").is_none(), "{name}: {action} posts only with script");
            }
        }
    }
}

#[test]
fn structured_data_can_be_read() {
    let pages = samples::pages();
    for (name, kinds) in [("home", vec!["WebSite"]), ("product", vec!["BreadcrumbList", "Product"])] {
        let html = &pages.iter().find(|(page, _)| *page == name).unwrap().1;
        let page = Html::parse_document(html);
        let found: Vec<String> = all(&page, "script[type='application/ld+json']")
            .into_iter()
            .map(|script| {
                let block: serde_json::Value = serde_json::from_str(&script.inner_html()).unwrap();
                block["@type"].as_str().unwrap().to_owned()
            })
            .collect();
        assert_eq!(found, kinds, "{name}");
    }
}
