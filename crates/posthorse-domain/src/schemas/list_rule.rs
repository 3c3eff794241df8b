//! The rules of a list that go across columns: data of its schema, read once and trusted afterwards.

use posthorse_package::UntrustedText;
use serde::Deserialize;

use crate::checking::problem::{Level, ProblemCode};
use crate::schemas::list_schema::{BrokenRule, ListSchema, broken};
use crate::values::field_type::FieldType;
use crate::values::number::Number;

/// A rule as a schema file writes it.
#[derive(Debug, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum RuleDocument {
    Sum {
        field: String,
        plus: Vec<String>,
        #[serde(default)]
        minus: Vec<String>,
        code: String,
    },
    Product {
        field: String,
        factors: Vec<String>,
        code: String,
    },
    AtMost {
        field: String,
        value: Option<String>,
        other: Option<String>,
        code: String,
    },
    AtLeast {
        field: String,
        value: Option<String>,
        other: Option<String>,
        code: String,
    },
    OneOf {
        field: String,
        values: Vec<String>,
        code: String,
    },
    NotBefore {
        field: String,
        other: String,
        code: String,
    },
    WithinYears {
        field: String,
        other: String,
        years: i16,
        code: String,
    },
    Same {
        field: String,
        other: String,
        compare: Likeness,
        unless: Option<String>,
        code: String,
    },
    Digit {
        field: String,
        other: String,
        position: usize,
        values: std::collections::BTreeMap<char, String>,
        code: String,
    },
    GroupSize {
        field: String,
        group: String,
        code: String,
    },
    GroupOne {
        field: String,
        group: String,
        equals: Vec<String>,
        code: String,
    },
}

/// How two cells are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Likeness {
    /// As names: whatever their dots, spaces and width.
    Name,
    /// A number that begins with a person's identity number, perhaps behind a `G`, and that number.
    Holder,
}

/// A rule whose fields are known to exist and to hold what the rule needs.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) code: ProblemCode,
    /// The field that a breach is told of.
    pub(crate) field: usize,
    pub(crate) test: Test,
}

/// What a rule asks of a row, or of the rows of a group.
#[derive(Debug, Clone)]
pub(crate) enum Test {
    Sum {
        plus: Vec<usize>,
        minus: Vec<usize>,
    },
    Product {
        factors: Vec<usize>,
    },
    AtMost(Bound),
    AtLeast(Bound),
    OneOf(Vec<String>),
    NotBefore(usize),
    WithinYears {
        other: usize,
        years: i16,
    },
    Same {
        other: usize,
        compare: Likeness,
        unless: Option<usize>,
    },
    Digit {
        other: usize,
        /// Counted from 0.
        at: usize,
        values: Vec<(char, String)>,
    },
    GroupSize {
        group: usize,
    },
    GroupOne {
        group: usize,
        equals: Vec<String>,
    },
}

/// What a number is held against.
#[derive(Debug, Clone)]
pub(crate) enum Bound {
    Value { number: Number, written: String },
    Field(usize),
}

/// How many places a rule may look at; a schema comes from the registry, not from a stranger.
const MOST_TERMS: usize = 32;

impl Rule {
    /// Reads a rule of a schema whose fields are known.
    pub(crate) fn from_document(
        schema: &ListSchema,
        document: &RuleDocument,
    ) -> Result<Self, BrokenRule> {
        let (field, code, test) = Reader(schema).read(document)?;
        let problem = |rule| broken(&format!("posthorse:rules: {field}"), rule);
        let at = schema
            .position(field)
            .ok_or_else(|| problem("the rule names a field"))?;
        let code = ProblemCode::from_code(code).ok_or_else(|| problem("a known problem code"))?;
        let of_group = matches!(test, Test::GroupSize { .. } | Test::GroupOne { .. });
        // A group is complete when the list ends; by then its rows have been accepted.
        let fits = match code.level() {
            Level::Row => !of_group,
            Level::Warning => true,
            Level::File | Level::Info => false,
        };
        if !fits {
            return Err(problem(
                "a code of row or warning level, of warning level for a group",
            ));
        }
        Ok(Self {
            code,
            field: at,
            test,
        })
    }
}

/// Turns names into places.
struct Reader<'s>(&'s ListSchema);

impl Reader<'_> {
    fn read<'d>(&self, document: &'d RuleDocument) -> Result<(&'d str, &'d str, Test), BrokenRule> {
        use RuleDocument as D;
        Ok(match document {
            D::Sum {
                field,
                plus,
                minus,
                code,
            } => {
                let test = Test::Sum {
                    plus: self.numbers(field, plus, 1)?,
                    minus: self.numbers(field, minus, 0)?,
                };
                (self.number(field)?, code, test)
            }
            D::Product {
                field,
                factors,
                code,
            } => {
                let factors = self.numbers(field, factors, 2)?;
                (self.number(field)?, code, Test::Product { factors })
            }
            D::AtMost {
                field,
                value,
                other,
                code,
            } => {
                let bound = self.bound(field, value.as_deref(), other.as_deref())?;
                (self.number(field)?, code, Test::AtMost(bound))
            }
            D::AtLeast {
                field,
                value,
                other,
                code,
            } => {
                let bound = self.bound(field, value.as_deref(), other.as_deref())?;
                (self.number(field)?, code, Test::AtLeast(bound))
            }
            D::OneOf {
                field,
                values,
                code,
            } => (field, code, Test::OneOf(values.clone())),
            D::NotBefore { field, other, code } => (
                self.date(field)?,
                code,
                Test::NotBefore(self.date_at(other)?),
            ),
            D::WithinYears {
                field,
                other,
                years,
                code,
            } => {
                let other = self.date_at(other)?;
                let years = *years;
                (self.date(field)?, code, Test::WithinYears { other, years })
            }
            _ => return self.read_comparison(document),
        })
    }

    fn read_comparison<'d>(
        &self,
        document: &'d RuleDocument,
    ) -> Result<(&'d str, &'d str, Test), BrokenRule> {
        use RuleDocument as D;
        Ok(match document {
            D::Same {
                field,
                other,
                compare,
                unless,
                code,
            } => {
                let unless = unless.as_deref().map(|name| self.at(field, name));
                let test = Test::Same {
                    other: self.at(field, other)?,
                    compare: *compare,
                    unless: unless.transpose()?,
                };
                (field, code, test)
            }
            D::Digit {
                field,
                other,
                position,
                values,
                code,
            } => {
                let at = position.checked_sub(1);
                let values = values.iter().map(|(digit, value)| (*digit, value.clone()));
                let test = Test::Digit {
                    other: self.at(field, other)?,
                    at: at.ok_or_else(|| broken(field, "a position counted from 1"))?,
                    values: values.collect(),
                };
                (field, code, test)
            }
            D::GroupSize { field, group, code } => {
                let group = self.at(field, group)?;
                (self.number(field)?, code, Test::GroupSize { group })
            }
            D::GroupOne {
                field,
                group,
                equals,
                code,
            } => {
                let test = Test::GroupOne {
                    group: self.at(field, group)?,
                    equals: equals.clone(),
                };
                (field, code, test)
            }
            _ => return Err(broken("posthorse:rules", "a rule of this version")),
        })
    }

    fn at(&self, place: &str, name: &str) -> Result<usize, BrokenRule> {
        let found = self.0.position(name);
        found.ok_or_else(|| broken(place, "a rule that names fields of the list"))
    }

    fn typed<'n>(
        &self,
        name: &'n str,
        fits: impl Fn(FieldType) -> bool,
        rule: &'static str,
    ) -> Result<&'n str, BrokenRule> {
        let at = self.at(name, name)?;
        let fits = fits(self.0.fields[at].field_type);
        if fits {
            Ok(name)
        } else {
            Err(broken(name, rule))
        }
    }

    fn number<'n>(&self, name: &'n str) -> Result<&'n str, BrokenRule> {
        self.typed(
            name,
            FieldType::is_number,
            "a rule about numbers names numbers",
        )
    }

    fn date<'n>(&self, name: &'n str) -> Result<&'n str, BrokenRule> {
        let is_date = |one| matches!(one, FieldType::Date | FieldType::Month);
        self.typed(name, is_date, "a rule about dates names dates")
    }

    fn date_at(&self, name: &str) -> Result<usize, BrokenRule> {
        self.date(name)?;
        self.at(name, name)
    }

    fn numbers(
        &self,
        place: &str,
        names: &[String],
        least: usize,
    ) -> Result<Vec<usize>, BrokenRule> {
        if !(least..=MOST_TERMS).contains(&names.len()) {
            return Err(broken(place, "a rule of as many terms as it needs"));
        }
        let at = |name: &String| self.number(name).and_then(|name| self.at(place, name));
        names.iter().map(at).collect()
    }

    fn bound(
        &self,
        place: &str,
        value: Option<&str>,
        other: Option<&str>,
    ) -> Result<Bound, BrokenRule> {
        match (value, other) {
            (Some(value), None) => match Number::parse(value) {
                Some(number) => Ok(Bound::Value {
                    number,
                    written: value.to_owned(),
                }),
                None => Err(broken(place, "a bound in figures")),
            },
            (None, Some(other)) => self.number(other).and_then(|other| {
                let at = self.at(place, other)?;
                Ok(Bound::Field(at))
            }),
            _ => Err(broken(place, "a bound that is either a value or a field")),
        }
    }
}

/// The text of a formula, such as `应缴学费 + 住宿费 − 减免`.
pub(crate) fn formula(
    schema: &ListSchema,
    plus: &[usize],
    sign: char,
    minus: &[usize],
) -> UntrustedText {
    let mut text = String::new();
    for (at, field) in plus.iter().enumerate() {
        if at > 0 {
            text.extend([' ', sign, ' ']);
        }
        text.push_str(&schema.fields[*field].title);
    }
    for field in minus {
        text.push_str(" − ");
        text.push_str(&schema.fields[*field].title);
    }
    UntrustedText::new(text)
}
