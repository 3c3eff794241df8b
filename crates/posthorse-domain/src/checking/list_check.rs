//! A whole list, from the clerk's file or from a package, in one call.

use std::io::{Read, Seek, Write};

use jiff::civil::Date;

use crate::checking::check_report::{CheckReport, Record};
use crate::checking::known_names::Roster;
use crate::checking::list_error::{Halt, ListError};
use crate::checking::problem::{Problem, ProblemCode};
use crate::checking::row_check::{RowCheck, SourceRow};
use crate::reading::head_count::named_head_count;
use crate::reading::header::missing_columns;
use crate::reading::limits::ListLimits;
use crate::reading::list_source::{HeadedSheet, ListFormat, ListSource, RowSort};
use crate::reading::raw_row::RawRow;
use crate::routing::transport::{TransportReader, TransportWriter};
use crate::schemas::list_schema::ListSchema;
use crate::values::areas::Areas;

/// What a caller's own work on a record may fail with.
pub type CallerError = Box<dyn std::error::Error + Send + Sync>;

/// Everything a check depends on beside the list: the schema, the counties, the day, the bounds.
#[derive(Debug, Clone)]
pub struct ListCheck<'s> {
    pub(crate) schema: &'s ListSchema,
    areas: &'s Areas,
    pub(crate) today: Date,
    pub(crate) limits: Option<ListLimits>,
    file_name: Option<String>,
    roster: Option<&'s Roster>,
    confirmed: Vec<ProblemCode>,
}

/// Sees every row of the sheets that have a header, and the problems that were found in it.
pub(crate) type RowWitness<'w> =
    dyn FnMut(&HeadedSheet, RowSort, &RawRow, &[Problem]) -> Result<(), Halt> + 'w;

impl<'s> ListCheck<'s> {
    /// A check of lists with a schema, as of a day, with the schema's counties and the built-in limits.
    #[must_use]
    pub fn new(schema: &'s ListSchema, today: Date) -> Self {
        Self {
            schema,
            areas: schema.areas(),
            today,
            limits: None,
            file_name: None,
            roster: None,
            confirmed: Vec::new(),
        }
    }

    /// The same check of a file that has a name, whose head count is then compared (E007).
    #[must_use]
    pub fn with_file_name(mut self, name: &str) -> Self {
        self.file_name = Some(name.to_owned());
        self
    }

    /// The same check, comparing names with those of a roster too (E108).
    #[must_use]
    pub fn with_roster(mut self, roster: &'s Roster) -> Self {
        self.roster = Some(roster);
        self
    }

    /// The same check for somebody who has looked at findings and says that they are meant so.
    /// Those of [`ProblemCode::is_confirmable`] become warnings; the others stay what they are.
    #[must_use]
    pub fn with_confirmed(mut self, codes: &[ProblemCode]) -> Self {
        self.confirmed = codes.to_vec();
        self
    }

    /// The same check with other counties.
    #[must_use]
    pub fn with_areas(mut self, areas: &'s Areas) -> Self {
        self.areas = areas;
        self
    }

    /// The same check with other bounds.
    #[must_use]
    pub fn with_limits(mut self, limits: ListLimits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// Reads a clerk's `.xlsx`, `.xls` or `.csv` and checks it. Memory does not grow with the rows,
    /// except for the keys by which duplicates are found and a workbook's shared strings.
    ///
    /// `on_record` is called with every accepted row, in order. A list whose end turns out to be
    /// unreadable has had its rows handed out before: use them only if the report is usable.
    ///
    /// # Errors
    /// The machine's fault or the caller's own error; what is wrong with the list is in the report.
    pub fn check<R: Read + Seek>(
        &self,
        source: R,
        on_record: &mut dyn FnMut(&Record<'_>) -> Result<(), CallerError>,
    ) -> Result<CheckReport, ListError> {
        self.run(source, None::<std::io::Sink>, on_record)
    }

    /// Reads and checks a clerk's list as [`ListCheck::check`] does, and writes all its rows, faulty
    /// ones too, to `out` as transport CSV.
    ///
    /// What was written is worth keeping only if the report is usable.
    ///
    /// # Errors
    /// As [`ListCheck::check`], and when `out` fails.
    pub fn convert<R: Read + Seek, W: Write>(
        &self,
        source: R,
        out: W,
        on_record: &mut dyn FnMut(&Record<'_>) -> Result<(), CallerError>,
    ) -> Result<CheckReport, ListError> {
        self.run(source, Some(out), on_record)
    }

    /// Checks a list that came in a package: the same checks, the same problems, at the sheet and
    /// row of the clerk's own list.
    ///
    /// # Errors
    /// As [`ListCheck::check`].
    pub fn check_transport<R: Read>(
        &self,
        source: R,
        on_record: &mut dyn FnMut(&Record<'_>) -> Result<(), CallerError>,
    ) -> Result<CheckReport, ListError> {
        let limits = self.limits.clone();
        let limits = limits.unwrap_or_else(ListLimits::for_transport);
        let mut rows = RowCheck::new(self.schema, self.areas, self.today, limits.clone())
            .with(self.roster, &self.confirmed);
        rows.report_mut().format = Some(ListFormat::Transport);
        let read = self.read_transport(source, &limits, &mut rows, on_record);
        settle(rows, read)
    }

    fn read_transport<R: Read>(
        &self,
        source: R,
        limits: &ListLimits,
        rows: &mut RowCheck<'s>,
        on_record: &mut dyn FnMut(&Record<'_>) -> Result<(), CallerError>,
    ) -> Result<(), Halt> {
        let mut reader = TransportReader::open(source, self.schema, limits)?;
        if let Some(problem) = missing_columns(self.schema, &reader.columns) {
            rows.add_file_problem(problem);
        }
        rows.report_mut().columns = present(&reader.columns);
        reader.for_each_row(&mut |row| hand_out(rows, row, on_record))
    }

    fn run<R: Read + Seek, W: Write>(
        &self,
        source: R,
        out: Option<W>,
        on_record: &mut dyn FnMut(&Record<'_>) -> Result<(), CallerError>,
    ) -> Result<CheckReport, ListError> {
        let limits = self.limits.clone().unwrap_or_default();
        let mut rows = RowCheck::new(self.schema, self.areas, self.today, limits.clone())
            .with(self.roster, &self.confirmed);
        let read = self.read_list(source, out, &limits, &mut rows, on_record, &mut unseen);
        settle(rows, read)
    }

    /// Reads and checks a list as [`ListCheck::check`] does, and shows every row to `witness`.
    pub(crate) fn check_seen<R: Read + Seek>(
        &self,
        source: R,
        witness: &mut RowWitness<'_>,
    ) -> Result<CheckReport, ListError> {
        let limits = self.limits.clone().unwrap_or_default();
        let mut rows = RowCheck::new(self.schema, self.areas, self.today, limits.clone())
            .with(self.roster, &self.confirmed);
        let out = None::<std::io::Sink>;
        let read = self.read_list(source, out, &limits, &mut rows, &mut |_| Ok(()), witness);
        settle(rows, read)
    }

    fn read_list<R: Read + Seek, W: Write>(
        &self,
        source: R,
        out: Option<W>,
        limits: &ListLimits,
        rows: &mut RowCheck<'s>,
        on_record: &mut dyn FnMut(&Record<'_>) -> Result<(), CallerError>,
        witness: &mut RowWitness<'_>,
    ) -> Result<(), Halt> {
        let mut source = ListSource::open(source, self.schema, limits)?;
        rows.report_mut().format = Some(source.format());
        for problem in std::mem::take(&mut source.problems) {
            rows.add_file_problem(problem);
        }
        let columns = columns_of_any_sheet(self.schema, &source);
        rows.report_mut().columns.clone_from(&columns);
        let writer = out.map(|out| TransportWriter::with_columns(self.schema, columns, out));
        let mut writer = writer.transpose()?;
        let notes = source.for_each_row(self.schema, &mut |sheet, sort, cells| {
            if sort != RowSort::Person {
                return witness(sheet, sort, cells, &[]);
            }
            let row = SourceRow {
                sheet: &sheet.name,
                number: cells.number,
                cells,
                columns: &sheet.header.columns,
                has_letters: true,
            };
            if let Some(writer) = &mut writer {
                writer.write_source(&row)?;
            }
            hand_out(rows, &row, on_record)?;
            witness(sheet, sort, cells, rows.found())
        })?;
        if let Some(writer) = writer {
            let mut out = writer.finish()?;
            out.flush().map_err(ListError::Write)?;
        }
        notes
            .into_iter()
            .for_each(|note| rows.add_file_problem(note));
        let named = self.file_name.as_deref().and_then(named_head_count);
        if let Some(named) = named.filter(|named| *named != rows.rows()) {
            let problem = Problem::new(ProblemCode::HeadCount)
                .with("named", named.to_string())
                .with("count", rows.rows().to_string());
            rows.add_file_problem(problem);
        }
        Ok(())
    }
}

/// For whoever needs no rows.
fn unseen(_: &HeadedSheet, _: RowSort, _: &RawRow, _: &[Problem]) -> Result<(), Halt> {
    Ok(())
}

fn hand_out(
    rows: &mut RowCheck<'_>,
    row: &SourceRow<'_>,
    on_record: &mut dyn FnMut(&Record<'_>) -> Result<(), CallerError>,
) -> Result<(), Halt> {
    match rows.check(row) {
        Some(record) => on_record(&record).map_err(|error| Halt::Error(ListError::Stopped(error))),
        None => Ok(()),
    }
}

/// Ends a check: a fault of the data belongs into the report.
fn settle(mut rows: RowCheck<'_>, read: Result<(), Halt>) -> Result<CheckReport, ListError> {
    match read {
        Ok(()) => {}
        Err(Halt::Data(fault)) => rows.add_file_problem(fault.to_problem()),
        Err(Halt::Error(error)) => return Err(error),
    }
    Ok(rows.finish())
}

fn present(columns: &[Option<usize>]) -> Vec<usize> {
    (0..columns.len())
        .filter(|at| columns[*at].is_some())
        .collect()
}

fn columns_of_any_sheet<R: Read + Seek>(schema: &ListSchema, source: &ListSource<R>) -> Vec<usize> {
    let has = |at: &usize| {
        let mut sheets = source.sheets.iter();
        sheets.any(|sheet| sheet.header.columns[*at].is_some())
    };
    (0..schema.fields.len()).filter(has).collect()
}
