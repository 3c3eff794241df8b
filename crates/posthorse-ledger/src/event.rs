//! What happened: the closed list of events. No event holds personal data.

use posthorse_domain::ProcedureId;
use posthorse_package::{Digest, Disposition, KeyId, KindName, PackageId, PartyId, Timestamp};
use serde::Serialize;

use crate::record::ClaimId;

/// One thing that happened, as the ledger keeps it for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Event {
    /// Something in the inbox is about to be claimed.
    Claiming {
        /// Its claim.
        claim: ClaimId,
    },
    /// It could not be claimed: somebody else had moved it.
    Released {
        /// Its claim.
        claim: ClaimId,
    },
    /// It was put away without a verdict on a package.
    Quarantined {
        /// Its claim.
        claim: ClaimId,
        /// Why.
        code: String,
        /// The digest of its bytes.
        file: Option<Digest>,
    },
    /// A package got its verdict.
    Decided {
        /// Its claim.
        claim: ClaimId,
        /// Its identity.
        manifest: Digest,
        /// Its sender's id for it.
        package_id: PackageId,
        /// Its sender.
        sender: PartyId,
        /// What it is for.
        kind: KindName,
        /// What became of it.
        disposition: Disposition,
        /// Why.
        code: String,
        /// Rows taken.
        accepted: u64,
        /// Rows sent back.
        rejected: u64,
    },
    /// A copy that lacks signatures was answered without a verdict.
    TurnedAway {
        /// Its claim.
        claim: ClaimId,
        /// The manifest, which the whole package shares.
        manifest: Digest,
        /// Why.
        code: String,
        /// The digest of its bytes.
        file: Digest,
    },
    /// A package that already has a verdict came again.
    Replayed {
        /// Its claim.
        claim: ClaimId,
        /// Its identity.
        manifest: Digest,
        /// The digest of the file that came.
        file: Digest,
    },
    /// Numbers are missing in a key's sequence.
    SequenceGap {
        /// The key.
        signing_key: KeyId,
        /// The first number that is missing.
        from: u64,
        /// How many are missing.
        missing: u64,
    },
    /// A missing number arrived late.
    SequenceGapFilled {
        /// The key.
        signing_key: KeyId,
        /// The number.
        sequence: u64,
    },
    /// Rows of a package were kept for routing.
    LeadsKept {
        /// The package.
        manifest: Digest,
        /// How many rows.
        leads: u64,
        /// How many of them belong to no county.
        unrouted: u64,
        /// How many repeat what was already dispatched.
        repeated: u64,
    },
    /// Rows of a package opened cases.
    CasesOpened {
        /// The package.
        manifest: Digest,
        /// How many cases were opened.
        opened: u64,
        /// How many rows joined a case that was open already.
        joined: u64,
    },
    /// Cases went on without the answers that were missing on their last day.
    CasesLapsed {
        /// Their procedure.
        procedure: ProcedureId,
        /// How many cases.
        cases: u64,
    },
    /// An office's answers were recorded.
    AnswersKept {
        /// The package.
        manifest: Digest,
        /// How many answers.
        answers: u64,
        /// How many cases they closed.
        closed: u64,
    },
    /// Reports were recorded.
    ReportsKept {
        /// The package.
        manifest: Digest,
        /// How many rows.
        rows: u64,
        /// How many payouts among them name no precheck of this office.
        without_precheck: u64,
        /// How many pay somebody whom the precheck that they name did not call on the roster.
        against_precheck: u64,
    },
    /// Rows that a sender had sent before were withdrawn, corrected or replaced.
    Amended {
        /// The package that says so.
        manifest: Digest,
        /// How many rows were taken back.
        withdrawn: u64,
        /// How many rows were corrected.
        corrected: u64,
        /// The package that it replaces as a whole.
        replaces: Option<Digest>,
        /// How many cases were withdrawn with them.
        cases: u64,
    },
    /// An office was told of amendments.
    AmendmentTold {
        /// The sealed package.
        manifest: Digest,
        /// Who was told.
        party: PartyId,
        /// Of how many cases.
        cases: u64,
    },
    /// This office sealed a package.
    Sealed {
        /// Its identity.
        manifest: Digest,
        /// Its id.
        package_id: PackageId,
        /// What it is for.
        kind: KindName,
        /// Who can open it.
        party: PartyId,
        /// Its place in this office's sequence.
        sequence: u64,
    },
    /// A county was given its warnings.
    Dispatched {
        /// The sealed package.
        manifest: Digest,
        /// The county's code.
        county: String,
        /// How many people.
        people: u64,
        /// How many of them for the first time.
        new_cases: u64,
    },
    /// A roster was screened.
    Screened {
        /// The digest of its bytes.
        file: Digest,
        /// How many people it has.
        people: u64,
        /// How many of its rows were rejected.
        rejected: u64,
        /// How many gaps were found.
        found: u64,
        /// How many of them were not open already.
        opened: u64,
    },
    /// An office was given a roster, or has nobody on it.
    RosterSent {
        /// The digest of the roster's bytes.
        file: Digest,
        /// Which office.
        party: PartyId,
        /// The sealed package.
        manifest: Option<Digest>,
        /// How many rows it has.
        people: u64,
    },
    /// A department was told how people stand on the roster.
    Prechecked {
        /// The sealed package.
        manifest: Digest,
        /// Of how many rows.
        rows: u64,
    },
    /// Answers that enrolled nobody were looked at again.
    Rechecked {
        /// The digest of the bytes of the roster by which it was done.
        file: Digest,
        /// How many deserve a second look.
        found: u64,
        /// How many of them were not open already.
        opened: u64,
    },
    /// A source was told how cases ended.
    FedBack {
        /// The sealed package.
        manifest: Digest,
        /// Who was told.
        party: PartyId,
        /// Of how many cases.
        cases: u64,
    },
    /// An office was urged.
    Urged {
        /// The sealed package.
        manifest: Digest,
        /// Which office.
        party: PartyId,
        /// Of how many matters: stages and last days.
        matters: u64,
        /// How many cases are in them.
        cases: u64,
    },
    /// What had been kept long enough was deleted.
    Deleted {
        /// Its number.
        number: u64,
        /// The digest of the signed record's payload.
        record: Digest,
        /// How many packages lost their content.
        packages: u64,
        /// How many leads, answers and report rows lost what they said.
        rows: u64,
        /// How many cases did.
        cases: u64,
        /// How many persons were forgotten.
        persons: u64,
        /// How many things in quarantine went.
        quarantined: u64,
        /// How many rosters went.
        rosters: u64,
    },
    /// Running clocks of an office were worked out again and say something else.
    ClocksRecounted {
        /// The office.
        party: PartyId,
        /// The procedure.
        procedure: String,
        /// The stage.
        stage: String,
        /// The last day before.
        before: String,
        /// The last day now.
        after: String,
        /// The year whose holidays are not announced, if the day now is provisional.
        provisional_for: Option<i16>,
        /// Of how many cases.
        cases: u64,
        /// The sealed package that tells the office, if the day moved.
        manifest: Option<Digest>,
    },
    /// A file appeared in an outbox.
    Published {
        /// Whose outbox.
        party: PartyId,
        /// Its name.
        file_name: String,
        /// The digest of its bytes.
        digest: Digest,
    },
    /// Somebody of this office is about to see personal data.
    Accessed {
        /// The user of the system.
        user: String,
        /// The person whose key the home holds.
        person: String,
        /// What was asked for, without personal data.
        subject: String,
        /// What is done with it: `unmask`, `export` or `list`.
        action: String,
        /// Why.
        reason: String,
        /// How many rows, or persons, are shown.
        rows: u64,
    },
}

impl Event {
    /// The event's word, under which it is stored.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Claiming { .. } => "claiming",
            Self::Released { .. } => "released",
            Self::Quarantined { .. } => "quarantined",
            Self::Decided { .. } => "decided",
            Self::TurnedAway { .. } => "turned-away",
            Self::Replayed { .. } => "replayed",
            Self::SequenceGap { .. } => "sequence-gap",
            Self::SequenceGapFilled { .. } => "sequence-gap-filled",
            Self::LeadsKept { .. } => "leads-kept",
            Self::CasesOpened { .. } => "cases-opened",
            Self::CasesLapsed { .. } => "cases-lapsed",
            Self::AnswersKept { .. } => "answers-kept",
            Self::ReportsKept { .. } => "reports-kept",
            Self::Amended { .. } => "amended",
            Self::AmendmentTold { .. } => "amendment-told",
            Self::Sealed { .. } => "sealed",
            Self::Dispatched { .. } => "dispatched",
            Self::Screened { .. } => "screened",
            Self::RosterSent { .. } => "roster-sent",
            Self::Prechecked { .. } => "prechecked",
            Self::Rechecked { .. } => "rechecked",
            Self::FedBack { .. } => "fed-back",
            Self::Urged { .. } => "urged",
            Self::Deleted { .. } => "deleted",
            Self::ClocksRecounted { .. } => "clocks-recounted",
            Self::Published { .. } => "published",
            Self::Accessed { .. } => "accessed",
        }
    }
}

/// An event as it is read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its number, growing.
    pub number: i64,
    /// When it happened.
    pub at: Timestamp,
    /// Its word.
    pub kind: String,
    /// Its facts, as JSON.
    pub facts: String,
}
