//! `posthorse access-log`: who opened, took out or unmasked what; and whether the log is whole.

use posthorse_domain::{date_in_china, kept_until};
use posthorse_ledger::AccessRecord as LedgerAccess;
use posthorse_package::{KindName, Timestamp, UntrustedText};
use serde_json::{Value, json};

use super::desk::LedgerPlace;
use crate::access_log::{AccessLine, AccessRecord, Action};
use crate::args;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::kinds;
use crate::language::arg;
use crate::moment;
use crate::output::{Context, Mark};
use crate::rulebook;

pub(crate) fn run(arguments: &args::AccessLog, context: &mut Context) -> Result<Exit, Failure> {
    let (home, ledger) = match (&arguments.home, &arguments.config) {
        (Some(home), _) => (home.clone(), Vec::new()),
        (None, Some(config)) => {
            let place = LedgerPlace::find(config)?;
            let accesses = place.read()?.accesses();
            let accesses = accesses.map_err(|error| place.failed(&error))?;
            (place.config.home.clone(), accesses)
        }
        (None, None) => return Err(Failure::new(Exit::Usage, "usage")),
    };
    let record = AccessRecord::read(&home)?;
    // Kinds that only the office's registry knows are called by their names, where it can be read.
    let _named_by_code = rulebook::of_home(Some(&home));
    let exit = match record.broken.is_empty() {
        true => Exit::Good,
        false => Exit::Refused,
    };
    let lines = record.lines.iter();
    context.json(&json!({
        "lines": lines.map(line_json).collect::<Vec<_>>(),
        "torn": record.torn,
        "broken": record.broken,
        "ledger": ledger.iter().map(ledger_json).collect::<Vec<_>>(),
        "exit": exit.code(),
    }))?;
    print(&record, &ledger, context)?;
    Ok(exit)
}

/// Until which day what was opened is kept, where the casework says so.
fn keep_until(action: Action, kind: Option<&KindName>, at: Timestamp) -> Option<String> {
    let kind = kind.filter(|_| action == Action::Open)?;
    let months = kinds::find(kind)?.retention_months();
    Some(kept_until(date_in_china(at), months).to_string())
}

fn line_json(line: &AccessLine) -> Value {
    json!({
        "number": line.number,
        "at": line.at,
        "user": line.user,
        "person": line.person,
        "party": line.party,
        "action": line.action.word(),
        "what": line.what,
        "manifest": line.manifest,
        "kind": line.kind,
        "purpose": line.purpose,
        "rows": line.rows,
        "keep_until": keep_until(line.action, line.kind.as_ref(), line.at),
    })
}

fn ledger_json(access: &LedgerAccess) -> Value {
    json!({
        "at": access.at,
        "user": access.user,
        "person": access.person,
        "action": access.action,
        "what": access.subject,
        "purpose": access.reason,
        "rows": access.rows,
    })
}

fn print(
    record: &AccessRecord,
    ledger: &[LedgerAccess],
    context: &mut Context,
) -> Result<(), Failure> {
    let safe = |text: &str| UntrustedText::new(text).to_string();
    let columns = [
        "column-time",
        "column-user",
        "column-person",
        "column-action",
        "column-what",
        "column-kind",
        "column-rows",
        "column-purpose",
        "column-keep-until",
    ];
    let header = columns.map(|key| context.messages.word(key));
    let mut rows: Vec<(Timestamp, Vec<String>)> = Vec::new();
    for line in &record.lines {
        let action = format!("action-{}", line.action.word());
        let kind = line.kind.as_ref();
        let until = keep_until(line.action, kind, line.at);
        let cells = vec![
            moment::shown(line.at),
            safe(&line.user),
            safe(line.person.as_deref().unwrap_or("-")),
            context.messages.word(&action),
            safe(&line.what),
            kind.map_or_else(
                || "-".to_owned(),
                |kind| kinds::title(kind.as_str(), &context.messages),
            ),
            line.rows.to_string(),
            safe(line.purpose.as_deref().unwrap_or("-")),
            until.unwrap_or_else(|| "-".to_owned()),
        ];
        rows.push((line.at, cells));
    }
    for access in ledger {
        let known = context
            .messages
            .find(&format!("action-{}", access.action), &[]);
        let cells = vec![
            moment::shown(access.at),
            safe(&access.user),
            safe(&access.person),
            known.unwrap_or_else(|| safe(&access.action)),
            safe(&access.subject),
            "-".to_owned(),
            access.rows.to_string(),
            safe(&access.reason),
            "-".to_owned(),
        ];
        rows.push((access.at, cells));
    }
    rows.sort_by_key(|(at, _)| *at);
    let rows: Vec<Vec<String>> = rows.into_iter().map(|(_, cells)| cells).collect();
    if rows.is_empty() {
        context.say("access-log-empty", &[])?;
    } else {
        context.table(&header, &rows)?;
    }
    for at in &record.torn {
        let text = context
            .messages
            .text("access-log-torn", &[arg("line", *at as u64)]);
        context.marked(Mark::Warning, &text)?;
    }
    for at in &record.broken {
        let text = context
            .messages
            .text("access-log-broken", &[arg("line", *at as u64)]);
        context.marked(Mark::Bad, &text)?;
    }
    match record.broken.is_empty() {
        true => {
            let text = context.messages.word("access-log-whole");
            context.marked(Mark::Good, &text)
        }
        false => context.say("access-log-broken-hint", &[]),
    }
}
