//! What is to be traced: told by its form, never by trying one after another in the ledger.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use posthorse_domain::{CitizenId, Date, mask_number};
use posthorse_ledger::Secret;
use posthorse_package::{Digest, Limits, PackageId, Sealed};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::files;
use crate::output::Context;

/// A thing whose way can be shown.
pub(super) enum Subject {
    /// A person, by number.
    Person(Secret),
    /// A case, by id.
    Case(String),
    /// A package, by its sender's id for it.
    PackageId(PackageId),
    /// A package, by its manifest's digest.
    Package(Digest),
}

impl Subject {
    pub(super) fn parse(text: &str, today: Date) -> Result<Self, Failure> {
        if let Ok(digest) = text.parse() {
            return Ok(Self::Package(digest));
        }
        if let Ok(id) = text.parse() {
            return Ok(Self::PackageId(id));
        }
        if is_case_id(text) {
            return Ok(Self::Case(text.to_owned()));
        }
        if let Ok(person) = CitizenId::parse(text, today) {
            return Ok(Self::person(&person));
        }
        let path = Path::new(text);
        // Whatever names a file is told as it is; anything else may be a number with a slip in it.
        if path.is_file() || path.extension().is_some() {
            return Self::package_in(path);
        }
        Err(Failure::new(Exit::Usage, "nothing-to-trace").with("what", mask_number(text)))
    }

    /// The number in the first line of a file, or of standard input for `-`.
    pub(super) fn from_file(path: &Path, today: Date) -> Result<Self, Failure> {
        let text = if files::is_standard_stream(path) {
            let mut line = String::new();
            std::io::stdin().read_line(&mut line).map_err(|cause| {
                Failure::new(Exit::Environment, "cannot-read-answer").detail(cause)
            })?;
            line
        } else {
            files::read_text(path)?
        };
        Self::number(&text, today)
    }

    /// Asks for the number at the terminal, where it is not shown.
    pub(super) fn prompt(today: Date, context: &Context) -> Result<Self, Failure> {
        let question = context.messages.word("trace-prompt");
        let text = rpassword::prompt_password(question)
            .map_err(|cause| Failure::new(Exit::Usage, "trace-of-what").detail(cause))?;
        Self::number(&text, today)
    }

    fn number(text: &str, today: Date) -> Result<Self, Failure> {
        let line = text.lines().next().unwrap_or_default().trim();
        let person = CitizenId::parse(line, today).map_err(|_| {
            Failure::new(Exit::Usage, "not-a-citizen-id").with("what", mask_number(line))
        })?;
        Ok(Self::person(&person))
    }

    fn person(person: &CitizenId) -> Self {
        Self::Person(Secret::new(person.as_str().as_bytes().to_vec()))
    }

    fn package_in(path: &Path) -> Result<Self, Failure> {
        let file: File = files::open(path)?;
        let sealed = Sealed::read(BufReader::new(file), &Limits::default())?;
        // Whatever it claims, the ledger knows only packages that were verified under this digest.
        Ok(Self::Package(sealed.untrusted_manifest_digest()))
    }

    /// As it may be shown.
    pub(super) fn masked(&self) -> String {
        match self {
            Self::Person(identity) => mask_number(&String::from_utf8_lossy(identity.expose())),
            other => other.for_the_record(),
        }
    }

    /// As it may be kept for ever: a person's number, even masked, is not.
    pub(super) fn for_the_record(&self) -> String {
        match self {
            Self::Person(_) => "person".to_owned(),
            Self::Case(id) => id.clone(),
            Self::PackageId(id) => id.to_string(),
            Self::Package(digest) => digest.to_string(),
        }
    }
}

/// Letters, six digits of a month, `-`, six of a county, `-`, six or more of a number.
fn is_case_id(text: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let mut parts = text.split('-');
    let (Some(head), Some(county), Some(number), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let letters = head.trim_end_matches(|c: char| c.is_ascii_digit());
    let month = &head[letters.len()..];
    !letters.is_empty()
        && letters.bytes().all(|byte| byte.is_ascii_uppercase())
        && (month.len(), county.len()) == (6, 6)
        && number.len() >= 6
        && [month, county, number].into_iter().all(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_is_told_by_its_form() {
        for good in ["W202611-411722-000123", "GC202611-411722-1000000"] {
            assert!(is_case_id(good), "{good}");
        }
        for bad in [
            "W202611-411722",
            "202611-411722-000123",
            "W202611-411722-123",
            "w202611-411722-000123",
            "W20261１-411722-000123",
            "W202611-411722-000123-1",
        ] {
            assert!(!is_case_id(bad), "{bad}");
        }
    }

    #[test]
    fn what_is_kept_or_shown_names_nobody() {
        let today = Date::constant(2026, 11, 24);
        let subject = Subject::parse("41282519700101000X", today).expect("a person");
        assert_eq!(subject.masked(), "412825********000X");
        assert_eq!(subject.for_the_record(), "person");
    }
}
