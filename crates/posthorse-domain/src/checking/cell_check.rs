//! One cell: its text becomes the normal form of its type, or problems.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::checking::problem::{Problem, ProblemCode};
use crate::schemas::list_schema::Field;
use crate::values::areas::Areas;
use crate::values::bank_account::BankAccount;
use crate::values::calendar_date::{Written, month_text, parse_written};
use crate::values::citizen_id::{CitizenId, CitizenIdFault};
use crate::values::date_range::date_range;
use crate::values::field_type::FieldType;
use crate::values::mask::{mask, mask_number};
use crate::values::money::Money;
use crate::values::number::Number;
use crate::values::phone::phones;
use crate::values::text::{compact, fold_label, has_lost_digits, tidy_name};

/// What cells are checked against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CellContext<'c> {
    pub(crate) areas: &'c Areas,
    pub(crate) today: Date,
}

/// Writes the normal form of a filled cell into `out`, or what is wrong with it into `problems`.
pub(crate) fn check_cell(
    context: CellContext<'_>,
    field: &Field,
    text: &str,
    out: &mut String,
    problems: &mut Vec<Problem>,
) {
    let problem = |code| {
        let masked = mask(field.field_type, field.sensitive, text);
        Problem::new(code).with("value", masked)
    };
    if has_lost_digits(text) {
        let masked = mask_number(text);
        problems.push(Problem::new(ProblemCode::LostDigits).with("value", masked));
        return;
    }
    if text.contains('\u{fffd}') {
        problems.push(problem(ProblemCode::BadCharacter));
        return;
    }
    match field.field_type {
        FieldType::Text | FieldType::RowNumber => out.push_str(text),
        FieldType::Phone => match phones(text) {
            Some(normal) => out.push_str(&normal),
            None => problems.push(problem(ProblemCode::NotAPhone)),
        },
        FieldType::BankAccount => match BankAccount::parse(text) {
            Some(account) => {
                if !account.has_check_digit() {
                    problems.push(problem(ProblemCode::BankCheckDigit));
                }
                out.push_str(account.as_str());
            }
            None => problems.push(problem(ProblemCode::BadCharacter)),
        },
        FieldType::PersonName => match person_name(text) {
            Some(name) => out.push_str(&name),
            None => problems.push(problem(ProblemCode::BadCharacter)),
        },
        FieldType::CitizenId => match CitizenId::parse(text, context.today) {
            Ok(id) => out.push_str(id.as_str()),
            Err(faults) => problems.extend(faults.iter().map(|fault| id_problem(fault, text))),
        },
        FieldType::DisabilityNo => check_disability_no(context, text, out, problems),
        FieldType::Money => match Money::parse(text) {
            Some(money) => out.push_str(&money.to_string()),
            None => problems.push(problem(ProblemCode::NotMoney)),
        },
        FieldType::Decimal => match Number::parse(text) {
            Some(number) => out.push_str(&number.to_string()),
            None => problems.push(problem(ProblemCode::NotMoney)),
        },
        FieldType::DateRange => match date_range(text) {
            Some(span) => out.push_str(&span),
            None => problems.push(problem(ProblemCode::NotADate)),
        },
        FieldType::Date | FieldType::Month => check_date(context, field, text, out, problems),
        FieldType::County => match context.areas.resolve(text) {
            Some(code) => out.push_str(code.as_str()),
            None => problems.push(problem(ProblemCode::UnknownCounty)),
        },
        FieldType::Integer => match integer(text) {
            Some(number) => out.push_str(&number),
            None => {
                problems.push(problem(ProblemCode::NotPermitted).with("allowed", "0、1、2、3…"));
            }
        },
        FieldType::YesNo => match yes_no(text) {
            Some(answer) => out.push_str(answer),
            None => problems.push(problem(ProblemCode::NotPermitted).with("allowed", "是、否")),
        },
        FieldType::Enum => match enum_value(field, text) {
            Some(value) => out.push_str(value),
            None => {
                let allowed = field.values.join("、");
                problems.push(problem(ProblemCode::NotPermitted).with("allowed", allowed));
            }
        },
        FieldType::SchoolYear => match school_year(text) {
            Some(year) => out.push_str(&year),
            None => {
                problems.push(problem(ProblemCode::NotPermitted).with("allowed", "2025-2026"));
            }
        },
    }
}

fn person_name(text: &str) -> Option<Cow<'_, str>> {
    let name = tidy_name(text);
    let fits = !name.is_empty() && !name.chars().any(|c| c.is_numeric() && !is_han(c));
    fits.then_some(name)
}

/// 〇, 一, 二 … count as numeric in Unicode and occur in names.
fn is_han(character: char) -> bool {
    matches!(character, '\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

fn id_problem(fault: &CitizenIdFault, text: &str) -> Problem {
    let value = mask_number(text);
    let problem = |code| Problem::new(code).with("value", value.clone());
    match fault {
        CitizenIdFault::Length(length) => {
            problem(ProblemCode::IdLength).with("length", length.to_string())
        }
        CitizenIdFault::Character => problem(ProblemCode::BadCharacter),
        CitizenIdFault::CheckDigit(expected) => {
            problem(ProblemCode::IdCheckDigit).with("expected", *expected)
        }
        CitizenIdFault::BirthDate(date) => {
            problem(ProblemCode::IdBirthDate).with("date", date.as_str())
        }
        CitizenIdFault::FifteenDigits(proposed) => {
            problem(ProblemCode::IdFifteenDigits).with("proposed", mask_number(proposed))
        }
    }
}

fn check_disability_no(
    context: CellContext<'_>,
    text: &str,
    out: &mut String,
    problems: &mut Vec<Problem>,
) {
    let number = compact(text);
    let length = number.chars().count();
    if matches!(length, 15 | 18) {
        problems.push(id_problem(&CitizenIdFault::Length(length), text));
        return;
    }
    match CitizenId::parse(&number, context.today) {
        Ok(_) => out.push_str(&number.to_ascii_uppercase()),
        Err(faults) => problems.extend(faults.iter().map(|fault| id_problem(fault, text))),
    }
}

fn check_date(
    context: CellContext<'_>,
    field: &Field,
    text: &str,
    out: &mut String,
    problems: &mut Vec<Problem>,
) {
    let value = mask(field.field_type, field.sensitive, text);
    let Some(written) = parse_written(text) else {
        problems.push(Problem::new(ProblemCode::NotADate).with("value", value));
        return;
    };
    if field.not_after_today && written.first_day() > context.today {
        problems.push(Problem::new(ProblemCode::DateAfterToday).with("value", value));
        return;
    }
    match (field.field_type, written) {
        (FieldType::Month, Written::Day(date)) => out.push_str(&month_text(date)),
        (_, written) => out.push_str(&written.to_iso()),
    }
}

fn integer(text: &str) -> Option<String> {
    let text = compact(text);
    let fits = (1..=15).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let number: u64 = if fits {
        text.parse().ok()?
    } else {
        return None;
    };
    Some(number.to_string())
}

fn yes_no(text: &str) -> Option<&'static str> {
    let text = compact(text).to_lowercase();
    match text.as_str() {
        "是" | "有" | "y" | "yes" | "true" | "1" | "√" | "✓" | "✔" | "对" => Some("是"),
        "否" | "无" | "没有" | "n" | "no" | "false" | "0" | "×" | "✗" | "✘" => Some("否"),
        _ => None,
    }
}

fn enum_value<'f>(field: &'f Field, text: &str) -> Option<&'f str> {
    if let Some(value) = field.values.iter().find(|value| *value == text) {
        return Some(value);
    }
    let at = field.value_labels.get(&fold_label(text))?;
    field.values.get(*at).map(String::as_str)
}

fn school_year(text: &str) -> Option<String> {
    let text = compact(text);
    let text = text.strip_suffix("学年").unwrap_or(&text);
    let (first, second) = text.split_once(['-', '–', '—', '~', '至', '/'])?;
    let second = second.trim_start_matches(['-', '—']);
    let year = |text: &str| {
        let fits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u16>().ok().filter(|_| fits)
    };
    let (from, to) = (year(first)?, year(second)?);
    (to == from + 1).then(|| format!("{from}-{to}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_types_have_normal_forms() {
        assert_eq!(school_year("2025—2026学年").as_deref(), Some("2025-2026"));
        assert_eq!(school_year("2025-2027"), None);
        assert_eq!(yes_no(" TRUE"), Some("是"));
        assert_eq!(yes_no("×"), Some("否"));
        assert_eq!(yes_no("不详"), None);
        assert_eq!(integer("００３").as_deref(), Some("3"));
        assert_eq!(integer("3.5"), None);
    }

    #[test]
    fn names_may_hold_han_numerals_but_no_figures() {
        assert_eq!(person_name("王 二").as_deref(), Some("王二"));
        assert_eq!(person_name("㛃〇").as_deref(), Some("㛃〇"));
        for bad in ["张3", "张３", "  ", "张①"] {
            assert_eq!(person_name(bad), None, "{bad}");
        }
    }
}
