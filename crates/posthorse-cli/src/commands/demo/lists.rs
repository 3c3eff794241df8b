//! The lists of the demonstration: made-up people, as offices really write them down.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use posthorse_domain::{Date, ListSchema, SchemaSet, SyntheticPeople, encode_gb18030};
use posthorse_package::Timestamp;
use rust_xlsxwriter::{Workbook, XlsxError};

use super::cast::{COUNTIES, DEPARTMENTS};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::{self, Privacy};

const SEED: u64 = 20_231_107;
const PEOPLE: usize = 40;

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Internal, "demo").detail(error)
}

/// A list that a department has written down, and what must come of it.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) party: &'static str,
    pub(super) list: &'static str,
    pub(super) path: PathBuf,
    pub(super) rows: usize,
    /// How many rows were spoiled on purpose.
    pub(super) faulty: usize,
    /// The sound rows' people: identity number and county.
    people: Vec<(String, String)>,
}

/// Who must reach which county: everybody once, however many departments name them.
pub(super) fn people_by_county(lists: &[Written]) -> BTreeMap<String, BTreeSet<String>> {
    let mut counties: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (id, county) in lists.iter().flat_map(|list| &list.people) {
        counties
            .entry(county.clone())
            .or_default()
            .insert(id.clone());
    }
    counties
}

/// How many sound rows name a county that has no office here: the development zone.
pub(super) fn rows_of_no_office(lists: &[Written]) -> usize {
    let people = lists.iter().flat_map(|list| &list.people);
    people
        .filter(|(_, county)| COUNTIES.iter().all(|(code, _)| code != county))
        .count()
}

/// The people of each department overlap with the next one's, so that there is something to merge.
pub(super) fn write(
    folder: &Path,
    department: usize,
    list: &'static str,
    now: Timestamp,
) -> Result<Written, Failure> {
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
    let mut people: Vec<(String, String)> = chosen
        .iter()
        .map(|person| {
            (
                person.id.as_str().to_owned(),
                person.county.as_str().to_owned(),
            )
        })
        .collect();
    let mut faulty = 0;
    if department.is_multiple_of(3) {
        faulty = spoil(schema, &mut rows, &mut people);
    }
    let count = rows.len();
    let mut lines = vec![titles(schema)];
    lines.extend(rows);
    let title = schema.title();
    let (name, bytes) = if department.is_multiple_of(2) {
        (
            format!("{title}.xlsx"),
            workbook(title, &lines).map_err(failed)?,
        )
    } else {
        (format!("{title}.csv"), gbk_csv(&lines)?)
    };
    let path = folder.join(name);
    files::write_new(&path, &bytes, Privacy::OwnerOnly)?;
    let (party, ..) = DEPARTMENTS[department];
    Ok(Written {
        party,
        list,
        path,
        rows: count,
        faulty,
        people,
    })
}

/// The title of a list, by its id.
pub(super) fn title(list: &str) -> Option<String> {
    let schemas = SchemaSet::built_in().ok()?;
    let schema = schemas.iter().find(|schema| schema.id().as_str() == list)?;
    Some(schema.title().to_owned())
}

/// The month to report on: this one.
pub(super) fn month(now: Timestamp) -> String {
    day(now).to_string()[..7].to_owned()
}

fn titles(schema: &ListSchema) -> Vec<String> {
    schema
        .fields()
        .iter()
        .map(|field| field.title().to_owned())
        .collect()
}

/// The faults of every week: a wrong check digit, a county that is none, a row twice. Gives how many
/// rows must come back, and takes the people of those rows away.
fn spoil(
    schema: &ListSchema,
    rows: &mut Vec<Vec<String>>,
    people: &mut Vec<(String, String)>,
) -> usize {
    const WRONG_DIGIT: usize = 2;
    const NO_COUNTY: usize = 5;
    const TWICE: usize = 8;
    let (Some(id), Some(county)) = (schema.position("id_no"), schema.position("county_name"))
    else {
        return 0;
    };
    let last = rows[WRONG_DIGIT][id].pop();
    rows[WRONG_DIGIT][id].push(if last == Some('0') { '1' } else { '0' });
    rows[NO_COUNTY][county] = "外省某县".into();
    let again = rows[TWICE].clone();
    rows.push(again);
    people.remove(NO_COUNTY);
    people.remove(WRONG_DIGIT);
    3
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

/// A county's answer, filled in.
pub(super) struct FilledIn {
    pub(super) path: PathBuf,
    pub(super) rows: usize,
}

/// Fills in the county's answer: everybody was visited, nobody is enrolled, and why.
pub(super) fn fill_in(opened: &Path, folder: &Path, now: Timestamp) -> Result<FilledIn, Failure> {
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
    let path = folder.join("核实结果.xlsx");
    files::write_new(
        &path,
        &workbook(schema.title(), &lines).map_err(failed)?,
        Privacy::OwnerOnly,
    )?;
    Ok(FilledIn {
        path,
        rows: lines.len() - 1,
    })
}

/// The date in China.
fn day(now: Timestamp) -> Date {
    now.plus_seconds(8 * 3600).to_string()[..10]
        .parse()
        .unwrap_or(Date::MIN)
}
