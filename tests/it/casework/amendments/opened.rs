use posthorse_domain::SyntheticPerson;
use posthorse_ledger::{CaseRow, CaseStanding, Ledger as _, Secret};
use posthorse_package::PackageId;

use super::{correct, last_code, last_problem, rows_sent, sent, told, withdraw};
use crate::bureau_world::{Member, World, csv, row};
use crate::casework::noon_on;

fn applicant_rows(people: &[SyntheticPerson]) -> Vec<Vec<String>> {
    let cells = |person: &SyntheticPerson| {
        let code = person.county.to_string();
        let cells = [
            ("county_name", code.as_str()),
            ("head_name", person.name.as_str()),
            ("name", person.name.as_str()),
            ("id_no", person.id.as_str()),
            ("applied_on", "2026-11-20"),
            ("reason", "家中变故"),
        ];
        row("applicant-compare", &cells.into_iter().collect())
    };
    people.iter().map(cells).collect()
}

fn ask(world: &World, people: &[SyntheticPerson]) -> PackageId {
    let rows = applicant_rows(people);
    let (kind, list) = ("applicant_compare", "applicant-compare");
    let package = rows_sent(world, &world.shangcai, kind, list, &rows);
    assert_eq!(last_code(world, &world.shangcai), "accepted");
    package
}

fn find(world: &World, department: &Member, person: &SyntheticPerson, finding: &str) -> PackageId {
    let cells = [
        ("name", person.name.as_str()),
        ("id_no", person.id.as_str()),
        ("source", "本部门"),
        ("finding", finding),
        ("detail", "名下登记机动车一辆"),
        ("as_of", "2026-11-20"),
    ];
    let rows = [row("applicant-result", &cells.into_iter().collect())];
    let (kind, list) = ("applicant_result", "applicant-result");
    let package = rows_sent(world, department, kind, list, &rows);
    assert_eq!(last_code(world, department), "accepted");
    package
}

fn cases(world: &World, procedure: &str, key: &str) -> Vec<CaseRow> {
    let procedure = procedure.parse().expect("a procedure");
    let key = Secret::new(key.as_bytes().to_vec());
    let found = world.ledger().cases_of_key(&procedure, &key);
    found.expect("answers")
}

fn case_of(world: &World, person: &SyntheticPerson) -> CaseRow {
    let found = cases(world, "applicant", person.id.as_str());
    found.into_iter().next_back().expect("a case")
}

#[test]
fn req_36_an_applicant_is_withdrawn_when_no_package_asks_for_them_any_more() {
    let world = World::at(noon_on("2026-11-24"));
    let people = world.people(7, 2, "411722");
    let first = ask(&world, &people).to_string();
    let again = ask(&world, &people[..1]).to_string();
    assert_eq!(cases(&world, "applicant", people[0].id.as_str()).len(), 1);
    withdraw(&world, &world.shangcai, &[(&first, "")]);
    assert_eq!(last_code(&world, &world.shangcai), "accepted");
    assert_eq!(case_of(&world, &people[0]).standing, CaseStanding::Assigned);
    assert_eq!(
        case_of(&world, &people[1]).standing,
        CaseStanding::Withdrawn
    );
    let number = people[0].id.as_str();
    withdraw(&world, &world.shangcai, &[(&again, number)]);
    assert_eq!(
        case_of(&world, &people[0]).standing,
        CaseStanding::Withdrawn
    );
    for department in [&world.housing, &world.health] {
        let keys: Vec<String> = told(&world, department, "withdrawal")
            .iter()
            .map(|row| row["row_key"].clone())
            .collect();
        assert_eq!(keys, [people[1].id.as_str(), number]);
    }
    world.wait_days(30);
    world.round();
    let results = world.packages(&world.shangcai, "applicant_result");
    assert!(results.is_empty(), "nothing lapses, nothing is told");
}

#[test]
fn req_36_a_finding_is_taken_back_or_corrected_while_others_are_waited_for() {
    let world = World::at(noon_on("2026-11-24"));
    let people = world.people(7, 1, "411722");
    ask(&world, &people);
    let id = people[0].id.as_str();
    let said = |department: &Member| {
        let case = case_of(&world, &people[0]);
        let mut tasks = case.tasks.into_iter();
        let task = tasks.find(|task| task.party == department.id);
        task.expect("a task").outcome
    };
    let package = find(&world, &world.housing, &people[0], "有相关信息").to_string();
    correct(
        &world,
        &world.housing,
        &[[&package, id, "比对结果", "有相关信息", "无相关信息"]],
    );
    assert_eq!(
        last_code(&world, &world.housing),
        "accepted",
        "{:?}",
        world.returned(&world.housing)
    );
    assert_eq!(said(&world.housing).as_deref(), Some("无相关信息"));
    withdraw(&world, &world.housing, &[(&package, id)]);
    assert_eq!(said(&world.housing), None);
    find(&world, &world.health, &people[0], "无相关信息");
    assert_eq!(case_of(&world, &people[0]).standing, CaseStanding::Assigned);
    let package = find(&world, &world.housing, &people[0], "有相关信息").to_string();
    assert_eq!(case_of(&world, &people[0]).standing, CaseStanding::Closed);
    withdraw(&world, &world.housing, &[(&package, id)]);
    assert!(last_problem(&world, &world.housing).starts_with("E146 "));
}

#[test]
fn req_36_a_replaced_request_asks_anew_only_for_whom_it_names_newly() {
    let world = World::at(noon_on("2026-11-24"));
    let people = world.people(7, 4, "411722");
    ask(&world, &people[..3]);
    let old = world.shangcai.place().1;
    for department in [&world.housing, &world.health] {
        find(&world, department, &people[0], "无相关信息");
    }
    assert_eq!(case_of(&world, &people[0]).standing, CaseStanding::Closed);
    let mut draft = world.draft(&world.shangcai, "applicant_compare");
    draft.request.supersedes = old;
    let kept = [people[0].clone(), people[1].clone(), people[3].clone()];
    let list = csv("applicant-compare", &applicant_rows(&kept));
    draft.lists = vec![("applicant-compare".into(), list)];
    sent(&world, &draft);
    assert_eq!(last_code(&world, &world.shangcai), "accepted");
    let expected = [
        CaseStanding::Closed,
        CaseStanding::Assigned,
        CaseStanding::Withdrawn,
        CaseStanding::Assigned,
    ];
    for (person, expected) in people.iter().zip(expected) {
        let found = cases(&world, "applicant", person.id.as_str());
        let standings: Vec<_> = found.iter().map(|case| case.standing).collect();
        assert_eq!(standings, [expected]);
    }
}

#[test]
fn req_22_an_anomaly_is_withdrawn_under_the_number_that_the_county_knows() {
    let world = World::at(noon_on("2026-11-24"));
    let rows: Vec<Vec<String>> = ["甲-1", "甲-2"]
        .map(|number| {
            let cells = [
                ("anomaly_id", number),
                ("county_name", "411722"),
                ("list_name", "脱贫人口/监测对象名单"),
                ("subject", "出现在两户。"),
                ("found_on", "2026-11-20"),
            ];
            row("anomaly-report", &cells.into_iter().collect())
        })
        .into();
    let mut draft = world.draft(&world.housing, "anomaly_report");
    draft.request.recipients.push(world.shangcai.recipient());
    draft.lists = vec![("anomaly-report".into(), csv("anomaly-report", &rows))];
    let package = sent(&world, &draft).to_string();
    assert_eq!(last_code(&world, &world.housing), "accepted");
    withdraw(&world, &world.housing, &[(&package, "甲-1")]);
    assert_eq!(last_code(&world, &world.housing), "accepted");
    let standing = |number| cases(&world, "anomaly", number)[0].standing;
    assert_eq!(standing("甲-1"), CaseStanding::Withdrawn);
    assert_eq!(standing("甲-2"), CaseStanding::Assigned);
    let rows = told(&world, &world.shangcai, "withdrawal");
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["row_key"], "甲-1");
    assert_eq!(rows[0]["package_id"], package);

    // Nobody else can take the other one back, nor correct it.
    withdraw(&world, &world.health, &[(&package, "甲-2")]);
    assert!(last_problem(&world, &world.health).starts_with("E140 "));
    let row = [
        package.as_str(),
        "甲-2",
        "异常说明",
        "出现在两户。",
        "已注销",
    ];
    correct(&world, &world.housing, &[row]);
    assert!(last_problem(&world, &world.housing).starts_with("E144 "));
}
