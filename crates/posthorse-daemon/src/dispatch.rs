//! What counties are given: every person once, with every source, and a workbook for the answer.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

use posthorse_domain::{
    Certainty, CitizenId, Date, DispatchBatch, DispatchRow, Language, Lead, LeadSource, ListSchema,
    OpenedBy, Procedure, ProcedureId, RoutingTable, Stage, route, write_answer_workbook,
};
use posthorse_ledger::{
    DispatchRecord, DispatchRow as LedgerRow, PendingLead, PendingPerson, TaskDue, case_id,
    month_of,
};
use posthorse_package::{Party, Period, Timestamp};

use crate::bureau::Bureau;
use crate::clock::date_in_china;
use crate::engine;
use crate::error::Critical;
use crate::remembered::last_outcome;
use crate::shutdown::Shutdown;
use crate::staging::{Letter, OutgoingFile};
use crate::telemetry;
use crate::verdict::name;

/// With which letter the numbers of warnings begin.
const SERIES: &str = "W";

impl Bureau<'_> {
    /// Dispatches to every county whose oldest lead has waited long enough, one transaction each.
    pub(crate) fn dispatch_due(&mut self, shutdown: &Shutdown) -> Result<(), Critical> {
        let now = self.now();
        for pending in self.ledger.pending_counties()? {
            if shutdown.is_requested() {
                return Ok(());
            }
            if engine::is_due(pending.oldest, now, self.config.dispatch_wait) {
                self.dispatch(&pending.county, now)?;
            }
        }
        Ok(())
    }

    fn dispatch(&mut self, county: &str, now: Timestamp) -> Result<(), Critical> {
        // A county whose office lost its key waits until the registry names a new one.
        let Some(office) = self.county_office(county, now).cloned() else {
            telemetry::no_county_office(county);
            return Ok(());
        };
        // One list can name more people than a workbook has rows; it must not stop the bureau.
        let Some(procedure) = self.lead_procedure() else {
            return Ok(());
        };
        let people = self.ledger.pending_people(&procedure, county)?;
        for part in people.chunks(self.config.limits.people_per_dispatch) {
            self.dispatch_part(&procedure, county, &office, part, now)?;
        }
        Ok(())
    }

    /// The procedure whose cases are made of leads: a kind opens it, and another one hands it over.
    fn lead_procedure(&self) -> Option<ProcedureId> {
        let mut procedures = self.rules.casework().procedures().iter();
        let of_leads = |procedure: &&Procedure| {
            matches!(procedure.opened_by(), OpenedBy::Kind(_)) && !procedure.is_sent_on()
        };
        procedures
            .find(of_leads)
            .map(|procedure| procedure.id().clone())
    }

    fn dispatch_part(
        &mut self,
        procedure: &ProcedureId,
        county: &str,
        office: &Party,
        people: &[PendingPerson],
        now: Timestamp,
    ) -> Result<(), Critical> {
        let today = date_in_china(now);
        let procedures = self.rules.casework().procedures();
        let handed = procedures
            .get(procedure)
            .ok_or_else(|| Critical::Schemas(format!("there is no procedure {procedure}")))?
            .first_stage();
        let stage = handed.id().clone();
        let due = self.rules.answer_due(handed.answer(), today);
        let kind = handed.task().clone();
        let (rows, ledger_rows) = self.rows(county, office, people, now, due)?;
        let mut files = self.dispatch_files(handed, office, &rows, today)?;
        files.extend(provisional_note(people, due)?);
        let mut chain = self
            .ledger
            .own_chain(&self.keys.signing.verifying_key().key_id())?;
        let letter = Letter {
            kind,
            to: office,
            period: month(today).parse().ok(),
            in_reply_to: None,
            sealed_at: now,
        };
        let sealed = self.seal_and_stage(&mut chain, letter, files)?;
        let manifest = sealed.manifest;
        let count = rows.len();
        self.ledger.record_dispatch(&DispatchRecord {
            procedure: procedure.clone(),
            stage,
            series: SERIES.to_owned(),
            county: county.to_owned(),
            at: now,
            due,
            sealed,
            rows: ledger_rows,
        })?;
        telemetry::dispatched(county, &office.id, &manifest, count);
        if let Some(due) = due
            && let Some(year) = due.certainty.missing_year()
        {
            telemetry::provisional_due(&due.on.to_string(), year);
        }
        self.summary.dispatches += 1;
        self.summary.dispatched_people += count as u64;
        Ok(())
    }

    /// One row a person, as the county reads it and as the ledger keeps it, in the same order.
    fn rows(
        &self,
        county: &str,
        office: &Party,
        people: &[PendingPerson],
        now: Timestamp,
        due: Option<TaskDue>,
    ) -> Result<(Vec<DispatchRow>, Vec<LedgerRow>), Critical> {
        let today = date_in_china(now);
        let mut leads = Vec::new();
        let mut of_id: BTreeMap<CitizenId, &PendingPerson> = BTreeMap::new();
        for person in people {
            for pending in &person.leads {
                let lead = self.lead(pending)?;
                of_id.insert(lead.id, person);
                leads.push(lead);
            }
        }
        let unreadable = || Critical::Schemas("a stored lead has no county".into());
        let code = county.parse().map_err(|_| unreadable())?;
        let table: RoutingTable = [(code, office.id.clone())].into_iter().collect();
        let period: Period = month(today).parse().map_err(|_| unreadable())?;
        let batch = DispatchBatch {
            period,
            number: 1,
            reply_by: due.map(|due| due.on),
        };
        let mut routing = route(leads, &table, &batch);
        let mut rows = routing.dispatches.remove(&office.id).unwrap_or_default();
        let compact = month_of(now);
        let mut next = self.ledger.next_case_number(SERIES, &compact, county)?;
        let mut ledger_rows = Vec::with_capacity(rows.len());
        for row in &mut rows {
            let person = of_id.get(&row.id).ok_or_else(unreadable)?;
            row.warning_id = match &person.open_case {
                Some(open) => {
                    // More is said of the case; the day by which to answer stays.
                    row.reply_by = open.due.map(|due| due.on);
                    open.case_id.clone()
                }
                None => {
                    let id = case_id(SERIES, &compact, county, next);
                    next += 1;
                    id
                }
            };
            row.remembered = person.last.as_ref().map(last_outcome);
            ledger_rows.push(LedgerRow {
                person: Some(person.person),
                case_id: row.warning_id.clone(),
                since: person
                    .leads
                    .iter()
                    .map(|lead| lead.received_at)
                    .min()
                    .unwrap_or(now),
                leads: person.leads.iter().map(|lead| lead.lead).collect(),
            });
        }
        Ok((rows, ledger_rows))
    }

    pub(crate) fn lead(&self, pending: &PendingLead) -> Result<Lead, Critical> {
        let title = self
            .registry
            .party(&pending.source)
            .map(|party| party.name.clone());
        let list = self
            .rules
            .schemas()
            .iter()
            .find(|schema| *schema.id() == pending.list);
        let source = Arc::new(LeadSource {
            department: pending.source.clone(),
            department_title: title.unwrap_or_else(|| pending.source.to_string()),
            list: pending.list.clone(),
            list_title: list
                .map_or(pending.list.as_str(), ListSchema::title)
                .to_owned(),
            period: pending.period.clone(),
        });
        Lead::from_json(pending.detail.expose(), &source)
            .ok_or_else(|| Critical::Schemas("a stored lead cannot be read".into()))
    }

    fn dispatch_files(
        &self,
        stage: &Stage,
        office: &Party,
        rows: &[DispatchRow],
        today: Date,
    ) -> Result<Vec<OutgoingFile>, Critical> {
        let dispatch = self.list_of(stage.task())?;
        let answer = self.list_of(stage.answer())?;
        let cells = rows.iter().map(|row| row.cells(dispatch));
        let list = name("data/warning-dispatch.csv")?;
        let list = self.disclosed_list(stage.task(), dispatch, office, list, cells)?;
        let mut workbook = Cursor::new(Vec::new());
        write_answer_workbook(answer, dispatch, rows, &[], today, &mut workbook)
            .map_err(|error| Critical::Schemas(error.to_string()))?;
        let title = format!("核实反馈-{}.xlsx", month(today));
        Ok(vec![
            list,
            OutgoingFile::workbook(
                name("attachments/answer.xlsx")?,
                title,
                workbook.into_inner(),
            ),
        ])
    }
}

/// What is said beside a last day that the calendar has not decided (E207).
fn provisional_note(
    people: &[PendingPerson],
    due: Option<TaskDue>,
) -> Result<Option<OutgoingFile>, Critical> {
    let of_open = |person: &PendingPerson| match &person.open_case {
        Some(open) => open.due,
        None => due,
    };
    let missing = people
        .iter()
        .filter_map(of_open)
        .filter_map(|due| due.certainty.missing_year())
        .min();
    note_for(missing)
}

/// The same for tasks that begin together.
pub(crate) fn due_note(due: Option<TaskDue>) -> Result<Option<OutgoingFile>, Critical> {
    note_for(due.and_then(|due| due.certainty.missing_year()))
}

fn note_for(missing_year: Option<i16>) -> Result<Option<OutgoingFile>, Critical> {
    let Some(year) = missing_year else {
        return Ok(None);
    };
    let note = Certainty::Provisional { year }.note(Language::Chinese);
    let text = format!(
        "{} {}\r\n",
        Certainty::PROVISIONAL_CODE,
        note.unwrap_or_default()
    );
    Ok(Some(OutgoingFile::text(
        name("attachments/deadline-note.txt")?,
        "期限说明.txt".to_owned(),
        text,
    )))
}

/// `YYYY-MM`
fn month(today: Date) -> String {
    today.to_string()[..7].to_owned()
}
