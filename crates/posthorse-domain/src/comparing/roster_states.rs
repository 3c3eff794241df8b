//! How people stand on a roster: at risk, cleared, presumed dead. Which columns say so is data.

use jiff::civil::Date;
use serde::Deserialize;

use super::condition::{Condition, Subject};
use super::condition_document::ConditionDocument;
use super::roster_index::RosterPerson;
use super::rule_data::{self, RuleDataError};
use crate::schemas::list_schema::ListSchema;

const BUILT_IN: &[u8] = include_bytes!("../../data/roster_states.json");
const FORMAT: &str = "posthorse-roster-states/1";

/// How somebody on a roster stands; exactly one holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Standing {
    /// The roster itself says that this person has died.
    PresumedDead,
    /// The risk is cleared, and nothing else keeps the person on the roster.
    Cleared,
    /// Monitored, and the risk is not cleared.
    Monitored,
    /// On the roster without being monitored: lifted out of poverty.
    Lifted,
}

/// Whom a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Among {
    /// Monitored people whose risk is not cleared.
    Monitored,
    /// People whose risk is cleared.
    Cleared,
    /// Everybody but the cleared and the presumed dead.
    Enrolled,
    /// Everybody but the presumed dead.
    Living,
}

impl Among {
    /// Whether somebody of this standing is meant.
    #[must_use]
    pub fn includes(self, standing: Standing) -> bool {
        match self {
            Self::Monitored => standing == Standing::Monitored,
            Self::Cleared => standing == Standing::Cleared,
            Self::Enrolled => matches!(standing, Standing::Monitored | Standing::Lifted),
            Self::Living => standing != Standing::PresumedDead,
        }
    }
}

/// The conditions under which somebody stands how.
#[derive(Debug, Clone)]
pub struct RosterStates {
    presumed_dead: Condition,
    cleared: Condition,
    monitored: Condition,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format: String,
    version: u64,
    presumed_dead: ConditionDocument,
    cleared: ConditionDocument,
    monitored: ConditionDocument,
}

impl RosterStates {
    /// The conditions compiled in.
    ///
    /// # Errors
    /// They speak of columns that the schema does not have.
    pub fn built_in(roster: &ListSchema) -> Result<Self, RuleDataError> {
        Self::from_json(BUILT_IN, roster)
    }

    /// Reads conditions on the columns of a roster's schema.
    ///
    /// # Errors
    /// See [`RuleDataError`].
    pub fn from_json(bytes: &[u8], roster: &ListSchema) -> Result<Self, RuleDataError> {
        let document: Document = rule_data::read(bytes)?;
        rule_data::check_head(&document.format, document.version, FORMAT)?;
        let condition = |state: &str, document: &ConditionDocument| {
            Condition::from_document(state, document, &|name| roster.position(name))
        };
        Ok(Self {
            presumed_dead: condition("presumed_dead", &document.presumed_dead)?,
            cleared: condition("cleared", &document.cleared)?,
            monitored: condition("monitored", &document.monitored)?,
        })
    }

    /// How somebody stands. Death goes before clearing, and clearing before everything else.
    #[must_use]
    pub fn standing(&self, person: RosterPerson<'_>, as_of: Date) -> Standing {
        let holds = |condition: &Condition| condition.holds(&person, as_of);
        if holds(&self.presumed_dead) {
            Standing::PresumedDead
        } else if holds(&self.cleared) {
            Standing::Cleared
        } else if holds(&self.monitored) {
            Standing::Monitored
        } else {
            Standing::Lifted
        }
    }
}

impl Subject for RosterPerson<'_> {
    fn value(&self, field: usize) -> &str {
        RosterPerson::value(self, field)
    }

    fn some_member(&self, test: &dyn Fn(&dyn Subject) -> bool) -> bool {
        self.household().any(|member| test(&member))
    }
}
