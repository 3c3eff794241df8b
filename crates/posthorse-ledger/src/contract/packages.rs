//! Intakes, verdicts, receipts, sequences.

use posthorse_package::{Digest, PackageId};

use super::support::{
    accepted, at, claim, key_id, lead, manifest, outgoing, party, sealed, secret, stage,
};
use crate::error::LedgerError;
use crate::ledger::Ledger;
use crate::query::{HistoryOf, IntakeEnd, IntakeOutcome, IntakeState, PackageHistory};
use crate::record::{
    DispatchRecord, QuarantineRecord, SequenceStep, TurnedAwayRecord, VerdictRecord,
};

pub(super) fn an_intake_is_open_until_it_ends_once(ledger: &mut dyn Ledger) {
    ledger
        .begin_intake(&claim(1), &secret("list.xpkg"), at(1))
        .expect("begun");
    let open = ledger.open_intakes().expect("intakes");
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].file_name, secret("list.xpkg"));
    assert_eq!(
        ledger.intake_state(&claim(1)).expect("a state"),
        IntakeState::Open
    );
    let record = QuarantineRecord {
        claim: claim(1),
        at: at(2),
        code: "not-a-package".into(),
        file: None,
    };
    ledger.record_quarantine(&record).expect("ended");
    assert!(matches!(
        ledger.record_quarantine(&record),
        Err(LedgerError::NoOpenIntake)
    ));
    assert!(ledger.open_intakes().expect("intakes").is_empty());
    let end = IntakeEnd {
        at: at(2),
        outcome: IntakeOutcome::Quarantined("not-a-package".into()),
        file: None,
    };
    assert_eq!(
        ledger.intake_state(&claim(1)).expect("a state"),
        IntakeState::Ended(end)
    );
    assert_eq!(
        ledger.intake_state(&claim(2)).expect("a state"),
        IntakeState::Unknown
    );
    let counts = ledger.disposition_counts().expect("counts");
    assert_eq!(
        (counts[0].code.as_str(), counts[0].packages),
        ("not-a-package", 1)
    );
}

pub(super) fn attempts_are_counted_until_the_end(ledger: &mut dyn Ledger) {
    ledger
        .begin_intake(&claim(1), &secret("list.xpkg"), at(1))
        .expect("begun");
    assert_eq!(ledger.begin_attempt(&claim(1)).expect("counted"), 1);
    assert_eq!(ledger.begin_attempt(&claim(1)).expect("counted"), 2);
    ledger.release_intake(&claim(1), at(2)).expect("released");
    assert!(matches!(
        ledger.begin_attempt(&claim(1)),
        Err(LedgerError::NoOpenIntake)
    ));
}

pub(super) fn a_verdict_is_written_whole_and_once(ledger: &mut dyn Ledger) {
    let record = accepted(ledger, 1, "housing");
    ledger.record_verdict(&record).expect("decided");
    assert_eq!(
        ledger.receipt(&manifest(1)).expect("asked"),
        Some(record.receipt.clone())
    );
    let waiting = ledger.unpublished().expect("rows");
    assert_eq!(waiting.len(), 1);
    assert!(
        ledger
            .is_outgoing(&waiting[0].outgoing.digest)
            .expect("asked")
    );
    assert!(!ledger.is_outgoing(&Digest::of(b"nothing")).expect("asked"));
    ledger
        .mark_published(waiting[0].number, at(3))
        .expect("published");
    ledger
        .mark_published(waiting[0].number, at(4))
        .expect("published already");
    assert!(ledger.unpublished().expect("rows").is_empty());
    let rows = ledger.packages(10).expect("rows");
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].facts, record.package);
    assert_eq!(rows[0].verdict, record.verdict);
    let kinds: Vec<String> = ledger
        .events_after(0, 100)
        .expect("events")
        .into_iter()
        .map(|event| event.kind)
        .collect();
    assert_eq!(kinds, ["claiming", "decided", "published"]);

    ledger
        .begin_intake(&claim(2), &secret("again.xpkg"), at(5))
        .expect("begun");
    let again = VerdictRecord {
        claim: claim(2),
        ..record
    };
    assert!(matches!(
        ledger.record_verdict(&again),
        Err(LedgerError::AlreadyDecided)
    ));
    assert_eq!(
        ledger.intake_state(&claim(2)).expect("a state"),
        IntakeState::Open
    );
}

pub(super) fn a_failed_verdict_leaves_nothing(ledger: &mut dyn Ledger) {
    let mut record = accepted(ledger, 1, "housing");
    record.leads = vec![lead("person-one", "411722", "said of one")];
    record.sealed = vec![sealed(50, 2, "housing")];
    assert!(matches!(
        ledger.record_verdict(&record),
        Err(LedgerError::SequenceMoved {
            stated: 2,
            found: 1
        })
    ));
    assert!(ledger.packages(10).expect("rows").is_empty());
    assert!(ledger.unpublished().expect("rows").is_empty());
    assert!(ledger.pending_counties().expect("counties").is_empty());
    assert_eq!(ledger.receipt(&manifest(1)).expect("asked"), None);
    assert_eq!(
        ledger.intake_state(&claim(1)).expect("a state"),
        IntakeState::Open
    );
}

fn ask(ledger: &dyn Ledger, number: u8, id: u8, sequence: u64) -> PackageHistory {
    ledger
        .history(HistoryOf {
            manifest: &manifest(number),
            sender: &party("housing"),
            package_id: &PackageId::from_parts(at(0), [id; 10]),
            signing_key: &key_id(1),
            sequence,
        })
        .expect("a history")
}

pub(super) fn history_knows_the_neighbours(ledger: &mut dyn Ledger) {
    assert_eq!(ask(ledger, 1, 1, 1), PackageHistory::default());
    let first = accepted(ledger, 1, "housing");
    ledger.record_verdict(&first).expect("decided");
    let mut third = accepted(ledger, 3, "housing");
    third.step = SequenceStep::Advances { missing: 1 };
    ledger.record_verdict(&third).expect("decided");

    let replay = ask(ledger, 1, 1, 1);
    assert_eq!(replay.decided.expect("a verdict").facts, first.package);
    assert_eq!(replay.same_id, None);
    let high_water = replay.high_water.expect("a mark");
    assert_eq!((high_water.sequence, high_water.manifest), (3, manifest(3)));
    let late = ask(ledger, 2, 2, 2);
    assert_eq!(late.named_by_successor, Some(manifest(2)));
    assert_eq!(late.predecessor, Some(manifest(1)));
    assert_eq!(late.same_sequence, None);
    let fork = ask(ledger, 9, 1, 3);
    assert_eq!(fork.same_sequence, Some(manifest(3)));
    assert_eq!(fork.same_id, Some(manifest(1)));
    let gaps: Vec<String> = ledger
        .events_after(0, 100)
        .expect("events")
        .into_iter()
        .filter(|event| event.kind == "sequence-gap")
        .map(|event| event.facts)
        .collect();
    assert_eq!(gaps.len(), 1);
    assert!(gaps[0].contains("\"from\":2,\"missing\":1"), "{}", gaps[0]);
}

pub(super) fn a_replay_puts_the_same_receipt_back(ledger: &mut dyn Ledger) {
    let record = accepted(ledger, 1, "housing");
    ledger.record_verdict(&record).expect("decided");
    let number = ledger.unpublished().expect("rows")[0].number;
    ledger.mark_published(number, at(3)).expect("published");
    ledger
        .begin_intake(&claim(2), &secret("again.xpkg"), at(4))
        .expect("begun");
    ledger
        .record_replay(&claim(2), &manifest(1), &Digest::of(b"file"), at(5))
        .expect("replayed");
    let waiting = ledger.unpublished().expect("rows");
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].outgoing, record.receipt_outgoing);
    assert_eq!(
        ledger.receipt(&manifest(1)).expect("asked"),
        Some(record.receipt)
    );
}

pub(super) fn a_lone_copy_is_turned_away_and_decides_nothing(ledger: &mut dyn Ledger) {
    let file = Digest::of(b"a copy with one signature");
    let begin = |ledger: &mut dyn Ledger, number| {
        ledger
            .begin_intake(&claim(number), &secret("list.xpkg"), at(1))
            .expect("begun");
    };
    begin(ledger, 1);
    assert!(!ledger.is_turned_away(&file).expect("answers"));
    let receipt = outgoing("housing", "alone.receipt.json");
    let record = TurnedAwayRecord {
        claim: claim(1),
        at: at(2),
        manifest: manifest(9),
        kind: "warning_list".parse().expect("a kind"),
        file,
        code: "too-few-signatures".into(),
        receipt: b"receipt".to_vec(),
        receipt_outgoing: receipt.clone(),
    };
    ledger.record_turned_away(&record).expect("turned away");
    assert!(ledger.is_turned_away(&file).expect("answers"));
    let end = IntakeEnd {
        at: at(2),
        outcome: IntakeOutcome::TurnedAway,
        file: Some(file),
    };
    assert_eq!(
        ledger.intake_state(&claim(1)).expect("a state"),
        IntakeState::Ended(end)
    );
    let number = ledger.unpublished().expect("rows")[0].number;
    ledger.mark_published(number, at(3)).expect("published");
    begin(ledger, 2);
    ledger
        .record_turned_away_again(&claim(2), &file, at(4))
        .expect("turned away again");
    let waiting = ledger.unpublished().expect("rows");
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].outgoing, receipt);
    begin(ledger, 3);
    let unknown = Digest::of(b"another copy");
    assert!(
        ledger
            .record_turned_away_again(&claim(3), &unknown, at(4))
            .is_err()
    );
    ledger.release_intake(&claim(3), at(5)).expect("released");
    assert_eq!(ask(ledger, 9, 9, 1), PackageHistory::default());
    let whole = accepted(ledger, 9, "housing");
    ledger.record_verdict(&whole).expect("decided");
    assert!(ask(ledger, 9, 9, 9).decided.is_some());
}

pub(super) fn what_was_refused_holds_no_number(ledger: &mut dyn Ledger) {
    let first = accepted(ledger, 1, "housing");
    ledger.record_verdict(&first).expect("decided");
    for number in [2, 3, 4, 5] {
        let mut fork = accepted(ledger, number, "housing");
        fork.package.sequence = 1;
        fork.package.previous = None;
        fork.step = SequenceStep::Stays;
        ledger.record_verdict(&fork).expect("decided");
    }
    let next = ask(ledger, 9, 9, 2);
    assert_eq!(next.predecessor, Some(manifest(1)));
    assert_eq!(ask(ledger, 9, 9, 1).same_sequence, Some(manifest(1)));
    assert_eq!(next.high_water.expect("a mark").manifest, manifest(1));
}

pub(super) fn the_own_sequence_has_no_gap_and_no_fork(ledger: &mut dyn Ledger) {
    let chain = ledger.own_chain(&key_id(2)).expect("a chain");
    assert_eq!((chain.next_sequence, chain.previous), (1, None));
    let mut record = accepted(ledger, 1, "housing");
    record.sealed = vec![sealed(50, 1, "housing"), sealed(51, 2, "housing")];
    ledger.record_verdict(&record).expect("decided");
    let chain = ledger.own_chain(&key_id(2)).expect("a chain");
    assert_eq!(
        (chain.next_sequence, chain.previous),
        (3, Some(manifest(51)))
    );
    let fork = DispatchRecord {
        procedure: "warning".parse().expect("a procedure"),
        stage: stage(),
        series: "W".into(),
        due: None,
        county: "411722".into(),
        at: at(9),
        sealed: sealed(52, 2, "411722"),
        rows: Vec::new(),
    };
    assert!(matches!(
        ledger.record_dispatch(&fork),
        Err(LedgerError::SequenceMoved {
            stated: 2,
            found: 3
        })
    ));
}
