//! Feeds a log from a database to the verifier, in the order that it asks for.

use pforte_store::log::{self, KeptCheckpoint};
use pforte_store::{Conn, StoreError};
use pforte_verify::{Audit, Expect, Head, Report, Row, tiles_starting};
use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

/// Rows that are held at a time.
const BLOCK: u32 = 4096;

/// Tiles that are held at a time.
const TILES: u32 = 256;

/// Compares a log with itself and with checkpoints that were kept elsewhere.
/// `conn` must see one state until the end.
pub(super) async fn feed(conn: &mut Conn, expect: Expect, notes: &[Vec<u8>]) -> Result<Report, StoreError> {
    let head = match log::head(conn).await {
        // Without its row the log has no head that could be believed.
        Err(StoreError::Missing) => log::Head { size: 0, frontier: Vec::new(), note: String::new() },
        head => head?,
    };
    let audit =
        Audit::new(expect, &Head { size: head.size, frontier: &head.frontier, note: head.note.as_bytes() });
    let mut feeder = Feeder { audit, tiles: BTreeMap::new(), checkpoints: Checkpoints::default() };
    for note in notes {
        feeder.audit.elsewhere(note);
    }
    feeder.rows(conn).await?;
    feeder.checkpoints(conn, i64::MAX).await?;
    feeder.tiles_left(conn).await?;
    Ok(feeder.audit.finish())
}

struct Feeder {
    audit: Audit,
    /// For each level the position of the next tile that was not given yet.
    tiles: BTreeMap<i64, i64>,
    checkpoints: Checkpoints,
}

impl Feeder {
    async fn rows(&mut self, conn: &mut Conn) -> Result<(), StoreError> {
        let (mut from, mut begin) = (i64::MIN, 0_u64);
        loop {
            let rows = log::entries(conn, from, BLOCK).await?;
            let Some(last) = rows.last().map(|row| row.seq) else { return Ok(()) };
            let end = u64::try_from(last).map_or(0, |last| last.saturating_add(1)).max(begin);
            self.tiles(conn, begin..end).await?;
            self.checkpoints(conn, i64::try_from(end).unwrap_or(i64::MAX)).await?;
            for row in &rows {
                self.audit.row(&Row {
                    sequence: row.seq,
                    record: row.record.as_deref(),
                    salt: row.salt.as_deref().unwrap_or_default(),
                    leaf: &row.leaf,
                });
            }
            let Some(next) = last.checked_add(1) else { return Ok(()) };
            (from, begin) = (next, end);
        }
    }

    /// The tiles that the verifier wants before these rows.
    async fn tiles(&mut self, conn: &mut Conn, rows: Range<u64>) -> Result<(), StoreError> {
        for (level, positions) in tiles_starting(rows) {
            let bound = |position: u64| i64::try_from(position).unwrap_or(i64::MAX);
            self.level(conn, i64::from(level), bound(positions.start)..bound(positions.end)).await?;
        }
        Ok(())
    }

    /// All tiles that were not given yet: those at places that no log has among them.
    async fn tiles_left(&mut self, conn: &mut Conn) -> Result<(), StoreError> {
        for level in log::tile_levels(conn).await? {
            let next = self.tiles.get(&level).copied().unwrap_or(0);
            self.level(conn, level, i64::MIN..0).await?;
            self.level(conn, level, next..i64::MAX).await?;
        }
        Ok(())
    }

    async fn level(&mut self, conn: &mut Conn, level: i64, positions: Range<i64>) -> Result<(), StoreError> {
        let mut start = positions.start;
        while start < positions.end {
            let tiles = log::tiles(conn, level, start..positions.end, TILES).await?;
            for tile in &tiles {
                self.audit.tile(tile.level, tile.position, &tile.hashes);
            }
            start = match tiles.last() {
                Some(last) if tiles.len() >= usize::try_from(TILES).unwrap_or(usize::MAX) => {
                    last.position + 1
                }
                _ => positions.end,
            };
        }
        self.tiles.insert(level, positions.end.max(0));
        Ok(())
    }

    /// The log's own checkpoints up to this size.
    async fn checkpoints(&mut self, conn: &mut Conn, size: i64) -> Result<(), StoreError> {
        while let Some(kept) = self.checkpoints.next(conn, size).await? {
            self.audit.checkpoint(kept.size, kept.note.as_bytes());
        }
        Ok(())
    }
}

/// The log's own checkpoints, by rising size.
struct Checkpoints {
    waiting: VecDeque<KeptCheckpoint>,
    after: i64,
    all_read: bool,
}

impl Default for Checkpoints {
    fn default() -> Self {
        Self { waiting: VecDeque::new(), after: i64::MIN, all_read: false }
    }
}

impl Checkpoints {
    /// The next one that is not of more entries than `size`.
    async fn next(&mut self, conn: &mut Conn, size: i64) -> Result<Option<KeptCheckpoint>, StoreError> {
        if self.waiting.is_empty() && !self.all_read {
            let read = log::checkpoints(conn, self.after, BLOCK).await?;
            self.all_read = read.is_empty();
            self.after = read.last().map_or(self.after, |last| last.size);
            self.waiting = read.into();
        }
        Ok(self.waiting.pop_front_if(|kept| kept.size <= size))
    }
}

#[cfg(test)]
mod tests;
