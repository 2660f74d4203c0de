//! The market's verbs on a real database.

use tradewind_kernel::{Clock, Currency, Decimal, ErrorKind, IdMint, Rng, Timestamp};
use tradewind_platform::db::{Db, Surroundings, TxFuture};
use tradewind_services::Store;

use super::*;

mod price_preferences;
mod taxes;

struct Shop {
    db: Db,
    market: Market,
    clock: Clock,
    _store: Store,
}

impl Shop {
    async fn open() -> Self {
        let store = Store::new();
        let clock = Clock::manual(Timestamp(1_700_000_000_000));
        let mint = IdMint::new(clock.clone(), Rng::seeded(7));
        let surroundings = Surroundings { clock: clock.clone(), mint };
        let db = Db::open_at(store.place(), surroundings).expect("a database");
        db.migrate(&tradewind_platform::MIGRATIONS).await.expect("the platform's tables");
        db.migrate(&MIGRATIONS).await.expect("the market's tables");
        Self { market: Market::new(db.clone()), db, clock, _store: store }
    }

    async fn region(&self, name: &str, code: &str, countries: &[&str]) -> Result<Region> {
        let mut new = NewRegion::named(name, code.parse()?);
        new.countries = countries.iter().map(|&code| code.to_owned()).collect();
        let market = self.market.clone();
        self.db.write(move |tx| Box::pin(async move { market.create_region(tx, new).await })).await
    }

    async fn change_region(&self, id: &RegionId, change: RegionChange) -> Result<Region> {
        let (market, id) = (self.market.clone(), id.clone());
        self.db.write(move |tx| Box::pin(async move { market.update_region(tx, &id, change).await })).await
    }

    async fn tax_region(&self, new: NewTaxRegion) -> Result<TaxRegion> {
        let market = self.market.clone();
        self.db.write(move |tx| Box::pin(async move { market.create_tax_region(tx, new).await })).await
    }

    async fn save_store(&self, new: NewStoreSettings) -> Result<StoreSettings> {
        let market = self.market.clone();
        self.db.write(move |tx| Box::pin(async move { market.save_store(tx, new).await })).await
    }
}

#[tokio::test]
async fn a_region_is_found_by_its_countries_at_once() {
    let shop = Shop::open().await;
    assert!(shop.market.snapshot().await.unwrap().regions().is_empty());
    let before = shop.market.version();
    let europe = shop.region("  Europe ", "eur", &["DK", "de", "dk"]).await.unwrap();
    assert_eq!((europe.name.as_str(), &*europe.countries), ("Europe", &["dk".to_owned(), "de".into()][..]));
    assert!(shop.market.version() > before);
    let market = shop.market.snapshot().await.unwrap();
    assert_eq!(market.region_of_country("De").unwrap().id, europe.id);
    assert!(market.region_of_country("us").is_none());
    assert_eq!(market.region(europe.id.as_str()), Some(&europe));
    assert_eq!(market.default_region(), Some(&europe));
    assert!(std::sync::Arc::ptr_eq(&market, &shop.market.snapshot().await.unwrap()));
}

#[tokio::test]
async fn a_country_is_in_one_region_at_most() {
    let shop = Shop::open().await;
    let europe = shop.region("Europe", "eur", &["dk", "de"]).await.unwrap();
    let error = shop.region("North", "eur", &["se", "dk"]).await.unwrap_err();
    assert!(error.is(error::COUNTRY_TAKEN) && error.kind() == ErrorKind::Invalid);
    assert_eq!(error.field(), Some("countries"));
    assert!(error.message().contains("Europe"), "{error}");
    // Nothing of it stayed: Sweden is free, and Denmark once Europe gives it up.
    let change = RegionChange { countries: Some(vec!["de".to_owned()]), ..RegionChange::default() };
    shop.change_region(&europe.id, change).await.unwrap();
    let north = shop.region("North", "eur", &["se", "dk"]).await.unwrap();
    let market = shop.market.snapshot().await.unwrap();
    assert_eq!(market.region_of_country("dk").unwrap().id, north.id);
    assert_eq!(market.region_of_country("de").unwrap().id, europe.id);
}

#[tokio::test]
async fn bad_regions_are_refused_by_field() {
    let shop = Shop::open().await;
    for (name, code, country, field) in
        [(" ", "eur", "de", "name"), ("Nowhere", "zzz", "de", "currency_code"), ("Nowhere", "eur", "zz", "countries")]
    {
        let error = shop.region(name, code, &[country]).await.unwrap_err();
        assert_eq!((error.kind(), error.field()), (ErrorKind::Invalid, Some(field)));
    }
    let error = shop.change_region(&RegionId::from("reg_nope"), RegionChange::default()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(shop.market.snapshot().await.unwrap().regions().is_empty());
}

#[tokio::test]
async fn a_removed_region_frees_its_countries() {
    let shop = Shop::open().await;
    let europe = shop.region("Europe", "eur", &["de"]).await.unwrap();
    for _ in 0..2 {
        let (market, id) = (shop.market.clone(), europe.id.clone());
        let removal = shop.db.write(move |tx| Box::pin(async move { market.delete_region(tx, &id).await }));
        removal.await.unwrap();
    }
    assert!(shop.market.snapshot().await.unwrap().regions().is_empty());
    shop.region("Germany", "eur", &["de"]).await.unwrap();
}

#[tokio::test]
async fn the_shop_has_one_set_of_settings() {
    let shop = Shop::open().await;
    let market = shop.market.snapshot().await.unwrap();
    assert_eq!((market.store().name.as_str(), market.store().default_currency()), ("", None));

    let held = |currency, is_default, is_tax_inclusive| StoreCurrency { currency, is_default, is_tax_inclusive };
    let settings =
        |name: &str, currencies| NewStoreSettings { name: name.to_owned(), currencies, ..NewStoreSettings::default() };
    let currencies = vec![held(Currency::USD, false, false), held(Currency::EUR, true, true)];
    let first = shop.save_store(settings("Prints", currencies.clone())).await.unwrap();
    let again = shop.save_store(settings("Prints and maps", currencies.clone())).await.unwrap();
    assert_eq!((&again.id, again.created_at), (&first.id, first.created_at));
    let market = shop.market.snapshot().await.unwrap();
    assert_eq!(market.store(), &again);
    assert_eq!(market.store().default_currency(), Some(Currency::EUR));
    assert!(market.prices_include_tax(None, Currency::EUR));
    assert!(!market.prices_include_tax(None, Currency::USD));

    for bad in [
        vec![held(Currency::EUR, false, true)],
        vec![held(Currency::EUR, true, true), held(Currency::USD, true, false)],
        vec![held(Currency::EUR, true, true), held(Currency::EUR, false, false)],
    ] {
        let error = shop.save_store(settings("Prints", bad)).await.unwrap_err();
        assert_eq!(error.field(), Some("supported_currencies"));
    }
}

#[tokio::test]
async fn the_default_sales_channel_stays() {
    let shop = Shop::open().await;
    let market = shop.market.clone();
    let (web, fair) = shop
        .db
        .write(move |tx| {
            Box::pin(async move {
                let channel = |name: &str| NewSalesChannel { name: name.to_owned(), ..NewSalesChannel::default() };
                let web = market.create_sales_channel(tx, channel("Web")).await?;
                let fair = market.create_sales_channel(tx, channel("Fair")).await?;
                let settings = NewStoreSettings {
                    name: "Prints".to_owned(),
                    default_sales_channel_id: Some(web.id.clone()),
                    ..NewStoreSettings::default()
                };
                market.save_store(tx, settings).await?;
                Ok((web, fair))
            })
        })
        .await
        .unwrap();
    let delete = |id: SalesChannelId| {
        let market = shop.market.clone();
        shop.db.write(move |tx| Box::pin(async move { market.delete_sales_channel(tx, &id).await }))
    };
    assert_eq!(delete(web.id.clone()).await.unwrap_err().kind(), ErrorKind::NotAllowed);
    delete(fair.id.clone()).await.unwrap();
    delete(fair.id).await.unwrap();
    let change = SalesChannelChange {
        description: Some(Some("The web shop".to_owned())),
        is_disabled: Some(true),
        ..SalesChannelChange::default()
    };
    let (market, id) = (shop.market.clone(), web.id.clone());
    shop.db.write(move |tx| Box::pin(async move { market.update_sales_channel(tx, &id, change).await })).await.unwrap();
    let market = shop.market.snapshot().await.unwrap();
    assert_eq!(market.sales_channels().len(), 1);
    let held = market.sales_channel(web.id.as_str()).unwrap();
    assert!(held.is_disabled && held.description.as_deref() == Some("The web shop"));
}

impl Shop {
    async fn write<T: Send + 'static>(
        &self,
        body: impl for<'t> FnOnce(&'t Market, &'t mut Tx) -> TxFuture<'t, T> + Clone + Send + 'static,
    ) -> Result<T> {
        let market = self.market.clone();
        self.db.write(move |tx| Box::pin(async move { body(&market, tx).await })).await
    }
}

#[tokio::test]
async fn return_reasons_are_a_tree_and_refund_reasons_have_codes() {
    let shop = Shop::open().await;
    let reason = |value: &str, parent: Option<ReturnReasonId>| NewReturnReason {
        value: value.to_owned(),
        label: value.to_owned(),
        parent_id: parent,
        ..NewReturnReason::default()
    };
    let create = |new: NewReturnReason| {
        shop.write(move |market, tx| Box::pin(async move { market.create_return_reason(tx, new).await }))
    };
    let fit = create(reason("fit", None)).await.unwrap();
    let small = create(reason("too_small", Some(fit.id.clone()))).await.unwrap();
    assert_eq!(create(reason("fit", None)).await.unwrap_err().kind(), ErrorKind::Duplicate);
    let orphan = create(reason("lost", Some(ReturnReasonId::from("rr_nope")))).await.unwrap_err();
    assert_eq!(orphan.field(), Some("parent_return_reason_id"));
    assert_eq!(create(reason(" ", None)).await.unwrap_err().field(), Some("value"));
    let delete = |id: ReturnReasonId| {
        shop.write(move |market, tx| Box::pin(async move { market.delete_return_reason(tx, &id).await }))
    };
    assert_eq!(delete(fit.id.clone()).await.unwrap_err().kind(), ErrorKind::NotAllowed);
    let change = ReturnReasonChange { value: Some("fit".to_owned()), ..ReturnReasonChange::default() };
    let id = small.id.clone();
    let twin =
        shop.write(move |market, tx| Box::pin(async move { market.update_return_reason(tx, &id, change).await }));
    assert_eq!(twin.await.unwrap_err().field(), Some("value"));
    delete(small.id).await.unwrap();
    delete(fit.id).await.unwrap();
    assert!(shop.market.snapshot().await.unwrap().return_reasons().is_empty());

    let refund = |code: &str| NewRefundReason {
        code: code.to_owned(),
        label: "Goodwill".to_owned(),
        ..NewRefundReason::default()
    };
    let create = |new: NewRefundReason| {
        shop.write(move |market, tx| Box::pin(async move { market.create_refund_reason(tx, new).await }))
    };
    let made = create(refund("goodwill")).await.unwrap();
    assert_eq!(create(refund("goodwill")).await.unwrap_err().field(), Some("code"));
    let change = RefundReasonChange { label: Some("Kindness".to_owned()), ..RefundReasonChange::default() };
    let id = made.id.clone();
    shop.write(move |market, tx| Box::pin(async move { market.update_refund_reason(tx, &id, change).await }))
        .await
        .unwrap();
    let market = shop.market.snapshot().await.unwrap();
    assert_eq!(market.refund_reason(made.id.as_str()).unwrap().label, "Kindness");
}

#[tokio::test]
async fn languages_are_tags_each_once() {
    let shop = Shop::open().await;
    let settings = |locales: &[&str]| NewStoreSettings {
        name: "Prints".to_owned(),
        locales: locales.iter().map(|&tag| tag.to_owned()).collect(),
        ..NewStoreSettings::default()
    };
    let saved = shop.save_store(settings(&["en", "de-AT", "zh-Hant-TW"])).await.unwrap();
    assert_eq!(saved.locales, ["en", "de-AT", "zh-Hant-TW"]);
    for bad in [&["e"][..], &["en_US"], &["en", "EN"], &["-"], &["deutschland"]] {
        assert_eq!(shop.save_store(settings(bad)).await.unwrap_err().field(), Some("supported_locales"), "{bad:?}");
    }
}
