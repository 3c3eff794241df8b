//! `posthorse compare`: a department's beneficiaries against the roster, offline, at the department.

mod measures;

use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use posthorse_domain::{
    Areas, CheckReport, ComparedPolicy, Comparison, ComparisonRules, ComparisonRun, CountyCode,
    Coverage, Date, ListCheck, ListLimits, ListSchema, MissingColumns, Precheck, Record,
    RosterReading, RowBucket, SchemaSet, read_roster, write_comparison_workbook,
};
use posthorse_package::{KindName, UntrustedText};
use serde_json::{Value, json};

use crate::access_log::{self, Access, AccessLog, Action};
use crate::args;
use crate::clock;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files::{PendingFile, Privacy};
use crate::home::Home;
use crate::language::arg;
use crate::lists;
use crate::output::{Context, Mark};
use crate::rulebook;
use crate::workbooks;

pub(crate) fn run(arguments: &args::Compare, context: &mut Context) -> Result<Exit, Failure> {
    let rules = rulebook::of_home(arguments.home.as_deref())?;
    let schemas = rules.schemas();
    let roster_schema = of_kind(schemas, "roster", "roster")?;
    let policy = find_policy(rules.comparison_rules(), &arguments.policy)?;
    let pending = begin(arguments.output.as_deref())?;
    let reading = read(&arguments.roster, roster_schema, context)?;
    let today = clock::civil_date(context.now);
    let precheck = Precheck::new(&reading.index, rules.roster_states(), today);
    let desk = Desk {
        arguments,
        schemas,
        policy,
        reading: &reading,
    };
    if arguments.measures {
        return measures::run(&desk, &precheck, pending, context);
    }
    let mut run = ComparisonRun::new(policy, precheck).map_err(|missing| desk.lacks(missing))?;
    let (documents, rejected) = desk.enter(context, &mut |nth, record| {
        run.enter(nth, record);
    })?;
    let comparison = run.finish();
    if let Some((pending, path)) = pending {
        let rows = RowBucket::ALL.map(|bucket| comparison.count(bucket));
        desk.record_export("compare", rows.iter().sum(), context)?;
        write(
            pending,
            path,
            &comparison,
            schemas,
            &arguments.lists,
            context,
        )?;
    }
    let exit = if rejected == 0 {
        Exit::Good
    } else {
        Exit::Refused
    };
    let document = json!({
        "policy": policy.id(),
        "title": policy.title(),
        "as_of": reading.index.as_of().map(|day| day.to_string()),
        "roster": desk.roster_json(today),
        "lists": documents,
        "coverage": coverage_json(&comparison, rules.areas()),
        "rows": RowBucket::ALL.map(|bucket| (bucket.as_str(), comparison.count(bucket)))
            .into_iter().collect::<std::collections::BTreeMap<_, _>>(),
        "output": arguments.output.as_deref().map(shown),
        "exit": exit.code(),
    });
    context.json(&document)?;
    tell(&comparison, &reading, (today, rules.areas()), context)?;
    if rejected > 0 {
        context.warn("compare-rejected", &[arg("count", rejected)]);
    }
    if let Some(path) = &arguments.output {
        let text = context
            .messages
            .text("compare-written", &[arg("path", shown(path))]);
        context.marked(Mark::Good, &text)?;
    }
    Ok(exit)
}

/// What both ways of comparing have before them.
struct Desk<'d> {
    arguments: &'d args::Compare,
    schemas: &'d SchemaSet,
    policy: &'d ComparedPolicy,
    reading: &'d RosterReading,
}

impl Desk<'_> {
    /// Writes down what is about to be taken out: in the home that was named, else beside the
    /// roster.
    fn record_export(&self, what: &str, rows: u64, context: &Context) -> Result<(), Failure> {
        let log = match &self.arguments.home {
            Some(home) => AccessLog::of_home(&Home::at(home))?,
            None => AccessLog::beside(&self.arguments.roster)?,
        };
        let kind = "roster".parse().map_err(internal)?;
        let access = Access {
            action: Action::Export,
            what: format!("{what} {}", self.policy.id()),
            manifest: None,
            purpose: access_log::purpose(self.arguments.purpose.as_deref(), Some(&kind))?,
            kind: Some(kind),
            rows,
        };
        log.record(access, context.now)
    }

    fn lacks(&self, missing: MissingColumns) -> Failure {
        Failure::new(Exit::Refused, "roster-without-columns")
            .with("path", shown(&self.arguments.roster))
            .with("policy", self.policy.title())
            .with("columns", missing.0.join("、"))
    }

    /// Enters every list; what was read of each, and how many rows were rejected, the roster's
    /// included.
    fn enter(
        &self,
        context: &mut Context,
        take: &mut dyn FnMut(usize, &Record<'_>),
    ) -> Result<(Vec<Value>, u64), Failure> {
        let (mut documents, mut rejected) = (Vec::new(), self.reading.report.rejected);
        for (nth, path) in self.arguments.lists.iter().enumerate() {
            let named = self.arguments.list.as_deref();
            let schema = schema_of(path, named, self.policy, self.schemas, context)?;
            let report = enter(path, schema, context, &mut |record| take(nth, record))?;
            rejected += report.rejected;
            documents.push(lists::report_json(path, Some(schema), &report, context));
        }
        Ok((documents, rejected))
    }

    fn roster_json(&self, today: Date) -> Value {
        json!({
            "path": shown(&self.arguments.roster),
            "people": self.reading.index.len(),
            "rejected": self.reading.report.rejected,
            "stale": self.reading.index.is_stale(today),
        })
    }
}

fn internal(error: impl std::fmt::Display) -> Failure {
    Failure::new(Exit::Internal, "internal").detail(error)
}

fn of_kind<'s>(schemas: &'s SchemaSet, kind: &str, list: &str) -> Result<&'s ListSchema, Failure> {
    let kind: KindName = kind.parse().map_err(internal)?;
    lists::find(schemas, &kind, list)
}

fn find_policy<'r>(rules: &'r ComparisonRules, named: &str) -> Result<&'r ComparedPolicy, Failure> {
    rules.find(named).ok_or_else(|| {
        let known = rules
            .iter()
            .map(|one| format!("{} ({})", one.title(), one.id()));
        Failure::new(Exit::Usage, "unknown-policy")
            .with("policy", UntrustedText::new(named))
            .with("known", known.collect::<Vec<_>>().join(", "))
    })
}

/// Begins the workbook before the work, so that a name that is taken is said at once.
fn begin(output: Option<&Path>) -> Result<Option<(PendingFile, &Path)>, Failure> {
    let begin = |path| {
        workbooks::require_workbook_name(path)?;
        Ok((PendingFile::create(path, Privacy::OwnerOnly)?, path))
    };
    output.map(begin).transpose()
}

fn read(path: &Path, schema: &ListSchema, context: &mut Context) -> Result<RosterReading, Failure> {
    let today = clock::civil_date(context.now);
    let source = lists::watched(path, context)?;
    let reading = read_roster(schema, today, &lists::file_name(path), source)
        .map_err(|error| lists::failed(path, &error));
    lists::stopped(context)?;
    let reading = reading?;
    if !reading.report.is_usable() {
        tell_problems(&reading.report, context);
        return Err(Failure::new(Exit::Refused, "roster-refused").with("path", shown(path)));
    }
    Ok(reading)
}

/// The list that the command line names; else, by the columns, one of those by which the policy is
/// paid; else any list of people.
fn schema_of<'s>(
    path: &Path,
    named: Option<&str>,
    policy: &ComparedPolicy,
    schemas: &'s SchemaSet,
    context: &Context,
) -> Result<&'s ListSchema, Failure> {
    let is_payout = |one: &ListSchema| {
        one.kind().as_str() == "payout_list" && policy.payouts().contains(one.id())
    };
    let is_of_people = |one: &ListSchema| {
        let has = |field| one.position(field).is_some();
        one.kind().as_str() != "roster" && has("id_no") && has("name")
    };
    if let Some(named) = named {
        let mut found = schemas.iter().filter(|one| is_of_people(one));
        let is_it = |one: &&ListSchema| {
            let found = schemas.find(one.kind(), named);
            found.is_some_and(|found| found.id() == one.id())
        };
        return found.find(is_it).ok_or_else(|| {
            Failure::new(Exit::Usage, "unknown-list")
                .with("list", UntrustedText::new(named))
                .with("kind", "payout_list")
                .with(
                    "known",
                    lists::names(schemas.iter().filter(|one| is_payout(one))),
                )
        });
    }
    let wanted: [&dyn Fn(&ListSchema) -> bool; 2] = [&is_payout, &is_of_people];
    let mut best = None;
    for wanted in wanted {
        let source = lists::watched(path, context)?;
        let recognition = schemas
            .recognise(source, &ListLimits::default(), wanted)
            .map_err(|error| lists::failed(path, &error));
        lists::stopped(context)?;
        let recognition = recognition?;
        match recognition.best() {
            [only] if only.missing == 0 => return Ok(only.schema),
            [only, ..] => best = best.or(Some(only.schema)),
            [] => {}
        }
    }
    best.ok_or_else(|| Failure::new(Exit::Refused, "no-list-of-people").with("path", shown(path)))
}

fn enter(
    path: &Path,
    schema: &ListSchema,
    context: &mut Context,
    take: &mut dyn FnMut(&Record<'_>),
) -> Result<CheckReport, Failure> {
    let source = lists::watched(path, context)?;
    let check = ListCheck::new(schema, clock::civil_date(context.now))
        .with_file_name(&lists::file_name(path));
    let report = check
        .check(source, &mut |record| {
            take(record);
            Ok(())
        })
        .map_err(|error| lists::failed(path, &error));
    lists::stopped(context)?;
    let report = report?;
    if !report.is_clean() {
        tell_problems(&report, context);
        let summary = lists::summary(path, &report, context);
        context.warn_line(&summary);
    }
    if !report.is_usable() {
        let refused = Failure::new(Exit::Refused, "cannot-compare");
        return Err(refused.with("path", shown(path)));
    }
    Ok(report)
}

fn tell_problems(report: &CheckReport, context: &mut Context) {
    for line in lists::problem_lines(report, context) {
        context.warn_line(&line);
    }
}

fn write(
    mut pending: PendingFile,
    path: &Path,
    comparison: &Comparison<'_>,
    schemas: &SchemaSet,
    compared: &[PathBuf],
    context: &Context,
) -> Result<(), Failure> {
    let unpaid = of_kind(schemas, "unpaid_list", "unpaid")?;
    let names: Vec<String> = compared.iter().map(|path| lists::file_name(path)).collect();
    let mut out = BufWriter::new(pending.file());
    let today = clock::civil_date(context.now);
    write_comparison_workbook(comparison, unpaid, &names, today, &mut out)
        .map_err(|error| workbooks::cannot_write(path, &error))?;
    out.flush()
        .map_err(|cause| Failure::io("cannot-write", path, &cause))?;
    drop(out);
    lists::stopped(context)?;
    pending.commit()
}

fn county_name(county: Option<CountyCode>, areas: &Areas) -> String {
    let code = county.map_or_else(|| "-".to_owned(), |code| code.to_string());
    let known = county.and_then(|code| areas.county(code));
    known.map_or(code, |known| known.name.clone())
}

fn coverage_json(comparison: &Comparison<'_>, areas: &Areas) -> Value {
    let one = |coverage: Coverage| {
        json!({
            "eligible": coverage.eligible,
            "paid": coverage.paid,
            "unpaid": coverage.unpaid(),
            "share_basis_points": coverage.share().map(|share| share.get()),
        })
    };
    let counties = comparison.by_county.iter().map(|(county, coverage)| {
        let mut value = one(*coverage);
        value["county"] = county.map(|code| code.to_string()).into();
        value["name"] = county_name(*county, areas).into();
        value
    });
    json!({ "total": one(comparison.total), "counties": counties.collect::<Vec<_>>() })
}

fn tell_age(reading: &RosterReading, today: Date, context: &mut Context) {
    if reading.index.is_stale(today) {
        let day = reading.index.as_of();
        let day = day.map_or_else(String::new, |day| day.to_string());
        context.warn("compare-stale", &[arg("day", day)]);
    }
}

fn tell(
    comparison: &Comparison<'_>,
    reading: &RosterReading,
    (today, areas): (Date, &Areas),
    context: &mut Context,
) -> Result<(), Failure> {
    tell_age(reading, today, context);
    let policy = comparison.policy;
    let arguments = [
        arg("policy", policy.title().to_owned()),
        arg("basis", policy.basis().to_owned()),
    ];
    context.say("compare-policy", &arguments)?;
    let header = ["county", "eligible", "paid", "unpaid", "share"];
    let header = header.map(|column| context.messages.word(&format!("column-compare-{column}")));
    let row = |name: String, coverage: Coverage| {
        let share = coverage.share();
        vec![
            name,
            coverage.eligible.to_string(),
            coverage.paid.to_string(),
            coverage.unpaid().to_string(),
            share.map_or_else(|| "-".to_owned(), |share| share.to_string()),
        ]
    };
    let mut rows: Vec<Vec<String>> = comparison
        .by_county
        .iter()
        .map(|(county, coverage)| row(county_name(*county, areas), *coverage))
        .collect();
    rows.push(row(
        context.messages.word("compare-total"),
        comparison.total,
    ));
    context.table(&header, &rows)?;
    for bucket in RowBucket::ALL {
        let count = comparison.count(bucket);
        if count > 0 {
            let key = format!("compare-rows-{}", bucket.as_str());
            context.say(&key, &[arg("count", count)])?;
        }
    }
    if comparison.findings_not_kept > 0 {
        let count = arg("count", comparison.findings_not_kept);
        context.warn("compare-not-kept", &[count]);
    }
    Ok(())
}
