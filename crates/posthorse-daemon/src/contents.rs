//! What is inside a package, by its kind: leads to route, answers to record, rows to send back.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

use posthorse_domain::{
    Assignee, CheckReport, Duty, Lead, LeadSource, ListCheck, ListError, ListLimits, ListSchema,
    NotALead, ProblemCode, Procedure, Record, ReportKind, Stage, TakenBack, write_return_workbook,
};
use posthorse_ledger::{
    Destination, LedgerError, NewAnswer, NewLead, NewReportRow, NewSubmission, Openings, Secret,
    Timeliness,
};
use posthorse_package::{
    Digest, Disposition, EntryName, Opened, PartyId, Period, Resource, Timestamp,
};

use crate::amendments::Amending;
use crate::answers::Answer;
use crate::attribution::Authentic;
use crate::bureau::Bureau;
use crate::clock::date_in_china;
use crate::engine;
use crate::error::{Critical, Failure, state};
use crate::opened_files::OpenedFiles;
use crate::openings::{Opening, Route};
use crate::prechecks::{PrecheckAnswer, PrecheckDesk, Reply};
use crate::reports::whole;
use crate::staging::OutgoingFile;

/// What a package comes to.
pub(crate) struct Contents {
    pub(crate) disposition: Disposition,
    pub(crate) code: &'static str,
    pub(crate) accepted: u64,
    pub(crate) rejected: u64,
    pub(crate) leads: Vec<NewLead>,
    pub(crate) answers: Vec<NewAnswer>,
    pub(crate) submissions: Vec<NewSubmission>,
    pub(crate) report_rows: Vec<NewReportRow>,
    pub(crate) openings: Option<Openings>,
    /// What it does to what its sender sent before.
    pub(crate) amending: Amending,
    /// The office that is given the package as it is, since it is addressed to it too.
    pub(crate) passed_on: Option<PartyId>,
    /// How it stands to the days in which it was expected: the latest of what is in it.
    pub(crate) timeliness: Option<Timeliness>,
    /// What goes back to the sender, sealed.
    pub(crate) returned: Vec<OutgoingFile>,
    /// What is said before a payout, row by row.
    pub(crate) prechecked: Vec<PrecheckAnswer>,
    /// What the sender is answered beside that, sealed too.
    pub(crate) reply: Option<Reply>,
}

impl Contents {
    /// Nothing is taken of a package, for this reason.
    pub(crate) fn refused(code: &'static str) -> Self {
        Self {
            disposition: Disposition::Rejected,
            code,
            accepted: 0,
            rejected: 0,
            leads: Vec::new(),
            answers: Vec::new(),
            submissions: Vec::new(),
            report_rows: Vec::new(),
            openings: None,
            amending: Amending::default(),
            passed_on: None,
            timeliness: None,
            returned: Vec::new(),
            prechecked: Vec::new(),
            reply: None,
        }
    }
}

impl Contents {
    /// One list that stands in several files is one submission.
    fn submit(&mut self, list: NewSubmission) {
        let known = self
            .submissions
            .iter_mut()
            .find(|one| one.list == list.list);
        match known {
            Some(known) => {
                known.accepted += list.accepted;
                known.rejected += list.rejected;
            }
            None => self.submissions.push(list),
        }
    }

    /// Of what is rejected nothing is kept, so that it may come again.
    fn without_effects(self) -> Self {
        Self {
            leads: Vec::new(),
            answers: Vec::new(),
            amending: Amending::default(),
            submissions: Vec::new(),
            report_rows: Vec::new(),
            openings: None,
            passed_on: None,
            timeliness: None,
            ..self
        }
    }
}

/// What a kind's lists are read into.
#[derive(Clone, Copy)]
enum Purpose<'r> {
    /// Leads, which wait until they are dispatched person by person.
    Leads,
    /// Cases of this procedure, one a row.
    Openings(&'r Procedure, Route<'r>),
    /// Answers to a stage.
    Answers(&'r Procedure, &'r Stage),
    /// Rows of a report; of a payout, with the precheck that it names.
    Report(ReportKind, Option<Digest>),
    /// Questions before a payout.
    Precheck(&'r PrecheckDesk),
    /// Corrections of what the sender sent before.
    Corrections,
    /// Withdrawals of it.
    Withdrawals,
}

impl Purpose<'_> {
    /// Whether a package of such rows may take the place of an earlier one.
    fn may_replace(self) -> bool {
        match self {
            Self::Leads | Self::Openings(..) | Self::Answers(..) | Self::Report(..) => true,
            Self::Precheck(_) | Self::Corrections | Self::Withdrawals => false,
        }
    }

    /// Whether its lists are counted as submitted.
    fn submits(self) -> bool {
        match self {
            Self::Leads | Self::Openings(..) | Self::Report(..) | Self::Precheck(_) => true,
            Self::Answers(..) | Self::Corrections | Self::Withdrawals => false,
        }
    }
}

impl Bureau<'_> {
    /// Reads an opened package according to its kind.
    pub(crate) fn read_contents(
        &self,
        package: &Authentic,
        opened: Opened<OpenedFiles>,
    ) -> Result<Contents, Failure> {
        if let Some(code) = self.address_fault(package) {
            return Ok(Contents::refused(code));
        }
        let desk = match self.precheck_desk(package)?.transpose() {
            Ok(desk) => desk,
            Err(code) => return Ok(Contents::refused(code)),
        };
        let purpose = match &desk {
            Some(desk) => Some(Purpose::Precheck(desk)),
            None => self.purpose(package)?,
        };
        let Some(purpose) = purpose else {
            return Ok(Contents::refused("kind-not-handled"));
        };
        let replaced = match self.replaced_by(package, purpose.may_replace())? {
            Ok(replaced) => replaced,
            Err(code) => return Ok(Contents::refused(code)),
        };
        let lists: Vec<Resource> = opened
            .descriptor()
            .resources
            .iter()
            .filter(|file| file.list.is_some())
            .cloned()
            .collect();
        let files = opened.into_store();
        let mut contents = Contents::refused("list-unreadable");
        if lists.is_empty() {
            return Ok(contents);
        }
        contents.amending = Amending::replacing(replaced);
        for list in &lists {
            let schema = list.list.as_ref().and_then(|id| {
                self.rules
                    .schemas()
                    .find(&package.manifest.kind, id.as_str())
            });
            let Some(schema) = schema else {
                return Ok(Contents::refused("list-unreadable"));
            };
            if !self.read_list(package, &files, list, schema, purpose, &mut contents)? {
                return Ok(Contents::refused("list-unreadable"));
            }
        }
        (contents.disposition, contents.code) =
            engine::dispose(contents.accepted, contents.rejected);
        if let Some(desk) = &desk
            && contents.accepted > 0
        {
            let said = std::mem::take(&mut contents.prechecked);
            contents.reply = self.precheck_reply(package, desk, said)?;
        }
        if let Purpose::Openings(_, Route::Direct(office)) = purpose {
            contents.passed_on = Some(office.id.clone());
            // A county must not hold rows that the bureau does not know.
            if contents.rejected > 0 {
                contents.rejected += std::mem::take(&mut contents.accepted);
                (contents.disposition, contents.code) = (Disposition::Rejected, "not-whole");
            }
        }
        if contents.disposition != Disposition::Rejected
            && let Some(code) = self.cannot_replace(&contents)?
        {
            contents.rejected += std::mem::take(&mut contents.accepted);
            (contents.disposition, contents.code) = (Disposition::Rejected, code);
        }
        Ok(match contents.disposition {
            Disposition::Rejected => contents.without_effects(),
            _ => contents,
        })
    }

    /// What a kind's rows are to this office, by the kind's duty; nothing if it has no use for them.
    fn purpose(&self, package: &Authentic) -> Result<Option<Purpose<'_>>, Critical> {
        let casework = self.rules.casework();
        let Some(kind) = casework.kinds().get(&package.manifest.kind) else {
            return Ok(None);
        };
        Ok(match kind.duty() {
            Duty::Opens { procedure } => casework
                .procedures()
                .get(procedure)
                .and_then(|procedure| self.opens(package, procedure)),
            Duty::Answer { procedure, stage } => {
                let (procedure, stage) = self.rules.stage(procedure, stage)?;
                Some(Purpose::Answers(procedure, stage))
            }
            Duty::Report(report) => Some(Purpose::Report(*report, self.precheck_named(package)?)),
            // What only this office sends, and what has no use here yet.
            Duty::Task { .. }
            | Duty::Feedback { .. }
            | Duty::Reference
            | Duty::Notice
            | Duty::Return => None,
            Duty::Correction => Some(Purpose::Corrections),
            Duty::Withdrawal => Some(Purpose::Withdrawals),
        })
    }

    /// A procedure whose task is another kind than the one that opens it is handed over person by
    /// person; the others are the same rows, sent on. What this office answers itself is no case.
    fn opens<'b>(&'b self, package: &Authentic, procedure: &'b Procedure) -> Option<Purpose<'b>> {
        if !procedure.is_sent_on() {
            return Some(Purpose::Leads);
        }
        match procedure.first_stage().assignee() {
            Assignee::Bureau => None,
            _ => {
                let route = self.route(package, procedure);
                Some(Purpose::Openings(procedure, route))
            }
        }
    }

    /// Reads one list; false when it is unusable as a whole.
    fn read_list(
        &self,
        package: &Authentic,
        files: &OpenedFiles,
        list: &Resource,
        schema: &ListSchema,
        purpose: Purpose<'_>,
        contents: &mut Contents,
    ) -> Result<bool, Failure> {
        let today = date_in_china(package.received_at);
        let source = Arc::new(self.lead_source(package, schema));
        let reader = files
            .read(&list.path)
            .map_err(state("read an opened file"))?;
        let (mut leads, mut answers, mut rows) = (Vec::new(), Vec::new(), Vec::new());
        let mut said = Vec::new();
        let mut cases = Vec::new();
        let mut amending = std::mem::take(&mut contents.amending);
        let origin = amending.origin(package);
        let mut timeliness = None;
        let mut sent_back = SentBack::default();
        let mut report = ListCheck::new(schema, today)
            .check_transport(reader, &mut |record| {
                match purpose {
                    Purpose::Leads => {
                        leads.push(self.new_lead(record, &source, package.received_at)?);
                    }
                    Purpose::Openings(procedure, route) => {
                        match self.opening(package, procedure, route, record)? {
                            Opening::Taken(case) => cases.push(case),
                            Opening::SentBack(row) => sent_back.push(row),
                        }
                    }
                    Purpose::Answers(procedure, stage) => {
                        match self.answer(package, procedure, stage, record)? {
                            Answer::Taken(taken, stands) => {
                                timeliness = timeliness.max(stands);
                                answers.extend(taken);
                            }
                            Answer::SentBack(row) => sent_back.push(row),
                        }
                    }
                    Purpose::Report(report, precheck) => {
                        let row = self.report_row(package, &origin, report, precheck, record);
                        timeliness = timeliness.max(row.timeliness);
                        rows.push(row);
                    }
                    Purpose::Precheck(desk) => said.push(desk.answer(record)),
                    Purpose::Corrections => {
                        sent_back.extend(self.correct_row(package, record, &mut amending)?);
                    }
                    Purpose::Withdrawals => {
                        sent_back.extend(self.withdraw_row(package, record, &mut amending)?);
                    }
                }
                Ok(())
            })
            .map_err(list_error)?;
        if !report.is_usable() {
            return Ok(false);
        }
        sent_back.enter(&mut report);
        contents.accepted += report.accepted;
        contents.rejected += report.rejected;
        contents.amending = amending;
        contents.leads.append(&mut leads);
        if let Purpose::Openings(procedure, _) = purpose {
            let openings = contents.openings.take();
            let mut openings = openings.unwrap_or_else(|| self.no_openings(package, procedure));
            openings.cases.append(&mut cases);
            contents.openings = Some(openings);
        }
        contents.answers.append(&mut answers);
        contents.report_rows.append(&mut rows);
        contents.prechecked.append(&mut said);
        if purpose.submits() {
            let rows = (report.accepted, report.rejected);
            let submitted = self.submission(package, schema.id(), &origin, rows);
            timeliness = timeliness.max(submitted.timeliness);
            contents.submit(submitted);
        }
        contents.timeliness = contents.timeliness.max(timeliness);
        if report.rejected > 0 {
            contents.returned.push(return_sheet(
                schema,
                &report,
                today,
                contents.returned.len(),
            )?);
        }
        Ok(true)
    }

    fn lead_source(&self, package: &Authentic, schema: &ListSchema) -> LeadSource {
        let manifest = &package.manifest;
        self.lead_source_of(&manifest.sender, schema, manifest.period.clone())
    }

    pub(crate) fn lead_source_of(
        &self,
        sender: &PartyId,
        schema: &ListSchema,
        period: Option<Period>,
    ) -> LeadSource {
        let title = self
            .registry
            .party(sender)
            .map_or(sender.as_str(), |party| &party.name);
        LeadSource {
            department: sender.clone(),
            department_title: title.to_owned(),
            list: schema.id().clone(),
            list_title: schema.title().to_owned(),
            period,
        }
    }

    /// An accepted row of a warning list as the ledger keeps it.
    pub(crate) fn new_lead(
        &self,
        record: &Record<'_>,
        source: &Arc<LeadSource>,
        now: Timestamp,
    ) -> Result<NewLead, NotALead> {
        let lead = Lead::from_record(record, source)?;
        let county = lead.county.as_str();
        let destination = match self.county_office(county, now) {
            Some(_) => Destination::County(county.to_owned()),
            None => Destination::Unrouted("no-office".to_owned()),
        };
        Ok(NewLead {
            identity: Secret::new(lead.id.as_str().as_bytes().to_vec()),
            list: lead.source.list.clone(),
            destination,
            detail: Secret::new(lead.to_json()),
            said: Secret::new(lead.said()),
            cells: whole(record),
        })
    }
}

/// Rows that cannot be taken. As many are kept as a check keeps of its own; the rest is counted.
#[derive(Default)]
struct SentBack {
    rows: Vec<TakenBack>,
    unkept: BTreeMap<ProblemCode, u64>,
}

impl SentBack {
    fn extend(&mut self, row: Option<TakenBack>) {
        if let Some(row) = row {
            self.push(row);
        }
    }

    fn push(&mut self, row: TakenBack) {
        if self.rows.len() < ListLimits::for_transport().kept_rows {
            self.rows.push(row);
        } else {
            *self.unkept.entry(row.code()).or_default() += 1;
        }
    }

    fn enter(self, report: &mut CheckReport) {
        self.rows.into_iter().for_each(|row| report.take_back(row));
        for (code, rows) in self.unkept {
            report.take_back_unkept(code, rows);
        }
    }
}

fn list_error(error: ListError) -> Critical {
    match error {
        ListError::Read(source) | ListError::Write(source) => Critical::State {
            doing: "read an opened file",
            source,
        },
        ListError::Stopped(error) => match error.downcast::<LedgerError>() {
            Ok(error) => Critical::Ledger(*error),
            Err(error) => Critical::Schemas(error.to_string()),
        },
        error => Critical::Schemas(error.to_string()),
    }
}

fn return_sheet(
    schema: &ListSchema,
    report: &CheckReport,
    today: posthorse_domain::Date,
    before: usize,
) -> Result<OutgoingFile, Critical> {
    let mut out = Cursor::new(Vec::new());
    write_return_workbook(schema, report, today, &mut out)
        .map_err(|error| Critical::Schemas(error.to_string()))?;
    let name: EntryName = format!("attachments/return-{}.xlsx", before + 1)
        .parse()
        .map_err(|_| Critical::Schemas("not an entry name".into()))?;
    Ok(OutgoingFile::workbook(
        name,
        format!("退回-{}.xlsx", schema.title()),
        out.into_inner(),
    ))
}
