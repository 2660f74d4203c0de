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
                // With its neighbours, and then by itself.
                if event.id == "n1" && counted.fetch_add(1, Ordering::SeqCst) < 2 {
                    return Err(Error::internal("the first tries fail"));
                }
                Ok(())
            })
        });
        let relay = Relay::new(bench.db.clone(), reactions);
        let publish = |id: &str| {
            let noted = Noted { id: id.to_owned(), number: 1 };
            bench.db.write(move |tx| Box::pin(async move { tx.publish(&noted).await }))
        };
        for id in ["n0", "n1", "n2"] {
            publish(id).await.unwrap();
        }
        assert_eq!(relay.deliver_waiting().await.unwrap(), 1, "what came before the failure is kept");
        assert_eq!(count(&bench.db, "test_note").await, 1, "a failed reaction leaves nothing behind");
        assert_eq!(relay.deliver_waiting().await.unwrap(), 2);
        assert_eq!(relay.deliver_waiting().await.unwrap(), 0);
        assert_eq!(count(&bench.db, "test_note").await, 3);
        assert_eq!(count(&bench.db, "platform_outbox").await, 0);
    }
}
