//! The objects of a PDF file, passed on as they are made: what stays is where each begins.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::{Chunk, Ref, Settings};
use tradewind_kernel::{Error, Result};

/// The bytes behind the version tell programs that the file is not text.
const HEADER: &[u8] = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n";

pub(super) struct File {
    /// What is made and not taken yet.
    pending: Vec<u8>,
    /// How much was taken.
    taken: u64,
    /// Where each object begins, by its number; 0 for one that is still to come.
    offsets: Vec<u64>,
}

impl File {
    pub(super) fn new() -> Self {
        Self { pending: HEADER.to_vec(), taken: 0, offsets: Vec::new() }
    }

    /// A number for an object, which may be referred to before it is made.
    pub(super) fn reserve(&mut self) -> Ref {
        self.offsets.push(0);
        Ref::new(i32::try_from(self.offsets.len()).unwrap_or(i32::MAX))
    }

    /// Adds the object with this number.
    pub(super) fn put(&mut self, id: Ref, make: impl FnOnce(&mut Chunk)) {
        let mut chunk = Chunk::with_settings(Settings { pretty: false });
        make(&mut chunk);
        let begins = self.length();
        if let Some(offset) = usize::try_from(id.get() - 1).ok().and_then(|place| self.offsets.get_mut(place)) {
            *offset = begins;
        }
        self.pending.extend_from_slice(chunk.as_bytes());
    }

    /// How long the file is so far.
    fn length(&self) -> u64 {
        self.taken + self.pending.len() as u64
    }

    /// How much can be taken.
    pub(super) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// What is made so far and was not taken before.
    pub(super) fn take(&mut self) -> Vec<u8> {
        self.taken = self.length();
        std::mem::take(&mut self.pending)
    }

    /// Adds the table of where everything is, and the end.
    pub(super) fn finish(&mut self, catalog: Ref, info: Ref) {
        let begins = self.length();
        let count = self.offsets.len() + 1;
        let mut table = format!("xref\n0 {count}\n0000000000 65535 f \n");
        for offset in &self.offsets {
            table.push_str(&format!("{offset:010} 00000 n \n"));
        }
        let (catalog, info) = (catalog.get(), info.get());
        table.push_str(&format!("trailer\n<</Size {count}/Root {catalog} 0 R/Info {info} 0 R>>\n"));
        table.push_str(&format!("startxref\n{begins}\n%%EOF\n"));
        self.pending.extend_from_slice(table.as_bytes());
    }
}

/// The same in fewer bytes, as `FlateDecode` reads it.
pub(super) fn compressed(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::default());
    encoder.write_all(bytes).map_err(Error::internal)?;
    encoder.finish().map_err(Error::internal)
}
