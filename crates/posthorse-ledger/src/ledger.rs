//! The door of the ledger: what every store must offer.

use posthorse_domain::{Date, Expiry, ProcedureId, StageId};
use posthorse_package::{Digest, KeyId, KindName, PackageId, PartyId, Period, Timestamp};

use crate::amendment::{KeptRow, NoticeKind, NoticeRecord, OwnPackage, PendingNotice, StandingRow};
use crate::cipher::Secret;
use crate::error::LedgerError;
use crate::event::StoredEvent;
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

/// The memory of an office. Every method that writes is one transaction, durable when it returns.
pub trait Ledger {
    /// Writes down that something is about to be claimed, before it is moved.
    fn begin_intake(
        &mut self,
        claim: &ClaimId,
        file_name: &Secret,
        at: Timestamp,
    ) -> Result<(), LedgerError>;

    /// Counts one more attempt at a claimed thing, before it is touched, and returns the count.
    fn begin_attempt(&mut self, claim: &ClaimId) -> Result<u32, LedgerError>;

    /// Takes an attempt back that ended without a verdict and without a crash.
    fn withdraw_attempt(&mut self, claim: &ClaimId) -> Result<(), LedgerError>;

    /// Ends an intake whose claim did not happen.
    fn release_intake(&mut self, claim: &ClaimId, at: Timestamp) -> Result<(), LedgerError>;

    /// Everything claimed that has no end yet, oldest first.
    fn open_intakes(&self) -> Result<Vec<OpenIntake>, LedgerError>;

    /// How the intake with this claim stands.
    fn intake_state(&self, claim: &ClaimId) -> Result<IntakeState, LedgerError>;

    /// Ends an intake in quarantine.
    fn record_quarantine(&mut self, record: &QuarantineRecord) -> Result<(), LedgerError>;

    /// What is known about a package and its neighbours.
    fn history(&self, of: HistoryOf<'_>) -> Result<PackageHistory, LedgerError>;

    /// Writes the verdict on a package with everything that follows from it.
    ///
    /// # Errors
    /// [`LedgerError::AlreadyDecided`] when the manifest has a verdict,
    /// [`LedgerError::SequenceMoved`] when a sealed package does not continue this office's own
    /// sequence, [`LedgerError::NoOpenIntake`] when the claim is not open. Nothing is written then.
    fn record_verdict(&mut self, record: &VerdictRecord) -> Result<(), LedgerError>;

    /// Ends an intake as the replay of a decided package, and puts that package's receipt back
    /// among the files that wait to be published.
    fn record_replay(
        &mut self,
        claim: &ClaimId,
        manifest: &Digest,
        file: &Digest,
        at: Timestamp,
    ) -> Result<(), LedgerError>;

    /// Whether a copy with these bytes was turned away before.
    fn is_turned_away(&self, file: &Digest) -> Result<bool, LedgerError>;

    /// Ends an intake as a copy that lacks signatures, with the receipt that says so.
    fn record_turned_away(&mut self, record: &TurnedAwayRecord) -> Result<(), LedgerError>;

    /// Ends an intake as a copy that was turned away before, and puts its receipt back among the
    /// files that wait to be published.
    fn record_turned_away_again(
        &mut self,
        claim: &ClaimId,
        file: &Digest,
        at: Timestamp,
    ) -> Result<(), LedgerError>;

    /// The receipt for a package, byte for byte as it was signed.
    fn receipt(&self, manifest: &Digest) -> Result<Option<Vec<u8>>, LedgerError>;

    /// Where this office's own sequence stands under this key.
    fn own_chain(&self, signing_key: &KeyId) -> Result<OwnChain, LedgerError>;

    /// The files that wait to be published, oldest first.
    fn unpublished(&self) -> Result<Vec<OutboxRow>, LedgerError>;

    /// Writes down that a file of the outbox was published.
    fn mark_published(&mut self, number: i64, at: Timestamp) -> Result<(), LedgerError>;

    /// Whether any row of the outbox has this digest: whether its staged file must be kept.
    fn is_outgoing(&self, digest: &Digest) -> Result<bool, LedgerError>;

    /// The counties for which leads wait, in the order of their codes.
    fn pending_counties(&self) -> Result<Vec<PendingCounty>, LedgerError>;

    /// The people of a county for whom a lead waits, in the order in which they became known.
    fn pending_people(
        &self,
        procedure: &ProcedureId,
        county: &str,
    ) -> Result<Vec<PendingPerson>, LedgerError>;

    /// The number of the next case of a series and a month (`YYYYMM`) in a county.
    fn next_case_number(&self, series: &str, month: &str, county: &str)
    -> Result<u64, LedgerError>;

    /// Writes down what one county was given.
    ///
    /// # Errors
    /// [`LedgerError::CaseNumberMoved`] when a new case does not carry the next number, and
    /// as [`Ledger::record_verdict`].
    fn record_dispatch(&mut self, record: &DispatchRecord) -> Result<(), LedgerError>;

    /// Writes down what several offices were given together: of each case every one of them has a
    /// task, or none has.
    ///
    /// # Errors
    /// As [`Ledger::record_dispatch`].
    fn record_hand_over(&mut self, records: &[DispatchRecord]) -> Result<(), LedgerError>;

    /// Closes the cases that wait for answers of several offices and whose last day is over, and
    /// returns how many that are.
    fn record_lapses(&mut self, record: &LapseRecord) -> Result<u64, LedgerError>;

    /// The cases that offices opened under this key, in the order of their ids, ended ones
    /// included.
    fn cases_of_key(
        &self,
        procedure: &ProcedureId,
        key: &Secret,
    ) -> Result<Vec<CaseRow>, LedgerError>;

    /// The case with this id, if there is one and its content was not deleted.
    fn case(&self, case_id: &str) -> Result<Option<CaseRow>, LedgerError>;

    /// Every case with its history, by id: for whoever proves the ledger.
    fn case_histories(&self) -> Result<Vec<CaseHistory>, LedgerError>;

    /// Whether a roster with these bytes was screened.
    fn is_screened(&self, file: &Digest) -> Result<bool, LedgerError>;

    /// Writes down a screening, and opens what it found and is not open yet; returns how many
    /// cases that are.
    fn record_screening(&mut self, record: &ScreeningRecord) -> Result<u64, LedgerError>;

    /// The roster in use: of those that were screened, the newest by its day, then by arrival.
    fn current_roster(&self) -> Result<Option<RosterRow>, LedgerError>;

    /// The offices that have a roster, or of which it has nobody.
    fn roster_recipients(&self, file: &Digest) -> Result<Vec<PartyId>, LedgerError>;

    /// Writes down that an office was given a roster.
    fn record_roster_sending(&mut self, record: &RosterSendingRecord) -> Result<(), LedgerError>;

    /// Whom the last closed case about them names as ended for a reason, such as 05 已死亡.
    fn people_ended_for(&self, reason: &str) -> Result<Vec<Secret>, LedgerError>;

    /// The next warnings that enrolled nobody and were not looked at by a roster, out of at most
    /// so many answers; none if all were. `procedure` is that of the cases that a second look
    /// opens.
    fn not_enrolled(
        &self,
        file: &Digest,
        procedure: &ProcedureId,
        answers: u32,
    ) -> Result<Option<NotEnrolledPage>, LedgerError>;

    /// Writes down how far was looked, and opens what was found and is not open; returns how many
    /// cases that are.
    fn record_rechecks(&mut self, record: &RecheckRecord) -> Result<u64, LedgerError>;

    /// How the last count of a policy, given by id and title, stands to what came since.
    fn coverage_state(
        &self,
        policy: &str,
        title: &str,
        year: &str,
    ) -> Result<CoverageState, LedgerError>;

    /// Gives every payout of a policy about a month of a year, as it was kept.
    fn payouts(
        &self,
        title: &str,
        year: &str,
        take: &mut dyn FnMut(Secret),
    ) -> Result<(), LedgerError>;

    /// Writes down a count of coverage.
    fn record_coverage(&mut self, record: &CoverageRecord) -> Result<(), LedgerError>;

    /// The cases that the bureau must hand over, by procedure, stage, county and number.
    fn waiting_cases(&self) -> Result<Vec<WaitingCase>, LedgerError>;

    /// The offices that have not been told how a case of a procedure ended.
    fn feedback_parties(&self) -> Result<Vec<(ProcedureId, PartyId)>, LedgerError>;

    /// What a source of a procedure's leads has not been told, by case.
    fn pending_feedback(
        &self,
        procedure: &ProcedureId,
        party: &PartyId,
    ) -> Result<Vec<PendingFeedback>, LedgerError>;

    /// What the opener of a procedure's cases has not been told, by case.
    fn pending_results(
        &self,
        procedure: &ProcedureId,
        party: &PartyId,
    ) -> Result<Vec<PendingResult>, LedgerError>;

    /// Writes down what an office was told.
    fn record_feedback(&mut self, record: &FeedbackRecord) -> Result<(), LedgerError>;

    /// What offices owe by which day, by office, day and stage.
    fn owed(&self) -> Result<Vec<Owed>, LedgerError>;

    /// Writes down of what an office was urged. Of one matter it is urged once a day.
    fn record_urge(&mut self, record: &UrgeRecord) -> Result<(), LedgerError>;

    /// The clocks that still run, by office, stage, opening day and last day.
    fn running_clocks(&self) -> Result<Vec<RunningClock>, LedgerError>;

    /// The procedures and stages in which cases are open.
    fn open_stages(&self) -> Result<Vec<(ProcedureId, StageId)>, LedgerError>;

    /// Writes down what the running clocks of an office say now.
    fn record_recount(&mut self, record: &RecountRecord) -> Result<(), LedgerError>;

    /// The lists submitted about a month, in the order in which they came.
    fn submissions(&self, month: &Period) -> Result<Vec<SubmissionRow>, LedgerError>;

    /// The rows of reports that came in a package and stand, in their order.
    fn report_rows(&self, manifest: &Digest) -> Result<Vec<ReportRow>, LedgerError>;

    /// Whether this office gave a party the answer to a precheck under this manifest.
    fn is_sealed_for(
        &self,
        manifest: &Digest,
        kind: &KindName,
        party: &PartyId,
    ) -> Result<bool, LedgerError>;

    /// The package under this id of which something was taken from this sender. One that never
    /// was, one of somebody else and one whose content was deleted are the same: none.
    fn own_package(
        &self,
        sender: &PartyId,
        package_id: PackageId,
    ) -> Result<Option<OwnPackage>, LedgerError>;

    /// The same, found by its manifest's digest.
    fn own_package_of(
        &self,
        sender: &PartyId,
        manifest: &Digest,
    ) -> Result<Option<OwnPackage>, LedgerError>;

    /// Whether a package of this sender that was taken names this one as replaced.
    fn is_superseded(&self, sender: &PartyId, manifest: &Digest) -> Result<bool, LedgerError>;

    /// The rows of a package that may be meant by a key: those about the person whose number it
    /// is, the answers to the case whose id it is, and every row that is about no person.
    fn kept_rows(&self, manifest: &Digest, key: &str) -> Result<Vec<KeptRow>, LedgerError>;

    /// Every row of a package that is not gone, answers with the case that they are about.
    fn rows_that_stand(&self, manifest: &Digest) -> Result<Vec<StandingRow>, LedgerError>;

    /// The offices that have not been told of an amendment, and of which sort.
    fn notice_parties(&self) -> Result<Vec<(PartyId, NoticeKind)>, LedgerError>;

    /// What an office has not been told, oldest first.
    fn pending_notices(
        &self,
        party: &PartyId,
        kind: NoticeKind,
    ) -> Result<Vec<PendingNotice>, LedgerError>;

    /// Writes down what an office was told of amendments.
    fn record_notices(&mut self, record: &NoticeRecord) -> Result<(), LedgerError>;

    /// What has been kept long enough as of a day, `most` packages and `most` cases at once.
    fn due_for_deletion(
        &self,
        expiry: &Expiry,
        today: Date,
        most: u32,
    ) -> Result<DueForDeletion, LedgerError>;

    /// The last deletion, if there was one.
    fn last_deletion(&self) -> Result<Option<LastDeletion>, LedgerError>;

    /// Writes a deletion down and empties what it names. Its files are removed afterwards.
    ///
    /// # Errors
    /// [`LedgerError::DeletionMoved`] when the number is not the next one. Nothing is written then.
    fn record_deletion(&mut self, entry: &DeletionEntry<'_>) -> Result<(), LedgerError>;

    /// The first deletion that is written down and whose files may still be there.
    fn unfinished_deletion(&self) -> Result<Option<UnfinishedDeletion>, LedgerError>;

    /// Leaves no trace of what was emptied in the ledger's files. False where a reader is in the way.
    fn erase_deleted(&mut self) -> Result<bool, LedgerError>;

    /// Writes down that nothing of a deletion is left to be removed.
    fn finish_deletion(&mut self, number: u64, at: Timestamp) -> Result<(), LedgerError>;

    /// When a roster with these bytes was screened.
    fn screened_at(&self, file: &Digest) -> Result<Option<Timestamp>, LedgerError>;

    /// Whether the last event that is not after `to` is not before `from`.
    fn has_event_between(&self, from: Timestamp, to: Timestamp) -> Result<bool, LedgerError>;

    /// The dispatches, oldest first.
    fn dispatches(&self) -> Result<Vec<DispatchFacts>, LedgerError>;

    /// The leads that belong to no county, oldest first.
    fn unrouted(&self) -> Result<Vec<UnroutedLead>, LedgerError>;

    /// The packages with their verdicts, latest first.
    fn packages(&self, limit: u32) -> Result<Vec<PackageRow>, LedgerError>;

    /// How many packages ended how, and how many things were quarantined why.
    fn disposition_counts(&self) -> Result<Vec<DispositionCount>, LedgerError>;

    /// The events after the one with this number, oldest first.
    fn events_after(&self, number: i64, limit: u32) -> Result<Vec<StoredEvent>, LedgerError>;

    /// The promises that this ledger breaks: none, or somebody has written in it.
    fn broken_invariants(&self) -> Result<Vec<BrokenInvariant>, LedgerError>;
}
