//! What was expected beside what was found, and where the findings are read: the bureau's ledger.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use posthorse_ledger::{CaseRow, CaseStanding, Ledger, PackageRow, SqliteLedger, StoredEvent};
use serde_json::Value;

use crate::clock::civil_date;
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
    /// Rows that belong to no county with an office.
    pub(super) unrouted: usize,
    /// How many promises of the ledger do not hold.
    pub(super) broken: usize,
    /// Payout rows that name no precheck.
    pub(super) payouts_unasked: usize,
    cases: Vec<CaseRow>,
    late_answers: BTreeMap<String, usize>,
    events: Vec<StoredEvent>,
}

/// How many cases of a procedure ended, and how many are in somebody's hands.
#[derive(Debug, Default)]
pub(super) struct Procedure {
    pub(super) id: String,
    pub(super) all: usize,
    pub(super) open: usize,
    pub(super) closed: usize,
    pub(super) withdrawn: usize,
}

impl Books {
    /// The books, if the daemon has begun to write them.
    pub(super) fn open_if_any(dir: &Path) -> Result<Option<Self>, Failure> {
        match dir.join("state/ledger.sqlite").exists() {
            true => Self::open(dir).map(Some),
            false => Ok(None),
        }
    }

    pub(super) fn open(dir: &Path) -> Result<Self, Failure> {
        let failed = |error: posthorse_ledger::LedgerError| {
            Failure::new(Exit::Environment, "demo").detail(error)
        };
        let key = daemon::ledger_key(&Home::at(&dir.join("offices/bureau")))?;
        let ledger = SqliteLedger::open(&dir.join("state/ledger.sqlite"), &key).map_err(failed)?;
        let histories = ledger.case_histories().map_err(failed)?;
        let cases: Vec<CaseRow> = histories.into_iter().map(|history| history.case).collect();
        let packages = ledger.packages(ROWS).map_err(failed)?;
        let mut payouts_unasked = 0;
        for package in packages
            .iter()
            .filter(|row| row.facts.kind.as_str() == "payout_list")
        {
            let rows = ledger
                .report_rows(&package.facts.manifest)
                .map_err(failed)?;
            payouts_unasked += rows.iter().filter(|row| row.precheck.is_none()).count();
        }
        Ok(Self {
            unrouted: ledger.unrouted().map_err(failed)?.len(),
            broken: ledger.broken_invariants().map_err(failed)?.len(),
            payouts_unasked,
            late_answers: late_answers(&cases),
            cases,
            packages,
            events: ledger.events_after(0, ROWS).map_err(failed)?,
        })
    }

    /// The oldest verdict on a kind of package of an office.
    pub(super) fn package(&self, party: &str, kind: &str) -> Result<&PackageRow, Failure> {
        let mut oldest = self.packages.iter().rev();
        let row = oldest
            .find(|row| row.facts.sender.as_str() == party && row.facts.kind.as_str() == kind);
        row.ok_or_else(|| {
            Failure::new(Exit::Refused, "demo").detail(format!("no verdict on {party}"))
        })
    }

    /// How many people a county has to visit or has visited.
    pub(super) fn people_of(&self, county: &str) -> usize {
        let cases = self.cases.iter();
        cases
            .filter(|case| case.procedure.as_str() == "warning" && case.county == county)
            .count()
    }

    /// How the cases of each procedure stand.
    pub(super) fn procedures(&self) -> Vec<Procedure> {
        let mut procedures: BTreeMap<&str, Procedure> = BTreeMap::new();
        for case in &self.cases {
            let procedure = procedures.entry(case.procedure.as_str()).or_default();
            procedure.all += 1;
            match case.standing {
                CaseStanding::Waiting | CaseStanding::Assigned => procedure.open += 1,
                CaseStanding::Closed => procedure.closed += 1,
                CaseStanding::Withdrawn => procedure.withdrawn += 1,
            }
        }
        let named = procedures.into_iter();
        named
            .map(|(id, procedure)| Procedure {
                id: id.to_owned(),
                ..procedure
            })
            .collect()
    }

    /// The last days of warnings handed over on a day, each once.
    pub(super) fn last_days_of(&self, day: &str) -> Vec<String> {
        let warnings = self.cases.iter();
        let tasks = warnings
            .filter(|case| case.procedure.as_str() == "warning")
            .flat_map(|case| &case.tasks)
            .filter(|task| civil_date(task.dispatched_at).to_string() == day);
        let days: BTreeSet<String> = tasks
            .filter_map(|task| Some(task.due?.on.to_string()))
            .collect();
        days.into_iter().collect()
    }

    /// How many of a county's warnings were settled after their last day.
    pub(super) fn late_answers_of(&self, county: &str) -> usize {
        self.late_answers.get(county).copied().unwrap_or_default()
    }

    /// Who was urged since an earlier look.
    pub(super) fn urged_since(&self, before: Option<&Books>) -> Result<Vec<String>, Failure> {
        let mut parties = Vec::new();
        for (kind, facts) in self.since(before)? {
            if kind == "urged" {
                parties.push(facts["party"].as_str().unwrap_or_default().to_owned());
            }
        }
        Ok(parties)
    }

    /// How everything ended that was taken in since an earlier look: in words and codes.
    pub(super) fn ends_since(&self, before: &Books) -> Result<Vec<String>, Failure> {
        let mut ends = Vec::new();
        for (kind, facts) in self.since(Some(before))? {
            match kind {
                "replayed" => ends.push(kind.to_owned()),
                "quarantined" | "decided" => {
                    let code = facts["code"].as_str().unwrap_or_default();
                    ends.push(format!("{kind} {code}"));
                }
                _ => {}
            }
        }
        Ok(ends)
    }

    fn since(&self, before: Option<&Books>) -> Result<Vec<(&str, Value)>, Failure> {
        let last = before.and_then(|before| before.events.last());
        let last = last.map_or(0, |event| event.number);
        let new = self.events.iter().filter(|event| event.number > last);
        new.map(|event| {
            let mut facts: Value = serde_json::from_str(&event.facts)
                .map_err(|error| Failure::new(Exit::Internal, "internal").detail(error))?;
            Ok((event.kind.as_str(), facts[&event.kind].take()))
        })
        .collect()
    }
}

fn late_answers(cases: &[CaseRow]) -> BTreeMap<String, usize> {
    let mut counties = BTreeMap::new();
    for case in cases
        .iter()
        .filter(|case| case.procedure.as_str() == "warning")
    {
        let late = case.tasks.iter().any(|task| {
            let settled = task.settled_at.map(civil_date);
            settled.is_some_and(|day| task.due.is_some_and(|due| day > due.on))
        });
        *counties.entry(case.county.clone()).or_default() += usize::from(late);
    }
    counties
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
