//! Events as others read them: CloudEvents 1.0 in structured JSON, with the id of the request as an extension.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tradewind_kernel::{Error, Result, Timestamp};

use super::{Delivery, LETTER_BYTES_MAX, Letter};

const VERSION: &str = "1.0";
/// The longest id, kind or aggregate that is taken from a broker, in bytes.
const NAME_BYTES_MAX: usize = 256;

#[derive(Serialize)]
struct Written<'a> {
    specversion: &'a str,
    id: &'a str,
    source: &'a str,
    r#type: &'a str,
    subject: &'a str,
    time: String,
    datacontenttype: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    requestid: Option<&'a str>,
    data: &'a RawValue,
}

/// What the shop reads of it; others may add to it.
#[derive(Deserialize)]
struct Read {
    specversion: String,
    id: String,
    r#type: String,
    #[serde(default)]
    subject: String,
    time: String,
    requestid: Option<String>,
    data: Box<RawValue>,
}

/// An event as a broker carries it. `source` says from which shop.
pub fn letter(delivery: &Delivery, source: &str) -> Result<Letter> {
    let written = Written {
        specversion: VERSION,
        id: &delivery.id,
        source,
        r#type: &delivery.kind,
        subject: &delivery.aggregate,
        time: delivery.at.to_string(),
        datacontenttype: "application/json",
        requestid: delivery.request_id.as_deref(),
        data: &delivery.body,
    };
    let body = serde_json::to_vec(&written).map_err(Error::internal)?;
    if body.len() > LETTER_BYTES_MAX {
        let text = format!("An event of {} bytes is too long for a broker; {LETTER_BYTES_MAX} is the most", body.len());
        return Err(Error::invalid("data", text));
    }
    Ok(Letter { id: delivery.id.clone(), kind: delivery.kind.clone(), body: Bytes::from(body) })
}

/// The event in what a broker brought. Anybody who may publish there may have written it.
pub(super) fn read(body: &[u8]) -> Result<Delivery> {
    let wrong = |field: &str, what: &str| Error::invalid(field, format!("This is no event of the shop: {what}"));
    if body.len() > LETTER_BYTES_MAX {
        return Err(wrong("data", "it is too long"));
    }
    let read: Read = serde_json::from_slice(body).map_err(|error| wrong("data", &error.to_string()))?;
    if read.specversion != VERSION {
        return Err(wrong("specversion", "it is not 1.0"));
    }
    for (field, text) in [("id", &read.id), ("type", &read.r#type)] {
        if text.is_empty() || text.len() > NAME_BYTES_MAX {
            return Err(wrong(field, "it is empty or too long"));
        }
    }
    let request_id = read.requestid.unwrap_or_default();
    for (field, text) in [("subject", &read.subject), ("requestid", &request_id)] {
        if text.len() > NAME_BYTES_MAX {
            return Err(wrong(field, "it is too long"));
        }
    }
    if !read.data.get().starts_with('{') {
        return Err(wrong("data", "it is no object"));
    }
    let at: Timestamp = read.time.parse().map_err(|_| wrong("time", "it is no moment of RFC 3339"))?;
    Ok(Delivery {
        id: read.id,
        kind: read.r#type,
        aggregate: read.subject,
        at,
        request_id: Some(request_id).filter(|id| !id.is_empty()),
        body: read.data,
        position: 0,
        attempts: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(data: &str) -> Delivery {
        Delivery {
            id: "evt_1".to_owned(),
            kind: "orders.placed".to_owned(),
            aggregate: "order_1".to_owned(),
            at: Timestamp(1_795_412_164_421),
            request_id: Some("req_1".to_owned()),
            body: RawValue::from_string(data.to_owned()).unwrap(),
            position: 7,
            attempts: 3,
        }
    }

    #[test]
    fn others_read_a_cloud_event() {
        let letter = letter(&event(r#"{"amount":"0.10"}"#), "https://shop.example.com").unwrap();
        let expected = r#"{"specversion":"1.0","id":"evt_1","source":"https://shop.example.com","type":"orders.placed","subject":"order_1","time":"2026-11-23T05:36:04.421Z","datacontenttype":"application/json","requestid":"req_1","data":{"amount":"0.10"}}"#;
        assert_eq!(letter.body, expected);
        let back = read(&letter.body).unwrap();
        let own =
            |event: &Delivery| format!("{:?}", (&event.id, &event.kind, &event.aggregate, event.at, &event.request_id));
        assert_eq!(own(&back), own(&event("{}")));
        assert_eq!(back.body.get(), r#"{"amount":"0.10"}"#, "to the byte");
    }

    #[test]
    fn what_is_no_event_is_said_to_be_none() {
        let good = String::from_utf8(letter(&event("{}"), "/").unwrap().body.to_vec()).unwrap();
        let long = "x".repeat(NAME_BYTES_MAX + 1);
        for (body, field) in [
            ("hello".to_owned(), "data"),
            (good.replace("\"1.0\"", "\"0.3\""), "specversion"),
            (good.replace("evt_1", ""), "id"),
            (good.replace("evt_1", &long), "id"),
            (good.replace("order_1", &long), "subject"),
            (good.replace("2026-11-23", "yesterday"), "time"),
            (good.replace("{}", "5"), "data"),
            (good.replace("{}", &format!("\"{}\"", "x".repeat(LETTER_BYTES_MAX))), "data"),
        ] {
            assert_eq!(read(body.as_bytes()).unwrap_err().field(), Some(field), "{}", &body[..body.len().min(300)]);
        }
        let long = format!("\"{}\"", "x".repeat(LETTER_BYTES_MAX));
        assert_eq!(letter(&event(&long), "/").unwrap_err().field(), Some("data"));
    }
}
