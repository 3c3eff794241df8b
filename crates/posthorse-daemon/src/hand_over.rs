//! Cases that wait for the bureau go to whoever their stage names: a county, or the department
//! that answers for the matter.

use std::collections::BTreeMap;

use posthorse_domain::{
    Assignee, Clock, DueRule, ListSchema, OpenedBy, Procedure, ProcedureId, Stage, StageId,
};
use posthorse_ledger::{DispatchRecord, DispatchRow, Secret, TaskDue, WaitingCase};
use posthorse_package::{Party, PartyId, Timestamp};

use crate::bureau::Bureau;
use crate::clock::date_in_china;
use crate::dispatch::due_note;
use crate::error::Critical;
use crate::remembered::stated;
use crate::screening::DEPARTMENT;
use crate::shutdown::Shutdown;
use crate::staging::Letter;
use crate::telemetry;
use crate::verdict::name;

/// What goes to one office at once.
type Batch = (ProcedureId, StageId, PartyId);

impl Bureau<'_> {
    /// Hands over every waiting case whose office has a recipient in force, one transaction for
    /// each stage and office.
    pub(crate) fn hand_over(&mut self, shutdown: &Shutdown) -> Result<(), Critical> {
        let now = self.now();
        let mut batches: BTreeMap<Batch, Vec<WaitingCase>> = BTreeMap::new();
        for case in self.ledger.waiting_cases()? {
            let (_, stage) = self.rules.stage(&case.procedure, &case.stage)?;
            match self.office_for(stage, &case, now) {
                Some(office) => {
                    let batch = (
                        case.procedure.clone(),
                        case.stage.clone(),
                        office.id.clone(),
                    );
                    batches.entry(batch).or_default().push(case);
                }
                None => telemetry::no_office(&case.case_id),
            }
        }
        for ((procedure, stage, party), cases) in batches {
            if shutdown.is_requested() {
                return Ok(());
            }
            self.hand_over_to(procedure, stage, &party, &cases, now)?;
        }
        Ok(())
    }

    fn office_for(&self, stage: &Stage, case: &WaitingCase, now: Timestamp) -> Option<&Party> {
        match stage.assignee() {
            Assignee::County => self.county_office(&case.county, now),
            Assignee::Department => self.department(&stated(&case.detail, DEPARTMENT), now),
            Assignee::EveryDepartment | Assignee::Bureau => None,
        }
    }

    /// The rule of the last day of a stage that the bureau opens and that no due rule is about:
    /// the bureau sets the day itself.
    pub(crate) fn own_rule(&self, procedure: &Procedure, stage: &Stage) -> Option<DueRule> {
        let kind = self.rules.casework.kinds().get(stage.answer())?;
        let is_own = *procedure.opened_by() == OpenedBy::Bureau && kind.clock() == Clock::Set;
        let days = self.config.reply_days;
        is_own.then(|| DueRule::set_by_bureau(kind.name().clone(), days))
    }

    fn hand_over_to(
        &mut self,
        procedure: ProcedureId,
        stage: StageId,
        party: &PartyId,
        cases: &[WaitingCase],
        now: Timestamp,
    ) -> Result<(), Critical> {
        let (opened, handed) = self.rules.stage(&procedure, &stage)?;
        let today = date_in_china(now);
        let due = self.rules.answer_due(handed.answer(), today).or_else(|| {
            let due = self
                .own_rule(opened, handed)?
                .due(today, &self.rules.calendar);
            Some(TaskDue {
                on: due.date,
                certainty: due.certainty,
            })
        });
        let Some(to) = self.registry.party(party).cloned() else {
            return Ok(());
        };
        let schema = self.list_of(handed.task())?;
        let rows = cases.iter().map(|case| task_row(handed, schema, case, due));
        let kind = handed.task().clone();
        let list = name("data/tasks.csv")?;
        let mut files = vec![self.disclosed_list(&kind, schema, &to, list, rows)?];
        files.extend(due_note(due)?);
        let mut chain = self
            .ledger
            .own_chain(&self.keys.signing.verifying_key().key_id())?;
        let letter = Letter {
            kind,
            to: &to,
            period: None,
            in_reply_to: None,
            sealed_at: now,
        };
        let sealed = self.seal_and_stage(&mut chain, letter, files)?;
        let manifest = sealed.manifest;
        let county = match handed.assignee() {
            Assignee::County => cases[0].county.clone(),
            _ => String::new(),
        };
        self.ledger.record_dispatch(&DispatchRecord {
            procedure,
            stage,
            series: String::new(),
            county: county.clone(),
            at: now,
            due,
            sealed,
            rows: cases.iter().map(ledger_row).collect(),
        })?;
        telemetry::dispatched(&county, party, &manifest, cases.len());
        self.summary.dispatches += 1;
        Ok(())
    }
}

fn ledger_row(case: &WaitingCase) -> DispatchRow {
    DispatchRow {
        person: case.person,
        case_id: case.case_id.clone(),
        since: case.opened_at,
        leads: Vec::new(),
    }
}

/// The row of a task: what opened the case says, and what the last answer found.
fn task_row(
    stage: &Stage,
    schema: &ListSchema,
    case: &WaitingCase,
    due: Option<TaskDue>,
) -> Vec<String> {
    let answered = |column| {
        let answer = case.answer.as_ref();
        answer.map_or_else(String::new, |answer: &Secret| stated(answer, column))
    };
    let cell = |field: &str| match field {
        key if key == stage.key().as_str() => case.case_id.clone(),
        "reply_by" => due.map_or_else(String::new, |due| due.on.to_string()),
        "finding" => answered("explanation"),
        field => stated(&case.detail, field),
    };
    let fields = schema.fields().iter();
    fields.map(|field| cell(field.name())).collect()
}
