//! A mail as pieces, and the two forms they are written in.

use askama::Template;
use mrml::prelude::parser::ParserOptions;
use mrml::prelude::render::RenderOptions;
use tradewind_kernel::{Error, Result};
use tradewind_platform::jobs::HOPELESS;

use crate::Written;

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
    pub(crate) quantity: i64,
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
        let mjml = readable(&self.render().map_err(Error::internal)?);
        Ok(Written { subject: readable(&self.subject), text: readable(&self.text()), html: html(&mjml)? })
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

/// Letters that no markup can hold, and that nobody reads: a title that was pasted with one must not keep a mail back.
fn readable(text: &str) -> String {
    let is_kept = |letter: &char| matches!(letter, '\n' | '\t') || !letter.is_control();
    text.chars().filter(is_kept).filter(|letter| !matches!(letter, '\u{fffe}' | '\u{ffff}')).collect()
}

/// What mail programs understand, made of what people can read. What cannot be made today cannot be made in an hour.
fn html(mjml: &str) -> Result<String> {
    let hopeless = |error: mrml::prelude::parser::Error| Error::internal(error).code(HOPELESS);
    let parsed = mrml::parse_with_options(mjml, &ParserOptions::default()).map_err(hopeless)?;
    // No font is fetched from anybody.
    let options = RenderOptions { disable_comments: true, social_icon_origin: None, fonts: Default::default() };
    parsed.element.render(&options).map_err(Error::internal)
}
