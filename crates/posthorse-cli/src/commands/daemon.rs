//! `posthorse daemon`: the bureau's daemon, and what it has for the operator.

mod delete;
mod quarantine;

use std::path::Path;

use posthorse_daemon::{
    BureauKeys, Clock, Config, ConfinementError, Critical, Mode, RunSummary, Shutdown, SystemClock,
    install_log,
};
use posthorse_domain::mask_number;
use posthorse_ledger::{Ledger as _, LedgerKey};
use posthorse_package::UntrustedText;
use serde_json::{Value, json};

use super::desk::{LedgerPlace, Seen};
use crate::access_log::Action;
use crate::args;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::{self, Privacy};
use crate::home::Home;
use crate::output::Context;
use crate::passphrase::Source;

/// The key of the ledger's personal fields, inside the home.
pub(crate) const LEDGER_KEY: &str = "keys/ledger.key";

pub(crate) fn run(command: &args::Daemon, context: &mut Context) -> Result<Exit, Failure> {
    match command {
        args::Daemon::Run(arguments) => run_daemon(arguments, context),
        args::Daemon::Unrouted(arguments) => unrouted(arguments, context),
        args::Daemon::Quarantine(arguments) => quarantine::run(arguments, context),
        args::Daemon::Delete(arguments) => delete::run(arguments, context),
    }
}

fn run_daemon(arguments: &args::DaemonRun, context: &mut Context) -> Result<Exit, Failure> {
    let config = read_config(&arguments.config)?;
    install_log(config.log);
    let shutdown = Shutdown::new();
    shutdown
        .on_signals()
        .map_err(|error| Failure::new(Exit::Internal, "internal").detail(error))?;
    let source = Source::from_settings(arguments.passphrase_file.clone(), &config);
    let mode = if arguments.once {
        Mode::Once
    } else {
        Mode::UntilStopped
    };
    let keys = unlock(&config, &source, context)?;
    #[cfg(unix)]
    if rustix::process::geteuid().is_root() {
        posthorse_daemon::runs_as_root();
    }
    // Everything that is opened outside the daemon's folders has been opened by now.
    let confined = posthorse_daemon::confine(&config).map_err(unconfined)?;
    let times = (&SystemClock as &dyn Clock, &shutdown);
    let summary = posthorse_daemon::run_confined(&config, &keys, times, mode, &confined);
    let summary = summary.map_err(stopped)?;
    context.json(&summary_json(&summary))?;
    context.say(
        if arguments.once {
            "daemon-once"
        } else {
            "daemon-stopped"
        },
        &[],
    )?;
    Ok(Exit::Good)
}

fn summary_json(summary: &RunSummary) -> Value {
    json!({
        "accepted": summary.accepted,
        "accepted_in_part": summary.accepted_in_part,
        "rejected": summary.rejected,
        "replayed": summary.replayed,
        "quarantined": summary.quarantined,
        "dispatches": summary.dispatches,
        "dispatched_people": summary.dispatched_people,
        "deleted": summary.deleted,
    })
}

/// Runs the daemon with the keys of the home that its settings name, in a process that has other
/// work to do as well and so stays as free as it is.
pub(crate) fn work(
    config: &Config,
    source: &Source,
    (clock, shutdown): (&dyn Clock, &Shutdown),
    mode: Mode,
    context: &Context,
) -> Result<RunSummary, Failure> {
    let keys = unlock(config, source, context)?;
    posthorse_daemon::run(config, &keys, clock, shutdown, mode).map_err(stopped)
}

fn unlock(config: &Config, source: &Source, context: &Context) -> Result<BureauKeys, Failure> {
    let home = Home::at(&config.home);
    Ok(BureauKeys {
        signing: home.signing_key(source, context)?,
        identities: home.identities(source, context)?,
        ledger: ledger_key(&home)?,
    })
}

fn unconfined(error: ConfinementError) -> Failure {
    Failure::new(Exit::Environment, "daemon-not-confined").detail(error)
}

fn stopped(error: Critical) -> Failure {
    Failure::new(Exit::Environment, "daemon").detail(error)
}

pub(crate) fn read_config(path: &Path) -> Result<Config, Failure> {
    let text = files::read_text(path)?;
    let base = std::path::absolute(files::parent(path))
        .map_err(|error| Failure::io("cannot-read", path, &error))?;
    Config::from_toml(&text, &base).map_err(|error| {
        Failure::new(Exit::Usage, "daemon-config")
            .detail(error)
            .at(path)
    })
}

/// The key of the ledger's personal fields, made at the first use and kept beside the others.
pub(crate) fn ledger_key(home: &Home) -> Result<LedgerKey, Failure> {
    let path = home.folder().join(LEDGER_KEY);
    if !path.exists() {
        let mut fresh = [0_u8; 32];
        getrandom::fill(&mut fresh)
            .map_err(|error| Failure::new(Exit::Internal, "internal").detail(error))?;
        files::write_new(&path, &fresh, Privacy::OwnerOnly)?;
    }
    files::require_owner_only(&path)?;
    let bytes = files::read(&path)?;
    let bytes: [u8; 32] = bytes
        .try_into()
        .map_err(|_| Failure::new(Exit::Keys, "key-file-broken").at(&path))?;
    Ok(LedgerKey::from_bytes(bytes))
}

/// Lists, masked, the people that belong to no county.
fn unrouted(arguments: &args::DaemonUnrouted, context: &mut Context) -> Result<Exit, Failure> {
    let place = LedgerPlace::find(&arguments.config)?;
    let leads = place.read()?.unrouted();
    let leads = leads.map_err(|error| place.failed(&error))?;
    let mut rows = Vec::new();
    for lead in leads {
        let detail: Value = serde_json::from_slice(lead.detail.expose()).unwrap_or_default();
        let text = |field: &str| {
            let stated = detail[field].as_str().unwrap_or_default();
            UntrustedText::new(stated).to_string()
        };
        rows.push(vec![
            mask_number(&text("id_no")),
            text("county"),
            lead.source.to_string(),
            lead.list.to_string(),
            lead.reason,
        ]);
    }
    if !rows.is_empty() {
        let seen = Seen {
            action: Action::List,
            subject: "unrouted".to_owned(),
            purpose: arguments.purpose.as_deref(),
            usual: "核实无归属人员的去向",
            rows: rows.len() as u64,
        };
        place.record(&seen, context)?;
    }
    context.json(&json!({ "unrouted": rows }))?;
    for row in &rows {
        context.line(&row.join("  "))?;
    }
    Ok(Exit::Good)
}
