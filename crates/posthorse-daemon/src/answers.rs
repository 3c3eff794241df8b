//! What offices answer: taken where the case is theirs, the person the one it is about, and the
//! visit within its time; else sent back.

use std::collections::BTreeMap;

use posthorse_domain::{
    Assignee, Date, ProblemCode, Procedure, Record, Stage, TakenBack, Transition, mask_number,
};
use posthorse_ledger::{CaseRow, LedgerError, NewAnswer, Secret, Timeliness};

use crate::attribution::Authentic;
use crate::bureau::Bureau;
use crate::clock::date_in_china;
use crate::openings::is_of_a_person;
use crate::reports::whole;

/// What becomes of one row of an answer.
pub(crate) enum Answer {
    /// By every case that it is about, with how it stands to its last day, if it has one.
    Taken(Vec<NewAnswer>, Option<Timeliness>),
    SentBack(TakenBack),
}

impl Bureau<'_> {
    /// Judges one row of an office's answer to a stage. Nothing tells a number that never was from
    /// one of another office: the sender would learn what others were given.
    pub(crate) fn answer(
        &self,
        package: &Authentic,
        procedure: &Procedure,
        stage: &Stage,
        record: &Record<'_>,
    ) -> Result<Answer, LedgerError> {
        let key = stage.key().as_str();
        let id = record.get(key);
        let cases = self.answered_cases(package, procedure, stage, id)?;
        let fault = match &cases[..] {
            [] => not_theirs(procedure, record, key),
            cases => cases.iter().find_map(|case| {
                another_person(record, case).or_else(|| {
                    let answered_on = date_in_china(package.manifest.sealed_at);
                    let tasks = case.tasks.iter().filter(|task| task.stage == *stage.id());
                    let from = tasks.map(|task| task.dispatched_at).min()?;
                    visit_outside(record, date_in_china(from), answered_on)
                })
            }),
        };
        Ok(match fault {
            Some(fault) => Answer::SentBack(fault),
            None => {
                let dues = cases.iter().filter_map(|case| last_day(case, stage));
                let came = date_in_china(package.received_at);
                let timeliness = dues.map(|due| late_by(due, came)).max();
                let reason = self.reason_given(record);
                let answers = cases
                    .iter()
                    .map(|case| new_answer(record, &case.case_id, stage, reason.clone()));
                Answer::Taken(answers.collect(), timeliness)
            }
        })
    }

    /// The code of the reason that an answer gives.
    fn reason_given(&self, record: &Record<'_>) -> Option<String> {
        let codes = self.rules.casework().reason_codes();
        let kind = record.schema.kind();
        let mut fields = record.schema.fields().iter().filter_map(|field| {
            let set = codes.of_column(kind, field.name())?;
            set.find(record.get(field.name()))
        });
        let found = fields.next()?;
        Some(found.code().as_str().to_owned())
    }

    /// The cases that an answer under this key is about: the one with this number, or those that
    /// their openers called so and that were handed to the sender.
    fn answered_cases(
        &self,
        package: &Authentic,
        procedure: &Procedure,
        stage: &Stage,
        key: &str,
    ) -> Result<Vec<CaseRow>, LedgerError> {
        let mut cases = if procedure.is_sent_on() {
            let key = Secret::new(key.as_bytes().to_vec());
            self.ledger.cases_of_key(procedure.id(), &key)?
        } else {
            let found = self.ledger.case(key)?.into_iter();
            found
                .filter(|case| case.procedure == *procedure.id())
                .collect()
        };
        cases.retain(|case| self.is_theirs(package, stage, case));
        Ok(meant(cases))
    }

    /// Whether the case was handed to the sender, or to whoever had the sender's county before.
    fn is_theirs(&self, package: &Authentic, stage: &Stage, case: &CaseRow) -> bool {
        let sender = &package.manifest.sender;
        let mut tasks = case.tasks.iter().filter(|task| task.stage == *stage.id());
        match stage.assignee() {
            Assignee::County => {
                let party = self.registry.party(sender);
                tasks.next().is_some()
                    && party.is_some_and(|party| party.counties.contains(&case.county))
            }
            Assignee::Department | Assignee::EveryDepartment | Assignee::Bureau => {
                tasks.any(|task| task.party == *sender)
            }
        }
    }
}

/// Of cases with one key, those that an answer is about: all that are open; where none is, in
/// each county the one that ended last, whose answer it corrects or completes.
fn meant(mut cases: Vec<CaseRow>) -> Vec<CaseRow> {
    if cases.iter().any(|case| case.ended_at.is_none()) {
        cases.retain(|case| case.ended_at.is_none());
        return cases;
    }
    let mut last: BTreeMap<String, CaseRow> = BTreeMap::new();
    cases.sort_by(|a, b| (a.ended_at, &a.case_id).cmp(&(b.ended_at, &b.case_id)));
    for case in cases {
        last.insert(case.county.clone(), case);
    }
    last.into_values().collect()
}

/// Nothing tells what never was from what another office was given.
fn not_theirs(procedure: &Procedure, record: &Record<'_>, key: &str) -> Option<TakenBack> {
    let (code, value) = match (procedure.is_sent_on(), is_of_a_person(record, key)) {
        (false, _) => (ProblemCode::WarningUnknown, record.get(key).to_owned()),
        (true, false) => (ProblemCode::NotHandedOver, record.get(key).to_owned()),
        (true, true) => (ProblemCode::NotHandedOver, mask_number(record.get(key))),
    };
    record.taken_back(code, key, vec![("value", value)])
}

/// The last day of a case's stage.
fn last_day(case: &CaseRow, stage: &Stage) -> Option<Date> {
    let tasks = case.tasks.iter().filter(|task| task.stage == *stage.id());
    tasks.filter_map(|task| task.due).map(|due| due.on).max()
}

fn late_by(due: Date, came: Date) -> Timeliness {
    let days = due.until(came).map_or(0, |span| span.get_days());
    match u32::try_from(days) {
        Ok(days @ 1..) => Timeliness::Late { days },
        _ => Timeliness::InTime,
    }
}

/// A sheet that was sorted by one column only tells of everybody what is true of somebody else.
fn another_person(record: &Record<'_>, case: &CaseRow) -> Option<TakenBack> {
    let stated = record.get("id_no");
    let person = case.identity.as_ref()?;
    if stated.is_empty() || stated.as_bytes() == person.expose() {
        return None;
    }
    let facts = vec![("value", mask_number(stated))];
    record.taken_back(ProblemCode::PersonDiffers, "id_no", facts)
}

/// Notice, section 1 (1) 2: the visit follows the dispatch, and the answer the visit.
fn visit_outside(record: &Record<'_>, from: Date, to: Date) -> Option<TakenBack> {
    let text = record.get("visited_on");
    let visited_on: Date = text.parse().ok()?;
    if (from..=to).contains(&visited_on) {
        return None;
    }
    let facts = vec![
        ("value", text.to_owned()),
        ("from", from.to_string()),
        ("to", to.to_string()),
    ];
    record.taken_back(ProblemCode::VisitOutsidePeriod, "visited_on", facts)
}

/// The row as the ledger keeps it, with the whole of it for the operator.
fn new_answer(
    record: &Record<'_>,
    case_id: &str,
    stage: &Stage,
    reason: Option<String>,
) -> NewAnswer {
    let outcome = record.get(stage.outcome_field().as_str());
    NewAnswer {
        case_id: case_id.to_owned(),
        stage: stage.id().clone(),
        list: record.schema.id().clone(),
        outcome: outcome.to_owned(),
        // A checked list has no other outcome than the stage's: the casework agrees with it.
        then: stage
            .transition(outcome)
            .cloned()
            .unwrap_or(Transition::StaysOpen),
        reason,
        detail: whole(record),
    }
}
