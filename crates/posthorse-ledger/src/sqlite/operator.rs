//! The operator's door: a ledger that is read beside the daemon, and the one thing written there.

use std::path::Path;

use posthorse_domain::{BoardFacts, Month};
use posthorse_package::{Digest, PackageId};
use rusqlite::{Connection, OpenFlags};

use crate::cipher::{Cipher, LedgerKey, Secret};
use crate::error::LedgerError;
use crate::event::Event;
use crate::monitor::{AccessRecord, BoardQuestion, PersonTrace, QuarantinedThing, TraceStep};
use crate::sqlite::{BUSY_TIMEOUT, SqliteLedger, accesses, audit, board, intakes, trace};
use crate::sqlite_migrations;

impl SqliteLedger {
    /// Opens the ledger in this file to read it, also while a daemon writes it. Nothing is made,
    /// and nothing can be written through it.
    ///
    /// # Errors
    /// As [`SqliteLedger::open`], and [`LedgerError::OlderSchema`] when no daemon of this version
    /// has opened the file yet.
    pub fn open_to_read(path: &Path, key: &LedgerKey) -> Result<Self, LedgerError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        sqlite_migrations::recognise(&connection)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        let cipher = Cipher::new(key)?;
        sqlite_migrations::require_current(&connection, &cipher.check())?;
        super::keep_plans_and_pages(&connection)?;
        Ok(Self { connection, cipher })
    }

    /// What a board and a monthly report are drawn from.
    pub fn board_facts(&self, question: &BoardQuestion<'_>) -> Result<BoardFacts, LedgerError> {
        board::facts(&self.connection, question)
    }

    /// The way of a person; none of whom nothing is known.
    pub fn trace_person(&self, identity: &Secret) -> Result<Option<PersonTrace>, LedgerError> {
        trace::person(&self.connection, &self.cipher, identity)
    }

    /// The way of a case; none if there is none with this id.
    pub fn trace_case(&self, case_id: &str) -> Result<Option<PersonTrace>, LedgerError> {
        trace::case(&self.connection, &self.cipher, case_id)
    }

    /// The way of a package that came, or that this office sealed; empty for an unknown one.
    pub fn trace_package(&self, manifest: &Digest) -> Result<Vec<TraceStep>, LedgerError> {
        trace::package(&self.connection, manifest)
    }

    /// The packages that an id names. Ids belong to their senders: two may have given the same.
    pub fn packages_with_id(&self, id: PackageId) -> Result<Vec<Digest>, LedgerError> {
        trace::by_id(&self.connection, id)
    }

    /// What was put away without a verdict in a month, or ever; the latest first.
    pub fn quarantined(&self, month: Option<&Month>) -> Result<Vec<QuarantinedThing>, LedgerError> {
        intakes::quarantined(&self.connection, &self.cipher, month)
    }

    /// Who looked at personal data, the first look first.
    pub fn accesses(&self) -> Result<Vec<AccessRecord>, LedgerError> {
        accesses::all(&self.connection)
    }

    /// Writes down that somebody is about to see personal data. Durable when it returns.
    pub fn record_access(&mut self, record: &AccessRecord) -> Result<(), LedgerError> {
        let event = Event::Accessed {
            user: record.user.clone(),
            person: record.person.clone(),
            subject: record.subject.clone(),
            action: record.action.clone(),
            reason: record.reason.clone(),
            rows: record.rows,
        };
        self.write(|tx, _| audit::append(tx, record.at, &event))
    }
}
