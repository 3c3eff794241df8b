//! How cases ended, told to the office that opened them: what every office said, and who was silent.

use std::collections::BTreeMap;

use posthorse_domain::{ListSchema, ProcedureId, mask_number};
use posthorse_ledger::{FeedbackRecord, PendingResult, Secret};
use posthorse_package::{Digest, KindName, Party, PartyId, Timestamp};

use crate::bureau::Bureau;
use crate::error::Critical;
use crate::remembered::stated;
use crate::staging::{Letter, OutgoingFile};
use crate::telemetry;
use crate::verdict::name;

impl Bureau<'_> {
    /// Tells an opener how its cases of a procedure ended, one package and one transaction for
    /// each package that opened some of them.
    pub(crate) fn tell_opener(
        &mut self,
        procedure: &ProcedureId,
        kind: &KindName,
        to: &Party,
        now: Timestamp,
    ) -> Result<(), Critical> {
        let mut by_opening: BTreeMap<Digest, Vec<PendingResult>> = BTreeMap::new();
        for pending in self.ledger.pending_results(procedure, &to.id)? {
            let of_opening = by_opening.entry(pending.opened_in).or_default();
            of_opening.push(pending);
        }
        for (opened_in, pending) in by_opening {
            let schema = self.list_of(kind)?;
            let rows = pending.iter().flat_map(|one| self.result_rows(schema, one));
            let list = name("data/results.csv")?;
            let mut files = vec![self.disclosed_list(kind, schema, to, list, rows)?];
            files.extend(self.silence_note(&pending)?);
            let mut chain = self
                .ledger
                .own_chain(&self.keys.signing.verifying_key().key_id())?;
            let letter = Letter {
                kind: kind.clone(),
                to,
                period: None,
                in_reply_to: Some(opened_in),
                sealed_at: now,
            };
            let sealed = self.seal_and_stage(&mut chain, letter, files)?;
            let manifest = sealed.manifest;
            self.ledger.record_feedback(&FeedbackRecord {
                at: now,
                sealed,
                feedbacks: pending.iter().map(|one| one.feedback).collect(),
            })?;
            telemetry::fed_back(&to.id, &manifest, pending.len());
            self.summary.fed_back += pending.len() as u64;
        }
        Ok(())
    }

    /// A row for every office that has answered. Who said it is what the registry calls the office
    /// that signed it, and not what its row says.
    fn result_rows(&self, schema: &ListSchema, pending: &PendingResult) -> Vec<Vec<String>> {
        let row = |(office, answer): &(PartyId, Secret)| {
            let cell = |field: &str| match field {
                "source" => self.title_of(office),
                field => stated(answer, field),
            };
            let fields = schema.fields().iter();
            fields.map(|field| cell(field.name())).collect()
        };
        pending.answers.iter().map(row).collect()
    }

    /// What is said beside the list of those who did not answer; nothing if all did.
    fn silence_note(&self, pending: &[PendingResult]) -> Result<Option<OutgoingFile>, Critical> {
        let lines: Vec<String> = pending
            .iter()
            .filter(|one| !one.silent.is_empty())
            .map(|one| {
                let silent: Vec<String> = one
                    .silent
                    .iter()
                    .map(|office| self.title_of(office))
                    .collect();
                let number = mask_number(&stated(&one.detail, "id_no"));
                let person = stated(&one.detail, "name");
                format!("{person}（{number}）：{}\r\n", silent.join("、"))
            })
            .collect();
        if lines.is_empty() {
            return Ok(None);
        }
        Ok(Some(OutgoingFile::text(
            name("attachments/silent.txt")?,
            "未反馈部门.txt".to_owned(),
            format!("下列部门到期未反馈比对结果：\r\n{}", lines.concat()),
        )))
    }

    fn title_of(&self, office: &PartyId) -> String {
        let party = self.registry.party(office);
        party.map_or_else(|| office.to_string(), |party| party.name.clone())
    }
}
