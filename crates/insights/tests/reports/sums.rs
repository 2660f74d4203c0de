//! What a report adds up to is what the orders add up to.

use proptest::prelude::*;
use tradewind_kernel::Currency;

use crate::bench::{Bench, NOON, Sale};

fn sale() -> impl Strategy<Value = Sale> {
    let place = prop_oneof![Just(("dk", None, 25)), Just(("us", Some("NY"), 8)), Just(("us", Some("OR"), 0))];
    let currency = prop_oneof![Just(Currency::EUR), Just(Currency::USD)];
    (0..3_000_i64, 1..9_i64, 0..90_000_i64, 0..100_i64, 0..5_000_i64, place, currency).prop_map(
        |(seconds, pieces, net, percent_off, shipping, (country, province, rate), currency)| Sale {
            at: NOON.plus_seconds(seconds),
            customer: None,
            currency,
            country,
            province,
            pieces,
            net,
            discount: net * pieces * percent_off / 100,
            rate,
            shipping,
        },
    )
}

/// The sum of a column in minor units, over the rows of a currency.
fn sum(report: &str, column: &str, currency: &str) -> i64 {
    let heads: Vec<&str> = report.lines().next().unwrap().split(',').collect();
    let place = |name: &str| heads.iter().position(|head| *head == name).unwrap();
    let rows = report.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    let own = rows.filter(|cells| cells[place("currency")] == currency);
    own.map(|cells| cells[place(column)].replace('.', "").parse::<i64>().unwrap()).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn the_sums_of_a_report_are_the_sums_of_the_orders(sales in proptest::collection::vec(sale(), 1..250)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let bench = Bench::new().await;
            bench.sell_many(&sales).await;
            let (told, tax) = (bench.csv("sales", None).await, bench.csv("tax", None).await);
            assert_eq!(told.lines().count(), sales.len() + 1);
            for (currency, code) in [(Currency::EUR, "EUR"), (Currency::USD, "USD")] {
                let total: i64 = sales.iter().filter(|sale| sale.currency == currency).map(Sale::total).sum();
                assert_eq!(sum(&told, "total", code), total);
                let parts = ["subtotal", "shipping", "tax"].map(|column| sum(&told, column, code)).iter().sum::<i64>();
                assert_eq!(parts - sum(&told, "discounts", code), total);
                let taxed = ["items_tax", "shipping_tax"].map(|column| sum(&tax, column, code)).iter().sum::<i64>();
                assert_eq!(taxed, sum(&told, "tax", code));
                let net = ["items_net", "shipping_net"].map(|column| sum(&tax, column, code)).iter().sum::<i64>();
                assert_eq!(net + taxed, total);
            }
        });
    }
}
