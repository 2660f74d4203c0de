//! Reports as comma-separated values (RFC 4180), which no spreadsheet takes for formulas.

use tradewind_kernel::Result;

use crate::table::{Cell, Column, Table, decimal};

/// What spreadsheets begin a formula with, or skip before they look for one.
const BEGINS_FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

pub(crate) struct Csv {
    pending: Vec<u8>,
}

impl Csv {
    pub(crate) fn new(columns: &[Column]) -> Self {
        let mut csv = Self { pending: Vec::new() };
        csv.line(columns.iter().map(|column| column.name.to_owned()));
        csv
    }

    fn line(&mut self, cells: impl Iterator<Item = String>) {
        for (place, cell) in cells.enumerate() {
            if place > 0 {
                self.pending.push(b',');
            }
            self.pending.extend_from_slice(cell.as_bytes());
        }
        self.pending.extend_from_slice(b"\r\n");
    }
}

impl Table for Csv {
    fn row(&mut self, cells: &[Cell]) -> Result<()> {
        self.line(cells.iter().map(written));
        Ok(())
    }

    // Whoever reads the file adds up by itself: a line that is no row would be counted twice.
    fn finish(&mut self, _: &[Vec<Cell>]) -> Result<()> {
        Ok(())
    }

    fn pending(&self) -> usize {
        self.pending.len()
    }

    fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.pending)
    }
}

fn written(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => quoted(text),
        Cell::Count(count) => count.to_string(),
        Cell::Amount(minor, currency) => decimal(*minor, *currency),
        Cell::Percent(percent) => percent.normalize().to_string(),
        Cell::Time(at) => at.to_string(),
    }
}

fn quoted(text: &str) -> String {
    // The apostrophe tells a spreadsheet that text follows.
    let harmless = if text.starts_with(BEGINS_FORMULA) { format!("'{text}") } else { text.to_owned() };
    if harmless.contains([',', '"', '\r', '\n']) { format!("\"{}\"", harmless.replace('"', "\"\"")) } else { harmless }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_quoted_and_never_a_formula() {
        assert_eq!(quoted("Ada"), "Ada");
        assert_eq!(quoted("Lovelace, Ada"), "\"Lovelace, Ada\"");
        assert_eq!(quoted("12\" print\n"), "\"12\"\" print\n\"");
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"] {
            assert_eq!(quoted(formula), format!("'{formula}"));
        }
        assert_eq!(quoted("=A1,B1"), "\"'=A1,B1\"");
    }
}
