//! Where applications hear of their signature requests, and how far they have heard.

use crate::Tx;
use crate::engine::{Conn, Row, statements};
use crate::error::Result;
use pforte_model::id::{ApplicationId, NodeId};
use pforte_model::time::Micros;

macro_rules! columns {
    () => {
        "application_id, url, authority, secret, cursor, told_at, failing_since, failure"
    };
}

statements! {
    EVERY = concat!("SELECT ", columns!(), " FROM webhooks ORDER BY application_id");
    BY_APPLICATION = concat!("SELECT ", columns!(), " FROM webhooks WHERE application_id = $1");
    PUT = "INSERT INTO webhooks (application_id, url, authority, secret, cursor, busy_until)
        VALUES ($1, $2, $3, $4, $5, 0)
        ON CONFLICT (application_id) DO UPDATE SET url = excluded.url, authority = excluded.authority,
        secret = excluded.secret, failing_since = NULL, failure = NULL";
    REMOVE = "DELETE FROM webhooks WHERE application_id = $1";
    CLAIM = "UPDATE webhooks SET busy_until = $3, busy_node = $4 WHERE application_id = $1
        AND (busy_until <= $2 OR busy_until > $3 OR busy_node = $4)";
    TOLD = "UPDATE webhooks SET cursor = $2, told_at = $3, failing_since = NULL, failure = NULL
        WHERE application_id = $1 AND cursor <= $2";
    PASSED = "UPDATE webhooks SET cursor = $2 WHERE application_id = $1 AND cursor <= $2";
    FAILED = "UPDATE webhooks SET failing_since = COALESCE(failing_since, $2), failure = $3
        WHERE application_id = $1";
    GIVE_BACK = "UPDATE webhooks SET busy_until = 0 WHERE application_id = $1";
}

/// Where an application hears of its requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// The application.
    pub application: ApplicationId,
    /// The address.
    pub url: String,
    /// The authorities of its certificate, PEM; those of the computer if there are none.
    pub authority: Option<String>,
    /// The secret with which messages are signed, wrapped.
    pub secret: Vec<u8>,
    /// The sequence number of the last event that was told or passed over.
    pub cursor: i64,
    /// When the application last took a message.
    pub told_at: Option<Micros>,
    /// Since when it takes none.
    pub failing_since: Option<Micros>,
    /// Why.
    pub failure: Option<String>,
}

fn read(row: &Row<'_>) -> Result<Webhook> {
    Ok(Webhook {
        application: row.id(0)?,
        url: row.text(1)?,
        authority: row.text_or_null(2)?.map(str::to_owned),
        secret: row.blob(3)?.to_vec(),
        cursor: row.int(4)?,
        told_at: row.at_or_null(5)?,
        failing_since: row.at_or_null(6)?,
        failure: row.text_or_null(7)?.map(str::to_owned),
    })
}

/// Every webhook.
pub async fn all(conn: &mut Conn) -> Result<Vec<Webhook>> {
    conn.all(EVERY, &[], read).await
}

/// The webhook of an application.
pub async fn by_application(conn: &mut Conn, id: ApplicationId) -> Result<Option<Webhook>> {
    conn.optional(BY_APPLICATION, &[(&id).into()], read).await
}

/// Sets an application's address, authorities and secret. The cursor counts for a new
/// webhook alone: one that was there goes on where it stands.
pub async fn put(tx: &mut Tx, webhook: &Webhook) -> Result<()> {
    let args = [
        (&webhook.application).into(),
        (&webhook.url).into(),
        webhook.authority.as_deref().into(),
        webhook.secret.as_slice().into(),
        webhook.cursor.into(),
    ];
    tx.execute(PUT, &args).await.map(drop)
}

/// Forgets an application's webhook.
pub async fn remove(tx: &mut Tx, id: ApplicationId) -> Result<bool> {
    Ok(tx.execute(REMOVE, &[(&id).into()]).await? > 0)
}

/// Takes a webhook until then, so that no other server tells the same; `false` if another
/// one has it. A turn of the server itself that was not given back, and one that lies
/// further ahead than any does because the clock was set, count for nothing.
pub async fn claim(
    tx: &mut Tx,
    id: ApplicationId,
    node: NodeId,
    (now, until): (Micros, Micros),
) -> Result<bool> {
    let args = [(&id).into(), now.into(), until.into(), (&node).into()];
    Ok(tx.execute(CLAIM, &args).await? > 0)
}

/// Gives a webhook back that was taken.
pub async fn give_back(tx: &mut Tx, id: ApplicationId) -> Result<()> {
    tx.execute(GIVE_BACK, &[(&id).into()]).await.map(drop)
}

/// The application took what there was up to this event.
pub async fn told(tx: &mut Tx, id: ApplicationId, cursor: i64, at: Micros) -> Result<()> {
    tx.execute(TOLD, &[(&id).into(), cursor.into(), at.into()]).await.map(drop)
}

/// Up to this event there is nothing for the application.
pub async fn passed(tx: &mut Tx, id: ApplicationId, cursor: i64) -> Result<()> {
    tx.execute(PASSED, &[(&id).into(), cursor.into()]).await.map(drop)
}

/// The application did not take a message.
pub async fn failed(tx: &mut Tx, id: ApplicationId, at: Micros, failure: &str) -> Result<()> {
    tx.execute(FAILED, &[(&id).into(), at.into(), failure.into()]).await.map(drop)
}
