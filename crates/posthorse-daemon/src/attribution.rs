//! Who sent a thing, if that can be proven, and whether they may: everything that can be said without
//! history or keys.

use std::fs::File;

use posthorse_ledger::{ClaimId, PackageFacts, Secret};
use posthorse_package::{
    Digest, Manifest, PolicyError, ReadError, Sealed, Timestamp, Verified, VerifyError,
};

use crate::bureau::Bureau;
use crate::error::{Failure, state};
use crate::plaintext;
use crate::private_copy::PrivateCopy;

/// A package that its sender did send, whatever else is wrong with it. Only such a one gets a
/// verdict under its manifest's digest: a damaged or stripped copy cannot take its place.
pub(crate) struct Authentic {
    pub(crate) manifest: Manifest,
    pub(crate) digest: Digest,
    pub(crate) signatures: Digest,
    pub(crate) received_at: Timestamp,
    pub(crate) file: Digest,
    pub(crate) length: u64,
}

impl Authentic {
    pub(crate) fn facts(&self) -> PackageFacts {
        let manifest = &self.manifest;
        PackageFacts {
            manifest: self.digest,
            package_id: manifest.package_id,
            sender: manifest.sender.clone(),
            kind: manifest.kind.clone(),
            period: manifest.period.clone(),
            signing_key: manifest.signing_key,
            sequence: manifest.sequence,
            previous: manifest.previous,
            in_reply_to: manifest.in_reply_to,
            supersedes: manifest.supersedes,
            sealed_at: manifest.sealed_at,
            file: self.file,
            length: self.length,
        }
    }
}

/// What the checks before the history found.
pub(crate) enum Checked {
    /// Nobody can be proven to have sent this.
    Unattributed(&'static str),
    /// Authentic, and not signed by as many people as it needs.
    TooFewSignatures(Box<Authentic>),
    /// Authentic, and against a rule of the registry.
    Refused(Box<Authentic>, &'static str),
    /// Authentic, and its sender may send it.
    Good(Box<Authentic>, Box<Verified<File>>),
}

impl Bureau<'_> {
    /// Form, signatures, payload, rights: everything that can be said without history or keys.
    pub(crate) fn check(
        &self,
        claim: &ClaimId,
        copy: &PrivateCopy,
        received_at: Timestamp,
    ) -> Result<Checked, Failure> {
        let again = |file: &File| file.try_clone().map_err(state("read a private copy"));
        let sealed = match Sealed::read(again(&copy.file)?, &self.limits) {
            Ok(sealed) => sealed,
            Err(ReadError::Io(error)) => return Err(state("read a private copy")(error).into()),
            Err(ReadError::NotAPackage) => {
                let name = self.file_name(claim)?;
                let code = plaintext::classify(again(&copy.file)?, &name)
                    .map_err(state("read a private copy"))?;
                return Ok(Checked::Unattributed(code));
            }
            Err(error) => return Ok(unattributed(error.refusal())),
        };
        let authentic = |manifest, digest, signatures| Authentic {
            manifest,
            digest,
            signatures,
            received_at,
            file: copy.digest,
            length: copy.length,
        };
        match sealed.verify(&self.registry, received_at) {
            Ok(verified) => {
                let manifest = verified.manifest().clone();
                let (digest, signatures) =
                    (verified.manifest_digest(), verified.signatures_digest());
                Ok(Checked::Good(
                    Box::new(authentic(manifest, digest, signatures)),
                    Box::new(verified),
                ))
            }
            Err(VerifyError::Io(error)) => Err(state("read a private copy")(error).into()),
            Err(VerifyError::Policy {
                error,
                manifest,
                manifest_digest,
                signatures_digest,
            }) => {
                let package = authentic(*manifest, manifest_digest, signatures_digest);
                let package = Box::new(package);
                Ok(match *error {
                    PolicyError::TooFewSignatures { .. } => Checked::TooFewSignatures(package),
                    error => Checked::Refused(package, error.refusal().code()),
                })
            }
            Err(error) => Ok(unattributed(error.refusal())),
        }
    }

    fn file_name(&self, claim: &ClaimId) -> Result<Secret, Failure> {
        let open = self.ledger.open_intakes()?;
        let found = open.into_iter().find(|intake| intake.claim == *claim);
        Ok(found.map_or_else(|| Secret::new(Vec::new()), |found| found.file_name))
    }
}

fn unattributed(refusal: Option<posthorse_package::Refusal>) -> Checked {
    Checked::Unattributed(refusal.map_or("unreadable", |refusal| refusal.code()))
}
