//! Where the header is, and which column holds which field.

use crate::checking::problem::{Problem, ProblemCode};
use crate::reading::raw_row::RawRow;
use crate::schemas::list_schema::{LabelTarget, ListSchema, Presence};
use crate::values::text::fold_label;

/// The header must be among the first rows, as a spreadsheet counts them.
pub(crate) const HEADER_ROWS: u32 = 10;

/// How well a header and a schema fit each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HeaderFit {
    /// Fields that have a column.
    pub(crate) known: usize,
    /// Titles that the schema does not know.
    pub(crate) unknown: usize,
    /// Columns that the schema demands and the header lacks.
    pub(crate) missing: usize,
}

impl HeaderFit {
    /// One number, the better the higher. A missing column weighs more than one that is unknown:
    /// clerks add columns more often than they leave out those that make the list what it is.
    pub(crate) fn score(self) -> i64 {
        let signed = |count: usize| i64::try_from(count).unwrap_or(i64::MAX / 8);
        2 * signed(self.known) - signed(self.unknown) - 3 * signed(self.missing)
    }
}

/// A header that was found, and the column of each field below it.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    /// The number of the header's row.
    pub(crate) row: u32,
    /// For each field of the schema its column, if the list has one.
    pub(crate) columns: Vec<Option<usize>>,
    /// Columns that have a title, whether the schema knows it or not.
    labelled: Vec<usize>,
    /// Titles of columns that the schema does not know.
    unknown: Vec<String>,
    /// Fields that have more than one column.
    repeated: Vec<usize>,
}

impl Header {
    /// Reads a row as a header; none if it lacks one of the columns that make a header.
    ///
    /// Where its cell is empty, a title that the schema knows in the row above stands for both:
    /// headers of two lines are merged so.
    fn read(schema: &ListSchema, row: &RawRow, above: Option<&RawRow>) -> Option<Self> {
        let mut best: Vec<Option<(LabelTarget, usize)>> = vec![None; schema.fields.len()];
        let mut labelled = Vec::new();
        let mut unknown = Vec::new();
        let mut repeated = Vec::new();
        let columns = row.cells().len();
        let columns = columns.max(above.map_or(0, |above| above.cells().len()));
        for column in 0..columns {
            let label = label_of(schema, column, row, above);
            if label.is_empty() {
                continue;
            }
            labelled.push(column);
            let target = schema.labels.get(&fold_label(label)).copied();
            let field = match target {
                Some(LabelTarget::Field(at) | LabelTarget::Alias(at)) => at,
                Some(LabelTarget::Ignored) => continue,
                None => {
                    unknown.push(label.to_owned());
                    continue;
                }
            };
            let Some(target) = target else { continue };
            match best[field] {
                None => best[field] = Some((target, column)),
                Some((other, _)) => {
                    repeated.push(field);
                    // A title beats an alias: 证件号码 is meant, whatever else is called 身份证.
                    if target < other {
                        best[field] = Some((target, column));
                    }
                }
            }
        }
        let columns: Vec<_> = best.iter().map(|one| one.map(|(_, at)| at)).collect();
        let is_header = schema.header_fields.iter().all(|at| columns[*at].is_some());
        is_header.then_some(Self {
            row: row.number,
            columns,
            labelled,
            unknown,
            repeated,
        })
    }

    /// Whether a row leaves all the columns empty that make this one a header, as the lower line of
    /// two does.
    fn is_above(&self, row: &RawRow) -> bool {
        let mut columns = self.columns.iter().flatten();
        let is_empty = |column: &usize| row.cell(*column).is_empty();
        row.number == self.row + 1 && columns.all(is_empty)
    }

    /// The columns that have a title, known or not.
    pub(crate) fn labelled_columns(&self) -> impl Iterator<Item = usize> {
        self.labelled.iter().copied()
    }

    /// How well the schema fits: known titles for it, unknown and missing ones against it.
    pub(crate) fn fit(&self, schema: &ListSchema) -> HeaderFit {
        let known = self.columns.iter().flatten().count();
        let missing = schema
            .fields
            .iter()
            .zip(&self.columns)
            .filter(|(field, column)| field.presence != Presence::Optional && column.is_none())
            .count();
        HeaderFit {
            known,
            unknown: self.unknown.len(),
            missing,
        }
    }

    /// Whether a row repeats the header, as lists made for printing do on every page.
    pub(crate) fn is_repeated_by(&self, schema: &ListSchema, row: &RawRow) -> bool {
        schema.header_fields.iter().all(|field| {
            let label = self.columns[*field].map_or("", |column| row.cell(column));
            // Most cells are values, and most values are too long or begin with a digit.
            !label.is_empty()
                && !label.starts_with(|c: char| c.is_ascii_digit())
                && matches!(
                    schema.labels.get(&fold_label(label)),
                    Some(LabelTarget::Field(at) | LabelTarget::Alias(at)) if at == field
                )
        })
    }

    /// What is wrong with the header itself.
    pub(crate) fn problems(&self, schema: &ListSchema, sheet: &str) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let Some(problem) = missing_columns(schema, &self.columns) {
            problems.push(problem);
        }
        if !self.unknown.is_empty() {
            let problem = Problem::new(ProblemCode::UnknownColumns)
                .with("columns", quoted(self.unknown.iter().map(String::as_str)));
            problems.push(problem.with("list", &schema.title));
        }
        for field in &self.repeated {
            let title = &schema.fields[*field].title;
            problems.push(Problem::new(ProblemCode::RepeatedColumn).with("column", title));
        }
        problems
            .into_iter()
            .map(|problem| problem.on_sheet(sheet))
            .collect()
    }
}

fn label_of<'r>(
    schema: &ListSchema,
    column: usize,
    row: &'r RawRow,
    above: Option<&'r RawRow>,
) -> &'r str {
    let label = row.cell(column);
    if !label.is_empty() {
        return label;
    }
    let above = above.map_or("", |above| above.cell(column));
    match schema.labels.contains_key(&fold_label(above)) {
        true => above,
        false => "",
    }
}

/// Looks for the header among the first rows of a sheet, as they go by.
pub(crate) struct HeaderSearch<'s> {
    schema: &'s ListSchema,
    above: Option<RawRow>,
    found: Option<Header>,
}

impl<'s> HeaderSearch<'s> {
    pub(crate) fn new(schema: &'s ListSchema) -> Self {
        Self {
            schema,
            above: None,
            found: None,
        }
    }

    /// Looks at the next row, and says whether the search has ended.
    pub(crate) fn see(&mut self, row: &RawRow) -> bool {
        if row.number > HEADER_ROWS {
            return true;
        }
        let above = self.above.as_ref();
        let above = above.filter(|above| above.number + 1 == row.number);
        if let Some(found) = &self.found {
            // The row below may name what a title such as 资助情况 is made of.
            let lower = Header::read(self.schema, row, above.filter(|_| found.is_above(row)));
            let lower =
                lower.filter(|lower| lower.fit(self.schema).known > found.fit(self.schema).known);
            if lower.is_some() {
                self.found = lower;
            }
            return true;
        }
        self.found = Header::read(self.schema, row, above);
        self.above = Some(row.clone());
        false
    }

    /// The header, if there is one.
    pub(crate) fn finish(self) -> Option<Header> {
        self.found
    }
}

/// E003, if columns are missing that the list must have.
pub(crate) fn missing_columns(schema: &ListSchema, columns: &[Option<usize>]) -> Option<Problem> {
    let missing: Vec<&str> = schema
        .fields
        .iter()
        .zip(columns)
        .filter(|(field, column)| field.presence != Presence::Optional && column.is_none())
        .map(|(field, _)| field.title.as_str())
        .collect();
    if missing.is_empty() {
        return None;
    }
    let problem = Problem::new(ProblemCode::MissingColumns).with("columns", quoted(missing));
    Some(problem.with("list", &schema.title))
}

/// E002: no sheet has a header.
pub(crate) fn no_header(schema: &ListSchema) -> Problem {
    Problem::new(ProblemCode::NoHeader)
        .with("columns", quoted(schema.header_titles()))
        .with("list", &schema.title)
}

/// Titles in quotation marks, a bounded number of them.
fn quoted<'t>(titles: impl IntoIterator<Item = &'t str>) -> String {
    const MOST: usize = 40;
    let mut titles = titles.into_iter();
    let mut text = String::new();
    for title in titles.by_ref().take(MOST) {
        if !text.is_empty() {
            text.push('、');
        }
        text.push('“');
        text.extend(title.chars().take(MOST));
        text.push('”');
    }
    if titles.next().is_some() {
        text.push('…');
    }
    text
}
