//! Every bound on the reading of a list.

/// Bounds that are checked before work is done or memory taken.
///
/// The defaults hold the largest lists that offices have, with room, and keep a hostile file of a
/// few kilobytes from taking gigabytes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListLimits {
    /// Sheets in a workbook: 64.
    pub sheets: usize,
    /// Rows of one file, blank ones included: 2,000,000 in a workbook or source CSV.
    pub rows: u64,
    /// Columns of a row: 256.
    pub columns: usize,
    /// Cells of one file: 100,000,000.
    pub cells: u64,
    /// Bytes of one cell's text, as UTF-8: 32 KiB, Excel's own limit being 32,767 characters.
    pub cell_bytes: usize,
    /// Bytes of one CSV row before it ends: 1 MiB. A quotation mark that never closes ends here.
    pub row_bytes: usize,
    /// Bytes of an `.xls` workbook: 64 MiB. The largest such sheet has 65,536 rows.
    pub old_workbook_bytes: u64,
    /// Files inside a workbook: 4,096.
    pub parts: usize,
    /// Bytes of all files inside a workbook, inflated: 2 GiB.
    pub inflated_bytes: u64,
    /// Bytes of the table of shared strings, inflated, which is held in memory: 256 MiB.
    pub shared_strings_bytes: u64,
    /// Inflated bytes for each byte of the workbook: 200. Lists reach about 30.
    pub compression_ratio: u64,
    /// Problems that are kept whole: 10,000. The rest is counted.
    pub kept_problems: usize,
    /// Rejected rows that are kept for the annotated workbook: 10,000. The rest is counted.
    pub kept_rows: usize,
}

impl Default for ListLimits {
    fn default() -> Self {
        Self {
            sheets: 64,
            rows: 2_000_000,
            columns: 256,
            cells: 100_000_000,
            cell_bytes: 32 * 1024,
            row_bytes: 1024 * 1024,
            old_workbook_bytes: 64 * 1024 * 1024,
            parts: 4096,
            inflated_bytes: 2 * 1024 * 1024 * 1024,
            shared_strings_bytes: 256 * 1024 * 1024,
            compression_ratio: 200,
            kept_problems: 10_000,
            kept_rows: 10_000,
        }
    }
}

impl ListLimits {
    /// The bounds for transport CSV, whose rows may have come from several files: 20,000,000 rows
    /// and 1,000,000,000 cells.
    #[must_use]
    pub fn for_transport() -> Self {
        Self {
            rows: 20_000_000,
            cells: 1_000_000_000,
            ..Self::default()
        }
    }
}
