use std::collections::BTreeSet;

use posthorse_ledger::{CaseStanding, Ledger as _};

use super::{
    Row, correct, last_code, last_problem, list_sent, reached, rows_sent, sent, standing, told,
    warning_of, withdraw,
};
use crate::bureau_world::{World, field};
use crate::casework::noon_on;

const ENROLLED: &[(&str, &str)] = &[("outcome", "已在册")];

#[test]
fn req_27_the_county_reads_a_correction_only_of_what_it_may_see() {
    let world = World::at(noon_on("2026-11-24"));
    let people = world.people(7, 1, "411722");
    let (id, phone) = (people[0].id.as_str(), people[0].phone.as_str());
    let rows = world.rows_of("housing-safety", &people);
    let [structure, remark, measure] =
        ["structure", "remark", "measure"].map(|name| &rows[0][field("housing-safety", name)]);
    let list = list_sent(&world, &world.housing, &people).to_string();
    correct(
        &world,
        &world.housing,
        &[
            [&list, id, "联系电话", phone, "13800001234"],
            [&list, id, "房屋结构", structure, "金丝雀结构"],
            [&list, id, "备注", remark, "金丝雀备注"],
        ],
    );
    assert_eq!(last_code(&world, &world.housing), "accepted");
    let warning = warning_of(&world, &world.shangcai, &people[0]);
    let dispatch = world
        .packages(&world.shangcai, "warning_dispatch")
        .remove(0);
    let expected: Row = [
        ("package_id", dispatch.manifest().package_id.to_string()),
        ("row_key", warning.clone()),
        ("column_title", "联系电话".into()),
        ("old_value", phone.into()),
        ("new_value", "13800001234".into()),
        ("reason", "报送单位已更正".into()),
    ]
    .into_iter()
    .map(|(name, text)| (name.to_owned(), text))
    .collect();
    assert_eq!(told(&world, &world.shangcai, "correction"), [expected]);
    assert!(!reached(&world, &world.shangcai, "金丝雀"));
    assert_eq!(world.round().dispatched_people, 0, "it is not given again");

    // A part of the summary is told under its own name.
    let row = [list.as_str(), id, "已采取措施", measure, "已安置到亲属家"];
    correct(&world, &world.housing, &[row]);
    let rows = told(&world, &world.shangcai, "correction");
    assert_eq!(rows[1]["column_title"], "已采取措施");

    // More is said of the person: the county reads what was corrected beside it.
    list_sent(&world, &world.health, &people);
    let rows = world.dispatched(&world.shangcai);
    assert_eq!(rows.last().expect("a row")["warning_id"], warning);
    let summary = &rows.last().expect("a row")["summary"];
    assert!(summary.contains("已安置到亲属家"), "{summary}");
}

#[test]
fn what_waits_or_has_ended_is_corrected_and_nobody_is_told() {
    let world = World::at(noon_on("2026-11-24"));
    world.set("dispatch_wait_minutes = 60");
    let people = world.people(7, 1, "411722");
    let (id, phone) = (people[0].id.as_str(), people[0].phone.as_str());
    let list = list_sent(&world, &world.housing, &people).to_string();
    let change = |old: &str, new: &str| {
        correct(&world, &world.housing, &[[&list, id, "phone", old, new]]);
        assert_eq!(last_code(&world, &world.housing), "accepted");
    };
    change(phone, "13800001234");
    world.wait_days(1);
    world.round();
    assert_eq!(world.dispatched(&world.shangcai)[0]["phone"], "13800001234");
    let warning = warning_of(&world, &world.shangcai, &people[0]);
    world.put(
        "a.xpkg",
        &world.answer(&world.shangcai, &[(&warning, ENROLLED)]),
    );
    world.round();
    change("13800001234", "13800001235");
    assert_eq!(standing(&world, &warning), CaseStanding::Closed);
    assert_eq!(told(&world, &world.shangcai, "correction"), []);
    world.wait_days(2);
    assert_eq!(world.round().dispatched_people, 0, "nothing opens anew");
}

#[test]
fn req_27_a_person_whose_county_is_corrected_goes_there_and_leaves_the_other() {
    let world = World::at(noon_on("2026-11-24"));
    let people = world.people(7, 2, "411722");
    let list = list_sent(&world, &world.housing, &people).to_string();
    let before = warning_of(&world, &world.shangcai, &people[0]);
    let id = people[0].id.as_str();
    correct(
        &world,
        &world.housing,
        &[
            [&list, id, "县（区）", "上蔡县", "遂平县"],
            [&list, id, "备注", "", "已核对户籍"],
        ],
    );
    assert_eq!(last_code(&world, &world.housing), "accepted");
    assert_eq!(standing(&world, &before), CaseStanding::Withdrawn);
    let rows = told(&world, &world.shangcai, "withdrawal");
    assert_eq!(rows[0]["row_key"], before);
    assert!(!reached(&world, &world.shangcai, "遂平县"));
    let rows = world.dispatched(&world.suiping);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["id_no"], id);
    assert!(rows[0]["warning_id"].starts_with("W202611-411728-"));

    // It is found again under the package that it came in.
    withdraw(&world, &world.housing, &[(&list, id)]);
    let there = warning_of(&world, &world.suiping, &people[0]);
    assert_eq!(standing(&world, &there), CaseStanding::Withdrawn);
    let other = warning_of(&world, &world.shangcai, &people[1]);
    assert_eq!(standing(&world, &other), CaseStanding::Assigned);
}

#[test]
fn a_correction_that_cannot_be_taken_says_why_and_tells_nothing_that_is_known() {
    let world = World::at(noon_on("2026-11-24"));
    let people = world.people(7, 1, "411722");
    let (id, phone) = (people[0].id.as_str(), people[0].phone.as_str());
    let list = list_sent(&world, &world.housing, &people).to_string();
    let other = "411722199001011234";
    for (column, old, new, code) in [
        ("联系电话", "13900000000", "13800001234", "E142 "),
        ("联系电话", phone, "12", "E145 "),
        ("房屋安全等级", "C级", "很好", "E14"),
        ("县（区）", "上蔡县", "天边县", "E145 "),
        ("证件号码", id, other, "E144 "),
        ("血型", "", "A", "E143 "),
    ] {
        correct(&world, &world.housing, &[[&list, id, column, old, new]]);
        assert_eq!(last_code(&world, &world.housing), "no-acceptable-row");
        let said = last_problem(&world, &world.housing);
        assert!(said.starts_with(code), "{column}: {said}");
        let known = said.contains(phone) || said.contains(id);
        assert!(!known, "{column}: {said}");
    }
    assert!(last_problem(&world, &world.housing).contains("血型"));
    assert_eq!(told(&world, &world.shangcai, "correction"), []);
}

#[test]
fn req_25_a_corrected_answer_is_an_answer_that_comes_again() {
    let world = World::at(noon_on("2026-11-24"));
    let people = world.people(7, 2, "411722");
    list_sent(&world, &world.housing, &people);
    let [open, closed] = [0, 1].map(|at| warning_of(&world, &world.shangcai, &people[at]));
    let answers = [(open.as_str(), &[][..]), (&closed, ENROLLED)];
    let package = sent(&world, &world.answer_draft(&world.shangcai, &answers)).to_string();
    let outcome = |case: &str| {
        let case = world.ledger().case(case).expect("answers").expect("a case");
        case.outcome
    };
    let change = |case: &str, old: &str, new: &str| {
        let row = [package.as_str(), case, "核实结果", old, new];
        correct(&world, &world.shangcai, &[row]);
        last_code(&world, &world.shangcai)
    };
    assert_eq!(change(&closed, "已在册", "继续核实"), "no-acceptable-row");
    assert!(last_problem(&world, &world.shangcai).starts_with("E147 "));
    assert_eq!(change(&closed, "已在册", "纳入"), "no-acceptable-row");
    let said = last_problem(&world, &world.shangcai);
    assert!(said.starts_with("E145 ") && said.contains("E113"), "{said}");
    assert_eq!(change(&open, "继续核实", "已在册"), "accepted");
    assert_eq!(outcome(&open).as_deref(), Some("已在册"));
    assert_eq!(standing(&world, &open), CaseStanding::Closed);

    // Reason and explanation first, then the outcome that asks for them.
    let told_before = world.packages(&world.housing, "warning_feedback").len();
    let row = |column, old, new| [package.as_str(), closed.as_str(), column, old, new];
    correct(
        &world,
        &world.shangcai,
        &[
            row("不纳入原因", "", "已死亡"),
            row("情况说明", "", "入户核实，本人已于去年去世。"),
            row("核实结果", "已在册", "不纳入"),
        ],
    );
    assert_eq!(
        last_code(&world, &world.shangcai),
        "accepted",
        "{:?}",
        world.returned(&world.shangcai)
    );
    assert_eq!(outcome(&closed).as_deref(), Some("不纳入"));
    let feedback = world.packages(&world.housing, "warning_feedback");
    assert_eq!(feedback.len(), told_before + 1, "the source is told again");
}

#[test]
fn req_21_a_corrected_row_of_a_report_stands_in_the_place_of_the_other() {
    let world = World::at(noon_on("2026-11-26"));
    let people = world.people(7, 2, "411722");
    let rows = world.rows_of("unpaid", &people);
    let reason = &rows[0][field("unpaid", "unpaid_reason")];
    let package = rows_sent(&world, &world.housing, "unpaid_list", "unpaid", &rows);
    let schemas = posthorse_domain::SchemaSet::built_in().expect("the built-in schemas");
    let kind = "unpaid_list".parse().expect("a kind");
    let schema = schemas.find(&kind, "unpaid").expect("the list");
    let permitted = schema.fields()[field("unpaid", "unpaid_reason")].values();
    let other = permitted.iter().find(|one| *one != reason);
    let other = other.expect("another reason");
    let (text, id) = (package.to_string(), people[0].id.as_str());
    world.wait_days(10);
    correct(
        &world,
        &world.housing,
        &[[&text, id, "未兑付原因", reason, other]],
    );
    assert_eq!(last_code(&world, &world.housing), "accepted");
    let own = world.ledger().own_package(&world.housing.id, package);
    let manifest = own.expect("answers").expect("the package").manifest;
    let counted = world.ledger().report_rows(&manifest).expect("answers");
    let words: BTreeSet<_> = counted.iter().filter_map(|row| row.word.clone()).collect();
    assert_eq!(counted.len(), 2);
    let second = &rows[1][field("unpaid", "unpaid_reason")];
    assert_eq!(words, BTreeSet::from([other.clone(), second.clone()]));
}
