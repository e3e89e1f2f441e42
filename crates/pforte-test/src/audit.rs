//! The log of a database, checked by the independent verifier.

use crate::fixtures::must;
use pforte_model::log::checkpoint::Verifier;
use pforte_store::log::{self, KeptCheckpoint};
use pforte_store::{Conn, Reader, Settings};
use pforte_verify::{Audit, Expect, Head, Records, Report, Row, tiles_starting};

/// Rows that are read at once.
const BLOCK: u32 = 1000;

/// Tiles that are read at once.
const TILES: u32 = 256;

/// Reads a whole log and has it checked against the key that signed it. Nobody
/// needs to have stopped.
pub async fn audit(settings: &Settings, key: &Verifier) -> Report {
    audit_with(settings, key, &[]).await
}

/// The same, compared with checkpoints that were kept elsewhere as well.
pub async fn audit_with(settings: &Settings, key: &Verifier, elsewhere: &[String]) -> Report {
    let reader = must("the database", Reader::open(settings).await);
    let mut conn = must("the database", reader.snapshot().await);
    let head = must("the head of the log", log::head(&mut conn).await);
    let expect = Expect { keys: vec![key.clone()], purged_before: 0, records: Records::Read };
    let told = Head { size: head.size, frontier: &head.frontier, note: head.note.as_bytes() };
    let kept = must("the checkpoints", log::checkpoints(&mut conn, -1, 4096).await);
    let mut feed = Feed { audit: Audit::new(expect, &told), from: i64::MIN, end: 0, tiles: vec![0; 7], kept };
    for note in elsewhere {
        feed.audit.elsewhere(note.as_bytes());
    }
    while feed.block(&mut conn).await {}
    feed.rest(&mut conn).await
}

/// What was given to the verifier so far.
struct Feed {
    audit: Audit,
    from: i64,
    end: u64,
    /// The position of the next tile by level.
    tiles: Vec<i64>,
    kept: Vec<KeptCheckpoint>,
}

impl Feed {
    /// Feeds the next rows and before them what belongs to them; false at the end.
    async fn block(&mut self, conn: &mut Conn) -> bool {
        let rows = must("the log", log::entries(conn, self.from, BLOCK).await);
        let Some(last) = rows.last() else { return false };
        let end = must("a sequence number", u64::try_from(last.seq + 1));
        for (level, positions) in tiles_starting(self.end..end) {
            let place = must("a level", usize::try_from(level));
            let start = must("a position", i64::try_from(positions.start));
            let end = must("a position", i64::try_from(positions.end));
            self.feed_tiles(conn, i64::from(level), start..end).await;
            self.tiles.iter_mut().skip(place).take(1).for_each(|next| *next = end);
        }
        let begun = self.end;
        self.feed_checkpoints(|size| size <= end && (size > begun || begun == 0));
        for row in &rows {
            let salt = row.salt.as_deref().unwrap_or_default();
            let (sequence, record) = (row.seq, row.record.as_deref());
            self.audit.row(&Row { sequence, record, salt, leaf: &row.leaf });
        }
        (self.from, self.end) = (last.seq + 1, end);
        true
    }

    /// Feeds what stands behind the last row.
    async fn rest(mut self, conn: &mut Conn) -> Report {
        for (level, first) in (0..).zip(self.tiles.clone()) {
            self.feed_tiles(conn, level, first..i64::MAX).await;
        }
        let end = self.end;
        self.feed_checkpoints(|size| size > end);
        self.audit.finish()
    }

    async fn feed_tiles(&mut self, conn: &mut Conn, level: i64, positions: std::ops::Range<i64>) {
        for tile in must("the tiles", log::tiles(conn, level, positions, TILES).await) {
            self.audit.tile(tile.level, tile.position, &tile.hashes);
        }
    }

    fn feed_checkpoints(&mut self, due: impl Fn(u64) -> bool) {
        for kept in self.kept.iter().filter(|kept| u64::try_from(kept.size).is_ok_and(&due)) {
            self.audit.checkpoint(kept.size, kept.note.as_bytes());
        }
    }
}
