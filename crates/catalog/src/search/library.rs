//! Where the index is: in memory, or in a folder that this process has to itself, in the format of this program.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};
use tantivy::directory::MmapDirectory;
use tantivy::indexer::{LogMergePolicy, NoMergePolicy};
use tantivy::store::Compressor;
use tantivy::{Index, IndexReader, IndexSettings, IndexWriter, ReloadPolicy, Searcher, Term};
use tradewind_kernel::{Error, Result, Timestamp};

use super::schema::{FORMAT, Fields, document, schema};
use crate::model::Product;

/// What a writer may hold before it writes a segment; the least it takes. It is dropped when there is nothing to write.
const WRITER_BYTES: usize = 15_000_000;
/// How many processes may share one folder, each with an index of its own.
const PROCESSES_MAX: u32 = 64;
/// Segments beyond this many are merged into one.
const SEGMENTS_MAX: usize = 6;

/// Up to where an index follows the catalogue; written with each commit of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Mark {
    /// Whether all products are in it; while it is being made they are not.
    pub(super) is_complete: bool,
    /// All that was changed before this moment is in it.
    pub(super) followed: Timestamp,
    /// The product whose change was the last, and when it was.
    pub(super) last: Option<(String, Timestamp)>,
}

/// An index that can be asked.
pub(super) struct Volume {
    pub(super) index: Index,
    pub(super) fields: Fields,
    /// Whether all products are in it.
    is_complete: AtomicBool,
    reader: IndexReader,
    folder: Option<PathBuf>,
}

/// The folder of this process, or none.
pub(super) struct Library {
    folder: Option<PathBuf>,
    /// Held as long as the folder is ours.
    _lock: Option<File>,
}

impl Library {
    /// In memory, or in the first folder under `home` that no other process has.
    pub(super) fn open(home: Option<&Path>) -> Result<Self> {
        let Some(home) = home else { return Ok(Self { folder: None, _lock: None }) };
        for number in 0..PROCESSES_MAX {
            let folder = home.join(number.to_string());
            fs::create_dir_all(&folder).map_err(Error::internal)?;
            let lock = File::create(folder.join("lock")).map_err(Error::internal)?;
            match lock.try_lock() {
                Ok(()) => return Ok(Self { folder: Some(folder), _lock: Some(lock) }),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(Error::internal(error)),
            }
        }
        Err(Error::internal(format!("more than {PROCESSES_MAX} processes share the search folder {}", home.display())))
    }

    /// The complete index of this format that was left here, if it can be read. Whatever else lies here is removed.
    pub(super) fn find(&self) -> Result<Option<(Volume, Mark)>> {
        let Some(folder) = &self.folder else { return Ok(None) };
        let mut found: Option<(u32, Volume, Mark)> = None;
        for entry in fs::read_dir(folder).map_err(Error::internal)? {
            let path = entry.map_err(Error::internal)?.path();
            if !path.is_dir() {
                continue;
            }
            let number = volume_number(&path);
            let newest = found.as_ref().map(|(number, ..)| *number);
            let volume = number.filter(|number| Some(*number) > newest).and_then(|number| match Volume::at(&path) {
                Ok((volume, mark)) if mark.is_complete => Some((number, volume, mark)),
                Ok(_) => None,
                Err(error) => {
                    tracing::warn!(%error, path = %path.display(), "a search index cannot be read and is made anew");
                    None
                }
            });
            match volume {
                Some(newer) => {
                    if let Some((_, older, _)) = found.replace(newer) {
                        older.remove();
                    }
                }
                None => remove(&path),
            }
        }
        Ok(found.map(|(_, volume, mark)| (volume, mark)))
    }

    /// A new, empty index, beside the one that is in use.
    pub(super) fn begin(&self, present: Option<&Volume>) -> Result<Volume> {
        let (schema, _) = schema();
        let settings = IndexSettings {
            // Nothing is stored: products come from the catalogue.
            docstore_compression: Compressor::None,
            docstore_compress_dedicated_thread: false,
            ..IndexSettings::default()
        };
        let builder = Index::builder().schema(schema).settings(settings);
        let Some(folder) = &self.folder else {
            return Volume::of(builder.create_in_ram().map_err(Error::internal)?, None);
        };
        let used = present.and_then(|present| present.folder.as_deref()).and_then(volume_number);
        let path = folder.join(format!("{FORMAT}-{}", used.map_or(1, |number| number.wrapping_add(1))));
        remove(&path);
        fs::create_dir_all(&path).map_err(Error::internal)?;
        Volume::of(builder.create_in_dir(&path).map_err(Error::internal)?, Some(path))
    }
}

/// "1-7" is the seventh index of format 1.
fn volume_number(path: &Path) -> Option<u32> {
    let (format, number) = path.file_name()?.to_str()?.split_once('-')?;
    (format.parse() == Ok(FORMAT)).then(|| number.parse().ok())?
}

fn remove(path: &Path) {
    if path.exists()
        && let Err(error) = fs::remove_dir_all(path)
    {
        tracing::warn!(%error, path = %path.display(), "an old search index cannot be removed");
    }
}

impl Volume {
    fn of(index: Index, folder: Option<PathBuf>) -> Result<Self> {
        let (_, fields) = schema();
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .doc_store_cache_num_blocks(1)
            .try_into()
            .map_err(Error::internal)?;
        Ok(Self { index, fields, is_complete: AtomicBool::new(false), reader, folder })
    }

    fn at(path: &Path) -> Result<(Self, Mark)> {
        let directory = MmapDirectory::open(path).map_err(Error::internal)?;
        let index = Index::open(directory).map_err(Error::internal)?;
        if index.schema() != schema().0 {
            return Err(Error::internal("it has other fields"));
        }
        let payload = index.load_metas().map_err(Error::internal)?.payload.unwrap_or_default();
        let mark: Mark = serde_json::from_str(&payload).map_err(Error::internal)?;
        let volume = Self::of(index, Some(path.to_owned()))?;
        volume.is_complete.store(mark.is_complete, Ordering::Release);
        Ok((volume, mark))
    }

    /// Whether all products are in it.
    pub(super) fn is_complete(&self) -> bool {
        self.is_complete.load(Ordering::Acquire)
    }

    /// The state that was read last.
    pub(super) fn searcher(&self) -> Searcher {
        self.reader.searcher()
    }

    /// Removes it from the disk; searches under way end as they began.
    pub(super) fn remove(&self) {
        if let Some(folder) = &self.folder {
            remove(folder);
        }
    }

    /// Takes up writing. While all products are being added, segments are merged once, at the end.
    pub(super) fn writer(&self, is_first: bool) -> Result<Writer> {
        let writer: IndexWriter = self.index.writer_with_num_threads(1, WRITER_BYTES).map_err(Error::internal)?;
        if is_first {
            writer.set_merge_policy(Box::new(NoMergePolicy));
        } else {
            let mut policy = LogMergePolicy::default();
            policy.set_min_num_segments(SEGMENTS_MAX);
            policy.set_del_docs_ratio_before_merge(0.3);
            writer.set_merge_policy(Box::new(policy));
        }
        Ok(Writer { writer, fields: self.fields })
    }

    /// Makes what was written visible, and remembers how far it goes.
    pub(super) fn commit(&self, writer: &mut Writer, mark: &Mark) -> Result<()> {
        let payload = serde_json::to_string(mark).map_err(Error::internal)?;
        let mut commit = writer.writer.prepare_commit().map_err(Error::internal)?;
        commit.set_payload(&payload);
        commit.commit().map_err(Error::internal)?;
        self.reload()?;
        self.is_complete.store(mark.is_complete, Ordering::Release);
        Ok(())
    }

    /// Merges all segments into one.
    pub(super) fn merge(&self, writer: &mut Writer) -> Result<()> {
        let segments = self.index.searchable_segment_ids().map_err(Error::internal)?;
        if segments.len() > 1 {
            writer.writer.merge(&segments).wait().map_err(Error::internal)?;
        }
        self.reload()
    }

    fn reload(&self) -> Result<()> {
        self.reader.reload().map_err(Error::internal)
    }
}

/// An index being written.
pub(super) struct Writer {
    writer: IndexWriter,
    fields: Fields,
}

impl Writer {
    /// Adds a product that is not there yet.
    pub(super) fn add(&self, product: &Product) -> Result<()> {
        self.writer.add_document(document(&self.fields, product)).map_err(Error::internal)?;
        Ok(())
    }

    /// Removes a product, if it is there.
    pub(super) fn remove(&self, id: &str) {
        self.writer.delete_term(Term::from_field_text(self.fields.id, id));
    }

    /// Ends writing, and lets go of its memory and threads. What was not committed is lost.
    pub(super) fn close(self) -> Result<()> {
        self.writer.wait_merging_threads().map_err(Error::internal)
    }
}
