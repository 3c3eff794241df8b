//! The board as tables, in the reader's language.

use super::ageing::{Ageing, Tone};
use super::board::{Board, QualityLine, RosterState, StuckLine};
use super::owed_tables::{contact_table, report_table, term_tables};
use super::table::{Cell, Row, Table};
use super::work_line::WorkLine;
use crate::{Language, ReportState};

/// One of two texts.
pub(super) fn say<'t>(language: Language, chinese: &'t str, english: &'t str) -> &'t str {
    match language {
        Language::Chinese => chinese,
        Language::English => english,
    }
}

impl Board {
    /// The board as tables: reports, quarters and semesters, offices without contact, counties
    /// and departments that have to answer, what is stuck, quality.
    #[must_use]
    pub fn tables(&self, language: Language) -> Vec<Table> {
        let mut tables = vec![report_table(&self.reports, language)];
        tables.extend(term_tables(&self.reports, &self.earlier, language));
        tables.extend(contact_table(&self.contacts, language));
        let counties: Vec<&WorkLine> = self.counties().collect();
        tables.push(work_table(
            &counties,
            (
                say(language, "县区办理", "Counties"),
                say(language, "县（区）", "county"),
            ),
            language,
        ));
        let departments: Vec<&WorkLine> = self.departments().collect();
        if !departments.is_empty() {
            tables.push(work_table(
                &departments,
                (
                    say(language, "部门办理", "Departments"),
                    say(language, "部门", "department"),
                ),
                language,
            ));
        }
        tables.push(self.stuck_table(language));
        tables.push(quality_table(&self.quality, language));
        tables
    }

    fn stuck_table(&self, language: Language) -> Table {
        let mut table = match language {
            Language::Chinese => Table::new("积压和异常", &["事项", "所在", "数量", "说明"]),
            Language::English => Table::new("Stuck", &["what", "where", "how many", "remark"]),
        };
        table.rows = self
            .stuck
            .iter()
            .map(|line| stuck_row(line, language))
            .collect();
        for (what, tone, remark) in [self.roster_age(language), self.roster_due(language)]
            .into_iter()
            .flatten()
        {
            table.rows.push(Row::of(vec![
                Cell::Marked(tone, what.to_owned()),
                text("—"),
                text("—"),
                Cell::Text(remark),
            ]));
        }
        table
    }

    fn roster_age(&self, language: Language) -> Option<(&'static str, Tone, String)> {
        match self.roster {
            RosterState::Fresh { .. } => None,
            RosterState::Never => {
                let what = say(language, "监测对象名单从未下发", "no roster was ever sent");
                Some((what, Tone::Attention, String::new()))
            }
            RosterState::Stale { day, days } => {
                let what = say(language, "监测对象名单过旧", "the roster is stale");
                let remark = match language {
                    Language::Chinese => format!("截止 {day}，已 {days} 日"),
                    Language::English => format!("as of {day}, {days} days old"),
                };
                Some((what, Tone::Bad, remark))
            }
        }
    }

    /// The bureau's own debt, once it has sent rosters at all.
    fn roster_due(&self, language: Language) -> Option<(&'static str, Tone, String)> {
        let (window, state) = self.roster_due.as_ref()?;
        let closes = window.closes;
        let by = match language {
            Language::Chinese => format!("应于 {closes} 前下发"),
            Language::English => format!("due by {closes}"),
        };
        let (what, tone) = match state {
            _ if self.roster == RosterState::Never => return None,
            ReportState::Open { .. } => (
                say(language, "本月名单待下发", "the month's roster is due"),
                Tone::Attention,
            ),
            ReportState::Missing { .. } => (
                say(language, "本月名单未下发", "the month's roster is missing"),
                Tone::Bad,
            ),
            ReportState::Late { .. } => (
                say(language, "本月名单逾期下发", "the month's roster was late"),
                Tone::Attention,
            ),
            _ => return None,
        };
        Some((what, tone, by))
    }
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

fn ageing_cells(ageing: &Ageing) -> [Cell; 6] {
    [
        Cell::Counted(ageing.tone(), ageing.open()),
        Cell::Counted(Tone::Good, ageing.in_time),
        Cell::Counted(Tone::Attention, ageing.due_soon),
        Cell::Counted(Tone::Bad, ageing.overdue_days),
        Cell::Counted(Tone::Bad, ageing.overdue_weeks),
        Cell::Counted(Tone::Bad, ageing.overdue_months),
    ]
}

/// How lines of work stand, with a last line for all of them.
fn work_table(lines: &[&WorkLine], (title, whose): (&str, &str), language: Language) -> Table {
    let columns = match language {
        Language::Chinese => [
            "未办结",
            "按期",
            "临期",
            "逾期1–7日",
            "逾期8–30日",
            "逾期30日以上",
            "继续核实",
            "最早到期",
            "本月交办",
            "本月办结",
        ],
        Language::English => [
            "open",
            "in time",
            "due soon",
            "1-7 d late",
            "8-30 d late",
            ">30 d late",
            "still verifying",
            "oldest due",
            "opened",
            "closed",
        ],
    };
    let header: Vec<&str> = std::iter::once(whose).chain(columns).collect();
    let mut table = Table::new(title, &header);
    table.rows = lines.iter().copied().map(work_row).collect();
    if lines.len() > 1 {
        let sum = |of: fn(&WorkLine) -> u64| Cell::Count(lines.iter().copied().map(of).sum());
        let mut all = Ageing::default();
        for line in lines {
            all += line.ageing;
        }
        let mut cells = vec![text(say(language, "合计", "all"))];
        cells.extend(ageing_cells(&all));
        cells.push(sum(|line| line.answered));
        cells.push(text("—"));
        cells.push(sum(|line| line.opened));
        cells.push(sum(|line| line.closed));
        table.rows.push(Row::total(cells));
    }
    table
}

fn work_row(line: &WorkLine) -> Row {
    let due = line
        .oldest_due
        .map_or("—".to_owned(), |due| due.to_string());
    let mut cells = vec![Cell::Text(line.name.clone())];
    cells.extend(ageing_cells(&line.ageing));
    cells.push(Cell::Count(line.answered));
    cells.push(match line.most_overdue_days {
        0 => Cell::Text(due),
        _ => Cell::Marked(Tone::Bad, due),
    });
    cells.push(Cell::Count(line.opened));
    cells.push(Cell::Count(line.closed));
    Row::of(cells)
}

fn stuck_row(line: &StuckLine, language: Language) -> Row {
    let bureau = say(language, "市局", "bureau").to_owned();
    let (what, place, count, remark) = match line {
        StuckLine::Quarantined { code, things } => (
            say(language, "已隔离", "quarantined"),
            bureau,
            *things,
            code.clone(),
        ),
        StuckLine::Unfinished { things } => (
            say(language, "正在处理或中断", "unfinished"),
            bureau,
            *things,
            String::new(),
        ),
        StuckLine::Unrouted { leads } => (
            say(language, "无所属县区", "no county"),
            bureau,
            *leads,
            "posthorse daemon unrouted".to_owned(),
        ),
        StuckLine::Orphans { leads } => (
            say(language, "无人承办的线索", "orphaned leads"),
            bureau,
            *leads,
            say(language, "台账有误，请查明", "the ledger is wrong").to_owned(),
        ),
        StuckLine::Waiting {
            name,
            leads,
            oldest,
            overdue_days,
            ..
        } => (
            say(language, "待交办", "not dispatched"),
            name.clone(),
            *leads,
            waiting_remark(language, &oldest.to_string(), *overdue_days),
        ),
        StuckLine::Unpublished { name, files, .. } => (
            say(language, "待放入发件夹", "not published"),
            name.clone(),
            *files,
            String::new(),
        ),
        StuckLine::UnknownList { name, list, .. } => (
            say(language, "名录登记的名单有误", "list registered in error"),
            name.clone(),
            1,
            list.to_string(),
        ),
        StuckLine::Unchecked {
            name,
            without_precheck,
            not_asked,
            not_on_roster,
            ..
        } => (
            say(language, "兑付未经比对", "paid without a precheck"),
            name.clone(),
            without_precheck + not_asked + not_on_roster,
            unchecked_remark(language, [*without_precheck, *not_asked, *not_on_roster]),
        ),
    };
    Row::of(vec![
        Cell::Marked(line.tone(), what.to_owned()),
        Cell::Text(place),
        Cell::Count(count),
        Cell::Text(remark),
    ])
}

fn waiting_remark(language: Language, oldest: &str, overdue_days: u32) -> String {
    match (language, overdue_days) {
        (Language::Chinese, 0) => format!("最早 {oldest} 收到"),
        (Language::Chinese, days) => format!("最早 {oldest} 收到，交办已逾期{days}日"),
        (Language::English, 0) => format!("oldest came {oldest}"),
        (Language::English, days) => format!("oldest came {oldest}, {days} d late"),
    }
}

fn unchecked_remark(language: Language, counts: [u64; 3]) -> String {
    let words = match language {
        Language::Chinese => ["未注明比对结果", "不在比对名单内", "比对结果不是“在册”"],
        Language::English => ["no precheck named", "not asked about", "not called 在册"],
    };
    let parts = words.iter().zip(counts).filter(|(_, count)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(word, count)| format!("{word} {count}"))
        .collect();
    parts.join(say(language, "，", ", "))
}

/// The quality of rows, as a table.
pub(super) fn quality_table(lines: &[QualityLine], language: Language) -> Table {
    let mut table = match language {
        Language::Chinese => Table::new(
            "数据质量",
            &["单位", "包数", "退包", "报送行数", "退回行数", "合格率"],
        ),
        Language::English => Table::new(
            "Data quality",
            &[
                "office",
                "packages",
                "refused",
                "rows sent",
                "rows returned",
                "good",
            ],
        ),
    };
    table.rows = lines
        .iter()
        .map(|line| {
            Row::of(vec![
                Cell::Text(line.name.clone()),
                Cell::Count(line.packages),
                Cell::Counted(Tone::Bad, line.refused),
                Cell::Count(line.sent),
                Cell::Counted(Tone::Attention, line.returned),
                match line.score {
                    Some(score) => Cell::Marked(line.tone(), score.to_string()),
                    None => Cell::Rate(None),
                },
            ])
        })
        .collect();
    table
}
