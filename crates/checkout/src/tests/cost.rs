//! temporary
use super::*;
fn cpu_ms() -> f64 { let s = std::fs::read_to_string("/proc/self/stat").unwrap(); let r = s.rsplit(')').next().unwrap().split_whitespace().collect::<Vec<_>>(); (r[11].parse::<f64>().unwrap() + r[12].parse::<f64>().unwrap()) * 10.0 }
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore]
async fn cost() {
    let shop = Shop::open().await;
    let inventory = shop.parts.inventory.clone();
    shop.write(move |tx| Box::pin(async move { inventory.set_level(tx, "iitem_chart", "sloc_harbour", 1_000_000).await })).await.unwrap();
    for concurrency in [1usize, 64] {
        let n = 4000 / if concurrency==1 {4} else {1};
        let each = n / concurrency;
        let stages: Arc<std::sync::Mutex<[f64;7]>> = Arc::default();
        let t0 = std::time::Instant::now(); let c0 = cpu_ms();
        let mut hs = vec![];
        for w in 0..concurrency { let checkout = shop.checkout.clone(); let stages=stages.clone();
            hs.push(tokio::spawn(async move { for i in 0..each {
                let mut t=std::time::Instant::now(); let mut lap=|k:usize|{let d=t.elapsed().as_secs_f64()*1e6; stages.lock().unwrap()[k]+=d; t=std::time::Instant::now();};
                let v = checkout.create_cart(NewCart { region_id: Some(EUROPE.to_owned()), items: vec![line(CHART, 1)], ..NewCart::default() }).await.unwrap(); lap(0);
                let id = v.cart.id.as_str().to_owned();
                checkout.update_cart(&id, CartChange { email: Some(Some(format!("w{w}-{i}-{concurrency}@example.com"))), shipping_address: Some(Some(address("dk"))), billing_address: Some(Some(address("dk"))), ..CartChange::default() }).await.unwrap(); lap(1);
                let o = checkout.shipping_options(&id).await.unwrap(); lap(2);
                checkout.add_shipping_method(&id, &o[0].option.id, None).await.unwrap(); lap(3);
                let pc = checkout.payment_collection(&id).await.unwrap(); lap(4);
                checkout.begin_payment(&pc.id, "pp_system_default", serde_json::json!({})).await.unwrap(); lap(5);
                let Completion::Order(_) = checkout.complete(&id).await.unwrap() else { panic!() }; lap(6);
            }}));
        }
        for h in hs { h.await.unwrap(); }
        let n = each*concurrency; let st=*stages.lock().unwrap();
        println!("conc {concurrency}: {n} orders, {:.0}/s, cpu {:.3} ms/order; stage us {:?}", n as f64 / t0.elapsed().as_secs_f64(), (cpu_ms()-c0)/n as f64, st.map(|x|(x/n as f64).round()));
    }
}
