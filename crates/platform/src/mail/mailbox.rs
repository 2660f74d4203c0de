//! A mailbox in one file, in the mbox format (RFC 4155, with lines that begin with "From " quoted): mail programs open it, and
//! a message more costs an append. A file of its own for each message would cost a tenth of an order, as file systems go.

use std::collections::HashSet;
use std::fs::File;
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
use std::io::{self, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use tradewind_kernel::Timestamp;

/// What the first line of each message begins with.
const POSTMARK: &[u8] = b"From ";
/// The header that holds a message's key: the second line of each message.
const KEY: &[u8] = b"X-Message-Key: ";
/// The header that says how many bytes follow it, the empty line at the end included: the third line. What is shorter was
/// cut off by a crash.
const REST: &[u8] = b"X-Message-Bytes: ";

/// A mailbox file. Several processes may append to it.
pub(super) struct Mailbox {
    path: PathBuf,
    /// How much of the file is known, in bytes.
    known_bytes: u64,
    /// Hashes of the keys of the messages in it.
    keys: HashSet<u64>,
}

impl Mailbox {
    pub(super) fn at(path: PathBuf) -> Self {
        Self { path, known_bytes: 0, keys: HashSet::new() }
    }

    /// Appends a message, unless one with this key is there. What a crash left half-written at the end is removed first.
    pub(super) fn append(&mut self, key: &str, sender: &str, at: Timestamp, message: &[u8]) -> io::Result<()> {
        let mut file = open(&self.path)?;
        file.lock()?;
        self.learn(&mut file)?;
        let key_hash = hash(key.as_bytes());
        if self.keys.contains(&key_hash) {
            return Ok(());
        }
        let rest = quoted(message);
        let mut entry = Vec::with_capacity(rest.len() + 200);
        writeln!(entry, "From {sender} {}", at.asctime())?;
        entry.extend_from_slice(KEY);
        writeln!(entry, "{key}")?;
        entry.extend_from_slice(REST);
        writeln!(entry, "{}", rest.len())?;
        entry.extend_from_slice(&rest);
        file.seek(SeekFrom::Start(self.known_bytes))?;
        file.write_all(&entry)?;
        self.known_bytes += entry.len() as u64;
        self.keys.insert(key_hash);
        Ok(())
    }

    /// Takes note of the messages that are not known yet: those of an earlier process, or of another one.
    fn learn(&mut self, file: &mut File) -> io::Result<()> {
        let length_bytes = file.metadata()?.len();
        if length_bytes < self.known_bytes {
            // Somebody emptied the mailbox, or took it away.
            self.known_bytes = 0;
        }
        file.seek(SeekFrom::Start(self.known_bytes))?;
        let mut reader = BufReader::new(&mut *file);
        while self.known_bytes < length_bytes {
            match read_head(&mut reader)? {
                Head::Of { key_hash, head_bytes, rest_bytes }
                    if self.known_bytes + head_bytes + rest_bytes <= length_bytes =>
                {
                    reader.seek_relative(i64::try_from(rest_bytes).map_err(io::Error::other)?)?;
                    self.known_bytes += head_bytes + rest_bytes;
                    self.keys.insert(key_hash);
                }
                // A crash left the last message half-written.
                Head::Of { .. } | Head::Cut => return file.set_len(self.known_bytes),
                // Somebody else wrote into this file; ours goes behind it.
                Head::Foreign => self.known_bytes = length_bytes,
            }
        }
        Ok(())
    }
}

/// The first three lines of a message, as they were found.
enum Head {
    Of {
        key_hash: u64,
        head_bytes: u64,
        rest_bytes: u64,
    },
    /// The file ends within them.
    Cut,
    /// They are not ours.
    Foreign,
}

fn read_head(reader: &mut impl io::BufRead) -> io::Result<Head> {
    let (mut lines, mut head_bytes) = (Vec::with_capacity(3), 0);
    for prefix in [POSTMARK, KEY, REST] {
        let mut line = Vec::new();
        head_bytes += reader.read_until(b'\n', &mut line)? as u64;
        if !line.ends_with(b"\n") {
            return Ok(Head::Cut);
        }
        let Some(value) = line.strip_prefix(prefix) else { return Ok(Head::Foreign) };
        lines.push(value.trim_ascii_end().to_vec());
    }
    let rest_bytes = std::str::from_utf8(&lines[2]).ok().and_then(|text| text.parse().ok());
    Ok(match rest_bytes {
        Some(rest_bytes) => Head::Of { key_hash: hash(&lines[1]), head_bytes, rest_bytes },
        None => Head::Foreign,
    })
}

/// Opens the file; its folder is made where it turns out to be missing.
fn open(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            options.open(path)
        }
        outcome => outcome,
    }
}

/// A message with the line ends of a mailbox, its would-be postmarks quoted, and the empty line that ends it.
fn quoted(message: &[u8]) -> Vec<u8> {
    let mut quoted = Vec::with_capacity(message.len() + 8);
    let message = message.strip_suffix(b"\n").unwrap_or(message);
    for line in message.split(|byte| *byte == b'\n') {
        if is_postmark_like(line) {
            quoted.push(b'>');
        }
        quoted.extend_from_slice(line.strip_suffix(b"\r").unwrap_or(line));
        quoted.push(b'\n');
    }
    quoted.push(b'\n');
    quoted
}

/// Whether a line would be taken for a postmark, or for one that was quoted.
fn is_postmark_like(line: &[u8]) -> bool {
    let quotes = line.iter().take_while(|byte| **byte == b'>').count();
    line[quotes..].starts_with(POSTMARK)
}

fn hash(key: &[u8]) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &[u8] = b"Subject: Your order\r\n\r\nThank you\r\nFrom all of us\r\n";
    const NOON: Timestamp = Timestamp(1_795_435_200_000);

    fn append(mailbox: &mut Mailbox, key: &str) {
        mailbox.append(key, "shop@example.com", NOON, MESSAGE).unwrap();
    }

    fn keys_in(path: &Path) -> Vec<String> {
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().filter_map(|line| line.strip_prefix("X-Message-Key: ").map(str::to_owned)).collect()
    }

    #[test]
    fn a_message_is_written_as_mail_programs_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new").join("outgoing.mbox");
        append(&mut Mailbox::at(path.clone()), "one");
        assert_eq!(
            std::fs::read_to_string(path).unwrap(),
            "From shop@example.com Mon Nov 23 12:00:00 2026\nX-Message-Key: one\nX-Message-Bytes: 48\n\
             Subject: Your order\n\nThank you\n>From all of us\n\n"
        );
    }

    #[test]
    fn a_key_is_written_once_by_whoever_writes_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outgoing.mbox");
        let (mut one, mut other) = (Mailbox::at(path.clone()), Mailbox::at(path.clone()));
        append(&mut one, "a");
        append(&mut other, "a");
        append(&mut other, "b");
        append(&mut one, "b");
        append(&mut Mailbox::at(path.clone()), "a");
        append(&mut one, "c");
        assert_eq!(keys_in(&path), ["a", "b", "c"]);
    }

    #[test]
    fn what_a_crash_left_half_written_is_written_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outgoing.mbox");
        append(&mut Mailbox::at(path.clone()), "a");
        let begins_at = std::fs::metadata(&path).unwrap().len();
        append(&mut Mailbox::at(path.clone()), "b");
        let whole = std::fs::read(&path).unwrap();
        for length in begins_at + 1..whole.len() as u64 {
            File::options().write(true).open(&path).unwrap().set_len(length).unwrap();
            append(&mut Mailbox::at(path.clone()), "b");
            assert!(std::fs::read(&path).unwrap() == whole, "cut after {length} bytes");
        }
    }

    #[test]
    fn what_somebody_else_wrote_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outgoing.mbox");
        let foreign = "From a@example.com Mon Nov 23 12:00:00 2026\nSubject: Hello\n\nHello\n\n";
        std::fs::write(&path, foreign).unwrap();
        append(&mut Mailbox::at(path.clone()), "a");
        assert!(std::fs::read_to_string(&path).unwrap().starts_with(foreign));
        assert_eq!(keys_in(&path), ["a"]);
    }

    #[test]
    fn a_mailbox_that_was_taken_away_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("outgoing.mbox");
        let mut mailbox = Mailbox::at(path.clone());
        append(&mut mailbox, "a");
        std::fs::remove_file(&path).unwrap();
        append(&mut mailbox, "b");
        assert_eq!(keys_in(&path), ["b"]);
    }
}
