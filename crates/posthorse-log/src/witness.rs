//! A witness: cosigns what grows, refuses forks and rollbacks (C2SP tlog-witness).
//!
//! It remembers, for each log, the last checkpoint that it cosigned. Keeping that memory is the
//! caller's part, and comes before the cosignature is given away.

use posthorse_package::{Timestamp, UntrustedText};

use crate::checkpoint::{CheckpointError, CheckpointNote, Origin};
use crate::hash::TreeHash;
use crate::keys::Cosigner;
use crate::log::{ClockBehind, moment_after};
use crate::note::{KeyName, SignatureLine};
use crate::policy::{HeadError, LogPolicy, PolicyError, TrustedHead};
use crate::proof::{ProofError, TreeHead};
use crate::reader::{ReadLogError, TreeReader};
use crate::store::{LogFile, TileSource};
use crate::witness_request::AddCheckpoint;

/// The last checkpoint of a log that this witness cosigned. Made by [`Witness::recall`] only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    origin: Origin,
    head: TreeHead,
    at: Timestamp,
}

impl Remembered {
    /// The log.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The tree that was cosigned.
    #[must_use]
    pub fn head(&self) -> &TreeHead {
        &self.head
    }

    /// When.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }
}

/// Why a witness's own record is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecallError {
    /// It is no checkpoint.
    #[error("the record: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// This witness has not cosigned it.
    #[error("the record has no good cosignature of {0}")]
    NotOurs(KeyName),
}

/// Why a witness does not cosign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WitnessRefusal {
    /// It does not know this log.
    #[error("the log {0:?} is not known here")]
    UnknownOrigin(UntrustedText),
    /// The log has not signed the checkpoint, or wrongly.
    #[error(transparent)]
    Head(HeadError),
    /// The caller's record is of another log.
    #[error("the record is of the log {found}, the checkpoint of {expected}")]
    WrongRecord {
        /// The checkpoint's log.
        expected: Origin,
        /// The record's log.
        found: Origin,
    },
    /// The tree is smaller than one that was cosigned: entries were taken away.
    #[error("a tree of {offered} entries after one of {last}: a rollback")]
    Rollback {
        /// The size cosigned last.
        last: u64,
        /// The size offered.
        offered: u64,
        /// The old size that the request states.
        old: u64,
    },
    /// The request's old size is above its new one.
    #[error("the old size {old} is above the new size {offered}")]
    OldAboveNew {
        /// The old size stated.
        old: u64,
        /// The size offered.
        offered: u64,
    },
    /// The proof begins elsewhere than where this witness stands. Ask again from there.
    #[error("the proof begins at {old}, and {last} was cosigned last")]
    NotFromLast {
        /// The old size stated.
        old: u64,
        /// The size cosigned last.
        last: u64,
    },
    /// The tree has another history than the one that was cosigned: two logs under one name. The
    /// two checkpoints together are the evidence.
    #[error("the first {size} entries had the root {expected}, and now have {found}: a fork")]
    Fork {
        /// The size cosigned last.
        size: u64,
        /// The root that was cosigned.
        expected: TreeHash,
        /// The root that the new tree gives those entries.
        found: TreeHash,
    },
    /// The proof proves nothing.
    #[error("no proof that the log only grew: {0}")]
    NotProven(ProofError),
    /// This witness's clock is behind its own last cosignature.
    #[error(transparent)]
    Clock(#[from] ClockBehind),
}

impl WitnessRefusal {
    /// The HTTP status with which a witness on a network answers (C2SP tlog-witness).
    #[must_use]
    pub fn http_status(&self) -> u16 {
        match self {
            WitnessRefusal::UnknownOrigin(_) => 404,
            WitnessRefusal::Head(HeadError::EmptyRoot) => 422,
            WitnessRefusal::Head(_) => 403,
            WitnessRefusal::Rollback { offered, old, .. } if old > offered => 400,
            WitnessRefusal::OldAboveNew { .. } => 400,
            WitnessRefusal::Rollback { .. } | WitnessRefusal::NotFromLast { .. } => 409,
            WitnessRefusal::Fork { .. } | WitnessRefusal::NotProven(_) => 422,
            WitnessRefusal::WrongRecord { .. } | WitnessRefusal::Clock(_) => 500,
        }
    }
}

/// Who cosigns, and the logs that it knows.
#[derive(Debug)]
pub struct Witness {
    cosigner: Cosigner,
    logs: Vec<LogPolicy>,
}

/// A cosignature that waits to be remembered. Made by [`Witness::consider`] only.
#[derive(Debug)]
#[must_use = "it is given away by `keep` only"]
pub struct Agreed {
    record: CheckpointNote,
    line: SignatureLine,
}

impl Agreed {
    /// Keeps the new record in the place of the old one, durably, and only then gives the
    /// cosignature away. Between reading the old record and this, no other request on the same log
    /// may be answered: the later answer would roll the earlier one back.
    ///
    /// # Errors
    /// Whatever `keep` answers; then no cosignature exists outside.
    pub fn keep<E>(
        self,
        keep: impl FnOnce(&Origin, &[u8]) -> Result<(), E>,
    ) -> Result<SignatureLine, E> {
        keep(self.record.untrusted_origin(), &self.record.to_bytes())?;
        Ok(self.line)
    }
}

impl Witness {
    /// A witness over these logs. Quorums of their policies are not asked for.
    ///
    /// # Errors
    /// [`PolicyError::SameKeyTwice`] when the witness's key is one of a log's.
    pub fn new(cosigner: Cosigner, logs: &[LogPolicy]) -> Result<Self, PolicyError> {
        let known = logs.iter().map(|log| {
            log.require_other_key(cosigner.verifier())?;
            Ok(log.without_quorum())
        });
        Ok(Self {
            logs: known.collect::<Result<_, PolicyError>>()?,
            cosigner,
        })
    }

    /// The name under which it cosigns.
    #[must_use]
    pub fn name(&self) -> &KeyName {
        self.cosigner.verifier().name()
    }

    fn policy_for(&self, origin: &Origin) -> Result<&LogPolicy, WitnessRefusal> {
        let known = self.logs.iter().find(|log| log.origin() == origin);
        known.ok_or_else(|| WitnessRefusal::UnknownOrigin(UntrustedText::new(origin.as_str())))
    }

    /// Reads the record that [`Agreed::keep`] had kept, and checks this witness's own
    /// cosignature on it: nobody else can have written it.
    ///
    /// # Errors
    /// [`RecallError`]: the record was damaged or replaced. The witness MUST stop; without memory
    /// it would cosign a fork.
    pub fn recall(&self, record: &[u8]) -> Result<Remembered, RecallError> {
        let checkpoint = CheckpointNote::parse(record)?;
        let text = checkpoint.note().untrusted_text();
        let key = self.cosigner.verifier();
        let lines = checkpoint.note().signatures().iter();
        let mut moments = lines
            .filter(|line| key.claims(line))
            .filter_map(|line| key.verify(text, line)?.moment());
        let not_ours = || RecallError::NotOurs(key.name().clone());
        Ok(Remembered {
            at: moments.next().ok_or_else(not_ours)?,
            origin: checkpoint.untrusted_origin().clone(),
            head: *checkpoint.untrusted_head(),
        })
    }

    /// Judges a request. Cosigns only what its log has signed and what provably grew from what was
    /// cosigned last; `last` is none where nothing of this log ever was.
    ///
    /// # Errors
    /// [`WitnessRefusal`], in the order of C2SP's checks.
    pub fn consider(
        &self,
        request: &AddCheckpoint,
        last: Option<&Remembered>,
        now: Timestamp,
    ) -> Result<Agreed, WitnessRefusal> {
        let origin = request.checkpoint.untrusted_origin();
        let policy = self.policy_for(origin)?;
        if let Some(last) = last.filter(|last| last.origin != *origin) {
            return Err(WitnessRefusal::WrongRecord {
                expected: origin.clone(),
                found: last.origin.clone(),
            });
        }
        let judged = policy.judge(request.checkpoint.clone());
        let new = judged.map_err(WitnessRefusal::Head)?;
        let last_head = last.map_or_else(TreeHead::empty, |last| last.head);
        check_growth(request, &last_head, new.head())?;
        let at = moment_after(last.map(|last| last.at), now)?;
        Ok(self.cosign(&new, at))
    }

    fn cosign(&self, new: &TrustedHead, at: Timestamp) -> Agreed {
        let mut record = new.checkpoint().clone();
        let line = self.cosigner.sign(record.note().untrusted_text(), at);
        record.note_mut().put(line.clone());
        Agreed { record, line }
    }

    /// Makes a request to itself out of a folder that it can read: the checkpoint that lies there,
    /// and a proof from the tree cosigned last.
    ///
    /// # Errors
    /// [`FolderError`]: what keeps the witness from looking, which is no refusal yet; or the
    /// refusal that the checkpoint alone earns.
    pub fn request_from<S: TileSource>(
        &self,
        source: &S,
        last: Option<&Remembered>,
    ) -> Result<AddCheckpoint, FolderError> {
        let bytes = source
            .read(LogFile::Checkpoint)
            .map_err(ReadLogError::from)?;
        let missing = ReadLogError::Missing {
            file: LogFile::Checkpoint,
        };
        let checkpoint = CheckpointNote::parse(&bytes.ok_or(missing)?)?;
        let origin = checkpoint.untrusted_origin();
        let policy = self.policy_for(origin)?;
        let judged = policy.judge(checkpoint.clone());
        let head = judged.map_err(WitnessRefusal::Head)?;
        let (old, offered) = (last.map_or(0, |last| last.head.size), head.head().size);
        if offered < old {
            let last = old;
            return Err(WitnessRefusal::Rollback { last, offered, old }.into());
        }
        let (found, consistency) = TreeReader::new(source, &head).consistency(old)?;
        let expected = last.map_or_else(TreeHead::empty, |last| last.head);
        if found != expected {
            // The tiles lead to the signed head: the log itself says that its history is another.
            let (expected, found) = (expected.root, found.root);
            return Err(WitnessRefusal::Fork {
                size: old,
                expected,
                found,
            }
            .into());
        }
        Ok(AddCheckpoint {
            old_size: old,
            consistency,
            checkpoint,
        })
    }
}

/// Why a witness cannot make a request out of a folder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// The folder lacks files, or they are not those of its checkpoint.
    #[error(transparent)]
    Read(#[from] ReadLogError),
    /// Its checkpoint is none.
    #[error("the checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The checkpoint is refused whatever the tiles say.
    #[error(transparent)]
    Refused(#[from] WitnessRefusal),
}

fn check_growth(
    request: &AddCheckpoint,
    last: &TreeHead,
    new: &TreeHead,
) -> Result<(), WitnessRefusal> {
    let (old, offered) = (request.old_size, new.size);
    if offered < last.size {
        let last = last.size;
        return Err(WitnessRefusal::Rollback { last, offered, old });
    }
    if old > offered {
        return Err(WitnessRefusal::OldAboveNew { old, offered });
    }
    if old != last.size {
        let last = last.size;
        return Err(WitnessRefusal::NotFromLast { old, last });
    }
    match request.consistency.verify(last, new) {
        Ok(()) => Ok(()),
        Err(ProofError::HistoryDiffers {
            size,
            expected,
            found,
        }) => Err(WitnessRefusal::Fork {
            size,
            expected,
            found,
        }),
        Err(error) => Err(WitnessRefusal::NotProven(error)),
    }
}
