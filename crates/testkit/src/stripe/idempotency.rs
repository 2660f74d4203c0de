//! Answers kept by their idempotency keys, to be repeated.

use std::collections::HashMap;

use super::form::Form;
use super::refusal::StripeError;
use super::service::Reply;

struct Kept {
    endpoint: String,
    form: Form,
    /// Missing while it is being worked on.
    reply: Option<Reply>,
}

/// What is to be done with a request that has a key.
pub(super) enum Claim {
    /// It is the first; its answer is to be kept.
    Mine,
    /// It was answered before.
    Answered(Reply),
}

/// The answers, by key.
#[derive(Default)]
pub(super) struct KeptAnswers {
    by_key: HashMap<String, Kept>,
}

impl KeptAnswers {
    pub(super) fn claim(&mut self, key: &str, endpoint: &str, form: &Form) -> Result<Claim, StripeError> {
        let refused = |message: String| StripeError::new(400, "idempotency_error", message);
        if key.len() > 255 {
            return Err(refused("Idempotency keys can be up to 255 characters long.".to_owned()));
        }
        let Some(kept) = self.by_key.get(key) else {
            let kept = Kept { endpoint: endpoint.to_owned(), form: form.clone(), reply: None };
            self.by_key.insert(key.to_owned(), kept);
            return Ok(Claim::Mine);
        };
        if kept.endpoint != endpoint {
            return Err(refused(format!(
                "Keys for idempotent requests can only be used for the same endpoint they were first used for \
                 ('{endpoint}' vs '{}'). Try using a key other than '{key}' if you meant to execute a different request.",
                kept.endpoint
            )));
        }
        if kept.form != *form {
            return Err(refused(format!(
                "Keys for idempotent requests can only be used with the same parameters they were first used with. Try \
                 using a key other than '{key}' if you meant to execute a different request."
            )));
        }
        match &kept.reply {
            Some(reply) => Ok(Claim::Answered(Reply { is_replayed: true, ..reply.clone() })),
            None => {
                let message = format!(
                    "There is currently another in-progress request using this Idempotent Key ({key}). Please try \
                     again later."
                );
                Err(StripeError::new(409, "idempotency_error", message).code("idempotency_key_in_use"))
            }
        }
    }

    pub(super) fn keep(&mut self, key: &str, reply: Reply) {
        if let Some(kept) = self.by_key.get_mut(key) {
            kept.reply = Some(reply);
        }
    }
}
