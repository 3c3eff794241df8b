//! Whoever has a case is told that it was withdrawn, or what is said of it now. The words in which
//! a sender gives its reasons stay here: nobody has said who may read them.

use std::collections::BTreeMap;

use posthorse_ledger::{NoticeKind, NoticeRecord, PendingNotice};
use posthorse_package::{Party, PartyId, Role, Timestamp};

use crate::bureau::Bureau;
use crate::error::Critical;
use crate::remembered::stated;
use crate::sealing_door::row_of;
use crate::shutdown::Shutdown;
use crate::staging::Letter;
use crate::telemetry;
use crate::verdict::name;

impl Bureau<'_> {
    /// Tells every office what it has not been told, one transaction for each office and kind.
    pub(crate) fn tell_amendments(&mut self, shutdown: &Shutdown) -> Result<(), Critical> {
        let now = self.now();
        for (party, kind) in self.ledger.notice_parties()? {
            if shutdown.is_requested() {
                return Ok(());
            }
            self.tell_amendments_to(&party, kind, now)?;
        }
        Ok(())
    }

    fn tell_amendments_to(
        &mut self,
        party: &PartyId,
        sort: NoticeKind,
        now: Timestamp,
    ) -> Result<(), Critical> {
        let mut by_office: BTreeMap<PartyId, Vec<PendingNotice>> = BTreeMap::new();
        for one in self.ledger.pending_notices(party, sort)? {
            match self.notice_address(party, &one.county, now) {
                Some(office) => by_office.entry(office.id.clone()).or_default().push(one),
                None => telemetry::no_office(&one.case_id),
            }
        }
        for (office, pending) in by_office {
            self.tell_office(party, &office, sort, &pending, now)?;
        }
        Ok(())
    }

    fn tell_office(
        &mut self,
        party: &PartyId,
        office: &PartyId,
        sort: NoticeKind,
        pending: &[PendingNotice],
        now: Timestamp,
    ) -> Result<(), Critical> {
        let Some(to) = self.registry.party(office).cloned() else {
            return Ok(());
        };
        let kind = match sort {
            NoticeKind::Withdrawal => name("withdrawal")?,
            NoticeKind::Correction => name("correction")?,
        };
        let schema = self.list_of(&kind)?;
        let mut rows = Vec::with_capacity(pending.len());
        for one in pending {
            rows.push(row_of(schema, &cells(one, self.key_of(one)?)));
        }
        let list = name("data/amendments.csv")?;
        let file = self.disclosed_list(&kind, schema, &to, list, rows)?;
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
        self.ledger.record_notices(&NoticeRecord {
            at: now,
            party: party.clone(),
            sealed,
            notices: pending.iter().map(|one| one.notice).collect(),
        })?;
        telemetry::amendment_told(&to.id, &manifest, pending.len());
        self.summary.amendments_told += pending.len() as u64;
        Ok(())
    }

    /// Under which key the office knows the case: its number, or what its opener called it.
    fn key_of(&self, pending: &PendingNotice) -> Result<String, Critical> {
        let (procedure, stage) = self.rules.stage(&pending.procedure, &pending.stage)?;
        Ok(match &pending.opened_with {
            Some(said) if procedure.is_sent_on() => stated(said, stage.key().as_str()),
            _ => pending.case_id.clone(),
        })
    }

    /// The office that has a case, or the one that has taken over its county.
    fn notice_address(&self, party: &PartyId, county: &str, now: Timestamp) -> Option<&Party> {
        let has_the_county =
            |one: &&Party| !one.is(Role::County) || one.counties.iter().any(|code| code == county);
        let in_force = |one: &&Party| one.recipients_at(now).next().is_some();
        let itself = self.registry.party(party);
        itself
            .filter(has_the_county)
            .filter(in_force)
            .or_else(|| self.county_office(county, now))
    }
}

fn cells(pending: &PendingNotice, key: String) -> Vec<(&'static str, String)> {
    let mut cells = vec![
        ("package_id", pending.package_id.to_string()),
        ("row_key", key),
    ];
    match &pending.detail {
        Some(detail) => {
            let columns = ["column_title", "old_value", "new_value"];
            cells.extend(columns.map(|column| (column, stated(detail, column))));
            cells.push(("reason", "报送单位已更正".to_owned()));
        }
        None => cells.push(("reason", "报送单位已撤回，不再需要核实".to_owned())),
    }
    cells
}
