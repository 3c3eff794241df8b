//! A row as the file has it, before anybody knows what its columns mean.

use crate::values::text::heal;

/// A row of cells, each as text; used again for every row of a file.
#[derive(Debug, Clone, Default)]
pub(crate) struct RawRow {
    /// The number that a spreadsheet shows beside it.
    pub(crate) number: u32,
    cells: Vec<String>,
    used: usize,
    healed: HealedColumns,
}

/// One bit for each of the first 256 columns; no list has more.
type HealedColumns = [u64; 4];

impl RawRow {
    /// Empties the row and gives it a number; the cells keep their memory.
    pub(crate) fn start(&mut self, number: u32) {
        self.number = number;
        self.used = 0;
        self.healed = HealedColumns::default();
    }

    /// The cell at a column, emptied, for writing. Columns passed over become empty.
    pub(crate) fn cell_mut(&mut self, column: usize) -> &mut String {
        if self.cells.len() <= column {
            self.cells.resize_with(column + 1, String::new);
        }
        while self.used <= column {
            self.cells[self.used].clear();
            self.used += 1;
        }
        &mut self.cells[column]
    }

    /// Fills a cell with a text without the accidents of typing, and remembers if there were any.
    pub(crate) fn push_healed(&mut self, column: usize, text: &str) {
        let healed = heal(text);
        let cell = self.cell_mut(column);
        let start = cell.len();
        cell.push_str(&healed);
        if cell[start..] != *text
            && let Some(bits) = self.healed.get_mut(column / 64)
        {
            *bits |= 1 << (column % 64);
        }
    }

    /// Whether a cell was healed when it was read.
    pub(crate) fn is_healed(&self, column: usize) -> bool {
        let bits = self.healed.get(column / 64).copied().unwrap_or(0);
        bits & (1 << (column % 64)) != 0
    }

    /// The text of a column; empty where the row is shorter.
    pub(crate) fn cell(&self, column: usize) -> &str {
        self.cells().get(column).map_or("", String::as_str)
    }

    /// All cells.
    pub(crate) fn cells(&self) -> &[String] {
        &self.cells[..self.used]
    }

    /// Whether every cell is empty.
    pub(crate) fn is_blank(&self) -> bool {
        self.cells().iter().all(String::is_empty)
    }
}

/// Whether a source should go on with the next row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    Continue,
    Stop,
}
