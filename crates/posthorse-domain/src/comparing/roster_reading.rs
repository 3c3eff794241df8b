//! The national system's export, read through the same check as every other list.

use std::io::{Read, Seek};

use jiff::civil::Date;

use super::roster_index::{RosterBuilder, RosterError, RosterIndex};
use crate::checking::check_report::CheckReport;
use crate::checking::list_check::ListCheck;
use crate::checking::list_error::ListError;
use crate::schemas::list_schema::ListSchema;
use crate::values::calendar_date::parse_written;

/// A roster that was read, and what the check said about it.
#[derive(Debug)]
#[non_exhaustive]
pub struct RosterReading {
    /// Everybody whose row has no fault; nobody if the file is unusable as a whole.
    pub index: RosterIndex,
    /// The findings. Rows that were rejected are not in the index, so whoever stands in one would
    /// be taken for somebody who is not on the roster: show their number.
    pub report: CheckReport,
}

/// Reads a roster, `.xlsx`, `.xls` or `.csv`. The name of the file gives a head count to compare
/// with, and the day if the list has no column for it:
/// `防止返贫致贫监测对象信息_20250902-风险未消除608人.xlsx`.
///
/// # Errors
/// The machine's fault, or a roster that is too large; what is wrong with it is in the report.
pub fn read_roster<R: Read + Seek>(
    schema: &ListSchema,
    today: Date,
    file_name: &str,
    source: R,
) -> Result<RosterReading, ListError> {
    let stopped = |error: RosterError| ListError::Stopped(error.into());
    let mut builder = RosterBuilder::new(schema).map_err(stopped)?;
    let check = ListCheck::new(schema, today).with_file_name(file_name);
    let report = check.check(source, &mut |record| Ok(builder.enter(record)?))?;
    if !report.is_usable() {
        builder = RosterBuilder::new(schema).map_err(stopped)?;
    }
    let as_of = named_day(file_name).filter(|day| *day <= today);
    Ok(RosterReading {
        index: builder.finish(&report.columns, as_of),
        report,
    })
}

/// The first eight digits of a file's name that are a date, such as `20250902`.
fn named_day(file_name: &str) -> Option<Date> {
    let runs = file_name.split(|c: char| !c.is_ascii_digit());
    let mut days = runs.filter(|run| run.len() == 8).filter_map(parse_written);
    days.next().map(|written| written.first_day())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_are_found_in_file_names() {
        let name = "防止返贫致贫监测对象信息_20250902-风险未消除608人.xlsx";
        assert_eq!(named_day(name), Some(date(2025, 9, 2)));
        assert_eq!(named_day("监测对象.xlsx"), None);
        assert_eq!(named_day("20259902.xlsx"), None);
    }
}
