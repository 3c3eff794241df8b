//! The transparency log as files, exactly as C2SP defines it: tiles of a Merkle tree
//! (tlog-tiles, RFC 6962), checkpoints as signed notes (tlog-checkpoint, signed-note), proofs to
//! keep beside a document (tlog-proof), and a witness that cosigns what only grew
//! (tlog-cosignature, tlog-witness).
//!
//! [`Log`] appends and signs. [`LogPolicy::judge`] makes a [`TrustedHead`] of a checkpoint, and
//! everything that is read afterwards must lead to such a head: [`TreeReader`] gives entries and
//! proofs, [`LogProof::verify`] shows one entry offline, [`check_log`] all of them. [`Witness`]
//! refuses forks and rollbacks. `spec/transparency-log-v1.md` says what the bureau logs, and when.
//!
//! This crate reads no clock and no environment and prints nothing. Files are touched behind
//! [`TileSource`] and [`TileStore`] only; [`DirectoryLog`] is the one implementation with a disk.

mod bundle;
mod check;
mod checkpoint;
#[cfg(test)]
mod crash_tests;
mod directory;
mod edge;
mod hash;
mod keys;
#[cfg(test)]
mod lazy_disk;
mod leaf;
mod log;
mod log_proof;
mod mirror;
mod note;
mod policy;
mod proof;
mod reader;
mod steps;
mod store;
mod tile;
mod witness;
mod witness_request;

pub use bundle::{BundleError, EntryTooLong, LogEntry, read_bundle};
pub use check::{LogFinding, check_log};
pub use checkpoint::{CheckpointError, CheckpointNote, Origin, OriginError};
pub use directory::DirectoryLog;
pub use hash::{HashTextError, TreeHash};
pub use keys::{Cosigner, NoteSigner, SignatureType, VerifierKey, VerifierKeyError};
pub use leaf::{
    DeletionLeaf, Leaf, LeafError, LogPlace, ReceiptLeaf, RegistryLeaf, RulesLeaf, VerdictLeaf,
};
pub use log::{AppendError, ClockBehind, Log, LogSigner, OpenLogError};
pub use log_proof::{
    LONGEST_EXTRA, LogProof, LogProofError, LogProofTextError, PROOF_ENDING, ProvenEntry,
};
pub use mirror::{CopyFrom, MirrorError, publish_copy};
pub use note::{
    KeyName, KeyNameError, LONGEST_NOTE, MOST_SIGNATURES, Note, NoteError, NoteKeyId, SignatureLine,
};
pub use policy::{AgeError, CLOCK_SKEW, HeadError, LogPolicy, PolicyError, TrustedHead};
pub use proof::{ConsistencyProof, InclusionProof, LONGEST_PROOF, ProofError, TreeHead};
pub use reader::{ReadLogError, TreeReader};
pub use store::{LogFile, MemoryLog, StoreError, TileSource, TileStore};
pub use tile::{FULL, TileContent, TileId, TilePath, TilePathError, new_tiles};
pub use witness::{Agreed, FolderError, RecallError, Remembered, Witness, WitnessRefusal};
pub use witness_request::{AddCheckpoint, RequestError};
