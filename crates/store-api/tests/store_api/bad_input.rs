//! Bad input: whatever is sent to whatever route, the answer is a 4xx of one shape, never a 500, and nothing is changed.

use axum::body::Body;
use http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use crate::shop::{CHART, EUROPE, TestShop, address};

fn check(what: &str, answer: &crate::shop::Answered) {
    assert!(answer.status.is_client_error(), "{what}: {} {}", answer.status, answer.text);
    let message = answer.body["message"].as_str().unwrap_or_default();
    assert!(!message.is_empty(), "{what}: {}", answer.text);
    if answer.status != StatusCode::UNAUTHORIZED {
        assert!(answer.body["type"].is_string(), "{what}: {}", answer.text);
    }
    let known = ["code", "type", "message"];
    let names = answer.body.as_object().unwrap().keys();
    assert!(names.into_iter().all(|name| known.contains(&name.as_str())), "{}", answer.text);
}

/// Each with what its message must name.
#[tokio::test]
async fn bad_bodies_are_refused_and_the_field_is_named() {
    let shop = TestShop::open().await;
    let cart = shop.cart(&[(CHART, 1)]).await;
    let line =
        shop.get(&format!("/store/carts/{cart}")).await.ok()["cart"]["items"][0]["id"].as_str().unwrap().to_owned();
    let before = shop.get(&format!("/store/carts/{cart}")).await.ok();
    let deep = (0..60).fold(json!(1), |inner, _| json!({ "a": inner }));
    let update = |body: Value, named: &'static str| (String::new(), body, named);
    let cases = [
        update(json!({"wibble": 1}), "wibble"),
        update(json!({"email": "not-an-email"}), "email"),
        update(json!({"email": 5}), "email"),
        update(json!({"email": "a\u{0}@example.com"}), "email"),
        update(json!({"region_id": "reg_nope"}), "region"),
        update(json!({"region_id": ["x"]}), "region_id"),
        update(json!({"shipping_address": {"wibble": 1}}), "shipping_address.wibble"),
        update(json!({"shipping_address": {"city": 5}}), "shipping_address.city"),
        update(json!({"shipping_address": {"country_code": "xx"}}), "country"),
        update(json!({"shipping_address": {"city": "x".repeat(30_000)}}), "shipping_address.city"),
        update(json!({"metadata": deep}), "metadata"),
        update(json!({"metadata": "x"}), "metadata"),
        update(json!({"promo_codes": ["NOSUCH"]}), "promo_codes"),
        update(json!({"sales_channel_id": "sc_trade"}), "sales_channel_id"),
        update(json!([1, 2]), "object"),
        update(json!("x"), "object"),
        ("/line-items".to_owned(), json!({"variant_id": CHART, "quantity": 0}), "quantity"),
        ("/line-items".to_owned(), json!({"variant_id": CHART, "quantity": -1}), "quantity"),
        ("/line-items".to_owned(), json!({"variant_id": CHART, "quantity": 1.5}), "quantity"),
        ("/line-items".to_owned(), json!({"variant_id": CHART, "quantity": "1"}), "quantity"),
        ("/line-items".to_owned(), json!({"variant_id": CHART, "quantity": 1e30}), "quantity"),
        ("/line-items".to_owned(), json!({"variant_id": CHART, "quantity": 100_000}), "quantity"),
        ("/line-items".to_owned(), json!({"variant_id": CHART, "quantity": 9_007_199_254_740_993_i64}), "quantity"),
        ("/line-items".to_owned(), json!({"variant_id": "variant_nope", "quantity": 1}), "ariant"),
        ("/line-items".to_owned(), json!({"variant_id": "variant_draft", "quantity": 1}), "ariant"),
        ("/line-items".to_owned(), json!({"quantity": 1}), "variant_id"),
        ("/line-items".to_owned(), json!({"variant_id": CHART}), "quantity"),
        ("/line-items".to_owned(), json!({"variant_id": CHART, "quantity": 1, "unit_price": 0}), "unit_price"),
        (format!("/line-items/{line}"), json!({"quantity": -1}), "quantity"),
        (format!("/line-items/{line}"), json!({"quantity": 0.5}), "quantity"),
        (format!("/line-items/{line}"), json!({}), "quantity"),
        (format!("/line-items/{line}"), json!({"quantity": 6}), "quantity"),
        ("/line-items/cali_nope".to_owned(), json!({"quantity": 1}), "cali_nope"),
        ("/shipping-methods".to_owned(), json!({"option_id": "so_nope"}), "option"),
        ("/shipping-methods".to_owned(), json!({}), "option_id"),
        ("/shipping-methods".to_owned(), json!([]), "option_id"),
        ("/promotions".to_owned(), json!({"promo_codes": ["NOSUCH"]}), "promo_codes"),
        ("/promotions".to_owned(), json!({}), "promo_codes"),
        ("/promotions".to_owned(), json!({"promo_codes": "x"}), "promo_codes"),
    ];
    for (below, body, named) in cases {
        let what = format!("{below} {}", body.to_string().chars().take(120).collect::<String>());
        let answer = shop.post(&format!("/store/carts/{cart}{below}"), body).await;
        check(&what, &answer);
        let message = answer.body["message"].as_str().unwrap();
        assert!(message.contains(named), "{what}: {message}");
    }
    let after = shop.get(&format!("/store/carts/{cart}")).await.ok();
    assert_eq!(before, after, "a refused change changed the cart");

    for (body, named) in [
        (json!({"region_id": "reg_nope"}), "region"),
        (json!({"currency_code": "euro"}), "currency_code"),
        (json!({"currency_code": "usd", "region_id": EUROPE}), "currency_code"),
        (json!({"items": [{"variant_id": CHART, "quantity": 1.5}]}), "items[0].quantity"),
        (json!({"items": [{"variant_id": CHART}]}), "items[0].quantity"),
        (json!({"items": {}}), "items"),
        (json!({"email": "@"}), "email"),
        (json!({"shipping_address": "cuaddr_of_somebody"}), "address"),
        (json!({"sales_channel_id": "sc_nope"}), "sales_channel_id"),
    ] {
        let answer = shop.post("/store/carts", body.clone()).await;
        check(&body.to_string(), &answer);
        let message = answer.body["message"].as_str().unwrap();
        assert!(message.contains(named), "{body}: {message}");
    }
}

#[tokio::test]
async fn every_route_refuses_what_is_not_json_or_too_much_of_it() {
    let shop = TestShop::open().await;
    let cart = shop.cart(&[(CHART, 1)]).await;
    let paths = [
        "/store/carts".to_owned(),
        format!("/store/carts/{cart}"),
        format!("/store/carts/{cart}/line-items"),
        format!("/store/carts/{cart}/line-items/cali_x"),
        format!("/store/carts/{cart}/promotions"),
        format!("/store/carts/{cart}/shipping-methods"),
        format!("/store/carts/{cart}/taxes"),
        "/store/payment-collections".to_owned(),
        "/store/payment-collections/pay_col_x/payment-sessions".to_owned(),
        "/store/shipping-options/so_standard/calculate".to_owned(),
        "/store/customers".to_owned(),
        "/store/customers/me".to_owned(),
        "/store/customers/me/addresses".to_owned(),
        "/auth/customer/emailpass".to_owned(),
        "/auth/customer/emailpass/register".to_owned(),
        "/auth/customer/emailpass/reset-password".to_owned(),
        "/auth/customer/emailpass/update".to_owned(),
    ];
    let large = format!("{{\"metadata\": {{\"x\": \"{}\"}}}}", "y".repeat(200_000));
    for path in &paths {
        for (kind, body) in [
            ("application/json", "{\"region_id\": "),
            ("application/json", "[1,2]"),
            ("application/json", "null"),
            ("application/json", "\u{0}"),
            ("application/json", "{\"a\": 1}{\"b\": 2}"),
            ("application/json", &"[".repeat(5_000)),
            ("text/plain", "hello"),
            ("application/x-www-form-urlencoded", "email=a%40example.com"),
            ("application/json", &large),
        ] {
            let request = Request::post(path)
                .header("x-publishable-api-key", &shop.key)
                .header(header::CONTENT_TYPE, kind)
                .body(Body::from(body.to_owned()))
                .unwrap();
            let answer = shop.send(request).await;
            if path.ends_with("/taxes") && body == "null" && answer.status.is_success() {
                continue;
            }
            check(&format!("{path} {kind} {}", &body[..body.len().min(40)]), &answer);
            if body.len() > 100_000 && answer.status != StatusCode::UNAUTHORIZED {
                assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
                assert_eq!(answer.body["type"], "unknown_error");
            }
        }
    }
    let request = Request::post("/store/carts")
        .header("x-publishable-api-key", &shop.key)
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(vec![0xff, 0xfe, 0x00]))
        .unwrap();
    check("bytes that are no text", &shop.send(request).await);
}

#[tokio::test]
async fn every_route_refuses_unknown_ids() {
    let shop = TestShop::open().await;
    let cart = shop.cart(&[(CHART, 1)]).await;
    let ids = [
        "nope",
        "'%20OR%201%3D1%20--",
        "%00",
        "..%2F..%2Fetc%2Fpasswd",
        "%ff%fe",
        "cart_01M83EERCV3A2M4EXYV073NEDA",
        "💥",
    ];
    let long = "x".repeat(5_000);
    for id in ids.iter().copied().chain([long.as_str()]) {
        let id = id.replace('💥', "%F0%9F%92%A5");
        for path in [
            "/store/regions/{}",
            "/store/currencies/{}",
            "/store/collections/{}",
            "/store/product-categories/{}",
            "/store/product-tags/{}",
            "/store/product-types/{}",
            "/store/product-options/{}",
            "/store/product-variants/{}",
            "/store/products/{}",
            "/store/return-reasons/{}",
            "/store/carts/{}",
            "/store/orders/{}",
            "/store/{}",
            "/auth/{}",
        ] {
            let path = path.replace("{}", &id);
            let answer = shop.get(&path).await;
            check(&path, &answer);
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
        for (path, body) in [
            ("/store/carts/{}", json!({"email": "a@example.com"})),
            ("/store/carts/{}/line-items", json!({"variant_id": CHART, "quantity": 1})),
            ("/store/carts/{}/line-items/x", json!({"quantity": 1})),
            ("/store/carts/{}/shipping-methods", json!({"option_id": "so_standard"})),
            ("/store/carts/{}/promotions", json!({"promo_codes": []})),
            ("/store/carts/{}/taxes", json!({})),
            ("/store/carts/{}/complete", json!({})),
            ("/store/payment-collections/{}/payment-sessions", json!({"provider_id": "pp_system_default"})),
            ("/store/shipping-options/{}/calculate", json!({"cart_id": cart})),
            ("/auth/{}/emailpass", json!({"email": "a@example.com", "password": "12345678"})),
            ("/auth/customer/{}", json!({"email": "a@example.com", "password": "12345678"})),
        ] {
            let path = path.replace("{}", &id);
            check(&path, &shop.post(&path, body).await);
        }
        for path in [format!("/store/carts/{cart}/line-items/{id}"), format!("/store/carts/{id}/line-items/x")] {
            check(&path, &shop.delete(&path).await);
        }
    }
    for (path, body) in [
        ("/store/payment-collections", json!({"cart_id": "cart_nope"})),
        ("/store/shipping-options/so_standard/calculate", json!({"cart_id": "cart_nope"})),
    ] {
        check(path, &shop.post(path, body).await);
    }
    for path in [
        "/store/shipping-options",
        "/store/shipping-options?cart_id=",
        "/store/shipping-options?cart_id=cart_nope",
        "/store/payment-providers",
        "/store/payment-providers?region_id=reg_nope",
    ] {
        check(path, &shop.get(path).await);
    }
}

#[tokio::test]
async fn every_list_refuses_bad_queries() {
    let shop = TestShop::open().await;
    for list in [
        "/store/regions",
        "/store/currencies",
        "/store/collections",
        "/store/product-categories",
        "/store/product-tags",
        "/store/product-types",
        "/store/product-options",
        "/store/product-variants",
        "/store/products",
        "/store/return-reasons",
    ] {
        for query in [
            "limit=abc",
            "limit=-1",
            "limit=1.5",
            "limit=99999999999999999999999",
            "offset=-1",
            "offset=x",
            "limit[]=1",
            "wibble=1",
            "fields[]=id",
            "fields[a]=id",
            "id[a][b][c][d][e][f][g]=1",
            "q[]=x&q[a]=y",
            "%ff=%ff",
            "q=%00",
        ] {
            let path = format!("{list}?{query}");
            check(&path, &shop.get(&path).await);
        }
        let path = format!("{list}?fields={}", "a,".repeat(5_000));
        check(list, &shop.get(&path).await);
        let many: Vec<String> = (0..600).map(|number| format!("id[]={number}")).collect();
        check(list, &shop.get(&format!("{list}?{}", many.join("&"))).await);
    }
    for path in [
        "/store/products?order=wibble",
        "/store/regions?order=wibble",
        "/store/product-tags?order=wibble",
        "/store/products?fields=*variants.calculated_price",
        "/store/products?fields=*variants.calculated_price&region_id=reg_nope",
        "/store/products?created_at[$gt]=soon",
        "/store/products?created_at[$foo]=2020-01-01",
        "/store/products?$and[0][wibble]=x",
        "/store/products?$or[0][created_at]=soon",
        "/store/product-variants?$and[0][updated_at][$gt]=soon",
        "/store/product-options?order=wibble",
        "/store/collections?$or[0][created_at]=soon",
        "/store/collections?deleted_at=soon",
        "/store/products?sales_channel_id=sc_trade",
        "/store/products?variants[wibble]=x",
    ] {
        check(path, &shop.get(path).await);
    }
    // Large numbers and pages past the end are harmless.
    let body = shop.get("/store/products?offset=9007199254740991&limit=9007199254740991").await.ok();
    assert_eq!(body["products"], json!([]));
}

#[tokio::test]
async fn without_a_key_nothing_answers() {
    let shop = TestShop::open().await;
    for key in [None, Some(""), Some("pk_wrong"), Some("sk_wrong"), Some("\u{7f}")] {
        for path in ["/store/products", "/store/regions", "/store/carts/x", "/store/orders"] {
            let mut request = Request::get(path);
            if let Some(key) = key {
                let Ok(value) = http::HeaderValue::from_str(key) else { continue };
                request = request.header("x-publishable-api-key", value);
            }
            let answer = shop.send(request.body(Body::empty()).unwrap()).await;
            check(path, &answer);
            assert_eq!(answer.status, StatusCode::BAD_REQUEST);
            assert_eq!(answer.body["type"], "not_allowed");
        }
    }
}

#[tokio::test]
async fn unknown_methods_and_paths_are_json() {
    let shop = TestShop::open().await;
    for (method, path) in [
        (Method::PUT, "/store/products"),
        (Method::PATCH, "/store/carts"),
        (Method::DELETE, "/store/carts/x"),
        (Method::GET, "/store/carts"),
        (Method::GET, "/store/nothing"),
        (Method::GET, "/store/nothing/at/all"),
        (Method::GET, "/store/locales"),
        (Method::PUT, "/auth/session"),
        (Method::POST, "/auth/nothing/here/at/all"),
    ] {
        let what = format!("{method} {path}");
        let answer = shop.ask_as(None, method, path, None).await;
        check(&what, &answer);
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}");
    }
}

#[tokio::test]
async fn carts_that_are_not_complete_are_refused() {
    let shop = TestShop::open().await;
    let empty = shop.cart(&[]).await;
    let answer = shop.post_nothing(&format!("/store/carts/{empty}/complete")).await;
    check("an empty cart", &answer);
    assert_eq!(answer.body["type"], "invalid_data");
    let cart = shop.cart(&[(CHART, 1)]).await;
    let complete = format!("/store/carts/{cart}/complete");
    check("no e-mail", &shop.post_nothing(&complete).await);
    let body = json!({"email": "reader@example.com", "shipping_address": address("dk")});
    shop.post(&format!("/store/carts/{cart}"), body).await.ok();
    check("no payment", &shop.post_nothing(&complete).await);
    let made = shop.post("/store/payment-collections", json!({"cart_id": cart})).await.ok();
    let id = made["payment_collection"]["id"].as_str().unwrap();
    let path = format!("/store/payment-collections/{id}/payment-sessions");
    for body in [
        json!({"provider_id": "pp_nope"}),
        json!({"provider_id": 1}),
        json!({}),
        json!({"provider_id": "pp_system_default", "data": 5}),
        json!({"provider_id": "pp_system_default", "amount": 1}),
    ] {
        check(&body.to_string(), &shop.post(&path, body.clone()).await);
    }
}
