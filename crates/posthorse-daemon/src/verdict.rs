//! The verdict on an authentic package: staged whole, then written down in one transaction, then
//! shown. A crash before the transaction leaves orphans; a crash after it leaves only publishing.

use posthorse_ledger::{
    ClaimId, Outgoing, OwnChain, PrecheckRecord, SealedFacts, SequenceStep, Timeliness,
    TurnedAwayRecord, Verdict, VerdictRecord,
};
use posthorse_package::{Digest, Disposition, PartyId, Receipt, ReceiptedPackage, Refusal};

use serde::de::DeserializeOwned;
use serde_json::json;

use crate::attribution::Authentic;
use crate::bureau::Bureau;
use crate::contents::Contents;
use crate::error::{Critical, Failure};
use crate::intake::Outcome;
use crate::prechecks::Reply;
use crate::staging::{Letter, OutgoingFile};
use crate::telemetry;

/// What a receipt says of a package.
struct Word<'c> {
    disposition: Disposition,
    code: &'c str,
    returned: Option<Digest>,
    timeliness: Option<Timeliness>,
}

impl Word<'_> {
    /// The extension `timeliness` (spec/receipt-v1.md, section 1).
    fn extensions<T: DeserializeOwned + Default>(&self) -> T {
        let extensions = match self.timeliness {
            None => json!({}),
            Some(timeliness) => json!({
                "timeliness": { "state": timeliness.word(), "days": timeliness.days() }
            }),
        };
        // Words and numbers are values of a receipt's extension.
        serde_json::from_value(extensions).unwrap_or_default()
    }
}

impl Bureau<'_> {
    /// Answers a package: receipt, returned rows, and everything the ledger keeps of it.
    pub(crate) fn decide(
        &mut self,
        claim: &ClaimId,
        package: Authentic,
        step: SequenceStep,
        contents: Contents,
    ) -> Result<Outcome, Failure> {
        let Contents {
            disposition,
            code,
            accepted,
            rejected,
            leads,
            answers,
            submissions,
            report_rows,
            amending,
            openings,
            passed_on,
            timeliness,
            returned,
            prechecked: _,
            reply,
        } = contents;
        let mut chain = self
            .ledger
            .own_chain(&self.keys.signing.verifying_key().key_id())?;
        let mut sealed = self.seal_return(&mut chain, &package, returned)?;
        let returned = sealed.first().map(|sealed| sealed.manifest);
        let precheck = self.seal_reply(&mut chain, &package, reply, &mut sealed)?;
        let name = match code {
            "package-id-reused" => marked_name(&package, &package.digest, "receipt.json"),
            _ => format!("{}.receipt.json", package.manifest.package_id),
        };
        let word = Word {
            disposition,
            code,
            returned,
            timeliness,
        };
        let (receipt, receipt_outgoing) = self.sign_receipt(&package, &word, name)?;
        let passed_on = match passed_on {
            Some(office) => self.pass_on(claim, &package, office, &receipt_outgoing)?,
            None => Vec::new(),
        };
        let record = VerdictRecord {
            claim: claim.clone(),
            at: package.received_at,
            package: package.facts(),
            verdict: Verdict {
                disposition,
                code: code.to_owned(),
                accepted,
                rejected,
            },
            step,
            receipt,
            receipt_outgoing,
            leads,
            answers,
            submissions,
            report_rows,
            amendments: amending.finish(),
            openings,
            passed_on,
            sealed,
            precheck,
        };
        self.ledger.record_verdict(&record)?;
        telemetry::decided(
            claim,
            &package.digest,
            &package.manifest.sender,
            disposition,
            code,
        );
        self.count(disposition);
        self.settle(claim)?;
        Ok(Outcome::Ended)
    }

    /// Signs the receipt for a copy that lacks signatures and writes both down.
    pub(crate) fn answer_copy(
        &mut self,
        claim: &ClaimId,
        package: &Authentic,
    ) -> Result<(), Critical> {
        let code = Refusal::TooFewSignatures.code();
        let name = marked_name(package, &package.signatures, "receipt.json");
        let word = Word {
            disposition: Disposition::Rejected,
            code,
            returned: None,
            timeliness: None,
        };
        let (receipt, receipt_outgoing) = self.sign_receipt(package, &word, name)?;
        self.ledger.record_turned_away(&TurnedAwayRecord {
            claim: claim.clone(),
            at: package.received_at,
            manifest: package.digest,
            kind: package.manifest.kind.clone(),
            file: package.file,
            code: code.to_owned(),
            receipt,
            receipt_outgoing,
        })?;
        Ok(())
    }

    /// The package as it came, for an office to which it is addressed too, and the receipt beside
    /// it. Their names say which manifest they are of: an id that another sender has chosen must
    /// not stand in the place of something else.
    fn pass_on(
        &self,
        claim: &ClaimId,
        package: &Authentic,
        office: PartyId,
        receipt: &Outgoing,
    ) -> Result<Vec<Outgoing>, Critical> {
        let (digest, length) = self.stage_copy(&self.folders.private_copy(claim))?;
        let copy = Outgoing {
            party: office.clone(),
            file_name: marked_name(package, &package.digest, "xpkg"),
            digest,
            length,
        };
        let receipt = Outgoing {
            party: office,
            file_name: marked_name(package, &package.digest, "receipt.json"),
            ..receipt.clone()
        };
        Ok(vec![copy, receipt])
    }

    fn count(&mut self, disposition: Disposition) {
        match disposition {
            Disposition::Accepted => self.summary.accepted += 1,
            Disposition::AcceptedInPart => self.summary.accepted_in_part += 1,
            _ => self.summary.rejected += 1,
        }
    }

    /// Seals the rows that go back; their sender is the only one who can open them.
    fn seal_return(
        &self,
        chain: &mut OwnChain,
        package: &Authentic,
        returned: Vec<OutgoingFile>,
    ) -> Result<Vec<SealedFacts>, Critical> {
        if returned.is_empty() {
            return Ok(Vec::new());
        }
        let manifest = &package.manifest;
        let sealed_at = package.received_at;
        let sender = self
            .registry
            .party(&manifest.sender)
            .filter(|party| party.recipients_at(sealed_at).next().is_some());
        let Some(to) = sender else {
            telemetry::no_return_address(&manifest.sender);
            return Ok(Vec::new());
        };
        let letter = Letter {
            kind: name("return_sheet")?,
            to,
            period: manifest.period.clone(),
            in_reply_to: Some(package.digest),
            sealed_at,
        };
        Ok(vec![self.seal_and_stage(chain, letter, returned)?])
    }

    /// Seals what a request is answered, for the same sender.
    fn seal_reply(
        &self,
        chain: &mut OwnChain,
        package: &Authentic,
        reply: Option<Reply>,
        sealed: &mut Vec<SealedFacts>,
    ) -> Result<Option<PrecheckRecord>, Critical> {
        let Some(Reply { kind, file, rows }) = reply else {
            return Ok(None);
        };
        let manifest = &package.manifest;
        let Some(to) = self.registry.party(&manifest.sender) else {
            return Ok(None);
        };
        let letter = Letter {
            kind,
            to,
            period: manifest.period.clone(),
            in_reply_to: Some(package.digest),
            sealed_at: package.received_at,
        };
        let facts = self.seal_and_stage(chain, letter, vec![file])?;
        let manifest = facts.manifest;
        sealed.push(facts);
        Ok(Some(PrecheckRecord { manifest, rows }))
    }

    fn sign_receipt(
        &self,
        package: &Authentic,
        word: &Word<'_>,
        file_name: String,
    ) -> Result<(Vec<u8>, Outgoing), Critical> {
        let manifest = &package.manifest;
        let receipt = Receipt {
            format: Receipt::FORMAT.into(),
            issuer: self.id.clone(),
            package: ReceiptedPackage {
                package_id: manifest.package_id,
                manifest: package.digest,
                signatures: package.signatures,
                sender: manifest.sender.clone(),
                kind: manifest.kind.clone(),
                sequence: manifest.sequence,
            },
            received_at: package.received_at,
            issued_at: package.received_at,
            disposition: word.disposition,
            code: word.code.to_owned(),
            returned: word.returned,
            critical: Vec::new(),
            extensions: word.extensions(),
        };
        let bytes = receipt
            .sign(&self.keys.signing)
            .map_err(|error| Critical::Seal(error.into()))?;
        let (digest, length) = self.stage_bytes(&bytes)?;
        let outgoing = Outgoing {
            party: manifest.sender.clone(),
            file_name,
            digest,
            length,
        };
        Ok((bytes, outgoing))
    }
}

/// `<package id>.<sixteen digits of a digest>.receipt.json`, for what has a package id that belongs
/// to something else: its receipt must not stand in the other one's place.
fn marked_name(package: &Authentic, digest: &Digest, ending: &str) -> String {
    let digest = digest.to_string();
    let digits = digest.rsplit(':').next().unwrap_or_default();
    let mark = &digits[..16.min(digits.len())];
    format!("{}.{mark}.{ending}", package.manifest.package_id)
}

/// A name that this program writes itself.
pub(crate) fn name<T: std::str::FromStr>(text: &'static str) -> Result<T, Critical> {
    text.parse()
        .map_err(|_| Critical::Schemas(format!("{text} is no name")))
}
