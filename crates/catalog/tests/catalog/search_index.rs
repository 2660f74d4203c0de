//! The search index of a process: kept through a restart, found wrong and made anew, shared with nobody.

use tradewind_catalog::search::{Column, SearchOrder, SearchQuery};
use tradewind_catalog::{Catalog, NewProduct, ProductChange};

use crate::shop::{Shop, titled};

fn asking(text: &str) -> SearchQuery {
    SearchQuery { text: Some(text.to_owned()), ..SearchQuery::default() }
}

async fn count(catalog: &Catalog, text: &str) -> u64 {
    catalog.search(asking(text)).await.expect("found").count
}

fn indexes(shop: &Shop, process: &str) -> Vec<String> {
    let folder = shop.folder.path().join("search").join(process);
    let entries = std::fs::read_dir(folder).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name != "lock").collect();
    names.sort_unstable();
    names
}

impl Shop {
    fn another_process(&self) -> Catalog {
        Catalog::with_search_in(self.db.clone(), self.folder.path().join("search"))
    }

    async fn rename(&self, handle: &str, title: &str) {
        let id = self.catalog.product_by_handle(handle).await.expect("read").expect("there").id.clone();
        let change = ProductChange {
            title: Some(title.to_owned()),
            handle: Some(title.to_lowercase()),
            ..ProductChange::default()
        };
        self.write(move |catalog, tx| Box::pin(async move { catalog.update_product(tx, id.as_str(), change).await }))
            .await
            .expect("changed");
    }
}

/// Closes a process, until its folder is free.
async fn closed(shop: &Shop, catalog: Catalog) {
    drop(catalog);
    let lock = std::fs::File::open(shop.folder.path().join("search/0/lock")).expect("a lock");
    while lock.try_lock().is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_restart_goes_on_with_what_was_there_and_catches_up() {
    let shop = Shop::open().await;
    for title in ["Sloop", "Brig", "Schooner"] {
        shop.create(titled(title)).await.expect("made");
    }
    let first = shop.another_process();
    assert_eq!(count(&first, "sloop").await, 1);
    assert_eq!(indexes(&shop, "0"), ["1-1"]);
    closed(&shop, first).await;
    // While no process looks, one product is changed, one removed, one made.
    shop.rename("sloop", "Ketch").await;
    let brig = shop.catalog.product_by_handle("brig").await.expect("read").expect("there").id.clone();
    shop.write(move |catalog, tx| Box::pin(async move { catalog.delete_product(tx, brig.as_str()).await }))
        .await
        .expect("removed");
    shop.create(titled("Yawl")).await.expect("made");
    let second = shop.another_process();
    second.settle_search().await.expect("settled");
    let found = [count(&second, "sloop").await, count(&second, "ketch").await, count(&second, "brig").await];
    assert_eq!((found, count(&second, "yawl").await), ([0, 1, 0], 1));
    assert_eq!(indexes(&shop, "0"), ["1-1"], "the same index");
}

#[tokio::test]
async fn what_another_process_changes_is_found() {
    let shop = Shop::open().await;
    shop.create(titled("Sloop")).await.expect("made");
    let other = shop.another_process();
    assert_eq!(count(&other, "sloop").await, 1);
    assert_eq!(other.product_by_handle("sloop").await.expect("read").expect("there").title, "Sloop");
    // Through the catalogue of this process: the other one hears nothing of the commit.
    shop.rename("sloop", "Ketch").await;
    other.settle_search().await.expect("settled");
    assert_eq!(count(&other, "ketch").await, 1);
    let seen = other.product_by_handle("ketch").await.expect("read").expect("there");
    assert_eq!(seen.title, "Ketch", "and what it kept in memory is dropped");
}

#[tokio::test]
async fn two_processes_have_an_index_each() {
    let shop = Shop::open().await;
    shop.create(titled("Sloop")).await.expect("made");
    let (one, other) = (shop.another_process(), shop.another_process());
    assert_eq!((count(&one, "sloop").await, count(&other, "sloop").await), (1, 1));
    assert_eq!((indexes(&shop, "0"), indexes(&shop, "1")), (vec!["1-1".to_owned()], vec!["1-1".to_owned()]));
}

#[tokio::test]
async fn an_index_that_is_broken_old_or_of_another_catalogue_is_made_anew() {
    let shop = Shop::open().await;
    shop.create(titled("Sloop")).await.expect("made");
    let folder = shop.folder.path().join("search/0");
    let first = shop.another_process();
    assert_eq!(count(&first, "sloop").await, 1);
    closed(&shop, first).await;
    std::fs::create_dir_all(folder.join("0-9")).expect("an index of an older format");
    std::fs::write(folder.join("1-1/meta.json"), "{}").expect("broken");
    let second = shop.another_process();
    assert_eq!(count(&second, "sloop").await, 1);
    assert_eq!(indexes(&shop, "0"), ["1-1"]);
    closed(&shop, second).await;

    // The folder of this shop laid beside another shop's catalogue, which has two products and none of them.
    let other = Shop::open().await;
    for title in ["Barque", "Galley"] {
        other.create(titled(title)).await.expect("made");
    }
    let mixed = Catalog::with_search_in(other.db.clone(), shop.folder.path().join("search"));
    mixed.settle_search().await.expect("settled");
    assert_eq!((count(&mixed, "sloop").await, count(&mixed, "galley").await), (0, 1));
}

#[tokio::test]
async fn it_is_made_anew_while_it_answers() {
    let shop = Shop::open().await;
    shop.write(|catalog, tx| {
        Box::pin(async move {
            let many = (0..700).map(|number| titled(&format!("Sloop {number}"))).collect::<Vec<NewProduct>>();
            catalog.create_products(tx, many).await
        })
    })
    .await
    .expect("made");
    let catalog = shop.another_process();
    let mut reported = (0, 0);
    catalog.build_search(|done, total| reported = (done, total)).await.expect("made");
    assert_eq!(reported.1, 700);
    let rebuilding = catalog.rebuild_search();
    let shoppers = async {
        for offset in 0..20 {
            let paging = tradewind_kernel::Paging { offset, limit: 5 };
            let found = catalog.search(SearchQuery { paging, ..asking("sloop") }).await.expect("found");
            assert_eq!(found.count, 700);
        }
    };
    let (rebuilt, ()) = futures::join!(rebuilding, shoppers);
    rebuilt.expect("made anew");
    assert_eq!(count(&catalog, "sloop").await, 700);
    assert_eq!(indexes(&shop, "0"), ["1-2"]);
    // Later changes make segments of their own; order and count do not show it.
    for number in [3, 1, 2] {
        shop.create(titled(&format!("A sloop {number}"))).await.expect("made");
        catalog.settle_search().await.expect("settled");
    }
    let by_title = SearchQuery { order: SearchOrder::Rising(Column::Title), ..asking("sloop") };
    let found = catalog.search(by_title).await.expect("found");
    let titles: Vec<&str> = found.products.iter().map(|product| product.title.as_str()).collect();
    assert_eq!(titles[..4], ["A sloop 1", "A sloop 2", "A sloop 3", "Sloop 0"]);
    assert_eq!(found.count, 703);
}
