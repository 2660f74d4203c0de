//! The checkout: one page, sent as often as the shopper likes, that ends in an order.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use tradewind_accounts::normalise_email;
use tradewind_checkout::{AddressInput, CART_COMPLETED, CartChange, CartView, Completion, OfferedShipping};
use tradewind_inventory::NOT_ENOUGH;
use tradewind_kernel::{Error, ErrorKind, Result};
use tradewind_offers::PROMOTION_USED_UP;
use tradewind_orders::Order;
use tradewind_payments::PAID_ALREADY;

use super::cart::unknown_code;
use crate::address::{AddressTexts, BILLING, SHIPPING};
use crate::answer::{self, see_other, with_cookie};
use crate::failure::Page;
use crate::format::{money, price};
use crate::sent::Sent;
use crate::state::Storefront;
use crate::totals;
use crate::views::{CheckoutPage, DeliveryChoice, DeliveryGroup, Field, FieldError, Notice, PaymentChoice, Tone};
use crate::visitor::{Guest, PageFacts, carried_cart, cart_cookie};

/// What the shopper has entered so far.
#[derive(Default)]
struct Entered {
    email: String,
    delivery: AddressTexts,
    billing_differs: bool,
    billing: AddressTexts,
    payment: String,
    /// The chosen way of delivery for each group, in order.
    deliveries: Vec<String>,
    /// The total that stood on the button.
    shown_total: String,
    /// A code that was typed, until it is in the cart.
    code: String,
}

/// `GET /checkout`
pub(crate) async fn show(State(storefront): State<Storefront>, guest: Guest, asked: HeaderMap) -> Page {
    let Some(view) = guest.cart.as_ref().filter(|view| !view.cart.items.is_empty()) else {
        return Ok(see_other("/cart"));
    };
    let view = with_own_address(&storefront, &guest, view.clone()).await?;
    let entered = Entered::of_cart(&guest, &view);
    let view = with_delivery(&storefront, view, &entered).await?;
    let page = Form { storefront: &storefront, guest: &guest, entered: &entered, checked: false };
    let page = page.render(&view, None).await?;
    Ok(answer::page(StatusCode::OK, &page, &asked)?)
}

/// `POST /checkout`: with the intent "refresh" it only brings delivery and total up to date.
pub(crate) async fn send(State(storefront): State<Storefront>, guest: Guest, asked: HeaderMap, sent: Sent) -> Page {
    let Some(view) = guest.cart.as_ref().filter(|view| !view.cart.items.is_empty()) else {
        // Sent twice, or again by the button "back": the cart is an order by now.
        return match carried_cart(&asked) {
            Some(cart_id) => finished(&storefront, &guest, &cart_id).await,
            None => Ok(see_other("/cart")),
        };
    };
    let cart_id = view.cart.id.as_str().to_owned();
    match go_on(&storefront, &guest, view.clone(), &asked, &sent).await {
        // Sent twice at once: the other one has paid.
        Err(error) if error.is(CART_COMPLETED) || error.is(PAID_ALREADY) => {
            finished(&storefront, &guest, &cart_id).await
        }
        Err(error) if error.is(NOT_ENOUGH) => Ok(see_other("/cart?problem=stock")),
        outcome => Ok(outcome?),
    }
}

async fn go_on(
    storefront: &Storefront,
    guest: &Guest,
    view: CartView,
    asked: &HeaderMap,
    sent: &Sent,
) -> Result<Response> {
    let mut entered = Entered::sent(sent);
    let view = give_code(storefront, view, &mut entered).await?;
    let is_order = sent.text("intent") == "place";
    let form = Form { storefront, guest, entered: &entered, checked: is_order };
    let view = match save(storefront, guest, view.clone(), &entered).await {
        Ok(saved) => with_delivery(storefront, saved, &entered).await?,
        Err(error) if error.kind() == ErrorKind::Invalid && !error.is(CART_COMPLETED) => {
            let notice = Notice::new(Tone::Bad, error.message());
            return answer::page(StatusCode::UNPROCESSABLE_ENTITY, &form.render(&view, Some(notice)).await?, asked);
        }
        Err(error) => return Err(error),
    };
    let page = form.render(&view, None).await?;
    if !is_order {
        return answer::page(StatusCode::OK, &page, asked);
    }
    if !page.errors.is_empty() {
        return answer::page(StatusCode::UNPROCESSABLE_ENTITY, &page, asked);
    }
    let total = view.totals.total;
    if entered.shown_total != total.minor.to_string() {
        // What is charged is what was shown.
        let words = format!("The total is now {}. Please look at it and place your order again.", money(total));
        let page = form.render(&view, Some(Notice::new(Tone::Warning, words))).await?;
        return answer::page(StatusCode::CONFLICT, &page, asked);
    }
    let payment = page.payments.iter().find(|payment| payment.selected).map(|payment| payment.id.clone());
    let placed = match place(storefront, &view, payment.as_deref()).await {
        Err(error) if error.is(PROMOTION_USED_UP) => {
            let view = storefront.parts.checkout.cart(view.cart.id.as_str()).await?;
            let page = form.render(&view, Some(Notice::new(Tone::Warning, error.message()))).await?;
            return answer::page(StatusCode::CONFLICT, &page, asked);
        }
        placed => placed?,
    };
    match placed {
        Completion::Order(placed) => Ok(confirmed(storefront, guest, &placed.order)),
        Completion::Cart { view, error } => {
            let page = form.render(&view, Some(Notice::new(Tone::Bad, error.message()))).await?;
            answer::page(StatusCode::UNPROCESSABLE_ENTITY, &page, asked)
        }
    }
}

/// Gives the cart the code that was typed; one that nobody made stays in its field.
async fn give_code(storefront: &Storefront, view: CartView, entered: &mut Entered) -> Result<CartView> {
    if entered.code.is_empty() {
        return Ok(view);
    }
    match storefront.parts.checkout.add_promotions(view.cart.id.as_str(), vec![entered.code.clone()]).await {
        Ok(view) => {
            entered.code.clear();
            Ok(view)
        }
        Err(error) if error.field() == Some("promo_codes") => Ok(view),
        Err(error) => Err(error),
    }
}

/// Begins the payment and makes the order.
async fn place(storefront: &Storefront, view: &CartView, provider_id: Option<&str>) -> Result<Completion> {
    let checkout = &storefront.parts.checkout;
    let cart_id = view.cart.id.as_str();
    if view.totals.total.minor > 0 {
        let provider_id = provider_id.ok_or_else(|| Error::invalid("payment", "Choose how you would like to pay."))?;
        let collection = checkout.payment_collection(cart_id).await?;
        checkout.begin_payment(collection.id.as_str(), provider_id, serde_json::json!({})).await?;
    }
    checkout.complete(cart_id).await
}

/// On to the order that the cart has become.
async fn finished(storefront: &Storefront, guest: &Guest, cart_id: &str) -> Page {
    match storefront.parts.checkout.cart(cart_id).await {
        Ok(view) if view.cart.is_completed() => match storefront.parts.checkout.complete(cart_id).await? {
            Completion::Order(placed) => Ok(confirmed(storefront, guest, &placed.order)),
            Completion::Cart { .. } => Ok(see_other("/cart")),
        },
        Ok(_) => Ok(see_other("/cart")),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(see_other("/cart")),
        Err(error) => Err(error.into()),
    }
}

fn confirmed(storefront: &Storefront, guest: &Guest, order: &Order) -> Response {
    let to = see_other(&format!("/orders/{}/confirmation", order.id.as_str()));
    let to = with_cookie(to, cart_cookie(storefront, None));
    with_cookie(to, guest.order_cookie(storefront, order.id.as_str()))
}

/// A customer's own address, where the cart has none yet.
async fn with_own_address(storefront: &Storefront, guest: &Guest, view: CartView) -> Result<CartView> {
    let Some(customer) = guest.customer.as_ref().filter(|_| view.cart.shipping_address.is_none()) else {
        return Ok(view);
    };
    let known = customer.addresses.iter();
    let default = known.clone().find(|address| address.is_default_shipping).or_else(|| customer.addresses.first());
    let in_region = |code: &str| guest.region.countries.iter().any(|country| country == code);
    let Some(own) = default.filter(|address| address.country_code.as_deref().is_some_and(in_region)) else {
        return Ok(view);
    };
    let address = AddressInput::Given(Box::new(AddressTexts::of_book(own).into_cart()));
    let change = CartChange { shipping_address: Some(Some(address)), ..CartChange::default() };
    storefront.parts.checkout.update_cart(view.cart.id.as_str(), change).await
}

/// Saves what was entered as far as it can be: an address with its country, an e-mail that is one.
async fn save(storefront: &Storefront, guest: &Guest, view: CartView, entered: &Entered) -> Result<CartView> {
    let in_region = guest.region.countries.contains(&entered.delivery.country);
    let given = |texts: &AddressTexts| Some(Some(AddressInput::Given(Box::new(texts.clone().into_cart()))));
    let billing = if entered.billing_differs { &entered.billing } else { &entered.delivery };
    let change = CartChange {
        email: normalise_email(&entered.email).ok().map(Some),
        shipping_address: if in_region { given(&entered.delivery) } else { None },
        billing_address: if billing.country.is_empty() { None } else { given(billing) },
        ..CartChange::default()
    };
    storefront.parts.checkout.update_cart(view.cart.id.as_str(), change).await
}

/// The ways of delivery that are offered, those of one kind of parcel together.
async fn offered(storefront: &Storefront, view: &CartView) -> Result<Vec<Vec<OfferedShipping>>> {
    let mut groups: Vec<Vec<OfferedShipping>> = Vec::new();
    for offer in storefront.parts.checkout.shipping_options(view.cart.id.as_str()).await? {
        if offer.insufficient_inventory {
            continue;
        }
        match groups.iter_mut().find(|group| group[0].option.shipping_profile_id == offer.option.shipping_profile_id) {
            Some(group) => group.push(offer),
            None => groups.push(vec![offer]),
        }
    }
    Ok(groups)
}

/// The way of delivery of a group that holds: the one just chosen, the one chosen before, or the cheapest.
fn chosen<'a>(group: &'a [OfferedShipping], asked: Option<&String>, view: &CartView) -> Option<&'a OfferedShipping> {
    let just = group.iter().find(|offer| Some(offer.option.id.as_str()) == asked.map(String::as_str));
    let before = || {
        group.iter().find(|offer| {
            view.cart.shipping_methods.iter().any(|method| method.shipping_option_id == offer.option.id.as_str())
        })
    };
    just.or_else(before).or_else(|| group.iter().min_by_key(|offer| offer.amount))
}

/// The cart with a way of delivery for each kind of parcel, as chosen.
async fn with_delivery(storefront: &Storefront, mut view: CartView, entered: &Entered) -> Result<CartView> {
    for (position, group) in offered(storefront, &view).await?.iter().enumerate() {
        let Some(offer) = chosen(group, entered.deliveries.get(position), &view) else { continue };
        let id = offer.option.id.as_str();
        if !view.cart.shipping_methods.iter().any(|method| method.shipping_option_id == id) {
            view = storefront.parts.checkout.add_shipping_method(view.cart.id.as_str(), id, None).await?;
        }
    }
    Ok(view)
}

impl Entered {
    fn sent(sent: &Sent) -> Self {
        let deliveries = (1..=DELIVERY_GROUPS_MAX).map(|number| sent.text(&delivery_field(number)).to_owned());
        Self {
            email: sent.text("email").to_owned(),
            delivery: AddressTexts::sent(&SHIPPING, sent),
            billing_differs: sent.is_ticked("billing_differs"),
            billing: AddressTexts::sent(&BILLING, sent),
            payment: sent.text("payment").to_owned(),
            deliveries: deliveries.collect(),
            shown_total: sent.text("shown_total").to_owned(),
            code: sent.text("code").to_owned(),
        }
    }

    fn of_cart(guest: &Guest, view: &CartView) -> Self {
        let cart = &view.cart;
        let delivery = cart.shipping_address.as_ref().map(AddressTexts::of_cart).unwrap_or_default();
        let billing = cart.billing_address.as_ref().map(AddressTexts::of_cart).unwrap_or_default();
        let own_email = guest.customer.as_ref().map(|customer| customer.email.clone());
        let billing_differs = billing != AddressTexts::default() && billing != delivery;
        Self {
            email: cart.email.clone().or(own_email).unwrap_or_default(),
            billing_differs,
            billing: if billing_differs { billing } else { AddressTexts::default() },
            delivery,
            ..Self::default()
        }
    }
}

const DELIVERY_GROUPS_MAX: usize = 8;

fn delivery_field(number: usize) -> String {
    format!("delivery-{number}")
}

/// The page with what was entered. When `checked`, each field says what is wrong with it.
struct Form<'a> {
    storefront: &'a Storefront,
    guest: &'a Guest,
    entered: &'a Entered,
    checked: bool,
}

impl Form<'_> {
    async fn render(&self, view: &CartView, notice: Option<Notice>) -> Result<CheckoutPage> {
        let Self { storefront, guest, entered, checked } = *self;
        let email_error = checked && normalise_email(&entered.email).is_err();
        let email = Field::email("email", "E-mail")
            .with_value(&entered.email)
            .with_hint("For the confirmation and questions about your order.")
            .with_error(email_error.then(|| "Enter an e-mail address like name@example.com.".to_owned()));
        let countries = &guest.region.countries;
        let delivery_address = entered.delivery.form(&SHIPPING, countries, checked);
        let all_countries: Vec<String> =
            tradewind_market::countries().iter().map(|country| country.iso_2.to_owned()).collect();
        let billing_checked = checked && entered.billing_differs;
        let billing_address = entered.billing.form(&BILLING, &all_countries, billing_checked);
        let deliveries = self.deliveries(view).await?;
        let payments = self.payments();
        let payment_error = (checked && payments.iter().all(|payment| !payment.selected))
            .then(|| "Choose how you would like to pay.".to_owned());
        let lines = storefront.cart_lines(guest, view).await?;

        let mut codes = totals::codes(view);
        codes.typed.clone_from(&entered.code);
        codes.error = Some(unknown_code(&entered.code)).filter(|_| !entered.code.is_empty());

        let mut errors: Vec<FieldError> = email.as_error().into_iter().collect();
        errors.extend(delivery_address.errors());
        errors.extend(billing_address.errors());
        if checked && view.cart.requires_shipping() && deliveries.is_empty() && !delivery_address.errors().is_empty() {
            errors.push(FieldError { field: "delivery".to_owned(), text: HINT_COUNTRY.to_owned() });
        } else if checked && view.cart.requires_shipping() && deliveries.is_empty() {
            errors.push(FieldError { field: "delivery".to_owned(), text: HINT_NONE.to_owned() });
        }
        errors.extend(codes.error.clone().map(|text| FieldError { field: "code".to_owned(), text }));
        errors.extend(payment_error.clone().map(|text| FieldError { field: "payment".to_owned(), text }));
        let is_known = countries.contains(&entered.delivery.country) || countries.len() == 1;
        let facts = PageFacts { title: "Checkout", path: "/checkout", ..PageFacts::default() };
        Ok(CheckoutPage {
            shell: guest.shell(storefront, facts),
            notice,
            errors,
            email,
            delivery_address,
            billing_differs: entered.billing_differs,
            billing_address,
            deliveries,
            delivery_hint: if is_known { HINT_NONE } else { HINT_COUNTRY }.to_owned(),
            payments,
            payment_error,
            lines,
            totals: totals::of_cart(view, guest.region.is_tax_inclusive),
            codes,
            shown_total: view.totals.total.minor.to_string(),
        })
    }

    async fn deliveries(&self, view: &CartView) -> Result<Vec<DeliveryGroup>> {
        let groups = offered(self.storefront, view).await?;
        let count = groups.len();
        let mut shown = Vec::with_capacity(count);
        for (position, group) in groups.iter().enumerate() {
            let chosen = chosen(group, self.entered.deliveries.get(position), view);
            let mut choices = Vec::with_capacity(group.len());
            for offer in group {
                choices.push(DeliveryChoice {
                    id: offer.option.id.as_str().to_owned(),
                    name: offer.option.name.clone(),
                    detail: offer.option.type_.description.clone().filter(|text| !text.is_empty()),
                    price: match offer.amount.is_zero() {
                        true => "Free".to_owned(),
                        false => price(offer.amount, view.cart.currency)?,
                    },
                    selected: chosen.is_some_and(|chosen| chosen.option.id == offer.option.id),
                });
            }
            let legend = match count {
                1 => "How should it be delivered?".to_owned(),
                _ => format!("Parcel {} of {count}", position + 1),
            };
            shown.push(DeliveryGroup { field: delivery_field(position + 1), legend, choices });
        }
        Ok(shown)
    }

    fn payments(&self) -> Vec<PaymentChoice> {
        // Other providers than those of the shop itself bring forms of their own, which these pages do not have.
        let is_ours = |id: &&String| self.storefront.parts.payments.is_local(id).unwrap_or(false);
        let providers: Vec<&String> = self.guest.region.payment_providers.iter().filter(is_ours).collect();
        let choice = |id: &&String| {
            let text = self.guest.frame.texts.payment(id);
            PaymentChoice {
                id: (*id).clone(),
                name: text.name,
                detail: Some(text.detail).filter(|detail| !detail.is_empty()),
                selected: providers.len() == 1 || **id == self.entered.payment,
            }
        };
        providers.iter().map(choice).collect()
    }
}

const HINT_COUNTRY: &str = "Choose a country, then the ways of delivery appear here.";
const HINT_NONE: &str = "We cannot deliver this to the address at the moment.";
