//! Corrections, cell by cell: what was known must be known, and what is said now must pass the
//! checks of its list (spec/casework-v1.md, section 11).

use std::sync::Arc;

use posthorse_domain::{
    CallerError, Date, Duty, Field, ListSchema, ProblemCode, ProcedureId, Recipient, Record,
    TakenBack, Transition,
};
use posthorse_ledger::{Corrected, Hold, KeptRow, OwnPackage, RowRef, Secret};
use serde_json::json;

use crate::amendments::{Amending, Fault, Working, fault, taken_back};
use crate::answers::Answer;
use crate::attribution::Authentic;
use crate::bureau::Bureau;
use crate::clock::date_in_china;
use crate::error::Critical;
use crate::recheck::{Cells, Unfit, cells_of, recheck};
use crate::reports::{Origin, whole};

impl Unfit {
    /// The fault of a correction whose new value makes its row so.
    fn of_new_value(self, value: &str) -> Fault {
        match self.code {
            ProblemCode::WouldReopen => fault(self.code, "new_value").with("value", value),
            ProblemCode::AnswerSettled => fault(self.code, "row_key"),
            code => fault(ProblemCode::NewValueRefused, "new_value")
                .with("other", self.column)
                .with("code", code.as_str()),
        }
    }
}

/// A column of a row that stands, and what is known there.
struct Cell<'a> {
    kept: &'a KeptRow,
    schema: &'a ListSchema,
    at: usize,
    cells: Cells,
}

impl Cell<'_> {
    fn field(&self) -> &Field {
        &self.schema.fields()[self.at]
    }

    fn known(&self) -> &str {
        let known = self.cells.get(self.field().name());
        known.map_or("", String::as_str)
    }

    /// The row with this in the place of what is known.
    fn with(&self, value: &str) -> Cells {
        let mut cells = self.cells.clone();
        cells.insert(self.field().name().to_owned(), value.to_owned());
        cells
    }

    /// Whether somebody who writes this means what is known: it is read to the same.
    fn holds(&self, stated: &str, today: Date) -> Result<bool, CallerError> {
        if stated == self.known() {
            return Ok(true);
        }
        let name = self.field().name();
        let read = recheck(self.schema, &self.with(stated), today, &mut |record| {
            Ok(record.get(name).to_owned())
        })?;
        Ok(read.is_ok_and(|read| read == self.known()))
    }
}

impl Bureau<'_> {
    /// Judges one row of a correction; what comes back cannot be taken.
    pub(crate) fn correct_row(
        &self,
        package: &Authentic,
        record: &Record<'_>,
        amending: &mut Amending,
    ) -> Result<Option<TakenBack>, CallerError> {
        let verdict = self.correct(package, record, amending)?;
        Ok(taken_back(record, verdict))
    }

    fn correct(
        &self,
        package: &Authentic,
        record: &Record<'_>,
        amending: &mut Amending,
    ) -> Result<Result<(), Fault>, CallerError> {
        let Some(own) = self.named_package(package, record)? else {
            return Ok(Err(fault(ProblemCode::AmendedRowUnknown, "package_id")));
        };
        let called = self.rows_called(&own, record.get("row_key"))?;
        if called.is_empty() {
            return Ok(Err(fault(ProblemCode::AmendedRowUnknown, "row_key")));
        }
        let standing: Vec<&KeptRow> = called
            .iter()
            .filter(|kept| kept.hold != Hold::Gone)
            .collect();
        if standing.is_empty() {
            return Ok(Err(fault(ProblemCode::AmendedRowGone, "row_key")));
        }
        let today = date_in_china(package.received_at);
        let meant = match self.cells_meant(&own, &standing, record, amending, today)? {
            Ok(meant) => meant,
            Err(fault) => return Ok(Err(fault)),
        };
        if meant.iter().any(|cell| cell.kept.hold == Hold::Past) {
            return Ok(Err(fault(ProblemCode::AnswerSettled, "row_key")));
        }
        let new_value = record.get("new_value");
        let mut corrected = Vec::with_capacity(meant.len());
        for cell in &meant {
            let said = amending.corrected.get(&cell.kept.row);
            let said = said.map(|working| &working.with);
            let read = recheck(cell.schema, &cell.with(new_value), today, &mut |row| {
                self.corrected(package, &own, cell, said, row)
            })?;
            match read.and_then(|read| read) {
                Ok((cells, with)) => {
                    let target = own.manifest;
                    let row = cell.kept.row.clone();
                    corrected.push((
                        row,
                        Working {
                            target,
                            cells,
                            with,
                        },
                    ));
                }
                Err(unfit) => return Ok(Err(unfit.of_new_value(new_value))),
            }
        }
        amending.corrected.extend(corrected);
        Ok(Ok(()))
    }

    /// The one cell that a correction means: of the row with the key, in the named column, where
    /// what it says was there is there. A row that answered several cases is one row.
    fn cells_meant<'a>(
        &'a self,
        own: &OwnPackage,
        standing: &[&'a KeptRow],
        record: &Record<'_>,
        amending: &Amending,
        today: Date,
    ) -> Result<Result<Vec<Cell<'a>>, Fault>, CallerError> {
        let title = record.get("column_title");
        let mut missing = fault(ProblemCode::AmendedColumnUnknown, "column_title");
        let mut fitting: Vec<Cell<'a>> = Vec::new();
        for kept in standing.iter().copied() {
            let fixed = || fault(ProblemCode::AmendedColumnFixed, "column_title");
            let Some(schema) = self.list_of_row(own, kept) else {
                return Ok(Err(fixed().with("value", title)));
            };
            let Some(at) = schema.position_called(title) else {
                continue;
            };
            if is_fixed(schema, at, kept) {
                return Ok(Err(fixed().with("value", title)));
            }
            let working = amending.corrected.get(&kept.row);
            let cells = working.map_or_else(|| cells_of(&kept.cells), |row| row.cells.clone());
            let cell = Cell {
                kept,
                schema,
                at,
                cells,
            };
            missing = fault(ProblemCode::OldValueDiffers, "old_value");
            if cell.holds(record.get("old_value"), today)? {
                fitting.push(cell);
            }
        }
        let Some(first) = fitting.first() else {
            return Ok(Err(missing.with("value", title)));
        };
        let is_the_same = |cell: &Cell<'_>| {
            matches!(cell.kept.row, RowRef::Answer(_)) && cell.cells == first.cells
        };
        if !fitting[1..].iter().all(is_the_same) {
            return Ok(Err(fault(ProblemCode::AmendedRowAmbiguous, "row_key")));
        }
        Ok(Ok(fitting))
    }

    /// What a corrected row is to the ledger, by the duty of the kind that it came in.
    fn corrected(
        &self,
        package: &Authentic,
        own: &OwnPackage,
        cell: &Cell<'_>,
        said: Option<&Corrected>,
        row: &Record<'_>,
    ) -> Result<Result<(Cells, Corrected), Unfit>, CallerError> {
        let cells = cells_of(&whole(row));
        let kinds = self.rules.casework().kinds();
        let duty = kinds.get(&own.kind).map(|kind| kind.duty());
        Ok(match duty {
            Some(Duty::Opens { procedure }) => {
                let source =
                    self.lead_source_of(&package.manifest.sender, row.schema, own.period.clone());
                let lead = self.new_lead(row, &Arc::new(source), package.received_at)?;
                let moves = matches!(said, Some(Corrected::MovedLead(_)))
                    || (cell.field().name() == COUNTY && row.get(COUNTY) != cell.known());
                let with = if moves {
                    Corrected::MovedLead(lead)
                } else {
                    let mut told = match said {
                        Some(Corrected::Lead(_, told)) => told.clone(),
                        _ => Vec::new(),
                    };
                    told.extend(self.told_to_county(procedure, cell, row)?);
                    Corrected::Lead(lead, told)
                };
                Ok((cells, with))
            }
            Some(Duty::Answer { procedure, stage }) => {
                let (procedure, stage) = self.rules.stage(procedure, stage)?;
                match self.answer(package, procedure, stage, row)? {
                    Answer::Taken(answers, _) => {
                        let mut answers = answers.into_iter();
                        let case = cell.kept.case_id.as_deref();
                        let answer = answers.find(|one| Some(one.case_id.as_str()) == case);
                        let closed = cell.kept.hold == Hold::Closed;
                        match answer {
                            // Another case under the same key has taken its place.
                            None => Err(unfit(ProblemCode::AnswerSettled)),
                            Some(answer) if closed && answer.then != Transition::Closes => {
                                Err(unfit(ProblemCode::WouldReopen))
                            }
                            Some(answer) => Ok((cells, Corrected::Answer(answer))),
                        }
                    }
                    Answer::SentBack(back) => Err(unfit(back.code())),
                }
            }
            Some(Duty::Report(report)) => {
                let origin = Origin {
                    period: own.period.clone(),
                    day: date_in_china(own.since),
                };
                let row = self.report_row(package, &origin, *report, None, row);
                Ok((cells, Corrected::Report(row)))
            }
            _ => Err(unfit(ProblemCode::AmendedColumnFixed)),
        })
    }

    /// What the county that has the lead's case is told: the column, what it read there and what
    /// it reads now. Nothing if it may not see the column (section 6).
    fn told_to_county(
        &self,
        procedure: &ProcedureId,
        cell: &Cell<'_>,
        row: &Record<'_>,
    ) -> Result<Option<Secret>, Critical> {
        let field = cell.field();
        let (old, new) = (cell.known(), row.get(field.name()));
        if old == new || !self.county_reads(procedure, field)? {
            return Ok(None);
        }
        let told = json!({
            "column_title": field.title(),
            "old_value": old,
            "new_value": new,
        });
        Ok(Some(Secret::new(told.to_string().into_bytes())))
    }

    /// Whether a county reads a column of a warning list: under its own name in the dispatch, or
    /// as a part of the summary.
    fn county_reads(&self, procedure: &ProcedureId, field: &Field) -> Result<bool, Critical> {
        let Some(procedure) = self.rules.casework().procedures().get(procedure) else {
            return Ok(false);
        };
        let stage = procedure.first_stage();
        let dispatch = self.list_of(stage.task())?;
        let disclosures = self.rules.casework().disclosures();
        let permitted = disclosures.columns(stage.task(), dispatch.id(), &Recipient::County);
        let column = match field.name() {
            carried @ ("name" | "town_name" | "village_name" | "head_name" | "phone") => carried,
            _ if field.is_in_dispatch() => "summary",
            _ => return Ok(false),
        };
        Ok(permitted.contains(column))
    }
}

/// The column that says where a lead goes.
const COUNTY: &str = "county_name";

fn unfit(code: ProblemCode) -> Unfit {
    Unfit {
        code,
        column: String::new(),
    }
}

/// Whether a column says which row it is: the person's number, or the key of a row that has none.
fn is_fixed(schema: &ListSchema, at: usize, kept: &KeptRow) -> bool {
    let is_key = schema.primary_key().contains(&at);
    match kept.row {
        RowRef::Answer(_) => is_key,
        _ if kept.names_a_person => schema.fields()[at].name() == "id_no",
        _ => is_key,
    }
}
