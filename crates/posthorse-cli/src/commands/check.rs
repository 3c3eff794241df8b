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
use crate::rulebook;
use crate::workbooks::{AnnotatedCopy, CopyState};

pub(crate) fn run(arguments: &args::Check, context: &mut Context) -> Result<Exit, Failure> {
    let rules = rulebook::of_home(arguments.home.as_deref())?;
    let schemas = rules.schemas();
    let confirmed = lists::confirmed(&arguments.confirm)?;
    let roster = arguments.roster.as_deref();
    let roster = roster.map(|path| lists::read_roster(path, schemas, context));
    let roster = roster.transpose()?;
    let question = Question {
        kind: arguments.kind.as_ref(),
        list: arguments.list.as_deref(),
        roster: roster.as_ref(),
        confirmed: &confirmed,
    };
    if arguments.annotate.is_some() && arguments.path.len() > 1 {
        return Err(Failure::new(Exit::Usage, "annotate-one-list"));
    }
    let (mut documents, mut exit) = (Vec::new(), Exit::Good);
    for path in &arguments.path {
        let copy = arguments.annotate.as_deref();
        let begun = copy.map(AnnotatedCopy::create).transpose()?;
        let checked = lists::check(path, schemas, &question, begun, context)?;
        let report = &checked.report;
        let mut document = lists::report_json(path, checked.schema, report, context);
        if let Some(copy) = copy {
            document["annotated"] = match checked.copy {
                Some(CopyState::Written) => shown(copy).into(),
                _ => Value::Null,
            };
        }
        documents.push(document);
        if matches!(lists::worst(report), Some(Level::File | Level::Row)) {
            exit = Exit::Refused;
        }
        tell(path, &checked, context)?;
        match (checked.copy, copy) {
            (Some(CopyState::Written), Some(copy)) => {
                context.say("check-annotated", &[arg("path", shown(copy))])?;
            }
            (Some(CopyState::TooLong), _) => context.warn("check-too-long-to-annotate", &[]),
            (Some(CopyState::NothingToCopy), _) => context.warn("check-nothing-to-annotate", &[]),
            _ => {}
        }
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
        _ if checked.report.accepted == 0 => Mark::Warning,
        _ => Mark::Good,
    };
    let summary = lists::summary(path, &checked.report, context);
    context.marked(mark, &summary)
}
