//! A new calendar, or new due rules: every clock that still runs is worked out again from its
//! opening day, and whoever must answer is told of a last day that moved
//! (spec/routing-and-deadlines-v1.md, section 6).

use std::collections::BTreeMap;

use posthorse_domain::{Date, DueState, ProcedureId, StageId};
use posthorse_ledger::{ClockMove, RecountRecord, RunningClock, SealedFacts};
use posthorse_package::{Party, PartyId, Timestamp};

use crate::bureau::Bureau;
use crate::clock::date_in_china;
use crate::dispatch::due_note;
use crate::error::Critical;
use crate::sealing_door::row_of;
use crate::shutdown::Shutdown;
use crate::staging::Letter;
use crate::telemetry;
use crate::verdict::name;

/// The word of a moved last day in a list of urges.
const MOVED: &str = "期限调整";

impl Bureau<'_> {
    /// Works the running clocks out again, once for each set of rules, one transaction an office.
    pub(crate) fn recount_clocks(&mut self, shutdown: &Shutdown) -> Result<(), Critical> {
        if self.clocks_are_current {
            return Ok(());
        }
        let mut by_party: BTreeMap<PartyId, Vec<ClockMove>> = BTreeMap::new();
        for clock in self.ledger.running_clocks()? {
            if let Some(change) = self.recounted(&clock)? {
                by_party.entry(clock.party).or_default().push(change);
            }
        }
        for (party, changes) in by_party {
            if shutdown.is_requested() {
                return Ok(());
            }
            self.record_recount(party, changes)?;
        }
        self.clocks_are_current = true;
        Ok(())
    }

    /// What becomes of a clock; nothing if it says the same. A day that an office set stays, and so
    /// does one of a stage that the rules do not know any more.
    fn recounted(&self, clock: &RunningClock) -> Result<Option<ClockMove>, Critical> {
        let procedures = self.rules.casework().procedures();
        let procedure = procedures.get(&clock.procedure);
        let Some(stage) = procedure.and_then(|found| found.stage(&clock.stage)) else {
            return Ok(None);
        };
        let after = self.rules.answer_due(stage.answer(), clock.opened_on);
        let after = after.filter(|after| *after != clock.due);
        Ok(after.map(|after| ClockMove {
            procedure: clock.procedure.clone(),
            stage: clock.stage.clone(),
            opened_on: clock.opened_on,
            before: clock.due,
            after,
            cases: clock.cases,
        }))
    }

    fn record_recount(&mut self, party: PartyId, changes: Vec<ClockMove>) -> Result<(), Critical> {
        let now = self.now();
        let moved: Vec<&ClockMove> = changes.iter().filter(|change| change.moved()).collect();
        let letter = match moved.is_empty() {
            true => None,
            false => self.tell_of_moves(&party, &moved, now)?,
        };
        let (count, told) = (moved.len(), letter.is_some());
        self.summary.moved_clocks += moved.iter().map(|change| change.cases).sum::<u64>();
        self.ledger.record_recount(&RecountRecord {
            at: now,
            party: party.clone(),
            changes,
            letter,
        })?;
        telemetry::recounted(&party, count, told);
        Ok(())
    }

    /// Seals the notice of the new last days; none for an office that has no recipient in force.
    fn tell_of_moves(
        &mut self,
        party: &PartyId,
        moved: &[&ClockMove],
        now: Timestamp,
    ) -> Result<Option<SealedFacts>, Critical> {
        let in_force = |party: &&Party| party.recipients_at(now).next().is_some();
        let Some(to) = self.registry.party(party).filter(in_force).cloned() else {
            telemetry::no_return_address(party);
            return Ok(None);
        };
        let kind = name("urge")?;
        let schema = self.list_of(&kind)?;
        let mut matters: BTreeMap<(ProcedureId, StageId, Date), Vec<&ClockMove>> = BTreeMap::new();
        for change in moved {
            let matter = (
                change.procedure.clone(),
                change.stage.clone(),
                change.after.on,
            );
            matters.entry(matter).or_default().push(change);
        }
        let mut rows = Vec::with_capacity(matters.len());
        for changes in matters.values() {
            rows.push(row_of(schema, &self.move_cells(changes, now)?));
        }
        let list = name("data/urge.csv")?;
        let mut files = vec![self.disclosed_list(&kind, schema, &to, list, rows)?];
        let year = |change: &&ClockMove| change.after.certainty.missing_year();
        let provisional = moved.iter().filter(|change| year(change).is_some());
        let first = provisional.min_by_key(|change| year(change));
        files.extend(due_note(first.map(|change| change.after))?);
        let mut chain = self
            .ledger
            .own_chain(&self.keys.signing.verifying_key().key_id())?;
        let letter = Letter {
            kind,
            to: &to,
            period: None,
            in_reply_to: None,
            sealed_at: now,
        };
        self.seal_and_stage(&mut chain, letter, files).map(Some)
    }

    /// The row of moves of one stage to one day.
    fn move_cells(
        &self,
        changes: &[&ClockMove],
        now: Timestamp,
    ) -> Result<Vec<(&'static str, String)>, Critical> {
        let first = changes[0];
        let (procedure, stage) = self.rules.stage(&first.procedure, &first.stage)?;
        let kinds = self.rules.casework().kinds();
        let answer = kinds
            .get(stage.answer())
            .map_or("结果", |kind| kind.title());
        let mut before: Vec<String> = changes
            .iter()
            .map(|change| change.before.on.to_string())
            .collect();
        before.dedup();
        let cases: u64 = changes.iter().map(|change| change.cases).sum();
        let day = first.after.on;
        let rule = self.rules.due_rules().due_rule(stage.answer());
        let due = rule.map(|rule| rule.due(first.opened_on, self.rules.calendar()));
        let (days, left) = match due.map(|due| due.state(date_in_china(now))) {
            Some(DueState::Open { days_left }) => (days_left, format!("还有 {days_left} 天")),
            Some(DueState::Overdue { days }) => (days, format!("已逾期 {days} 天")),
            Some(DueState::DueToday) | None => (0, "今天到期".to_owned()),
        };
        let message = format!(
            "节假日安排或期限规则已更新，{answer}的反馈期限由 {} 调整为 {day}，{left}。",
            before.join("、")
        );
        Ok(vec![
            (
                "matter",
                format!("{}：{}", procedure.title(), stage.title()),
            ),
            ("due_on", day.to_string()),
            ("open_count", cases.to_string()),
            ("step", MOVED.to_owned()),
            ("days", days.to_string()),
            ("addressee", "联系人".to_owned()),
            ("message", message),
        ])
    }
}
