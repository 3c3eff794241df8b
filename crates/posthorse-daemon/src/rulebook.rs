//! The one door to what this office works by: the rules that the trusted registry puts into force.
//! Their files come from the share, are proven by their digests, and are kept in the bureau's home.

use std::fs;
use std::io::{self, Read};
use std::ops::Deref;
use std::path::PathBuf;

use posthorse_domain::{Date, Feedback, Procedure, ProcedureId, RulebookError, Stage, StageId};
use posthorse_ledger::TaskDue;
use posthorse_package::{KindName, Registry, RuleDigestError, RuleEntry, RuleFile, RuleFileName};

use crate::config::Config;
use crate::error::{Critical, state};
use crate::folders::Folders;
use crate::private_copy::open_regular;
use crate::screening;
use crate::telemetry;

/// A rule file is at most this long; every page of the specification permits less or as much.
const LONGEST_FILE: u64 = 4 << 20;

/// Kinds of which the daemon's own steps send or read the one list.
const NEEDED_LISTS: [&str; 2] = [screening::ROSTER, "urge"];
/// The procedure that the daemon's own screening begins.
const NEEDED_PROCEDURE: &str = screening::PROCEDURE;

/// Everything that a city may arrange otherwise.
pub(crate) struct Rulebook(posthorse_domain::Rulebook);

impl Deref for Rulebook {
    type Target = posthorse_domain::Rulebook;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// Why the rules that a registry names do not come into force.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RulesFault {
    #[error("{file} lies neither in the home nor beside the published registry")]
    Missing { file: RuleFileName },
    #[error(transparent)]
    Digest(#[from] RuleDigestError),
    #[error(transparent)]
    Rules(#[from] RulebookError),
    #[error("cases are open in stage {stage} of {procedure}, which these rules do not have")]
    InUse {
        procedure: ProcedureId,
        stage: StageId,
    },
    #[error("these rules lack {what}, which this office cannot work without")]
    Needed { what: String },
}

impl RulesFault {
    /// The stable code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "rules-missing",
            Self::Digest(error) => error.refusal().code(),
            Self::Rules(error) => error.code(),
            Self::InUse { .. } => "rules-in-use",
            Self::Needed { .. } => "rules-needed",
        }
    }
}

/// Where rule files are looked for and kept.
pub(crate) struct RuleFolders<'b> {
    /// `rules/` in the bureau's home.
    own: PathBuf,
    /// `rules/` beside the published registry: others write there.
    published: PathBuf,
    /// Which rules are in force, for the next start.
    in_force: PathBuf,
    folders: &'b Folders,
    /// Where cases are open: rules without these stages would strand them.
    open: Vec<(ProcedureId, StageId)>,
}

impl<'b> RuleFolders<'b> {
    pub(crate) fn new(
        config: &Config,
        folders: &'b Folders,
        open: Vec<(ProcedureId, StageId)>,
    ) -> Self {
        let share = config.registry.parent().map(PathBuf::from);
        Self {
            own: config.home.join("rules"),
            published: share.unwrap_or_default().join("rules"),
            in_force: config.state.join("rules-in-force.json"),
            folders,
            open,
        }
    }

    /// A file that the registry names. One that is found only on the share is kept.
    fn fetch(&self, entry: &RuleEntry) -> Result<Result<RuleFile, RulesFault>, Critical> {
        let own = self.own.join(entry.stored_name());
        let kept = fs::read(&own).ok();
        if let Some(Ok(file)) = kept.map(|bytes| entry.accept(bytes)) {
            return Ok(Ok(file));
        }
        let Ok(bytes) = read_offered(&self.published.join(entry.stored_name())) else {
            let file = entry.file.clone();
            return Ok(Err(RulesFault::Missing { file }));
        };
        match entry.accept(bytes) {
            Ok(file) => {
                self.folders.put_in_home(&own, file.bytes())?;
                Ok(Ok(file))
            }
            Err(error) => Ok(Err(error.into())),
        }
    }

    fn read(
        &self,
        entries: &[RuleEntry],
    ) -> Result<Result<posthorse_domain::Rulebook, RulesFault>, Critical> {
        let mut files = Vec::with_capacity(entries.len());
        for entry in entries {
            match self.fetch(entry)? {
                Ok(file) => files.push(file),
                Err(fault) => return Ok(Err(fault)),
            }
        }
        Ok(posthorse_domain::Rulebook::from_files(&files).map_err(RulesFault::from))
    }

    /// The rules that were in force when the daemon last stopped; none if nothing usable says so.
    fn last_in_force(&self) -> Result<Option<posthorse_domain::Rulebook>, Critical> {
        let bytes = match fs::read(&self.in_force) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(state("read which rules are in force")(error)),
        };
        match serde_json::from_slice::<Vec<RuleEntry>>(&bytes) {
            Ok(entries) => Ok(self.read(&entries)?.ok()),
            Err(_) => Ok(None),
        }
    }

    fn put_into_force(&self, rules: posthorse_domain::Rulebook) -> Result<Rulebook, Critical> {
        // Entries always serialise.
        let bytes = serde_json::to_vec(rules.entries()).unwrap_or_default();
        if fs::read(&self.in_force).ok().as_ref() != Some(&bytes) {
            self.folders.put_in_home(&self.in_force, &bytes)?;
            telemetry::rules_in_force(rules.entries().len());
        }
        Ok(Rulebook(rules))
    }

    /// The rules to begin with: those of the registry, else those that were in force before, with
    /// an alarm.
    pub(crate) fn at_start(&self, registry: &Registry) -> Result<Rulebook, Critical> {
        let before = self.last_in_force()?;
        match (self.following(before.as_ref(), registry)?, before) {
            (Ok(rules), _) => self.put_into_force(rules),
            (Err(fault), Some(before)) => {
                telemetry::rules_refused(&fault);
                Ok(Rulebook(before))
            }
            (Err(fault), None) => Err(Critical::Rules {
                code: fault.code(),
                detail: fault.to_string(),
            }),
        }
    }

    /// The rules of a registry, if they may take the place of those in force.
    pub(crate) fn after(
        &self,
        held: &Rulebook,
        registry: &Registry,
    ) -> Result<Result<Rulebook, RulesFault>, Critical> {
        match self.following(Some(&held.0), registry)? {
            Ok(rules) => self.put_into_force(rules).map(Ok),
            Err(fault) => Ok(Err(fault)),
        }
    }

    fn following(
        &self,
        held: Option<&posthorse_domain::Rulebook>,
        registry: &Registry,
    ) -> Result<Result<posthorse_domain::Rulebook, RulesFault>, Critical> {
        let offered = self.read(registry.rules())?;
        Ok(offered.and_then(|rules| {
            if let Some(held) = held {
                rules.follows(held)?;
            }
            self.check_needs(&rules)?;
            Ok(rules)
        }))
    }

    /// Agreement is not enough for an office at work: the lists and procedures that its steps name
    /// must be there, and every stage in which a case is open.
    fn check_needs(&self, rules: &posthorse_domain::Rulebook) -> Result<(), RulesFault> {
        let procedures = rules.casework().procedures();
        let stages = procedures.iter().flat_map(Procedure::stages);
        let of_stages = stages.flat_map(|stage| [stage.task(), stage.answer()]);
        let told = procedures.iter().filter_map(Procedure::feedback);
        let sent = of_stages.chain(told.map(Feedback::kind));
        let named = NEEDED_LISTS.iter().map(|kind| (*kind).to_owned());
        for kind in named.chain(sent.map(ToString::to_string)) {
            let found: Option<KindName> = kind.parse().ok();
            if found
                .and_then(|kind| rules.schemas().only_of(&kind).map(|_| ()))
                .is_none()
            {
                let what = format!("exactly one list of {kind}");
                return Err(RulesFault::Needed { what });
            }
        }
        if procedures
            .iter()
            .all(|found| found.id().as_str() != NEEDED_PROCEDURE)
        {
            let what = format!("the procedure {NEEDED_PROCEDURE}");
            return Err(RulesFault::Needed { what });
        }
        let is_lost = |(procedure, stage): &&(ProcedureId, StageId)| {
            let found = procedures.get(procedure);
            found.and_then(|found| found.stage(stage)).is_none()
        };
        match self.open.iter().find(is_lost) {
            Some((procedure, stage)) => Err(RulesFault::InUse {
                procedure: procedure.clone(),
                stage: stage.clone(),
            }),
            None => Ok(()),
        }
    }
}

/// Reads what lies on the share under the name of a digest: whatever it is, it is only an offer.
fn read_offered(path: &std::path::Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_regular(path)?
        .take(LONGEST_FILE + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

impl Rulebook {
    /// The last day of an answer of this kind to what is dispatched today; none where no due rule
    /// of the kind exists.
    pub(crate) fn answer_due(&self, answer: &KindName, today: Date) -> Option<TaskDue> {
        let due = self.due_rules().due_rule(answer)?;
        let due = due.due(today, self.calendar());
        Some(TaskDue {
            on: due.date,
            certainty: due.certainty,
        })
    }

    /// A stage of a procedure, both of which the kinds name.
    pub(crate) fn stage(
        &self,
        procedure: &ProcedureId,
        stage: &StageId,
    ) -> Result<(&Procedure, &Stage), Critical> {
        let found = self.casework().procedures().get(procedure);
        found
            .and_then(|found| Some((found, found.stage(stage)?)))
            .ok_or_else(|| Critical::Schemas(format!("there is no stage {stage} of {procedure}")))
    }
}
