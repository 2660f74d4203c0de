//! Choosing a region: where it is delivered to, and so the currency.

use axum::extract::State;
use tradewind_checkout::CartChange;
use tradewind_kernel::{Error, ErrorKind};

use crate::answer::{own_path, see_other, with_cookie};
use crate::failure::Page;
use crate::sent::Sent;
use crate::state::Storefront;
use crate::visitor::{Guest, region_cookie};

/// `POST /region`
pub(crate) async fn choose(State(storefront): State<Storefront>, guest: Guest, sent: Sent) -> Page {
    let asked = sent.text("region");
    let region = guest.market.region(asked).ok_or_else(|| Error::not_found("Region", asked))?;
    if let Some(view) = &guest.cart
        && view.cart.region_id != region.id.as_str()
    {
        let change = CartChange { region_id: Some(region.id.as_str().to_owned()), ..CartChange::default() };
        match storefront.parts.checkout.update_cart(view.cart.id.as_str(), change).await {
            Ok(_) => {}
            Err(error) if matches!(error.kind(), ErrorKind::Invalid | ErrorKind::NotAllowed) => {
                return Ok(see_other("/cart?problem=region"));
            }
            Err(error) => return Err(error.into()),
        }
    }
    let next = own_path(sent.text("next")).unwrap_or("/");
    Ok(with_cookie(see_other(next), region_cookie(&storefront, region.id.as_str())))
}
