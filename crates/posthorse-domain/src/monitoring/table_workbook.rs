//! Tables as a workbook: one sheet each.

use std::io::Write;

use rust_xlsxwriter::{Format, FormatAlign, Worksheet, XlsxError};

use super::ageing::Tone;
use super::month::{Month, chinese_date};
use super::table::{Cell, Row, Table};
use crate::Date;
use crate::workbooks::workbook_output::{
    Formats, GENERAL_FORMAT, WorkbookError, places, save, set_height, set_up_printing, workbook_of,
    write_text,
};

const WIDEST_COLUMN: usize = 44;
const HEADER_ROW: u32 = 2;

/// Writes tables of a month, as they stood on a day, each on a sheet of its own.
///
/// # Errors
/// The workbook cannot be written.
pub fn write_table_workbook<W: Write + Send>(
    heading: &str,
    month: &Month,
    today: Date,
    tables: &[Table],
    out: W,
) -> Result<(), WorkbookError> {
    let formats = Formats::new();
    let mut workbook = workbook_of(today)?;
    for table in tables {
        let sheet = workbook.add_worksheet().set_name(&table.title)?;
        write_sheet(sheet, (heading, month, today), table, &formats)?;
    }
    save(workbook, out)
}

fn write_sheet(
    sheet: &mut Worksheet,
    (heading, month, today): (&str, &Month, Date),
    table: &Table,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let last = u16::try_from(table.header.len().saturating_sub(1)).unwrap_or(0);
    let title = format!("{}{heading}：{}", month.in_chinese(), table.title);
    if last > 0 {
        sheet.merge_range(0, 0, 0, last, &title, &formats.title)?;
    } else {
        write_text(sheet, 0, 0, &title, &formats.title)?;
    }
    sheet.set_row_height(0, 30)?;
    let as_of = format!("截至 {}", chinese_date(today));
    write_text(sheet, 1, 0, &as_of, &formats.note)?;
    let mut total = 0;
    for (column, name) in (0..).zip(&table.header) {
        write_text(sheet, HEADER_ROW, column, name, &formats.header)?;
        let cells = table.rows.iter().map(|row| &row.cells[usize::from(column)]);
        let widest = cells.map(|cell| places(&cell.text())).max().unwrap_or(0);
        let width = (widest.max(places(name)) + 2).clamp(8, WIDEST_COLUMN);
        sheet.set_column_width(column, f64::from(u32::try_from(width).unwrap_or(8)))?;
        total += width;
    }
    sheet.set_row_height(HEADER_ROW, 22)?;
    for (at, row) in (HEADER_ROW + 1..).zip(&table.rows) {
        write_row(sheet, at, row, formats)?;
    }
    sheet.set_freeze_panes(HEADER_ROW + 1, 1)?;
    set_up_printing(sheet, Some(HEADER_ROW), total, 1)
}

fn write_row(
    sheet: &mut Worksheet,
    at: u32,
    row: &Row,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let mut lines = 1;
    for (column, cell) in (0..).zip(&row.cells) {
        let format = format_of(cell, row, formats);
        match cell {
            Cell::Count(count) | Cell::Counted(_, count) => {
                // Figures that are summed by their readers; none is as long as a float's digits.
                let figure = format.set_num_format_index(GENERAL_FORMAT);
                let value = f64::from(u32::try_from(*count).unwrap_or(u32::MAX));
                sheet.write_number_with_format(at, column, value, &figure)?;
            }
            _ => {
                let text = cell.text();
                lines = lines.max(places(&text).div_ceil(WIDEST_COLUMN - 2).max(1));
                write_text(sheet, at, column, &text, &format)?;
            }
        }
    }
    set_height(sheet, at, lines)
}

fn format_of(cell: &Cell, row: &Row, formats: &Formats) -> Format {
    let format = match cell.tone() {
        Tone::Bad => &formats.faulty,
        Tone::Attention => &formats.doubtful,
        Tone::Good => &formats.good,
        Tone::Plain => &formats.wrapped,
    };
    let mut format = format.clone().set_text_wrap();
    if cell.is_figure() {
        format = format.set_align(FormatAlign::Right);
    }
    if row.is_total {
        format = format.set_bold();
    }
    format
}
