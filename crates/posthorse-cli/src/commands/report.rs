//! `posthorse report`: how a month went (通报), as tables, as a workbook and as a page to print.

use std::io::Write as _;
use std::path::Path;

use posthorse_domain::{BasisPoints, CountyMonth, CoverageLine, DepartmentMonth, MonthlyReport};
use serde_json::{Value, json};

use super::board::{ageing_json, holder_id, holder_word, quality_json, report_json};
use super::desk::{self, Desk};
use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files::{self, PendingFile, Privacy};
use crate::language::arg;
use crate::output::Context;

/// What a report is written as, told by its name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Workbook,
    Page,
}

impl Form {
    fn of(path: &Path) -> Result<Self, Failure> {
        let ending = path.extension().and_then(|ending| ending.to_str());
        match ending.map(str::to_ascii_lowercase).as_deref() {
            Some("xlsx") => Ok(Self::Workbook),
            Some("html") => Ok(Self::Page),
            _ => Err(Failure::new(Exit::Usage, "not-a-report-name").with("path", shown(path))),
        }
    }
}

pub(crate) fn run(arguments: &args::Report, context: &mut Context) -> Result<Exit, Failure> {
    // Every name is judged before anything is asked or written.
    for path in &arguments.output {
        Form::of(path)?;
        files::refuse_existing(path)?;
    }
    let desk = Desk::open(&arguments.desk, context)?;
    let month = desk.month(Some(&arguments.month))?;
    let report = MonthlyReport::draw(&desk.rules(), &month, desk.today, &desk.facts(&month)?);
    if !arguments.output.is_empty() {
        let why = (arguments.purpose.as_deref(), "按月通报报送和办理情况");
        let tables = report.tables();
        desk.record_export("report", why, (&month, &tables), context)?;
    }
    for path in &arguments.output {
        match Form::of(path)? {
            Form::Workbook => {
                desk::write_workbook(path, "通报", (&month, desk.today), &report.tables())?;
            }
            Form::Page => write_page(path, &report.page(&desk.bureau()))?,
        }
    }
    let written: Vec<String> = arguments.output.iter().map(|path| shown(path)).collect();
    context.json(&json!({
        "month": month.period(),
        "as_of": desk.as_of,
        "departments": report.departments.iter().map(department_json).collect::<Vec<_>>(),
        "counties": report.counties.iter().map(county_json).collect::<Vec<_>>(),
        "total": county_json(&report.total),
        "all_open": ageing_json(&report.all_open),
        "reports": report.reports.iter().map(report_json).collect::<Vec<_>>(),
        "earlier": report.earlier.iter().map(report_json).collect::<Vec<_>>(),
        "coverage": report.coverage.iter().map(coverage_json).collect::<Vec<_>>(),
        "orphans": report.orphans,
        "output": written,
    }))?;
    if month.first() > desk.today {
        context.warn(
            "report-of-the-future",
            &[arg("month", month.period().to_string())],
        );
    }
    context.line(&report.summary_text())?;
    if written.is_empty() {
        for table in report.tables() {
            context.line("")?;
            context.line(&table.title)?;
            if table.rows.is_empty() {
                context.say("operator-nothing", &[])?;
            } else {
                context.toned_table(&table)?;
            }
        }
    }
    for path in written {
        context.say("operator-written", &[arg("path", path)])?;
    }
    Ok(Exit::Good)
}

fn write_page(path: &Path, page: &str) -> Result<(), Failure> {
    let mut pending = PendingFile::create(path, Privacy::OwnerOnly)?;
    pending
        .file()
        .write_all(page.as_bytes())
        .map_err(|cause| Failure::io("cannot-write", path, &cause))?;
    pending.commit()
}

fn points(rate: Option<BasisPoints>) -> Option<u32> {
    rate.map(BasisPoints::get)
}

fn coverage_json(line: &CoverageLine) -> Value {
    json!({
        "policy": line.policy,
        "county": line.county,
        "eligible": line.coverage.eligible,
        "paid": line.coverage.paid,
        "share_basis_points": points(line.coverage.share()),
    })
}

fn department_json(line: &DepartmentMonth) -> Value {
    json!({
        "party": line.party,
        "owed": line.owed,
        "in_time": line.in_time,
        "late": line.late,
        "deferred": line.deferred,
        "missing": line.missing,
        "timeliness_basis_points": points(line.timeliness()),
        "quality": line.quality.as_ref().map(quality_json),
    })
}

fn county_json(line: &CountyMonth) -> Value {
    let (word, whose) = match &line.holder {
        Some(holder) => (holder_word(holder), Some(holder_id(holder))),
        None => ("county", None),
    };
    json!({
        word: whose,
        "opened": line.opened,
        "answered": line.answered,
        "closed": line.closed,
        "closed_in_time": line.closed_in_time,
        "outcomes": line.outcomes,
        "verification_basis_points": points(line.verification()),
        "closing_basis_points": points(line.closing()),
        "timeliness_basis_points": points(line.timeliness()),
        "ageing": ageing_json(&line.ageing),
    })
}
