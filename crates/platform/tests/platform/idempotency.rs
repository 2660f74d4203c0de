//! Idempotency keys: claimed once, taken over, answered again.

use std::sync::Arc;

use tradewind_kernel::ErrorKind;
use tradewind_platform::idempotency::{Claiming, IdempotencyKeys, KeptAnswer};

use crate::bench::{add_note, count, on_each_engine};

on_each_engine! {
    async fn a_claim_that_was_taken_over_has_no_effect_any_more(bench) {
        let keys = IdempotencyKeys::new(bench.db.clone(), 60);
        let claimed = async || match keys.claim("id", "question", false).await.unwrap() {
            Claiming::Claimed(claim) => claim,
            other => panic!("{other:?}"),
        };
        let slow = claimed().await;
        assert!(matches!(keys.claim("id", "question", false).await.unwrap(), Claiming::InFlight));
        assert!(matches!(keys.claim("id", "another", false).await.unwrap(), Claiming::OtherRequest));
        bench.clock.advance_seconds(60);
        let quick = claimed().await;
        let late = Arc::clone(&slow).scope(add_note(&bench.db, "slow", false)).await.unwrap_err();
        assert_eq!(late.kind(), ErrorKind::Conflict);
        // What fails leaves no mark: the key can be given back.
        Arc::clone(&quick).scope(add_note(&bench.db, "failed", true)).await.unwrap_err();
        keys.finish(&quick, None).await.unwrap();
        let third = claimed().await;
        Arc::clone(&third).scope(add_note(&bench.db, "third", false)).await.unwrap();
        assert_eq!(count(&bench.db, "test_note").await, 1);
        // It had its effect; without an answer the retry is told so, at once.
        keys.finish(&third, None).await.unwrap();
        assert!(matches!(keys.claim("id", "question", false).await.unwrap(), Claiming::AnswerLost));
        assert!(matches!(keys.claim("id", "question", true).await.unwrap(), Claiming::Claimed(_)));
        let answer = KeptAnswer { status: 200, content_type: None, body: "late".to_owned() };
        keys.finish(&slow, Some(answer)).await.unwrap();
        assert!(matches!(keys.claim("id", "question", true).await.unwrap(), Claiming::InFlight));
    }
}
