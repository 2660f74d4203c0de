//! A shop in SQLite with its files, copied into a folder and back: whole, or not at all.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};
use tradewind_platform::db::{Counts, check_sqlite, copy_sqlite};

const STORE: &str = "shop.db";
const FILES: &str = "media";
const CONTENTS: &str = "backup.json";

/// What a backup holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Contents {
    /// How many rows each table has.
    pub tables: Counts,
    /// How many files there are.
    pub files: u64,
    /// How many bytes they have together.
    pub bytes: u64,
}

/// Copies a store that may be in use, and the files of its shop, into a folder that does not exist.
pub fn back_up(store: &Path, files: &Path, to: &Path) -> Result<Contents> {
    if to.exists() {
        bail!("{} is there already; a backup overwrites nothing", to.display());
    }
    let unfinished = beside(to);
    if unfinished.exists() {
        bail!("{} is what an unfinished backup has left; remove it first", unfinished.display());
    }
    fs::create_dir_all(unfinished.join(FILES)).with_context(|| format!("{} cannot be made", unfinished.display()))?;
    let fill = || {
        // Files before and after: one that the store names was there at the one time or at the other.
        copy_files(files, &unfinished.join(FILES))?;
        let tables = copy_sqlite(store, &unfinished.join(STORE))?;
        sync(&unfinished.join(STORE))?;
        copy_files(files, &unfinished.join(FILES))?;
        let (files, bytes) = measure(&unfinished.join(FILES))?;
        let contents = Contents { tables, files, bytes };
        fs::write(unfinished.join(CONTENTS), serde_json::to_string_pretty(&contents)? + "\n")?;
        sync(&unfinished.join(CONTENTS))?;
        sync(&unfinished)?;
        fs::rename(&unfinished, to)?;
        sync(parent(to))?;
        Ok(contents)
    };
    let filled: Result<Contents> = fill();
    if filled.is_err() {
        let _ = fs::remove_dir_all(&unfinished);
    }
    filled.with_context(|| format!("{} was not made", to.display()))
}

/// Puts a backup where no shop is.
pub fn restore(from: &Path, store: &Path, files: &Path) -> Result<Contents> {
    let contents = fs::read_to_string(from.join(CONTENTS))
        .with_context(|| format!("{} is no backup: it has no {CONTENTS}", from.display()))?;
    let contents: Contents =
        serde_json::from_str(&contents).with_context(|| format!("{} cannot be read", from.join(CONTENTS).display()))?;
    // What SQLite keeps beside a file would be read into another one of that name.
    for end in ["", "-wal", "-shm", "-journal"] {
        let mut path = store.as_os_str().to_owned();
        path.push(end);
        if Path::new(&path).exists() {
            bail!("{} is there already; a restore overwrites nothing", Path::new(&path).display());
        }
    }
    if files.read_dir().is_ok_and(|mut entries| entries.next().is_some()) {
        bail!("there are files in {} already; a restore overwrites nothing", files.display());
    }
    if measure(&from.join(FILES))? != (contents.files, contents.bytes) {
        bail!("{} does not hold the files that {CONTENTS} counts", from.join(FILES).display());
    }
    fs::create_dir_all(parent(store)).with_context(|| format!("{} cannot be made", parent(store).display()))?;
    let unfinished = beside(store);
    let copy_store = || {
        fs::copy(from.join(STORE), &unfinished)?;
        if check_sqlite(&unfinished)? != contents.tables {
            bail!("{} does not hold the rows that {CONTENTS} counts", from.join(STORE).display());
        }
        sync(&unfinished)
    };
    let unfinished_files = beside(files);
    let copied = copy_store().and_then(|()| {
        fs::create_dir_all(&unfinished_files)?;
        copy_files(&from.join(FILES), &unfinished_files)?;
        fs::rename(&unfinished_files, files)?;
        sync(parent(files))?;
        // The store comes last: whoever finds it finds all of the shop.
        fs::rename(&unfinished, store)?;
        sync(parent(store))
    });
    if copied.is_err() {
        let _ = fs::remove_file(&unfinished);
        let _ = fs::remove_dir_all(&unfinished_files);
    }
    copied.with_context(|| format!("{} was not restored", store.display()))?;
    Ok(contents)
}

/// Where something is made before it gets its name.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".unfinished");
    name.into()
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Copies those files of a folder that the other does not have.
fn copy_files(from: &Path, to: &Path) -> Result<()> {
    for (name, is_folder) in entries(from)? {
        let (from, to) = (from.join(&name), to.join(&name));
        if is_folder {
            copy_files(&from, &to)?;
        } else if !to.exists() {
            fs::create_dir_all(parent(&to))?;
            match fs::copy(&from, &to) {
                Ok(_) => sync(&to)?,
                // The shop removed it just now.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error).with_context(|| format!("{} cannot be copied", from.display())),
            }
        }
    }
    Ok(())
}

/// How many files there are in a folder, and of how many bytes together.
fn measure(folder: &Path) -> Result<(u64, u64)> {
    let (mut files, mut bytes) = (0, 0);
    for (name, is_folder) in entries(folder)? {
        let path = folder.join(name);
        let (more_files, more_bytes) = if is_folder { measure(&path)? } else { (1, path.metadata()?.len()) };
        (files, bytes) = (files + more_files, bytes + more_bytes);
    }
    Ok((files, bytes))
}

/// What is in a folder, but for what is being written there at the moment. Nothing is in a folder that does not exist.
fn entries(folder: &Path) -> Result<Vec<(PathBuf, bool)>> {
    let entries = match folder.read_dir() {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", folder.display())),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = PathBuf::from(entry.file_name());
        if name.extension().is_none_or(|end| end != "new") {
            found.push((name, entry.file_type()?.is_dir()));
        }
    }
    Ok(found)
}

/// Waits until a file, or the names in a folder, are on the disk.
fn sync(path: &Path) -> Result<()> {
    Ok(File::open(path)?.sync_all()?)
}
