//! Signature requests and the statements of their chains.

use crate::Tx;
use crate::engine::{Conn, Row, Value, statements};
use crate::error::Result;
use pforte_model::id::{
    ApplicationId, AreaId, PersonId, SignaturePolicyId, SignatureRecordId, SignatureRequestId, StationId,
};
use pforte_model::time::Micros;
use std::collections::HashMap;

macro_rules! columns {
    () => {
        "id, application_id, key, asked, policy_id, policy_version, action, area_id, object, station_id,
        performer_id, record_id, link, state, requested_at, expires_at, ended_at, version"
    };
}

macro_rules! statement_columns {
    () => {
        "number, kind, text, at, sequence, person_id, step, station_id"
    };
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " FROM signature_requests WHERE id = $1");
    BY_KEY = concat!("SELECT ", columns!(), " FROM signature_requests WHERE application_id = $1 AND key = $2");
    OPEN = concat!("SELECT ", columns!(), " FROM signature_requests WHERE ended_at IS NULL ORDER BY id LIMIT $1");
    COUNT_OPEN = "SELECT count(*) FROM signature_requests WHERE ended_at IS NULL";
    LATE = "SELECT id FROM signature_requests WHERE ended_at IS NULL AND expires_at <= $1
        ORDER BY expires_at LIMIT $2";
    NEWEST = concat!("SELECT ", columns!(), " FROM signature_requests WHERE id < $1 ORDER BY id DESC LIMIT $2");
    OF_APPLICATION = concat!("SELECT ", columns!(), " FROM signature_requests WHERE application_id = $3 AND id < $1
        ORDER BY id DESC LIMIT $2");
    OF_STATE = concat!("SELECT ", columns!(), " FROM signature_requests WHERE state = $3 AND id < $1
        ORDER BY id DESC LIMIT $2");
    OF_OBJECT = concat!("SELECT ", columns!(), " FROM signature_requests WHERE folded = $3 AND id < $1
        ORDER BY id DESC LIMIT $2");
    OF_PERSON = concat!("SELECT ", columns!(), " FROM signature_requests WHERE id < $1 AND id IN
        (SELECT request_id FROM signature_statements WHERE person_id = $3) ORDER BY id DESC LIMIT $2");
    INSERT = concat!("INSERT INTO signature_requests (", columns!(), ", folded)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, NULL, 1, $17)");
    MOVE = "UPDATE signature_requests SET state = $3, ended_at = $4, version = version + 1
        WHERE id = $1 AND version = $2 AND ended_at IS NULL";
    ADD_STATEMENT = concat!("INSERT INTO signature_statements (request_id, ", statement_columns!(), ")
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
    STATEMENTS = concat!("SELECT ", statement_columns!(), " FROM signature_statements WHERE request_id = $1
        ORDER BY number");
    SIGNED_OF_OPEN = "SELECT r.id, s.number, s.person_id, s.step, s.station_id FROM signature_requests r
        CROSS JOIN signature_statements s WHERE r.ended_at IS NULL AND s.request_id = r.id
        AND s.kind = 'signature'";
    NEWS = "SELECT s.sequence, s.request_id FROM signature_statements s
        JOIN signature_requests r ON r.id = s.request_id
        WHERE s.sequence > $1 AND r.application_id = $2 ORDER BY s.sequence LIMIT $3";
    LAST = "SELECT COALESCE(max(sequence), -1) FROM signature_statements";
    BACKLOG = "SELECT count(*) FROM (SELECT 1 FROM signature_statements s
        JOIN signature_requests r ON r.id = s.request_id
        WHERE s.sequence > $1 AND r.application_id = $2 LIMIT $3) AS found";
    OPEN_OF = concat!("SELECT ", columns!(), " FROM signature_requests
        WHERE ended_at IS NULL AND application_id = $1 ORDER BY id LIMIT $2");
    STAMPS = "SELECT number, token FROM signature_time_stamps WHERE request_id = $1 ORDER BY number";
    ADD_STAMP = "INSERT INTO signature_time_stamps (request_id, number, token, at) VALUES ($1, $2, $3, $4)";
    UNSTAMPED = "SELECT s.request_id, s.number, s.text FROM signature_statements s
        LEFT JOIN signature_time_stamps t ON t.request_id = s.request_id AND t.number = s.number
        WHERE s.at >= $1 AND s.number > 0 AND t.number IS NULL ORDER BY s.at LIMIT $2";
}

/// Most requests that one call reads.
const MAX_ROWS: u32 = 20_000;

/// A signature request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureRequest {
    /// Its identity; they sort by time.
    pub id: SignatureRequestId,
    /// The application that asked.
    pub application: ApplicationId,
    /// What the application calls it; unique for the application.
    pub key: String,
    /// SHA-256 of what was asked, to know the same question again.
    pub asked: [u8; 32],
    /// The policy.
    pub policy: SignaturePolicyId,
    /// The version of the policy whose rules hold for it.
    pub policy_version: i64,
    /// The action.
    pub action: String,
    /// The area.
    pub area: AreaId,
    /// What it is done to.
    pub object: String,
    /// The station of the act.
    pub station: Option<StationId>,
    /// Who does the act.
    pub performer: Option<PersonId>,
    /// The record that is kept.
    pub record: Option<SignatureRecordId>,
    /// Random bytes that let their bearer see the request.
    pub link: [u8; 16],
    /// `open`, `checking`, or how it ended.
    pub state: String,
    /// When it was asked for.
    pub requested_at: Micros,
    /// Until when it can be signed.
    pub expires_at: Option<Micros>,
    /// When it ended.
    pub ended_at: Option<Micros>,
    /// Counts its changes, from 1.
    pub version: i64,
}

/// A statement of a request's chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its place in the chain, from 0.
    pub number: i64,
    /// `opening`, `signature` or `ending`.
    pub kind: &'static str,
    /// The signed text: a compact JWS.
    pub text: String,
    /// When.
    pub at: Micros,
    /// The sequence number of its event.
    pub sequence: i64,
    /// Who signed, of a signature.
    pub person: Option<PersonId>,
    /// For which step, of a signature.
    pub step: Option<i64>,
    /// At which station, of a signature.
    pub station: Option<StationId>,
}

/// A signature of a request that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// By whom.
    pub person: PersonId,
    /// For which step, from 0.
    pub step: i64,
    /// At which station.
    pub station: Option<StationId>,
}

/// Which requests are wanted; one thing at a time is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which<'a> {
    /// All.
    All,
    /// Of this application.
    Application(ApplicationId),
    /// In this state.
    State(&'a str),
    /// About this object, folded.
    Object(&'a str),
    /// Signed by this person.
    Signer(PersonId),
}

fn read(row: &Row<'_>) -> Result<SignatureRequest> {
    Ok(SignatureRequest {
        id: row.id(0)?,
        application: row.id(1)?,
        key: row.text(2)?,
        asked: row.array(3)?,
        policy: row.id(4)?,
        policy_version: row.int(5)?,
        action: row.text(6)?,
        area: row.id(7)?,
        object: row.text(8)?,
        station: row.id_or_null(9)?,
        performer: row.id_or_null(10)?,
        record: row.id_or_null(11)?,
        link: row.array(12)?,
        state: row.text(13)?,
        requested_at: row.at(14)?,
        expires_at: row.at_or_null(15)?,
        ended_at: row.at_or_null(16)?,
        version: row.int(17)?,
    })
}

fn read_statement(row: &Row<'_>) -> Result<Statement> {
    Ok(Statement {
        number: row.int(0)?,
        kind: kind(row.str(1)?),
        text: row.text(2)?,
        at: row.at(3)?,
        sequence: row.int(4)?,
        person: row.id_or_null(5)?,
        step: row.int_or_null(6)?,
        station: row.id_or_null(7)?,
    })
}

fn kind(text: &str) -> &'static str {
    match text {
        "opening" => "opening",
        "signature" => "signature",
        _ => "ending",
    }
}

/// One request.
pub async fn by_id(conn: &mut Conn, id: SignatureRequestId) -> Result<Option<SignatureRequest>> {
    conn.optional(BY_ID, &[(&id).into()], read).await
}

/// The request that an application calls so.
pub async fn by_key(
    conn: &mut Conn,
    application: ApplicationId,
    key: &str,
) -> Result<Option<SignatureRequest>> {
    conn.optional(BY_KEY, &[(&application).into(), key.into()], read).await
}

/// The requests that have not ended, oldest first, at most `most` (bounded by 20,000).
pub async fn open(conn: &mut Conn, most: u32) -> Result<Vec<SignatureRequest>> {
    conn.all(OPEN, &[i64::from(most.min(MAX_ROWS)).into()], read).await
}

/// How many requests have not ended.
pub async fn count_open(conn: &mut Conn) -> Result<u64> {
    conn.one(COUNT_OPEN, &[], |row| row.count(0)).await
}

/// At most `most` requests whose time is over at this moment.
pub async fn late(conn: &mut Conn, at: Micros, most: u32) -> Result<Vec<SignatureRequestId>> {
    conn.all(LATE, &[at.into(), i64::from(most).into()], |row| row.id(0)).await
}

/// A page of requests before this one, the newest first; `None` begins with the newest.
pub async fn page(
    conn: &mut Conn,
    which: &Which<'_>,
    before: Option<SignatureRequestId>,
    most: u32,
) -> Result<Vec<SignatureRequest>> {
    let before = before.unwrap_or(SignatureRequestId::from_bytes([0xff; 16]));
    let (before, most): (Value<'_>, Value<'_>) = ((&before).into(), i64::from(most.min(MAX_ROWS)).into());
    match which {
        Which::All => conn.all(NEWEST, &[before, most], read).await,
        Which::Application(id) => conn.all(OF_APPLICATION, &[before, most, id.into()], read).await,
        Which::State(state) => conn.all(OF_STATE, &[before, most, (*state).into()], read).await,
        Which::Object(object) => conn.all(OF_OBJECT, &[before, most, (*object).into()], read).await,
        Which::Signer(person) => conn.all(OF_PERSON, &[before, most, person.into()], read).await,
    }
}

/// Adds a request; its version becomes 1. `folded` is the object as it is looked for.
/// [`Duplicate`](crate::StoreError::Duplicate) if the application has one of this key.
pub async fn insert(tx: &mut Tx, new: &SignatureRequest, folded: &str) -> Result<()> {
    let args = [
        (&new.id).into(),
        (&new.application).into(),
        (&new.key).into(),
        (&new.asked).into(),
        (&new.policy).into(),
        new.policy_version.into(),
        (&new.action).into(),
        (&new.area).into(),
        (&new.object).into(),
        (&new.station).into(),
        (&new.performer).into(),
        (&new.record).into(),
        (&new.link).into(),
        (&new.state).into(),
        new.requested_at.into(),
        new.expires_at.into(),
        folded.into(),
    ];
    tx.execute(INSERT, &args).await.map(drop)
}

/// Moves a request to another state. The version is the one that was read:
/// [`Stale`](crate::StoreError::Stale) if somebody else moved it or it has ended.
pub async fn set_state(
    tx: &mut Tx,
    id: SignatureRequestId,
    version: i64,
    state: &str,
    ended_at: Option<Micros>,
) -> Result<()> {
    let args = [(&id).into(), version.into(), state.into(), ended_at.into()];
    tx.change_version(MOVE, &args, BY_ID, (&id).into()).await
}

/// Adds a statement to a request's chain.
pub async fn add_statement(tx: &mut Tx, request: SignatureRequestId, new: &Statement) -> Result<()> {
    let args = [
        (&request).into(),
        new.number.into(),
        new.kind.into(),
        (&new.text).into(),
        new.at.into(),
        new.sequence.into(),
        (&new.person).into(),
        new.step.into(),
        (&new.station).into(),
    ];
    tx.execute(ADD_STATEMENT, &args).await.map(drop)
}

/// The chain of a request, from its opening on.
pub async fn chain(conn: &mut Conn, request: SignatureRequestId) -> Result<Vec<Statement>> {
    conn.all(STATEMENTS, &[(&request).into()], read_statement).await
}

/// The signatures of every request that has not ended, in their order. The statement is a
/// cross join without an order: SQLite then begins with the few requests that are open, and
/// not with all statements or requests that there ever were.
pub async fn given(conn: &mut Conn) -> Result<HashMap<SignatureRequestId, Vec<Given>>> {
    let mut rows = conn
        .all(SIGNED_OF_OPEN, &[], |row| {
            let given = Given { person: row.id(2)?, step: row.int(3)?, station: row.id_or_null(4)? };
            Ok((row.id(0)?, row.int(1)?, given))
        })
        .await?;
    rows.sort_unstable_by_key(|(_, number, _)| *number);
    let mut given: HashMap<SignatureRequestId, Vec<Given>> = HashMap::new();
    for (request, _, one) in rows {
        given.entry(request).or_default().push(one);
    }
    Ok(given)
}

/// The requests of an application that have not ended, oldest first.
pub async fn open_of(
    conn: &mut Conn,
    application: ApplicationId,
    most: u32,
) -> Result<Vec<SignatureRequest>> {
    conn.all(OPEN_OF, &[(&application).into(), i64::from(most.min(MAX_ROWS)).into()], read).await
}

/// What happened to an application's requests after this event, oldest first: the
/// sequence number of each event with its request.
pub async fn news(
    conn: &mut Conn,
    application: ApplicationId,
    after: i64,
    most: u32,
) -> Result<Vec<(i64, SignatureRequestId)>> {
    let args = [after.into(), (&application).into(), i64::from(most).into()];
    conn.all(NEWS, &args, |row| Ok((row.int(0)?, row.id(1)?))).await
}

/// The sequence number of the newest event of any request, -1 if there is none.
pub async fn last(conn: &mut Conn) -> Result<i64> {
    conn.one(LAST, &[], |row| row.int(0)).await
}

/// How much happened to an application's requests after this event; counted up to `most`.
pub async fn backlog(conn: &mut Conn, application: ApplicationId, after: i64, most: u32) -> Result<u64> {
    let args = [after.into(), (&application).into(), i64::from(most).into()];
    conn.one(BACKLOG, &args, |row| row.count(0)).await
}

/// The time stamps of a request's statements, each with the statement's number.
pub async fn stamps(conn: &mut Conn, request: SignatureRequestId) -> Result<Vec<(i64, Vec<u8>)>> {
    conn.all(STAMPS, &[(&request).into()], |row| Ok((row.int(0)?, row.blob(1)?.to_vec()))).await
}

/// Keeps the time stamp of a statement.
pub async fn stamp(
    tx: &mut Tx,
    request: SignatureRequestId,
    number: i64,
    token: &[u8],
    at: Micros,
) -> Result<()> {
    tx.execute(ADD_STAMP, &[(&request).into(), number.into(), token.into(), at.into()]).await.map(drop)
}

/// At most `most` statements since this time that have no time stamp, oldest first.
/// Openings get none: the signature after them names them.
pub async fn unstamped(
    conn: &mut Conn,
    since: Micros,
    most: u32,
) -> Result<Vec<(SignatureRequestId, i64, String)>> {
    let args = [since.into(), i64::from(most).into()];
    conn.all(UNSTAMPED, &args, |row| Ok((row.id(0)?, row.int(1)?, row.text(2)?))).await
}
