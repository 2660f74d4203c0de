//! Sample pages of an account.

use tradewind_storefront::views::*;

use super::purchase::{address_form, order};
use super::{picture, shell};

pub fn sign_in() -> SignInPage {
    SignInPage {
        shell: shell("/account/sign-in", "Sign in", false),
        notice: Some(Notice::new(Tone::Bad, "E-mail address and password do not belong together.")),
        errors: Vec::new(),
        email: Field::email("email", "E-mail").with_value("robin@shop.example"),
        password: Field::password("password", "Password", "current-password"),
        next: "/account".to_owned(),
    }
}

pub fn register() -> RegisterPage {
    RegisterPage {
        shell: shell("/account/register", "Create an account", false),
        notice: None,
        errors: Vec::new(),
        first_name: Field::new("first_name", "First name", "given-name"),
        last_name: Field::new("last_name", "Last name", "family-name"),
        email: Field::email("email", "E-mail"),
        password: Field::password("password", "Password", "new-password").with_hint("At least 8 characters."),
        next: "/account".to_owned(),
    }
}

pub fn forgotten(sent: bool) -> ForgottenPasswordPage {
    ForgottenPasswordPage {
        shell: shell("/account/forgotten-password", "Forgotten password", false),
        errors: Vec::new(),
        email: Field::email("email", "E-mail"),
        sent,
    }
}

pub fn new_password() -> NewPasswordPage {
    NewPasswordPage {
        shell: shell("/account/new-password", "Choose a new password", false),
        notice: None,
        errors: vec![FieldError { field: "password".to_owned(), text: "Use at least 8 characters.".to_owned() }],
        token: "token".to_owned(),
        password: Field::password("password", "New password", "new-password")
            .with_error(Some("Use at least 8 characters.".to_owned())),
    }
}

pub fn signed_in(path: &str, title: &str) -> Shell {
    let mut shell = shell(path, title, false);
    shell.visitor.signed_in_as = Some("Robin".to_owned());
    shell
}

pub fn order_rows() -> Vec<OrderRow> {
    [("1042", "Being packed", Tone::Good, 2), ("1017", "Cancelled", Tone::Bad, 1)]
        .into_iter()
        .map(|(number, status, status_tone, count)| OrderRow {
            href: format!("/account/orders/order_{number}"),
            number: number.to_owned(),
            placed_on: "23 November 2026".to_owned(),
            placed_on_iso: "2026-11-23".to_owned(),
            status: status.to_owned(),
            status_tone,
            items: format!("{count} items"),
            total: "€ 153.90".to_owned(),
            pictures: (0..count).map(|index| picture(index).decorative()).collect(),
        })
        .collect()
}

pub fn address_card(id: &str, is_default: bool) -> AddressCard {
    AddressCard { id: id.to_owned(), lines: order().delivery_address, is_default }
}

pub fn account() -> AccountPage {
    AccountPage {
        shell: signed_in("/account", "Your account"),
        notice: None,
        name: "Robin Shopper".to_owned(),
        email: "robin@shop.example".to_owned(),
        orders: order_rows(),
        address: Some(address_card("cuaddr_1", true)),
    }
}

pub fn account_empty() -> AccountPage {
    AccountPage {
        notice: Some(Notice::new(Tone::Good, "Welcome aboard. Your account is ready.")),
        orders: Vec::new(),
        address: None,
        ..account()
    }
}

pub fn account_orders() -> OrdersPage {
    OrdersPage {
        shell: signed_in("/account/orders", "Orders"),
        orders: order_rows(),
        newer: None,
        older: Some("/account/orders?page=2".to_owned()),
    }
}

pub fn account_order() -> OrderPage {
    OrderPage { shell: signed_in("/account/orders/order_1042", "Order 1042"), in_account: true, order: order() }
}

pub fn account_addresses() -> AddressesPage {
    AddressesPage {
        shell: signed_in("/account/addresses", "Addresses"),
        notice: Some(Notice::new(Tone::Good, "The address was saved.")),
        addresses: vec![address_card("cuaddr_1", true), address_card("cuaddr_2", false)],
    }
}

pub fn account_address() -> AddressPage {
    let mut address = address_form(false, true);
    address.postal_code = address.postal_code.with_value("").with_error(Some("Enter a postal code.".to_owned()));
    AddressPage {
        shell: signed_in("/account/addresses/cuaddr_1", "Change address"),
        id: Some("cuaddr_1".to_owned()),
        errors: address.errors(),
        address,
        is_default: true,
    }
}

pub fn account_details() -> DetailsPage {
    DetailsPage {
        shell: signed_in("/account/details", "Your details"),
        notice: Some(Notice::new(Tone::Good, "Your details were saved.")),
        errors: Vec::new(),
        email: "robin@shop.example".to_owned(),
        first_name: Field::new("first_name", "First name", "given-name").with_value("Robin"),
        last_name: Field::new("last_name", "Last name", "family-name").with_value("Shopper"),
        phone: Field::new("phone", "Telephone", "tel").of_kind(FieldKind::Telephone).optional(),
    }
}
