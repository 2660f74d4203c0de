//! A mail as pieces, and the two forms they are written in.

use askama::Template;
use tradewind_kernel::{Error, Result};

use crate::Written;
use crate::pattern::TakenOut;

/// A mail, all of it in one language.
#[derive(Template)]
#[template(path = "mail.mjml", escape = "html")]
pub(crate) struct Page {
    pub(crate) language: &'static str,
    pub(crate) subject: String,
    pub(crate) heading: String,
    /// What a list of messages shows behind the subject.
    pub(crate) preview: String,
    pub(crate) shop: String,
    pub(crate) shop_url: String,
    pub(crate) pieces: Vec<Piece>,
    pub(crate) link_by_hand: &'static str,
    pub(crate) footer: String,
}

/// A piece of a mail.
pub(crate) enum Piece {
    Paragraph(String),
    /// Said in small letters.
    Note(String),
    Button {
        label: String,
        url: String,
    },
    Lines(Vec<Line>),
    /// Amounts; the last is the one that counts.
    Sums(Vec<(String, String)>),
    /// Something about the amounts before it.
    Aside(String),
    Facts {
        title: String,
        lines: Vec<Fact>,
    },
}

/// A line of something bought.
pub(crate) struct Line {
    pub(crate) picture: Option<String>,
    pub(crate) title: String,
    pub(crate) variant: Option<String>,
    pub(crate) quantity: String,
    pub(crate) amount: Option<String>,
}

/// A line of an address, or a number to follow a parcel by.
pub(crate) struct Fact {
    pub(crate) text: String,
    pub(crate) link: Option<(String, String)>,
}

impl Page {
    /// Both forms.
    pub(crate) fn written(&self) -> Result<Written> {
        let mut taken_out = TakenOut::default();
        let mjml = self.marked(&mut taken_out).render().map_err(Error::internal)?;
        let html = taken_out.put_back(&mjml)?;
        Ok(Written { subject: readable(&self.subject), text: readable(&self.text()), html })
    }

    /// The same page with marks for words.
    fn marked(&self, out: &mut TakenOut) -> Self {
        let mut mark = |word: &str| out.mark(&readable(word));
        let pieces = self.pieces.iter().map(|piece| piece.marked(&mut mark)).collect();
        Self {
            language: self.language,
            subject: mark(&self.subject),
            heading: mark(&self.heading),
            preview: mark(&self.preview),
            shop: mark(&self.shop),
            shop_url: mark(&self.shop_url),
            pieces,
            link_by_hand: self.link_by_hand,
            footer: mark(&self.footer),
        }
    }

    fn text(&self) -> String {
        let mut text = format!("{}\n\n", self.heading);
        for piece in &self.pieces {
            match piece {
                Piece::Paragraph(words) | Piece::Note(words) => text.push_str(&format!("{words}\n\n")),
                Piece::Button { label, url } => text.push_str(&format!("{label}:\n{url}\n\n")),
                Piece::Lines(lines) => {
                    for Line { title, variant, quantity, amount, .. } in lines {
                        let variant = variant.as_ref().map(|variant| format!(" ({variant})")).unwrap_or_default();
                        let amount = amount.as_ref().map(|amount| format!(": {amount}")).unwrap_or_default();
                        text.push_str(&format!("{quantity} × {title}{variant}{amount}\n"));
                    }
                    text.push('\n');
                }
                Piece::Sums(sums) => {
                    for (what, amount) in sums {
                        text.push_str(&format!("{what}: {amount}\n"));
                    }
                    text.push('\n');
                }
                Piece::Aside(words) => text.push_str(&format!("({words})\n\n")),
                Piece::Facts { title, lines } => {
                    text.push_str(&format!("{title}:\n"));
                    for Fact { text: words, link } in lines {
                        text.push_str(words);
                        if let Some((label, url)) = link {
                            text.push_str(&format!("\n{label}: {url}"));
                        }
                        text.push('\n');
                    }
                    text.push('\n');
                }
            }
        }
        text.push_str(&format!("--\n{}\n{}\n\n{}\n", self.shop, self.shop_url, self.footer));
        text
    }
}

impl Piece {
    fn marked(&self, mark: &mut impl FnMut(&str) -> String) -> Self {
        match self {
            Self::Paragraph(words) => Self::Paragraph(mark(words)),
            Self::Note(words) => Self::Note(mark(words)),
            Self::Aside(words) => Self::Aside(mark(words)),
            Self::Button { label, url } => Self::Button { label: mark(label), url: mark(url) },
            Self::Lines(lines) => Self::Lines(lines.iter().map(|line| line.marked(mark)).collect()),
            Self::Sums(sums) => Self::Sums(sums.iter().map(|(what, amount)| (mark(what), mark(amount))).collect()),
            Self::Facts { title, lines } => {
                Self::Facts { title: mark(title), lines: lines.iter().map(|fact| fact.marked(mark)).collect() }
            }
        }
    }
}

impl Line {
    fn marked(&self, mark: &mut impl FnMut(&str) -> String) -> Self {
        Self {
            picture: self.picture.as_deref().map(&mut *mark),
            title: mark(&self.title),
            variant: self.variant.as_deref().map(&mut *mark),
            quantity: mark(&self.quantity),
            amount: self.amount.as_deref().map(&mut *mark),
        }
    }
}

impl Fact {
    fn marked(&self, mark: &mut impl FnMut(&str) -> String) -> Self {
        Self { text: mark(&self.text), link: self.link.as_ref().map(|(label, url)| (mark(label), mark(url))) }
    }
}

/// Letters that no markup can hold, and that nobody reads: a title that was pasted with one must not keep a mail back.
fn readable(text: &str) -> String {
    let is_kept = |letter: &char| matches!(letter, '\n' | '\t') || !letter.is_control();
    text.chars().filter(is_kept).filter(|letter| !matches!(letter, '\u{fffe}' | '\u{ffff}')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::html;
    use crate::{Kind, Language, Outreach, compose, sample};

    #[test]
    fn a_filled_pattern_is_what_the_page_itself_would_be() {
        let shop = "Ampersand & \"Sons\" <it's> ⟦7⟧ Ærø".to_owned();
        for language in [Language::English, Language::German, Language::Danish] {
            let outreach =
                Outreach { shop: shop.clone(), public_url: "https://shop.example/?a=1&b=2".to_owned(), language };
            for kind in Kind::ALL {
                let page = compose::page(&outreach, &sample::letter(kind), language);
                // The first makes the pattern, the second fills it in again.
                for _ in 0..2 {
                    let whole = html(&readable(&page.render().unwrap())).unwrap();
                    assert_eq!(page.written().unwrap().html, whole, "{kind:?}");
                }
            }
        }
    }
}
