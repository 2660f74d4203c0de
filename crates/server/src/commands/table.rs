//! Rows for the person at the terminal, each column as wide as it has to be.

/// The rows below their head, without a space at the end of a line.
pub(super) fn table<const COLUMNS: usize>(head: [&str; COLUMNS], rows: &[[String; COLUMNS]]) -> String {
    let widths: [usize; COLUMNS] = std::array::from_fn(|column| {
        let of_rows = rows.iter().map(|row| row[column].chars().count());
        of_rows.chain([head[column].chars().count()]).max().unwrap_or(0)
    });
    let line = |cells: &[String; COLUMNS]| {
        let padded: Vec<String> = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        padded.join("  ").trim_end().to_owned()
    };
    let head = head.map(str::to_uppercase);
    std::iter::once(&head).chain(rows).map(line).collect::<Vec<_>>().join("\n")
}

/// A time that has passed, as people say it: `45 s`, `12 min`, `3 h`, `5 days`.
pub(super) fn passed(seconds: i64) -> String {
    match seconds.max(0) {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7_200 => format!("{} min", seconds / 60),
        seconds @ 7_200..172_800 => format!("{} h", seconds / 3_600),
        seconds => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["a".to_owned(), "1".to_owned()], ["größer".to_owned(), String::new()]];
        assert_eq!(table(["name", "n"], &rows), "NAME    N\na       1\ngrößer");
    }

    #[test]
    fn time_is_told_in_the_unit_that_fits() {
        assert_eq!(
            [0, 119, 120, 7_199, 7_200, 172_800].map(passed),
            ["0 s", "119 s", "2 min", "119 min", "2 h", "2 days"]
        );
    }
}
