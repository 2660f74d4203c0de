//! Shoppers, their groups, the staff and its invitations, as staff works with them.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::bench::Bench;

async fn customer(bench: &Bench, body: Value) -> Value {
    bench.post("/admin/customers", body).await["customer"].clone()
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

async fn status(bench: &Bench, method: &str, path: &str, body: Value) -> (u16, Value) {
    bench.send(method, path, Some(&bench.staff), Some(&body.to_string())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_made_changed_and_removed() {
    let bench = Bench::new().await;
    let made = customer(&bench, json!({"email": " Grace@Example.com ".trim(), "first_name": "Grace"})).await;
    assert_eq!(made["email"], "grace@example.com");
    assert_eq!((&made["has_account"], &made["company_name"]), (&json!(false), &Value::Null));
    assert!(made["created_by"].as_str().unwrap().starts_with("user_"));
    assert_eq!(made.get("addresses"), None, "relations are shown where they are asked for");
    let path = format!("/admin/customers/{}", id(&made));

    let again = status(&bench, "POST", "/admin/customers", json!({"email": "grace@example.com"})).await;
    assert_eq!((again.0, &again.1["type"]), (422, &json!("duplicate_error")));
    let nobody = status(&bench, "POST", "/admin/customers", json!({"first_name": "Nobody"})).await;
    assert_eq!(nobody.0, 400);
    assert!(nobody.1["message"].as_str().unwrap().contains("e-mail"), "{}", nobody.1);

    let change = json!({"email": "hopper@example.com", "phone": "+1 555", "metadata": {"vip": true}});
    let changed = bench.post(&path, change).await["customer"].clone();
    assert_eq!((&changed["email"], &changed["first_name"]), (&json!("hopper@example.com"), &json!("Grace")));
    assert_eq!(bench.post(&path, json!({"first_name": null})).await["customer"]["first_name"], Value::Null);

    let book = format!("{path}/addresses");
    let address = json!({"city": "Odense", "country_code": "DK", "is_default_shipping": true, "address_name": "home"});
    let with = bench.post(&format!("{book}?fields=*addresses"), address).await["customer"]["addresses"].clone();
    assert_eq!((&with[0]["country_code"], &with[0]["is_default_shipping"]), (&json!("dk"), &json!(true)));
    let one = format!("{book}/{}", id(&with[0]));
    bench.post(&one, json!({"city": "Aarhus"})).await;
    assert_eq!(bench.get(&one).await["address"]["city"], "Aarhus");
    assert_eq!(bench.get(&format!("{book}?q=aarhus")).await["count"], 1);
    assert_eq!(bench.get(&format!("{book}?city=Odense")).await["count"], 0);
    let (code, gone) = bench.send("DELETE", &one, Some(&bench.staff), None).await;
    assert_eq!((code, &gone["object"], &gone["parent"]["id"]), (200, &json!("customer_address"), &made["id"]));
    assert_eq!(bench.get(&book).await["addresses"], json!([]));

    let (code, gone) = bench.send("DELETE", &path, Some(&bench.staff), None).await;
    assert_eq!((code, gone), (200, json!({"id": made["id"], "object": "customer", "deleted": true})));
    assert_eq!(bench.send("GET", &path, Some(&bench.staff), None).await.0, 404);
    assert_eq!(bench.send("DELETE", &path, Some(&bench.staff), None).await.0, 200);
    // The e-mail address is free again.
    customer(&bench, json!({"email": "hopper@example.com"})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_customer_is_logged_out_and_keeps_no_email() {
    let bench = Bench::new().await;
    bench.customer_token().await;
    let listed = bench.get("/admin/customers?has_account=true").await;
    let path = format!("/admin/customers/{}", id(&listed["customers"][0]));
    // Their login has that address.
    let moved = status(&bench, "POST", &path, json!({"email": "other@example.com"})).await;
    assert_eq!((moved.0, &moved.1["type"]), (400, &json!("not_allowed")));
    bench.send("DELETE", &path, Some(&bench.staff), None).await;
    assert_eq!(bench.get("/admin/customers").await["count"], 0);
    // Registering and opening an account works as on the first day.
    bench.customer_token().await;
    assert_eq!(bench.get("/admin/customers").await["count"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_are_found_by_what_is_asked() {
    let bench = Bench::new().await;
    for (email, first, company) in [
        ("ada@example.com", "Ada", json!("Analytical")),
        ("bob@example.com", "Bob", json!(null)),
        ("cleo@shop.example", "Cleo", json!("100% Paper")),
    ] {
        customer(&bench, json!({"email": email, "first_name": first, "company_name": company})).await;
        bench.wait_seconds(60);
    }
    let found = async |query: &str| {
        let page = bench.get(&format!("/admin/customers?{query}")).await;
        let names: Vec<_> =
            page["customers"].as_array().unwrap().iter().map(|one| one["first_name"].as_str().unwrap()).collect();
        (names.join(","), page["count"].clone())
    };
    for (query, names) in [
        ("", "Ada,Bob,Cleo"),
        ("order=-created_at", "Cleo,Bob,Ada"),
        ("order=-first_name", "Cleo,Bob,Ada"),
        ("q=ANALYT%20ada", "Ada"),
        ("q=100%25", "Cleo"),
        ("q=%25%25", ""),
        ("email=bob@example.com", "Bob"),
        ("email[]=ada@example.com&email[]=BOB@example.com", "Ada,Bob"),
        ("id[$in][]=nobody", ""),
        ("first_name[]=Ada&first_name[]=Cleo", "Ada,Cleo"),
        ("company_name=Analytical", "Ada"),
        ("created_at[$gt]=2023-11-14T22:14:20Z", "Cleo"),
        ("created_at[$lte]=2023-11-14T22:14:20Z&created_at[$gt]=2023-11-14T22:13:00Z", "Ada,Bob"),
        ("has_account=false", "Ada,Bob,Cleo"),
        ("has_account=true", ""),
        ("$or[0][first_name]=Ada&$or[1][first_name]=Bob", "Ada,Bob"),
        ("$and[0][q]=example&$and[1][email]=ada@example.com", "Ada"),
        ("id[$like]=cus%25", "Ada,Bob,Cleo"),
        ("id[$ne]=nobody&first_name=Bob", "Bob"),
    ] {
        let count = if names.is_empty() { 0 } else { names.split(',').count() };
        assert_eq!(found(query).await, (names.to_owned(), json!(count)), "{query}");
    }
    assert_eq!(found("limit=1&offset=1").await, ("Bob".to_owned(), json!(3)));
    for wrong in
        ["order=wibble", "created_at[$gt]=soon", "id[$re]=x", "deleted_at[$gt]=2020-01-01", "has_account=wibble"]
    {
        let (code, answer) = bench.send("GET", &format!("/admin/customers?{wrong}"), Some(&bench.staff), None).await;
        assert_eq!(code, 400, "{wrong}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_hold_customers() {
    let bench = Bench::new().await;
    let group =
        bench.post("/admin/customer-groups", json!({"name": "VIP", "metadata": {"tier": 1}})).await["customer_group"]
            .clone();
    assert!(id(&group).starts_with("cusgroup_"));
    assert!(group["created_by"].as_str().unwrap().starts_with("user_"));
    let other = bench.post("/admin/customer-groups", json!({"name": "Trade"})).await["customer_group"].clone();
    assert_eq!(other["metadata"], Value::Null);
    let taken = status(&bench, "POST", "/admin/customer-groups", json!({"name": "VIP"})).await;
    assert_eq!((taken.0, &taken.1["type"]), (422, &json!("duplicate_error")));
    let taken = status(&bench, "POST", &format!("/admin/customer-groups/{}", id(&other)), json!({"name": "VIP"})).await;
    assert_eq!(taken.0, 422);

    let ada = customer(&bench, json!({"email": "ada@example.com"})).await;
    let bob = customer(&bench, json!({"email": "bob@example.com"})).await;
    let path = format!("/admin/customer-groups/{}", id(&group));
    let members = format!("{path}/customers");
    // One who is not there stops all of it.
    let (code, _) = status(&bench, "POST", &members, json!({"add": [ada["id"], "cus_nobody"]})).await;
    assert_eq!(code, 404);
    assert_eq!(bench.get(&format!("/admin/customers?groups={}", id(&group))).await["count"], 0);

    bench.post(&members, json!({"add": [ada["id"], bob["id"], ada["id"]]})).await;
    let both = bench.get(&format!("/admin/customers?groups[]={}&fields=email,*groups", id(&group))).await;
    assert_eq!(both["count"], 2);
    assert_eq!(both["customers"][0]["groups"][0]["name"], "VIP");
    assert_eq!(bench.get("/admin/customers?groups[name]=VIP").await["count"], 2);
    let shown = bench.get(&format!("{path}?fields=id,*customers")).await;
    assert_eq!(shown["customer_group"]["customers"][1]["email"], "bob@example.com");
    let of_ada = bench.get(&format!("/admin/customer-groups?customers={}", id(&ada))).await;
    assert_eq!((&of_ada["count"], &of_ada["customer_groups"][0]["id"]), (&json!(1), &group["id"]));

    let change = json!({"add": [other["id"]], "remove": [group["id"]]});
    let groups = format!("/admin/customers/{}/customer-groups?fields=*groups", id(&bob));
    let moved = bench.post(&groups, change).await;
    assert_eq!(moved["customer"]["groups"][0]["name"], "Trade");
    assert_eq!(moved["customer"]["groups"].as_array().unwrap().len(), 1);
    let (code, _) = status(&bench, "POST", &groups, json!({"add": ["cusgroup_nope"]})).await;
    assert_eq!(code, 404);

    assert_eq!(
        bench.post(&path, json!({"name": "Best", "metadata": null})).await["customer_group"]["metadata"],
        json!(null)
    );
    assert_eq!(bench.get("/admin/customer-groups?q=best").await["count"], 1);
    let (_, gone) = bench.send("DELETE", &path, Some(&bench.staff), None).await;
    assert_eq!(gone, json!({"id": group["id"], "object": "customer_group", "deleted": true}));
    let left = bench.get(&format!("/admin/customers/{}?fields=*groups", id(&ada))).await;
    assert_eq!(left["customer"]["groups"], json!([]));
    assert_eq!(bench.get(&format!("/admin/customers?groups={}", id(&group))).await["count"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_invited_and_joins_once() {
    let bench = Bench::new().await;
    let invite = bench.post("/admin/invites", json!({"email": "New@Example.com"})).await["invite"].clone();
    assert_eq!((&invite["email"], &invite["accepted"]), (&json!("new@example.com"), &json!(false)));
    let first = invite["token"].as_str().unwrap().to_owned();
    let again = status(&bench, "POST", "/admin/invites", json!({"email": "new@example.com"})).await;
    assert_eq!(again.0, 422);
    assert_eq!(status(&bench, "POST", "/admin/invites", json!({"email": crate::bench::EMAIL})).await.0, 422);
    assert_eq!(status(&bench, "POST", "/admin/invites", json!({"email": "nonsense"})).await.0, 400);
    let sent = bench.post(&format!("/admin/invites/{}/resend", id(&invite)), json!({})).await["invite"].clone();
    let token = sent["token"].as_str().unwrap().to_owned();
    assert_ne!(token, first);

    let new = bench.stranger("new@example.com").await;
    let other = bench.stranger("other@example.com").await;
    let accept = async |who: Option<&str>, token: &str, body: Value| {
        let path = format!("/admin/invites/accept?token={token}");
        bench.send("POST", &path, who, Some(&body.to_string())).await
    };
    // Not yet of the staff.
    assert_eq!(bench.send("GET", "/admin/users", Some(&new), None).await.0, 401);
    let body = || json!({"first_name": "Nora"});
    for (who, token, why) in [
        (None, token.as_str(), "nobody is logged in"),
        (Some(other.as_str()), token.as_str(), "another e-mail address"),
        (Some(new.as_str()), first.as_str(), "superseded"),
        (Some(new.as_str()), "made-up", "made up"),
    ] {
        let refused = accept(who, token, body()).await;
        assert_eq!(refused, (401, json!({"message": "Unauthorized"})), "{why}");
    }
    let (code, joined) = accept(Some(&new), &token, body()).await;
    assert_eq!((code, &joined["user"]["email"]), (200, &json!("new@example.com")));
    assert_eq!((&joined["user"]["first_name"], &joined["user"]["deleted_at"]), (&json!("Nora"), &Value::Null));
    assert_eq!(accept(Some(&new), &token, body()).await.0, 401, "good once");
    assert_eq!(bench.get("/admin/invites").await["count"], 0);

    let nora = bench.log_in("new@example.com", crate::bench::PASSWORD).await.unwrap();
    let (code, me) = bench.send("GET", "/admin/users/me", Some(&nora), None).await;
    assert_eq!((code, &me["user"]["id"]), (200, &joined["user"]["id"]));
    assert_eq!(accept(Some(&nora), &token, body()).await.0, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_runs_out_and_can_be_taken_back() {
    let bench = Bench::new().await;
    let invite = bench.post("/admin/invites", json!({"email": "late@example.com"})).await["invite"].clone();
    bench.wait_seconds(7 * 24 * 3600);
    let late = bench.stranger("late@example.com").await;
    let staff = bench.log_in(crate::bench::EMAIL, crate::bench::PASSWORD).await.unwrap();
    let path = format!("/admin/invites/accept?token={}", invite["token"].as_str().unwrap());
    assert_eq!(bench.send("POST", &path, Some(&late), Some("{}")).await.0, 401);
    let (_, sent) =
        bench.send("POST", &format!("/admin/invites/{}/resend", id(&invite)), Some(&staff), Some("{}")).await;
    let path = format!("/admin/invites/accept?token={}", sent["invite"]["token"].as_str().unwrap());
    let (code, gone) = bench.send("DELETE", &format!("/admin/invites/{}", id(&invite)), Some(&staff), None).await;
    assert_eq!((code, &gone["object"]), (200, &json!("invite")));
    assert_eq!(bench.send("POST", &path, Some(&late), Some("{}")).await.0, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_accepted_by_many_at_once_makes_one_user() {
    let bench = Arc::new(Bench::new().await);
    let invite = bench.post("/admin/invites", json!({"email": "new@example.com"})).await["invite"].clone();
    let new = bench.stranger("new@example.com").await;
    let path = format!("/admin/invites/accept?token={}", invite["token"].as_str().unwrap());
    let tries: Vec<_> = (0..8)
        .map(|_| {
            let (bench, new, path) = (Arc::clone(&bench), new.clone(), path.clone());
            tokio::spawn(async move { bench.send("POST", &path, Some(&new), Some("{}")).await.0 })
        })
        .collect();
    let mut codes = Vec::new();
    for one in tries {
        codes.push(one.await.unwrap());
    }
    assert_eq!(codes.iter().filter(|code| **code == 200).count(), 1, "{codes:?}");
    assert_eq!(bench.get("/admin/users").await["count"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_is_changed_and_removed() {
    let bench = Bench::new().await;
    let me = bench.get("/admin/users/me").await["user"].clone();
    let invite = bench.post("/admin/invites", json!({"email": "nora@example.com"})).await["invite"].clone();
    let stranger = bench.stranger("nora@example.com").await;
    let path = format!("/admin/invites/accept?token={}", invite["token"].as_str().unwrap());
    let (_, joined) = bench.send("POST", &path, Some(&stranger), Some("{}")).await;
    let nora = bench.log_in("nora@example.com", crate::bench::PASSWORD).await.unwrap();
    let path = format!("/admin/users/{}", id(&joined["user"]));

    let changed = bench.post(&path, json!({"last_name": "Hay", "avatar_url": "https://x.example/a.png"})).await;
    assert_eq!(changed["user"]["last_name"], "Hay");
    assert_eq!(bench.get("/admin/users?q=hay").await["count"], 1);
    assert_eq!(bench.get("/admin/users?email=nora@example.com&limit=1").await["limit"], 1);
    assert_eq!(bench.get(&format!("{path}/auth-providers")).await, json!({"providers": ["emailpass"]}));

    let token = bench.post(&format!("{path}/reset-password"), json!({})).await["token"].clone();
    bench.wait_seconds(2);
    bench.reset_password(token.as_str().unwrap(), "a new password").await;
    assert!(bench.log_in("nora@example.com", crate::bench::PASSWORD).await.is_none());
    assert_eq!(bench.send("GET", "/admin/users/me", Some(&nora), None).await.0, 401);
    let nora = bench.log_in("nora@example.com", "a new password").await.unwrap();

    let own = bench.send("DELETE", &format!("/admin/users/{}", id(&me)), Some(&bench.staff), None).await;
    assert_eq!((own.0, &own.1["type"]), (400, &json!("not_allowed")));
    let (code, gone) = bench.send("DELETE", &path, Some(&bench.staff), None).await;
    assert_eq!((code, gone), (200, json!({"id": joined["user"]["id"], "object": "user", "deleted": true})));
    // At once, although the token has not ended.
    assert_eq!(bench.send("GET", "/admin/users", Some(&nora), None).await.0, 401);
    assert!(bench.log_in("nora@example.com", "a new password").await.is_none());
    assert_eq!(bench.get("/admin/users").await["count"], 1);
}
