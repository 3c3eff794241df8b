//! Urging: what offices owe, said on the days that the due rules name, and never twice.

use std::collections::BTreeMap;

use posthorse_domain::{Date, Due, Urge, UrgeAddressee, UrgeClock, UrgeStep};
use posthorse_ledger::{Owed, UrgeRecord, UrgedMatter};
use posthorse_package::{Party, PartyId, Timestamp};

use crate::bureau::Bureau;
use crate::clock::date_in_china;
use crate::error::Critical;
use crate::sealing_door::row_of;
use crate::shutdown::Shutdown;
use crate::staging::Letter;
use crate::telemetry;
use crate::verdict::name;

impl Bureau<'_> {
    /// Urges every office of what it owes and has not been told today, one transaction each.
    pub(crate) fn urge_due(&mut self, shutdown: &Shutdown) -> Result<(), Critical> {
        let now = self.now();
        let today = date_in_china(now);
        let mut by_party: BTreeMap<PartyId, Vec<(Owed, Urge)>> = BTreeMap::new();
        for owed in self.ledger.owed()? {
            if let Some(urge) = self.urge_for(&owed, today)? {
                let matters = by_party.entry(owed.party.clone()).or_default();
                matters.push((owed, urge));
            }
        }
        for (party, matters) in by_party {
            if shutdown.is_requested() {
                return Ok(());
            }
            self.urge(&party, &matters, now)?;
        }
        Ok(())
    }

    fn urge_for(&self, owed: &Owed, today: Date) -> Result<Option<Urge>, Critical> {
        let (_, stage) = self.rules.stage(&owed.procedure, &owed.stage)?;
        let Some(reminders) = self.rules.due_rules().reminders(stage.answer()) else {
            return Ok(None);
        };
        let due = Due::set(date_in_china(owed.dispatched_at), owed.due_on);
        let ahead = reminders.days_before(&due, self.rules.calendar());
        let clock = UrgeClock {
            due: owed.due_on,
            ahead: &ahead,
            overdue_every_days: reminders.overdue_every_days(),
        };
        let escalation = self.rules.casework().procedures().escalation();
        Ok(escalation.urge_due(clock, today, owed.urged_on))
    }

    fn urge(
        &mut self,
        party: &PartyId,
        matters: &[(Owed, Urge)],
        now: Timestamp,
    ) -> Result<(), Critical> {
        let in_force = |party: &&Party| party.recipients_at(now).next().is_some();
        let Some(to) = self.registry.party(party).filter(in_force).cloned() else {
            telemetry::no_return_address(party);
            return Ok(());
        };
        let kind = name("urge")?;
        let schema = self.list_of(&kind)?;
        let mut rows = Vec::with_capacity(matters.len());
        for (owed, urge) in matters {
            rows.push(row_of(schema, &self.urge_cells(owed, *urge)?));
        }
        let file = self.disclosed_list(&kind, schema, &to, name("data/urge.csv")?, rows)?;
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
        let sealed = self.seal_and_stage(&mut chain, letter, vec![file])?;
        let manifest = sealed.manifest;
        let matters: Vec<UrgedMatter> = matters.iter().map(matter).collect();
        let count = matters.len();
        self.ledger.record_urge(&UrgeRecord {
            at: now,
            on: date_in_china(now),
            sealed,
            matters,
        })?;
        telemetry::urged(party, &manifest, count);
        self.summary.urges += 1;
        Ok(())
    }

    fn urge_cells(&self, owed: &Owed, urge: Urge) -> Result<Vec<(&'static str, String)>, Critical> {
        let (procedure, stage) = self.rules.stage(&owed.procedure, &owed.stage)?;
        let kinds = self.rules.casework().kinds();
        let answer = kinds
            .get(stage.answer())
            .map_or("结果", |kind| kind.title());
        let (step, days, message) = match urge.step {
            UrgeStep::Ahead { days_left } => (
                "到期提醒",
                days_left,
                format!("请于 {} 前报送{answer}，还有 {days_left} 天。", owed.due_on),
            ),
            UrgeStep::Overdue { days } => (
                "逾期催办",
                days,
                format!(
                    "{answer}应于 {} 前报送，已逾期 {days} 天，请立即报送。",
                    owed.due_on
                ),
            ),
        };
        let addressee = match urge.addressee {
            UrgeAddressee::Contact => "联系人",
            UrgeAddressee::ContactAndLeader => "联系人和分管领导",
        };
        Ok(vec![
            (
                "matter",
                format!("{}：{}", procedure.title(), stage.title()),
            ),
            ("due_on", owed.due_on.to_string()),
            ("open_count", owed.cases.to_string()),
            ("step", step.to_owned()),
            ("days", days.to_string()),
            ("addressee", addressee.to_owned()),
            ("message", message),
        ])
    }
}

fn matter((owed, urge): &(Owed, Urge)) -> UrgedMatter {
    UrgedMatter {
        procedure: owed.procedure.clone(),
        stage: owed.stage.clone(),
        due_on: owed.due_on,
        cases: owed.cases,
        escalated: urge.addressee == UrgeAddressee::ContactAndLeader,
    }
}
