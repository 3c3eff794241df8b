//! What an annotated copy says beside a row, which is more than a report may say of it: the copy is
//! the clerk's own, and some findings are known only when the list has ended.

use std::collections::HashMap;
use std::io::{Read, Seek};

use jiff::civil::Date;

use crate::checking::list_check::ListCheck;
use crate::checking::list_error::ListError;
use crate::checking::problem::{Problem, ProblemCode};
use crate::schemas::list_schema::ListSchema;
use crate::values::citizen_id::{CitizenId, CitizenIdFault};

/// Warnings about groups of rows, such as households, by sheet and by the first row of the group.
///
/// There are no more of them than a report keeps.
#[derive(Debug, Default)]
pub(crate) struct GroupWarnings {
    by_row: HashMap<(String, u32), Vec<Problem>>,
}

impl GroupWarnings {
    /// Reads the list once more for them, if it has rules about groups at all.
    pub(crate) fn of<R: Read + Seek>(check: &ListCheck<'_>, source: R) -> Result<Self, ListError> {
        let mut warnings = Self::default();
        if !has_groups(check.schema) {
            return Ok(warnings);
        }
        let report = check.check(source, &mut |_| Ok(()))?;
        for problem in report.problems {
            let is_of_group = check
                .schema
                .rules
                .iter()
                .any(|rule| rule.is_about_groups() && rule.code == problem.code);
            if let Some(row) = problem.place.row.filter(|_| is_of_group) {
                let sheet = problem.place.sheet.as_ref();
                let sheet = sheet.map_or("", |sheet| sheet.as_raw()).to_owned();
                warnings
                    .by_row
                    .entry((sheet, row))
                    .or_default()
                    .push(problem);
            }
        }
        Ok(warnings)
    }

    /// Takes those of a row.
    pub(crate) fn take(&mut self, sheet: &str, row: u32) -> Vec<Problem> {
        if self.by_row.is_empty() {
            return Vec::new();
        }
        self.by_row
            .remove(&(sheet.to_owned(), row))
            .unwrap_or_default()
    }
}

fn has_groups(schema: &ListSchema) -> bool {
    schema.rules.iter().any(|rule| rule.is_about_groups())
}

/// The same problem with the proposal for an old number (E105) in full, for whoever has that number
/// in the very cell.
pub(crate) fn with_whole_proposal(problem: &mut Problem, cell: &str, today: Date) {
    if problem.code != ProblemCode::IdFifteenDigits {
        return;
    }
    let faults = CitizenId::parse(cell, today).err().unwrap_or_default();
    let proposed = faults.into_iter().find_map(|fault| match fault {
        CitizenIdFault::FifteenDigits(proposed) => Some(proposed),
        _ => None,
    });
    if let Some(proposed) = proposed {
        problem.facts.retain(|(name, _)| *name != "proposed");
        *problem = problem.clone().with("proposed", proposed);
    }
}
