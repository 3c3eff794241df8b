//! People whom a county did not enrol, looked at again by the roster in use: who deserves a second
//! look goes back to the county (spec/comparison-v1.md, section 7).

use std::collections::{BTreeMap, BTreeSet};

use posthorse_domain::{NotEnrolled, Precheck, RecheckRow};
use posthorse_ledger::{NewCase, NotEnrolledCase, RecheckRecord, Secret};

use crate::bureau::Bureau;
use crate::clock::date_in_china;
use crate::error::Critical;
use crate::remembered::stated;
use crate::rosters::CurrentRoster;
use crate::telemetry;
use crate::verdict::name;

/// With which letter the numbers of rechecks begin.
const SERIES: &str = "R";
const PROCEDURE: &str = "recheck";
/// How many answers are looked at in a round.
const ANSWERS_A_ROUND: u32 = 2_000;

impl Bureau<'_> {
    /// Looks at the next answers that this roster has not judged; says whether there were any.
    /// After a new roster these are all of them, later those that have come since.
    pub(crate) fn recheck(&mut self) -> Result<bool, Critical> {
        let Some(current) = self.ledger.current_roster()? else {
            return Ok(false);
        };
        let procedure = name(PROCEDURE)?;
        let Some(procedure) = self.rules.casework().procedures().get(&procedure) else {
            return Ok(false);
        };
        let page = self
            .ledger
            .not_enrolled(&current.file, procedure.id(), ANSWERS_A_ROUND)?;
        let Some(page) = page else {
            return Ok(false);
        };
        let cases = if page.cases.is_empty() {
            Vec::new()
        } else {
            let Some(roster) = self.roster()? else {
                return Ok(false);
            };
            self.second_looks(&roster, &page.cases)?
        };
        let record = RecheckRecord {
            at: self.now(),
            file: current.file,
            upto: page.upto,
            procedure: procedure.id().clone(),
            stage: procedure.first_stage().id().clone(),
            series: SERIES.to_owned(),
            cases,
        };
        let opened = self.ledger.record_rechecks(&record)?;
        if opened > 0 {
            telemetry::rechecked(&record.file, opened);
        }
        self.summary.rechecks += opened;
        Ok(true)
    }

    fn second_looks(
        &self,
        roster: &CurrentRoster,
        cases: &[NotEnrolledCase],
    ) -> Result<Vec<NewCase>, Critical> {
        let (rules, states) = (self.rules.recheck_rules(), self.rules.roster_states());
        // Without the deaths that answers tell of: whether the roster knows of them is the question.
        let precheck = Precheck::new(&roster.index, states, date_in_china(self.now()));
        let mut found = Vec::new();
        for case in cases {
            let Some(facts) = self.facts_of(case)? else {
                continue;
            };
            let selected = rules.select([&facts], &precheck).pop();
            if let Some(row) = selected.and_then(|row| row.beyond(&looked_at(case))) {
                found.push(self.new_recheck(case, &row)?);
            }
        }
        Ok(found)
    }

    /// What is known of a case: its answer, then what departments said.
    fn facts_of(&self, case: &NotEnrolledCase) -> Result<Option<NotEnrolled>, Critical> {
        let reason = stated(&case.answer, "reject_reason");
        let Some(facts) = NotEnrolled::of_warning(&case.case_id, &case.outcome, &reason) else {
            return Ok(None);
        };
        let identity = String::from_utf8_lossy(case.identity.expose()).into_owned();
        let mut facts = facts
            .with_facts(&BTreeMap::from([("id_no".to_owned(), identity)]))
            .with_facts(&whole(&case.answer));
        for pending in &case.leads {
            facts = facts.with_facts(&self.lead(pending)?.facts);
        }
        Ok(Some(facts))
    }

    fn new_recheck(&self, case: &NotEnrolledCase, row: &RecheckRow) -> Result<NewCase, Critical> {
        let last = case.leads.last().map(|pending| self.lead(pending));
        let lead = last.transpose()?;
        let said = |column| stated(&case.answer, column);
        let of_lead = |text: fn(&posthorse_domain::Lead) -> &String| {
            lead.as_ref()
                .map_or_else(String::new, |lead| text(lead).clone())
        };
        let identity = String::from_utf8_lossy(case.identity.expose()).into_owned();
        let detail = BTreeMap::from([
            ("warning_id", case.case_id.clone()),
            ("name", of_lead(|lead| &lead.name)),
            ("id_no", identity),
            ("county_name", case.county.clone()),
            ("town_name", of_lead(|lead| &lead.town)),
            ("village_name", of_lead(|lead| &lead.village)),
            ("phone", of_lead(|lead| &lead.phone)),
            ("former_outcome", case.outcome.clone()),
            ("former_reason", said("reject_reason")),
            ("former_explanation", said("explanation")),
            ("basis", row.basis()),
        ]);
        let rules = row.grounds.iter().map(|ground| ground.rule.as_str());
        let rules: Vec<&str> = rules.collect();
        Ok(NewCase {
            identity: Secret::new(case.identity.expose().to_vec()),
            county: case.county.clone(),
            subject: format!("{} {}", case.case_id, rules.join(" ")),
            // Texts in a map always serialise.
            detail: Secret::new(serde_json::to_vec(&detail).unwrap_or_default()),
        })
    }
}

/// The rules for which a warning has gone back to its county: each does so once.
fn looked_at(case: &NotEnrolledCase) -> BTreeSet<String> {
    let subjects = case.subjects.iter().filter_map(|subject| {
        let rules = subject.strip_prefix(case.case_id.as_str())?;
        rules.strip_prefix(' ')
    });
    subjects
        .flat_map(|rules| rules.split(' '))
        .map(str::to_owned)
        .collect()
}

fn whole(answer: &Secret) -> BTreeMap<String, String> {
    serde_json::from_slice(answer.expose()).unwrap_or_default()
}
