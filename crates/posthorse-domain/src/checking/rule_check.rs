//! Whether a row keeps the rules of its list, and what a group of rows does when the list ends.

use std::collections::HashMap;

use crate::checking::duplicate_keys::key_of;
use crate::checking::problem::{Place, Problem, column_letters};
use crate::schemas::list_rule::{Bound, Likeness, Rule, Test, formula};
use crate::schemas::list_schema::ListSchema;
use crate::values::calendar_date::parse_written;
use crate::values::mask::mask;
use crate::values::number::Number;
use crate::values::text::fold_name;

/// The values of one row in their normal forms, and which of its fields are faulty.
#[derive(Clone, Copy)]
pub(crate) struct JudgedRow<'r> {
    pub(crate) schema: &'r ListSchema,
    pub(crate) values: &'r [String],
    pub(crate) found: &'r [Problem],
}

impl<'r> JudgedRow<'r> {
    fn value(&self, at: usize) -> &'r str {
        &self.values[at]
    }

    fn number(&self, at: usize) -> Option<Number> {
        Number::parse(self.value(at))
    }

    fn title(&self, at: usize) -> &'r str {
        &self.schema.fields[at].title
    }

    fn masked(&self, at: usize) -> String {
        let field = &self.schema.fields[at];
        mask(field.field_type, field.sensitive, self.value(at))
    }

    /// A field that could not be read has no value, and says so itself.
    fn is_faulty(&self, at: usize) -> bool {
        self.found.iter().any(|found| found.field == Some(at))
    }
}

impl Rule {
    /// Whether it is judged when the list ends, of groups of rows.
    pub(crate) fn is_about_groups(&self) -> bool {
        matches!(self.test, Test::GroupSize { .. } | Test::GroupOne { .. })
    }
}

/// The breach of a rule by a row; none if it is kept, or cannot be judged for want of a value.
pub(crate) fn breach(rule: &Rule, row: &JudgedRow<'_>) -> Option<Problem> {
    let value = row.value(rule.field);
    if value.is_empty() || row.is_faulty(rule.field) {
        return None;
    }
    let problem = Problem::new(rule.code).with("value", row.masked(rule.field));
    match &rule.test {
        Test::Sum { plus, minus } => {
            let expected = sum(row, plus, minus)?;
            let is_right = row.number(rule.field)? == expected;
            (!is_right).then(|| {
                let formula = formula(row.schema, plus, '+', minus);
                problem
                    .with("formula", formula.as_raw())
                    .with("expected", expected.to_money())
            })
        }
        Test::Product { factors } => {
            let mut expected = Number::parse("1")?;
            for factor in factors {
                expected = expected.times(row.number(*factor)?);
            }
            let is_right = row.number(rule.field)?.is_nearly(expected);
            (!is_right).then(|| {
                let formula = formula(row.schema, factors, '×', &[]);
                problem
                    .with("formula", formula.as_raw())
                    .with("expected", expected.to_money())
            })
        }
        Test::AtMost(bound) => {
            let (limit, written) = limit(row, bound)?;
            let breached = row.number(rule.field)? > limit;
            breached.then(|| problem.with("limit", written))
        }
        Test::AtLeast(bound) => {
            let (limit, written) = limit(row, bound)?;
            let breached = row.number(rule.field)? < limit;
            breached.then(|| problem.with("limit", written))
        }
        Test::OneOf(values) => {
            let breached = !values.iter().any(|one| one == value);
            breached.then(|| problem.with("allowed", values.join("、")))
        }
        _ => compare(rule, row, problem),
    }
}

fn compare(rule: &Rule, row: &JudgedRow<'_>, problem: Problem) -> Option<Problem> {
    let value = row.value(rule.field);
    match &rule.test {
        Test::NotBefore(other) => {
            let (first, then) = (row.value(*other), value);
            // A month and a day are compared as months.
            let length = first.len().min(then.len());
            let breached = !first.is_empty() && then.get(..length)? < first.get(..length)?;
            breached.then(|| {
                problem
                    .with("other", row.title(*other))
                    .with("limit", row.masked(*other))
            })
        }
        Test::WithinYears { other, years } => {
            let start = parse_written(row.value(*other))?.first_day();
            let last = start.checked_add(jiff::Span::new().years(*years)).ok()?;
            let breached = parse_written(value)?.first_day() > last;
            breached.then(|| problem.with("limit", last.to_string()))
        }
        Test::Same {
            other,
            compare,
            unless,
        } => {
            let excused = unless.is_some_and(|at| !row.value(at).is_empty());
            let expected = row.value(*other);
            if excused || expected.is_empty() || row.is_faulty(*other) {
                return None;
            }
            let differs = match compare {
                Likeness::Name => fold_name(value) != fold_name(expected),
                Likeness::Holder => holder(value).is_some_and(|holder| holder != expected),
            };
            differs.then(|| {
                problem
                    .with("other", row.title(*other))
                    .with("other_value", row.masked(*other))
            })
        }
        Test::Digit { other, at, values } => {
            let digit = row.value(*other).chars().nth(*at)?;
            let said = values.iter().find(|(known, _)| *known == digit)?;
            (said.1 != value).then(|| {
                problem
                    .with("position", (at + 1).to_string())
                    .with("digit", digit.to_string())
                    .with("expected", said.1.as_str())
            })
        }
        _ => None,
    }
}

/// The identity number within a certificate's or a school's number, if it is made of one.
fn holder(number: &str) -> Option<String> {
    let number = number.trim_start_matches(['G', 'g']).to_ascii_uppercase();
    let first = number.get(..18)?;
    let is_id = first.as_bytes()[..17].iter().all(u8::is_ascii_digit)
        && matches!(first.as_bytes()[17], b'0'..=b'9' | b'X');
    is_id.then(|| first.to_owned())
}

/// An empty term counts as nothing; without any term that adds there is nothing to compare.
fn sum(row: &JudgedRow<'_>, plus: &[usize], minus: &[usize]) -> Option<Number> {
    if plus.iter().chain(minus).any(|at| row.is_faulty(*at)) {
        return None;
    }
    if plus.iter().all(|at| row.value(*at).is_empty()) {
        return None;
    }
    let add = |sum: Number, at: &usize| sum.plus(row.number(*at).unwrap_or(Number::ZERO));
    let added = plus.iter().fold(Number::ZERO, add);
    Some(added.minus(minus.iter().fold(Number::ZERO, add)))
}

fn limit(row: &JudgedRow<'_>, bound: &Bound) -> Option<(Number, String)> {
    match bound {
        Bound::Value { number, written } => Some((*number, written.clone())),
        Bound::Field(other) => {
            let written = format!("{} {}", row.title(*other), row.masked(*other));
            Some((row.number(*other)?, written))
        }
    }
}

/// The groups of a list, such as households, under one rule.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    groups: HashMap<u64, Group>,
}

#[derive(Debug)]
struct Group {
    rows: u32,
    hits: u32,
    declared: Option<u32>,
    sheet: u16,
    first_row: u32,
}

impl Groups {
    /// Enters a row into its group; a row that names no group belongs to none.
    pub(crate) fn enter(&mut self, rule: &Rule, row: &JudgedRow<'_>, sheet: u16, number: u32) {
        let (group, hit) = match &rule.test {
            Test::GroupSize { group } => (*group, false),
            Test::GroupOne { group, equals } => {
                let value = row.value(rule.field);
                (*group, equals.iter().any(|one| one == value))
            }
            _ => return,
        };
        let Some(key) = key_of(std::iter::once(row.value(group))) else {
            return;
        };
        let declared = || row.value(rule.field).parse().ok();
        let entry = self.groups.entry(key).or_insert_with(|| Group {
            rows: 0,
            hits: 0,
            declared: declared(),
            sheet,
            first_row: number,
        });
        entry.rows = entry.rows.saturating_add(1);
        entry.hits = entry.hits.saturating_add(u32::from(hit));
    }

    /// What is wrong with the groups, in the order of their first rows.
    pub(crate) fn problems(
        self,
        rule: &Rule,
        schema: &ListSchema,
        sheets: &[String],
        columns: &[Vec<Option<usize>>],
    ) -> Vec<Problem> {
        let mut groups: Vec<Group> = self.groups.into_values().collect();
        groups.retain(|group| match &rule.test {
            Test::GroupSize { .. } => group.declared.is_some_and(|size| size != group.rows),
            _ => group.hits != 1,
        });
        groups.sort_unstable_by_key(|group| (group.sheet, group.first_row));
        let problems = groups.into_iter().map(|group| {
            let mut problem = Problem::new(rule.code)
                .with("count", group.rows.to_string())
                .with("found", group.hits.to_string())
                .with("value", group.declared.unwrap_or(0).to_string());
            let sheet = sheets.get(usize::from(group.sheet));
            let columns = columns.get(usize::from(group.sheet));
            let column = columns.and_then(|columns| columns.get(rule.field).copied().flatten());
            problem.field = Some(rule.field);
            problem.place = Place {
                sheet: sheet
                    .filter(|name| !name.is_empty())
                    .map(|name| name.as_str().into()),
                row: Some(group.first_row),
                column: Some(schema.fields[rule.field].title.clone()),
                column_number: column.and_then(|at| u32::try_from(at + 1).ok()),
                letters: column.map(column_letters),
            };
            problem
        });
        problems.collect()
    }
}
