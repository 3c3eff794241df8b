//! Rows that their sender amends, found again, and those that it takes back (spec/casework-v1.md,
//! section 11). Nothing tells a package that never was from one of another office.

use std::collections::BTreeMap;

use posthorse_domain::{CallerError, CitizenId, Date, ListSchema, ProblemCode, Record, TakenBack};
use posthorse_ledger::{
    Amendments, Corrected, Correction, Hold, KeptRow, LedgerError, OwnPackage, RowRef,
};
use posthorse_package::Digest;

use crate::attribution::Authentic;
use crate::bureau::Bureau;
use crate::clock::date_in_china;
use crate::recheck::{Cells, cells_of};
use crate::reports::Origin;

/// What one package amends, as far as it has been read. Its rows are read in their order: what one
/// of them has changed is what the next one finds.
#[derive(Default)]
pub(crate) struct Amending {
    withdrawn: BTreeMap<RowRef, Digest>,
    pub(crate) corrected: BTreeMap<RowRef, Working>,
    replaces: Option<OwnPackage>,
}

/// A row that says something else from now on.
pub(crate) struct Working {
    pub(crate) target: Digest,
    pub(crate) cells: Cells,
    pub(crate) with: Corrected,
}

impl Amending {
    pub(crate) fn replacing(replaces: Option<OwnPackage>) -> Self {
        Self {
            replaces,
            ..Self::default()
        }
    }

    /// The package whose place this one takes.
    pub(crate) fn replaced(&self) -> Option<&OwnPackage> {
        self.replaces.as_ref()
    }

    /// Where rows of this package stand.
    pub(crate) fn origin(&self, package: &Authentic) -> Origin {
        let since = self.replaces.as_ref().map(|old| old.since);
        Origin {
            period: package.manifest.period.clone(),
            day: date_in_china(since.unwrap_or(package.received_at)),
        }
    }

    /// All of it, for the ledger.
    pub(crate) fn finish(self) -> Amendments {
        let corrected = self.corrected.into_iter();
        Amendments {
            withdrawn: self
                .withdrawn
                .into_iter()
                .map(|(row, target)| (target, row))
                .collect(),
            corrected: corrected
                .map(|(row, working)| Correction {
                    target: working.target,
                    row,
                    with: working.with,
                })
                .collect(),
            replaces: self.replaces,
        }
    }
}

/// Why a row of a correction or withdrawal cannot be taken, and what its sentence needs.
pub(crate) struct Fault {
    code: ProblemCode,
    column: &'static str,
    facts: Vec<(&'static str, String)>,
}

pub(crate) fn fault(code: ProblemCode, column: &'static str) -> Fault {
    Fault {
        code,
        column,
        facts: Vec::new(),
    }
}

impl Fault {
    pub(crate) fn with(mut self, fact: &'static str, value: impl Into<String>) -> Self {
        self.facts.push((fact, value.into()));
        self
    }
}

impl Bureau<'_> {
    /// Judges one row of a withdrawal; what comes back cannot be taken.
    pub(crate) fn withdraw_row(
        &self,
        package: &Authentic,
        record: &Record<'_>,
        amending: &mut Amending,
    ) -> Result<Option<TakenBack>, CallerError> {
        let verdict = self.withdraw(package, record, amending)?;
        Ok(taken_back(record, verdict))
    }

    fn withdraw(
        &self,
        package: &Authentic,
        record: &Record<'_>,
        amending: &mut Amending,
    ) -> Result<Result<(), Fault>, CallerError> {
        let Some(own) = self.named_package(package, record)? else {
            return Ok(Err(fault(ProblemCode::AmendedRowUnknown, "package_id")));
        };
        let key = record.get("row_key");
        let rows: Vec<(RowRef, Hold)> = if key.is_empty() {
            let standing = self.ledger.rows_that_stand(&own.manifest)?;
            let standing = standing.into_iter();
            standing.map(|row| (row.row, row.hold)).collect()
        } else {
            let called = self.rows_called(&own, key)?;
            if called.is_empty() {
                return Ok(Err(fault(ProblemCode::AmendedRowUnknown, "row_key")));
            }
            let called = called.into_iter();
            called.map(|kept| (kept.row, kept.hold)).collect()
        };
        let left: Vec<(RowRef, Hold)> = rows
            .into_iter()
            .filter(|(row, hold)| *hold != Hold::Gone && !amending.withdrawn.contains_key(row))
            .collect();
        if left.is_empty() {
            return Ok(Err(fault(ProblemCode::AmendedRowGone, "row_key")));
        }
        if left.iter().any(|(_, hold)| *hold != Hold::Stands) {
            return Ok(Err(fault(ProblemCode::AnswerSettled, "row_key")));
        }
        let left = left.into_iter().map(|(row, _)| (row, own.manifest));
        amending.withdrawn.extend(left);
        Ok(Ok(()))
    }

    /// The package that a row names, if it is one of its sender of which something was taken.
    pub(crate) fn named_package(
        &self,
        package: &Authentic,
        record: &Record<'_>,
    ) -> Result<Option<OwnPackage>, LedgerError> {
        match record.get("package_id").parse() {
            Ok(id) => self.ledger.own_package(&package.manifest.sender, id),
            Err(_) => Ok(None),
        }
    }

    /// The rows of a package that have this key: the person's number, the case's, or, in a list
    /// that names nobody, a cell of what tells its rows apart.
    pub(crate) fn rows_called(
        &self,
        own: &OwnPackage,
        key: &str,
    ) -> Result<Vec<KeptRow>, CallerError> {
        let person = CitizenId::parse(key, Date::MAX);
        let key = person.as_ref().map_or(key, CitizenId::as_str);
        let mut rows = self.ledger.kept_rows(&own.manifest, key)?;
        rows.retain(|kept| {
            kept.names_a_person
                || self.list_of_row(own, kept).is_some_and(|schema| {
                    let cells = cells_of(&kept.cells);
                    let mut keys = schema.primary_key().iter();
                    keys.any(|at| {
                        let cell = cells.get(schema.fields()[*at].name());
                        cell.is_some_and(|cell| cell == key)
                    })
                })
        });
        Ok(rows)
    }

    pub(crate) fn list_of_row(&self, own: &OwnPackage, kept: &KeptRow) -> Option<&ListSchema> {
        let list = kept.list.as_ref()?;
        self.rules.schemas().find(&own.kind, list.as_str())
    }
}

pub(crate) fn taken_back(record: &Record<'_>, verdict: Result<(), Fault>) -> Option<TakenBack> {
    let fault = verdict.err()?;
    record.taken_back(fault.code, fault.column, fault.facts)
}
