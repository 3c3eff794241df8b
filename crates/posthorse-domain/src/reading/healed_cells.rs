//! What was mended in reading, counted by column, so that nothing is mended in secret.

use crate::checking::problem::{Place, Problem, ProblemCode, column_letters};
use crate::schemas::list_schema::ListSchema;

/// Cells that were mended, by sheet and field.
#[derive(Debug, Default)]
pub(crate) struct HealedCells {
    columns: Vec<HealedColumn>,
}

#[derive(Debug)]
struct HealedColumn {
    sheet: u16,
    field: usize,
    column: Option<usize>,
    count: u64,
    first_row: u32,
}

impl HealedCells {
    /// Enters a cell; `column` is its place in the clerk's own spreadsheet, if it is one.
    pub(crate) fn enter(&mut self, sheet: u16, field: usize, column: Option<usize>, row: u32) {
        // Rows of a sheet follow each other, so a column in use is among the last ones.
        let mut known = self.columns.iter_mut().rev();
        if let Some(one) = known.find(|one| one.sheet == sheet && one.field == field) {
            one.count += 1;
            return;
        }
        // A transport file may name thousands of sheets; there is one sentence for each of these.
        const MOST: usize = 1024;
        if self.columns.len() < MOST {
            self.columns.push(HealedColumn {
                sheet,
                field,
                column,
                count: 1,
                first_row: row,
            });
        }
    }

    /// E014 for every column that was mended.
    pub(crate) fn problems(mut self, schema: &ListSchema, sheets: &[String]) -> Vec<Problem> {
        self.columns.sort_by_key(|one| (one.sheet, one.field));
        let problems = self.columns.iter().map(|one| {
            let title = &schema.fields[one.field].title;
            let mut problem = Problem::new(ProblemCode::Healed)
                .with("count", one.count.to_string())
                .with("column", title);
            let sheet = sheets.get(usize::from(one.sheet));
            problem.field = Some(one.field);
            problem.place = Place {
                sheet: sheet
                    .filter(|name| !name.is_empty())
                    .map(|name| name.as_str().into()),
                row: Some(one.first_row),
                column: Some(title.clone()),
                column_number: one.column.and_then(|at| u32::try_from(at + 1).ok()),
                letters: one.column.map(column_letters),
            };
            problem
        });
        problems.collect()
    }
}
