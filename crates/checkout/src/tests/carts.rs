//! Carts: opening, region, addresses, e-mail, shipping, taxes, transfer.

use super::*;
use tradewind_kernel::{Bucket, ErrorKind};

fn change(region_id: Option<&str>, country: Option<&str>) -> CartChange {
    CartChange {
        region_id: region_id.map(str::to_owned),
        shipping_address: country.map(|country| Some(address(country))),
        ..CartChange::default()
    }
}

#[tokio::test]
async fn a_cart_takes_the_region_it_is_given_or_finds_one() {
    let shop = Shop::open().await;
    let region_of = async |new: NewCart| shop.checkout.create_cart(new).await.map(|view| view.cart.region_id);
    assert_eq!(region_of(NewCart::default()).await.unwrap(), EUROPE);
    let by_country = NewCart { country_code: Some("JP".to_owned()), ..NewCart::default() };
    assert_eq!(region_of(by_country).await.unwrap(), JAPAN);
    for wrong in [
        NewCart { region_id: Some("reg_nope".to_owned()), ..NewCart::default() },
        NewCart { country_code: Some("us".to_owned()), ..NewCart::default() },
        NewCart { currency: Some(Currency::USD), ..NewCart::default() },
        NewCart { sales_channel_id: Some("sc_nope".to_owned()), ..NewCart::default() },
        NewCart { email: Some("not-an-email".to_owned()), ..NewCart::default() },
        NewCart { shipping_address: Some(address("jp")), ..NewCart::default() },
        NewCart { shipping_address: Some(AddressInput::OfCustomer("cuaddr_nope".to_owned())), ..NewCart::default() },
        NewCart { items: vec![line("variant_nope", 1)], ..NewCart::default() },
    ] {
        assert_eq!(region_of(wrong.clone()).await.unwrap_err().kind(), ErrorKind::Invalid, "{wrong:?}");
    }
    assert_eq!(shop.checkout.cart("cart_nope").await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn what_is_read_is_what_was_answered() {
    let shop = Shop::open().await;
    let answered = shop.cart_with(&[(CHART, 1), (PRINT, 2)]).await;
    let read = shop.checkout.cart(answered.cart.id.as_str()).await.unwrap();
    assert_eq!(read.cart, answered.cart);
    assert_eq!((read.version, read.totals.total), (answered.version, answered.totals.total));
}

#[tokio::test]
async fn another_region_prices_everything_anew() {
    let shop = Shop::open().await;
    let cart = shop.cart_with(&[(CHART, 2)]).await;
    let id = cart.cart.id.as_str();
    shop.pay(id).await;
    let moved = shop.checkout.update_cart(id, change(Some(JAPAN), None)).await.unwrap();
    assert_eq!(moved.cart.currency.code(), "jpy");
    assert_eq!(moved.cart.items[0].unit_price, Decimal::from(1500));
    assert!(moved.cart.shipping_address.is_none(), "Denmark is not in Japan");
    // The region's only country is where it goes: its taxes, and its way of sending at its price.
    assert_eq!(moved.cart.shipping_methods[0].amount, Decimal::from(1200));
    assert_eq!(moved.totals.total.minor, 4620);
    let collection = moved.payment_collection.unwrap();
    assert_eq!(collection.amount, moved.totals.total);
    assert!(collection.sessions.is_empty(), "a session for another amount is void");

    shop.checkout.update_cart(id, change(Some(EUROPE), None)).await.unwrap();
    shop.checkout.add_line(id, line(PRINT, 1)).await.unwrap();
    let error = shop.checkout.update_cart(id, change(Some(JAPAN), None)).await.unwrap_err();
    assert!(error.message().contains("Print has no price in jpy"), "{}", error.message());
    assert_eq!(shop.checkout.cart(id).await.unwrap().cart.region_id, EUROPE);
}

#[tokio::test]
async fn taxes_follow_the_address_and_stay_where_nothing_changes() {
    let shop = Shop::open().await;
    let cart = shop.cart_with(&[(CHART, 1)]).await;
    let id = cart.cart.id.as_str();
    let tax_id = |view: &CartView| view.cart.items[0].tax_lines[0].id.clone();
    let same = shop.checkout.taxes(id).await.unwrap();
    assert_eq!(tax_id(&same), tax_id(&cart));

    let german = shop.checkout.update_cart(id, change(None, Some("de"))).await.unwrap();
    assert_eq!(german.cart.items[0].tax_lines[0].rate, Decimal::from(19));
    assert_eq!(german.cart.shipping_methods[0].tax_lines[0].rate, Decimal::from(19));
    assert_eq!(german.totals.total.minor, 2380);

    let nowhere = CartChange { shipping_address: Some(None), ..CartChange::default() };
    let nowhere = shop.checkout.update_cart(id, nowhere).await.unwrap();
    assert!(nowhere.cart.items[0].tax_lines.is_empty());
    assert!(nowhere.cart.shipping_methods.is_empty(), "it is not known any more what is offered");
}

#[tokio::test]
async fn shipping_is_offered_where_it_goes_and_dropped_where_it_does_not() {
    let shop = Shop::open().await;
    let cart = shop.cart_with(&[(CHART, 1)]).await;
    let id = cart.cart.id.as_str();
    let offered = shop.checkout.shipping_options(id).await.unwrap();
    let mut ids: Vec<_> = offered.iter().map(|offer| offer.option.id.as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, [EXPRESS, STANDARD]);
    assert!(offered.iter().all(|offer| !offer.insufficient_inventory));
    let in_denmark = offered.iter().filter(|offer| offer.zone().unwrap().1.id == "serzo_dk");
    assert_eq!(in_denmark.count(), 1);

    let express = shop.checkout.add_shipping_method(id, EXPRESS, None).await.unwrap();
    assert_eq!(express.cart.shipping_methods.len(), 1, "it takes the place of the standard one");
    assert_eq!(express.cart.shipping_methods[0].amount, Decimal::from(20));

    let german = shop.checkout.update_cart(id, change(None, Some("de"))).await.unwrap();
    assert!(german.cart.shipping_methods.is_empty());
    for wrong in [EXPRESS, "so_nope"] {
        let error = shop.checkout.add_shipping_method(id, wrong, None).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
    }
    assert!(shop.checkout.shipping_options("cart_nope").await.is_err());
    let bare = shop.empty_cart().await;
    assert!(shop.checkout.shipping_options(bare.cart.id.as_str()).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_e_mail_makes_a_guest_and_a_sign_in_makes_the_cart_theirs() {
    let shop = Shop::open().await;
    let cart = shop.empty_cart().await;
    let id = cart.cart.id.as_str();
    let email = |text: &str| CartChange { email: Some(Some(text.to_owned())), ..CartChange::default() };
    let guest = shop.checkout.update_cart(id, email(" Reader@Example.com")).await.unwrap().cart;
    assert_eq!(guest.email.as_deref(), Some("reader@example.com"));
    assert!(guest.customer_id.is_some() && !guest.has_account);
    let again = shop.cart_with(&[]).await.cart;
    assert_eq!(again.customer_id, guest.customer_id, "one guest for an e-mail");
    let other = shop.checkout.update_cart(id, email("other@example.com")).await.unwrap().cart;
    assert_ne!(other.customer_id, guest.customer_id);

    let (ada, eve) = (shop.customer("ada@example.com").await, shop.customer("eve@example.com").await);
    let theirs = shop.checkout.transfer(id, &ada).await.unwrap().cart;
    assert_eq!((theirs.customer_id.as_deref(), theirs.email.as_deref()), (Some(&*ada), Some("ada@example.com")));
    let elsewhere = shop.checkout.update_cart(id, email("office@example.com")).await.unwrap().cart;
    assert_eq!(elsewhere.customer_id.as_deref(), Some(&*ada), "messages go elsewhere, the cart stays theirs");
    assert!(shop.checkout.transfer(id, &ada).await.is_ok());
    assert_eq!(shop.checkout.transfer(id, &eve).await.unwrap_err().kind(), ErrorKind::NotAllowed);
    assert!(shop.checkout.transfer(id, "cus_nope").await.is_err());
}

#[tokio::test]
async fn a_customers_cart_lives_beside_them_and_knows_their_addresses() {
    let shop = Shop::open().await;
    let ada = shop.customer("ada@example.com").await;
    let book = AddressChange {
        city: Some(Some("Copenhagen".to_owned())),
        country_code: Some(Some("dk".to_owned())),
        ..AddressChange::default()
    };
    let customer = shop.parts.accounts.add_address(&ada, book).await.unwrap();
    let address_id = customer.addresses[0].id.as_str().to_owned();
    let new = NewCart {
        customer_id: Some(ada.clone()),
        shipping_address: Some(AddressInput::OfCustomer(address_id)),
        ..NewCart::default()
    };
    let cart = shop.checkout.create_cart(new).await.unwrap().cart;
    assert_eq!(cart.id.bucket(), Bucket::of(&ada));
    assert_eq!(cart.email.as_deref(), Some("ada@example.com"));
    let address = cart.shipping_address.unwrap();
    assert_eq!((address.city.as_deref(), address.customer_id.as_deref()), (Some("Copenhagen"), Some(&*ada)));
}
