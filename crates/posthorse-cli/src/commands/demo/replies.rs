//! What offices answer to what they were given, row by row.

use std::collections::BTreeMap;
use std::path::Path;

use posthorse_domain::ListSchema;

use super::lists::{self, Table, failed};
use super::outcome;
use crate::failure::Failure;
use crate::files;

/// A row that an office was given, by its columns' names.
pub(super) type Given = BTreeMap<String, String>;

/// The rows of the list in an opened package.
pub(super) fn given(opened: &Path) -> Result<Vec<Given>, Failure> {
    let mut rows = Vec::new();
    for path in outcome::entries(&opened.join("data"))? {
        if path.extension().is_none_or(|ending| ending != "csv") {
            continue;
        }
        let bytes = files::read(&path)?;
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let header = reader.headers().map_err(failed)?.clone();
        for record in reader.records() {
            let record = record.map_err(failed)?;
            let cells = header.iter().zip(&record);
            rows.push(
                cells
                    .map(|(name, cell)| (name.to_owned(), cell.to_owned()))
                    .collect(),
            );
        }
    }
    Ok(rows)
}

/// Whether this is the first answer to a package, or one that settles what the first left open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    First,
    Second,
}

/// What an office says of a row; nothing if it has said all that there is to say.
pub(super) fn outcome_of(answer: &str, nth: usize, turn: Turn) -> Option<&'static str> {
    match (answer, turn, nth) {
        ("verification_result" | "recheck_result", Turn::First, 0) => Some("纳入"),
        ("verification_result" | "recheck_result", Turn::First, 1) => Some("已在册"),
        ("verification_result", Turn::First, 2) => Some("继续核实"),
        ("verification_result", Turn::Second, 2)
        | ("verification_result" | "recheck_result", Turn::First, _) => Some("不纳入"),
        ("measure_gap_result", Turn::First, nth) => {
            Some(if nth % 3 == 2 { "不属实" } else { "属实" })
        }
        ("supervision_result", Turn::First, _) => Some("正在落实"),
        ("supervision_result", Turn::Second, _) => Some("已落实"),
        ("applicant_result", Turn::First, nth) => Some(if nth == 0 {
            "有相关信息"
        } else {
            "无相关信息"
        }),
        ("anomaly_result", Turn::First, _) => Some("属实已更正"),
        _ => None,
    }
}

/// An answer to these rows, and whether some of them are left open by it.
pub(super) fn answer(
    schema: &ListSchema,
    given: &[Given],
    (office, today): (&str, &str),
    turn: Turn,
) -> (Table, bool) {
    let kind = schema.kind().as_str();
    let (mut rows, mut left_open) = (Vec::new(), false);
    for (nth, task) in given.iter().enumerate() {
        left_open |= turn == Turn::First && outcome_of(kind, nth, Turn::Second).is_some();
        let Some(outcome) = outcome_of(kind, nth, turn) else {
            continue;
        };
        let cell = |field: &str| match task.get(field) {
            Some(copied) if !matches!(field, "explanation" | "as_of") => copied.clone(),
            _ => filled_in(field, outcome, nth, (office, today)).to_owned(),
        };
        let fields = schema.fields().iter();
        rows.push(fields.map(|field| cell(field.name())).collect());
    }
    (Table { rows }, left_open)
}

/// What is written into a column that was not given, for this outcome.
fn filled_in<'t>(
    field: &str,
    outcome: &'t str,
    nth: usize,
    (office, today): (&'t str, &'t str),
) -> &'t str {
    const REASONS: [&str; 3] = [
        "01 收入稳定可自行化解",
        "02 已有低保特困等兜底",
        "09 农户不申请",
    ];
    match (field, outcome) {
        ("outcome" | "conclusion" | "status" | "finding", _) => outcome,
        ("visited", _) => "是",
        ("visited_on" | "verified_on" | "as_of", _)
        | ("done_on", "已落实")
        | ("corrected_on", "属实已更正") => today,
        ("verifier", _) => "李核实",
        ("source", _) => office,
        ("household_no", "纳入") => "411722000900",
        ("monitor_category", "纳入") => "突发严重困难户",
        ("risk_1", "纳入") => "因病",
        ("identified_month", "纳入") => &today[..7],
        ("reject_reason", "不纳入") => REASONS[nth % REASONS.len()],
        ("amount", "已落实") => "21000",
        ("evidence", "已落实") => "验收表和照片",
        ("explanation", "不纳入") => "入户核实，家庭收入稳定，风险可自行化解。",
        ("explanation", "正在落实") => "已列入本批改造，正在施工。",
        ("explanation", _) => "已入户查看，情况如结论所述。",
        ("detail", "有相关信息") => "享受低保，未参加其他项目。",
        _ => "",
    }
}

/// The payout that follows a precheck: whoever it called on the roster.
pub(super) fn on_roster(checked: &[Given]) -> Vec<&Given> {
    let on_roster = |row: &&Given| row.get("status").is_some_and(|status| status == "在册");
    checked.iter().filter(on_roster).collect()
}

/// Rows of a payout to these people, as the list of the 雨露计划 wants them.
pub(super) fn payout(schema: &ListSchema, people: &[&Given], today: &str, month: &str) -> Table {
    let cell = |row: &Given, name: &str| row.get(name).cloned().unwrap_or_default();
    let rows = people.iter().zip(1..).map(|(person, seq): (_, usize)| {
        let (name, id, seq) = (cell(person, "name"), cell(person, "id_no"), seq.to_string());
        lists::row(
            schema,
            &[
                ("seq", &seq),
                ("county_name", "上蔡县"),
                ("town_name", "蔡都街道"),
                ("village_name", "东关村"),
                ("name", &name),
                ("id_no", &id),
                ("policy", "雨露计划"),
                ("school", "市职业学校"),
                ("major", "护理"),
                ("schooling_years", "三年"),
                ("entry_year", "2024"),
                ("term", "2026年春季"),
                ("batch_no", "2026-1"),
                ("period", month),
                ("due", "1500"),
                ("paid", "1500"),
                ("bank", "农商行"),
                ("account", "6217980000000000008"),
                ("account_name", &name),
                ("paid_on", today),
                ("status", "成功"),
            ],
        )
    });
    Table {
        rows: rows.collect(),
    }
}
