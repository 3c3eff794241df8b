//! Who was paid of those entitled: counted by the roster in use, and again when payouts came
//! (spec/comparison-v1.md, section 5).

use std::collections::BTreeMap;
use std::sync::Arc;

use posthorse_domain::{ComparedPolicy, ComparisonRun, Precheck};
use posthorse_ledger::{CoverageBasis, CoverageCount, CoverageRecord};

use crate::bureau::Bureau;
use crate::clock::date_in_china;
use crate::error::Critical;
use crate::rosters::CurrentRoster;
use crate::telemetry;

impl Bureau<'_> {
    /// Counts the next policy whose last count no longer holds; says whether there was one. One a
    /// round, since each looks at everybody on the roster.
    pub(crate) fn count_coverage(&mut self) -> Result<bool, Critical> {
        let Some(current) = self.ledger.current_roster()? else {
            return Ok(false);
        };
        let year = date_in_china(self.now()).to_string()[..4].to_owned();
        let mut next = None;
        for policy in self.rules.casework().policies().iter() {
            let id = policy.id().as_str();
            let state = self.ledger.coverage_state(id, policy.title(), &year)?;
            let basis = CoverageBasis {
                file: current.file,
                year: year.clone(),
                last_row: state.last_row,
            };
            if state.counted.as_ref() != Some(&basis) {
                next = Some((id, basis));
                break;
            }
        }
        let Some((policy, basis)) = next else {
            return Ok(false);
        };
        let Some(roster) = self.roster()? else {
            return Ok(false);
        };
        let rules = self.rules.comparison_rules();
        let Some(policy) = rules.find(policy) else {
            return Ok(false);
        };
        let record = CoverageRecord {
            at: self.now(),
            lines: self.coverage_lines(&roster, policy, &basis.year)?,
            basis,
            policy: policy.id().to_string(),
            title: policy.title().to_owned(),
        };
        self.ledger.record_coverage(&record)?;
        Ok(true)
    }

    fn coverage_lines(
        &self,
        roster: &CurrentRoster,
        policy: &ComparedPolicy,
        year: &str,
    ) -> Result<Vec<CoverageCount>, Critical> {
        let states = self.rules.roster_states();
        let deaths = Arc::new(self.known_deaths()?);
        let today = date_in_china(self.now());
        let precheck = Precheck::new(&roster.index, states, today).with_deaths(deaths);
        let Ok(mut run) = ComparisonRun::new(policy, precheck) else {
            telemetry::policy_not_counted(policy.id().as_str());
            return Ok(Vec::new());
        };
        self.ledger.payouts(policy.title(), year, &mut |payout| {
            let row: BTreeMap<String, String> =
                serde_json::from_slice(payout.expose()).unwrap_or_default();
            let cell = |name: &str| row.get(name).map_or("", String::as_str);
            run.enter_payment(cell("id_no"), cell("name"), cell("status"));
        })?;
        let counted = run.finish().by_county.into_iter();
        let lines = counted.map(|(county, coverage)| CoverageCount {
            county: county.map_or_else(String::new, |code| code.to_string()),
            eligible: coverage.eligible,
            paid: coverage.paid,
        });
        Ok(lines.collect())
    }
}
