//! `posthorse check`: what is wrong with a list, before anybody else sees it.

use std::path::Path;

use posthorse_domain::{Annotated, CheckReport, ListSchema};
use serde_json::Value;

use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files::{PendingFile, Privacy};
use crate::language::arg;
use crate::lists;
use crate::output::{Context, Mark};

pub(crate) fn run(arguments: &args::Check, context: &mut Context) -> Result<Exit, Failure> {
    let schemas = lists::schemas()?;
    let schema = lists::find(&schemas, &arguments.kind, &arguments.list)?;
    let (report, copy) = match &arguments.annotate {
        None => (
            lists::check(&arguments.path, schema, context)?,
            Copy::NotAsked,
        ),
        Some(copy) => annotate(&arguments.path, schema, copy, context)?,
    };
    let exit = if report.is_clean() {
        Exit::Good
    } else {
        Exit::Refused
    };
    let mut document = lists::report_json(&arguments.path, &report, context);
    match &copy {
        Copy::NotAsked => {}
        Copy::Written(path) => document["annotated"] = shown(path).into(),
        Copy::Impossible { .. } => document["annotated"] = Value::Null,
    }
    context.json(&document)?;
    for line in lists::problem_lines(&report, context) {
        context.line(&line)?;
    }
    let mark = if report.is_clean() {
        Mark::Good
    } else {
        Mark::Bad
    };
    let summary = lists::summary(&arguments.path, &report, context);
    context.marked(mark, &summary)?;
    match copy {
        Copy::NotAsked => {}
        Copy::Written(path) => context.say("check-annotated", &[arg("path", shown(path))])?,
        Copy::Impossible { why } => context.warn(why, &[]),
    }
    Ok(exit)
}

/// What became of the annotated copy.
enum Copy<'p> {
    NotAsked,
    Written(&'p Path),
    /// There is nothing that could be copied; the key of the sentence that says so.
    Impossible {
        why: &'static str,
    },
}

/// Checks a list and writes its annotated copy, which gets its name only when it is whole.
fn annotate<'p>(
    list: &Path,
    schema: &ListSchema,
    copy: &'p Path,
    context: &Context,
) -> Result<(CheckReport, Copy<'p>), Failure> {
    lists::require_workbook_name(copy)?;
    let mut pending = PendingFile::create(copy, Privacy::OwnerOnly)?;
    match lists::annotate(list, schema, copy, pending.file(), context)? {
        Annotated::Written(report) => {
            pending.commit()?;
            Ok((report, Copy::Written(copy)))
        }
        Annotated::TooLong(report) => {
            let why = "check-too-long-to-annotate";
            Ok((report, Copy::Impossible { why }))
        }
        Annotated::Unreadable(report) => {
            let why = "check-nothing-to-annotate";
            Ok((report, Copy::Impossible { why }))
        }
        _ => Err(Failure::new(Exit::Internal, "internal")),
    }
}
