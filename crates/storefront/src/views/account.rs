//! The customer's own pages, and the ways in.

use askama::Template;

use super::{
    checkout::AddressForm,
    form::{Choice, Field, FieldError},
    order::OrderRow,
    shell::{Notice, Shell},
};

/// Signing in.
#[derive(Debug, Template)]
#[template(path = "account/sign_in.html")]
pub struct SignInPage {
    /// Head, header and footer.
    pub shell: Shell,
    /// A message over the form.
    pub notice: Option<Notice>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// E-mail address.
    pub email: Field,
    /// Password.
    pub password: Field,
    /// Path to go to afterwards.
    pub next: String,
}

/// The second step of signing in.
#[derive(Debug, Template)]
#[template(path = "account/second_factor.html")]
pub struct SecondFactorPage {
    /// Head, header and footer.
    pub shell: Shell,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// The code.
    pub code: Field,
    /// The request that the code answers.
    pub challenge: String,
    /// Path to go to afterwards.
    pub next: String,
}

/// A question that the link of a mail leads to.
#[derive(Debug, Template)]
#[template(path = "account/decision.html")]
pub struct DecisionPage {
    /// Head, header and footer.
    pub shell: Shell,
    /// What it is about.
    pub heading: String,
    /// The question.
    pub words: String,
    /// What came of it.
    pub notice: Option<Notice>,
    /// Where the answer goes.
    pub action: String,
    /// The link's token.
    pub token: String,
    /// The answers; none once it is decided.
    pub choices: Vec<Choice>,
}

/// Opening an account.
#[derive(Debug, Template)]
#[template(path = "account/register.html")]
pub struct RegisterPage {
    /// Head, header and footer.
    pub shell: Shell,
    /// A message over the form.
    pub notice: Option<Notice>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// Given name.
    pub first_name: Field,
    /// Family name.
    pub last_name: Field,
    /// E-mail address.
    pub email: Field,
    /// Password.
    pub password: Field,
    /// Path to go to afterwards.
    pub next: String,
}

/// Asking for a link to choose a new password.
#[derive(Debug, Template)]
#[template(path = "account/forgotten.html")]
pub struct ForgottenPasswordPage {
    /// Head, header and footer.
    pub shell: Shell,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// E-mail address.
    pub email: Field,
    /// Whether the link was asked for; the page says the same whether the address is known or not.
    pub sent: bool,
}

/// Choosing a new password by the link from the mail.
#[derive(Debug, Template)]
#[template(path = "account/new_password.html")]
pub struct NewPasswordPage {
    /// Head, header and footer.
    pub shell: Shell,
    /// A message over the form.
    pub notice: Option<Notice>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// The link's token.
    pub token: String,
    /// The new password.
    pub password: Field,
}

/// The account's first page.
#[derive(Debug, Template)]
#[template(path = "account/overview.html")]
pub struct AccountPage {
    /// Head, header and footer.
    pub shell: Shell,
    /// A message, for example after a change.
    pub notice: Option<Notice>,
    /// The customer's name.
    pub name: String,
    /// The customer's e-mail address.
    pub email: String,
    /// The latest orders.
    pub orders: Vec<OrderRow>,
    /// The default delivery address.
    pub address: Option<AddressCard>,
}

/// All orders.
#[derive(Debug, Template)]
#[template(path = "account/orders.html")]
pub struct OrdersPage {
    /// Head, header and footer.
    pub shell: Shell,
    /// The orders, newest first.
    pub orders: Vec<OrderRow>,
    /// Address of newer orders.
    pub newer: Option<String>,
    /// Address of older orders.
    pub older: Option<String>,
}

/// All saved addresses.
#[derive(Debug, Template)]
#[template(path = "account/addresses.html")]
pub struct AddressesPage {
    /// Head, header and footer.
    pub shell: Shell,
    /// A message, for example after a change.
    pub notice: Option<Notice>,
    /// The addresses.
    pub addresses: Vec<AddressCard>,
}

/// A saved address.
#[derive(Debug, Clone)]
pub struct AddressCard {
    /// The address's id.
    pub id: String,
    /// Its lines, the name first.
    pub lines: Vec<String>,
    /// Whether checkout starts with it.
    pub is_default: bool,
}

/// A new address, or changing one.
#[derive(Debug, Template)]
#[template(path = "account/address.html")]
pub struct AddressPage {
    /// Head, header and footer.
    pub shell: Shell,
    /// The address's id; none for a new one.
    pub id: Option<String>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// The fields.
    pub address: AddressForm,
    /// Whether checkout starts with it.
    pub is_default: bool,
}

/// The customer's name and telephone.
#[derive(Debug, Template)]
#[template(path = "account/details.html")]
pub struct DetailsPage {
    /// Head, header and footer.
    pub shell: Shell,
    /// A message, for example after a change.
    pub notice: Option<Notice>,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// The e-mail address, which is the login and is not changed here.
    pub email: String,
    /// Given name.
    pub first_name: Field,
    /// Family name.
    pub last_name: Field,
    /// Telephone.
    pub phone: Field,
}
