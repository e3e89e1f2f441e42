//! Directories: where users and groups live.

use crate::Tx;
use crate::engine::{Conn, Row, statements};
use crate::error::Result;
use pforte_model::id::DirectoryId;
use pforte_model::name::Label;
use pforte_model::time::Micros;

macro_rules! columns {
    () => {
        "id, name, kind, settings, secret, position, enabled, created_at, removed_at, version,
         known_hours"
    };
}

statements! {
    ALL_OF_THEM = concat!(
        "SELECT ", columns!(), " FROM directories WHERE removed_at IS NULL ORDER BY position, folded");
    WITH_REMOVED = concat!("SELECT ", columns!(), " FROM directories ORDER BY created_at");
    BY_ID = concat!("SELECT ", columns!(), " FROM directories WHERE id = $1");
    BY_NAME = concat!("SELECT ", columns!(), " FROM directories WHERE folded = $1 AND removed_at IS NULL");
    INSERT = "INSERT INTO directories
        (id, name, folded, kind, settings, secret, position, enabled, created_at, removed_at, version, known_hours)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, 1, $10)";
    UPDATE = "UPDATE directories SET name = $3, folded = $4, settings = $5, secret = $6, position = $7,
        enabled = $8, known_hours = $9, version = version + 1 WHERE id = $1 AND version = $2 AND removed_at IS NULL";
    REMOVE = "UPDATE directories SET removed_at = $3, enabled = 0, secret = NULL, keytab = NULL, version = version + 1
        WHERE id = $1 AND version = $2 AND removed_at IS NULL";
    KEYTABS = "SELECT id, keytab FROM directories WHERE keytab IS NOT NULL AND removed_at IS NULL";
    SET_KEYTAB = "UPDATE directories SET keytab = $3, version = version + 1
        WHERE id = $1 AND version = $2 AND removed_at IS NULL";
    EXISTS = "SELECT id FROM directories WHERE id = $1 AND removed_at IS NULL";
}

/// A directory.
#[derive(Clone, PartialEq, Eq)]
pub struct Directory {
    /// Its identity.
    pub id: DirectoryId,
    /// Its name; unique among those that were not removed.
    pub name: Label,
    /// `local`, `ldap`, ...
    pub kind: String,
    /// How it is reached: JSON of its kind, without secrets.
    pub settings: String,
    /// The password of its service account, wrapped by the edge.
    pub secret: Option<Vec<u8>>,
    /// Its place in the working environment's list.
    pub position: i64,
    /// Whether log-ons may use it.
    pub enabled: bool,
    /// When it was added.
    pub created_at: Micros,
    /// When it was removed; its users stay known.
    pub removed_at: Option<Micros>,
    /// Counts its changes, from 1.
    pub version: i64,
    /// For how many hours after a log-on a person may log on again by what is known,
    /// while no server answers; 0: never.
    pub known_hours: i64,
}

fn read(row: &Row<'_>) -> Result<Directory> {
    Ok(Directory {
        id: row.id(0)?,
        name: row.parsed(1)?,
        kind: row.text(2)?,
        settings: row.text(3)?,
        secret: row.blob_or_null(4)?.map(<[u8]>::to_vec),
        position: row.int(5)?,
        enabled: row.flag(6)?,
        created_at: row.at(7)?,
        removed_at: row.at_or_null(8)?,
        version: row.int(9)?,
        known_hours: row.int(10)?,
    })
}

/// Every directory that was not removed, in the order of their places.
pub async fn all(conn: &mut Conn) -> Result<Vec<Directory>> {
    conn.all(ALL_OF_THEM, &[], read).await
}

/// Every directory there ever was, by age.
pub async fn with_removed(conn: &mut Conn) -> Result<Vec<Directory>> {
    conn.all(WITH_REMOVED, &[], read).await
}

/// One directory, also if it was removed.
pub async fn by_id(conn: &mut Conn, id: DirectoryId) -> Result<Option<Directory>> {
    conn.optional(BY_ID, &[(&id).into()], read).await
}

/// The directory of this name that was not removed.
pub async fn by_name(conn: &mut Conn, name: &Label) -> Result<Option<Directory>> {
    conn.optional(BY_NAME, &[(&name.folded()).into()], read).await
}

/// Adds a directory; its version becomes 1.
pub async fn insert(tx: &mut Tx, new: &Directory) -> Result<()> {
    let folded = new.name.folded();
    let args = [
        (&new.id).into(),
        new.name.as_str().into(),
        (&folded).into(),
        (&new.kind).into(),
        (&new.settings).into(),
        new.secret.as_deref().into(),
        new.position.into(),
        new.enabled.into(),
        new.created_at.into(),
        new.known_hours.into(),
    ];
    tx.execute(INSERT, &args).await.map(drop)
}

/// Changes name, settings, secret, place and whether it is enabled. The row's
/// version is the one that was read.
pub async fn update(tx: &mut Tx, row: &Directory) -> Result<()> {
    let folded = row.name.folded();
    let args = [
        (&row.id).into(),
        row.version.into(),
        row.name.as_str().into(),
        (&folded).into(),
        (&row.settings).into(),
        row.secret.as_deref().into(),
        row.position.into(),
        row.enabled.into(),
        row.known_hours.into(),
    ];
    tx.change_version(UPDATE, &args, EXISTS, (&row.id).into()).await
}

/// The keytabs of all directories that have one, wrapped by the edge.
pub async fn keytabs(conn: &mut Conn) -> Result<Vec<(DirectoryId, Vec<u8>)>> {
    conn.all(KEYTABS, &[], |row| Ok((row.id(0)?, row.blob(1)?.to_vec()))).await
}

/// Puts a wrapped keytab in the place of the one before, or none.
pub async fn set_keytab(tx: &mut Tx, id: DirectoryId, version: i64, keytab: Option<&[u8]>) -> Result<()> {
    let args = [(&id).into(), version.into(), keytab.into()];
    tx.change_version(SET_KEYTAB, &args, EXISTS, (&id).into()).await
}

/// Removes a directory from use and forgets its secrets.
pub async fn remove(tx: &mut Tx, id: DirectoryId, version: i64, at: Micros) -> Result<()> {
    let args = [(&id).into(), version.into(), at.into()];
    tx.change_version(REMOVE, &args, EXISTS, (&id).into()).await
}
