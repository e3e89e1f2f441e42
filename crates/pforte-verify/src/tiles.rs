//! The tiles that were given and are not used up yet.

use crate::report::{Rows, TileFault, What};
use pforte_model::log::tile::{HEIGHT, TileId, WIDTH};
use pforte_model::log::tree::Hash;
use std::collections::BTreeMap;
use std::ops::Range;

/// The highest level at which a log of 64-bit size can have a full tile.
const MAX_LEVEL: u32 = 6;

/// The most tiles that are held at once, 128 MB. Only a log with millions of
/// entries missing, or of tiles put in, comes near.
const MAX_WAITING: usize = 16_384;

/// How many entries lie under a tile of this level.
const fn span(level: u32) -> u64 {
    1 << ((level + 1) * HEIGHT)
}

/// The entries under a tile.
fn rows_of(id: TileId) -> Rows {
    let first = id.position.saturating_mul(span(id.level));
    Rows { first, last: first.saturating_add(span(id.level) - 1) }
}

/// Which tiles an audit must be given before these entries: for each level the
/// first position and the one after the last.
pub fn tiles_starting(rows: Range<u64>) -> impl Iterator<Item = (u32, Range<u64>)> {
    (0..=MAX_LEVEL)
        .map(move |level| (level, rows.start.div_ceil(span(level))..rows.end.div_ceil(span(level))))
}

/// The tiles that were given and are not used up yet.
#[derive(Debug, Default)]
pub(crate) struct Tiles {
    waiting: BTreeMap<TileId, Vec<Hash>>,
}

impl Tiles {
    /// Takes a tile. `next` is the first entry that was not read yet.
    pub(crate) fn give(
        &mut self,
        (level, position): (i64, i64),
        bytes: &[u8],
        next: u64,
    ) -> Result<(), (What, Option<Rows>)> {
        let known = u32::try_from(level).ok().filter(|level| *level <= MAX_LEVEL);
        let (Some(level), Ok(position)) = (known, u64::try_from(position)) else {
            return Err((What::StrayTile { level, position }, None));
        };
        let id = TileId { level, position };
        let rows = rows_of(id);
        if rows.last < next || self.waiting.contains_key(&id) {
            return Err((What::Tile { level, fault: TileFault::Inserted }, Some(rows)));
        }
        if self.waiting.len() >= MAX_WAITING {
            return Err((What::Tile { level, fault: TileFault::Unread }, Some(rows)));
        }
        let (hashes, rest) = bytes.as_chunks::<32>();
        self.waiting.insert(id, hashes.to_vec());
        let whole = u64::try_from(hashes.len()) == Ok(WIDTH) && rest.is_empty();
        if whole { Ok(()) } else { Err((What::Tile { level, fault: TileFault::Altered }, Some(rows))) }
    }

    /// The leaf hash that a tile tells of this entry.
    pub(crate) fn leaf(&self, sequence: u64) -> Option<Hash> {
        self.around(sequence)?.get(usize::try_from(sequence % WIDTH).ok()?).copied()
    }

    /// The hashes of the level 0 tile over this entry.
    fn around(&self, sequence: u64) -> Option<&[Hash]> {
        self.waiting.get(&TileId { level: 0, position: sequence / WIDTH }).map(Vec::as_slice)
    }

    /// How many places to the right of its own the tile has the hash of this entry;
    /// 0 if it does not have it. `hint` is tried first, and believed where the
    /// place it tells lies in another tile.
    pub(crate) fn moved(&self, sequence: u64, leaf: &Hash, hint: i64) -> i64 {
        let Some((tile, own)) = self.around(sequence).zip(i64::try_from(sequence % WIDTH).ok()) else {
            return hint;
        };
        let place = |by: i64| usize::try_from(own + by).ok().and_then(|place| tile.get(place));
        if hint != 0 && place(hint).is_none_or(|hash| hash == leaf) {
            return hint;
        }
        let found = tile.iter().position(|hash| hash == leaf).and_then(|place| i64::try_from(place).ok());
        found.map_or(0, |place| place - own)
    }

    /// Takes out the tiles whose last entry is the one before `next`: for each level
    /// that can have one the entries under it, and the tile if it was given.
    pub(crate) fn finished(&mut self, next: u64) -> impl Iterator<Item = (u32, Rows, Option<Vec<Hash>>)> {
        (0..=MAX_LEVEL).take_while(move |level| next.is_multiple_of(span(*level))).map(move |level| {
            let id = TileId { level, position: next / span(level) - 1 };
            (level, rows_of(id), self.waiting.remove(&id))
        })
    }

    /// The hash that a tile of an upper level tells of the entries up to before
    /// `next`, and which entries those are, for each level that has one there.
    pub(crate) fn above(&self, next: u64) -> impl Iterator<Item = (u32, Rows, Option<&Hash>)> {
        (1..=MAX_LEVEL).take_while(move |level| next.is_multiple_of(span(*level - 1))).filter_map(
            move |level| {
                let index = next / span(level - 1) - 1;
                let tile = self.waiting.get(&TileId { level, position: index / WIDTH })?;
                let hash = tile.get(usize::try_from(index % WIDTH).ok()?);
                Some((level, rows_of(TileId { level: level - 1, position: index }), hash))
            },
        )
    }

    /// Drops the tiles that end before `next`, because entries were passed over.
    pub(crate) fn pass(&mut self, next: u64) {
        self.waiting.retain(|id, _| rows_of(*id).last >= next);
    }

    /// The tiles that were given and whose entries never came.
    pub(crate) fn left(self) -> impl Iterator<Item = (u32, Rows)> {
        self.waiting.into_keys().map(|id| (id.level, rows_of(id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn tile(level: u32, fault: TileFault) -> What {
        What::Tile { level, fault }
    }

    #[test]
    fn a_tile_is_taken_once_and_before_its_last_entry() {
        let mut tiles = Tiles::default();
        let rows = Some(Rows { first: 256, last: 511 });
        assert_eq!(tiles.give((0, 1), &[0; 8192], 511), Ok(()));
        let twice = Err((tile(0, TileFault::Inserted), rows));
        assert_eq!(tiles.give((0, 1), &[0; 8192], 511), twice);
        assert_eq!(Tiles::default().give((0, 1), &[0; 8192], 512), twice);
    }

    #[test]
    fn no_more_tiles_are_held_than_the_bound() {
        let mut tiles = Tiles::default();
        for position in 0..16_384 {
            assert!(tiles.give((0, position), &[0; 8192], 0).is_ok());
        }
        let unread = tiles.give((2, 1), &[0; 8192], 0).map_err(|(what, _)| what);
        assert_eq!(unread, Err(tile(2, TileFault::Unread)));
        assert_eq!(tiles.left().count(), 16_384);
    }

    #[test]
    fn every_tile_is_asked_for_once_whatever_the_blocks() {
        let (mut asked, mut from) = (Vec::new(), 0);
        for block in [1, 255, 256, 300, 1, 65_536, 40_000, 100_000] {
            for (level, positions) in tiles_starting(from..from + block) {
                asked.extend(positions.map(|position| (level, position)));
            }
            from += block;
        }
        asked.sort_unstable();
        let count = |level| from.div_ceil(span(level));
        let expected = (0..=MAX_LEVEL).flat_map(|level| (0..count(level)).map(move |at| (level, at)));
        assert_eq!(asked, expected.collect::<Vec<_>>());
    }

    #[test]
    fn the_end_of_the_numbers_is_no_overflow() {
        for (level, positions) in tiles_starting(u64::MAX - 5..u64::MAX) {
            assert!(positions.count() <= 1, "{level}");
        }
        let rows = rows_of(TileId { level: 6, position: u64::MAX });
        assert_eq!(rows.last, u64::MAX);
    }
}
