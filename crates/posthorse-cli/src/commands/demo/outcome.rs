//! What was expected beside what was found, and where the findings are read: the bureau's ledger.

use std::fs;
use std::path::{Path, PathBuf};

use posthorse_ledger::{DispatchFacts, Ledger, PackageRow, SqliteLedger, StoredEvent};
use serde_json::Value;

use crate::commands::daemon;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::language::arg;
use crate::output::Context;

/// More than a demonstration comes to.
const ROWS: u32 = 10_000;

/// One comparison.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub(super) step: &'static str,
    pub(super) what: String,
    pub(super) expected: String,
    pub(super) found: String,
}

impl Outcome {
    pub(super) fn is_expected(&self) -> bool {
        self.expected == self.found
    }
}

/// How a demonstration ends that found all this: one difference is enough.
pub(super) fn exit(outcomes: &[Outcome]) -> Exit {
    if outcomes.iter().all(Outcome::is_expected) {
        Exit::Good
    } else {
        Exit::Refused
    }
}

/// Says how many comparisons held, and each one that did not.
pub(super) fn tell(outcomes: &[Outcome], context: &mut Context) -> Result<(), Failure> {
    for outcome in outcomes.iter().filter(|outcome| !outcome.is_expected()) {
        context.warn(
            "demo-difference",
            &[
                arg("what", outcome.what.clone()),
                arg("expected", outcome.expected.clone()),
                arg("found", outcome.found.clone()),
            ],
        );
    }
    let held = outcomes.iter().filter(|outcome| outcome.is_expected());
    let held = held.count() as u64;
    context.say(
        "demo-compared",
        &[arg("held", held), arg("all", outcomes.len() as u64)],
    )
}

/// What the bureau has written down.
pub(super) struct Books {
    pub(super) packages: Vec<PackageRow>,
    pub(super) dispatches: Vec<DispatchFacts>,
    /// Rows that belong to no county with an office.
    pub(super) unrouted: usize,
    events: Vec<StoredEvent>,
}

impl Books {
    pub(super) fn open(dir: &Path) -> Result<Self, Failure> {
        let failed = |error: posthorse_ledger::LedgerError| {
            Failure::new(Exit::Environment, "demo").detail(error)
        };
        let key = daemon::ledger_key(&Home::at(&dir.join("offices/bureau")))?;
        let ledger = SqliteLedger::open(&dir.join("state/ledger.sqlite"), &key).map_err(failed)?;
        Ok(Self {
            packages: ledger.packages(ROWS).map_err(failed)?,
            dispatches: ledger.dispatches().map_err(failed)?,
            unrouted: ledger.unrouted().map_err(failed)?.len(),
            events: ledger.events_after(0, ROWS).map_err(failed)?,
        })
    }

    /// The verdict on the one package of an office.
    pub(super) fn package(&self, party: &str) -> Result<&PackageRow, Failure> {
        let row = self
            .packages
            .iter()
            .find(|row| row.facts.sender.as_str() == party);
        row.ok_or_else(|| {
            Failure::new(Exit::Refused, "demo").detail(format!("no verdict on {party}"))
        })
    }

    /// How many people a county was given.
    pub(super) fn people_sent_to(&self, county: &str) -> u64 {
        let dispatches = self.dispatches.iter();
        dispatches
            .filter(|dispatch| dispatch.county == county)
            .map(|dispatch| dispatch.people)
            .sum()
    }

    /// How everything ended that was taken in since an earlier look: in words and codes.
    pub(super) fn ends_since(&self, before: &Books) -> Result<Vec<String>, Failure> {
        let last = before.events.last().map_or(0, |event| event.number);
        let mut ends = Vec::new();
        for event in self.events.iter().filter(|event| event.number > last) {
            let facts: Value = serde_json::from_str(&event.facts)
                .map_err(|error| Failure::new(Exit::Internal, "internal").detail(error))?;
            let facts = &facts[&event.kind];
            match event.kind.as_str() {
                "replayed" => ends.push(event.kind.clone()),
                "quarantined" | "decided" => {
                    let code = facts["code"].as_str().unwrap_or_default();
                    ends.push(format!("{} {code}", event.kind));
                }
                _ => {}
            }
        }
        Ok(ends)
    }
}

/// What lies in a folder, in the order of the names; nothing where there is no folder.
pub(super) fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let cannot = |error: std::io::Error| Failure::io("cannot-read", folder, &error);
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot)? {
        paths.push(entry.map_err(cannot)?.path());
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_difference_is_enough_for_exit_1() {
        let outcome = |found: &str| Outcome {
            step: "demo-routed",
            what: "verdicts".into(),
            expected: "9".into(),
            found: found.into(),
        };
        assert_eq!(exit(&[outcome("9"), outcome("9")]), Exit::Good);
        assert_eq!(exit(&[outcome("9"), outcome("8")]), Exit::Refused);
    }
}
