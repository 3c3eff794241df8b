//! The sheet 检查结果: what a check found, code by code, and how to mend it.

use jiff::civil::Date;
use rust_xlsxwriter::{Color, Format, Worksheet, XlsxError};

use crate::checking::check_report::CheckReport;
use crate::checking::problem::{Level, Problem, ProblemCode};
use crate::checking::problem_texts::Language;
use crate::schemas::list_schema::ListSchema;
use crate::workbooks::workbook_output::{Formats, lines, set_height, set_up_printing, write_text};

/// Code, number, where the first is, what is wrong, how to mend it.
const COLUMNS: [(&str, u16); 5] = [
    ("代码", 12),
    ("处数", 10),
    ("首例位置", 26),
    ("首例说明", 56),
    ("怎么改", 46),
];
const LAST_COLUMN: u16 = COLUMNS.len() as u16 - 1;

/// Writes the sheet. `advice` says, line by line, what to do with the workbook around it.
pub(crate) fn write_check_summary(
    sheet: &mut Worksheet,
    schema: &ListSchema,
    report: &CheckReport,
    today: Date,
    advice: &[String],
    formats: &Formats,
) -> Result<(), XlsxError> {
    for (column, (_, width)) in (0..).zip(COLUMNS) {
        sheet.set_column_width(column, width)?;
    }
    sheet.merge_range(0, 0, 0, LAST_COLUMN, "检查结果", &formats.title)?;
    sheet.set_row_height(0, 30)?;
    let mut at = write_facts(sheet, 1, schema, report, today, formats)? + 1;
    for line in advice {
        write_text(sheet, at, 0, line, &formats.note)?;
        at += 1;
    }
    at += 1;
    let sections = [
        ("整个文件的问题（须先改正）", Level::File),
        ("有问题的行", Level::Row),
        ("提醒", Level::Warning),
        ("说明", Level::Info),
    ];
    for (title, level) in sections {
        at = write_section(sheet, at, title, level, report, formats)?;
    }
    sheet.set_tab_color(Color::RGB(if report.is_clean() {
        0x0000_B050
    } else {
        0x00C0_0000
    }));
    set_up_printing(sheet, None, 0, 0)
}

fn write_facts(
    sheet: &mut Worksheet,
    mut at: u32,
    schema: &ListSchema,
    report: &CheckReport,
    today: Date,
    formats: &Formats,
) -> Result<u32, XlsxError> {
    let verdict = match (report.is_usable(), report.rejected) {
        (true, 0) => "没有问题，可以封装".to_owned(),
        (true, rejected) => format!("有 {rejected} 行须改正"),
        (false, _) => "整个文件不能使用，请先改正下列文件问题".to_owned(),
    };
    let facts = [
        ("结论", verdict),
        ("名单", schema.title().to_owned()),
        ("检查日期", today.to_string()),
        ("总行数", report.rows().to_string()),
        ("可接收", report.accepted.to_string()),
        ("有问题", report.rejected.to_string()),
    ];
    let verdict_format = if report.is_clean() {
        &formats.good
    } else {
        &formats.faulty
    };
    for (nth, (label, value)) in facts.iter().enumerate() {
        let format = if nth == 0 {
            verdict_format
        } else {
            &formats.framed
        };
        write_text(sheet, at, 0, label, &formats.header)?;
        sheet.merge_range(at, 1, at, 3, value, format)?;
        at += 1;
    }
    Ok(at)
}

fn write_section(
    sheet: &mut Worksheet,
    mut at: u32,
    title: &str,
    level: Level,
    report: &CheckReport,
    formats: &Formats,
) -> Result<u32, XlsxError> {
    let found: Vec<(ProblemCode, u64)> = report
        .counts
        .iter()
        .filter(|(code, _)| levels_of(**code, report).contains(&level))
        .map(|(code, count)| (*code, *count))
        .collect();
    if found.is_empty() {
        return Ok(at);
    }
    write_text(sheet, at, 0, title, &formats.section)?;
    at += 1;
    for (column, (title, _)) in (0..).zip(COLUMNS) {
        write_text(sheet, at, column, title, &formats.header)?;
    }
    let format = match level {
        Level::File | Level::Row => &formats.reason,
        Level::Warning | Level::Info => &formats.wrapped,
    };
    for (code, count) in found {
        let mut examples = report
            .problems
            .iter()
            .filter(|found| found.code == code && found.level == level);
        // A file has few problems, and each is another one; of rows the first speaks for all.
        let shown = if matches!(level, Level::Row) { 1 } else { 20 };
        for example in examples.by_ref().take(shown) {
            at += 1;
            write_example(sheet, at, code, count, example, format, formats)?;
        }
    }
    Ok(at + 2)
}

/// How far the problems of a code reach in this list; a person may have lowered some of them.
fn levels_of(code: ProblemCode, report: &CheckReport) -> Vec<Level> {
    let of_code = report.problems.iter().filter(|found| found.code == code);
    let levels: Vec<Level> = of_code.map(|found| found.level).collect();
    if levels.is_empty() {
        return vec![code.level()];
    }
    levels
}

fn write_example(
    sheet: &mut Worksheet,
    at: u32,
    code: ProblemCode,
    count: u64,
    example: &Problem,
    format: &Format,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let words = example.render(Language::Chinese);
    let place = words.place.trim_end_matches('：');
    write_text(sheet, at, 0, code.as_str(), &formats.wrapped)?;
    write_text(sheet, at, 1, &count.to_string(), &formats.wrapped)?;
    write_text(sheet, at, 2, place, &formats.wrapped)?;
    write_text(sheet, at, 3, &words.sentence, format)?;
    write_text(sheet, at, 4, &words.remedy, &formats.wrapped)?;
    let texts = [place, &words.sentence, &words.remedy];
    let columns = texts.iter().zip(&COLUMNS[2..]);
    let highest = columns.map(|(text, (_, width))| lines(text, usize::from(*width) - 2));
    set_height(sheet, at, highest.max().unwrap_or(1))
}

/// The reasons why a row is not accepted, a line each: code, sentence, remedy.
pub(crate) fn reasons(problems: &[Problem]) -> String {
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
