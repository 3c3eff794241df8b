//! A copy for everybody: from the folder of the log to one that is shared, the checkpoint last.

use crate::check::{LogFinding, check_from};
use crate::checkpoint::CheckpointNote;
use crate::policy::{LogPolicy, TrustedHead};
use crate::proof::TreeHead;
use crate::reader::{ReadLogError, TreeReader, read_tile};
use crate::store::{LogFile, StoreError, TileSource, TileStore};
use crate::tile::new_tiles;

/// Where a copy begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyFrom {
    /// What the checkpoint in the copy does not cover yet.
    ItsCheckpoint,
    /// Every tile, so that those are mended that somebody took away.
    TheBeginning,
}

/// Why nothing, or not everything, was published.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MirrorError {
    /// The log itself is not what its head says. Nothing was published.
    #[error("the log is not what its head says: {finding}")]
    Source {
        /// The first thing that is wrong.
        finding: LogFinding,
    },
    /// The copy is ahead: the log was restored from an old copy, or is run twice. Publishing would
    /// show everybody a rollback.
    #[error("{published} entries are published, and the log has {size}")]
    WouldRollBack {
        /// The size that is published.
        published: u64,
        /// The size of the log.
        size: u64,
    },
    /// The copy has another history under our own signature.
    #[error("the published {size} entries are others than those of the log")]
    WouldFork {
        /// The size that is published.
        size: u64,
    },
    /// A file of the log could not be read.
    #[error(transparent)]
    Read(#[from] ReadLogError),
    /// A file of the copy could not be read or written; [`StoreError::Conflict`] is a stranger's
    /// file under one of our names.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Publishes a log up to its head: checks the log once more, then copies its files, then the
/// checkpoint. What the copy says is believed only as far as the log's own signature on it goes.
///
/// # Errors
/// [`MirrorError`]. The published checkpoint is the old one then.
pub fn publish_copy<S: TileSource, T: TileStore>(
    log: &S,
    head: &TrustedHead,
    policy: &LogPolicy,
    copy: &mut T,
    from: CopyFrom,
) -> Result<(), MirrorError> {
    let published = published_head(copy, policy)?;
    let size = head.head().size;
    if published.size > size {
        let published = published.size;
        return Err(MirrorError::WouldRollBack { published, size });
    }
    let begin = match from {
        CopyFrom::ItsCheckpoint => published.size,
        CopyFrom::TheBeginning => 0,
    };
    let findings = check_from(log, head.head(), begin, |_, _| {})?;
    if let Some(finding) = findings.into_iter().next() {
        return Err(MirrorError::Source { finding });
    }
    let (ours, _) = TreeReader::new(log, head).consistency(published.size)?;
    if ours != published {
        let size = published.size;
        return Err(MirrorError::WouldFork { size });
    }
    for path in new_tiles(begin, size) {
        let (_, bytes) = read_tile(log, path.tile(), size)?;
        copy.create(path, &bytes)?;
        if path.is_full() {
            copy.remove_partials(path.tile())?;
        }
    }
    let bytes = head.checkpoint().to_bytes();
    if copy.read(LogFile::Checkpoint)?.as_deref() != Some(&bytes) {
        copy.replace_checkpoint(&bytes)?;
    }
    Ok(())
}

/// The head that the copy shows under the log's own signature; anything else counts as nothing.
fn published_head<T: TileStore>(copy: &T, policy: &LogPolicy) -> Result<TreeHead, StoreError> {
    let bytes = match copy.read(LogFile::Checkpoint) {
        Err(StoreError::TooLong { .. }) => None,
        read => read?,
    };
    let checkpoint = bytes.and_then(|bytes| CheckpointNote::parse(&bytes).ok());
    let judged = checkpoint.and_then(|note| policy.without_quorum().judge(note).ok());
    Ok(judged.map_or_else(TreeHead::empty, |head| *head.head()))
}
