//! Rows that open cases by themselves: applicants to be compared, anomalies to be verified
//! (spec/casework-v1.md, section 4a).

use std::time::Duration;

use posthorse_domain::{
    Assignee, Clock, CountyCode, Date, FeedbackTo, FieldType, ProblemCode, Procedure, Record,
    Stage, TakenBack,
};
use posthorse_ledger::{DirectTask, LedgerError, OpenedCase, Openings, Secret, TaskDue};
use posthorse_package::{Party, PartyId, Role};

use crate::attribution::Authentic;
use crate::bureau::Bureau;
use crate::clock::date_in_china;
use crate::reports::whole;

/// With which letter the numbers of cases begin that an office's package opens.
const SERIES: &str = "C";
const COUNTY: &str = "county_name";
const DAY: Duration = Duration::from_secs(86_400);

/// How the rows of a package come to those who must answer them.
#[derive(Clone, Copy)]
pub(crate) enum Route<'r> {
    /// The bureau hands them over.
    ByBureau,
    /// This office has the same package.
    Direct(&'r Party),
}

/// What becomes of one row that would open a case.
pub(crate) enum Opening {
    Taken(OpenedCase),
    SentBack(TakenBack),
}

impl Bureau<'_> {
    /// Why nobody may send this kind to these recipients, if it is so (section 2).
    pub(crate) fn address_fault(&self, package: &Authentic) -> Option<&'static str> {
        let manifest = &package.manifest;
        let kind = self.rules.casework().kinds().get(&manifest.kind)?;
        let roles = |party: &PartyId| {
            let party = self.registry.party(party);
            party.map_or(&[][..], |party| party.roles.as_slice())
        };
        let recipients: Vec<&[Role]> = manifest
            .recipients
            .iter()
            .map(|recipient| roles(&recipient.party))
            .collect();
        if let Err(fault) = kind.addressing(roles(&manifest.sender), &recipients) {
            return Some(fault.code());
        }
        // Each county would read what is said of the people of the others.
        (self.county_recipients(package).len() > 1).then_some("several-counties")
    }

    fn county_recipients(&self, package: &Authentic) -> Vec<&Party> {
        let recipients = package.manifest.recipients.iter();
        let parties = recipients.filter_map(|to| self.registry.party(&to.party));
        let mut counties: Vec<&Party> = parties.filter(|to| to.is(Role::County)).collect();
        counties.sort_by(|one, other| one.id.cmp(&other.id));
        counties.dedup_by_key(|party| &party.id);
        counties
    }

    /// The way of a package's rows.
    pub(crate) fn route(&self, package: &Authentic, procedure: &Procedure) -> Route<'_> {
        match self.county_recipients(package).first() {
            Some(county) if procedure.first_stage().assignee() == Assignee::County => {
                Route::Direct(county)
            }
            _ => Route::ByBureau,
        }
    }

    /// The cases of a package, before its rows are read.
    pub(crate) fn no_openings(&self, package: &Authentic, procedure: &Procedure) -> Openings {
        let feedback = procedure.feedback();
        let informs = feedback
            .filter(|feedback| feedback.to() == FeedbackTo::Opener)
            // What this office itself asked, it is answered with the answers that come in.
            .filter(|_| package.manifest.sender != self.id)
            .map(|_| package.manifest.sender.clone());
        Openings {
            procedure: procedure.id().clone(),
            stage: procedure.first_stage().id().clone(),
            series: SERIES.to_owned(),
            informs,
            cases: Vec::new(),
        }
    }

    /// Judges one row that would open a case.
    pub(crate) fn opening(
        &self,
        package: &Authentic,
        procedure: &Procedure,
        route: Route<'_>,
        record: &Record<'_>,
    ) -> Result<Opening, LedgerError> {
        let stage = procedure.first_stage();
        let (key_column, county) = (stage.key().as_str(), record.get(COUNTY));
        let key = Secret::new(record.get(key_column).as_bytes().to_vec());
        if !self.may_name(package, stage, route, county) {
            let code = county.parse::<CountyCode>().ok();
            let known = code.and_then(|code| self.rules.areas().county(code));
            let shown = known.map_or(county, |county| county.name.as_str());
            let facts = vec![("value", shown.to_owned())];
            let fault = record.taken_back(ProblemCode::CountyNotTheirs, COUNTY, facts);
            if let Some(fault) = fault {
                return Ok(Opening::SentBack(fault));
            }
        }
        if !is_of_a_person(record, key_column) {
            let known = self.ledger.cases_of_key(procedure.id(), &key)?;
            let sender = Some(&package.manifest.sender);
            let mut there = known.iter().filter(|case| case.county == county);
            if there.any(|case| case.opened_by.as_ref() != sender) {
                let facts = vec![("value", record.get(key_column).to_owned())];
                let fault = record.taken_back(ProblemCode::NumberTaken, key_column, facts);
                if let Some(fault) = fault {
                    return Ok(Opening::SentBack(fault));
                }
            }
        }
        let person = record.get("id_no");
        let today = date_in_china(package.received_at);
        Ok(Opening::Taken(OpenedCase {
            identity: (!person.is_empty()).then(|| Secret::new(person.as_bytes().to_vec())),
            key,
            county: county.to_owned(),
            detail: whole(record),
            task: match route {
                Route::ByBureau => None,
                Route::Direct(office) => Some(DirectTask {
                    party: office.id.clone(),
                    due: self.last_day(stage, record.get("reply_by"), today),
                }),
            },
        }))
    }

    /// Whether a sender may speak of people of this county. What several departments find out goes
    /// back to the sender: a county asks for its own people only.
    fn may_name(&self, package: &Authentic, stage: &Stage, route: Route<'_>, county: &str) -> bool {
        let has = |party: &Party| party.counties.iter().any(|code| code == county);
        match route {
            Route::Direct(office) => has(office),
            Route::ByBureau if stage.assignee() == Assignee::County => true,
            Route::ByBureau => {
                let sender = self.registry.party(&package.manifest.sender);
                sender.is_none_or(|party| !party.is(Role::County) || has(party))
            }
        }
    }

    /// The last day of a task that is handed over today: that of the due rule; where the office
    /// that asks sets the day, the one that its row names and that is not over, else that of the
    /// settings.
    pub(crate) fn last_day(&self, stage: &Stage, reply_by: &str, today: Date) -> Option<TaskDue> {
        if let Some(due) = self.rules.answer_due(stage.answer(), today) {
            return Some(due);
        }
        let kind = self.rules.casework().kinds().get(stage.answer())?;
        if kind.clock() != Clock::Set {
            return None;
        }
        let named: Option<Date> = reply_by.parse().ok().filter(|day| *day >= today);
        let days = u32::from(self.config.reply_days);
        let given = || today.checked_add(DAY * days).unwrap_or(Date::MAX);
        Some(TaskDue {
            on: named.unwrap_or_else(given),
            certainty: posthorse_domain::Certainty::Decided,
        })
    }
}

/// Whether a key identifies a person, and so is the same for everybody; else an office gave it.
pub(crate) fn is_of_a_person(record: &Record<'_>, key_column: &str) -> bool {
    let at = record.schema.position(key_column);
    let field = at.and_then(|at| record.schema.fields().get(at));
    field.is_some_and(|field| field.field_type() == FieldType::CitizenId)
}
