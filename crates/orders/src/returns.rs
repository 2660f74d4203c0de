//! Taking goods back: a return is begun, what shall come back is chosen and asked for, what has come is chosen and taken in. Stock and
//! money are seen to by whoever opens the transaction.

use std::sync::Arc;

use tradewind_kernel::{Bucket, Page, Paging, Result};
use tradewind_platform::db::Tx;

use crate::change::{load, record};
use crate::delivery::LineQuantity;
use crate::error::{self, return_state};
use crate::events::{ReturnReceived, ReturnRequested};
use crate::giving_back::{ACTION_PREFIX, RETURN_PREFIX, Return, ReturnAction, ReturnDraft, ReturnStatus, ReturnStep};
use crate::history::{Change, ReturnDrafted, ReturnEdit, ReturnRef};
use crate::model::{Metadata, Order, OrderStatus};
use crate::{Orders, store};

/// A return to be begun.
#[derive(Clone, Debug, Default)]
pub struct NewReturn {
    /// The stock location that expects the goods.
    pub location_id: Option<String>,
    /// Whether nobody shall be written to about it.
    pub no_notification: Option<bool>,
    /// What clients attach.
    pub metadata: Option<Metadata>,
}

/// Some of a line that shall come back, or has.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Of which line, how many.
    pub line: LineQuantity,
    /// Why, as one of the shop's reasons.
    pub reason_id: Option<String>,
    /// Why, in words.
    pub note: Option<String>,
}

impl Orders {
    /// A return with the order it is of.
    pub async fn order_of_return(&self, return_id: &str) -> Result<Option<Arc<Order>>> {
        self.order_of_part(return_id).await
    }

    /// A parcel's order.
    pub async fn order_of_fulfillment(&self, fulfillment_id: &str) -> Result<Option<Arc<Order>>> {
        self.order_of_part(fulfillment_id).await
    }

    async fn order_of_part(&self, id: &str) -> Result<Option<Arc<Order>>> {
        let (db, id) = (self.shards.of_id(id), id.to_owned());
        db.read_own(|tx| {
            Box::pin(async move {
                let Some(order_id) = store::order_of_part(tx, &id).await? else { return Ok(None) };
                Ok(store::order(tx, &order_id).await?.map(Arc::new))
            })
        })
        .await
    }

    /// A part of the list of all returns, the oldest first: the orders they are of, each with a return's id.
    pub async fn returns(&self, order_id: Option<&str>, paging: Paging) -> Result<Page<(Arc<Order>, String)>> {
        let (mut items, mut count) = (Vec::new(), 0);
        // As with the list of orders: with several stores each answers for itself.
        for db in self.shards.all() {
            let order_id = order_id.map(str::to_owned);
            let page = db
                .read_own(|tx| {
                    Box::pin(async move {
                        let page = store::returns(tx, order_id.as_deref(), paging).await?;
                        let mut items = Vec::new();
                        for (id, of) in page.items {
                            items.extend(store::order(tx, &of).await?.map(|order| (Arc::new(order), id)));
                        }
                        Ok(Page { items, count: page.count })
                    })
                })
                .await?;
            items.extend(page.items);
            count += page.count;
        }
        Ok(Page { items, count })
    }

    /// Begins a return; what shall come back is chosen next. Answers with the order and the return's id.
    pub async fn open_return(
        &self,
        tx: &mut Tx,
        id: &str,
        new: NewReturn,
        actor: &str,
    ) -> Result<(Arc<Order>, String)> {
        let order = load(tx, id).await?;
        if order.status == OrderStatus::Canceled {
            return Err(error::canceled());
        }
        let now = tx.now();
        let back = Return {
            id: tx.id_in(RETURN_PREFIX, Bucket::of(id)),
            display_id: i64::try_from(order.returns.len()).unwrap_or(i64::MAX - 1) + 1,
            order_version: order.version,
            status: ReturnStatus::Open,
            location_id: new.location_id,
            items: Vec::new(),
            draft: Some(ReturnDraft { step: ReturnStep::Request, actions: Vec::new(), created_at: now }),
            no_notification: new.no_notification,
            metadata: new.metadata,
            created_by: actor.to_owned(),
            created_at: now,
            updated_at: now,
            requested_at: None,
            received_at: None,
            canceled_at: None,
        };
        let return_id = back.id.clone();
        store::insert_part(tx, &return_id, "return", id, now).await?;
        let order = record(tx, order, Change::ReturnOpened(Box::new(back)), actor).await?;
        Ok((order, return_id))
    }

    /// Begins to take in what has come.
    pub async fn begin_receiving(&self, tx: &mut Tx, id: &str, return_id: &str, actor: &str) -> Result<Arc<Order>> {
        let order = load(tx, id).await?;
        let back = order.back(return_id)?;
        if !back.is_waiting() {
            return Err(return_state("Only a return that was requested can be received"));
        }
        if back.draft.is_some() {
            return Ok(Arc::new(order));
        }
        let draft = ReturnDraft { step: ReturnStep::Receive, actions: Vec::new(), created_at: tx.now() };
        draw(tx, order, return_id, Some(draft), actor).await
    }

    /// Chooses what shall come back, or what has come, beside what is chosen already. What is dismissed has come back good for
    /// nothing.
    pub async fn choose(
        &self,
        tx: &mut Tx,
        id: &str,
        (return_id, step, is_dismissed): (&str, ReturnStep, bool),
        choices: Vec<Choice>,
        actor: &str,
    ) -> Result<Arc<Order>> {
        let order = load(tx, id).await?;
        let back = order.back(return_id)?;
        let mut draft = back.draft(step)?.clone();
        let (chosen, lines) = (draft.lines(), choices.iter().map(|choice| choice.line.clone()).collect::<Vec<_>>());
        match step {
            ReturnStep::Request => order.check_return(&chosen, &lines)?,
            ReturnStep::Receive => back.check_receive(&chosen, &lines)?,
        }
        for choice in choices {
            draft.actions.push(ReturnAction {
                id: tx.id_in(ACTION_PREFIX, Bucket::of(id)),
                line_id: choice.line.line_id,
                quantity: choice.line.quantity,
                is_dismissed,
                reason_id: choice.reason_id,
                note: choice.note,
                created_at: tx.now(),
            });
        }
        draw(tx, order, return_id, Some(draft), actor).await
    }

    /// Changes how many of a line are chosen; none: not chosen any more.
    pub async fn choose_again(
        &self,
        tx: &mut Tx,
        id: &str,
        (return_id, step, action_id): (&str, ReturnStep, &str),
        change: Option<(Option<i64>, Option<String>, Option<String>)>,
        actor: &str,
    ) -> Result<Arc<Order>> {
        let order = load(tx, id).await?;
        let back = order.back(return_id)?;
        let mut draft = back.draft(step)?.clone();
        let position = draft.actions.iter().position(|action| action.id == action_id);
        let mut action = draft.actions.remove(position.ok_or_else(|| error::unknown_action(action_id))?);
        if let Some((quantity, reason_id, note)) = change {
            action.quantity = quantity.unwrap_or(action.quantity);
            (action.reason_id, action.note) = (reason_id.or(action.reason_id), note.or(action.note));
            let line = [LineQuantity { line_id: action.line_id.clone(), quantity: action.quantity }];
            match step {
                ReturnStep::Request => order.check_return(&draft.lines(), &line)?,
                ReturnStep::Receive => back.check_receive(&draft.lines(), &line)?,
            }
            draft.actions.push(action);
        }
        draw(tx, order, return_id, Some(draft), actor).await
    }

    /// Forgets what is chosen. A return that asked for nothing yet is called off with it.
    pub async fn forget_choices(
        &self,
        tx: &mut Tx,
        id: &str,
        (return_id, step): (&str, ReturnStep),
        actor: &str,
    ) -> Result<Arc<Order>> {
        let order = load(tx, id).await?;
        order.back(return_id)?.draft(step)?;
        match step {
            ReturnStep::Request => {
                record(tx, order, Change::ReturnCanceled(ReturnRef { return_id: return_id.to_owned() }), actor).await
            }
            ReturnStep::Receive => draw(tx, order, return_id, None, actor).await,
        }
    }

    /// Asks for the goods that were chosen.
    pub async fn request_return(&self, tx: &mut Tx, id: &str, return_id: &str, actor: &str) -> Result<Arc<Order>> {
        let order = load(tx, id).await?;
        let draft = order.back(return_id)?.draft(ReturnStep::Request)?;
        if draft.actions.is_empty() {
            return Err(error::no_lines());
        }
        // What was chosen a while ago may have gone meanwhile.
        order.check_return(&[], &draft.lines())?;
        let of = ReturnRef { return_id: return_id.to_owned() };
        let order = record(tx, order, Change::ReturnRequested(of), actor).await?;
        tx.publish(&ReturnRequested { order_id: id.to_owned(), return_id: return_id.to_owned(), at: order.updated_at })
            .await?;
        Ok(order)
    }

    /// Takes in the goods that were chosen. Answers with the order and what of it came back as good as it was.
    pub async fn receive_return(
        &self,
        tx: &mut Tx,
        id: &str,
        return_id: &str,
        actor: &str,
    ) -> Result<(Arc<Order>, Vec<LineQuantity>)> {
        let order = load(tx, id).await?;
        let back = order.back(return_id)?;
        let draft = back.draft(ReturnStep::Receive)?;
        back.check_receive(&[], &draft.lines())?;
        let sound = ReturnDraft {
            actions: draft.actions.iter().filter(|action| !action.is_dismissed).cloned().collect(),
            ..draft.clone()
        };
        let of = ReturnRef { return_id: return_id.to_owned() };
        let order = record(tx, order, Change::ReturnReceived(of), actor).await?;
        tx.publish(&ReturnReceived { order_id: id.to_owned(), return_id: return_id.to_owned(), at: order.updated_at })
            .await?;
        Ok((order, sound.lines()))
    }

    /// Calls a return off of which nothing has come.
    pub async fn cancel_return(&self, tx: &mut Tx, id: &str, return_id: &str, actor: &str) -> Result<Arc<Order>> {
        let order = load(tx, id).await?;
        match order.back(return_id)?.status {
            ReturnStatus::Open | ReturnStatus::Requested => {}
            ReturnStatus::Canceled => return Err(return_state("This return is cancelled already")),
            ReturnStatus::PartiallyReceived | ReturnStatus::Received => {
                return Err(return_state("Some of this return is here already; it cannot be cancelled"));
            }
        }
        record(tx, order, Change::ReturnCanceled(ReturnRef { return_id: return_id.to_owned() }), actor).await
    }

    /// Changes what clients say of a return.
    pub async fn edit_return(&self, tx: &mut Tx, id: &str, edit: ReturnEdit, actor: &str) -> Result<Arc<Order>> {
        let order = load(tx, id).await?;
        order.back(&edit.return_id)?;
        record(tx, order, Change::ReturnEdited(Box::new(edit)), actor).await
    }
}

async fn draw(
    tx: &mut Tx,
    order: Order,
    return_id: &str,
    draft: Option<ReturnDraft>,
    actor: &str,
) -> Result<Arc<Order>> {
    let drafted = ReturnDrafted { return_id: return_id.to_owned(), draft };
    record(tx, order, Change::ReturnDrafted(drafted), actor).await
}
