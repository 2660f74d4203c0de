//! Limits of queues as they are written: `["reports=1", "mail=600"]`.

use std::collections::BTreeMap;

use serde::Deserialize;
use tradewind_platform::jobs::{PER_MINUTE_MAX, is_queue_name};

/// A number for each of some queues.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub struct QueueNumbers(pub BTreeMap<String, u32>);

impl TryFrom<Vec<String>> for QueueNumbers {
    type Error = String;

    fn try_from(written: Vec<String>) -> Result<Self, String> {
        let mut numbers = BTreeMap::new();
        for entry in written {
            let (name, number) = entry.split_once('=').unwrap_or((&entry, ""));
            let (name, number) = (name.trim(), number.trim().parse::<u32>().ok());
            match number {
                Some(number @ 1..=PER_MINUTE_MAX) if is_queue_name(name) => {
                    if numbers.insert(name.to_owned(), number).is_some() {
                        return Err(format!("the queue {name} is named twice"));
                    }
                }
                Some(0) => {
                    return Err(format!("{entry:?}: 1 is the least; `tradewind jobs pause {name}` stops a queue"));
                }
                _ => {
                    return Err(format!(
                        "{entry:?} is not the name of a queue and a number from 1 to {PER_MINUTE_MAX}, such as \
                         per_minute = [\"mail=600\"]"
                    ));
                }
            }
        }
        Ok(Self(numbers))
    }
}
