//! Ready texts that urge an office (催办): what is open, since when, due when, how many, whom to call.
//! They name no person but the office's own contact.

use jiff::civil::Date;
use posthorse_package::{Party, PartyId};

use super::ageing::Tone;
use super::board::Board;
use super::contact_line::ContactLine;
use super::month::chinese_date;
use super::report_line::ReportLine;
use super::rules::MonitoringRules;
use super::term_title::term_title;
use super::work_line::WorkLine;
use crate::{Language, OpenedBy, Procedure, ReportState, UrgeAddressee};

/// What an office is urged for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UrgeReason {
    /// Cases that it has to answer.
    Cases,
    /// Reports that it owes.
    Reports,
    /// Whom to call there (REQ-01).
    Contact,
}

/// A text for one office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UrgeText {
    /// The office; none where the registry knows no office for the county.
    pub party: Option<PartyId>,
    /// What it is called.
    pub name: String,
    /// What for.
    pub reason: UrgeReason,
    /// Who is to read it.
    pub addressee: UrgeAddressee,
    /// Whom to call: name and telephone, as the registry has them.
    pub contact: String,
    /// How much is open or owed.
    pub open: u64,
    /// How much of it is late.
    pub overdue: u64,
    /// The last day of what is due first.
    pub due: Option<Date>,
    /// The text, in Chinese, ready to send.
    pub text: String,
}

/// The texts that a board gives rise to: for what is late, due soon, or owed while a window closes,
/// and for offices that have not said in time whom to call.
#[must_use]
pub fn urge_texts(rules: &MonitoringRules<'_>, board: &Board) -> Vec<UrgeText> {
    let work = board.work.iter();
    let mut texts: Vec<UrgeText> = work
        .filter(|line| line.ageing.overdue() + line.ageing.due_soon > 0)
        .map(|line| for_cases(rules, board, line))
        .collect();
    for party in rules.parties {
        let earlier = board.earlier.iter().filter(|line| line.is_missing());
        let owed: Vec<&ReportLine> = earlier
            .chain(&board.reports)
            .filter(|line| line.party == party.id && is_urged(line))
            .collect();
        if !owed.is_empty() {
            texts.push(for_department(board, party, &owed));
        }
    }
    let unknown = board.without_contact();
    let unknown = unknown.filter(|line| line.tone() == Tone::Bad);
    texts.extend(unknown.map(|line| for_contact(rules, board, line)));
    texts
}

fn is_urged(line: &ReportLine) -> bool {
    (line.is_missing() || line.is_closing()) && line.deferred.is_none()
}

fn contact_of(party: Option<&Party>) -> String {
    let Some(party) = party else {
        return String::new();
    };
    let parts = [&party.contact.contact, &party.contact.office_phone];
    let known: Vec<&str> = parts
        .into_iter()
        .map(|part| part.trim())
        .filter(|part| !part.is_empty())
        .collect();
    known.join("，")
}

fn for_cases(rules: &MonitoringRules<'_>, board: &Board, line: &WorkLine) -> UrgeText {
    let office = rules.holder_office(&line.holder);
    let (matter, unit, request) = wording(rules.procedure);
    let name = office.map_or_else(|| line.name.clone(), |party| party.name.clone());
    let is_escalated = line.is_escalated(rules);
    let leader = office
        .map(|party| party.contact.leader.trim())
        .unwrap_or_default();
    let mut text = name.clone();
    if is_escalated && !leader.is_empty() {
        text.push_str(&format!("（并报分管领导{leader}）"));
    }
    text.push_str(&format!(
        "：\n截至{}，你单位承办的{matter}尚有 {} {unit}未办结",
        chinese_date(board.today),
        line.ageing.open()
    ));
    if line.ageing.overdue() > 0 {
        text.push_str(&format!("，其中逾期 {} {unit}", line.ageing.overdue()));
    }
    if line.ageing.due_soon > 0 {
        text.push_str(&format!("，即将到期 {} {unit}", line.ageing.due_soon));
    }
    if line.answered > 0 {
        text.push_str(&format!("，继续核实 {} {unit}", line.answered));
    }
    text.push('。');
    if let (Some(opened), Some(due)) = (line.oldest_opened, line.oldest_due) {
        text.push_str(&format!(
            "最早一批于{}交办，应于{}前反馈",
            chinese_date(opened),
            chinese_date(due)
        ));
        match line.most_overdue_days {
            0 => text.push('。'),
            days => text.push_str(&format!("，已逾期 {days} 日。")),
        }
    }
    text.push_str(request);
    UrgeText {
        party: office.map(|party| party.id.clone()),
        name,
        reason: UrgeReason::Cases,
        addressee: addressee(is_escalated),
        contact: contact_of(office),
        open: line.ageing.open(),
        overdue: line.ageing.overdue(),
        due: line.oldest_due,
        text,
    }
}

/// What the matter is called, what it is counted in, and what is asked for. Leads that are merged
/// into one warning a person are about people; any other case may be about a list.
fn wording(procedure: &Procedure) -> (String, &'static str, &'static str) {
    match procedure.opened_by() {
        OpenedBy::Kind(_) if !procedure.is_sent_on() => (
            "预警信息".to_owned(),
            "人",
            "请抓紧组织入户核实，通过驿马反馈核实结果；不纳入的须写明原因和情况说明。",
        ),
        _ => (
            format!("“{}”事项", procedure.title()),
            "件",
            "请抓紧办理，并通过驿马反馈结果。",
        ),
    }
}

fn addressee(is_escalated: bool) -> UrgeAddressee {
    if is_escalated {
        UrgeAddressee::ContactAndLeader
    } else {
        UrgeAddressee::Contact
    }
}

fn for_department(board: &Board, party: &Party, owed: &[&ReportLine]) -> UrgeText {
    let is_missing = |line: &&&ReportLine| line.is_missing();
    let overdue = owed.iter().filter(is_missing).count() as u64;
    let mut text = format!(
        "{}：\n截至{}，你单位尚未报送：",
        party.name,
        chinese_date(board.today)
    );
    let items: Vec<String> = owed
        .iter()
        .map(|line| {
            let closes = chinese_date(line.window.closes);
            let what = match line.is_of_one_month() {
                true => line.title.clone(),
                false => format!(
                    "{}{}",
                    term_title(&line.window, Language::Chinese),
                    line.title
                ),
            };
            match line.state {
                ReportState::Missing { days } => {
                    format!("{what}（应于{closes}前报送，已逾期 {days} 日）")
                }
                _ => format!("{what}（应于{closes}前报送）"),
            }
        })
        .collect();
    text.push_str(&items.join("；"));
    text.push_str("。请尽快检查、封装并报送；没有数据的请报零报告，不能按期报送的请报送延期说明。");
    UrgeText {
        party: Some(party.id.clone()),
        name: party.name.clone(),
        reason: UrgeReason::Reports,
        addressee: UrgeAddressee::Contact,
        contact: contact_of(Some(party)),
        open: owed.len() as u64,
        overdue,
        due: owed.iter().map(|line| line.window.closes).min(),
        text,
    }
}

fn for_contact(rules: &MonitoringRules<'_>, board: &Board, line: &ContactLine) -> UrgeText {
    let office = rules.parties.iter().find(|party| party.id == line.party);
    let mut text = format!(
        "{}：\n截至{}，你单位尚未报送信息共享工作联系人",
        line.name,
        chinese_date(board.today)
    );
    if let Some(due) = line.due {
        text.push_str(&format!("（应于{}前报送）", chinese_date(due)));
    }
    text.push_str("。请填报联系人名单，写明分管领导、责任科室、联系人和办公电话，封装后报送。");
    UrgeText {
        party: Some(line.party.clone()),
        name: line.name.clone(),
        reason: UrgeReason::Contact,
        addressee: UrgeAddressee::Contact,
        contact: contact_of(office),
        open: 1,
        overdue: 1,
        due: line.due,
        text,
    }
}
