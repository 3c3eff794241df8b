//! The daemon as its operator, the offices and a stranger on the share see it (spec/folders-v1.md).

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Stdio};

use posthorse_daemon::{Clock as _, Config, RunSummary, SystemClock};
use posthorse_ledger::{ClaimId, Ledger as _, Secret};
use posthorse_package::{Disposition, Refusal, Revocation};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System};

use crate::bureau_world::{World, cells, csv, field, names_in, open};
use crate::cli::posthorse;

const ANSWERED: &[(&str, &str)] = &[("outcome", "已在册")];

fn text_map(codes: &[(&str, u64)]) -> BTreeMap<String, u64> {
    codes
        .iter()
        .map(|(code, count)| ((*code).to_owned(), *count))
        .collect()
}

/// A world in which one list about so many people of 上蔡县 was dispatched.
fn dispatched_world(count: usize) -> World {
    let world = World::new();
    let people = world.people(7, count, "411722");
    world.put("a.xpkg", &world.warning_list(&world.housing, &people));
    assert_eq!(world.round().dispatched_people, count as u64);
    world
}

fn warnings(world: &World) -> Vec<String> {
    let rows = world.dispatched(&world.shangcai);
    rows.iter().map(|row| row["warning_id"].clone()).collect()
}

#[test]
fn a_package_gets_one_receipt_that_names_it() {
    let world = World::new();
    let people = world.people(7, 3, "411722");
    let package = world.warning_list(&world.housing, &people);
    world.put("a.xpkg", &package);
    let summary = world.round();
    assert_eq!(
        (
            summary.accepted,
            summary.dispatches,
            summary.dispatched_people
        ),
        (1, 1, 3)
    );
    let sealed = world.verify(package.clone());
    let receipts = world.receipts(&world.housing);
    let [receipt] = &receipts[..] else {
        panic!("one receipt")
    };
    let receipt = receipt.receipt();
    assert_eq!(receipt.disposition, Disposition::Accepted);
    assert_eq!(receipt.code, "accepted");
    assert_eq!(receipt.package.manifest, sealed.manifest_digest());
    assert_eq!(receipt.package.signatures, sealed.signatures_digest());
    assert_eq!(receipt.received_at, world.now());
    assert_eq!(receipt.returned, None);
    assert_eq!(world.outbox(&world.housing).len(), 1);
    assert_eq!(names_in(&world.path("drop/inbox")), [".claimed"]);
    let archived = world
        .ledger()
        .packages(9)
        .expect("answers")
        .remove(0)
        .facts
        .file;
    let name = format!("{archived}.xpkg").replace("blake3:", "");
    assert_eq!(
        fs::read(world.path("state/archive/2026/11").join(name)).expect("archived"),
        package
    );
}

#[test]
fn faulty_rows_go_back_with_their_own_places_and_the_others_are_taken() {
    let world = World::new();
    let people = world.people(7, 4, "411722");
    let mut draft = world.list_draft(&world.housing, &people);
    let mut rows = world.rows_of("housing-safety", &people);
    let (id, county) = (
        field("housing-safety", "id_no"),
        field("housing-safety", "county_name"),
    );
    rows[1][county] = "天边县".into();
    rows[3][id] = "412825197001010019".into();
    draft.lists[0].1 = csv("housing-safety", &rows);
    world.put("a.xpkg", &draft.seal());
    let summary = world.round();
    assert_eq!(
        (summary.accepted_in_part, summary.dispatched_people),
        (1, 2)
    );
    assert_eq!(world.codes(&world.housing), ["rows-returned"]);
    let packages = world.packages(&world.housing, "return_sheet");
    assert_eq!(
        world.receipts(&world.housing)[0].receipt().returned,
        Some(packages[0].manifest_digest())
    );
    let sheet = world.returned(&world.housing);
    assert_eq!(sheet.len(), 3);
    assert_eq!(sheet[0][..3], ["原表工作表", "原表行号", "退回原因"]);
    assert_eq!(sheet[1][..2], ["名单", "4"]);
    assert_eq!(
        sheet[1][2],
        "E109 户籍县区“天边县”不属于本市或名称有误。请填写本市县区全称，例如“上蔡县”。"
    );
    assert_eq!(sheet[2][..2], ["名单", "6"]);
    assert!(sheet[2][2].starts_with("E103 "), "{}", sheet[2][2]);
    let name = field("housing-safety", "name") + 3;
    assert_eq!(
        [&sheet[1][name], &sheet[2][name]],
        [&rows[1][name - 3], &rows[3][name - 3]]
    );
    let package = world.packages(&world.housing, "return_sheet").remove(0);
    assert_eq!(
        open(package, &world.shangcai).err(),
        Some(Refusal::NotARecipient)
    );
}

#[test]
fn a_list_without_one_good_row_is_rejected_and_goes_back_whole() {
    let world = World::new();
    let people = world.people(7, 2, "411722");
    let mut draft = world.list_draft(&world.housing, &people);
    let mut rows = world.rows_of("housing-safety", &people);
    rows.iter_mut()
        .for_each(|row| row[field("housing-safety", "county_name")] = "天边县".into());
    draft.lists[0].1 = csv("housing-safety", &rows);
    world.put("a.xpkg", &draft.seal());
    assert_eq!(world.round().rejected, 1);
    assert_eq!(world.codes(&world.housing), ["no-acceptable-row"]);
    assert_eq!(world.returned(&world.housing).len(), 3);
    assert_eq!(world.ledger().unrouted().expect("answers").len(), 0);
}

#[test]
fn people_of_several_lists_are_merged_and_split_by_county() {
    let world = World::new();
    let mut people = world.people(7, 2, "411722");
    people.extend(world.people(8, 2, "411728"));
    people.extend(world.people(9, 1, "411721"));
    world.put("a.xpkg", &world.warning_list(&world.housing, &people));
    world.put("b.xpkg", &world.warning_list(&world.health, &people[1..3]));
    let summary = world.round();
    assert_eq!(
        (
            summary.accepted,
            summary.dispatches,
            summary.dispatched_people
        ),
        (2, 2, 4)
    );
    let told = |county| -> BTreeMap<String, String> {
        let rows = world.dispatched(county).into_iter();
        rows.map(|row| (row["id_no"].clone(), row["sources"].clone()))
            .collect()
    };
    let expected = |pairs: &[(usize, &str)]| -> BTreeMap<String, String> {
        let pairs = pairs.iter();
        pairs
            .map(|(at, sources)| (people[*at].id.as_str().to_owned(), (*sources).to_owned()))
            .collect()
    };
    let both = "health的名称；housing的名称";
    assert_eq!(
        told(&world.shangcai),
        expected(&[(0, "housing的名称"), (1, both)])
    );
    assert_eq!(
        told(&world.suiping),
        expected(&[(2, both), (3, "housing的名称")])
    );
    let package = world.packages(&world.suiping, "warning_dispatch").remove(0);
    assert_eq!(
        open(package, &world.shangcai).err(),
        Some(Refusal::NotARecipient)
    );
    let unrouted = world.ledger().unrouted().expect("answers");
    assert_eq!(unrouted.len(), 1);
    assert_eq!(unrouted[0].reason, "no-office");
    let detail: serde_json::Value =
        serde_json::from_slice(unrouted[0].detail.expose()).expect("JSON");
    assert_eq!(detail["id_no"], people[4].id.as_str());
}

#[test]
fn the_county_gets_a_workbook_to_fill_in() {
    let world = dispatched_world(2);
    let package = world
        .packages(&world.shangcai, "warning_dispatch")
        .remove(0);
    let files = open(package, &world.shangcai)
        .expect("it opens")
        .into_store()
        .into_files();
    let workbook = &files[&"attachments/answer.xlsx".parse().expect("a name")];
    let sheet = cells(workbook, "核实结果");
    let column = |title: &str| {
        sheet[0]
            .iter()
            .position(|cell| cell == title)
            .expect("a column")
    };
    let rows = world.dispatched(&world.shangcai);
    for (row, cells) in rows.iter().zip(&sheet[1..]) {
        assert_eq!(cells[column("预警编号")], row["warning_id"]);
        assert_eq!(cells[column("证件号码")], row["id_no"]);
        assert_eq!(cells[column("预警内容")], row["summary"]);
        assert_eq!(cells[column("反馈期限")], "2026-12-09");
        assert_eq!(cells[column("核实结果")], "");
    }
    assert_eq!(
        warnings(&world),
        ["W202611-411722-000001", "W202611-411722-000002"]
    );
}

#[test]
fn answers_are_recorded_and_may_come_in_parts() {
    let world = dispatched_world(3);
    let ids = warnings(&world);
    world.wait_days(2);
    world.put(
        "b.xpkg",
        &world.answer(&world.shangcai, &[(&ids[0], ANSWERED), (&ids[1], &[])]),
    );
    assert_eq!(world.round().accepted, 1);
    let outcome = |id: &String| {
        world
            .ledger()
            .warning(id)
            .expect("answers")
            .expect("known")
            .outcome
    };
    assert_eq!(outcome(&ids[0]).as_deref(), Some("已在册"));
    assert_eq!([outcome(&ids[1]), outcome(&ids[2])], [None, None]);
    world.put(
        "c.xpkg",
        &world.answer(&world.shangcai, &[(&ids[2], ANSWERED), (&ids[1], ANSWERED)]),
    );
    assert_eq!(world.round().accepted, 1);
    assert!(ids.iter().all(|id| outcome(id).is_some()));
    assert_eq!(world.codes(&world.shangcai), ["accepted", "accepted"]);
}

#[test]
fn a_later_answer_corrects_the_outcome_and_reopens_nothing() {
    let world = dispatched_world(1);
    let id = &warnings(&world)[0];
    let outcome = || {
        world
            .ledger()
            .warning(id)
            .expect("answers")
            .expect("known")
            .outcome
    };
    for (cells, expected) in [
        (ANSWERED, "已在册"),
        (ANSWERED, "已在册"),
        (&[][..], "已在册"),
        (
            &[
                ("outcome", "不纳入"),
                ("reject_reason", "已死亡"),
                ("explanation", "入户核实，本人已于去年去世。"),
            ],
            "不纳入",
        ),
    ] {
        let name = format!("{}.xpkg", world.receipts(&world.shangcai).len());
        world.put(&name, &world.answer(&world.shangcai, &[(id, cells)]));
        let summary = world.round();
        assert_eq!(summary.accepted, 1, "{:?}", world.returned(&world.shangcai));
        assert_eq!(outcome().as_deref(), Some(expected));
    }
}

#[test]
fn answers_to_foreign_and_unknown_warnings_go_back_alike() {
    let world = World::new();
    let mut people = world.people(7, 1, "411722");
    people.extend(world.people(8, 1, "411728"));
    world.put("a.xpkg", &world.warning_list(&world.housing, &people));
    world.round();
    let own = warnings(&world).remove(0);
    let foreign = world.dispatched(&world.suiping)[0]["warning_id"].clone();
    let unknown = "W202611-411728-000999";
    let answer = [
        (foreign.as_str(), ANSWERED),
        (&own, ANSWERED),
        (unknown, ANSWERED),
    ];
    world.put("b.xpkg", &world.answer(&world.shangcai, &answer));
    assert_eq!(world.round().accepted_in_part, 1);
    let sheet = world.returned(&world.shangcai);
    let told = |id: &str| {
        format!("E120 预警编号“{id}”不属于本县区或不存在。请使用下发工作簿中的预警编号，不要改动。")
    };
    assert_eq!(
        sheet[1][..3],
        ["名单".to_owned(), "3".into(), told(&foreign)]
    );
    assert_eq!(
        sheet[2][..3],
        ["名单".to_owned(), "5".into(), told(unknown)]
    );
    assert_eq!(sheet.len(), 3);
    let ledger = world.ledger();
    let stands = |id: &str| ledger.warning(id).expect("answers").expect("known").outcome;
    assert_eq!(
        [stands(&own), stands(&foreign)],
        [Some("已在册".to_owned()), None]
    );
}

#[test]
fn a_visit_lies_between_dispatch_and_answer_and_the_person_is_the_warnings() {
    let world = dispatched_world(5);
    let rows = world.dispatched(&world.shangcai);
    let ids = warnings(&world);
    world.wait_days(3);
    let answer = [
        (ids[0].as_str(), &[("visited_on", "2026-11-23")][..]),
        (&ids[1], &[("visited_on", "2026-11-24")]),
        (
            &ids[2],
            &[("visited_on", "2026-11-27"), ("id_no", &rows[2]["id_no"])],
        ),
        (&ids[3], &[("id_no", &rows[4]["id_no"])]),
        (&ids[4], &[("visited", "否"), ("visited_on", "")]),
    ];
    let mut draft = world.answer_draft(&world.shangcai, &answer);
    world.put("b.xpkg", &draft.seal());
    world.round();
    let sheet = world.returned(&world.shangcai);
    assert_eq!(sheet.len(), 3, "{sheet:?}");
    assert_eq!(
        sheet[1][1..3],
        [
            "3",
            "E121 “入户日期” 2026-11-23 不在交办日（2026-11-24）与反馈日（2026-11-27）之间。请核对入户日期。"
        ]
    );
    assert_eq!(sheet[2][1], "6");
    assert!(
        sheet[2][2].starts_with("E122 证件号码（"),
        "{}",
        sheet[2][2]
    );
    assert!(
        !sheet[2][2].contains(&rows[4]["id_no"]),
        "a number is told masked"
    );

    // Sealed on one day and dropped on a later one: the visit is not after the answer.
    let late = [(ids[0].as_str(), &[("visited_on", "2026-11-28")][..])];
    draft = world.answer_draft(&world.shangcai, &late);
    world.wait_days(2);
    world.put("c.xpkg", &draft.seal());
    world.round();
    let sheet = world.returned(&world.shangcai);
    assert!(
        sheet.last().expect("a row")[2].starts_with("E121 "),
        "{sheet:?}"
    );
}

#[test]
fn a_replay_gets_the_identical_receipt() {
    let world = World::new();
    let package = world.warning_list(&world.housing, &world.people(7, 2, "411722"));
    world.put("a.xpkg", &package);
    world.round();
    let before = world.outbox(&world.housing);
    for name in before.keys() {
        fs::remove_file(world.path("drop/outbox/housing").join(name)).expect("the sender took it");
    }
    world.wait_days(40);
    world.put("another name.xpkg", &package);
    world.put("and another.xpkg", &package);
    let summary = world.round();
    assert_eq!(
        (summary.accepted, summary.replayed, summary.dispatches),
        (0, 2, 0)
    );
    assert_eq!(world.outbox(&world.housing), before);
}

#[test]
fn history_refuses_what_contradicts_it() {
    let world = World::new();
    let people = world.people(7, 1, "411722");
    let first = world.list_draft(&world.housing, &people);
    world.put("1.xpkg", &first.seal());
    world.round();

    // The same number again, the same id again, and both with other bytes.
    for name in ["2a.xpkg", "2b.xpkg", "2c.xpkg"] {
        let mut fork = world.list_draft(&world.housing, &people);
        (fork.request.sequence, fork.request.previous) = (1, None);
        world.put(name, &fork.seal_aside());
    }
    let mut reused = world.list_draft(&world.housing, &people);
    reused.request.package_id = first.request.package_id;
    world.put("3.xpkg", &reused.seal_aside());
    assert_eq!(world.round().rejected, 4);
    let mut codes = world.codes(&world.housing);
    codes.sort();
    assert_eq!(
        codes,
        [
            "accepted",
            "package-id-reused",
            "sequence-fork",
            "sequence-fork",
            "sequence-fork"
        ]
    );

    // What was refused holds no number: the true successor goes on where it was.
    world.put("4.xpkg", &world.warning_list(&world.housing, &people));
    assert_eq!(world.round().accepted, 1);
}

#[test]
fn a_late_package_fills_its_gap_and_an_older_one_rolls_back() {
    let world = World::new();
    let people = world.people(7, 1, "411722");
    let first = world.warning_list(&world.health, &people);
    let second = world.warning_list(&world.health, &people);
    let third = world.warning_list(&world.health, &people);
    world.put("3.xpkg", &third);
    assert_eq!(world.round().accepted, 1);
    world.put("2.xpkg", &second);
    assert_eq!(world.round().accepted, 1);
    world.put("1.xpkg", &first);
    assert_eq!(world.round().accepted, 1);
    let mut old = world.list_draft(&world.health, &people);
    let newest = world.list_draft(&world.health, &people);
    old.request.sequence = 5;
    let mut far = newest;
    far.request.sequence = 9;
    world.put("9.xpkg", &far.seal_aside());
    assert_eq!(world.round().accepted, 1);
    world.put("5.xpkg", &old.seal_aside());
    assert_eq!(world.round().rejected, 1);
    assert!(
        world
            .codes(&world.health)
            .contains(&"sequence-rollback".to_owned())
    );
    let gaps = world.ledger().events_after(0, 1000).expect("events");
    let kinds = |kind: &str| gaps.iter().filter(|event| event.kind == kind).count();
    assert_eq!(
        (kinds("sequence-gap"), kinds("sequence-gap-filled")),
        (2, 2)
    );
}

#[test]
fn what_is_authentic_and_not_allowed_is_answered_with_its_code() {
    let world = World::new();
    let people = world.people(7, 1, "411722");
    let expect = |name: &str, package: &[u8], code: &str| {
        world.put(name, package);
        assert_eq!(world.round().rejected, 1, "{code}");
        assert_eq!(
            world.codes(&world.housing).last().map(String::as_str),
            Some(code)
        );
    };
    let list = || world.list_draft(&world.housing, &people).lists.remove(0);

    let mut other_kind = world.draft(&world.housing, "measure_report");
    other_kind.lists = vec![("some-list".into(), b"source_sheet,source_row,a\n".to_vec())];
    expect("1.xpkg", &other_kind.seal(), "kind-not-handled");

    let mut not_allowed = world.draft(&world.housing, "verification_result");
    not_allowed.lists = vec![list()];
    expect("2.xpkg", &not_allowed.seal(), "not-allowed");

    let mut elsewhere = world.list_draft(&world.housing, &people);
    elsewhere.request.recipients = vec![world.shangcai.recipient()];
    expect("3.xpkg", &elsewhere.seal(), "not-addressed");

    let mut stale = world.list_draft(&world.housing, &people);
    stale.request.sealed_at = world.now().plus_seconds(-86_400);
    stale.request.not_after = world.now().plus_seconds(-1);
    expect("4.xpkg", &stale.seal(), "stale");

    let mut early = world.list_draft(&world.housing, &people);
    early.request.sealed_at = world.now().plus_seconds(601);
    expect("5.xpkg", &early.seal(), "from-the-future");

    let mut unreadable = world.list_draft(&world.housing, &people);
    unreadable.lists[0].1 = b"one,two\n1,2\n".to_vec();
    expect("6.xpkg", &unreadable.seal(), "list-unreadable");
    assert_eq!(world.dispatched(&world.shangcai), []);
    assert_eq!(world.quarantined(), BTreeMap::new());
}

#[test]
fn revoked_and_expired_keys_and_strangers_get_no_receipt() {
    let world = World::new();
    let people = world.people(7, 1, "411722");
    let revoked = world.warning_list(&world.housing, &people);
    let expired = world.warning_list(&world.health, &people);
    world.change_registry(|document| {
        let at = world.now();
        for party in &mut document.parties {
            let key = &mut party.signing_keys[0];
            match party.id.as_str() {
                "housing" => {
                    key.revoked = Some(Revocation {
                        at,
                        reason: "lost".into(),
                    })
                }
                "health" => key.valid_until = at,
                _ => {}
            }
        }
    });
    let stranger = World::new();
    world.put("revoked.xpkg", &revoked);
    world.put("expired.xpkg", &expired);
    world.put(
        "stranger.xpkg",
        &stranger
            .list_draft(&stranger.housing, &people)
            .seal_with(&[&crate::offices::signing_key(77)]),
    );
    assert_eq!(world.round().quarantined, 3);
    let codes = [
        ("key-expired", 1),
        ("key-revoked", 1),
        ("signer-unknown", 1),
    ];
    assert_eq!(world.quarantined(), text_map(&codes));
    assert_eq!(
        world.outbox(&world.housing).len() + world.outbox(&world.health).len(),
        0
    );
}

#[test]
fn two_signatures_are_two_persons_and_a_stripped_copy_burns_nothing() {
    let world = World::new();
    world.change_registry(|document| {
        let housing = document
            .parties
            .iter_mut()
            .find(|party| party.id.as_str() == "housing");
        housing.expect("it").two_signatures = vec!["warning_list".parse().expect("a kind")];
    });
    let people = world.people(7, 2, "411722");
    let draft = world.list_draft(&world.housing, &people);
    let both = draft.seal_with(&[&world.housing.key, &world.housing.second]);
    let alone = with_one_signature(&both, &world);
    world.put("alone.xpkg", &alone);
    world.put("alone again.xpkg", &alone);
    let summary = world.round();
    assert_eq!((summary.rejected, summary.accepted), (2, 0));
    assert_eq!(world.codes(&world.housing), ["too-few-signatures"]);
    let receipt = world.receipts(&world.housing).remove(0);
    let sealed = world.outbox(&world.housing);
    assert_eq!(receipt.receipt().disposition, Disposition::Rejected);
    assert_eq!(world.dispatched(&world.shangcai), []);

    // The very same package with both signatures is judged as if it had never come with one.
    world.put("both.xpkg", &both);
    assert_eq!(world.round().accepted, 1);
    assert_eq!(world.dispatched(&world.shangcai).len(), 2);
    let mut codes = world.codes(&world.housing);
    codes.sort();
    assert_eq!(codes, ["accepted", "too-few-signatures"]);
    for (name, bytes) in &sealed {
        assert_eq!(
            world.outbox(&world.housing).get(name),
            Some(bytes),
            "a receipt is final"
        );
    }
    // After the verdict a stripped copy is the package that has it.
    world.put("alone, late.xpkg", &alone);
    assert_eq!(world.round().replayed, 1);
    assert_eq!(world.receipts(&world.housing).len(), 2);

    let sealed_by_two = world.list_draft(&world.housing, &people);
    world.put(
        "two.xpkg",
        &sealed_by_two.seal_with(&[&world.housing.key, &world.housing.second]),
    );
    assert_eq!(world.round().accepted, 1);
}

/// The same package without the signature of the housing office's second person, as anybody on the
/// share can make it: the framing has one form.
fn with_one_signature(package: &[u8], world: &World) -> Vec<u8> {
    let mut whole = zip::ZipArchive::new(Cursor::new(package)).expect("a ZIP file");
    let mut out = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..whole.len() {
        let mut member = whole.by_index(at).expect("a member");
        let name = member.name().expect("a name").into_owned();
        let mut bytes = Vec::new();
        member.read_to_end(&mut bytes).expect("its bytes");
        if name == "signatures.json" {
            let mut document: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
            let first = world.housing.key.verifying_key().key_id().to_string();
            let signatures = document["signatures"].as_array_mut().expect("a list");
            signatures.retain(|signature| signature["keyid"] == *first);
            assert_eq!(signatures.len(), 1);
            bytes = serde_json::to_vec(&document).expect("JSON");
        }
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::DEFAULT)
            .unix_permissions(0o644)
            .system(System::Unix)
            .large_file(name == "payload.age");
        out.start_file(name, options).expect("a member");
        out.write_all(&bytes).expect("its bytes");
    }
    out.finish().expect("a ZIP file").into_inner()
}

#[test]
fn what_is_no_package_is_put_away_and_the_rest_flows_on() {
    let world = World::new();
    let inbox = world.path("drop/inbox");
    let workbook = {
        let package = dispatched_world(1);
        let dispatch = package
            .packages(&package.shangcai, "warning_dispatch")
            .remove(0);
        let files = open(dispatch, &package.shangcai)
            .expect("it opens")
            .into_store()
            .into_files();
        files[&"attachments/answer.xlsx".parse().expect("a name")].clone()
    };
    world.put("名单.xlsx", &workbook);
    world.put("no ending", &workbook);
    world.put("名单.csv", "姓名,证件号码\n".as_bytes());
    world.put("junk.xpkg", b"junk");
    world.put("line\nbreak\u{202e}gpkx", b"junk");
    world.put("CON", b"junk");
    world.put(&"n".repeat(255), b"junk");
    fs::write(inbox.join(OsStr::from_bytes(b"\xff\xfe.xpkg")), b"junk").expect("a file");
    fs::create_dir_all(inbox.join("folder/within")).expect("a folder");
    fs::write(inbox.join("folder/within/list.csv"), b"kept").expect("a file");
    let secret = world.path("home/keys/identity.txt");
    std::os::unix::fs::symlink(&secret, inbox.join("link.xpkg")).expect("a link");
    std::os::unix::fs::symlink("nowhere", inbox.join("broken link")).expect("a link");
    let fifo = Command::new("mkfifo").arg(inbox.join("pipe.xpkg")).status();
    assert!(fifo.expect("mkfifo").success());
    drop(UnixListener::bind(inbox.join("socket")).expect("a socket"));
    let people = world.people(7, 2, "411722");
    let mut flipped = world.list_draft(&world.housing, &people).seal_aside();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    world.put("flipped.xpkg", &flipped);
    world.put("good.xpkg", &world.warning_list(&world.health, &people));

    let summary = world.round();
    assert_eq!((summary.accepted, summary.quarantined), (1, 14));
    let codes = [
        ("directory", 1),
        ("not-a-package", 5),
        ("payload-digest", 1),
        ("plaintext-list", 3),
        ("special-file", 2),
        ("symbolic-link", 2),
    ];
    assert_eq!(world.quarantined(), text_map(&codes));
    assert_eq!(names_in(&inbox), [".claimed"]);
    assert!(secret.exists(), "a link is not followed");
    let kept = names_in(&world.path("state/quarantine"));
    assert_eq!(kept.len(), 14);
    let folder = kept
        .iter()
        .map(|claim| world.path("state/quarantine").join(claim).join("item"));
    let lists: Vec<_> = folder.filter(|item| item.is_dir()).collect();
    assert_eq!(
        fs::read(lists[0].join("within/list.csv")).expect("kept"),
        b"kept"
    );
    assert_eq!(world.codes(&world.health), ["accepted"]);
}

#[test]
fn what_is_still_arriving_is_left_alone() {
    let world = World::new();
    let people = world.people(7, 1, "411722");
    let package = world.warning_list(&world.housing, &people);
    let left = [
        ("~$名单.xlsx", "temporary-name"),
        (".hidden.xpkg", "temporary-name"),
        ("a.xpkg.part", "temporary-name"),
        ("b.filepart", "temporary-name"),
        ("c.tmp", "temporary-name"),
        ("empty.xpkg", "incomplete"),
        ("growing.xpkg", "incomplete"),
        ("reserved.xpkg", "incomplete"),
    ];
    for (name, _) in left {
        world.put(name, &[]);
    }
    world.put("reserved.xpkg", &vec![0; package.len()]);
    let mut expected: Vec<(String, &str)> = left
        .iter()
        .map(|(name, reason)| ((*name).to_owned(), *reason))
        .collect();
    expected.sort();
    // A slow copy: more of it at every scan, and never taken before its last byte is there.
    for length in [1, 100, package.len() / 2, package.len() - 1] {
        world.put("growing.xpkg", &package[..length]);
        let summary = world.round();
        assert_eq!(seen(&summary), expected, "{length} bytes");
        assert_eq!(
            (summary.accepted, summary.rejected, summary.quarantined),
            (0, 0, 0)
        );
    }
    world.put("growing.xpkg", &package);
    world.put("reserved.xpkg", &package);
    let summary = world.round();
    assert_eq!((summary.accepted, summary.replayed), (1, 1));
    assert_eq!(seen(&summary).len(), 6);
}

fn seen(summary: &RunSummary) -> Vec<(String, &'static str)> {
    let left = summary.left.iter();
    let mut seen: Vec<_> = left
        .map(|one| (one.name.as_raw().to_owned(), one.reason))
        .collect();
    seen.sort();
    seen
}

#[test]
fn nobody_is_named_outside_sealed_packages() {
    const NAME: &str = "金丝雀";
    const FILE: &str = "canary-file-name";
    let world = World::at(SystemClock.now());
    let mut people = world.people(7, 3, "411722");
    people.extend(world.people(9, 1, "411721"));
    people
        .iter_mut()
        .for_each(|person| NAME.clone_into(&mut person.name));
    let mut draft = world.list_draft(&world.housing, &people);
    let mut rows = world.rows_of("housing-safety", &people);
    rows[0][field("housing-safety", "county_name")] = "天边县".into();
    draft.lists[0].1 = csv("housing-safety", &rows);
    world.put(&format!("{FILE}.xpkg"), &draft.seal());
    world.put(&format!("{FILE}.pdf"), b"junk");
    world.put(&format!("{FILE}.part"), b"x");
    let old = Command::new("touch")
        .args(["-d", "2020-01-01"])
        .arg(world.path(&format!("drop/inbox/{FILE}.part")))
        .status();
    assert!(old.expect("touch").success());
    let said = run_program(&world, &["--once"]);
    assert!(said.contains("\"event\":\"lingering\""), "{said}");
    let answer = world.answer(
        &world.shangcai,
        &[(&warnings(&world)[0], &[("verifier", NAME)])],
    );
    world.put("answer.xpkg", &answer);
    let said = said + &run_program(&world, &["--once"]);
    world.assert_sound();
    fs::remove_file(world.path(&format!("drop/inbox/{FILE}.part"))).expect("removed");

    let mut words = vec![NAME.to_owned(), FILE.to_owned()];
    words.extend(people.iter().map(|person| person.id.as_str().to_owned()));
    words.extend(people.iter().map(|person| person.phone.clone()));
    for word in &words {
        assert!(!said.contains(word), "the log names {word}");
    }
    for folder in ["drop", "state"] {
        assert_names_nobody(&world.path(folder), &words);
    }
}

fn assert_names_nobody(path: &Path, words: &[String]) {
    for name in names_in(path) {
        let path = path.join(name);
        if path.is_dir() {
            assert_names_nobody(&path, words);
            continue;
        }
        let bytes = fs::read(&path).expect("a file");
        for word in words {
            let named = bytes
                .windows(word.len())
                .any(|window| window == word.as_bytes());
            assert!(
                !named && !path.to_string_lossy().contains(word),
                "{} names {word}",
                path.display()
            );
        }
    }
}

fn run_program(world: &World, arguments: &[&str]) -> String {
    let output = Command::new(posthorse())
        .args(["daemon", "run", "--config", "posthorse.toml"])
        .args(arguments)
        .current_dir(world.root())
        .output()
        .expect("posthorse starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    said + &String::from_utf8_lossy(&output.stdout)
}

#[test]
fn a_second_daemon_on_the_same_state_is_refused() {
    let world = dispatched_world(1);
    let lock = fs::OpenOptions::new()
        .write(true)
        .open(world.path("state/daemon.lock"))
        .expect("the lock");
    lock.lock().expect("locked");
    let refused = world.try_round().expect_err("locked");
    assert_eq!(refused.code(), "daemon-locked");
    assert!(refused.to_string().contains("state"), "{refused}");
    drop(lock);
    world.round();
}

#[test]
fn a_missing_share_and_links_in_its_place_are_refused() {
    let world = dispatched_world(1);
    let (inbox, elsewhere) = (world.path("drop/inbox"), world.path("elsewhere"));
    fs::rename(&inbox, &elsewhere).expect("moved");
    fs::write(elsewhere.join("precious.txt"), b"precious").expect("a file");
    std::os::unix::fs::symlink(&elsewhere, &inbox).expect("a link");
    assert_eq!(world.try_round().expect_err("a link").code(), "drop-failed");
    assert!(elsewhere.join("precious.txt").exists());
    fs::rename(world.path("drop"), world.path("unmounted")).expect("moved");
    fs::create_dir(world.path("drop")).expect("an empty mount point");
    assert_eq!(
        world.try_round().expect_err("no share").code(),
        "drop-missing"
    );
    assert_eq!(names_in(&world.path("drop")), Vec::<String>::new());
}

#[test]
fn what_kills_its_reader_again_and_again_is_put_away() {
    let world = dispatched_world(1);
    let poison = world.warning_list(&world.housing, &world.people(8, 1, "411722"));
    let (claim, unknown) = (ClaimId::from_random([7; 16]), ClaimId::from_random([8; 16]));
    let mut ledger = world.ledger();
    let name = Secret::new(b"poison.xpkg".to_vec());
    ledger
        .begin_intake(&claim, &name, world.now())
        .expect("begun");
    for attempt in 1..=3 {
        assert_eq!(ledger.begin_attempt(&claim).expect("counted"), attempt);
    }
    drop(ledger);
    let restored = world.warning_list(&world.health, &world.people(9, 1, "411722"));
    for (claim, bytes) in [(&claim, &poison), (&unknown, &restored)] {
        let folder = world.path("drop/inbox/.claimed").join(claim.as_str());
        fs::create_dir(&folder).expect("a claim");
        fs::write(folder.join("item"), bytes).expect("what was claimed");
    }
    // The other claim is one of which a restored ledger knows nothing: it is taken up.
    let summary = world.round();
    assert_eq!((summary.quarantined, summary.accepted), (1, 1));
    assert_eq!(world.quarantined(), text_map(&[("poison", 1)]));
    let kept = world
        .path("state/quarantine")
        .join(claim.as_str())
        .join("item");
    assert_eq!(fs::read(kept).expect("kept"), poison);
    assert_eq!(world.codes(&world.health), ["accepted"]);
}

#[test]
fn what_is_longer_than_the_settings_allow_is_put_away() {
    let world = World::new();
    world.set("[limits]\npackage_bytes = 16000");
    let package = world.warning_list(&world.housing, &world.people(7, 1, "411722"));
    world.put("a.xpkg", &package);
    assert_eq!(world.round().quarantined, 1);
    assert_eq!(world.quarantined(), text_map(&[("too-large", 1)]));
    let claim = names_in(&world.path("state/quarantine")).remove(0);
    let kept = world.path("state/quarantine").join(claim).join("item");
    assert_eq!(fs::read(kept).expect("kept"), package);
}

#[test]
fn leads_wait_for_others_as_long_as_the_settings_say() {
    let world = World::new();
    world.set("dispatch_wait_minutes = 1440");
    let people = world.people(7, 2, "411722");
    world.put("a.xpkg", &world.warning_list(&world.housing, &people[..1]));
    assert_eq!(world.round().dispatches, 0);
    world.put("b.xpkg", &world.warning_list(&world.health, &people));
    world.wait_days(1);
    let summary = world.round();
    assert_eq!((summary.dispatches, summary.dispatched_people), (1, 2));
}

#[test]
fn what_stands_in_the_way_in_an_outbox_is_moved_and_a_link_is_not_followed() {
    let world = World::new();
    let people = world.people(7, 1, "411722");
    let draft = world.list_draft(&world.housing, &people);
    let name = format!("{}.receipt.json", draft.request.package_id);
    fs::create_dir_all(world.path("drop/outbox/housing")).expect("a folder");
    fs::write(world.path("drop/outbox/housing").join(&name), b"forged").expect("a file");
    world.put("a.xpkg", &draft.seal());
    let elsewhere = world.path("elsewhere");
    fs::create_dir(&elsewhere).expect("a folder");
    let link = world.path("drop/outbox/411722");
    std::os::unix::fs::symlink(&elsewhere, &link).expect("a link");
    let summary = world.try_round().expect("a round");
    assert_eq!((summary.accepted, summary.dispatches), (1, 1));
    assert_eq!(world.codes(&world.housing), ["accepted"]);
    let kept = world.path("drop/inbox/.quarantine");
    let claim = names_in(&kept).remove(0);
    assert_eq!(
        fs::read(kept.join(claim).join("item")).expect("kept"),
        b"forged"
    );
    assert_eq!(names_in(&elsewhere), Vec::<String>::new());
    // What could not be shown waits, and appears when it can.
    fs::remove_file(link).expect("removed");
    assert_eq!(world.round().dispatches, 0);
    assert_eq!(world.dispatched(&world.shangcai).len(), 1);
}

#[test]
fn settings_with_an_unknown_key_are_refused() {
    let world = World::new();
    let text = fs::read_to_string(world.path("posthorse.toml")).expect("settings");
    let error = Config::from_toml(&format!("{text}scan_interval = 3\n"), world.root());
    assert_eq!(error.expect_err("an unknown key").code(), "config-syntax");
}

#[test]
fn asked_to_stop_it_ends_what_it_holds_and_leaves_well() {
    let world = World::at(SystemClock.now());
    let people = world.people(7, 20, "411722");
    for number in 0..30 {
        world.put(
            &format!("{number}.xpkg"),
            &world.warning_list(&world.housing, &people),
        );
    }
    let mut child = Command::new(posthorse())
        .args(["daemon", "run", "--config", "posthorse.toml"])
        .current_dir(world.root())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("posthorse starts");
    // Its first receipt shows that it is at work.
    let folder = world.path("drop/outbox/housing");
    while names_in(&folder).is_empty() {
        assert_eq!(child.try_wait().expect("a child"), None, "it works on");
        std::thread::yield_now();
    }
    let asked = Command::new("kill").arg(child.id().to_string()).status();
    assert!(asked.expect("kill").success());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let decided = world.receipts(&world.housing).len();
    let waiting = names_in(&world.path("drop/inbox")).len() - 1;
    assert_eq!(decided + waiting, 30);
    world.assert_sound();
    run_program(&world, &["--once"]);
    world.assert_sound();
    assert_eq!(world.receipts(&world.housing).len(), 30);
}
