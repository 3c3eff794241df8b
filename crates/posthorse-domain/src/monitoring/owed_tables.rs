//! What offices owe, as tables: this stretch, quarters and semesters side by side, and contacts.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::ageing::Tone;
use super::board_tables::say;
use super::contact_line::{ContactLine, ContactState};
use super::report_line::{ReportLine, Submitted};
use super::table::{Cell, Row, Table};
use super::term_title::term_title;
use crate::{Language, ReportState};

/// The reports owed, as a table.
pub(super) fn report_table(lines: &[ReportLine], language: Language) -> Table {
    let mut table = match language {
        Language::Chinese => Table::new(
            "报送情况",
            &[
                "单位",
                "名单",
                "期次",
                "报送时间",
                "状态",
                "包数",
                "接收行数",
                "退回行数",
            ],
        ),
        Language::English => Table::new(
            "Reports",
            &[
                "office",
                "list",
                "term",
                "window",
                "state",
                "packages",
                "rows taken",
                "rows returned",
            ],
        ),
    };
    table.rows = lines
        .iter()
        .map(|line| {
            Row::of(vec![
                Cell::Text(line.name.clone()),
                Cell::Text(line.title.clone()),
                Cell::Text(term_title(&line.window, language)),
                Cell::Text(format!("{} – {}", line.window.opens, line.window.closes)),
                Cell::Marked(line.tone(), state_text(line, language)),
                Cell::Count(line.packages),
                Cell::Count(line.accepted),
                Cell::Counted(Tone::Attention, line.rejected),
            ])
        })
        .collect();
    table
}

/// How a report stands, in words.
fn state_text(line: &ReportLine, language: Language) -> String {
    let mut text = match (language, line.state) {
        (Language::Chinese, ReportState::Early { days }) => format!("已报（提前{days}日）"),
        (Language::Chinese, ReportState::InTime) => "已报（按期）".to_owned(),
        (Language::Chinese, ReportState::Late { days }) => format!("已报（逾期{days}日）"),
        (Language::Chinese, ReportState::NotYetOpen { days }) => {
            format!("未到时间（还有{days}日）")
        }
        (Language::Chinese, ReportState::Open { days_left }) => format!("待报（剩{days_left}日）"),
        (Language::Chinese, ReportState::Missing { days }) => format!("未报（逾期{days}日）"),
        (Language::English, ReportState::Early { days }) => format!("in, {days} d early"),
        (Language::English, ReportState::InTime) => "in, in time".to_owned(),
        (Language::English, ReportState::Late { days }) => format!("in, {days} d late"),
        (Language::English, ReportState::NotYetOpen { days }) => format!("opens in {days} d"),
        (Language::English, ReportState::Open { days_left }) => format!("open, {days_left} d left"),
        (Language::English, ReportState::Missing { days }) => format!("missing, {days} d late"),
    };
    if line.submitted == Submitted::Nil {
        text.push_str(say(language, "，零报告", ", nil report"));
    }
    if let (Some(day), Submitted::Nothing) = (line.deferred, line.submitted) {
        match language {
            Language::Chinese => text.push_str(&format!("，{day} 报来延期说明")),
            Language::English => text.push_str(&format!(", deferral note {day}")),
        }
    }
    text
}

/// One table for each cadence that is longer than a month: who owes what down, the stretches across.
pub(super) fn term_tables(
    current: &[ReportLine],
    earlier: &[ReportLine],
    language: Language,
) -> Vec<Table> {
    let long = |line: &&ReportLine| !line.is_of_one_month();
    let lines: Vec<&ReportLine> = earlier.iter().chain(current).filter(long).collect();
    let mut cadences: Vec<&str> = Vec::new();
    for line in &lines {
        if !cadences.contains(&line.cadence.as_str()) {
            cadences.push(&line.cadence);
        }
    }
    let tables = cadences.into_iter().map(|cadence| {
        let of_cadence = lines.iter().filter(|line| line.cadence == cadence);
        term_table(&of_cadence.copied().collect::<Vec<_>>(), language)
    });
    tables.collect()
}

fn term_table(lines: &[&ReportLine], language: Language) -> Table {
    let terms: BTreeMap<Date, String> = lines
        .iter()
        .map(|line| (line.window.first, term_title(&line.window, language)))
        .collect();
    let title = lines
        .first()
        .map_or_else(String::new, |line| match language {
            Language::Chinese => format!("{}报送", line.cadence_title),
            Language::English => format!("Reports {}", line.cadence),
        });
    let mut header = vec![
        say(language, "单位", "office"),
        say(language, "名单", "list"),
    ];
    header.extend(terms.values().map(String::as_str));
    let mut table = Table::new(&title, &header);
    let owed: BTreeSet<_> = lines.iter().map(|line| (&line.party, &line.list)).collect();
    for (party, list) in owed {
        let mut own = lines
            .iter()
            .filter(|line| (&line.party, &line.list) == (party, list));
        let cells = terms.keys().map(|first| {
            let line = own.clone().find(|line| line.window.first == *first);
            // Where there is no line, the office was not there yet.
            line.map_or(Cell::Text("—".to_owned()), |line| {
                Cell::Marked(line.tone(), state_text(line, language))
            })
        });
        let cells: Vec<Cell> = cells.collect();
        let Some(line) = own.next() else { continue };
        let named = [line.name.clone(), line.title.clone()].map(Cell::Text);
        table
            .rows
            .push(Row::of(named.into_iter().chain(cells).collect()));
    }
    table
}

/// The offices of which it is not known whom to call; no table where there is none.
pub(super) fn contact_table(contacts: &[ContactLine], language: Language) -> Option<Table> {
    let mut table = match language {
        Language::Chinese => Table::new("未报送联系人", &["单位", "应报送日期", "状态"]),
        Language::English => Table::new("No contact filed", &["office", "due", "state"]),
    };
    for line in contacts {
        let ContactState::Missing { overdue_days } = line.state else {
            continue;
        };
        let state = match (language, overdue_days) {
            (Language::Chinese, 0) => "未报".to_owned(),
            (Language::Chinese, days) => format!("未报（逾期{days}日）"),
            (Language::English, 0) => "missing".to_owned(),
            (Language::English, days) => format!("missing, {days} d late"),
        };
        table.rows.push(Row::of(vec![
            Cell::Text(line.name.clone()),
            Cell::Text(line.due.map_or("—".to_owned(), |due| due.to_string())),
            Cell::Marked(line.tone(), state),
        ]));
    }
    (!table.rows.is_empty()).then_some(table)
}
