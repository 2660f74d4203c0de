//! Promotions, campaigns and price lists at the door.

mod price_lists;
mod promotions;

use serde_json::Value;

use crate::bench::Bench;

impl Bench {
    /// A refusal: the status and the message.
    async fn refused(&self, path: &str, body: Value) -> (u16, String) {
        let (status, answer) = self.send("POST", path, Some(&self.staff), Some(&body.to_string())).await;
        assert!(status >= 400, "POST {path} {body}: {answer}");
        (status, answer["message"].as_str().unwrap().to_owned())
    }

    async fn delete(&self, path: &str) -> Value {
        let (status, answer) = self.send("DELETE", path, Some(&self.staff), None).await;
        assert_eq!(status, 200, "DELETE {path}: {answer}");
        answer
    }
}

/// The names of an object's fields, sorted.
fn names(object: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

/// One field of each item of a list.
fn each<'v>(list: &'v Value, field: &str) -> Vec<&'v str> {
    list.as_array().unwrap().iter().map(|item| item[field].as_str().unwrap()).collect()
}
