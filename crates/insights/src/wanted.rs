//! Which report somebody wants: read from what they typed, and refused with what is wrong with it.

use tradewind_kernel::{Error, Result, Timestamp};

/// The reports there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Report {
    /// The orders of a period, one a row.
    Sales,
    /// What was taxed in a period, by currency, place and rate.
    Tax,
    /// What lies where, at present.
    Stock,
    /// Who ordered in a period.
    Customers,
}

impl Report {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Sales, Self::Tax, Self::Stock, Self::Customers];

    /// Its name in addresses and commands.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sales => "sales",
            Self::Tax => "tax",
            Self::Stock => "stock",
            Self::Customers => "customers",
        }
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Sales => "Sales",
            Self::Tax => "Tax",
            Self::Stock => "Stock",
            Self::Customers => "Customers",
        }
    }
}

/// How a report is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Comma-separated values (RFC 4180), for spreadsheets and programs.
    Csv,
    /// Pages to read and print.
    Pdf,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Csv, Self::Pdf];

    /// Its name, which files end with.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Pdf => "pdf",
        }
    }

    /// The type of its files.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Pdf => "application/pdf",
        }
    }
}

/// From when until when; what is open is not limited.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Period {
    /// The first moment in it.
    pub from: Option<Timestamp>,
    /// The first moment behind it.
    pub before: Option<Timestamp>,
}

impl Period {
    fn parse(from: Option<&str>, before: Option<&str>) -> Result<Self> {
        let period = Self { from: moment("from", from)?, before: moment("before", before)? };
        match (period.from, period.before) {
            (Some(from), Some(before)) if before <= from => Err(Error::invalid(
                "before",
                format!("before: the period ends where it begins, or earlier: {}", day_or_time(before)),
            )),
            _ => Ok(period),
        }
    }

    pub(crate) fn bounds(self) -> (Timestamp, Timestamp) {
        (self.from.unwrap_or(Timestamp(i64::MIN)), self.before.unwrap_or(Timestamp(i64::MAX)))
    }
}

/// A report of a period in a format.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wanted {
    /// Which report.
    pub report: Report,
    /// How it is written.
    pub format: Format,
    /// Of when.
    pub period: Period,
}

impl Wanted {
    /// Reads what was asked for. A moment is a date (midnight UTC) or a time as in RFC 3339; `from` is in the period, `before` is not.
    pub fn parse(kind: &str, format: &str, from: Option<&str>, before: Option<&str>) -> Result<Self> {
        let report = Report::ALL.into_iter().find(|report| report.name() == kind).ok_or_else(|| {
            let known = Report::ALL.map(Report::name).join(", ");
            Error::invalid("kind", format!("kind: there is no report {:?}; there are {known}", shortened(kind)))
        })?;
        let format = Format::ALL.into_iter().find(|known| known.name() == format).ok_or_else(|| {
            let known = Format::ALL.map(Format::name).join(" and ");
            Error::invalid("format", format!("format: a report is written as {known}, not as {:?}", shortened(format)))
        })?;
        let given = if from.is_some() { "from" } else { "before" };
        if report == Report::Stock && (from.is_some() || before.is_some()) {
            return Err(Error::invalid(
                given,
                format!("{given}: stock is reported as it is now; leave the period out"),
            ));
        }
        Ok(Self { report, format, period: Period::parse(from, before)? })
    }

    /// What the report is called as a file: `sales-2026-01-01-2026-02-01.csv`.
    #[must_use]
    pub fn file_name(&self) -> String {
        let mut name = self.report.name().to_owned();
        for moment in [self.period.from, self.period.before].into_iter().flatten() {
            name.push('-');
            name.push_str(&day_or_time(moment).replace(':', ""));
        }
        format!("{name}.{}", self.format.name())
    }

    pub(crate) fn period_text(&self, now: Timestamp) -> String {
        let Period { from, before } = self.period;
        match (from.map(day_or_time), before.map(day_or_time)) {
            _ if self.report == Report::Stock => format!("At {now}"),
            (Some(from), Some(before)) => format!("From {from} to before {before} (UTC)"),
            (Some(from), None) => format!("From {from} on (UTC)"),
            (None, Some(before)) => format!("Before {before} (UTC)"),
            (None, None) => "All".to_owned(),
        }
    }
}

fn moment(field: &str, text: Option<&str>) -> Result<Option<Timestamp>> {
    let Some(text) = text else { return Ok(None) };
    text.trim().parse().map(Some).map_err(|_| {
        let text = shortened(text);
        let reason =
            format!("{field}: {text:?} is neither a date like 2026-01-31 nor a time like 2026-01-31T08:00:00Z");
        Error::invalid(field, reason)
    })
}

/// A date where it is midnight, else a time.
fn day_or_time(moment: Timestamp) -> String {
    let text = moment.to_string();
    match text.strip_suffix("T00:00:00.000Z") {
        Some(day) => day.to_owned(),
        None => text,
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(kind: &str, format: &str, from: Option<&str>, before: Option<&str>) -> (String, String) {
        let error = Wanted::parse(kind, format, from, before).map(|wanted| format!("{wanted:?}")).unwrap_err();
        (error.field().unwrap_or_default().to_owned(), error.message().to_owned())
    }

    #[test]
    fn what_is_wrong_is_named_with_the_way_out() {
        for (wrong, field, said) in [
            (("profit", "csv", None, None), "kind", "there are sales, tax, stock, customers"),
            (("sales", "xlsx", None, None), "format", "written as csv and pdf"),
            (("sales", "csv", Some("January"), None), "from", "a date like 2026-01-31"),
            (("sales", "csv", None, Some("2026-02-30")), "before", "a date like 2026-01-31"),
            (("sales", "csv", Some("2026-02-01"), Some("2026-02-01")), "before", "ends where it begins"),
            (("stock", "csv", None, Some("2026-02-01")), "before", "leave the period out"),
        ] {
            let (kind, format, from, before) = wrong;
            let (of, message) = refusal(kind, format, from, before);
            assert!(of == field && message.contains(said), "{wrong:?}: {of}: {message}");
        }
    }

    #[test]
    fn a_period_is_read_in_any_zone() {
        let wanted = Wanted::parse("sales", "pdf", Some("2026-01-01T01:00:00+01:00"), Some("2026-02-01")).unwrap();
        assert_eq!(wanted.period_text(Timestamp(0)), "From 2026-01-01 to before 2026-02-01 (UTC)");
        assert_eq!(wanted.file_name(), "sales-2026-01-01-2026-02-01.pdf");
    }
}
