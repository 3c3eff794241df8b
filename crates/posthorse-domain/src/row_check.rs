//! Rows: every cell in its normal form, or every problem there is.

use jiff::civil::Date;

use crate::areas::Areas;
use crate::cell_check::{CellContext, check_cell};
use crate::check_report::{CheckReport, Record, RejectedRow};
use crate::duplicate_keys::{DuplicateKeys, FirstSeen, key_of};
use crate::limits::ListLimits;
use crate::list_schema::{ListSchema, Presence};
use crate::mask::mask;
use crate::problem::{Level, Place, Problem, ProblemCode, column_letters};
use crate::raw_row::RawRow;
use crate::text::heal;

/// A row in the form that the check takes, from whatever kind of file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SourceRow<'r> {
    pub(crate) sheet: &'r str,
    /// The row's number in the clerk's list.
    pub(crate) number: u32,
    pub(crate) cells: &'r RawRow,
    /// For each field of the schema its column among the cells.
    pub(crate) columns: &'r [Option<usize>],
    /// Whether the columns are still those of the clerk's spreadsheet.
    pub(crate) has_letters: bool,
}

impl<'r> SourceRow<'r> {
    pub(crate) fn text(&self, field: usize) -> &'r str {
        let column = self.columns.get(field).copied().flatten();
        column.map_or("", |column| self.cells.cell(column))
    }
}

/// Checks the rows of one list and keeps its report.
pub(crate) struct RowCheck<'s> {
    schema: &'s ListSchema,
    context: CellContext<'s>,
    limits: ListLimits,
    report: CheckReport,
    is_usable: bool,
    keys: DuplicateKeys,
    sheets: Vec<String>,
    values: Vec<String>,
    found: Vec<Problem>,
}

impl<'s> RowCheck<'s> {
    pub(crate) fn new(
        schema: &'s ListSchema,
        areas: &'s Areas,
        today: Date,
        limits: ListLimits,
    ) -> Self {
        Self {
            schema,
            context: CellContext { areas, today },
            limits,
            report: CheckReport::default(),
            is_usable: true,
            keys: DuplicateKeys::default(),
            sheets: Vec::new(),
            values: vec![String::new(); schema.fields.len()],
            found: Vec::new(),
        }
    }

    pub(crate) fn report_mut(&mut self) -> &mut CheckReport {
        &mut self.report
    }

    /// Enters a problem of the file itself.
    pub(crate) fn add_file_problem(&mut self, problem: Problem) {
        self.is_usable &= problem.level != Level::File;
        self.report.add(problem);
    }

    /// The report; problems of the file stand before those of rows.
    pub(crate) fn finish(mut self) -> CheckReport {
        if !self.is_usable {
            self.report.rejected += std::mem::take(&mut self.report.accepted);
        }
        self.report
    }

    /// Checks a row. Gives the record if it is accepted and the list can be used.
    pub(crate) fn check<'c>(&'c mut self, row: &SourceRow<'c>) -> Option<Record<'c>> {
        self.found.clear();
        for at in 0..self.schema.fields.len() {
            self.check_field(at, row);
        }
        self.check_conditions(row);
        self.check_key(row);
        if !self.found.is_empty() {
            self.reject(row);
            return None;
        }
        self.report.accepted += 1;
        self.is_usable.then_some(Record {
            schema: self.schema,
            sheet: row.sheet,
            row: row.number,
            values: &self.values,
        })
    }

    /// The problems of the row that was checked last, whether or not the report has kept them.
    pub(crate) fn found(&self) -> &[Problem] {
        &self.found
    }

    fn check_field(&mut self, at: usize, row: &SourceRow<'_>) {
        let field = &self.schema.fields[at];
        let value = &mut self.values[at];
        value.clear();
        let text = row.text(at);
        let before = self.found.len();
        if !text.is_empty() {
            check_cell(self.context, field, text, value, &mut self.found);
        } else if field.presence == Presence::Cell
            && row.columns.get(at).copied().flatten().is_some()
        {
            self.found.push(Problem::new(ProblemCode::RequiredEmpty));
        }
        for problem in &mut self.found[before..] {
            locate(problem, self.schema, at, row);
        }
    }

    fn check_conditions(&mut self, row: &SourceRow<'_>) {
        for (at, field) in self.schema.fields.iter().enumerate() {
            let Some(condition) = &field.required_if else {
                continue;
            };
            let applies = condition.equals.contains(&self.values[condition.field]);
            let length = row.text(at).chars().count();
            if !applies || length >= condition.min_length {
                continue;
            }
            let mut problem = Problem::new(condition.code)
                .with(
                    "value",
                    mask(field.field_type, field.sensitive, row.text(at)),
                )
                .with("min_length", condition.min_length.to_string());
            locate(&mut problem, self.schema, at, row);
            self.found.push(problem);
        }
    }

    fn check_key(&mut self, row: &SourceRow<'_>) {
        let fields = &self.schema.primary_key;
        let faulty = |at: &usize| self.found.iter().any(|found| found.field == Some(*at));
        if fields.iter().any(faulty) {
            return;
        }
        let values = fields.iter().map(|at| self.values[*at].as_str());
        let Some(key) = key_of(values) else { return };
        let place = FirstSeen {
            sheet: self.sheet_number(row.sheet),
            row: row.number,
        };
        let Some(first) = self.keys.enter(key, place) else {
            return;
        };
        let first_row = match self.sheets.get(usize::from(first.sheet)) {
            Some(sheet) if first.sheet != place.sheet => format!("{sheet}!{}", first.row),
            _ => first.row.to_string(),
        };
        let at = self.schema.primary_key[0];
        let field = &self.schema.fields[at];
        let value = mask(field.field_type, field.sensitive, &self.values[at]);
        let mut problem = Problem::new(ProblemCode::Duplicate)
            .with("value", value)
            .with("first_row", first_row);
        locate(&mut problem, self.schema, at, row);
        self.found.push(problem);
    }

    fn sheet_number(&mut self, sheet: &str) -> u16 {
        // Rows of a sheet follow each other, so the last one is nearly always the one.
        let known = self.sheets.iter().rposition(|known| known == sheet);
        let at = known.unwrap_or_else(|| {
            // A workbook has few sheets; a transport file that names thousands loses only the
            // name of the first one in the sentence of E107.
            if self.sheets.len() < usize::from(u16::MAX) {
                self.sheets.push(sheet.to_owned());
            }
            self.sheets.len() - 1
        });
        u16::try_from(at).unwrap_or(u16::MAX)
    }

    fn reject(&mut self, row: &SourceRow<'_>) {
        let report = &mut self.report;
        report.rejected += 1;
        for problem in &self.found {
            *report.counts.entry(problem.code).or_default() += 1;
        }
        let start = report.problems.len();
        if start + self.found.len() > self.limits.kept_problems {
            report.problems_not_kept += self.found.len() as u64;
            return;
        }
        report.problems.extend_from_slice(&self.found);
        if report.rejected_rows.len() < self.limits.kept_rows {
            let cells = 0..self.schema.fields.len();
            report.rejected_rows.push(RejectedRow {
                sheet: row.sheet.to_owned(),
                row: row.number,
                cells: cells.map(|at| row.text(at).to_owned()).collect(),
                problems: start..report.problems.len(),
            });
        }
    }
}

/// Says where a problem is.
fn locate(problem: &mut Problem, schema: &ListSchema, at: usize, row: &SourceRow<'_>) {
    let column = row.columns.get(at).copied().flatten();
    problem.field = Some(at);
    problem.place = Place {
        sheet: (!row.sheet.is_empty()).then(|| row.sheet.into()),
        row: Some(row.number),
        column: Some(schema.fields[at].title.clone()),
        letters: column.filter(|_| row.has_letters).map(column_letters),
    };
}

/// A transport file may come from a stranger, so its cells are healed again; nothing changes in
/// those that the sender healed.
pub(crate) fn fill_cell(cells: &mut RawRow, column: usize, text: &str) {
    cells.cell_mut(column).push_str(&heal(text));
}
