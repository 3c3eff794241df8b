//! One step of a way, as a sentence and as JSON.

use posthorse_domain::{Areas, CountyCode};
use posthorse_ledger::{AmendedReach, Amending, LeadStanding, TraceFact, TraceStep};
use posthorse_package::UntrustedText;
use serde_json::{Value, json};

use crate::language::{Argument, Messages, arg};
use crate::moment;

/// The stable word of a fact.
fn code(fact: &TraceFact) -> &'static str {
    match fact {
        TraceFact::Received { .. } => "received",
        TraceFact::CameAgain { .. } => "came-again",
        TraceFact::Routed {
            county: Some(_), ..
        } => "routed",
        TraceFact::Routed { county: None, .. } => "unrouted",
        TraceFact::AnswersKept { .. } => "answers-kept",
        TraceFact::Sealed { .. } => "sealed",
        TraceFact::Published { .. } => "published",
        TraceFact::Lead { county: Ok(_), .. } => "lead",
        TraceFact::Lead { county: Err(_), .. } => "lead-unrouted",
        TraceFact::Amended { what, reach, .. } => match (what, reach) {
            (Amending::Withdrawn, AmendedReach::Part) => "amended-withdrawn",
            (Amending::Withdrawn, AmendedReach::Whole) => "amended-withdrawn-whole",
            (Amending::Corrected, _) => "amended-corrected",
            (Amending::Superseded, _) => "amended-superseded",
        },
        TraceFact::Opened { .. } => "opened",
        TraceFact::Dispatched { .. } => "dispatched",
        TraceFact::Urged {
            escalated: true, ..
        } => "urged-with-leader",
        TraceFact::Urged { .. } => "urged",
        TraceFact::Deferred { .. } => "deferred",
        TraceFact::Nil { .. } => "nil",
        TraceFact::Awaited { .. } => "awaited",
        TraceFact::Answered { .. } => "answered",
        TraceFact::Retracted { .. } => "retracted",
        TraceFact::Moved { .. } => "moved",
        TraceFact::Lapsed { .. } => "lapsed",
        TraceFact::Withdrawn { .. } => "withdrawn",
        TraceFact::Closed { .. } => "closed",
        TraceFact::Deleted { .. } => "deleted",
    }
}

fn county(code: &str, areas: &Areas) -> String {
    let known = code.parse::<CountyCode>().ok();
    let known = known.and_then(|code| areas.county(code));
    known.map_or_else(|| code.to_owned(), |county| county.name.clone())
}

fn safe(text: &str) -> String {
    UntrustedText::new(text).to_string()
}

/// The values of a fact, by the names that sentences and JSON share.
fn values(fact: &TraceFact) -> Vec<(&'static str, Value)> {
    match fact {
        TraceFact::Received {
            manifest,
            package_id,
            sender,
            kind,
            period,
            code,
            accepted,
            rejected,
        } => vec![
            ("manifest", json!(manifest)),
            ("package_id", json!(package_id)),
            ("party", json!(sender)),
            ("kind", json!(kind)),
            ("period", json!(period)),
            ("code", json!(code)),
            ("accepted", json!(accepted)),
            ("rejected", json!(rejected)),
        ],
        TraceFact::CameAgain { outcome } => vec![("outcome", json!(outcome))],
        TraceFact::Deleted { deletion } => vec![("deletion", json!(deletion))],
        TraceFact::Routed { county, leads } => {
            vec![("county", json!(county)), ("leads", json!(leads))]
        }
        TraceFact::AnswersKept { answers } => vec![("answers", json!(answers))],
        TraceFact::Sealed {
            manifest,
            package_id,
            party,
            kind,
        } => vec![
            ("manifest", json!(manifest)),
            ("package_id", json!(package_id)),
            ("party", json!(party)),
            ("kind", json!(kind)),
        ],
        TraceFact::Published { party, file_name } => {
            vec![("party", json!(party)), ("file", json!(file_name))]
        }
        TraceFact::Lead {
            manifest,
            source,
            list,
            period,
            county,
            standing,
        } => vec![
            ("manifest", json!(manifest)),
            ("party", json!(source)),
            ("list", json!(list)),
            ("period", json!(period)),
            ("county", json!(county.as_ref().ok())),
            ("reason", json!(county.as_ref().err())),
            ("superseded", json!(*standing == LeadStanding::Superseded)),
            ("withdrawn", json!(*standing == LeadStanding::Withdrawn)),
        ],
        TraceFact::Amended {
            manifest,
            target,
            rows,
            ..
        } => vec![
            ("manifest", json!(manifest)),
            ("target", json!(target)),
            ("rows", json!(rows)),
        ],
        _ => case_values(fact),
    }
}

fn case_values(fact: &TraceFact) -> Vec<(&'static str, Value)> {
    match fact {
        TraceFact::Opened {
            case_id,
            procedure,
            county,
        } => vec![
            ("case", json!(case_id)),
            ("procedure", json!(procedure.as_str())),
            ("county", json!(county)),
        ],
        TraceFact::Dispatched {
            case_id,
            manifest,
            party,
            due,
        }
        | TraceFact::Moved {
            case_id,
            manifest,
            party,
            due,
        } => vec![
            ("case", json!(case_id)),
            ("manifest", json!(manifest)),
            ("party", json!(party)),
            ("due", json!(due.map(|day| day.to_string()))),
        ],
        TraceFact::Answered {
            case_id,
            manifest,
            party,
            outcome,
        } => vec![
            ("case", json!(case_id)),
            ("manifest", json!(manifest)),
            ("party", json!(party)),
            ("outcome", json!(outcome)),
        ],
        TraceFact::Retracted { case_id, party } => {
            vec![("case", json!(case_id)), ("party", json!(party))]
        }
        TraceFact::Lapsed { case_id } | TraceFact::Withdrawn { case_id } => {
            vec![("case", json!(case_id))]
        }
        TraceFact::Closed { case_id, outcome } => {
            vec![("case", json!(case_id)), ("outcome", json!(outcome))]
        }
        _ => task_values(fact),
    }
}

/// What was said to an office that has a case in its hands, and what it said instead of an answer.
fn task_values(fact: &TraceFact) -> Vec<(&'static str, Value)> {
    match fact {
        TraceFact::Urged {
            case_id,
            manifest,
            party,
            due,
            escalated,
        } => vec![
            ("case", json!(case_id)),
            ("manifest", json!(manifest)),
            ("party", json!(party)),
            ("due", json!(due.to_string())),
            ("escalated", json!(escalated)),
        ],
        TraceFact::Deferred {
            case,
            manifest,
            party,
            list,
            month,
            until,
        } => vec![
            ("case", json!(case.as_ref().map(|(id, _)| id))),
            ("manifest", json!(manifest)),
            ("party", json!(party)),
            ("list", json!(list)),
            ("period", json!(month)),
            ("until", json!(until.map(|day| day.to_string()))),
        ],
        TraceFact::Nil {
            manifest,
            party,
            list,
            month,
        } => vec![
            ("manifest", json!(manifest)),
            ("party", json!(party)),
            ("list", json!(list)),
            ("period", json!(month)),
        ],
        TraceFact::Awaited {
            case_id,
            stage,
            party,
            due,
        } => vec![
            ("case", json!(case_id)),
            ("stage", json!(stage.as_str())),
            ("party", json!(party)),
            ("due", json!(due.map(|day| day.to_string()))),
        ],
        _ => Vec::new(),
    }
}

/// The step as a line: when, and what.
pub(super) fn sentence(step: &TraceStep, areas: &Areas, messages: &Messages) -> String {
    let mut said: Vec<Argument> = Vec::new();
    for (name, value) in values(&step.fact) {
        let text = match (name, &value) {
            ("county", Value::String(code)) => county(code, areas),
            (_, Value::String(text)) => safe(text),
            (_, Value::Null) => "—".to_owned(),
            (_, other) => other.to_string(),
        };
        said.push(arg(name, text));
    }
    let what = messages.text(&format!("trace-{}", code(&step.fact)), &said);
    let when = match step.at {
        Some(at) => moment::shown(at),
        None => messages.word("trace-waiting"),
    };
    let line = format!("{when}  {what}");
    match step.fact {
        TraceFact::Lead {
            standing: LeadStanding::Superseded,
            ..
        } => format!("{line}{}", messages.word("trace-superseded")),
        TraceFact::Lead {
            standing: LeadStanding::Withdrawn,
            ..
        } => format!("{line}{}", messages.word("trace-lead-withdrawn")),
        _ => line,
    }
}

/// The step as an object: `at`, `what`, and the values of its kind.
pub(super) fn step_json(step: &TraceStep) -> Value {
    let mut object = serde_json::Map::new();
    object.insert("at".to_owned(), json!(step.at));
    object.insert("what".to_owned(), json!(code(&step.fact)));
    for (name, value) in values(&step.fact) {
        object.insert(name.to_owned(), value);
    }
    Value::Object(object)
}
