//! `posthorse daemon delete` (到期销毁): shows what has been kept long enough, and deletes it once
//! somebody has said so.

use posthorse_daemon::{BureauKeys, Critical, DeletionSummary, DuePlan, SystemClock};
use serde_json::{Value, json};

use super::ledger_key;
use crate::args;
use crate::commands::desk::LedgerPlace;
use crate::confirm;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::kinds;
use crate::language::arg;
use crate::output::Context;
use crate::passphrase::Source;

pub(super) fn run(arguments: &args::DaemonDelete, context: &mut Context) -> Result<Exit, Failure> {
    // Looking ahead is for looking: nothing goes before its day.
    if arguments.as_of.is_some() && !arguments.dry_run {
        return Err(Failure::new(Exit::Usage, "delete-only-now"));
    }
    // A key is made only where a ledger is: asking must leave nothing behind.
    let place = LedgerPlace::find(&arguments.config)?;
    let rules = place.rules()?;
    let config = place.config;
    let home = Home::at(&config.home);
    let as_of = arguments.as_of.unwrap_or(context.now);
    let due =
        posthorse_daemon::due_for_deletion(&config, &ledger_key(&home)?, rules.casework(), as_of);
    let due = due.map_err(stopped)?;
    show(&due, context)?;
    if arguments.dry_run || due.is_empty() {
        context.json(&json!({ "as_of": as_of, "due": due_json(&due), "deleted": null }))?;
        return Ok(Exit::Good);
    }
    if !arguments.yes {
        if !confirm::somebody_is_there() {
            return Err(Failure::new(Exit::Usage, "delete-needs-a-yes"));
        }
        if !confirm::confirmed("delete-confirm", &[], context)? {
            return Err(Failure::new(Exit::Refused, "delete-not-confirmed"));
        }
    }
    let source = Source::from_settings(arguments.passphrase_file.clone(), &config);
    let keys = BureauKeys {
        signing: home.signing_key(&source, context)?,
        identities: Vec::new(),
        ledger: ledger_key(&home)?,
    };
    let deleted = posthorse_daemon::delete(&config, &keys, &SystemClock).map_err(stopped)?;
    context.json(&json!({
        "as_of": as_of,
        "due": due_json(&due),
        "deleted": deleted_json(&deleted),
    }))?;
    context.say(
        "delete-done",
        &[
            arg("packages", deleted.packages),
            arg("cases", deleted.cases),
            arg("records", deleted.records),
        ],
    )?;
    Ok(Exit::Good)
}

fn stopped(error: Critical) -> Failure {
    let code = match &error {
        Critical::Locked { .. } => "delete-daemon-at-work",
        Critical::DeletionUnfinished => "deletion-unfinished",
        _ => "daemon",
    };
    Failure::new(Exit::Environment, code).detail(error)
}

fn show(due: &DuePlan, context: &mut Context) -> Result<(), Failure> {
    if due.is_empty() {
        return context.say("delete-nothing", &[]);
    }
    let columns = [
        "column-kind",
        "column-months",
        "column-packages",
        "column-rows",
    ];
    let header = columns.map(|key| context.messages.word(key));
    let rows: Vec<Vec<String>> = due
        .kinds
        .iter()
        .map(|line| {
            vec![
                kinds::title_and_code(line.kind.as_str(), &context.messages),
                line.months.to_string(),
                line.packages.to_string(),
                line.rows.to_string(),
            ]
        })
        .collect();
    if !rows.is_empty() {
        context.table(&header, &rows)?;
    }
    context.say(
        "delete-besides",
        &[
            arg("cases", due.cases),
            arg("quarantined", due.quarantined),
            arg("names", due.names),
            arg("rosters", due.rosters),
        ],
    )
}

fn due_json(due: &DuePlan) -> Value {
    let kinds = due.kinds.iter().map(|line| {
        json!({
            "kind": line.kind,
            "months": line.months,
            "packages": line.packages,
            "rows": line.rows,
        })
    });
    json!({
        "kinds": kinds.collect::<Vec<_>>(),
        "cases": due.cases,
        "quarantined": due.quarantined,
        "names": due.names,
        "rosters": due.rosters,
    })
}

fn deleted_json(deleted: &DeletionSummary) -> Value {
    json!({
        "records": deleted.records,
        "packages": deleted.packages,
        "cases": deleted.cases,
        "quarantined": deleted.quarantined,
        "rosters": deleted.rosters,
    })
}
