//! The log: one function for each thing that is said. No content, no name of a person and no name
//! of a sender's file, which often is one, is ever an argument here.

use posthorse_domain::{Certainty, ProcedureId};
use posthorse_ledger::ClaimId;
use posthorse_package::{Digest, Disposition, PartyId, UntrustedText};
use tracing::{error, info, warn};

use crate::config::LogFormat;
use crate::error::{Critical, PerPackage};
use crate::rulebook::RulesFault;

/// Sends the log to the standard error stream. Does nothing when a log is already installed.
pub fn install(format: LogFormat) {
    let builder = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(tracing::Level::INFO)
        .with_target(false);
    // The caller may have its own; a second one is not an error of the daemon.
    let _installed = match format {
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
        LogFormat::Text => builder.with_ansi(false).try_init(),
    };
}

pub(crate) fn started(party: &PartyId, registry_version: u64) {
    info!(event = "started", %party, registry_version, "the daemon works");
}

pub(crate) fn confined(holds: &str, missing: &str) {
    if missing.is_empty() {
        info!(
            event = "confined",
            holds, missing, "the daemon has confined itself"
        );
    } else if holds.is_empty() {
        warn!(
            event = "not-confined",
            missing, "this system cannot confine the daemon"
        );
    } else {
        warn!(
            event = "confined-in-part",
            holds, missing, "this system confines less than it might"
        );
    }
}

/// Says that the daemon runs with every right of the machine, which it has no use for.
pub fn runs_as_root() {
    warn!(event = "runs-as-root", "give the daemon a user of its own");
}

pub(crate) fn stopped() {
    info!(event = "stopped", "the daemon stopped as asked");
}

pub(crate) fn stopped_by(cause: &Critical) {
    error!(event = "stopped-by-error", code = cause.code(), %cause, "the daemon stopped");
}

pub(crate) fn no_watch(cause: &str) {
    let cause = UntrustedText::from(cause);
    warn!(event = "no-watch", %cause, "no events from the inbox; the timed scan finds everything");
}

pub(crate) fn inbox_unreadable(cause: &PerPackage) {
    warn!(event = "inbox-unreadable", %cause, "the next scan tries again");
}

pub(crate) fn registry_advanced(version: u64) {
    info!(
        event = "registry-advanced",
        version, "a new version of the registry is trusted"
    );
}

pub(crate) fn registry_refused(code: &str) {
    warn!(
        event = "registry-refused",
        code, "the published registry is not believed"
    );
}

pub(crate) fn rules_in_force(files: usize) {
    info!(
        event = "rules-in-force",
        files, "the rules of the registry are in force"
    );
}

pub(crate) fn rules_refused(fault: &RulesFault) {
    let (code, cause) = (fault.code(), UntrustedText::new(fault.to_string()));
    error!(event = "rules-refused", alarm = true, code, %cause, "the rules before stay in force");
}

pub(crate) fn recounted(party: &PartyId, moved: usize, told: bool) {
    info!(event = "clocks-recounted", %party, moved, told, "clocks were worked out again");
}

pub(crate) fn skipped(cause: &PerPackage) {
    warn!(event = "skipped", %cause, "the next scan tries again");
}

/// Counted and not named: the name of a file often is the name of a person. The operator finds
/// them in the inbox, and in what the run says at its end.
pub(crate) fn lingering(reason: &'static str, count: usize) {
    warn!(
        event = "lingering",
        reason, count, "has not become a package for a long time"
    );
}

pub(crate) fn claimed(claim: &ClaimId) {
    info!(event = "claimed", %claim, "taken out of the inbox");
}

pub(crate) fn decided(
    claim: &ClaimId,
    manifest: &Digest,
    sender: &PartyId,
    disposition: Disposition,
    code: &str,
) {
    info!(event = "decided", %claim, %manifest, %sender, ?disposition, code, "a package has its verdict");
}

pub(crate) fn replayed(claim: &ClaimId, manifest: &Digest) {
    warn!(event = "replayed", %claim, %manifest, "a decided package came again; same receipt");
}

pub(crate) fn turned_away(claim: &ClaimId, manifest: &Digest) {
    warn!(event = "turned-away", %claim, %manifest, "a copy lacks signatures; answered, not decided");
}

pub(crate) fn quarantined(claim: &ClaimId, code: &str) {
    if code == crate::engine::PLAINTEXT_LIST {
        error!(event = "quarantined", alarm = true, %claim, code, "a list lay open in the inbox");
    } else {
        warn!(event = "quarantined", %claim, code, "put away for the operator");
    }
}

pub(crate) fn published(party: &PartyId, digest: &Digest) {
    info!(event = "published", %party, %digest, "a file stands in an outbox");
}

pub(crate) fn dispatched(county: &str, party: &PartyId, manifest: &Digest, people: usize) {
    info!(event = "dispatched", county, %party, %manifest, people, "a county has its warnings");
}

pub(crate) fn fed_back(party: &PartyId, manifest: &Digest, cases: usize) {
    info!(event = "fed-back", %party, %manifest, cases, "a source knows how its cases ended");
}

pub(crate) fn amendment_told(party: &PartyId, manifest: &Digest, notices: usize) {
    info!(event = "amendment-told", %party, %manifest, notices, "an office knows what was withdrawn or corrected");
}

pub(crate) fn lapsed(procedure: &ProcedureId, cases: u64) {
    if cases > 0 {
        warn!(event = "lapsed", %procedure, cases, "closed without the offices that were silent");
    }
}

pub(crate) fn urged(party: &PartyId, manifest: &Digest, matters: usize) {
    warn!(event = "urged", %party, %manifest, matters, "an office is urged of what it owes");
}

pub(crate) fn roster_refused(file: &Digest) {
    error!(event = "roster-refused", %file, "a roster cannot be used; check it");
}

pub(crate) fn rules_skipped(rules: usize) {
    if rules > 0 {
        warn!(
            event = "rules-skipped",
            rules, "the roster lacks columns that these rules ask about"
        );
    }
}

pub(crate) fn screened(file: &Digest, people: u64, rejected: u64, found: usize, opened: u64) {
    info!(event = "screened", %file, people, rejected, found, opened, "a roster was screened for gaps");
}

/// Said once a run for a roster.
pub(crate) fn roster_missing(file: &Digest) {
    error!(event = "roster-missing", %file, "the file of the roster in use is not in the state folder");
}

pub(crate) fn roster_stale(file: &Digest, day: &str) {
    warn!(event = "roster-stale", %file, day, "the roster in use is more than 31 days old");
}

pub(crate) fn roster_sent(party: &PartyId, file: &Digest, people: u64) {
    info!(event = "roster-sent", %party, %file, people, "an office has the roster in use");
}

pub(crate) fn rechecked(file: &Digest, opened: u64) {
    info!(event = "rechecked", %file, opened, "answers go back to their counties");
}

pub(crate) fn policy_not_counted(policy: &str) {
    warn!(
        event = "policy-not-counted",
        policy, "the roster lacks columns by which the policy knows who is entitled"
    );
}

pub(crate) fn no_office(case: &str) {
    error!(
        event = "no-office",
        case, "a case waits: no office in the registry opens for it"
    );
}

pub(crate) fn provisional_due(last_day: &str, year: i16) {
    warn!(
        event = "provisional-due",
        code = Certainty::PROVISIONAL_CODE,
        last_day,
        year,
        "the calendar lacks this year; update it"
    );
}

pub(crate) fn no_county_office(county: &str) {
    error!(
        event = "no-county-office",
        county, "leads wait: no office in the registry opens for it"
    );
}

pub(crate) fn no_return_address(party: &PartyId) {
    error!(event = "no-return-address", %party, "rows cannot go back: the sender has no recipient in force");
}

pub(crate) fn recovered(finished: usize, again: usize, orphans: usize) {
    info!(
        event = "recovered",
        finished, again, orphans, "the last run's leftovers are settled"
    );
}

pub(crate) fn deletion_waits(packages: usize, cases: usize) {
    error!(
        event = "deletion-waits",
        packages, cases, "due for deletion, but nothing has happened lately: is the clock right?"
    );
}

pub(crate) fn deleted(number: u64, packages: usize, cases: usize) {
    info!(
        event = "deleted",
        number, packages, cases, "what was kept long enough has lost its content"
    );
}

pub(crate) fn evidence_lost(file: &Digest) {
    error!(event = "evidence-lost", %file, "missing or damaged in the archive when it was due for deletion");
}

pub(crate) fn ledger_not_erased() {
    warn!(
        event = "ledger-not-erased",
        "a reader is in the way; the next round tries again"
    );
}
