//! The cart: looking at it, adding, changing, removing.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use tradewind_checkout::{LineChange, NewCart, NewLine};
use tradewind_inventory::NOT_ENOUGH;
use tradewind_kernel::{Error, ErrorKind, Result};

use super::product::{Shelf, field_of};
use crate::answer::{self, see_other, with_cookie};
use crate::failure::Page;
use crate::sent::{Asked, Sent};
use crate::state::Storefront;
use crate::totals;
use crate::views::{CartPage, Notice, Tone, Totals};
use crate::visitor::{Guest, PageFacts, added_cookie, added_line, cart_cookie};

/// `GET /cart`
pub(crate) async fn show(
    State(storefront): State<Storefront>,
    guest: Guest,
    Asked(sent): Asked,
    asked: HeaderMap,
) -> Page {
    let (lines, totals) = match &guest.cart {
        Some(view) => {
            (storefront.cart_lines(&guest, view).await?, totals::of_cart(view, guest.region.is_tax_inclusive))
        }
        None => (Vec::new(), Totals::default()),
    };
    let added_line = added_line(&asked);
    let added = lines.iter().find(|line| Some(&line.id) == added_line.as_ref());
    let added = added.map(|line| match line.options.as_str() {
        "" => line.title.clone(),
        options => format!("{}, {options}", line.title),
    });
    let mut codes = guest.cart.as_ref().map(totals::codes).unwrap_or_default();
    if sent.text("problem") == "code" {
        codes.typed = sent.text("code").to_owned();
        codes.error = Some(unknown_code(&codes.typed));
    }
    let page = CartPage {
        codes,
        shell: guest.shell(&storefront, PageFacts { title: "Cart", path: "/cart", ..PageFacts::default() }),
        notices: notice(sent.text("problem")).into_iter().collect(),
        added,
        lines,
        totals,
    };
    let answer = answer::page(StatusCode::OK, &page, &asked)?;
    // Said once.
    Ok(match added_line {
        Some(_) => with_cookie(answer, added_cookie(&storefront, None)),
        None => answer,
    })
}

fn notice(problem: &str) -> Option<Notice> {
    let text = match problem {
        "stock" => "There are not as many left as you would like. Please look at the quantities.",
        "quantity" => "Please enter a whole number.",
        "gone" => "That line is no longer in your cart.",
        "region" => "Something in your cart is not sold in that region, so the region was not changed.",
        "changed" => "Your cart has changed meanwhile. Please look at it again.",
        _ => return None,
    };
    Some(Notice::new(Tone::Warning, text))
}

/// What is said of a code that nobody made.
pub(super) fn unknown_code(typed: &str) -> String {
    match typed {
        "" => "Please enter a code.".to_owned(),
        typed => format!("There is no promotion code {typed}. Please check its spelling."),
    }
}

/// `POST /cart/codes`
pub(crate) async fn give_code(State(storefront): State<Storefront>, guest: Guest, sent: Sent) -> Page {
    let Some(view) = &guest.cart else { return Ok(see_other("/cart")) };
    let code = sent.text("code");
    let unknown = || {
        let shown: String = code.chars().take(60).collect();
        Ok(see_other(&format!("/cart?problem=code&code={}", super::in_query(&shown))))
    };
    if code.is_empty() {
        return unknown();
    }
    match storefront.parts.checkout.add_promotions(view.cart.id.as_str(), vec![code.to_owned()]).await {
        Ok(_) => Ok(see_other("/cart")),
        Err(error) if error.field() == Some("promo_codes") => unknown(),
        Err(error) => Err(error.into()),
    }
}

/// `POST /cart/codes/remove`
pub(crate) async fn remove_code(State(storefront): State<Storefront>, guest: Guest, sent: Sent) -> Page {
    if let Some(view) = &guest.cart {
        let codes = vec![sent.text("code").to_owned()];
        storefront.parts.checkout.remove_promotions(view.cart.id.as_str(), codes).await?;
    }
    Ok(see_other("/cart"))
}

/// `POST /cart/lines`
pub(crate) async fn add(State(storefront): State<Storefront>, guest: Guest, sent: Sent) -> Page {
    let product = storefront.parts.catalog.product(sent.text("product")).await?;
    let product = product
        .filter(|product| guest.sells(product))
        .ok_or_else(|| Error::not_found("Product", sent.text("product")))?;
    let available = storefront.available(&guest, std::slice::from_ref(&product)).await?;
    let shelf = Shelf::new(&guest, &product, &available);
    let back = |problem: &str| see_other(&back_to_product(&shelf, &sent, problem));
    let Some(quantity) = sent.number("quantity").filter(|quantity| *quantity > 0) else {
        return Ok(back("quantity"));
    };
    let Some(variant) = shelf.chosen(&sent) else { return Ok(back("choice")) };
    let variant_id = variant.id.as_str().to_owned();
    let line = NewLine { variant_id: variant_id.clone(), quantity: i64::from(quantity), metadata: None };
    match put(&storefront, &guest, line).await {
        Ok(view) => {
            let added = view.cart.items.iter().find(|item| item.goods.variant_id == variant_id);
            let to = with_cookie(see_other("/cart"), cart_cookie(&storefront, Some(view.cart.id.as_str())));
            Ok(with_cookie(to, added_cookie(&storefront, added.map(|item| item.id.as_str()))))
        }
        Err(error) if error.is(NOT_ENOUGH) => Ok(back("stock")),
        Err(error) if error.field() == Some("quantity") => Ok(back("quantity")),
        Err(error) if error.kind() == ErrorKind::Invalid => Ok(back("gone")),
        Err(error) => Err(error.into()),
    }
}

/// Into the visitor's cart, or into a new one.
async fn put(storefront: &Storefront, guest: &Guest, line: NewLine) -> Result<tradewind_checkout::CartView> {
    let checkout = &storefront.parts.checkout;
    if let Some(view) = &guest.cart {
        return checkout.add_line(view.cart.id.as_str(), line).await;
    }
    let new = NewCart {
        region_id: Some(guest.region.id.as_str().to_owned()),
        sales_channel_id: guest.sales_channel_id().map(str::to_owned),
        customer_id: guest.customer.as_ref().map(|customer| customer.id.as_str().to_owned()),
        items: vec![line],
        ..NewCart::default()
    };
    checkout.create_cart(new).await
}

fn back_to_product(shelf: &Shelf<'_>, sent: &Sent, problem: &str) -> String {
    let mut path = format!("/products/{}?problem={problem}", shelf.product.handle);
    for option in &shelf.product.options {
        let field = field_of(&option.title);
        if let Some(value) = option.values.iter().find(|value| value.value == sent.text(&field)) {
            path.push_str(&format!("&{field}={}", super::in_query(&value.value)));
        }
    }
    path
}

/// `POST /cart/lines/{id}`: a quantity of 0 removes the line.
pub(crate) async fn change(
    State(storefront): State<Storefront>,
    Path(line_id): Path<String>,
    guest: Guest,
    sent: Sent,
) -> Page {
    let Some(view) = &guest.cart else { return Ok(see_other("/cart")) };
    let checkout = &storefront.parts.checkout;
    let cart_id = view.cart.id.as_str();
    let outcome = match sent.number("quantity") {
        None => return Ok(see_other("/cart?problem=quantity")),
        Some(0) => checkout.remove_line(cart_id, &line_id).await,
        Some(quantity) => {
            let change = LineChange { quantity: i64::from(quantity), metadata: None };
            checkout.update_line(cart_id, &line_id, change).await
        }
    };
    match outcome {
        Ok(_) => Ok(see_other("/cart")),
        Err(error) if error.is(NOT_ENOUGH) => Ok(see_other("/cart?problem=stock")),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(see_other("/cart?problem=gone")),
        Err(error) if error.kind() == ErrorKind::Invalid => Ok(see_other("/cart?problem=quantity")),
        Err(error) => Err(error.into()),
    }
}
