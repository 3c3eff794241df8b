//! What stays of a package whose content was deleted: its manifest and its signatures, as one signed
//! document (retention spec §2).

use std::io::{Read, Seek};

use crate::digest::Digest;
use crate::dsse::{Envelope, SignaturesFile};
use crate::error::{ReadError, VerifyError};
use crate::json;
use crate::keys::KeyId;
use crate::limits::Limits;
use crate::manifest::{MANIFEST_TYPE, Manifest};
use crate::open::{Sealed, Signer, persons, rights_of, signers_of};
use crate::registry::Registry;
use crate::timestamp::Timestamp;

const DOCUMENT: &str = "evidence";

/// A package without its payload. Whether anybody sent it is not known yet.
///
/// The signatures of a package are over DSSE's encoding of its manifest, so that both together are
/// a DSSE envelope; `manifest.json` and `signatures.json` can be recovered from it byte for byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    envelope: Envelope,
    manifest: Manifest,
}

impl<R: Read + Seek> Sealed<R> {
    /// What stays of this package when its content is deleted.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        let signatures = self.signatures.signatures.clone();
        Evidence {
            envelope: Envelope::of(MANIFEST_TYPE, self.members.manifest.clone(), signatures),
            manifest: self.manifest.clone(),
        }
    }
}

impl Evidence {
    /// Reads an evidence file, without believing it.
    ///
    /// # Errors
    /// [`ReadError::Json`] and [`ReadError::SignatureMissing`], for the form of either member.
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Self, ReadError> {
        let envelope = Envelope::parse(DOCUMENT, MANIFEST_TYPE, bytes, limits)?;
        let size = envelope.payload().len() as u64;
        if size > limits.manifest_bytes {
            let (member, limit) = ("manifest.json", limits.manifest_bytes);
            return Err(ReadError::TooLarge {
                member,
                size,
                limit,
            });
        }
        let manifest = Manifest::parse(envelope.payload(), limits)?;
        let keyid = manifest.signing_key;
        if !envelope.signatures.key_ids().any(|signed| signed == keyid) {
            return Err(ReadError::SignatureMissing { keyid });
        }
        Ok(Self { envelope, manifest })
    }

    /// The bytes of its file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.envelope.to_bytes()
    }

    /// What the manifest claims. Anybody can have written it.
    #[must_use]
    pub fn untrusted_manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The digest of the manifest's bytes, as they are.
    #[must_use]
    pub fn untrusted_manifest_digest(&self) -> Digest {
        Digest::of(self.envelope.payload())
    }

    /// The keys that the signatures claim.
    pub fn untrusted_signers(&self) -> impl Iterator<Item = KeyId> + '_ {
        self.envelope.signatures.key_ids()
    }

    /// The digest that `signatures.json` had.
    #[must_use]
    pub fn signatures_digest(&self) -> Digest {
        Digest::of(&json::write(&SignaturesFile {
            signatures: self.envelope.signatures.clone(),
        }))
    }

    /// Checks who sent the package and whether the sender was allowed to, as of a moment: every step
    /// of package spec §8.1 that looks at no payload.
    ///
    /// # Errors
    /// See [`VerifyError`]; nothing is said about a payload.
    pub fn verify(
        self,
        registry: &Registry,
        as_of: Timestamp,
    ) -> Result<VerifiedEvidence, VerifyError> {
        let bytes = self.envelope.payload();
        let list = &self.envelope.signatures;
        let signers = signers_of(&self.manifest, bytes, list, registry, as_of)?;
        let digests = (self.untrusted_manifest_digest(), self.signatures_digest());
        let found = persons(&signers).len();
        rights_of(&self.manifest, digests, registry, found, as_of)?;
        Ok(VerifiedEvidence {
            evidence: self,
            signers,
        })
    }
}

/// A manifest that a registered party signed. Made by [`Evidence::verify`] only; it is no
/// [`Verified`](crate::Verified), since nobody can say any more what the payload was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedEvidence {
    evidence: Evidence,
    signers: Vec<Signer>,
}

impl VerifiedEvidence {
    /// The manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.evidence.manifest
    }

    /// The identity of the package that it was.
    #[must_use]
    pub fn manifest_digest(&self) -> Digest {
        self.evidence.untrusted_manifest_digest()
    }

    /// The digest that `signatures.json` had.
    #[must_use]
    pub fn signatures_digest(&self) -> Digest {
        self.evidence.signatures_digest()
    }

    /// Who signed.
    #[must_use]
    pub fn signers(&self) -> &[Signer] {
        &self.signers
    }
}
