//! Lists as offices have them, read and checked through the public calls.

use std::io::{Cursor, Write};

use posthorse_package::KindName;
use rust_xlsxwriter::{Format, Workbook, Worksheet};

use crate::reading::text_encoding::encode_gb18030;
use crate::{
    CheckReport, CitizenId, Date, Language, Level, ListCheck, ListFormat, ListLimits, ListSchema,
    ProblemCode, SchemaSet, TextEncoding,
};

const HEADER: [&str; 9] = [
    "序号",
    "户籍县区",
    "乡镇",
    "村",
    "姓名",
    "身份证号码",
    "数据截止日期",
    "总费用",
    "个人自付",
];

pub(crate) fn today() -> Date {
    Date::constant(2026, 11, 24)
}

pub(crate) fn schema(kind: &str, list: &str) -> ListSchema {
    let kind: KindName = kind.parse().expect("a kind");
    let set = SchemaSet::built_in().expect("schemas");
    set.find(&kind, list).expect("a list").clone()
}

/// 医保-个人自付较大 without 统计期间, which most tests have no use for.
fn costs() -> ListSchema {
    let json = include_str!("../../data/schemas/medical-insurance-self-paid.json");
    let mut document: serde_json::Value = serde_json::from_str(json).expect("a schema");
    let fields = document["fields"].as_array_mut().expect("fields");
    fields.retain(|field| field["name"] != "period");
    let bytes = serde_json::to_vec(&document).expect("a schema");
    ListSchema::from_json("test", &bytes).expect("a schema")
}

fn id(nth: u16) -> String {
    let born = Date::constant(1972, 3, 8);
    let id = CitizenId::from_parts(412_825, born, nth).expect("an id");
    id.as_str().to_owned()
}

/// An id that ends with X.
fn id_with_x() -> String {
    (0..999)
        .map(id)
        .find(|id| id.ends_with('X'))
        .expect("one in eleven ends so")
}

fn row(nth: u16) -> [String; 9] {
    [
        nth.to_string(),
        "上蔡县".to_owned(),
        "芦岗街道".to_owned(),
        "东村".to_owned(),
        "张三".to_owned(),
        id(nth),
        "2026-10-31".to_owned(),
        "50000".to_owned(),
        "23000.5".to_owned(),
    ]
}

fn csv(rows: &[[String; 9]]) -> String {
    let mut text = HEADER.join(",") + "\r\n";
    for row in rows {
        text += &(row.join(",") + "\r\n");
    }
    text
}

fn write_header(sheet: &mut Worksheet, at: u32) {
    for (column, title) in (0..).zip(HEADER) {
        sheet.write_string(at, column, title).expect("a cell");
    }
}

fn write_row(sheet: &mut Worksheet, at: u32, cells: &[String; 9]) {
    for (column, text) in (0..).zip(cells) {
        sheet.write_string(at, column, text).expect("a cell");
    }
}

fn saved(mut workbook: Workbook) -> Vec<u8> {
    workbook.save_to_buffer().expect("a workbook")
}

struct Checked {
    report: CheckReport,
    records: Vec<Vec<String>>,
    transport: String,
}

impl Checked {
    fn codes(&self) -> Vec<(&'static str, Option<u32>)> {
        let problems = self.report.problems.iter();
        problems
            .map(|problem| (problem.code.as_str(), problem.place.row))
            .collect()
    }
}

/// Checks a list, then its transport form, and demands that both say the same.
fn check_with(schema: &ListSchema, bytes: &[u8], limits: Option<ListLimits>) -> Checked {
    let mut check = ListCheck::new(schema, today());
    if let Some(limits) = limits {
        check = check.with_limits(limits);
    }
    let (mut records, mut transport) = (Vec::new(), Vec::new());
    let report = check
        .convert(Cursor::new(bytes), &mut transport, &mut |record| {
            records.push(record.values.to_vec());
            Ok(())
        })
        .expect("a report");
    if report.is_usable() {
        let mut again = Vec::new();
        let received = check
            .check_transport(&transport[..], &mut |record| {
                again.push(record.values.to_vec());
                Ok(())
            })
            .expect("a report");
        assert_eq!(again, records);
        let of_rows = |report: &CheckReport| -> Vec<_> {
            let problems = report.problems.iter().cloned();
            problems
                .filter(|problem| problem.level == Level::Row)
                .map(|mut problem| {
                    problem.place.letters = None;
                    problem.place.column_number = None;
                    problem
                })
                .collect()
        };
        assert_eq!(of_rows(&received), of_rows(&report));
        assert_eq!(received.rows(), report.rows());
    }
    Checked {
        report,
        records,
        transport: String::from_utf8(transport).expect("UTF-8"),
    }
}

fn check(bytes: &[u8]) -> Checked {
    check_with(&costs(), bytes, None)
}

#[test]
fn every_built_in_schema_is_sound() {
    let set = SchemaSet::built_in().expect("schemas");
    assert_eq!(set.iter().count(), 42);
    let of_kind = |kind: &str| set.iter().filter(|one| one.kind().as_str() == kind).count();
    assert_eq!(of_kind("warning_list"), 13);
    let kind: KindName = "verification_result".parse().expect("a kind");
    assert!(set.only_of(&kind).is_some());
    assert!(set.find(&kind, "核实结果").is_some());
}

#[test]
fn a_clean_workbook_is_accepted_with_normal_values() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let title = Format::new();
    sheet
        .merge_range(0, 0, 0, 8, "2026年10月个人自付较大人员名单", &title)
        .expect("a title");
    write_header(sheet, 2);
    let mut with_x = row(1);
    with_x[5] = id_with_x().to_lowercase();
    with_x[8] = "23,000.5".to_owned();
    write_row(sheet, 3, &with_x);
    write_row(sheet, 4, &row(2));
    sheet.write_number(4, 8, 0.1 + 0.2).expect("a cell");
    let date = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
    sheet
        .write_number_with_format(4, 6, 46_326.0, &date)
        .expect("a cell");
    let checked = check(&saved(workbook));
    assert_eq!(checked.codes(), [("E124", Some(5))]);
    assert_eq!(checked.report.format, Some(ListFormat::Workbook));
    let schema = costs();
    let value = |row: usize, name: &str| {
        let at = schema.position(name).expect("a field");
        checked.records[row][at].clone()
    };
    assert_eq!(value(0, "id_no"), id_with_x());
    assert_eq!(value(0, "county_name"), "411722");
    assert_eq!(value(0, "self_paid"), "23000.50");
    assert_eq!(value(1, "self_paid"), "0.30");
    assert_eq!(value(1, "as_of"), "2026-10-31");
    let first = checked.transport.lines().next().expect("a header");
    assert_eq!(
        first,
        "source_sheet,source_row,seq,county_name,town_name,village_name,name,id_no,total_cost,self_paid,as_of"
    );
    assert!(checked.transport.contains("Sheet1,5,2,上蔡县,芦岗街道"));
}

#[test]
fn numbers_of_sixteen_digits_are_refused_whatever_their_checksum() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    write_header(sheet, 0);
    for (at, number) in [(1, 411_721_199_501_010_000.0), (2, 4.117_211_995_010_1e17)] {
        write_row(sheet, at, &row(1));
        sheet.write_number(at, 5, number).expect("a cell");
    }
    let checked = check(&saved(workbook));
    assert_eq!(checked.codes(), [("E101", Some(2)), ("E101", Some(3))]);
    let mut shown = row(1);
    shown[5] = "4.11721E+17".to_owned();
    assert_eq!(check(csv(&[shown]).as_bytes()).codes(), [("E101", Some(2))]);
}

#[test]
fn an_id_in_a_text_file_is_healed() {
    let mut odd = row(1);
    let wide: String = id_with_x()
        .chars()
        .filter_map(|c| char::from_u32(u32::from(c) + 0xfee0))
        .collect();
    odd[5] = format!("'{wide}\u{3000}\u{200b}");
    let mut quoted = row(2);
    quoted[5] = format!("\t{}", quoted[5]);
    let checked = check(csv(&[odd, quoted]).as_bytes());
    assert_eq!(checked.codes(), [("E014", Some(2))]);
    let healed = &checked.report.problems[0];
    assert_eq!(healed.fact("count").map(|fact| fact.as_raw()), Some("2"));
    assert_eq!(healed.place.column_number, Some(6));
    assert!(checked.records[0].contains(&id_with_x()));
}

#[test]
fn every_encoding_in_use_is_read() {
    let text = csv(&[row(1), row(2)]);
    let mut gb = Vec::new();
    encode_gb18030(&text.replace("张三", "㛃𬱖"), &mut gb);
    for (bytes, encoding) in [
        (text.clone().into_bytes(), TextEncoding::Utf8),
        (
            format!("\u{feff}{text}").into_bytes(),
            TextEncoding::Utf8WithMark,
        ),
        (gb, TextEncoding::Gb18030),
    ] {
        let checked = check(&bytes);
        assert_eq!(checked.report.format, Some(ListFormat::Csv(encoding)));
        assert_eq!((checked.report.accepted, checked.codes()), (2, vec![]));
    }
}

#[test]
fn every_fault_of_a_row_is_told_at_once() {
    let mut bad = row(1);
    bad[1] = "项城市".to_owned();
    bad[2] = String::new();
    bad[5] = "110105194913310022".to_owned();
    bad[6] = "去年".to_owned();
    bad[8] = "2万".to_owned();
    let mut late = row(2);
    late[6] = "2026-12-01".to_owned();
    late[4] = "李4".to_owned();
    let checked = check(csv(&[bad, late, row(3)]).as_bytes());
    let codes: Vec<_> = checked.codes().iter().map(|(code, _)| *code).collect();
    assert_eq!(
        codes,
        [
            "E109", "E116", "E103", "E104", "E110", "E111", "E119", "E118"
        ]
    );
    assert_eq!((checked.report.accepted, checked.report.rejected), (1, 2));
    let text = checked.report.problems[2]
        .render(Language::Chinese)
        .to_string();
    assert!(
        text.starts_with("第 2 行 F 列：身份证号码校验码不正确（110105********0022），应为“"),
        "{text}"
    );
    let rejected = &checked.report.rejected_rows[0];
    assert_eq!(rejected.row, 2);
    assert_eq!(checked.report.problems_of(rejected).len(), 6);
}

#[test]
fn lengths_and_old_numbers_have_their_own_codes() {
    let mut rows = [row(1), row(2), row(3), row(4)];
    rows[0][5] = "4117211995".to_owned();
    rows[1][5] = "411721950101001".to_owned();
    rows[2][5] = format!("{}43", id(3));
    rows[3][5] = "41172119950101OO17".to_owned();
    let codes = check(csv(&rows).as_bytes()).codes();
    assert_eq!(
        codes,
        [("E102", Some(2)), ("E105", Some(3)), ("E119", Some(5))]
    );
}

#[test]
fn the_later_of_two_equal_ids_is_rejected() {
    let mut again = row(7);
    again[5] = row(1)[5].clone();
    let checked = check(csv(&[row(1), row(2), again]).as_bytes());
    assert_eq!(checked.codes(), [("E107", Some(4))]);
    let problem = &checked.report.problems[0];
    let first = problem.fact("first_row").map(|fact| fact.as_raw());
    assert_eq!(first, Some("2"));
}

#[test]
fn duplicates_are_found_across_sheets() {
    let mut workbook = Workbook::new();
    for name in ["一组", "二组"] {
        let sheet = workbook.add_worksheet().set_name(name).expect("a name");
        write_header(sheet, 0);
        write_row(sheet, 1, &row(1));
    }
    let checked = check(&saved(workbook));
    let text = checked.report.problems[0]
        .render(Language::English)
        .to_string();
    assert!(text.starts_with("sheet “二组”, row 2, column F"), "{text}");
    assert!(text.contains("repeats row 2 of sheet “一组”"), "{text}");
}

#[test]
fn totals_blanks_and_repeated_headers_are_passed_over() {
    let mut text = csv(&[row(1)]);
    text += "\r\n,,,,,,,,\r\n2,,,,,,,,\r\n";
    text += &csv(&[row(2)]);
    text += ",合 计：,,,,,,100000,46001\r\n3,,,,,,,,\r\n";
    let checked = check(text.as_bytes());
    assert_eq!(checked.codes(), [("E008", None)]);
    let count = checked.report.problems[0].fact("count");
    assert_eq!(count.map(|fact| fact.as_raw()), Some("4"));
    assert_eq!(checked.report.accepted, 2);
    assert!(
        checked.transport.contains(",7,2,上蔡县"),
        "{}",
        checked.transport
    );
}

#[test]
fn hidden_sheets_are_reported_and_not_read() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    write_header(sheet, 0);
    write_row(sheet, 1, &row(1));
    let hidden = workbook.add_worksheet().set_name("旧名单").expect("a name");
    write_header(hidden, 0);
    write_row(hidden, 1, &row(2));
    hidden.set_hidden(true);
    let notes = workbook.add_worksheet().set_name("说明").expect("a name");
    notes
        .write_string(0, 0, "本表由医保局填报")
        .expect("a cell");
    let checked = check(&saved(workbook));
    assert_eq!(checked.codes(), [("E004", None), ("E012", None)]);
    assert!(!checked.report.is_usable());
    assert_eq!(checked.report.rows(), 1);
}

#[test]
fn missing_unknown_and_repeated_columns_are_named() {
    let text = format!("姓名,证件号码,身份证,职业\n张三,{0},{0},农民\n", id(1));
    let checked = check(text.as_bytes());
    let codes: Vec<_> = checked.codes().iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, ["E003", "E009", "E013"]);
    assert!(!checked.report.is_usable());
    assert_eq!(checked.report.accepted, 0);
    assert!(checked.records.is_empty());
    let text = checked.report.problems[0]
        .render(Language::Chinese)
        .sentence;
    assert!(text.contains("“县（区）”、“乡（镇）”"), "{text}");
    assert!(!text.contains("证件号码"), "{text}");
}

#[test]
fn a_list_without_header_is_not_guessed() {
    let deep = "说明\n".repeat(10) + &csv(&[row(1)]);
    for text in ["", "\n\n", "张三,1\n", deep.as_str()] {
        assert_eq!(check(text.as_bytes()).codes(), [("E002", None)], "{text}");
    }
    let ninth = "说明\n".repeat(9) + &csv(&[row(1)]);
    assert_eq!(check(ninth.as_bytes()).codes(), []);
}

#[test]
fn what_is_no_list_is_unreadable() {
    let mut truncated = {
        let mut workbook = Workbook::new();
        write_header(workbook.add_worksheet(), 0);
        saved(workbook)
    };
    truncated.truncate(truncated.len() / 2);
    let mut other_zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    other_zip.start_file("a.txt", options).expect("a part");
    other_zip.write_all(b"text").expect("a part");
    let other_zip = other_zip.finish().expect("a zip").into_inner();
    for (bytes, code) in [
        (&b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 encrypted"[..], "E001"),
        (&b"PK\x03\x04"[..], "E001"),
        (&truncated[..], "E001"),
        (&other_zip[..], "E001"),
        (&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], "E001"),
        ("姓名,证件号码\n\u{fffd},1\n".as_bytes(), "E011"),
    ] {
        let checked = check(bytes);
        assert_eq!(checked.codes(), [(code, None)]);
        assert!(!checked.report.is_usable());
        let text = checked.report.problems[0].render(Language::English);
        assert!(!text.to_string().contains('?'), "{text}");
    }
}

/// A workbook whose parts are replaced, as an attacker would.
fn altered(replace: &str, with: &[u8]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    write_header(sheet, 0);
    write_row(sheet, 1, &row(1));
    replaced(&saved(workbook), replace, with)
}

/// A part of a workbook, inflated.
pub(crate) fn part_of(workbook: &[u8], name: &str) -> Vec<u8> {
    let mut source = zip::ZipArchive::new(Cursor::new(workbook)).expect("a zip");
    let mut part = Vec::new();
    let mut found = source.by_name(name).expect("a part");
    std::io::copy(&mut found, &mut part).expect("a part");
    part
}

/// The workbook with one part replaced.
pub(crate) fn replaced(workbook: &[u8], replace: &str, with: &[u8]) -> Vec<u8> {
    let mut source = zip::ZipArchive::new(Cursor::new(workbook)).expect("a zip");
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..source.len() {
        let mut part = source.by_index(at).expect("a part");
        let name = part.name().expect("a name").into_owned();
        let options = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated);
        out.start_file(name.as_str(), options).expect("a part");
        if name == replace {
            out.write_all(with).expect("a part");
        } else {
            std::io::copy(&mut part, &mut out).expect("a part");
        }
    }
    out.finish().expect("a zip").into_inner()
}

#[test]
fn hostile_workbooks_are_refused_before_they_take_memory() {
    let strings = "xl/sharedStrings.xml";
    let sheet = "xl/worksheets/sheet1.xml";
    let start = "<?xml version=\"1.0\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">";
    let bomb = format!(
        "{start}<sheetData>{}</sheetData></worksheet>",
        " ".repeat(3_000_000)
    );
    let far = format!(
        "{start}<dimension ref=\"B5:A1\"/><sheetData><row r=\"1\"><c r=\"ZZ1\" t=\"str\"><v>x</v></c></row></sheetData></worksheet>"
    );
    let overflow = format!(
        "{start}<sheetData><row r=\"99999999999999999999\"><c r=\"AAAAAAAAAAAAAAA1\"><v>1</v></c></row></sheetData></worksheet>"
    );
    let backwards = format!(
        "{start}<sheetData><row r=\"5\"><c r=\"A5\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c></row></sheetData></worksheet>"
    );
    let deep = format!("{start}{}", "<a>".repeat(300));
    let announced = b"<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" uniqueCount=\"99999999999999\"></sst>";
    for (part, xml, codes) in [
        (strings, &announced[..], &["E001"][..]),
        (sheet, bomb.as_bytes(), &["E010"]),
        (sheet, far.as_bytes(), &["E010", "E001"]),
        (sheet, overflow.as_bytes(), &["E001", "E010", "E002"]),
        (sheet, backwards.as_bytes(), &["E001"]),
        (sheet, b"<!DOCTYPE a>", &["E001"]),
        (sheet, deep.as_bytes(), &["E010"]),
        (sheet, b"", &["E001"]),
    ] {
        let checked = check(&altered(part, xml));
        let found = checked.report.problems.last().expect("a problem").code;
        assert!(codes.contains(&found.as_str()), "{found} for {part}");
        assert_eq!(checked.report.accepted, 0);
    }
}

#[test]
fn limits_are_kept() {
    let rows: Vec<_> = (0..50).map(row).collect();
    let text = csv(&rows);
    let limited = |change: fn(&mut ListLimits)| {
        let mut limits = ListLimits::default();
        change(&mut limits);
        check_with(&costs(), text.as_bytes(), Some(limits))
    };
    for change in [
        (|limits| limits.rows = 20) as fn(&mut ListLimits),
        |limits| limits.cells = 20,
        |limits| limits.columns = 5,
        |limits| limits.cell_bytes = 10,
    ] {
        let checked = limited(change);
        assert!(checked.report.counts.contains_key(&ProblemCode::TooLarge));
        assert_eq!(checked.report.accepted, 0);
    }
}

#[test]
fn problems_beyond_the_limit_are_counted() {
    let rows: Vec<_> = (0..50)
        .map(|nth| {
            let mut bad = row(nth);
            bad[8] = "2万".to_owned();
            bad
        })
        .collect();
    let limits = ListLimits {
        kept_problems: 10,
        kept_rows: 5,
        ..ListLimits::default()
    };
    let checked = check_with(&costs(), csv(&rows).as_bytes(), Some(limits));
    let report = &checked.report;
    assert_eq!((report.rejected, report.problems.len()), (50, 10));
    assert_eq!(
        (report.problems_not_kept, report.rejected_rows.len()),
        (40, 5)
    );
    assert_eq!(report.counts[&ProblemCode::NotMoney], 50);
}

#[test]
fn verification_results_have_conditions() {
    let schema = schema("verification_result", "verification-result");
    let header = "预警编号,是否入户核实,入户日期,核实人,核实结果,户编号,监测对象类别,致贫/返贫风险1,识别监测时间,不纳入原因,情况说明";
    let text = format!(
        "{header}\n\
         1,是,2026-11-20,王五,不纳入,,,,,,太短\n\
         2,是,2026-11-20,王五,不纳入,,,,,1,经入户核实该户收入稳定可自行化解\n\
         3,是,2026-11-20,王五,纳入,,边缘易致贫户,因病,,,\n\
         4,是,2026-11-20,王五,纳入,4117220001,边缘易致贫户,因病,202611,,\n\
         5,否,,王五,继续核实,,,,,,\n\
         6,是,,王五,已在册,,,,,,\n"
    );
    let checked = check_with(&schema, text.as_bytes(), None);
    assert_eq!(
        checked.codes(),
        [
            ("E112", Some(2)),
            ("E112", Some(2)),
            ("E113", Some(4)),
            ("E113", Some(4)),
            ("E116", Some(7))
        ]
    );
    let at = schema.position("reject_reason").expect("a field");
    assert_eq!(checked.records[0][at], "01 收入稳定可自行化解");
    let at = schema.position("identified_month").expect("a field");
    assert_eq!(checked.records[1][at], "2026-11");
}

#[test]
fn a_transport_file_of_another_shape_is_refused() {
    let schema = costs();
    let check = ListCheck::new(&schema, today());
    for text in [
        "",
        "姓名,证件号码\n",
        "source_sheet,source_row,id_no,name\n",
        "source_sheet,source_row,name,id_no,other\n",
        "source_sheet,source_row,seq,county_name,town_name,village_name,name,id_no,total_cost,self_paid,as_of\n,x,,,,,,,,,\n",
        "source_sheet,source_row,name,id_no\n,1,张三\n",
    ] {
        let report = check.check_transport(text.as_bytes(), &mut |_| Ok(()));
        let report = report.expect("a report");
        assert!(!report.is_usable(), "{text}");
    }
}

#[test]
fn the_table_schema_matches_the_header() {
    let schema = costs();
    let writer = crate::TransportWriter::new(&schema, Vec::new()).expect("a writer");
    let described = writer.table_schema();
    let names: Vec<_> = described["fields"]
        .as_array()
        .expect("fields")
        .iter()
        .map(|field| field["name"].as_str().expect("a name").to_owned())
        .collect();
    let header = writer.finish().expect("a header");
    assert_eq!(
        String::from_utf8(header).expect("UTF-8"),
        names.join(",") + "\n"
    );
}

#[test]
fn a_schema_that_is_wrong_says_where() {
    let good = include_str!("../../data/schemas/medical-insurance-self-paid.json");
    for (from, to, expected) in [
        ("\"name\": \"self_paid\"", "\"name\": \"Self\"", "Self"),
        (
            "\"primaryKey\": [\n    \"id_no\"",
            "\"primaryKey\": [\n    \"nobody\"",
            "primaryKey",
        ),
        (
            "posthorse:sensitive",
            "posthorse:senstive",
            "posthorse:senstive",
        ),
        (
            "\"posthorse:type\": \"money\"",
            "\"posthorse:type\": \"date\"",
            "Table Schema type",
        ),
        (
            "\"posthorse:type\": \"money\"",
            "\"posthorse:type\": \"gold\"",
            "gold",
        ),
        ("\"title\": \"总费用\"", "\"title\": \"姓名\"", "label"),
        ("\"required\": true", "\"requird\": true", "requird"),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good, "{from}");
        let error = ListSchema::from_json("x.json", bad.as_bytes()).expect_err(to);
        let text = error.to_string();
        assert!(text.contains(expected) && text.contains("x.json"), "{text}");
    }
    let twice = [("a", good.as_bytes()), ("b", good.as_bytes())];
    assert!(SchemaSet::from_files(twice).is_err());
}
