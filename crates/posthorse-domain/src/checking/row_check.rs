//! Rows: every cell in its normal form, or every problem there is.

use jiff::civil::Date;

use crate::checking::cell_check::{CellContext, check_cell};
use crate::checking::check_report::{CheckReport, Record, RejectedRow};
use crate::checking::duplicate_keys::{DuplicateKeys, FirstSeen, key_of};
use crate::checking::known_names::{Roster, name_hash};
use crate::checking::problem::{Level, Place, Problem, ProblemCode, column_letters};
use crate::checking::rule_check::{Groups, JudgedRow, breach};
use crate::reading::healed_cells::HealedCells;
use crate::reading::limits::ListLimits;
use crate::reading::raw_row::RawRow;
use crate::schemas::list_schema::{ListSchema, Presence};
use crate::values::areas::Areas;
use crate::values::field_type::FieldType;
use crate::values::mask::mask;
use crate::values::text::{has_loose_typing, heal};

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
    roster: Option<&'s Roster>,
    confirmed: Vec<ProblemCode>,
    report: CheckReport,
    /// Problems of the file itself, which stand before those of rows.
    of_file: Vec<Problem>,
    is_usable: bool,
    keys: DuplicateKeys,
    /// People by number, where the key of a row is something else.
    people: DuplicateKeys,
    person: Option<PersonFields>,
    /// For each rule of the schema the groups that it is about, if it is about groups.
    groups: Vec<Groups>,
    healed: HealedCells,
    sheets: Vec<String>,
    /// For each of those the columns of its fields, where it still is as the clerk wrote it.
    sheet_columns: Vec<Vec<Option<usize>>>,
    values: Vec<String>,
    found: Vec<Problem>,
}

/// Where a list says who somebody is.
#[derive(Debug, Clone, Copy)]
struct PersonFields {
    id: usize,
    name: usize,
    /// Whether the number alone is the key of a row.
    is_key: bool,
}

impl PersonFields {
    fn of(schema: &ListSchema) -> Option<Self> {
        let (id, name) = (schema.position("id_no")?, schema.position("name")?);
        let is_key = schema.primary_key == [id];
        Some(Self { id, name, is_key })
    }
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
            roster: None,
            confirmed: Vec::new(),
            report: CheckReport::default(),
            of_file: Vec::new(),
            is_usable: true,
            keys: DuplicateKeys::default(),
            people: DuplicateKeys::default(),
            person: PersonFields::of(schema),
            groups: schema.rules.iter().map(|_| Groups::default()).collect(),
            healed: HealedCells::default(),
            sheets: Vec::new(),
            sheet_columns: Vec::new(),
            values: vec![String::new(); schema.fields.len()],
            found: Vec::new(),
        }
    }

    /// The same check, of names against a roster too, with some findings said to be meant so.
    pub(crate) fn with(mut self, roster: Option<&'s Roster>, confirmed: &[ProblemCode]) -> Self {
        self.roster = roster;
        self.confirmed = confirmed.to_vec();
        self
    }

    pub(crate) fn report_mut(&mut self) -> &mut CheckReport {
        &mut self.report
    }

    /// Rows seen so far, accepted or not.
    pub(crate) fn rows(&self) -> u64 {
        self.report.rows()
    }

    /// Enters a problem of the file itself.
    pub(crate) fn add_file_problem(&mut self, mut problem: Problem) {
        let is_confirmed = self.confirmed.contains(&problem.code);
        if problem.level == Level::File && problem.code.is_confirmable() && is_confirmed {
            problem.level = Level::Warning;
        }
        self.is_usable &= problem.level != Level::File;
        *self.report.counts.entry(problem.code).or_default() += 1;
        self.of_file.push(problem);
    }

    /// The report; problems of the file stand before those of rows, those of groups behind.
    pub(crate) fn finish(mut self) -> CheckReport {
        let healed = std::mem::take(&mut self.healed);
        for problem in healed.problems(self.schema, &self.sheets) {
            self.add_file_problem(problem);
        }
        let groups = std::mem::take(&mut self.groups);
        for (rule, groups) in self.schema.rules.iter().zip(groups) {
            let of_groups = groups.problems(rule, self.schema, &self.sheets, &self.sheet_columns);
            for problem in of_groups {
                self.found.clear();
                self.found.push(problem);
                self.keep_found();
            }
        }
        let before = self.of_file.len();
        for row in &mut self.report.rejected_rows {
            row.problems = row.problems.start + before..row.problems.end + before;
        }
        self.of_file.append(&mut self.report.problems);
        self.report.problems = self.of_file;
        if !self.is_usable {
            self.report.rejected += std::mem::take(&mut self.report.accepted);
        }
        self.report
    }

    /// Checks a row. Gives the record if it is accepted and the list can be used.
    pub(crate) fn check<'c>(&'c mut self, row: &SourceRow<'c>) -> Option<Record<'c>> {
        self.found.clear();
        let sheet = self.sheet_number(row);
        for at in 0..self.schema.fields.len() {
            self.check_field(at, row, sheet);
        }
        self.check_conditions(row);
        self.check_rules(row, sheet);
        self.check_key(row, sheet);
        if self.found.iter().any(|found| found.level == Level::Row) {
            self.reject(row);
            return None;
        }
        if !self.found.is_empty() {
            self.keep_found();
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

    fn check_field(&mut self, at: usize, row: &SourceRow<'_>, sheet: u16) {
        let field = &self.schema.fields[at];
        let value = &mut self.values[at];
        value.clear();
        let column = row.columns.get(at).copied().flatten();
        let text = row.text(at);
        let before = self.found.len();
        if !text.is_empty() {
            check_cell(self.context, field, text, value, &mut self.found);
            if column.is_some_and(|column| row.cells.is_healed(column))
                || is_loosely_typed(field.field_type, text, value)
            {
                let column = column.filter(|_| row.has_letters);
                self.healed.enter(sheet, at, column, row.number);
            }
        } else if field.presence == Presence::Cell && column.is_some() {
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
            let given = &self.values[condition.field];
            let applies = if condition.equals.is_empty() {
                !given.is_empty()
            } else {
                condition.equals.contains(given)
            };
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

    fn check_rules(&mut self, row: &SourceRow<'_>, sheet: u16) {
        let schema = self.schema;
        for (rule, groups) in schema.rules.iter().zip(&mut self.groups) {
            let judged = JudgedRow {
                schema,
                values: &self.values,
                found: &self.found,
            };
            groups.enter(rule, &judged, sheet, row.number);
            if let Some(mut problem) = breach(rule, &judged) {
                locate(&mut problem, schema, rule.field, row);
                self.found.push(problem);
            }
        }
    }

    fn check_key(&mut self, row: &SourceRow<'_>, sheet: u16) {
        let is_faulty = |at: usize| {
            (self.found.iter()).any(|found| found.field == Some(at) && found.level == Level::Row)
        };
        let fields = &self.schema.primary_key;
        let key_is_good = !fields.iter().any(|at| is_faulty(*at));
        let person = self.person.filter(|person| !is_faulty(person.id));
        let name = person.map_or(0, |person| name_hash(&self.values[person.name]));
        let place = FirstSeen {
            sheet,
            row: row.number,
            name,
        };
        let values = fields.iter().map(|at| self.values[*at].as_str());
        if let Some(key) = key_of(values).filter(|_| key_is_good)
            && let Some(first) = self.keys.enter(key, place)
        {
            let at = self.schema.primary_key[0];
            let problem = Problem::new(ProblemCode::Duplicate).with("value", self.masked(at));
            let problem = problem.with("first_row", self.row_name(first, sheet));
            self.add_found(problem, at, row);
            if person.is_some_and(|person| person.is_key) {
                self.compare_names(first, place, row);
            }
        }
        let Some(person) = person else { return };
        let Some(key) = key_of(std::iter::once(self.values[person.id].as_str())) else {
            return;
        };
        if !person.is_key
            && let Some(first) = self.people.enter(key, place)
        {
            self.compare_names(first, place, row);
        }
        let other = self.roster.filter(|_| name != 0);
        if let Some(other) = other.and_then(|roster| roster.other_name(key, name)) {
            self.add_name_problem("roster", other, row);
        }
    }

    fn compare_names(&mut self, first: FirstSeen, this: FirstSeen, row: &SourceRow<'_>) {
        if first.name != 0 && this.name != 0 && first.name != this.name {
            let other = self.row_name(first, this.sheet);
            self.add_name_problem("earlier-row", other, row);
        }
    }

    fn add_name_problem(&mut self, reason: &str, other: String, row: &SourceRow<'_>) {
        let Some(PersonFields { name, .. }) = self.person else {
            return;
        };
        let problem = Problem::new(ProblemCode::NameDiffers)
            .with("value", self.masked(name))
            .with("reason", reason)
            .with("other", other);
        self.add_found(problem, name, row);
    }

    fn add_found(&mut self, mut problem: Problem, at: usize, row: &SourceRow<'_>) {
        locate(&mut problem, self.schema, at, row);
        self.found.push(problem);
    }

    fn masked(&self, at: usize) -> String {
        let field = &self.schema.fields[at];
        mask(field.field_type, field.sensitive, &self.values[at])
    }

    fn row_name(&self, first: FirstSeen, sheet: u16) -> String {
        match self.sheets.get(usize::from(first.sheet)) {
            Some(name) if first.sheet != sheet => format!("{name}!{}", first.row),
            _ => first.row.to_string(),
        }
    }

    fn sheet_number(&mut self, row: &SourceRow<'_>) -> u16 {
        let sheet = row.sheet;
        // Rows of a sheet follow each other, so the last one is nearly always the one.
        let known = self.sheets.iter().rposition(|known| known == sheet);
        let at = known.unwrap_or_else(|| {
            // A workbook has few sheets; a transport file that names thousands loses only the
            // name of the first one in the sentence of E107.
            if self.sheets.len() < usize::from(u16::MAX) {
                self.sheets.push(sheet.to_owned());
                let columns = row.has_letters.then(|| row.columns.to_vec());
                self.sheet_columns.push(columns.unwrap_or_default());
            }
            self.sheets.len() - 1
        });
        u16::try_from(at).unwrap_or(u16::MAX)
    }

    /// Enters what was found in a row; says where it stands, if there was room for it.
    fn keep_found(&mut self) -> Option<std::ops::Range<usize>> {
        let report = &mut self.report;
        for problem in &self.found {
            *report.counts.entry(problem.code).or_default() += 1;
        }
        let start = report.problems.len();
        if start + self.found.len() > self.limits.kept_problems {
            report.problems_not_kept += self.found.len() as u64;
            return None;
        }
        report.problems.extend_from_slice(&self.found);
        Some(start..report.problems.len())
    }

    fn reject(&mut self, row: &SourceRow<'_>) {
        self.report.rejected += 1;
        let Some(problems) = self.keep_found() else {
            return;
        };
        if self.report.rejected_rows.len() < self.limits.kept_rows {
            let cells = 0..self.schema.fields.len();
            self.report.rejected_rows.push(RejectedRow {
                sheet: row.sheet.to_owned(),
                row: row.number,
                cells: cells.map(|at| row.text(at).to_owned()).collect(),
                problems,
            });
        }
    }
}

/// Whether the normal form of a cell is without spaces or full width that were typed.
fn is_loosely_typed(field_type: FieldType, text: &str, value: &str) -> bool {
    let applies = field_type.is_compact() || field_type == FieldType::PersonName;
    applies && !value.is_empty() && value != text && has_loose_typing(text)
}

/// Says where a problem is.
fn locate(problem: &mut Problem, schema: &ListSchema, at: usize, row: &SourceRow<'_>) {
    let column = row.columns.get(at).copied().flatten();
    problem.field = Some(at);
    problem.place = Place {
        sheet: (!row.sheet.is_empty()).then(|| row.sheet.into()),
        row: Some(row.number),
        column: Some(schema.fields[at].title.clone()),
        column_number: column
            .filter(|_| row.has_letters)
            .and_then(|at| u32::try_from(at + 1).ok()),
        letters: column.filter(|_| row.has_letters).map(column_letters),
    };
}

/// A transport file may come from a stranger, so its cells are healed again; nothing changes in
/// those that the sender healed.
pub(crate) fn fill_cell(cells: &mut RawRow, column: usize, text: &str) {
    cells.cell_mut(column).push_str(&heal(text));
}
