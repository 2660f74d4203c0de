//! A visit to the catalogue: a GET whose answer is the same for everybody with the same key, and is kept ready.

use std::future::Future;

use axum::extract::{FromRequest, MatchedPath, Request};
use http::HeaderMap;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use tradewind_checkout::depend_on_groups;
use tradewind_http::auth::{MaybeShopper, PublishableKey, has_proof};
use tradewind_http::ready::{Audience, Rendered, Versions};
use tradewind_http::{Answer, Asked, Json, Problem};
use tradewind_kernel::{Error, Result};

use crate::{Shop, StoreState};

/// A GET of the catalogue, not yet read further than to know who asks.
pub(crate) struct Visit {
    parts: Parts,
    pub(crate) key: PublishableKey,
    /// The groups of who asks, in order, where prices depend on them.
    pub(crate) customer_group_ids: Vec<String>,
}

/// How an answer was made.
pub(crate) struct Made {
    pub(crate) json: Json,
    pub(crate) surrogate_keys: String,
    /// Whether it shows stock, which changes with every order.
    pub(crate) shows_stock: bool,
    /// Whether it shows something that is not the same for everybody (a cart's prices).
    pub(crate) is_private: bool,
}

impl Made {
    /// An answer without stock, the same for everybody.
    pub(crate) fn public(json: Json, surrogate_keys: impl Into<String>) -> Self {
        Self { json, surrogate_keys: surrogate_keys.into(), shows_stock: false, is_private: false }
    }
}

impl FromRequest<Shop> for Visit {
    type Rejection = Problem;

    async fn from_request(request: Request, shop: &Shop) -> Result<Self, Problem> {
        let (parts, _) = request.into_parts();
        let key = PublishableKey::of(&shop.accounts, &parts.headers).await?;
        let customer_group_ids = groups(shop, &parts.headers).await?;
        Ok(Self { parts, key, customer_group_ids })
    }
}

/// The groups of the shopper who asks, where any price list is for some groups only.
async fn groups(shop: &StoreState, headers: &HeaderMap) -> Result<Vec<String>> {
    if !has_proof(headers) || !depend_on_groups(&*shop.offers.price_lists().await?) {
        return Ok(Vec::new());
    }
    let shopper = MaybeShopper::of(&shop.accounts, headers).await?;
    let customer = match shopper.customer_id() {
        Some(id) => shop.accounts.customer(id).await?,
        None => None,
    };
    let mut groups = customer.map(|customer| customer.group_ids).unwrap_or_default();
    groups.sort_unstable();
    Ok(groups)
}

impl Visit {
    fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }

    /// The query, read and checked.
    pub(crate) fn asked(&self) -> Result<Asked> {
        let template = self.parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
        Asked::of(&self.parts.method, template, self.parts.uri.query())
    }

    /// The id at the end of the path.
    pub(crate) fn id(&self) -> String {
        let last = self.parts.uri.path().rsplit('/').next().unwrap_or_default();
        let id: String = percent_decode_str(last).decode_utf8_lossy().chars().take(256).collect();
        id.replace('\0', "")
    }

    /// The sales channels of the key; of those, the ones that are asked for.
    pub(crate) fn sales_channels(&self, asked: Option<Vec<String>>) -> Result<Vec<String>> {
        let own = self.key.sales_channel_ids();
        if own.is_empty() {
            return Err(Error::invalid(
                "x-publishable-api-key",
                "The key in x-publishable-api-key has no sales channel",
            ));
        }
        let Some(asked) = asked else { return Ok(own.to_vec()) };
        if asked.is_empty() || asked.iter().any(|id| !own.contains(id)) {
            return Err(Error::invalid(
                "sales_channel_id",
                "Invalid request: 'sales_channel_id' is not one of the publishable key's",
            ));
        }
        Ok(asked)
    }

    /// Answers with the ready bytes, or with what `make` makes.
    pub(crate) async fn answer<F>(&self, shop: &StoreState, make: F) -> Answer
    where
        F: Future<Output = Result<Made>>,
    {
        let path = self.parts.uri.path();
        let query = self.parts.uri.query().unwrap_or_default();
        let token = self.key.0.token.as_deref().unwrap_or_default();
        // The time says which sales channels the key has: they may be changed.
        let changed_at = self.key.0.updated_at.0;
        let mut key = format!("{path}?{query}|{token}|{changed_at}");
        for group in &self.customer_group_ids {
            key.push('|');
            key.push_str(group);
        }
        // Asked before the answer is made: what is committed meanwhile makes the answer stale, not wrong.
        let offers = shop.offers.price_lists().await?;
        // A query says by its letters that it wants stock; one that hides them is answered, and not kept.
        let wants_stock = query.contains("inventory_quantity");
        let versions = Versions {
            catalog: shop.catalog.version(),
            market: shop.market.version(),
            inventory: if wants_stock { shop.inventory.version() } else { 0 },
            offers: shop.offers.version(),
            next_turn: offers.next_turn_of_prices(shop.clock.now()),
        };
        let audience = if has_proof(self.headers()) { Audience::One } else { Audience::Everybody };
        let answer = shop.ready.answer(&key, versions, self.headers(), audience, async {
            let Made { json, surrogate_keys, shows_stock, is_private } = make.await?;
            Ok(Rendered { json, surrogate_keys, is_kept: !is_private && (wants_stock || !shows_stock) })
        });
        Ok(answer.await?)
    }
}
