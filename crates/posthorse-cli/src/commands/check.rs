//! `posthorse check`: what is wrong with lists, before anybody else sees them.

use std::path::Path;

use posthorse_domain::Level;
use serde_json::{Value, json};

use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::language::arg;
use crate::lists::{self, Checked, Question};
use crate::output::{Context, Mark};

pub(crate) fn run(arguments: &args::Check, context: &mut Context) -> Result<Exit, Failure> {
    let schemas = lists::schemas()?;
    let confirmed = lists::confirmed(&arguments.confirm)?;
    let roster = arguments.roster.as_deref();
    let roster = roster.map(|path| lists::read_roster(path, &schemas, context));
    let roster = roster.transpose()?;
    let question = Question {
        kind: arguments.kind.as_ref(),
        list: arguments.list.as_deref(),
        roster: roster.as_ref(),
        confirmed: &confirmed,
    };
    let (mut documents, mut exit) = (Vec::new(), Exit::Good);
    for path in &arguments.path {
        let checked = lists::check(path, &schemas, &question, context)?;
        let report = &checked.report;
        documents.push(lists::report_json(path, checked.schema, report, context));
        if matches!(lists::worst(report), Some(Level::File | Level::Row)) {
            exit = Exit::Refused;
        }
        tell(path, &checked, context)?;
    }
    context.json(&document(documents, exit))?;
    Ok(exit)
}

/// One list is told as itself, several as a list of them.
fn document(mut documents: Vec<Value>, exit: Exit) -> Value {
    match documents.len() {
        1 => documents.remove(0),
        _ => json!({ "lists": documents, "exit": exit.code() }),
    }
}

fn tell(path: &Path, checked: &Checked<'_>, context: &mut Context) -> Result<(), Failure> {
    if let Some(schema) = checked.schema.filter(|_| checked.is_recognised) {
        let arguments = [
            arg("path", shown(path)),
            arg("list", schema.title().to_owned()),
            arg("kind", schema.kind().to_string()),
            arg("id", schema.id().to_string()),
        ];
        context.say("check-recognised", &arguments)?;
    }
    for line in lists::problem_lines(&checked.report, context) {
        context.line(&line)?;
    }
    let mark = match lists::worst(&checked.report) {
        Some(Level::File | Level::Row) => Mark::Bad,
        Some(Level::Warning) => Mark::Warning,
        _ => Mark::Good,
    };
    let summary = lists::summary(path, &checked.report, context);
    context.marked(mark, &summary)
}
