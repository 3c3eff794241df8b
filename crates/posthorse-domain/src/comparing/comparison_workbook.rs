//! The workbook of a comparison: the unpaid to be explained and sealed, the rows to look at, the
//! coverage.

use std::io::Write;

use jiff::civil::Date;
use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::comparison::{Comparison, RowBucket, RowFinding};
use super::coverage::Coverage;
use crate::schemas::list_schema::{Field, ListSchema};
use crate::values::areas::{Areas, CountyCode};
use crate::workbooks::column_rules::{Amounts, ColumnRules};
use crate::workbooks::field_guide::FieldGuide;
use crate::workbooks::workbook_output::{
    DOUBT_SHEET, Formats, NAME_SHEET, ROSTER_SHEET, SHARE_SHEET, UNPAID_SHEET, WorkbookError,
    allow_numbers_as_text, save, set_up_printing, set_width, usual_width, workbook_of, write_text,
};

/// What the department fills in; everything else of the unpaid is given.
const ASKED: [&str; 4] = ["due", "unpaid_reason", "explanation", "expected_on"];
/// Places of a column that is to hold a sentence.
const SENTENCE: usize = 40;
/// The columns of findings. None is called as a column of a list, so that no row of theirs is read
/// as a person when the workbook is sealed.
const FINDING_COLUMNS: [(&str, usize); 7] = [
    ("所在名单", 28),
    ("所在工作表", 16),
    ("所在行", 8),
    ("名单所写姓名", 14),
    ("名单所写号码", 22),
    ("在册所写姓名", 14),
    ("比对结论", 20),
];
const SHARE_COLUMNS: [(&str, usize); 5] = [
    ("县区名称", 14),
    ("应兑付", 10),
    ("已兑付", 10),
    ("未兑付数", 10),
    ("兑付率", 10),
];

/// Writes the workbook of a comparison. `unpaid` is the schema of the `unpaid_list`, as which the
/// first sheet is read when it is complete; `lists` are the names of the lists that were compared.
///
/// # Errors
/// The workbook cannot be written.
pub fn write_comparison_workbook<W: Write + Send>(
    comparison: &Comparison<'_>,
    unpaid: &ListSchema,
    lists: &[String],
    today: Date,
    out: W,
) -> Result<(), WorkbookError> {
    let formats = Formats::new();
    let guide = FieldGuide::new(unpaid, unpaid.areas(), today);
    let mut rules = ColumnRules::new(Amounts::Text);
    let mut workbook = workbook_of(today)?;
    let sheet = workbook.add_worksheet().set_name(UNPAID_SHEET)?;
    write_unpaid(sheet, comparison, unpaid, &formats)?;
    let last_row = u32::try_from(comparison.unpaid.len()).unwrap_or(u32::MAX);
    for (at, field) in (0..).zip(unpaid.fields()) {
        if is_asked(field) && last_row > 0 {
            rules.add(sheet, at, (1, last_row), field, &guide)?;
        }
    }
    for (name, buckets) in [
        (ROSTER_SHEET, &[RowBucket::NotOnRoster][..]),
        (NAME_SHEET, &[RowBucket::NameDiffers]),
        (
            DOUBT_SHEET,
            &[
                RowBucket::PresumedDead,
                RowBucket::Cleared,
                RowBucket::NotEligible,
                RowBucket::NotPaidOut,
            ],
        ),
    ] {
        let findings = comparison.findings.iter();
        let findings = findings.filter(|finding| buckets.contains(&finding.bucket));
        write_findings(&mut workbook, name, findings, lists, &formats)?;
    }
    write_shares(&mut workbook, comparison, unpaid.areas(), &formats)?;
    rules.write_choices(&mut workbook, &formats)?;
    save(workbook, out)
}

fn is_asked(field: &Field) -> bool {
    ASKED.contains(&field.name())
}

fn write_unpaid(
    sheet: &mut Worksheet,
    comparison: &Comparison<'_>,
    unpaid: &ListSchema,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let (mut total, mut last_column) = (0, 0);
    for (at, field) in (0..).zip(unpaid.fields()) {
        write_text(sheet, 0, at, field.title(), formats.header_of(field))?;
        let usual = match field.name() {
            "explanation" | "remark" => SENTENCE,
            _ => usual_width(field.field_type()),
        };
        total += set_width(sheet, at, field.title(), usual)?;
        last_column = at;
    }
    let mut last_row = 0;
    for (row, person) in (1..).zip(&comparison.unpaid) {
        let cells = person.cells(unpaid, comparison.policy, unpaid.areas());
        for (at, (field, cell)) in (0..).zip(unpaid.fields().iter().zip(&cells)) {
            let format = if is_asked(field) {
                &formats.answer
            } else {
                &formats.given
            };
            if field.name() == "seq" {
                write_text(sheet, row, at, &row.to_string(), format)?;
            } else {
                write_text(sheet, row, at, cell, format)?;
            }
        }
        last_row = row;
    }
    sheet.set_row_height(0, 30)?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.autofilter(0, 0, last_row, last_column)?;
    allow_numbers_as_text(sheet, 0, last_row, last_column)?;
    set_up_printing(sheet, Some(0), total, 0)
}

fn write_header(
    sheet: &mut Worksheet,
    columns: &[(&str, usize)],
    formats: &Formats,
) -> Result<usize, XlsxError> {
    let mut total = 0;
    for (at, (title, usual)) in (0..).zip(columns) {
        write_text(sheet, 0, at, title, &formats.header)?;
        total += set_width(sheet, at, title, *usual)?;
    }
    sheet.set_row_height(0, 30)?;
    sheet.set_freeze_panes(1, 0)?;
    Ok(total)
}

fn write_findings<'f>(
    workbook: &mut Workbook,
    name: &str,
    findings: impl Iterator<Item = &'f RowFinding>,
    lists: &[String],
    formats: &Formats,
) -> Result<(), XlsxError> {
    let sheet = workbook.add_worksheet().set_name(name)?;
    let total = write_header(sheet, &FINDING_COLUMNS, formats)?;
    let mut last_row = 0;
    for (row, finding) in (1..).zip(findings) {
        let place = finding.row.to_string();
        let list = lists.get(finding.list).map_or("", String::as_str);
        let cells = [
            list,
            &finding.sheet,
            &place,
            &finding.name,
            &finding.id,
            &finding.roster_name,
            conclusion(finding.bucket),
        ];
        for (at, cell) in (0..).zip(cells) {
            write_text(sheet, row, at, cell, &formats.framed)?;
        }
        last_row = row;
    }
    let last_column = FINDING_COLUMNS.len() as u16 - 1;
    sheet.autofilter(0, 0, last_row, last_column)?;
    allow_numbers_as_text(sheet, 0, last_row, last_column)?;
    set_up_printing(sheet, Some(0), total, 0)
}

fn conclusion(bucket: RowBucket) -> &'static str {
    match bucket {
        RowBucket::OtherPolicy => "其他政策",
        RowBucket::NotPaidOut => "未发放成功",
        RowBucket::NotOnRoster => "不在册",
        RowBucket::NameDiffers => "姓名不符",
        RowBucket::PresumedDead => "疑似死亡",
        RowBucket::Paid => "已兑付",
        RowBucket::Cleared => "已消除",
        RowBucket::NotEligible => "在册但不符合条件",
    }
}

fn write_shares(
    workbook: &mut Workbook,
    comparison: &Comparison<'_>,
    areas: &Areas,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let sheet = workbook.add_worksheet().set_name(SHARE_SHEET)?;
    let total = write_header(sheet, &SHARE_COLUMNS, formats)?;
    let counties = comparison.by_county.iter();
    let counties = counties.map(|(county, coverage)| (county_name(*county, areas), *coverage));
    let all = ("合计".to_owned(), comparison.total);
    for (row, (county, coverage)) in (1..).zip(counties.chain([all])) {
        for (at, cell) in (0..).zip(share_cells(county, coverage)) {
            write_text(sheet, row, at, &cell, &formats.framed)?;
        }
    }
    set_up_printing(sheet, Some(0), total, 0)
}

fn share_cells(county: String, coverage: Coverage) -> [String; 5] {
    let share = coverage.share();
    [
        county,
        coverage.eligible.to_string(),
        coverage.paid.to_string(),
        coverage.unpaid().to_string(),
        share.map_or_else(|| "—".to_owned(), |share| share.to_string()),
    ]
}

pub(super) fn county_name(county: Option<CountyCode>, areas: &Areas) -> String {
    let known = county.and_then(|code| areas.county(code));
    match (known, county) {
        (Some(known), _) => known.name.clone(),
        (None, Some(code)) => code.to_string(),
        (None, None) => "未注明".to_owned(),
    }
}
