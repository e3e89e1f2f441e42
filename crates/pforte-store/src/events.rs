//! Pages of the event log for people and programs.
//!
//! The record carries no index but its sequence, so a filtered page looks at a
//! bounded number of entries and tells where it stopped.

use crate::engine::{Conn, Row, statements};
use crate::error::Result;
use pforte_model::event::{Actor, Category, Event, EventType, Outcome};
use pforte_model::log::entry;
use pforte_model::name::fold;

/// Most events on one page.
pub const MAX_PAGE: u32 = 1000;

/// Most entries that one call looks at.
pub const MAX_SCAN: u32 = 5_000;

/// Entries that are read at a time while looking for those that fit.
const CHUNK: u32 = 500;

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

/// Which events are wanted; what is `None` does not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this type.
    pub kind: Option<EventType>,
    /// Of this category.
    pub category: Option<Category>,
    /// With this result.
    pub result: Option<Outcome>,
    /// By somebody whose name contains this text or whose identifier it is, or about
    /// such a user; case does not count.
    pub who: Option<String>,
    /// At the station with this identifier or name; case does not count.
    pub station: Option<String>,
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
    let filter = Wanted::of(filter);
    let chunk = if filter.is_all() { limit.clamp(1, MAX_PAGE) } else { CHUNK };
    let (mut page, mut from, mut looked) = (Page::default(), from, 0);
    while looked < MAX_SCAN {
        let found = read_chunk(conn, from, chunk).await?;
        let more = found.len() >= usize::try_from(chunk).unwrap_or(usize::MAX);
        for entry in found {
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

impl From {
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

/// A filter with its texts folded once.
struct Wanted<'a> {
    filter: &'a Filter,
    who: Option<String>,
    station: Option<String>,
}

impl<'a> Wanted<'a> {
    fn of(filter: &'a Filter) -> Self {
        let folded = |text: &Option<String>| text.as_deref().map(fold);
        Self { filter, who: folded(&filter.who), station: folded(&filter.station) }
    }

    fn is_all(&self) -> bool {
        *self.filter == Filter::default()
    }

    fn fits(&self, entry: &Entry) -> bool {
        let Some(event) = &entry.event else { return self.is_all() };
        let Filter { kind, category, result, .. } = self.filter;
        kind.is_none_or(|kind| kind == event.kind)
            && category.is_none_or(|category| category == event.category)
            && result.is_none_or(|result| result == event.result)
            && self.who.as_deref().is_none_or(|who| is_by(&event.who, who) || is_about(event, who))
            && self.station.as_deref().is_none_or(|wanted| {
                event.station.as_ref().is_some_and(|at| at.id == wanted || fold(&at.name) == wanted)
            })
    }
}

/// Whether it was done by who is meant: a part of the name, or an identifier.
fn is_by(actor: &Actor, who: &str) -> bool {
    let name = match actor {
        Actor::Person { name, .. } | Actor::Claimed { name, .. } => name.as_str(),
        Actor::Application(named) => named.name.as_str(),
        Actor::Server => "server",
        Actor::Owner => "owner",
        Actor::Stranger => "stranger",
    };
    let known = match actor {
        Actor::Person { person, user, .. } => person.to_string() == who || user.to_string() == who,
        Actor::Application(named) => named.id == who,
        Actor::Claimed { .. } | Actor::Server | Actor::Owner | Actor::Stranger => false,
    };
    known || fold(name).contains(who)
}

/// Whether it was done to the user who is meant.
fn is_about(event: &Event, who: &str) -> bool {
    let user = event.what.as_ref().filter(|what| what.kind == "user");
    user.is_some_and(|what| what.id == who || fold(&what.name).contains(who))
}
