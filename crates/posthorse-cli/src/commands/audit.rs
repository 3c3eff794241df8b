//! `posthorse audit`: verifies a copied share and archive offline, without keys: the registry, every
//! package and receipt as of its own time, and each against the others.

mod chain;
mod deletions;
mod evidence;
mod findings;

use posthorse_domain::date_in_china;
use posthorse_package::{Timestamp, UntrustedText};
use serde_json::{Value, json};

use self::chain::{Candidate, Chain};
use self::deletions::Deleted;
use self::evidence::Found;
use self::findings::{Examined, Finding, KeyLine};
use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files;
use crate::language::{Argument, Messages, arg};
use crate::moment;
use crate::output::{Context, Mark};

pub(crate) fn run(arguments: &args::Audit, context: &mut Context) -> Result<Exit, Failure> {
    if let Some(as_of) = arguments.as_of {
        context.now = as_of;
    }
    let named = match &arguments.registry {
        Some(path) => Some(Candidate {
            path: shown(path),
            bytes: files::read(path)?,
        }),
        None => None,
    };
    let mut found = evidence::find(&arguments.paths, arguments.registry.as_deref())?;
    let candidates = std::mem::take(&mut found.registries);
    let heard = arguments.root_fingerprint.as_ref();
    let (chain, mut findings) = Chain::link(named, candidates, heard)?;
    if chain.newest().document().expires <= context.now {
        let expires = chain.newest().document().expires;
        let version = chain.newest().document().version;
        findings.push(
            Finding::new("registry-expired", format!("registry {version}")).with("since", expires),
        );
    }
    let evidence = found.judge(&chain, &mut findings, context)?;
    let mut examined = findings::examine(&evidence);
    findings.append(&mut examined.findings);
    let mut deleted = deletions::examine(&evidence);
    findings.append(&mut deleted.findings);
    if evidence.packages.is_empty() && evidence.unproven.is_empty() && evidence.receipts.is_empty()
    {
        findings.push(Finding::new("nothing-found", "."));
    }
    let counts = Counts {
        packages: (evidence.packages.len() + evidence.unproven.len()) as u64,
        receipts: evidence.receipts.len() as u64,
        copies: examined.copies,
        waiting: examined.waiting,
    };
    let exit = match (found.unreadable.is_empty(), findings.is_empty()) {
        (false, _) => Exit::Environment,
        (true, false) => Exit::Refused,
        (true, true) => Exit::Good,
    };
    let outcome = Outcome {
        chain: &chain,
        root_compared: heard.is_some(),
        examined: &examined,
        deleted: &deleted,
        findings: &findings,
        found: &found,
        counts,
    };
    context.json(&outcome.to_json(exit, context.now, &context.messages))?;
    outcome.print(context)?;
    Ok(exit)
}

/// How much was looked at.
struct Counts {
    packages: u64,
    receipts: u64,
    copies: u64,
    waiting: u64,
}

/// All that an audit has to say.
struct Outcome<'a> {
    chain: &'a Chain,
    root_compared: bool,
    examined: &'a Examined,
    deleted: &'a Deleted<'a>,
    findings: &'a [Finding],
    found: &'a Found,
    counts: Counts,
}

impl Outcome<'_> {
    fn print(&self, context: &mut Context) -> Result<(), Failure> {
        let newest = self.chain.newest();
        let versions = [
            arg("from", self.chain.oldest().document().version),
            arg("to", newest.document().version),
            arg("expires", moment::shown(newest.document().expires)),
            arg("fingerprint", newest.root_fingerprint().to_string()),
        ];
        context.say("audit-registry", &versions)?;
        if !self.root_compared {
            context.say("audit-root-not-compared", &[])?;
        }
        let columns = [
            "column-sender",
            "column-person",
            "column-key",
            "column-packages",
            "column-numbers",
            "disposition-accepted",
            "disposition-accepted-in-part",
            "disposition-rejected",
            "column-unanswered",
        ];
        let header = columns.map(|key| context.messages.word(key));
        let lines = self.examined.keys.iter();
        let rows: Vec<Vec<String>> = lines.map(|line| self.key_row(line)).collect();
        if !rows.is_empty() {
            context.table(&header, &rows)?;
        }
        for record in &self.deleted.records {
            let said = [
                arg("number", record.number),
                arg("day", date_in_china(record.deleted_at).to_string()),
                arg("packages", record.packages.len() as u64),
                arg("cases", record.cases),
            ];
            context.say("audit-deleted", &said)?;
        }
        for finding in self.findings {
            let text = sentence(finding, &context.messages);
            let place = UntrustedText::new(finding.place.clone()).to_string();
            let code = arg("code", finding.code);
            let line = [arg("place", place), arg("what", text), code];
            let line = context.messages.text("audit-finding", &line);
            context.marked(Mark::Bad, &line)?;
            let hint = context.messages.word(&hint_key(finding));
            context.say("failure-hint", &[arg("hint", hint)])?;
        }
        for (place, why) in &self.found.unreadable {
            let why = UntrustedText::new(why.clone()).to_string();
            let line = [arg("path", place.clone()), arg("why", why)];
            let line = context.messages.text("audit-unreadable", &line);
            context.marked(Mark::Warning, &line)?;
        }
        self.print_sums(context)
    }

    fn print_sums(&self, context: &mut Context) -> Result<(), Failure> {
        let sums = [
            arg("packages", self.counts.packages),
            arg("receipts", self.counts.receipts),
            arg("copies", self.counts.copies),
            arg("waiting", self.counts.waiting),
        ];
        context.say("audit-looked-at", &sums)?;
        let left = [
            arg("quarantined", self.found.quarantined),
            arg("hidden", self.found.hidden),
            arg("links", self.found.links),
            arg("drafts", self.found.drafts),
            arg("other", self.found.passed_over),
            arg("unreadable", self.found.unreadable.len() as u64),
        ];
        context.say("audit-not-looked-at", &left)?;
        let count = arg("count", self.findings.len() as u64);
        match self.findings.is_empty() {
            true => context.say("audit-clean", &[]),
            false => context.say("audit-sum", &[count]),
        }
    }

    fn person(&self, line: &KeyLine) -> String {
        let entries = self.chain.newest().owner(&line.key);
        let entry = entries.and_then(|party| {
            let mut entries = party.signing_keys.iter();
            entries.find(|entry| entry.key.key_id() == line.key)
        });
        entry.map_or_else(
            || "-".to_owned(),
            |entry| UntrustedText::new(entry.person.clone()).to_string(),
        )
    }

    fn key_row(&self, line: &KeyLine) -> Vec<String> {
        let key: String = line.key.to_string().chars().take(12).collect();
        vec![
            line.sender.to_string(),
            self.person(line),
            key,
            line.packages.to_string(),
            format!("{}–{}", line.first, line.last),
            line.accepted.to_string(),
            line.in_part.to_string(),
            line.rejected.to_string(),
            line.unanswered.to_string(),
        ]
    }

    fn to_json(&self, exit: Exit, as_of: Timestamp, messages: &Messages) -> Value {
        let newest = self.chain.newest();
        let findings = self.findings.iter().map(|finding| {
            let facts = finding.facts.iter();
            let facts = facts.map(|(name, value)| ((*name).to_owned(), Value::from(value.clone())));
            json!({
                "code": finding.code,
                "place": UntrustedText::new(finding.place.clone()).to_string(),
                "message": sentence(finding, messages),
                "hint": messages.word(&hint_key(finding)),
                "facts": Value::Object(facts.collect()),
            })
        });
        let keys = self.examined.keys.iter().map(|line| {
            json!({
                "sender": line.sender,
                "person": self.person(line),
                "key": line.key,
                "packages": line.packages,
                "first": line.first,
                "last": line.last,
                "accepted": line.accepted,
                "accepted_in_part": line.in_part,
                "rejected": line.rejected,
                "unanswered": line.unanswered,
            })
        });
        let unreadable = self.found.unreadable.iter();
        json!({
            "as_of": as_of,
            "registry": {
                "oldest": self.chain.oldest().document().version,
                "newest": newest.document().version,
                "digest": newest.digest(),
                "expires": newest.document().expires,
                "root_fingerprint": newest.root_fingerprint().to_string(),
                "root_compared": self.root_compared,
            },
            "keys": keys.collect::<Vec<_>>(),
            "findings": findings.collect::<Vec<_>>(),
            "deletions": self.deleted.records.iter().map(|record| json!({
                "number": record.number,
                "issuer": record.issuer,
                "deleted_at": record.deleted_at,
                "packages": record.packages,
                "cases": record.cases,
            })).collect::<Vec<_>>(),
            "evidence": self.deleted.evidence.iter().map(|(path, manifest, deletion)| json!({
                "path": path,
                "manifest": manifest,
                "deleted_on": deletion.day.to_string(),
                "deletion": deletion.number,
            })).collect::<Vec<_>>(),
            "looked_at": {
                "packages": self.counts.packages,
                "receipts": self.counts.receipts,
                "copies": self.counts.copies,
                "waiting": self.counts.waiting,
            },
            "not_looked_at": {
                "quarantined": self.found.quarantined,
                "hidden": self.found.hidden,
                "links": self.found.links,
                "drafts": self.found.drafts,
                "other": self.found.passed_over,
                "unreadable": unreadable.map(|(path, _)| path.clone()).collect::<Vec<_>>(),
            },
            "exit": exit.code(),
        })
    }
}

/// What is wrong, in one sentence.
fn sentence(finding: &Finding, messages: &Messages) -> String {
    let mut facts: Vec<Argument> = Vec::new();
    for (name, value) in &finding.facts {
        let value = UntrustedText::new(value.clone()).to_string();
        if *name == "refusal" {
            facts.push(arg("what", messages.word(&format!("refusal-{value}"))));
        }
        facts.push(arg(name, moment::within(&value)));
    }
    messages.text(&format!("finding-{}", finding.code), &facts)
}

fn hint_key(finding: &Finding) -> String {
    format!("finding-{}-hint", finding.code)
}
