//! The default store: one SQLite file, made for one daemon and any number of readers.

mod accesses;
mod amendments;
mod answers;
mod audit;
mod board;
mod board_reports;
mod board_work;
mod case_rows;
mod cases;
mod clocks;
mod columns;
mod coverage;
mod deletions;
mod feedback;
mod intakes;
mod kept_cases;
mod kept_rows;
mod lapses;
mod notices;
mod openings;
mod operator;
mod outbox;
mod packages;
mod people;
#[cfg(test)]
mod plan_tests;
mod rechecks;
mod reports;
mod retention;
mod rosters;
mod screenings;
mod trace;
mod trace_tasks;
mod trace_work;
mod turned_away;
mod urges;

use std::path::Path;
use std::time::Duration;

use posthorse_domain::{Date, Expiry, ProcedureId, StageId};
use posthorse_package::{Digest, KeyId, KindName, PackageId, PartyId, Period, Timestamp};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::amendment::{KeptRow, NoticeKind, NoticeRecord, OwnPackage, PendingNotice, StandingRow};
use crate::cipher::{Cipher, LedgerKey, Secret};
use crate::error::LedgerError;
use crate::event::StoredEvent;
use crate::ledger::Ledger;
use crate::query::{
    BrokenInvariant, CaseHistory, CaseRow, CoverageState, DispatchFacts, DispositionCount,
    HistoryOf, IntakeState, NotEnrolledPage, OpenIntake, OutboxRow, Owed, OwnChain, PackageHistory,
    PackageRow, PendingCounty, PendingFeedback, PendingPerson, PendingResult, ReportRow, RosterRow,
    RunningClock, SubmissionRow, UnroutedLead, WaitingCase,
};
use crate::record::{
    ClaimId, CoverageRecord, DispatchRecord, FeedbackRecord, LapseRecord, QuarantineRecord,
    RecheckRecord, RecountRecord, RosterSendingRecord, ScreeningRecord, TurnedAwayRecord,
    UrgeRecord, VerdictRecord,
};
use crate::retention::{DeletionEntry, DueForDeletion, LastDeletion, UnfinishedDeletion};
use crate::sqlite::cases::Office;
use crate::sqlite_migrations;

const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Pages kept in memory. A bad month writes to indices all over the file, and the default of 2 MiB
/// would read and spill the same pages again for every person.
const CACHE_KIB: i64 = 64 * 1024;

/// A ledger in an SQLite database.
pub struct SqliteLedger {
    connection: Connection,
    cipher: Cipher,
}

impl SqliteLedger {
    /// Opens the ledger in this file, or makes it when the file is not there yet.
    ///
    /// # Errors
    /// [`LedgerError::NewerSchema`], [`LedgerError::NotALedger`] and [`LedgerError::WrongKey`] when
    /// the file is not for this program or this key; it is left untouched then.
    pub fn open(path: &Path, key: &LedgerKey) -> Result<Self, LedgerError> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        sqlite_migrations::recognise(&connection)?;
        // A FULL commit is on the disk before the statement returns; WAL lets readers read on.
        connection.pragma_update(None, "journal_mode", "wal")?;
        Self::prepare(connection, key)
    }

    /// Lets SQLite sort, and write the ledger anew, in files of this folder that have no name as soon
    /// as they are open. For a process that may write nowhere else, and has no other ledger: the
    /// folder holds for the whole process.
    ///
    /// # Errors
    /// When SQLite cannot write in the folder.
    pub fn keep_temporary_files_in(&self, folder: &Path) -> Result<(), LedgerError> {
        match folder.to_str() {
            Some(name) => self
                .connection
                .pragma_update(None, "temp_store_directory", name)?,
            // SQLite takes names in UTF-8 alone.
            None => self
                .connection
                .pragma_update(None, "temp_store", "memory")?,
        }
        Ok(())
    }

    /// A ledger that lives as long as the value: for tests.
    pub fn in_memory(key: &LedgerKey) -> Result<Self, LedgerError> {
        Self::prepare(Connection::open_in_memory()?, key)
    }

    /// The database itself, to break it.
    #[cfg(test)]
    pub(crate) fn connection_for_tests(&self) -> &Connection {
        &self.connection
    }

    fn prepare(mut connection: Connection, key: &LedgerKey) -> Result<Self, LedgerError> {
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        // What is overwritten leaves no trace in the pages that held it.
        connection.pragma_update(None, "secure_delete", true)?;
        keep_plans_and_pages(&connection)?;
        let cipher = Cipher::new(key)?;
        sqlite_migrations::migrate(&mut connection, &cipher.check())?;
        Ok(Self { connection, cipher })
    }

    /// One transaction: everything that the closure writes, or nothing.
    fn write<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>, &Cipher) -> Result<T, LedgerError>,
    ) -> Result<T, LedgerError> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = work(&transaction, &self.cipher)?;
        transaction.commit()?;
        Ok(result)
    }
}

impl std::fmt::Debug for SqliteLedger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SqliteLedger(…)")
    }
}

impl Ledger for SqliteLedger {
    fn begin_intake(
        &mut self,
        claim: &ClaimId,
        file_name: &Secret,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        self.write(|tx, cipher| intakes::begin(tx, cipher, claim, file_name, at))
    }

    fn begin_attempt(&mut self, claim: &ClaimId) -> Result<u32, LedgerError> {
        self.write(|tx, _| intakes::attempt(tx, claim))
    }

    fn withdraw_attempt(&mut self, claim: &ClaimId) -> Result<(), LedgerError> {
        self.write(|tx, _| intakes::withdraw_attempt(tx, claim))
    }

    fn release_intake(&mut self, claim: &ClaimId, at: Timestamp) -> Result<(), LedgerError> {
        self.write(|tx, _| intakes::release(tx, claim, at))
    }

    fn open_intakes(&self) -> Result<Vec<OpenIntake>, LedgerError> {
        intakes::open(&self.connection, &self.cipher)
    }

    fn intake_state(&self, claim: &ClaimId) -> Result<IntakeState, LedgerError> {
        intakes::state(&self.connection, claim)
    }

    fn record_quarantine(&mut self, record: &QuarantineRecord) -> Result<(), LedgerError> {
        self.write(|tx, _| intakes::quarantine(tx, record))
    }

    fn history(&self, of: HistoryOf<'_>) -> Result<PackageHistory, LedgerError> {
        packages::history(&self.connection, of)
    }

    fn record_verdict(&mut self, record: &VerdictRecord) -> Result<(), LedgerError> {
        self.write(|tx, cipher| {
            packages::decide(tx, record)?;
            outbox::put(tx, &record.receipt_outgoing, &record.package.manifest)?;
            for outgoing in &record.passed_on {
                outbox::put(tx, outgoing, &record.package.manifest)?;
            }
            for sealed in &record.sealed {
                outbox::seal(tx, sealed, &record.package.manifest, record.at)?;
            }
            if let Some(precheck) = &record.precheck {
                rosters::keep_precheck(tx, cipher, record.at, precheck)?;
            }
            people::keep_leads(tx, cipher, record)?;
            openings::open(tx, cipher, record)?;
            answers::keep(tx, cipher, record)?;
            reports::keep(tx, cipher, record)?;
            amendments::keep(tx, cipher, record)
        })
    }

    fn record_replay(
        &mut self,
        claim: &ClaimId,
        manifest: &Digest,
        file: &Digest,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        self.write(|tx, _| {
            intakes::replay(tx, claim, manifest, file, at)?;
            outbox::put_back(tx, manifest)
        })
    }

    fn is_turned_away(&self, file: &Digest) -> Result<bool, LedgerError> {
        turned_away::is_known(&self.connection, file)
    }

    fn record_turned_away(&mut self, record: &TurnedAwayRecord) -> Result<(), LedgerError> {
        self.write(|tx, _| {
            turned_away::keep(tx, record)?;
            outbox::put(tx, &record.receipt_outgoing, &record.file)
        })
    }

    fn record_turned_away_again(
        &mut self,
        claim: &ClaimId,
        file: &Digest,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        self.write(|tx, _| {
            turned_away::again(tx, claim, file, at)?;
            outbox::put_back(tx, file)
        })
    }

    fn receipt(&self, manifest: &Digest) -> Result<Option<Vec<u8>>, LedgerError> {
        packages::receipt(&self.connection, manifest)
    }

    fn own_chain(&self, signing_key: &KeyId) -> Result<OwnChain, LedgerError> {
        outbox::own_chain(&self.connection, signing_key)
    }

    fn unpublished(&self) -> Result<Vec<OutboxRow>, LedgerError> {
        outbox::unpublished(&self.connection)
    }

    fn mark_published(&mut self, number: i64, at: Timestamp) -> Result<(), LedgerError> {
        self.write(|tx, _| outbox::mark_published(tx, number, at))
    }

    fn is_outgoing(&self, digest: &Digest) -> Result<bool, LedgerError> {
        outbox::is_outgoing(&self.connection, digest)
    }

    fn pending_counties(&self) -> Result<Vec<PendingCounty>, LedgerError> {
        people::pending_counties(&self.connection)
    }

    fn pending_people(
        &self,
        procedure: &ProcedureId,
        county: &str,
    ) -> Result<Vec<PendingPerson>, LedgerError> {
        people::pending_people(&self.connection, &self.cipher, procedure, county)
    }

    fn next_case_number(
        &self,
        series: &str,
        month: &str,
        county: &str,
    ) -> Result<u64, LedgerError> {
        cases::next_number(&self.connection, series, month, county)
    }

    fn record_dispatch(&mut self, record: &DispatchRecord) -> Result<(), LedgerError> {
        self.write(|tx, _| {
            outbox::seal(tx, &record.sealed, &record.sealed.manifest, record.at)?;
            cases::dispatch(tx, record, Office::InPlace)
        })
    }

    fn record_hand_over(&mut self, records: &[DispatchRecord]) -> Result<(), LedgerError> {
        self.write(|tx, _| {
            for record in records {
                outbox::seal(tx, &record.sealed, &record.sealed.manifest, record.at)?;
                cases::dispatch(tx, record, Office::BesideOthers)?;
            }
            Ok(())
        })
    }

    fn record_lapses(&mut self, record: &LapseRecord) -> Result<u64, LedgerError> {
        self.write(|tx, _| lapses::record(tx, record))
    }

    fn cases_of_key(
        &self,
        procedure: &ProcedureId,
        key: &Secret,
    ) -> Result<Vec<CaseRow>, LedgerError> {
        openings::of_key(&self.connection, &self.cipher, procedure, key)
    }

    fn case(&self, case_id: &str) -> Result<Option<CaseRow>, LedgerError> {
        case_rows::find_kept(&self.connection, &self.cipher, case_id)
    }

    fn case_histories(&self) -> Result<Vec<CaseHistory>, LedgerError> {
        case_rows::histories(&self.connection, &self.cipher)
    }

    fn is_screened(&self, file: &Digest) -> Result<bool, LedgerError> {
        screenings::is_screened(&self.connection, file)
    }

    fn record_screening(&mut self, record: &ScreeningRecord) -> Result<u64, LedgerError> {
        self.write(|tx, cipher| screenings::record(tx, cipher, record))
    }

    fn current_roster(&self) -> Result<Option<RosterRow>, LedgerError> {
        rosters::current(&self.connection)
    }

    fn roster_recipients(&self, file: &Digest) -> Result<Vec<PartyId>, LedgerError> {
        rosters::settled(&self.connection, file)
    }

    fn record_roster_sending(&mut self, record: &RosterSendingRecord) -> Result<(), LedgerError> {
        self.write(|tx, _| rosters::send(tx, record))
    }

    fn people_ended_for(&self, reason: &str) -> Result<Vec<Secret>, LedgerError> {
        rosters::ended_for(&self.connection, &self.cipher, reason)
    }

    fn not_enrolled(
        &self,
        file: &Digest,
        procedure: &ProcedureId,
        answers: u32,
    ) -> Result<Option<NotEnrolledPage>, LedgerError> {
        rechecks::page(&self.connection, &self.cipher, file, procedure, answers)
    }

    fn record_rechecks(&mut self, record: &RecheckRecord) -> Result<u64, LedgerError> {
        self.write(|tx, cipher| rechecks::record(tx, cipher, record))
    }

    fn coverage_state(
        &self,
        policy: &str,
        title: &str,
        year: &str,
    ) -> Result<CoverageState, LedgerError> {
        coverage::state(&self.connection, policy, title, year)
    }

    fn payouts(
        &self,
        title: &str,
        year: &str,
        take: &mut dyn FnMut(Secret),
    ) -> Result<(), LedgerError> {
        coverage::payouts(&self.connection, &self.cipher, title, year, take)
    }

    fn record_coverage(&mut self, record: &CoverageRecord) -> Result<(), LedgerError> {
        self.write(|tx, _| coverage::record(tx, record))
    }

    fn waiting_cases(&self) -> Result<Vec<WaitingCase>, LedgerError> {
        screenings::waiting(&self.connection, &self.cipher)
    }

    fn feedback_parties(&self) -> Result<Vec<(ProcedureId, PartyId)>, LedgerError> {
        feedback::waiting_parties(&self.connection)
    }

    fn pending_feedback(
        &self,
        procedure: &ProcedureId,
        party: &PartyId,
    ) -> Result<Vec<PendingFeedback>, LedgerError> {
        feedback::waiting_for(&self.connection, &self.cipher, procedure, party)
    }

    fn pending_results(
        &self,
        procedure: &ProcedureId,
        party: &PartyId,
    ) -> Result<Vec<PendingResult>, LedgerError> {
        feedback::results_for(&self.connection, &self.cipher, procedure, party)
    }

    fn record_feedback(&mut self, record: &FeedbackRecord) -> Result<(), LedgerError> {
        self.write(|tx, _| {
            outbox::seal(tx, &record.sealed, &record.sealed.manifest, record.at)?;
            feedback::tell(tx, record)
        })
    }

    fn owed(&self) -> Result<Vec<Owed>, LedgerError> {
        urges::owed(&self.connection)
    }

    fn record_urge(&mut self, record: &UrgeRecord) -> Result<(), LedgerError> {
        self.write(|tx, _| {
            outbox::seal(tx, &record.sealed, &record.sealed.manifest, record.at)?;
            urges::say(tx, record)
        })
    }

    fn running_clocks(&self) -> Result<Vec<RunningClock>, LedgerError> {
        clocks::running(&self.connection)
    }

    fn open_stages(&self) -> Result<Vec<(ProcedureId, StageId)>, LedgerError> {
        clocks::open_stages(&self.connection)
    }

    fn record_recount(&mut self, record: &RecountRecord) -> Result<(), LedgerError> {
        self.write(|tx, _| {
            if let Some(letter) = &record.letter {
                outbox::seal(tx, letter, &letter.manifest, record.at)?;
            }
            clocks::recount(tx, record)
        })
    }

    fn submissions(&self, month: &Period) -> Result<Vec<SubmissionRow>, LedgerError> {
        reports::submissions(&self.connection, month)
    }

    fn report_rows(&self, manifest: &Digest) -> Result<Vec<ReportRow>, LedgerError> {
        reports::rows(&self.connection, manifest)
    }

    fn is_sealed_for(
        &self,
        manifest: &Digest,
        kind: &KindName,
        party: &PartyId,
    ) -> Result<bool, LedgerError> {
        outbox::is_sealed_for(&self.connection, manifest, kind, party)
    }

    fn own_package(
        &self,
        sender: &PartyId,
        package_id: PackageId,
    ) -> Result<Option<OwnPackage>, LedgerError> {
        kept_rows::own_package(&self.connection, sender, package_id)
    }

    fn own_package_of(
        &self,
        sender: &PartyId,
        manifest: &Digest,
    ) -> Result<Option<OwnPackage>, LedgerError> {
        kept_rows::own_package_of(&self.connection, sender, manifest)
    }

    fn is_superseded(&self, sender: &PartyId, manifest: &Digest) -> Result<bool, LedgerError> {
        kept_rows::is_superseded(&self.connection, sender, manifest)
    }

    fn kept_rows(&self, manifest: &Digest, key: &str) -> Result<Vec<KeptRow>, LedgerError> {
        kept_rows::find(&self.connection, &self.cipher, manifest, key)
    }

    fn rows_that_stand(&self, manifest: &Digest) -> Result<Vec<StandingRow>, LedgerError> {
        kept_rows::that_stand(&self.connection, manifest)
    }

    fn notice_parties(&self) -> Result<Vec<(PartyId, NoticeKind)>, LedgerError> {
        notices::parties(&self.connection)
    }

    fn pending_notices(
        &self,
        party: &PartyId,
        kind: NoticeKind,
    ) -> Result<Vec<PendingNotice>, LedgerError> {
        notices::pending(&self.connection, &self.cipher, party, kind)
    }

    fn record_notices(&mut self, record: &NoticeRecord) -> Result<(), LedgerError> {
        self.write(|tx, _| {
            outbox::seal(tx, &record.sealed, &record.sealed.manifest, record.at)?;
            notices::tell(tx, record)
        })
    }

    fn due_for_deletion(
        &self,
        expiry: &Expiry,
        today: Date,
        most: u32,
    ) -> Result<DueForDeletion, LedgerError> {
        retention::due(&self.connection, expiry, today, most)
    }

    fn last_deletion(&self) -> Result<Option<LastDeletion>, LedgerError> {
        deletions::last(&self.connection)
    }

    fn record_deletion(&mut self, entry: &DeletionEntry<'_>) -> Result<(), LedgerError> {
        self.write(|tx, _| deletions::record(tx, entry))
    }

    fn unfinished_deletion(&self) -> Result<Option<UnfinishedDeletion>, LedgerError> {
        deletions::unfinished(&self.connection)
    }

    fn erase_deleted(&mut self) -> Result<bool, LedgerError> {
        self.connection.flush_prepared_statement_cache();
        deletions::erase(&self.connection)
    }

    fn finish_deletion(&mut self, number: u64, at: Timestamp) -> Result<(), LedgerError> {
        self.write(|tx, _| deletions::finish(tx, number, at))
    }

    fn screened_at(&self, file: &Digest) -> Result<Option<Timestamp>, LedgerError> {
        deletions::screened_at(&self.connection, file)
    }

    fn has_event_between(&self, from: Timestamp, to: Timestamp) -> Result<bool, LedgerError> {
        deletions::has_event_between(&self.connection, from, to)
    }

    fn dispatches(&self) -> Result<Vec<DispatchFacts>, LedgerError> {
        cases::dispatches(&self.connection)
    }

    fn unrouted(&self) -> Result<Vec<UnroutedLead>, LedgerError> {
        people::unrouted(&self.connection, &self.cipher)
    }

    fn packages(&self, limit: u32) -> Result<Vec<PackageRow>, LedgerError> {
        packages::latest(&self.connection, limit)
    }

    fn disposition_counts(&self) -> Result<Vec<DispositionCount>, LedgerError> {
        audit::disposition_counts(&self.connection)
    }

    fn events_after(&self, number: i64, limit: u32) -> Result<Vec<StoredEvent>, LedgerError> {
        audit::events_after(&self.connection, number, limit)
    }

    fn broken_invariants(&self) -> Result<Vec<BrokenInvariant>, LedgerError> {
        audit::broken_invariants(&self.connection)
    }
}

/// What makes a statement that runs a hundred thousand times in a row cost what it says.
fn keep_plans_and_pages(connection: &Connection) -> Result<(), LedgerError> {
    connection.set_prepared_statement_cache_capacity(64);
    // A plan does not depend on what is bound; without this, binding another value next to a
    // partial index plans the statement anew each time.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    Ok(())
}
