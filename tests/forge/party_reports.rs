//! Registries that say which lists a party has to submit.

use crate::json::{Object, array, text};
use crate::keys::ROOT;
use crate::registries::{all, first, parties};
use crate::registry_trust::trust;
use crate::vector::Vector;

fn owed(list: &str, cadence: Option<&str>) -> Object {
    let report = Object::default().with("list", text(list));
    match cadence {
        Some(cadence) => report.with("cadence", text(cadence)),
        None => report,
    }
}

pub(crate) fn vectors() -> Vec<Vector> {
    let of = |name: &str, expect, comment: &str, reports: &[Object]| {
        let reports = array(reports.iter().map(Object::text));
        let document = first().edit(|document| {
            let mut list = parties();
            let sender = list[3].clone();
            list[3] = sender.after("two_signatures", "reports", reports);
            document.set("parties", all(&list))
        });
        let name = format!("reports-{name}");
        let bytes = document.signed(&[ROOT]);
        trust(&name, expect, "registry-v1 §2.1", comment, bytes)
    };
    let (first, second) = (owed("list-a", None), owed("list-b", Some("quarterly")));
    let more = owed("list-a", None).with("note", "1");
    vec![
        of(
            "good",
            "good",
            "Two lists, one of them by the quarter. Whether there are such lists is not the registry's to know.",
            &[first.clone(), second.clone()],
        ),
        of("none", "json-not-canonical", "No list is no member.", &[]),
        of(
            "order",
            "field",
            "Lists do not ascend.",
            &[second.clone(), first.clone()],
        ),
        of(
            "twice",
            "field",
            "A list twice: how often is it owed?",
            &[first, owed("list-a", Some("quarterly"))],
        ),
        of(
            "cadence-hyphen",
            "field",
            "A cadence that no rule can be called.",
            &[owed("list-a", Some("by-quarter"))],
        ),
        of(
            "list-capital",
            "field",
            "A list that no schema can be called.",
            &[owed("List", None)],
        ),
        of(
            "unknown-member",
            "field",
            "A member that nobody knows.",
            &[more],
        ),
    ]
}
