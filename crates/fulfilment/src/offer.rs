//! What is offered for a delivery: prices that stand with the option, and those that its carrier computes.

use std::sync::Arc;

use serde_json::Value;
use tradewind_kernel::{ErrorKind, Result};
use tradewind_platform::carrier::QuoteRequest;

use crate::Fulfilment;
use crate::model::{PriceType, ShippingOption};
use crate::snapshot::{DeliveryQuery, PricedOption};

impl Fulfilment {
    /// The options a shopper is offered for this delivery, with their prices, oldest first. Options without a price for it
    /// are left out, and so are those whose carrier does not answer. Never with a transaction open: carriers may be far.
    pub async fn options_for(&self, query: &DeliveryQuery<'_>) -> Result<Vec<PricedOption>> {
        let snapshot = self.snapshot().await?;
        let mut offered = Vec::new();
        for option in snapshot.offered(query) {
            match self.price(option, query).await {
                Ok(priced) => offered.extend(priced),
                Err(error) if error.kind() == ErrorKind::Unavailable => {
                    tracing::warn!(?error, option = option.id, "a carrier does not answer");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(offered)
    }

    /// This option with its price for this delivery, if the shopper is offered it. A carrier that does not answer is an
    /// error here. Never with a transaction open.
    pub async fn option_for(&self, id: &str, query: &DeliveryQuery<'_>) -> Result<Option<PricedOption>> {
        let snapshot = self.snapshot().await?;
        match snapshot.option(id).filter(|option| snapshot.is_offered(option, query)) {
            Some(option) => self.price(option, query).await,
            None => Ok(None),
        }
    }

    async fn price(&self, option: &Arc<ShippingOption>, query: &DeliveryQuery<'_>) -> Result<Option<PricedOption>> {
        if option.price_type == PriceType::Flat {
            return Ok(query.flat_price(option));
        }
        let request = QuoteRequest {
            data: option.data.clone().unwrap_or(Value::Null),
            country: query.country.to_lowercase(),
            province: query.province.map(str::to_owned),
            city: query.city.map(str::to_owned),
            postal_code: query.postal_code.map(str::to_owned),
            weight_grams: query.weight_grams,
            item_total: query.item_total,
            currency: query.region.currency,
        };
        let quoted = self.carriers().get(&option.provider_id)?.quote(&request).await?;
        Ok(quoted.map(|amount| PricedOption {
            option: Arc::clone(option),
            price_id: None,
            amount,
            is_tax_inclusive: false,
        }))
    }
}
