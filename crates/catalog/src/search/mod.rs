//! Finding products: by words with their slips of the finger, by what they are sorted by, by price; counted and in order.
//!
//! Each process has an index of its own, made from the catalogue and kept fresh by its changes, so that the answers are the
//! same on every engine and a search never waits for the database.

mod ask;
mod condition;
mod facets;
mod follow;
mod gather;
mod library;
mod schema;
mod words;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use parking_lot::Mutex;
use tantivy::{DocAddress, Searcher};
use tokio::sync::{Notify, Semaphore, watch};
use tradewind_kernel::{Error, ErrorKind, Paging, Result};
use tradewind_platform::cache::{Cache, Keeping};

pub use ask::{Matching, Slips};
pub use condition::{Column, Condition, PriceColumn};
pub use facets::{Facet, NumberRange, Numbers, Ranges, Spread};
pub use gather::Narrowing;

use self::ask::{Question, TermWords};
use self::follow::Follower;
use self::gather::{Gather, Gathered, Sort};
use self::library::Volume;
use crate::Catalog;
use crate::model::{Product, ProductStatus};
use crate::taxonomy::Taxonomy;

/// An index of more products is asked off the threads that answer requests.
const PRODUCTS_QUICK_MAX: u64 = 5_000;
/// How long a search waits for an index that is only being made.
const FIRST_WAIT: Duration = Duration::from_secs(5);
/// How long somebody waits who must see what was committed before.
const SETTLE_WAIT: Duration = Duration::from_secs(10);
/// How long somebody waits for an index that is made anew.
const REBUILD_WAIT: Duration = Duration::from_secs(3600);
/// How many answers are kept.
const ANSWERS_MAX: u64 = 200;
const ANSWER_KEPT: Keeping = Keeping::fresh_for(Duration::from_secs(600));

/// What is looked for.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SearchQuery {
    /// Words as they were typed; without them everything is found.
    pub text: Option<String>,
    /// Which of the words must occur.
    pub matching: Matching,
    /// How slips of the finger are forgiven.
    pub slips: Slips,
    /// Only published products of one of these sales channels; `None` is for staff, who see all.
    pub offered_in: Option<Vec<String>>,
    /// What must hold.
    pub filter: Condition,
    /// What must hold too, but is left out of account in counting the values of its own column: whoever chose one sees what
    /// the others would give.
    pub narrowing: Vec<Narrowing>,
    /// In what order.
    pub order: SearchOrder,
    /// Which part of the list.
    pub paging: Paging,
    /// What is counted.
    pub facets: Vec<Facet>,
}

impl Default for SearchQuery {
    fn default() -> Self {
        Self {
            text: None,
            matching: Matching::All,
            slips: Slips::WhereNeeded,
            offered_in: None,
            filter: Condition::everything(),
            narrowing: Vec::new(),
            order: SearchOrder::Relevance,
            paging: Paging { offset: 0, limit: 20 },
            facets: Vec::new(),
        }
    }
}

/// In what order products are found. What is equal comes the newest first.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum SearchOrder {
    /// What matches best; the newest where nothing was typed.
    Relevance,
    /// By a column, from small to large; what has no number comes last.
    Rising(Column),
    /// By a column, from large to small; what has no number comes last.
    Falling(Column),
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// This part of the list.
    pub products: Vec<Arc<Product>>,
    /// How well each matches; larger is better. Comparable within one answer.
    pub scores: Vec<f32>,
    /// How many there are in all.
    pub count: u64,
    /// What was counted, in the order in which it was asked for.
    pub spreads: Vec<Spread>,
}

/// An answer of the index.
#[derive(Debug)]
struct Answered {
    ids: Vec<String>,
    scores: Vec<f32>,
    count: u64,
    spreads: Vec<Spread>,
}

/// How a value of an option stands in [`Column::Option`].
#[must_use]
pub fn option_text(title: &str, value: &str) -> String {
    schema::option_text(title, value)
}

/// The title of an option and its value, of a text of [`Column::Option`].
#[must_use]
pub fn option_parts(text: &str) -> Option<(&str, &str)> {
    schema::option_parts(text)
}

/// Where a text has words of a question, nearly or wholly: byte ranges, in order.
#[must_use]
pub fn marks(text: &str, question: &str) -> Vec<std::ops::Range<usize>> {
    let asked = words::asked(question);
    let is_word = |letter: char| letter.is_alphanumeric() || matches!(letter, '\'' | '’' | '\u{300}'..='\u{36f}');
    let mut found = Vec::new();
    let mut start = 0;
    for piece in text.split_inclusive(|letter| !is_word(letter)) {
        let word = piece.trim_end_matches(|letter| !is_word(letter));
        let own = words::compact(word);
        let matches = |asked: &words::Asked| match asked.is_piece {
            true => own.contains(&asked.text),
            false => {
                own.starts_with(&asked.text) || words::is_near(&own, &asked.text, words::slips_allowed(&asked.text))
            }
        };
        if !own.is_empty() && asked.iter().any(matches) {
            found.push(start..start + word.len());
        }
        start += piece.len();
    }
    found
}

type Answers = Cache<(u64, u64, SearchQuery), Arc<Answered>>;

/// The index of this process, and what keeps it fresh.
pub(crate) struct Finder {
    home: Option<PathBuf>,
    signals: Arc<Signals>,
    volume: ArcSwapOption<Volume>,
    /// Rises whenever the index shows something else.
    page: AtomicU64,
    is_following: AtomicBool,
    must_rebuild: AtomicBool,
    words: Mutex<Option<(Arc<Taxonomy>, Arc<TermWords>)>>,
    answers: Answers,
    permits: Semaphore,
}

/// How those who wait and the one who follows talk to each other.
pub(crate) struct Signals {
    wake: Notify,
    gone: Notify,
    wanted: AtomicU64,
    done: watch::Sender<u64>,
    progress: watch::Sender<(u64, u64)>,
}

impl Signals {
    fn wanted(&self) -> u64 {
        self.wanted.load(Ordering::Acquire)
    }

    fn done(&self, wanted: u64) {
        self.done.send_replace(wanted);
    }

    fn progress(&self, done: u64, total: u64) {
        self.progress.send_replace((done, total));
    }

    async fn woken(&self) {
        self.wake.notified().await;
    }

    async fn gone(&self) {
        self.gone.notified().await;
    }
}

impl Drop for Finder {
    fn drop(&mut self) {
        // The one who follows finds nobody left to follow for.
        self.signals.gone.notify_one();
    }
}

impl Finder {
    pub(crate) fn new(home: Option<PathBuf>) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            home,
            signals: Arc::new(Signals {
                wake: Notify::new(),
                gone: Notify::new(),
                wanted: AtomicU64::new(1),
                done: watch::Sender::new(0),
                progress: watch::Sender::new((0, 0)),
            }),
            volume: ArcSwapOption::empty(),
            page: AtomicU64::new(0),
            is_following: AtomicBool::new(false),
            must_rebuild: AtomicBool::new(false),
            words: Mutex::new(None),
            answers: Answers::new("catalog.search", ANSWERS_MAX, ANSWER_KEPT),
            permits: Semaphore::new(cores),
        }
    }

    /// Something was committed.
    pub(crate) fn wake(&self) {
        self.signals.wake.notify_one();
    }

    fn volume(&self) -> Option<Arc<Volume>> {
        self.volume.load_full()
    }

    fn show(&self, volume: &Arc<Volume>) {
        self.volume.store(Some(Arc::clone(volume)));
        self.turn_page();
    }

    fn turn_page(&self) {
        self.page.fetch_add(1, Ordering::AcqRel);
    }

    fn take_rebuild(&self) -> bool {
        self.must_rebuild.swap(false, Ordering::AcqRel)
    }

    /// Waits until everything committed before is in the index; `false` when that takes too long.
    async fn settled(&self, wait: Duration) -> bool {
        let wanted = self.signals.wanted.fetch_add(1, Ordering::AcqRel) + 1;
        let mut done = self.signals.done.subscribe();
        self.wake();
        tokio::time::timeout(wait, done.wait_for(|done| *done >= wanted)).await.is_ok_and(|waited| waited.is_ok())
    }

    fn term_words(&self, taxonomy: &Arc<Taxonomy>) -> Arc<TermWords> {
        let mut words = self.words.lock();
        if let Some((of, words)) = &*words
            && Arc::ptr_eq(of, taxonomy)
        {
            return Arc::clone(words);
        }
        let made = Arc::new(TermWords::of(taxonomy));
        *words = Some((Arc::clone(taxonomy), Arc::clone(&made)));
        made
    }
}

impl Catalog {
    /// Begins to make the search index, or to follow with the one that is there; a search begins it too. Must be called within
    /// a tokio runtime.
    pub fn start_search(&self) {
        if !self.finder.is_following.swap(true, Ordering::AcqRel) {
            let follower = Follower::new(self.db.clone(), Arc::clone(&self.shelf), &self.finder);
            tokio::spawn(follower.run());
        }
    }

    /// Waits until everything that was committed before this call can be found.
    pub async fn settle_search(&self) -> Result<()> {
        self.start_search();
        match self.finder.settled(SETTLE_WAIT).await {
            true => Ok(()),
            false => Err(Error::new(ErrorKind::Unavailable, "The search is not up to date yet. Please try again.")),
        }
    }

    /// Makes the search index where it is missing and waits for it, however long that takes; `report` is told how many
    /// products of how many are in it.
    pub async fn build_search(&self, mut report: impl FnMut(u64, u64)) -> Result<()> {
        let mut progress = self.finder.signals.progress.subscribe();
        self.start_search();
        let mut done = self.finder.signals.done.subscribe();
        let wanted = self.finder.signals.wanted();
        loop {
            tokio::select! {
                finished = done.wait_for(|done| *done >= wanted) => return finished.map(|_| ()).map_err(Error::internal),
                changed = progress.changed() => {
                    changed.map_err(Error::internal)?;
                    let (made, total) = *progress.borrow_and_update();
                    report(made, total);
                }
            }
        }
    }

    /// Makes the search index anew from the catalogue, for when it is suspected to be wrong; the present one answers
    /// meanwhile. Returns when the new one answers.
    pub async fn rebuild_search(&self) -> Result<()> {
        self.start_search();
        self.finder.must_rebuild.store(true, Ordering::Release);
        match self.finder.settled(REBUILD_WAIT).await {
            true => Ok(()),
            false => {
                Err(Error::new(ErrorKind::Unavailable, "The search index is not made yet; it goes on being made."))
            }
        }
    }

    /// Finds products.
    pub async fn search(&self, query: SearchQuery) -> Result<Found> {
        let offered_in = query.offered_in.clone();
        let answered = self.answer(query).await?;
        let products = self.products(&answered.ids).await?;
        let mut found = Found {
            products: Vec::with_capacity(products.len()),
            scores: Vec::with_capacity(products.len()),
            count: answered.count,
            spreads: answered.spreads.clone(),
        };
        let mut ranked = answered.ids.iter().zip(&answered.scores);
        for product in products {
            let score = ranked.find(|(id, _)| **id == product.id.0).map_or(0.0, |(_, score)| *score);
            // The index may be a moment behind: what is not offered any more is not shown.
            if offered_in.as_ref().is_none_or(|channels| channels.iter().any(|channel| product.is_offered_in(channel)))
            {
                found.products.push(product);
                found.scores.push(score);
            }
        }
        Ok(found)
    }

    /// The ids of the products that words find, the best first.
    pub(crate) async fn ids_found(&self, words: String, count_max: u64) -> Result<Vec<String>> {
        let paging = Paging { offset: 0, limit: count_max };
        let answered = self.answer(SearchQuery { text: Some(words), paging, ..SearchQuery::default() }).await?;
        Ok(answered.ids.clone())
    }

    async fn answer(&self, query: SearchQuery) -> Result<Arc<Answered>> {
        let volume = self.volume().await?;
        let taxonomy = self.taxonomy().await?;
        let key = (self.finder.page.load(Ordering::Acquire), self.version(), query.clone());
        let ask = async {
            let words = self.finder.term_words(&taxonomy);
            let searcher = volume.searcher();
            if searcher.num_docs() <= PRODUCTS_QUICK_MAX {
                return answer(&volume, &searcher, &taxonomy, &words, &query).map(Arc::new).map_err(Error::internal);
            }
            let _permit = self.finder.permits.acquire().await.map_err(Error::internal)?;
            let work = move || answer(&volume, &searcher, &taxonomy, &words, &query);
            let answered = tokio::task::spawn_blocking(work).await.map_err(Error::internal)?;
            answered.map(Arc::new).map_err(Error::internal)
        };
        self.finder.answers.get_or_load(key, ask).await
    }

    /// The index: the first time, it is waited for.
    async fn volume(&self) -> Result<Arc<Volume>> {
        self.start_search();
        // A part of a large catalogue, while the rest is being read, is better than nothing.
        let is_of_use = |volume: &Arc<Volume>| volume.is_complete() || volume.searcher().num_docs() > 0;
        if let Some(volume) = self.finder.volume().filter(is_of_use) {
            return Ok(volume);
        }
        let mut done = self.finder.signals.done.subscribe();
        let _ = tokio::time::timeout(FIRST_WAIT, done.wait_for(|done| *done >= 1)).await;
        self.finder.volume().ok_or_else(|| {
            Error::new(ErrorKind::Unavailable, "The search is being prepared. Please try again in a moment.")
        })
    }
}

/// Asks the index.
fn answer(
    volume: &Volume,
    searcher: &Searcher,
    taxonomy: &Taxonomy,
    words: &TermWords,
    query: &SearchQuery,
) -> tantivy::Result<Answered> {
    let gather = gather(searcher, taxonomy, query);
    let mut gathered = match &query.text {
        None => searcher.search(&ask::everything(), &gather)?,
        Some(text) => {
            let question = Question { fields: &volume.fields, searcher, terms: words, text, matching: query.matching };
            let gathered = searcher.search(&question.query(false, query.slips)?, &gather)?;
            match gathered.count == 0 && query.slips == Slips::WhereNeeded {
                true => searcher.search(&question.query(true, query.slips)?, &gather)?,
                false => gathered,
            }
        }
    };
    let counts = std::mem::take(&mut gathered.counts);
    // An index without segments counts nothing.
    let counts = counts.into_iter().map(Some).chain(std::iter::repeat_with(|| None));
    let spreads = query
        .facets
        .iter()
        .zip(counts)
        .map(|(facet, counts)| Spread::of(facet, counts.unwrap_or_else(|| gather::Counts::Texts(HashMap::new()))));
    let spreads = spreads.collect();
    let (ids, scores) = page(searcher, &gathered, query.paging)?;
    Ok(Answered { ids, scores, count: gathered.count, spreads })
}

fn gather(searcher: &Searcher, taxonomy: &Taxonomy, query: &SearchQuery) -> Gather {
    let mut must = Vec::new();
    if let Some(channels) = &query.offered_in {
        must.push(Condition::Among(Column::Status, vec![ProductStatus::Published.as_str().to_owned()]));
        must.push(Condition::Among(Column::SalesChannel, channels.clone()));
    }
    must.push(query.filter.clone());
    let number = |column: &Column, is_descending| match column.is_number() {
        true => Sort::Number { column: column.clone(), is_descending },
        false => Sort::Text { column: column.clone(), is_descending },
    };
    let sort = match &query.order {
        SearchOrder::Relevance if query.text.is_some() => Sort::Relevance,
        SearchOrder::Relevance => Sort::Number { column: Column::CreatedAt, is_descending: true },
        SearchOrder::Rising(column) => number(column, false),
        SearchOrder::Falling(column) => number(column, true),
    };
    let counts_categories = query.facets.iter().any(|facet| facet.column == Column::Category);
    let above = |id: &str| {
        let path = taxonomy.path(id);
        path.iter().rev().skip(1).map(|category| category.id.0.clone()).collect::<Vec<_>>()
    };
    let categories = taxonomy.categories().iter().filter(|_| counts_categories);
    let best = query.paging.offset.saturating_add(query.paging.limit);
    Gather {
        filter: Condition::All(must),
        narrowing: query.narrowing.clone(),
        sort,
        best: if query.paging.limit == 0 { 0 } else { usize::try_from(best).unwrap_or(usize::MAX) },
        counted: query.facets.iter().map(|facet| facet.column.clone()).collect(),
        belongs: categories.map(|category| (category.id.0.clone(), above(category.id.as_str()))).collect(),
        is_split: searcher.segment_readers().len() > 1,
    }
}

/// The ids of a page, and how well each matches.
fn page(searcher: &Searcher, gathered: &Gathered, paging: Paging) -> tantivy::Result<(Vec<String>, Vec<f32>)> {
    let skip = usize::try_from(paging.offset).unwrap_or(usize::MAX);
    let shown: Vec<&(DocAddress, f32)> = gathered.best.iter().skip(skip).collect();
    let mut ids = Vec::with_capacity(shown.len());
    for (address, _) in &shown {
        let columns = searcher.segment_reader(address.segment_ord).fast_fields();
        let mut id = String::new();
        if let Some(column) = columns.str(schema::column::ID)? {
            let (dictionary, places) = column.clone().into_parts();
            let mut bytes = Vec::new();
            if let Some(place) = places.first(address.doc_id)
                && dictionary.ord_to_term(place, &mut bytes)?
            {
                id = String::from_utf8_lossy(&bytes).into_owned();
            }
        }
        ids.push(id);
    }
    Ok((ids, shown.iter().map(|(_, score)| *score).collect()))
}
