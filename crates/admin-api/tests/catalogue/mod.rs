//! The catalogue and the stock as staff change them: in batches, by options, with what belongs to them.

use serde_json::{Value, json};

use crate::bench::Bench;

/// Sends a body that must be refused; answers with the status and the message.
async fn refused(bench: &Bench, path: &str, body: Value) -> (u16, String) {
    let (status, answer) = bench.send("POST", path, Some(&bench.staff), Some(&body.to_string())).await;
    assert!(status >= 400, "POST {path} {body}: {status} {answer}");
    (status, answer["message"].as_str().unwrap_or_default().to_owned())
}

async fn delete(bench: &Bench, path: &str) -> (u16, Value) {
    bench.send("DELETE", path, Some(&bench.staff), None).await
}

/// A product with one variant for each size.
fn shirt(title: &str, sizes: &[&str]) -> Value {
    let variants: Vec<Value> = sizes
        .iter()
        .map(|size| {
            json!({"title": size, "sku": format!("{title}-{size}"), "options": {"Size": size},
                   "prices": [{"currency_code": "eur", "amount": 5}]})
        })
        .collect();
    json!({"title": title, "status": "published", "options": [{"title": "Size", "values": ["S", "M", "L"]}],
           "images": [{"url": "/front.webp"}, {"url": "/back.webp"}], "variants": variants})
}

async fn made(bench: &Bench, body: Value) -> Value {
    bench.post("/admin/products", body).await["product"].clone()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

async fn place(bench: &Bench) -> String {
    let place = bench.post("/admin/stock-locations", json!({"name": "Aarhus"})).await;
    text(&place["stock_location"]["id"]).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn products_are_listed_by_groups_of_filters() {
    let bench = Bench::new().await;
    for (title, status) in [("Polo", "published"), ("Tee", "draft"), ("Cap", "rejected")] {
        let mut body = shirt(title, &["S"]);
        body["status"] = json!(status);
        made(&bench, body).await;
    }
    for (query, titles) in [
        ("status[]=draft&status[]=rejected&order=title", vec!["Cap", "Tee"]),
        ("variants[sku]=Polo-S", vec!["Polo"]),
        ("$or[0][variants][sku]=Polo-S&$or[1][status][]=draft&order=title", vec!["Polo", "Tee"]),
        ("$and[0][status][]=draft&$and[1][variants][sku]=Polo-S", vec![]),
        ("deleted_at[$gt]=2020-01-01", vec![]),
        ("order=-title&limit=1&offset=1", vec!["Polo"]),
    ] {
        let found = bench.get(&format!("/admin/products?fields=title&{query}")).await;
        let found: Vec<&str> = found["products"].as_array().unwrap().iter().map(|p| text(&p["title"])).collect();
        assert_eq!(found, titles, "{query}");
    }
    for (query, count) in [
        ("barcode=1", 0),
        ("$or[0][sku]=Tee-S&$or[1][sku]=Cap-S", 2),
        ("manage_inventory=true&$and[0][q]=tee", 1),
        ("ean=1&deleted_at[$lt]=2020-01-01", 0),
    ] {
        assert_eq!(bench.get(&format!("/admin/product-variants?{query}")).await["count"], count, "{query}");
    }
    let (status, answer) = bench.send("GET", "/admin/products?$or[0][wibble]=x", Some(&bench.staff), None).await;
    assert_eq!((status, &answer["type"]), (400, &json!("invalid_data")));
    for (list, query) in [
        ("product-categories", "$or[0][created_at]=soon"),
        ("collections", "order=wibble&limit=1"),
        ("product-tags", "$and[0][wibble]=1"),
        ("inventory-items", "weight=heavy"),
        ("inventory-items", "order=wibble"),
        ("reservations", "quantity[$gt]=many"),
        ("reservations", "description[$re]=x"),
        ("product-options", "created_at[$gt]=soon"),
    ] {
        if query.starts_with("order") {
            bench.post("/admin/collections", json!({"title": "Any", "handle": format!("any-{list}")})).await;
        }
        let (status, answer) = bench.send("GET", &format!("/admin/{list}?{query}"), Some(&bench.staff), None).await;
        assert_eq!((status, &answer["type"]), (400, &json!("invalid_data")), "{list}?{query}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_products_is_done_whole_or_not_at_all() {
    let bench = Bench::new().await;
    let polo = made(&bench, shirt("Polo", &["S", "M"])).await;
    let tee = made(&bench, shirt("Tee", &["S"])).await;
    let (polo_id, tee_id) = (text(&polo["id"]), text(&tee["id"]));
    let fine = json!({
        "create": [shirt("Cap", &["S", "L"])],
        "update": [{"id": polo_id, "title": "Polo shirt"}],
        "delete": [tee_id],
    });
    // What is wrong with one is wrong with all.
    for (list, wrong, named) in [
        ("create", shirt("Polo", &["S"]), "create[1].handle"),
        ("create", json!({"title": "Hat", "options": [{"title": "o", "values": []}]}), "create[1].options[0].values"),
        ("update", json!({"id": "prod_nope", "title": "x"}), "update[1]"),
        ("update", json!({"id": polo_id, "tags": [{"id": "ptag_nope"}]}), "update[1].tags"),
        ("delete", json!("prod_nope"), "delete[1]"),
        ("create", json!({"title": "Hat", "wibble": 1}), "create[1].wibble"),
        ("create", json!({"title": "Hat", "shipping_profile_id": "sp_nope"}), "create[1].shipping_profile_id"),
    ] {
        let mut body = fine.clone();
        body[list].as_array_mut().unwrap().push(wrong);
        let (_, message) = refused(&bench, "/admin/products/batch", body).await;
        assert!(message.contains(named), "{named}: {message}");
    }
    assert_eq!(bench.get("/admin/products").await["count"], 2);
    assert_eq!(bench.get("/admin/inventory-items").await["count"], 3);

    let done = bench.post("/admin/products/batch?fields=id,title,variants.sku", fine).await;
    assert_eq!(done["created"][0]["title"], "Cap");
    assert_eq!(done["created"][0]["variants"].as_array().unwrap().len(), 2);
    assert_eq!(done["updated"][0]["title"], "Polo shirt");
    assert_eq!(done["deleted"], json!({"ids": [tee_id], "object": "product", "deleted": true}));
    let items = bench.get("/admin/inventory-items?fields=sku&order=sku").await;
    let skus: Vec<&str> = items["inventory_items"].as_array().unwrap().iter().map(|item| text(&item["sku"])).collect();
    assert_eq!(skus, ["Cap-L", "Cap-S", "Polo-M", "Polo-S"]);
    let many: Vec<String> = (0..501).map(|number| format!("prod_{number}")).collect();
    let (status, _) = refused(&bench, "/admin/products/batch", json!({"delete": many})).await;
    assert_eq!(status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn variants_change_together() {
    let bench = Bench::new().await;
    let polo = made(&bench, shirt("Polo", &["S", "M"])).await;
    let path = format!("/admin/products/{}/variants/batch", text(&polo["id"]));
    let (small, medium) = (&polo["variants"][0]["id"], &polo["variants"][1]["id"]);
    let large = json!({"title": "L", "options": {"Size": "L"}, "prices": []});
    // Each by itself would collide with the other.
    let swap = json!({
        "update": [{"id": small, "options": {"Size": "M"}, "sku": "Polo-M"}, {"id": medium, "options": {"Size": "S"}, "sku": "Polo-S"}],
        "create": [large],
    });
    let done = bench.post(&path, swap).await;
    assert_eq!((&done["updated"][0]["id"], &done["updated"][0]["sku"]), (small, &json!("Polo-M")));
    assert_eq!(done["created"][0]["title"], "L");
    let done = bench.post(&path, json!({"delete": [small]})).await;
    assert_eq!(done["deleted"], json!({"ids": [small], "object": "variant", "deleted": true}));
    assert_eq!(bench.get(&format!("/admin/products/{}/variants", text(&polo["id"]))).await["count"], 2);
    for (body, named) in [
        (json!({"create": [{"title": "L2", "options": {"Size": "L"}, "prices": []}]}), "variants"),
        (json!({"create": [{"title": "X", "options": {"Size": "X"}, "prices": []}]}), "options"),
        (json!({"update": [{"id": "variant_nope", "title": "x"}]}), "variant_nope"),
        (json!({"delete": ["variant_nope"]}), "variant_nope"),
        (json!({"update": [{"title": "x"}]}), "id"),
    ] {
        let (_, message) = refused(&bench, &path, body.clone()).await;
        assert!(message.contains(named), "{body}: {message}");
    }
    assert_eq!(refused(&bench, "/admin/products/prod_nope/variants/batch", json!({})).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_a_variant_goes_with_it() {
    let bench = Bench::new().await;
    let here = place(&bench).await;
    let shared = bench.post("/admin/inventory-items", json!({"sku": "BOX", "title": "Box"})).await;
    let shared = text(&shared["inventory_item"]["id"]).to_owned();
    let polo = made(&bench, shirt("Polo", &["S", "M", "L"])).await;
    let tee = made(&bench, shirt("Tee", &["S"])).await;
    let item = |sku: &'static str| {
        let bench = &bench;
        async move {
            let found = bench.get(&format!("/admin/inventory-items?sku={sku}")).await;
            found["inventory_items"][0]["id"].as_str().map(str::to_owned)
        }
    };
    for product in [&polo, &tee] {
        let path = format!(
            "/admin/products/{}/variants/{}/inventory-items",
            text(&product["id"]),
            text(&product["variants"][0]["id"])
        );
        bench.post(&path, json!({"inventory_item_id": shared, "required_quantity": 2})).await;
        let (_, message) = refused(&bench, &path, json!({"inventory_item_id": shared, "required_quantity": 1})).await;
        assert!(message.contains("already"), "{message}");
    }
    // Something of the large one is promised.
    let large = item("Polo-L").await.unwrap();
    bench
        .post(
            &format!("/admin/inventory-items/{large}/location-levels"),
            json!({"location_id": here, "stocked_quantity": 3}),
        )
        .await;
    let held = json!({"inventory_item_id": large, "location_id": here, "quantity": 1});
    let held = bench.post("/admin/reservations", held).await["reservation"]["id"].clone();

    // An item that a variant is counted by stays.
    let medium = item("Polo-M").await.unwrap();
    let (status, answer) = delete(&bench, &format!("/admin/inventory-items/{medium}")).await;
    assert_eq!((status, &answer["type"]), (400, &json!("not_allowed")), "{answer}");

    let path = format!("/admin/products/{}/variants/{}", text(&polo["id"]), text(&polo["variants"][1]["id"]));
    assert_eq!(delete(&bench, &path).await.0, 200);
    assert_eq!(item("Polo-M").await, None);
    assert_eq!(delete(&bench, &format!("/admin/products/{}", text(&polo["id"]))).await.0, 200);
    assert_eq!(item("Polo-S").await, None);
    assert_eq!(item("Polo-L").await, Some(large.clone()), "some of it is promised");
    assert_eq!(item("BOX").await, Some(shared.clone()), "the other shirt needs it");
    assert_eq!(delete(&bench, &format!("/admin/products/{}", text(&polo["id"]))).await.0, 404);

    assert_eq!(delete(&bench, &format!("/admin/inventory-items/{large}")).await.0, 400);
    assert_eq!(delete(&bench, &format!("/admin/reservations/{}", text(&held))).await.0, 200);
    let (_, gone) = delete(&bench, &format!("/admin/inventory-items/{large}")).await;
    assert_eq!(gone, json!({"id": large, "object": "inventory_item", "deleted": true}));
    assert_eq!(delete(&bench, &format!("/admin/inventory-items/{large}")).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_of_variants_change_together() {
    let bench = Bench::new().await;
    let polo = made(&bench, shirt("Polo", &["S", "M"])).await;
    let (id, variant) = (text(&polo["id"]), text(&polo["variants"][0]["id"]));
    let new = |sku: &str| json!({"sku": sku, "title": sku});
    let box_id = bench.post("/admin/inventory-items", new("BOX")).await["inventory_item"]["id"].clone();
    let tag_id = bench.post("/admin/inventory-items", new("TAG")).await["inventory_item"]["id"].clone();
    let path = format!("/admin/products/{id}/variants/inventory-items/batch");
    let part = |item: &Value, quantity: i64| json!({"variant_id": variant, "inventory_item_id": item, "required_quantity": quantity});
    let done = bench.post(&path, json!({"create": [part(&box_id, 1), part(&tag_id, 2)]})).await;
    assert_eq!(done["created"][1]["data"]["required_quantity"], 2);
    assert_eq!(done["created"][0]["product"]["variant_id"], json!(variant));
    let gone = json!({"variant_id": variant, "inventory_item_id": tag_id});
    bench.post(&path, json!({"update": [part(&box_id, 5)], "delete": [gone]})).await;
    let shown = bench.get(&format!("/admin/products/{id}/variants/{variant}?fields=*inventory_items")).await;
    let quantities: Vec<&Value> =
        shown["variant"]["inventory_items"].as_array().unwrap().iter().map(|link| &link["required_quantity"]).collect();
    assert_eq!(quantities, [&json!(1), &json!(5)]);
    for (body, named) in [
        (
            json!({"create": [{"variant_id": variant, "inventory_item_id": "iitem_x", "required_quantity": 1}]}),
            "create[0]",
        ),
        (json!({"create": [part(&box_id, 1)]}), "already"),
        (json!({"create": [part(&tag_id, 0)]}), "required quantity"),
        (json!({"update": [part(&tag_id, 1)]}), "not found"),
        (
            json!({"update": [{"variant_id": "variant_x", "inventory_item_id": box_id, "required_quantity": 1}]}),
            "variant_x",
        ),
    ] {
        let (_, message) = refused(&bench, &path, body.clone()).await;
        assert!(message.contains(named), "{body}: {message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_are_given_to_variants() {
    let bench = Bench::new().await;
    let polo = made(&bench, shirt("Polo", &["S", "M"])).await;
    let id = text(&polo["id"]);
    let (small, medium) = (text(&polo["variants"][0]["id"]), text(&polo["variants"][1]["id"]));
    let (front, back) = (text(&polo["images"][0]["id"]), text(&polo["images"][1]["id"]));
    assert_eq!(polo["variants"][0]["images"].as_array().unwrap().len(), 2);
    let path = format!("/admin/products/{id}/variants/{small}/images/batch");
    assert_eq!(bench.post(&path, json!({"add": [front]})).await, json!({"added": [front], "removed": []}));
    let path = format!("/admin/products/{id}/images/{back}/variants/batch");
    bench.post(&path, json!({"add": [medium]})).await;
    let shown = bench.get(&format!("/admin/products/{id}?fields=variants.images.id")).await;
    assert_eq!(shown["product"]["variants"][0]["images"], json!([{"id": front}]));
    assert_eq!(shown["product"]["variants"][1]["images"], json!([{"id": back}]));
    assert!(refused(&bench, &path, json!({"add": ["variant_nope"]})).await.1.contains("add"));
    let path = format!("/admin/products/{id}/images/img_nope/variants/batch");
    assert_eq!(refused(&bench, &path, json!({"add": [small]})).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn options_are_shared_by_products() {
    let bench = Bench::new().await;
    let colour = json!({"title": "Colour", "values": ["Red", "Blue"], "ranks": {"Red": 2, "Blue": 1}});
    let colour = bench.post("/admin/product-options", colour).await["product_option"].clone();
    assert_eq!((&colour["is_exclusive"], &colour["products"]), (&json!(false), &json!([])));
    let id = text(&colour["id"]);
    let red = colour["values"].as_array().unwrap().iter().find(|value| value["value"] == "Red").unwrap().clone();
    assert_eq!(red["rank"], 2);
    let mug = |title: &str, option: Value| {
        json!({"title": title, "options": [option], "variants": [
            {"title": "Red", "options": {"Colour": "Red"}, "prices": []}]})
    };
    let whole = made(&bench, mug("Mug", json!({"id": id}))).await;
    assert_eq!(whole["options"][0]["values"].as_array().unwrap().len(), 2);
    let part = made(&bench, mug("Cup", json!({"id": id, "value_ids": [red["id"]]}))).await;
    assert_eq!(part["options"][0]["values"].as_array().unwrap().len(), 1);
    assert_eq!(part["options"][0]["is_exclusive"], false);
    let own = made(&bench, shirt("Polo", &["S"])).await;

    let path = format!("/admin/product-options/{id}");
    let changed = bench.post(&path, json!({"title": "Glaze"})).await;
    let titles: Vec<&str> =
        changed["product_option"]["products"].as_array().unwrap().iter().map(|p| text(&p["title"])).collect();
    assert_eq!(titles, ["Mug", "Cup"]);
    assert_eq!(bench.get(&format!("/admin/products?option_id={id}")).await["count"], 2);
    let product = bench.get(&format!("/admin/products/{}", text(&whole["id"]))).await;
    assert_eq!(product["product"]["options"][0]["title"], "Glaze");

    for (query, count) in [
        ("", 2),
        ("is_exclusive=false", 1),
        ("is_exclusive=true", 1),
        ("title=Size", 1),
        ("q=gla", 1),
        ("$or[0][title]=Size&$or[1][title]=Glaze", 2),
    ] {
        assert_eq!(bench.get(&format!("/admin/product-options?{query}")).await["count"], count, "{query}");
    }
    let of_polo = bench.get(&format!("/admin/products/{}/options", text(&own["id"]))).await;
    assert_eq!(of_polo["product_options"], json!([{"id": own["options"][0]["id"], "title": "Size"}]));

    let values = format!("{path}/values");
    assert_eq!(bench.get(&format!("{values}?order=rank")).await["product_option_values"][0]["value"], "Blue");
    let one = format!("{values}/{}", text(&red["id"]));
    assert_eq!(bench.post(&one, json!({"value": "Crimson"})).await["product_option_value"]["value"], "Crimson");
    assert_eq!(bench.get(&one).await["product_option_value"]["option_id"], json!(id));
    assert_eq!(delete(&bench, &one).await.0, 400, "a variant has chosen it");
    assert_eq!(delete(&bench, &path).await.0, 400, "products use it");

    for (path, body, named) in [
        ("/admin/product-options".to_owned(), json!({"title": "", "values": ["a"]}), "title"),
        ("/admin/product-options".to_owned(), json!({"title": "x", "values": []}), "values"),
        (
            "/admin/product-options".to_owned(),
            json!({"title": "x", "values": ["a"], "is_exclusive": true}),
            "is_exclusive",
        ),
        (path.clone(), json!({"is_exclusive": true}), "is_exclusive"),
        (path.clone(), json!({"values": ["Blue"]}), "options"),
        (path.clone(), json!({"ranks": {"Pink": 1}}), "ranks"),
        ("/admin/product-options/opt_nope".to_owned(), json!({"title": "x"}), "opt_nope"),
        ("/admin/products".to_owned(), mug("Jug", json!({"id": "opt_nope"})), "opt_nope"),
        ("/admin/products".to_owned(), mug("Jug", json!({"id": own["options"][0]["id"]})), "options"),
    ] {
        let (_, message) = refused(&bench, &path, body.clone()).await;
        assert!(message.contains(named), "{path} {body}: {message}");
    }

    // Options come to a product and leave it.
    let path = format!("/admin/products/{}/options/batch", text(&own["id"]));
    let bare = json!({"delete": [own["variants"][0]["id"]]});
    bench.post(&format!("/admin/products/{}/variants/batch", text(&own["id"])), bare).await;
    let size = &own["options"][0]["id"];
    let body = json!({"add": [id, {"title": "Fit", "values": ["Slim"]}],
                      "update": [{"product_option_id": size, "add": [{"value": "XL"}], "remove": [own["options"][0]["values"][0]["id"]]}]});
    let product = bench.post(&path, body).await["product"].clone();
    let titles: Vec<&str> =
        product["options"].as_array().unwrap().iter().map(|option| text(&option["title"])).collect();
    assert_eq!(titles, ["Size", "Glaze", "Fit"]);
    let values: Vec<&str> =
        product["options"][0]["values"].as_array().unwrap().iter().map(|value| text(&value["value"])).collect();
    assert_eq!(values, ["M", "L", "XL"]);
    let product = bench.post(&path, json!({"remove": [id, size]})).await["product"].clone();
    assert_eq!(product["options"].as_array().unwrap().len(), 1);
    let (_, message) = refused(&bench, &path, json!({"remove": [id]})).await;
    assert!(message.contains(id), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn levels_change_together() {
    let bench = Bench::new().await;
    let (here, there) = (place(&bench).await, place(&bench).await);
    let new = |sku: &str, weight: i64| json!({"sku": sku, "title": sku, "weight": weight});
    let one = bench.post("/admin/inventory-items", new("ONE", 10)).await["inventory_item"]["id"].clone();
    let two = bench.post("/admin/inventory-items", new("TWO", 20)).await["inventory_item"]["id"].clone();
    let path = format!("/admin/inventory-items/{}/location-levels/batch", text(&one));
    let create = json!({"create": [{"location_id": here, "stocked_quantity": 5}, {"location_id": there}]});
    let done = bench.post(&path, create).await;
    assert_eq!(done["created"].as_array().unwrap().len(), 2);
    assert_eq!((&done["updated"], &done["deleted"]), (&json!([]), &json!([])));
    let (first, second) = (done["created"][0]["id"].clone(), done["created"][1]["id"].clone());
    let change =
        json!({"update": [{"location_id": here, "stocked_quantity": 8, "incoming_quantity": 2}], "delete": [second]});
    let done = bench.post(&path, change).await;
    assert_eq!((&done["updated"][0]["stocked_quantity"], &done["deleted"]), (&json!(8), &json!([second])));
    for (body, named) in [
        (json!({"delete": [first]}), "delete[0]"),
        (json!({"create": [{"location_id": there}, {"location_id": here}]}), "create[1]"),
        (json!({"create": [{"location_id": "sloc_nope"}]}), "create[0].location_id"),
        (json!({"update": [{"location_id": there, "stocked_quantity": 1}]}), "update[0]"),
        (json!({"delete": ["ilev_nope"]}), "delete[0]"),
        (json!({"create": [{"location_id": there, "stocked_quantity": -1}]}), "stocked_quantity"),
    ] {
        let (_, message) = refused(&bench, &path, body.clone()).await;
        assert!(message.contains(named), "{body}: {message}");
    }
    let levels = format!("/admin/inventory-items/{}/location-levels", text(&one));
    assert_eq!(bench.get(&levels).await["count"], 1, "what was refused left nothing");
    assert_eq!(bench.get(&format!("{levels}?$or[0][location_id]={there}")).await["count"], 0);
    bench.post(&path, json!({"delete": [first], "force": true})).await;

    let level =
        |item: &Value, place: &str| json!({"inventory_item_id": item, "location_id": place, "stocked_quantity": 4});
    let body = json!({"create": [level(&one, &here), level(&two, &there)]});
    let done = bench.post("/admin/inventory-items/location-levels/batch", body).await;
    assert_eq!(done["created"][1]["inventory_item_id"], two);
    let (_, message) =
        refused(&bench, "/admin/inventory-items/batch", json!({"create": [level(&json!("iitem_x"), &here)]})).await;
    assert!(message.contains("create[0].inventory_item_id"), "{message}");

    for (query, count) in [
        ("weight[$gt]=10", 1),
        ("weight=10", 1),
        ("weight[$gte]=10&weight[$lte]=20", 2),
        ("$or[0][sku]=ONE&$or[1][weight]=20", 2),
        ("requires_shipping=false", 0),
        ("material=oak", 0),
        (&format!("location_levels[location_id]={there}"), 1),
    ] {
        assert_eq!(bench.get(&format!("/admin/inventory-items?{query}")).await["count"], count, "{query}");
    }
    let listed = bench.get("/admin/inventory-items?order=-sku&fields=sku").await;
    assert_eq!(listed["inventory_items"][0]["sku"], "TWO");
}

#[tokio::test(flavor = "multi_thread")]
async fn stock_is_set_aside() {
    let bench = Bench::new().await;
    let here = place(&bench).await;
    let item = json!({"sku": "MUG", "location_levels": [{"location_id": here, "stocked_quantity": 7}]});
    let item = bench.post("/admin/inventory-items", item).await["inventory_item"]["id"].clone();
    let hold = |quantity: i64| {
        json!({"inventory_item_id": item, "location_id": here, "quantity": quantity, "description": "For the fair",
               "line_item_id": "ordli_1"})
    };
    let made = bench.post("/admin/reservations", hold(2)).await["reservation"].clone();
    assert_eq!(made["inventory_item"]["reserved_quantity"], 2);
    assert_eq!((&made["line_item_id"], &made["quantity"]), (&json!("ordli_1"), &json!(2)));
    assert!(made["inventory_item"].get("location_levels").is_none());
    let (status, message) = refused(&bench, "/admin/reservations", hold(200)).await;
    assert!(status == 400 && message.contains("quantity"), "{message}");
    assert_eq!(refused(&bench, "/admin/reservations", hold(0)).await.0, 400);
    let mut nowhere = hold(1);
    nowhere["location_id"] = json!("sloc_nope");
    assert_eq!(refused(&bench, "/admin/reservations", nowhere).await.0, 404);
    let mut nothing = hold(1);
    nothing["inventory_item_id"] = json!("iitem_nope");
    assert_eq!(refused(&bench, "/admin/reservations", nothing).await.0, 404);

    let one = format!("/admin/reservations/{}", text(&made["id"]));
    assert_eq!(bench.post(&one, json!({"quantity": 3})).await["reservation"]["quantity"], 3);
    assert_eq!(refused(&bench, &one, json!({"quantity": 8})).await.0, 400);
    assert_eq!(bench.get(&one).await["reservation"]["inventory_item"]["reserved_quantity"], 3);
    let by = bench.get(&format!("{one}?fields=created_by")).await["reservation"]["created_by"].clone();
    for (query, count) in [
        ("line_item_id[]=ordli_1", 1),
        ("line_item_id[]=ordli_2", 0),
        (&format!("inventory_item_id={}", text(&item)), 1),
        (&format!("location_id={here}"), 1),
        (&format!("created_by={}", text(&by)), 1),
        ("description=For the fair", 1),
        ("description[$ilike]=%25FAIR%25", 1),
        ("description=fair", 0),
        ("q=fair", 1),
        ("quantity[$gte]=3", 1),
        ("quantity[$lt]=3", 0),
        ("created_at[$gt]=2000-01-01&order=-created_at", 1),
        ("deleted_at[$gt]=2000-01-01", 0),
    ] {
        let query = query.replace(' ', "%20");
        assert_eq!(bench.get(&format!("/admin/reservations?{query}")).await["count"], count, "{query}");
    }
    let (_, gone) = delete(&bench, &one).await;
    assert_eq!(gone, json!({"id": made["id"], "object": "reservation", "deleted": true}));
    assert_eq!(delete(&bench, &one).await.0, 404);
    let level = bench.get(&format!("/admin/inventory-items/{}/location-levels", text(&item))).await;
    assert_eq!(level["inventory_levels"][0]["available_quantity"], 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_category_is_not_below_itself() {
    let bench = Bench::new().await;
    let made = |name: &'static str, parent: Value| {
        let bench = &bench;
        async move {
            let body = json!({"name": name, "is_active": true, "parent_category_id": parent});
            let made = bench.post("/admin/product-categories", body).await;
            text(&made["product_category"]["id"]).to_owned()
        }
    };
    let top = made("Clothes", Value::Null).await;
    let middle = made("Shirts", json!(top)).await;
    let low = made("Polo", json!(middle)).await;
    for below in [&top, &middle, &low] {
        let path = format!("/admin/product-categories/{top}");
        let (status, message) = refused(&bench, &path, json!({"parent_category_id": below})).await;
        assert_eq!(status, 400);
        assert!(message.contains("parent_category_id") && message.contains("itself"), "{message}");
    }
    let (_, message) =
        refused(&bench, &format!("/admin/product-categories/{low}"), json!({"parent_category_id": "pcat_nope"})).await;
    assert!(message.contains("parent_category_id"), "{message}");
    let tree = bench.get(&format!("/admin/product-categories/{top}?include_descendants_tree=true")).await;
    assert_eq!(tree["product_category"]["category_children"][0]["category_children"][0]["name"], "Polo");
    let tree = bench.get(&format!("/admin/product-categories/{low}?include_ancestors_tree=true")).await;
    assert_eq!(tree["product_category"]["parent_category"]["parent_category"]["name"], "Clothes");
    // Siblings make room.
    let second = made("Pants", json!(top)).await;
    bench.post(&format!("/admin/product-categories/{second}"), json!({"rank": 0})).await;
    let listed =
        bench.get(&format!("/admin/product-categories?parent_category_id={top}&order=rank&fields=name,rank")).await;
    let ranked: Vec<(&str, i64)> = listed["product_categories"]
        .as_array()
        .unwrap()
        .iter()
        .map(|category| (text(&category["name"]), category["rank"].as_i64().unwrap()))
        .collect();
    assert_eq!(ranked, [("Pants", 0), ("Shirts", 1)]);
    for (query, count) in [("is_active=true", 4), ("$or[0][handle]=polo&$or[1][is_active]=false", 1), ("q=cloth", 1)] {
        assert_eq!(bench.get(&format!("/admin/product-categories?{query}")).await["count"], count, "{query}");
    }
}
