//! Terms, imprint, delivery and returns: the shop's own texts.

use axum::extract::State;
use axum::http::HeaderMap;

use crate::failure::Page;
use crate::state::Storefront;
use crate::texts::Texts;
use crate::views::{ProseBlock, ProsePage};
use crate::visitor::{Guest, PageFacts};

/// `GET /terms`
pub(crate) async fn terms(State(storefront): State<Storefront>, guest: Guest, asked: HeaderMap) -> Page {
    show(&storefront, &guest, &asked, "Terms", "/terms", |texts| &texts.terms).await
}

/// `GET /imprint`
pub(crate) async fn imprint(State(storefront): State<Storefront>, guest: Guest, asked: HeaderMap) -> Page {
    show(&storefront, &guest, &asked, "Imprint", "/imprint", |texts| &texts.imprint).await
}

/// `GET /returns`
pub(crate) async fn returns(State(storefront): State<Storefront>, guest: Guest, asked: HeaderMap) -> Page {
    show(&storefront, &guest, &asked, "Delivery and returns", "/returns", |texts| &texts.returns).await
}

async fn show(
    storefront: &Storefront,
    guest: &Guest,
    asked: &HeaderMap,
    heading: &str,
    path: &str,
    text: impl Fn(&Texts) -> &String,
) -> Page {
    let make = async {
        let text = text(&guest.frame.texts);
        let blocks = ProseBlock::read(text);
        let description = blocks.iter().find_map(|block| match block {
            ProseBlock::Paragraph(text) => Some(text.as_str()),
            _ => None,
        });
        let facts = PageFacts { title: heading, description: description.unwrap_or_default(), path, indexed: true };
        Ok(ProsePage { shell: guest.shell(storefront, facts), heading: heading.to_owned(), blocks })
    };
    Ok(storefront.public_page(guest, asked, make).await?)
}
