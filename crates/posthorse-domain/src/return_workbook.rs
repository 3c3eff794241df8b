//! The workbook that goes back to a clerk: the rejected rows, what is wrong in red.

use std::io::Write;

use jiff::civil::Date;
use rust_xlsxwriter::{Worksheet, XlsxError};

use crate::check_report::{CheckReport, RejectedRow};
use crate::field_type::FieldType;
use crate::list_schema::{ListSchema, Presence};
use crate::problem::{Level, Problem};
use crate::problem_texts::Language;
use crate::workbook_output::{Formats, WorkbookError, save, set_width, workbook_of, write_text};

/// Columns before those of the list: sheet, row, what is wrong.
const LEADING: [(&str, usize); 3] = [("原表工作表", 12), ("原表行号", 9), ("退回原因", 60)];

/// Writes the rejected rows of a report as a workbook, with a summary sheet.
///
/// The clerk corrects it and sends it again: the leading columns are passed over when it is read.
///
/// # Errors
/// The workbook cannot be written.
pub fn write_return_workbook<W: Write + Send>(
    schema: &ListSchema,
    report: &CheckReport,
    today: Date,
    out: W,
) -> Result<(), WorkbookError> {
    let formats = Formats::new();
    let mut workbook = workbook_of(today)?;
    let sheet = workbook.add_worksheet().set_name("退回名单")?;
    let columns = columns(schema, report);
    write_header(sheet, schema, &columns, &formats)?;
    for (at, row) in (1..).zip(&report.rejected_rows) {
        write_row(sheet, at, row, report, &columns, &formats)?;
    }
    let summary = workbook.add_worksheet().set_name("汇总")?;
    write_summary(summary, schema, report, &formats)?;
    save(workbook, out)
}

/// The columns of the list, and those that it lacks and must have.
fn columns(schema: &ListSchema, report: &CheckReport) -> Vec<usize> {
    let wanted = |at: &usize| {
        report.columns.contains(at) || schema.fields()[*at].presence() != Presence::Optional
    };
    (0..schema.fields().len()).filter(wanted).collect()
}

fn write_header(
    sheet: &mut Worksheet,
    schema: &ListSchema,
    columns: &[usize],
    formats: &Formats,
) -> Result<(), XlsxError> {
    let mut column = 0;
    for (title, width) in LEADING {
        sheet.write_string_with_format(0, column, title, &formats.header)?;
        set_width(sheet, column, title, width)?;
        column += 1;
    }
    for at in columns {
        let field = &schema.fields()[*at];
        let format = match field.presence() {
            Presence::Cell => &formats.required_header,
            Presence::Column | Presence::Optional => &formats.header,
        };
        sheet.write_string_with_format(0, column, field.title(), format)?;
        set_width(
            sheet,
            column,
            field.title(),
            usual_width(field.field_type()),
        )?;
        // What the clerk types into a new row must stay text as well.
        sheet.set_column_format(column, &formats.text)?;
        column += 1;
    }
    sheet.set_freeze_panes(1, LEADING.len() as u16)?;
    Ok(())
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

fn write_row(
    sheet: &mut Worksheet,
    at: u32,
    row: &RejectedRow,
    report: &CheckReport,
    columns: &[usize],
    formats: &Formats,
) -> Result<(), XlsxError> {
    let problems = report.problems_of(row);
    write_text(sheet, at, 0, &row.sheet, &formats.text)?;
    write_text(sheet, at, 1, &row.row.to_string(), &formats.text)?;
    write_text(sheet, at, 2, &reasons(problems), &formats.faulty)?;
    for (column, field) in (LEADING.len() as u16..).zip(columns) {
        let is_faulty = problems.iter().any(|found| found.field == Some(*field));
        let format = if is_faulty {
            &formats.faulty
        } else {
            &formats.text
        };
        let text = row.cells.get(*field).map_or("", String::as_str);
        write_text(sheet, at, column, text, format)?;
    }
    Ok(())
}

fn reasons(problems: &[Problem]) -> String {
    let mut text = String::new();
    for problem in problems {
        let words = problem.render(Language::Chinese);
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!(
            "{} {}{}",
            problem.code, words.sentence, words.remedy
        ));
    }
    text
}

fn write_summary(
    sheet: &mut Worksheet,
    schema: &ListSchema,
    report: &CheckReport,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let not_kept = report
        .rejected
        .saturating_sub(report.rejected_rows.len() as u64);
    let facts = [
        ("名单", schema.title().to_owned()),
        ("总行数", report.rows().to_string()),
        ("通过", report.accepted.to_string()),
        ("退回", report.rejected.to_string()),
        ("退回而未列出", not_kept.to_string()),
    ];
    let mut at = 0;
    for (label, value) in facts {
        write_text(sheet, at, 0, label, &formats.header)?;
        write_text(sheet, at, 1, &value, &formats.text)?;
        at += 1;
    }
    at += 1;
    for (column, title) in (0..).zip(["代码", "数量", "说明（首例）"]) {
        write_text(sheet, at, column, title, &formats.header)?;
    }
    for (code, count) in &report.counts {
        at += 1;
        write_text(sheet, at, 0, code.as_str(), &formats.text)?;
        write_text(sheet, at, 1, &count.to_string(), &formats.text)?;
        let example = report.problems.iter().find(|found| found.code == *code);
        let words = example.map(|found| found.render(Language::Chinese).to_string());
        let is_fault = matches!(code.level(), Level::File | Level::Row);
        let format = if is_fault {
            &formats.faulty
        } else {
            &formats.text
        };
        write_text(sheet, at, 2, &words.unwrap_or_default(), format)?;
    }
    sheet.set_column_width(0, 16)?;
    sheet.set_column_width(1, 24)?;
    sheet.set_column_width(2, 100)?;
    Ok(())
}
