//! Conditions of rule files, understood: what a field is asked, all, any, a household's members,
//! months and years up to a day.

use jiff::civil::Date;

use super::condition_document::{ConditionDocument, NumberDocument, ValuesDocument};
use super::rule_data::{RuleDataError, broken};
use crate::casework::{self, ColumnName, ThresholdId, Thresholds};
use crate::values::number::Number;

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

/// Understands the conditions of one rule, whose id goes into errors.
struct Reading<'d> {
    rule: &'d str,
    position: &'d dyn Fn(&str) -> Option<usize>,
    /// The lines that a condition may name, where it may.
    thresholds: Option<&'d Thresholds>,
}

impl<'d> Reading<'d> {
    fn of(
        rule: &'d str,
        position: &'d dyn Fn(&str) -> Option<usize>,
        thresholds: Option<&'d Thresholds>,
    ) -> Self {
        Self {
            rule,
            position,
            thresholds,
        }
    }

    fn understand(&self, document: &ConditionDocument) -> Result<Condition, RuleDataError> {
        if let Some(unsound) = document.fault() {
            return Err(broken(self.rule, unsound));
        }
        self.condition(document)
    }

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
        let field = self.field(line.column())?;
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
        documents.iter().map(|part| self.condition(part)).collect()
    }

    fn field(&self, name: &ColumnName) -> Result<usize, RuleDataError> {
        let found = (self.position)(name.as_str());
        found.ok_or_else(|| broken(self.rule, "conditions on columns that exist"))
    }

    fn fields(&self, names: &[ColumnName]) -> Result<Vec<usize>, RuleDataError> {
        names.iter().map(|name| self.field(name)).collect()
    }

    fn one_of(&self, wanted: bool, document: &ValuesDocument) -> Result<Condition, RuleDataError> {
        let values = document.values.clone();
        let fields = self.fields(&document.fields)?;
        let test = TextTest::OneOf { wanted, values };
        Ok(Condition::Text { fields, test })
    }

    fn contains(
        &self,
        wanted: bool,
        document: &ValuesDocument,
    ) -> Result<Condition, RuleDataError> {
        let values = document.values.clone();
        let fields = self.fields(&document.fields)?;
        let test = TextTest::Contains { wanted, values };
        Ok(Condition::Text { fields, test })
    }

    fn filled(&self, wanted: bool, names: &[ColumnName]) -> Result<Condition, RuleDataError> {
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
        Reading::of(rule, position, None).understand(document)
    }

    /// The same of a condition that may name lines of the thresholds.
    pub(crate) fn with_thresholds(
        rule: &str,
        document: &ConditionDocument,
        position: &dyn Fn(&str) -> Option<usize>,
        thresholds: &Thresholds,
    ) -> Result<Self, RuleDataError> {
        Reading::of(rule, position, Some(thresholds)).understand(document)
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
