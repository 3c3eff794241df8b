//! Lists on their way through `check` and `seal`: read, judged by the domain, shown to the clerk.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use indicatif::ProgressBar;
use posthorse_domain::{
    CheckReport, Level, ListCheck, ListError, ListFormat, ListLimits, ListSchema, Problem,
    ProblemCode, Record, Roster, SchemaSet,
};
use posthorse_package::KindName;
use serde_json::{Value, json};
use tempfile::SpooledTempFile;

use crate::clock;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files;
use crate::interrupt::Watched;
use crate::kinds;
use crate::language::{Language, arg};
use crate::output::Context;
use crate::suggest;
use crate::workbooks::{AnnotatedCopy, CopyState};

/// A converted list up to this size stays in memory; a longer one goes to an unnamed private file.
const SPOOL_BYTES: usize = 8 << 20;
/// More problems than this are counted instead of shown to a person.
const SHOWN_PROBLEMS: usize = 100;

/// The list that the command line names.
pub(crate) fn find<'s>(
    schemas: &'s SchemaSet,
    kind: &KindName,
    list: &str,
) -> Result<&'s ListSchema, Failure> {
    schemas
        .find(kind, list)
        .ok_or_else(|| unknown_list(schemas, kind, list))
}

fn unknown_list(schemas: &SchemaSet, kind: &KindName, list: &str) -> Failure {
    let Some(known) = known(schemas, kind) else {
        return kinds::unknown(kind);
    };
    let failure = Failure::new(Exit::Usage, "unknown-list")
        .with("list", posthorse_package::UntrustedText::new(list))
        .with("kind", kind)
        .with("known", known);
    let of_kind = schemas.iter().filter(|schema| schema.kind() == kind);
    let names = of_kind.flat_map(|schema| [schema.title(), schema.id().as_str()]);
    match suggest::nearest(list, names) {
        Some(like) => failure.with("like", like).advised("unknown-list-like"),
        None => failure,
    }
}

/// The list of a kind that is named, or the only one that the kind has.
pub(crate) fn choose<'s>(
    schemas: &'s SchemaSet,
    kind: &KindName,
    list: Option<&str>,
) -> Result<&'s ListSchema, Failure> {
    if let Some(list) = list {
        return find(schemas, kind, list);
    }
    schemas
        .only_of(kind)
        .ok_or_else(|| match known(schemas, kind) {
            Some(known) => Failure::new(Exit::Usage, "choose-a-list")
                .with("kind", kind)
                .with("known", known),
            None => kinds::unknown(kind),
        })
}

/// The lists of a kind, each on a line of its own, if there are any.
fn known(schemas: &SchemaSet, kind: &KindName) -> Option<String> {
    let known: Vec<String> = schemas
        .iter()
        .filter(|schema| schema.kind() == kind)
        .map(|schema| format!("{} ({})", schema.title(), schema.id()))
        .collect();
    (!known.is_empty()).then(|| known.join("\n      "))
}

/// How lists are to be checked.
#[derive(Debug, Default)]
pub(crate) struct Question<'q> {
    /// The kind of list, if the command line names it.
    pub(crate) kind: Option<&'q KindName>,
    /// The list's id or Chinese name, if the command line names it.
    pub(crate) list: Option<&'q str>,
    /// A roster whose names are compared.
    pub(crate) roster: Option<&'q Roster>,
    /// Findings that are meant so.
    pub(crate) confirmed: &'q [ProblemCode],
}

/// A list that was checked.
#[derive(Debug)]
pub(crate) struct Checked<'s> {
    /// What it is; none if it is no list.
    pub(crate) schema: Option<&'s ListSchema>,
    /// Whether its columns said so, and not the command line.
    pub(crate) is_recognised: bool,
    pub(crate) report: CheckReport,
    /// What became of the annotated copy, if one was asked for.
    pub(crate) copy: Option<CopyState>,
}

/// Reads and checks a clerk's list, which is told by its columns unless it is named.
pub(crate) fn check<'s>(
    path: &Path,
    schemas: &'s SchemaSet,
    question: &Question<'_>,
    copy: Option<AnnotatedCopy<'_>>,
    context: &Context,
) -> Result<Checked<'s>, Failure> {
    let mut source = watched(path, context)?;
    let named = named(schemas, question)?;
    let schema = match named {
        Some(schema) => schema,
        None => match recognise(path, &mut source, schemas, question, context)? {
            Ok(schema) => schema,
            Err(report) => {
                return Ok(Checked {
                    schema: None,
                    is_recognised: false,
                    report: *report,
                    copy: copy.map(|_| CopyState::NothingToCopy),
                });
            }
        },
    };
    let mut check = ListCheck::new(schema, clock::civil_date(context.now))
        .with_confirmed(question.confirmed)
        .with_file_name(&file_name(path));
    if let Some(roster) = question.roster {
        check = check.with_roster(roster);
    }
    let cannot_check = |error: &ListError| failed(path, error);
    let (report, copy) = match copy {
        Some(copy) => {
            let written = copy.write(&check, source, cannot_check, || stopped(context))?;
            (written.0, Some(written.1))
        }
        None => {
            let report = check.check(source, &mut |_| Ok(()));
            stopped(context)?;
            (report.map_err(|error| cannot_check(&error))?, None)
        }
    };
    Ok(Checked {
        schema: Some(schema),
        is_recognised: named.is_none(),
        report,
        copy,
    })
}

/// The list that the command line names, by kind, by name, or by both.
fn named<'s>(
    schemas: &'s SchemaSet,
    question: &Question<'_>,
) -> Result<Option<&'s ListSchema>, Failure> {
    match (question.kind, question.list) {
        (Some(kind), Some(list)) => find(schemas, kind, list).map(Some),
        (Some(kind), None) => Ok(schemas.only_of(kind)),
        (None, Some(list)) => {
            let mut kinds = schemas.iter().map(ListSchema::kind);
            let found = kinds.find_map(|kind| schemas.find(kind, list));
            found.map(Some).ok_or_else(|| {
                Failure::new(Exit::Usage, "unknown-list")
                    .with("list", posthorse_package::UntrustedText::new(list))
                    .with("kind", "*")
                    .with("known", names(schemas.iter()))
            })
        }
        (None, None) => Ok(None),
    }
}

/// The list that the columns say; or the report of a file that is no list at all.
fn recognise<'s>(
    path: &Path,
    source: &mut BufReader<Watched<File>>,
    schemas: &'s SchemaSet,
    question: &Question<'_>,
    context: &Context,
) -> Result<Result<&'s ListSchema, Box<CheckReport>>, Failure> {
    let wanted = |schema: &ListSchema| question.kind.is_none_or(|kind| schema.kind() == kind);
    let recognition = schemas
        .recognise(source, &ListLimits::default(), wanted)
        .map_err(|error| failed(path, &error));
    stopped(context)?;
    let recognition = recognition?;
    if let Some(schema) = recognition.only_best() {
        return Ok(Ok(schema));
    }
    if recognition.best().is_empty() {
        return Ok(Err(Box::new(recognition.into_report())));
    }
    let best = recognition.best().iter().map(|candidate| candidate.schema);
    Err(Failure::new(Exit::Usage, "which-list")
        .with("path", shown(path))
        .with("candidates", names(best)))
}

pub(crate) fn names<'s>(schemas: impl Iterator<Item = &'s ListSchema>) -> String {
    let names = schemas.map(|one| format!("{} ({} {})", one.title(), one.kind(), one.id()));
    names.collect::<Vec<_>>().join(", ")
}

/// The name by which a file's head count is known; none for standard input.
pub(crate) fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Findings that the command line says are meant so.
pub(crate) fn confirmed(codes: &[String]) -> Result<Vec<ProblemCode>, Failure> {
    let code = |text: &String| {
        let code = ProblemCode::from_code(&text.to_ascii_uppercase());
        code.filter(|code| code.is_confirmable()).ok_or_else(|| {
            let known = ProblemCode::ALL.iter().filter(|one| one.is_confirmable());
            let known: Vec<&str> = known.map(|one| one.as_str()).collect();
            Failure::new(Exit::Usage, "not-confirmable")
                .with("code", posthorse_package::UntrustedText::new(text.as_str()))
                .with("known", known.join(", "))
        })
    };
    codes.iter().map(code).collect()
}

/// The people of a roster, of which only the accepted rows count.
pub(crate) fn read_roster(
    path: &Path,
    schemas: &SchemaSet,
    context: &Context,
) -> Result<Roster, Failure> {
    let kind: KindName = "roster"
        .parse()
        .map_err(|error| Failure::new(Exit::Internal, "internal").detail(error))?;
    let schema = find(schemas, &kind, "roster")?;
    let source = watched(path, context)?;
    let mut roster = Roster::default();
    let report = ListCheck::new(schema, clock::civil_date(context.now))
        .check(source, &mut |record| {
            roster.enter(record);
            Ok(())
        })
        .map_err(|error| failed(path, &error));
    stopped(context)?;
    if !report?.is_usable() {
        return Err(Failure::new(Exit::Refused, "roster-refused").with("path", shown(path)));
    }
    Ok(roster)
}

/// Reads and checks a clerk's list, and converts it to what travels inside a package.
pub(crate) fn convert(
    path: &Path,
    schema: &ListSchema,
    confirmed: &[ProblemCode],
    context: &Context,
    on_record: &mut dyn FnMut(&Record<'_>),
) -> Result<(CheckReport, SpooledTempFile), Failure> {
    let source = watched(path, context)?;
    let mut spool = SpooledTempFile::new(SPOOL_BYTES);
    let check = ListCheck::new(schema, clock::civil_date(context.now))
        .with_confirmed(confirmed)
        .with_file_name(&file_name(path));
    let report = check
        .convert(source, &mut spool, &mut |record| {
            on_record(record);
            Ok(())
        })
        .map_err(|error| failed(path, &error));
    stopped(context)?;
    Ok((report?, spool))
}

pub(crate) fn watched(path: &Path, context: &Context) -> Result<BufReader<Watched<File>>, Failure> {
    let file = files::open_seekable(path)?;
    let watched = Watched::new(file, ProgressBar::hidden(), context.interrupt.clone());
    Ok(BufReader::new(watched))
}

/// A stop looks like a damaged file to a spreadsheet reader, so it is asked for by name.
pub(crate) fn stopped(context: &Context) -> Result<(), Failure> {
    let stopped = |_| Failure::new(Exit::Environment, "interrupted");
    context.interrupt.check().map_err(stopped)
}

pub(crate) fn failed(path: &Path, error: &ListError) -> Failure {
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

/// The worst level that anything has, whether it was kept or only counted.
pub(crate) fn worst(report: &CheckReport) -> Option<Level> {
    let kept = report.problems.iter().map(|problem| problem.level);
    let rejected = (report.rejected > 0).then_some(Level::Row);
    kept.chain(rejected).min()
}

/// The line that sums a list up.
pub(crate) fn summary(path: &Path, report: &CheckReport, context: &Context) -> String {
    let key = match worst(report) {
        Some(Level::File | Level::Row) => "check-found",
        Some(Level::Warning) => "check-warned",
        _ if report.accepted == 0 => "check-empty",
        _ => "check-clean",
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
        Some(ListFormat::OldWorkbook) => "xls",
        Some(ListFormat::Csv(encoding)) => encoding.as_str(),
        _ => "?",
    }
}

/// A list's report for programs.
pub(crate) fn report_json(
    path: &Path,
    schema: Option<&ListSchema>,
    report: &CheckReport,
    context: &Context,
) -> Value {
    let language = domain_language(context.messages.language());
    let problems: Vec<Value> = report
        .problems
        .iter()
        .map(|problem| problem_json(problem, language))
        .collect();
    json!({
        "path": shown(path),
        "kind": schema.map(ListSchema::kind),
        "list": schema.map(ListSchema::id),
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
        "column": place.column_number,
        "column_title": place.column,
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
