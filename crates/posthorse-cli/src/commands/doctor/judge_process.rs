//! Judges the process that a daemon is.

use posthorse_daemon::{Barrier, Required};

use super::facts::ProcessFacts;
use super::finding::{Finding, Name};

pub(super) fn judge(process: &ProcessFacts, findings: &mut Vec<Finding>) {
    let folder = process.owned_by_root.iter();
    findings.extend(folder.map(|state| Finding::new(Name::DaemonOfRoot).at(state)));
    let missing: Vec<&str> = process
        .missing
        .iter()
        .map(|one| Barrier::as_str(*one))
        .collect();
    let name = match process.required {
        _ if missing.is_empty() => Name::ConfinementComplete,
        Required::Full => Name::ConfinementLacking,
        Required::Best => Name::ConfinementInPart,
    };
    findings.push(Finding::new(name).with("missing", missing.join(" ")));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(process: &ProcessFacts) -> Vec<&'static str> {
        let mut findings = Vec::new();
        judge(process, &mut findings);
        findings.iter().map(|found| found.name.as_str()).collect()
    }

    #[test]
    fn what_the_machine_lacks_is_a_problem_where_the_settings_require_it() {
        let mut process = ProcessFacts {
            owned_by_root: None,
            required: Required::Full,
            missing: Vec::new(),
        };
        assert_eq!(names(&process), ["confinement-complete"]);
        process.missing = vec![Barrier::Files, Barrier::SystemCalls];
        assert_eq!(names(&process), ["confinement-lacking"]);
        process.required = Required::Best;
        assert_eq!(names(&process), ["confinement-in-part"]);
        process.owned_by_root = Some("/state".into());
        assert_eq!(
            names(&process),
            ["daemon-runs-as-root", "confinement-in-part"]
        );
    }
}
