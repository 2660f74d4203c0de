//! A customer takes over an order that was placed by somebody else, most often by themselves as a guest: asked for by the customer,
//! agreed to by whoever reads the order's mail.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use tradewind_kernel::{Result, Secret, Timestamp};
use tradewind_platform::db::Db;

use crate::change::record;
use crate::error;
use crate::events::{OrderTransferRequested, OrderTransferred};
use crate::history::Change;
use crate::model::{Order, OrderStatus};
use crate::{Orders, store};

/// How long the link in the mail is good for.
const GOOD_SECONDS: i64 = 7 * 24 * 3600;
/// How long its token is, in characters of five random bits each.
const TOKEN_LENGTH: usize = 40;

/// A transfer that waits to be agreed to.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Transfer {
    /// Who will have the order.
    pub customer_id: String,
    /// Where messages about it will go; `None` where they go on as before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// What the customer said about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What the token in the mail is recognised by.
    pub token_hash: String,
    /// Until when it can be agreed to.
    pub expires_at: Timestamp,
}

/// What a customer asks for.
#[derive(Clone, Debug)]
pub struct TransferRequest {
    /// Who asks, and will have the order.
    pub customer_id: String,
    /// Where messages about the order shall go; `None` where they go on as before.
    pub email: Option<String>,
    /// A word about it.
    pub description: Option<String>,
}

impl Orders {
    /// Asks for an order. The order's own e-mail address is sent a token, by [`OrderTransferRequested`]. Whoever asks again gets a
    /// new one sent; the one before is worth nothing then.
    pub async fn request_transfer(&self, id: &str, request: TransferRequest) -> Result<Arc<Order>> {
        let asked = id.to_owned();
        self.shards
            .of_id(id)
            .write(move |tx| {
                Box::pin(async move {
                    let order = store::order(tx, &asked).await?.ok_or_else(|| error::unknown(&asked))?;
                    check_request(&order, &request.customer_id, tx.now())?;
                    let token = Secret::new(tx.mint().code(TOKEN_LENGTH));
                    let expires_at = tx.now().plus_seconds(GOOD_SECONDS);
                    let email = order.email.clone().ok_or_else(error::transfer_unreachable)?;
                    let actor = request.customer_id.clone();
                    let transfer = Transfer {
                        customer_id: request.customer_id,
                        email: request.email,
                        description: request.description,
                        token_hash: fingerprint(token.expose()),
                        expires_at,
                    };
                    let order = record(tx, order, Change::TransferRequested(transfer), &actor).await?;
                    tx.publish(&OrderTransferRequested {
                        order_id: asked,
                        display_id: order.display_id,
                        customer_id: actor,
                        email,
                        token,
                        version: order.version,
                        expires_at,
                    })
                    .await?;
                    Ok(order)
                })
            })
            .await
    }

    /// Agrees to a transfer by the token of the mail, once: the order is the customer's from now on, and on their list.
    pub async fn accept_transfer(&self, id: &str, token: &str) -> Result<Arc<Order>> {
        let (asked, token) = (id.to_owned(), token.to_owned());
        let single = self.shards.all().len() == 1;
        let (order, former) = self
            .shards
            .of_id(id)
            .write(move |tx| {
                Box::pin(async move {
                    let order = store::order(tx, &asked).await?.ok_or_else(|| error::unknown(&asked))?;
                    let former = order.customer_id.clone();
                    let customer_id = pending(&order, Some(&token), tx.now())?.customer_id.clone();
                    let order = record(tx, order, Change::TransferAccepted, "mail").await?;
                    if single {
                        if let Some(former) = &former {
                            store::take_off_list(tx, former, order.id.as_str()).await?;
                        }
                        store::put_on_list(tx, &customer_id, order.id.as_str(), order.created_at).await?;
                    }
                    tx.publish(&OrderTransferred {
                        order_id: asked,
                        display_id: order.display_id,
                        former_customer_id: former.clone(),
                        customer_id,
                        at: order.updated_at,
                    })
                    .await?;
                    Ok((order, former))
                })
            })
            .await?;
        if !single {
            // The lists live with their customers. The new one comes first: an order is rather on two lists than on none.
            self.list_for_customer(&order).await?;
            if let Some(former) = former {
                take_off(self.shards.of_id(&former.clone()), former, order.id.as_str()).await?;
            }
        }
        Ok(order)
    }

    /// Refuses a transfer by the token of the mail.
    pub async fn decline_transfer(&self, id: &str, token: &str) -> Result<Arc<Order>> {
        let token = token.to_owned();
        self.end_transfer(id, Change::TransferDeclined, "mail", move |order, now| {
            pending(order, Some(&token), now).map(|_| ())
        })
        .await
    }

    /// Takes a request back. Only who made it may.
    pub async fn cancel_transfer(&self, id: &str, customer_id: &str) -> Result<Arc<Order>> {
        let who = customer_id.to_owned();
        self.end_transfer(id, Change::TransferCanceled, customer_id, move |order, now| {
            match pending(order, None, now)?.customer_id == who {
                true => Ok(()),
                false => Err(error::no_transfer()),
            }
        })
        .await
    }

    async fn end_transfer(
        &self,
        id: &str,
        change: Change,
        actor: &str,
        check: impl FnOnce(&Order, Timestamp) -> Result<()> + Clone + Send + 'static,
    ) -> Result<Arc<Order>> {
        let (asked, actor) = (id.to_owned(), actor.to_owned());
        self.shards
            .of_id(id)
            .write(move |tx| {
                Box::pin(async move {
                    let order = store::order(tx, &asked).await?.ok_or_else(|| error::unknown(&asked))?;
                    check(&order, tx.now())?;
                    record(tx, order, change, &actor).await
                })
            })
            .await
    }
}

fn fingerprint(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

fn check_request(order: &Order, customer_id: &str, now: Timestamp) -> Result<()> {
    if order.status == OrderStatus::Canceled {
        return Err(error::not_transferable("A cancelled order cannot be taken over"));
    }
    if order.customer_id.as_deref() == Some(customer_id) {
        return Err(error::not_transferable("This order is yours already"));
    }
    match &order.transfer {
        Some(other) if other.customer_id != customer_id && now < other.expires_at => {
            Err(error::not_transferable("Somebody else has asked for this order; please try again in a few days"))
        }
        _ => Ok(()),
    }
}

/// The transfer that waits, by its token where one is needed.
fn pending<'a>(order: &'a Order, token: Option<&str>, now: Timestamp) -> Result<&'a Transfer> {
    let transfer = order.transfer.as_ref().ok_or_else(error::no_transfer)?;
    match token {
        None => Ok(transfer),
        Some(token) if transfer.token_hash == fingerprint(token) && now < transfer.expires_at => Ok(transfer),
        Some(_) => Err(error::transfer_token_invalid()),
    }
}

async fn take_off(database: &Db, customer_id: String, order_id: &str) -> Result<()> {
    let order_id = order_id.to_owned();
    database.write(move |tx| Box::pin(async move { store::take_off_list(tx, &customer_id, &order_id).await })).await
}
