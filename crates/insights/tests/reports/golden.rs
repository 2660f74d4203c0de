//! Reports of a small shop, letter by letter.

use tradewind_kernel::Currency;

use crate::bench::{Bench, NOON, Sale};

const JANUARY: Option<(&str, &str)> = Some(("2026-01-01", "2026-02-01"));

/// A shopper with an account who ordered in two currencies, a guest whose order was called off in part, and an order of another month.
async fn shop() -> (Bench, String, String) {
    let bench = Bench::new().await;
    let ada = bench.shopper("ada@example.com", "=Ada", "Lovelace, Countess").await;
    let guest = bench.guest("grace@example.com").await;
    let two = Sale { customer: Some(ada.clone()), pieces: 2, discount: 500, shipping: 400, ..Sale::of(2000) };
    let paid = bench.sell(&two).await;
    bench.capture_and_refund(&paid, 1000).await;
    let yen = Sale {
        at: NOON.plus_seconds(60),
        customer: Some(ada.clone()),
        currency: "jpy".parse().unwrap(),
        country: "jp",
        rate: 10,
        ..Sale::of(1500)
    };
    bench.sell(&yen).await;
    let dollars = Sale {
        at: NOON.plus_seconds(120),
        customer: Some(guest.clone()),
        currency: Currency::USD,
        country: "us",
        province: Some("ny "),
        rate: 8,
        ..Sale::of(5000)
    };
    bench.sell(&dollars).await;
    let canceled = bench.sell(&Sale { at: NOON.plus_seconds(180), ..dollars.clone() }).await;
    let orders = bench.insights.orders.clone();
    bench.db.write(move |tx| Box::pin(async move { orders.cancel(tx, &canceled, "staff").await })).await.unwrap();
    bench.sell(&Sale { at: NOON.plus_seconds(40 * 86_400), ..two }).await;
    bench.stock("LH-A3", "Lighthouse, A3", 7).await;
    bench.stock("@HA", "Harbour", 0).await;
    (bench, ada, guest)
}

fn lines(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{line}\r\n")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_report_of_a_small_shop_says_what_happened() {
    let (bench, ada, guest) = Box::pin(shop()).await;
    let sales = lines(&[
        "number,placed_at,status,country,currency,items,subtotal,discounts,shipping,tax,total,captured,refunded",
        "1,2026-01-10T12:00:00.000Z,pending,DK,EUR,2,40.00,5.00,4.00,9.75,48.75,48.75,10.00",
        "2,2026-01-10T12:01:00.000Z,pending,JP,JPY,1,1500,0,0,150,1650,0,0",
        "3,2026-01-10T12:02:00.000Z,pending,US,USD,1,50.00,0.00,0.00,4.00,54.00,0.00,0.00",
        "4,2026-01-10T12:03:00.000Z,canceled,US,USD,1,50.00,0.00,0.00,4.00,54.00,0.00,0.00",
    ]);
    assert_eq!(bench.csv("sales", JANUARY).await, sales);
    let tax = lines(&[
        "currency,country,province,tax,rate,items_net,items_tax,shipping_net,shipping_tax,returned_net,returned_tax",
        "EUR,DK,,VAT 25,25,35.00,8.75,4.00,1.00,0.00,0.00",
        "JPY,JP,,VAT 10,10,1500,150,0,0,0,0",
        "USD,US,NY,VAT 8,8,50.00,4.00,0.00,0.00,0.00,0.00",
    ]);
    assert_eq!(bench.csv("tax", JANUARY).await, tax);
    let customers = lines(&[
        "id,email,name,kind,currency,orders,total,first_order,last_order",
        &format!(
            "{ada},ada@example.com,\"'=Ada Lovelace, Countess\",account,EUR,1,48.75,2026-01-10T12:00:00.000Z,2026-01-10T12:00:00.000Z"
        ),
        &format!(
            "{ada},ada@example.com,\"'=Ada Lovelace, Countess\",account,JPY,1,1650,2026-01-10T12:01:00.000Z,2026-01-10T12:01:00.000Z"
        ),
        &format!("{guest},grace@example.com,,guest,USD,1,54.00,2026-01-10T12:02:00.000Z,2026-01-10T12:02:00.000Z"),
    ]);
    let mut told: Vec<String> =
        bench.csv("customers", JANUARY).await.split_inclusive("\r\n").map(str::to_owned).collect();
    // Both customers are of the same moment, so their ids decide who comes first.
    told[1..].sort_by_key(|line| line.contains(",guest,"));
    assert_eq!(told.concat(), customers);
    let stock = lines(&[
        "sku,title,location,stocked,reserved,available,backordered",
        "LH-A3,\"Lighthouse, A3\",Aarhus,7,0,7,0",
        "'@HA,Harbour,Aarhus,0,0,0,0",
    ]);
    let mut told: Vec<String> = bench.csv("stock", None).await.split_inclusive("\r\n").map(str::to_owned).collect();
    told[1..].sort_by_key(|line| line.contains("Harbour"));
    assert_eq!(told.concat(), stock);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_period_has_its_first_moment_and_not_its_last() {
    let bench = Bench::new().await;
    for seconds in [0, 1, 2, 3] {
        bench.sell_many(&[Sale { at: NOON.plus_seconds(seconds), ..Sale::of(100 + seconds) }]).await;
    }
    let period = Some(("2026-01-10T12:00:01Z", "2026-01-10T12:00:03Z"));
    let told = bench.csv("sales", period).await;
    let numbers: Vec<_> = told.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(numbers, ["2", "3"]);
    assert_eq!(bench.csv("sales", None).await.lines().count(), 5, "all of them without a period");
}
