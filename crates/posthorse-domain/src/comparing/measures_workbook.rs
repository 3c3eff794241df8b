//! The workbook of measures that only one side records: for whoever puts the records right.

use std::io::Write;

use jiff::civil::Date;
use rust_xlsxwriter::{Workbook, XlsxError};

use super::comparison_workbook::county_name;
use super::measure_reconciliation::{MeasureDifference, MeasureReconciliation, MeasureRow};
use crate::workbooks::workbook_output::{
    Formats, WorkbookError, allow_numbers_as_text, save, set_up_printing, set_width, workbook_of,
    write_text,
};

/// The columns of a household. None is called as a column of a list, so that no row is read as a
/// person when the workbook is sealed.
const COLUMNS: [(&str, usize); 8] = [
    ("户所在县区", 14),
    ("户所在乡镇", 14),
    ("户所在村", 14),
    ("户的编号", 22),
    ("户主或代表", 14),
    ("户主或代表号码", 22),
    ("系统登记的措施", 40),
    ("比对结论", 28),
];
const SUMS: [(&str, usize); 2] = [("情形", 28), ("户数", 10)];

impl MeasureDifference {
    /// The sheet of such households.
    fn sheet(self) -> &'static str {
        match self {
            Self::NotRecorded => "系统未登记",
            Self::NotGiven => "名单未见",
        }
    }

    /// What is said of such a household.
    fn conclusion(self) -> &'static str {
        match self {
            Self::NotRecorded => "名单有，系统未登记",
            Self::NotGiven => "系统已登记，名单未见",
        }
    }
}

/// Writes the workbook of a reconciliation: a sheet for each difference, and the sums.
///
/// # Errors
/// The workbook cannot be written.
pub fn write_measures_workbook<W: Write + Send>(
    reconciliation: &MeasureReconciliation<'_>,
    today: Date,
    out: W,
) -> Result<(), WorkbookError> {
    let formats = Formats::new();
    let mut workbook = workbook_of(today)?;
    for difference in [MeasureDifference::NotRecorded, MeasureDifference::NotGiven] {
        write_rows(&mut workbook, reconciliation, difference, &formats)?;
    }
    write_sums(&mut workbook, reconciliation, &formats)?;
    save(workbook, out)
}

fn write_rows(
    workbook: &mut Workbook,
    reconciliation: &MeasureReconciliation<'_>,
    difference: MeasureDifference,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let sheet = workbook.add_worksheet().set_name(difference.sheet())?;
    let mut total = 0;
    for (at, (title, usual)) in (0..).zip(COLUMNS) {
        write_text(sheet, 0, at, title, &formats.header)?;
        total += set_width(sheet, at, title, usual)?;
    }
    sheet.set_row_height(0, 30)?;
    sheet.set_freeze_panes(1, 0)?;
    let rows = reconciliation.of_difference(difference);
    let mut last_row = 0;
    for (row, household) in (1..).zip(rows) {
        for (at, cell) in (0..).zip(cells(household)) {
            write_text(sheet, row, at, &cell, &formats.framed)?;
        }
        last_row = row;
    }
    let last_column = COLUMNS.len() as u16 - 1;
    sheet.autofilter(0, 0, last_row, last_column)?;
    allow_numbers_as_text(sheet, 0, last_row, last_column)?;
    set_up_printing(sheet, Some(0), total, 0)
}

fn cells(household: &MeasureRow<'_>) -> [String; 8] {
    let person = household.person;
    let measures: Vec<&str> = person
        .household()
        .map(|member| member.get("measures"))
        .filter(|measures| !measures.is_empty())
        .collect();
    let text = |field| person.get(field).to_owned();
    [
        county_name(person.county(), person.areas()),
        text("town_name"),
        text("village_name"),
        text("household_no"),
        person.name().to_owned(),
        person.id().to_owned(),
        measures.join("；"),
        household.difference.conclusion().to_owned(),
    ]
}

fn write_sums(
    workbook: &mut Workbook,
    reconciliation: &MeasureReconciliation<'_>,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let sheet = workbook.add_worksheet().set_name("汇总")?;
    let mut total = 0;
    for (at, (title, usual)) in (0..).zip(SUMS) {
        write_text(sheet, 0, at, title, &formats.header)?;
        total += set_width(sheet, at, title, usual)?;
    }
    let counted = |difference| reconciliation.of_difference(difference).count() as u64;
    let not_recorded = MeasureDifference::NotRecorded;
    let not_given = MeasureDifference::NotGiven;
    let sums = [
        ("两处均有", reconciliation.both),
        (not_recorded.conclusion(), counted(not_recorded)),
        (not_given.conclusion(), counted(not_given)),
        ("两处均无", reconciliation.neither),
    ];
    for (row, (what, count)) in (1..).zip(sums) {
        write_text(sheet, row, 0, what, &formats.framed)?;
        write_text(sheet, row, 1, &count.to_string(), &formats.framed)?;
    }
    set_up_printing(sheet, Some(0), total, 0)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader as _, Xlsx, open_workbook_from_rs};

    use super::*;
    use crate::HelpedPeople;
    use crate::checking::check_report::Record;
    use crate::comparing::precheck::Precheck;
    use crate::comparing::test_roster::{TODAY, person, policies, roster, schema, states};

    fn texts(workbook: &mut Xlsx<Cursor<&Vec<u8>>>, sheet: &str) -> Vec<Vec<String>> {
        let range = workbook.worksheet_range(sheet).expect("the sheet");
        let text = |cell: &Data| cell.to_string();
        range
            .rows()
            .map(|row| row.iter().map(text).collect())
            .collect()
    }

    #[test]
    fn req_13_differences_are_named_by_household_and_failed_payments_help_nobody() {
        let roster = roster(&[
            &[("measures", "雨露计划")],
            &[("measures", "健康帮扶")],
            &[("measures", "雨露计划")],
            &[],
        ]);
        let (policies, states) = (policies(), states());
        let policy = policies.find("雨露计划").expect("a policy");
        let precheck = Precheck::new(&roster, &states, TODAY);
        let list = schema("payout_list", "payout-yulu-plan");
        let mut helped = HelpedPeople::new(policy, TODAY);
        for (nth, policy, status) in [
            (0, "", "成功"),
            (1, "雨露计划", ""),
            (2, "雨露计划", "失败"),
            (3, "公益岗位", "成功"),
        ] {
            let (name, id) = person(nth);
            let mut values = vec![String::new(); list.fields().len()];
            for (field, cell) in [
                ("name", &*name),
                ("id_no", &id),
                ("policy", policy),
                ("status", status),
            ] {
                let at = list.position(field).expect("a field");
                cell.clone_into(&mut values[at]);
            }
            helped.enter(&Record {
                schema: &list,
                sheet: "",
                row: 2,
                values: &values,
            });
        }
        let reconciliation =
            MeasureReconciliation::of(policy, &precheck, helped.iter()).expect("the column");
        let mut bytes = Vec::new();
        write_measures_workbook(&reconciliation, TODAY, Cursor::new(&mut bytes)).expect("written");
        let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(&bytes)).expect("a workbook");
        for (sheet, nth, conclusion, measures) in [
            ("系统未登记", 1, "名单有，系统未登记", "健康帮扶"),
            ("名单未见", 2, "系统已登记，名单未见", "雨露计划"),
        ] {
            let rows = texts(&mut workbook, sheet);
            assert_eq!(rows.len(), 2, "{sheet}");
            let (name, id) = person(nth);
            assert_eq!(
                rows[1][4..],
                [name, id, measures.to_owned(), conclusion.to_owned()]
            );
        }
        let sums = texts(&mut workbook, "汇总");
        let counts: Vec<&str> = sums[1..].iter().map(|row| row[1].as_str()).collect();
        assert_eq!(counts, ["1", "1", "1", "1"]);
    }
}
