//! Endpoints: made, changed, removed, switched off and on again, with new secrets, and tried out.

use tradewind_kernel::{Error, Result, Secret};

use super::{Webhooks, sign};
use crate::error::is_disabled;
use crate::events::WebhookTested;
use crate::model::{self, Endpoint, EndpointChange, NewEndpoint, OLD_SECRET_SECONDS};
use crate::store;

/// The longest reason that staff may give.
const REASON_LENGTH_MAX: usize = 500;

impl Webhooks {
    /// All endpoints, the oldest first.
    pub async fn endpoints(&self) -> Result<Vec<Endpoint>> {
        self.shared.db.read_own(|tx| Box::pin(store::endpoints(tx))).await
    }

    /// One endpoint.
    pub async fn endpoint(&self, id: &str) -> Result<Endpoint> {
        let id = id.to_owned();
        self.shared.db.read_own(move |tx| Box::pin(async move { store::endpoint(tx, &id).await })).await
    }

    /// Makes an endpoint. Its secret is shown here and nowhere else.
    pub async fn create(&self, mut new: NewEndpoint) -> Result<(Endpoint, Secret)> {
        model::check(Some(&new.url), Some(&new.description), Some(&new.wants), self.kinds())?;
        self.shared.reach.check(&new.url)?.as_str().clone_into(&mut new.url);
        let secret = sign::new_secret(&self.shared.rng);
        let (webhooks, sign_with) = (self.clone(), secret.clone());
        let made = self.shared.db.write(move |tx| {
            Box::pin(async move {
                let id = tx.mint().mint("whk");
                store::insert_endpoint(tx, &id, &new, &sign_with).await?;
                webhooks.wake_after(tx);
                store::endpoint(tx, &id).await
            })
        });
        Ok((made.await?, secret))
    }

    /// Changes an endpoint. What waits for it goes to where it is then.
    pub async fn update(&self, id: &str, mut change: EndpointChange) -> Result<Endpoint> {
        model::check(change.url.as_deref(), change.description.as_deref(), change.wants.as_ref(), self.kinds())?;
        if let Some(url) = &mut change.url {
            *url = self.shared.reach.check(url)?.into();
        }
        let id = id.to_owned();
        let changing = self.shared.db.write(move |tx| {
            Box::pin(async move {
                store::update_endpoint(tx, &id, &change).await?;
                store::endpoint(tx, &id).await
            })
        });
        changing.await
    }

    /// Removes an endpoint with all that was collected for it.
    pub async fn delete(&self, id: &str) -> Result<()> {
        let gone = id.to_owned();
        self.shared.db.write(move |tx| Box::pin(async move { store::delete_endpoint(tx, &gone).await })).await?;
        // What a crash leaves here is swept when it is old.
        loop {
            let gone = id.to_owned();
            let removing =
                self.shared.db.write(move |tx| Box::pin(async move { store::remove_of_endpoint(tx, &gone).await }));
            if removing.await? == 0 {
                return Ok(());
            }
        }
    }

    /// Has nothing sent to an endpoint until it is enabled again. What it wants is collected meanwhile.
    pub async fn disable(&self, id: &str, reason: &str) -> Result<Endpoint> {
        if reason.len() > REASON_LENGTH_MAX || reason.contains('\0') {
            let text = format!("reason: {REASON_LENGTH_MAX} letters are the most, and none is NUL");
            return Err(Error::invalid("reason", text));
        }
        let (id, reason) = (id.to_owned(), reason.to_owned());
        let disabling = self.shared.db.write(move |tx| {
            Box::pin(async move {
                store::disable(tx, &id, &reason).await?;
                store::endpoint(tx, &id).await
            })
        });
        disabling.await
    }

    /// Has an endpoint told again, of what was collected meanwhile first.
    pub async fn enable(&self, id: &str) -> Result<Endpoint> {
        let enabled = id.to_owned();
        self.shared.db.write(move |tx| Box::pin(async move { store::enable(tx, &enabled).await })).await?;
        self.send_all_waiting(id).await?;
        self.endpoint(id).await
    }

    /// Gives an endpoint a new secret, which is shown here and nowhere else. The one before it signs as well for so many seconds;
    /// with 0, for one that others have seen, no earlier one signs any more.
    pub async fn rotate_secret(&self, id: &str, keep_old_seconds: i64) -> Result<(Endpoint, Secret)> {
        if !(0..=OLD_SECRET_SECONDS).contains(&keep_old_seconds) {
            let text = format!("keep_old_seconds is a number of seconds from 0 to {OLD_SECRET_SECONDS}");
            return Err(Error::invalid("keep_old_seconds", text));
        }
        let secret = sign::new_secret(&self.shared.rng);
        let (id, newest) = (id.to_owned(), secret.clone());
        let rotating = self.shared.db.write(move |tx| {
            Box::pin(async move {
                let keys = store::keys(tx, &id).await?.replaced(newest, tx.now(), keep_old_seconds);
                store::set_keys(tx, &id, &keys).await?;
                store::endpoint(tx, &id).await
            })
        });
        Ok((rotating.await?, secret))
    }

    /// Tries an endpoint out: it is sent an event of its own, [`WebhookTested`].
    pub async fn test(&self, id: &str) -> Result<()> {
        let id = id.to_owned();
        let testing = self.shared.db.write(move |tx| {
            Box::pin(async move {
                if !store::endpoint(tx, &id).await?.enabled {
                    return Err(is_disabled());
                }
                tx.publish(&WebhookTested { webhook_id: id }).await
            })
        });
        testing.await
    }
}
