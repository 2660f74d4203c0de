//! Browsing: lists, single things, prices, stock, and answers that are kept ready.

use axum::body::Body;
use http::{Request, StatusCode, header};
use serde_json::{Value, json};
use tradewind_catalog::ProductChange;

use crate::shop::{CHART, EUROPE, STATES, TestShop};

fn names(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[tokio::test]
async fn products_are_listed_with_their_defaults() {
    let shop = TestShop::open().await;
    let body = shop.get("/store/products").await.ok();
    assert_eq!((&body["count"], &body["offset"], &body["limit"]), (&json!(1), &json!(0), &json!(50)));
    let product = &body["products"][0];
    assert_eq!(product["type"]["value"], "print");
    assert_eq!(product["collection"]["handle"], "summer");
    assert_eq!(product["options"][0]["values"][1]["value"], "Oak");
    assert_eq!(product["variants"][0]["options"][0]["option"]["title"], "Frame");
    assert_eq!(product["images"][0]["product_id"], "prod_chart");
    for hidden in ["status", "metadata", "categories"] {
        assert!(product.get(hidden).is_none(), "{hidden}");
    }
    assert!(product["variants"][0].get("calculated_price").is_none());
}

#[tokio::test]
async fn prices_follow_the_region() {
    let shop = TestShop::open().await;
    let path = |rest: &str| format!("/store/products?fields=*variants.calculated_price{rest}");
    let price = |body: Value, index: usize| body["products"][0]["variants"][index]["calculated_price"].clone();
    let body = shop.get(&path(&format!("&region_id={EUROPE}"))).await.ok();
    let euros = price(body, 0);
    assert_eq!(euros["calculated_amount"], 10);
    assert_eq!(euros["currency_code"], "eur");
    assert_eq!(euros["calculated_price"]["price_list_id"], Value::Null);
    assert!(euros.get("calculated_amount_with_tax").is_none());
    let body = shop.get(&path(&format!("&region_id={EUROPE}&country_code=dk"))).await.ok();
    assert_eq!(price(body, 0)["calculated_amount_with_tax"], 12.5);
    let body = shop.get(&path(&format!("&region_id={STATES}"))).await.ok();
    assert_eq!(price(body.clone(), 0)["calculated_amount"], 12);
    assert_eq!(price(body, 1), Value::Null);
    let id = shop.cart(&[]).await;
    let body = shop.get(&path(&format!("&cart_id={id}"))).await.ok();
    assert_eq!(price(body, 0)["currency_code"], "eur");
}

#[tokio::test]
async fn stock_is_shown_where_it_was_asked_for() {
    let shop = TestShop::open().await;
    let path = "/store/product-variants?fields=id,%2Binventory_quantity";
    let body = shop.get(path).await.ok();
    let stock = |body: &Value, id: &str| {
        let variants = body["variants"].as_array().unwrap();
        let found = variants.iter().find(|variant| variant["id"] == id).unwrap();
        found["inventory_quantity"].clone()
    };
    assert_eq!(stock(&body, CHART), 5);
    assert_eq!(stock(&body, "variant_chart_framed"), 2);
    let id = shop.cart(&[(CHART, 2)]).await;
    shop.make_ready(&id).await;
    shop.post_nothing(&format!("/store/carts/{id}/complete")).await.ok();
    let body = shop.get(path).await.ok();
    assert_eq!(stock(&body, CHART), 3);
    // A query that hides what it asks for is answered rightly all the same.
    let hidden = "/store/product-variants?fields=id,%69nventory_quantity";
    assert_eq!(stock(&shop.get(hidden).await.ok(), CHART), 3);
}

#[tokio::test]
async fn products_are_found() {
    let shop = TestShop::open().await;
    for (query, found) in [
        ("q=harbour", 1),
        ("q=zzz", 0),
        ("handle=chart", 1),
        ("id[]=prod_chart&id[]=prod_draft", 1),
        ("collection_id=pcol_summer", 1),
        ("category_id[0]=pcat_charts", 1),
        ("category_id=pcat_secret", 0),
        ("tag_id=ptag_paper", 1),
        ("type_id=ptyp_print", 1),
        ("is_giftcard=false", 1),
        ("created_at[$gt]=2020-01-01", 1),
        ("created_at[$lt]=2020-01-01", 0),
        ("order=-created_at", 1),
        ("variants[sku]=VARIANT_CHART", 1),
        ("variants[sku]=NOPE", 0),
        ("variants[options][value]=Oak", 1),
        ("variants[options][value]=Pine", 0),
        ("variants[$or][0][sku]=NOPE&variants[$or][1][sku]=VARIANT_CHART", 1),
        ("option_id=opt_nope", 0),
        ("option_value_id=optval_nope", 0),
        ("$or[0][handle]=nope&$or[1][handle]=chart", 1),
        ("$or[0][handle]=nope&$or[1][id]=prod_draft", 0),
        ("$and[0][handle]=chart&$and[1][q]=harbour", 1),
        ("$and[0][handle]=chart&$and[1][q]=zzz", 0),
        ("$and[0][created_at][$gt]=2020-01-01", 1),
        ("deleted_at[$gt]=2020-01-01", 0),
        ("$or[0][deleted_at][$gt]=2020-01-01&$or[1][handle]=chart", 1),
        ("with_deleted=true", 1),
    ] {
        let body = shop.get(&format!("/store/products?{query}")).await.ok();
        assert_eq!(body["count"], found, "{query}");
    }
    let chart = shop.get("/store/products/prod_chart").await.ok()["product"].clone();
    let (option, value) = (chart["options"][0]["id"].as_str().unwrap(), &chart["options"][0]["values"][1]["id"]);
    for (query, found) in [
        (format!("option_id={option}"), 1),
        (format!("option_value_id={}", value.as_str().unwrap()), 1),
        (format!("variants[options][option_id]={option}&variants[options][value]=Oak"), 1),
        (format!("variants[options][option_id]={option}&variants[options][value]=Pine"), 0),
    ] {
        assert_eq!(shop.get(&format!("/store/products?{query}")).await.ok()["count"], found, "{query}");
    }
    let body = shop.get("/store/products?limit=0").await.ok();
    assert_eq!((&body["products"], &body["count"]), (&json!([]), &json!(1)));
    let body = shop.get("/store/products?fields=wibble").await.ok();
    assert_eq!(body["products"], json!([{"id": "prod_chart"}]));
    assert_eq!(shop.get("/store/products/prod_draft").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn everything_else_of_the_catalogue_answers() {
    let shop = TestShop::open().await;
    for (list, one, plural, singular) in [
        ("/store/regions", EUROPE, "regions", "region"),
        ("/store/collections", "pcol_summer", "collections", "collection"),
        ("/store/product-categories", "pcat_charts", "product_categories", "product_category"),
        ("/store/product-tags", "ptag_paper", "product_tags", "product_tag"),
        ("/store/product-types", "ptyp_print", "product_types", "product_type"),
        ("/store/product-variants", CHART, "variants", "variant"),
    ] {
        let body = shop.get(list).await.ok();
        assert!(body["count"].as_u64().unwrap() > 0, "{list}");
        assert_eq!(names(&body), [plural, "count", "offset", "limit"], "{list}");
        let body = shop.get(&format!("{list}/{one}")).await.ok();
        assert_eq!(body[singular]["id"], one, "{list}");
        let missing = shop.get(&format!("{list}/nope")).await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND, "{list}");
        assert_eq!(missing.body["type"], "not_found");
    }
    let body = shop.get("/store/regions").await.ok();
    assert_eq!(body["regions"][0]["countries"][0]["iso_2"], "dk");
    let body = shop.get("/store/currencies?limit=2").await.ok();
    assert_eq!(body["currencies"].as_array().unwrap().len(), 2);
    let body = shop.get("/store/currencies/eur").await.ok();
    assert_eq!(body["currency"]["symbol"], "€");
    let body = shop.get("/store/product-options").await.ok();
    let option = body["product_options"][0]["id"].as_str().unwrap().to_owned();
    let body = shop.get(&format!("/store/product-options/{option}")).await.ok();
    assert_eq!(body["product_option"]["values"][0]["value"], "None");
    let body = shop.get("/store/product-options?is_exclusive=false&fields=*values").await.ok();
    assert_eq!(body["count"], 0);
    let body = shop.get("/store/return-reasons").await.ok();
    assert_eq!(body["return_reasons"], json!([]));
    let body = shop.get(&format!("/store/payment-providers?region_id={EUROPE}")).await.ok();
    assert_eq!(body["payment_providers"], json!([{"id": "pp_system_default", "is_enabled": true}]));
    let body = shop.get("/store/product-tags").await.ok();
    assert_eq!(body["product_tags"][0]["products"][0]["collection"], json!({"id": "pcol_summer"}));
}

#[tokio::test]
async fn lists_are_narrowed_by_groups_and_ordered() {
    let shop = TestShop::open().await;
    for (path, found) in [
        ("/store/product-variants?$or[0][sku]=VARIANT_CHART&$or[1][sku]=NOPE", 1),
        ("/store/product-variants?options[value]=Oak", 1),
        ("/store/product-variants?options[value]=Pine", 0),
        ("/store/product-variants?deleted_at[$lt]=2090-01-01", 0),
        ("/store/product-options?$and[0][title]=Frame", 1),
        ("/store/product-options?$or[0][title]=Size&$or[1][q]=fra", 1),
        ("/store/product-options?created_at[$lt]=2000-01-01", 0),
        ("/store/product-options?is_exclusive=true&order=-title", 1),
        ("/store/product-tags?$or[0][value]=paper&$or[1][value]=nope", 1),
        ("/store/product-types?$and[0][value]=print&$and[1][value]=nope", 0),
        ("/store/collections?$or[0][handle]=summer&order=-title", 1),
        ("/store/product-categories?$or[0][handle]=charts", 1),
        ("/store/product-categories?$and[0][parent_category_id]=null&order=rank", 1),
    ] {
        assert_eq!(shop.get(path).await.ok()["count"], found, "{path}");
    }
}

#[tokio::test]
async fn categories_are_a_tree() {
    let shop = TestShop::open().await;
    let path = "/store/product-categories?include_descendants_tree=true\
                &parent_category_id=null&fields=id,name,*category_children";
    let body = shop.get(path).await.ok();
    assert_eq!(body["count"], 1);
    let charts = &body["product_categories"][0];
    assert_eq!(charts["category_children"][0]["mpath"], "pcat_charts.pcat_old");
    assert_eq!(charts["category_children"][0]["category_children"], json!([]));
    let path = "/store/product-categories?handle=old\
                &fields=*category_children, *products, *parent_category";
    let body = shop.get(&path.replace(' ', "%20")).await.ok();
    assert_eq!(body["product_categories"][0]["parent_category"]["id"], "pcat_charts");
    let hidden = shop.get("/store/product-categories/pcat_secret").await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn answers_are_kept_until_the_catalogue_changes() {
    let shop = TestShop::open().await;
    let first = shop.get("/store/products").await;
    let tag = first.headers[header::ETAG].to_str().unwrap().to_owned();
    let cache = first.headers[header::CACHE_CONTROL].to_str().unwrap();
    assert!(cache.contains("s-maxage=30"), "{cache}");
    assert_eq!(first.headers["surrogate-key"], "products");
    let ask = |tag: &str| {
        Request::get("/store/products")
            .header("x-publishable-api-key", &shop.key)
            .header(header::IF_NONE_MATCH, tag)
            .body(Body::empty())
            .unwrap()
    };
    let same = shop.send(ask(&tag)).await;
    assert_eq!((same.status, same.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    let catalog = shop.state.catalog.clone();
    let change = ProductChange { title: Some("Another".to_owned()), ..ProductChange::default() };
    shop.write(move |tx| Box::pin(async move { catalog.update_product(tx, "prod_chart", change).await })).await;
    let changed = shop.send(ask(&tag)).await;
    assert_eq!(changed.status, StatusCode::OK);
    assert_eq!(changed.body["products"][0]["title"], "Another");
    // Whoever sells elsewhere sees nothing of it.
    let request =
        Request::get("/store/products").header("x-publishable-api-key", &shop.other_key).body(Body::empty()).unwrap();
    assert_eq!(shop.send(request).await.ok()["products"], json!([]));
}
