//! How cases ended, told to every department whose leads are in them, or to the office that opened
//! them, and to no other.

use posthorse_domain::{FeedbackTo, ProcedureId};
use posthorse_ledger::{FeedbackRecord, PendingFeedback};
use posthorse_package::{KindName, Party, Timestamp};

use crate::bureau::Bureau;
use crate::clock::date_in_china;
use crate::error::Critical;
use crate::remembered::stated;
use crate::sealing_door::row_of;
use crate::shutdown::Shutdown;
use crate::staging::Letter;
use crate::telemetry;
use crate::verdict::name;

impl Bureau<'_> {
    /// Tells every source and every opener what it has not been told, one transaction each.
    pub(crate) fn feed_back(&mut self, shutdown: &Shutdown) -> Result<(), Critical> {
        let now = self.now();
        for (procedure, party) in self.ledger.feedback_parties()? {
            if shutdown.is_requested() {
                return Ok(());
            }
            let found = self.rules.casework().procedures().get(&procedure);
            let Some(feedback) = found.and_then(|found| found.feedback()).cloned() else {
                continue;
            };
            let in_force = |party: &&Party| party.recipients_at(now).next().is_some();
            let Some(to) = self.registry.party(&party).filter(in_force).cloned() else {
                telemetry::no_return_address(&party);
                continue;
            };
            match feedback.to() {
                FeedbackTo::Sources => self.tell_source(&procedure, feedback.kind(), &to, now)?,
                FeedbackTo::Opener => self.tell_opener(&procedure, feedback.kind(), &to, now)?,
            }
        }
        Ok(())
    }

    fn tell_source(
        &mut self,
        procedure: &ProcedureId,
        kind: &KindName,
        to: &Party,
        now: Timestamp,
    ) -> Result<(), Critical> {
        let pending = self.ledger.pending_feedback(procedure, &to.id)?;
        let schema = self.list_of(kind)?;
        let mut rows = Vec::with_capacity(pending.len());
        for one in &pending {
            rows.push(row_of(schema, &self.feedback_cells(one)?));
        }
        let list = name("data/warning-feedback.csv")?;
        let file = self.disclosed_list(kind, schema, to, list, rows)?;
        let mut chain = self
            .ledger
            .own_chain(&self.keys.signing.verifying_key().key_id())?;
        let letter = Letter {
            kind: kind.clone(),
            to,
            period: None,
            in_reply_to: None,
            sealed_at: now,
        };
        let sealed = self.seal_and_stage(&mut chain, letter, vec![file])?;
        let manifest = sealed.manifest;
        self.ledger.record_feedback(&FeedbackRecord {
            at: now,
            sealed,
            feedbacks: pending.iter().map(|one| one.feedback).collect(),
        })?;
        telemetry::fed_back(&to.id, &manifest, pending.len());
        self.summary.fed_back += pending.len() as u64;
        Ok(())
    }

    fn feedback_cells(
        &self,
        pending: &PendingFeedback,
    ) -> Result<Vec<(&'static str, String)>, Critical> {
        let (mut person, mut lists) = (String::new(), Vec::new());
        for lead in &pending.leads {
            let lead = self.lead(lead)?;
            if !lists.contains(&lead.source.list_title) {
                lists.push(lead.source.list_title.clone());
            }
            person = lead.name;
        }
        let identity = String::from_utf8_lossy(pending.identity.expose()).into_owned();
        Ok(vec![
            ("warning_id", pending.case_id.clone()),
            ("name", person),
            ("id_no", identity),
            ("lists", lists.join("；")),
            ("outcome", pending.outcome.clone()),
            ("reject_reason", stated(&pending.answer, "reject_reason")),
            ("closed_on", date_in_china(pending.closed_at).to_string()),
        ])
    }
}
