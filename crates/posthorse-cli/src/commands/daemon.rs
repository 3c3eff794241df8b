//! `posthorse daemon`: the bureau's daemon, and what it has for the operator.

mod quarantine;

use std::path::Path;

use posthorse_daemon::{
    BureauKeys, Clock, Config, Critical, Mode, RunSummary, Shutdown, SystemClock, install_log,
};
use posthorse_domain::mask_number;
use posthorse_ledger::{Ledger, LedgerKey, SqliteLedger};
use serde_json::{Value, json};

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
    }
}

fn run_daemon(arguments: &args::DaemonRun, context: &mut Context) -> Result<Exit, Failure> {
    let config = read_config(&arguments.config)?;
    install_log(config.log);
    let shutdown = Shutdown::new();
    shutdown
        .on_signals()
        .map_err(|error| Failure::new(Exit::Internal, "internal").detail(error))?;
    let source = Source::from_option(arguments.passphrase_file.clone());
    let mode = if arguments.once {
        Mode::Once
    } else {
        Mode::UntilStopped
    };
    let summary = work(&config, &source, (&SystemClock, &shutdown), mode, context)?;
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
    })
}

/// Runs the daemon with the keys of the home that its settings name.
pub(crate) fn work(
    config: &Config,
    source: &Source,
    (clock, shutdown): (&dyn Clock, &Shutdown),
    mode: Mode,
    context: &Context,
) -> Result<RunSummary, Failure> {
    let home = Home::at(&config.home);
    let keys = BureauKeys {
        signing: home.signing_key(source, context)?,
        identities: home.identities(source, context)?,
        ledger: ledger_key(&home)?,
    };
    posthorse_daemon::run(config, &keys, clock, shutdown, mode).map_err(stopped)
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
    let config = read_config(&arguments.config)?;
    let key = ledger_key(&Home::at(&config.home))?;
    let path = config.state.join("ledger.sqlite");
    let failed = |error: posthorse_ledger::LedgerError| {
        Failure::new(Exit::Environment, "daemon").detail(error)
    };
    let ledger = SqliteLedger::open(&path, &key).map_err(failed)?;
    let mut rows = Vec::new();
    for lead in ledger.unrouted().map_err(failed)? {
        let detail: Value = serde_json::from_slice(lead.detail.expose()).unwrap_or_default();
        let text = |field: &str| detail[field].as_str().unwrap_or_default().to_owned();
        rows.push(vec![
            mask_number(&text("id_no")),
            text("county"),
            lead.source.to_string(),
            lead.list.to_string(),
            lead.reason,
        ]);
    }
    context.json(&json!({ "unrouted": rows }))?;
    for row in &rows {
        context.line(&row.join("  "))?;
    }
    Ok(Exit::Good)
}
