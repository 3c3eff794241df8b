//! The workbook that a county fills in: one row per person, answers by drop-down.

use std::io::Write;

use jiff::civil::Date;
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, ProtectionOptions, Worksheet, XlsxError,
};

use crate::field_type::FieldType;
use crate::list_schema::{Field, ListSchema, Presence};
use crate::return_workbook::usual_width;
use crate::routing::DispatchRow;
use crate::workbook_output::{Formats, WorkbookError, save, set_width, workbook_of, write_text};

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
    let mut workbook = workbook_of(today)?;
    let sheet = workbook.add_worksheet().set_name(sheet_name(answer))?;
    let columns = columns(answer, dispatch);
    write_header(sheet, &columns, &formats)?;
    for (at, row) in (1..).zip(rows) {
        let known = answers.get(at as usize - 1).map_or(&[][..], Vec::as_slice);
        write_person(sheet, at, &row.cells(dispatch), known, &columns, &formats)?;
    }
    add_choices(sheet, &columns, rows.len())?;
    protect(sheet);
    let help = workbook.add_worksheet().set_name("填写说明")?;
    write_help(help, answer, &formats)?;
    save(workbook, out)
}

fn sheet_name(answer: &ListSchema) -> String {
    answer.title().chars().take(31).collect()
}

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
                width: usual_width(field.field_type()).max(12),
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
) -> Result<(), XlsxError> {
    for (at, column) in (0..).zip(columns) {
        match column {
            Column::Given { title, width, .. } => {
                sheet.write_string_with_format(0, at, *title, &formats.header)?;
                set_width(sheet, at, title, *width)?;
            }
            Column::Answer { field, .. } => {
                let format = match field.presence() {
                    Presence::Cell => &formats.required_header,
                    Presence::Column | Presence::Optional => &formats.header,
                };
                sheet.set_column_format(at, &formats.answer)?;
                sheet.write_string_with_format(0, at, field.title(), format)?;
                set_width(sheet, at, field.title(), usual_width(field.field_type()))?;
            }
        }
    }
    // Number, name and identity number stay in sight.
    sheet.set_freeze_panes(1, GIVEN.len() as u16)?;
    Ok(())
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
    for (column, what) in (0..).zip(columns) {
        match what {
            Column::Given { field, .. } => {
                let text = field.map_or_else(String::new, |field| text(given, field));
                write_text(sheet, at, column, &text, &formats.given)?;
            }
            Column::Answer { at: field, .. } => {
                write_text(sheet, at, column, &text(known, *field), &formats.answer)?;
            }
        }
    }
    Ok(())
}

/// What a county may choose from, for each column that has a choice.
fn choices(field: &Field) -> Vec<&str> {
    match field.field_type() {
        FieldType::YesNo => vec!["是", "否"],
        FieldType::Enum => field.values().iter().map(String::as_str).collect(),
        _ => Vec::new(),
    }
}

/// How to write a value, for each column that has a form.
fn form(field: &Field) -> Option<&'static str> {
    match field.field_type() {
        FieldType::Date => Some("写成 2023-11-24"),
        FieldType::Month => Some("写成 2023-11 或 202311"),
        _ => None,
    }
}

fn add_choices(
    sheet: &mut Worksheet,
    columns: &[Column<'_>],
    rows: usize,
) -> Result<(), XlsxError> {
    let Some(last) = u32::try_from(rows).ok().filter(|rows| *rows > 0) else {
        return Ok(());
    };
    for (at, column) in (0..).zip(columns) {
        let Column::Answer { field, .. } = column else {
            continue;
        };
        let choices = choices(field);
        let rule = if let Some(form) = form(field) {
            DataValidation::new().set_input_message(form)?
        } else if !choices.is_empty() {
            // A spreadsheet holds 255 characters of choices; beyond that the check alone decides.
            match DataValidation::new().allow_list_strings(&choices) {
                Ok(rule) => rule
                    .set_error_style(DataValidationErrorStyle::Stop)
                    .set_error_title("请从下拉列表中选择")?,
                Err(_) => continue,
            }
        } else {
            continue;
        };
        sheet.add_data_validation(1, at, last, at, &rule)?;
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

fn write_help(
    sheet: &mut Worksheet,
    answer: &ListSchema,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let lines = [
        "一、一行一人，请勿增删行、改动灰色单元格或表头。",
        "二、红字表头为必填；结果为“纳入”须填户编号、监测对象类别、风险和识别监测时间；结果为“不纳入”须填原因和情况说明。",
        "三、填好后直接封装本工作簿，不必另存。",
    ];
    let mut at = 0;
    for line in lines {
        write_text(sheet, at, 0, line, &formats.text)?;
        at += 1;
    }
    at += 1;
    for (column, title) in (0..).zip(["栏目", "要求", "可填内容"]) {
        write_text(sheet, at, column, title, &formats.header)?;
    }
    let asked = answer.fields().iter();
    for field in asked.filter(|field| !GIVEN.contains(&field.name())) {
        at += 1;
        let demand = match (field.presence(), field.condition(answer)) {
            (Presence::Cell, _) => "必填".to_owned(),
            (_, Some(condition)) => condition,
            _ => "选填".to_owned(),
        };
        let allowed = match form(field) {
            Some(form) => form.to_owned(),
            None => choices(field).join("、"),
        };
        write_text(sheet, at, 0, field.title(), &formats.wrapped)?;
        write_text(sheet, at, 1, &demand, &formats.wrapped)?;
        write_text(sheet, at, 2, &allowed, &formats.wrapped)?;
    }
    sheet.set_column_width(0, 24)?;
    sheet.set_column_width(1, 32)?;
    sheet.set_column_width(2, 80)?;
    Ok(())
}

impl Field {
    /// When the field must be filled, in words.
    fn condition(&self, schema: &ListSchema) -> Option<String> {
        let condition = self.required_if.as_ref()?;
        let other = schema.fields().get(condition.field)?;
        let mut text = format!(
            "“{}”为“{}”时必填",
            other.title(),
            condition.equals.join("”或“")
        );
        if condition.min_length > 1 {
            text.push_str(&format!("，不少于 {} 字", condition.min_length));
        }
        Some(text)
    }
}
