//! What is already known of a person: the last answer, in the words in which a county reads it.

use std::collections::BTreeMap;

use posthorse_ledger::{ClosedCase, Secret};

use crate::clock::date_in_china;

/// What an answer states in a column; nothing if it states nothing there.
pub(crate) fn stated(answer: &Secret, column: &str) -> String {
    let row: BTreeMap<String, String> = serde_json::from_slice(answer.expose()).unwrap_or_default();
    row.get(column).cloned().unwrap_or_default()
}

/// The last outcome of a person, as one sentence for the county that gave it.
pub(crate) fn last_outcome(last: &ClosedCase) -> String {
    let mut text = format!(
        "上次核实（{}，{} 办结）：{}",
        last.case_id,
        date_in_china(last.ended_at),
        last.outcome
    );
    let reason = stated(&last.answer, "reject_reason");
    if !reason.is_empty() {
        text.push_str("，原因 ");
        text.push_str(&reason);
    }
    text
}
