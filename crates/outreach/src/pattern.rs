//! Mails of the same build: the markup is turned into what mail programs understand once, and filled in for each mail.
//!
//! Reading MJML and writing its tables takes longer than all else that an order's receipt needs. Receipts of two lines differ in
//! their words alone, so the work is done on a page whose words are marks, and kept.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use mrml::prelude::parser::ParserOptions;
use mrml::prelude::render::RenderOptions;
use tradewind_kernel::{Error, Result};
use tradewind_platform::jobs::HOPELESS;

/// So many builds are kept at most; each is some 20 KB.
const KEPT_MAX: usize = 64;
/// Stand around the number of a word. The template has none of them, and they go through markup and attributes as they are.
const MARK: (char, char) = ('⟦', '⟧');

static KEPT: LazyLock<Mutex<HashMap<String, Arc<Pattern>>>> = LazyLock::new(Mutex::default);

/// A finished document with gaps.
struct Pattern {
    /// What stands before each gap, and the number of the word in it.
    before: Vec<(String, usize)>,
    end: String,
}

/// The words of a page, taken out of it one by one.
#[derive(Default)]
pub(crate) struct TakenOut {
    words: Vec<String>,
}

impl TakenOut {
    /// What stands for this word.
    pub(crate) fn mark(&mut self, word: &str) -> String {
        let mark = format!("{}{}{}", MARK.0, self.words.len(), MARK.1);
        self.words.push(escaped(word));
        mark
    }

    /// The document made of this markup, with the words put back in.
    pub(crate) fn put_back(&self, mjml: &str) -> Result<String> {
        let pattern = pattern_of(mjml)?;
        let mut html = String::with_capacity(24 * 1024);
        for (before, number) in &pattern.before {
            html.push_str(before);
            html.push_str(self.words.get(*number).map_or("", String::as_str));
        }
        html.push_str(&pattern.end);
        Ok(html)
    }
}

fn pattern_of(mjml: &str) -> Result<Arc<Pattern>> {
    let kept = || KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(pattern) = kept().get(mjml) {
        return Ok(Arc::clone(pattern));
    }
    let pattern = Arc::new(Pattern::of(&html(mjml)?)?);
    let mut kept = kept();
    if kept.len() >= KEPT_MAX {
        kept.clear();
    }
    kept.insert(mjml.to_owned(), Arc::clone(&pattern));
    Ok(pattern)
}

impl Pattern {
    fn of(html: &str) -> Result<Self> {
        let (mut before, mut rest) = (Vec::new(), html);
        while let Some((text, marked)) = rest.split_once(MARK.0) {
            let broken = || Error::internal("a mail's mark came out broken").code(HOPELESS);
            let (number, behind) = marked.split_once(MARK.1).ok_or_else(broken)?;
            before.push((text.to_owned(), number.parse().map_err(|_| broken())?));
            rest = behind;
        }
        Ok(Self { before, end: rest.to_owned() })
    }
}

/// What mail programs understand, made of what people can read. What cannot be made today cannot be made in an hour.
pub(crate) fn html(mjml: &str) -> Result<String> {
    let hopeless = |error: mrml::prelude::parser::Error| Error::internal(error).code(HOPELESS);
    let parsed = mrml::parse_with_options(mjml, &ParserOptions::default()).map_err(hopeless)?;
    // No font is fetched from anybody.
    let options = RenderOptions { disable_comments: true, social_icon_origin: None, fonts: Default::default() };
    parsed.element.render(&options).map_err(Error::internal)
}

/// As the template escapes words, for text and attributes alike.
fn escaped(word: &str) -> String {
    let mut escaped = String::with_capacity(word.len() + 16);
    for letter in word.chars() {
        match letter {
            '&' => escaped.push_str("&#38;"),
            '<' => escaped.push_str("&#60;"),
            '>' => escaped.push_str("&#62;"),
            '"' => escaped.push_str("&#34;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
