//! The closed language of conditions in rule files: field, operator, value; all, any; a household's
//! members; months and years up to a day.

use jiff::civil::Date;
use serde::Deserialize;

use super::rule_data::{RuleDataError, broken};
use crate::casework::{self, ColumnName, ThresholdId, Thresholds};
use crate::values::number::Number;

/// A condition as a rule file writes it, fields by name.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum ConditionDocument {
    All(Vec<ConditionDocument>),
    Any(Vec<ConditionDocument>),
    Not(Box<ConditionDocument>),
    SomeMember(Box<ConditionDocument>),
    NoMember(Box<ConditionDocument>),
    Is(ValuesDocument),
    IsNot(ValuesDocument),
    Contains(ValuesDocument),
    ContainsNone(ValuesDocument),
    Filled(Vec<String>),
    Empty(Vec<String>),
    AtLeast(NumberDocument),
    AtMost(NumberDocument),
    MonthsSince(MonthsDocument),
    MonthsBetween(SpanDocument),
    Age(AgeDocument),
    Threshold(ThresholdId),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ValuesDocument {
    fields: Vec<String>,
    values: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NumberDocument {
    field: String,
    value: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MonthsDocument {
    field: String,
    at_least: i32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SpanDocument {
    from: String,
    to: String,
    at_most: i32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgeDocument {
    field: String,
    at_least: i32,
    at_most: i32,
}

/// A condition whose fields are known, by their place.
#[derive(Debug, Clone)]
pub(crate) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Member {
        some: bool,
        of: Box<Condition>,
    },
    Text {
        fields: Vec<usize>,
        test: TextTest,
    },
    Number {
        field: usize,
        bound: Bound,
    },
    MonthsSince {
        field: usize,
        at_least: i32,
    },
    MonthsBetween {
        from: usize,
        to: usize,
        at_most: i32,
    },
    Age {
        field: usize,
        at_least: i32,
        at_most: i32,
    },
}

/// What a text is asked; `wanted` is whether the answer yes or the answer no fulfils the condition.
#[derive(Debug, Clone)]
pub(crate) enum TextTest {
    OneOf { wanted: bool, values: Vec<String> },
    Contains { wanted: bool, values: Vec<String> },
    Filled { wanted: bool },
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    AtLeast(Number),
    AtMost(Number),
    MoreThan(Number),
}

/// What conditions look at.
pub(crate) trait Subject {
    /// The value of a field; empty where there is none.
    fn value(&self, field: usize) -> &str;
    /// Whether somebody of the same household, this one included, passes a test.
    fn some_member(&self, test: &dyn Fn(&dyn Subject) -> bool) -> bool;
}

const MOST_PARTS: usize = 64;

/// Understands the conditions of one rule, whose id goes into errors.
struct Reading<'d> {
    rule: &'d str,
    position: &'d dyn Fn(&str) -> Option<usize>,
    /// The lines that a condition may name, where it may.
    thresholds: Option<&'d Thresholds>,
}

impl Reading<'_> {
    fn condition(&self, document: &ConditionDocument) -> Result<Condition, RuleDataError> {
        let member = |some, document| {
            let of = Box::new(self.condition(document)?);
            Ok(Condition::Member { some, of })
        };
        match document {
            ConditionDocument::All(documents) => Ok(Condition::All(self.parts(documents)?)),
            ConditionDocument::Any(documents) => Ok(Condition::Any(self.parts(documents)?)),
            ConditionDocument::Not(document) => {
                Ok(Condition::Not(Box::new(self.condition(document)?)))
            }
            ConditionDocument::SomeMember(document) => member(true, document),
            ConditionDocument::NoMember(document) => member(false, document),
            ConditionDocument::Is(document) => self.one_of(true, document),
            ConditionDocument::IsNot(document) => self.one_of(false, document),
            ConditionDocument::Contains(document) => self.contains(true, document),
            ConditionDocument::ContainsNone(document) => self.contains(false, document),
            ConditionDocument::Filled(names) => self.filled(true, names),
            ConditionDocument::Empty(names) => self.filled(false, names),
            ConditionDocument::AtLeast(document) => self.number(document, Bound::AtLeast),
            ConditionDocument::AtMost(document) => self.number(document, Bound::AtMost),
            ConditionDocument::MonthsSince(document) => Ok(Condition::MonthsSince {
                field: self.field(&document.field)?,
                at_least: document.at_least,
            }),
            ConditionDocument::MonthsBetween(document) => Ok(Condition::MonthsBetween {
                from: self.field(&document.from)?,
                to: self.field(&document.to)?,
                at_most: document.at_most,
            }),
            ConditionDocument::Age(document) => Ok(Condition::Age {
                field: self.field(&document.field)?,
                at_least: document.at_least,
                at_most: document.at_most,
            }),
            ConditionDocument::Threshold(id) => self.threshold(id),
        }
    }

    /// A line of the thresholds, over the column that it is about.
    fn threshold(&self, id: &ThresholdId) -> Result<Condition, RuleDataError> {
        let found = self.thresholds.and_then(|lines| lines.get(id));
        let line = found.ok_or_else(|| broken(self.rule, "lines that thresholds.json has"))?;
        let field = self.field(line.column().as_str())?;
        let number = |bound| Ok(Condition::Number { field, bound });
        match line.bound() {
            casework::Bound::AtLeast(limit) => number(Bound::AtLeast(limit.number())),
            casework::Bound::MoreThan(limit) => number(Bound::MoreThan(limit.number())),
            casework::Bound::AtMost(limit) => number(Bound::AtMost(limit.number())),
            casework::Bound::OneOf(values) => {
                let (wanted, values) = (true, values.clone());
                Ok(Condition::Text {
                    fields: vec![field],
                    test: TextTest::OneOf { wanted, values },
                })
            }
        }
    }

    fn parts(&self, documents: &[ConditionDocument]) -> Result<Vec<Condition>, RuleDataError> {
        if documents.is_empty() || documents.len() > MOST_PARTS {
            return Err(broken(self.rule, "1 to 64 conditions under all and any"));
        }
        documents.iter().map(|part| self.condition(part)).collect()
    }

    fn field(&self, name: &str) -> Result<usize, RuleDataError> {
        let found = (self.position)(name);
        found.ok_or_else(|| broken(self.rule, "conditions on columns that exist"))
    }

    fn fields(&self, names: &[String]) -> Result<Vec<usize>, RuleDataError> {
        if names.is_empty() {
            return Err(broken(self.rule, "conditions on one column or more"));
        }
        names.iter().map(|name| self.field(name)).collect()
    }

    fn values(&self, values: &[String]) -> Result<Vec<String>, RuleDataError> {
        if values.is_empty() || values.iter().any(String::is_empty) {
            return Err(broken(
                self.rule,
                "conditions with values that are not empty",
            ));
        }
        Ok(values.to_vec())
    }

    fn one_of(&self, wanted: bool, document: &ValuesDocument) -> Result<Condition, RuleDataError> {
        let values = self.values(&document.values)?;
        let fields = self.fields(&document.fields)?;
        let test = TextTest::OneOf { wanted, values };
        Ok(Condition::Text { fields, test })
    }

    fn contains(
        &self,
        wanted: bool,
        document: &ValuesDocument,
    ) -> Result<Condition, RuleDataError> {
        let values = self.values(&document.values)?;
        let fields = self.fields(&document.fields)?;
        let test = TextTest::Contains { wanted, values };
        Ok(Condition::Text { fields, test })
    }

    fn filled(&self, wanted: bool, names: &[String]) -> Result<Condition, RuleDataError> {
        let fields = self.fields(names)?;
        let test = TextTest::Filled { wanted };
        Ok(Condition::Text { fields, test })
    }

    fn number(
        &self,
        document: &NumberDocument,
        bound: fn(Number) -> Bound,
    ) -> Result<Condition, RuleDataError> {
        let number = Number::parse(&document.value);
        let number = number.ok_or_else(|| broken(self.rule, "bounds that are numbers"))?;
        Ok(Condition::Number {
            field: self.field(&document.field)?,
            bound: bound(number),
        })
    }
}

impl Condition {
    /// Understands a condition; `position` tells the place of a field.
    pub(crate) fn from_document(
        rule: &str,
        document: &ConditionDocument,
        position: &dyn Fn(&str) -> Option<usize>,
    ) -> Result<Self, RuleDataError> {
        let thresholds = None;
        Reading {
            rule,
            position,
            thresholds,
        }
        .condition(document)
    }

    /// The same of a condition that may name lines of the thresholds.
    pub(crate) fn with_thresholds(
        rule: &str,
        document: &ConditionDocument,
        position: &dyn Fn(&str) -> Option<usize>,
        thresholds: &Thresholds,
    ) -> Result<Self, RuleDataError> {
        let thresholds = Some(thresholds);
        Reading {
            rule,
            position,
            thresholds,
        }
        .condition(document)
    }

    /// The condition of a policy, whose language is a part of this one.
    pub(crate) fn from_policy(
        policy: &str,
        condition: &casework::Condition,
        position: &dyn Fn(&str) -> Option<usize>,
    ) -> Result<Self, RuleDataError> {
        let part = |part: &casework::Condition| Self::from_policy(policy, part, position);
        let parts =
            |parts: &[casework::Condition]| parts.iter().map(part).collect::<Result<Vec<_>, _>>();
        let field = |name: &ColumnName| {
            let found = position(name.as_str());
            found.ok_or_else(|| broken(policy, "conditions on columns that exist"))
        };
        let text = |column, test| {
            let fields = vec![field(column)?];
            Ok(Self::Text { fields, test })
        };
        let wanted = true;
        match condition {
            casework::Condition::All(all) => Ok(Self::All(parts(all)?)),
            casework::Condition::Any(any) => Ok(Self::Any(parts(any)?)),
            casework::Condition::Not(not) => Ok(Self::Not(Box::new(part(not)?))),
            casework::Condition::Is { column, values } => {
                let values = values.clone();
                text(column, TextTest::OneOf { wanted, values })
            }
            casework::Condition::Contains {
                column,
                text: within,
            } => {
                let values = vec![within.clone()];
                text(column, TextTest::Contains { wanted, values })
            }
            casework::Condition::Filled { column } => text(column, TextTest::Filled { wanted }),
            casework::Condition::AtLeast { column, value } => {
                let number = Number::parse(&value.to_string());
                let number = number.ok_or_else(|| broken(policy, "bounds that are numbers"))?;
                Ok(Self::Number {
                    field: field(column)?,
                    bound: Bound::AtLeast(number),
                })
            }
        }
    }

    /// Whether the condition holds for somebody on a day.
    pub(crate) fn holds(&self, subject: &dyn Subject, as_of: Date) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(subject, as_of)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(subject, as_of)),
            Self::Not(part) => !part.holds(subject, as_of),
            Self::Member { some, of } => {
                subject.some_member(&|member| of.holds(member, as_of)) == *some
            }
            Self::Text { fields, test } => test.holds(fields, subject),
            Self::Number { field, bound } => match (Number::parse(subject.value(*field)), bound) {
                (Some(number), Bound::AtLeast(bound)) => number >= *bound,
                (Some(number), Bound::AtMost(bound)) => number <= *bound,
                (Some(number), Bound::MoreThan(bound)) => number > *bound,
                (None, _) => false,
            },
            Self::MonthsSince { field, at_least } => {
                months(subject.value(*field)).is_some_and(|from| {
                    // Only the month is known, so the day counts as the month's last.
                    let is_full = as_of.day() == as_of.days_in_month();
                    months_of(as_of) - from - i32::from(!is_full) >= *at_least
                })
            }
            Self::MonthsBetween { from, to, at_most } => {
                match (months(subject.value(*from)), months(subject.value(*to))) {
                    (Some(from), Some(to)) => (0..=*at_most).contains(&(to - from)),
                    _ => false,
                }
            }
            Self::Age {
                field,
                at_least,
                at_most,
            } => age(subject.value(*field), as_of)
                .is_some_and(|years| (*at_least..=*at_most).contains(&years)),
        }
    }

    /// The fields that a list with these columns would need to answer; none if it can. It can with
    /// every part of `all`, one part of `any`, one field of a test of texts.
    pub(crate) fn missing(&self, has: &dyn Fn(usize) -> bool) -> Vec<usize> {
        let absent = |fields: &[usize]| {
            let absent = fields.iter().copied().filter(|field| !has(*field));
            absent.collect::<Vec<_>>()
        };
        match self {
            Self::All(parts) => parts.iter().flat_map(|part| part.missing(has)).collect(),
            Self::Any(parts) => {
                let each: Vec<_> = parts.iter().map(|part| part.missing(has)).collect();
                match each.iter().any(Vec::is_empty) {
                    true => Vec::new(),
                    false => each.concat(),
                }
            }
            Self::Not(of) | Self::Member { of, .. } => of.missing(has),
            Self::Text { fields, .. } if fields.iter().any(|field| has(*field)) => Vec::new(),
            Self::Text { fields, .. } => fields.clone(),
            Self::Number { field, .. }
            | Self::MonthsSince { field, .. }
            | Self::Age { field, .. } => absent(&[*field]),
            Self::MonthsBetween { from, to, .. } => absent(&[*from, *to]),
        }
    }
}

impl TextTest {
    fn holds(&self, fields: &[usize], subject: &dyn Subject) -> bool {
        let some = |test: &dyn Fn(&str) -> bool| {
            let mut texts = fields.iter().map(|field| subject.value(*field));
            texts.any(test)
        };
        match self {
            Self::OneOf { wanted, values } => {
                some(&|text| values.iter().any(|value| value == text)) == *wanted
            }
            Self::Contains { wanted, values } => {
                some(&|text| values.iter().any(|value| text.contains(value))) == *wanted
            }
            Self::Filled { wanted } => some(&|text| !text.is_empty()) == *wanted,
        }
    }
}

/// Months since the year 0, of `YYYY-MM` with or without a day.
fn months(text: &str) -> Option<i32> {
    let mut parts = text.splitn(3, '-');
    let year: i32 = parts.next()?.parse().ok()?;
    let month: i32 = parts.next()?.parse().ok()?;
    (1..=12).contains(&month).then_some(year * 12 + month - 1)
}

fn months_of(date: Date) -> i32 {
    i32::from(date.year()) * 12 + i32::from(date.month()) - 1
}

/// Full years of whoever has an identity number, on a day.
fn age(id: &str, as_of: Date) -> Option<i32> {
    let part = |range: std::ops::Range<usize>| id.get(range)?.parse::<i16>().ok();
    let (year, month, day) = (part(6..10)?, part(10..12)?, part(12..14)?);
    let had_birthday = (i16::from(as_of.month()), i16::from(as_of.day())) >= (month, day);
    Some(i32::from(as_of.year() - year) - i32::from(!had_birthday))
}
