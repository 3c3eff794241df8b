//! The workbooks that people see, part by part: what a spreadsheet program is told about columns,
//! choices, panes and paper; and the way back, from a filled or mended workbook to a clean check.
//!
//! `tests/look-at-workbooks.sh` makes pictures of them.

use std::io::Cursor;
use std::sync::Arc;

use crate::workbook_parts::{Parts, attribute, attributes};
use posthorse_domain::{
    Annotated, Areas, CheckReport, Date, DispatchBatch, DispatchRow, Lead, LeadSource, ListCheck,
    ListSchema, SchemaSet, SyntheticPeople, route, write_answer_workbook, write_return_workbook,
    write_template_workbook,
};

fn today() -> Date {
    Date::constant(2026, 11, 24)
}

fn schema(kind: &str, list: &str) -> ListSchema {
    let set = SchemaSet::built_in().expect("schemas");
    let kind = kind.parse().expect("a kind");
    set.find(&kind, list).expect("a list").clone()
}

fn check(schema: &ListSchema, list: &[u8]) -> CheckReport {
    let check = ListCheck::new(schema, today());
    let report = check.check(Cursor::new(list), &mut |_| Ok(()));
    report.expect("a report")
}

fn annotate(schema: &ListSchema, list: &[u8]) -> (Vec<u8>, CheckReport) {
    let mut copy = Vec::new();
    let check = ListCheck::new(schema, today());
    let annotated = check.annotate(Cursor::new(list), &mut copy);
    match annotated.expect("an answer") {
        Annotated::Written(report) => (copy, report),
        other => panic!("not written: {other:?}"),
    }
}

fn template(schema: &ListSchema) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_template_workbook(schema, Areas::built_in(), today(), &mut bytes).expect("a workbook");
    bytes
}

fn letters(column: usize) -> String {
    let letter = |nth: usize| char::from(b'A' + u8::try_from(nth).expect("a letter"));
    match column {
        0..26 => letter(column).to_string(),
        _ => format!("{}{}", letter(column / 26 - 1), letter(column % 26)),
    }
}

/// A row as a spreadsheet program writes what was typed into cells of text.
fn typed_row(number: usize, cells: &[String]) -> String {
    let mut row = format!(r#"<row r="{number}">"#);
    for (column, text) in cells
        .iter()
        .enumerate()
        .filter(|(_, text)| !text.is_empty())
    {
        let place = letters(column);
        row += &format!(r#"<c r="{place}{number}" t="inlineStr"><is><t>{text}</t></is></c>"#);
    }
    row + "</row>"
}

#[test]
fn a_template_filled_with_people_checks_clean_for_every_list() {
    let set = SchemaSet::built_in().expect("schemas");
    assert!(set.iter().count() >= 15);
    for schema in set.iter() {
        let mut people = SyntheticPeople::from_seed(3, today());
        let mut rows = String::new();
        // An office sends one note, and is no list of people.
        let count = match schema.position("id_no") {
            Some(_) => 5,
            None => 1,
        };
        for nth in 1..=count {
            let person = people.next().expect("endless");
            let mut cells = people.row(schema, &person, nth);
            // The bureau's own number is no invention of the people's.
            if let Some(at) = schema.position("warning_id") {
                cells[at] = format!("W202611-411722-{nth:06}");
            }
            rows += &typed_row(nth + 1, &cells);
        }
        let mut parts = Parts::of(&template(schema));
        parts.edit(1, "</sheetData>", &format!("{rows}</sheetData>"));
        let report = check(schema, &parts.pack());
        assert_eq!(report.problems, [], "{}", schema.id());
        assert_eq!(report.accepted, count as u64, "{}", schema.id());
    }
}

#[test]
fn an_empty_template_holds_nobody_and_says_nothing() {
    let set = SchemaSet::built_in().expect("schemas");
    for schema in set.iter() {
        let report = check(schema, &template(schema));
        assert_eq!(
            (report.rows(), report.problems),
            (0, vec![]),
            "{}",
            schema.id()
        );
    }
}

#[test]
fn a_template_tells_the_program_what_each_column_is() {
    let schema = schema("warning_list", "医保-个人自付较大");
    let parts = Parts::of(&template(&schema));
    assert_eq!(parts.sheet_names(), ["医保-个人自付较大", "填表说明"]);
    let sheet = parts.sheet(1);

    let mut formats = Vec::new();
    for column in sheet.split("<col ").skip(1) {
        let (first, last): (usize, usize) = (
            attribute(column, "min").parse().expect("a number"),
            attribute(column, "max").parse().expect("a number"),
        );
        for _ in first..=last {
            formats.push(parts.style(attribute(column, "style")).1.to_owned());
        }
    }
    // 49 is text, 2 is 0.00, 1 is a whole number.
    let expected = [
        "1", "49", "49", "49", "49", "49", "49", "49", "2", "2", "2", "2", "2", "49", "49", "49",
        "49",
    ];
    assert_eq!(formats, expected);

    for part in [
        r#"<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>"#,
        r#"<autoFilter ref="A1:Q1"/>"#,
        r#"sqref="B2:B1048576"><formula1>"驿城区,西平县,上蔡县,平舆县,正阳县,确山县,泌阳县,汝南县,遂平县,新蔡县,河南驻马店经济开发区"</formula1>"#,
        r#"sqref="H2:H1048576"><formula1>"住院,门诊统筹,门诊特殊病/慢病"</formula1>"#,
        r#"sqref="G2:G1048576"><formula1>18</formula1><formula2>22</formula2>"#,
        r#"prompt="写成 2023-11-24；只知年月写成 2023-11，不晚于填表当天" sqref="P2:P1048576"/>"#,
        r#"<pageSetUpPr fitToPage="1"/>"#,
        r#"<pageSetup paperSize="9" fitToHeight="0" orientation="landscape""#,
        r#"<ignoredError sqref="A1:Q1048576" numberStoredAsText="1"/>"#,
    ] {
        assert!(sheet.contains(part), "no {part} in\n{sheet}");
    }
    let titles = "<definedName name=\"_xlnm.Print_Titles\" localSheetId=\"0\">'医保-个人自付较大'!$1:$1</definedName>";
    let workbook = &parts.0["xl/workbook.xml"];
    assert!(workbook.contains(titles), "{workbook}");
    let strings = &parts.0["xl/sharedStrings.xml"];
    for title in [
        "<t>*证件号码</t>",
        "<t>户主姓名</t>",
        "<t>411799199001010015</t>",
    ] {
        assert!(strings.contains(title), "no {title} in\n{strings}");
    }
}

const EVENTS: (&str, &str) = ("warning_list", "卫健-突发公共卫生事件");
const RED: Option<&str> = Some("FFFFC7CE");

/// A title over the list, three faults of different kinds, a name that looks like a formula, a total.
fn faulty() -> String {
    [
        "突发公共卫生事件名单,,,,,,",
        "县（区）,乡（镇）,行政村,姓名,证件号码,数据截止日期,事件名称",
        "上蔡县,蔡都街道,东关村,张一,41282519700101000X,2026-11-20,流感聚集",
        "上蔡县,蔡都街道,东关村,张二,412825197001010019,2026-11-20,流感聚集",
        "天边县,蔡都街道,东关村,=张三,412825197001010026,2026-11-20,@流感",
        "上蔡县,蔡都街道,东关村,张四,4.12825E+17,2026-11-20,-1",
        "合计,,,4 人,,,",
    ]
    .join("\r\n")
}

#[test]
fn an_annotated_copy_is_the_clerks_own_list_with_red_cells_and_reasons() {
    let schema = schema(EVENTS.0, EVENTS.1);
    let list = faulty();
    let (copy, report) = annotate(&schema, list.as_bytes());
    let plain = check(&schema, list.as_bytes());
    assert_eq!(report.problems, plain.problems);
    assert_eq!((report.accepted, report.rejected), (1, 3));

    let parts = Parts::of(&copy);
    assert_eq!(parts.sheet_names(), ["检查结果", "名单"]);
    let sheet = parts.sheet(2);
    for (cell, text) in [
        ("A1", "突发公共卫生事件名单"),
        ("E2", "证件号码"),
        ("H2", "问题说明"),
        ("E3", "41282519700101000X"),
        ("E4", "412825197001010019"),
        ("D5", "=张三"),
        ("G5", "@流感"),
        ("G6", "-1"),
        ("A7", "合计"),
        ("D7", "4 人"),
        (
            "H4",
            "E103 身份证号码校验码不正确（412825********0019），应为“8”。请核对原件，可能有一位录错。",
        ),
    ] {
        let (_, found) = sheet
            .split_once(&format!(r#"<c r="{cell}""#))
            .unwrap_or_else(|| panic!("no {cell} in\n{sheet}"));
        let (found, _) = found.split_once("</c>").expect("the cell's end");
        assert!(
            found.ends_with(&format!(r#"t="inlineStr"><is><t>{text}</t></is>"#)),
            "{cell}: {found}"
        );
        assert_eq!(parts.style(attribute(found, "s")).1, "49", "{cell} is text");
    }
    assert!(!sheet.contains("<f>"), "nothing became a formula");
    let red: Vec<String> = (3..=6)
        .flat_map(|row| ('A'..='G').map(move |column| format!("{column}{row}")))
        .filter(|cell| parts.fill(2, cell) == RED)
        .collect();
    assert_eq!(red, ["E4", "A5", "E6"]);
    for part in [
        r#"<mergeCell ref="A1:G1"/>"#,
        r#"<pane ySplit="2" topLeftCell="A3" activePane="bottomLeft" state="frozen"/>"#,
        r#"<autoFilter ref="A2:H7"/>"#,
        r#"<pageSetup paperSize="9" fitToHeight="0" orientation="landscape""#,
    ] {
        assert!(sheet.contains(part), "no {part} in\n{sheet}");
    }
    let notes = &parts.0["xl/comments1.xml"];
    assert_eq!(attributes(notes, "<comment ", "ref"), ["E4", "A5", "E6"]);
    let strings = &parts.0["xl/sharedStrings.xml"];
    for text in ["有 3 行须改正", "E101", "E103", "E109", "第 6 行 E 列"] {
        assert!(
            strings.contains(&format!("<t>{text}</t>")),
            "no {text} in\n{strings}"
        );
    }
}

#[test]
fn a_mended_copy_checks_clean_and_can_be_annotated_again() {
    let schema = schema(EVENTS.0, EVENTS.1);
    let (copy, _) = annotate(&schema, faulty().as_bytes());
    let mut parts = Parts::of(&copy);
    parts.edit(2, "412825197001010019", "412825197001010018");
    parts.edit(2, "天边县</t></is>", "上蔡县</t></is>");
    parts.edit(2, "=张三", "张三");
    parts.edit(2, "4.12825E+17", "412825197001010034");
    let mended = parts.pack();
    let report = check(&schema, &mended);
    assert!(report.is_clean(), "{:?}", report.problems);
    assert_eq!(report.accepted, 4);
    // The total is still told; what we added ourselves is not.
    assert_eq!(
        report.counts.values().sum::<u64>(),
        1,
        "{:?}",
        report.problems
    );

    let (again, report) = annotate(&schema, &mended);
    assert!(report.is_clean());
    let parts = Parts::of(&again);
    assert_eq!(parts.sheet_names(), ["检查结果", "名单"]);
    let sheet = parts.sheet(2);
    assert_eq!(sheet.matches("问题说明").count(), 1);
    assert!(!sheet.contains("E103"), "the old reasons are gone");
}

#[test]
fn the_sheets_of_a_workbook_keep_their_names_and_their_order() {
    let schema = schema(EVENTS.0, EVENTS.1);
    let (copy, _) = annotate(&schema, faulty().as_bytes());
    // A copy whose list is called as our own sheet is a list nevertheless.
    let mut parts = Parts::of(&copy);
    let workbook = parts.0.get_mut("xl/workbook.xml").expect("the workbook");
    *workbook = workbook
        .replace(r#"<sheet name="检查结果""#, r#"<sheet name="说明""#)
        .replace(r#"<sheet name="名单""#, r#"<sheet name="检查结果""#);
    let (copy, report) = annotate(&schema, &parts.pack());
    assert_eq!(report.rejected, 3);
    let parts = Parts::of(&copy);
    assert_eq!(parts.sheet_names(), ["检查结果（2）", "说明", "检查结果"]);
}

#[test]
fn nothing_is_written_of_a_file_that_cannot_be_read() {
    let schema = schema(EVENTS.0, EVENTS.1);
    let check = ListCheck::new(&schema, today());
    let mut copy = Vec::new();
    let annotated = check.annotate(Cursor::new(b"PK\x03\x04 and then nothing"), &mut copy);
    let Ok(Annotated::Unreadable(report)) = annotated else {
        panic!("{annotated:?}");
    };
    assert!(!report.is_usable());
    assert!(copy.is_empty());
    let rows = "县（区）,姓名,证件号码\n".to_owned() + &"\n".repeat(1_048_576) + "上蔡县,张一,1\n";
    let annotated = check.annotate(Cursor::new(rows), &mut copy);
    assert!(
        matches!(annotated, Ok(Annotated::TooLong(_))),
        "{annotated:?}"
    );
    assert!(copy.is_empty());
}

#[test]
fn a_list_without_header_is_copied_with_its_problem_in_front() {
    let schema = schema(EVENTS.0, EVENTS.1);
    let (copy, report) = annotate(&schema, "一,二\n三,四\n".as_bytes());
    assert!(!report.is_usable());
    let parts = Parts::of(&copy);
    assert!(parts.sheet(2).contains("<t>四</t>"));
    assert!(parts.0["xl/sharedStrings.xml"].contains("<t>E002</t>"));
}

/// What a county is given of a list of events.
fn dispatched(events: &ListSchema, list: &str) -> Vec<DispatchRow> {
    let source = Arc::new(LeadSource {
        department: "health".parse().expect("a party"),
        department_title: "市卫生健康委".to_owned(),
        list: events.id().clone(),
        list_title: events.title().to_owned(),
        period: None,
    });
    let mut leads = Vec::new();
    let check_events = ListCheck::new(events, today());
    check_events
        .check(Cursor::new(list.as_bytes()), &mut |record| {
            leads.push(Lead::from_record(record, &source)?);
            Ok(())
        })
        .expect("a report");
    let code = "411722".parse().expect("a county");
    let table = [(code, "shangcai".parse().expect("a party"))];
    let batch = DispatchBatch {
        period: "2026-11".parse().expect("a month"),
        number: 1,
        reply_by: None,
    };
    let routing = route(leads, &table.into_iter().collect(), &batch);
    routing.dispatches.into_values().flatten().collect()
}

#[test]
fn a_county_fills_in_by_choosing() {
    let events = schema(EVENTS.0, EVENTS.1);
    let (answer, dispatch) = (
        schema("verification_result", "核实结果"),
        schema("warning_dispatch", "交办清单"),
    );
    let rows = dispatched(&events, &faulty());
    assert_eq!(rows.len(), 1);
    let mut bytes = Vec::new();
    write_answer_workbook(&answer, &dispatch, &rows, &[], today(), &mut bytes).expect("a workbook");

    let mut parts = Parts::of(&bytes);
    assert_eq!(parts.sheet_names(), ["核实结果", "填表说明"]);
    let sheet = parts.sheet(1);
    for part in [
        r#"<pane xSplit="3" ySplit="1" topLeftCell="D2" activePane="bottomRight" state="frozen"/>"#,
        r#"<sheetProtection sheet="1" objects="1" scenarios="1" formatColumns="0" formatRows="0" autoFilter="0"/>"#,
        r#"sqref="M2"><formula1>"是,否"</formula1>"#,
        r#"sqref="P2"><formula1>"纳入,已在册,不纳入,继续核实"</formula1>"#,
        r#"prompt="写成 2023-11 或 202311，不晚于填表当天" sqref="X2"/>"#,
        r#"<pageSetup paperSize="9" fitToWidth="2" fitToHeight="0" orientation="landscape""#,
    ] {
        assert!(sheet.contains(part), "no {part} in\n{sheet}");
    }
    let titles = ">核实结果!$A:$C,核实结果!$1:$1<";
    let workbook = &parts.0["xl/workbook.xml"];
    assert!(workbook.contains(titles), "{workbook}");
    assert_eq!(
        parts.fill(1, "C2"),
        Some("FFF2F2F2"),
        "given cells are grey"
    );
    assert_eq!(parts.fill(1, "M2"), None, "cells to fill in are white");

    // Filled in as a county would, it is a clean answer.
    for (cell, text) in [
        ("M2", "是"),
        ("N2", "2026-11-20"),
        ("O2", "李四"),
        ("P2", "已在册"),
    ] {
        let sheet = parts.sheet(1);
        let (_, found) = sheet
            .split_once(&format!(r#"<c r="{cell}""#))
            .expect("the cell");
        let style = attribute(found, "s").to_owned();
        assert_eq!(parts.style(&style).1, "49", "{cell} is text");
        let blank = format!(r#"<c r="{cell}" s="{style}"/>"#);
        let filled =
            format!(r#"<c r="{cell}" s="{style}" t="inlineStr"><is><t>{text}</t></is></c>"#);
        parts.edit(1, &blank, &filled);
    }
    let report = check(&answer, &parts.pack());
    assert_eq!((report.accepted, report.problems), (1, vec![]));
}

/// Text in every column that takes any, which a spreadsheet program would reckon if it were typed.
const LIKE_FORMULAS: [&str; 4] = ["=HYPERLINK(A1)", "+SUM(A2)", "-张三", "@INDIRECT(A)"];

/// The texts of a workbook's cells that look like formulas, each from a cell of type text.
fn texts_like_formulas(workbook: &[u8]) -> Vec<String> {
    let parts = Parts::of(workbook);
    for (name, part) in &parts.0 {
        let has_formula = part.contains("<f>") || part.contains("<f ");
        assert!(!name.contains("worksheets/") || !has_formula, "{name}");
    }
    let mut found: Vec<String> = parts
        .0
        .values()
        .flat_map(|part| part.split("<t").skip(1))
        .filter_map(|text| Some(text.split_once('>')?.1.split_once("</t>")?.0.to_owned()))
        .filter(|text| text.starts_with(['=', '+', '-', '@']))
        .collect();
    found.sort();
    found.dedup();
    found
}

#[test]
fn nothing_that_looks_like_a_formula_becomes_one() {
    let set = SchemaSet::built_in().expect("schemas");
    for schema in set.iter() {
        assert_eq!(texts_like_formulas(&template(schema)), Vec::<String>::new());
    }
    let events = schema(EVENTS.0, EVENTS.1);
    let [town, village, name, event] = LIKE_FORMULAS;
    let list = format!(
        "县（区）,乡（镇）,行政村,姓名,证件号码,数据截止日期,事件名称\n\
         上蔡县,{town},{village},{name},41282519700101000X,2026-11-20,{event}\n\
         天边县,{town},{village},{name},412825197001010018,2026-11-20,{event}\n"
    );
    let mut expected = LIKE_FORMULAS.map(str::to_owned).to_vec();
    expected.sort();
    let (copy, report) = annotate(&events, list.as_bytes());
    assert_eq!((report.accepted, report.rejected), (1, 1));
    assert_eq!(texts_like_formulas(&copy), expected);
    let mut returned = Vec::new();
    write_return_workbook(&events, &report, today(), &mut returned).expect("a workbook");
    assert_eq!(texts_like_formulas(&returned), expected);

    let answer = schema("verification_result", "核实结果");
    let dispatch = schema("warning_dispatch", "交办清单");
    let rows = dispatched(&events, &list);
    let mut bytes = Vec::new();
    write_answer_workbook(&answer, &dispatch, &rows, &[], today(), &mut bytes).expect("a workbook");
    // The event itself stands within the summary of the lead.
    let mut place_and_name = LIKE_FORMULAS[..3].to_vec();
    place_and_name.sort_unstable();
    assert_eq!(texts_like_formulas(&bytes), place_and_name);
}

#[test]
fn returned_rows_can_be_mended_where_they_stand() {
    let schema = schema(EVENTS.0, EVENTS.1);
    let report = check(&schema, faulty().as_bytes());
    let mut bytes = Vec::new();
    write_return_workbook(&schema, &report, today(), &mut bytes).expect("a workbook");
    let mut parts = Parts::of(&bytes);
    assert_eq!(parts.sheet_names(), ["退回名单", "检查结果"]);
    let sheet = parts.sheet(1);
    for part in [
        r#"<pane xSplit="3" ySplit="1" topLeftCell="D2" activePane="bottomRight" state="frozen"/>"#,
        r#"type="list""#,
    ] {
        assert!(sheet.contains(part), "no {part} in\n{sheet}");
    }
    assert!(
        !sheet.contains(r#"type="decimal""#),
        "amounts are text here"
    );
    let strings = parts.0.get_mut("xl/sharedStrings.xml").expect("strings");
    for (from, to) in [
        ("412825197001010019", "412825197001010018"),
        ("天边县", "上蔡县"),
        ("=张三", "张三"),
        ("4.12825E+17", "412825197001010034"),
    ] {
        let from = format!("<t>{from}</t>");
        assert!(strings.contains(&from), "no {from} in\n{strings}");
        *strings = strings.replace(&from, &format!("<t>{to}</t>"));
    }
    let report = check(&schema, &parts.pack());
    assert_eq!((report.accepted, report.problems), (3, vec![]));
}
