//! Made-up facts, for looking at a mail before anybody gets it.

use tradewind_kernel::{Currency, Money, Secret};

use crate::letter::{Kind, Letter, OrderFacts, OrderLine, OrderName, Tracking};

/// A letter of this kind.
pub(crate) fn letter(kind: Kind) -> Letter {
    let token = || Secret::new("eyJhbGciOiJIUzI1NiJ9.sample-of-a-token.not-good-for-anything");
    match kind {
        Kind::Welcome => Letter::Welcome { first_name: Some("Ada".to_owned()) },
        Kind::OrderPlaced => Letter::OrderPlaced(Box::new(OrderFacts {
            name: name(),
            lines: lines(),
            shipping: euro(590),
            paid_otherwise: euro(1000),
            total: euro(118_590),
            taxes: euro(23_718),
            saved: euro(500),
            shipping_method: Some("Parcel".to_owned()),
            address: address(),
        })),
        Kind::OrderShipped => Letter::OrderShipped {
            order: name(),
            lines: lines(),
            tracking: vec![Tracking {
                number: "JD0146 0000 0012 3456".to_owned(),
                url: Some("https://carrier.example/track/JD014600000012".to_owned()),
            }],
            address: address(),
        },
        Kind::OrderRefunded => Letter::OrderRefunded { order: name(), amount: euro(4900) },
        Kind::OrderCanceled => Letter::OrderCanceled { order: name() },
        Kind::PasswordReset => Letter::PasswordReset { is_staff: false, token: token() },
        Kind::EmailVerification => Letter::EmailVerification { is_staff: false, token: token() },
        Kind::StaffInvitation => Letter::StaffInvitation { token: token() },
        Kind::OrderTransfer => Letter::OrderTransfer { order: name(), token: token() },
    }
}

fn euro(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR)
}

fn name() -> OrderName {
    OrderName { id: "order_01JDZ8XJ6N4QK2V7T9B3C5D7EF".to_owned(), display_id: 1042 }
}

fn lines() -> Vec<OrderLine> {
    vec![
        OrderLine {
            title: "Nor'easter over the Skagerrak".to_owned(),
            variant: Some("50 × 70 cm, oak frame".to_owned()),
            picture: None,
            quantity: 2,
            total: euro(98_000),
        },
        OrderLine {
            title: "Tea & biscuits <limited>".to_owned(),
            variant: None,
            picture: None,
            quantity: 1,
            total: euro(21_000),
        },
    ]
}

fn address() -> Vec<String> {
    ["Ada Lovelace", "Østergade 12, 2. tv", "1100 København K", "DENMARK"].map(str::to_owned).to_vec()
}
