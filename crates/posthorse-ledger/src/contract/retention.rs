//! What has been kept long enough goes; what is open, untold or unsent stays.

use posthorse_domain::{Casework, Date, DueRules, Expiry, SchemaSet, Transition};
use posthorse_package::Digest;

use super::support::{accepted, at, claim, dispatch, key, lead, manifest, sealed, secret, stage};
use crate::ledger::Ledger;
use crate::monitor::TraceFact;
use crate::record::{FeedbackRecord, NewAnswer, QuarantineRecord};
use crate::retention::{ArchivedCopy, DeletionEntry, DueForDeletion};
use crate::sqlite::SqliteLedger;

/// The cases of this file begin on 2026-11-18 and end on the same day.
const DUE_ON: &str = "2029-11-18";

fn due_on(ledger: &dyn Ledger, day: &str) -> DueForDeletion {
    let today: Date = day.parse().expect("a day");
    let schemas = SchemaSet::built_in().expect("the schemas");
    let casework = Casework::built_in(&schemas, DueRules::built_in()).expect("the casework");
    let expiry = Expiry::on(today, &casework);
    ledger
        .due_for_deletion(&expiry, today, 100)
        .expect("what is due")
}

fn delete(ledger: &mut dyn Ledger, due: &DueForDeletion) {
    let number = ledger.last_deletion().expect("asked");
    let number = number.map_or(1, |last| last.number + 1);
    ledger
        .record_deletion(&DeletionEntry {
            number,
            at: at(100_000_000),
            digest: Digest::of(&number.to_le_bytes()),
            record: b"signed",
            due,
            rosters: 0,
        })
        .expect("deleted");
}

fn publish_all(ledger: &mut dyn Ledger) {
    for row in ledger.unpublished().expect("rows") {
        ledger
            .mark_published(row.number, at(3000))
            .expect("published");
    }
}

/// One person of housing, whose case is closed; the source is not told yet.
fn closed(ledger: &mut dyn Ledger) -> String {
    let mut first = accepted(ledger, 1, "housing");
    first.leads = vec![lead("person-one", "411722", "said of one")];
    ledger.record_verdict(&first).expect("decided");
    let id = dispatch(ledger, 50, 1, "411722").remove(0);
    let mut answer = accepted(ledger, 2, "411722");
    answer.package.kind = "verification_result".parse().expect("a kind");
    answer.at = at(2000);
    answer.answers = vec![NewAnswer {
        case_id: id.clone(),
        stage: stage(),
        list: "verification-result".parse().expect("a list"),
        outcome: "纳入".into(),
        then: Transition::Closes,
        reason: None,
        detail: secret("the explanation"),
    }];
    ledger.record_verdict(&answer).expect("decided");
    publish_all(ledger);
    id
}

fn tell(ledger: &mut dyn Ledger) {
    let pending = ledger
        .pending_feedback(
            &"warning".parse().expect("a procedure"),
            &"housing".parse().expect("a party"),
        )
        .expect("pending");
    ledger
        .record_feedback(&FeedbackRecord {
            at: at(2500),
            sealed: sealed(51, 2, "housing"),
            feedbacks: pending.iter().map(|one| one.feedback).collect(),
        })
        .expect("told");
    publish_all(ledger);
}

pub(super) fn nothing_open_untold_or_unsent_is_due(ledger: &mut dyn Ledger) {
    let mut waiting = accepted(ledger, 9, "health");
    waiting.leads = vec![lead("person-two", "411721", "waits for a dispatch")];
    waiting.package.signing_key = super::support::key_id(3);
    ledger.record_verdict(&waiting).expect("decided");
    closed(ledger);
    assert_eq!(due_on(ledger, "2040-01-01"), DueForDeletion::default());
    let pending = ledger
        .pending_feedback(
            &"warning".parse().expect("a procedure"),
            &"housing".parse().expect("a party"),
        )
        .expect("pending");
    ledger
        .record_feedback(&FeedbackRecord {
            at: at(2500),
            sealed: sealed(51, 2, "housing"),
            feedbacks: pending.iter().map(|one| one.feedback).collect(),
        })
        .expect("told");
    let manifests = |due: &DueForDeletion| -> Vec<Digest> {
        due.packages.iter().map(|one| one.manifest).collect()
    };
    let unsent = due_on(ledger, "2040-01-01");
    assert!(!manifests(&unsent).contains(&manifest(51)));
    publish_all(ledger);
    let all = due_on(ledger, "2040-01-01");
    let mut expected = vec![manifest(1), manifest(2), manifest(50), manifest(51)];
    expected.sort();
    assert_eq!(manifests(&all), expected);
    assert_eq!(all.cases.len(), 1);
}

pub(super) fn req_27_what_was_kept_three_years_goes_and_its_evidence_stays(
    ledger: &mut dyn Ledger,
) {
    let case_id = closed(ledger);
    tell(ledger);
    assert!(due_on(ledger, "2029-11-17").is_empty());
    let due = due_on(ledger, DUE_ON);
    let first = due.packages.iter().find(|one| one.manifest == manifest(1));
    let first = first.expect("the list");
    assert_eq!(first.rows, 1);
    assert_eq!(
        first.copies,
        [ArchivedCopy::Came {
            month: "202611".into(),
            file: Digest::of(&[b'f', 1]),
        }]
    );
    delete(ledger, &due);
    assert!(due_on(ledger, "2040-01-01").is_empty());
    assert_eq!(ledger.case(&case_id).expect("asked"), None);
    assert_eq!(ledger.case_histories().expect("histories").len(), 1);
    let unfinished = ledger.unfinished_deletion().expect("asked");
    let unfinished = unfinished.expect("files to remove");
    assert_eq!(unfinished.copies.len(), 4);
    assert_eq!(unfinished.outbox.len(), 2);
    assert!(ledger.erase_deleted().expect("erased"));
    ledger
        .finish_deletion(1, at(100_000_001))
        .expect("finished");
    assert_eq!(ledger.unfinished_deletion().expect("asked"), None);
    // The person comes again, and is a new one.
    let mut later = accepted(ledger, 3, "housing");
    later.package.period = None;
    later.at = at(100_000_001);
    later.leads = vec![lead("person-one", "411722", "said later")];
    ledger.record_verdict(&later).expect("decided");
    publish_all(ledger);
    assert_eq!(
        ledger
            .pending_people(&"warning".parse().expect("a procedure"), "411722")
            .expect("people")[0]
            .person,
        2
    );
    // The package comes again: the old receipt goes out, the return sheets that are gone do not.
    ledger
        .begin_intake(&claim(77), &secret("list.xpkg"), at(100_000_002))
        .expect("begun");
    let file = Digest::of(&[b'f', 1]);
    ledger
        .record_replay(&claim(77), &manifest(1), &file, at(100_000_003))
        .expect("replayed");
    let waiting = ledger.unpublished().expect("rows");
    assert_eq!(waiting.len(), 1);
    publish_all(ledger);
    assert!(due_on(ledger, "2030-01-19").is_empty(), "it has just come");
    let again = due_on(ledger, "2030-01-20");
    assert_eq!(again.packages.len(), 1);
    delete(ledger, &again);
    assert!(due_on(ledger, "2040-01-01").is_empty());
}

pub(super) fn who_is_named_still_is_remembered(ledger: &mut dyn Ledger) {
    closed(ledger);
    tell(ledger);
    let mut later = accepted(ledger, 3, "housing");
    later.package.period = None;
    later.at = at(80_000_000);
    later.leads = vec![lead("person-one", "411722", "said later")];
    ledger.record_verdict(&later).expect("decided");
    publish_all(ledger);
    // Somebody else names the person still: only what is old goes.
    let due = due_on(ledger, DUE_ON);
    delete(ledger, &due);
    let pending = ledger
        .pending_people(&"warning".parse().expect("a procedure"), "411722")
        .expect("people");
    assert_eq!(pending.len(), 1);
    assert_eq!(pending[0].person, 1);
    assert_eq!(pending[0].last, None, "the last answer is deleted");
    assert_eq!(pending[0].leads.len(), 1);
}

pub(super) fn logs_and_quarantine_are_kept_six_months(ledger: &mut dyn Ledger) {
    ledger
        .begin_intake(&claim(1), &secret("list.xpkg"), at(1))
        .expect("begun");
    ledger
        .record_quarantine(&QuarantineRecord {
            claim: claim(1),
            at: at(2),
            code: "not-a-package".into(),
            file: None,
        })
        .expect("put away");
    ledger
        .begin_intake(&claim(2), &secret("list.xpkg"), at(1))
        .expect("begun");
    ledger.release_intake(&claim(2), at(2)).expect("released");
    assert!(due_on(ledger, "2027-05-17").is_empty());
    let due = due_on(ledger, "2027-05-18");
    assert_eq!(due.quarantined, [claim(1)]);
    assert_eq!(due.released, [claim(2)]);
    delete(ledger, &due);
    assert!(due_on(ledger, "2040-01-01").is_empty());
    let unfinished = ledger.unfinished_deletion().expect("asked");
    assert_eq!(unfinished.expect("files").quarantined, [claim(1)]);
}

#[test]
fn what_was_taken_back_before_it_was_dispatched_holds_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.sqlite");
    let mut ledger = SqliteLedger::open(&path, &key()).expect("a ledger");
    let mut first = accepted(&mut ledger, 1, "housing");
    first.leads = vec![lead("person-one", "411722", "said of one")];
    ledger.record_verdict(&first).expect("decided");
    publish_all(&mut ledger);
    assert!(due_on(&ledger, "2040-01-01").is_empty(), "it waits");
    let connection = rusqlite::Connection::open(&path).expect("opens");
    connection
        .execute("UPDATE leads SET withdrawn_by = manifest", [])
        .expect("taken back");
    drop(connection);
    assert!(due_on(&ledger, "2029-11-17").is_empty());
    let due = due_on(&ledger, DUE_ON);
    assert_eq!(due.packages.len(), 1);
    delete(&mut ledger, &due);
    assert_eq!(ledger.broken_invariants().expect("answers"), []);
}

#[test]
fn nothing_that_was_deleted_is_left_in_the_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ledger.sqlite");
    let mut ledger = SqliteLedger::open(&path, &key()).expect("a ledger");
    let case_id = closed(&mut ledger);
    tell(&mut ledger);
    let connection = rusqlite::Connection::open(&path).expect("opens");
    let mut fields: Vec<Vec<u8>> = Vec::new();
    for query in [
        "SELECT detail FROM leads",
        "SELECT detail FROM answers",
        "SELECT detail FROM persons",
        "SELECT hash FROM persons",
        "SELECT file_name FROM intakes",
    ] {
        let field = connection.query_row(query, [], |row| row.get(0));
        fields.push(field.expect("a sealed field"));
    }
    drop(connection);
    let holds = |field: &[u8]| {
        let entries = std::fs::read_dir(folder.path()).expect("a folder");
        entries
            .map(|entry| std::fs::read(entry.expect("an entry").path()).expect("read"))
            .any(|bytes| bytes.windows(field.len()).any(|window| window == field))
    };
    assert!(fields.iter().all(|field| holds(field)));
    let due = due_on(&ledger, DUE_ON);
    delete(&mut ledger, &due);
    assert!(ledger.erase_deleted().expect("erased"));
    assert!(!fields.iter().any(|field| holds(field)));
    let way = ledger.trace_case(&case_id).expect("asked").expect("a way");
    assert_eq!((way.identity, way.detail), (None, None));
    let last = way.steps.last().expect("a step");
    assert_eq!(last.fact, TraceFact::Deleted { deletion: 1 });
    assert_eq!(
        ledger.trace_person(&secret("person-one")).expect("asked"),
        None
    );
}
