//! The kinds of packages: who may send which to whom, what each is for, how long it is kept.

use std::collections::BTreeMap;

use posthorse_package::{KindName, Role};
use serde::Deserialize;

use super::document::{DataDocument, ProcedureId, StageId, data_document, is_sentence, is_title};
use super::kind_error::{AddressFault, KindSetError};

const BUILT_IN: &[u8] = include_bytes!("../../data/kinds.json");

/// 网络数据安全管理条例 art. 12: a record of provision to others is kept for three years.
pub const PROVISION_FLOOR_MONTHS: u16 = 36;
/// 网络安全法 art. 23 (21 before 2026): logs are kept for six months.
pub const LOG_FLOOR_MONTHS: u16 = 6;
/// Longer than any rule asks for; a larger number is a slip of the hand.
const MOST_MONTHS: u16 = 1200;

/// What a kind obliges to, or tells.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Duty {
    /// Each accepted row opens a case of the procedure, or joins one.
    Opens {
        /// The procedure.
        procedure: ProcedureId,
    },
    /// Each row hands a case to an office that must answer.
    Task {
        /// The procedure.
        procedure: ProcedureId,
        /// The stage that the answer ends.
        stage: StageId,
    },
    /// Each row answers a task.
    Answer {
        /// The procedure.
        procedure: ProcedureId,
        /// The stage that it answers.
        stage: StageId,
    },
    /// Tells those who began a case how it ended.
    Feedback {
        /// The procedure.
        procedure: ProcedureId,
    },
    /// Is recorded: the board, the windows and the coverage are read from it.
    Report(ReportKind),
    /// Is looked up by its recipients; asks for nothing.
    Reference,
    /// Reminds; asks for nothing that was not asked for before.
    Notice,
    /// Gives rows back to their sender, with what is wrong.
    Return,
    /// Replaces values of rows sent before.
    Correction,
    /// Takes back rows or a package sent before.
    Withdrawal,
}

/// What a report tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// Who was not paid, and why.
    Unpaid,
    /// Who was paid.
    Payout,
    /// That there is nothing to report: silence would not say so.
    Nil,
    /// That a report comes later, and when.
    Deferral,
    /// Whom to call.
    Contact,
}

impl Duty {
    /// The fewest months for which packages of such a kind are kept. Only what names none of the
    /// people on the lists may go as early as a log.
    #[must_use]
    pub fn retention_floor_months(&self) -> u16 {
        match self {
            Self::Notice | Self::Report(ReportKind::Nil | ReportKind::Deferral) => LOG_FLOOR_MONTHS,
            _ => PROVISION_FLOOR_MONTHS,
        }
    }
}

/// Where the day is found by which a package of a kind is expected. The rules themselves are
/// those of `data/due_rules.json`, by kind and list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// A due rule of this kind counts from what opened the case.
    Due,
    /// A reporting rule of this kind opens a window, or says that it comes when it happens.
    Report,
    /// The office that asks sets the day, in the list itself.
    Set,
    /// Nobody waits for it.
    None,
}

/// How many persons of the sender must sign where the registry says nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signatures {
    /// The one who sends it.
    One,
    /// The one who made it and one who checked it (经办人, 复核人).
    Two,
}

/// Who among the permitted recipients must be there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Any of them.
    #[default]
    Any,
    /// At least one of each role.
    All,
}

/// One permitted way of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Way {
    from: Vec<Role>,
    to: Vec<Role>,
    #[serde(default)]
    reach: Reach,
}

impl Way {
    /// The roles that may send.
    #[must_use]
    pub fn from(&self) -> &[Role] {
        &self.from
    }

    /// The roles that may receive.
    #[must_use]
    pub fn to(&self) -> &[Role] {
        &self.to
    }

    /// Which of them must be there.
    #[must_use]
    pub fn reach(&self) -> Reach {
        self.reach
    }
}

/// One kind of package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kind {
    name: KindName,
    title: String,
    duty: Duty,
    ways: Vec<Way>,
    clock: Clock,
    signatures: Signatures,
    retention_months: u16,
    purpose: String,
}

impl Kind {
    /// The kind as manifests name it.
    #[must_use]
    pub fn name(&self) -> &KindName {
        &self.name
    }

    /// The kind as people read it, such as `核实结果`.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What it obliges to.
    #[must_use]
    pub fn duty(&self) -> &Duty {
        &self.duty
    }

    /// The permitted ways.
    #[must_use]
    pub fn ways(&self) -> &[Way] {
        &self.ways
    }

    /// Where the day is found by which a package of this kind is expected.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.clock
    }

    /// How many must sign where the registry says nothing else.
    #[must_use]
    pub fn signatures(&self) -> Signatures {
        self.signatures
    }

    /// For how many months the bureau keeps packages of this kind.
    #[must_use]
    pub fn retention_months(&self) -> u16 {
        self.retention_months
    }

    /// What the recipient may use it for: one Chinese sentence (个人信息保护法 art. 6).
    #[must_use]
    pub fn purpose(&self) -> &str {
        &self.purpose
    }

    /// Whether a sender with these roles may send this kind to recipients with these roles.
    ///
    /// # Errors
    /// What forbids it, on the last way that the sender may use.
    pub fn addressing(&self, sender: &[Role], recipients: &[&[Role]]) -> Result<(), AddressFault> {
        if recipients.is_empty() {
            return Err(AddressFault::Nobody);
        }
        let has = |roles: &[Role], role: &Role| roles.contains(role);
        let mut fault = AddressFault::Sender;
        for way in &self.ways {
            if !sender.iter().any(|role| has(&way.from, role)) {
                continue;
            }
            let stranger = recipients
                .iter()
                .position(|roles| !roles.iter().any(|role| has(&way.to, role)));
            let missing = way.to.iter().copied().find(|role| {
                way.reach == Reach::All && !recipients.iter().any(|roles| has(roles, role))
            });
            fault = match (stranger, missing) {
                (Some(position), _) => AddressFault::Recipient { position },
                (None, Some(role)) => AddressFault::Missing { role },
                (None, None) => return Ok(()),
            };
        }
        Err(fault)
    }
}

/// The kinds of a city.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindSet {
    version: u64,
    log_months: u16,
    kinds: BTreeMap<KindName, Kind>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: String,
    version: u64,
    log_months: u16,
    kinds: Vec<KindDocument>,
}
data_document!(Document, "kinds", "posthorse-kinds/1");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KindDocument {
    kind: KindName,
    title: String,
    duty: Duty,
    ways: Vec<Way>,
    clock: Clock,
    signatures: Signatures,
    retention_months: u16,
    purpose: String,
}

impl KindSet {
    /// The kinds of notice 〔2023〕7号.
    ///
    /// # Errors
    /// The file compiled in is wrong, which the tests of this crate do not let happen.
    pub fn built_in() -> Result<Self, KindSetError> {
        Self::from_json(BUILT_IN)
    }

    /// Reads a set of kinds. Whether to believe it is for the caller to know.
    ///
    /// # Errors
    /// See [`KindSetError`].
    pub fn from_json(bytes: &[u8]) -> Result<Self, KindSetError> {
        let document = Document::read(bytes)?;
        let months = document.log_months;
        if !(LOG_FLOOR_MONTHS..=MOST_MONTHS).contains(&months) {
            return Err(KindSetError::LogRetention { months });
        }
        let mut kinds = BTreeMap::new();
        for document in document.kinds {
            let kind = Kind::from_document(document)?;
            let name = kind.name.clone();
            if kinds.insert(name.clone(), kind).is_some() {
                return Err(KindSetError::Twice { kind: name });
            }
        }
        Ok(Self {
            version: document.version,
            log_months: months,
            kinds,
        })
    }

    /// The version of the file.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// For how many months access logs are kept.
    #[must_use]
    pub fn log_months(&self) -> u16 {
        self.log_months
    }

    /// The kind of this name.
    #[must_use]
    pub fn get(&self, name: &KindName) -> Option<&Kind> {
        self.kinds.get(name)
    }

    /// Every kind, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.values()
    }
}

impl Kind {
    fn from_document(document: KindDocument) -> Result<Self, KindSetError> {
        let kind = document.kind;
        if !is_title(&document.title) {
            return Err(KindSetError::Title { kind });
        }
        if !is_sentence(&document.purpose) {
            return Err(KindSetError::Purpose { kind });
        }
        let each_once = |roles: &[Role]| {
            let twice = |at: usize| roles[..at].contains(&roles[at]);
            !roles.is_empty() && !(0..roles.len()).any(twice)
        };
        let sound = |way: &Way| each_once(&way.from) && each_once(&way.to);
        if document.ways.is_empty() || !document.ways.iter().all(sound) {
            return Err(KindSetError::Ways { kind });
        }
        let (floor, months) = (
            document.duty.retention_floor_months(),
            document.retention_months,
        );
        if !(floor..=MOST_MONTHS).contains(&months) {
            return Err(KindSetError::Retention {
                kind,
                months,
                floor,
            });
        }
        Ok(Self {
            name: kind,
            title: document.title,
            duty: document.duty,
            ways: document.ways,
            clock: document.clock,
            signatures: document.signatures,
            retention_months: months,
            purpose: document.purpose,
        })
    }
}

#[cfg(test)]
#[path = "kinds_tests.rs"]
mod tests;
