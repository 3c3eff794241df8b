//! Foreign text, made safe to print.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Text that came from outside: a cell, a file name, a field of a document not yet verified.
///
/// It prints without control characters, line breaks, direction overrides and zero-width
/// characters, each of which shows as `\u{…}`, so a hostile file name cannot move a terminal's
/// cursor or turn `fdp.exe` into `exe.pdf`. [`UntrustedText::as_raw`] gives what was really there.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UntrustedText(String);

impl UntrustedText {
    /// Wraps a text from outside.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text as it came. Compare with it or store it; never print it.
    #[must_use]
    pub fn as_raw(&self) -> &str {
        &self.0
    }
}

fn is_unsafe_to_print(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{00ad}'
                | '\u{061c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

impl fmt::Display for UntrustedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            if is_unsafe_to_print(character) {
                write!(f, "{}", character.escape_unicode())?;
            } else {
                write!(f, "{character}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for UntrustedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

impl From<String> for UntrustedText {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for UntrustedText {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_overrides_do_not_reach_the_terminal() {
        let hostile = UntrustedText::new("\u{1b}[31m张三\u{202e}\n\u{200b}");
        assert_eq!(
            hostile.to_string(),
            "\\u{1b}[31m张三\\u{202e}\\u{a}\\u{200b}"
        );
        assert_eq!(UntrustedText::new("张三·李四").to_string(), "张三·李四");
    }
}
