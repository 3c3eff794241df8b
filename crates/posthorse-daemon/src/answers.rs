//! What counties answer: taken where the warning is theirs, the person the one it is about, and
//! the visit within its time; else sent back.

use std::collections::BTreeMap;

use posthorse_domain::{Date, ProblemCode, Record, TakenBack, mask_number};
use posthorse_ledger::{Closing, LedgerError, NewVerification, Secret, WarningRow};

use crate::attribution::Authentic;
use crate::bureau::Bureau;
use crate::clock::date_in_china;

/// The outcome by which a county goes on; every other one settles the warning.
const GOES_ON: &str = "继续核实";

/// What becomes of one row of an answer.
pub(crate) enum Answer {
    Taken(NewVerification),
    SentBack(TakenBack),
}

impl Bureau<'_> {
    /// Judges one row of a county's answer. Nothing tells a number that never was from one of
    /// another county: the sender would learn what others were given.
    pub(crate) fn answer(
        &self,
        package: &Authentic,
        record: &Record<'_>,
    ) -> Result<Answer, LedgerError> {
        let id = record.get("warning_id");
        let theirs = self.ledger.warning(id)?.filter(|warning| {
            let sender = self.registry.party(&package.manifest.sender);
            sender.is_some_and(|party| party.counties.contains(&warning.county))
        });
        let fault = match &theirs {
            None => record.taken_back(
                ProblemCode::WarningUnknown,
                "warning_id",
                vec![("value", id.to_owned())],
            ),
            Some(warning) => another_person(record, warning).or_else(|| {
                let answered_on = date_in_china(package.manifest.sealed_at);
                visit_outside(record, date_in_china(warning.opened_at), answered_on)
            }),
        };
        Ok(match fault {
            Some(fault) => Answer::SentBack(fault),
            None => Answer::Taken(verification(record)),
        })
    }
}

/// A sheet that was sorted by one column only tells of everybody what is true of somebody else.
fn another_person(record: &Record<'_>, warning: &WarningRow) -> Option<TakenBack> {
    let stated = record.get("id_no");
    if stated.is_empty() || stated.as_bytes() == warning.identity.expose() {
        return None;
    }
    let facts = vec![("value", mask_number(stated))];
    record.taken_back(ProblemCode::PersonDiffers, "id_no", facts)
}

/// Notice, section 1 (1) 2: the visit follows the dispatch, and the answer the visit.
fn visit_outside(record: &Record<'_>, from: Date, to: Date) -> Option<TakenBack> {
    let text = record.get("visited_on");
    let visited_on: Date = text.parse().ok()?;
    if (from..=to).contains(&visited_on) {
        return None;
    }
    let facts = vec![
        ("value", text.to_owned()),
        ("from", from.to_string()),
        ("to", to.to_string()),
    ];
    record.taken_back(ProblemCode::VisitOutsidePeriod, "visited_on", facts)
}

/// The row as the ledger keeps it, with the whole of it for the operator.
fn verification(record: &Record<'_>) -> NewVerification {
    let outcome = record.get("outcome").to_owned();
    let closing = if outcome == GOES_ON {
        Closing::StaysOpen
    } else {
        Closing::Closes
    };
    let row: BTreeMap<&str, &str> = record
        .schema
        .fields()
        .iter()
        .zip(record.values)
        .filter(|(_, value)| !value.is_empty())
        .map(|(field, value)| (field.name(), value.as_str()))
        .collect();
    NewVerification {
        warning_id: record.get("warning_id").to_owned(),
        outcome,
        closing,
        // Texts in a map always serialise.
        detail: Secret::new(serde_json::to_vec(&row).unwrap_or_default()),
    }
}
