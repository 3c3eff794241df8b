//! Whom a reader trusts: a log's keys, witnesses, how many of them; and what follows from it.

use posthorse_package::{Timestamp, UntrustedText, VerifyingKey};

use crate::checkpoint::{CheckpointNote, Origin};
use crate::keys::{SignatureType, Stated, VerifierKey};
use crate::note::{KeyName, SignatureLine};
use crate::proof::TreeHead;

/// How far a witness's clock may be ahead of the reader's, in seconds.
pub const CLOCK_SKEW: i64 = 300;

/// The keys of one log, the witnesses that a reader knows, and how many of them must have cosigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPolicy {
    origin: Origin,
    log_keys: Vec<VerifierKey>,
    witnesses: Vec<VerifierKey>,
    quorum: usize,
}

/// Keys of which no policy can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// No key that signs the log's checkpoints.
    #[error("no key of type 0x01 for the log")]
    NoLogKey,
    /// A key of the log has another name than the others.
    #[error("a key of the log {expected} has the name {found}")]
    OtherLog {
        /// The name of the first key.
        expected: KeyName,
        /// The name of the other one.
        found: KeyName,
    },
    /// A witness's key cannot cosign.
    #[error("the key of the witness {name} is not of type 0x04")]
    NotACosigner {
        /// The witness.
        name: KeyName,
    },
    /// One key stands twice; as two witnesses it would be counted twice.
    #[error("the key of {name} is given twice")]
    SameKeyTwice {
        /// The second name of it.
        name: KeyName,
    },
    /// More cosignatures are demanded than there are witnesses.
    #[error("{quorum} cosignatures of {witnesses} witnesses")]
    QuorumTooLarge {
        /// How many are demanded.
        quorum: usize,
        /// How many there are.
        witnesses: usize,
    },
}

/// Why a checkpoint is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HeadError {
    /// Another log's checkpoint.
    #[error("the checkpoint is of {found:?}, not of {expected}")]
    WrongOrigin {
        /// The log that the policy is for.
        expected: Origin,
        /// The origin that it claims.
        found: UntrustedText,
    },
    /// The log has not signed it.
    #[error("no signature of {origin} on the checkpoint")]
    NotSigned {
        /// The log.
        origin: Origin,
    },
    /// A line of a known key that is not its signature.
    #[error("the signature of {name} on the checkpoint is wrong")]
    BadSignature {
        /// Whose.
        name: KeyName,
    },
    /// A size of zero with a root that is not that of the empty tree.
    #[error("an empty tree with the root of another")]
    EmptyRoot,
    /// Too few witnesses have cosigned it.
    #[error("{found} witnesses have cosigned, {quorum} must have")]
    TooFewWitnesses {
        /// How many have.
        found: usize,
        /// How many must have.
        quorum: usize,
    },
}

/// Why a head is too old, or cannot be dated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AgeError {
    /// Nobody who is trusted has stated a moment.
    #[error("nobody states when this was the newest head")]
    Undated,
    /// It was the newest head longer ago than allowed.
    #[error(
        "this was the newest head at {seen_at}, {age} seconds before {now}; {longest} are allowed"
    )]
    TooOld {
        /// The moment that is stated.
        seen_at: Timestamp,
        /// The moment of judging.
        now: Timestamp,
        /// How many seconds lie between.
        age: i64,
        /// How many may.
        longest: i64,
    },
    /// The stated moment has not come yet.
    #[error("this is said to be the newest head at {seen_at}, and it is {now}")]
    FromTheFuture {
        /// The moment that is stated.
        seen_at: Timestamp,
        /// The moment of judging.
        now: Timestamp,
    },
}

/// A head that its log has signed and enough witnesses have cosigned. Made by [`LogPolicy::judge`] only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedHead {
    checkpoint: CheckpointNote,
    witnessed: Vec<(KeyName, Timestamp)>,
    seen_at: Option<Timestamp>,
}

impl LogPolicy {
    /// A policy over these keys. The log's keys all carry its origin as their name; those of type
    /// 0x04 are its clock: they date a head and are no witnesses.
    ///
    /// # Errors
    /// [`PolicyError`]: what is wrong with the keys.
    pub fn new(
        log_keys: Vec<VerifierKey>,
        witnesses: Vec<VerifierKey>,
        quorum: usize,
    ) -> Result<Self, PolicyError> {
        let signs = |key: &&VerifierKey| key.signature_type() == SignatureType::Note;
        let name = match log_keys.iter().find(signs) {
            Some(key) => key.name().clone(),
            None => return Err(PolicyError::NoLogKey),
        };
        if let Some(other) = log_keys.iter().find(|key| *key.name() != name) {
            return Err(PolicyError::OtherLog {
                expected: name,
                found: other.name().clone(),
            });
        }
        let cosigns = |key: &VerifierKey| key.signature_type() == SignatureType::Cosignature;
        if let Some(key) = witnesses.iter().find(|key| !cosigns(key)) {
            let name = key.name().clone();
            return Err(PolicyError::NotACosigner { name });
        }
        let mut seen: Vec<&VerifyingKey> = Vec::new();
        for key in log_keys.iter().chain(&witnesses) {
            if seen.contains(&key.verifying_key()) {
                let name = key.name().clone();
                return Err(PolicyError::SameKeyTwice { name });
            }
            seen.push(key.verifying_key());
        }
        if quorum > witnesses.len() {
            return Err(PolicyError::QuorumTooLarge {
                quorum,
                witnesses: witnesses.len(),
            });
        }
        Ok(Self {
            origin: Origin::from(&name),
            log_keys,
            witnesses,
            quorum,
        })
    }

    /// The same keys, without demanding a cosignature.
    #[must_use]
    pub fn without_quorum(&self) -> Self {
        Self {
            quorum: 0,
            ..self.clone()
        }
    }

    /// Refuses a witness whose key is one of the log's: it would witness itself.
    pub(crate) fn require_other_key(&self, witness: &VerifierKey) -> Result<(), PolicyError> {
        Self::new(self.log_keys.clone(), vec![witness.clone()], 0).map(|_| ())
    }

    /// The log that this policy is for.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Verifies a checkpoint: origin, the log's signature, and enough cosignatures. Lines of
    /// unknown keys are passed over; a wrong line of a known key refuses the whole note.
    ///
    /// # Errors
    /// [`HeadError`]: why it is not believed.
    pub fn judge(&self, checkpoint: CheckpointNote) -> Result<TrustedHead, HeadError> {
        if *checkpoint.untrusted_origin() != self.origin {
            return Err(HeadError::WrongOrigin {
                expected: self.origin.clone(),
                found: UntrustedText::new(checkpoint.untrusted_origin().as_str()),
            });
        }
        let by_log = verified(&checkpoint, &self.log_keys)?;
        if !by_log.iter().any(|(_, stated)| *stated == Stated::Signed) {
            let origin = self.origin.clone();
            return Err(HeadError::NotSigned { origin });
        }
        let head = checkpoint.untrusted_head();
        if head.size == 0 && *head != TreeHead::empty() {
            return Err(HeadError::EmptyRoot);
        }
        let witnessed = moments(verified(&checkpoint, &self.witnesses)?);
        if witnessed.len() < self.quorum {
            return Err(HeadError::TooFewWitnesses {
                found: witnessed.len(),
                quorum: self.quorum,
            });
        }
        let seen_at = if self.quorum == 0 {
            let all = moments(by_log).into_iter().chain(witnessed.clone());
            all.map(|(_, at)| at).max()
        } else {
            // So many witnesses say that this was the newest head then, or later.
            let mut moments: Vec<Timestamp> = witnessed.iter().map(|(_, at)| *at).collect();
            moments.sort_unstable_by(|a, b| b.cmp(a));
            moments.get(self.quorum - 1).copied()
        };
        Ok(TrustedHead {
            checkpoint,
            witnessed,
            seen_at,
        })
    }

    /// Takes a cosignature into a checkpoint, if a known witness or the log's clock made it.
    /// An older one of the same key is replaced, a newer one is kept.
    pub(crate) fn admits(
        &self,
        checkpoint: &CheckpointNote,
        line: &SignatureLine,
    ) -> Result<bool, HeadError> {
        let Some(key) = self.witnesses.iter().find(|key| key.claims(line)) else {
            return Ok(false);
        };
        let text = checkpoint.note().untrusted_text();
        let bad = || HeadError::BadSignature {
            name: key.name().clone(),
        };
        let offered = key.verify(text, line).ok_or_else(bad)?;
        let present = checkpoint.note().signatures().iter();
        let newest = present.filter(|present| key.claims(present));
        let newest = newest
            .filter_map(|present| key.verify(text, present)?.moment())
            .max();
        Ok(offered.moment() > newest)
    }
}

/// Every known key's statement on a checkpoint, each key once.
fn verified<'a>(
    checkpoint: &CheckpointNote,
    keys: &'a [VerifierKey],
) -> Result<Vec<(&'a VerifierKey, Stated)>, HeadError> {
    let text = checkpoint.note().untrusted_text();
    let mut stated: Vec<(&VerifierKey, Stated)> = Vec::new();
    for line in checkpoint.note().signatures() {
        for key in keys.iter().filter(|key| key.claims(line)) {
            let found = key
                .verify(text, line)
                .ok_or_else(|| HeadError::BadSignature {
                    name: key.name().clone(),
                })?;
            match stated.iter_mut().find(|(other, _)| *other == key) {
                // A key that states two moments has seen it at the later one, too.
                Some((_, first)) if first.moment() < found.moment() => *first = found,
                Some(_) => {}
                None => stated.push((key, found)),
            }
        }
    }
    Ok(stated)
}

fn moments(stated: Vec<(&VerifierKey, Stated)>) -> Vec<(KeyName, Timestamp)> {
    let dated = stated.into_iter();
    dated
        .filter_map(|(key, stated)| Some((key.name().clone(), stated.moment()?)))
        .collect()
}

impl TrustedHead {
    /// The log.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        self.checkpoint.untrusted_origin()
    }

    /// Size and root of its tree.
    #[must_use]
    pub fn head(&self) -> &TreeHead {
        self.checkpoint.untrusted_head()
    }

    /// The checkpoint with all its lines, as it was read.
    #[must_use]
    pub fn checkpoint(&self) -> &CheckpointNote {
        &self.checkpoint
    }

    /// The known witnesses that have cosigned it, and when.
    #[must_use]
    pub fn witnessed(&self) -> &[(KeyName, Timestamp)] {
        &self.witnessed
    }

    /// When this was the newest head: the latest moment that as many witnesses as the policy
    /// demands state; where it demands none, the latest that anybody known states.
    #[must_use]
    pub fn seen_at(&self) -> Option<Timestamp> {
        self.seen_at
    }

    /// Checks that this was the newest head at most `longest` seconds before `now`. *A log whose
    /// new heads are held back looks consistent for ever.*
    ///
    /// # Errors
    /// [`AgeError`]: too old, from the future by more than [`CLOCK_SKEW`], or undated.
    pub fn check_age(&self, now: Timestamp, longest: i64) -> Result<(), AgeError> {
        let seen_at = self.seen_at.ok_or(AgeError::Undated)?;
        if seen_at > now.plus_seconds(CLOCK_SKEW) {
            return Err(AgeError::FromTheFuture { seen_at, now });
        }
        let age = now.as_second() - seen_at.as_second();
        if age > longest {
            return Err(AgeError::TooOld {
                seen_at,
                now,
                age,
                longest,
            });
        }
        Ok(())
    }
}
