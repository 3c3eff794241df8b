//! Lists as offices really write them down: workbooks and GBK tables of made-up people.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::civil::date;
use posthorse_domain::{
    Date, ListSchema, SchemaSet, SyntheticPeople, SyntheticPerson, encode_gb18030,
};
use rust_xlsxwriter::{Workbook, XlsxError};

use super::cast::{self, COUNTIES, DEPARTMENTS};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::{self, Privacy};

const SEED: u64 = 20_231_107;
/// How many people a warning list names.
const PEOPLE: usize = 24;
/// Everybody is born, and everything on a list has happened, before the quarter begins.
pub(super) const BORN_BEFORE: Date = date(2026, 1, 20);

pub(super) fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Internal, "demo").detail(error)
}

/// The rows of a list: a cell for each field of its schema.
pub(super) struct Table {
    pub(super) rows: Vec<Vec<String>>,
}

/// The schema of a list.
pub(super) fn schema(kind: &str, list: Option<&str>) -> Result<ListSchema, Failure> {
    let schemas = SchemaSet::built_in().map_err(failed)?;
    let kind = kind.parse().map_err(failed)?;
    let found = match list {
        Some(list) => schemas.find(&kind, list),
        None => schemas.only_of(&kind),
    };
    found.cloned().ok_or_else(|| failed("no such list"))
}

/// The title of a list, by its id.
pub(super) fn title(list: &str) -> Option<String> {
    let schemas = SchemaSet::built_in().ok()?;
    let schema = schemas.iter().find(|schema| schema.id().as_str() == list)?;
    Some(schema.title().to_owned())
}

/// A row with these cells instead; columns that a list does not have are passed over.
pub(super) fn with(
    schema: &ListSchema,
    mut row: Vec<String>,
    cells: &[(&str, &str)],
) -> Vec<String> {
    for (name, cell) in cells {
        if let Some(at) = schema.position(name) {
            (*cell).clone_into(&mut row[at]);
        }
    }
    row
}

/// A row with these cells and no others.
pub(super) fn row(schema: &ListSchema, cells: &[(&str, &str)]) -> Vec<String> {
    with(schema, vec![String::new(); schema.fields().len()], cells)
}

/// Writes a list under its title: as an Excel workbook, or as a table the way Excel saves it.
pub(super) fn write(
    folder: &Path,
    name: &str,
    schema: &ListSchema,
    table: &Table,
) -> Result<PathBuf, Failure> {
    let mut lines = vec![titles(schema)];
    lines.extend(table.rows.iter().cloned());
    let path = folder.join(name);
    let bytes = if name.ends_with(".xlsx") {
        workbook(schema.title(), &lines).map_err(failed)?
    } else {
        gbk_csv(&lines)?
    };
    files::write_new(&path, &bytes, Privacy::OwnerOnly)?;
    Ok(path)
}

/// A warning list that a department has written down, and what must come of it.
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

/// A department's warning list of a month. The people of each department overlap with the next
/// one's, and those of each month with the next month's, so that there is something to merge.
/// Gives somebody of the list too.
pub(super) fn warn(
    folder: &Path,
    party: &'static str,
    month: &str,
) -> Result<(Written, SyntheticPerson), Failure> {
    let place = cast::place_of(party);
    let (_, _, list) = DEPARTMENTS[place];
    let schema = schema("warning_list", Some(list))?;
    let nth: usize = month[5..].parse().unwrap_or(1);
    let first = place * PEOPLE / 2 + (nth - 1) * PEOPLE * 3 / 4;
    let mut maker = SyntheticPeople::from_seed(SEED, BORN_BEFORE);
    let chosen: Vec<_> = maker.by_ref().skip(first).take(PEOPLE).collect();
    let mut rows: Vec<Vec<String>> = (1..)
        .zip(&chosen)
        .map(|(seq, person)| maker.row(&schema, person, seq))
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
    // In the first month some offices are not careful yet.
    let mut faulty = 0;
    if nth == 1 && place.is_multiple_of(3) {
        faulty = spoil(&schema, &mut rows, &mut people);
    }
    let ending = if place.is_multiple_of(2) {
        "xlsx"
    } else {
        "csv"
    };
    let name = format!("{}-{month}.{ending}", schema.title());
    let table = Table { rows };
    let written = Written {
        party,
        list,
        path: write(folder, &name, &schema, &table)?,
        rows: table.rows.len(),
        faulty,
        people,
    };
    let last = chosen.last().cloned();
    Ok((written, last.ok_or_else(|| failed("an empty list"))?))
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

fn titles(schema: &ListSchema) -> Vec<String> {
    let fields = schema.fields().iter();
    fields.map(|field| field.title().to_owned()).collect()
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
