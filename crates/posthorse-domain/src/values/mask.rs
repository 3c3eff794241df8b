//! Values as they may be shown: enough to find the cell, too little to be worth leaking.

use crate::values::field_type::FieldType;

/// More consecutive digits than this are somebody's number, whatever the column is called.
const LONGEST_OPEN_NUMBER: usize = 10;
const LONGEST_OPEN_TEXT: usize = 20;

/// The value as a problem may show it.
pub(crate) fn mask(field_type: FieldType, sensitive: bool, value: &str) -> String {
    match field_type {
        FieldType::CitizenId | FieldType::DisabilityNo => mask_number(value),
        FieldType::BankAccount => mask_ends(value, 4, 4),
        FieldType::PersonName => mask_name(value),
        FieldType::Phone => mask_ends(value, 3, 4),
        _ if sensitive => mask_name(value),
        _ if longest_number(value) > LONGEST_OPEN_NUMBER => mask_number(value),
        _ => shorten(value),
    }
}

/// `411721********0017`; less of a number that is shorter.
pub fn mask_number(value: &str) -> String {
    match value.chars().count() {
        15.. => mask_ends(value, 6, 4),
        8..=14 => mask_ends(value, 2, 2),
        _ => mask_name(value),
    }
}

/// `张*`, `欧**`.
pub(crate) fn mask_name(value: &str) -> String {
    let length = value.chars().count();
    if length <= 1 {
        return "*".repeat(length);
    }
    mask_ends(value, 1, 0)
}

fn mask_ends(value: &str, first: usize, last: usize) -> String {
    let length = value.chars().count();
    if length <= first + last {
        return "*".repeat(length.min(LONGEST_OPEN_TEXT));
    }
    let hidden = (length - first - last).min(LONGEST_OPEN_TEXT);
    let mut masked: String = value.chars().take(first).collect();
    masked.extend(std::iter::repeat_n('*', hidden));
    masked.extend(value.chars().skip(length - last));
    masked
}

fn longest_number(value: &str) -> usize {
    let runs = value.split(|c: char| !c.is_numeric());
    runs.map(|run| run.chars().count()).max().unwrap_or(0)
}

fn shorten(value: &str) -> String {
    if value.chars().count() <= LONGEST_OPEN_TEXT {
        return value.to_owned();
    }
    let mut short: String = value.chars().take(LONGEST_OPEN_TEXT).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_masked_in_its_way() {
        for (field_type, value, masked) in [
            (
                FieldType::CitizenId,
                "411721199501010017",
                "411721********0017",
            ),
            (FieldType::CitizenId, "4.11721E+17", "4.*******17"),
            (FieldType::CitizenId, "无", "*"),
            (FieldType::PersonName, "张三", "张*"),
            (FieldType::PersonName, "买买提·艾力", "买*****"),
            (FieldType::Phone, "13812341234", "138****1234"),
            (FieldType::Text, "411721199501010017", "411721********0017"),
            (
                FieldType::BankAccount,
                "6228480000000000018",
                "6228***********0018",
            ),
            (FieldType::BankAccount, "6228", "****"),
            (FieldType::Money, "2万", "2万"),
        ] {
            assert_eq!(mask(field_type, false, value), masked);
        }
        assert_eq!(mask(FieldType::Text, true, "恶性肿瘤"), "恶***");
        assert_eq!(
            mask(FieldType::Text, false, &"长".repeat(30))
                .chars()
                .count(),
            21
        );
    }
}
