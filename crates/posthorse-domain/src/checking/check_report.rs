//! What a check found, and the rows that it accepts.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::checking::problem::{Level, Problem, ProblemCode};
use crate::reading::list_source::ListFormat;
use crate::schemas::list_schema::ListSchema;

/// The result of reading and checking one list.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct CheckReport {
    /// What kind of file it was; none if it did not open.
    pub format: Option<ListFormat>,
    /// Rows without a fault. None is accepted of a list that is unusable as a whole.
    pub accepted: u64,
    /// Rows with a fault.
    pub rejected: u64,
    /// The problems, those of the file first, then by row; no more than the limits keep.
    pub problems: Vec<Problem>,
    /// Problems beyond that.
    pub problems_not_kept: u64,
    /// How many problems there are of each kind, those not kept included.
    pub counts: BTreeMap<ProblemCode, u64>,
    /// Rejected rows as the office wrote them; no more than the limits keep.
    pub rejected_rows: Vec<RejectedRow>,
    /// The fields that the list has columns for, by their place in the schema.
    pub columns: Vec<usize>,
}

/// A row that was rejected, for sending back.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RejectedRow {
    /// The sheet; empty in a CSV file.
    pub sheet: String,
    /// The row's number, counted from 1.
    pub row: u32,
    /// Its cells by field of the schema; empty where the list has no such column.
    pub cells: Vec<String>,
    /// Its problems, by their place in the report.
    pub problems: Range<usize>,
}

impl CheckReport {
    pub(crate) fn of_file_problem(problem: Problem) -> Self {
        Self {
            counts: BTreeMap::from([(problem.code, 1)]),
            problems: vec![problem],
            ..Self::default()
        }
    }

    /// Whether the list as a whole can be used: nothing of file level was found.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.problems
            .iter()
            .all(|problem| problem.level != Level::File)
    }

    /// Whether nothing at all is wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.is_usable() && self.rejected == 0
    }

    /// Rows, accepted or not.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.accepted + self.rejected
    }

    /// The problems of a rejected row.
    #[must_use]
    pub fn problems_of(&self, row: &RejectedRow) -> &[Problem] {
        self.problems.get(row.problems.clone()).unwrap_or_default()
    }

    /// Takes an accepted row back, for something that the check could not know, such as what was
    /// dispatched to whom. Its problem stands at the sheet and row of the clerk's own list.
    pub fn take_back(&mut self, row: TakenBack) {
        let mut problem = Problem::new(row.code);
        for (name, value) in row.facts {
            problem = problem.with(name, value);
        }
        problem = problem.on_sheet(&row.sheet);
        problem.place.row = Some(row.row);
        problem.place.column = Some(row.field.1);
        problem.field = Some(row.field.0);
        self.accepted = self.accepted.saturating_sub(1);
        self.rejected += 1;
        let at = self.problems.len();
        *self.counts.entry(problem.code).or_default() += 1;
        self.problems.push(problem);
        self.rejected_rows.push(RejectedRow {
            sheet: row.sheet,
            row: row.row,
            cells: row.cells,
            problems: at..at + 1,
        });
    }

    /// Takes accepted rows back that there is no room to keep; they are only counted.
    pub fn take_back_unkept(&mut self, code: ProblemCode, rows: u64) {
        self.accepted = self.accepted.saturating_sub(rows);
        self.rejected += rows;
        self.problems_not_kept += rows;
        *self.counts.entry(code).or_default() += rows;
    }
}

/// An accepted row that its caller has to reject after all, and why.
#[derive(Debug, Clone)]
pub struct TakenBack {
    sheet: String,
    row: u32,
    cells: Vec<String>,
    code: ProblemCode,
    field: (usize, String),
    facts: Vec<(&'static str, String)>,
}

impl TakenBack {
    /// The problem's code.
    #[must_use]
    pub fn code(&self) -> ProblemCode {
        self.code
    }
}

/// An accepted row: every value in its normal form.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Record<'r> {
    /// The list's schema.
    pub schema: &'r ListSchema,
    /// The sheet; empty in a CSV file.
    pub sheet: &'r str,
    /// The row's number in the clerk's own list, counted from 1.
    pub row: u32,
    /// The values by field of the schema; empty where there is none.
    pub values: &'r [String],
}

impl<'r> Record<'r> {
    /// The value of a field; empty if the list has no such field or column.
    #[must_use]
    pub fn get(&self, field_name: &str) -> &'r str {
        self.schema
            .position(field_name)
            .and_then(|at| self.values.get(at))
            .map_or("", String::as_str)
    }

    /// The same row, to be taken back for a problem with one of its fields. The facts are the
    /// placeholders of the problem's sentence; whoever gives them masks what is personal.
    ///
    /// None if the list has no such field.
    #[must_use]
    pub fn taken_back(
        &self,
        code: ProblemCode,
        field_name: &str,
        facts: Vec<(&'static str, String)>,
    ) -> Option<TakenBack> {
        let at = self.schema.position(field_name)?;
        Some(TakenBack {
            sheet: self.sheet.to_owned(),
            row: self.row,
            cells: self.values.to_vec(),
            code,
            field: (at, self.schema.fields()[at].title().to_owned()),
            facts,
        })
    }
}
