//! The event log as readers see it, and its proofs.

use crate::app::App;
use crate::fault::Fault;
use crate::http::permit::{Permit, ReadEvents};
use pforte_model::event::{Category, EventType, Outcome};
use pforte_model::log::proof::Plan;
use pforte_model::log::tile::{TileId, WIDTH, root_of};
use pforte_model::log::tree::Hash;
use pforte_store::Conn;
use pforte_store::events::{self, Entry, Filter, From};
use pforte_store::log::{self, LogRow};
use pforte_wire::List;
use pforte_wire::event::{Checkpoint, ConsistencyProof, InclusionProof, LoggedEvent};
use pforte_wire::problem::Code;
use pforte_wire::time::Time;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Events of a page if none is asked for.
const PAGE: u32 = 100;

/// Most characters of a text that is looked for.
const LONGEST: usize = 256;

/// Most events of a page.
const MOST: u32 = 1_000;

/// Which events to read.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Only those with a greater sequence number.
    pub after: Option<u64>,
    /// Only those with a smaller one, the newest first.
    pub before: Option<u64>,
    /// The newest first.
    #[serde(default)]
    pub newest: bool,
    /// Most of them, 1 to 1,000.
    pub limit: Option<u32>,
    /// Only these types, with commas between.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Only these categories, with commas between.
    pub category: Option<String>,
    /// Only these results, with commas between.
    pub result: Option<String>,
    /// Only those by or about this user: an identifier, or a part of the name.
    pub user: Option<String>,
    /// Only those at this station: an identifier, or the name.
    pub station: Option<String>,
    /// Only those that this application asked for: an identifier, or the key.
    pub application: Option<String>,
    /// Only those with this text in a name, a value, a code or a reason.
    pub text: Option<String>,
    /// Not before this moment.
    pub from: Option<Time>,
    /// Before this moment.
    pub to: Option<Time>,
}

/// A page of events.
pub async fn list(
    app: &App,
    _permit: &Permit<'_, ReadEvents>,
    asked: Asked,
) -> Result<List<LoggedEvent>, Fault> {
    let (from, limit, filter) = wanted(asked)?;
    let mut conn = app.store.read().await?;
    let page = events::page(&mut conn, from, limit, &filter).await?;
    let items = page.entries.into_iter().map(shown).collect::<Result<_, _>>()?;
    Ok(List { items, next: page.next.map(|next| next.to_string()) })
}

/// Where to begin, how many at most, and which.
pub(crate) fn wanted(asked: Asked) -> Result<(From, u32, Filter), Fault> {
    let limit = asked.limit.unwrap_or(PAGE);
    if !(1..=MOST).contains(&limit) {
        return Err(Fault::value("limit", "1 to 1000"));
    }
    let from = from(&asked)?;
    Ok((from, limit, filter(asked)?))
}

fn from(asked: &Asked) -> Result<From, Fault> {
    let number = |value: u64| i64::try_from(value).map_err(|_| Fault::value("sequence", "too great"));
    match (asked.after, asked.before) {
        (Some(_), Some(_)) => Err(Fault::value("after, before", "one of them")),
        (Some(after), None) => Ok(From::After(number(after)?)),
        (None, Some(before)) => Ok(From::Before(number(before)?)),
        (None, None) if asked.newest => Ok(From::Newest),
        (None, None) => Ok(From::After(-1)),
    }
}

fn filter(asked: Asked) -> Result<Filter, Fault> {
    let texts = [&asked.user, &asked.station, &asked.application, &asked.text];
    if texts.into_iter().flatten().any(|text| text.chars().count() > LONGEST) {
        return Err(Fault::value("user, station, application, text", "at most 256 characters each"));
    }
    let some = |text: Option<String>| text.filter(|text| !text.is_empty());
    Ok(Filter {
        kinds: words::<EventType>("type", asked.kind.as_deref())?,
        categories: words::<Category>("category", asked.category.as_deref())?,
        results: words::<Outcome>("result", asked.result.as_deref())?,
        who: some(asked.user),
        station: some(asked.station),
        application: some(asked.application),
        text: some(asked.text),
        from: asked.from.map(|time| time.0),
        until: asked.to.map(|time| time.0),
    })
}

/// Words of a list that the model knows, with commas between.
fn words<T: DeserializeOwned>(name: &str, text: Option<&str>) -> Result<Vec<T>, Fault> {
    let read = |text: &str| serde_json::from_value(serde_json::Value::String(text.to_owned()));
    let words = text.into_iter().flat_map(|text| text.split(',')).filter(|word| !word.is_empty());
    words
        .map(read)
        .collect::<Result<_, _>>()
        .map_err(|_| Fault::value(name, "one of the words is none that this takes"))
}

/// One event.
pub async fn show(app: &App, _permit: &Permit<'_, ReadEvents>, sequence: u64) -> Result<LoggedEvent, Fault> {
    let mut conn = app.store.read().await?;
    let entry = events::by_seq(&mut conn, number(sequence)?).await?;
    shown(entry.ok_or_else(|| Fault::missing("event"))?)
}

fn shown(entry: Entry) -> Result<LoggedEvent, Fault> {
    let at = entry.event.as_ref().map_or_else(String::new, |event| Time(event.at).to_string());
    let record = entry.event.map(serde_json::to_value).transpose().map_err(|_| Code::Internal)?;
    Ok(LoggedEvent { sequence: u64::try_from(entry.seq).unwrap_or(0), at, record })
}

/// The newest checkpoint.
pub async fn checkpoint(app: &App, _permit: &Permit<'_, ReadEvents>) -> Result<Checkpoint, Fault> {
    let mut conn = app.store.read().await?;
    let head = log::head(&mut conn).await?;
    Ok(Checkpoint { size: size_of(&head), note: head.note, key: app.checkpoint_key.to_string() })
}

/// The proof that an entry is in the log of `size` entries, or of as many as there are.
pub async fn inclusion(
    app: &App,
    _permit: &Permit<'_, ReadEvents>,
    sequence: u64,
    size: Option<u64>,
) -> Result<InclusionProof, Fault> {
    let mut conn = app.store.snapshot().await?;
    proof(&mut conn, sequence, size).await
}

/// The same over a connection whose answers belong together.
pub(crate) async fn proof(
    conn: &mut Conn,
    sequence: u64,
    size: Option<u64>,
) -> Result<InclusionProof, Fault> {
    let size = bounded(conn, size).await?;
    let plan = Plan::inclusion(sequence, size).map_err(|_| beyond())?;
    let path = path(conn, &plan).await?;
    let row = log::entries(conn, number(sequence)?, 1).await?.into_iter().next();
    let LogRow { record, salt, leaf, .. } = row.ok_or_else(beyond)?;
    let root = root(conn, size).await?;
    let record = record.map(String::from_utf8).transpose().map_err(|_| Code::Internal)?;
    Ok(InclusionProof {
        sequence,
        size,
        record,
        salt: hex(&salt.unwrap_or_default()),
        leaf: hex(&leaf),
        path,
        root: hex(&root),
    })
}

/// The proof that the log of `to` entries holds the one of `from` unchanged.
pub async fn consistency(
    app: &App,
    _permit: &Permit<'_, ReadEvents>,
    from: u64,
    to: Option<u64>,
) -> Result<ConsistencyProof, Fault> {
    let mut conn = app.store.snapshot().await?;
    let to = bounded(&mut conn, to).await?;
    let plan = Plan::consistency(from, to).map_err(|_| beyond())?;
    let path = path(&mut conn, &plan).await?;
    Ok(ConsistencyProof { from, to, path, root: hex(&root(&mut conn, to).await?) })
}

async fn bounded(conn: &mut Conn, size: Option<u64>) -> Result<u64, Fault> {
    let now = size_of(&log::head(conn).await?);
    match size {
        Some(size) if size > now => Err(beyond()),
        other => Ok(other.unwrap_or(now)),
    }
}

fn size_of(head: &log::Head) -> u64 {
    u64::try_from(head.size).unwrap_or(0)
}

fn beyond() -> Fault {
    Fault::value("sequence, size", "beyond the end of the log")
}

/// The hashes that a plan asks for, combined.
async fn path(conn: &mut Conn, plan: &Plan) -> Result<Vec<String>, Fault> {
    let tiles = tiles(conn, plan).await?;
    let hashes = plan.combine(|id| tiles.get(&id).map(Vec::as_slice)).map_err(|_| Code::Internal)?;
    Ok(hashes.iter().map(|hash| hex(hash)).collect())
}

/// The root of the log's first `size` entries.
async fn root(conn: &mut Conn, size: u64) -> Result<Hash, Fault> {
    let plan = Plan::root(size);
    let tiles = tiles(conn, &plan).await?;
    let hashes = plan.combine(|id| tiles.get(&id).map(Vec::as_slice)).map_err(|_| Code::Internal)?;
    Ok(hashes.first().copied().unwrap_or_else(pforte_model::log::tree::empty_root))
}

async fn tiles(conn: &mut Conn, plan: &Plan) -> Result<BTreeMap<TileId, Vec<Hash>>, Fault> {
    let mut tiles = BTreeMap::new();
    for (id, count) in plan.tiles() {
        tiles.insert(id, hashes(conn, id, count).await?);
    }
    Ok(tiles)
}

/// The first hashes of a tile, from its row or, while it is not full, from below.
async fn hashes(conn: &mut Conn, id: TileId, count: usize) -> Result<Vec<Hash>, Fault> {
    let first = id.position * WIDTH;
    let end = first + u64::try_from(count).unwrap_or(0);
    if id.level == 0 {
        return Ok(log::leaves(conn, first, end).await?);
    }
    if let Some(tile) = log::tile(conn, i64::from(id.level), number(id.position)?).await? {
        return split(&tile.hashes);
    }
    let mut hashes = Vec::with_capacity(count);
    for position in first..end {
        let below =
            log::tile(conn, i64::from(id.level) - 1, number(position)?).await?.ok_or(Code::Internal)?;
        hashes.push(root_of(&split(&below.hashes)?));
    }
    Ok(hashes)
}

fn split(bytes: &[u8]) -> Result<Vec<Hash>, Fault> {
    let chunks = bytes.chunks_exact(32).map(|chunk| Hash::try_from(chunk).map_err(|_| Code::Internal.into()));
    chunks.collect()
}

fn number(sequence: u64) -> Result<i64, Fault> {
    i64::try_from(sequence).map_err(|_| Fault::missing("event"))
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _never = write!(text, "{byte:02x}");
        text
    })
}
