//! Reading the log: for the verifier, for proofs, for pages.

use crate::engine::{Conn, Row, statements};
use crate::error::{Result, StoreError};
use pforte_model::log::tile::{WIDTH, root_of};
use pforte_model::log::tree::{Frontier, Hash};
use pforte_model::time::Micros;
use std::ops::Range;

/// Most rows that one call reads.
pub(super) const MAX_ROWS: u32 = 4096;

/// Most tiles that one call reads.
const MAX_TILES: u32 = 256;

statements! {
    HEAD = "SELECT size, frontier, note FROM log_head WHERE id = 1";
    ENTRIES = "SELECT seq, record, salt, leaf FROM log_entries WHERE seq >= $1 ORDER BY seq LIMIT $2";
    LEAVES = "SELECT leaf FROM log_entries WHERE seq >= $1 AND seq < $2 ORDER BY seq";
    TILE = "SELECT level, position, hashes FROM log_tiles WHERE level = $1 AND position = $2";
    TILES = "SELECT level, position, hashes FROM log_tiles
        WHERE level = $1 AND position >= $2 AND position < $3 ORDER BY position LIMIT $4";
    LEVELS = "SELECT DISTINCT level FROM log_tiles ORDER BY level";
    CHECKPOINTS = "SELECT size, at, note FROM log_checkpoints WHERE size > $1 ORDER BY size LIMIT $2";
}

/// The head of the log as it stands in the database; not yet believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of entries.
    pub size: i64,
    /// The roots of the perfect subtrees, largest first, one after the other.
    pub frontier: Vec<u8>,
    /// The signed checkpoint.
    pub note: String,
}

impl Head {
    /// The tree's right edge, if the row makes sense.
    #[must_use]
    pub fn frontier(&self) -> Option<Frontier> {
        let (roots, rest) = self.frontier.as_chunks::<32>();
        let size = u64::try_from(self.size).ok().filter(|_| rest.is_empty())?;
        Frontier::from_parts(size, roots.to_vec())
    }
}

/// One row of the log as it stands in the database; not yet believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRow {
    /// Its sequence number; a row that somebody inserted can have a negative one.
    pub seq: i64,
    /// The record, JSON, byte for byte; `None` when it was purged after its retention.
    pub record: Option<Vec<u8>>,
    /// Its salt; purged with the record.
    pub salt: Option<Vec<u8>>,
    /// Its leaf hash; any length, as somebody may have altered it.
    pub leaf: Vec<u8>,
}

/// A full tile as it stands in the database; not yet believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// 0 for leaves, each level above stands for 256 times as many.
    pub level: i64,
    /// Counted from 0 within the level.
    pub position: i64,
    /// 256 hashes one after the other, unless somebody altered it.
    pub hashes: Vec<u8>,
}

/// An earlier checkpoint that was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptCheckpoint {
    /// Number of entries at that time.
    pub size: i64,
    /// When the newest of them happened.
    pub at: Micros,
    /// The signed checkpoint.
    pub note: String,
}

/// Reads the head. [`StoreError::Missing`] if somebody removed it.
pub async fn head(conn: &mut Conn) -> Result<Head> {
    conn.one(HEAD, &[], read_head).await
}

/// Reads entries from sequence number `from` on (`i64::MIN` for all), at most `limit` (bounded by 4,096).
pub async fn entries(conn: &mut Conn, from: i64, limit: u32) -> Result<Vec<LogRow>> {
    conn.all(ENTRIES, &[from.into(), i64::from(limit.min(MAX_ROWS)).into()], read_row).await
}

/// Reads the leaf hashes from `first` up to, not including, `end` (at most 4,096 of
/// them). Fewer come back if rows are missing.
pub async fn leaves(conn: &mut Conn, first: u64, end: u64) -> Result<Vec<Hash>> {
    leaf_hashes(conn, first, end.min(first.saturating_add(u64::from(MAX_ROWS)))).await
}

/// Reads one full tile; `None` if it is not full yet or missing.
pub async fn tile(conn: &mut Conn, level: i64, position: i64) -> Result<Option<Tile>> {
    conn.optional(TILE, &[level.into(), position.into()], read_tile).await
}

/// Reads full tiles of a level at these positions, at most `limit` (bounded by 256).
pub async fn tiles(conn: &mut Conn, level: i64, positions: Range<i64>, limit: u32) -> Result<Vec<Tile>> {
    let limit = i64::from(limit.min(MAX_TILES));
    let args = [level.into(), positions.start.into(), positions.end.into(), limit.into()];
    conn.all(TILES, &args, read_tile).await
}

/// The levels of which there are tiles; more than belong to the log if somebody
/// inserted some.
pub async fn tile_levels(conn: &mut Conn) -> Result<Vec<i64>> {
    conn.all(LEVELS, &[], |row| row.int(0)).await
}

/// Reads kept checkpoints of more than `after` entries, at most `limit` (bounded by 4,096).
pub async fn checkpoints(conn: &mut Conn, after: i64, limit: u32) -> Result<Vec<KeptCheckpoint>> {
    conn.all(CHECKPOINTS, &[after.into(), i64::from(limit.min(MAX_ROWS)).into()], |row| {
        Ok(KeptCheckpoint { size: row.int(0)?, at: row.at(1)?, note: row.text_lossy(2)? })
    })
    .await
}

/// The leaf hashes from `first` up to `end`; those of a wrong length are left out.
pub(super) async fn leaf_hashes(conn: &mut Conn, first: u64, end: u64) -> Result<Vec<Hash>> {
    let rows =
        conn.all(LEAVES, &[signed(first)?.into(), signed(end)?.into()], |row| Ok(row.array(0).ok())).await?;
    Ok(rows.into_iter().flatten().collect())
}

/// The roots of the full tiles of a level; those that are not whole are left out.
pub(super) async fn tile_roots(conn: &mut Conn, level: u32, first: u64, end: u64) -> Result<Vec<Hash>> {
    let found = tiles(conn, level.into(), signed(first)?..signed(end)?, MAX_TILES).await?;
    Ok(found.iter().filter_map(|tile| full(&tile.hashes)).map(root_of).collect())
}

/// The hashes of a tile that is whole.
fn full(hashes: &[u8]) -> Option<&[Hash]> {
    let (hashes, rest) = hashes.as_chunks::<32>();
    (rest.is_empty() && u64::try_from(hashes.len()) == Ok(WIDTH)).then_some(hashes)
}

fn signed(number: u64) -> Result<i64> {
    i64::try_from(number).map_err(|_| StoreError::Missing)
}

fn read_head(row: &Row<'_>) -> Result<Head> {
    Ok(Head { size: row.int(0)?, frontier: row.blob(1)?.to_vec(), note: row.text_lossy(2)? })
}

fn read_row(row: &Row<'_>) -> Result<LogRow> {
    Ok(LogRow {
        seq: row.int(0)?,
        record: row.text_bytes_or_null(1)?.map(<[u8]>::to_vec),
        salt: row.blob_or_null(2)?.map(<[u8]>::to_vec),
        leaf: row.blob(3)?.to_vec(),
    })
}

fn read_tile(row: &Row<'_>) -> Result<Tile> {
    Ok(Tile { level: row.int(0)?, position: row.int(1)?, hashes: row.blob(2)?.to_vec() })
}
