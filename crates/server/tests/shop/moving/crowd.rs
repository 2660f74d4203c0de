//! Shoppers who buy without a pause, wherever the shop is at the moment, and remember what they were told and when.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tradewind_kernel::{Clock, Timestamp};
use tradewind_testkit::{Answer, Client};

/// What one shopper or another was told.
#[derive(Default)]
pub(crate) struct Told {
    /// Orders, with the address of the shop that acknowledged each, in the order of time.
    pub(crate) orders: Vec<(Timestamp, String, String)>,
    /// 503s.
    pub(crate) refused: u64,
}

pub(crate) struct Crowd {
    told: Arc<Mutex<Told>>,
    shop: watch::Sender<Option<String>>,
    shoppers: Vec<JoinHandle<()>>,
}

impl Crowd {
    pub(crate) fn gather(url: &str, key: &str, region: &str, variant: &str) -> Self {
        let (shop, at) = watch::channel(Some(url.to_owned()));
        let told: Arc<Mutex<Told>> = Arc::default();
        let shoppers = (0..4).map(|_| {
            let (key, region, variant) = (key.to_owned(), region.to_owned(), variant.to_owned());
            tokio::spawn(shop_until_told(at.clone(), Arc::clone(&told), [key, region, variant]))
        });
        let shoppers = shoppers.collect();
        Self { told, shop, shoppers }
    }

    /// From now on everybody shops there.
    pub(crate) fn go_to(&self, url: &str) {
        self.shop.send_replace(Some(url.to_owned()));
    }

    /// Waits until so many orders were acknowledged at an address.
    pub(crate) async fn until_orders(&self, url: &str, count: usize) {
        for _ in 0..6000 {
            if self.told.lock().unwrap().orders.iter().filter(|(_, at, _)| at == url).count() >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{count} orders were not acknowledged at {url}");
    }

    /// The orders that were acknowledged so far.
    pub(crate) fn orders(&self) -> Vec<String> {
        self.told.lock().unwrap().orders.iter().map(|(_, _, order)| order.clone()).collect()
    }

    pub(crate) async fn go_home(self) -> Told {
        self.shop.send_replace(None);
        for shopper in self.shoppers {
            shopper.await.unwrap();
        }
        Arc::into_inner(self.told).unwrap().into_inner().unwrap()
    }
}

async fn shop_until_told(
    at: watch::Receiver<Option<String>>,
    told: Arc<Mutex<Told>>,
    [key, region, variant]: [String; 3],
) {
    loop {
        let Some(url) = at.borrow().clone() else { return };
        let client = Client::new(&url, &key);
        let answer = match client.ready_cart(&region, &variant, 1).await {
            Ok(cart) => client.complete(&cart).await,
            Err(refused) => refused,
        };
        note(&told, &url, &answer);
    }
}

fn note(told: &Mutex<Told>, url: &str, answer: &Answer) {
    let mut told = told.lock().unwrap();
    match answer.status {
        200 => {
            let order = answer.body["order"]["id"].as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned();
            told.orders.push((Clock::System.now(), url.to_owned(), order));
        }
        503 => {
            assert!(answer.headers.contains_key("retry-after"), "{}", answer.text);
            told.refused += 1;
        }
        _ => panic!("{}: {}", answer.status, answer.text),
    }
}
