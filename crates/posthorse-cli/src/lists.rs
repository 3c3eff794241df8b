//! Lists on their way through `check` and `seal`: read, judged by the domain, shown to the clerk.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};
use std::path::Path;

use indicatif::ProgressBar;
use posthorse_domain::{
    AnnotateError, Annotated, CheckReport, Level, ListCheck, ListError, ListFormat, ListSchema,
    Problem, SchemaSet, WorkbookError,
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
        Failure::new(Exit::Usage, "unknown-list")
            .with("list", posthorse_package::UntrustedText::new(list))
            .with("kind", kind)
            .with("known", known(schemas, kind))
    })
}

/// A kind of which no list, or one of several, would have to be named.
pub(crate) fn not_chosen(schemas: &SchemaSet, kind: &KindName) -> Failure {
    let known = known(schemas, kind);
    let code = if known == NONE {
        "unknown-kind"
    } else {
        "choose-a-list"
    };
    Failure::new(Exit::Usage, code)
        .with("kind", kind)
        .with("known", known)
        .with("kinds", kinds(schemas))
}

const NONE: &str = "-";

fn known(schemas: &SchemaSet, kind: &KindName) -> String {
    let known: Vec<String> = schemas
        .iter()
        .filter(|schema| schema.kind() == kind)
        .map(|schema| format!("{} ({})", schema.title(), schema.id()))
        .collect();
    if known.is_empty() {
        return NONE.to_owned();
    }
    known.join(", ")
}

fn kinds(schemas: &SchemaSet) -> String {
    let mut kinds: Vec<&str> = schemas
        .iter()
        .map(|schema| schema.kind().as_str())
        .collect();
    kinds.dedup();
    kinds.join(", ")
}

/// Refuses a name that spreadsheet programs would not open by.
pub(crate) fn require_workbook_name(path: &Path) -> Result<(), Failure> {
    let ending = path.extension().and_then(|ending| ending.to_str());
    if ending.is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx")) {
        return Ok(());
    }
    Err(Failure::new(Exit::Usage, "not-a-workbook-name").with("path", shown(path)))
}

/// A workbook that could not be written, for want of space or for another reason.
pub(crate) fn cannot_write_workbook(path: &Path, error: &WorkbookError) -> Failure {
    match error.io_error() {
        Some(cause) => Failure::io("cannot-write", path, cause),
        None => Failure::new(Exit::Environment, "cannot-write")
            .with("path", shown(path))
            .detail(error),
    }
}

/// Reads and checks a clerk's list, and writes the annotated copy of it to `out`.
pub(crate) fn annotate(
    path: &Path,
    schema: &ListSchema,
    copy: &Path,
    out: &mut File,
    context: &Context,
) -> Result<Annotated, Failure> {
    let source = watched(path, context)?;
    let mut out = BufWriter::new(out);
    let check = ListCheck::new(schema, clock::civil_date(context.now));
    let annotated = check
        .annotate(source, &mut out)
        .map_err(|error| match &error {
            AnnotateError::List(error) => failed(path, error),
            AnnotateError::Workbook(error) => cannot_write_workbook(copy, error),
            other => Failure::new(Exit::Internal, "internal").detail(other),
        });
    stopped(context)?;
    out.flush()
        .map_err(|cause| Failure::io("cannot-write", copy, &cause))?;
    annotated
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
