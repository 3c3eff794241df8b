//! Telephone numbers as offices write them.

use crate::values::text::compact;

/// The normal form of a cell with one or more telephone numbers, joined by `、`; none if one of
/// them is neither a mobile number of eleven digits nor a fixed one with its area code.
pub(crate) fn phones(text: &str) -> Option<String> {
    let text: String = text
        .chars()
        .map(|c| {
            if matches!(c, '（' | '）' | '(' | ')') {
                ' '
            } else {
                c
            }
        })
        .collect();
    let mut normal = String::new();
    for part in text.split(['/', '、', '，', ',', ';', '；', '\n', '／']) {
        let part = compact(part);
        if part.is_empty() {
            continue;
        }
        if !normal.is_empty() {
            normal.push('、');
        }
        normal.push_str(&phone(&part)?);
    }
    (!normal.is_empty()).then_some(normal)
}

fn phone(text: &str) -> Option<String> {
    let text = text.strip_prefix("+86").unwrap_or(text);
    let text = text.trim_start_matches('-');
    let (number, extension) = split_extension(text);
    let digits: String = number.chars().filter(|c| *c != '-').collect();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = match digits.strip_prefix("86") {
        Some(rest) if rest.len() == 11 => rest.to_owned(),
        _ => digits,
    };
    if digits.len() == 11 && is_mobile(&digits) && extension.is_empty() {
        return Some(digits);
    }
    // An area code is 0 and two or three digits, a subscriber's number seven or eight.
    let is_fixed = digits.starts_with('0') && (10..=12).contains(&digits.len());
    let has_extension = extension.bytes().all(|byte| byte.is_ascii_digit()) && extension.len() <= 6;
    if !is_fixed || !has_extension {
        return None;
    }
    let (area, subscriber) = digits.split_at(area_length(number, &digits));
    let mut normal = format!("{area}-{subscriber}");
    if !extension.is_empty() {
        normal.push('-');
        normal.push_str(extension);
    }
    Some(normal)
}

fn is_mobile(digits: &str) -> bool {
    matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..])
}

/// `0396-2915678-801` and `0396-2915678转801` have an extension.
fn split_extension(text: &str) -> (&str, &str) {
    if let Some((number, extension)) = text.split_once('转') {
        return (number, extension);
    }
    match text.rsplit_once('-') {
        Some((number, extension)) if number.contains('-') && number.len() >= 11 => {
            (number, extension)
        }
        _ => (text, ""),
    }
}

/// Area codes that begin with 01 or 02 have three digits, all others four, unless a hyphen says so.
fn area_length(written: &str, digits: &str) -> usize {
    match written.split_once('-') {
        Some((area, _)) if matches!(area.len(), 3 | 4) => area.len(),
        _ if digits.starts_with("01") || digits.starts_with("02") => 3,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_normal_forms() {
        for (text, normal) in [
            ("13812341234", "13812341234"),
            ("138 1234 1234", "13812341234"),
            ("１３８-１２３４-１２３４", "13812341234"),
            ("+86 13812341234", "13812341234"),
            ("8613812341234", "13812341234"),
            ("0396-2915678", "0396-2915678"),
            ("03962915678", "0396-2915678"),
            ("（0396）2915678", "0396-2915678"),
            ("010-12345678", "010-12345678"),
            ("0396-2915678-801", "0396-2915678-801"),
            ("0396-2915678转801", "0396-2915678-801"),
            ("13812341234/0396-2915678", "13812341234、0396-2915678"),
        ] {
            assert_eq!(phones(text).as_deref(), Some(normal), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "1381234123",
            "138123412345",
            "12812341234",
            "无",
            "2915678",
            "/",
            "0-1",
            "转1",
        ] {
            assert_eq!(phones(text), None, "{text}");
        }
    }
}
