//! What of a sheet's hidden, merged and reckoned cells touches the people on it.

use crate::checking::problem::{Level, Problem, ProblemCode};
use crate::reading::header::Header;
use crate::reading::sheet_findings::{Block, RowSpans, SheetFindings, letters};
use crate::schemas::list_schema::ListSchema;
use crate::values::field_type::FieldType;

/// Watches the rows of a sheet go by, and reports when it has seen them all.
pub(crate) struct SheetNotes<'s> {
    findings: SheetFindings,
    schema: &'s ListSchema,
    header: &'s Header,
    hidden_people: RowSpans,
    hidden_others: RowSpans,
    /// For each column the rows of people in which a formula stands.
    formulas: Vec<RowSpans>,
    /// Merged blocks by their first row; those before `next` have begun.
    merged: Vec<Block>,
    next: usize,
    open: Vec<Block>,
    merged_people: Vec<Block>,
}

impl<'s> SheetNotes<'s> {
    pub(crate) fn new(
        mut findings: SheetFindings,
        schema: &'s ListSchema,
        header: &'s Header,
    ) -> Self {
        let mut merged = std::mem::take(&mut findings.merged);
        merged.sort_unstable();
        Self {
            formulas: vec![RowSpans::default(); findings.formulas.len()],
            findings,
            schema,
            header,
            hidden_people: RowSpans::default(),
            hidden_others: RowSpans::default(),
            merged,
            next: 0,
            open: Vec::new(),
            merged_people: Vec::new(),
        }
    }

    /// A row below the header that holds something, and whether that is a person.
    pub(crate) fn see(&mut self, row: u32, is_person: bool) {
        if self.findings.hidden_rows.contains(row) {
            let rows = if is_person {
                &mut self.hidden_people
            } else {
                &mut self.hidden_others
            };
            rows.enter(row);
        }
        if !is_person {
            return;
        }
        for column in self.read_columns() {
            if self.findings.has_formula(row, column) {
                self.formulas[column].enter(row);
            }
        }
        self.see_merged(row);
    }

    /// The columns that are read and hold more than a running number.
    fn read_columns(&self) -> impl Iterator<Item = usize> + use<'s> {
        let fields = self.schema.fields.iter().zip(&self.header.columns);
        fields
            .filter(|(field, _)| field.field_type != FieldType::RowNumber)
            .filter_map(|(_, column)| *column)
    }

    fn see_merged(&mut self, row: u32) {
        while let Some(block) = self
            .merged
            .get(self.next)
            .filter(|block| block.first_row <= row)
        {
            self.open.push(*block);
            self.next += 1;
        }
        self.open.retain(|block| block.last_row >= row);
        if self.open.is_empty() {
            return;
        }
        let columns: Vec<usize> = self.read_columns().collect();
        let touched = |block: &Block| columns.iter().any(|column| block.has_column(*column));
        let (touched, open) = std::mem::take(&mut self.open)
            .into_iter()
            .partition(touched);
        self.open = open;
        // One block is told once, whatever number of rows it covers.
        self.merged_people.extend::<Vec<Block>>(touched);
    }

    /// E005, E006 and E015, where they apply.
    pub(crate) fn problems(self, sheet: &str) -> Vec<Problem> {
        let found = [self.hidden(), self.with_formulas(), self.with_merged()];
        let problems = found.into_iter().flatten();
        problems.map(|problem| problem.on_sheet(sheet)).collect()
    }

    fn hidden(&self) -> Option<Problem> {
        let has_column = |(first, last): &(u32, u32)| {
            let mut columns = self.header.labelled_columns();
            columns.any(|at| u32::try_from(at + 1).is_ok_and(|one| (*first..=*last).contains(&one)))
        };
        let columns = self
            .findings
            .hidden_columns
            .iter()
            .filter(|span| has_column(span));
        let mut places = Places::default();
        for (first, last) in self
            .hidden_people
            .spans()
            .iter()
            .chain(self.hidden_others.spans())
        {
            places.add(&format!("{first}:{last}"));
        }
        for (first, last) in columns {
            places.add(&format!("{}:{}", letters(*first), letters(*last)));
        }
        let mut problem = places.problem(ProblemCode::HiddenCells)?;
        let hides_a_field = self
            .header
            .columns
            .iter()
            .flatten()
            .any(|column| self.findings.is_hidden_column(*column));
        if !hides_a_field && self.hidden_people.spans().is_empty() {
            // Nothing that is hidden would be sent.
            problem.level = Level::Warning;
        }
        Some(problem)
    }

    fn with_formulas(&self) -> Option<Problem> {
        let mut places = Places::default();
        for (column, rows) in (1_u32..).zip(&self.formulas) {
            for (first_row, last_row) in rows.spans() {
                let block = Block {
                    first_row: *first_row,
                    last_row: *last_row,
                    first_column: column,
                    last_column: column,
                };
                places.add(&block.name());
            }
        }
        places.problem(ProblemCode::Formulas)
    }

    fn with_merged(&self) -> Option<Problem> {
        let mut places = Places::default();
        for block in &self.merged_people {
            places.add(&block.name());
        }
        places.problem(ProblemCode::MergedCells)
    }
}

/// Places as a spreadsheet names them, the first of them in words and all of them counted.
#[derive(Debug, Default)]
struct Places {
    text: String,
    count: u64,
}

impl Places {
    fn add(&mut self, place: &str) {
        const SHOWN: u64 = 12;
        self.count += 1;
        if self.count <= SHOWN {
            if !self.text.is_empty() {
                self.text.push_str(", ");
            }
            self.text.push_str(place);
        } else if self.count == SHOWN + 1 {
            self.text.push('…');
        }
    }

    fn problem(self, code: ProblemCode) -> Option<Problem> {
        (self.count > 0).then(|| {
            Problem::new(code)
                .with("places", self.text)
                .with("count", self.count.to_string())
        })
    }
}
