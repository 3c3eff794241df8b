//! A city with a department, lists, a loop and clocks that nobody here has heard of.

use jiff::civil::date;

use super::agreement::{Casework, CaseworkParts};
use super::case::{Case, CaseEvent, Happening};
use super::case_state::CaseState;
use super::disclosures::{Disclosures, Recipient};
use super::kinds::KindSet;
use super::policies::Policies;
use super::procedures::ProcedureSet;
use super::reason_codes::ReasonCodes;
use super::thresholds::Thresholds;
use crate::clocks::due_rules::DueRules;
use crate::clocks::work_calendar::WorkCalendar;
use crate::schemas::schema_set::SchemaSet;

const KINDS: &str = r#"{ "format": "posthorse-kinds/1", "version": 7, "log_months": 12, "kinds": [
  { "kind": "fire_list", "title": "火灾受灾名单", "duty": { "opens": { "procedure": "fire" } },
    "ways": [{ "from": ["department"], "to": ["bureau"] }], "clock": "report",
    "signatures": "two", "retention_months": 60, "purpose": "仅用于核实火灾受灾情况。" },
  { "kind": "fire_task", "title": "火灾核实交办", "duty": { "task": { "procedure": "fire", "stage": "look" } },
    "ways": [{ "from": ["bureau"], "to": ["county"] }], "clock": "none",
    "signatures": "one", "retention_months": 60, "purpose": "仅用于入户核实。" },
  { "kind": "fire_answer", "title": "火灾核实结果", "duty": { "answer": { "procedure": "fire", "stage": "look" } },
    "ways": [{ "from": ["county"], "to": ["bureau"] }], "clock": "due",
    "signatures": "one", "retention_months": 60, "purpose": "仅用于记录核实结果。" } ] }"#;

const PROCEDURES: &str = r#"{ "format": "posthorse-procedures/1", "version": 1,
  "escalate_after_overdue_days": 1, "procedures": [
  { "procedure": "fire", "title": "火灾核实", "opened_by": { "kind": "fire_list" }, "stages": [
    { "stage": "look", "title": "入户核实", "assignee": "county", "gathers": "one",
      "task": "fire_task", "answer": "fire_answer", "key": "fire_id", "outcome_field": "outcome",
      "outcomes": [ { "outcome": "已安置", "then": "closes" },
                    { "outcome": "待安置", "then": "stays_open" } ] } ] } ] }"#;

const DISCLOSURES: &str = r#"{ "format": "posthorse-disclosures/1", "version": 1, "shared": [],
  "disclosures": [ { "kind": "fire_task", "list": "fire-task", "to": "county",
    "columns": ["fire_id", "name"] } ] }"#;

const REASONS: &str = r#"{ "format": "posthorse-reason-codes/1", "version": 1, "sets": [] }"#;

const THRESHOLDS: &str = r#"{ "format": "posthorse-thresholds/1", "version": 1, "thresholds": [
  { "threshold": "loss", "title": "损失较大", "kind": "fire_list", "list": "fire-list",
    "column": "loss", "bound": { "at_least": "3000" }, "basis": "本市规定。" } ] }"#;

const POLICIES: &str = r#"{ "format": "posthorse-policies/1", "version": 1,
  "departments": [ { "department": "forestry", "title": "林业" } ], "policies": [] }"#;

const RULES: &str = r#"{ "format": "posthorse-due-rules/1", "version": 1, "dues": [
  { "kind": "fire_answer", "clause": "本市规定", "opened_by": { "event": "dispatched", "kind": "fire_task" },
    "term": { "working_days": 2 }, "opening_day": "not_counted", "rest_day": "next_workday",
    "remind_before": [{ "working_days": 1 }], "remind_overdue_every_days": 1 } ],
  "reports": [], "assignments": [ { "kind": "fire_list", "cadence": "at_once" } ] }"#;

/// A schema with these fields.
fn schema(kind: &str, id: &str, title: &str, fields: &str) -> String {
    format!(
        r#"{{ "title": "{title}", "posthorse:kind": "{kind}", "posthorse:id": "{id}",
             "posthorse:list": "{title}", "posthorse:version": 1, "posthorse:header": ["name"],
             "primaryKey": ["name"], "fields": [
             {{ "name": "name", "title": "姓名", "type": "string", "posthorse:type": "person_name",
                "constraints": {{ "required": true }} }}, {fields} ] }}"#
    )
}

const FIRE_ID: &str = r#"{ "name": "fire_id", "title": "火情编号", "type": "string",
    "posthorse:type": "text", "constraints": { "required": true } }"#;
const LOSS: &str = r#"{ "name": "loss", "title": "损失金额", "type": "number",
    "posthorse:type": "money" }"#;
const OUTCOME: &str = r#"{ "name": "outcome", "title": "结果", "type": "string",
    "posthorse:type": "enum", "constraints": { "required": true, "enum": ["已安置", "待安置"] } }"#;

fn schemas() -> SchemaSet {
    let list = schema("fire_list", "fire-list", "林业-火灾受灾", LOSS);
    let note =
        r#"{ "name": "note", "title": "内部备注", "type": "string", "posthorse:type": "text" }"#;
    let task = schema(
        "fire_task",
        "fire-task",
        "火灾核实清单",
        &format!("{FIRE_ID}, {note}"),
    );
    let answer = schema(
        "fire_answer",
        "fire-answer",
        "火灾核实结果",
        &format!("{FIRE_ID}, {OUTCOME}"),
    );
    let files = [("list", &list), ("task", &task), ("answer", &answer)];
    let files = files.map(|(name, text)| (name, text.as_bytes()));
    SchemaSet::from_files(files).expect("the city's schemas")
}

#[test]
fn a_city_with_other_lists_loops_and_clocks_needs_no_new_build() {
    let parts = CaseworkParts {
        kinds: KindSet::from_json(KINDS.as_bytes()).expect("kinds"),
        procedures: ProcedureSet::from_json(PROCEDURES.as_bytes()).expect("procedures"),
        disclosures: Disclosures::from_json(DISCLOSURES.as_bytes()).expect("disclosures"),
        reason_codes: ReasonCodes::from_json(REASONS.as_bytes()).expect("reasons"),
        thresholds: Thresholds::from_json(THRESHOLDS.as_bytes()).expect("thresholds"),
        policies: Policies::from_json(POLICIES.as_bytes()).expect("policies"),
    };
    let rules = DueRules::from_json(RULES.as_bytes()).expect("due rules");
    let city = Casework::agreed(parts, &schemas(), &rules).expect("an agreement");

    let fire = city
        .procedures()
        .get(&"fire".parse().expect("an id"))
        .expect("a loop");
    let stage = fire.first_stage();
    let opened = date(2026, 2, 13);
    let due = rules.due_rule(stage.answer()).expect("a clock");
    let due = due.due(opened, WorkCalendar::built_in()).date;
    // Saturday 14 February is a make-up workday; the Spring Festival lasts to the 23rd.
    assert_eq!(due, date(2026, 2, 24));
    let at = |on, what| CaseEvent { on, what };
    let county = "411722".parse().expect("a party");
    let history = [
        at(opened, Happening::Opened),
        at(
            opened,
            Happening::Dispatched {
                assignees: [county].into(),
                due: Some(due),
            },
        ),
        at(
            due,
            Happening::Answered {
                by: "411722".parse().expect("a party"),
                outcome: "已安置".to_owned(),
            },
        ),
    ];
    let case = Case::replay(fire, &history).expect("a life");
    let CaseState::Closed(closing) = case.state() else {
        panic!("{:?}", case.state());
    };
    assert_eq!(closing.outcome(), Some("已安置"));

    let (kind, list) = (
        "fire_task".parse().expect("a kind"),
        "fire-task".parse().expect("a list"),
    );
    let seen = city.disclosures().columns(&kind, &list, &Recipient::County);
    let row = [("fire_id", "F1"), ("name", "张三"), ("note", "内部")];
    assert_eq!(seen.project(row), [("fire_id", "F1"), ("name", "张三")]);
    let loss = city
        .thresholds()
        .get(&"loss".parse().expect("an id"))
        .expect("a line");
    assert_eq!(loss.holds("3,000.00"), Some(true));
}
