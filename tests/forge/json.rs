//! JSON as text, so that every fault that a text can have can be written.

use std::fmt::Write as _;

/// An object: names and the raw text of their values, in the order in which they are written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Object(Vec<(String, String)>);

impl Object {
    /// The object with one more member at its end.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.push((name.into(), value.into()));
        self
    }

    /// The object with another value for a member that it has.
    pub(crate) fn set(mut self, name: &str, value: impl Into<String>) -> Self {
        let at = self.place(name);
        self.0[at].1 = value.into();
        self
    }

    /// The object without a member that it has.
    pub(crate) fn without(mut self, name: &str) -> Self {
        let at = self.place(name);
        self.0.remove(at);
        self
    }

    /// The object with a member behind another.
    pub(crate) fn after(mut self, name: &str, new: &str, value: impl Into<String>) -> Self {
        let at = self.place(name);
        self.0.insert(at + 1, (new.into(), value.into()));
        self
    }

    /// The raw text of a member's value.
    pub(crate) fn get(&self, name: &str) -> &str {
        &self.0[self.place(name)].1
    }

    fn place(&self, name: &str) -> usize {
        let at = self.0.iter().position(|(other, _)| other == name);
        at.unwrap_or_else(|| panic!("no member {name}"))
    }

    /// The object without white space.
    pub(crate) fn text(&self) -> String {
        let members: Vec<String> = self
            .0
            .iter()
            .map(|(name, value)| format!("{}:{value}", text(name)))
            .collect();
        format!("{{{}}}", members.join(","))
    }
}

/// A string of JSON with the shortest escapes.
pub(crate) fn text(value: &str) -> String {
    let mut quoted = String::from("\"");
    for character in value.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            character if character < ' ' => {
                write!(quoted, "\\u{:04x}", character as u32).expect("a String takes all");
            }
            character => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// An array of raw texts.
pub(crate) fn array(items: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let items: Vec<String> = items
        .into_iter()
        .map(|item| item.as_ref().to_owned())
        .collect();
    format!("[{}]", items.join(","))
}
