//! What is said when something does not succeed: what is wrong, where, and what to do next.

use std::fmt::Display;
use std::io;
use std::path::Path;

use posthorse_package::UntrustedText;
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::language::{Argument, Messages, arg};
use crate::moment;

/// Why a command did not succeed.
///
/// `code` is stable and names the sentences `error-<code>` or `refusal-<code>` and `hint-<code>`;
/// `detail` is the English of the library that refused, for whoever looks closer.
#[derive(Debug, Clone)]
pub struct Failure {
    exit: Exit,
    code: String,
    place: Option<UntrustedText>,
    detail: Option<String>,
    /// The key of a hint that fits better than the code's own.
    advice: Option<Box<str>>,
    arguments: Vec<Argument>,
}

impl Failure {
    /// A failure with a code of our own.
    pub(crate) fn new(exit: Exit, code: &str) -> Self {
        Self {
            exit,
            code: code.to_owned(),
            place: None,
            detail: None,
            advice: None,
            arguments: Vec::new(),
        }
    }

    /// A library's refusal: its stable code, and what it says in English.
    pub(crate) fn refused(code: impl Display, detail: impl Display) -> Self {
        Self::new(Exit::Refused, &code.to_string()).detail(detail)
    }

    /// A file that cannot be read or written.
    pub(crate) fn io(code: &str, path: &Path, cause: &io::Error) -> Self {
        let code = if cause.kind() == io::ErrorKind::StorageFull {
            "disk-full"
        } else {
            code
        };
        if crate::interrupt::is_interruption(cause) {
            return Self::new(Exit::Environment, "interrupted");
        }
        Self::new(Exit::Environment, code)
            .with("path", shown(path))
            .detail(innermost(cause))
    }

    /// Adds a value for the sentence.
    pub(crate) fn with(mut self, name: &'static str, value: impl Display) -> Self {
        self.arguments.push(arg(name, value.to_string()));
        self
    }

    /// Adds the English of the cause.
    pub(crate) fn detail(mut self, detail: impl Display) -> Self {
        self.detail = Some(UntrustedText::new(detail.to_string()).to_string());
        self
    }

    /// Gives another hint than the code's own: `hint-<advice>`, if there is one.
    pub(crate) fn advised(mut self, advice: impl Display) -> Self {
        self.advice = Some(advice.to_string().into());
        self
    }

    /// Says which file it is about.
    pub(crate) fn at(mut self, path: &Path) -> Self {
        self.place = Some(untrusted(path));
        self
    }

    /// How the program ends because of it.
    #[must_use]
    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The code and the English of the cause, where a place has room for no more.
    pub(crate) fn facts(&self) -> String {
        match &self.detail {
            Some(detail) => format!("{}: {detail}", self.code),
            None => self.code.clone(),
        }
    }

    /// What is wrong, in one sentence.
    pub(crate) fn sentence(&self, messages: &Messages) -> String {
        messages
            .find(&format!("error-{}", self.code), &self.arguments)
            .or_else(|| messages.find(&format!("refusal-{}", self.code), &self.arguments))
            .or_else(|| self.detail.clone())
            .unwrap_or_else(|| self.code.clone())
    }

    /// What to do next, where there is advice.
    pub(crate) fn hint(&self, messages: &Messages) -> Option<String> {
        let find = |key: &str| messages.find(&format!("hint-{key}"), &self.arguments);
        let advice = self.advice.as_deref().and_then(find);
        advice.or_else(|| find(&self.code))
    }

    /// The lines that a person reads.
    pub(crate) fn lines(&self, messages: &Messages) -> Vec<String> {
        let sentence = self.sentence(messages);
        let mut lines = vec![match &self.place {
            Some(place) => messages.text(
                "failure-at",
                &[
                    arg("place", place.to_string()),
                    arg("what", sentence.clone()),
                ],
            ),
            None => messages.text("failure", &[arg("what", sentence.clone())]),
        }];
        if let Some(detail) = self.detail.as_ref().filter(|detail| **detail != sentence) {
            lines.push(messages.text(
                "failure-detail",
                &[
                    arg("code", self.code.clone()),
                    arg("detail", moment::within(detail)),
                ],
            ));
        }
        if let Some(hint) = self.hint(messages) {
            lines.push(messages.text("failure-hint", &[arg("hint", hint)]));
        }
        lines
    }

    /// The same for programs.
    pub(crate) fn to_json(&self, messages: &Messages) -> Value {
        json!({
            "code": self.code,
            "message": self.sentence(messages),
            "hint": self.hint(messages),
            "path": self.place.as_ref().map(ToString::to_string),
            "detail": self.detail,
        })
    }
}

/// What the system said, without the name of a temporary file around it.
fn innermost(cause: &io::Error) -> &io::Error {
    let mut found = cause;
    let mut next = cause
        .get_ref()
        .map(|inner| inner as &(dyn std::error::Error + 'static));
    while let Some(error) = next {
        found = error.downcast_ref().unwrap_or(found);
        next = error.source();
    }
    found
}

/// A path as it may be printed.
pub(crate) fn untrusted(path: &Path) -> UntrustedText {
    UntrustedText::new(path.to_string_lossy())
}

/// A path as text that may be printed.
pub(crate) fn shown(path: &Path) -> String {
    untrusted(path).to_string()
}
