//! What a sheet hides or holds beside its values: hidden rows and columns, merged cells, formulas.

use crate::checking::list_error::{Fault, Halt};
use crate::checking::problem::column_letters;

/// A block of cells; rows and columns are counted from 1, and both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Block {
    pub(crate) first_row: u32,
    pub(crate) last_row: u32,
    pub(crate) first_column: u32,
    pub(crate) last_column: u32,
}

impl Block {
    /// Whether a column, counted from 0, runs through it.
    pub(crate) fn has_column(&self, column: usize) -> bool {
        u32::try_from(column + 1)
            .is_ok_and(|one| (self.first_column..=self.last_column).contains(&one))
    }

    /// The block as a spreadsheet writes it, such as `B3:B6`.
    pub(crate) fn name(&self) -> String {
        let cell = |row: u32, column: u32| format!("{}{row}", letters(column));
        let first = cell(self.first_row, self.first_column);
        match cell(self.last_row, self.last_column) {
            last if last == first => first,
            last => format!("{first}:{last}"),
        }
    }
}

/// The letters of a column that is counted from 1.
pub(crate) fn letters(column: u32) -> String {
    column_letters(column.saturating_sub(1) as usize)
}

/// Row numbers, kept as spans that follow each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RowSpans(Vec<(u32, u32)>);

impl RowSpans {
    /// Enters the next row; one that does not come after the last is passed over. Says whether a
    /// new span was needed.
    pub(crate) fn enter(&mut self, row: u32) -> bool {
        match self.0.last_mut() {
            Some((_, last)) if row <= *last => false,
            Some((_, last)) if row == *last + 1 => {
                *last = row;
                false
            }
            _ => {
                self.0.push((row, row));
                true
            }
        }
    }

    pub(crate) fn contains(&self, row: u32) -> bool {
        let after = self.0.partition_point(|(first, _)| *first <= row);
        after.checked_sub(1).is_some_and(|at| row <= self.0[at].1)
    }

    pub(crate) fn spans(&self) -> &[(u32, u32)] {
        &self.0
    }
}

/// What was found on one sheet.
#[derive(Debug, Clone, Default)]
pub(crate) struct SheetFindings {
    pub(crate) hidden_rows: RowSpans,
    /// First and last column of each span, counted from 1.
    pub(crate) hidden_columns: Vec<(u32, u32)>,
    pub(crate) merged: Vec<Block>,
    /// For each column, counted from 0, the rows with a formula.
    pub(crate) formulas: Vec<RowSpans>,
    spans: usize,
}

/// Spans and blocks of one sheet that are kept; each takes eight to sixteen bytes.
const MOST_SPANS: usize = 1_000_000;
/// Columns that formulas are looked for in; lists are refused that have more.
const MOST_COLUMNS: usize = 256;

impl SheetFindings {
    fn count(&mut self, is_new: bool, what: &'static str) -> Result<(), Halt> {
        self.spans += usize::from(is_new);
        if self.spans > MOST_SPANS {
            let limit = MOST_SPANS as u64;
            return Err(Fault::TooLarge { what, limit }.into());
        }
        Ok(())
    }

    /// Enters a hidden row, counted from 1.
    pub(crate) fn hide_row(&mut self, row: u32) -> Result<(), Halt> {
        let is_new = self.hidden_rows.enter(row);
        self.count(is_new, "hidden-rows")
    }

    /// Enters a span of hidden columns, counted from 1.
    pub(crate) fn hide_columns(&mut self, first: u32, last: u32) -> Result<(), Halt> {
        self.hidden_columns.push((first, last));
        self.count(true, "columns")
    }

    /// Enters a block of merged cells.
    pub(crate) fn merge(&mut self, block: Block) -> Result<(), Halt> {
        self.merged.push(block);
        self.count(true, "merged-cells")
    }

    /// Enters a formula; row and column are counted from 1.
    pub(crate) fn formula(&mut self, row: u32, column: u32) -> Result<(), Halt> {
        let at = column.saturating_sub(1) as usize;
        if at >= MOST_COLUMNS {
            return Ok(());
        }
        if self.formulas.len() <= at {
            self.formulas.resize_with(at + 1, RowSpans::default);
        }
        let is_new = self.formulas[at].enter(row);
        self.count(is_new, "formulas")
    }

    pub(crate) fn is_hidden_column(&self, column: usize) -> bool {
        let number = u32::try_from(column + 1).unwrap_or(u32::MAX);
        let mut spans = self.hidden_columns.iter();
        spans.any(|(first, last)| (*first..=*last).contains(&number))
    }

    pub(crate) fn has_formula(&self, row: u32, column: usize) -> bool {
        let rows = self.formulas.get(column);
        rows.is_some_and(|rows| rows.contains(row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_in_their_spans() {
        let mut rows = RowSpans::default();
        let new: Vec<bool> = [3, 4, 4, 2, 5, 9].map(|row| rows.enter(row)).to_vec();
        assert_eq!(new, [true, false, false, false, false, true]);
        assert_eq!(rows.spans(), [(3, 5), (9, 9)]);
        let found: Vec<u32> = (1..12).filter(|row| rows.contains(*row)).collect();
        assert_eq!(found, [3, 4, 5, 9]);
    }

    #[test]
    fn blocks_have_the_names_that_spreadsheets_show() {
        let block = |first_row, last_row, first_column, last_column| Block {
            first_row,
            last_row,
            first_column,
            last_column,
        };
        assert_eq!(block(3, 6, 2, 2).name(), "B3:B6");
        assert_eq!(block(3, 3, 27, 27).name(), "AA3");
        assert!(block(1, 1, 2, 3).has_column(1));
        assert!(!block(1, 1, 2, 3).has_column(0));
    }
}
