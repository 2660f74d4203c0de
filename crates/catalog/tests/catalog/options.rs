//! Options by themselves: those that products share, and those of one product.

use crate::shop::{Shop, mug, titled};
use tradewind_catalog::{
    IN_USE, NewOption, NewOptionValue, NewProduct, NewVariant, OptionChange, OptionFilter, OptionQuery,
    OptionValueChange, OptionsChange, Product, ProductChange, SharedOption,
};
use tradewind_kernel::{ErrorKind, Result};

async fn size(shop: &Shop) -> SharedOption {
    let new =
        NewOption { title: "Size".into(), values: vec!["S".into(), "M".into(), "L".into()], ..NewOption::default() };
    shop.write(|catalog, tx| Box::pin(catalog.create_option(tx, new))).await.expect("made")
}

fn of_size(option: &SharedOption, values: &[&str]) -> NewOption {
    let named = option.values.iter().filter(|value| values.contains(&value.value.as_str()));
    NewOption {
        id: Some(option.id.clone()),
        values: named.map(|value| NewOptionValue::of_id(value.id.clone())).collect(),
        is_shared: true,
        ..NewOption::default()
    }
}

async fn shirt(shop: &Shop, title: &str, option: NewOption, size: &str) -> Result<Product> {
    let variant = NewVariant {
        title: size.to_owned(),
        options: vec![("Size".to_owned(), size.to_owned())],
        ..NewVariant::default()
    };
    shop.create(NewProduct { options: vec![option], variants: vec![variant], ..titled(title) }).await
}

async fn change(shop: &Shop, option: &SharedOption, change: OptionChange) -> Result<()> {
    let id = option.id.0.clone();
    shop.write(move |catalog, tx| Box::pin(async move { catalog.update_option(tx, &id, change).await })).await
}

#[tokio::test]
async fn products_share_an_option_and_follow_it() {
    let shop = Shop::open().await;
    let size = size(&shop).await;
    let polo = shirt(&shop, "Polo", of_size(&size, &["S", "M"]), "S").await.expect("made");
    let tee = shirt(&shop, "Tee", of_size(&size, &[]), "L").await.expect("made");
    assert_eq!(polo.options[0].id, tee.options[0].id);
    assert_eq!((polo.options[0].values.len(), tee.options[0].values.len()), (2, 3));

    let renamed = OptionChange {
        title: Some("Width".into()),
        values: Some(vec!["S".into(), "M".into(), "L".into(), "XL".into()]),
        ranks: vec![("S".into(), 7)],
        ..OptionChange::default()
    };
    change(&shop, &size, renamed).await.expect("changed");
    let polo = shop.catalog.product(polo.id.as_str()).await.expect("read").expect("there");
    assert_eq!(polo.options[0].title, "Width");
    assert_eq!(polo.options[0].values[0].rank, Some(7));
    // What it has of the values stays its own choice.
    assert_eq!(polo.options[0].values.len(), 2);

    let page = shop.catalog.find_options(OptionQuery::default()).await.expect("found");
    assert_eq!((page.count, page.items[0].title(), page.items[0].values().len()), (1, "Width", 4));
    assert!(page.items[0].is_shared());
    assert_eq!(shop.catalog.products_using(size.id.as_str()).await.expect("read").len(), 2);
    let own = OptionFilter { is_exclusive: Some(true), ..OptionFilter::default() };
    let own = shop.catalog.find_options(OptionQuery { filter: own, ..OptionQuery::default() }).await.expect("found");
    assert_eq!(own.count, 0);
}

#[tokio::test]
async fn what_a_variant_has_chosen_stays() {
    let shop = Shop::open().await;
    let size = size(&shop).await;
    shirt(&shop, "Polo", of_size(&size, &["S", "M"]), "S").await.expect("made");
    let without_s = OptionChange { values: Some(vec!["M".into(), "L".into()]), ..OptionChange::default() };
    let error = change(&shop, &size, without_s).await.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error:?}");
    let without_l = OptionChange { values: Some(vec!["S".into(), "M".into()]), ..OptionChange::default() };
    change(&shop, &size, without_l).await.expect("nobody chose it");
    let id = size.id.0.clone();
    let error = shop
        .write(move |catalog, tx| Box::pin(async move { catalog.delete_option(tx, &id).await }))
        .await
        .expect_err("refused");
    assert!(error.is(IN_USE), "{error:?}");
}

#[tokio::test]
async fn options_that_cannot_be_are_refused() {
    let shop = Shop::open().await;
    let size = size(&shop).await;
    let nothing = NewOption { title: "Size".into(), ..NewOption::default() };
    let error = shop.write(|catalog, tx| Box::pin(catalog.create_option(tx, nothing))).await.expect_err("refused");
    assert_eq!(error.field(), Some("values"));
    let twice = NewOption { title: "Size".into(), values: vec!["S".into(), "S".into()], ..NewOption::default() };
    let error = shop.write(|catalog, tx| Box::pin(catalog.create_option(tx, twice))).await.expect_err("refused");
    assert_eq!(error.field(), Some("values"));
    let unknown = NewOption { id: Some("opt_none".into()), is_shared: true, ..NewOption::default() };
    assert_eq!(shirt(&shop, "Polo", unknown, "S").await.expect_err("refused").field(), Some("options"));
    let mut foreign = of_size(&size, &["S"]);
    foreign.values.push("XXL".into());
    assert_eq!(shirt(&shop, "Polo", foreign, "S").await.expect_err("refused").field(), Some("options"));

    // An option of one product is not another's.
    let mug = shop.create(mug()).await.expect("made");
    let own = NewOption {
        id: Some(mug.options[0].id.clone()),
        title: "Size".into(),
        values: vec!["S".into()],
        ..NewOption::default()
    };
    let error = shirt(&shop, "Polo", own, "S").await.expect_err("refused");
    assert_eq!(error.field(), Some("options"), "{error:?}");
    assert_eq!(shop.catalog.product_by_handle("polo").await.expect("read"), None);
}

#[tokio::test]
async fn options_come_to_a_product_and_leave_it() {
    let shop = Shop::open().await;
    let size = size(&shop).await;
    let bowl = shop.create(titled("Bowl")).await.expect("made");
    let changed = |change: OptionsChange| {
        let id = bowl.id.0.clone();
        shop.write(move |catalog, tx| Box::pin(async move { catalog.change_options_of_product(tx, &id, change).await }))
    };
    let glaze = NewOption { title: "Glaze".into(), values: vec!["Blue".into()], ..NewOption::default() };
    let add = vec![glaze, of_size(&size, &["S"])];
    let product = changed(OptionsChange { add, ..OptionsChange::default() }).await.expect("changed");
    assert_eq!(product.options.iter().map(|option| option.title.as_str()).collect::<Vec<_>>(), ["Glaze", "Size"]);
    let (glaze, blue) = (product.options[0].id.clone(), product.options[0].values[0].id.clone());
    let values = vec![
        (glaze.clone(), vec!["Green".into()], vec![blue]),
        (size.id.clone(), vec![NewOptionValue::of_id(size.values[2].id.clone())], Vec::new()),
    ];
    let product = changed(OptionsChange { values, ..OptionsChange::default() }).await.expect("changed");
    assert_eq!(product.options[0].values[0].value, "Green");
    assert_eq!(product.options[1].values.iter().map(|value| value.value.as_str()).collect::<Vec<_>>(), ["S", "L"]);
    let remove = vec![size.id.clone()];
    let product = changed(OptionsChange { remove, ..OptionsChange::default() }).await.expect("changed");
    assert_eq!(product.options.len(), 1);
    assert_eq!(shop.catalog.products_using(size.id.as_str()).await.expect("read"), [""; 0]);
    let again = OptionsChange { remove: vec![size.id.clone()], ..OptionsChange::default() };
    assert_eq!(changed(again).await.expect_err("gone").kind(), ErrorKind::NotFound);
    let (glaze, id) = (glaze.0, size.id.0.clone());
    shop.write(move |catalog, tx| {
        Box::pin(async move {
            catalog.delete_option(tx, &id).await?;
            catalog.delete_option(tx, &glaze).await
        })
    })
    .await
    .expect("removed");
    assert_eq!(shop.catalog.find_options(OptionQuery::default()).await.expect("found").count, 0);
}

#[tokio::test]
async fn pictures_show_the_variants_they_were_given() {
    let shop = Shop::open().await;
    let mug = shop.create(mug()).await.expect("made");
    let (front, back) = (mug.images[0].id.0.clone(), mug.images[1].id.0.clone());
    let (red, blue) = (mug.variants[0].id.0.clone(), mug.variants[1].id.0.clone());
    let show = |add: Vec<(String, String)>, remove: Vec<(String, String)>| {
        let id = mug.id.0.clone();
        shop.write(move |catalog, tx| {
            Box::pin(async move { catalog.change_pictures_of_variants(tx, &id, &add, &remove).await })
        })
    };
    let product = show(vec![(front.clone(), red.clone())], Vec::new()).await.expect("changed");
    let shown = |product: &Product, index: usize| {
        product.images_of(&product.variants[index]).map(|image| image.id.0.clone()).collect::<Vec<_>>()
    };
    assert_eq!(shown(&product, 0), [front.clone(), back.clone()]);
    assert_eq!(shown(&product, 1), vec![back.clone()]);
    let unknown = show(vec![("img_none".into(), red.clone())], Vec::new()).await.expect_err("refused");
    assert_eq!(unknown.field(), Some("add"));
    let unknown = show(Vec::new(), vec![(front.clone(), "variant_none".into())]).await.expect_err("refused");
    assert_eq!(unknown.field(), Some("remove"));
    let product = show(vec![(front.clone(), blue)], vec![(front.clone(), red)]).await.expect("changed");
    assert_eq!(shown(&product, 0), vec![back.clone()]);
    // A picture of a variant that is gone shows the product as a whole.
    let (product_id, gone) = (mug.id.0.clone(), product.variants[1].id.0.clone());
    let left = shop
        .write(move |catalog, tx| Box::pin(async move { catalog.delete_variant(tx, &product_id, &gone).await }))
        .await
        .expect("removed");
    assert_eq!(shown(&left, 0), [front, back]);
}

#[tokio::test]
async fn a_value_is_changed_and_removed_by_its_id() {
    let shop = Shop::open().await;
    let mug = shop.create(mug()).await.expect("made");
    let bare = ProductChange { variants: Some(Vec::new()), ..ProductChange::default() };
    let id = mug.id.0.clone();
    shop.write(move |catalog, tx| Box::pin(async move { catalog.update_product(tx, &id, bare).await }))
        .await
        .expect("bare");
    let (option, red) = (mug.options[0].id.0.clone(), mug.options[0].values[0].id.0.clone());
    let (of, value) = (option.clone(), red.clone());
    shop.write(move |catalog, tx| {
        Box::pin(async move {
            let change = OptionValueChange { value: Some("Pink".into()), ..OptionValueChange::default() };
            catalog.update_option_value(tx, &of, &value, change).await
        })
    })
    .await
    .expect("changed");
    let found = shop.catalog.option(&option).await.expect("read").expect("there");
    assert_eq!(found.values()[0].value, "Pink");
    let (of, value) = (option.clone(), red.clone());
    let remove = || {
        let (of, value) = (of.clone(), value.clone());
        shop.write(move |catalog, tx| Box::pin(async move { catalog.delete_option_value(tx, &of, &value).await }))
    };
    remove().await.expect("removed");
    assert_eq!(remove().await.expect_err("gone").kind(), ErrorKind::NotFound);
}
