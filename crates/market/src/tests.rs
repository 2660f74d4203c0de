//! The market's verbs on a real database.

use tempfile::TempDir;
use tradewind_kernel::{Clock, Currency, Decimal, ErrorKind, IdMint, Rng, Timestamp};
use tradewind_platform::db::{Db, SqliteOptions, Surroundings};

use super::*;

struct Shop {
    db: Db,
    market: Market,
    clock: Clock,
    _folder: TempDir,
}

impl Shop {
    async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let clock = Clock::manual(Timestamp(1_700_000_000_000));
        let mint = IdMint::new(clock.clone(), Rng::seeded(7));
        let surroundings = Surroundings { clock: clock.clone(), mint };
        let db = Db::open_sqlite(&SqliteOptions::at(folder.path().join("shop.db")), surroundings).expect("a database");
        db.migrate(&tradewind_platform::MIGRATIONS).await.expect("the platform's tables");
        db.migrate(&MIGRATIONS).await.expect("the market's tables");
        Self { market: Market::new(db.clone()), db, clock, _folder: folder }
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

fn percent(text: &str) -> Decimal {
    text.parse().expect("a percentage")
}

fn default_rate(name: &str, rate: &str) -> NewTaxRate {
    NewTaxRate { name: name.to_owned(), rate: percent(rate), is_default: true, ..NewTaxRate::default() }
}

fn rate_for(name: &str, rate: &str, reference: TaxReference, id: &str) -> NewTaxRate {
    let rules = vec![TaxRule { reference, reference_id: id.to_owned() }];
    NewTaxRate { name: name.to_owned(), rate: percent(rate), rules, ..NewTaxRate::default() }
}

fn names<'r>(rates: &[&'r TaxRate]) -> Vec<&'r str> {
    rates.iter().map(|rate| rate.name.as_str()).collect()
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
async fn nearer_and_narrower_tax_rates_win() {
    let shop = Shop::open().await;
    let germany = NewTaxRegion {
        country_code: "DE".to_owned(),
        rates: vec![
            default_rate("VAT", "19"),
            rate_for("reduced", "7", TaxReference::Product, "prod_book"),
            rate_for("prints", "10.5", TaxReference::ProductType, "ptyp_print"),
            rate_for("post", "0", TaxReference::ShippingOption, "so_post"),
        ],
        ..NewTaxRegion::default()
    };
    shop.tax_region(germany).await.unwrap();
    let market = shop.market.snapshot().await.unwrap();
    let rates = |product: &str, type_id| names(&market.tax_rates("De", None, product, type_id));
    assert_eq!(rates("prod_other", None), ["VAT"]);
    assert_eq!(rates("prod_book", Some("ptyp_print")), ["reduced"]);
    assert_eq!(rates("prod_other", Some("ptyp_print")), ["prints"]);
    assert_eq!(names(&market.shipping_tax_rates("de", None, "so_post")), ["post"]);
    assert_eq!(names(&market.shipping_tax_rates("de", None, "so_other")), ["VAT"]);
    assert!(market.tax_rates("fr", None, "prod_book", None).is_empty());
}

#[tokio::test]
async fn a_provinces_rate_stands_alone_or_beside_its_countrys() {
    let shop = Shop::open().await;
    let country =
        |code: &str, rate| NewTaxRegion { country_code: code.to_owned(), rates: vec![rate], ..NewTaxRegion::default() };
    let province = |code: &str, province: &str, rate| NewTaxRegion {
        province_code: Some(province.to_owned()),
        ..country(code, rate)
    };
    let orphan = shop.tax_region(province("ca", "on", default_rate("HST", "13"))).await.unwrap_err();
    assert_eq!(orphan.field(), Some("province_code"));

    let canada = shop.tax_region(country("ca", default_rate("GST", "5"))).await.unwrap();
    let ontario = shop.tax_region(province("CA", "ON", default_rate("HST", "13"))).await.unwrap();
    assert_eq!(ontario.parent_id.as_ref(), Some(&canada.id));
    let provincial = NewTaxRate { is_combinable: true, ..default_rate("QST", "9.975") };
    shop.tax_region(province("ca", "qc", provincial)).await.unwrap();
    let twice = shop.tax_region(province("ca", "qc", default_rate("QST", "9"))).await.unwrap_err();
    assert!(twice.is(error::TAX_REGION_EXISTS) && twice.message().contains("CA-QC"));

    let market = shop.market.snapshot().await.unwrap();
    let rates = |province| names(&market.tax_rates("ca", province, "prod_1", None));
    assert_eq!(rates(None), ["GST"]);
    assert_eq!(rates(Some("Ab")), ["GST"]);
    assert_eq!(rates(Some("ON")), ["HST"]);
    assert_eq!(rates(Some("qc")), ["QST", "GST"]);

    // With the country go its provinces.
    let (handle, id) = (shop.market.clone(), canada.id.clone());
    let removal = shop.db.write(move |tx| Box::pin(async move { handle.delete_tax_region(tx, &id).await }));
    removal.await.unwrap();
    assert!(shop.market.snapshot().await.unwrap().tax_regions().is_empty());
}

#[tokio::test]
async fn tax_rates_are_added_changed_and_removed() {
    let shop = Shop::open().await;
    let new = NewTaxRegion { country_code: "dk".to_owned(), ..NewTaxRegion::default() };
    let denmark = shop.tax_region(new).await.unwrap();
    let add = |rate: NewTaxRate| {
        let (market, id) = (shop.market.clone(), denmark.id.clone());
        shop.db.write(move |tx| Box::pin(async move { market.create_tax_rate(tx, &id, rate).await }))
    };
    let rate = add(default_rate("Moms", "25.000")).await.unwrap();
    assert_eq!(rate.rate, percent("25"));
    assert_eq!(add(default_rate("second default", "1")).await.unwrap_err().field(), Some("is_default"));
    for bad in ["-1", "1001", "1.1234567"] {
        let new = NewTaxRate { is_default: false, ..default_rate("bad", bad) };
        assert_eq!(add(new).await.unwrap_err().field(), Some("rate"));
    }
    shop.clock.advance_seconds(60);
    let change = TaxRateChange { rate: Some(percent("24")), ..TaxRateChange::default() };
    let (market, region_id, id) = (shop.market.clone(), denmark.id.clone(), rate.id.clone());
    let changed = shop
        .db
        .write(move |tx| Box::pin(async move { market.update_tax_rate(tx, &region_id, &id, change).await }))
        .await
        .unwrap();
    assert_eq!(changed.rate, percent("24"));
    assert!(changed.updated_at > rate.updated_at && changed.created_at == rate.created_at);
    let (market, region_id, id) = (shop.market.clone(), denmark.id.clone(), rate.id);
    shop.db.write(move |tx| Box::pin(async move { market.delete_tax_rate(tx, &region_id, &id).await })).await.unwrap();
    let market = shop.market.snapshot().await.unwrap();
    assert!(market.tax_region(denmark.id.as_str()).unwrap().rates.is_empty());
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
