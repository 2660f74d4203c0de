//! The shop's own words, kept in the store's settings: what a page says that no product, category or order says.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The key under which the texts stand in the metadata of the store's settings.
pub const TEXTS_KEY: &str = "storefront";

/// The shop's own words. What is missing in the settings is as in [`Texts::default`].
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Texts {
    /// What one product is called: "print".
    pub one: String,
    /// What several are called: "prints".
    pub many: String,
    /// One sentence about the shop, in the footer and for search engines.
    pub description: String,
    /// A few words over the home page's heading.
    pub eyebrow: String,
    /// The home page's heading; the shop's name where it is empty.
    pub heading: String,
    /// One or two sentences under it.
    pub lead: String,
    /// Handles of the products whose pictures hang beside it, at most three; the newest where it is empty.
    pub hero_products: Vec<String>,
    /// Handles of the collections that the home page tells at length.
    pub featured_collections: Vec<String>,
    /// How delivery and returns are, in short, on product pages.
    pub delivery: String,
    /// A line over every page, where the shop has something to say to everybody.
    pub notice: String,
    /// Pages of text, in the order of the footer. `terms`, `returns` and `imprint` are linked from other pages.
    pub pages: Vec<TextPage>,
    /// Ways of paying, by the id of their provider.
    pub payments: BTreeMap<String, PaymentText>,
}

/// A page of text at `/{handle}`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TextPage {
    /// Its name in addresses.
    pub handle: String,
    /// Its heading.
    pub title: String,
    /// Its text as the shop's own HTML, headings from the second level on.
    pub body_html: String,
}

/// How a way of paying is offered.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct PaymentText {
    /// For example "Invoice".
    pub name: String,
    /// What happens then, in one sentence.
    pub detail: String,
}

impl Default for Texts {
    fn default() -> Self {
        let invoice = PaymentText {
            name: "Invoice".to_owned(),
            detail: "The invoice comes with your order. Pay by bank transfer within 14 days.".to_owned(),
        };
        let unset = |handle: &str, title: &str| TextPage {
            handle: handle.to_owned(),
            title: title.to_owned(),
            body_html: "<p>The shop has not published this page yet.</p>".to_owned(),
        };
        Self {
            one: "product".to_owned(),
            many: "products".to_owned(),
            description: String::new(),
            eyebrow: String::new(),
            heading: String::new(),
            lead: String::new(),
            hero_products: Vec::new(),
            featured_collections: Vec::new(),
            delivery: "The cost of delivery is shown at checkout, before you order.".to_owned(),
            notice: String::new(),
            pages: vec![unset("returns", "Returns"), unset("terms", "Terms"), unset("imprint", "Imprint")],
            payments: BTreeMap::from([("pp_system_default".to_owned(), invoice)]),
        }
    }
}

impl Texts {
    /// The texts in the metadata of the store's settings. What cannot be read counts as missing: a slip in a text must not
    /// close the shop.
    pub(crate) fn of(metadata: Option<&serde_json::Map<String, Value>>) -> Self {
        let stored = metadata.and_then(|metadata| metadata.get(TEXTS_KEY));
        let read = stored.map(|texts| serde_json::from_value(texts.clone()));
        match read {
            Some(Ok(texts)) => texts,
            Some(Err(error)) => {
                tracing::warn!(%error, "the storefront's texts in the store's metadata cannot be read");
                Self::default()
            }
            None => Self::default(),
        }
    }

    /// How a way of paying is offered; by the provider's id where the shop says nothing about it.
    pub(crate) fn payment(&self, provider_id: &str) -> PaymentText {
        self.payments.get(provider_id).cloned().unwrap_or_else(|| PaymentText {
            name: crate::format::capitalised(&provider_id.trim_start_matches("pp_").replace('_', " ")),
            detail: String::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_and_broken_texts_are_the_defaults() {
        assert_eq!(Texts::of(None), Texts::default());
        let metadata = serde_json::json!({ "storefront": { "many": 7 } });
        assert_eq!(Texts::of(metadata.as_object()), Texts::default());
        let metadata = serde_json::json!({ "storefront": { "many": "prints" } });
        let texts = Texts::of(metadata.as_object());
        assert_eq!((texts.one.as_str(), texts.many.as_str()), ("product", "prints"));
        assert_eq!(texts.payment("pp_acme_card").name, "Acme card");
    }
}
