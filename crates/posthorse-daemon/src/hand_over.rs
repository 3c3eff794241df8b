//! Cases that wait for the bureau go to whoever their stage names: a county, the department that
//! answers for the matter, or every department that holds data.

use std::collections::BTreeMap;

use posthorse_domain::{Assignee, Date, ListSchema, Procedure, ProcedureId, Stage, StageId};
use posthorse_ledger::{
    DispatchRecord, DispatchRow, OwnChain, SealedFacts, Secret, TaskDue, WaitingCase,
};
use posthorse_package::{Party, PartyId, Role, Timestamp};

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

/// The column of a task that says by when to answer.
const REPLY_BY: &str = "reply_by";

/// What goes to the same offices at once.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Batch {
    procedure: ProcedureId,
    stage: StageId,
    offices: Vec<PartyId>,
    last_day: Option<Date>,
}

impl Bureau<'_> {
    /// Hands over every waiting case whose office has a recipient in force, one transaction for
    /// each stage, last day and office; or for all offices, where several must answer.
    pub(crate) fn hand_over(&mut self, shutdown: &Shutdown) -> Result<(), Critical> {
        let now = self.now();
        let today = date_in_china(now);
        let mut batches: BTreeMap<Batch, (Option<TaskDue>, Vec<WaitingCase>)> = BTreeMap::new();
        for case in self.ledger.waiting_cases()? {
            let (_, stage) = self.rules.stage(&case.procedure, &case.stage)?;
            let offices = self.offices_for(stage, &case, now);
            if offices.is_empty() {
                telemetry::no_office(&case.case_id);
                continue;
            }
            let due = self.last_day(stage, &stated(&case.detail, REPLY_BY), today);
            let batch = Batch {
                procedure: case.procedure.clone(),
                stage: case.stage.clone(),
                offices: offices.iter().map(|office| office.id.clone()).collect(),
                last_day: due.map(|due| due.on),
            };
            let (_, cases) = batches.entry(batch).or_insert((due, Vec::new()));
            cases.push(case);
        }
        for (batch, (due, cases)) in batches {
            if shutdown.is_requested() {
                return Ok(());
            }
            self.hand_over_to(&batch, due, &cases, now)?;
        }
        Ok(())
    }

    fn offices_for(&self, stage: &Stage, case: &WaitingCase, now: Timestamp) -> Vec<&Party> {
        match stage.assignee() {
            Assignee::County => self.county_office(&case.county, now).into_iter().collect(),
            Assignee::Department => {
                let tag = stated(&case.detail, DEPARTMENT);
                self.department(&tag, now).into_iter().collect()
            }
            Assignee::EveryDepartment => self.departments_for(stage, now),
            Assignee::Bureau => Vec::new(),
        }
    }

    /// The departments that may answer a stage and can open what they are given.
    fn departments_for(&self, stage: &Stage, now: Timestamp) -> Vec<&Party> {
        let parties = self.registry.parties().iter();
        parties
            .filter(|party| {
                party.is(Role::Department)
                    && party.may_send.contains(stage.answer())
                    && party.recipients_at(now).next().is_some()
            })
            .collect()
    }

    fn hand_over_to(
        &mut self,
        batch: &Batch,
        due: Option<TaskDue>,
        cases: &[WaitingCase],
        now: Timestamp,
    ) -> Result<(), Critical> {
        let (_, handed) = self.rules.stage(&batch.procedure, &batch.stage)?;
        let assignee = handed.assignee();
        let county = match assignee {
            Assignee::County => cases[0].county.clone(),
            _ => String::new(),
        };
        let mut chain = self
            .ledger
            .own_chain(&self.keys.signing.verifying_key().key_id())?;
        let mut records = Vec::with_capacity(batch.offices.len());
        for office in &batch.offices {
            let Some(to) = self.registry.party(office) else {
                return Ok(());
            };
            records.push(DispatchRecord {
                procedure: batch.procedure.clone(),
                stage: batch.stage.clone(),
                series: String::new(),
                county: county.clone(),
                at: now,
                due,
                sealed: self.seal_tasks(&mut chain, batch, to, due, cases, now)?,
                rows: cases.iter().map(ledger_row).collect(),
            });
        }
        match (assignee, &records[..]) {
            (Assignee::EveryDepartment, records) => self.ledger.record_hand_over(records)?,
            (_, records) => {
                for record in records {
                    self.ledger.record_dispatch(record)?;
                }
            }
        }
        for record in &records {
            let sealed = &record.sealed;
            telemetry::dispatched(&county, &sealed.party, &sealed.manifest, cases.len());
            self.summary.dispatches += 1;
        }
        Ok(())
    }

    fn seal_tasks(
        &self,
        chain: &mut OwnChain,
        batch: &Batch,
        to: &Party,
        due: Option<TaskDue>,
        cases: &[WaitingCase],
        now: Timestamp,
    ) -> Result<SealedFacts, Critical> {
        let (procedure, handed) = self.rules.stage(&batch.procedure, &batch.stage)?;
        let schema = self.list_of(handed.task())?;
        let rows = cases
            .iter()
            .map(|case| task_row(procedure, handed, schema, case, due));
        let kind = handed.task().clone();
        let list = name("data/tasks.csv")?;
        let mut files = vec![self.disclosed_list(&kind, schema, to, list, rows)?];
        files.extend(due_note(due)?);
        let letter = Letter {
            kind,
            to,
            period: None,
            in_reply_to: None,
            sealed_at: now,
        };
        self.seal_and_stage(chain, letter, files)
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
    procedure: &Procedure,
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
        // What is sent on keeps the key by which its opener knows it.
        key if key == stage.key().as_str() && !procedure.is_sent_on() => case.case_id.clone(),
        REPLY_BY => due.map_or_else(String::new, |due| due.on.to_string()),
        "finding" => answered("explanation"),
        field => stated(&case.detail, field),
    };
    let fields = schema.fields().iter();
    fields.map(|field| cell(field.name())).collect()
}
