//! The words of the shop's mails: a text part and an HTML part each.

use tradewind_accounts::ActorKind;
use tradewind_accounts::events::{CustomerCreated, EmailVerificationRequested, PasswordResetRequested, StaffInvited};
use tradewind_kernel::Money;
use tradewind_orders::{OrderPlaced, OrderTransferRequested};
use tradewind_platform::mail::Mail;

use crate::reactions::ShopFacts;

/// The receipt of an order.
pub(crate) fn order_placed(shop: &ShopFacts, placed: &OrderPlaced) -> Mail {
    let mut letter = Letter::new(format!("Your order {} at {}", placed.display_id, shop.name));
    letter.paragraph("Thank you for your order. We have received it and will send it soon.");
    let mut rows: Vec<(String, String)> =
        placed.items.iter().map(|item| (format!("{} × {}", item.quantity, item.title), amount(item.total))).collect();
    rows.push(("Total, with shipping and taxes".to_owned(), amount(placed.total)));
    letter.table(&rows);
    letter.link("See your order", &format!("{}/orders/{}", shop.public_url, placed.order_id));
    letter.paragraph(&format!("{} · {}", shop.name, shop.public_url));
    letter.into_mail(format!("order-placed-{}", placed.order_id), placed.email.clone().unwrap_or_default())
}

/// The welcome of a new customer.
pub(crate) fn welcome(shop: &ShopFacts, created: &CustomerCreated) -> Mail {
    let mut letter = Letter::new(format!("Welcome to {}", shop.name));
    letter.paragraph(&match &created.first_name {
        Some(name) => format!("Hello {name},"),
        None => "Hello,".to_owned(),
    });
    letter.paragraph("Your account is open. It keeps your addresses and your orders in one place.");
    letter.link("Go to your account", &format!("{}/account", shop.public_url));
    letter.into_mail(format!("welcome-{}", created.customer_id), created.email.clone())
}

/// The link by which a new password is set.
pub(crate) fn password_reset(shop: &ShopFacts, requested: &PasswordResetRequested) -> Mail {
    let page = match requested.actor_kind {
        ActorKind::Customer => "account/reset-password",
        ActorKind::User | ActorKind::ApiKey => "app/reset-password",
    };
    let token = requested.token.expose();
    let mut letter = Letter::new(format!("A new password for {}", shop.name));
    letter.paragraph("Somebody, hopefully you, asked for a new password for this address.");
    letter.link("Set a new password", &format!("{}/{page}?token={token}", shop.public_url));
    letter.paragraph(
        "The link is good for 15 minutes and works once. If it was not you, ignore this message: nothing has changed.",
    );
    letter.into_mail(
        format!("password-reset-{}-{}", requested.auth_identity_id, requested.expires_at.0),
        requested.email.clone(),
    )
}

/// The link by which an e-mail address is proved.
pub(crate) fn email_verification(shop: &ShopFacts, requested: &EmailVerificationRequested) -> Mail {
    let page = match requested.actor_kind {
        ActorKind::Customer => "account/verify-email",
        ActorKind::User | ActorKind::ApiKey => "app/verify-email",
    };
    let token = requested.token.expose();
    let mut letter = Letter::new(format!("Confirm your e-mail address for {}", shop.name));
    letter.paragraph("Somebody, hopefully you, gave this address as theirs.");
    letter.link("Confirm the address", &format!("{}/{page}?token={token}", shop.public_url));
    letter.paragraph("The link is good for a day and works once. If it was not you, ignore this message.");
    letter.into_mail(
        format!("verification-{}-{}", requested.auth_identity_id, requested.expires_at.0),
        requested.email.clone(),
    )
}

/// The link by which an order goes over to a customer, or does not.
pub(crate) fn order_transfer(shop: &ShopFacts, requested: &OrderTransferRequested) -> Mail {
    let OrderTransferRequested { order_id, display_id, .. } = requested;
    let token = requested.token.expose();
    let mut letter = Letter::new(format!("Who may have your order {display_id} at {}?", shop.name));
    letter.paragraph(
        "A customer, hopefully you, asks to have this order in their account: to see it, and to be told about it.",
    );
    letter.link("Hand it over, or refuse", &format!("{}/orders/{order_id}/transfer?token={token}", shop.public_url));
    letter.paragraph("The link is good for seven days and works once. If you do nothing, the order stays yours.");
    letter.into_mail(format!("order-transfer-{order_id}-{}", requested.version), requested.email.clone())
}

/// The link by which somebody joins the staff.
pub(crate) fn invitation(shop: &ShopFacts, invited: &StaffInvited) -> Mail {
    let token = invited.token.expose();
    let mut letter = Letter::new(format!("Join the staff of {}", shop.name));
    letter.paragraph(&format!("You are invited to work in the admin of {}.", shop.name));
    letter.link("Accept the invitation", &format!("{}/app/invite?token={token}", shop.public_url));
    letter.paragraph(
        "The link works once and is good for seven days. If you do not know why you got it, ignore this message.",
    );
    letter.into_mail(format!("invitation-{}-{}", invited.invite_id, invited.expires_at.0), invited.email.clone())
}

fn amount(money: Money) -> String {
    format!("{} {}", money.major(), money.currency.code().to_uppercase())
}

/// A letter, written once, in two forms.
struct Letter {
    subject: String,
    text: String,
    html: String,
}

impl Letter {
    fn new(subject: String) -> Self {
        let html = format!("<h1 style=\"font:400 24px Georgia,serif;margin:0 0 16px\">{}</h1>", escape(&subject));
        Self { text: format!("{subject}\n\n"), html, subject }
    }

    fn paragraph(&mut self, words: &str) {
        self.text.push_str(words);
        self.text.push_str("\n\n");
        self.html.push_str(&format!("<p style=\"margin:0 0 16px\">{}</p>", escape(words)));
    }

    fn link(&mut self, words: &str, url: &str) {
        self.text.push_str(&format!("{words}: {url}\n\n"));
        self.html.push_str(&format!(
            "<p style=\"margin:0 0 16px\"><a href=\"{}\" style=\"color:#1d3f5e\">{}</a></p>",
            escape(url),
            escape(words)
        ));
    }

    fn table(&mut self, rows: &[(String, String)]) {
        self.html.push_str("<table style=\"border-collapse:collapse;width:100%;margin:0 0 16px\">");
        for (what, how_much) in rows {
            self.text.push_str(&format!("{what}: {how_much}\n"));
            self.html.push_str(&format!(
                "<tr><td style=\"padding:6px 0;border-bottom:1px solid #ddd6c8\">{}</td>\
                 <td style=\"padding:6px 0;border-bottom:1px solid #ddd6c8;text-align:right\">{}</td></tr>",
                escape(what),
                escape(how_much)
            ));
        }
        self.text.push('\n');
        self.html.push_str("</table>");
    }

    fn into_mail(self, key: String, to: String) -> Mail {
        let html = format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{}</title>\
             <body style=\"background:#f6f1e7;color:#22303c;font:16px/1.5 sans-serif;margin:0;padding:32px\">\
             <div style=\"max-width:560px;margin:0 auto;background:#fffdf8;padding:32px\">{}</div></body></html>",
            escape(&self.subject),
            self.html
        );
        Mail { key, to, subject: self.subject, text: self.text, html }
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
