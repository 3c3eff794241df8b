//! `posthorse check`: what is wrong with a list, before anybody else sees it.

use crate::args;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::lists;
use crate::output::{Context, Mark};

pub(crate) fn run(arguments: &args::Check, context: &mut Context) -> Result<Exit, Failure> {
    let schemas = lists::schemas()?;
    let schema = lists::find(&schemas, &arguments.kind, &arguments.list)?;
    let report = lists::check(&arguments.path, schema, context)?;
    let exit = if report.is_clean() {
        Exit::Good
    } else {
        Exit::Refused
    };
    let document = lists::report_json(&arguments.path, &report, context);
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
    Ok(exit)
}
