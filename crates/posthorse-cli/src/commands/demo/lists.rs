//! The lists of the demonstration: made-up people, as offices really write them down.

use std::path::{Path, PathBuf};

use posthorse_domain::{Date, ListSchema, SchemaSet, SyntheticPeople, encode_gb18030};
use posthorse_package::Timestamp;
use rust_xlsxwriter::{Workbook, XlsxError};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::{self, Privacy};

const SEED: u64 = 20_231_107;
const PEOPLE: usize = 40;

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Internal, "demo").detail(error)
}

/// The people of each department overlap with the next one's, so that there is something to merge.
pub(super) fn write(
    folder: &Path,
    department: usize,
    list: &str,
    now: Timestamp,
) -> Result<PathBuf, Failure> {
    let schemas = SchemaSet::built_in().map_err(failed)?;
    let kind = "warning_list".parse().map_err(failed)?;
    let schema = schemas
        .find(&kind, list)
        .ok_or_else(|| failed("no such list"))?;
    let mut people = SyntheticPeople::from_seed(SEED, day(now));
    let chosen: Vec<_> = people
        .by_ref()
        .skip(department * PEOPLE / 2)
        .take(PEOPLE)
        .collect();
    let mut rows: Vec<Vec<String>> = (1..)
        .zip(&chosen)
        .map(|(seq, person)| people.row(schema, person, seq))
        .collect();
    if department.is_multiple_of(3) {
        spoil(schema, &mut rows);
    }
    let mut lines = vec![titles(schema)];
    lines.extend(rows);
    if department.is_multiple_of(2) {
        let path = folder.join(format!("{}.xlsx", schema.title()));
        files::write_new(
            &path,
            &workbook(schema.title(), &lines).map_err(failed)?,
            Privacy::OwnerOnly,
        )?;
        Ok(path)
    } else {
        let path = folder.join(format!("{}.csv", schema.title()));
        files::write_new(&path, &gbk_csv(&lines)?, Privacy::OwnerOnly)?;
        Ok(path)
    }
}

fn titles(schema: &ListSchema) -> Vec<String> {
    schema
        .fields()
        .iter()
        .map(|field| field.title().to_owned())
        .collect()
}

/// The faults of every week: a wrong check digit, a county that is none, a row twice.
fn spoil(schema: &ListSchema, rows: &mut Vec<Vec<String>>) {
    if let (Some(id), Some(county)) = (schema.position("id_no"), schema.position("county_name")) {
        let last = rows[2][id].pop();
        rows[2][id].push(if last == Some('0') { '1' } else { '0' });
        rows[5][county] = "外省某县".into();
        let again = rows[8].clone();
        rows.push(again);
    }
}

fn workbook(title: &str, lines: &[Vec<String>]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, title)?;
    for (at, line) in (1_u32..).zip(lines) {
        for (column, cell) in (0_u16..).zip(line) {
            sheet.write_string(at, column, cell)?;
        }
    }
    workbook.save_to_buffer()
}

fn gbk_csv(lines: &[Vec<String>]) -> Result<Vec<u8>, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for line in lines {
        writer.write_record(line).map_err(failed)?;
    }
    let utf8 = writer.into_inner().map_err(failed)?;
    let mut bytes = Vec::new();
    encode_gb18030(&String::from_utf8(utf8).map_err(failed)?, &mut bytes);
    Ok(bytes)
}

/// Fills in the county's answer: everybody was visited, nobody is enrolled, and why.
pub(super) fn fill_in(opened: &Path, home: &Path, now: Timestamp) -> Result<PathBuf, Failure> {
    let schemas = SchemaSet::built_in().map_err(failed)?;
    let kind = "verification_result".parse().map_err(failed)?;
    let schema = schemas
        .only_of(&kind)
        .ok_or_else(|| failed("no such list"))?;
    let list = files::read(&opened.join("data/warning-dispatch.csv"))?;
    let mut reader = csv::Reader::from_reader(list.as_slice());
    let header = reader.headers().map_err(failed)?.clone();
    let mut lines: Vec<Vec<String>> = vec![titles(schema)];
    for record in reader.records() {
        let record = record.map_err(failed)?;
        let given = |name: &str| {
            let at = header.iter().position(|column| column == name);
            at.and_then(|at| record.get(at))
                .unwrap_or_default()
                .to_owned()
        };
        let cell = |name: &str, values: &[String]| match name {
            "visited" => "是".to_owned(),
            "visited_on" => day(now).to_string(),
            "verifier" => "李核实".to_owned(),
            "outcome" => "不纳入".to_owned(),
            "reject_reason" => values.first().cloned().unwrap_or_default(),
            "explanation" => "入户核实，家庭收入稳定，风险可自行化解。".to_owned(),
            "warning_id" | "name" | "id_no" => given(name),
            _ => String::new(),
        };
        let fields = schema.fields().iter();
        lines.push(
            fields
                .map(|field| cell(field.name(), field.values()))
                .collect(),
        );
    }
    let path = home.join("核实结果.xlsx");
    files::write_new(
        &path,
        &workbook(schema.title(), &lines).map_err(failed)?,
        Privacy::OwnerOnly,
    )?;
    Ok(path)
}

/// The date in China.
fn day(now: Timestamp) -> Date {
    now.plus_seconds(8 * 3600).to_string()[..10]
        .parse()
        .unwrap_or(Date::MIN)
}
