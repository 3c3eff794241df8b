//! A second person's signature on a sealed package: nothing is opened, and the manifest stays (spec §5.1).

use std::io::{self, Read, Seek, Write};

use crate::digest::Digest;
use crate::dsse::{SignaturesFile, pae};
use crate::error::{KeyStandingError, VerifyError};
use crate::framing;
use crate::json;
use crate::keys::{KeyId, SigningKey};
use crate::manifest::{MANIFEST_TYPE, Manifest};
use crate::names::PartyId;
use crate::open::{Sealed, Signer, payload_of, persons};
use crate::registry::{KeyStandingStop, Registry};
use crate::timestamp::Timestamp;

/// Why nobody signs a package a further time. Nothing has been written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CountersignError {
    /// The package is not what its sender signed, or would be refused with any number of signatures.
    #[error(transparent)]
    Verify(#[from] VerifyError),
    /// The registry does not know the further key.
    #[error("the registry does not name the key {keyid}")]
    KeyUnknown {
        /// The key.
        keyid: KeyId,
    },
    /// The further key is another party's.
    #[error("the key belongs to {owner}, and {sender} sent the package")]
    NotSender {
        /// Whose key it is.
        owner: PartyId,
        /// Who sent the package.
        sender: PartyId,
    },
    /// The further key was not in force when the package was sealed, or is not now: with its
    /// signature every reader would refuse the package.
    #[error(transparent)]
    KeyStanding(KeyStandingError),
    /// The key has signed it before.
    #[error("the key {keyid} has signed this package already")]
    SignedAlready {
        /// The key.
        keyid: KeyId,
    },
    /// The same person has signed it with another key.
    #[error("{person} has signed this package already, with another key")]
    SamePerson {
        /// As the registry names the person. The text is the registry's, so it is trusted.
        person: String,
    },
    /// One more would be more than a reader takes.
    #[error("the package has as many signatures as a reader takes: {limit}")]
    TooMany {
        /// The bound.
        limit: usize,
    },
    /// Reading the package again failed.
    #[error("cannot read the package: {0}")]
    Read(#[source] io::Error),
    /// Writing the countersigned package failed.
    #[error("cannot write the package: {0}")]
    Write(#[source] io::Error),
    /// The payload changed after it was verified. What was written is worthless.
    #[error("the encrypted payload changed after it was verified")]
    PayloadDigest,
}

/// A verified package with one signature more, not written yet. Only [`Sealed::countersign`] makes one.
#[derive(Debug)]
pub struct Countersigned<R> {
    sealed: Sealed<R>,
    signers: Vec<Signer>,
}

impl<R: Read + Seek> Sealed<R> {
    /// Verifies the package as [`Sealed::verify`] does, except that too few may have signed, and
    /// adds the signature of a further person of the sending party.
    ///
    /// # Errors
    /// See [`CountersignError`].
    pub fn countersign(
        mut self,
        signer: &SigningKey,
        registry: &Registry,
        as_of: Timestamp,
    ) -> Result<Countersigned<R>, CountersignError> {
        let mut signers = self.authenticate(registry, as_of)?;
        let further = self.further_signer(signer, &signers, registry, as_of)?;
        signers.push(further);
        signers.sort_by_key(|signer| signer.keyid);
        self.check_rights(registry, persons(&signers).len(), as_of)?;
        self.add_signature(signer)?;
        Ok(Countersigned {
            sealed: self,
            signers,
        })
    }

    fn further_signer(
        &self,
        signer: &SigningKey,
        signers: &[Signer],
        registry: &Registry,
        as_of: Timestamp,
    ) -> Result<Signer, CountersignError> {
        let keyid = signer.verifying_key().key_id();
        if signers.iter().any(|signed| signed.keyid == keyid) {
            return Err(CountersignError::SignedAlready { keyid });
        }
        let sender = &self.manifest.sender;
        let person = registry
            .standing(&keyid, sender, self.manifest.sealed_at, as_of)
            .map_err(|stop| match stop {
                KeyStandingStop::Signature(_) => CountersignError::KeyUnknown { keyid },
                KeyStandingStop::Standing(KeyStandingError::NotSender { owner, sender }) => {
                    CountersignError::NotSender { owner, sender }
                }
                KeyStandingStop::Standing(error) => CountersignError::KeyStanding(error),
            })?
            .to_owned();
        if persons(signers).contains(person.as_str()) {
            return Err(CountersignError::SamePerson { person });
        }
        Ok(Signer {
            party: sender.clone(),
            person,
            keyid,
        })
    }

    fn add_signature(&mut self, signer: &SigningKey) -> Result<(), CountersignError> {
        let limit = self.limits.signatures;
        let list = self.signatures.signatures.clone();
        let pae = pae(MANIFEST_TYPE, &self.members.manifest);
        let file = SignaturesFile {
            signatures: list.countersign(&pae, signer),
        };
        let bytes = json::write(&file);
        // What a reader would refuse is not written.
        if file.signatures.len() > limit || bytes.len() as u64 > self.limits.signatures_bytes {
            return Err(CountersignError::TooMany { limit });
        }
        self.signatures = file;
        self.members.signatures = bytes;
        Ok(())
    }
}

impl<R: Read + Seek> Countersigned<R> {
    /// The manifest, as it was.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.sealed.manifest
    }

    /// The package's identity, as it was.
    #[must_use]
    pub fn manifest_digest(&self) -> Digest {
        Digest::of(&self.sealed.members.manifest)
    }

    /// The digest of the new `signatures.json`.
    #[must_use]
    pub fn signatures_digest(&self) -> Digest {
        Digest::of(&self.sealed.members.signatures)
    }

    /// Everybody whose signature is on it now.
    #[must_use]
    pub fn signers(&self) -> &[Signer] {
        &self.signers
    }

    /// Writes the countersigned package and returns its length in bytes. The payload is read and
    /// measured once more on the way, in constant memory.
    ///
    /// `out` must be empty and is not flushed to disk. After an error its content is worthless.
    ///
    /// # Errors
    /// [`CountersignError::Read`], [`CountersignError::Write`], [`CountersignError::PayloadDigest`].
    pub fn write<W: Write>(mut self, mut out: W) -> Result<u64, CountersignError> {
        let Sealed {
            reader, members, ..
        } = &mut self.sealed;
        let mut payload = TellingReader {
            inner: payload_of(reader, members).map_err(CountersignError::Read)?,
            failure: None,
        };
        let written = framing::write_members(members, &mut payload, &mut out);
        let TellingReader { inner, failure } = payload;
        if let Some(failure) = failure {
            return Err(CountersignError::Read(failure));
        }
        let length = written.map_err(CountersignError::Write)?;
        out.flush().map_err(CountersignError::Write)?;
        let measured = inner.drain().map_err(CountersignError::Read)?;
        if self.sealed.is_signed_payload(&measured) {
            Ok(length)
        } else {
            Err(CountersignError::PayloadDigest)
        }
    }
}

/// Keeps the reader's own failure, so that it is not taken for the writer's.
struct TellingReader<R> {
    inner: R,
    failure: Option<io::Error>,
}

impl<R: Read> Read for TellingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer).map_err(|error| {
            if error.kind() == io::ErrorKind::Interrupted {
                return error;
            }
            let told = io::Error::new(error.kind(), "the package cannot be read");
            self.failure = Some(error);
            told
        })
    }
}
