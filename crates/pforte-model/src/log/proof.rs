//! Proofs that an entry is in the log, and that a log has only grown (RFC 6962,
//! 2.1.1 and 2.1.2).
//!
//! # Making one
//!
//! Two steps, so that whoever reads the tiles may do it in any way, also waiting:
//! a [`Plan`] tells with [`Plan::tiles`] which tiles it needs, and makes the proof
//! of them with [`Plan::combine`].
//!
//! # Checking one
//!
//! [`check_inclusion`] and [`check_consistency`] need the proof and the two ends
//! alone. Maker and checker walk the same subtrees in the same order; that order
//! is the plan.

use super::tile::{Node, TileId};
use super::tree::{Hash, empty_root, fold, node_hash};
use std::collections::BTreeMap;
use std::ops::Range;

/// The most hashes in a proof over any log that fits in 64 bits.
pub const MAX_HASHES: usize = 65;

/// A proof does not show what it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the proof does not hold")]
pub struct BadProof;

/// What is asked of a log does not exist in it: an entry beyond its end, or a
/// past in which it was larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the log is smaller than asked for")]
pub struct BeyondEnd;

/// A tile that [`Plan::tiles`] named was not given, or is too short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("tile {} of level {} is missing or too short", .0.position, .0.level)]
pub struct NoTile(pub TileId);

/// The subtrees whose hashes make a proof, in the order of the proof. Each is
/// given by its leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan(Vec<Range<u64>>);

impl Plan {
    /// For the proof that entry `sequence` is in the log of `size` entries.
    pub fn inclusion(sequence: u64, size: u64) -> Result<Self, BeyondEnd> {
        if sequence >= size {
            return Err(BeyondEnd);
        }
        let mut siblings = Vec::new();
        let mut tree = 0..size;
        while let Some((left, right)) = halves(&tree) {
            let (inside, sibling) = if left.contains(&sequence) { (left, right) } else { (right, left) };
            siblings.push(sibling);
            tree = inside;
        }
        siblings.reverse();
        Ok(Self(siblings))
    }

    /// For the proof that the log of `new` entries begins with the log of `old` ones.
    pub fn consistency(old: u64, new: u64) -> Result<Self, BeyondEnd> {
        if old > new {
            return Err(BeyondEnd);
        }
        let mut hashes = Vec::new();
        let mut tree = 0..new;
        while tree.end != old && old != 0 {
            let Some((left, right)) = halves(&tree) else { break };
            let (inside, sibling) = if old <= left.end { (left, right) } else { (right, left) };
            hashes.push(sibling);
            tree = inside;
        }
        // The last subtree of the old log; if it is all of it, the checker knows its hash.
        if tree.start > 0 {
            hashes.push(tree);
        }
        hashes.reverse();
        Ok(Self(hashes))
    }

    /// For the root of the log's first `size` entries: a "proof" of that one hash,
    /// or of none if the log is empty.
    #[must_use]
    pub fn root(size: u64) -> Self {
        Self(std::iter::once(0..size).collect())
    }

    /// The tiles that are needed, each with how many of its hashes from the first on.
    #[must_use]
    pub fn tiles(&self) -> BTreeMap<TileId, usize> {
        let mut tiles = BTreeMap::new();
        for node in self.0.iter().flat_map(|leaves| Node::cover(leaves.start, leaves.end)) {
            let (tile, from, count) = node.place();
            let needed: &mut usize = tiles.entry(tile).or_default();
            *needed = (*needed).max(from + count);
        }
        tiles
    }

    /// The proof, from the tiles.
    pub fn combine<'t>(&self, tile: impl Fn(TileId) -> Option<&'t [Hash]>) -> Result<Vec<Hash>, NoTile> {
        let subtree = |node: Node| {
            let (id, ..) = node.place();
            tile(id).and_then(|hashes| node.hash(hashes)).ok_or(NoTile(id))
        };
        let mut proof = Vec::with_capacity(self.0.len());
        for leaves in &self.0 {
            let nodes: Result<Vec<Hash>, NoTile> =
                Node::cover(leaves.start, leaves.end).map(subtree).collect();
            proof.extend(fold(&nodes?));
        }
        Ok(proof)
    }
}

/// The two subtrees of a tree over these leaves; `None` of a single leaf or nothing.
fn halves(leaves: &Range<u64>) -> Option<(Range<u64>, Range<u64>)> {
    let count = leaves.end.checked_sub(leaves.start)?;
    let level = count.checked_sub(1)?.checked_ilog2()?;
    let middle = leaves.start + (1 << level);
    Some((leaves.start..middle, middle..leaves.end))
}

/// Checks that the entry with this leaf hash stands at `sequence` in the log of
/// `size` entries with this root.
pub fn check_inclusion(
    leaf: &Hash,
    sequence: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), BadProof> {
    let Plan(siblings) = Plan::inclusion(sequence, size).map_err(|_| BadProof)?;
    let mut hash = *leaf;
    for (sibling, other) in siblings.iter().zip(proof) {
        hash = if sibling.start > sequence { node_hash(&hash, other) } else { node_hash(other, &hash) };
    }
    if siblings.len() == proof.len() && hash == *root { Ok(()) } else { Err(BadProof) }
}

/// Checks that the log of `new.0` entries with the root `new.1` begins with the
/// log of `old.0` entries with the root `old.1`.
pub fn check_consistency(old: (u64, &Hash), new: (u64, &Hash), proof: &[Hash]) -> Result<(), BadProof> {
    let Plan(subtrees) = Plan::consistency(old.0, new.0).map_err(|_| BadProof)?;
    if subtrees.len() != proof.len() {
        return Err(BadProof);
    }
    if old.0 == 0 {
        return if *old.1 == empty_root() { Ok(()) } else { Err(BadProof) };
    }
    let mut parts = subtrees.iter().zip(proof).peekable();
    // The subtree at the end of the old log is the first hash, if it is not all of the old log.
    let first = parts.next_if(|(leaves, _)| leaves.end == old.0).map_or(old.1, |(_, hash)| hash);
    let (mut was, mut is) = (*first, *first);
    for (leaves, hash) in parts {
        if leaves.start >= old.0 {
            is = node_hash(&is, hash);
        } else {
            was = node_hash(hash, &was);
            is = node_hash(hash, &is);
        }
    }
    if (was, is) == (*old.1, *new.1) { Ok(()) } else { Err(BadProof) }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops here")]
    use super::super::tile::root_of;
    use super::super::tree::leaf_hash;
    use super::*;
    use ct_merkle::mem_backed_tree::MemoryBackedTree;
    use proptest::prelude::*;
    use sha2::Sha256;

    /// A log of numbers, with its tiles as they would be stored.
    struct Log {
        leaves: Vec<Hash>,
        tiles: BTreeMap<TileId, Vec<Hash>>,
    }

    impl Log {
        fn new(size: u64) -> Self {
            let leaves: Vec<Hash> = (0..size).map(|n| leaf_hash(&[&n.to_be_bytes()])).collect();
            let (mut tiles, mut row) = (BTreeMap::new(), leaves.clone());
            for level in 0.. {
                for (position, hashes) in (0..).zip(row.chunks(256)) {
                    tiles.insert(TileId { level, position }, hashes.to_vec());
                }
                row = row.chunks_exact(256).map(root_of).collect();
                if row.is_empty() {
                    break;
                }
            }
            Self { leaves, tiles }
        }

        fn root(&self, size: u64) -> Hash {
            root_of(&self.leaves[..usize::try_from(size).unwrap()])
        }

        fn leaf(&self, sequence: u64) -> &Hash {
            &self.leaves[usize::try_from(sequence).unwrap()]
        }

        /// The proof from no more than the plan asked for.
        fn prove(&self, plan: &Plan) -> Vec<Hash> {
            let wanted = plan.tiles();
            let tiles: BTreeMap<_, _> =
                wanted.iter().map(|(id, width)| (*id, &self.tiles[id][..*width])).collect();
            plan.combine(|id| tiles.get(&id).copied()).unwrap()
        }
    }

    fn oracle(size: u64) -> MemoryBackedTree<Sha256, [u8; 8]> {
        let mut tree = MemoryBackedTree::new();
        (0..size).for_each(|n| tree.push(n.to_be_bytes()));
        tree
    }

    fn bytes(proof: &[Hash]) -> Vec<u8> {
        proof.concat()
    }

    #[test]
    fn inclusion_proofs_are_those_of_another_implementation_at_every_size_up_to_300() {
        let log = Log::new(300);
        for size in 1..=300 {
            let (tree, root) = (oracle(size), log.root(size));
            for sequence in (0..size).step_by(if size > 40 { 7 } else { 1 }) {
                let proof = log.prove(&Plan::inclusion(sequence, size).unwrap());
                let theirs = tree.prove_inclusion(usize::try_from(sequence).unwrap());
                assert_eq!(bytes(&proof), theirs.as_bytes(), "{sequence} of {size}");
                assert_eq!(check_inclusion(log.leaf(sequence), sequence, size, &proof, &root), Ok(()));
            }
        }
    }

    #[test]
    fn consistency_proofs_are_those_of_another_implementation_at_every_size_up_to_300() {
        let log = Log::new(300);
        for new in 1..=300 {
            let (tree, root) = (oracle(new), log.root(new));
            for old in (1..=new).step_by(if new > 40 { 7 } else { 1 }) {
                let proof = log.prove(&Plan::consistency(old, new).unwrap());
                let theirs = tree.prove_consistency(usize::try_from(new - old).unwrap());
                assert_eq!(bytes(&proof), theirs.as_bytes(), "{old} of {new}");
                assert_eq!(check_consistency((old, &log.root(old)), (new, &root), &proof), Ok(()));
            }
        }
    }

    #[test]
    fn the_root_of_any_past_size_comes_from_the_tiles() {
        let log = Log::new(700);
        assert!(log.prove(&Plan::root(0)).is_empty());
        for size in 1..=700 {
            assert_eq!(log.prove(&Plan::root(size)), [log.root(size)]);
        }
    }

    #[test]
    fn proofs_of_a_large_log_need_few_tiles() {
        let log = Log::new(140_000);
        let (size, root) = (140_000, log.root(140_000));
        for sequence in [0, 255, 256, 65_535, 65_536, 131_071, 131_072, 139_999] {
            let plan = Plan::inclusion(sequence, size).unwrap();
            assert!(plan.tiles().len() <= 5, "{:?}", plan.tiles());
            let proof = log.prove(&plan);
            assert_eq!(check_inclusion(log.leaf(sequence), sequence, size, &proof, &root), Ok(()));
            let plan = Plan::consistency(sequence + 1, size).unwrap();
            assert!(plan.tiles().len() <= 6, "{:?}", plan.tiles());
            let old = log.root(sequence + 1);
            assert_eq!(check_consistency((sequence + 1, &old), (size, &root), &log.prove(&plan)), Ok(()));
        }
    }

    #[test]
    fn what_is_not_in_the_log_has_no_plan_and_no_proof() {
        assert_eq!(Plan::inclusion(0, 0), Err(BeyondEnd));
        assert_eq!(Plan::inclusion(5, 5), Err(BeyondEnd));
        assert_eq!(Plan::consistency(6, 5), Err(BeyondEnd));
        assert_eq!(check_inclusion(&[0; 32], 1, 1, &[], &[0; 32]), Err(BadProof));
        assert_eq!(check_consistency((2, &[0; 32]), (1, &[0; 32]), &[]), Err(BadProof));
    }

    #[test]
    fn everything_grows_from_the_empty_log_and_nothing_else_does() {
        let root = Log::new(5).root(5);
        assert_eq!(check_consistency((0, &empty_root()), (5, &root), &[]), Ok(()));
        assert_eq!(check_consistency((0, &root), (5, &root), &[]), Err(BadProof));
        assert_eq!(check_consistency((0, &empty_root()), (5, &root), &[root]), Err(BadProof));
        assert_eq!(check_consistency((5, &root), (5, &root), &[]), Ok(()));
        assert_eq!(check_consistency((5, &root), (5, &empty_root()), &[]), Err(BadProof));
    }

    #[test]
    fn a_missing_or_short_tile_is_told() {
        let log = Log::new(300);
        let plan = Plan::inclusion(299, 300).unwrap();
        let tile = TileId { level: 0, position: 1 };
        assert_eq!(plan.combine(|_| None), Err(NoTile(tile)));
        let short = |id: TileId| log.tiles.get(&id).map(|hashes| &hashes[..hashes.len() / 2]);
        assert_eq!(plan.combine(short), Err(NoTile(tile)));
    }

    #[test]
    fn the_longest_proof_has_the_stated_bound() {
        assert_eq!(Plan::inclusion(0, u64::MAX).unwrap().0.len(), MAX_HASHES - 1);
        assert_eq!(Plan::consistency(u64::MAX / 2 + 2, u64::MAX).unwrap().0.len(), MAX_HASHES);
        assert_eq!(Plan::consistency(1, u64::MAX).unwrap().0.len(), MAX_HASHES - 1);
    }

    proptest! {
        #[test]
        fn an_inclusion_proof_holds_for_its_entry_place_and_root_alone(
            size in 1_u64..700, at in any::<prop::sample::Index>(),
            other in 0_u64..700, flip in any::<(prop::sample::Index, u8)>(),
        ) {
            let log = Log::new(700);
            let sequence = u64::try_from(at.index(usize::try_from(size).unwrap())).unwrap();
            let proof = log.prove(&Plan::inclusion(sequence, size).unwrap());
            let (leaf, root) = (log.leaf(sequence), log.root(size));
            prop_assert_eq!(check_inclusion(leaf, sequence, size, &proof, &root), Ok(()));
            if other != sequence {
                prop_assert!(check_inclusion(leaf, other, size, &proof, &root).is_err());
                prop_assert!(check_inclusion(log.leaf(other), sequence, size, &proof, &root).is_err());
            }
            prop_assert!(check_inclusion(leaf, sequence, size, &proof, &log.root(other % size)).is_err());
            let longer = [proof.clone(), vec![root]].concat();
            prop_assert!(check_inclusion(leaf, sequence, size, &longer, &root).is_err());
            if let Some((_, shorter)) = proof.split_last() {
                prop_assert!(check_inclusion(leaf, sequence, size, shorter, &root).is_err());
                let mut wrong = proof.clone();
                flip.0.get_mut(&mut wrong)[usize::from(flip.1 % 32)] ^= flip.1 | 1;
                prop_assert!(check_inclusion(leaf, sequence, size, &wrong, &root).is_err());
            }
        }

        #[test]
        fn a_consistency_proof_holds_for_its_two_logs_alone(
            new in 1_u64..700, at in any::<prop::sample::Index>(),
            other in 1_u64..700, flip in any::<(prop::sample::Index, u8)>(),
        ) {
            let log = Log::new(700);
            let old = 1 + u64::try_from(at.index(usize::try_from(new).unwrap())).unwrap();
            let proof = log.prove(&Plan::consistency(old, new).unwrap());
            let (was, is) = (log.root(old), log.root(new));
            prop_assert_eq!(check_consistency((old, &was), (new, &is), &proof), Ok(()));
            if other != old {
                prop_assert!(check_consistency((old, &log.root(other)), (new, &is), &proof).is_err());
                prop_assert!(check_consistency((other, &was), (new, &is), &proof).is_err());
            }
            if other != new {
                prop_assert!(check_consistency((old, &was), (new, &log.root(other)), &proof).is_err());
            }
            if let Some((_, shorter)) = proof.split_last() {
                prop_assert!(check_consistency((old, &was), (new, &is), shorter).is_err());
                let mut wrong = proof.clone();
                flip.0.get_mut(&mut wrong)[usize::from(flip.1 % 32)] ^= flip.1 | 1;
                prop_assert!(check_consistency((old, &was), (new, &is), &wrong).is_err());
            }
        }

        #[test]
        fn arbitrary_proofs_never_hold_and_never_panic(
            a in any::<u64>(), b in any::<u64>(), proof in prop::collection::vec(any::<Hash>(), 0..70),
        ) {
            prop_assert!(check_inclusion(&[1; 32], a, b, &proof, &[2; 32]).is_err());
            prop_assert!(check_consistency((a, &[1; 32]), (b, &[2; 32]), &proof).is_err());
        }
    }
}
