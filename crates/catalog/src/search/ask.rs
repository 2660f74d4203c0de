//! What shoppers type, as a question to the index: each word where it stands, begins a word, or nearly does.

use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, FuzzyTermQuery, Query, TermQuery,
    TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Score, Searcher, Term};

use super::schema::Fields;
use super::words::{self, Asked, is_near, slips_allowed};
use crate::taxonomy::Taxonomy;

/// Shorter beginnings are not looked for in descriptions: they stand in nearly all of them.
const TEXT_PREFIX_MIN: usize = 3;
/// Shorter beginnings are not looked for in SKUs.
const CODE_PREFIX_MIN: usize = 3;

/// What a match is worth, by where the word stands: title before tags and categories, those before options and subtitle,
/// those before the description; the whole word before its beginning, and both before a slip of the finger.
mod worth {
    use tantivy::Score;

    /// The question is the title, or a SKU.
    pub(super) const WHOLE: Score = 40.0;
    /// The title, or a SKU, begins with the question.
    pub(super) const WHOLE_PREFIX: Score = 12.0;
    /// The question is nearly the title, or nearly a SKU.
    pub(super) const WHOLE_SLIP: Score = 9.0;
    pub(super) const TITLE: Score = 8.0;
    pub(super) const CODE_PREFIX: Score = 7.0;
    pub(super) const TITLE_PREFIX: Score = 6.5;
    pub(super) const TERM: Score = 6.0;
    pub(super) const TERM_PREFIX: Score = 5.0;
    pub(super) const NAMES: Score = 4.5;
    pub(super) const NAMES_PREFIX: Score = 3.5;
    pub(super) const TITLE_SLIP: Score = 3.0;
    pub(super) const TERM_SLIP: Score = 2.5;
    pub(super) const TEXT: Score = 2.0;
    pub(super) const NAMES_SLIP: Score = 1.5;
    pub(super) const TEXT_PREFIX: Score = 1.0;
    pub(super) const TEXT_SLIP: Score = 0.5;
}

/// Which words must occur.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Matching {
    /// All of them.
    #[default]
    All,
    /// One of them.
    Any,
}

/// How slips of the finger are forgiven.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Slips {
    /// Not at all.
    Never,
    /// In words that nothing in the catalogue has or begins with; and where nothing is found, in all.
    #[default]
    WhereNeeded,
}

/// The words of the categories, collections, tags and types that shoppers may know.
pub(crate) struct TermWords(Vec<(String, Vec<String>)>);

impl TermWords {
    pub(crate) fn of(taxonomy: &Taxonomy) -> Self {
        let categories = taxonomy.categories().iter().filter(|category| category.is_active && !category.is_internal);
        let categories = categories.map(|category| (category.id.as_str(), &category.name));
        let collections = taxonomy.collections().iter().map(|collection| (collection.id.as_str(), &collection.title));
        let tags = taxonomy.tags().iter().map(|tag| (tag.id.as_str(), &tag.value));
        let types = taxonomy.types().iter().map(|kind| (kind.id.as_str(), &kind.value));
        let named = categories.chain(collections).chain(tags).chain(types);
        let words = |name: &String| words::indexed(name).split(' ').map(str::to_owned).collect();
        Self(named.map(|(id, name)| (id.to_owned(), words(name))).collect())
    }

    fn ids(&self, matches: impl Fn(&str) -> bool) -> Vec<&str> {
        let found = self.0.iter().filter(|(_, words)| words.iter().any(|word| matches(word)));
        found.map(|(id, _)| id.as_str()).collect()
    }
}

/// What is asked, and of what.
pub(crate) struct Question<'a> {
    pub(crate) fields: &'a Fields,
    pub(crate) searcher: &'a Searcher,
    pub(crate) terms: &'a TermWords,
    pub(crate) text: &'a str,
    pub(crate) matching: Matching,
}

impl Question<'_> {
    /// The question; everything where no text is given, and nothing where it holds no word.
    pub(crate) fn query(&self, forgive_all: bool, slips: Slips) -> tantivy::Result<Box<dyn Query>> {
        let asked = words::asked(self.text);
        if asked.is_empty() {
            return Ok(Box::new(EmptyQuery));
        }
        let mut parts: Vec<Box<dyn Query>> = Vec::with_capacity(asked.len());
        let mut forgives_any = forgive_all;
        for word in &asked {
            let forgives = forgive_all || (slips == Slips::WhereNeeded && !self.is_known(word)?);
            forgives_any |= forgives;
            parts.push(self.word(word, forgives));
        }
        let words: Box<dyn Query> = match self.matching {
            Matching::All => Box::new(BooleanQuery::intersection(parts)),
            Matching::Any => Box::new(BooleanQuery::union(parts)),
        };
        let whole = words::compact(self.text);
        let mut all = vec![words, self.exact(self.fields.whole, &whole, worth::WHOLE)];
        if whole.chars().count() >= CODE_PREFIX_MIN {
            all.push(self.prefix(self.fields.whole, &whole, worth::WHOLE_PREFIX));
        }
        if forgives_any && slips_allowed(&whole) > 0 {
            all.push(self.nearly(self.fields.whole, &whole, worth::WHOLE_SLIP));
        }
        Ok(Box::new(BooleanQuery::union(all)))
    }

    fn word(&self, word: &Asked, forgives: bool) -> Box<dyn Query> {
        let Fields { title, names, text, whole, .. } = *self.fields;
        let word_text = word.text.as_str();
        let length = word_text.chars().count();
        let mut ways = vec![
            self.exact(title, word_text, worth::TITLE),
            self.exact(names, word_text, worth::NAMES),
            self.exact(text, word_text, worth::TEXT),
            self.tagged(|own| own == word_text, worth::TERM),
        ];
        if word.is_piece {
            return Box::new(DisjunctionMaxQuery::new(ways));
        }
        ways.push(self.prefix(title, word_text, worth::TITLE_PREFIX));
        ways.push(self.prefix(names, word_text, worth::NAMES_PREFIX));
        ways.push(self.tagged(|own| own.starts_with(word_text), worth::TERM_PREFIX));
        if length >= TEXT_PREFIX_MIN {
            ways.push(self.prefix(text, word_text, worth::TEXT_PREFIX));
        }
        if length >= CODE_PREFIX_MIN {
            ways.push(self.prefix(whole, word_text, worth::CODE_PREFIX));
        }
        let slips = slips_allowed(word_text);
        if forgives && slips > 0 {
            for (field, worth) in [(title, worth::TITLE_SLIP), (names, worth::NAMES_SLIP), (text, worth::TEXT_SLIP)] {
                ways.push(self.nearly(field, word_text, worth));
            }
            ways.push(self.tagged(|own| is_near(own, word_text, slips), worth::TERM_SLIP));
        }
        Box::new(DisjunctionMaxQuery::new(ways))
    }

    fn exact(&self, field: Field, text: &str, worth: Score) -> Box<dyn Query> {
        let term = Term::from_field_text(field, text);
        worth_of(Box::new(TermQuery::new(term, IndexRecordOption::Basic)), worth)
    }

    fn prefix(&self, field: Field, text: &str, worth: Score) -> Box<dyn Query> {
        worth_of(Box::new(FuzzyTermQuery::new_prefix(Term::from_field_text(field, text), 0, true)), worth)
    }

    fn nearly(&self, field: Field, text: &str, worth: Score) -> Box<dyn Query> {
        let term = Term::from_field_text(field, text);
        worth_of(Box::new(FuzzyTermQuery::new(term, slips_allowed(text), true)), worth)
    }

    fn tagged(&self, matches: impl Fn(&str) -> bool, worth: Score) -> Box<dyn Query> {
        let ids = self.terms.ids(matches);
        if ids.is_empty() {
            return Box::new(EmptyQuery);
        }
        let terms = ids.into_iter().map(|id| Term::from_field_text(self.fields.term, id));
        worth_of(Box::new(TermSetQuery::new(terms)), worth)
    }

    /// Whether anything in the catalogue has the word or begins with it.
    fn is_known(&self, word: &Asked) -> tantivy::Result<bool> {
        let text = word.text.as_str();
        if !self.terms.ids(|own| own.starts_with(text)).is_empty() {
            return Ok(true);
        }
        for segment in self.searcher.segment_readers() {
            for field in [self.fields.title, self.fields.names, self.fields.text, self.fields.whole] {
                let index = segment.inverted_index(field)?;
                let mut following = index.terms().range().ge(text).into_stream()?;
                if following.advance() && following.key().starts_with(text.as_bytes()) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

/// Everything there is.
pub(crate) fn everything() -> Box<dyn Query> {
    Box::new(AllQuery)
}

fn worth_of(query: Box<dyn Query>, worth: Score) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, worth))
}
