//! Lists as offices write them, and workbooks as they read them.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::OnceLock;

use calamine::{Data, Reader as _, Xlsx};
use posthorse_domain::{ListSchema, SchemaSet, TransportWriter};

use super::Member;

pub(super) fn list_of(sender: &Member) -> &'static str {
    match sender.id.as_str() {
        "housing" => "housing-safety",
        _ => "health-public-event",
    }
}

pub(super) fn schema(list: &str) -> &'static ListSchema {
    static SCHEMAS: OnceLock<SchemaSet> = OnceLock::new();
    let schemas = SCHEMAS.get_or_init(|| SchemaSet::built_in().expect("the built-in schemas"));
    let found = schemas.iter().find(|schema| schema.id().as_str() == list);
    found.expect("a built-in list")
}

/// A row of a list with these cells and no others.
pub(crate) fn row(list: &str, given: &BTreeMap<&str, &str>) -> Vec<String> {
    let fields = schema(list).fields().iter();
    fields
        .map(|field| {
            given
                .get(field.name())
                .copied()
                .unwrap_or_default()
                .to_owned()
        })
        .collect()
}

/// The transport CSV of a list whose rows stood on sheet 名单 from row 3 on.
pub(crate) fn csv(list: &str, rows: &[Vec<String>]) -> Vec<u8> {
    let mut writer = TransportWriter::new(schema(list), Vec::new()).expect("a header");
    for (number, row) in (3..).zip(rows) {
        writer.write_row("名单", number, row).expect("a row");
    }
    writer.finish().expect("a list")
}

/// Where a field stands among the cells of a list.
pub(crate) fn field(list: &str, name: &str) -> usize {
    schema(list).position(name).expect("a field")
}

/// The records of a CSV file, by the names in its header.
pub(super) fn records(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = reader.headers().expect("a header").clone();
    reader
        .records()
        .map(|record| {
            let record = record.expect("a record");
            let pairs = header.iter().zip(record.iter());
            pairs
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect()
        })
        .collect()
}

/// The cells of a sheet of a workbook, as text.
pub(crate) fn cells(workbook: &[u8], sheet: &str) -> Vec<Vec<String>> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(workbook)).expect("a workbook");
    let range = workbook.worksheet_range(sheet).expect("the sheet");
    let text = |cell: &Data| match cell {
        Data::String(text) => text.clone(),
        Data::Empty => String::new(),
        other => panic!("{other:?} is no text"),
    };
    range
        .rows()
        .map(|row| row.iter().map(text).collect())
        .collect()
}
