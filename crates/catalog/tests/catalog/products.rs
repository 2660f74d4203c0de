//! Making, changing and removing products, on a real file.

use crate::shop::{CHANNEL, Shop, mug, titled};
use tradewind_catalog::{
    DUPLICATE_HANDLE, DUPLICATE_VALUE, InventoryLink, NewCategory, NewCollection, NewOption, NewPrice, NewProduct,
    NewTag, NewVariant, ProductChange, ProductId, ProductStatus, TagId, VariantChange, VariantEntry,
};
use tradewind_kernel::{Currency, Decimal, ErrorKind};
use tradewind_platform::events;

#[tokio::test]
async fn a_product_is_stored_whole_and_found_every_way() {
    let shop = Shop::open().await;
    let before = shop.catalog.version();
    let made = shop.create(mug()).await.expect("made");
    assert!(shop.catalog.version() > before);
    assert_eq!(made.handle, "mug");
    assert_eq!(made.thumbnail.as_deref(), Some("/media/front.webp"));
    assert_eq!(made.images.iter().map(|image| image.rank).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(made.variants[0].option_value_ids, [made.options[0].values[0].id.clone()]);
    assert_eq!(made.variants[0].id.bucket(), made.id.bucket());

    let read = shop.catalog.product(made.id.as_str()).await.expect("read").expect("there");
    assert_eq!(*read, made);
    let by_handle = shop.catalog.product_by_handle("mug").await.expect("read").expect("there");
    assert_eq!(*by_handle, made);
    let blue = shop.catalog.variant(made.variants[1].id.as_str()).await.expect("read");
    let blue = blue.expect("there");
    assert_eq!(blue.variant().sku.as_deref(), Some("MUG-BLUE"));
    assert_eq!(blue.product.id, made.id);

    assert!(shop.catalog.product("prod_unknown").await.expect("read").is_none());
    assert!(shop.catalog.product_by_handle("unknown").await.expect("read").is_none());
    assert!(shop.catalog.variant("variant_unknown").await.expect("read").is_none());
    assert_eq!(events::waiting(&shop.db).await.expect("counted"), 1);
}

#[tokio::test]
async fn an_import_keeps_its_ids_and_times() {
    let shop = Shop::open().await;
    let created_at = "2020-02-02T00:00:00Z".parse().expect("a time");
    let new = NewProduct {
        id: Some("prod_kept".into()),
        handle: Some("kept".into()),
        created_at: Some(created_at),
        ..titled("Kept")
    };
    let made = shop.create(new.clone()).await.expect("made");
    assert_eq!((made.id.as_str(), made.created_at), ("prod_kept", created_at));
    let again = NewProduct { handle: Some("other".into()), ..new };
    let error = shop.create(again).await.expect_err("refused");
    assert!(error.is(DUPLICATE_VALUE) && error.field() == Some("id"), "{error:?}");
}

#[tokio::test]
async fn what_is_taken_is_refused_and_named() {
    let shop = Shop::open().await;
    shop.create(mug()).await.expect("made");
    let error = shop.create(mug()).await.expect_err("refused");
    assert!(error.is(DUPLICATE_HANDLE) && error.kind() == ErrorKind::Invalid, "{error:?}");
    assert_eq!(error.message(), "Product with handle: mug already exists");

    let second = NewProduct { handle: Some("mug-2".into()), ..mug() };
    let error = shop.create(second).await.expect_err("refused");
    assert!(error.is(DUPLICATE_VALUE) && error.field() == Some("sku"), "{error:?}");
    assert_eq!(error.message(), "Variant with sku: MUG-BLUE already exists");

    let twice = vec![titled("Twice"), titled("Twice")];
    let error = shop.write(|catalog, tx| Box::pin(catalog.create_products(tx, twice))).await.expect_err("refused");
    assert!(error.is(DUPLICATE_HANDLE), "{error:?}");
    assert!(shop.catalog.product_by_handle("twice").await.expect("read").is_none());
}

#[tokio::test]
async fn what_is_wrong_is_refused_by_name() {
    let shop = Shop::open().await;
    let options = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(title, value)| ((*title).into(), (*value).into())).collect()
    };
    let with_first_variant = |change: fn(&mut NewVariant)| {
        let mut new = mug();
        change(&mut new.variants[0]);
        new
    };
    let mut no_value = mug();
    no_value.variants[0].options.clear();
    let mut unknown_value = mug();
    unknown_value.variants[0].options = options(&[("Colour", "Green")]);
    let mut unknown_option = mug();
    unknown_option.variants[0].options = options(&[("Colour", "Red"), ("Size", "L")]);
    let mut same_combination = mug();
    same_combination.variants[0].options = options(&[("Colour", "Blue")]);
    let mut option_twice = mug();
    option_twice.options.push(option_twice.options[0].clone());
    let mut too_many = mug();
    too_many.options[0].values = (0..500).map(|n| format!("{n}").into()).collect();
    too_many.variants = (0..1_001)
        .map(|n| NewVariant {
            title: format!("{n}"),
            options: options(&[("Colour", &format!("{}", n % 500))]),
            ..NewVariant::default()
        })
        .collect();
    for (name, new, field) in [
        ("no title", titled("  "), "title"),
        ("long title", titled(&"x".repeat(256)), "title"),
        ("bad handle", NewProduct { handle: Some("a b".into()), ..titled("A") }, "handle"),
        ("bad id", NewProduct { id: Some("prod 1".into()), ..titled("A") }, "id"),
        ("negative weight", NewProduct { weight: Some(-1), ..titled("A") }, "weight"),
        ("no value of an option", no_value, "variants[0].options"),
        ("unknown value", unknown_value, "variants[0].options"),
        ("unknown option", unknown_option, "variants[0].options"),
        ("same combination", same_combination, "variants"),
        ("option twice", option_twice, "options"),
        ("too many variants", too_many, "variants"),
        (
            "option without values",
            NewProduct { options: vec![NewOption { title: "Size".into(), ..NewOption::default() }], ..titled("A") },
            "options[0].values",
        ),
        ("same sku", with_first_variant(|variant| variant.sku = Some("MUG-BLUE".into())), "variants.sku"),
        ("empty sku", with_first_variant(|variant| variant.sku = Some(String::new())), "variants[0].sku"),
        (
            "negative price",
            with_first_variant(|variant| variant.prices[0].amount = Decimal::NEGATIVE_ONE),
            "variants[0].prices[0].amount",
        ),
        (
            "enormous price",
            with_first_variant(|variant| variant.prices[0].amount = Decimal::MAX),
            "variants[0].prices[0].amount",
        ),
        (
            "upside-down tier",
            with_first_variant(|variant| {
                variant.prices[0].min_quantity = Some(5);
                variant.prices[0].max_quantity = Some(4);
            }),
            "variants[0].prices[0].min_quantity",
        ),
        (
            "nothing leaves the stock",
            with_first_variant(|variant| {
                variant.inventory = vec![InventoryLink { item_id: "iitem_1".into(), required_quantity: 0 }];
            }),
            "variants[0].inventory_items",
        ),
        ("unknown tag", NewProduct { tag_ids: vec!["ptag_none".into()], ..titled("A") }, "tags"),
    ] {
        let error = shop.create(new).await.expect_err(name);
        assert_eq!((error.kind(), error.field()), (ErrorKind::Invalid, Some(field)), "{name}: {error:?}");
    }
    assert_eq!(events::waiting(&shop.db).await.expect("counted"), 0, "nothing was made");
}

#[tokio::test]
async fn a_change_is_seen_at_once_and_touches_only_what_it_names() {
    let shop = Shop::open().await;
    let made = shop.create(mug()).await.expect("made");
    shop.catalog.product(made.id.as_str()).await.expect("read");
    shop.clock.advance_seconds(60);
    let change = ProductChange {
        title: Some("Tall mug".into()),
        handle: Some("tall-mug".into()),
        description: Some(None),
        metadata: Some(Some(serde_json::Map::from_iter([("care".into(), "wash".into())]))),
        ..ProductChange::default()
    };
    let id = made.id.clone();
    let changed = shop
        .write(move |catalog, tx| Box::pin(async move { catalog.update_product(tx, id.as_str(), change).await }))
        .await
        .expect("changed");
    assert_eq!(changed.updated_at, made.created_at.plus_seconds(60));
    assert_eq!(changed.variants, made.variants);
    assert_eq!(changed.description, None);
    let read = shop.catalog.product(made.id.as_str()).await.expect("read").expect("there");
    assert_eq!(*read, changed);
    assert!(shop.catalog.product_by_handle("mug").await.expect("read").is_none());
    assert!(shop.catalog.product_by_handle("tall-mug").await.expect("read").is_some());

    let (id, version) = (made.id.clone(), shop.catalog.version());
    shop.write(move |catalog, tx| {
        Box::pin(async move { catalog.update_product(tx, id.as_str(), ProductChange::default()).await })
    })
    .await
    .expect("a change of nothing");
    assert_eq!(shop.catalog.version(), version, "nothing changed");
}

#[tokio::test]
async fn a_failed_transaction_changes_nothing_in_memory() {
    let shop = Shop::open().await;
    let made = shop.create(mug()).await.expect("made");
    let version = shop.catalog.version();
    let id = made.id.clone();
    let outcome: Result<(), _> = shop
        .write(move |catalog, tx| {
            Box::pin(async move {
                catalog.delete_product(tx, id.as_str()).await?;
                Err(tradewind_kernel::Error::conflict("something else failed"))
            })
        })
        .await;
    assert!(outcome.is_err());
    assert_eq!(shop.catalog.version(), version);
    let read = shop.catalog.product(made.id.as_str()).await.expect("read");
    assert_eq!(*read.expect("still there"), made);
}

#[tokio::test]
async fn variants_come_change_and_go() {
    let shop = Shop::open().await;
    let made = shop.create(mug()).await.expect("made");
    let product_id = made.id.clone();
    let (red, blue) = (made.variants[0].clone(), made.variants[1].clone());

    // The SKUs change places: unique in the shop all the time.
    let entry = |variant: &tradewind_catalog::Variant, sku: &str| {
        let change = VariantChange { sku: Some(Some(sku.into())), ..VariantChange::default() };
        VariantEntry::Existing(variant.id.clone(), Box::new(change))
    };
    let change = ProductChange {
        options: Some(vec![NewOption {
            title: "Colour".into(),
            values: vec!["Green".into(), "Blue".into(), "Red".into()],
            ..NewOption::default()
        }]),
        variants: Some(vec![
            entry(&red, "MUG-BLUE"),
            entry(&blue, "MUG-RED"),
            VariantEntry::New(Box::new(NewVariant {
                title: "Green".into(),
                options: vec![("Colour".into(), "Green".into())],
                ..NewVariant::default()
            })),
        ]),
        ..ProductChange::default()
    };
    let id = product_id.clone();
    let changed = shop
        .write(move |catalog, tx| Box::pin(async move { catalog.update_product(tx, id.as_str(), change).await }))
        .await
        .expect("changed");
    assert_eq!(changed.options[0].id, made.options[0].id);
    assert_eq!(changed.options[0].values[2].id, made.options[0].values[0].id, "red keeps its id");
    assert_eq!(changed.variant(red.id.as_str()).and_then(|v| v.sku.as_deref()), Some("MUG-BLUE"));
    assert_eq!(changed.variants.len(), 3);
    assert_eq!(changed.variant(red.id.as_str()).map(|v| &v.prices), Some(&red.prices));

    // A value that a variant has chosen cannot go.
    let without_red = ProductChange {
        options: Some(vec![NewOption {
            title: "Colour".into(),
            values: vec!["Green".into(), "Blue".into()],
            ..NewOption::default()
        }]),
        ..ProductChange::default()
    };
    let id = product_id.clone();
    let error = shop
        .write(move |catalog, tx| Box::pin(async move { catalog.update_product(tx, id.as_str(), without_red).await }))
        .await
        .expect_err("refused");
    assert_eq!(error.field(), Some("variants[0].options"), "{error:?}");

    let (id, red_id) = (product_id.clone(), red.id.clone());
    let left = shop
        .write(move |catalog, tx| {
            Box::pin(async move { catalog.delete_variant(tx, id.as_str(), red_id.as_str()).await })
        })
        .await
        .expect("removed");
    assert_eq!(left.variants.len(), 2);
    assert!(shop.catalog.variant(red.id.as_str()).await.expect("read").is_none());
    // Its SKU is free again.
    let id = product_id.clone();
    let new = NewVariant {
        title: "Red again".into(),
        sku: Some("MUG-BLUE".into()),
        options: vec![("Colour".into(), "Red".into())],
        ..NewVariant::default()
    };
    shop.write(move |catalog, tx| Box::pin(async move { catalog.create_variants(tx, id.as_str(), vec![new]).await }))
        .await
        .expect("made");
}

#[tokio::test]
async fn prices_and_stock_are_set_by_variant() {
    let shop = Shop::open().await;
    let made = shop.create(mug()).await.expect("made");
    let red = made.variants[0].clone();
    let prices =
        vec![NewPrice::of(Currency::EUR, Decimal::new(899, 2)), NewPrice::of(Currency::USD, Decimal::new(10, 0))];
    let (id, item) = (red.id.clone(), "iitem_1".to_owned());
    let changed = shop
        .write(move |catalog, tx| {
            Box::pin(async move {
                catalog.set_prices(tx, id.as_str(), prices).await?;
                let links = vec![InventoryLink { item_id: item, required_quantity: 2 }];
                catalog.set_inventory(tx, id.as_str(), links).await
            })
        })
        .await
        .expect("changed");
    let after = changed.variant(red.id.as_str()).expect("there");
    assert_eq!(after.prices[0].id, red.prices[0].id, "the same price, another amount");
    assert_eq!(after.prices[0].amount, Decimal::new(899, 2));
    assert_eq!(after.inventory[0].required_quantity, 2);
    assert_eq!(changed.variants[1], made.variants[1]);
    let read = shop.catalog.variant(red.id.as_str()).await.expect("read").expect("there");
    assert_eq!(read.variant(), after);
}

#[tokio::test]
async fn a_removed_product_leaves_nothing_behind() {
    let shop = Shop::open().await;
    let made = shop.create(mug()).await.expect("made");
    shop.catalog.variant(made.variants[0].id.as_str()).await.expect("read");
    let id = made.id.clone();
    shop.write(move |catalog, tx| Box::pin(async move { catalog.delete_product(tx, id.as_str()).await }))
        .await
        .expect("removed");
    assert!(shop.catalog.product(made.id.as_str()).await.expect("read").is_none());
    assert!(shop.catalog.product_by_handle("mug").await.expect("read").is_none());
    assert!(shop.catalog.variant(made.variants[0].id.as_str()).await.expect("read").is_none());
    let id = made.id.clone();
    let error = shop
        .write(move |catalog, tx| Box::pin(async move { catalog.delete_product(tx, id.as_str()).await }))
        .await
        .expect_err("gone");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let left = shop
        .db
        .read(|tx| {
            Box::pin(async move {
                let mut rows = 0;
                for table in ["product", "member", "variant", "option", "option_value"] {
                    rows += tx.number(&format!("SELECT COUNT(*) FROM catalog_{table}"), &[]).await?;
                }
                Ok(rows)
            })
        })
        .await
        .expect("counted");
    assert_eq!(left, 0);
    // Handle and SKUs are free again, under the same ids even.
    let again = NewProduct { id: Some(made.id.clone()), ..mug() };
    assert_eq!(shop.create(again).await.expect("made").id, made.id);
}

#[tokio::test]
async fn products_forget_terms_that_are_gone() {
    let shop = Shop::open().await;
    let (category, collection, tag) = shop
        .write(|catalog, tx| {
            Box::pin(async move {
                let category = NewCategory { name: "Cups".into(), ..NewCategory::default() };
                let collection = NewCollection { title: "Summer".into(), ..NewCollection::default() };
                let tag = NewTag { value: "clay".into(), ..NewTag::default() };
                Ok((
                    catalog.create_category(tx, category).await?.id,
                    catalog.create_collection(tx, collection).await?.id,
                    catalog.create_tag(tx, tag).await?.id,
                ))
            })
        })
        .await
        .expect("made");
    let new = NewProduct {
        category_ids: vec![category.clone()],
        collection_id: Some(collection.clone()),
        tag_ids: vec![tag.clone()],
        ..mug()
    };
    let made = shop.create(new).await.expect("made");
    let read = shop.catalog.product(made.id.as_str()).await.expect("read").expect("there");
    assert_eq!(read.tag_ids, std::slice::from_ref(&tag));
    let (gone_tag, gone_collection) = (tag.clone(), collection.clone());
    shop.write(move |catalog, tx| {
        Box::pin(async move {
            catalog.delete_tag(tx, gone_tag.as_str()).await?;
            catalog.delete_collection(tx, gone_collection.as_str()).await
        })
    })
    .await
    .expect("removed");
    let read = shop.catalog.product(made.id.as_str()).await.expect("read").expect("there");
    assert_eq!((read.tag_ids.len(), &read.collection_id), (0, &None));
    assert_eq!(read.category_ids, [category]);

    // Any later change forgets them for good, and naming one that is gone is refused.
    let id = made.id.clone();
    let change = ProductChange { status: Some(ProductStatus::Draft), ..ProductChange::default() };
    let changed = shop
        .write(move |catalog, tx| Box::pin(async move { catalog.update_product(tx, id.as_str(), change).await }))
        .await
        .expect("changed");
    assert_eq!(changed.tag_ids, Vec::<TagId>::new());
    let id = made.id.clone();
    let change = ProductChange { tag_ids: Some(vec![tag]), ..ProductChange::default() };
    let error = shop
        .write(move |catalog, tx| Box::pin(async move { catalog.update_product(tx, id.as_str(), change).await }))
        .await
        .expect_err("refused");
    assert_eq!(error.field(), Some("tags"));
}

#[tokio::test]
async fn collections_and_categories_take_products_in_and_let_them_go() {
    let shop = Shop::open().await;
    let mug = shop.create(mug()).await.expect("made");
    let bowl = shop.create(titled("Bowl")).await.expect("made");
    let (first, second): (ProductId, ProductId) = (mug.id.clone(), bowl.id.clone());
    let collection = shop
        .write(move |catalog, tx| {
            Box::pin(async move {
                let new = NewCollection { title: "Table".into(), ..NewCollection::default() };
                let collection = catalog.create_collection(tx, new).await?;
                let id = collection.id.as_str();
                catalog.change_products_of_collection(tx, id, &[&first, &second], &[]).await?;
                catalog.change_products_of_collection(tx, id, &[], &[&first]).await?;
                Ok(collection)
            })
        })
        .await
        .expect("changed");
    let read = shop.catalog.products(&[&mug.id, &bowl.id]).await.expect("read");
    assert_eq!(read[0].collection_id, None);
    assert_eq!(read[1].collection_id, Some(collection.id));
    assert!(read[1].is_offered_in(CHANNEL));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_reads_what_a_commit_has_made_old() {
    let shop = Shop::open().await;
    let made = shop.create(mug()).await.expect("made");
    let id = made.id.0.clone();
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let readers: Vec<_> = (0..3)
        .map(|_| {
            let (catalog, id, stop) = (shop.catalog.clone(), id.clone(), stop.clone());
            tokio::spawn(async move {
                let mut newest = 0;
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    let product = catalog.product(&id).await.expect("read").expect("there");
                    let weight = product.weight.unwrap_or(0);
                    assert!(weight >= newest, "{weight} after {newest}");
                    newest = weight;
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    for weight in 1..=200 {
        let product_id = id.clone();
        let change = ProductChange { weight: Some(Some(weight)), ..ProductChange::default() };
        shop.write(move |catalog, tx| Box::pin(async move { catalog.update_product(tx, &product_id, change).await }))
            .await
            .expect("changed");
        let read = shop.catalog.product(&id).await.expect("read").expect("there");
        assert_eq!(read.weight, Some(weight));
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    for reader in readers {
        reader.await.expect("a reader");
    }
}
