//! What a report is made of, whichever way it is written: columns, cells, and the way to the sink.

use bytes::Bytes;
use tradewind_kernel::{Currency, Decimal, Result, Timestamp};

use crate::Sink;

/// How much is written at a time.
const PIECE_BYTES: usize = 32 * 1024;

/// A column of a report.
pub(crate) struct Column {
    /// Its name in CSV files.
    pub name: &'static str,
    /// Its head on pages.
    pub label: &'static str,
    /// How wide it is on pages, beside the others.
    pub share: i32,
    /// Whether its cells stand at the right, as amounts do.
    pub is_right: bool,
}

/// A column of text.
pub(crate) const fn left(name: &'static str, label: &'static str, share: i32) -> Column {
    Column { name, label, share, is_right: false }
}

/// A column of amounts.
pub(crate) const fn right(name: &'static str, label: &'static str, share: i32) -> Column {
    Column { name, label, share, is_right: true }
}

/// What stands at one place of a row.
#[derive(Clone, Debug)]
pub(crate) enum Cell {
    Empty,
    Text(String),
    Count(i64),
    /// Minor units of a currency; sums of any length fit.
    Amount(i128, Currency),
    Percent(Decimal),
    Time(Timestamp),
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn optional(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Empty, |text| Self::Text(text.into()))
    }
}

/// What a report is headed by.
pub(crate) struct Head<'a> {
    pub title: &'a str,
    pub shop: &'a str,
    pub period: String,
    pub now: Timestamp,
    pub columns: &'static [Column],
}

/// Whatever writes rows out.
pub(crate) trait Table: Send {
    /// Adds a row.
    fn row(&mut self, cells: &[Cell]) -> Result<()>;
    /// Adds the totals, and ends.
    fn finish(&mut self, totals: &[Vec<Cell>]) -> Result<()>;
    /// How much is written and not taken yet.
    fn pending(&self) -> usize;
    /// Takes what is written.
    fn take(&mut self) -> Vec<u8>;
}

/// A table on its way to a sink.
pub(crate) struct Out<'a> {
    table: Box<dyn Table>,
    sink: &'a mut dyn Sink,
    progress: &'a mut (dyn FnMut(u64) + Send),
    rows: u64,
}

impl<'a> Out<'a> {
    pub(crate) fn new(
        table: Box<dyn Table>,
        sink: &'a mut dyn Sink,
        progress: &'a mut (dyn FnMut(u64) + Send),
    ) -> Self {
        Self { table, sink, progress, rows: 0 }
    }

    pub(crate) async fn row(&mut self, cells: &[Cell]) -> Result<()> {
        self.table.row(cells)?;
        self.rows += 1;
        if self.table.pending() >= PIECE_BYTES {
            self.pass_on().await?;
            (self.progress)(self.rows);
        }
        Ok(())
    }

    pub(crate) async fn finish(mut self, totals: Vec<Vec<Cell>>) -> Result<u64> {
        self.table.finish(&totals)?;
        self.pass_on().await?;
        (self.progress)(self.rows);
        Ok(self.rows)
    }

    async fn pass_on(&mut self) -> Result<()> {
        self.sink.write(Bytes::from(self.table.take())).await
    }
}

/// An amount of minor units in major ones: `-0.05`.
pub(crate) fn decimal(minor: i128, currency: Currency) -> String {
    let digits = currency.minor_digits() as usize;
    let sign = if minor < 0 { "-" } else { "" };
    let figures = format!("{:0>width$}", minor.unsigned_abs(), width = digits + 1);
    let (whole, part) = figures.split_at(figures.len() - digits);
    if digits == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_the_digits_of_their_currency() {
        let shown = |minor, code: &str| decimal(minor, code.parse().unwrap());
        assert_eq!(shown(-5, "eur"), "-0.05");
        assert_eq!(shown(123_456, "usd"), "1234.56");
        assert_eq!(shown(1500, "jpy"), "1500");
        assert_eq!(shown(7, "kwd"), "0.007");
    }
}
