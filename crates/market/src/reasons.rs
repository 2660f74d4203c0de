//! The verbs that change the reasons why things come back and why money is given back.

use tradewind_kernel::{Error, ErrorKind, Result};
use tradewind_platform::db::{Tx, UNIQUE};

use crate::change::{name_of, set};
use crate::events::MarketPart;
use crate::model::{
    NewRefundReason, NewReturnReason, RefundReason, RefundReasonChange, RefundReasonId, ReturnReason,
    ReturnReasonChange, ReturnReasonId,
};
use crate::{Market, store};

impl Market {
    /// Makes a return reason; its value must be its own, and the reason it stands under must exist.
    pub async fn create_return_reason(&self, tx: &mut Tx, new: NewReturnReason) -> Result<ReturnReason> {
        let now = tx.now();
        if let Some(parent) = &new.parent_id
            && store::return_reason(tx, parent.as_str()).await?.is_none()
        {
            let message = format!("There is no return reason with id: {parent}");
            return Err(Error::invalid("parent_return_reason_id", message));
        }
        let reason = ReturnReason {
            id: new.id.unwrap_or_else(|| ReturnReasonId::mint(tx.mint())),
            value: name_of("value", new.value)?,
            label: name_of("label", new.label)?,
            description: new.description,
            parent_id: new.parent_id,
            metadata: new.metadata,
            created_at: now,
            updated_at: now,
        };
        let stored = store::insert_return_reason(tx, &reason).await;
        stored.map_err(|error| taken(error, "value", &reason.value))?;
        self.changed(tx, MarketPart::ReturnReason, reason.id.as_str()).await?;
        Ok(reason)
    }

    /// Changes a return reason.
    pub async fn update_return_reason(
        &self,
        tx: &mut Tx,
        id: &ReturnReasonId,
        change: ReturnReasonChange,
    ) -> Result<ReturnReason> {
        let unknown = || Error::not_found("Return reason", id.as_str());
        let mut stored = store::return_reason(tx, id.as_str()).await?.ok_or_else(unknown)?;
        let reason = &mut stored.value;
        if let Some(value) = change.value {
            reason.value = name_of("value", value)?;
        }
        if let Some(label) = change.label {
            reason.label = name_of("label", label)?;
        }
        set(&mut reason.description, change.description);
        set(&mut reason.metadata, change.metadata);
        reason.updated_at = tx.now();
        let saved = store::update_return_reason(tx, &stored).await;
        saved.map_err(|error| taken(error, "value", &stored.value.value))?;
        self.changed(tx, MarketPart::ReturnReason, id.as_str()).await?;
        Ok(stored.value)
    }

    /// Removes a return reason under which none stands. Removing one that is gone is no error.
    pub async fn delete_return_reason(&self, tx: &mut Tx, id: &ReturnReasonId) -> Result<()> {
        if store::return_reasons_below(tx, id.as_str()).await? > 0 {
            return Err(Error::not_allowed(
                "This return reason cannot be removed: other reasons stand under it; remove those first",
            ));
        }
        store::delete_return_reason(tx, id.as_str()).await?;
        self.changed(tx, MarketPart::ReturnReason, id.as_str()).await
    }

    /// Makes a refund reason; its code must be its own.
    pub async fn create_refund_reason(&self, tx: &mut Tx, new: NewRefundReason) -> Result<RefundReason> {
        let now = tx.now();
        let reason = RefundReason {
            id: new.id.unwrap_or_else(|| RefundReasonId::mint(tx.mint())),
            code: name_of("code", new.code)?,
            label: name_of("label", new.label)?,
            description: new.description,
            created_at: now,
            updated_at: now,
        };
        let stored = store::insert_refund_reason(tx, &reason).await;
        stored.map_err(|error| taken(error, "code", &reason.code))?;
        self.changed(tx, MarketPart::RefundReason, reason.id.as_str()).await?;
        Ok(reason)
    }

    /// Changes a refund reason.
    pub async fn update_refund_reason(
        &self,
        tx: &mut Tx,
        id: &RefundReasonId,
        change: RefundReasonChange,
    ) -> Result<RefundReason> {
        let unknown = || Error::not_found("Refund reason", id.as_str());
        let mut stored = store::refund_reason(tx, id.as_str()).await?.ok_or_else(unknown)?;
        let reason = &mut stored.value;
        if let Some(code) = change.code {
            reason.code = name_of("code", code)?;
        }
        if let Some(label) = change.label {
            reason.label = name_of("label", label)?;
        }
        set(&mut reason.description, change.description);
        reason.updated_at = tx.now();
        let saved = store::update_refund_reason(tx, &stored).await;
        saved.map_err(|error| taken(error, "code", &stored.value.code))?;
        self.changed(tx, MarketPart::RefundReason, id.as_str()).await?;
        Ok(stored.value)
    }

    /// Removes a refund reason. Removing one that is gone is no error.
    pub async fn delete_refund_reason(&self, tx: &mut Tx, id: &RefundReasonId) -> Result<()> {
        store::delete_refund_reason(tx, id.as_str()).await?;
        self.changed(tx, MarketPart::RefundReason, id.as_str()).await
    }
}

fn taken(error: Error, field: &str, name: &str) -> Error {
    if error.is(UNIQUE) {
        return Error::new(ErrorKind::Duplicate, format!("There is a reason with the {field} {name} already"))
            .at(field);
    }
    error
}
