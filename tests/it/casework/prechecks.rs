//! Before a payout: a department asks, is answered with the verdict, and names the answer when it
//! has paid.

use std::fs;
use std::path::Path;

use posthorse_domain::SyntheticPerson;
use posthorse_ledger::Ledger as _;
use posthorse_package::Digest;
use tempfile::TempDir;

use super::bureau_roster::put;
use super::noon_on;
use crate::bureau_world::{World, csv, field, names_in, row};
use crate::cli::copy_folder;
use crate::cli_world::{self, must};

/// The request of 住建 about these names and numbers, one row each.
fn ask(world: &World, asked: &[(&str, &str)]) -> Digest {
    let rows: Vec<Vec<String>> = asked
        .iter()
        .map(|(name, id)| {
            let cells = [
                ("name", *name),
                ("id_no", *id),
                ("policy", "危房改造"),
                ("batch_no", "第1批"),
            ];
            row("precheck-request", &cells.into_iter().collect())
        })
        .collect();
    let mut draft = world.draft(&world.housing, "precheck_request");
    draft.lists = vec![("precheck-request".into(), csv("precheck-request", &rows))];
    let package = draft.seal();
    let manifest = world.verify(package.clone()).manifest_digest();
    world.put("precheck.xpkg", &package);
    world.round();
    manifest
}

/// What the last answer says: name, word and the roster's day of each row.
fn told(world: &World) -> Vec<(String, String, String)> {
    let lists = world.lists_in(
        &world.housing,
        "precheck_result",
        "data/precheck-result.csv",
    );
    let rows = lists.into_iter().next_back().expect("an answer");
    rows.into_iter()
        .map(|row| {
            (
                row["name"].clone(),
                row["status"].clone(),
                row["as_of"].clone(),
            )
        })
        .collect()
}

fn pay(world: &World, people: &[SyntheticPerson], precheck: Option<Digest>) -> Digest {
    let mut rows = world.rows_of("payout-general", people);
    for row in &mut rows {
        row[field("payout-general", "policy")] = "危房改造".into();
    }
    let mut draft = world.draft(&world.housing, "payout_list");
    draft.request.in_reply_to = precheck;
    draft.lists = vec![("payout-general".into(), csv("payout-general", &rows))];
    let package = draft.seal();
    let manifest = world.verify(package.clone()).manifest_digest();
    world.put("payout.xpkg", &package);
    assert_eq!(
        world.round().accepted,
        1,
        "{:?}",
        world.returned(&world.housing)
    );
    manifest
}

#[test]
fn req_18_a_request_is_answered_in_its_own_order_with_the_verdict() {
    let world = World::at(noon_on("2026-11-05"));
    let people = world.people(7, 5, "411722");
    let cleared = [
        ("risk_cleared", "是"),
        ("risk_cleared_on", "2026-01"),
        ("clear_mode", "帮扶消除"),
    ];
    let roster = [
        (&people[0], &[][..]),
        (&people[1], &cleared[..]),
        (&people[2], &[("health", "已死亡")][..]),
        (&people[3], &[][..]),
    ];
    put(&world, "20261101.csv", &roster);
    let of = |at: usize| (people[at].name.as_str(), people[at].id.as_str());
    let request = ask(&world, &[of(4), of(2), ("王不同", of(3).1), of(0), of(1)]);
    assert_eq!(world.codes(&world.housing), ["accepted"]);
    let expected = [
        (4, "不在册"),
        (2, "疑似死亡"),
        (3, "姓名不符"),
        (0, "在册"),
        (1, "已消除"),
    ];
    let expected = expected.map(|(at, word)| {
        let name = if at == 3 { "王不同" } else { of(at).0 };
        (name.to_owned(), word.to_owned(), "2026-11-01".to_owned())
    });
    assert_eq!(told(&world), expected);
    let answers = world.packages(&world.housing, "precheck_result");
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0].manifest().in_reply_to, Some(request));
    assert!(world.packages(&world.health, "precheck_result").is_empty());
}

#[test]
fn req_18_without_a_roster_nobody_is_called_unknown() {
    let world = World::at(noon_on("2026-11-05"));
    let people = world.people(7, 1, "411722");
    let of = (people[0].name.as_str(), people[0].id.as_str());
    ask(&world, &[of]);
    assert_eq!(world.codes(&world.housing), ["roster-missing"]);
    assert!(world.packages(&world.housing, "precheck_result").is_empty());
    put(&world, "20261101.csv", &[(&people[0], &[])]);
    ask(&world, &[of]);
    assert_eq!(world.codes(&world.housing), ["roster-missing", "accepted"]);
    assert_eq!(told(&world)[0].1, "在册");
}

#[test]
fn req_18_a_roster_that_was_taken_away_gives_no_place_to_an_older_one() {
    let world = World::at(noon_on("2026-11-05"));
    let people = world.people(7, 1, "411722");
    put(&world, "20261001.csv", &[(&people[0], &[("remark", "旧")])]);
    world.round();
    put(&world, "20261101.csv", &[(&people[0], &[])]);
    world.round();
    let of = (people[0].name.as_str(), people[0].id.as_str());
    ask(&world, &[of]);
    assert_eq!(told(&world)[0].2, "2026-11-01");
    let path = world.path("state/rosters/20261101.csv");
    let bytes = fs::read(&path).expect("the roster");
    fs::remove_file(&path).expect("removed");
    ask(&world, &[of]);
    assert_eq!(world.codes(&world.housing), ["accepted", "roster-missing"]);
    fs::write(world.path("state/rosters/again.csv"), bytes).expect("a roster");
    ask(&world, &[of]);
    assert_eq!(
        told(&world)[0].2,
        "2026-11-01",
        "known by its bytes, whatever its name"
    );
}

#[test]
fn req_18_a_bad_row_goes_back_and_the_rest_is_answered() {
    let world = World::at(noon_on("2026-11-05"));
    let people = world.people(7, 1, "411722");
    put(&world, "20261101.csv", &[(&people[0], &[])]);
    ask(
        &world,
        &[
            ("张三", "4117221970"),
            (&people[0].name, people[0].id.as_str()),
        ],
    );
    assert_eq!(world.codes(&world.housing), ["rows-returned"]);
    assert_eq!(world.returned(&world.housing).len(), 2);
    let said = told(&world);
    assert_eq!((said.len(), said[0].1.as_str()), (1, "在册"));
    let receipts = world.receipts(&world.housing);
    let returned = world.packages(&world.housing, "return_sheet")[0].manifest_digest();
    assert_eq!(
        receipts[0].receipt().returned,
        Some(returned),
        "not the answer"
    );
}

#[test]
fn req_18_a_county_that_says_somebody_died_is_believed_until_it_says_otherwise() {
    let world = World::at(noon_on("2026-11-05"));
    let people = world.people(7, 1, "411722");
    put(&world, "20261101.csv", &[(&people[0], &[])]);
    let of = (people[0].name.as_str(), people[0].id.as_str());
    for (on, reason, word) in [
        ("2026-11-06", "05 已死亡", "疑似死亡"),
        ("2026-12-06", "01 收入稳定可自行化解", "在册"),
    ] {
        world.clock.set(noon_on(on));
        let mut draft = world.list_draft(&world.housing, &people);
        draft.request.period = on[..7].parse().ok();
        world.put("a.xpkg", &draft.seal());
        assert_eq!(world.round().dispatched_people, 1);
        let warning = world.dispatched(&world.shangcai).pop().expect("a row");
        let cells = [
            ("outcome", "不纳入"),
            ("reject_reason", reason),
            ("explanation", "入户走访，经村委会证明情况属实"),
        ];
        let answer = world.answer(&world.shangcai, &[(&warning["warning_id"], &cells)]);
        world.put("b.xpkg", &answer);
        assert_eq!(
            world.round().accepted,
            1,
            "{:?}",
            world.returned(&world.shangcai)
        );
        ask(&world, &[of]);
        assert_eq!(told(&world)[0].1, word, "{reason}");
    }
}

#[test]
fn req_18_a_payout_is_held_against_the_precheck_that_it_names() {
    let world = World::at(noon_on("2026-11-05"));
    let people = world.people(7, 3, "411722");
    put(&world, "20261101.csv", &[(&people[0], &[])]);
    let of = |at: usize| (people[at].name.as_str(), people[at].id.as_str());
    ask(&world, &[of(0), of(1)]);
    let answer = world.packages(&world.housing, "precheck_result")[0].manifest_digest();

    let unnamed = pay(&world, &people, None);
    let named = pay(&world, &people, Some(answer));
    let words = |sent: &Digest| -> Vec<(bool, Option<String>)> {
        let rows = world.ledger().report_rows(sent).expect("answers");
        rows.into_iter()
            .map(|row| (row.precheck.is_some(), row.prechecked))
            .collect()
    };
    assert_eq!(words(&unnamed), vec![(false, None); 3]);
    let word = |word: &str| (true, Some(word.to_owned()));
    assert_eq!(words(&named), [word("在册"), word("不在册"), (true, None)]);

    let month = posthorse_domain::Month::new(&"2026-11".parse().expect("a month"));
    let question = posthorse_ledger::BoardQuestion {
        month: &month.expect("a month"),
        as_of: world.now(),
        procedure: &"warning".parse().expect("a procedure"),
        staying: &[],
    };
    let paid = world
        .ledger()
        .board_facts(&question)
        .expect("answers")
        .payouts;
    assert_eq!(paid.len(), 1);
    let counts = (
        paid[0].rows,
        paid[0].without_precheck,
        paid[0].not_asked,
        paid[0].not_on_roster,
    );
    assert_eq!(counts, (6, 3, 1, 1));
}

const ROSTER: &str = "\
县（区）,乡（镇）,行政村,户编号,人编号,姓名,证件号码,人数,与户主关系,户类型,监测对象类别,风险是否消除,风险识别时间
上蔡县,蔡都街道,东关村,411722000001,41172200000101,张一,41282519700101000X,1,户主,一般农户,边缘易致贫户,否,2023-04
";
const REQUEST: &str = "\
姓名,证件号码,政策,发放批次
张一,41282519700101000X,雨露计划,第1批
张二,412825197001010018,雨露计划,第1批
";
const PAYOUT: &str = "\
县（区）,乡（镇）,行政村,姓名,证件号码,学校,专业,学制,入学年份,学期,发放批次,应发金额,实发金额,开户行,账号,账户户名
上蔡县,蔡都街道,东关村,张一,41282519700101000X,市职业学校,护理,三年,2025,2026年秋季,第1批,1500,1500,农商行,6217980000000000008,张一
";

/// The package of a kind in the outbox of 住建.
fn in_outbox(folder: &Path, kind: &str) -> String {
    let outbox = folder.join("exchange/drop/outbox/housing");
    let packages = names_in(&outbox)
        .into_iter()
        .filter(|name| name.ends_with(".xpkg"));
    let paths = packages.map(|name| format!("exchange/drop/outbox/housing/{name}"));
    let mut found =
        paths.filter(|path| must(folder, &format!("--json inspect {path}")).contains(kind));
    found.next().expect("a package of the kind")
}

#[test]
fn req_18_a_clerk_asks_opens_the_answer_and_names_it_from_the_command_line() {
    let world = TempDir::new().expect("a folder");
    let folder = world.path();
    copy_folder(cli_world::folder(), folder);
    fs::create_dir_all(folder.join("exchange/state/rosters")).expect("a folder");
    for (name, text) in [
        ("exchange/state/rosters/20261101.csv", ROSTER),
        ("request.csv", REQUEST),
        ("payout.csv", PAYOUT),
    ] {
        fs::write(folder.join(name), text).expect("a file");
    }
    let inbox = "exchange/drop/inbox";
    let daemon = "daemon run --config exchange/posthorse.toml --once";
    must(
        folder,
        &format!(
            "seal --home housing --kind 兑付前比对申请 --to bureau request.csv -o {inbox}/request.xpkg"
        ),
    );
    must(folder, daemon);
    let answer = in_outbox(folder, "precheck_result");
    let opened = must(folder, &format!("open --home housing {answer} -o answer"));
    assert!(
        opened.contains(&format!("--in-reply-to {answer}")),
        "{opened}"
    );
    let list = fs::read_to_string(folder.join("answer/data/precheck-result.csv"));
    let list = list.expect("the answer");
    assert!(
        list.contains(",在册,2026-11-01") && list.contains(",不在册,2026-11-01"),
        "{list}"
    );
    let kind = "--kind payout_list --list payout-yulu-plan --to bureau";
    let package = format!("{inbox}/payout.xpkg");
    must(
        folder,
        &format!("seal --home housing {kind} --in-reply-to {answer} payout.csv -o {package}"),
    );
    must(
        folder,
        &format!("countersign --home housing-second {package}"),
    );
    must(folder, daemon);
    let board = must(folder, "--json board --config exchange/posthorse.toml");
    assert!(!board.contains("paid-without-precheck"), "{board}");
    let report = must(
        folder,
        "--json report --month 2026-11 --config exchange/posthorse.toml",
    );
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    let covered = serde_json::json!([{
        "policy": "代缴医保", "county": "411722", "eligible": 1, "paid": 0, "share_basis_points": 0
    }]);
    assert_eq!(
        report["coverage"], covered,
        "the roster cannot answer for the others"
    );
}
