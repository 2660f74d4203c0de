//! The shop's own pages of text: terms, imprint, returns and whatever else it has to say.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use tradewind_kernel::Error;

use crate::failure::Page;
use crate::state::Storefront;
use crate::views::ProsePage;
use crate::visitor::{Guest, PageFacts};

/// `GET /{page}`
pub(crate) async fn show(
    State(storefront): State<Storefront>,
    Path(handle): Path<String>,
    guest: Guest,
    asked: HeaderMap,
) -> Page {
    let pages = &guest.frame.texts.pages;
    let page = pages.iter().find(|page| page.handle == handle).ok_or_else(|| Error::not_found("Page", &handle))?;
    let path = format!("/{handle}");
    let make = async {
        let description = plain(&page.body_html);
        let facts = PageFacts { title: &page.title, description: &description, path: &path, indexed: true };
        Ok(ProsePage {
            shell: guest.shell(&storefront, facts),
            heading: page.title.clone(),
            body_html: page.body_html.clone(),
        })
    };
    Ok(storefront.public_page(&guest, &asked, make).await?)
}

/// The words of some HTML, for a description.
fn plain(html: &str) -> String {
    let mut words = String::with_capacity(html.len());
    let mut in_tag = false;
    for letter in html.chars() {
        match letter {
            '<' => in_tag = true,
            '>' => {
                in_tag = false;
                words.push(' ');
            }
            letter if !in_tag => words.push(letter),
            _ => {}
        }
    }
    words.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_has_no_tags() {
        assert_eq!(plain("<p>Send it <b>back</b>.</p>"), "Send it  back .");
    }
}
