//! What departments report, and how it stands to its window.

use std::collections::BTreeMap;

use posthorse_ledger::{Ledger as _, ReportRow, Timeliness};
use posthorse_package::Digest;

use super::{dispatched_on, noon_on};
use crate::bureau_world::{Member, World, csv, field, row};

/// What the receipts of a party say of timeliness, as JSON.
fn told(world: &World, member: &Member) -> Vec<String> {
    let receipts = world.receipts(member);
    let said = receipts.iter().map(|receipt| {
        let extensions = &receipt.receipt().extensions;
        serde_json::to_string(extensions).expect("JSON")
    });
    said.collect()
}

fn says(state: &str, days: u32) -> String {
    format!(r#"{{"timeliness":{{"days":{days},"state":"{state}"}}}}"#)
}

/// Sends one list of a department, and returns its package.
fn report(world: &World, sender: &Member, kind: &str, list: &str, rows: &[Vec<String>]) -> Digest {
    let mut draft = world.draft(sender, kind);
    draft.lists = vec![(list.to_owned(), csv(list, rows))];
    let package = draft.seal();
    let manifest = world.verify(package.clone()).manifest_digest();
    world.put("report.xpkg", &package);
    world.round();
    manifest
}

fn rows_of(world: &World, manifest: &Digest) -> Vec<ReportRow> {
    world.ledger().report_rows(manifest).expect("answers")
}

#[test]
fn req_03_the_window_is_25_to_30_and_february_ends_it() {
    for (day, month, expected) in [
        ("2026-11-24", "2026-11", Timeliness::Early { days: 1 }),
        ("2026-11-25", "2026-11", Timeliness::InTime),
        ("2026-11-30", "2026-11", Timeliness::InTime),
        ("2026-12-01", "2026-11", Timeliness::Late { days: 1 }),
        ("2026-10-31", "2026-10", Timeliness::Late { days: 1 }),
        ("2026-02-28", "2026-02", Timeliness::InTime),
        ("2026-03-02", "2026-02", Timeliness::Late { days: 2 }),
    ] {
        let world = World::at(noon_on(day));
        let people = world.people(7, 2, "411722");
        let mut draft = world.list_draft(&world.housing, &people);
        let period = month.parse().expect("a month");
        draft.request.period = Some(period);
        world.put("a.xpkg", &draft.seal());
        assert_eq!(world.round().accepted, 1, "late is accepted");
        let month = month.parse().expect("a month");
        let submissions = world.ledger().submissions(&month).expect("answers");
        assert_eq!(submissions.len(), 1);
        assert_eq!(submissions[0].timeliness, Some(expected), "{day}");
        assert_eq!((submissions[0].accepted, submissions[0].rejected), (2, 0));
        let said = says(expected.word(), expected.days());
        assert_eq!(told(&world, &world.housing), [said], "{day}");
    }
}

#[test]
fn req_34_what_is_reported_when_it_happens_belongs_to_no_window() {
    let world = World::at(noon_on("2026-11-03"));
    let people = world.people(7, 1, "411722");
    world.put("a.xpkg", &world.warning_list(&world.health, &people));
    assert_eq!(world.round().accepted, 1);
    assert_eq!(told(&world, &world.health), [says("at-once", 0)]);
}

fn note<'a>(list: &'a str, day: &'a str) -> BTreeMap<&'a str, &'a str> {
    BTreeMap::from([
        ("unit", "市住建局"),
        ("list_name", "住建-住房安全"),
        ("period", "2026-11"),
        match list {
            "nil" => ("statement", "本月无新增人员"),
            _ => ("reason", "系统升级，数据暂不能导出"),
        },
        match list {
            "nil" => ("remark", ""),
            _ => ("planned_on", day),
        },
    ])
}

#[test]
fn req_05_a_deferral_counts_before_the_window_closes_and_not_after() {
    for (day, expected) in [
        ("2026-11-20", Timeliness::InTime),
        ("2026-11-30", Timeliness::InTime),
        ("2026-12-02", Timeliness::Late { days: 2 }),
    ] {
        let world = World::at(noon_on(day));
        let cells = row("deferral", &note("deferral", "2026-12-10"));
        let sent = report(
            &world,
            &world.housing,
            "deferral_note",
            "deferral",
            &[cells],
        );
        let rows = rows_of(&world, &sent);
        assert_eq!(world.codes(&world.housing), ["accepted"]);
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].report, "deferral");
        assert_eq!(rows[0].timeliness, Some(expected), "{day}");
        let about = rows[0].about_list.as_ref().map(|list| list.as_str());
        assert_eq!(about, Some("housing-safety"));
        assert_eq!(rows[0].day, "2026-12-10".parse().ok());
    }
}

#[test]
fn req_06_a_nil_report_is_a_report_and_silence_is_none() {
    let world = World::at(noon_on("2026-11-26"));
    let month = "2026-11".parse().expect("a month");
    world.round();
    assert_eq!(world.ledger().submissions(&month).expect("answers"), []);
    let cells = row("nil", &note("nil", ""));
    let sent = report(&world, &world.housing, "nil_report", "nil", &[cells]);
    let rows = rows_of(&world, &sent);
    let about = rows[0].about_list.as_ref().map(|list| list.as_str());
    assert_eq!(
        (rows[0].report.as_str(), about),
        ("nil", Some("housing-safety"))
    );
    assert_eq!(rows[0].about_month, Some(month));
    assert_eq!(rows[0].timeliness, Some(Timeliness::InTime));
    assert_eq!(told(&world, &world.housing), [says("in-time", 0)]);
}

#[test]
fn req_21_an_unpaid_row_without_explanation_goes_back_and_the_rest_is_counted() {
    let world = World::at(noon_on("2026-11-26"));
    let people = world.people(7, 3, "411722");
    let mut rows = world.rows_of("unpaid", &people);
    rows[1][field("unpaid", "explanation")].clear();
    let sent = report(&world, &world.housing, "unpaid_list", "unpaid", &rows);
    assert_eq!(world.codes(&world.housing), ["rows-returned"]);
    assert_eq!(world.returned(&world.housing).len(), 2);
    let kept = rows_of(&world, &sent);
    let reason = field("unpaid", "unpaid_reason");
    let policy = field("unpaid", "policy");
    let expected: Vec<_> = [0, 2]
        .map(|at| {
            (
                Some(rows[at][policy].as_str()),
                Some(rows[at][reason].as_str()),
                Some("411722"),
            )
        })
        .into();
    let found: Vec<_> = kept
        .iter()
        .map(|row| {
            (
                row.policy.as_deref(),
                row.word.as_deref(),
                row.county.as_deref(),
            )
        })
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn req_18_a_payout_that_names_no_precheck_of_ours_is_flagged() {
    let world = World::at(noon_on("2026-11-26"));
    let people = world.people(7, 2, "411722");
    let rows = world.rows_of("payout-general", &people);
    let mut draft = world.draft(&world.housing, "payout_list");
    draft.lists = vec![("payout-general".into(), csv("payout-general", &rows))];
    draft.request.in_reply_to = Some(Digest::of(b"no precheck of this office"));
    let package = draft.seal();
    let sent = world.verify(package.clone()).manifest_digest();
    world.put("a.xpkg", &package);
    assert_eq!(world.round().accepted, 1);
    let kept = rows_of(&world, &sent);
    assert_eq!(
        kept.iter().map(|row| row.precheck).collect::<Vec<_>>(),
        [None, None]
    );
    let events = world.ledger().events_after(0, 1000).expect("answers");
    let flagged = events.iter().find(|event| event.kind == "reports-kept");
    let facts = &flagged.expect("an event").facts;
    assert!(
        facts.contains(r#""rows":2,"without_precheck":2"#),
        "{facts}"
    );
}

#[test]
fn req_08_a_late_answer_is_taken_and_its_receipt_says_how_late() {
    let world = dispatched_on("2026-11-24", 2);
    let rows = world.dispatched(&world.shangcai);
    let cells = [("outcome", "已在册")];
    for (day, at) in [("2026-12-09", 0), ("2026-12-12", 1)] {
        world.clock.set(noon_on(day));
        let answer = world.answer(&world.shangcai, &[(&rows[at]["warning_id"], &cells)]);
        world.put("a.xpkg", &answer);
        assert_eq!(world.round().accepted, 1);
    }
    let expected = [says("in-time", 0), says("late", 3)];
    assert_eq!(told(&world, &world.shangcai), expected);
}
