//! Lists of orders: a customer's own, and the one staff see.

use std::collections::HashMap;
use std::sync::Arc;

use tradewind_kernel::{Page, Paging, Result, Timestamp};
use tradewind_platform::db::Db;

use crate::model::{Order, OrderStatus};
use crate::{Orders, store};

/// Which of a customer's orders.
#[derive(Clone, Debug)]
pub struct CustomerOrders {
    /// These only; `None` for all.
    pub ids: Option<Vec<String>>,
    /// Those that stand so; empty for all.
    pub statuses: Vec<OrderStatus>,
    /// Whether the newest comes first.
    pub newest_first: bool,
    /// Which part.
    pub paging: Paging,
}

/// Which orders of the shop.
#[derive(Clone, Debug)]
pub struct OrderQuery {
    /// These only; `None` for all.
    pub ids: Option<Vec<String>>,
    /// Those that stand so; empty for all.
    pub statuses: Vec<OrderStatus>,
    /// Those of one customer.
    pub customer_id: Option<String>,
    /// Those with this e-mail address.
    pub email: Option<String>,
    /// The one with this number.
    pub display_id: Option<i64>,
    /// Those placed at this moment or later.
    pub created_from: Option<Timestamp>,
    /// Those placed before this moment.
    pub created_before: Option<Timestamp>,
    /// Whether the newest comes first.
    pub newest_first: bool,
    /// Which part.
    pub paging: Paging,
}

impl OrderQuery {
    /// All orders, the newest first.
    #[must_use]
    pub fn all(paging: Paging) -> Self {
        Self {
            ids: None,
            statuses: Vec::new(),
            customer_id: None,
            email: None,
            display_id: None,
            created_from: None,
            created_before: None,
            newest_first: true,
            paging,
        }
    }
}

impl Orders {
    /// A part of a customer's orders. Complete as soon as the completion of a cart has been answered.
    pub async fn orders_of_customer(&self, customer_id: &str, wanted: &CustomerOrders) -> Result<Page<Arc<Order>>> {
        let db = self.shards.of_id(customer_id);
        let customer_id = customer_id.to_owned();
        let mut ids = db.read_own(|tx| Box::pin(async move { store::ids_of_customer(tx, &customer_id).await })).await?;
        if wanted.newest_first {
            ids.reverse();
        }
        if let Some(only) = &wanted.ids {
            ids.retain(|id| only.contains(id));
        }
        if wanted.statuses.is_empty() {
            // The page can be cut before the orders are read.
            let Page { items: ids, count } = Page::cut(ids, wanted.paging);
            return Ok(Page { items: self.by_ids(&ids).await?, count });
        }
        let mut orders = self.by_ids(&ids).await?;
        orders.retain(|order| wanted.statuses.contains(&order.status));
        Ok(Page::cut(orders, wanted.paging))
    }

    /// A part of the orders of the shop.
    pub async fn list(&self, query: OrderQuery) -> Result<Page<Arc<Order>>> {
        let all: Vec<Db> = self.shards.all().to_vec();
        if let [only] = &all[..] {
            return only.scan(move |tx| Box::pin(async move { store::list(tx, &query).await })).await;
        }
        // Each shard answers with the head of its list; the page is cut from their merge.
        let paging = query.paging;
        let mut merged = Page { items: Vec::new(), count: 0 };
        let head = Paging { offset: 0, limit: paging.offset.saturating_add(paging.limit) };
        for db in all {
            let query = OrderQuery { paging: head, ..query.clone() };
            let part = db.scan(move |tx| Box::pin(async move { store::list(tx, &query).await })).await?;
            merged.items.extend(part.items);
            merged.count += part.count;
        }
        merged.items.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        if query.newest_first {
            merged.items.reverse();
        }
        Ok(Page { items: Page::cut(merged.items, paging).items, count: merged.count })
    }

    /// The order with this number and e-mail address: what a guest knows of an order.
    pub async fn find(&self, display_id: i64, email: &str) -> Result<Option<Arc<Order>>> {
        for db in self.shards.all() {
            let found = db.read_own(|tx| Box::pin(store::numbered(tx, display_id))).await?;
            let own = found
                .into_iter()
                .find(|order| order.email.as_deref().is_some_and(|of| of.eq_ignore_ascii_case(email.trim())));
            if let Some(order) = own {
                return Ok(Some(Arc::new(order)));
            }
        }
        Ok(None)
    }

    /// The orders with these ids, in this order; unknown ones are left out.
    async fn by_ids(&self, ids: &[String]) -> Result<Vec<Arc<Order>>> {
        let mut found = HashMap::with_capacity(ids.len());
        if let [only] = self.shards.all() {
            let wanted = ids.to_vec();
            let orders = only.read_own(|tx| Box::pin(async move { store::orders(tx, &wanted).await })).await?;
            found.extend(orders.into_iter().map(|order| (order.id.as_str().to_owned(), order)));
        } else {
            for id in ids {
                if let Some(order) = self.order(id).await? {
                    found.insert(id.clone(), order);
                }
            }
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }
}
