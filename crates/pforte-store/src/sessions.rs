//! Sessions: one person at one station from log-on to log-off.

use crate::Tx;
use crate::engine::{Conn, Row, join_ids, json, statements};
use crate::error::Result;
use pforte_model::factor::Proved;
use pforte_model::id::{GroupId, PersonId, SessionId, StationId, UserId};
use pforte_model::time::Micros;

macro_rules! columns {
    () => {
        "id, token, user_id, person_id, station_id, started_at, active_at, ends_at, idle_seconds,
         factors, groups, groups_at, ended_at, end_reason, degraded"
    };
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " FROM sessions WHERE id = $1");
    BY_TOKEN = concat!("SELECT ", columns!(), " FROM sessions WHERE token = $1");
    LIVE = concat!("SELECT ", columns!(), " FROM sessions WHERE ended_at IS NULL ORDER BY started_at, id");
    INSERT = concat!("INSERT INTO sessions (", columns!(), ")
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, NULL, NULL, $13)");
    END = "UPDATE sessions SET ended_at = $2, end_reason = $3 WHERE id = $1 AND ended_at IS NULL";
    TOUCH = "UPDATE sessions SET active_at = $2 WHERE id = $1 AND active_at < $2 AND ended_at IS NULL";
    REFRESH = "UPDATE sessions SET groups = $2, groups_at = $3, degraded = $4 WHERE id = $1 AND ended_at IS NULL";
    PROVE = "UPDATE sessions SET factors = $2 WHERE id = $1 AND ended_at IS NULL";
    LIMIT = "UPDATE sessions SET ends_at = $2, idle_seconds = $3 WHERE id = $1 AND ended_at IS NULL";
    FORGET = "DELETE FROM sessions WHERE id IN
        (SELECT id FROM sessions WHERE ended_at IS NOT NULL AND ended_at < $1 ORDER BY ended_at LIMIT $2)";
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its identity.
    pub id: SessionId,
    /// SHA-256 of its token.
    pub token: [u8; 32],
    /// The user who logged on.
    pub user: UserId,
    /// The human behind the user.
    pub person: PersonId,
    /// The station that proved itself at the log-on.
    pub station: Option<StationId>,
    /// When it began.
    pub started_at: Micros,
    /// When it was last used, as far as it was written down.
    pub active_at: Micros,
    /// When it ends in any case.
    pub ends_at: Micros,
    /// Seconds without activity after which it ends.
    pub idle_seconds: i64,
    /// What was proved and when.
    pub factors: Vec<Proved>,
    /// The groups that the user's own directory tells.
    pub groups: Vec<GroupId>,
    /// When the directory told them.
    pub groups_at: Micros,
    /// When it ended; `None` while it is live.
    pub ended_at: Option<Micros>,
    /// Why it ended.
    pub end_reason: Option<String>,
    /// Whether the directory could not be asked for so long that the groups are old.
    pub degraded: bool,
}

fn read(row: &Row<'_>) -> Result<Session> {
    Ok(Session {
        id: row.id(0)?,
        token: row.array(1)?,
        user: row.id(2)?,
        person: row.id(3)?,
        station: row.id_or_null(4)?,
        started_at: row.at(5)?,
        active_at: row.at(6)?,
        ends_at: row.at(7)?,
        idle_seconds: row.int(8)?,
        factors: row.json(9)?,
        groups: row.ids(10)?,
        groups_at: row.at(11)?,
        ended_at: row.at_or_null(12)?,
        end_reason: row.text_or_null(13)?.map(str::to_owned),
        degraded: row.flag(14)?,
    })
}

/// One session, also if it ended.
pub async fn by_id(conn: &mut Conn, id: SessionId) -> Result<Option<Session>> {
    conn.optional(BY_ID, &[(&id).into()], read).await
}

/// The session with this token's SHA-256, also if it ended.
pub async fn by_token(conn: &mut Conn, token: &[u8; 32]) -> Result<Option<Session>> {
    conn.optional(BY_TOKEN, &[token.into()], read).await
}

/// Every session that has not ended, oldest first.
pub async fn live(conn: &mut Conn) -> Result<Vec<Session>> {
    conn.all(LIVE, &[], read).await
}

/// Adds a live session. `ended_at` and `end_reason` do not count.
pub async fn insert(tx: &mut Tx, new: &Session) -> Result<()> {
    let (factors, groups) = (json(&new.factors)?, join_ids(&new.groups));
    let args = [
        (&new.id).into(),
        (&new.token).into(),
        (&new.user).into(),
        (&new.person).into(),
        (&new.station).into(),
        new.started_at.into(),
        new.active_at.into(),
        new.ends_at.into(),
        new.idle_seconds.into(),
        (&factors).into(),
        (&groups).into(),
        new.groups_at.into(),
        new.degraded.into(),
    ];
    tx.send(INSERT, &args).await
}

/// Ends a session. [`Missing`](crate::StoreError::Missing) if it ended before.
pub async fn end(tx: &mut Tx, id: SessionId, at: Micros, reason: &str) -> Result<()> {
    tx.change(END, &[(&id).into(), at.into(), reason.into()]).await
}

/// Writes down when sessions were last used; those that ended are passed over.
pub async fn touch(tx: &mut Tx, used: &[(SessionId, Micros)]) -> Result<()> {
    for (id, at) in used {
        tx.send(TOUCH, &[id.into(), (*at).into()]).await?;
    }
    tx.settle().await
}

/// Writes down the groups that the directory tells now, and whether they are old.
/// [`Missing`](crate::StoreError::Missing) if the session ended.
pub async fn refresh(
    tx: &mut Tx,
    id: SessionId,
    groups: &[GroupId],
    at: Micros,
    degraded: bool,
) -> Result<()> {
    let groups = join_ids(groups);
    tx.change(REFRESH, &[(&id).into(), (&groups).into(), at.into(), degraded.into()]).await
}

/// Writes down what was proved anew. [`Missing`](crate::StoreError::Missing) if the session ended.
pub async fn prove(tx: &mut Tx, id: SessionId, factors: &[Proved]) -> Result<()> {
    let factors = json(&factors)?;
    tx.change(PROVE, &[(&id).into(), (&factors).into()]).await
}

/// Writes down other limits. [`Missing`](crate::StoreError::Missing) if the session ended.
pub async fn limit(tx: &mut Tx, id: SessionId, ends_at: Micros, idle_seconds: i64) -> Result<()> {
    tx.change(LIMIT, &[(&id).into(), ends_at.into(), idle_seconds.into()]).await
}

/// Forgets at most `most` sessions that ended before; the event log keeps what happened.
pub async fn forget(tx: &mut Tx, before: Micros, most: u32) -> Result<u64> {
    tx.execute(FORGET, &[before.into(), i64::from(most).into()]).await
}
