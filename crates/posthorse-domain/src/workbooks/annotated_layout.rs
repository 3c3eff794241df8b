//! The measures of a list that is to be copied, sheet by sheet, taken before anything is written.

use std::io::{Read, Seek};

use crate::checking::list_error::Halt;
use crate::reading::list_source::ListSource;
use crate::reading::raw_row::{Flow, RawRow};
use crate::values::text::fold_label;
use crate::workbooks::workbook_output::{REASON_COLUMN, RESULT_SHEET, places};

/// What the only sheet of a text file is called.
const SHEET_OF_TEXT: &str = "名单";
/// Columns are wide enough for what this many rows hold.
const MEASURED_ROWS: u32 = 5_000;
const NARROWEST: usize = 6;
const WIDEST: usize = 40;

/// The measures of a sheet.
#[derive(Debug)]
pub(crate) struct Layout {
    /// The sheet's name in the source; empty for a text file.
    pub(crate) source_name: String,
    pub(crate) is_hidden: bool,
    /// The number of the header's row, counted from 1.
    pub(crate) header_row: Option<u32>,
    /// The number of the last row.
    pub(crate) rows: u32,
    /// The places that each column takes. The column of reasons is not among them.
    pub(crate) widths: Vec<usize>,
    /// The column that holds the reasons: that of an earlier check, or the first one free.
    pub(crate) reason: usize,
}

impl Layout {
    /// What the sheet is called in the copy.
    pub(crate) fn name(&self) -> &str {
        if self.source_name.is_empty() {
            SHEET_OF_TEXT
        } else {
            &self.source_name
        }
    }

    fn measure(&mut self, row: &RawRow, earlier: &mut Option<usize>) {
        self.rows = row.number;
        if self.header_row == Some(row.number) {
            let wanted = fold_label(REASON_COLUMN);
            let mut labels = row.cells().iter();
            *earlier = labels.position(|label| fold_label(label) == wanted);
        }
        let used = row.cells().iter().rposition(|text| !text.is_empty());
        let used = used.map_or(0, |last| last + 1);
        if self.widths.len() < used {
            self.widths.resize(used, NARROWEST);
        }
        // Titles lie across columns, and behind some thousand rows there is little to learn.
        let is_title = self.header_row.is_some_and(|header| row.number < header);
        if is_title || row.number > MEASURED_ROWS {
            return;
        }
        for (width, text) in self.widths.iter_mut().zip(row.cells()) {
            *width = (*width).max((places(text) + 2).min(WIDEST));
        }
    }

    fn settle(&mut self, earlier: Option<usize>) {
        self.reason = earlier.unwrap_or(self.widths.len());
        if self.reason + 1 == self.widths.len() {
            self.widths.pop();
        }
    }
}

/// Measures every sheet that the copy will have, in order.
pub(crate) fn survey<R: Read + Seek>(list: &mut ListSource<R>) -> Result<Vec<Layout>, Halt> {
    let mut layouts = Vec::new();
    for sheet in list.sheet_names() {
        let headed = list.sheets.iter().find(|headed| headed.name == sheet.name);
        let header_row = headed.map(|headed| headed.header.row);
        // The result of an earlier check makes way for this one's.
        if sheet.name == RESULT_SHEET && header_row.is_none() {
            continue;
        }
        let mut layout = Layout {
            source_name: sheet.name.clone(),
            is_hidden: sheet.is_hidden,
            header_row,
            rows: 0,
            widths: Vec::new(),
            reason: 0,
        };
        let mut earlier = None;
        list.raw_rows(&sheet.name, &mut |row| {
            layout.measure(row, &mut earlier);
            Ok(Flow::Continue)
        })?;
        layout.settle(earlier);
        layouts.push(layout);
    }
    Ok(layouts)
}
