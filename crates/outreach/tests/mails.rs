//! The mails as they arrive: every kind in every language, and whatever people call themselves and their things.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use proptest::prelude::*;
use scraper::{Html, Selector};
use tradewind_kernel::{Currency, Money, Secret};
use tradewind_outreach::{Kind, Language, Letter, OrderFacts, OrderLine, OrderName, Outreach, Tracking, Written};

fn outreach(shop: &str) -> Outreach {
    Outreach { shop: shop.to_owned(), public_url: "https://shop.example".to_owned(), language: Language::English }
}

fn count(html: &str, selector: &str) -> usize {
    Html::parse_document(html).select(&Selector::parse(selector).unwrap()).count()
}

/// What a person reads, without the invisible preview.
fn read(html: &str) -> String {
    let page = Html::parse_document(html);
    let selector = Selector::parse("body").unwrap();
    let body = page.select(&selector).next().unwrap();
    body.text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn attributes(html: &str, selector: &str, attribute: &str) -> Vec<String> {
    let page = Html::parse_document(html);
    let selector = Selector::parse(selector).unwrap();
    let found = page.select(&selector);
    found.filter_map(|it| it.attr(attribute)).map(str::to_owned).collect()
}

/// Nothing runs, and nothing is fetched but pictures.
fn is_harmless(html: &str) {
    for element in ["script", "iframe", "object", "embed", "form", "link", "base", "meta[http-equiv=refresh]"] {
        assert_eq!(count(html, element), 0, "{element} in\n{html}");
    }
    assert!(!html.contains("@import") && !html.contains("url("), "{html}");
    let page = Html::parse_document(html);
    for element in page.select(&Selector::parse("*").unwrap()) {
        for (name, value) in element.value().attrs() {
            assert!(!name.starts_with("on"), "{name}={value}");
            if name == "href" || name == "src" {
                assert!(value.starts_with("https://"), "{name}={value}");
            }
        }
    }
}

#[test]
fn every_mail_is_whole_in_every_language() {
    let outreach = outreach("Harbour & Sons");
    for kind in Kind::ALL {
        for language in Language::ALL {
            let Written { subject, text, html } = outreach.sample(kind, Some(language.code())).unwrap();
            is_harmless(&html);
            for form in [&subject, &text, &read(&html)] {
                assert!(!form.contains(['{', '}']), "a place is not filled in, in {kind} in {language}:\n{form}");
                assert!(!form.contains("&#"), "something is escaped twice, in {kind} in {language}:\n{form}");
            }
            assert!(text.contains("Harbour & Sons") && read(&html).contains("Harbour & Sons"), "{kind} {language}");
            assert_eq!(attributes(&html, "html", "lang"), [language.code()], "{kind}");
            let links = attributes(&html, "a", "href");
            let main = links.iter().find(|link| link.len() > "https://shop.example".len()).unwrap();
            assert!(text.contains(main.as_str()), "the text has the link of {kind}: {main}\n{text}");
            assert!(text.lines().all(|line| line.len() < 900), "{kind}: mail servers cut lines of a thousand");
        }
        let english = outreach.sample(kind, None).unwrap();
        assert_eq!(outreach.sample(kind, Some("fr-FR")).unwrap(), english, "an unknown language is the shop's own");
        assert_ne!(outreach.sample(kind, Some("da")).unwrap().subject, english.subject);
        assert_eq!(Kind::named(kind.name()), Some(kind));
    }
}

fn line(title: &str, quantity: i64, minor: i64, currency: Currency) -> OrderLine {
    let total = Money::from_minor(minor, currency);
    OrderLine { title: title.to_owned(), variant: None, picture: None, quantity, total }
}

fn facts(currency: Currency) -> OrderFacts {
    let money = |minor| Money::from_minor(minor, currency);
    OrderFacts {
        name: OrderName { id: "order_1".to_owned(), display_id: 7 },
        lines: vec![line("Nor'easter", 2, 123_456, currency), line("Tea", 1, 500, currency)],
        shipping: money(1000),
        paid_otherwise: money(0),
        total: money(124_956),
        taxes: money(24_991),
        saved: money(0),
        shipping_method: Some("Parcel".to_owned()),
        address: vec!["Ada Lovelace".to_owned(), "1100 København K".to_owned()],
    }
}

#[test]
fn a_receipt_says_what_was_bought_and_what_it_came_to() {
    let receipt = |currency: &str, locale| {
        let letter = Letter::OrderPlaced(Box::new(facts(currency.parse().unwrap())));
        let Written { text, html, .. } = outreach("Shop").write(&letter, Some(locale)).unwrap();
        [text.replace('\u{a0}', " "), read(&html).replace('\u{a0}', " ")]
    };
    for form in receipt("dkk", "da-DK") {
        for said in ["Nor'easter", "1.234,56 DKK", "10,00 DKK", "1.249,56 DKK", "249,91 DKK", "København", "Parcel"] {
            assert!(form.contains(said), "{said} in\n{form}");
        }
    }
    for form in receipt("jpy", "en") {
        assert!(form.contains("124,956 JPY") && !form.contains("1,249.56"), "{form}");
    }
}

#[test]
fn links_go_to_the_web_alone() {
    let tracking = |url: &str| Letter::OrderShipped {
        order: OrderName { id: "order_1".to_owned(), display_id: 7 },
        lines: vec![OrderLine { picture: Some(url.to_owned()), ..line("Tea", 1, 500, Currency::EUR) }],
        tracking: vec![Tracking { number: "JD 01".to_owned(), url: Some(url.to_owned()) }],
        address: Vec::new(),
    };
    for url in ["javascript:alert(1)", "data:text/html,x", "//evil.example/x", "https://a b", "JaVaScRiPt:x", "", "x"] {
        let written = outreach("Shop").write(&tracking(url), None).unwrap();
        is_harmless(&written.html);
        assert!(read(&written.html).contains("JD 01") && written.text.contains("JD 01"));
        assert!(url.is_empty() || url == "x" || !written.html.contains(url), "{url}");
    }
    let url = "https://carrier.example/?a=1&b=\"2\"";
    let written = outreach("Shop").write(&tracking(url), None).unwrap();
    assert!(attributes(&written.html, "a", "href").contains(&url.to_owned()), "{}", written.html);
    assert_eq!(attributes(&written.html, "img", "src"), [url]);
    let written = outreach("Shop").write(&tracking("/media/tea.webp"), None).unwrap();
    assert_eq!(attributes(&written.html, "img", "src"), ["https://shop.example/media/tea.webp"]);
}

#[test]
fn letters_that_cannot_be_written_keep_no_mail_back() {
    let mut facts = facts(Currency::EUR);
    facts.lines[0].title = (0..0x20).chain([0x7f, 0x85, 0xfffe, 0xffff]).filter_map(char::from_u32).collect();
    facts.lines[0].title.push_str("Nor'easter");
    let written = outreach("Sh\u{0}op").write(&Letter::OrderPlaced(Box::new(facts)), None).unwrap();
    for form in [&written.subject, &written.text, &read(&written.html)] {
        assert!(form.contains("Shop") && !form.contains(['\0', '\u{1b}', '\r']), "{form:?}");
    }
    assert!(read(&written.html).contains("Nor'easter"));
}

/// What people write into forms, and what they should not.
fn odd_text() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        Just("<script>alert(1)</script>".to_owned()),
        Just("</mj-text><mj-raw><img src=x onerror=alert(1)></mj-raw>".to_owned()),
        Just("]]>--><![CDATA[".to_owned()),
        Just("{{ shop }}{shop}".to_owned()),
        Just("&lt;b&gt;&amp;&#60;".to_owned()),
        Just("\" onload=\"x' y='".to_owned()),
        "[a-zA-Z0-9<>&\"'/=;#{}%\\[\\]!æøå東🌬-]{1,12}",
    ];
    proptest::collection::vec(pieces, 1..4).prop_map(|pieces| pieces.join(""))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_is_written_into_forms_is_text(title in odd_text(), person in odd_text(), shop in odd_text()) {
        let mut facts = facts(Currency::EUR);
        facts.lines[0].title.clone_from(&title);
        facts.lines[0].variant = Some(person.clone());
        facts.address[0].clone_from(&person);
        facts.shipping_method = Some(title.clone());
        let outreach = outreach(&shop);
        let receipt = outreach.write(&Letter::OrderPlaced(Box::new(facts)), None).unwrap();
        let welcome = outreach.write(&Letter::Welcome { first_name: Some(person.clone()) }, None).unwrap();
        let reset = Letter::PasswordReset { is_staff: true, token: Secret::new("token") };
        let reset = outreach.write(&reset, Some("de")).unwrap();
        for (written, words) in [(&receipt, vec![&title, &person, &shop]), (&welcome, vec![&person, &shop]), (&reset, vec![&shop])] {
            is_harmless(&written.html);
            let read = read(&written.html);
            for word in words {
                prop_assert!(read.contains(word.as_str()), "{word:?} in\n{read}\n{}", written.html);
                prop_assert!(written.text.contains(word.as_str()), "{word:?} in\n{}", written.text);
            }
        }
    }
}
