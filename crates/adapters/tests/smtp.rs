//! Mail through SMTP, on a real line: the port's promises, what servers answer, and what networks do.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::time::Duration;

use tradewind_adapters::smtp::{SmtpMailer, SmtpOptions};
use tradewind_kernel::{Clock, Result, Rng, Secret, Timestamp};
use tradewind_platform::jobs::HOPELESS;
use tradewind_platform::mail::conformance::{self, header_of, ids, mail};
use tradewind_platform::mail::{Mail, Mailer as _, Sender};
use tradewind_services::{FaultProxy, Line, SmtpServer, Stage};

/// `\0shop\0p@ss/word`, as AUTH PLAIN sends it.
const LOGIN: &str = "AHNob3AAcEBzcy93b3Jk";

fn options(url: &str) -> SmtpOptions {
    SmtpOptions { url: Secret::new(url), answer_max: Duration::from_millis(500), connections_max: 4 }
}

fn mailer_with(options: &SmtpOptions) -> Result<SmtpMailer> {
    let clock = Clock::manual(Timestamp(1_700_000_000_000));
    SmtpMailer::open(options, Sender::parse("Shop <shop@example.com>").unwrap(), clock)
}

/// A mailer to this host, unencrypted.
fn mailer(host: &str) -> SmtpMailer {
    mailer_with(&options(&format!("smtp://{host}?tls=none"))).unwrap()
}

fn messages(server: &SmtpServer) -> Vec<String> {
    server.taken().into_iter().map(|taken| taken.message).collect()
}

#[tokio::test]
async fn smtp_keeps_the_ports_promises() {
    let server = SmtpServer::new();
    conformance::suite(&mailer(&server.host()), || messages(&server)).await;
    assert!(server.taken().iter().all(|taken| taken.from == "shop@example.com" && taken.to == ["ada@example.com"]));
    assert!(server.connections() <= 4, "connections are used again: {} were made", server.connections());
}

#[tokio::test]
async fn whoever_has_a_login_signs_in() {
    let server = SmtpServer::with_login(LOGIN);
    let right = mailer_with(&options(&format!("smtp://shop:p%40ss%2Fword@{}?tls=none", server.host()))).unwrap();
    right.check().await.unwrap();
    right.send(&mail("a")).await.unwrap();
    assert_eq!(server.taken()[0].signed_in.as_deref(), Some(LOGIN));

    let wrong = mailer_with(&options(&format!("smtp://shop:hush@{}?tls=none", server.host()))).unwrap();
    let error = wrong.check().await.unwrap_err();
    assert_eq!(error.field(), Some("url"));
    let said = format!("{error:?}");
    assert!(said.contains("are user and password right?") && !said.contains("hush"), "{said}");
    for mailer in [wrong, mailer(&server.host())] {
        let error = mailer.send(&mail("b")).await.unwrap_err();
        assert!(!error.is(HOPELESS), "a wrong password is mended, and the mails wait for it: {error:?}");
    }
    assert_eq!(server.taken().len(), 1);
}

#[tokio::test]
async fn a_server_that_cannot_encrypt_is_told_nothing() {
    let server = SmtpServer::with_login(LOGIN);
    let careful = mailer_with(&options(&format!("smtp://shop:p%40ss%2Fword@{}", server.host()))).unwrap();
    let error = careful.check().await.unwrap_err();
    assert!(error.field() == Some("url") && error.message().contains("?tls=none"), "{error:?}");
    assert!(!careful.send(&mail("a")).await.unwrap_err().is(HOPELESS));
    let implicit = mailer_with(&options(&format!("smtps://shop:p%40ss%2Fword@{}", server.host()))).unwrap();
    assert_eq!(implicit.check().await.unwrap_err().field(), Some("url"));
    assert!(server.taken().is_empty());
}

#[tokio::test]
async fn answers_are_sorted_into_later_and_never() {
    let server = SmtpServer::new();
    let mailer = mailer(&server.host());
    let ada = "ada@example.com";
    for (stage, answer, is_hopeless) in [
        (Stage::Greeting, "554 5.3.2 not today", false),
        (Stage::Hello, "421 4.3.2 closing", false),
        (Stage::Sender, "451 4.3.0 try later", false),
        (Stage::Recipient, "450 4.2.1 <ada@example.com>: mailbox busy", false),
        (Stage::Recipient, "550 5.1.1 <ada@example.com>: no such user ADA", true),
        (Stage::Sender, "553 5.1.8 we do not know you", true),
        (Stage::Data, "452 4.3.1 disk full", false),
        (Stage::Message, "554 5.7.1 spam", true),
        (Stage::Message, "451 4.7.0 greylisted", false),
        (Stage::Recipient, "530 5.7.0 sign in first", false),
    ] {
        // A new connection each time, so that the greeting is heard.
        server.close_connections();
        server.say(stage, 1, answer);
        let error = mailer.send(&mail("a")).await.unwrap_err();
        let said = format!("{error:?}");
        assert_eq!(error.is(HOPELESS), is_hopeless, "{answer}: {said}");
        assert!(!said.to_lowercase().contains("ada") && !said.contains('@'), "{answer}: {said}");
        let code = answer.split(' ').next().unwrap();
        assert!(said.contains(code), "the reason is kept: {said}");
        assert!(server.taken().is_empty(), "{answer} of {ada}");
        mailer.send(&mail("b")).await.unwrap();
        assert_eq!(messages(&server).len(), 1, "the next message goes its way after {answer}");
        server.forget();
    }
}

#[tokio::test]
async fn connections_that_the_server_closed_are_made_anew() {
    let server = SmtpServer::new();
    let mailer = mailer(&server.host());
    for number in 0..3 {
        mailer.send(&mail(&format!("n-{number}"))).await.unwrap();
        server.close_connections();
    }
    assert_eq!((server.taken().len(), server.connections()), (3, 3));
}

#[tokio::test]
async fn a_mail_whose_answer_was_lost_comes_again_as_the_same() {
    let server = SmtpServer::new();
    let mailer = mailer(&server.host());
    server.lose_answers(2);
    let tries = tries(&mailer, &mail("order-placed-7")).await;
    assert_eq!(tries, 3);
    let messages = messages(&server);
    assert_eq!(messages.len(), 3);
    assert_eq!(ids(&messages), ["<order-placed-7@example.com>"], "whoever has it three times sees that it is one");
}

/// Sends until it is sent, as the job does; says how often.
async fn tries(mailer: &SmtpMailer, mail: &Mail) -> usize {
    for tried in 1..=40 {
        match mailer.send(mail).await {
            Ok(()) => return tried,
            Err(error) => assert!(!error.is(HOPELESS), "no fault of the line is the mail's: {error:?}"),
        }
    }
    panic!("{mail:?} was never sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn over_a_bad_line_each_mail_arrives() {
    for seed in 0..3 {
        let rng = Rng::seeded(seed);
        let server = SmtpServer::new();
        let proxy = FaultProxy::to(&server.host());
        let mailer = mailer(&proxy.host());
        let mut lost = 0;
        for number in 0..12 {
            let fault = match rng.below(6) {
                0 => Line::Cut,
                1 => Line::Silent,
                2 => Line::Slow(Duration::from_millis(2 + rng.below(20))),
                3 => Line::Slow(Duration::from_millis(200)),
                4 => Line::Narrow(200_000),
                _ => Line::Open,
            };
            proxy.set(fault);
            if rng.below(4) == 0 {
                server.hang_up(Stage::Data, 1);
            } else if rng.below(4) == 0 {
                server.lose_answers(1);
            }
            let message = mail(&format!("bad-line-{number}"));
            if mailer.send(&message).await.is_err() {
                lost += 1;
                proxy.set(Line::Open);
                tries(&mailer, &message).await;
            }
        }
        let messages = messages(&server);
        assert_eq!(ids(&messages).len(), 12, "seed {seed}: none is lost");
        assert!(messages.len() <= 12 + lost, "seed {seed}: only one whose answer was lost comes twice");
        assert!(messages.iter().all(|message| header_of(message, "Subject").as_deref() == Some("Your order")));
    }
}

#[tokio::test]
async fn a_silent_server_costs_no_more_than_it_may() {
    let server = SmtpServer::new();
    let proxy = FaultProxy::to(&server.host());
    let mailer = mailer(&proxy.host());
    mailer.send(&mail("a")).await.unwrap();
    proxy.set(Line::Silent);
    let error = mailer.send(&mail("b")).await.unwrap_err();
    assert!(error.message().contains("did not answer within 0.5 s") && !error.is(HOPELESS), "{error:?}");
    proxy.set(Line::Open);
    mailer.send(&mail("c")).await.unwrap();
    assert_eq!(ids(&messages(&server)), ["<a@example.com>", "<c@example.com>"], "what was given up is not half sent");
}

#[tokio::test]
async fn nobody_there_is_said_with_the_setting() {
    let error = mailer("127.0.0.1:1").check().await.unwrap_err();
    assert!(error.field() == Some("url") && error.message().contains("127.0.0.1:1"), "{error:?}");
    assert!(mailer_with(&options("pop3://mail.example.com")).is_err());
}
