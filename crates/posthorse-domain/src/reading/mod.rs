//! Workbooks and text files as offices have them, to rows; nothing is believed on the way.

pub(crate) mod biff_globals;
pub(crate) mod biff_records;
pub(crate) mod csv_source;
pub(crate) mod head_count;
pub(crate) mod header;
pub(crate) mod healed_cells;
pub(crate) mod limits;
pub(crate) mod list_source;
pub(crate) mod old_workbook_source;
pub(crate) mod raw_row;
pub(crate) mod sheet_findings;
pub(crate) mod sheet_notes;
pub(crate) mod sheet_scan;
pub(crate) mod text_encoding;
pub(crate) mod workbook_guard;
pub(crate) mod workbook_source;
#[cfg(test)]
pub(crate) mod workbook_tests;
