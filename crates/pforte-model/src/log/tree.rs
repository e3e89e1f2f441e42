//! The Merkle tree of RFC 6962, 2.1: hashes and growth.

use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The hash of a leaf whose data are these parts one after the other.
#[must_use]
pub fn leaf_hash(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// The hash of an inner node.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The head of a tree without leaves.
#[must_use]
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// The head over perfect subtrees of falling size; `None` of none.
pub(super) fn fold(roots: &[Hash]) -> Option<Hash> {
    roots.iter().rev().copied().reduce(|head, left| node_hash(&left, &head))
}

/// The right edge of the tree: the roots of its perfect subtrees, largest first.
/// It is all that appending needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    roots: Vec<Hash>,
}

impl Frontier {
    /// The frontier of a tree of `size` leaves with these subtree roots; `None`
    /// if their number does not belong to that size.
    #[must_use]
    pub fn from_parts(size: u64, roots: Vec<Hash>) -> Option<Self> {
        (usize::try_from(size.count_ones()).ok()? == roots.len()).then_some(Self { size, roots })
    }

    /// Number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the perfect subtrees, largest first.
    #[must_use]
    pub fn roots(&self) -> &[Hash] {
        &self.roots
    }

    /// Appends a leaf and returns its sequence number, counted from 0.
    pub fn push(&mut self, leaf: Hash) -> u64 {
        self.push_visiting(leaf, |_, _| ())
    }

    /// As [`Self::push`]; `visit` hears of each perfect subtree that the leaf
    /// completes, with its level: the leaf itself is level 0, a pair level 1, and
    /// so on. Levels 0, 8, 16, ... are what tiles are made of.
    pub fn push_visiting(&mut self, leaf: Hash, mut visit: impl FnMut(u32, &Hash)) -> u64 {
        let sequence = self.size;
        let mut hash = leaf;
        visit(0, &hash);
        for level in 0..sequence.trailing_ones() {
            if let Some(left) = self.roots.pop() {
                hash = node_hash(&left, &hash);
                visit(level + 1, &hash);
            }
        }
        self.roots.push(hash);
        self.size += 1;
        sequence
    }

    /// The head of the tree; of an empty one the hash of nothing.
    #[must_use]
    pub fn root(&self) -> Hash {
        fold(&self.roots).unwrap_or_else(empty_root)
    }
}

impl FromIterator<Hash> for Frontier {
    fn from_iter<T: IntoIterator<Item = Hash>>(leaves: T) -> Self {
        let mut tree = Self::default();
        for leaf in leaves {
            tree.push(leaf);
        }
        tree
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops here")]
    use super::*;
    use ct_merkle::mem_backed_tree::MemoryBackedTree;
    use proptest::prelude::*;

    fn data(count: u16) -> Vec<Vec<u8>> {
        (0..count).map(|n| n.to_be_bytes().repeat(usize::from(n % 7))).collect()
    }

    #[test]
    fn the_root_is_that_of_another_implementation_at_every_size() {
        let mut oracle = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        let mut ours = Frontier::default();
        assert_eq!(ours.root(), <Hash>::from(*oracle.root().as_bytes()));
        for item in data(600) {
            assert_eq!(ours.push(leaf_hash(&[&item])), oracle.len());
            oracle.push(item);
            assert_eq!(ours.root(), <Hash>::from(*oracle.root().as_bytes()));
            assert_eq!(ours.size(), oracle.len());
        }
    }

    #[test]
    fn a_leaf_given_in_parts_hashes_as_one() {
        assert_eq!(leaf_hash(&[b"a", b"", b"bc"]), leaf_hash(&[b"abc"]));
    }

    #[test]
    fn every_subtree_is_visited_when_it_is_complete() {
        let leaves: Vec<Hash> = data(64).iter().map(|item| leaf_hash(&[item])).collect();
        let mut tree = Frontier::default();
        let mut visited = [0_u64; 7];
        for leaf in &leaves {
            tree.push_visiting(*leaf, |level, hash| {
                let level = usize::try_from(level).unwrap();
                let nth = usize::try_from(visited[level]).unwrap();
                let under = leaves.chunks(1 << level).nth(nth).unwrap();
                assert_eq!(*hash, under.iter().copied().collect::<Frontier>().root());
                visited[level] += 1;
            });
        }
        assert_eq!(visited, [64, 32, 16, 8, 4, 2, 1]);
    }

    #[test]
    fn a_frontier_with_the_wrong_number_of_roots_is_refused() {
        assert!(Frontier::from_parts(0, vec![]).is_some());
        assert!(Frontier::from_parts(0, vec![[0; 32]]).is_none());
        assert!(Frontier::from_parts(6, vec![[0; 32]]).is_none());
    }

    proptest! {
        #[test]
        fn growth_goes_on_from_a_stored_frontier(before in 0_u16..300, after in 0_u16..300) {
            let leaves: Vec<Hash> = data(before + after).iter().map(|item| leaf_hash(&[item])).collect();
            let (old, new) = leaves.split_at(usize::from(before));
            let stored: Frontier = old.iter().copied().collect();
            let mut tree = Frontier::from_parts(stored.size(), stored.roots().to_vec()).unwrap();
            for leaf in new {
                tree.push(*leaf);
            }
            prop_assert_eq!(tree, leaves.iter().copied().collect::<Frontier>());
        }
    }
}
