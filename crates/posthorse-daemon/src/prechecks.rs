//! Before a payout: a department asks how people stand on the roster, and is answered with the
//! verdict (spec/comparison-v1.md, section 4).

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use posthorse_domain::{
    Assignee, CitizenId, DEATH_REASON, Date, Duty, ListSchema, Precheck, PrecheckResult, Record,
    RosterStates, Stage,
};
use posthorse_ledger::Secret;
use posthorse_package::KindName;

use crate::attribution::Authentic;
use crate::bureau::Bureau;
use crate::clock::date_in_china;
use crate::error::Critical;
use crate::rosters::CurrentRoster;
use crate::staging::OutgoingFile;
use crate::verdict::name;

/// Without a roster nobody is on it: no answer is better than that one.
const ROSTER_MISSING: &str = "roster-missing";
/// Nobody could open the answer.
const NO_RETURN_ADDRESS: &str = "no-return-address";

/// What a request is answered from.
pub(crate) struct PrecheckDesk {
    roster: Rc<CurrentRoster>,
    states: RosterStates,
    deaths: Arc<BTreeSet<CitizenId>>,
    kind: KindName,
    list: ListSchema,
    today: Date,
}

/// The answer on one row.
pub(crate) struct PrecheckAnswer {
    cells: Vec<String>,
    identity: Secret,
    result: PrecheckResult,
}

/// What goes back to the sender beside rows with problems.
pub(crate) struct Reply {
    pub(crate) kind: KindName,
    pub(crate) file: OutgoingFile,
    pub(crate) rows: Vec<(Secret, &'static str)>,
}

impl PrecheckDesk {
    /// The answer on a row of the request.
    pub(crate) fn answer(&self, asked: &Record<'_>) -> PrecheckAnswer {
        let precheck = Precheck::new(&self.roster.index, &self.states, self.today)
            .with_deaths(Arc::clone(&self.deaths));
        let row = precheck.judge(asked);
        PrecheckAnswer {
            cells: row.cells(&self.list, asked, self.roster.day),
            identity: Secret::new(row.id.into_bytes()),
            result: row.result,
        }
    }
}

impl Bureau<'_> {
    /// What a package is answered from, if it is a request that the bureau answers itself; else
    /// the code for which nothing can be answered.
    pub(crate) fn precheck_desk(
        &self,
        package: &Authentic,
    ) -> Result<Option<Result<PrecheckDesk, &'static str>>, Critical> {
        let Some(stage) = self.own_stage(&package.manifest.kind) else {
            return Ok(None);
        };
        let sender = self.registry.party(&package.manifest.sender);
        let mut recipients = sender
            .into_iter()
            .flat_map(|party| party.recipients_at(package.received_at));
        if recipients.next().is_none() {
            return Ok(Some(Err(NO_RETURN_ADDRESS)));
        }
        let Some(roster) = self.roster()? else {
            return Ok(Some(Err(ROSTER_MISSING)));
        };
        let list = self.list_of(stage.answer())?.clone();
        Ok(Some(Ok(PrecheckDesk {
            states: self.rules.roster_states().clone(),
            deaths: Arc::new(self.known_deaths()?),
            roster,
            kind: stage.answer().clone(),
            list,
            today: date_in_china(package.received_at),
        })))
    }

    /// The stage that a kind opens, if it is the bureau's own.
    fn own_stage(&self, kind: &KindName) -> Option<&Stage> {
        let casework = self.rules.casework();
        let Duty::Opens { procedure } = casework.kinds().get(kind)?.duty() else {
            return None;
        };
        let stage = casework.procedures().get(procedure)?.first_stage();
        (stage.assignee() == Assignee::Bureau).then_some(stage)
    }

    /// Who has died, as counties say: the last answer about them is 05 已死亡.
    pub(crate) fn known_deaths(&self) -> Result<BTreeSet<CitizenId>, Critical> {
        let dead = self.ledger.people_ended_for(DEATH_REASON)?;
        let ids = dead.iter().filter_map(|identity| {
            let text = std::str::from_utf8(identity.expose()).ok()?;
            CitizenId::parse(text, Date::MAX).ok()
        });
        Ok(ids.collect())
    }

    /// The answer to a request, its rows in the order of the request.
    pub(crate) fn precheck_reply(
        &self,
        package: &Authentic,
        desk: &PrecheckDesk,
        answers: Vec<PrecheckAnswer>,
    ) -> Result<Option<Reply>, Critical> {
        let Some(to) = self.registry.party(&package.manifest.sender) else {
            return Ok(None);
        };
        let (mut cells, mut rows) = (Vec::new(), Vec::new());
        for answer in answers {
            cells.push(answer.cells);
            rows.push((answer.identity, answer.result.as_str()));
        }
        let list = name("data/precheck-result.csv")?;
        let file = self.disclosed_list(&desk.kind, &desk.list, to, list, cells)?;
        let kind = desk.kind.clone();
        Ok(Some(Reply { kind, file, rows }))
    }
}
