//! What each mail says, piece by piece.

use crate::Outreach;
use crate::amount::amount;
use crate::letter::{Letter, OrderFacts, OrderLine, OrderName, Tracking};
use crate::page::{Fact, Line, Page, Piece};
use crate::words::{Language, Words, fill};

/// A letter in one language.
pub(crate) fn page(outreach: &Outreach, letter: &Letter, language: Language) -> Page {
    let writer = Writer { outreach, language, words: language.words() };
    let words = writer.words;
    match letter {
        Letter::Welcome { first_name } => writer.welcome(first_name.as_deref()),
        Letter::OrderPlaced(facts) => writer.placed(facts),
        Letter::OrderShipped { order, lines, tracking, address } => writer.shipped(order, lines, tracking, address),
        Letter::OrderRefunded { order, amount: money } => {
            let amount = amount(*money, language);
            let say = |sentence| writer.say(sentence, Some(order), &amount);
            let pieces = vec![
                Piece::Paragraph(say(words.refunded_text)),
                Piece::Note(say(words.refunded_when)),
                writer.button(words.see_order, &order_path(order)),
            ];
            writer.page(say(words.refunded_subject), say(words.refunded_heading), pieces)
        }
        Letter::OrderCanceled { order } => {
            let say = |sentence| writer.say(sentence, Some(order), "");
            let pieces = vec![
                Piece::Paragraph(say(words.canceled_text)),
                Piece::Note(say(words.canceled_money)),
                writer.button(words.see_order, &order_path(order)),
            ];
            writer.page(say(words.canceled_subject), say(words.canceled_heading), pieces)
        }
        Letter::PasswordReset { is_staff, token } => {
            let path = format!("{}/reset-password?token={}", area(*is_staff), token.expose());
            writer.proof(
                None,
                [words.password_subject, words.password_text, words.password_button, words.password_note],
                &path,
            )
        }
        Letter::EmailVerification { is_staff, token } => {
            let path = format!("{}/verify-email?token={}", area(*is_staff), token.expose());
            writer.proof(None, [words.verify_subject, words.verify_text, words.verify_button, words.verify_note], &path)
        }
        Letter::StaffInvitation { token } => {
            let path = format!("app/invite?token={}", token.expose());
            writer.proof(None, [words.invite_subject, words.invite_text, words.invite_button, words.invite_note], &path)
        }
        Letter::OrderTransfer { order, token } => {
            let path = format!("{}/transfer?token={}", order_path(order), token.expose());
            writer.proof(
                Some(order),
                [words.transfer_subject, words.transfer_text, words.transfer_button, words.transfer_note],
                &path,
            )
        }
    }
}

/// Customers and staff have pages of their own.
fn area(is_staff: bool) -> &'static str {
    if is_staff { "app" } else { "account" }
}

fn order_path(order: &OrderName) -> String {
    format!("orders/{}", order.id)
}

struct Writer<'a> {
    outreach: &'a Outreach,
    language: Language,
    words: &'static Words,
}

impl Writer<'_> {
    fn welcome(&self, first_name: Option<&str>) -> Page {
        let words = self.words;
        let hello = match first_name {
            Some(name) => fill(words.hello_name, &[("name", name)]),
            None => words.hello.to_owned(),
        };
        let pieces = vec![
            Piece::Paragraph(hello),
            Piece::Paragraph(words.welcome_text.to_owned()),
            self.button(words.welcome_button, "account"),
        ];
        let subject = self.say(words.welcome_subject, None, "");
        let mut page = self.page(subject.clone(), subject, pieces);
        words.welcome_text.clone_into(&mut page.preview);
        page
    }

    fn placed(&self, facts: &OrderFacts) -> Page {
        let words = self.words;
        let say = |sentence| self.say(sentence, Some(&facts.name), "");
        let money = |money| amount(money, self.language);
        let mut sums = vec![(words.shipping.to_owned(), money(facts.shipping))];
        if facts.paid_otherwise.minor != 0 {
            let paid = tradewind_kernel::Money { minor: -facts.paid_otherwise.minor, ..facts.paid_otherwise };
            sums.push((words.paid_otherwise.to_owned(), money(paid)));
        }
        sums.push((words.total.to_owned(), money(facts.total)));
        let mut asides = vec![format!("{} {}", words.taxes_within, money(facts.taxes))];
        if facts.saved.minor > 0 {
            asides.push(format!("{} {}", words.saved, money(facts.saved)));
        }
        let mut pieces = vec![
            Piece::Paragraph(say(words.placed_text)),
            Piece::Lines(facts.lines.iter().map(|line| self.line(line, true)).collect()),
            Piece::Sums(sums),
            Piece::Aside(asides.join(" · ")),
        ];
        pieces.extend(self.address(&facts.address));
        if let Some(method) = &facts.shipping_method {
            pieces.push(Piece::Facts { title: words.sent_by.to_owned(), lines: vec![plain(method)] });
        }
        pieces.push(self.button(words.see_order, &order_path(&facts.name)));
        self.page(say(words.placed_subject), words.placed_heading.to_owned(), pieces)
    }

    fn shipped(&self, order: &OrderName, lines: &[OrderLine], tracking: &[Tracking], address: &[String]) -> Page {
        let words = self.words;
        let say = |sentence| self.say(sentence, Some(order), "");
        let mut pieces = vec![Piece::Paragraph(say(words.shipped_text))];
        if !tracking.is_empty() {
            let numbers = tracking.iter().map(|tracking| Fact {
                text: tracking.number.clone(),
                link: tracking.url.as_deref().and_then(link).map(|url| (words.follow.to_owned(), url)),
            });
            pieces.push(Piece::Facts { title: words.tracking.to_owned(), lines: numbers.collect() });
        }
        if !lines.is_empty() {
            pieces.push(Piece::Facts { title: words.shipped_contents.to_owned(), lines: Vec::new() });
            pieces.push(Piece::Lines(lines.iter().map(|line| self.line(line, false)).collect()));
        }
        pieces.extend(self.address(address));
        pieces.push(self.button(words.see_order, &order_path(order)));
        self.page(say(words.shipped_subject), words.shipped_heading.to_owned(), pieces)
    }

    /// A mail that asks for nothing but that its link is followed: subject, reason, what the link does, and how long.
    fn proof(&self, order: Option<&OrderName>, [subject, reason, button, note]: [&str; 4], path: &str) -> Page {
        let say = |sentence| self.say(sentence, order, "");
        let pieces = vec![Piece::Paragraph(say(reason)), self.button(button, path), Piece::Note(say(note))];
        self.page(say(subject), say(subject), pieces)
    }

    fn page(&self, subject: String, heading: String, pieces: Vec<Piece>) -> Page {
        let first = pieces.iter().find_map(|piece| match piece {
            Piece::Paragraph(words) => Some(words.clone()),
            _ => None,
        });
        Page {
            language: self.language.code(),
            preview: first.unwrap_or_default(),
            subject,
            heading,
            shop: self.outreach.shop.clone(),
            shop_url: self.outreach.public_url.clone(),
            pieces,
            link_by_hand: self.words.link_by_hand,
            footer: self.say(self.words.footer, None, ""),
        }
    }

    fn say(&self, sentence: &str, order: Option<&OrderName>, amount: &str) -> String {
        let number = order.map(|order| order.display_id.to_string()).unwrap_or_default();
        fill(sentence, &[("shop", &self.outreach.shop), ("order", &number), ("amount", amount)])
    }

    fn button(&self, label: &str, path: &str) -> Piece {
        Piece::Button { label: label.to_owned(), url: format!("{}/{path}", self.outreach.public_url) }
    }

    fn line(&self, line: &OrderLine, with_amount: bool) -> Line {
        Line {
            picture: line.picture.as_deref().and_then(|picture| self.picture(picture)),
            title: line.title.clone(),
            variant: line.variant.clone(),
            quantity: line.quantity.to_string(),
            amount: with_amount.then(|| amount(line.total, self.language)),
        }
    }

    /// A picture by its whole address: a mail is read elsewhere.
    fn picture(&self, picture: &str) -> Option<String> {
        match picture.strip_prefix('/') {
            Some(path) if !path.starts_with('/') => Some(format!("{}/{path}", self.outreach.public_url)),
            _ => link(picture),
        }
    }

    fn address(&self, lines: &[String]) -> Option<Piece> {
        let lines: Vec<_> = lines.iter().map(|line| plain(line)).collect();
        (!lines.is_empty()).then(|| Piece::Facts { title: self.words.sent_to.to_owned(), lines })
    }
}

fn plain(text: &str) -> Fact {
    Fact { text: text.to_owned(), link: None }
}

/// An address of the web; whatever else a link could start is left out.
fn link(url: &str) -> Option<String> {
    let is_web = ["https://", "http://"]
        .iter()
        .any(|scheme| url.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme)));
    (is_web && !url.chars().any(|letter| letter.is_control() || letter.is_whitespace())).then(|| url.to_owned())
}
