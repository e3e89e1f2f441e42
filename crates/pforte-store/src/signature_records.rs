//! Records that are signed, kept in pieces.

use crate::Tx;
use crate::engine::{Conn, Row, statements};
use crate::error::Result;
use pforte_model::id::{ApplicationId, SignatureRecordId};
use pforte_model::time::Micros;

statements! {
    BY_ID = "SELECT id, application_id, sha256, bytes, media_type, form, created_at FROM signature_records
        WHERE id = $1 AND used <> 2";
    INSERT = "INSERT INTO signature_records (id, application_id, sha256, bytes, media_type, form, created_at, used)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    FINISH = "UPDATE signature_records SET sha256 = $2, bytes = $3, used = 0 WHERE id = $1 AND used = 2";
    USE = "UPDATE signature_records SET used = 1 WHERE id = $1 AND used = 0";
    ADD_PART = "INSERT INTO signature_record_parts (record_id, number, bytes) VALUES ($1, $2, $3)";
    PART = "SELECT bytes FROM signature_record_parts WHERE record_id = $1 AND number = $2";
    UNUSED = "SELECT id FROM signature_records WHERE used <> 1 AND created_at < $1 ORDER BY created_at LIMIT $2";
    COUNT_UNUSED = "SELECT count(*) FROM signature_records WHERE used <> 1 AND application_id = $1";
    REMOVE = "DELETE FROM signature_records WHERE id = $1 AND used <> 1";
    REMOVE_PARTS = "DELETE FROM signature_record_parts WHERE record_id = $1";
}

/// The most bytes of a part.
pub const PART_BYTES: usize = 256 * 1024;

/// A record that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureRecord {
    /// Its identity.
    pub id: SignatureRecordId,
    /// The application that brought it.
    pub application: ApplicationId,
    /// SHA-256 of it.
    pub sha256: [u8; 32],
    /// Its length.
    pub bytes: u64,
    /// What it is.
    pub media_type: String,
    /// `bytes` or `jcs`.
    pub form: String,
    /// When it came.
    pub created_at: Micros,
}

fn read(row: &Row<'_>) -> Result<SignatureRecord> {
    Ok(SignatureRecord {
        id: row.id(0)?,
        application: row.id(1)?,
        sha256: row.array(2)?,
        bytes: row.count(3)?,
        media_type: row.text(4)?,
        form: row.text(5)?,
        created_at: row.at(6)?,
    })
}

/// How many records of an application no request has named yet, those that are coming in too.
pub async fn count_unused(conn: &mut Conn, application: ApplicationId) -> Result<u64> {
    conn.one(COUNT_UNUSED, &[(&application).into()], |row| row.count(0)).await
}

/// One record.
pub async fn by_id(conn: &mut Conn, id: SignatureRecordId) -> Result<Option<SignatureRecord>> {
    conn.optional(BY_ID, &[(&id).into()], read).await
}

/// Adds a record whose parts are there. No request uses it yet.
pub async fn insert(tx: &mut Tx, new: &SignatureRecord) -> Result<()> {
    add(tx, new, 0).await
}

/// Adds a record whose parts are still to come; nobody finds it before [`finish`].
pub async fn begin(tx: &mut Tx, new: &SignatureRecord) -> Result<()> {
    add(tx, new, 2).await
}

/// All parts of a record are there: what they came to. [`Missing`](crate::StoreError::Missing)
/// if it was removed meanwhile.
pub async fn finish(tx: &mut Tx, id: SignatureRecordId, sha256: &[u8; 32], bytes: u64) -> Result<()> {
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    tx.change(FINISH, &[(&id).into(), sha256.into(), bytes.into()]).await
}

async fn add(tx: &mut Tx, new: &SignatureRecord, used: i64) -> Result<()> {
    let args = [
        (&new.id).into(),
        (&new.application).into(),
        (&new.sha256).into(),
        i64::try_from(new.bytes).unwrap_or(i64::MAX).into(),
        (&new.media_type).into(),
        (&new.form).into(),
        new.created_at.into(),
        used.into(),
    ];
    tx.execute(INSERT, &args).await.map(drop)
}

/// A request uses it from now on. [`Missing`](crate::StoreError::Missing) if it is not
/// there or another request uses it.
pub async fn use_it(tx: &mut Tx, id: SignatureRecordId) -> Result<()> {
    tx.change(USE, &[(&id).into()]).await
}

/// Adds a part, counted from 0.
pub async fn add_part(tx: &mut Tx, id: SignatureRecordId, number: i64, bytes: &[u8]) -> Result<()> {
    tx.execute(ADD_PART, &[(&id).into(), number.into(), bytes.into()]).await.map(drop)
}

/// A part, counted from 0; `None` behind the last.
pub async fn part(conn: &mut Conn, id: SignatureRecordId, number: i64) -> Result<Option<Vec<u8>>> {
    conn.optional(PART, &[(&id).into(), number.into()], |row| Ok(row.blob(0)?.to_vec())).await
}

/// Records that came, or began to, before this time and that no request uses, at most `most`.
pub async fn unused(conn: &mut Conn, before: Micros, most: u32) -> Result<Vec<SignatureRecordId>> {
    conn.all(UNUSED, &[before.into(), i64::from(most).into()], |row| row.id(0)).await
}

/// Removes a record that no request uses, and its parts.
pub async fn remove(tx: &mut Tx, id: SignatureRecordId) -> Result<()> {
    tx.change(REMOVE, &[(&id).into()]).await?;
    remove_parts(tx, id).await
}

async fn remove_parts(tx: &mut Tx, id: SignatureRecordId) -> Result<()> {
    tx.execute(REMOVE_PARTS, &[(&id).into()]).await.map(drop)
}
