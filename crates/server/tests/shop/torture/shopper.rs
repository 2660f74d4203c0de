//! Somebody who shops until the shop is gone: now a common print, now one that is nearly sold out, sometimes with a nervous finger.

use std::sync::Arc;

use serde_json::{Value, json};
use tradewind_kernel::Rng;
use tradewind_testkit::{Answer, Client, StripeSimulator};

use super::ledger::{Ledger, Sent};

pub(super) struct Shopper {
    pub client: Client,
    pub region: String,
    pub plenty: Vec<String>,
    pub scarce: String,
    pub rng: Rng,
    pub ledger: Arc<Ledger>,
    pub stripe: StripeSimulator,
}

const CARDS: [&str; 4] =
    ["pm_card_visa", "pm_card_mastercard", "pm_card_threeDSecure2Required", "pm_card_chargeDeclined"];

/// The shop does not answer any more.
pub(super) struct Gone;

impl Shopper {
    pub(super) async fn shop_until_it_is_gone(self) {
        if complete_unanswered(&self.client, &self.ledger).await.is_err() {
            return;
        }
        while self.buy().await.is_ok() {}
    }

    async fn buy(&self) -> Result<(), Gone> {
        let is_scarce = self.rng.below(3) == 0;
        let variant = if is_scarce {
            self.scarce.clone()
        } else {
            self.plenty[usize::try_from(self.rng.below(self.plenty.len() as u64)).unwrap_or(0)].clone()
        };
        let quantity = 1 + i64::try_from(self.rng.below(3)).unwrap_or(0);
        let Some(cart) = self.fill_cart(&variant, quantity, is_scarce).await? else { return Ok(()) };
        let is_paid_elsewhere = self.begin_payment(&cart).await?;
        let sent = Sent { cart, variant, quantity, is_scarce, is_paid_elsewhere };
        match self.rng.below(10) {
            // Thought better of it.
            0 => Ok(()),
            // Pressed the button twice.
            1 | 2 => {
                self.ledger.doubled();
                let complete = || complete(&self.client, &self.ledger, &sent);
                let (first, second) = tokio::join!(complete(), complete());
                first.and(second)
            }
            _ => complete(&self.client, &self.ledger, &sent).await,
        }
    }

    /// A cart that is ready to be completed; `None` when what was wanted is sold out already.
    async fn fill_cart(&self, variant: &str, quantity: i64, is_scarce: bool) -> Result<Option<String>, Gone> {
        let items = json!([{ "variant_id": variant, "quantity": quantity }]);
        let body = json!({ "region_id": self.region, "items": items });
        let created = self.ask("POST", "/store/carts", Some(&body)).await?;
        if created.status != 200 {
            assert!(is_scarce && is_sold_out(&created), "{}", created.text);
            self.ledger.sold_out();
            return Ok(None);
        }
        let cart = text(&created.body["cart"]["id"]);
        let address = json!({
            "first_name": "Ada", "last_name": "Lovelace", "address_1": "Hafenstrasse 1",
            "city": "Hamburg", "postal_code": "20459", "country_code": "de"
        });
        let contact = json!({ "email": "ada@example.com", "shipping_address": address, "billing_address": address });
        self.ask("POST", &format!("/store/carts/{cart}"), Some(&contact)).await?.ok();
        let options = self.ask("GET", &format!("/store/shipping-options?cart_id={cart}"), None).await?.ok();
        let method = json!({ "option_id": options["shipping_options"][0]["id"] });
        self.ask("POST", &format!("/store/carts/{cart}/shipping-methods"), Some(&method)).await?.ok();
        Ok(Some(cart))
    }

    /// Begins to pay, every second time with Stripe, where what the card does and when the shopper confirms it are left to chance.
    /// Answers whether it is with Stripe.
    async fn begin_payment(&self, cart: &str) -> Result<bool, Gone> {
        let body = json!({ "cart_id": cart });
        let collection = self.ask("POST", "/store/payment-collections", Some(&body)).await?.ok();
        let collection = text(&collection["payment_collection"]["id"]);
        let path = format!("/store/payment-collections/{collection}/payment-sessions");
        if self.rng.below(2) == 0 {
            let card = CARDS[usize::try_from(self.rng.below(CARDS.len() as u64)).unwrap_or(0)];
            // Every third time the shop confirms it, otherwise the browser does.
            let is_ours = self.rng.below(3) == 0;
            let data = if is_ours { json!({ "payment_method": card }) } else { json!({}) };
            let session = json!({ "provider_id": "pp_stripe_stripe", "data": data });
            let begun = self.client.try_ask("POST", &path, Some(&session)).await.map_err(|_| Gone)?;
            self.ledger.answered();
            if begun.status == 200 {
                let intent = text(&begun.body["payment_collection"]["payment_sessions"][0]["data"]["id"]);
                if !is_ours && self.rng.below(4) > 0 {
                    // A card that is declined is a refusal to the browser, which the shop is told of.
                    let _ = self.stripe.confirm_in_browser(&intent, card);
                    if self.rng.below(2) == 0 {
                        let _ = self.stripe.finish_three_d_secure(&intent, self.rng.below(4) > 0);
                    }
                }
                return Ok(true);
            }
            // Stripe did not answer: the manual way is always there.
            assert_eq!(begun.status, 503, "{}", begun.text);
        }
        let session = json!({ "provider_id": "pp_system_default" });
        self.ask("POST", &path, Some(&session)).await?.ok();
        Ok(false)
    }

    async fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer, Gone> {
        ask(&self.client, &self.ledger, method, path, body).await
    }
}

/// Completes the carts that were sent off before the shop was killed. Whatever became of them, the answer is one order.
pub(super) async fn ask_again(client: &Client, ledger: &Ledger) {
    assert!(complete_unanswered(client, ledger).await.is_ok(), "nobody kills the shop now, and it is gone");
}

async fn complete_unanswered(client: &Client, ledger: &Ledger) -> Result<(), Gone> {
    let mut left = ledger.take_unanswered().into_iter();
    while let Some(sent) = left.next() {
        if complete(client, ledger, &sent).await.is_err() {
            left.for_each(|sent| ledger.unanswered(sent));
            return Err(Gone);
        }
    }
    Ok(())
}

async fn complete(client: &Client, ledger: &Ledger, sent: &Sent) -> Result<(), Gone> {
    let path = format!("/store/carts/{}/complete", sent.cart);
    let Ok(answer) = ask(client, ledger, "POST", &path, None).await else {
        ledger.unanswered(sent.clone());
        return Err(Gone);
    };
    if answer.status == 200 && answer.body["type"] == "order" {
        ledger.acknowledge(sent, &text(&answer.body["order"]["id"]));
    } else if sent.is_paid_elsewhere && !is_sold_out(&answer) {
        // Refused, waiting, or called off after its two seconds: whether money hangs on it, Stripe's books say.
        ledger.not_paid();
    } else {
        assert!(sent.is_scarce && is_sold_out(&answer), "{}", answer.text);
        ledger.sold_out();
    }
    Ok(())
}

async fn ask(client: &Client, ledger: &Ledger, method: &str, path: &str, body: Option<&Value>) -> Result<Answer, Gone> {
    let answer = client.try_ask(method, path, body).await.map_err(|_| Gone)?;
    ledger.answered();
    assert!(answer.status < 500, "{method} {path}: {}", answer.text);
    Ok(answer)
}

fn is_sold_out(answer: &Answer) -> bool {
    answer.text.contains("insufficient_inventory")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
