//! Keeping the index of this process fresh: made where it is missing, then following every change of the catalogue.

use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tradewind_kernel::{Error, Result, Timestamp};
use tradewind_platform::db::Db;

use super::Finder;
use super::library::{Library, Mark, Volume, Writer};
use crate::model::ProductId;
use crate::shelf::{Shelf, Stale};
use crate::store::{self, ProductMove};

/// How often changes are looked for that no commit of this process has told of.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// What is changed at once is written at once.
const GATHER_FOR: Duration = Duration::from_millis(40);
/// After a failure the next try waits longer and longer, up to this.
const RETRY_SECONDS_MAX: u64 = 60;
/// Moments of different processes differ, and commits do not come in the order of their moments: so far back is looked.
const OVERLAP_SECONDS: i64 = 30;
/// Products read at once.
const CHUNK: u64 = 500;
/// While there is no other index, so many products are made visible at once.
const VISIBLE_EVERY: u64 = 10_000;
/// How often counts are compared before an index is taken for wrong: products are made meanwhile.
const COUNTS_MAX: usize = 3;

/// The one that follows. It reads from the primary alone: what it has followed up to a moment it does not look at again, so a
/// replica that is behind would leave gaps in the index for good.
pub(super) struct Follower {
    db: Db,
    shelf: Arc<Shelf>,
    finder: Weak<Finder>,
    library: Option<Library>,
    present: Option<Present>,
    failures: u32,
}

/// The index that is kept fresh.
struct Present {
    volume: Arc<Volume>,
    mark: Mark,
    /// Open while there is something to write.
    writer: Option<Writer>,
    /// Changes of the last moments that are in it, by product.
    seen: HashMap<String, ProductMove>,
    is_checked: bool,
}

impl Follower {
    pub(super) fn new(db: Db, shelf: Arc<Shelf>, finder: &Arc<Finder>) -> Self {
        Self { db, shelf, finder: Arc::downgrade(finder), library: None, present: None, failures: 0 }
    }

    /// Runs until the catalogue is let go of.
    pub(super) async fn run(mut self) {
        let Some(signals) = self.finder.upgrade().map(|finder| Arc::clone(&finder.signals)) else { return };
        loop {
            let Some(finder) = self.finder.upgrade() else { break };
            let wanted = signals.wanted();
            let outcome = self.pass(&finder).await;
            drop(finder);
            let pause = match outcome {
                Ok(has_changed) => {
                    self.failures = 0;
                    signals.done(wanted);
                    if has_changed { Some(GATHER_FOR) } else { None }
                }
                Err(error) => {
                    tracing::error!(?error, "the search index cannot be kept fresh; trying again");
                    self.present = None;
                    self.failures += 1;
                    Some(Duration::from_secs(1_u64.wrapping_shl(self.failures.min(6)).min(RETRY_SECONDS_MAX)))
                }
            };
            tokio::select! {
                () = signals.woken(), if pause.is_none() => {}
                () = tokio::time::sleep(pause.unwrap_or(LOOK_EVERY)) => {}
                () = signals.gone() => {}
            }
        }
    }

    /// Brings the index up to date; says whether it changed.
    async fn pass(&mut self, finder: &Finder) -> Result<bool> {
        let must_rebuild = finder.take_rebuild();
        if self.present.is_none() {
            self.present = self.find(finder).await?;
        }
        if must_rebuild || self.present.is_none() {
            self.build(finder).await?;
            self.follow(finder).await?;
            return Ok(true);
        }
        let has_changed = self.follow(finder).await?;
        self.check(finder).await?;
        Ok(has_changed)
    }

    /// The index an earlier process left, if it belongs to this catalogue.
    async fn find(&mut self, finder: &Finder) -> Result<Option<Present>> {
        if self.library.is_none() {
            let home = finder.home.clone();
            self.library = Some(blocking(move || Library::open(home.as_deref())).await?);
        }
        let Some(library) = &self.library else { return Ok(None) };
        let Some((volume, mark)) = library.find()? else { return Ok(None) };
        if let Some((product_id, at)) = mark.last.clone() {
            let last = self.db.read_own(|tx| Box::pin(async move { store::last_move(tx, &product_id).await })).await?;
            if last.is_none_or(|last| last.at < at) {
                tracing::warn!("the search index is of another state of the catalogue and is made anew");
                volume.remove();
                return Ok(None);
            }
        }
        let volume = Arc::new(volume);
        finder.show(&volume);
        Ok(Some(Present { volume, mark, writer: None, seen: HashMap::new(), is_checked: false }))
    }

    /// After the first look at an index that was found: it holds as many products as there are, or is made anew.
    async fn check(&mut self, finder: &Finder) -> Result<()> {
        for _ in 0..COUNTS_MAX {
            let Some(present) = self.present.as_mut().filter(|present| !present.is_checked) else { return Ok(()) };
            let count = self.db.scan_own(|tx| Box::pin(store::count_products(tx))).await?;
            if present.volume.searcher().num_docs() == count {
                present.is_checked = true;
                return Ok(());
            }
            self.follow(finder).await?;
        }
        tracing::warn!("the search index does not hold what the catalogue does and is made anew");
        self.build(finder).await
    }

    /// Makes the index from the whole catalogue. Another one answers meanwhile, where there is one.
    async fn build(&mut self, finder: &Finder) -> Result<()> {
        let (total, now) =
            self.db.scan_own(|tx| Box::pin(async move { Ok((store::count_products(tx).await?, tx.now())) })).await?;
        let mut seen = HashMap::new();
        let mut after = None;
        while let Some(last) = self.moves(now, after.take(), |moves| seen.extend(moves)).await? {
            after = Some(last);
        }
        let older = self.present.take();
        let library = self.library.as_ref().ok_or_else(|| Error::internal("the search folder is not open"))?;
        let volume = Arc::new(library.begin(older.as_ref().map(|older| &*older.volume))?);
        if finder.volume().is_none() {
            finder.show(&volume);
        }
        let mut mark = Mark { is_complete: false, followed: now, last: None };
        let mut writer = volume.writer(true)?;
        let (mut done, mut visible) = (0, 0);
        let mut last_id = String::new();
        loop {
            let after = last_id.clone();
            let read =
                self.db.scan_own(move |tx| Box::pin(async move { store::products_after(tx, &after, CHUNK).await }));
            let products = read.await?;
            let Some(last) = products.last() else { break };
            last_id.clone_from(&last.id.0);
            done += products.len() as u64;
            let shows = older.is_none() && done - visible >= VISIBLE_EVERY;
            let (written, mark) = (Arc::clone(&volume), mark.clone());
            writer = blocking(move || {
                products.iter().try_for_each(|product| writer.add(product))?;
                if shows {
                    written.commit(&mut writer, &mark)?;
                }
                Ok(writer)
            })
            .await?;
            if shows {
                visible = done;
                finder.turn_page();
            }
            finder.signals.progress(done, total);
        }
        mark.is_complete = true;
        let (written, marked) = (Arc::clone(&volume), mark.clone());
        blocking(move || {
            written.commit(&mut writer, &marked)?;
            written.merge(&mut writer)?;
            writer.close()
        })
        .await?;
        finder.show(&volume);
        if let Some(older) = older {
            older.volume.remove();
        }
        self.shelf.clear(&Stale::Products(Vec::new()));
        tracing::info!(products = done, "the search index is made");
        self.present = Some(Present { volume, mark, writer: None, seen, is_checked: true });
        Ok(())
    }

    /// Hands on the next changes since `OVERLAP_SECONDS` before a moment; the last of them, if there were any.
    async fn moves(
        &self,
        since: Timestamp,
        after: Option<ProductMove>,
        mut take: impl FnMut(Vec<(String, ProductMove)>),
    ) -> Result<Option<ProductMove>> {
        let from = since.plus_seconds(-OVERLAP_SECONDS);
        let read = move |after: Option<ProductMove>| {
            self.db.look_up(move |tx| Box::pin(async move { store::moves_from(tx, from, after.as_ref(), CHUNK).await }))
        };
        let moves = read(after).await?;
        let last = moves.last().cloned();
        take(moves.into_iter().map(|one| (one.product_id.clone(), one)).collect());
        Ok(last)
    }

    /// Writes what was changed since the last look; says whether anything was.
    async fn follow(&mut self, finder: &Finder) -> Result<bool> {
        let now = self.db.read_own(|tx| Box::pin(async move { Ok(tx.now()) })).await?;
        let Some(mut present) = self.present.take() else { return Ok(false) };
        let mut changed: Vec<ProductId> = Vec::new();
        let mut after = None;
        loop {
            let mut fresh: Vec<(String, ProductMove)> = Vec::new();
            let seen = &present.seen;
            let last = self
                .moves(present.mark.followed, after.take(), |moves| {
                    fresh = moves;
                    fresh.retain(|(id, one)| seen.get(id).is_none_or(|known| known.revision != one.revision));
                })
                .await?;
            let Some(last) = last else { break };
            after = Some(last);
            if !fresh.is_empty() {
                let ids: Vec<String> = fresh.iter().map(|(id, _)| id.clone()).collect();
                changed.extend(ids.iter().map(|id| ProductId(id.clone())));
                present.mark.last = fresh.last().map(|(id, one)| (id.clone(), one.at));
                let writer = self.write(&present.volume, present.writer.take(), ids).await?;
                present.writer = Some(writer);
                present.seen.extend(fresh);
            }
        }
        let keep_from = now.plus_seconds(-OVERLAP_SECONDS);
        present.seen.retain(|_, one| one.at >= keep_from);
        present.mark.followed = present.mark.followed.max(now);
        if changed.is_empty() {
            if let Some(writer) = present.writer.take() {
                blocking(move || writer.close()).await?;
            }
        } else {
            if let Some(mut writer) = present.writer.take() {
                let (volume, mark) = (Arc::clone(&present.volume), present.mark.clone());
                present.writer = Some(
                    blocking(move || {
                        volume.commit(&mut writer, &mark)?;
                        Ok(writer)
                    })
                    .await?,
                );
            }
            finder.turn_page();
            // Answers that were made while the index was behind, and what another process has changed, are old now.
            self.shelf.clear(&Stale::Products(changed.clone()));
        }
        self.present = Some(present);
        Ok(!changed.is_empty())
    }

    /// Puts the present state of products in place of what the index has of them.
    async fn write(&self, volume: &Arc<Volume>, writer: Option<Writer>, ids: Vec<String>) -> Result<Writer> {
        let read = self.db.scan_own({
            let ids = ids.clone();
            move |tx| Box::pin(async move { store::products_present(tx, &ids).await })
        });
        let products = read.await?;
        let volume = Arc::clone(volume);
        blocking(move || {
            let writer = match writer {
                Some(writer) => writer,
                None => volume.writer(false)?,
            };
            ids.iter().for_each(|id| writer.remove(id));
            products.iter().try_for_each(|product| writer.add(product))?;
            Ok(writer)
        })
        .await
    }
}

/// Work that takes its time, off the threads that answer requests.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
}
