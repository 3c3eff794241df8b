//! People who do not exist, made from a seed: for demonstrations, tests and benchmarks.
//!
//! Their identity numbers have valid check digits and carry the abolished 4128xx prefixes, today's
//! 4117xx and prefixes from elsewhere, as the real lists of this city do. No real person's data is
//! used anywhere.

use jiff::ToSpan;
use jiff::civil::Date;

use crate::schemas::list_rule::{Bound, Likeness, Rule, Test};
use crate::schemas::list_schema::{Field, ListSchema};
use crate::values::areas::{Areas, CountyCode};
use crate::values::bank_account::BankAccount;
use crate::values::citizen_id::CitizenId;
use crate::values::field_type::FieldType;
use crate::values::number::Number;

/// Steele, Lea and Flood's SplitMix64: the same seed gives the same people on every machine.
#[derive(Debug, Clone)]
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).unwrap_or(0)
    }

    fn pick<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        choices.get(self.below(choices.len()))
    }
}

const FAMILY_NAMES: [&str; 24] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林",
    "何", "郭", "马", "罗", "欧阳", "司马", "上官", "诸葛",
];
const GIVEN_NAMES: [&str; 30] = [
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明",
    "超", "兰", "霞", "平", "刚", "桂英", "建国", "秀珍", "玉兰", "红梅", "志强", "海燕", "春花",
    "㛃",
];
const VILLAGES: [&str; 10] = [
    "东李村",
    "西王村",
    "张庄村",
    "刘楼村",
    "大陈村",
    "赵寨村",
    "杨湾村",
    "南桥村",
    "北岗村",
    "河口村",
];
/// Counties elsewhere: people who married or moved in keep the numbers that they were born with.
const ELSEWHERE: [u32; 5] = [410_102, 341_225, 420_606, 411_528, 511_321];

/// Somebody who does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SyntheticPerson {
    /// The name.
    pub name: String,
    /// The identity number.
    pub id: CitizenId,
    /// The county of the household register, which the number need not tell.
    pub county: CountyCode,
    /// That county's name.
    pub county_name: String,
    /// The town.
    pub town: String,
    /// The village.
    pub village: String,
    /// The head of the household.
    pub head_name: String,
    /// A telephone number in a range that starts like a real one.
    pub phone: String,
}

/// An endless row of people, always the same for the same seed.
#[derive(Debug, Clone)]
pub struct SyntheticPeople {
    random: SplitMix64,
    today: Date,
}

impl SyntheticPeople {
    /// Starts from a seed. Nobody is born after `today`.
    #[must_use]
    pub fn from_seed(seed: u64, today: Date) -> Self {
        Self {
            random: SplitMix64(seed),
            today,
        }
    }

    fn person(&mut self) -> Option<SyntheticPerson> {
        let areas = Areas::built_in();
        // The development zone has no household register of its own.
        let counties: Vec<_> = areas
            .counties()
            .iter()
            .filter(|county| !county.id_prefixes.is_empty() && !county.towns.is_empty())
            .collect();
        let county = *self.random.pick(&counties)?;
        let family = *self.random.pick(&FAMILY_NAMES)?;
        let name = format!("{family}{}", self.random.pick(&GIVEN_NAMES)?);
        let head_name = match self.random.below(3) {
            0 => name.clone(),
            _ => format!("{family}{}", self.random.pick(&GIVEN_NAMES)?),
        };
        let area = match self.random.below(10) {
            0 => *self.random.pick(&ELSEWHERE)?,
            _ => *self.random.pick(&county.id_prefixes)?,
        };
        let age_days = i64::try_from(self.random.below(88 * 365) + 1).ok()?;
        let born = self.today.checked_sub(age_days.days()).ok()?;
        let nth = u16::try_from(self.random.below(999) + 1).ok()?;
        Some(SyntheticPerson {
            id: CitizenId::from_parts(area, born, nth)?,
            county: county.code,
            county_name: county.name.clone(),
            town: self.random.pick(&county.towns)?.clone(),
            village: (*self.random.pick(&VILLAGES)?).to_owned(),
            phone: format!("13{:09}", self.random.below(1_000_000_000)),
            name,
            head_name,
        })
    }

    /// One row of a list about a person: a cell for each field of the schema, in its order.
    ///
    /// `seq` is the running number that a clerk would write in front.
    pub fn row(
        &mut self,
        schema: &ListSchema,
        person: &SyntheticPerson,
        seq: usize,
    ) -> Vec<String> {
        let cells = schema.fields().iter();
        let mut cells: Vec<String> = cells.map(|field| self.cell(field, person, seq)).collect();
        if let [key] = schema.primary_key[..]
            && schema.fields[key].field_type == FieldType::Text
        {
            cells[key] = numbered(&cells[key], seq);
        }
        for rule in &schema.rules {
            keep_rule(rule, &mut cells);
        }
        cells
    }

    fn cell(&mut self, field: &Field, person: &SyntheticPerson, seq: usize) -> String {
        match field.name() {
            "name" | "guardian_name" => return person.name.clone(),
            "head_name" => return person.head_name.clone(),
            "town_name" => return person.town.clone(),
            "village_name" => return person.village.clone(),
            "household_no" | "person_no" => return format!("4117{seq:08}"),
            "disability_type" | "disability_level" => {
                // They stand in the certificate's last digits too: the first value each.
                return field.values().first().cloned().unwrap_or_default();
            }
            _ => {}
        }
        match field.field_type() {
            FieldType::RowNumber => seq.to_string(),
            FieldType::CitizenId => person.id.as_str().to_owned(),
            FieldType::DisabilityNo => format!("{}11", person.id.as_str()),
            FieldType::County => person.county_name.clone(),
            FieldType::PersonName => person.name.clone(),
            FieldType::Phone => person.phone.clone(),
            FieldType::BankAccount => {
                let account = BankAccount::from_fifteen(
                    621_798_000_000_000 + self.random.next() % 1_000_000_000,
                );
                account.as_str().to_owned()
            }
            FieldType::Decimal => {
                let examples: Vec<&str> = field.examples().iter().map(String::as_str).collect();
                match self.one_of(&examples) {
                    number if number.is_empty() => (1 + self.random.below(12)).to_string(),
                    number => number,
                }
            }
            FieldType::Money => {
                // Nobody is on a warning list for a trifle: the floors of the rules lie below.
                let (yuan, fen) = (10_000 + self.random.below(50_000), self.random.below(100));
                format!("{yuan}.{fen:02}")
            }
            FieldType::Date => self.past_day().to_string(),
            FieldType::Month => self.past_day().strftime("%Y-%m").to_string(),
            FieldType::Integer => (1 + self.random.below(9)).to_string(),
            FieldType::YesNo => self.one_of(&["是", "否"]),
            FieldType::SchoolYear => {
                format!("{}-{}", self.today.year() - 1, self.today.year())
            }
            FieldType::Enum => {
                let values: Vec<&str> = field.values().iter().map(String::as_str).collect();
                self.one_of(&values)
            }
            FieldType::Text | FieldType::DateRange => {
                let examples: Vec<&str> = field.examples().iter().map(String::as_str).collect();
                self.one_of(&examples)
            }
        }
    }

    fn past_day(&mut self) -> Date {
        let days = i64::try_from(self.random.below(300)).unwrap_or(0);
        self.today.checked_sub(days.days()).unwrap_or(self.today)
    }

    fn one_of(&mut self, choices: &[&str]) -> String {
        self.random
            .pick(choices)
            .map_or_else(String::new, |choice| (*choice).to_owned())
    }
}

/// A text whose last digits are a running number instead: a key stands once in a list.
fn numbered(text: &str, seq: usize) -> String {
    let stem = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let width = text.len() - stem.len();
    format!("{stem}{seq:0width$}")
}

/// Changes a cell so that the row keeps a rule.
fn keep_rule(rule: &Rule, cells: &mut [String]) {
    let number = |at: &usize| Number::parse(&cells[*at]).unwrap_or(Number::ZERO);
    let kept = match &rule.test {
        Test::Sum { plus, minus } => {
            let add = |sum: Number, at: &usize| sum.plus(number(at));
            let added = plus.iter().fold(Number::ZERO, add);
            let rest = added.minus(minus.iter().fold(Number::ZERO, add));
            if rest < Number::ZERO {
                // Nobody is helped with more than there is to pay.
                minus.iter().for_each(|at| cells[*at].clear());
                Some(added.to_money())
            } else {
                Some(rest.to_money())
            }
        }
        Test::Product { factors } => {
            let one = Number::parse("1").unwrap_or(Number::ZERO);
            let product = factors
                .iter()
                .fold(one, |product, at| product.times(number(at)));
            Some(product.to_money())
        }
        Test::AtMost(bound) | Test::AtLeast(bound) => {
            let limit = match bound {
                Bound::Value { number, .. } => *number,
                Bound::Field(at) => number(at),
            };
            let at_most = matches!(rule.test, Test::AtMost(_));
            let breached = match number(&rule.field) {
                value if at_most => value > limit,
                value => value < limit,
            };
            breached.then(|| limit.to_string())
        }
        Test::OneOf(values) => values.first().cloned(),
        Test::NotBefore(other) | Test::WithinYears { other, .. } => Some(cells[*other].clone()),
        Test::Same {
            other,
            compare: Likeness::Name,
            ..
        } => Some(cells[*other].clone()),
        Test::GroupSize { .. } => Some("1".to_owned()),
        Test::GroupOne { equals, .. } => equals.first().cloned(),
        // Certificates are made of their holder's number and the first value of each column.
        Test::Same { .. } | Test::Digit { .. } => None,
    };
    if let Some(kept) = kept {
        cells[rule.field] = kept;
    }
}

impl Iterator for SyntheticPeople {
    type Item = SyntheticPerson;

    fn next(&mut self) -> Option<SyntheticPerson> {
        self.person()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::schemas::schema_set::SchemaSet;

    #[test]
    fn the_same_seed_gives_the_same_valid_people() {
        let today = date(2026, 11, 24);
        let people: Vec<_> = SyntheticPeople::from_seed(7, today).take(2_000).collect();
        let again: Vec<_> = SyntheticPeople::from_seed(7, today).take(2_000).collect();
        assert_eq!(people, again);
        for person in &people {
            assert_eq!(CitizenId::parse(person.id.as_str(), today), Ok(person.id));
        }
        let endings_in_x = people
            .iter()
            .filter(|person| person.id.as_str().ends_with('X'));
        assert!((100..300).contains(&endings_in_x.count()));
        let old = people
            .iter()
            .filter(|person| person.id.as_str().starts_with("4128"));
        assert!(
            old.count() > 200,
            "adults carry the prefixes of the former prefecture"
        );
    }

    #[test]
    fn a_row_has_a_cell_for_each_field() {
        let schemas = SchemaSet::built_in().expect("the built-in schemas");
        let mut people = SyntheticPeople::from_seed(1, date(2026, 11, 24));
        let person = people.next().expect("endless");
        for schema in schemas.iter() {
            let row = people.row(schema, &person, 1);
            assert_eq!(row.len(), schema.fields().len(), "{}", schema.id());
        }
    }
}
