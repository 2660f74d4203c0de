//! Asking for money to be moved: recorded before, once, one at a time.

use super::*;

fn wish(kind: MovementKind, minor: Option<i64>, key: Option<&str>) -> Wish {
    Wish { amount: minor.map(euros), key: key.map(str::to_owned), ..Wish::all(kind, None) }
}

impl Shop {
    async fn intend(&self, payment: &Payment, wish: Wish) -> Result<Option<UnderWay>> {
        let (of, id) = (self.home_of(payment).await, payment.id.clone());
        self.write(move |payments, tx| Box::pin(async move { payments.intend(tx, &of, &id, wish).await })).await
    }

    async fn settle(&self, payment: &Payment, under_way: &UnderWay) -> Result<Payment> {
        let (of, done) = (self.home_of(payment).await, under_way.clone());
        self.write(move |payments, tx| Box::pin(async move { payments.settle(tx, &of, &done).await })).await
    }

    async fn give_up(&self, payment: &Payment, under_way: &UnderWay) -> Result<Payment> {
        let (of, refused) = (self.home_of(payment).await, under_way.clone());
        self.write(move |payments, tx| Box::pin(async move { payments.give_up(tx, &of, &refused).await })).await
    }
}

#[tokio::test]
async fn a_wish_that_nobody_ended_is_joined_with_the_same_key_and_counts_once() {
    let shop = Shop::open().await;
    let (_, payment) = shop.authorized(1000).await;
    let first = shop.intend(&payment, wish(MovementKind::Capture, Some(400), None)).await.unwrap().unwrap();
    // As after a crash: asked for again, it is the same movement.
    let again = shop.intend(&payment, wish(MovementKind::Capture, Some(400), None)).await.unwrap().unwrap();
    assert_eq!(again, first);
    for _ in 0..2 {
        assert_eq!(shop.settle(&payment, &first).await.unwrap().captured(), euros(400));
    }
    assert!(shop.now(&payment).await.under_way.is_empty());
    let next = shop.intend(&payment, wish(MovementKind::Capture, Some(400), None)).await.unwrap().unwrap();
    assert_ne!(next.key, first.key);
    assert_eq!(shop.settle(&payment, &next).await.unwrap().captured(), euros(800));
}

#[tokio::test]
async fn one_movement_is_under_way_at_a_time() {
    let shop = Shop::open().await;
    let (_, payment) = shop.authorized(1000).await;
    let first = shop.intend(&payment, wish(MovementKind::Capture, Some(600), Some("a"))).await.unwrap().unwrap();
    for other in [
        wish(MovementKind::Capture, Some(600), Some("b")),
        wish(MovementKind::Capture, Some(300), None),
        wish(MovementKind::Cancel, None, None),
    ] {
        assert!(shop.intend(&payment, other).await.unwrap_err().is(BUSY));
    }
    shop.settle(&payment, &first).await.unwrap();
    assert_eq!(shop.intend(&payment, wish(MovementKind::Capture, Some(600), Some("a"))).await.unwrap(), None);
    let over = shop.intend(&payment, wish(MovementKind::Capture, Some(600), Some("b"))).await.unwrap_err();
    assert_eq!(over.field(), Some("amount"));
    let over = shop.intend(&payment, wish(MovementKind::Refund, Some(601), None)).await.unwrap_err();
    assert_eq!(over.field(), Some("amount"));
}

#[tokio::test]
async fn what_a_provider_refused_is_under_way_no_longer() {
    let shop = Shop::open().await;
    let (_, payment) = shop.authorized(1000).await;
    let refused = shop.intend(&payment, wish(MovementKind::Capture, None, None)).await.unwrap().unwrap();
    assert_eq!(shop.give_up(&payment, &refused).await.unwrap().captured(), euros(0));
    let cancel = shop.intend(&payment, wish(MovementKind::Cancel, None, None)).await.unwrap().unwrap();
    assert!(shop.settle(&payment, &cancel).await.unwrap().canceled_at.is_some());
    assert_eq!(shop.intend(&payment, wish(MovementKind::Cancel, None, None)).await.unwrap(), None);
    assert!(shop.intend(&payment, wish(MovementKind::Capture, None, None)).await.is_err());
}
