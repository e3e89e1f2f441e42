//! Pages of the event log for people and programs.
//!
//! The record carries no index but its sequence, so a filtered page looks at a
//! bounded number of entries and tells where it stopped.
//!
//! A span of time is found by halving, because entries stand in the order of time
//! but for little: servers' clocks differ, and what was kept aside in an emergency
//! comes later. An hour of disorder is looked through; what a clock that was set
//! back further put elsewhere is found without a span.

use crate::engine::{Conn, Row, statements};
use crate::error::Result;
use crate::event_filter::Wanted;
use pforte_model::event::Event;
use pforte_model::log::entry;
use pforte_model::time::Micros;

pub use crate::event_filter::Filter;

/// Most events on one page.
pub const MAX_PAGE: u32 = 1000;

/// Most entries that one call looks at.
pub const MAX_SCAN: u32 = 5_000;

/// Entries that are read at a time while looking for those that fit.
const CHUNK: u32 = 500;

/// Seconds by which an entry may stand before or after its time.
const DISORDER: i64 = 3_600;

statements! {
    AFTER = "SELECT seq, record FROM log_entries WHERE seq > $1 ORDER BY seq LIMIT $2";
    BEFORE = "SELECT seq, record FROM log_entries WHERE seq < $1 ORDER BY seq DESC LIMIT $2";
    BY_SEQ = "SELECT seq, record FROM log_entries WHERE seq = $1";
}

/// Where to begin and which way to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// Newer ones than this sequence number, oldest first; -1 means from the first.
    After(i64),
    /// Older ones than this sequence number, newest first.
    Before(i64),
    /// From the newest on, newest first.
    Newest,
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its sequence number.
    pub seq: i64,
    /// The event; `None` if the record was purged or cannot be read.
    pub event: Option<Event>,
}

/// A page of the log.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// What fits, in the order that was asked for.
    pub entries: Vec<Entry>,
    /// Give it as the next beginning, in the same direction. `None` at the end of the log.
    pub next: Option<i64>,
}

/// One entry; `None` if there is none with this sequence number.
pub async fn by_seq(conn: &mut Conn, seq: i64) -> Result<Option<Entry>> {
    conn.optional(BY_SEQ, &[seq.into()], read).await
}

/// Reads a page of at most `limit` events (bounded by 1 and 1,000). It looks at no
/// more than 5,000 entries, so a page can be short, even empty, before the end.
pub async fn page(conn: &mut Conn, from: From, limit: u32, filter: &Filter) -> Result<Page> {
    let wanted = usize::try_from(limit.clamp(1, MAX_PAGE)).unwrap_or(1);
    let from = skip(conn, from, filter).await?;
    let filter = Wanted::of(filter);
    let chunk = if filter.is_all() { limit.clamp(1, MAX_PAGE) } else { CHUNK };
    let (mut page, mut from, mut looked) = (Page::default(), from, 0);
    while looked < MAX_SCAN {
        let found = read_chunk(conn, from, chunk).await?;
        let more = found.len() >= usize::try_from(chunk).unwrap_or(usize::MAX);
        for entry in found {
            if filter.is_past(&entry, from.is_forth(), DISORDER) {
                page.next = None;
                return Ok(page);
            }
            from = from.beyond(entry.seq);
            page.next = Some(entry.seq);
            if filter.fits(&entry) {
                page.entries.push(entry);
            }
            if page.entries.len() >= wanted {
                return Ok(page);
            }
        }
        if !more {
            page.next = None;
            return Ok(page);
        }
        looked += chunk;
    }
    Ok(page)
}

/// Where to begin so that entries before the span of time are not looked at.
async fn skip(conn: &mut Conn, from: From, filter: &Filter) -> Result<From> {
    match (from, filter.from, filter.until) {
        (From::After(seq), Some(begin), _) => {
            let first = first_at(conn, begin.plus_seconds(-DISORDER)).await?;
            Ok(From::After(seq.max(first - 1)))
        }
        (From::Before(seq), _, Some(end)) => {
            Ok(From::Before(seq.min(first_at(conn, end.plus_seconds(DISORDER)).await?)))
        }
        (From::Newest, _, Some(end)) => Ok(From::Before(first_at(conn, end.plus_seconds(DISORDER)).await?)),
        (from, _, _) => Ok(from),
    }
}

/// The first entry that happened at this time or later, as if all stood in the order
/// of time; one past the last if none did. It looks at no more than some 60 entries.
async fn first_at(conn: &mut Conn, at: Micros) -> Result<i64> {
    let newest = read_chunk(conn, From::Newest, 1).await?;
    let (mut low, mut high) = (0, newest.first().map_or(0, |entry| entry.seq + 1));
    while low < high {
        let middle = low + (high - low) / 2;
        // One that was purged tells no time; those are the oldest.
        let told = read_chunk(conn, From::After(middle - 1), 1).await?;
        match told.first().and_then(|entry| entry.event.as_ref()) {
            Some(event) if event.at >= at => high = middle,
            _ => low = middle + 1,
        }
    }
    Ok(low)
}

impl From {
    /// Whether it goes towards newer ones.
    const fn is_forth(self) -> bool {
        matches!(self, Self::After(_))
    }

    /// The same direction, beyond this entry.
    const fn beyond(self, seq: i64) -> Self {
        match self {
            Self::After(_) => Self::After(seq),
            Self::Before(_) | Self::Newest => Self::Before(seq),
        }
    }
}

async fn read_chunk(conn: &mut Conn, from: From, limit: u32) -> Result<Vec<Entry>> {
    let (sql, seq) = match from {
        From::After(seq) => (AFTER, seq),
        From::Before(seq) => (BEFORE, seq),
        From::Newest => (BEFORE, i64::MAX),
    };
    conn.all(sql, &[seq.into(), i64::from(limit).into()], read).await
}

fn read(row: &Row<'_>) -> Result<Entry> {
    let event = row.text_bytes_or_null(1)?.and_then(|record| entry::read(record).ok());
    Ok(Entry { seq: row.int(0)?, event })
}
