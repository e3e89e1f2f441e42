//! Where the hashes of the tree are kept: in tiles of 256.
//!
//! A tile of level 0 holds 256 leaf hashes in a row, a tile of level 1 the hashes
//! of 256 full tiles of level 0, and so on. What lies between is computed. So
//! every hash of the tree is found in one tile, and a proof needs a handful.
//!
//! A tile that is not full yet is not kept as a tile: on level 0 its hashes are
//! those of the newest entries, above it each of its hashes is the
//! [root](super::tree::Frontier::root) of a full tile one level below.

use super::tree::{Frontier, Hash};

/// Number of hashes in a full tile.
pub const WIDTH: u64 = 256;

/// Levels of the tree between two levels of tiles.
pub const HEIGHT: u32 = 8;

/// Which tile: `level` counts tiles (its hashes are subtrees of 256 to the power
/// of `level` leaves), `position` counts from the left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileId {
    /// 0 for the leaves.
    pub level: u32,
    /// 0 for the oldest.
    pub position: u64,
}

/// A perfect subtree: `1 << level` leaves, the `index`-th of this size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// 0 for a leaf.
    pub level: u32,
    /// Counted from 0, from the left.
    pub index: u64,
}

impl Node {
    /// The largest perfect subtrees over the leaves from `start` to before `end`,
    /// from left to right.
    pub fn cover(start: u64, end: u64) -> impl Iterator<Item = Self> {
        let mut next = start;
        std::iter::from_fn(move || {
            let left = end.checked_sub(next)?.checked_ilog2()?;
            let level = left.min(next.trailing_zeros());
            let node = Self { level, index: next.checked_shr(level)? };
            next = next.checked_add(1_u64.checked_shl(level)?)?;
            Some(node)
        })
    }

    /// The tile whose hashes make this subtree, and which of them: from (0 to
    /// 255), and how many (1 to 128).
    #[must_use]
    pub fn place(self) -> (TileId, usize, usize) {
        let inside = self.level % HEIGHT;
        let first = self.index << inside;
        let tile = TileId { level: self.level / HEIGHT, position: first / WIDTH };
        (tile, usize::try_from(first % WIDTH).unwrap_or_default(), 1 << inside)
    }

    /// The hash of this subtree, from the tile that [`Self::place`] tells.
    /// `None` if the tile is too short.
    #[must_use]
    pub fn hash(self, tile: &[Hash]) -> Option<Hash> {
        let (_, from, count) = self.place();
        match tile.get(from..from + count)? {
            [one] => Some(*one),
            hashes => Some(root_of(hashes)),
        }
    }
}

/// The head of the tree over these hashes.
#[must_use]
pub fn root_of(hashes: &[Hash]) -> Hash {
    hashes.iter().copied().collect::<Frontier>().root()
}

/// Which tiles become full when a log grows from `old` to `new` entries: for each
/// level the first position and the one after the last. Levels without any are left out.
pub fn completed(old: u64, new: u64) -> impl Iterator<Item = (u32, std::ops::Range<u64>)> {
    (0..u64::BITS / HEIGHT).map_while(move |level| {
        let shift = (level + 1) * HEIGHT;
        let full = |size: u64| size.checked_shr(shift).unwrap_or(0);
        (full(old) < full(new)).then(|| (level, full(old)..full(new)))
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops here")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_tile_is_completed_once_on_the_way_up() {
        let (mut seen, mut size) = (Vec::new(), 0);
        for step in [1, 254, 1, 1, 255, 65_000, 24, 0, 1, 70_000, 70_000] {
            for (level, positions) in completed(size, size + step) {
                seen.extend(positions.map(|position| (level, position)));
            }
            size += step;
        }
        seen.sort_unstable();
        let expected = (0..size / 256).map(|n| (0, n)).chain((0..size / 65_536).map(|n| (1, n)));
        assert_eq!(seen, expected.collect::<Vec<_>>());
    }

    #[test]
    fn the_largest_log_has_tiles_on_seven_levels() {
        let levels: Vec<u32> = completed(0, u64::MAX).map(|(level, _)| level).collect();
        assert_eq!(levels, [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(Node::cover(0, u64::MAX).count(), 64);
    }

    proptest! {
        #[test]
        fn a_cover_is_a_row_of_subtrees_without_gap_or_overlap(start in 0_u64..2000, count in 0_u64..2000) {
            let mut next = start;
            for node in Node::cover(start, start + count) {
                prop_assert_eq!(node.index << node.level, next);
                next += 1 << node.level;
            }
            prop_assert_eq!(next, start + count);
        }

        #[test]
        fn a_subtree_is_computed_from_the_one_tile_it_lies_in(level in 0_u32..16, index in 0_u64..1000) {
            let node = Node { level, index };
            let (tile, from, count) = node.place();
            prop_assert!(from + count <= 256);
            let leaves_of_a_hash = 1_u64 << (tile.level * HEIGHT);
            let first = (tile.position * WIDTH + u64::try_from(from).unwrap()) * leaves_of_a_hash;
            prop_assert_eq!(first, index << level);
            prop_assert_eq!(u64::try_from(count).unwrap() * leaves_of_a_hash, 1 << level);
            let hashes: Vec<Hash> = (0..=255).map(|n| [n; 32]).collect();
            prop_assert_eq!(node.hash(&hashes), Some(root_of(&hashes[from..from + count])));
            prop_assert_eq!(node.hash(&hashes[..from + count - 1]), None);
        }
    }
}
