//! Events: delivered once, in order, and again after a failure.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tradewind_kernel::Error;
use tradewind_platform::events::{Reactions, Relay};

use crate::bench::{Noted, count, on_each_engine};

on_each_engine! {
    async fn an_event_reaches_its_reaction_once_and_a_failing_one_is_tried_again(bench) {
        let tries = Arc::new(AtomicU32::new(0));
        let mut reactions = Reactions::default();
        let counted = Arc::clone(&tries);
        reactions.on::<Noted>("copies", move |tx, event| {
            let counted = Arc::clone(&counted);
            Box::pin(async move {
                tx.insert_document("test_note", &event.id, &1, &[]).await?;
                if counted.fetch_add(1, Ordering::SeqCst) == 0 {
                    return Err(Error::internal("the first try fails"));
                }
                Ok(())
            })
        });
        let relay = Relay::new(bench.db.clone(), reactions);
        bench.db.write(|tx| Box::pin(async move { tx.publish(&Noted { id: "n1".to_owned(), number: 1 }).await })).await.unwrap();
        assert_eq!(relay.deliver_waiting().await.unwrap(), 0);
        assert_eq!(count(&bench.db, "test_note").await, 0, "a failed reaction leaves nothing behind");
        assert_eq!(relay.deliver_waiting().await.unwrap(), 1);
        assert_eq!(relay.deliver_waiting().await.unwrap(), 0);
        assert_eq!(count(&bench.db, "test_note").await, 1);
        assert_eq!(count(&bench.db, "platform_outbox").await, 0);
    }
}
