//! What every workbook that we write has in common.

use std::io::{self, Write};

use jiff::civil::Date;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, IgnoreError, Workbook,
    Worksheet, XlsxError,
};

use crate::schemas::list_schema::{Field, ListSchema, Presence};
use crate::values::field_type::FieldType;

/// A workbook that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the workbook: {0}")]
pub struct WorkbookError(#[from] XlsxError);

impl WorkbookError {
    /// What the machine said, if the writing itself failed.
    #[must_use]
    pub fn io_error(&self) -> Option<&io::Error> {
        match &self.0 {
            XlsxError::IoError(error) => Some(error),
            _ => None,
        }
    }
}

/// The sheet that says what a check found.
pub(crate) const RESULT_SHEET: &str = "检查结果";
/// The sheet that explains the columns of a template.
pub(crate) const GUIDE_SHEET: &str = "填表说明";
/// The sheet that holds choices too long for a drop-down's own list.
pub(crate) const CHOICE_SHEET: &str = "可选内容";
/// The column beside a list that says what is wrong with each row.
pub(crate) const REASON_COLUMN: &str = "问题说明";
/// The columns before the rows that go back to an office.
pub(crate) const RETURN_COLUMNS: [&str; 3] = ["原表工作表", "原表行号", "退回原因"];

/// The sheets of a comparison: the unpaid, which are a list, and four beside them.
pub(crate) const UNPAID_SHEET: &str = "未兑付";
pub(crate) const ROSTER_SHEET: &str = "不在册";
pub(crate) const NAME_SHEET: &str = "姓名不符";
pub(crate) const DOUBT_SHEET: &str = "需核查";
pub(crate) const SHARE_SHEET: &str = "覆盖率";

/// Whether a sheet is one that we add beside people. It is no list, and nobody need be told so.
pub(crate) fn is_own_sheet(name: &str) -> bool {
    let beside_lists = [RESULT_SHEET, GUIDE_SHEET, CHOICE_SHEET];
    let of_comparisons = [ROSTER_SHEET, NAME_SHEET, DOUBT_SHEET, SHARE_SHEET];
    beside_lists.contains(&name) || of_comparisons.contains(&name)
}

/// The columns that we add beside those of a list, and that are passed over when it is read.
pub(crate) fn own_columns() -> impl Iterator<Item = &'static str> {
    RETURN_COLUMNS.into_iter().chain([REASON_COLUMN])
}

/// The last row of a worksheet, counted from 0.
pub(crate) const LAST_ROW: u32 = 1_048_575;
/// The built-in number formats: any number, a whole number, two decimals, text. By number, not by code, for
/// that is how every spreadsheet program knows them.
pub(crate) const GENERAL_FORMAT: u8 = 0;
pub(crate) const WHOLE_FORMAT: u8 = 1;
pub(crate) const DECIMAL_FORMAT: u8 = 2;
pub(crate) const TEXT_FORMAT: u8 = 49;
/// Points of a row that is to be written in.
pub(crate) const ROOMY_ROW: f64 = 18.0;
/// Points that one line of text takes.
const LINE_POINTS: f64 = 15.0;
/// No column is wider, and no row higher, than a screen shows well.
const WIDEST: usize = 60;
const MOST_LINES: usize = 24;

/// The formats that our workbooks use. Every cell is text, so that no program turns an identity
/// number into a figure, or a name that begins with `=` into a formula.
pub(crate) struct Formats {
    pub(crate) title: Format,
    pub(crate) section: Format,
    pub(crate) header: Format,
    pub(crate) required_header: Format,
    pub(crate) given: Format,
    pub(crate) answer: Format,
    pub(crate) faulty: Format,
    pub(crate) doubtful: Format,
    pub(crate) good: Format,
    pub(crate) reason: Format,
    pub(crate) text: Format,
    pub(crate) framed: Format,
    pub(crate) wrapped: Format,
    pub(crate) note: Format,
}

impl Formats {
    pub(crate) fn new() -> Self {
        let text = plain().set_num_format_index(TEXT_FORMAT);
        let framed = text
            .clone()
            .set_border(FormatBorder::Thin)
            .set_border_color(Color::RGB(0x00BF_BFBF))
            .set_align(FormatAlign::VerticalCenter);
        let header = framed
            .clone()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Center)
            .set_background_color(Color::RGB(0x00DD_EBF7));
        let dark_red = Color::RGB(0x009C_0006);
        let faulty = framed
            .clone()
            .set_font_color(dark_red)
            .set_background_color(Color::RGB(0x00FF_C7CE));
        Self {
            title: text
                .clone()
                .set_bold()
                .set_font_size(14)
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter),
            section: text.clone().set_bold().set_font_size(12),
            required_header: header.clone().set_font_color(Color::RGB(0x00C0_0000)),
            header,
            given: framed
                .clone()
                .set_background_color(Color::RGB(0x00F2_F2F2))
                .set_text_wrap(),
            answer: framed.clone().set_text_wrap().set_unlocked(),
            reason: framed
                .clone()
                .set_font_color(dark_red)
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter),
            faulty,
            doubtful: framed
                .clone()
                .set_font_color(Color::RGB(0x007F_6000))
                .set_background_color(Color::RGB(0x00FF_EB9C)),
            good: framed
                .clone()
                .set_font_color(Color::RGB(0x0000_6100))
                .set_background_color(Color::RGB(0x00C6_EFCE)),
            wrapped: framed
                .clone()
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter),
            note: text.clone().set_align(FormatAlign::VerticalCenter),
            framed,
            text,
        }
    }

    /// How the header of a column looks: red where every row must fill it.
    pub(crate) fn header_of(&self, field: &Field) -> &Format {
        match field.presence() {
            Presence::Cell => &self.required_header,
            Presence::Column | Presence::Optional => &self.header,
        }
    }
}

/// A cell without anything, in the type that offices' spreadsheet programs begin with.
pub(crate) fn plain() -> Format {
    Format::new().set_font_name("宋体").set_font_size(11)
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
    if text.is_empty() {
        sheet.write_blank(row, column, format)?;
    } else {
        sheet.write_string_with_format(row, column, fitting(text), format)?;
    }
    Ok(())
}

/// A text, cut to what a spreadsheet's cell holds.
pub(crate) fn fitting(text: &str) -> &str {
    const LONGEST_CELL: usize = 32_767;
    if text.len() <= LONGEST_CELL || text.encode_utf16().count() <= LONGEST_CELL {
        return text;
    }
    // No character takes more than two of the units that the limit counts.
    let cut = text.char_indices().nth(LONGEST_CELL / 2);
    cut.map_or(text, |(at, _)| &text[..at])
}

/// The places that a text takes on a screen; a Chinese character takes two.
pub(crate) fn places(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// Makes a column wide enough for its title and for what it usually holds; returns its places.
pub(crate) fn set_width(
    sheet: &mut Worksheet,
    column: u16,
    title: &str,
    usual: usize,
) -> Result<usize, XlsxError> {
    let usual = usual.min(WIDEST);
    let width = (places(title) + 2).clamp(usual, WIDEST);
    sheet.set_column_width(column, f64::from(u32::try_from(width).unwrap_or(60)))?;
    Ok(width)
}

/// The places that values of a type usually take.
pub(crate) fn usual_width(field_type: FieldType) -> usize {
    match field_type {
        FieldType::CitizenId | FieldType::DisabilityNo | FieldType::BankAccount => 22,
        FieldType::Text | FieldType::Enum | FieldType::DateRange => 16,
        FieldType::Phone | FieldType::Date => 13,
        FieldType::RowNumber
        | FieldType::PersonName
        | FieldType::Money
        | FieldType::Decimal
        | FieldType::Month
        | FieldType::Integer
        | FieldType::YesNo
        | FieldType::County
        | FieldType::SchoolYear => 10,
    }
}

/// How many lines a text takes in a column so many places wide.
pub(crate) fn lines(text: &str, width: usize) -> usize {
    let lines = text.lines();
    lines.map(|line| places(line).div_ceil(width).max(1)).sum()
}

/// Makes a row high enough for so many lines; one line needs nothing.
pub(crate) fn set_height(sheet: &mut Worksheet, row: u32, lines: usize) -> Result<(), XlsxError> {
    if lines > 1 {
        let lines = u32::try_from(lines.min(MOST_LINES)).unwrap_or(1);
        sheet.set_row_height(row, f64::from(lines) * LINE_POINTS + 3.0)?;
    }
    Ok(())
}

/// Paper as offices use it: A4 across, all columns on one page, the header on each. A sheet so wide
/// that nobody could read it that way takes several pages beside each other, `kept` columns on each.
pub(crate) fn set_up_printing(
    sheet: &mut Worksheet,
    header_row: Option<u32>,
    width: usize,
    kept: u16,
) -> Result<(), XlsxError> {
    const A4: u8 = 9;
    /// Letters of half the usual size are the smallest that are read.
    const PLACES_ON_A_PAGE: usize = 260;
    let across = u16::try_from(width.div_ceil(PLACES_ON_A_PAGE).max(1)).unwrap_or(1);
    if across > 1 && kept > 0 {
        sheet.set_repeat_columns(0, kept - 1)?;
    }
    sheet
        .set_landscape()
        .set_paper_size(A4)
        .set_print_fit_to_pages(across, 0)
        .set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3)
        .set_footer("&C第 &P 页，共 &N 页");
    if let Some(row) = header_row {
        sheet.set_repeat_rows(row, row)?;
    }
    Ok(())
}

/// Numbers that are text on purpose get no green corners.
pub(crate) fn allow_numbers_as_text(
    sheet: &mut Worksheet,
    first_row: u32,
    last_row: u32,
    last_column: u16,
) -> Result<(), XlsxError> {
    sheet.ignore_error_range(
        first_row,
        0,
        last_row.max(first_row),
        last_column,
        IgnoreError::NumberStoredAsText,
    )?;
    Ok(())
}

/// Writes the finished workbook.
pub(crate) fn save<W: Write + Send>(mut workbook: Workbook, out: W) -> Result<(), WorkbookError> {
    workbook.save_to_writer(out)?;
    Ok(())
}

/// A worksheet's name for a list: what Excel permits of the list's own.
pub(crate) fn sheet_name(schema: &ListSchema) -> String {
    let permitted = |c: &char| !['[', ']', ':', '*', '?', '/', '\\', '\''].contains(c);
    let name: String = schema.title().chars().filter(permitted).take(31).collect();
    if name.is_empty() {
        schema.id().as_str().chars().take(31).collect()
    } else {
        name
    }
}
