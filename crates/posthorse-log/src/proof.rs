//! Inclusion and consistency, verified as RFC 9162 §2.1 says: without the tree, from the proof alone.

use crate::hash::TreeHash;

/// What a checkpoint says of the tree. A root does not commit to the number of leaves below it: a
/// size is worth as much as the signature over it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeHead {
    /// How many entries the tree has.
    pub size: u64,
    /// The hash over all of them.
    pub root: TreeHash,
}

impl TreeHead {
    /// The tree without entries.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            size: 0,
            root: TreeHash::of_empty_tree(),
        }
    }
}

/// The most hashes that a proof can have, since sizes stay below 2⁶³.
pub const LONGEST_PROOF: usize = 63;

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// No such entry is in the tree.
    #[error("entry {index} is not in a tree of {size}")]
    IndexOutside {
        /// The index that was asked for.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// The older tree is the larger one.
    #[error("a tree of {old} entries is not the beginning of one of {new}")]
    SizeShrank {
        /// The size of the older tree.
        old: u64,
        /// The size of the newer tree.
        new: u64,
    },
    /// The proof has too many or too few hashes for these sizes.
    #[error("a proof of {found} hashes does not fit these sizes")]
    WrongLength {
        /// How many hashes it has.
        found: usize,
    },
    /// The hashes do not lead to the (newer) root.
    #[error("the proof does not lead to the root {expected}")]
    RootDiffers {
        /// The root that the checkpoint states.
        expected: TreeHash,
    },
    /// The hashes lead to the newer root, but from another older tree: there are two histories.
    #[error("the first {size} entries had the root {expected}, and now have {found}")]
    HistoryDiffers {
        /// The size of the older tree.
        size: u64,
        /// The root that it had.
        expected: TreeHash,
        /// The root that the newer tree gives it.
        found: TreeHash,
    },
}

/// The hashes beside the way from an entry to the root, the entry's neighbour first (RFC 9162 §2.1.3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InclusionProof {
    /// From the entry's sibling to the root's child.
    pub hashes: Vec<TreeHash>,
}

/// The hashes by which the beginning of a tree is recognised in it (RFC 9162 §2.1.4).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ConsistencyProof {
    /// In the order of RFC 6962 §2.1.2.
    pub hashes: Vec<TreeHash>,
}

/// Two positions that climb the tree together: a node, and the last node of its row.
struct Climb {
    node: u64,
    last: u64,
}

impl Climb {
    fn step(&mut self) {
        self.node >>= 1;
        self.last >>= 1;
    }

    /// Whether the next hash stands to the left of the node.
    fn takes_left(&self) -> bool {
        self.node & 1 == 1 || self.node == self.last
    }

    /// Leaves the rows in which a last node has no sibling and is its own parent.
    fn skip_lonely(&mut self) {
        while self.node & 1 == 0 && self.node != 0 {
            self.step();
        }
    }
}

impl InclusionProof {
    /// Shows that the entry with this hash stands at this index of the tree.
    ///
    /// # Errors
    /// [`ProofError`]: what does not fit.
    pub fn verify(&self, index: u64, entry: &TreeHash, head: &TreeHead) -> Result<(), ProofError> {
        if index >= head.size {
            return Err(ProofError::IndexOutside {
                index,
                size: head.size,
            });
        }
        let wrong_length = ProofError::WrongLength {
            found: self.hashes.len(),
        };
        let mut climb = Climb {
            node: index,
            last: head.size - 1,
        };
        let mut root = *entry;
        for hash in &self.hashes {
            if climb.last == 0 {
                return Err(wrong_length);
            }
            if climb.takes_left() {
                root = TreeHash::of_children(hash, &root);
                climb.skip_lonely();
            } else {
                root = TreeHash::of_children(&root, hash);
            }
            climb.step();
        }
        if climb.last != 0 {
            return Err(wrong_length);
        }
        if root == head.root {
            Ok(())
        } else {
            Err(ProofError::RootDiffers {
                expected: head.root,
            })
        }
    }
}

impl ConsistencyProof {
    /// Shows that the newer tree begins with the older one.
    ///
    /// # Errors
    /// [`ProofError`]: what does not fit. [`ProofError::HistoryDiffers`] is more than a bad proof:
    /// it shows that the newer tree was not grown from the older one.
    pub fn verify(&self, old: &TreeHead, new: &TreeHead) -> Result<(), ProofError> {
        if old.size > new.size {
            return Err(ProofError::SizeShrank {
                old: old.size,
                new: new.size,
            });
        }
        if old.size == new.size {
            self.require_empty()?;
            return same_history(old, new.root);
        }
        if old.size == 0 {
            self.require_empty()?;
            return same_history(old, TreeHash::of_empty_tree());
        }
        let (old_root, new_root) = self.roots(old, new.size)?;
        if new_root != new.root {
            return Err(ProofError::RootDiffers { expected: new.root });
        }
        same_history(old, old_root)
    }

    fn require_empty(&self) -> Result<(), ProofError> {
        if self.hashes.is_empty() {
            Ok(())
        } else {
            Err(ProofError::WrongLength {
                found: self.hashes.len(),
            })
        }
    }

    /// The two roots to which the hashes lead.
    fn roots(&self, old: &TreeHead, new_size: u64) -> Result<(TreeHash, TreeHash), ProofError> {
        let wrong_length = ProofError::WrongLength {
            found: self.hashes.len(),
        };
        let mut climb = Climb {
            node: old.size - 1,
            last: new_size - 1,
        };
        while climb.node & 1 == 1 {
            climb.step();
        }
        // An older tree without a ragged edge is a node of the newer one: its root is not sent.
        let (first, rest) = if old.size.is_power_of_two() {
            (old.root, self.hashes.as_slice())
        } else {
            let (first, rest) = self.hashes.split_first().ok_or(wrong_length)?;
            (*first, rest)
        };
        let (mut old_root, mut new_root) = (first, first);
        for hash in rest {
            if climb.last == 0 {
                return Err(wrong_length);
            }
            if climb.takes_left() {
                old_root = TreeHash::of_children(hash, &old_root);
                new_root = TreeHash::of_children(hash, &new_root);
                climb.skip_lonely();
            } else {
                new_root = TreeHash::of_children(&new_root, hash);
            }
            climb.step();
        }
        if climb.last == 0 {
            Ok((old_root, new_root))
        } else {
            Err(wrong_length)
        }
    }
}

fn same_history(old: &TreeHead, found: TreeHash) -> Result<(), ProofError> {
    if old.root == found {
        Ok(())
    } else {
        Err(ProofError::HistoryDiffers {
            size: old.size,
            expected: old.root,
            found,
        })
    }
}
