//! What holds for every list and for any file.

use std::io::Cursor;
use std::sync::OnceLock;

use proptest::prelude::*;
use rust_xlsxwriter::Workbook;

use crate::checking::list_tests::today;
use crate::{
    CheckReport, FieldType, ListCheck, ListLimits, ListSchema, SchemaSet, SyntheticPeople,
    encode_gb18030, write_return_workbook,
};

const XLS: &[u8] = include_bytes!("../../tests-data/libreoffice.xls");
const XLSX: &[u8] = include_bytes!("../../tests-data/libreoffice.xlsx");

fn schemas() -> &'static SchemaSet {
    static SCHEMAS: OnceLock<SchemaSet> = OnceLock::new();
    SCHEMAS.get_or_init(|| SchemaSet::built_in().expect("the built-in schemas"))
}

fn all() -> Vec<&'static ListSchema> {
    schemas().iter().collect()
}

/// Some rows of a list about people who do not exist.
fn rows(schema: &ListSchema, seed: u64, count: usize) -> Vec<Vec<String>> {
    let mut people = SyntheticPeople::from_seed(seed, today());
    let chosen: Vec<_> = people.by_ref().take(count).collect();
    let numbered = (1..).zip(&chosen);
    numbered
        .map(|(seq, person)| people.row(schema, person, seq))
        .collect()
}

fn lines(schema: &ListSchema, rows: &[Vec<String>]) -> Vec<Vec<String>> {
    let titles = schema.fields().iter().map(|field| field.title().to_owned());
    let mut lines = vec![titles.collect()];
    lines.extend_from_slice(rows);
    lines
}

fn csv_of(lines: &[Vec<String>]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for line in lines {
        writer.write_record(line).expect("a line");
    }
    String::from_utf8(writer.into_inner().expect("a list")).expect("UTF-8")
}

fn workbook_of(lines: &[Vec<String>]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (at, line) in (0..).zip(lines) {
        for (column, cell) in (0..).zip(line) {
            sheet.write_string(at, column, cell).expect("a cell");
        }
    }
    workbook.save_to_buffer().expect("a workbook")
}

/// The cells that travel, row by row.
fn travelling(schema: &ListSchema, bytes: &[u8]) -> (CheckReport, Vec<Vec<String>>) {
    let mut out = Vec::new();
    let report = ListCheck::new(schema, today())
        .convert(Cursor::new(bytes), &mut out, &mut |_| Ok(()))
        .expect("a report");
    let mut reader = csv::Reader::from_reader(&out[..]);
    let cells = reader.records().map(|record| {
        let record = record.expect("a row");
        record.iter().skip(2).map(str::to_owned).collect()
    });
    let cells = cells.collect();
    (report, cells)
}

#[test]
fn invented_people_keep_the_rules_of_every_list() {
    // The dispatch is the bureau's own, and a county's answer depends on what it found.
    let made_by_clerks = |schema: &&ListSchema| {
        !["warning-dispatch", "verification-result"].contains(&schema.id().as_str())
    };
    for schema in all().into_iter().filter(made_by_clerks) {
        // A note about a list is one row; people come in any number.
        let count = if schema.position("id_no").is_some() {
            40
        } else {
            1
        };
        let rows = rows(schema, 11, count);
        let (report, cells) = travelling(schema, csv_of(&lines(schema, &rows)).as_bytes());
        let counts: Vec<_> = report.counts.keys().map(|code| code.as_str()).collect();
        assert_eq!(counts, [""; 0], "{}", schema.id());
        assert_eq!(
            (report.accepted, report.rejected),
            (count as u64, 0),
            "{}",
            schema.id()
        );
        assert_eq!(cells, rows, "{}", schema.id());
    }
}

#[test]
fn every_list_is_recognised_by_its_own_columns() {
    for schema in all() {
        let text = csv_of(&lines(schema, &rows(schema, 3, 2)));
        let recognition = schemas()
            .recognise(Cursor::new(text), &ListLimits::default(), |_| true)
            .expect("an answer");
        let found = recognition.only_best().map(|one| one.id().as_str());
        assert_eq!(found, Some(schema.id().as_str()));
    }
}

#[test]
fn text_that_looks_like_a_formula_stays_text() {
    let schema = all()[0];
    let at = schema.position("remark").expect("a field");
    let county = schema.position("county_name").expect("a field");
    let mut rows = rows(schema, 5, 4);
    for (row, text) in rows.iter_mut().zip(["=1+1", "+86", "-5", "@SUM(A1)"]) {
        row[at] = text.to_owned();
        // Rejected, so that the row is written into the workbook that goes back.
        row[county] = "外省某县".to_owned();
    }
    let written = lines(schema, &rows);
    for bytes in [csv_of(&written).into_bytes(), workbook_of(&written)] {
        let (report, cells) = travelling(schema, &bytes);
        assert_eq!(cells, rows);
        let mut back = Vec::new();
        write_return_workbook(schema, &report, today(), Cursor::new(&mut back))
            .expect("a workbook");
        let (report, again) = travelling(schema, &back);
        assert_eq!(again, rows);
        assert!(
            report
                .problems
                .iter()
                .all(|one| one.code.as_str() != "E006")
        );
    }
}

/// Text as clerks type it, without what healing takes away.
fn typed() -> impl Strategy<Value = String> {
    "[=+\\-@a-z0-9\u{4e00}-\u{4e1f}𬱖,;\"（）·%]{0,12}|=[A-Z]{1,3}\\([A-Z0-9]{1,4}\\)"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn reading_gives_back_what_was_written(
        which in 0_usize..26,
        seed in any::<u64>(),
        texts in prop::collection::vec(typed(), 1..6),
    ) {
        let schemas = all();
        let schema = schemas[which % schemas.len()];
        let mut rows = rows(schema, seed, texts.len());
        for (row, text) in rows.iter_mut().zip(&texts) {
            for (cell, field) in row.iter_mut().zip(schema.fields()) {
                let is_key = schema.primary_key.iter().any(|at| schema.fields[*at].name == field.name);
                if field.field_type() == FieldType::Text && !is_key {
                    *cell = text.trim().to_owned();
                }
            }
        }
        let written = lines(schema, &rows);
        let text = csv_of(&written);
        let mut gb18030 = Vec::new();
        encode_gb18030(&text, &mut gb18030);
        let files = [text.clone().into_bytes(), format!("\u{feff}{text}").into_bytes(), gb18030, workbook_of(&written)];
        for bytes in files {
            let (_, cells) = travelling(schema, &bytes);
            prop_assert_eq!(&cells, &rows);
        }
    }

    #[test]
    fn no_bytes_make_a_check_panic(
        start in 0_usize..5,
        bytes in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        let starts: [&[u8]; 5] = [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "姓名,证件号码\n".as_bytes(), b"\xef\xbb\xbf"];
        let file = [starts[start], &bytes].concat();
        answered(&file);
    }

    #[test]
    fn no_altered_list_makes_a_check_panic(
        which in 0_usize..3,
        cut in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
    ) {
        let text = csv_of(&lines(all()[0], &rows(all()[0], 1, 5)));
        let mut file = [XLS, XLSX, text.as_bytes()][which].to_vec();
        for (at, byte) in changes {
            let at = at.index(file.len());
            file[at] = byte;
        }
        if cut.index(4) == 0 {
            file.truncate(cut.index(file.len()));
        }
        answered(&file);
    }

    #[test]
    fn no_altered_part_makes_a_check_panic(
        which in 0_usize..3,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let part = ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"][which];
        let mut xml = crate::checking::list_tests::part_of(XLSX, part);
        for (at, byte) in changes {
            let at = at.index(xml.len());
            xml[at] = byte;
        }
        answered(&crate::checking::list_tests::replaced(XLSX, part, &xml));
    }
}

/// Every way of asking about a file; each must answer.
fn answered(file: &[u8]) {
    let schema = all()[9];
    let report = ListCheck::new(schema, today()).check(Cursor::new(file), &mut |_| Ok(()));
    let report = report.expect("a report");
    assert!(report.rows() <= 600);
    let report = ListCheck::new(schema, today()).check_transport(file, &mut |_| Ok(()));
    assert!(report.is_ok());
    let limits = ListLimits::default();
    let recognition = schemas().recognise(Cursor::new(file), &limits, |_| true);
    assert!(recognition.is_ok());
}
