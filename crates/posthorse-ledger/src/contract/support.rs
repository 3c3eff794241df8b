//! Small, fixed things that the cases are made of.

use posthorse_domain::{Certainty, ProcedureId, StageId};
use posthorse_package::{Digest, Disposition, KeyId, PackageId, PartyId, SigningKey, Timestamp};

use crate::amendment::Amendments;
use crate::case_id::{case_id, month_of};
use crate::cipher::{LedgerKey, Secret};
use crate::ledger::Ledger;
use crate::record::{
    ClaimId, Destination, DispatchRecord, DispatchRow, NewLead, Outgoing, PackageFacts,
    SealedFacts, SequenceStep, TaskDue, Verdict, VerdictRecord,
};

pub(super) fn key() -> LedgerKey {
    LedgerKey::from_bytes([7; 32])
}

pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_000_000 + second).expect("an instant")
}

pub(super) fn claim(number: u8) -> ClaimId {
    ClaimId::from_random([number; 16])
}

pub(super) fn secret(text: &str) -> Secret {
    Secret::new(text.as_bytes().to_vec())
}

pub(super) fn party(name: &str) -> PartyId {
    name.parse().expect("a party")
}

/// A key of a fixed seed, as RFC 8410 writes it.
pub(super) fn key_id(seed: u8) -> KeyId {
    let mut document = vec![
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    document.extend_from_slice(&[seed; 32]);
    SigningKey::from_pkcs8(&document)
        .expect("a key")
        .verifying_key()
        .key_id()
}

pub(super) fn manifest(number: u8) -> Digest {
    Digest::of(&[b'm', number])
}

pub(super) fn outgoing(to: &str, name: &str) -> Outgoing {
    Outgoing {
        party: party(to),
        file_name: name.to_owned(),
        digest: Digest::of(name.as_bytes()),
        length: 1,
    }
}

pub(super) fn facts(number: u8, sender: &str, sequence: u64) -> PackageFacts {
    PackageFacts {
        manifest: manifest(number),
        package_id: PackageId::from_parts(at(0), [number; 10]),
        sender: party(sender),
        kind: "warning_list".parse().expect("a kind"),
        period: Some("2026-11".parse().expect("a period")),
        signing_key: key_id(1),
        sequence,
        previous: (sequence > 1).then(|| manifest(number - 1)),
        in_reply_to: None,
        supersedes: None,
        sealed_at: at(0),
        file: Digest::of(&[b'f', number]),
        length: 1000,
    }
}

/// A package that was accepted whole, its intake begun.
pub(super) fn accepted(ledger: &mut dyn Ledger, number: u8, sender: &str) -> VerdictRecord {
    ledger
        .begin_intake(&claim(number), &secret("list.xpkg"), at(1))
        .expect("begun");
    let receipt = format!("{number}.receipt.json");
    VerdictRecord {
        claim: claim(number),
        at: at(i64::from(number)),
        package: facts(number, sender, u64::from(number)),
        verdict: Verdict {
            disposition: Disposition::Accepted,
            code: "accepted".into(),
            accepted: 1,
            rejected: 0,
        },
        step: SequenceStep::Advances { missing: 0 },
        receipt: receipt.clone().into_bytes(),
        receipt_outgoing: outgoing(sender, &receipt),
        leads: Vec::new(),
        answers: Vec::new(),
        submissions: Vec::new(),
        report_rows: Vec::new(),
        amendments: Amendments::default(),
        openings: None,
        passed_on: Vec::new(),
        sealed: Vec::new(),
        precheck: None,
    }
}

pub(super) fn lead(person: &str, county: &str, detail: &str) -> NewLead {
    NewLead {
        identity: secret(person),
        list: "uninsured".parse().expect("a list"),
        destination: Destination::County(county.into()),
        detail: secret(detail),
        said: secret(detail),
        cells: secret(detail),
    }
}

pub(super) fn sealed(number: u8, sequence: u64, to: &str) -> SealedFacts {
    SealedFacts {
        manifest: manifest(number),
        package_id: PackageId::from_parts(at(0), [number; 10]),
        kind: "warning_dispatch".parse().expect("a kind"),
        signing_key: key_id(2),
        sequence,
        party: party(to),
        in_reply_to: None,
        sealed_at: at(0),
        outgoing: outgoing(to, &format!("{number}.xpkg")),
    }
}

pub(super) fn warning() -> ProcedureId {
    "warning".parse().expect("a procedure")
}

pub(super) fn stage() -> StageId {
    "verify".parse().expect("a stage")
}

pub(super) fn due() -> TaskDue {
    TaskDue {
        on: "2027-01-01".parse().expect("a day"),
        certainty: Certainty::Provisional { year: 2027 },
    }
}

/// Dispatches everybody who waits in a county.
pub(super) fn dispatch(
    ledger: &mut dyn Ledger,
    number: u8,
    sequence: u64,
    county: &str,
) -> Vec<String> {
    let when = at(1000);
    let month = month_of(when);
    let mut next = ledger
        .next_case_number("W", &month, county)
        .expect("a number");
    let people = ledger.pending_people(&warning(), county).expect("people");
    let rows: Vec<DispatchRow> = people
        .into_iter()
        .map(|pending| {
            let case_id = pending.open_case.map_or_else(
                || {
                    next += 1;
                    case_id("W", &month, county, next - 1)
                },
                |open| open.case_id,
            );
            DispatchRow {
                person: Some(pending.person),
                case_id,
                since: pending.leads[0].received_at,
                leads: pending.leads.iter().map(|lead| lead.lead).collect(),
            }
        })
        .collect();
    let ids = rows.iter().map(|row| row.case_id.clone()).collect();
    let record = DispatchRecord {
        procedure: warning(),
        stage: stage(),
        series: "W".into(),
        due: Some(due()),
        county: county.into(),
        at: when,
        sealed: sealed(number, sequence, county),
        rows,
    };
    ledger.record_dispatch(&record).expect("dispatched");
    ids
}
