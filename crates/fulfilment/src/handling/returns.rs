//! Returns: what comes back as good as it was lies in stock again.

use std::collections::BTreeMap;
use std::sync::Arc;

use tradewind_kernel::{Error, Result};
use tradewind_orders::{Choice, NewReturn, Order, ReturnEdit, ReturnStep};

use super::OrderHandling;

/// What changes in a choice; `None` leaves a part as it is.
#[derive(Clone, Debug, Default)]
pub struct ChoiceChange {
    /// How many.
    pub quantity: Option<i64>,
    /// Why, as one of the shop's reasons.
    pub reason_id: Option<String>,
    /// Why, in words.
    pub note: Option<String>,
}

impl OrderHandling {
    /// Begins a return. Answers with the order and the return's id.
    pub async fn open_return(&self, order_id: &str, new: NewReturn, actor: &str) -> Result<(Arc<Order>, String)> {
        let (orders, id, actor) = (self.orders.clone(), order_id.to_owned(), actor.to_owned());
        self.shard(order_id)
            .write(move |tx| Box::pin(async move { orders.open_return(tx, &id, new, &actor).await }))
            .await
    }

    /// Begins a return and asks for these goods at once.
    pub async fn return_goods(
        &self,
        order_id: &str,
        new: NewReturn,
        choices: Vec<Choice>,
        actor: &str,
    ) -> Result<(Arc<Order>, String)> {
        let (orders, id, actor) = (self.orders.clone(), order_id.to_owned(), actor.to_owned());
        self.shard(order_id)
            .write(move |tx| {
                Box::pin(async move {
                    let (_, back) = orders.open_return(tx, &id, new, &actor).await?;
                    orders.choose(tx, &id, (&back, ReturnStep::Request, false), choices, &actor).await?;
                    Ok((orders.request_return(tx, &id, &back, &actor).await?, back))
                })
            })
            .await
    }

    /// Chooses what shall come back, or what has come; what is dismissed is good for nothing.
    pub async fn choose(
        &self,
        return_id: &str,
        step: ReturnStep,
        is_dismissed: bool,
        choices: Vec<Choice>,
        actor: &str,
    ) -> Result<Arc<Order>> {
        let (orders, id, actor) = (self.orders.clone(), self.order_id(return_id).await?, actor.to_owned());
        let back = return_id.to_owned();
        self.shard(return_id)
            .write(move |tx| {
                Box::pin(async move { orders.choose(tx, &id, (&back, step, is_dismissed), choices, &actor).await })
            })
            .await
    }

    /// Changes a choice, or takes it back.
    pub async fn choose_again(
        &self,
        return_id: &str,
        step: ReturnStep,
        action_id: &str,
        change: Option<ChoiceChange>,
        actor: &str,
    ) -> Result<Arc<Order>> {
        let (orders, id, actor) = (self.orders.clone(), self.order_id(return_id).await?, actor.to_owned());
        let (back, action) = (return_id.to_owned(), action_id.to_owned());
        let change = change.map(|change| (change.quantity, change.reason_id, change.note));
        self.shard(return_id)
            .write(move |tx| {
                Box::pin(async move { orders.choose_again(tx, &id, (&back, step, &action), change, &actor).await })
            })
            .await
    }

    /// Forgets what is chosen.
    pub async fn forget_choices(&self, return_id: &str, step: ReturnStep, actor: &str) -> Result<Arc<Order>> {
        let (orders, id, actor) = (self.orders.clone(), self.order_id(return_id).await?, actor.to_owned());
        let back = return_id.to_owned();
        self.shard(return_id)
            .write(move |tx| Box::pin(async move { orders.forget_choices(tx, &id, (&back, step), &actor).await }))
            .await
    }

    /// Asks for the goods that were chosen.
    pub async fn request_return(&self, return_id: &str, actor: &str) -> Result<Arc<Order>> {
        let (orders, id, actor) = (self.orders.clone(), self.order_id(return_id).await?, actor.to_owned());
        let back = return_id.to_owned();
        self.shard(return_id)
            .write(move |tx| Box::pin(async move { orders.request_return(tx, &id, &back, &actor).await }))
            .await
    }

    /// Begins to take in what has come.
    pub async fn begin_receiving(&self, return_id: &str, actor: &str) -> Result<Arc<Order>> {
        let (orders, id, actor) = (self.orders.clone(), self.order_id(return_id).await?, actor.to_owned());
        let back = return_id.to_owned();
        self.shard(return_id)
            .write(move |tx| Box::pin(async move { orders.begin_receiving(tx, &id, &back, &actor).await }))
            .await
    }

    /// Takes in the goods that were chosen: what is as good as it was lies in stock, at the location that expected it.
    pub async fn receive_return(&self, return_id: &str, actor: &str) -> Result<Arc<Order>> {
        let (handling, id, actor) = (self.clone(), self.order_id(return_id).await?, actor.to_owned());
        let back = return_id.to_owned();
        self.shard(return_id)
            .write(move |tx| {
                Box::pin(async move {
                    let (order, sound) = handling.orders.receive_return(tx, &id, &back, &actor).await?;
                    let expected_at = order.back(&back)?.location_id.clone();
                    let mut goods = BTreeMap::new();
                    for line in sound {
                        for (item_id, location_id, quantity) in things_of(&order, &line.line_id, line.quantity) {
                            let location_id = expected_at.clone().unwrap_or(location_id);
                            *goods.entry((item_id, location_id)).or_insert(0) += quantity;
                        }
                    }
                    for ((item_id, location_id), quantity) in goods {
                        handling.inventory.take_in(tx, &item_id, &location_id, quantity).await?;
                    }
                    Ok(order)
                })
            })
            .await
    }

    /// Calls a return off of which nothing has come.
    pub async fn cancel_return(&self, return_id: &str, actor: &str) -> Result<Arc<Order>> {
        let (orders, id, actor) = (self.orders.clone(), self.order_id(return_id).await?, actor.to_owned());
        let back = return_id.to_owned();
        self.shard(return_id)
            .write(move |tx| Box::pin(async move { orders.cancel_return(tx, &id, &back, &actor).await }))
            .await
    }

    /// Changes what clients say of a return.
    pub async fn edit_return(&self, edit: ReturnEdit, actor: &str) -> Result<Arc<Order>> {
        let (orders, id, actor) = (self.orders.clone(), self.order_id(&edit.return_id).await?, actor.to_owned());
        self.shard(&id.clone())
            .write(move |tx| Box::pin(async move { orders.edit_return(tx, &id, edit, &actor).await }))
            .await
    }

    async fn order_id(&self, return_id: &str) -> Result<String> {
        let order = self.orders.order_of_return(return_id).await?;
        order.map(|order| order.id.0.clone()).ok_or_else(|| Error::not_found("Return", return_id))
    }
}

/// The things that so many of a line are, with where they had left from: as they were packed.
fn things_of(order: &Order, line_id: &str, quantity: i64) -> Vec<(String, String, i64)> {
    let packed = order
        .fulfillments
        .iter()
        .filter(|parcel| parcel.canceled_at.is_none())
        .find(|parcel| parcel.quantity_of(line_id) > 0);
    let Some(parcel) = packed else { return Vec::new() };
    let of_line = parcel.quantity_of(line_id);
    let mut per_item: BTreeMap<&String, i64> = BTreeMap::new();
    for item in parcel.items.iter().filter(|item| item.line_id == line_id) {
        if let Some(item_id) = &item.inventory_item_id {
            *per_item.entry(item_id).or_insert(0) += item.quantity;
        }
    }
    let thing =
        |(item_id, all): (&String, i64)| (item_id.clone(), parcel.location_id.clone(), all / of_line * quantity);
    per_item.into_iter().map(thing).collect()
}
