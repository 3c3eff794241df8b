//! A log that grows: entries into tiles, tiles on disk and read back, then a signed checkpoint.

use std::ops::Range;

use posthorse_package::Timestamp;

use crate::bundle::LogEntry;
use crate::check::{LogFinding, check_from};
use crate::checkpoint::{CheckpointError, CheckpointNote, Origin};
use crate::edge::{Edge, Written};
use crate::keys::{Cosigner, NoteSigner};
use crate::log_proof::LogProof;
use crate::note::SignatureLine;
use crate::policy::{CLOCK_SKEW, HeadError, LogPolicy, PolicyError, TrustedHead};
use crate::proof::TreeHead;
use crate::reader::{ReadLogError, TreeReader};
use crate::store::{LogFile, StoreError, TileStore};
use crate::tile::{TileId, new_tiles};

/// The keys with which a log signs: its own, and one that dates its heads.
#[derive(Debug)]
pub struct LogSigner {
    note: NoteSigner,
    clock: Option<Cosigner>,
    policy: LogPolicy,
}

impl LogSigner {
    /// The log's key, and a second one under the same name for its clock. Without a clock, heads
    /// are dated by witnesses alone.
    ///
    /// # Errors
    /// [`PolicyError`] when the names differ or both are the same key.
    pub fn new(note: NoteSigner, clock: Option<Cosigner>) -> Result<Self, PolicyError> {
        let mut keys = vec![note.verifier().clone()];
        keys.extend(clock.as_ref().map(|clock| clock.verifier().clone()));
        Ok(Self {
            policy: LogPolicy::new(keys, Vec::new(), 0)?,
            note,
            clock,
        })
    }

    /// A policy that trusts these keys alone.
    #[must_use]
    pub fn policy(&self) -> &LogPolicy {
        &self.policy
    }

    /// Signs, and dates where there is a clock. Lines of others on the same text stay.
    fn sign(&self, checkpoint: &mut CheckpointNote, at: Timestamp) {
        let text = checkpoint.note().untrusted_text().to_owned();
        checkpoint.note_mut().put(self.note.sign(&text));
        if let Some(clock) = &self.clock {
            checkpoint.note_mut().put(clock.sign(&text, at));
        }
    }
}

/// A log and the place where it lies. Between two calls it is what its checkpoint says.
#[derive(Debug)]
pub struct Log<S> {
    store: S,
    policy: LogPolicy,
    head: TrustedHead,
    edge: Edge,
    is_unsure: bool,
}

/// Why a log cannot be begun or taken up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenLogError {
    /// There is a log, or the tiles of one.
    #[error("{file} is there: a second log of the same name would be a fork")]
    NotEmpty {
        /// What was found.
        file: LogFile,
    },
    /// There is no checkpoint.
    #[error("no checkpoint: not a log, or one whose checkpoint was taken away")]
    NoCheckpoint,
    /// Its checkpoint is none.
    #[error("the checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// Its checkpoint is not believed.
    #[error(transparent)]
    Head(#[from] HeadError),
    /// Its tiles are not those of the checkpoint.
    #[error("not the tree of its checkpoint: {finding}")]
    Damaged {
        /// The first thing that is wrong.
        finding: LogFinding,
    },
    /// Its tiles cannot be read.
    #[error(transparent)]
    Read(#[from] ReadLogError),
    /// A file could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why nothing was appended. The checkpoint is the old one, unless it was that which failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppendError {
    /// An earlier flush, or the checkpoint itself, failed: nobody knows what is on the disk.
    #[error("what was written last may not be on the disk; the log must be opened again")]
    Unsure,
    /// A file could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What was written cannot be read back.
    #[error(transparent)]
    Read(#[from] ReadLogError),
    /// What was read back is not what was written, or no longer the tree of the last checkpoint.
    #[error("what lies on the disk is not what was written: {finding}")]
    Reread {
        /// The first thing that differs.
        finding: LogFinding,
    },
    /// The new checkpoint would not be believed: the signer is not this log's, or a cosignature
    /// is wrong.
    #[error(transparent)]
    Head(#[from] HeadError),
    /// The clock is far behind the last checkpoint's.
    #[error(transparent)]
    Clock(#[from] ClockBehind),
}

/// A clock that is behind what was stated before by more than [`CLOCK_SKEW`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is {now}, and a head was dated {last} before")]
pub struct ClockBehind {
    /// The moment now.
    pub now: Timestamp,
    /// The moment stated last.
    pub last: Timestamp,
}

/// The moment to state: never before one that was stated, since a later head is not older.
pub(crate) fn moment_after(
    last: Option<Timestamp>,
    now: Timestamp,
) -> Result<Timestamp, ClockBehind> {
    match last {
        Some(last) if last > now.plus_seconds(CLOCK_SKEW) => Err(ClockBehind { now, last }),
        Some(last) => Ok(now.max(last)),
        None => Ok(now),
    }
}

impl<S: TileStore> Log<S> {
    /// Begins a log: an empty tree with a signed checkpoint.
    ///
    /// # Errors
    /// [`OpenLogError::NotEmpty`] where anything of a log lies already.
    pub fn create(mut store: S, signer: &LogSigner, now: Timestamp) -> Result<Self, OpenLogError> {
        let widths = (1..=256).filter_map(|width| TileId::hashes(0, 0).with_width(width));
        let files = std::iter::once(LogFile::Checkpoint).chain(widths.map(LogFile::from));
        for file in files {
            if store.read(file)?.is_some() {
                return Err(OpenLogError::NotEmpty { file });
            }
        }
        let origin = signer.policy.origin().clone();
        let mut checkpoint = CheckpointNote::unsigned(origin, TreeHead::empty());
        signer.sign(&mut checkpoint, now);
        store.replace_checkpoint(&checkpoint.to_bytes())?;
        Ok(Self {
            head: signer.policy.judge(checkpoint)?,
            policy: signer.policy.clone(),
            edge: Edge::default(),
            store,
            is_unsure: false,
        })
    }

    /// Takes up a log where its checkpoint says that it stands. The policy's quorum is not asked
    /// for: a log goes on while its witnesses sleep.
    ///
    /// # Errors
    /// [`OpenLogError`]: the checkpoint is missing or not ours, or the tiles are not its tiles.
    pub fn open(mut store: S, policy: &LogPolicy) -> Result<Self, OpenLogError> {
        let policy = policy.without_quorum();
        let bytes = store.read(LogFile::Checkpoint)?;
        let bytes = bytes.ok_or(OpenLogError::NoCheckpoint)?;
        let head = policy.judge(CheckpointNote::parse(&bytes)?)?;
        let size = head.head().size;
        // The edge is what the next tiles grow from: a damaged one would be built upon.
        let findings = check_from(&store, head.head(), size, |_, _| {})?;
        if let Some(finding) = findings.into_iter().next() {
            return Err(OpenLogError::Damaged { finding });
        }
        // The last run may have died between showing it and flushing its name: what is built upon
        // must last.
        store.replace_checkpoint(&bytes)?;
        Ok(Self {
            edge: Edge::read(&store, size)?,
            store,
            policy,
            head,
            is_unsure: false,
        })
    }

    /// The log's name.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        self.policy.origin()
    }

    /// The newest head.
    #[must_use]
    pub fn head(&self) -> &TrustedHead {
        &self.head
    }

    /// Where the log lies.
    #[must_use]
    pub fn store(&self) -> &S {
        &self.store
    }

    /// Lets the store go.
    #[must_use]
    pub fn into_store(self) -> S {
        self.store
    }

    /// Appends entries and signs the tree that they make: tiles and bundles first, each made to
    /// last; then all of them read back and checked; then the checkpoint. Returns their indices.
    /// Without entries it dates the same tree anew.
    ///
    /// The caller MUST have fixed entries and their order durably before: after a crash in here it
    /// appends the same ones again, and what was written stands. Other ones would be a fork, and
    /// are refused as [`StoreError::Conflict`] where their tiles lie already.
    ///
    /// # Errors
    /// [`AppendError`]. Nothing was appended; after [`AppendError::Unsure`] open the log again.
    pub fn append(
        &mut self,
        entries: &[LogEntry],
        signer: &LogSigner,
        now: Timestamp,
    ) -> Result<Range<u64>, AppendError> {
        self.require_sure()?;
        let appended = self.try_append(entries, signer, now);
        if let Err(AppendError::Store(StoreError::Sync { .. })) = appended {
            self.is_unsure = true;
        }
        appended
    }

    fn try_append(
        &mut self,
        entries: &[LogEntry],
        signer: &LogSigner,
        now: Timestamp,
    ) -> Result<Range<u64>, AppendError> {
        let at = moment_after(self.head.seen_at(), now)?;
        let old = self.edge.size();
        let edge = self.write(entries)?;
        let head = TreeHead {
            size: edge.size(),
            root: edge.root(),
        };
        self.reread(&head)?;
        for path in new_tiles(old, head.size).filter(|path| path.is_full()) {
            self.store.remove_partials(path.tile())?;
        }
        let mut checkpoint = match entries {
            [] => self.head.checkpoint().clone(),
            _ => CheckpointNote::unsigned(self.origin().clone(), head),
        };
        signer.sign(&mut checkpoint, at);
        self.publish(checkpoint)?;
        self.edge = edge;
        Ok(old..head.size)
    }

    /// Writes the bundles and tiles that these entries change; the edge that they leave.
    fn write(&mut self, entries: &[LogEntry]) -> Result<Edge, AppendError> {
        let mut edge = self.edge.clone();
        let mut full: Vec<Written> = Vec::new();
        for entry in entries {
            edge.push(entry, &mut full);
            for (path, bytes) in full.drain(..) {
                self.store.create(path, &bytes)?;
            }
        }
        for (path, bytes) in edge.partial(self.edge.size()) {
            self.store.create(path, &bytes)?;
        }
        Ok(edge)
    }

    /// Takes cosignatures of known witnesses into the checkpoint; those that are older than the
    /// ones that it has, or of nobody known, are passed over. Returns how many were taken.
    ///
    /// # Errors
    /// [`AppendError::Head`] where a known witness's line is not its signature on this checkpoint.
    pub fn add_cosignatures(&mut self, lines: &[SignatureLine]) -> Result<usize, AppendError> {
        self.require_sure()?;
        let mut checkpoint = self.head.checkpoint().clone();
        let mut taken = 0;
        for line in lines {
            if self.policy.admits(&checkpoint, line)? {
                checkpoint.note_mut().put(line.clone());
                taken += 1;
            }
        }
        if taken > 0 {
            self.publish(checkpoint)?;
        }
        Ok(taken)
    }

    /// The proof that the entry with this index is in the newest head.
    ///
    /// # Errors
    /// [`ReadLogError`].
    pub fn prove(&self, index: u64, entry: &LogEntry) -> Result<LogProof, ReadLogError> {
        let mut reader = TreeReader::new(&self.store, &self.head);
        reader.log_proof(index, &entry.hash(), &self.head)
    }

    fn require_sure(&self) -> Result<(), AppendError> {
        if self.is_unsure {
            Err(AppendError::Unsure)
        } else {
            Ok(())
        }
    }

    /// Reads back what the tree has got, and shows that it still begins with the last one.
    fn reread(&self, head: &TreeHead) -> Result<(), AppendError> {
        let old = self.head.head();
        let findings = check_from(&self.store, head, old.size, |_, _| {})?;
        if let Some(finding) = findings.into_iter().next() {
            return Err(AppendError::Reread { finding });
        }
        let (found, _) = TreeReader::of_head(&self.store, *head).consistency(old.size)?;
        if found == *old {
            Ok(())
        } else {
            let (expected, found) = (old.root, found.root);
            let finding = LogFinding::RootDiffers { expected, found };
            Err(AppendError::Reread { finding })
        }
    }

    /// From here on the checkpoint may be on disk, whatever the store says.
    fn publish(&mut self, checkpoint: CheckpointNote) -> Result<(), AppendError> {
        let bytes = checkpoint.to_bytes();
        let head = self.policy.judge(checkpoint)?;
        self.is_unsure = true;
        self.store.replace_checkpoint(&bytes)?;
        self.is_unsure = false;
        self.head = head;
        Ok(())
    }
}
