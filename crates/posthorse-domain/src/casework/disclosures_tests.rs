use std::collections::BTreeSet;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::checking::list_check::ListCheck;
use crate::schemas::list_schema::Presence;
use crate::schemas::schema_set::SchemaSet;
use crate::synthetic::SyntheticPeople;

static SCHEMAS: LazyLock<SchemaSet> = LazyLock::new(|| SchemaSet::built_in().expect("the schemas"));

fn disclosures() -> Disclosures {
    Disclosures::built_in().expect("the whitelists compiled in")
}

fn department(tag: &str) -> Recipient {
    Recipient::DepartmentOf(tag.parse().expect("a tag"))
}

fn columns<'d>(all: &'d Disclosures, kind: &str, list: &str, to: &Recipient) -> Permitted<'d> {
    let (kind, list) = (kind.parse().expect("a kind"), list.parse().expect("a list"));
    all.columns(&kind, &list, to)
}

fn changed(from: &str, to: &str) -> String {
    let text = std::str::from_utf8(BUILT_IN).expect("UTF-8");
    assert!(text.contains(from), "{from}");
    let error = Disclosures::from_json(text.replacen(from, to, 1).as_bytes());
    error.expect_err("broken").to_string()
}

/// What a department's roster has beyond the one that every department gets.
fn extra(all: &Disclosures, tag: &str) -> Vec<String> {
    let common = columns(all, "roster", "roster", &Recipient::Department);
    let own = columns(all, "roster", "roster", &department(tag));
    let own: Vec<&ColumnName> = own.iter().collect();
    assert!(common.iter().all(|column| own.contains(&column)), "{tag}");
    let more = own
        .into_iter()
        .filter(|column| !common.contains(column.as_str()));
    more.map(ToString::to_string).collect()
}

#[test]
fn req_19_each_department_sees_the_columns_that_its_own_policies_need() {
    let all = disclosures();
    assert_eq!(extra(&all, "education"), ["education", "schooling"]);
    assert_eq!(
        extra(&all, "civil-affairs"),
        ["compliant_self_paid", "income", "labour"]
    );
    assert_eq!(extra(&all, "housing"), ["natural_village", "unsafe_house"]);
    assert_eq!(extra(&all, "water"), ["natural_village", "safe_water"]);
    assert_eq!(extra(&all, "health"), ["health"]);
    assert_eq!(
        extra(&all, "medical-insurance"),
        ["compliant_self_paid", "serious_illness_cover"]
    );
    assert_eq!(
        extra(&all, "human-resources"),
        ["labour", "schooling", "work_months", "work_place"]
    );
    assert_eq!(
        extra(&all, "rural-revitalisation"),
        ["labour", "measures", "schooling"]
    );
    assert_eq!(extra(&all, "disabled-persons"), Vec::<String>::new());
}

#[test]
fn req_27_no_department_sees_a_telephone_a_cause_or_a_risk_on_the_roster() {
    let all = disclosures();
    for (_, list, to, permitted) in all.iter().filter(|(kind, ..)| kind.as_str() == "roster") {
        if *to == Recipient::County {
            assert!(permitted.contains("risk_1") && permitted.contains("phone"));
            continue;
        }
        for column in [
            "phone",
            "household_phone",
            "cause_1",
            "risk_1",
            "risk_5",
            "remark",
        ] {
            assert!(!permitted.contains(column), "{list} {to:?} {column}");
        }
    }
    let health = columns(&all, "roster", "roster", &department("health"));
    assert!(health.contains("health") && !health.contains("income"));
    let education = columns(&all, "roster", "roster", &department("education"));
    assert!(!education.contains("health") && !education.contains("compliant_self_paid"));
}

#[test]
fn req_27_whoever_is_not_named_sees_nothing() {
    let all = disclosures();
    let county_only = columns(
        &all,
        "warning_dispatch",
        "warning-dispatch",
        &department("health"),
    );
    assert!(county_only.is_empty());
    assert_eq!(county_only.project([("name", "张三")]), []);
    assert!(columns(&all, "roster", "other", &Recipient::County).is_empty());
    assert!(columns(&all, "verification_result", "x", &Recipient::County).is_empty());
    let tenth = columns(&all, "roster", "roster", &department("forestry"));
    assert_eq!(
        tenth,
        columns(&all, "roster", "roster", &Recipient::Department)
    );
}

/// A recipient checks what it gets by the list's own schema; fewer columns must not fail there.
#[test]
fn req_19_a_list_of_permitted_columns_passes_its_recipients_check() {
    let today = jiff::civil::date(2026, 11, 24);
    let all = disclosures();
    for (kind, list, to, permitted) in all.iter() {
        let schema = SCHEMAS.find(kind, list.as_str()).expect("a schema");
        let mut people = SyntheticPeople::from_seed(19, today);
        let person = people.next().expect("a person");
        let row = people.row(schema, &person, 1);
        let places = permitted.positions(schema);
        let mut out = csv::Writer::from_writer(Vec::new());
        let titles = places.iter().map(|at| schema.fields()[*at].title());
        out.write_record(titles).expect("a header");
        // An id that only a bureau gives has no example to make one up from.
        let cells = places.iter().map(|at| match row[*at].as_str() {
            "" if schema.fields()[*at].presence() == Presence::Cell => "W202611-411722-000001",
            cell => cell,
        });
        out.write_record(cells).expect("a row");
        let bytes = out.into_inner().expect("a file");
        let check = ListCheck::new(schema, today);
        let report = check.check(std::io::Cursor::new(bytes), &mut |_| Ok(()));
        let report = report.expect("a report");
        assert!(report.is_clean(), "{kind} {to:?}: {:?}", report.problems);
        assert_eq!(report.accepted, 1, "{kind} {to:?}");
    }
}

#[test]
fn req_36_departments_compare_applicants_without_their_reasons() {
    let all = disclosures();
    let seen = columns(
        &all,
        "applicant_compare",
        "applicant-compare",
        &department("housing"),
    );
    let seen: Vec<&str> = seen.iter().map(ColumnName::as_str).collect();
    assert_eq!(
        seen,
        [
            "applied_on",
            "county_name",
            "head_name",
            "id_no",
            "name",
            "reply_by",
            "town_name",
            "village_name"
        ]
    );
}

#[test]
fn what_breaks_a_rule_is_refused_by_its_name() {
    assert!(changed("\"shared\": []", "\"shared\": [], \"x\": 1").contains("unknown field `x`"));
    assert_eq!(
        changed("\"warning_id\",", "\"warning_id\", \"warning_id\","),
        "disclosures: warning_dispatch, list warning-dispatch, needs columns, each once"
    );
    assert_eq!(
        changed(
            "{ \"department_of\": \"water\" }",
            "{ \"department_of\": \"housing\" }"
        ),
        "disclosures: roster, list roster, has two entries for \
         DepartmentOf(DepartmentTag(\"housing\"))"
    );
    let shared = |reason: &str| {
        format!(
            "{{ \"kind\": \"roster\", \"list\": \"roster\", \"column\": \"health\", \
             \"departments\": [\"health\", \"water\"], \"reason\": \"{reason}\" }}"
        )
    };
    assert_eq!(
        changed(
            "\"shared\": []",
            &format!("\"shared\": [{}]", shared("要用"))
        ),
        "disclosures: why health of roster is shared must be one Chinese sentence"
    );
    let twice = format!("\"shared\": [{0}, {0}]", shared("要用。"));
    assert_eq!(
        changed("\"shared\": []", &twice),
        "disclosures: health of roster has two reasons to be shared"
    );
}

proptest! {
    /// A canary in every column that a recipient may not see; none ever comes out.
    #[test]
    fn req_27_canaries_in_forbidden_columns_never_come_out(
        which in any::<prop::sample::Index>(),
        stray in prop::collection::vec("[a-z_]{1,12}", 0..6),
    ) {
        let all = disclosures();
        let entries: Vec<_> = all.iter().collect();
        let (kind, list, to, permitted) = entries[which.index(entries.len())];
        let schema = SCHEMAS.find(kind, list.as_str()).expect("a schema");
        let names = schema.fields().iter().map(|field| field.name());
        let names: Vec<&str> = names.chain(stray.iter().map(String::as_str)).collect();
        let allowed: BTreeSet<&str> = permitted.iter().map(ColumnName::as_str).collect();
        let row = names.iter().map(|name| {
            (*name, if allowed.contains(name) { "plain" } else { "CANARY" })
        });
        let seen = all.columns(kind, list, to).project(row);
        prop_assert!(seen.iter().all(|(name, value)| *value == "plain" && allowed.contains(name)));
        let shown: BTreeSet<&str> = seen.iter().map(|(name, _)| *name).collect();
        prop_assert_eq!(&shown, &allowed);
        let places = permitted.positions(schema);
        let by_place: BTreeSet<&str> = places.iter().map(|at| schema.fields()[*at].name()).collect();
        prop_assert_eq!(by_place, allowed);
    }
}
