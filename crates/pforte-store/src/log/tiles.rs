//! The tiles that are not full yet, one per level of the tree.

use pforte_model::log::tile::{HEIGHT, WIDTH};
use pforte_model::log::tree::Hash;

/// Levels of tiles that a tree of 2^64 leaves has.
const LEVELS: usize = 8;

/// A tile that became full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Full {
    pub(super) level: i64,
    pub(super) position: i64,
    pub(super) hashes: Vec<u8>,
}

/// The open tile of one level.
#[derive(Clone, Debug, Default)]
struct Open {
    /// How many hashes this level has in all.
    count: u64,
    /// Those of the open tile; fewer if some of them are not known.
    hashes: Vec<Hash>,
}

/// The open tiles of all levels.
#[derive(Clone, Debug, Default)]
pub(super) struct Tiles([Open; LEVELS]);

/// Hashes that have to be read to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) level: u32,
    pub(super) first: u64,
    pub(super) end: u64,
}

impl Tiles {
    /// What has to be read to go on at `size` leaves. Forgets what belongs to tiles
    /// that are full by now.
    pub(super) fn wanted(&mut self, size: u64) -> Vec<Wanted> {
        let mut wanted = Vec::new();
        for (open, level) in self.0.iter_mut().zip(0..) {
            let end = size.checked_shr(level * HEIGHT).unwrap_or(0);
            let first = end - end % WIDTH;
            if open.count < first || open.count > end {
                open.hashes.clear();
                open.count = first;
            }
            if open.count < end {
                wanted.push(Wanted { level, first: open.count, end });
            }
        }
        wanted
    }

    /// Takes what was read.
    pub(super) fn fill(&mut self, read: Wanted, hashes: Vec<Hash>) {
        if let Some(open) = self.open(read.level) {
            open.hashes.extend(hashes);
            open.count = read.end;
        }
    }

    /// Adds the hash of a subtree that was completed, `level` as the tree counts;
    /// gives the tile that became full by it.
    pub(super) fn add(&mut self, level: u32, hash: &Hash) -> Option<Full> {
        if !level.is_multiple_of(HEIGHT) {
            return None;
        }
        let level = level / HEIGHT;
        let open = self.open(level)?;
        open.count += 1;
        open.hashes.push(*hash);
        if !open.count.is_multiple_of(WIDTH) {
            return None;
        }
        let hashes = std::mem::take(&mut open.hashes);
        if u64::try_from(hashes.len()) != Ok(WIDTH) {
            tracing::error!(level, "a tile of the event log cannot be written: hashes of it are missing");
            return None;
        }
        let position = i64::try_from(open.count / WIDTH - 1).ok()?;
        Some(Full { level: i64::from(level), position, hashes: hashes.concat() })
    }

    fn open(&mut self, level: u32) -> Option<&mut Open> {
        self.0.get_mut(usize::try_from(level).ok()?)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops here")]
    use super::*;
    use pforte_model::log::tree::{Frontier, leaf_hash};

    fn leaf(n: u64) -> Hash {
        leaf_hash(&[&n.to_be_bytes()])
    }

    fn push(tree: &mut Frontier, tiles: &mut Tiles, n: u64) -> Vec<Full> {
        let mut full = Vec::new();
        tree.push_visiting(leaf(n), |level, hash| full.extend(tiles.add(level, hash)));
        full
    }

    #[test]
    fn a_tile_is_told_when_it_is_full_and_its_root_is_the_trees() {
        let (mut tree, mut tiles, mut full) = (Frontier::default(), Tiles::default(), Vec::new());
        for n in 0..65_536 {
            full.extend(push(&mut tree, &mut tiles, n));
        }
        assert_eq!(full.len(), 257);
        let top = full.last().unwrap();
        assert_eq!((top.level, top.position), (1, 0));
        let root: Frontier = top.hashes.as_chunks::<32>().0.iter().copied().collect();
        assert_eq!(root.root(), tree.root());
    }

    #[test]
    fn open_tiles_that_were_read_again_go_on_like_those_that_were_kept() {
        let (mut tree, mut kept) = (Frontier::default(), Tiles::default());
        let full: Vec<Full> = (0..700).flat_map(|n| push(&mut tree, &mut kept, n)).collect();
        assert_eq!(full.iter().map(|tile| tile.position).collect::<Vec<_>>(), [0, 1]);
        let mut again = Tiles::default();
        let wanted = again.wanted(700);
        assert_eq!(wanted[0], Wanted { level: 0, first: 512, end: 700 });
        assert_eq!(wanted[1], Wanted { level: 1, first: 0, end: 2 });
        again.fill(wanted[0], (512..700).map(leaf).collect());
        let root = |n: u64| (n * 256..n * 256 + 256).map(leaf).collect::<Frontier>().root();
        again.fill(wanted[1], vec![root(0), root(1)]);
        let mut copy = tree.clone();
        for n in 700..66_000 {
            assert_eq!(push(&mut tree, &mut kept, n), push(&mut copy, &mut again, n));
        }
    }

    #[test]
    fn what_others_appended_is_all_that_is_read() {
        let (mut tree, mut tiles) = (Frontier::default(), Tiles::default());
        (0..300).for_each(|n| drop(push(&mut tree, &mut tiles, n)));
        assert_eq!(tiles.wanted(300), []);
        assert_eq!(tiles.wanted(310), [Wanted { level: 0, first: 300, end: 310 }]);
        let wanted = [Wanted { level: 0, first: 512, end: 600 }, Wanted { level: 1, first: 1, end: 2 }];
        assert_eq!(tiles.wanted(600), wanted);
    }

    #[test]
    fn a_tile_with_a_hash_missing_is_not_made_up() {
        let mut tiles = Tiles::default();
        let wanted = tiles.wanted(200);
        tiles.fill(wanted[0], (0..199).map(leaf).collect());
        let full = (200..512).filter_map(|n| tiles.add(0, &leaf(n)));
        assert_eq!(full.map(|tile| tile.position).collect::<Vec<_>>(), [1]);
    }
}
