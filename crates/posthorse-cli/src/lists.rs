//! Lists on their way through `check` and `seal`: read, judged by the domain, shown to the clerk.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use indicatif::ProgressBar;
use posthorse_domain::{
    CheckReport, Level, ListCheck, ListError, ListFormat, ListSchema, Problem, SchemaSet,
};
use posthorse_package::KindName;
use serde_json::{Value, json};
use tempfile::SpooledTempFile;

use crate::clock;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files;
use crate::interrupt::Watched;
use crate::language::{Language, arg};
use crate::output::Context;

/// A converted list up to this size stays in memory; a longer one goes to an unnamed private file.
const SPOOL_BYTES: usize = 8 << 20;
/// More problems than this are counted instead of shown to a person.
const SHOWN_PROBLEMS: usize = 100;

/// The lists that this program knows.
pub(crate) fn schemas() -> Result<SchemaSet, Failure> {
    SchemaSet::built_in().map_err(|error| Failure::new(Exit::Internal, "internal").detail(error))
}

/// The list that the command line names.
pub(crate) fn find<'s>(
    schemas: &'s SchemaSet,
    kind: &KindName,
    list: &str,
) -> Result<&'s ListSchema, Failure> {
    schemas.find(kind, list).ok_or_else(|| {
        let known: Vec<String> = schemas
            .iter()
            .filter(|schema| schema.kind() == kind)
            .map(|schema| format!("{} ({})", schema.title(), schema.id()))
            .collect();
        Failure::new(Exit::Usage, "unknown-list")
            .with("list", posthorse_package::UntrustedText::new(list))
            .with("kind", kind)
            .with(
                "known",
                if known.is_empty() {
                    "-".to_owned()
                } else {
                    known.join(", ")
                },
            )
    })
}

/// Reads and checks a clerk's list.
pub(crate) fn check(
    path: &Path,
    schema: &ListSchema,
    context: &Context,
) -> Result<CheckReport, Failure> {
    let source = watched(path, context)?;
    let check = ListCheck::new(schema, clock::civil_date(context.now));
    let report = check
        .check(source, &mut |_| Ok(()))
        .map_err(|error| failed(path, &error));
    stopped(context)?;
    report
}

/// Reads and checks a clerk's list, and converts it to what travels inside a package.
pub(crate) fn convert(
    path: &Path,
    schema: &ListSchema,
    context: &Context,
) -> Result<(CheckReport, SpooledTempFile), Failure> {
    let source = watched(path, context)?;
    let mut spool = SpooledTempFile::new(SPOOL_BYTES);
    let check = ListCheck::new(schema, clock::civil_date(context.now));
    let report = check
        .convert(source, &mut spool, &mut |_| Ok(()))
        .map_err(|error| failed(path, &error));
    stopped(context)?;
    Ok((report?, spool))
}

fn watched(path: &Path, context: &Context) -> Result<BufReader<Watched<File>>, Failure> {
    let file = files::open_seekable(path)?;
    let watched = Watched::new(file, ProgressBar::hidden(), context.interrupt.clone());
    Ok(BufReader::new(watched))
}

/// A stop looks like a damaged file to a spreadsheet reader, so it is asked for by name.
fn stopped(context: &Context) -> Result<(), Failure> {
    let stopped = |_| Failure::new(Exit::Environment, "interrupted");
    context.interrupt.check().map_err(stopped)
}

fn failed(path: &Path, error: &ListError) -> Failure {
    let code = match error {
        ListError::Write(_) => "cannot-write-spool",
        _ => "cannot-check",
    };
    Failure::new(Exit::Environment, code)
        .with("path", shown(path))
        .detail(error)
}

/// How many problems of the whole file there are.
pub(crate) fn file_problems(report: &CheckReport) -> usize {
    report
        .problems
        .iter()
        .filter(|problem| problem.level == Level::File)
        .count()
}

/// The lines that tell a clerk what is wrong and what to do.
pub(crate) fn problem_lines(report: &CheckReport, context: &Context) -> Vec<String> {
    let messages = &context.messages;
    let language = domain_language(messages.language());
    let mut lines = Vec::new();
    for problem in report.problems.iter().take(SHOWN_PROBLEMS) {
        let text = problem.render(language);
        let sentence = format!("{}{}", text.place, text.sentence);
        let code = arg("code", problem.code.as_str());
        lines.push(messages.text("problem-line", &[code, arg("text", sentence)]));
        if !text.remedy.is_empty() {
            lines.push(messages.text("problem-remedy", &[arg("remedy", text.remedy)]));
        }
    }
    let unshown = report.problems.len().saturating_sub(SHOWN_PROBLEMS) as u64;
    let more = unshown + report.problems_not_kept;
    if more > 0 {
        lines.push(messages.text("check-more", &[arg("count", more)]));
    }
    lines
}

/// The line that sums a list up.
pub(crate) fn summary(path: &Path, report: &CheckReport, context: &Context) -> String {
    let key = if report.is_clean() {
        "check-clean"
    } else {
        "check-found"
    };
    let arguments = [
        arg("path", shown(path)),
        arg("accepted", report.accepted),
        arg("rejected", report.rejected),
        arg("encoding", format_name(report)),
    ];
    context.messages.text(key, &arguments)
}

fn format_name(report: &CheckReport) -> &'static str {
    match report.format {
        Some(ListFormat::Workbook) => "xlsx",
        Some(ListFormat::Csv(encoding)) => encoding.as_str(),
        _ => "?",
    }
}

/// A list's report for programs.
pub(crate) fn report_json(path: &Path, report: &CheckReport, context: &Context) -> Value {
    let language = domain_language(context.messages.language());
    let problems: Vec<Value> = report
        .problems
        .iter()
        .map(|problem| problem_json(problem, language))
        .collect();
    json!({
        "path": shown(path),
        "format": format_name(report),
        "usable": report.is_usable(),
        "accepted": report.accepted,
        "rejected": report.rejected,
        "problems": problems,
        "problems_not_kept": report.problems_not_kept,
    })
}

fn problem_json(problem: &Problem, language: posthorse_domain::Language) -> Value {
    let text = problem.render(language);
    let place = &problem.place;
    json!({
        "code": problem.code,
        "level": problem.level,
        "sheet": place.sheet.as_ref().map(ToString::to_string),
        "row": place.row,
        "column": place.column,
        "column_letters": place.letters,
        "message": format!("{}{}", text.place, text.sentence),
        "remedy": text.remedy,
    })
}

fn domain_language(language: Language) -> posthorse_domain::Language {
    match language {
        Language::Chinese => posthorse_domain::Language::Chinese,
        Language::English => posthorse_domain::Language::English,
    }
}
