//! The end of the log as the writer sees it during a batch.

use super::read::{leaf_hashes, tile_roots};
use super::tiles::{Full, Tiles, Wanted};
use crate::engine::{Conn, NewEntry, statements};
use crate::error::{Result, StoreError};
use pforte_model::event::Event;
use pforte_model::log::checkpoint::Signer;
use pforte_model::log::entry::{Entry, SALT_BYTES};
use pforte_model::log::tree::{Frontier, Hash};
use pforte_model::time::Micros;

/// At least one checkpoint is kept in so many entries ...
const KEEP_ENTRIES: u64 = 4096;

/// ... and of those a minute apart each.
const KEEP_SECONDS: i64 = 60;

statements! {
    FOUND = "INSERT INTO log_head (id, size, frontier, note) VALUES (1, 0, $1, $2)";
    ADVANCE = "UPDATE log_head SET size = $1, frontier = $2, note = $3 WHERE id = 1";
    TILE = "INSERT INTO log_tiles (level, position, hashes) VALUES ($1, $2, $3)";
    LEAF = "SELECT leaf FROM log_entries WHERE seq = $1";
    KEEP = "INSERT INTO log_checkpoints (size, at, note) VALUES ($1, $2, $3)";
}

/// Begins an empty log.
pub(crate) async fn found(conn: &mut Conn, signer: &Signer) -> Result<()> {
    let empty = Frontier::default();
    let note = signer.sign(0, &empty.root());
    conn.execute(FOUND, &[[].as_slice().into(), (&note).into()]).await.map(drop)
}

/// The end of the log, and what the running batch wants to add to it.
pub(crate) struct Tail {
    signer: Signer,
    frontier: Frontier,
    tiles: Tiles,
    pending: Vec<NewEntry>,
    /// When the newest of the pending entries happened.
    at: Micros,
    kept: Option<(u64, Micros)>,
    sealed: Option<Evidence>,
}

/// The last entry of a batch: if it stands in the log, the batch was kept. Its
/// salt makes it an entry that nobody else could have written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Evidence {
    seq: i64,
    leaf: Hash,
}

impl Evidence {
    /// Whether the batch was kept. Waits for the head's lock, which its
    /// transaction holds as long as it has not ended.
    pub(crate) async fn was_kept(&self, conn: &mut Conn) -> Result<bool> {
        conn.begin().await?;
        conn.lock_log_head().await?;
        let found = conn.optional(LEAF, &[self.seq.into()], |row| Ok(row.blob(0)?.to_vec())).await?;
        Ok(found.is_some_and(|leaf| leaf == self.leaf))
    }
}

impl Tail {
    pub(crate) fn new(signer: Signer) -> Self {
        let (frontier, tiles) = (Frontier::default(), Tiles::default());
        Self { signer, frontier, tiles, pending: Vec::new(), at: Micros(0), kept: None, sealed: None }
    }

    /// Reads the head under its lock and catches up with what others appended.
    pub(crate) async fn begin(&mut self, conn: &mut Conn) -> Result<()> {
        let row = conn.lock_log_head().await?;
        self.pending.clear();
        self.sealed = None;
        let (roots, rest) = row.frontier.as_chunks::<32>();
        let same = row.size == self.frontier.size() && *roots == *self.frontier.roots();
        if !same {
            let read = Frontier::from_parts(row.size, roots.to_vec()).filter(|_| rest.is_empty());
            self.frontier = read.ok_or(StoreError::Damaged)?;
        }
        self.catch_up(conn).await
    }

    async fn catch_up(&mut self, conn: &mut Conn) -> Result<()> {
        for wanted in self.tiles.wanted(self.frontier.size()) {
            let Wanted { level, first, end } = wanted;
            let hashes = match level.checked_sub(1) {
                None => leaf_hashes(conn, first, end).await?,
                Some(below) => tile_roots(conn, below, first, end).await?,
            };
            self.tiles.fill(wanted, hashes);
        }
        Ok(())
    }

    /// Forgets everything: a batch was not kept, so what is here may not be so.
    pub(crate) fn forget(&mut self) {
        self.pending.clear();
        self.frontier = Frontier::default();
        self.tiles = Tiles::default();
        self.kept = None;
    }

    /// By what to tell later whether the batch was kept; none if it appended nothing.
    pub(crate) const fn evidence(&self) -> Option<Evidence> {
        self.sealed
    }

    /// How many entries the batch has so far.
    pub(crate) const fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Takes back the entries after the first `count`.
    pub(crate) fn truncate(&mut self, count: usize) {
        self.pending.truncate(count);
    }

    /// Adds an event and tells its sequence number.
    pub(crate) fn append(&mut self, event: &Event, salt: [u8; SALT_BYTES]) -> Result<u64> {
        let Entry { record, salt, leaf } = Entry::new(event, salt).map_err(|_| StoreError::BadEvent)?;
        let waiting = u64::try_from(self.pending.len()).map_err(|_| StoreError::Full)?;
        let sequence = self.frontier.size() + waiting;
        let seq = i64::try_from(sequence).map_err(|_| StoreError::Full)?;
        self.pending.push(NewEntry { seq, record, salt, leaf });
        self.at = event.at;
        Ok(sequence)
    }

    /// Writes the batch's entries and the new signed head.
    pub(crate) async fn seal(&mut self, conn: &mut Conn) -> Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let entries = std::mem::take(&mut self.pending);
        self.sealed = entries.last().map(|last| Evidence { seq: last.seq, leaf: last.leaf });
        let mut full = Vec::new();
        for entry in &entries {
            let tiles = &mut self.tiles;
            self.frontier.push_visiting(entry.leaf, |level, hash| full.extend(tiles.add(level, hash)));
        }
        conn.write_entries(entries).await?;
        for Full { level, position, hashes } in &full {
            conn.send(TILE, &[(*level).into(), (*position).into(), hashes.into()]).await?;
        }
        let size = i64::try_from(self.frontier.size()).map_err(|_| StoreError::Full)?;
        let note = self.signer.sign(self.frontier.size(), &self.frontier.root());
        let frontier = self.frontier.roots().concat();
        conn.send(ADVANCE, &[size.into(), (&frontier).into(), (&note).into()]).await?;
        if self.is_due() {
            conn.send(KEEP, &[size.into(), self.at.into(), (&note).into()]).await?;
            self.kept = Some((self.frontier.size(), self.at));
        }
        Ok(())
    }

    /// Whether this checkpoint is one of those that are kept. A clock that was
    /// set back keeps one at once.
    fn is_due(&self) -> bool {
        self.kept.is_none_or(|(size, at)| {
            let apart = self.at.since(at);
            self.frontier.size() - size >= KEEP_ENTRIES
                || !(0..KEEP_SECONDS * Micros::SECOND).contains(&apart)
        })
    }
}
