//! What happened, told at the end: to people as tables, to programs as JSON.

use std::path::Path;

use posthorse_ledger::PackageRow;
use posthorse_package::Disposition;
use serde_json::{Value, json};

use super::cast;
use super::outcome::{Outcome, Procedure};
use crate::commands::receipt;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::language::{Language, Messages, arg};
use crate::output::Context;

/// Everything that the demonstration has to tell.
#[derive(Debug, Default)]
pub(super) struct Story {
    packages: Vec<Package>,
    counties: Vec<(&'static str, u64)>,
    /// Rows that wait for the operator, since no county's office is theirs.
    pub(super) unrouted: usize,
    pub(super) attacks: Vec<Attack>,
    verification: Option<Verification>,
    /// How many leads of each procedure are closed, and how many in somebody's hands.
    pub(super) procedures: Vec<Procedure>,
    /// Leads that are nobody's.
    pub(super) orphans: u64,
}

/// A package and its verdict, as the ledger has it.
#[derive(Debug)]
struct Package {
    sender: &'static str,
    list: &'static str,
    accepted: u64,
    returned: u64,
    disposition: Disposition,
    code: String,
}

/// An attack and how the ledger says it ended.
#[derive(Debug)]
pub(super) struct Attack {
    pub(super) name: &'static str,
    pub(super) ending: String,
    pub(super) code: String,
}

/// What was verified without keys.
#[derive(Debug)]
struct Verification {
    packages: u64,
    receipts: u64,
    findings: usize,
}

impl Story {
    pub(super) fn add_package(
        &mut self,
        sender: &'static str,
        list: &'static str,
        row: &PackageRow,
    ) {
        self.packages.push(Package {
            sender,
            list,
            accepted: row.verdict.accepted,
            returned: row.verdict.rejected,
            disposition: row.verdict.disposition,
            code: row.verdict.code.clone(),
        });
    }

    pub(super) fn add_county(&mut self, code: &'static str, people: u64) {
        self.counties.push((code, people));
    }

    pub(super) fn verified(&mut self, packages: u64, receipts: u64, findings: usize) {
        self.verification = Some(Verification {
            packages,
            receipts,
            findings,
        });
    }

    /// The tables.
    pub(super) fn tell(&self, context: &mut Context) -> Result<(), Failure> {
        let rows = self.package_rows(&context.messages);
        table(
            context,
            &[
                "fact-sender",
                "demo-list",
                "demo-accepted",
                "demo-returned",
                "fact-disposition",
            ],
            &rows,
        )?;
        let rows = self.county_rows(&context.messages);
        table(context, &["demo-county", "demo-people"], &rows)?;
        context.say("demo-unrouted", &[arg("rows", self.unrouted as u64)])?;
        let rows = self.attack_rows(&context.messages);
        table(context, &["demo-attack", "demo-ending", "demo-code"], &rows)?;
        if let Some(found) = &self.verification {
            context.say(
                "demo-verification",
                &[
                    arg("packages", found.packages),
                    arg("receipts", found.receipts),
                    arg("findings", found.findings as u64),
                ],
            )?;
        }
        let rows = self.procedure_rows(&context.messages);
        let header = [
            "demo-procedure",
            "demo-open",
            "demo-closed-count",
            "demo-withdrawn",
        ];
        table(context, &header, &rows)?;
        context.say("demo-orphans", &[arg("leads", self.orphans)])
    }

    fn procedure_rows(&self, messages: &Messages) -> Vec<Vec<String>> {
        let rows = self.procedures.iter().map(|procedure| {
            vec![
                messages.word(&format!("demo-procedure-{}", procedure.id)),
                procedure.open.to_string(),
                procedure.closed.to_string(),
                procedure.withdrawn.to_string(),
            ]
        });
        rows.collect()
    }

    fn package_rows(&self, messages: &Messages) -> Vec<Vec<String>> {
        let rows = self.packages.iter().map(|package| {
            vec![
                office(package.sender, messages),
                list(package.list, messages),
                package.accepted.to_string(),
                package.returned.to_string(),
                receipt::disposition(package.disposition, messages),
            ]
        });
        rows.collect()
    }

    fn county_rows(&self, messages: &Messages) -> Vec<Vec<String>> {
        let counties = self.counties.iter();
        counties
            .map(|(code, people)| vec![office(code, messages), people.to_string()])
            .collect()
    }

    fn attack_rows(&self, messages: &Messages) -> Vec<Vec<String>> {
        let rows = self.attacks.iter().map(|attack| {
            vec![
                messages.word(&format!("demo-attack-{}", attack.name)),
                messages.word(&format!("demo-ending-{}", attack.ending)),
                attack.code.clone(),
            ]
        });
        rows.collect()
    }

    /// The same for programs, with every comparison that was made.
    pub(super) fn to_json(&self, dir: Option<&Path>, outcomes: &[Outcome], exit: Exit) -> Value {
        let mut steps: Vec<Value> = Vec::new();
        for group in outcomes.chunk_by(|one, next| one.step == next.step) {
            let comparisons: Vec<Value> = group
                .iter()
                .map(|outcome| {
                    json!({
                        "what": outcome.what,
                        "expected": outcome.expected,
                        "found": outcome.found,
                        "good": outcome.is_expected(),
                    })
                })
                .collect();
            let step = group.first().map_or("", |outcome| outcome.step);
            steps.push(json!({
                "step": step.trim_start_matches("demo-"),
                "good": group.iter().all(Outcome::is_expected),
                "comparisons": comparisons,
            }));
        }
        json!({
            "dir": dir.map(shown),
            "steps": steps,
            "packages": self.packages.iter().map(|package| json!({
                "sender": package.sender,
                "list": package.list,
                "accepted": package.accepted,
                "returned": package.returned,
                "disposition": package.disposition,
                "code": package.code,
            })).collect::<Vec<_>>(),
            "counties": self.counties.iter().map(|(code, people)| json!({
                "county": code,
                "people": people,
            })).collect::<Vec<_>>(),
            "unrouted": self.unrouted,
            "attacks": self.attacks.iter().map(|attack| json!({
                "attack": attack.name,
                "ending": attack.ending,
                "code": attack.code,
            })).collect::<Vec<_>>(),
            "verification": self.verification.as_ref().map(|found| json!({
                "packages": found.packages,
                "receipts": found.receipts,
                "findings": found.findings,
            })),
            "procedures": self.procedures.iter().map(|procedure| json!({
                "procedure": procedure.id,
                "cases": procedure.all,
                "open": procedure.open,
                "closed": procedure.closed,
                "withdrawn": procedure.withdrawn,
            })).collect::<Vec<_>>(),
            "orphans": self.orphans,
            "exit": exit.code(),
        })
    }
}

fn table(context: &mut Context, header: &[&str], rows: &[Vec<String>]) -> Result<(), Failure> {
    let header: Vec<String> = header
        .iter()
        .map(|key| context.messages.word(key))
        .collect();
    context.table(&header, rows)
}

/// Names are Chinese; whoever reads English gets the ids that packages carry.
pub(super) fn office(party: &str, messages: &Messages) -> String {
    match messages.language() {
        Language::Chinese => cast::name_of(party).unwrap_or(party).to_owned(),
        Language::English => party.to_owned(),
    }
}

pub(super) fn list(id: &str, messages: &Messages) -> String {
    match messages.language() {
        Language::Chinese => super::lists::title(id).unwrap_or_else(|| id.to_owned()),
        Language::English => id.to_owned(),
    }
}
