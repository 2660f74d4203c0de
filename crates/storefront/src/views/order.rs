//! Orders as shoppers see them: confirmation, the order itself, look-up without an account.

use askama::Template;

use super::{
    cart::Totals,
    form::{Field, FieldError},
    picture::Picture,
    shell::{Notice, Shell, Tone},
};

/// The page after placing an order.
#[derive(Debug, Template)]
#[template(path = "pages/confirmation.html")]
pub struct ConfirmationPage {
    /// Head, header and footer.
    pub shell: Shell,
    /// The first name the order was placed with, to say thank you.
    pub first_name: Option<String>,
    /// Where the confirmation was sent.
    pub email: String,
    /// How to pay, where something is left to do.
    pub payment_text: String,
    /// The order.
    pub order: OrderDetails,
    /// Whether to offer an account.
    pub offer_account: bool,
}

/// An order of a signed-in customer, or one that was looked up.
#[derive(Debug, Template)]
#[template(path = "pages/order.html")]
pub struct OrderPage {
    /// Head, header and footer.
    pub shell: Shell,
    /// Whether the customer's own pages stand beside it.
    pub in_account: bool,
    /// The order.
    pub order: OrderDetails,
}

/// Looking an order up by number and e-mail address.
#[derive(Debug, Template)]
#[template(path = "pages/look_up.html")]
pub struct LookUpPage {
    /// Head, header and footer.
    pub shell: Shell,
    /// A message over the form.
    pub notice: Option<Notice>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// The order's number.
    pub number: Field,
    /// The e-mail address of the order.
    pub email: Field,
}

/// An order in full.
#[derive(Debug, Clone)]
pub struct OrderDetails {
    /// The number shoppers read, for example "1042".
    pub number: String,
    /// For example "23 November 2026".
    pub placed_on: String,
    /// The same for programs, `YYYY-MM-DD`.
    pub placed_on_iso: String,
    /// For example "Being packed".
    pub status: String,
    /// How the status is meant.
    pub status_tone: Tone,
    /// What was bought.
    pub lines: Vec<OrderLine>,
    /// What was paid.
    pub totals: Totals,
    /// Lines of the delivery address.
    pub delivery_address: Vec<String>,
    /// Lines of the billing address.
    pub billing_address: Vec<String>,
    /// The way of delivery.
    pub delivery: String,
    /// The way of paying and how far it is.
    pub payment: String,
}

/// One line of an order.
#[derive(Debug, Clone)]
pub struct OrderLine {
    /// The product page's address, while the product exists.
    pub href: Option<String>,
    /// The title at the time of the order.
    pub title: String,
    /// The chosen options.
    pub options: String,
    /// The product's picture.
    pub picture: Option<Picture>,
    /// How many.
    pub quantity: u32,
    /// The line's total.
    pub total: String,
}

/// An order in a list.
#[derive(Debug, Clone)]
pub struct OrderRow {
    /// The order page's address.
    pub href: String,
    /// The number.
    pub number: String,
    /// The day.
    pub placed_on: String,
    /// The same for programs.
    pub placed_on_iso: String,
    /// The status.
    pub status: String,
    /// How the status is meant.
    pub status_tone: Tone,
    /// For example "3 items".
    pub items: String,
    /// The total.
    pub total: String,
    /// A few pictures of what was bought.
    pub pictures: Vec<Picture>,
}
