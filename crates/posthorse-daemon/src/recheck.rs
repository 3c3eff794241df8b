//! One row that was taken before, read again with another cell: the same checks as the first time.

use std::collections::BTreeMap;

use posthorse_domain::{
    CallerError, Date, Level, ListCheck, ListError, ListSchema, ProblemCode, Record,
    TransportWriter,
};
use posthorse_ledger::Secret;

/// The cells of a row by the names of their fields; a cell that is not there is empty.
pub(crate) type Cells = BTreeMap<String, String>;

/// Why a row does not pass.
pub(crate) struct Unfit {
    pub(crate) code: ProblemCode,
    /// The title of the column where it was found.
    pub(crate) column: String,
}

/// The cells that a row was kept with.
pub(crate) fn cells_of(kept: &Secret) -> Cells {
    serde_json::from_slice(kept.expose()).unwrap_or_default()
}

/// Checks one row as its list is checked, and reads it if it passes.
///
/// # Errors
/// What `read` fails with, or the memory that it is written to.
pub(crate) fn recheck<T>(
    schema: &ListSchema,
    cells: &Cells,
    today: Date,
    read: &mut dyn FnMut(&Record<'_>) -> Result<T, CallerError>,
) -> Result<Result<T, Unfit>, CallerError> {
    let row: Vec<&str> = schema
        .fields()
        .iter()
        .map(|field| cells.get(field.name()).map_or("", String::as_str))
        .collect();
    let mut writer = TransportWriter::new(schema, Vec::new())?;
    writer.write_row("", 1, &row)?;
    let list = writer.finish()?;
    let mut passed = None;
    let report = ListCheck::new(schema, today).check_transport(&list[..], &mut |record| {
        passed = Some(read(record)?);
        Ok(())
    });
    let report = match report {
        Ok(report) => report,
        Err(ListError::Stopped(error)) => return Err(error),
        Err(error) => return Err(error.into()),
    };
    Ok(passed.ok_or_else(|| {
        let mut problems = report.problems.iter();
        let found = problems.find(|problem| matches!(problem.level, Level::Row | Level::File));
        Unfit {
            code: found.map_or(ProblemCode::NotPermitted, |problem| problem.code),
            column: found
                .and_then(|problem| problem.place.column.clone())
                .unwrap_or_default(),
        }
    }))
}

#[cfg(test)]
mod tests {
    use posthorse_domain::{SchemaSet, SyntheticPeople};

    use super::*;
    use crate::reports::whole;

    /// What was kept of a row passes again, and is read as the same row.
    #[test]
    fn a_kept_row_of_every_list_passes_again_unchanged() {
        let today = Date::constant(2026, 11, 24);
        let schemas = SchemaSet::built_in().expect("the built-in schemas");
        for schema in schemas.iter() {
            let people: Vec<_> = SyntheticPeople::from_seed(7, today).take(20).collect();
            let mut source = SyntheticPeople::from_seed(1, today);
            for (seq, person) in (1..).zip(&people) {
                let row = source.row(schema, person, seq);
                let names = schema.fields().iter().map(|field| field.name().to_owned());
                let cells: Cells = names.zip(row).collect();
                let read = &mut |record: &Record<'_>| Ok(cells_of(&whole(record)));
                let first = recheck(schema, &cells, today, read).expect("checked");
                let Ok(first) = first else {
                    panic!("{}: a made-up row does not pass", schema.id());
                };
                let again = recheck(schema, &first, today, read).expect("checked");
                let Ok(again) = again else {
                    panic!("{}: a kept row does not pass", schema.id());
                };
                assert_eq!(again, first, "{}", schema.id());
            }
        }
    }
}
