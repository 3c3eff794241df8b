use super::*;

fn set() -> ProcedureSet {
    ProcedureSet::built_in().expect("the procedures compiled in")
}

fn changed(from: &str, to: &str) -> String {
    let text = std::str::from_utf8(BUILT_IN).expect("UTF-8");
    assert!(text.contains(from), "{from}");
    let changed = text.replacen(from, to, 1);
    let error = ProcedureSet::from_json(changed.as_bytes());
    error.expect_err("broken").to_string()
}

/// Every outcome of a stage, with what it does, in one line.
fn outcomes(procedure: &str, stage: &str) -> Vec<String> {
    let (set, id) = (set(), procedure.parse().expect("a procedure"));
    let procedure = set.get(&id).expect("a procedure");
    let stage = stage.parse().expect("a stage");
    let stage = procedure.stage(&stage).expect("a stage");
    let line = |(outcome, then): (&str, &Transition)| match then {
        Transition::Closes => format!("{outcome} closes"),
        Transition::StaysOpen => format!("{outcome} stays"),
        Transition::Advances(to) => format!("{outcome} to {to}"),
    };
    stage.outcomes().map(line).collect()
}

#[test]
fn req_08_a_verification_has_four_outcomes_and_one_of_them_waits() {
    let four = [
        "不纳入 closes",
        "已在册 closes",
        "纳入 closes",
        "继续核实 stays",
    ];
    assert_eq!(outcomes("warning", "verify"), four);
    assert_eq!(outcomes("recheck", "recheck"), four);
}

#[test]
fn req_16_only_confirmed_gaps_go_on_to_the_department() {
    assert_eq!(
        outcomes("measure-gap", "check"),
        ["不属实 closes", "属实 to order", "已落实 closes"]
    );
    assert_eq!(
        outcomes("measure-gap", "order"),
        ["不符合条件 closes", "已落实 closes", "正在落实 stays"]
    );
}

#[test]
fn req_25_every_loop_of_the_notice_is_there() {
    let set = set();
    let lines: Vec<String> = set
        .iter()
        .map(|procedure| {
            let stages = procedure.stages().map(|stage| {
                let (task, answer) = (stage.task(), stage.answer());
                format!("{} {:?} {task} {answer}", stage.id(), stage.assignee())
            });
            format!(
                "{}: {}",
                procedure.id(),
                stages.collect::<Vec<_>>().join("; ")
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            "anomaly: verify County anomaly_report anomaly_result",
            "applicant: compare EveryDepartment applicant_compare applicant_result",
            "measure-gap: check County measure_gap_list measure_gap_result; \
             order Department measure_gap_order supervision_result",
            "precheck: compare Bureau precheck_request precheck_result",
            "recheck: recheck County recheck_task recheck_result",
            "warning: verify County warning_dispatch verification_result",
        ]
    );
    assert_eq!(set.escalation().after_overdue_days(), 3);
    let warning = set
        .get(&"warning".parse().expect("an id"))
        .expect("warning");
    let feedback = warning.feedback().expect("feedback");
    assert_eq!(feedback.kind().as_str(), "warning_feedback");
    assert_eq!(feedback.to(), FeedbackTo::Sources);
}

#[test]
fn what_is_unknown_is_an_error_and_no_guess() {
    let set = set();
    let warning = set
        .get(&"warning".parse().expect("an id"))
        .expect("warning");
    let (verify, order) = (
        "verify".parse().expect("a stage"),
        "order".parse().expect("a stage"),
    );
    assert_eq!(warning.transition(&verify, "纳入"), Ok(&Transition::Closes));
    let error = warning.transition(&verify, "拟纳入").expect_err("unknown");
    assert_eq!(error.to_string(), "stage verify has no outcome 拟纳入");
    let error = warning.transition(&order, "纳入").expect_err("unknown");
    assert_eq!(error.to_string(), "procedure warning has no stage order");
}

#[test]
fn req_25_a_stage_without_a_way_to_the_end_is_refused() {
    assert_eq!(
        changed(
            r#"{ "outcome": "属实", "then": { "advances": "order" } }"#,
            r#"{ "outcome": "属实", "then": "closes" }"#
        ),
        "procedures: measure-gap, stage order: no case ever reaches it"
    );
    let text = std::str::from_utf8(BUILT_IN).expect("UTF-8");
    let open = text.replace("\"then\": \"closes\"", "\"then\": \"stays_open\"");
    let error = ProcedureSet::from_json(open.as_bytes()).expect_err("no end");
    assert_eq!(
        error.to_string(),
        "procedures: warning, stage verify: no outcome leads from it to the end"
    );
}

#[test]
fn what_breaks_a_rule_is_refused_by_its_name() {
    assert_eq!(
        changed("{ \"advances\": \"order\" }", "{ \"advances\": \"court\" }"),
        "procedures: measure-gap, stage check: outcomes that advance to a stage"
    );
    assert_eq!(
        changed("\"outcome\": \"已在册\"", "\"outcome\": \"纳入\""),
        "procedures: warning, stage verify: outcomes of 1 to 60 characters, each once"
    );
    assert_eq!(
        changed("\"procedure\": \"recheck\"", "\"procedure\": \"warning\""),
        "procedures: warning stands twice"
    );
    assert_eq!(
        changed("\"stage\": \"order\"", "\"stage\": \"check\""),
        "procedures: measure-gap, stage check: one stage of this id"
    );
    assert_eq!(
        changed("\"gathers\": \"all\"", "\"gathers\": \"one\""),
        "procedures: applicant, stage compare: all answers of every department, or one of one office"
    );
    assert_eq!(
        changed(
            "\"escalate_after_overdue_days\": 3",
            "\"escalate_after_overdue_days\": 0"
        ),
        "procedures: leaders are told after 0 days; 1 to 366 are permitted"
    );
    assert!(
        changed(
            "\"key\": \"warning_id\"",
            "\"key\": \"warning_id\", \"keys\": 2"
        )
        .starts_with("procedures: unknown field `keys`")
    );
}
