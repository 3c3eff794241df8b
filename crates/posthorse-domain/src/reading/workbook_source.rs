//! Rows of an `.xlsx` workbook, cell by cell.
//!
//! Never through a range of the whole sheet: a workbook of 5 KB can declare one of gigabytes.

use std::io::{Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use crate::checking::list_error::{Fault, Halt, halt_of_io};
use crate::reading::limits::ListLimits;
use crate::reading::raw_row::{Flow, RawRow};
use crate::reading::sheet_findings::SheetFindings;
use crate::reading::sheet_scan::WorkbookScan;
use crate::reading::workbook_guard::guard_workbook;

/// A number of this size has sixteen digits, and a spreadsheet keeps only fifteen.
const SIXTEEN_DIGITS: f64 = 1e15;
/// The last day that Excel can show, 9999-12-31, and one: beyond it a number is no date.
const END_OF_SERIAL_DAYS: f64 = 2_958_466.0;

/// One sheet of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SheetName {
    /// Its name; empty in a CSV file.
    pub(crate) name: String,
    /// Whether the spreadsheet program shows it.
    pub(crate) is_hidden: bool,
}

/// An opened workbook.
pub(crate) struct WorkbookSource<R: Read + Seek> {
    workbook: Xlsx<R>,
    scan: WorkbookScan,
    limits: ListLimits,
}

impl<R: Read + Seek> WorkbookSource<R> {
    pub(crate) fn open(mut reader: R, limits: &ListLimits) -> Result<Self, Halt> {
        let scan = guard_workbook(&mut reader, limits)?;
        let workbook = caught(|| Xlsx::new(reader))?;
        let source = Self {
            workbook,
            scan,
            limits: limits.clone(),
        };
        if source.sheets().len() > limits.sheets {
            return Err(Fault::TooLarge {
                what: "sheets",
                limit: limits.sheets as u64,
            }
            .into());
        }
        Ok(source)
    }

    pub(crate) fn sheets(&self) -> Vec<SheetName> {
        let sheets = self.workbook.sheets_metadata().iter();
        sheets
            .filter(|sheet| sheet.typ == SheetType::WorkSheet)
            .map(|sheet| SheetName {
                name: sheet.name.clone(),
                is_hidden: sheet.visible != SheetVisible::Visible,
            })
            .collect()
    }

    /// What was found on a sheet beside its values; taken once.
    pub(crate) fn take_findings(&mut self, sheet: &str) -> SheetFindings {
        let mut sheets = self.workbook.sheets_metadata().iter();
        match sheets.position(|one| one.name == sheet) {
            Some(nth) => self.scan.take_sheet(nth),
            None => SheetFindings::default(),
        }
    }

    /// Hands every row that has a cell to `visit`, in order, until it says stop.
    pub(crate) fn for_each_row(
        &mut self,
        sheet: &str,
        visit: &mut dyn FnMut(&RawRow) -> Result<Flow, Halt>,
    ) -> Result<(), Halt> {
        read_sheet(&mut self.workbook, sheet, &self.limits, visit)
    }
}

/// A panic of the library on somebody's file is that file's fault, not the end of the daemon.
fn caught<T>(read: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, Halt> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(result) => result.map_err(halt_of_xlsx),
        Err(_) => Err(Fault::Unreadable("damaged").into()),
    }
}

fn halt_of_xlsx(error: XlsxError) -> Halt {
    match error {
        XlsxError::Io(error) => halt_of_io(error),
        XlsxError::Password => Fault::Unreadable("encrypted").into(),
        XlsxError::FileNotFound(_) => Fault::Unreadable("not-a-workbook").into(),
        _ => Fault::Unreadable("damaged").into(),
    }
}

fn read_sheet<R: Read + Seek>(
    workbook: &mut Xlsx<R>,
    sheet: &str,
    limits: &ListLimits,
    visit: &mut dyn FnMut(&RawRow) -> Result<Flow, Halt>,
) -> Result<(), Halt> {
    let mut cells = caught(|| workbook.worksheet_cells_reader(sheet))?;
    let mut row = RawRow::default();
    let mut current = None;
    let (mut row_count, mut cell_count) = (0_u64, 0_u64);
    while let Some(cell) = caught(|| cells.next_cell())? {
        let (at, column) = cell.get_position();
        cell_count += 1;
        if cell_count > limits.cells {
            return Err(exceeded("cells", limits.cells));
        }
        if current != Some(at) {
            if current.is_some() && visit(&row)? == Flow::Stop {
                return Ok(());
            }
            // Excel writes rows in order; a file that does not cannot be read as a stream.
            if current.is_some_and(|before| at < before) {
                return Err(Fault::Unreadable("damaged").into());
            }
            row_count += 1;
            if row_count > limits.rows {
                return Err(exceeded("rows", limits.rows));
            }
            row.start(at.saturating_add(1));
            current = Some(at);
        }
        write_cell(&mut row, column as usize, cell.get_value(), limits)?;
    }
    if current.is_some() {
        visit(&row)?;
    }
    Ok(())
}

fn exceeded(what: &'static str, limit: u64) -> Halt {
    Fault::TooLarge { what, limit }.into()
}

fn write_cell(
    row: &mut RawRow,
    column: usize,
    value: &DataRef<'_>,
    limits: &ListLimits,
) -> Result<(), Halt> {
    if matches!(value, DataRef::Empty) {
        return Ok(());
    }
    if column >= limits.columns {
        return Err(exceeded("columns", limits.columns as u64));
    }
    match value {
        DataRef::SharedString(text) => row.push_healed(column, text),
        DataRef::String(text) => row.push_healed(column, text),
        DataRef::Float(number) => row.cell_mut(column).push_str(&number_text(*number)),
        DataRef::Int(number) => row.cell_mut(column).push_str(&integer_text(*number)),
        DataRef::Bool(true) => row.cell_mut(column).push_str("TRUE"),
        DataRef::Bool(false) => row.cell_mut(column).push_str("FALSE"),
        DataRef::DateTime(date) => row.cell_mut(column).push_str(&serial_text(date)),
        other => row.push_healed(column, &Data::from(other.clone()).to_string()),
    }
    if row.cell(column).len() > limits.cell_bytes {
        return Err(exceeded("cell-text", limits.cell_bytes as u64));
    }
    Ok(())
}

/// A date cell as `YYYY-MM-DD`, for its format in the sheet may be anything.
fn serial_text(date: &calamine::ExcelDateTime) -> String {
    let value = date.as_f64();
    if date.is_datetime() && (1.0..END_OF_SERIAL_DAYS).contains(&value) {
        let (year, month, day, ..) = date.to_ymd_hms_milli();
        return format!("{year:04}-{month:02}-{day:02}");
    }
    number_text(value)
}

fn integer_text(number: i64) -> String {
    if number.unsigned_abs() >= 1_000_000_000_000_000 {
        // The cast rounds, as the spreadsheet program has already done.
        return number_text(number as f64);
    }
    number.to_string()
}

/// A number as Excel shows it in its input line: fifteen significant digits; with sixteen or more
/// before the point in scientific notation, whose lost digits a check then finds.
pub(crate) fn number_text(number: f64) -> String {
    if !number.is_finite() {
        return "#NUM!".to_owned();
    }
    let scientific = format!("{number:.14e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    if number.abs() >= SIXTEEN_DIGITS {
        let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
        let exponent: i32 = exponent.parse().unwrap_or(0);
        return format!("{mantissa}E+{exponent:02}");
    }
    if number == 0.0 {
        return "0".to_owned();
    }
    if number.fract() == 0.0 {
        return format!("{number:.0}");
    }
    // Fifteen digits, read back: what floating point added behind them is gone.
    let rounded: f64 = scientific.parse().unwrap_or(number);
    rounded.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_excel_shows_them() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (-5.0, "-5"),
            (12.0, "12"),
            (0.1 + 0.2, "0.3"),
            (23_000.5, "23000.5"),
            (13_812_341_234.0, "13812341234"),
            (999_999_999_999_999.0, "999999999999999"),
            (4.117_211_995_010_1e17, "4.1172119950101E+17"),
            (1e15, "1E+15"),
            (f64::NAN, "#NUM!"),
        ] {
            assert_eq!(number_text(number), text);
        }
    }
}
