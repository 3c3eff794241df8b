//! The workbook that goes back to a clerk: the rejected rows, what is wrong in red.

use std::io::Write;

use jiff::civil::Date;
use rust_xlsxwriter::{Worksheet, XlsxError};

use crate::checking::check_report::{CheckReport, RejectedRow};
use crate::checking::check_summary::{reasons, write_check_summary};
use crate::schemas::list_schema::{ListSchema, Presence};
use crate::workbooks::column_rules::{Amounts, ColumnRules};
use crate::workbooks::field_guide::FieldGuide;
use crate::workbooks::workbook_output::{
    Formats, LAST_ROW, RESULT_SHEET, RETURN_COLUMNS, WorkbookError, allow_numbers_as_text, lines,
    save, set_height, set_up_printing, set_width, usual_width, workbook_of, write_text,
};

/// The widths of the columns before those of the list: sheet, row, what is wrong.
const LEADING_WIDTHS: [usize; RETURN_COLUMNS.len()] = [12, 9, 60];
const LEADING: u16 = RETURN_COLUMNS.len() as u16;

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
    let mut rules = ColumnRules::new(Amounts::Text);
    let mut workbook = workbook_of(today)?;
    let sheet = workbook.add_worksheet().set_name("退回名单")?;
    let columns = columns(schema, report);
    let width = write_header(sheet, schema, &columns, &formats)?;
    for (at, row) in (1..).zip(&report.rejected_rows) {
        write_row(sheet, at, row, report, &columns, &formats)?;
    }
    let guide = FieldGuide::new(schema, schema.areas(), today);
    for (column, field) in (LEADING..).zip(&columns) {
        let field = &schema.fields()[*field];
        rules.add(sheet, column, (1, LAST_ROW), field, &guide)?;
    }
    let last_row = u32::try_from(report.rejected_rows.len()).unwrap_or(LAST_ROW);
    let last_column = LEADING + columns.len() as u16 - 1;
    sheet.autofilter(0, 0, last_row, last_column)?;
    allow_numbers_as_text(sheet, 0, LAST_ROW, last_column)?;
    set_up_printing(sheet, Some(0), width, LEADING)?;
    let summary = workbook.add_worksheet().set_name(RESULT_SHEET)?;
    write_check_summary(summary, schema, report, today, &advice(report), &formats)?;
    rules.write_choices(&mut workbook, &formats)?;
    save(workbook, out)
}

fn advice(report: &CheckReport) -> Vec<String> {
    let mut advice = vec![
        "“退回名单”列出未接收的行，红色单元格须改正，原因和改法见“退回原因”列。".to_owned(),
        "改好后可直接检查、封装并重新报送本工作簿；前三列和本表不会报送。".to_owned(),
    ];
    let listed = report.rejected_rows.len() as u64;
    if report.rejected > listed {
        advice.push(format!(
            "另有 {} 行未列出，请在原表中检查。",
            report.rejected - listed
        ));
    }
    advice
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
) -> Result<usize, XlsxError> {
    let (mut column, mut total) = (0, 0);
    for (title, width) in RETURN_COLUMNS.into_iter().zip(LEADING_WIDTHS) {
        write_text(sheet, 0, column, title, &formats.header)?;
        total += set_width(sheet, column, title, width)?;
        column += 1;
    }
    for at in columns {
        let field = &schema.fields()[*at];
        write_text(sheet, 0, column, field.title(), formats.header_of(field))?;
        total += set_width(
            sheet,
            column,
            field.title(),
            usual_width(field.field_type()),
        )?;
        // What the clerk types into a new row must stay text as well.
        sheet.set_column_format(column, &formats.text)?;
        column += 1;
    }
    sheet.set_row_height(0, 30)?;
    sheet.set_freeze_panes(1, LEADING)?;
    Ok(total)
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
    let reasons = reasons(problems);
    write_text(sheet, at, 0, &row.sheet, &formats.given)?;
    write_text(sheet, at, 1, &row.row.to_string(), &formats.given)?;
    write_text(sheet, at, 2, &reasons, &formats.reason)?;
    set_height(sheet, at, lines(&reasons, LEADING_WIDTHS[2] - 2))?;
    for (column, field) in (LEADING..).zip(columns) {
        let is_faulty = problems.iter().any(|found| found.field == Some(*field));
        let format = if is_faulty {
            &formats.faulty
        } else {
            &formats.framed
        };
        let text = row.cells.get(*field).map_or("", String::as_str);
        write_text(sheet, at, column, text, format)?;
    }
    Ok(())
}
