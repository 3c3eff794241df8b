//! Prints findings: what is wrong, where, and what to do.

use serde_json::{Value, json};

use super::facts::Facts;
use super::finding::{Finding, Level};
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::language::{Messages, arg};
use crate::moment;
use crate::output::{Context, Mark};

pub(super) fn print(
    findings: &[Finding],
    facts: &Facts,
    context: &mut Context,
) -> Result<Exit, Failure> {
    let exit = exit(findings);
    let version = env!("CARGO_PKG_VERSION");
    let items: Vec<Value> = findings
        .iter()
        .map(|finding| to_json(finding, &context.messages))
        .collect();
    context.json(&json!({
        "version": version,
        "as_of": facts.now,
        "findings": items,
        "problems": count(findings, Level::Problem),
        "warnings": count(findings, Level::Warning),
        "unable": count(findings, Level::Unable),
        "exit": exit.code(),
    }))?;
    context.say(
        "doctor-head",
        &[
            arg("version", version),
            arg("now", moment::shown_with_zone(facts.now)),
        ],
    )?;
    for finding in findings {
        print_one(finding, context)?;
    }
    let sum = [
        arg("problems", count(findings, Level::Problem)),
        arg("warnings", count(findings, Level::Warning)),
        arg("unable", count(findings, Level::Unable)),
    ];
    context.say("doctor-sum", &sum)?;
    Ok(exit)
}

/// A problem weighs more than what could not be looked at, and warnings are no refusal.
fn exit(findings: &[Finding]) -> Exit {
    if count(findings, Level::Problem) > 0 {
        Exit::Refused
    } else if count(findings, Level::Unable) > 0 {
        Exit::Environment
    } else {
        Exit::Good
    }
}

fn count(findings: &[Finding], level: Level) -> u64 {
    let of_level = findings
        .iter()
        .filter(|finding| finding.name.level() == level);
    of_level.count() as u64
}

fn print_one(finding: &Finding, context: &mut Context) -> Result<(), Failure> {
    let what = sentence(finding, &context.messages);
    let name = finding.name.as_str();
    let line = context
        .messages
        .text("doctor-line", &[arg("what", what), arg("name", name)]);
    match finding.name.level() {
        Level::Problem | Level::Unable => context.marked(Mark::Bad, &line)?,
        Level::Warning => context.marked(Mark::Warning, &line)?,
        Level::Note => context.line(&format!("· {line}"))?,
    }
    match mend(finding, &context.messages) {
        Some(hint) => context.say("failure-hint", &[arg("hint", hint)]),
        None => Ok(()),
    }
}

fn sentence(finding: &Finding, messages: &Messages) -> String {
    let key = format!("doctor-{}", finding.name.as_str());
    messages.text(&key, &finding.arguments)
}

fn mend(finding: &Finding, messages: &Messages) -> Option<String> {
    let key = format!("mend-{}", finding.name.as_str());
    messages.find(&key, &finding.arguments)
}

fn to_json(finding: &Finding, messages: &Messages) -> Value {
    json!({
        "name": finding.name.as_str(),
        "level": finding.name.level().as_str(),
        "path": finding.place.as_deref().map(shown),
        "message": sentence(finding, messages),
        "mend": mend(finding, messages),
    })
}
