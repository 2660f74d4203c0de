//! Blobs: files by key (pictures, exports). The embedded implementation keeps them in a folder.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use futures::future::BoxFuture;
use tradewind_kernel::{Error, Result};

/// The port. Each promise is a test in [`conformance`]:
/// - what was put is read back byte for byte, at once;
/// - putting again replaces whole: a reader sees the old bytes or the new, never a mixture;
/// - a missing key is `None`; removing it is no error;
/// - a key is a relative path of `[A-Za-z0-9._-]` segments, without `..`; anything else is refused.
pub trait BlobStore: Send + Sync {
    /// Stores bytes under a key.
    fn put<'a>(&'a self, key: &'a str, bytes: Bytes) -> BoxFuture<'a, Result<()>>;
    /// Reads a key.
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Bytes>>>;
    /// Removes a key.
    fn remove<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<()>>;
}

/// The blobs of the shop.
pub type Blobs = Arc<dyn BlobStore>;

/// Whether a key may be used: what comes from a URL must never leave the folder.
#[must_use]
pub fn is_valid_key(key: &str) -> bool {
    !key.is_empty()
        && key.len() <= 200
        && key.split('/').all(|segment| {
            !segment.is_empty()
                && !segment.starts_with('.')
                && segment.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        })
}

/// Blobs in a folder on the disk.
pub struct DiskBlobs {
    folder: PathBuf,
}

impl DiskBlobs {
    /// Blobs under this folder, which is created on the first put.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    fn path(&self, key: &str) -> Result<PathBuf> {
        if !is_valid_key(key) {
            return Err(Error::invalid("key", "This is not the name of a file of this shop"));
        }
        Ok(self.folder.join(key))
    }
}

impl BlobStore for DiskBlobs {
    fn put<'a>(&'a self, key: &'a str, bytes: Bytes) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            let path = self.path(key)?;
            if let Some(folder) = path.parent() {
                tokio::fs::create_dir_all(folder).await.map_err(Error::internal)?;
            }
            // Written beside and renamed: a reader never sees half a file.
            let mut beside = path.clone().into_os_string();
            beside.push(".new");
            tokio::fs::write(&beside, &bytes).await.map_err(Error::internal)?;
            tokio::fs::rename(&beside, &path).await.map_err(Error::internal)
        })
    }

    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<Option<Bytes>>> {
        Box::pin(async move {
            match tokio::fs::read(self.path(key)?).await {
                Ok(bytes) => Ok(Some(bytes.into())),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(Error::internal(error)),
            }
        })
    }

    fn remove<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move {
            match tokio::fs::remove_file(self.path(key)?).await {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::internal(error)),
                _ => Ok(()),
            }
        })
    }
}

/// The behaviour every implementation must show.
pub mod conformance {
    use super::{BlobStore, Bytes};

    /// Runs the whole suite against an empty store; panics with what is wrong.
    #[expect(clippy::unwrap_used, reason = "a failing suite panics")]
    pub async fn suite(store: &dyn BlobStore) {
        assert_eq!(store.get("a/b.txt").await.unwrap(), None, "a missing key is None");
        store.remove("a/b.txt").await.unwrap();
        store.put("a/b.txt", Bytes::from_static(b"first")).await.unwrap();
        store.put("a/b.txt", Bytes::from_static(b"second")).await.unwrap();
        assert_eq!(store.get("a/b.txt").await.unwrap().unwrap(), "second", "put replaces");
        store.remove("a/b.txt").await.unwrap();
        assert_eq!(store.get("a/b.txt").await.unwrap(), None, "removed is gone");
        for bad in ["", "../secret", "/etc/passwd", "a//b", "a/./b", ".hidden", "a b"] {
            assert!(store.put(bad, Bytes::new()).await.is_err(), "{bad:?} must be refused");
            assert!(store.get(bad).await.is_err(), "{bad:?} must be refused");
        }
    }
}
