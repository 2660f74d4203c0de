//! Price lists and their prices.

use proptest::prelude::*;
use tradewind_kernel::{Currency, ErrorKind, Paging, Result, Timestamp};
use tradewind_offers::error::PRICES_OVERLAP;
use tradewind_offers::*;

use crate::shop::*;

async fn change(
    shop: &Shop,
    list: &PriceList,
    create: Vec<NewListPrice>,
    update: Vec<ListPriceChange>,
    delete: Vec<String>,
) -> Result<ListPricesChanged> {
    let id = list.id.clone();
    shop.write(move |offers, tx| {
        Box::pin(async move { offers.change_list_prices(tx, &id, create, update, &delete).await })
    })
    .await
}

async fn amounts(shop: &Shop, variant_id: &str) -> Vec<String> {
    let snapshot = shop.offers.snapshot().await.unwrap();
    let mut amounts: Vec<_> = snapshot.list_prices(variant_id).iter().map(|it| it.amount.to_string()).collect();
    amounts.sort_unstable();
    amounts
}

#[tokio::test]
async fn the_prices_of_active_lists_are_found_by_variant() {
    let shop = Shop::open().await;
    let list = shop.price_list(sale("Sale", vec![price("v1", "7.5"), price("v2", "8")])).await.unwrap();
    let mut draft = sale("Draft", vec![price("v1", "5")]);
    draft.status = PriceListStatus::Draft;
    let draft = shop.price_list(draft).await.unwrap();
    assert_eq!(
        (amounts(&shop, "v1").await, amounts(&shop, "v2").await),
        (vec!["7.5".to_owned()], vec!["8".to_owned()])
    );
    assert!(amounts(&shop, "v3").await.is_empty());

    let publish = PriceListChange {
        status: Some(PriceListStatus::Active),
        customer_group_ids: Some(vec!["members".into()]),
        ..PriceListChange::default()
    };
    let id = draft.id.clone();
    shop.write(move |offers, tx| Box::pin(async move { offers.update_price_list(tx, &id, publish).await }))
        .await
        .unwrap();
    assert_eq!(amounts(&shop, "v1").await, ["5", "7.5"]);
    let snapshot = shop.offers.snapshot().await.unwrap();
    let of_members = snapshot.list_prices("v1").iter().find(|it| it.amount == decimal("5")).unwrap();
    assert_eq!(of_members.price_list.as_ref().unwrap().customer_group_ids, ["members"]);

    let id = list.id.clone();
    shop.write(move |offers, tx| {
        Box::pin(async move { offers.remove_variants_from_list(tx, &id, &["v1".to_owned()]).await })
    })
    .await
    .unwrap();
    assert_eq!((amounts(&shop, "v1").await, amounts(&shop, "v2").await), (vec!["5".to_owned()], vec!["8".to_owned()]));
    let id = list.id.clone();
    shop.write(move |offers, tx| Box::pin(async move { offers.delete_price_list(tx, &id).await })).await.unwrap();
    assert!(amounts(&shop, "v2").await.is_empty());
    let paging = Paging { offset: 0, limit: 10 };
    assert_eq!(shop.offers.list_prices(&list.id, paging).await.unwrap().count, 0);
}

#[tokio::test]
async fn it_is_known_when_prices_turn() {
    let shop = Shop::open().await;
    let mut new = sale("Weekend", Vec::new());
    (new.starts_at, new.ends_at) = (Some(Timestamp(100)), Some(Timestamp(200)));
    shop.price_list(new).await.unwrap();
    let snapshot = shop.offers.snapshot().await.unwrap();
    let turns = [0, 99, 100, 199, 200].map(|at| snapshot.next_turn_of_prices(Timestamp(at)).map(|turn| turn.0));
    assert_eq!(turns, [Some(100), Some(100), Some(200), Some(200), None]);
}

#[tokio::test]
async fn prices_change_all_together_or_not_at_all() {
    let shop = Shop::open().await;
    let list = shop.price_list(sale("Sale", vec![price("v1", "7.5"), price("v2", "8")])).await.unwrap();
    let all = async || shop.offers.prices_of_lists(std::slice::from_ref(&list.id)).await.unwrap();
    let before = all().await;
    let cheaper = |amount: &str| ListPriceChange {
        id: before[0].id.clone(),
        amount: Some(decimal(amount)),
        ..ListPriceChange::default()
    };
    for (field, create, update) in [
        ("create[0].amount", vec![price("v3", "-1")], vec![cheaper("6")]),
        ("create[0]", vec![price("v2", "7")], vec![cheaper("6")]),
        ("update[0].amount", vec![price("v3", "1")], vec![cheaper("0.00000000001")]),
        ("update[1].id", vec![], vec![cheaper("6"), ListPriceChange { id: "price_none".into(), ..cheaper("6") }]),
        ("create[1]", vec![price("v3", "1"), price("v3", "2")], vec![]),
        (
            "create[0].max_quantity",
            vec![NewListPrice { min_quantity: Some(5), max_quantity: Some(4), ..price("v3", "1") }],
            vec![],
        ),
        ("create[0].min_quantity", vec![NewListPrice { min_quantity: Some(-5), ..price("v3", "1") }], vec![]),
        (
            "create[0].currency_code",
            vec![NewListPrice { currency: "xqz".parse().unwrap(), ..price("v3", "1") }],
            vec![],
        ),
    ] {
        let error = change(&shop, &list, create, update, Vec::new()).await.expect_err(field);
        assert_eq!((error.kind(), error.field()), (ErrorKind::Invalid, Some(field)), "{error:?}");
        assert_eq!(all().await, before);
    }
    let tiers = vec![
        NewListPrice { min_quantity: Some(1), max_quantity: Some(4), ..price("v2", "8") },
        NewListPrice { min_quantity: Some(5), ..price("v2", "6") },
        NewListPrice { region_id: Some("reg_a".into()), ..price("v2", "9") },
        NewListPrice { currency: Currency::USD, ..price("v2", "9") },
    ];
    // What is removed makes room for what is new.
    let done =
        change(&shop, &list, tiers, vec![cheaper("6")], vec![before[1].id.clone(), "price_none".into()]).await.unwrap();
    assert_eq!((done.created.len(), done.updated.len()), (4, 1));
    assert_eq!(amounts(&shop, "v1").await, ["6"]);
    assert_eq!(amounts(&shop, "v2").await, ["6", "8", "9", "9"]);
    let wider =
        ListPriceChange { id: done.created[0].id.clone(), max_quantity: Some(None), ..ListPriceChange::default() };
    let error = change(&shop, &list, vec![], vec![wider], vec![]).await.expect_err("overlaps");
    assert!(error.is(PRICES_OVERLAP) && error.field() == Some("update[0]"), "{error:?}");
    let gone = PriceList { id: "plist_none".into(), ..list.clone() };
    assert_eq!(change(&shop, &gone, vec![], vec![], vec![]).await.expect_err("no list").kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_list_that_contradicts_itself_is_refused_with_its_field() {
    let shop = Shop::open().await;
    let mut backwards = sale("Sale", Vec::new());
    (backwards.starts_at, backwards.ends_at) = (Some(NOW), Some(Timestamp(1)));
    for (field, new) in [
        ("title", sale(" ", Vec::new())),
        ("ends_at", backwards),
        ("prices[1]", sale("Sale", vec![price("v1", "1"), price("v1", "2")])),
        ("prices[0].variant_id", sale("Sale", vec![price("", "1")])),
    ] {
        let error = shop.price_list(new).await.expect_err(field);
        assert_eq!((error.kind(), error.field()), (ErrorKind::Invalid, Some(field)), "{error:?}");
    }
    assert_eq!(shop.offers.snapshot().await.unwrap().price_lists().count(), 0);
}

fn a_price() -> impl Strategy<Value = ListPrice> {
    let end = || proptest::option::of(0i64..6);
    (0u8..2, 0u8..2, end(), end()).prop_map(|(variant, region, min_quantity, max_quantity)| ListPrice {
        id: String::new(),
        list_id: String::new(),
        variant_id: variant.to_string(),
        currency: Currency::EUR,
        amount: decimal("1"),
        region_id: (region > 0).then(|| region.to_string()),
        min_quantity,
        max_quantity,
        created_at: NOW,
        updated_at: NOW,
    })
}

proptest! {
    #[test]
    fn prices_overlap_when_both_hold_for_some_quantity(a in a_price(), b in a_price()) {
        let holds = |price: &ListPrice, quantity: i64| {
            price.min_quantity.is_none_or(|min| min <= quantity) && price.max_quantity.is_none_or(|max| quantity <= max)
        };
        prop_assume!([&a, &b].iter().all(|it| it.min_quantity.unwrap_or(0) <= it.max_quantity.unwrap_or(9)));
        let both = (0..10).any(|quantity| holds(&a, quantity) && holds(&b, quantity));
        let expected = both && a.variant_id == b.variant_id && a.region_id == b.region_id;
        prop_assert_eq!(a.overlaps(&b), expected);
        prop_assert_eq!(b.overlaps(&a), expected);
    }
}
