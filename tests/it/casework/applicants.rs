//! Loop D: applicants of a county, compared at every department, and told to that county alone.

use std::collections::BTreeMap;

use posthorse_domain::SyntheticPerson;
use posthorse_ledger::{CaseRow, CaseStanding, Ledger as _, Secret, TraceFact, TraceStep};

use super::noon_on;
use crate::bureau_world::{Member, World, csv, open, row};

type Row = BTreeMap<String, String>;

/// What no department may see of an applicant.
const CANARIES: [&str; 2] = ["金丝雀患病", "13800001234"];

fn ask(world: &World, county: &Member, people: &[SyntheticPerson]) -> Vec<u8> {
    let rows: Vec<Vec<String>> = people
        .iter()
        .map(|person| {
            let code = person.county.to_string();
            let cells = [
                ("county_name", code.as_str()),
                ("head_name", person.name.as_str()),
                ("name", person.name.as_str()),
                ("id_no", person.id.as_str()),
                ("phone", CANARIES[1]),
                ("applied_on", "2026-11-20"),
                ("reason", CANARIES[0]),
            ];
            row("applicant-compare", &cells.into_iter().collect())
        })
        .collect();
    let mut draft = world.draft(county, "applicant_compare");
    draft.lists = vec![("applicant-compare".into(), csv("applicant-compare", &rows))];
    draft.seal()
}

/// A department's findings, each with the number of the person.
fn answer(world: &World, department: &Member, findings: &[(&SyntheticPerson, &str)]) -> Vec<u8> {
    let rows: Vec<Vec<String>> = findings
        .iter()
        .map(|(person, finding)| {
            let cells = [
                ("name", person.name.as_str()),
                ("id_no", person.id.as_str()),
                ("source", "别的部门"),
                ("finding", finding),
                ("detail", "名下登记机动车一辆"),
                ("as_of", "2026-11-20"),
            ];
            row("applicant-result", &cells.into_iter().collect())
        })
        .collect();
    let mut draft = world.draft(department, "applicant_result");
    draft.lists = vec![("applicant-result".into(), csv("applicant-result", &rows))];
    draft.seal()
}

fn send(world: &World, name: &str, bytes: &[u8]) {
    world.put(name, bytes);
    let summary = world.round();
    assert_eq!(summary.accepted, 1, "{name}");
}

fn tasks(world: &World, department: &Member) -> Vec<Row> {
    let lists = world.lists_in(department, "applicant_compare", "data/tasks.csv");
    lists.into_iter().flatten().collect()
}

/// Number, source and finding of every row that a county was told, one list a package.
fn told(world: &World, county: &Member) -> Vec<Vec<[String; 3]>> {
    let lists = world.lists_in(county, "applicant_result", "data/results.csv");
    let cells = |row: &Row| ["id_no", "source", "finding"].map(|field| row[field].clone());
    lists
        .iter()
        .map(|rows| rows.iter().map(cells).collect())
        .collect()
}

fn line(person: &SyntheticPerson, source: &str, finding: &str) -> [String; 3] {
    [person.id.as_str().into(), source.into(), finding.into()]
}

/// What is said of silent departments beside the last list that a county was told.
fn note(world: &World, county: &Member) -> Option<String> {
    let package = world.packages(county, "applicant_result").pop()?;
    let files = open(package, county).expect("it opens").into_store();
    let name = "attachments/silent.txt".parse().expect("a name");
    let text = files.into_files().remove(&name)?;
    Some(String::from_utf8(text).expect("UTF-8"))
}

fn cases(world: &World, person: &SyntheticPerson) -> Vec<CaseRow> {
    let procedure = "applicant".parse().expect("a procedure");
    let key = Secret::new(person.id.as_str().as_bytes().to_vec());
    let found = world.ledger().cases_of_key(&procedure, &key);
    found.expect("answers")
}

#[test]
fn req_36_every_department_compares_and_the_county_is_told_once() {
    let world = World::at(noon_on("2026-11-24"));
    let people = world.people(7, 2, "411722");
    world.put("a.xpkg", &ask(&world, &world.shangcai, &people));
    let summary = world.round();
    assert_eq!((summary.accepted, summary.dispatches), (1, 2));
    for department in [&world.housing, &world.health] {
        let rows = tasks(&world, department);
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0]["id_no"], people[0].id.as_str());
        assert_eq!(rows[0]["reply_by"], "2026-11-27");
    }
    let (one, two) = (&people[0], &people[1]);
    let both = [(one, "有相关信息"), (two, "无相关信息")];
    send(&world, "b.xpkg", &answer(&world, &world.housing, &both));
    assert_eq!(
        told(&world, &world.shangcai),
        Vec::<Vec<[String; 3]>>::new()
    );
    world.wait_days(1);
    let first = [(one, "无相关信息"), (two, "需进一步核实")];
    send(&world, "c.xpkg", &answer(&world, &world.health, &first));
    let (housing, health) = ("housing的名称", "health的名称");
    let expected = [
        line(one, health, "无相关信息"),
        line(one, housing, "有相关信息"),
    ];
    assert_eq!(told(&world, &world.shangcai), [expected.to_vec()]);
    let rest = [(two, "无相关信息")];
    send(&world, "d.xpkg", &answer(&world, &world.health, &rest));
    let expected = [
        line(two, health, "无相关信息"),
        line(two, housing, "无相关信息"),
    ];
    assert_eq!(told(&world, &world.shangcai)[1..], [expected.to_vec()]);
    assert_eq!(note(&world, &world.shangcai), None);
    assert_eq!(world.round().fed_back, 0, "nothing is told twice");
    let id = cases(&world, two).remove(0).case_id;
    let way = world.ledger().trace_case(&id).expect("answers");
    let way = way.expect("the case").steps;
    let given = |party: &Member| {
        let to = |step: &&TraceStep| matches!(&step.fact, TraceFact::Dispatched { party: to, .. } if *to == party.id);
        way.iter().filter(to).count()
    };
    assert_eq!([given(&world.housing), given(&world.health)], [1, 1]);
    let asked = world.receipts(&world.shangcai).remove(0);
    for package in world.packages(&world.shangcai, "applicant_result") {
        let answered = package.manifest().in_reply_to;
        assert_eq!(answered, Some(asked.receipt().package.manifest));
    }
}

#[test]
fn req_36_a_department_sees_its_columns_of_an_applicant_and_no_more() {
    let world = World::at(noon_on("2026-11-24"));
    let people = world.people(7, 1, "411722");
    send(&world, "a.xpkg", &ask(&world, &world.shangcai, &people));
    for department in [&world.housing, &world.health] {
        let package = world.packages(department, "applicant_compare").remove(0);
        let files = open(package, department).expect("it opens").into_store();
        for bytes in files.into_files().values() {
            let text = String::from_utf8(bytes.clone()).expect("UTF-8");
            for canary in CANARIES {
                assert!(!text.contains(canary), "{canary}");
            }
        }
        let package = world.packages(department, "applicant_compare").remove(0);
        assert!(open(package, &world.shangcai).is_err());
    }
}

#[test]
fn req_36_silence_lapses_is_told_and_a_late_answer_is_told_too() {
    let world = World::at(noon_on("2026-11-24"));
    let people = world.people(7, 1, "411722");
    let one = &people[0];
    send(&world, "a.xpkg", &ask(&world, &world.shangcai, &people));
    let found = [(one, "有相关信息")];
    send(&world, "b.xpkg", &answer(&world, &world.housing, &found));
    let mut urged = 0;
    for _ in 0..3 {
        world.wait_days(1);
        let summary = world.round();
        urged += summary.urges;
        assert_eq!(summary.lapsed, 0);
    }
    assert_eq!(urged, 1, "on the working day before the last day");
    let urges = world.lists_in(&world.health, "urge", "data/urge.csv");
    assert_eq!(urges[0][0]["matter"], "申请农户比对：部门比对");
    assert!(world.packages(&world.housing, "urge").is_empty());
    assert_eq!(
        told(&world, &world.shangcai),
        Vec::<Vec<[String; 3]>>::new()
    );

    world.wait_days(1);
    let summary = world.round();
    assert_eq!((summary.lapsed, summary.fed_back, summary.urges), (1, 1, 0));
    let housing = line(one, "housing的名称", "有相关信息");
    assert_eq!(told(&world, &world.shangcai), [[housing.clone()]]);
    let said = note(&world, &world.shangcai).expect("a note");
    assert!(
        said.contains(&one.name) && said.contains("health的名称"),
        "{said}"
    );
    assert!(
        !said.contains(one.id.as_str()) && !said.contains("housing"),
        "{said}"
    );

    world.wait_days(5);
    let late = [(one, "需进一步核实")];
    send(&world, "c.xpkg", &answer(&world, &world.health, &late));
    let health = line(one, "health的名称", "需进一步核实");
    assert_eq!(told(&world, &world.shangcai)[1..], [[health, housing]]);
    assert_eq!(note(&world, &world.shangcai), None);
    let case = cases(&world, one).remove(0);
    assert_eq!(case.standing, CaseStanding::Closed);
    assert_eq!(case.ended_at, Some(noon_on("2026-11-28")));
}

#[test]
fn req_36_where_nobody_answers_the_county_is_told_that() {
    let world = World::at(noon_on("2026-11-24"));
    let people = world.people(7, 1, "411722");
    send(&world, "a.xpkg", &ask(&world, &world.shangcai, &people));
    world.clock.set(noon_on("2026-11-30"));
    assert_eq!(world.round().lapsed, 1);
    assert_eq!(told(&world, &world.shangcai), [Vec::<[String; 3]>::new()]);
    let said = note(&world, &world.shangcai).expect("a note");
    assert!(said.contains("health的名称、housing的名称"), "{said}");
}

#[test]
fn req_36_a_county_learns_of_its_own_applicants_only() {
    let world = World::at(noon_on("2026-11-24"));
    let ours = world.people(7, 1, "411722");
    let mut theirs = world.people(8, 1, "411728");
    send(&world, "a.xpkg", &ask(&world, &world.shangcai, &ours));
    // The same person applies in both; another one only there.
    let mut same = ours[0].clone();
    same.county = theirs[0].county;
    theirs.push(same);
    send(&world, "b.xpkg", &ask(&world, &world.suiping, &theirs));
    assert_eq!(cases(&world, &ours[0]).len(), 2);
    for (name, department) in [("c.xpkg", &world.housing), ("d.xpkg", &world.health)] {
        let found = [(&ours[0], "无相关信息"), (&theirs[0], "有相关信息")];
        send(&world, name, &answer(&world, department, &found));
    }
    let people = |county: &Member| -> Vec<String> {
        let rows = told(&world, county).into_iter().flatten();
        rows.map(|[person, ..]| person).collect()
    };
    let (shared, other) = (ours[0].id.as_str(), theirs[0].id.as_str());
    assert_eq!(people(&world.shangcai), [shared, shared]);
    let mut of_suiping = people(&world.suiping);
    of_suiping.sort_by_key(|person| person != other);
    assert_eq!(of_suiping, [other, other, shared, shared]);
    for package in world.packages(&world.suiping, "applicant_result") {
        assert!(open(package, &world.shangcai).is_err());
    }

    // Whoever asks for people of another county would be told of them.
    world.put("e.xpkg", &ask(&world, &world.shangcai, &theirs[..1]));
    assert_eq!(world.round().rejected, 1);
    let back = world.returned(&world.shangcai);
    assert!(
        back.iter().any(|row| row[2].starts_with("E132 ")),
        "{back:?}"
    );
}

#[test]
fn req_36_an_applicant_who_is_sent_again_joins_the_open_case() {
    let world = World::at(noon_on("2026-11-24"));
    let people = world.people(7, 1, "411722");
    send(&world, "a.xpkg", &ask(&world, &world.shangcai, &people));
    send(&world, "b.xpkg", &ask(&world, &world.shangcai, &people));
    assert_eq!(cases(&world, &people[0]).len(), 1);
    assert_eq!(tasks(&world, &world.housing).len(), 1);
    for (name, department) in [("c.xpkg", &world.housing), ("d.xpkg", &world.health)] {
        let found = [(&people[0], "无相关信息")];
        send(&world, name, &answer(&world, department, &found));
    }
    send(&world, "e.xpkg", &ask(&world, &world.shangcai, &people));
    assert_eq!(
        cases(&world, &people[0]).len(),
        2,
        "what is closed is opened anew"
    );
    assert_eq!(tasks(&world, &world.housing).len(), 2);
}

#[test]
fn req_36_an_answer_about_somebody_else_goes_back() {
    let world = World::at(noon_on("2026-11-24"));
    let people = world.people(7, 2, "411722");
    world.change_registry(|document| {
        let party = document.parties.iter_mut();
        let health = party
            .into_iter()
            .find(|party| party.id.as_str() == "health");
        let health = health.expect("a party");
        health
            .may_send
            .retain(|kind| kind.as_str() != "applicant_result");
    });
    send(
        &world,
        "a.xpkg",
        &ask(&world, &world.shangcai, &people[..1]),
    );
    assert!(
        tasks(&world, &world.health).is_empty(),
        "it could not answer"
    );
    let found = [(&people[0], "无相关信息"), (&people[1], "无相关信息")];
    world.put("b.xpkg", &answer(&world, &world.housing, &found));
    assert_eq!(world.round().accepted_in_part, 1);
    let back = world.returned(&world.housing);
    let fault = &back.last().expect("a row")[2];
    assert!(
        fault.starts_with("E133 ") && fault.contains("********"),
        "{fault}"
    );
    assert_eq!(
        cases(&world, &people[0])[0].outcome.as_deref(),
        Some("无相关信息")
    );
}
