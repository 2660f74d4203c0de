//! Categories, collections, tags and types.

use crate::shop::Shop;
use tradewind_catalog::{
    Category, CategoryChange, CategoryId, DUPLICATE_HANDLE, DUPLICATE_VALUE, IN_USE, NewCategory, NewCollection,
    NewTag, NewType,
};
use tradewind_kernel::{ErrorKind, Result};

async fn category(shop: &Shop, name: &str, parent: Option<&CategoryId>) -> Category {
    let new = NewCategory { name: name.into(), parent_id: parent.cloned(), ..NewCategory::default() };
    made(shop, new).await.expect("made")
}

async fn made(shop: &Shop, new: NewCategory) -> Result<Category> {
    shop.write(move |catalog, tx| Box::pin(catalog.create_category(tx, new))).await
}

async fn changed(shop: &Shop, id: &CategoryId, change: CategoryChange) -> Result<Category> {
    let id = id.clone();
    shop.write(move |catalog, tx| Box::pin(async move { catalog.update_category(tx, id.as_str(), change).await })).await
}

async fn names(shop: &Shop, parent: Option<&CategoryId>) -> Vec<(String, i64)> {
    let taxonomy = shop.catalog.taxonomy().await.expect("read");
    let children = taxonomy.children(parent.map(CategoryId::as_str));
    children.map(|category| (category.name.clone(), category.rank)).collect()
}

#[tokio::test]
async fn categories_are_a_tree_with_an_order() {
    let shop = Shop::open().await;
    let shirts = category(&shop, "Shirts", None).await;
    let pants = category(&shop, "Pants", None).await;
    let polo = category(&shop, "Polo", Some(&shirts.id)).await;
    assert_eq!((shirts.rank, pants.rank, polo.rank), (0, 1, 0));
    assert_eq!((polo.handle.as_str(), polo.parent_id.as_ref()), ("polo", Some(&shirts.id)));

    let first = NewCategory { name: "Hats".into(), rank: Some(0), ..NewCategory::default() };
    made(&shop, first).await.expect("made");
    let roots = [("Hats".to_owned(), 0), ("Shirts".to_owned(), 1), ("Pants".to_owned(), 2)];
    assert_eq!(names(&shop, None).await, roots);

    let taxonomy = shop.catalog.taxonomy().await.expect("read");
    let path: Vec<_> = taxonomy.path(polo.id.as_str()).iter().map(|c| c.name.clone()).collect();
    assert_eq!(path, ["Shirts", "Polo"]);
    assert_eq!(taxonomy.descendants(shirts.id.as_str()).len(), 2);
    assert_eq!(taxonomy.category_by_handle("pants").map(|c| &c.id), Some(&pants.id));
    assert!(taxonomy.path("pcat_none").is_empty());

    let last = CategoryChange { rank: Some(99), ..CategoryChange::default() };
    assert_eq!(changed(&shop, &shirts.id, last).await.expect("moved").rank, 2);
    let roots = [("Hats".to_owned(), 0), ("Pants".to_owned(), 1), ("Shirts".to_owned(), 2)];
    assert_eq!(names(&shop, None).await, roots);
    let under_shirts =
        CategoryChange { parent_id: Some(Some(shirts.id.clone())), rank: Some(0), ..CategoryChange::default() };
    changed(&shop, &pants.id, under_shirts).await.expect("moved");
    assert_eq!(names(&shop, None).await, [("Hats".to_owned(), 0), ("Shirts".to_owned(), 1)]);
    let children = [("Pants".to_owned(), 0), ("Polo".to_owned(), 1)];
    assert_eq!(names(&shop, Some(&shirts.id)).await, children);

    let circle = CategoryChange { parent_id: Some(Some(polo.id.clone())), ..CategoryChange::default() };
    let error = changed(&shop, &shirts.id, circle).await.expect_err("refused");
    assert_eq!(error.field(), Some("parent_category_id"));
    let nowhere = NewCategory { name: "Lost".into(), parent_id: Some("pcat_none".into()), ..NewCategory::default() };
    assert_eq!(made(&shop, nowhere).await.expect_err("refused").kind(), ErrorKind::Invalid);
}

#[tokio::test]
async fn a_category_with_others_under_it_stays() {
    let shop = Shop::open().await;
    let shirts = category(&shop, "Shirts", None).await;
    let polo = category(&shop, "Polo", Some(&shirts.id)).await;
    let remove = |id: CategoryId| {
        shop.write(move |catalog, tx| Box::pin(async move { catalog.delete_category(tx, id.as_str()).await }))
    };
    let error = remove(shirts.id.clone()).await.expect_err("refused");
    assert!(error.is(IN_USE), "{error:?}");
    remove(polo.id.clone()).await.expect("removed");
    remove(shirts.id.clone()).await.expect("removed");
    assert_eq!(remove(shirts.id).await.expect_err("gone").kind(), ErrorKind::NotFound);
    assert!(shop.catalog.taxonomy().await.expect("read").categories().is_empty());
}

#[tokio::test]
async fn handles_and_values_are_unique_within_their_kind() {
    let shop = Shop::open().await;
    category(&shop, "Summer", None).await;
    let error = made(&shop, NewCategory { name: "Summer".into(), ..NewCategory::default() }).await;
    assert!(error.expect_err("refused").is(DUPLICATE_HANDLE));
    let version = shop.catalog.version();
    shop.write(|catalog, tx| {
        Box::pin(async move {
            let collection = NewCollection { title: "Summer".into(), ..NewCollection::default() };
            catalog.create_collection(tx, collection).await?;
            let tag = NewTag { value: "summer".into(), ..NewTag::default() };
            catalog.create_tag(tx, tag).await?;
            let new_type = NewType { value: "summer".into(), ..NewType::default() };
            catalog.create_type(tx, new_type).await
        })
    })
    .await
    .expect("each kind has its own names");
    assert!(shop.catalog.version() > version);
    let again = shop
        .write(|catalog, tx| {
            let tag = NewTag { value: "summer".into(), ..NewTag::default() };
            Box::pin(catalog.create_tag(tx, tag))
        })
        .await
        .expect_err("refused");
    assert!(again.is(DUPLICATE_VALUE) && again.field() == Some("value"), "{again:?}");
    let taxonomy = shop.catalog.taxonomy().await.expect("read");
    assert_eq!((taxonomy.tags().len(), taxonomy.types().len()), (1, 1));
    assert!(taxonomy.collection_by_handle("summer").is_some());
    let empty = NewCollection::default();
    let error = shop.write(|catalog, tx| Box::pin(catalog.create_collection(tx, empty))).await.expect_err("refused");
    assert_eq!(error.field(), Some("title"));
}
