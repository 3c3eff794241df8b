//! What every workbook that we write has in common.

use std::io::Write;

use jiff::civil::Date;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet,
    XlsxError,
};

/// A workbook that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the workbook: {0}")]
pub struct WorkbookError(#[from] XlsxError);

/// The formats that our workbooks use. Every cell is text, so that no program turns an identity
/// number into a figure, or a name that begins with `=` into a formula.
pub(crate) struct Formats {
    pub(crate) header: Format,
    pub(crate) required_header: Format,
    pub(crate) given: Format,
    pub(crate) answer: Format,
    pub(crate) faulty: Format,
    pub(crate) text: Format,
    pub(crate) wrapped: Format,
}

impl Formats {
    pub(crate) fn new() -> Self {
        let text = Format::new().set_num_format("@");
        let framed = text.clone().set_border(FormatBorder::Thin);
        let header = framed
            .clone()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter)
            .set_background_color(Color::RGB(0x00DD_EBF7));
        Self {
            required_header: header.clone().set_font_color(Color::RGB(0x00C0_0000)),
            header,
            given: framed.clone().set_background_color(Color::RGB(0x00F2_F2F2)),
            answer: framed.set_unlocked(),
            faulty: text
                .clone()
                .set_font_color(Color::RGB(0x009C_0006))
                .set_background_color(Color::RGB(0x00FF_C7CE)),
            wrapped: text.clone().set_text_wrap().set_align(FormatAlign::Top),
            text,
        }
    }
}

/// A workbook that says it was made on a given day: this crate has no clock.
pub(crate) fn workbook_of(day: Date) -> Result<Workbook, XlsxError> {
    let year = u16::try_from(day.year()).unwrap_or(1900);
    let (month, date) = (day.month().unsigned_abs(), day.day().unsigned_abs());
    let created = ExcelDateTime::from_ymd(year, month, date)?;
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    Ok(workbook)
}

/// Writes a cell as text, cut to what a spreadsheet's cell holds.
pub(crate) fn write_text(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    text: &str,
    format: &Format,
) -> Result<(), XlsxError> {
    const LONGEST_CELL: usize = 32_767;
    if text.is_empty() {
        sheet.write_blank(row, column, format)?;
    } else if text.len() > LONGEST_CELL && text.encode_utf16().count() > LONGEST_CELL {
        // No character takes more than two of the units that the limit counts.
        let cut: String = text.chars().take(LONGEST_CELL / 2).collect();
        sheet.write_string_with_format(row, column, cut, format)?;
    } else {
        sheet.write_string_with_format(row, column, text, format)?;
    }
    Ok(())
}

/// Wide enough for what a column usually holds; a Chinese character takes two places.
pub(crate) fn set_width(
    sheet: &mut Worksheet,
    column: u16,
    title: &str,
    usual: usize,
) -> Result<(), XlsxError> {
    let places = |text: &str| {
        text.chars()
            .map(|c| if c.is_ascii() { 1 } else { 2 })
            .sum::<usize>()
    };
    let width = (places(title) + 2).clamp(usual, 60);
    sheet.set_column_width(column, f64::from(u32::try_from(width).unwrap_or(60)))?;
    Ok(())
}

/// Writes the finished workbook.
pub(crate) fn save<W: Write + Send>(mut workbook: Workbook, out: W) -> Result<(), WorkbookError> {
    workbook.save_to_writer(out)?;
    Ok(())
}
