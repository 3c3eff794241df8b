//! `posthorse registry reports`: the lists that a party has to submit, and how often (registry spec §2).

use posthorse_domain::{DueRules, ListSchema, ReportRule, Reporting, Rulebook, SchemaSet};
use posthorse_package::{Cadence, OwedReport, Party, UntrustedText};

use super::draft::Draft;
use crate::args;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::language::{Language, Messages, arg};
use crate::output::Context;
use crate::suggest;

pub(super) fn change(
    arguments: &args::RegistryReports,
    context: &Context,
) -> Result<Draft, Failure> {
    if arguments.list.is_empty() && arguments.no_list.is_empty() {
        return Err(Failure::new(Exit::Usage, "no-report-named"));
    }
    let mut draft = Draft::of(&arguments.registry, context.now)?;
    let rules = draft.rules()?;
    let party = draft.party_mut(&arguments.party)?;
    for list in &arguments.no_list {
        // A list that is no longer known here can still be taken away, by its id.
        let mut known = rules.schemas().iter();
        let known = known.find(|schema| is_called(schema, list));
        let id = known.map_or(list.as_str(), |schema| schema.id().as_str());
        if !party
            .reports
            .iter()
            .any(|report| report.list.as_str() == id)
        {
            return Err(Failure::new(Exit::Usage, "not-owed")
                .with("party", &party.id)
                .with("list", UntrustedText::new(list.as_str())));
        }
        party.reports.retain(|report| report.list.as_str() != id);
    }
    owe(party, &arguments.list, &rules)?;
    draft.save()?;
    Ok(draft)
}

/// Adds lists to what a party owes; one that it owes already takes the new cadence.
pub(super) fn owe(
    party: &mut Party,
    wanted: &[args::OwedList],
    rules: &Rulebook,
) -> Result<(), Failure> {
    for owed in wanted {
        let report = read(party, owed, rules)?;
        let reports = &mut party.reports;
        reports.retain(|known| known.list != report.list);
        let at = reports.partition_point(|known| known.list < report.list);
        reports.insert(at, report);
    }
    Ok(())
}

fn is_called(schema: &ListSchema, name: &str) -> bool {
    schema.id().as_str() == name || schema.title() == name
}

fn read(party: &Party, owed: &args::OwedList, rules: &Rulebook) -> Result<OwedReport, Failure> {
    let schemas = rules.schemas();
    let named = || {
        schemas
            .iter()
            .filter(|schema| is_called(schema, &owed.list))
    };
    let permitted = named().find(|schema| party.may_send.contains(schema.kind()));
    let Some(schema) = permitted else {
        return Err(match named().next() {
            Some(schema) => Failure::new(Exit::Usage, "owes-what-it-may-not-send")
                .with("party", &party.id)
                .with("list", schema.title())
                .with("kind", schema.kind()),
            None => unknown(&owed.list, schemas),
        });
    };
    let rules = rules.due_rules();
    if rules.reporting(schema.kind(), Some(schema.id())).is_none() {
        return Err(Failure::new(Exit::Usage, "list-is-no-report").with("list", schema.title()));
    }
    let cadence = match &owed.cadence {
        None => None,
        Some(typed) => cadence(typed, schema, rules)?,
    };
    Ok(OwedReport {
        list: schema.id().clone(),
        cadence,
    })
}

/// The cadence that is typed, by its name or as people call it; none if it is the list's own.
fn cadence(typed: &str, schema: &ListSchema, rules: &DueRules) -> Result<Option<Cadence>, Failure> {
    let possible: Vec<&ReportRule> = rules.cadences(schema.kind(), schema.id()).collect();
    let is_typed = |rule: &&&ReportRule| rule.cadence() == typed || rule.title() == typed;
    match possible.iter().find(is_typed) {
        Some(rule) if rule.cadence() == possible[0].cadence() => Ok(None),
        Some(rule) => rule
            .cadence()
            .parse()
            .map(Some)
            .map_err(|error| Failure::new(Exit::Internal, "internal").detail(error)),
        None => {
            let known = possible.iter();
            let known = known.map(|rule| format!("{} ({})", rule.title(), rule.cadence()));
            Err(Failure::new(Exit::Usage, "no-such-cadence")
                .with("cadence", UntrustedText::new(typed))
                .with("list", schema.title())
                .with("known", known.collect::<Vec<_>>().join(", ")))
        }
    }
}

fn unknown(typed: &str, schemas: &SchemaSet) -> Failure {
    let failure = Failure::new(Exit::Usage, "no-such-list").with("list", UntrustedText::new(typed));
    let names = schemas
        .iter()
        .flat_map(|schema| [schema.title(), schema.id().as_str()]);
    match suggest::nearest(typed, names) {
        Some(like) => failure.with("like", like).advised("no-such-list-like"),
        None => failure,
    }
}

/// What a party owes, a line each, in the reader's language.
pub(super) fn lines(party: &Party, rules: &Rulebook, messages: &Messages) -> Vec<String> {
    let (schemas, rules) = (rules.schemas(), rules.due_rules());
    let line = |report: &OwedReport| {
        let mut known = schemas.iter();
        let known = known.find(|schema| *schema.id() == report.list);
        let Some(schema) = known else {
            return report.list.to_string();
        };
        let title = match messages.language() {
            Language::Chinese => schema.title().to_owned(),
            Language::English => report.list.to_string(),
        };
        let reporting = rules.reporting_of(schema.kind(), schema.id(), report.cadence.as_ref());
        let cadence = match (reporting, messages.language()) {
            (Some(Reporting::Windowed(rule)), Language::Chinese) => rule.title().to_owned(),
            (Some(Reporting::Windowed(rule)), Language::English) => rule.cadence().to_owned(),
            (Some(Reporting::AtOnce), _) => messages.word("cadence-at-once"),
            (None, _) => return title,
        };
        messages.text("owed-list", &[arg("list", title), arg("cadence", cadence)])
    };
    party.reports.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rulebook;

    fn department() -> Party {
        Party {
            id: "housing".parse().expect("a party"),
            name: "市住建局".to_owned(),
            roles: vec![posthorse_package::Role::Department],
            counties: Vec::new(),
            may_send: vec![
                "unpaid_list".parse().expect("a kind"),
                "warning_list".parse().expect("a kind"),
            ],
            two_signatures: Vec::new(),
            reports: Vec::new(),
            contact: posthorse_package::Contact::default(),
            signing_keys: Vec::new(),
            recipients: Vec::new(),
        }
    }

    /// What it owes after these were asked for, or the code of the refusal.
    fn owed(wanted: &[&str]) -> Result<Vec<String>, String> {
        let rules = rulebook::built_in().expect("the rules");
        let wanted: Vec<args::OwedList> = wanted
            .iter()
            .map(|text| text.parse().expect("infallible"))
            .collect();
        let mut party = department();
        owe(&mut party, &wanted, &rules).map_err(|failure| failure.code().to_owned())?;
        let shown = party.reports.iter().map(|report| {
            let cadence = report.cadence.as_ref().map(|cadence| format!("={cadence}"));
            format!("{}{}", report.list, cadence.unwrap_or_default())
        });
        Ok(shown.collect())
    }

    #[test]
    fn req_04_a_list_is_owed_in_a_cadence_that_the_due_rules_permit() {
        let lists = |lists: &[&str]| Ok(lists.iter().map(|&list| list.to_owned()).collect());
        assert_eq!(
            owed(&["未兑付名单=按季", "housing-safety"]),
            lists(&["housing-safety", "unpaid=quarterly"])
        );
        // The list's own cadence needs no word; the last word on a list counts.
        assert_eq!(
            owed(&[
                "unpaid=quarterly",
                "unpaid=monthly",
                "education-dropout=semester"
            ]),
            lists(&["education-dropout", "unpaid"])
        );
        assert_eq!(
            owed(&["emergency-disasters"]),
            lists(&["emergency-disasters"])
        );
        for (wanted, code) in [
            ("education-dropout=quarterly", "no-such-cadence"),
            ("emergency-disasters=quarterly", "no-such-cadence"),
            ("unpaid=weekly", "no-such-cadence"),
            ("no-list", "no-such-list"),
            ("roster", "owes-what-it-may-not-send"),
        ] {
            assert_eq!(owed(&[wanted]), Err(code.to_owned()), "{wanted}");
        }
    }

    #[test]
    fn what_is_an_answer_is_not_owed_by_a_window() {
        let rules = rulebook::built_in().expect("the rules");
        let mut party = department();
        party.may_send = vec!["supervision_result".parse().expect("a kind")];
        let wanted = ["supervision-result".parse().expect("infallible")];
        let refused = owe(&mut party, &wanted, &rules).expect_err("an answer");
        assert_eq!(refused.code(), "list-is-no-report");
    }
}
