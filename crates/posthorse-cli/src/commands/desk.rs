//! The operator's desk: the bureau's ledger, opened to be read, and what its facts are judged by.

use std::io::{Seek as _, Write as _};
use std::path::{Path, PathBuf};

use posthorse_daemon::Config;
use posthorse_domain::{
    BoardFacts, Date, Language as DomainLanguage, MonitoringRules, Month, Procedure, Rulebook,
    Table, Transition, date_in_china, write_table_workbook,
};
use posthorse_ledger::{AccessRecord, BoardQuestion, LedgerError, LedgerKey, SqliteLedger};
use posthorse_package::{Period, Registry, Timestamp};

use super::daemon;
use crate::access_log::{self, Action};
use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files::{PendingFile, Privacy};
use crate::home::{self, Home};
use crate::language::Language;
use crate::output::Context;
use crate::rulebook;
use crate::workbooks;

/// What somebody at the desk is about to see or to take out.
pub(crate) struct Seen<'s> {
    pub(crate) action: Action,
    /// What, without personal data.
    pub(crate) subject: String,
    /// Why, if it was said.
    pub(crate) purpose: Option<&'s str>,
    /// Why it is done otherwise: in Chinese, as purposes are.
    pub(crate) usual: &'static str,
    pub(crate) rows: u64,
}

/// The file and the key of a bureau's ledger.
pub(crate) struct LedgerPlace {
    pub(crate) config: Config,
    path: PathBuf,
    key: LedgerKey,
}

impl LedgerPlace {
    pub(crate) fn find(config: &Path) -> Result<Self, Failure> {
        let config = daemon::read_config(config)?;
        let path = config.state.join("ledger.sqlite");
        // A key is made only where a ledger is: asking must leave nothing behind.
        if !path.exists() {
            return Err(Failure::new(Exit::Environment, "no-ledger").with("path", shown(&path)));
        }
        let key = daemon::ledger_key(&Home::at(&config.home))?;
        Ok(Self { config, path, key })
    }

    /// Opens the ledger beside a daemon that may be at work. Nothing can be written through it.
    pub(crate) fn read(&self) -> Result<SqliteLedger, Failure> {
        SqliteLedger::open_to_read(&self.path, &self.key).map_err(|error| self.failed(&error))
    }

    /// Opens the ledger to write down who is about to see what.
    pub(crate) fn write(&self) -> Result<SqliteLedger, Failure> {
        SqliteLedger::open(&self.path, &self.key).map_err(|error| self.failed(&error))
    }

    pub(crate) fn failed(&self, error: &LedgerError) -> Failure {
        let exit = match error {
            LedgerError::WrongKey => Exit::Keys,
            _ => Exit::Environment,
        };
        Failure::new(exit, "ledger").detail(error).at(&self.path)
    }

    /// Writes down what is about to be seen. Durable when it returns; where it cannot be written,
    /// nothing is shown.
    pub(crate) fn record(&self, seen: &Seen<'_>, context: &Context) -> Result<(), Failure> {
        let purpose = access_log::purpose(seen.purpose, None)?;
        let form = Home::at(&self.config.home).contact_form()?;
        let record = AccessRecord {
            at: context.now,
            user: access_log::system_user(),
            person: form.person,
            subject: seen.subject.clone(),
            action: seen.action.word().to_owned(),
            reason: purpose.unwrap_or_else(|| seen.usual.to_owned()),
            rows: seen.rows,
        };
        let written = self.write()?.record_access(&record);
        written.map_err(|error| {
            Failure::new(Exit::Environment, "access-not-logged")
                .with("path", shown(&self.path))
                .detail(error)
        })
    }

    pub(crate) fn registry(&self) -> Result<Registry, Failure> {
        home::read_registry(&self.config.trusted_registry())
    }

    /// The rules that the bureau works by.
    pub(crate) fn rules(&self) -> Result<Rulebook, Failure> {
        rulebook::of(&self.registry()?, &self.config.trusted_registry())
    }
}

/// What the board, the report and the texts are drawn with.
pub(crate) struct Desk {
    pub(crate) as_of: Timestamp,
    pub(crate) today: Date,
    registry: Registry,
    rules: Rulebook,
    procedure: Procedure,
    ledger: SqliteLedger,
    place: LedgerPlace,
}

impl Desk {
    pub(crate) fn open(arguments: &args::Desk, context: &Context) -> Result<Self, Failure> {
        let place = LedgerPlace::find(&arguments.config)?;
        let registry = place.registry()?;
        let rules = place.rules()?;
        let casework = rules.casework();
        let Some(procedure) = casework.procedures().get(&arguments.procedure) else {
            let known = casework.procedures().iter().map(|one| one.id().to_string());
            let known = known.collect::<Vec<_>>().join(", ");
            return Err(Failure::new(Exit::Usage, "no-procedure")
                .with("procedure", &arguments.procedure)
                .with("known", known));
        };
        let procedure = procedure.clone();
        let as_of = arguments.as_of.unwrap_or(context.now);
        Ok(Self {
            as_of,
            today: date_in_china(as_of),
            registry,
            ledger: place.read()?,
            rules,
            procedure,
            place,
        })
    }

    pub(crate) fn rules(&self) -> MonitoringRules<'_> {
        MonitoringRules {
            due_rules: self.rules.due_rules(),
            calendar: self.rules.calendar(),
            schemas: self.rules.schemas(),
            escalation: self.rules.casework().procedures().escalation(),
            areas: self.rules.areas(),
            parties: self.registry.parties(),
            procedure: &self.procedure,
        }
    }

    /// The month that was asked for, else the one whose window has opened last: in the first days
    /// of December that is still November.
    pub(crate) fn month(&self, asked: Option<&Period>) -> Result<Month, Failure> {
        let wrong = |error| Failure::new(Exit::Usage, "not-a-month").detail(error);
        if let Some(period) = asked {
            return Month::new(period).map_err(wrong);
        }
        let current = Month::containing(self.as_of).map_err(wrong)?;
        let rule = self.rules.due_rules().report_rule("monthly");
        let calendar = self.rules.calendar();
        let window = rule.and_then(|rule| rule.window(current.period(), calendar));
        if window.is_none_or(|window| window.opens <= self.today) {
            return Ok(current);
        }
        Month::containing(current.begins().plus_seconds(-1)).map_err(wrong)
    }

    pub(crate) fn facts(&self, month: &Month) -> Result<BoardFacts, Failure> {
        let stages = self.procedure.stages();
        let outcomes = stages.flat_map(|stage| stage.outcomes());
        let staying: Vec<String> = outcomes
            .filter(|(_, then)| **then == Transition::StaysOpen)
            .map(|(outcome, _)| outcome.to_owned())
            .collect();
        let question = BoardQuestion {
            month,
            as_of: self.as_of,
            procedure: self.procedure.id(),
            staying: &staying,
        };
        self.ledger
            .board_facts(&question)
            .map_err(|error| self.place.failed(&error))
    }

    /// Writes down that tables of a month are taken out as files.
    pub(crate) fn record_export(
        &self,
        what: &str,
        (purpose, usual): (Option<&str>, &'static str),
        (month, tables): (&Month, &[Table]),
        context: &Context,
    ) -> Result<(), Failure> {
        let seen = Seen {
            action: Action::Export,
            subject: format!("{what} {}", month.period()),
            purpose,
            usual,
            rows: tables.iter().map(|table| table.rows.len() as u64).sum(),
        };
        self.place.record(&seen, context)
    }

    /// What the bureau is called.
    pub(crate) fn bureau(&self) -> String {
        let mut parties = self.registry.parties().iter();
        let bureau = parties.find(|party| party.is(posthorse_package::Role::Bureau));
        bureau.map(|party| party.name.clone()).unwrap_or_default()
    }
}

/// The language of tables on a screen.
pub(crate) fn spoken(context: &Context) -> DomainLanguage {
    match context.messages.language() {
        Language::Chinese => DomainLanguage::Chinese,
        Language::English => DomainLanguage::English,
    }
}

/// Writes tables as a workbook; the name must be free, and appears only when the file is whole.
pub(crate) fn write_workbook(
    path: &Path,
    heading: &str,
    (month, today): (&Month, Date),
    tables: &[Table],
) -> Result<(), Failure> {
    workbooks::require_workbook_name(path)?;
    let mut pending = PendingFile::create(path, Privacy::OwnerOnly)?;
    // A workbook is a zip file, whose writer goes back: it is made in memory, for it is small.
    let mut bytes = std::io::Cursor::new(Vec::new());
    write_table_workbook(heading, month, today, tables, &mut bytes)
        .map_err(|error| workbooks::cannot_write(path, &error))?;
    let failed = |cause: &std::io::Error| Failure::io("cannot-write", path, cause);
    bytes.rewind().map_err(|cause| failed(&cause))?;
    pending
        .file()
        .write_all(bytes.get_ref())
        .map_err(|cause| failed(&cause))?;
    pending.commit()
}
