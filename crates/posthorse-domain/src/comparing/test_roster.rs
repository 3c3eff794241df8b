//! Rosters and lists of people who do not exist, written as clerks write them and read as theirs.

use std::io::Cursor;
use std::sync::OnceLock;

use jiff::civil::{Date, date};

use super::comparison_rules::ComparisonRules;
use super::roster_index::RosterIndex;
use super::roster_reading::{RosterReading, read_roster};
use super::roster_states::RosterStates;
use crate::casework::Policies;
use crate::checking::check_report::Record;
use crate::checking::list_check::ListCheck;
use crate::schemas::list_schema::ListSchema;
use crate::schemas::schema_set::SchemaSet;
use crate::synthetic::SyntheticPeople;

pub(crate) const TODAY: Date = date(2026, 11, 24);

/// A row as fields and values; what is not said is filled in.
pub(crate) type Cells<'c> = &'c [(&'c str, &'c str)];

pub(crate) fn schemas() -> &'static SchemaSet {
    static SCHEMAS: OnceLock<SchemaSet> = OnceLock::new();
    SCHEMAS.get_or_init(|| SchemaSet::built_in().expect("the built-in schemas"))
}

pub(crate) fn schema(kind: &str, list: &str) -> ListSchema {
    let kind = kind.parse().expect("a kind");
    schemas()
        .find(&kind, list)
        .expect("a built-in list")
        .clone()
}

pub(crate) fn states() -> RosterStates {
    RosterStates::built_in(&schema("roster", "roster")).expect("the built-in states")
}

pub(crate) fn policies() -> ComparisonRules {
    let policies = Policies::built_in().expect("the built-in policies");
    ComparisonRules::built_in(&policies, &schema("roster", "roster")).expect("the built-in rules")
}

/// The nth invented person: name and number.
pub(crate) fn person(nth: usize) -> (String, String) {
    let mut people = SyntheticPeople::from_seed(4, TODAY);
    let person = people.nth(nth).expect("endless");
    (person.name, person.id.as_str().to_owned())
}

pub(crate) fn id(nth: usize) -> String {
    person(nth).1
}

/// A roster's CSV: the row at each place is about the person of that place, unless it says
/// otherwise; only the columns in `without` are missing.
pub(crate) fn roster_csv(rows: &[Cells<'_>], without: &[&str]) -> Vec<u8> {
    let schema = schema("roster", "roster");
    let of = |row: Cells<'_>, name: &str| {
        let cell = row.iter().find(|(field, _)| *field == name);
        cell.map(|(_, value)| (*value).to_owned())
    };
    let household = |at: usize| {
        let number = of(rows[at], "household_no");
        number.unwrap_or_else(|| format!("411722{at:06}"))
    };
    let lines = rows.iter().enumerate().map(|(at, row)| {
        let own = household(at);
        let members = (0..rows.len()).filter(|other| household(*other) == own);
        let size = members.clone().count().to_string();
        let is_first = members.min() == Some(at);
        let (name, id) = person(at);
        let default = |field: &str| match field {
            "county_name" => "上蔡县".to_owned(),
            "town_name" => "蔡都街道".to_owned(),
            "village_name" => "东李村".to_owned(),
            "household_no" => own.clone(),
            "person_no" => format!("4117220{at:07}"),
            "name" => name.clone(),
            "id_no" => id.clone(),
            "household_size" => size.clone(),
            "relation" if is_first => "户主".to_owned(),
            "relation" => "之子".to_owned(),
            "household_type" => "一般农户".to_owned(),
            "monitor_category" => "边缘易致贫户".to_owned(),
            "risk_1" => "其他".to_owned(),
            "risk_cleared" => "否".to_owned(),
            "risk_identified" => "202304.0".to_owned(),
            _ => String::new(),
        };
        let fields = schema.fields().iter();
        fields
            .map(|field| of(row, field.name()).unwrap_or_else(|| default(field.name())))
            .collect()
    });
    list_csv(&schema, &lines.collect::<Vec<_>>(), without)
}

fn list_csv(schema: &ListSchema, rows: &[Vec<String>], without: &[&str]) -> Vec<u8> {
    let kept: Vec<usize> = (0..schema.fields().len())
        .filter(|at| !without.contains(&schema.fields()[*at].name()))
        .collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let titles = kept.iter().map(|at| schema.fields()[*at].title());
    writer.write_record(titles).expect("memory");
    for row in rows {
        writer
            .write_record(kept.iter().map(|at| &row[*at]))
            .expect("memory");
    }
    writer.into_inner().expect("memory")
}

pub(crate) fn read(csv: Vec<u8>, name: &str) -> RosterReading {
    let schema = schema("roster", "roster");
    read_roster(&schema, TODAY, name, Cursor::new(csv)).expect("memory")
}

/// A roster without a fault.
pub(crate) fn roster(rows: &[Cells<'_>]) -> RosterIndex {
    roster_without(rows, &[])
}

pub(crate) fn roster_without(rows: &[Cells<'_>], without: &[&str]) -> RosterIndex {
    let reading = read(roster_csv(rows, without), "roster.csv");
    assert!(reading.report.is_clean(), "{:?}", reading.report.problems);
    reading.index
}

/// Hands out the rows of a list whose only columns are these, as accepted records.
pub(crate) fn for_each_row(
    schema: &ListSchema,
    columns: &[&str],
    rows: &[Vec<String>],
    mut visit: impl FnMut(&Record<'_>),
) {
    let at = |name: &str| schema.position(name).expect("a field of the list");
    let without: Vec<&str> = (schema.fields().iter().map(|field| field.name()))
        .filter(|name| !columns.contains(name))
        .collect();
    let rows: Vec<Vec<String>> = (rows.iter())
        .map(|cells| {
            let mut row = vec![String::new(); schema.fields().len()];
            for (name, cell) in columns.iter().zip(cells) {
                row[at(name)].clone_from(cell);
            }
            row
        })
        .collect();
    let csv = list_csv(schema, &rows, &without);
    let check = ListCheck::new(schema, TODAY);
    let report = check.check(Cursor::new(csv), &mut |record| {
        visit(record);
        Ok(())
    });
    let report = report.expect("memory");
    assert!(report.is_clean(), "{:?}", report.problems);
}
