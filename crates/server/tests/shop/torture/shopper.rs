//! Somebody who shops until the shop is gone: now a common print, now one that is nearly sold out, sometimes with a nervous finger.

use std::sync::Arc;

use serde_json::{Value, json};
use tradewind_kernel::Rng;
use tradewind_testkit::{Answer, Client};

use super::ledger::{Ledger, Sent};

pub(super) struct Shopper {
    pub client: Client,
    pub region: String,
    pub plenty: Vec<String>,
    pub scarce: String,
    pub rng: Rng,
    pub ledger: Arc<Ledger>,
}

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
        let sent = Sent { cart, variant, quantity, is_scarce };
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
        let body = json!({ "cart_id": cart });
        let collection = self.ask("POST", "/store/payment-collections", Some(&body)).await?.ok();
        let collection = text(&collection["payment_collection"]["id"]);
        let session = json!({ "provider_id": "pp_system_default" });
        let path = format!("/store/payment-collections/{collection}/payment-sessions");
        self.ask("POST", &path, Some(&session)).await?.ok();
        Ok(Some(cart))
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
