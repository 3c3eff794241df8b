//! `posthorse board`: who has not reported, who is late, what is stuck, whose data is good.

use posthorse_domain::{
    Ageing, Board, ContactLine, ContactState, Holder, QualityLine, ReportLine, ReportState,
    RosterState, StuckLine, Submitted, WorkLine,
};
use posthorse_package::{PartyId, UntrustedText};
use serde_json::{Value, json};

use super::desk::{self, Desk};
use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, shown};
use crate::files;
use crate::language::arg;
use crate::output::{Context, Mark};

pub(crate) fn run(arguments: &args::Board, context: &mut Context) -> Result<Exit, Failure> {
    let desk = Desk::open(&arguments.desk, context)?;
    let month = desk.month(arguments.month.as_ref())?;
    let rules = desk.rules();
    let board = Board::draw(&rules, &month, desk.today, &desk.facts(&month)?);
    if let Some(path) = &arguments.output {
        let tables = board.tables(posthorse_domain::Language::Chinese);
        let why = (arguments.purpose.as_deref(), "掌握报送和办理进度");
        files::refuse_existing(path)?;
        desk.record_export("board", why, (&month, &tables), context)?;
        desk::write_workbook(path, "看板", (&month, desk.today), &tables)?;
    }
    let escalated: Vec<&str> = board
        .escalated(&rules)
        .iter()
        .map(|line| holder_id(&line.holder))
        .collect();
    let unregistered: Vec<&PartyId> = board.unregistered.iter().map(|(id, _)| id).collect();
    context.json(&json!({
        "month": month.period(),
        "as_of": desk.as_of,
        "reports": board.reports.iter().map(report_json).collect::<Vec<_>>(),
        "earlier": board.earlier.iter().map(report_json).collect::<Vec<_>>(),
        "no_reports_registered": unregistered,
        "contacts": board.contacts.iter().map(contact_json).collect::<Vec<_>>(),
        "counties": board.counties().map(work_json).collect::<Vec<_>>(),
        "departments": board.departments().map(work_json).collect::<Vec<_>>(),
        "total": ageing_json(&board.total),
        "escalated": escalated,
        "stuck": board.stuck.iter().map(stuck_json).collect::<Vec<_>>(),
        "quality": board.quality.iter().map(quality_json).collect::<Vec<_>>(),
        "roster": roster_json(board.roster),
        "output": arguments.output.as_deref().map(shown),
    }))?;
    print(&board, context)?;
    if let Some(path) = &arguments.output {
        context.say("operator-written", &[arg("path", shown(path))])?;
    }
    Ok(Exit::Good)
}

fn print(board: &Board, context: &mut Context) -> Result<(), Failure> {
    let said = [
        arg("month", board.month.period().to_string()),
        arg("day", board.today.to_string()),
    ];
    context.say("board-head", &said)?;
    for table in board.tables(desk::spoken(context)) {
        context.line("")?;
        context.line(&table.title)?;
        if table.rows.is_empty() {
            context.say("operator-nothing", &[])?;
        } else {
            context.toned_table(&table)?;
        }
    }
    context.line("")?;
    if !board.unregistered.is_empty() {
        let names = board.unregistered.iter().map(|(_, name)| name.as_str());
        let names = UntrustedText::new(names.collect::<Vec<_>>().join("、")).to_string();
        let text = context
            .messages
            .text("board-no-reports", &[arg("names", names)]);
        context.marked(Mark::Warning, &text)?;
    }
    let silent = board.missing().count() as u64;
    let contacts = board.without_contact().count() as u64;
    let (mark, key) = match (silent, board.total.overdue(), contacts) {
        (0, 0, 0) => (Mark::Good, "board-all-good"),
        (0, 0, _) => (Mark::Warning, "board-sum"),
        _ => (Mark::Bad, "board-sum"),
    };
    let said = [
        arg("contacts", contacts),
        arg("missing", silent),
        arg("overdue", board.total.overdue()),
    ];
    let text = context.messages.text(key, &said);
    context.marked(mark, &text)
}

pub(crate) fn report_json(line: &ReportLine) -> Value {
    let (state, days) = match line.state {
        ReportState::Early { days } => ("early", days),
        ReportState::InTime => ("in-time", 0),
        ReportState::Late { days } => ("late", days),
        ReportState::NotYetOpen { days } => ("not-yet-open", days),
        ReportState::Open { days_left } => ("open", days_left),
        ReportState::Missing { days } => ("missing", days),
    };
    json!({
        "party": line.party,
        "kind": line.kind,
        "list": line.list,
        "cadence": line.cadence,
        "term": line.window.term,
        "first": line.window.first.to_string(),
        "last": line.window.last.to_string(),
        "opens": line.window.opens.to_string(),
        "closes": line.window.closes.to_string(),
        "provisional_for": line.window.certainty.missing_year(),
        "state": state,
        "days": days,
        "submitted": match line.submitted {
            Submitted::Nothing => None,
            Submitted::Nil => Some("nil"),
            Submitted::List => Some("list"),
        },
        "deferred": line.deferred.map(|day| day.to_string()),
        "packages": line.packages,
        "accepted": line.accepted,
        "rejected": line.rejected,
    })
}

fn contact_json(line: &ContactLine) -> Value {
    let (state, filed, overdue) = match line.state {
        ContactState::Filed { on } => ("filed", Some(on.to_string()), 0),
        ContactState::Registered => ("registered", None, 0),
        ContactState::Missing { overdue_days } => ("missing", None, overdue_days),
    };
    json!({
        "party": line.party,
        "state": state,
        "filed_on": filed,
        "due": line.due.map(|due| due.to_string()),
        "overdue_days": overdue,
    })
}

pub(crate) fn ageing_json(ageing: &Ageing) -> Value {
    json!({
        "open": ageing.open(),
        "in_time": ageing.in_time,
        "due_soon": ageing.due_soon,
        "overdue": ageing.overdue(),
        "overdue_1_to_7_days": ageing.overdue_days,
        "overdue_8_to_30_days": ageing.overdue_weeks,
        "overdue_over_30_days": ageing.overdue_months,
    })
}

/// A county's code, or the id of a department.
pub(crate) fn holder_id(holder: &Holder) -> &str {
    match holder {
        Holder::County(code) => code,
        Holder::Department(party) => party.as_str(),
    }
}

/// Under which name a line of work has that.
pub(crate) fn holder_word(holder: &Holder) -> &'static str {
    match holder {
        Holder::County(_) => "county",
        Holder::Department(_) => "party",
    }
}

fn work_json(line: &WorkLine) -> Value {
    json!({
        holder_word(&line.holder): holder_id(&line.holder),
        "name": line.name,
        "ageing": ageing_json(&line.ageing),
        "answered": line.answered,
        "opened": line.opened,
        "closed": line.closed,
        "oldest_due": line.oldest_due.map(|day| day.to_string()),
        "most_overdue_days": line.most_overdue_days,
    })
}

fn stuck_json(line: &StuckLine) -> Value {
    match line {
        StuckLine::Quarantined { code, things } => {
            json!({ "what": "quarantined", "code": code, "count": things })
        }
        StuckLine::Unfinished { things } => json!({ "what": "unfinished", "count": things }),
        StuckLine::Unrouted { leads } => json!({ "what": "unrouted", "count": leads }),
        StuckLine::Orphans { leads } => json!({ "what": "orphans", "count": leads }),
        StuckLine::Waiting {
            county,
            leads,
            oldest,
            overdue_days,
            ..
        } => json!({
            "what": "waiting",
            "county": county,
            "count": leads,
            "oldest": oldest.to_string(),
            "overdue_days": overdue_days,
        }),
        StuckLine::Unpublished { party, files, .. } => {
            json!({ "what": "unpublished", "party": party, "count": files })
        }
        StuckLine::UnknownList { party, list, .. } => {
            json!({ "what": "unknown-list", "party": party, "list": list })
        }
        StuckLine::Unchecked {
            party,
            without_precheck,
            not_asked,
            not_on_roster,
            ..
        } => json!({
            "what": "paid-without-precheck",
            "party": party,
            "count": without_precheck + not_asked + not_on_roster,
            "without_precheck": without_precheck,
            "not_asked": not_asked,
            "not_on_roster": not_on_roster,
        }),
    }
}

pub(crate) fn quality_json(line: &QualityLine) -> Value {
    json!({
        "party": line.party,
        "packages": line.packages,
        "refused": line.refused,
        "rows_sent": line.sent,
        "rows_returned": line.returned,
        "score_basis_points": line.score.map(posthorse_domain::BasisPoints::get),
    })
}

fn roster_json(roster: RosterState) -> Value {
    match roster {
        RosterState::Never => json!({ "state": "never" }),
        RosterState::Fresh { day } => json!({ "state": "fresh", "as_of": day.to_string() }),
        RosterState::Stale { day, days } => {
            json!({ "state": "stale", "as_of": day.to_string(), "days": days })
        }
    }
}
