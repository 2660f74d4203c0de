//! The behaviour that every mailer must show.
#![expect(clippy::unwrap_used, reason = "a failing suite panics")]

use futures::future::join_all;
use tradewind_kernel::Secret;

use super::{Mail, Mailer};
use crate::jobs::HOPELESS;

/// Lines that something on the way takes for something else: the end of a message, the beginning of the next, a header.
const TRAPS: [&str; 7] = [
    "Grüße aus Ærøskøbing, 東京 und 🌬",
    ".",
    "..two",
    "From all of us",
    ">From a quote",
    "Bcc: somebody@example.com",
    "a=3D sign, and a blank at the end ",
];

/// A message to somebody.
#[must_use]
pub fn mail(key: &str) -> Mail {
    Mail {
        key: key.to_owned(),
        to: Secret::new("ada@example.com"),
        subject: "Your order".to_owned(),
        text: TRAPS.join("\n"),
        html: format!("<p>{}</p>", TRAPS.join("<br>\n")),
    }
}

/// Runs the whole suite against a mailer from `Shop <shop@example.com>` that has sent nothing yet; panics with what is wrong.
/// `arrived` answers with all messages that have arrived so far, in order, as a mail program reads them.
pub async fn suite(mailer: &dyn Mailer, arrived: impl Fn() -> Vec<String>) {
    mailer.check().await.unwrap();
    assert!(arrived().is_empty(), "a check sends nothing");

    mailer.send(&mail("order-placed-1")).await.unwrap();
    let [message] = <[String; 1]>::try_from(arrived()).unwrap();
    for (header, expected) in [
        ("From", "Shop <shop@example.com>"),
        ("To", "ada@example.com"),
        ("Subject", "Your order"),
        ("Message-ID", "<order-placed-1@example.com>"),
        ("Auto-Submitted", "auto-generated"),
    ] {
        assert_eq!(header_of(&message, header).as_deref(), Some(expected), "{header} of\n{message}");
    }
    assert!(header_of(&message, "Date").is_some(), "{message}");
    let parts = parts_of(&message);
    assert_eq!(parts.len(), 2, "a text and an HTML part:\n{message}");
    assert_eq!(parts[0], TRAPS.join("\n"), "the text arrives to the letter");
    assert_eq!(parts[1], mail("any").html, "the HTML arrives to the letter");

    mailer.send(&mail("order-placed-1")).await.unwrap();
    assert_eq!(ids(&arrived()), ["<order-placed-1@example.com>"], "sent again it is the same message");

    all_at_once(mailer, &arrived).await;
    names_are_no_headers(mailer, &arrived).await;
    hopeless_ones_are_told_apart(mailer, &arrived).await;
}

async fn all_at_once(mailer: &dyn Mailer, arrived: &impl Fn() -> Vec<String>) {
    let before = ids(&arrived()).len();
    let mails: Vec<_> = (0..20).map(|number| mail(&format!("crowd-{number}"))).collect();
    for outcome in join_all(mails.iter().map(|mail| mailer.send(mail))).await {
        outcome.unwrap();
    }
    let messages = arrived();
    assert_eq!(ids(&messages).len(), before + 20, "each of many at once arrives");
    assert!(messages.iter().all(|message| parts_of(message)[0] == TRAPS.join("\n")), "none is mixed with another");
}

async fn names_are_no_headers(mailer: &dyn Mailer, arrived: &impl Fn() -> Vec<String>) {
    let odd = Mail { subject: "Ærø\r\nBcc: eve@example.com\r\n\r\nHello".to_owned(), ..mail("odd-subject") };
    mailer.send(&odd).await.unwrap();
    let message = arrived().pop().unwrap();
    assert_eq!(header_of(&message, "Bcc"), None, "a line end in a subject begins no header:\n{message}");
    assert_eq!(parts_of(&message)[0], TRAPS.join("\n"));
}

async fn hopeless_ones_are_told_apart(mailer: &dyn Mailer, arrived: &impl Fn() -> Vec<String>) {
    let before = arrived().len();
    for (key, to, field) in [
        ("no-address", "nobody", "email"),
        ("no-address", "", "email"),
        ("two-lines", "ada@example.com\r\nRCPT TO:<eve@example.com>", "email"),
        ("no key", "ada@example.com", "key"),
        ("../escape", "ada@example.com", "key"),
    ] {
        let error = mailer.send(&Mail { to: Secret::new(to), ..mail(key) }).await.unwrap_err();
        assert_eq!((error.field(), error.is(HOPELESS)), (Some(field), true), "{key} {to}: {error:?}");
        assert!(!format!("{error:?}").contains('@'), "an error shows no address: {error:?}");
    }
    assert_eq!(arrived().len(), before, "what is refused does not arrive");
}

/// The ids of messages, each once.
#[must_use]
pub fn ids(messages: &[String]) -> Vec<String> {
    let mut ids: Vec<String> = messages.iter().filter_map(|message| header_of(message, "Message-ID")).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// A header of a message, its lines joined.
#[must_use]
pub fn header_of(message: &str, name: &str) -> Option<String> {
    let message = message.replace("\r\n", "\n");
    let head = message.split("\n\n").next()?.replace("\n ", " ").replace("\n\t", " ");
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned))
}

/// The parts of a message, decoded.
#[must_use]
pub fn parts_of(message: &str) -> Vec<String> {
    let message = message.replace("\r\n", "\n");
    let Some(boundary) = message.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next()) else {
        return Vec::new();
    };
    let between = format!("--{boundary}");
    let pieces = message.split(&between).skip(1).filter(|piece| !piece.starts_with("--"));
    pieces
        .map(|piece| {
            let (head, body) = piece.split_once("\n\n").unwrap_or((piece, ""));
            let body = body.strip_suffix('\n').unwrap_or(body);
            match header_of(head.trim_start(), "Content-Transfer-Encoding").as_deref() {
                Some("quoted-printable") => unquoted(body),
                _ => body.to_owned(),
            }
        })
        .collect()
}

/// Quoted-printable text as it was written.
#[must_use]
pub fn unquoted(text: &str) -> String {
    let text = text.replace("=\n", "");
    let (mut bytes, mut rest) = (Vec::with_capacity(text.len()), text.as_bytes());
    while let [first, tail @ ..] = rest {
        let code = (*first == b'=')
            .then(|| tail.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()))
            .flatten();
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
