//! The workbook that a county fills in: one row per person, answers by drop-down.

use std::io::Write;

use jiff::civil::Date;
use rust_xlsxwriter::{ProtectionOptions, Worksheet, XlsxError};

use crate::routing::split_by_county::DispatchRow;
use crate::schemas::list_schema::{Field, ListSchema};
use crate::workbooks::column_rules::{Amounts, ColumnRules};
use crate::workbooks::field_guide::FieldGuide;
use crate::workbooks::template_workbook::write_guide;
use crate::workbooks::workbook_output::{
    Formats, GUIDE_SHEET, WorkbookError, allow_numbers_as_text, lines, save, set_height,
    set_up_printing, set_width, sheet_name, usual_width, workbook_of, write_text,
};

/// Columns that tell the county about the person and are passed over when the answer is read.
const CONTEXT: [(&str, usize); 9] = [
    ("县（区）", 10),
    ("乡（镇）", 14),
    ("行政村", 14),
    ("户主姓名", 10),
    ("联系电话", 14),
    ("来源单位", 18),
    ("预警类型", 22),
    ("预警内容", 60),
    ("反馈期限", 12),
];
/// Fields of the answer that we fill in ourselves.
const GIVEN: [&str; 3] = ["warning_id", "name", "id_no"];
/// Places of a number of ours, such as `2026-411722-000001`.
const WARNING_ID: usize = 22;
/// Places of a column that is to hold a sentence.
const SENTENCE: usize = 40;

/// Writes the fill-in workbook of a county.
///
/// `dispatch` is the schema of the rows, `answer` that of the list which the filled-in workbook
/// is read as. `answers` holds what is already known, by row and by field of `answer`; it may be
/// shorter than `rows`, or empty.
///
/// # Errors
/// The workbook cannot be written.
pub fn write_answer_workbook<W: Write + Send>(
    answer: &ListSchema,
    dispatch: &ListSchema,
    rows: &[DispatchRow],
    answers: &[Vec<String>],
    today: Date,
    out: W,
) -> Result<(), WorkbookError> {
    let formats = Formats::new();
    let guide = FieldGuide::new(answer, answer.areas(), today);
    let mut rules = ColumnRules::new(Amounts::Text);
    let mut workbook = workbook_of(today)?;
    let sheet = workbook.add_worksheet().set_name(sheet_name(answer))?;
    let columns = columns(answer, dispatch);
    let width = write_header(sheet, &columns, &formats)?;
    for (at, row) in (1..).zip(rows) {
        let known = answers.get(at as usize - 1).map_or(&[][..], Vec::as_slice);
        write_person(sheet, at, &row.cells(dispatch), known, &columns, &formats)?;
    }
    let last_row = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    add_rules(sheet, &columns, last_row, &guide, &mut rules)?;
    let last_column = columns.len() as u16 - 1;
    sheet.autofilter(0, 0, last_row, last_column)?;
    allow_numbers_as_text(sheet, 0, last_row, last_column)?;
    set_up_printing(sheet, Some(0), width, GIVEN.len() as u16)?;
    protect(sheet);
    let help = workbook.add_worksheet().set_name(GUIDE_SHEET)?;
    let title = format!("{}：填表说明", answer.title());
    write_guide(help, &title, &ADVICE, answer, &guide, &GIVEN, &formats)?;
    rules.write_choices(&mut workbook, &formats)?;
    save(workbook, out)
}

const ADVICE: [&str; 4] = [
    "1. 一人一行。灰色单元格由市局填好，请勿改动；请勿增删行、列，请勿改动表头。",
    "2. 红字表头的列必填。点到单元格时会显示填写要求，能选的请从下拉列表中选。",
    "3. 结果为“纳入”须填户编号、监测对象类别、风险和识别监测时间；结果为“不纳入”须填原因和情况说明。",
    "4. 填好后先检查，再直接封装本工作簿，不必另存。",
];

/// A column of the workbook.
enum Column<'s> {
    /// Filled by us, from this field of the dispatch list.
    Given {
        title: &'s str,
        width: usize,
        field: Option<usize>,
    },
    /// Filled by the county, as this field of the answer.
    Answer { field: &'s Field, at: usize },
}

fn columns<'s>(answer: &'s ListSchema, dispatch: &'s ListSchema) -> Vec<Column<'s>> {
    let mut columns = Vec::new();
    let mut answers = Vec::new();
    for (at, field) in answer.fields().iter().enumerate() {
        if GIVEN.contains(&field.name()) {
            columns.push(Column::Given {
                title: field.title(),
                width: match field.name() {
                    "warning_id" => WARNING_ID,
                    _ => usual_width(field.field_type()).max(12),
                },
                field: dispatch.position(field.name()),
            });
        } else {
            answers.push(Column::Answer { field, at });
        }
    }
    for (title, width) in CONTEXT {
        let field = dispatch.fields().iter().position(|f| f.title() == title);
        columns.push(Column::Given {
            title,
            width,
            field,
        });
    }
    columns.append(&mut answers);
    columns
}

fn write_header(
    sheet: &mut Worksheet,
    columns: &[Column<'_>],
    formats: &Formats,
) -> Result<usize, XlsxError> {
    let mut total = 0;
    for (at, column) in (0..).zip(columns) {
        match column {
            Column::Given { title, width, .. } => {
                write_text(sheet, 0, at, title, &formats.header)?;
                total += set_width(sheet, at, title, *width)?;
            }
            Column::Answer { field, .. } => {
                sheet.set_column_format(at, &formats.answer)?;
                write_text(sheet, 0, at, field.title(), formats.header_of(field))?;
                let is_sentence = field.required_if.as_ref().is_some_and(|c| c.min_length > 1);
                let usual = match is_sentence {
                    true => SENTENCE,
                    false => usual_width(field.field_type()),
                };
                total += set_width(sheet, at, field.title(), usual)?;
            }
        }
    }
    sheet.set_row_height(0, 30)?;
    // Number, name and identity number stay in sight.
    sheet.set_freeze_panes(1, GIVEN.len() as u16)?;
    Ok(total)
}

fn write_person(
    sheet: &mut Worksheet,
    at: u32,
    given: &[String],
    known: &[String],
    columns: &[Column<'_>],
    formats: &Formats,
) -> Result<(), XlsxError> {
    let text = |cells: &[String], at: usize| cells.get(at).cloned().unwrap_or_default();
    let mut highest = 1;
    for (column, what) in (0..).zip(columns) {
        match what {
            Column::Given { field, width, .. } => {
                let text = field.map_or_else(String::new, |field| text(given, field));
                highest = highest.max(lines(&text, width.saturating_sub(1).max(1)));
                write_text(sheet, at, column, &text, &formats.given)?;
            }
            Column::Answer { at: field, .. } => {
                write_text(sheet, at, column, &text(known, *field), &formats.answer)?;
            }
        }
    }
    set_height(sheet, at, highest)
}

fn add_rules(
    sheet: &mut Worksheet,
    columns: &[Column<'_>],
    last_row: u32,
    guide: &FieldGuide<'_>,
    rules: &mut ColumnRules,
) -> Result<(), XlsxError> {
    if last_row == 0 {
        return Ok(());
    }
    for (at, column) in (0..).zip(columns) {
        if let Column::Answer { field, .. } = column {
            rules.add(sheet, at, (1, last_row), field, guide)?;
        }
    }
    Ok(())
}

/// Locks what is given, without a password: it guards against slips, not against people.
fn protect(sheet: &mut Worksheet) {
    let mut options = ProtectionOptions::new();
    options.format_columns = true;
    options.format_rows = true;
    options.use_autofilter = true;
    sheet.protect_with_options(&options);
}
