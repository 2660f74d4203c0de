//! Sample pages from the cart to the order.

use tradewind_storefront::views::*;

use super::{TITLES, picture, shell};

pub fn cart_lines() -> Vec<CartLine> {
    [(0, "A3 · Oak", "€ 89.00", 1, "€ 89.00", None), (3, "A4 · Unframed", "€ 29.00", 2, "€ 58.00", Some("Only 1 left"))]
        .into_iter()
        .map(|(index, options, unit_price, quantity, total, problem)| CartLine {
            id: format!("cali_{index}"),
            href: format!("/products/sample-{index}"),
            title: TITLES[index].0.to_owned(),
            options: options.to_owned(),
            picture: Some(picture(index).decorative()),
            unit_price: unit_price.to_owned(),
            unit_price_before: (index == 3).then(|| "€ 35.00".to_owned()),
            quantity,
            maximum_quantity: Some(10),
            total: total.to_owned(),
            problem: problem.map(str::to_owned),
        })
        .collect()
}

pub fn totals() -> Totals {
    Totals {
        rows: vec![TotalsRow::new("Subtotal", "€ 147.00"), TotalsRow::new("Delivery", "€ 6.90")],
        total: "€ 153.90".to_owned(),
        tax_note: Some("incl. € 24.57 VAT".to_owned()),
    }
}

pub fn cart() -> CartPage {
    CartPage {
        shell: shell("/cart", "Cart", false),
        notices: vec![Notice::new(Tone::Warning, "One of your prints has become scarce. Please look at its quantity.")],
        added: Some("Nor'easter, A3 · Oak".to_owned()),
        lines: cart_lines(),
        totals: Totals {
            rows: vec![
                TotalsRow::new("Subtotal", "€ 147.00"),
                TotalsRow::new("Discount HARBOUR", "−€ 10.00"),
                TotalsRow::new("Delivery", "at checkout"),
            ],
            total: "€ 137.00".to_owned(),
            tax_note: Some("incl. € 21.87 VAT".to_owned()),
        },
        codes: Codes {
            given: [("HARBOUR", true), ("WINTER", false)]
                .map(|(code, holds)| GivenCode { code: code.to_owned(), holds })
                .to_vec(),
            typed: "HARBUOR".to_owned(),
            error: Some("There is no promotion code HARBUOR. Please check its spelling.".to_owned()),
        },
    }
}

pub fn cart_empty() -> CartPage {
    let mut page = cart();
    page.shell.visitor.cart_count = 0;
    page.notices.clear();
    page.added = None;
    page.lines.clear();
    page
}

pub fn address_form(billing: bool, filled: bool) -> AddressForm {
    // Names of fields are fixed per form; the two sets differ by their prefix.
    let name = |delivery: &'static str, invoice: &'static str| if billing { invoice } else { delivery };
    let token = |delivery: &'static str, invoice: &'static str| if billing { invoice } else { delivery };
    let value = |text: &str| if filled { text.to_owned() } else { String::new() };
    AddressForm {
        first_name: Field::new(
            name("shipping_first_name", "billing_first_name"),
            "First name",
            token("shipping given-name", "billing given-name"),
        )
        .with_value(value("Robin")),
        last_name: Field::new(
            name("shipping_last_name", "billing_last_name"),
            "Last name",
            token("shipping family-name", "billing family-name"),
        )
        .with_value(value("Shopper")),
        company: Field::new(
            name("shipping_company", "billing_company"),
            "Company",
            token("shipping organization", "billing organization"),
        )
        .optional(),
        address_1: Field::new(
            name("shipping_address_1", "billing_address_1"),
            "Street and number",
            token("shipping address-line1", "billing address-line1"),
        )
        .with_value(value("Am Kai 7")),
        address_2: Field::new(
            name("shipping_address_2", "billing_address_2"),
            "Flat, floor or other addition",
            token("shipping address-line2", "billing address-line2"),
        )
        .optional(),
        postal_code: Field::new(
            name("shipping_postal_code", "billing_postal_code"),
            "Postal code",
            token("shipping postal-code", "billing postal-code"),
        )
        .with_value(value("20457")),
        city: Field::new(
            name("shipping_city", "billing_city"),
            "Town",
            token("shipping address-level2", "billing address-level2"),
        )
        .with_value(value("Hamburg")),
        province: None,
        country: SelectField {
            name: name("shipping_country", "billing_country"),
            label: "Country",
            choices: [("at", "Austria"), ("dk", "Denmark"), ("fr", "France"), ("de", "Germany")]
                .iter()
                .map(|(value, label)| Choice {
                    value: (*value).to_owned(),
                    label: (*label).to_owned(),
                    selected: filled && *value == "de",
                })
                .collect(),
            error: None,
            autocomplete: token("shipping country", "billing country"),
        },
        phone: Field::new(name("shipping_phone", "billing_phone"), "Telephone", token("shipping tel", "billing tel"))
            .of_kind(FieldKind::Telephone)
            .optional(),
    }
}

pub fn checkout() -> CheckoutPage {
    let mut lines = cart_lines();
    for line in &mut lines {
        line.problem = None;
    }
    CheckoutPage {
        shell: shell("/checkout", "Checkout", false),
        notice: None,
        errors: Vec::new(),
        email: Field::email("email", "E-mail")
            .with_value("robin@shop.example")
            .with_hint("For the confirmation and questions about your order."),
        delivery_address: address_form(false, true),
        billing_differs: false,
        billing_address: address_form(true, false),
        deliveries: vec![DeliveryGroup {
            field: "delivery-1".to_owned(),
            legend: "How should it be delivered?".to_owned(),
            choices: vec![
                DeliveryChoice {
                    id: "so_standard".to_owned(),
                    name: "Standard".to_owned(),
                    detail: Some("3 to 5 working days".to_owned()),
                    price: "€ 6.90".to_owned(),
                    selected: true,
                },
                DeliveryChoice {
                    id: "so_express".to_owned(),
                    name: "Express".to_owned(),
                    detail: Some("Next working day".to_owned()),
                    price: "€ 14.90".to_owned(),
                    selected: false,
                },
            ],
        }],
        delivery_hint: String::new(),
        payments: vec![PaymentChoice {
            id: "pp_system_default".to_owned(),
            name: "Invoice".to_owned(),
            detail: Some("Pay by bank transfer within 14 days of delivery.".to_owned()),
            selected: true,
        }],
        payment_error: None,
        lines,
        totals: totals(),
        codes: Codes::default(),
        shown_total: "15390".to_owned(),
    }
}

pub fn checkout_errors() -> CheckoutPage {
    let mut page = checkout();
    page.email =
        page.email.with_value("robin@").with_error(Some("Enter an e-mail address like name@example.com.".to_owned()));
    page.delivery_address = address_form(false, false);
    page.delivery_address.first_name.error = Some("Enter a first name.".to_owned());
    page.delivery_address.country.error = Some("Choose a country.".to_owned());
    page.deliveries.clear();
    page.delivery_hint = "Choose a country, then the ways of delivery appear here.".to_owned();
    page.errors = page.email.as_error().into_iter().chain(page.delivery_address.errors()).collect();
    page.errors.push(FieldError {
        field: "delivery".to_owned(),
        text: "Choose a country, then the ways of delivery appear here.".to_owned(),
    });
    page
}

pub fn order() -> OrderDetails {
    let address =
        vec!["Robin Shopper".to_owned(), "Am Kai 7".to_owned(), "20457 Hamburg".to_owned(), "Germany".to_owned()];
    OrderDetails {
        number: "1042".to_owned(),
        placed_on: "23 November 2026".to_owned(),
        placed_on_iso: "2026-11-23".to_owned(),
        status: "Being packed".to_owned(),
        status_tone: Tone::Good,
        lines: cart_lines()
            .into_iter()
            .map(|line| OrderLine {
                href: Some(line.href),
                title: line.title,
                options: line.options,
                picture: line.picture,
                quantity: line.quantity,
                total: line.total,
            })
            .collect(),
        totals: totals(),
        delivery_address: address.clone(),
        billing_address: address,
        delivery: "Standard, 3 to 5 working days".to_owned(),
        payment: "Invoice, to be paid".to_owned(),
    }
}

pub fn confirmation() -> ConfirmationPage {
    ConfirmationPage {
        shell: shell("/orders/sample/confirmation", "Thank you", false),
        first_name: Some("Robin".to_owned()),
        email: "robin@shop.example".to_owned(),
        payment_text: "The invoice comes with the parcel.".to_owned(),
        order: order(),
        offer_account: true,
    }
}

pub fn look_up() -> LookUpPage {
    LookUpPage {
        shell: shell("/orders/look-up", "Find an order", false),
        notice: Some(Notice::new(Tone::Bad, "There is no order with this number and e-mail address.")),
        errors: Vec::new(),
        number: Field::new("number", "Order number", "off").with_value("1042"),
        email: Field::email("email", "E-mail").with_hint("The one you ordered with."),
    }
}
