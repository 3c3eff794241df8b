//! What cells and headers look like once the accidents of typing are taken away.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

/// Zero-width and formatting characters that a copy from a web page or a chat leaves in a cell.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    ) || (character.is_control() && !matches!(character, '\n' | '\r' | '\t'))
}

fn is_margin(character: char) -> bool {
    character.is_whitespace() || is_invisible(character) || matches!(character, '\'' | '’' | '‘')
}

/// Takes away what is not part of the text: spaces of every kind around it, the apostrophe that
/// marks text in Excel, invisible characters anywhere. Healing a healed text changes nothing.
pub(crate) fn heal(text: &str) -> Cow<'_, str> {
    if text.is_ascii() && !text.bytes().any(|byte| byte.is_ascii_control()) {
        let text = text.trim_start_matches(is_margin);
        return Cow::Borrowed(text.trim_end());
    }
    let trimmed = text
        .trim_start_matches(is_margin)
        .trim_end_matches(|c: char| c.is_whitespace() || is_invisible(c));
    if trimmed.chars().any(is_invisible) {
        let visible: String = trimmed.chars().filter(|c| !is_invisible(*c)).collect();
        Cow::Owned(visible)
    } else {
        Cow::Borrowed(trimmed)
    }
}

/// Half-width form without any space, for numbers typed in full width: `４１１ｘ` becomes `411x`.
pub(crate) fn compact(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.nfkc()
            .filter(|c| !c.is_whitespace() && !is_invisible(*c))
            .collect(),
    )
}

/// The form in which headers and permitted values are compared: half width, lower case, without
/// spaces, brackets, separators, the star of a required column, and a trailing `必填`/`选填`.
#[must_use]
pub fn fold_label(text: &str) -> String {
    let folded: String = text
        .nfkc()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    for suffix in ["必填", "选填"] {
        if let Some(rest) = folded.strip_suffix(suffix)
            && !rest.is_empty()
        {
            return rest.to_owned();
        }
    }
    folded
}

/// Whether a text that should be a number or a name holds spaces or figures in full width, which
/// its normal form does not have.
pub(crate) fn has_loose_typing(text: &str) -> bool {
    text.chars()
        .any(|c| c.is_whitespace() || matches!(c, '\u{ff01}'..='\u{ff5e}'))
}

/// Every kind of dot that stands between the parts of a name.
fn is_dot(character: char) -> bool {
    matches!(
        character,
        '\u{b7}' | '•' | '・' | '‧' | '∙' | '．' | '.' | '･' | '⋅'
    )
}

/// A person's name as it is kept: half width, no spaces within a Chinese name, its dot as written.
pub(crate) fn tidy_name(name: &str) -> Cow<'_, str> {
    let plain = |c: char| matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{00b7}');
    if name.chars().all(plain) {
        return Cow::Borrowed(name);
    }
    let mut tidy = String::with_capacity(name.len());
    for character in name.chars().filter(|c| !is_invisible(*c)) {
        if is_dot(character) {
            tidy.push(character);
        } else {
            tidy.extend(std::iter::once(character).nfkc());
        }
    }
    Cow::Owned(without_spaces(&tidy))
}

/// `张  三` is set to the width of three characters by hand; `John Smith` is not.
fn without_spaces(name: &str) -> String {
    if name.chars().any(|c| c.is_ascii_alphabetic()) {
        return name.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    name.chars().filter(|c| !c.is_whitespace()).collect()
}

/// A person's name for comparing: half width, every kind of middle dot as U+00B7, no spaces
/// within a Chinese name (`张  三` is set to the width of three characters by hand).
pub(crate) fn fold_name(name: &str) -> Cow<'_, str> {
    let plain = |c: char| matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{00b7}');
    if name.chars().all(plain) {
        return Cow::Borrowed(name);
    }
    let dotted: String = name
        .chars()
        .map(|c| if is_dot(c) { '\u{00b7}' } else { c })
        .collect();
    let healed: String = dotted.nfkc().filter(|c| !is_invisible(*c)).collect();
    Cow::Owned(without_spaces(&healed))
}

/// Whether the text is a number that a spreadsheet has shortened, such as `4.11721E+17`: sixteen
/// digits or more, of which the last are gone.
pub(crate) fn has_lost_digits(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let mantissa = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    whole.len() == 1
        && digits(whole)
        && digits(fraction)
        && digits(exponent)
        && exponent.parse::<u16>().is_ok_and(|exponent| exponent >= 15)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn healing_trims_what_is_not_text() {
        assert_eq!(heal("\u{3000}'411721 \u{200b}"), "411721");
        assert_eq!(heal("\u{feff}张\u{200b}三\u{a0}"), "张三");
        assert_eq!(heal("上蔡\n县"), "上蔡\n县");
    }

    #[test]
    fn labels_meet_whatever_their_brackets() {
        for label in [
            "县（区）",
            "县(区)",
            " 县 区 ",
            "县／区",
            "*县（区）",
            "县（区）（必填）",
        ] {
            assert_eq!(fold_label(label), "县区", "{label}");
        }
    }

    #[test]
    fn names_meet_whatever_their_dot() {
        assert_eq!(fold_name("买买提•艾力"), "买买提·艾力");
        assert_eq!(fold_name("买买提．艾力"), "买买提·艾力");
        assert_eq!(fold_name("张　 三"), "张三");
        assert_eq!(fold_name("John  Smith"), "John Smith");
    }

    #[test]
    fn names_keep_the_dot_that_was_written() {
        for dot in ['·', '•', '・', '‧', '∙', '．', '.', '･', '⋅'] {
            let written = format!("买买提{dot}艾力");
            assert_eq!(tidy_name(&written), written);
            assert_eq!(fold_name(&written), "买买提·艾力");
        }
        assert_eq!(tidy_name("张　 三"), "张三");
        assert_eq!(tidy_name("Ｊohn  Smith"), "John Smith");
    }

    #[test]
    fn shortened_numbers_are_known() {
        assert!(has_lost_digits("4.11721E+17"));
        assert!(has_lost_digits("4e17"));
        assert!(!has_lost_digits("4.1E+05"));
        assert!(!has_lost_digits("E+17"));
        assert!(!has_lost_digits("411721199501010019"));
    }

    proptest! {
        #[test]
        fn healing_twice_changes_nothing(text in "\\PC*|[ '\u{200b}\u{3000}a1张\\x00-\\x1f]*") {
            let once = heal(&text).into_owned();
            prop_assert_eq!(heal(&once).into_owned(), once);
        }
    }
}
