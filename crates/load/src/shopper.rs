//! What shoppers do, one request after the other, and what they remember for the books.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Number, json};
use tokio::time::Instant;
use tradewind_kernel::Decimal;

use crate::arguments::{Load, Scenario};
use crate::store::{Facts, Refusal};
use crate::tally::{Outcome, Step, Tally};
use crate::wire::{Answer, Request, Wire};

/// An order that the shop has acknowledged.
#[derive(Clone, Debug)]
pub struct Sale {
    /// The cart it was made of.
    pub cart_id: String,
    /// The order.
    pub order_id: String,
    /// What it costs, as acknowledged.
    pub total: Decimal,
    /// Which of the goods it has, one of them.
    pub good: usize,
    /// When its completion was sent, in microseconds since the start.
    pub sent: u64,
}

/// What shoppers remember.
#[derive(Default)]
pub struct Ledger {
    /// The acknowledged orders, each answer of each completion.
    pub sales: Vec<Sale>,
    /// Carts whose completion was sent and got no clear answer, each with the place of what was in it.
    pub unclear: Vec<(String, usize)>,
    /// When a shopper was told 409.
    pub conflicts: Vec<u64>,
    /// How many carts were completed more than once.
    pub repeated_carts: u64,
    /// Carts that became different orders when completed again.
    pub contradictions: Vec<String>,
}

/// What all shoppers share.
pub struct World {
    /// The way to the shop.
    pub wire: Wire,
    /// What they know of it.
    pub facts: Facts,
    /// What was typed.
    pub load: Load,
    /// What is counted.
    pub tally: RefCell<Tally>,
    /// What is remembered.
    pub ledger: RefCell<Ledger>,
    /// When the run began.
    pub began: Instant,
    /// Shoppers in the shop.
    pub inside: Cell<u64>,
}

/// Why an errand went no further.
enum Stop {
    /// Refused: come back after so many seconds.
    Refused(u64),
    SoldOut,
    Failed,
}

impl Stop {
    fn outcome(&self) -> Outcome {
        match self {
            Self::Refused(_) => Outcome::Refused,
            Self::SoldOut => Outcome::SoldOut,
            Self::Failed => Outcome::Failed,
        }
    }
}

#[derive(Deserialize)]
struct Id<'a> {
    #[serde(borrow)]
    id: std::borrow::Cow<'a, str>,
}

#[derive(Deserialize)]
struct CartAnswer<'a> {
    #[serde(borrow)]
    cart: Id<'a>,
}

#[derive(Deserialize)]
struct OptionsAnswer<'a> {
    #[serde(borrow)]
    shipping_options: Vec<Id<'a>>,
}

#[derive(Deserialize)]
struct CollectionAnswer<'a> {
    #[serde(borrow)]
    payment_collection: Id<'a>,
}

/// The answer to a completion: an order, or a cart with what is in the way.
#[derive(Deserialize)]
struct CompletionAnswer<'a> {
    #[serde(borrow)]
    order: Option<Order<'a>>,
    error: Option<Refusal>,
}

#[derive(Deserialize)]
struct Order<'a> {
    #[serde(borrow)]
    id: std::borrow::Cow<'a, str>,
    total: Number,
}

impl World {
    /// Microseconds since the start.
    pub fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Sends one shopper on the errand of the scenario.
    pub async fn errand(self: Rc<Self>, number: usize, arrived: u64) {
        self.inside.set(self.inside.get() + 1);
        let outcome = match self.load.scenario {
            Scenario::Browse => self.look(number, arrived).await,
            Scenario::Checkout | Scenario::Surge => self.buy(number, arrived).await.map(|_| ()),
            Scenario::Drop => self.buy_patiently(number, arrived).await,
            Scenario::Retries => self.buy_impatiently(number, arrived).await,
        };
        let outcome = outcome.err().map_or(Outcome::Done, |stop| stop.outcome());
        self.tally.borrow_mut().left(outcome, arrived, self.now());
        self.inside.set(self.inside.get() - 1);
    }

    /// A list, a product or a search: of twenty, eight, nine and three.
    async fn look(&self, number: usize, due: u64) -> Result<(), Stop> {
        // Spread by a multiplier that has nothing in common with any length, so that each request meets every thing.
        let choice = number.wrapping_mul(2_654_435_761) >> 7;
        let Facts { region_id, product_ids, words, product_count, .. } = &self.facts;
        let priced = "fields=*variants.calculated_price";
        let (step, path) = match (number % 20, words.as_slice()) {
            (17.., [_, ..]) => {
                let word = &words[choice % words.len()];
                (Step::Search, format!("/store/products?q={word}&limit=12&region_id={region_id}&{priced}"))
            }
            (0..8, _) => {
                let pages = usize::try_from(product_count.div_ceil(12)).unwrap_or(1).clamp(1, 50);
                let offset = 12 * (choice % pages);
                (Step::List, format!("/store/products?limit=12&offset={offset}&region_id={region_id}&{priced}"))
            }
            _ => {
                let id = &product_ids[choice % product_ids.len()];
                (
                    Step::Product,
                    format!("/store/products/{id}?region_id={region_id}&{priced},%2Bvariants.inventory_quantity"),
                )
            }
        };
        self.ask(step, due, &Request::get(&path)).await.map(|_| ())
    }

    /// The seven requests from an empty cart to an order.
    async fn buy(&self, number: usize, due: u64) -> Result<Sale, Stop> {
        let good = number % self.facts.goods.len();
        let cart = self.fill_cart(number, good, due).await?;
        self.complete(Step::Complete, &cart, good).await
    }

    /// Comes back when refused, until patience ends.
    async fn buy_patiently(&self, number: usize, arrived: u64) -> Result<(), Stop> {
        let patience = Duration::from_secs_f64(self.load.patience).as_micros();
        let mut cart = None;
        let mut due = arrived;
        loop {
            let attempt = match &cart {
                None => self.fill_cart(number, 0, due).await.map(|filled| cart = Some(filled)),
                Some(cart) => match self.complete(Step::Complete, cart, 0).await {
                    Ok(_) => return Ok(()),
                    Err(stop) => Err(stop),
                },
            };
            match attempt {
                Ok(()) => {}
                Err(Stop::Refused(seconds)) if u128::from(self.now() - arrived) < patience => {
                    // Not all at once: what comes back together would be refused together.
                    let spread = u64::try_from(number % 500).unwrap_or_default();
                    tokio::time::sleep(Duration::from_millis(seconds.min(10) * 1000 + spread)).await;
                    due = self.now();
                }
                Err(stop) => return Err(stop),
            }
        }
    }

    /// Presses the button twice at once, and again when the order is there.
    async fn buy_impatiently(&self, number: usize, due: u64) -> Result<(), Stop> {
        let good = number % self.facts.goods.len();
        let cart = self.fill_cart(number, good, due).await?;
        let (first, second) =
            tokio::join!(self.complete(Step::Complete, &cart, good), self.complete(Step::Again, &cart, good));
        let third = self.complete(Step::Again, &cart, good).await;
        self.ledger.borrow_mut().repeated_carts += 1;
        let ids: Vec<&str> =
            [&first, &second, &third].into_iter().flatten().map(|sale| sale.order_id.as_str()).collect();
        if let [first, rest @ ..] = &ids[..]
            && let Some(other) = rest.iter().find(|id| *id != first)
        {
            let contradiction = format!("the cart {cart} became {first} and {other}");
            self.tally.borrow_mut().error("a completed cart became another order when completed again".to_owned());
            self.ledger.borrow_mut().contradictions.push(contradiction);
        }
        first.and(second).and(third).map(|_| ())
    }

    /// A cart that only waits for its completion.
    async fn fill_cart(&self, number: usize, good: usize, due: u64) -> Result<String, Stop> {
        let Facts { region_id, country_code, provider_id, goods, .. } = &self.facts;
        let items = [json!({ "variant_id": goods[good].variant_id, "quantity": 1 })];
        let body = json!({ "region_id": region_id, "items": items }).to_string();
        let answer = self.ask(Step::Cart, due, &Request::post("/store/carts", Some(&body))).await?;
        let cart = self.read::<CartAnswer<'_>>(Step::Cart, &answer)?.cart.id.into_owned();

        let address = json!({
            "first_name": "Ada", "last_name": "Lovelace", "address_1": "Vesterbrogade 1",
            "city": "Copenhagen", "postal_code": "1620", "country_code": country_code
        });
        let email = format!("shopper-{}-{number}@example.com", self.load.seed);
        let body = json!({ "email": email, "shipping_address": address, "billing_address": address }).to_string();
        self.next(Step::Address, &Request::post(&format!("/store/carts/{cart}"), Some(&body))).await?;

        let path = format!("/store/shipping-options?cart_id={cart}");
        let answer = self.next(Step::Options, &Request::get(&path)).await?;
        let options = self.read::<OptionsAnswer<'_>>(Step::Options, &answer)?.shipping_options;
        let Some(option) = options.first() else {
            return Err(self.fail(Step::Options, &format!("nothing is sent to '{country_code}'")));
        };
        let body = json!({ "option_id": option.id }).to_string();
        let path = format!("/store/carts/{cart}/shipping-methods");
        self.next(Step::Shipping, &Request::post(&path, Some(&body))).await?;

        let body = json!({ "cart_id": cart }).to_string();
        let answer = self.next(Step::Collection, &Request::post("/store/payment-collections", Some(&body))).await?;
        let collection = self.read::<CollectionAnswer<'_>>(Step::Collection, &answer)?.payment_collection.id;
        let body = json!({ "provider_id": provider_id }).to_string();
        let path = format!("/store/payment-collections/{collection}/payment-sessions");
        self.next(Step::Session, &Request::post(&path, Some(&body))).await?;
        Ok(cart)
    }

    async fn complete(&self, step: Step, cart: &str, good: usize) -> Result<Sale, Stop> {
        let sent = self.now();
        let asked = self.next(step, &Request::post(&format!("/store/carts/{cart}/complete"), None)).await;
        let acknowledged = asked.and_then(|answer| self.acknowledged(step, &answer));
        let mut ledger = self.ledger.borrow_mut();
        match acknowledged {
            Ok((order_id, total)) => {
                let sale = Sale { cart_id: cart.to_owned(), order_id, total, good, sent };
                ledger.sales.push(sale.clone());
                Ok(sale)
            }
            Err(stop) => {
                if matches!(stop, Stop::Failed) {
                    ledger.unclear.push((cart.to_owned(), good));
                }
                Err(stop)
            }
        }
    }

    /// The order in the answer to a completion, and what it costs.
    fn acknowledged(&self, step: Step, answer: &Answer) -> Result<(String, Decimal), Stop> {
        let answer = self.read::<CompletionAnswer<'_>>(step, answer)?;
        let Some(order) = answer.order else {
            let error = answer.error.unwrap_or_default();
            return Err(self.fail(step, &format!("no order: {}", error.message)));
        };
        match order.total.to_string().parse() {
            Ok(total) => Ok((order.id.into_owned(), total)),
            Err(_) => Err(self.fail(step, "a total that is no amount")),
        }
    }

    /// The next request of an errand: due as soon as the one before is answered.
    async fn next(&self, step: Step, request: &Request<'_>) -> Result<Answer, Stop> {
        self.ask(step, self.now(), request).await
    }

    async fn ask(&self, step: Step, due: u64, request: &Request<'_>) -> Result<Answer, Stop> {
        let answer = self.wire.ask(request).await;
        let at = self.now();
        let told = match answer {
            Ok(answer) if answer.status / 100 == 2 => Ok(answer),
            Ok(Answer { status: 503, retry_after_seconds: Some(seconds), .. }) => Err(Stop::Refused(seconds)),
            Ok(answer) => {
                let refusal = Refusal::of(&answer);
                if refusal.is_sold_out() {
                    Err(Stop::SoldOut)
                } else {
                    if answer.status == 409 {
                        self.ledger.borrow_mut().conflicts.push(at);
                    }
                    Err(self.fail(step, &format!("{} {}", answer.status, refusal.message)))
                }
            }
            Err(broken) => Err(self.fail(step, &broken.to_string())),
        };
        let outcome = told.as_ref().err().map_or(Outcome::Done, Stop::outcome);
        self.tally.borrow_mut().answered(step, outcome, due, at);
        told
    }

    fn read<'a, T: Deserialize<'a>>(&self, step: Step, answer: &'a Answer) -> Result<T, Stop> {
        serde_json::from_slice(answer.body()).map_err(|error| self.fail(step, &format!("cannot be read: {error}")))
    }

    fn fail(&self, step: Step, what: &str) -> Stop {
        self.tally.borrow_mut().error(format!("{}: {what}", step.name()));
        Stop::Failed
    }
}
