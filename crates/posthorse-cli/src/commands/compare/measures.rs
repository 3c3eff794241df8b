//! `posthorse compare --measures`: what a department's lists show against what the national system
//! records, household by household.

use std::io::{BufWriter, Write as _};
use std::path::Path;

use posthorse_domain::{
    HelpedPeople, MeasureDifference, MeasureReconciliation, Precheck, write_measures_workbook,
};
use serde_json::json;

use super::{Desk, tell_age};
use crate::clock;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files::PendingFile;
use crate::language::arg;
use crate::lists;
use crate::output::{Context, Mark};
use crate::workbooks;

pub(super) fn run(
    desk: &Desk<'_>,
    precheck: &Precheck<'_>,
    pending: Option<(PendingFile, &Path)>,
    context: &mut Context,
) -> Result<Exit, Failure> {
    let (policy, today) = (desk.policy, clock::civil_date(context.now));
    // A roster that cannot answer is said before the lists are read.
    MeasureReconciliation::of(policy, precheck, []).map_err(|missing| desk.lacks(missing))?;
    let mut helped = HelpedPeople::new(policy, today);
    let (documents, rejected) = desk.enter(context, &mut |_, record| helped.enter(record))?;
    let reconciliation = MeasureReconciliation::of(policy, precheck, helped.iter())
        .map_err(|missing| desk.lacks(missing))?;
    let count = |difference| reconciliation.of_difference(difference).count() as u64;
    if let Some((pending, path)) = pending {
        let rows = count(MeasureDifference::NotRecorded) + count(MeasureDifference::NotGiven);
        desk.record_export("measures", rows, context)?;
        write(pending, path, &reconciliation, context)?;
    }
    let exit = if rejected == 0 {
        Exit::Good
    } else {
        Exit::Refused
    };
    let counts = [
        ("both", reconciliation.both),
        ("not_recorded", count(MeasureDifference::NotRecorded)),
        ("not_given", count(MeasureDifference::NotGiven)),
        ("neither", reconciliation.neither),
    ];
    let output = desk.arguments.output.as_deref();
    context.json(&json!({
        "policy": policy.id(),
        "title": policy.title(),
        "as_of": desk.reading.index.as_of().map(|day| day.to_string()),
        "roster": desk.roster_json(today),
        "lists": documents,
        "households": counts.into_iter().collect::<std::collections::BTreeMap<_, _>>(),
        "output": output.map(shown),
        "exit": exit.code(),
    }))?;
    tell_age(desk.reading, today, context);
    context.say(
        "measures-policy",
        &[arg("policy", policy.title().to_owned())],
    )?;
    for (what, count) in counts {
        let key = format!("measures-{}", what.replace('_', "-"));
        context.say(&key, &[arg("count", count)])?;
    }
    if rejected > 0 {
        context.warn("compare-rejected", &[arg("count", rejected)]);
    }
    if let Some(path) = output {
        let said = [arg("path", shown(path))];
        let text = context.messages.text("measures-written", &said);
        context.marked(Mark::Good, &text)?;
    }
    Ok(exit)
}

fn write(
    mut pending: PendingFile,
    path: &Path,
    reconciliation: &MeasureReconciliation<'_>,
    context: &Context,
) -> Result<(), Failure> {
    let mut out = BufWriter::new(pending.file());
    let today = clock::civil_date(context.now);
    write_measures_workbook(reconciliation, today, &mut out)
        .map_err(|error| workbooks::cannot_write(path, &error))?;
    out.flush()
        .map_err(|cause| Failure::io("cannot-write", path, &cause))?;
    drop(out);
    lists::stopped(context)?;
    pending.commit()
}
