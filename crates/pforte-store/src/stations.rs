//! Stations: the computers, panels and seats that people work at.

use crate::Tx;
use crate::engine::{Conn, Row, statements};
use crate::error::Result;
use pforte_model::id::{AreaId, StationId};
use pforte_model::name::Label;
use pforte_model::policy::StationFact;
use pforte_model::time::Micros;

macro_rules! columns {
    () => {
        "id, name, area_id, credential, enabled, created_at, seen_at, version"
    };
}

statements! {
    ALL_OF_THEM = concat!("SELECT ", columns!(), " FROM stations ORDER BY folded");
    BY_ID = concat!("SELECT ", columns!(), " FROM stations WHERE id = $1");
    BY_CREDENTIAL = concat!("SELECT ", columns!(), " FROM stations WHERE credential = $1");
    FACTS = "SELECT id, name, area_id FROM stations ORDER BY id";
    INSERT = "INSERT INTO stations (id, name, folded, area_id, credential, enabled, created_at, seen_at, version)
        VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, 1)";
    UPDATE = "UPDATE stations SET name = $3, folded = $4, area_id = $5, enabled = $6, version = version + 1
        WHERE id = $1 AND version = $2";
    SET_CREDENTIAL = "UPDATE stations SET credential = $3, version = version + 1 WHERE id = $1 AND version = $2";
    REMOVE = "DELETE FROM stations WHERE id = $1 AND version = $2";
    SEEN = "UPDATE stations SET seen_at = $2 WHERE id = $1";
}

/// A station.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Station {
    /// Its identity.
    pub id: StationId,
    /// Its name; unique.
    pub name: Label,
    /// The area it stands in.
    pub area: AreaId,
    /// SHA-256 of its credential.
    pub credential: [u8; 32],
    /// Whether it counts as a station.
    pub enabled: bool,
    /// When it was registered.
    pub created_at: Micros,
    /// When it was last heard of.
    pub seen_at: Option<Micros>,
    /// Counts its changes, from 1.
    pub version: i64,
}

fn read(row: &Row<'_>) -> Result<Station> {
    Ok(Station {
        id: row.id(0)?,
        name: row.parsed(1)?,
        area: row.id(2)?,
        credential: row.array(3)?,
        enabled: row.flag(4)?,
        created_at: row.at(5)?,
        seen_at: row.at_or_null(6)?,
        version: row.int(7)?,
    })
}

/// Every station, by name.
pub async fn all(conn: &mut Conn) -> Result<Vec<Station>> {
    conn.all(ALL_OF_THEM, &[], read).await
}

/// One station.
pub async fn by_id(conn: &mut Conn, id: StationId) -> Result<Option<Station>> {
    conn.optional(BY_ID, &[(&id).into()], read).await
}

/// The station with this credential's SHA-256.
pub async fn by_credential(conn: &mut Conn, credential: &[u8; 32]) -> Result<Option<Station>> {
    conn.optional(BY_CREDENTIAL, &[credential.into()], read).await
}

/// Every station as the policy wants it.
pub async fn facts(conn: &mut Conn) -> Result<Vec<StationFact>> {
    let read = |row: &Row<'_>| Ok(StationFact { id: row.id(0)?, name: row.text(1)?, area: row.id(2)? });
    conn.all(FACTS, &[], read).await
}

/// Adds a station; its version becomes 1.
pub async fn insert(tx: &mut Tx, new: &Station) -> Result<()> {
    let folded = new.name.folded();
    let args = [
        (&new.id).into(),
        new.name.as_str().into(),
        (&folded).into(),
        (&new.area).into(),
        (&new.credential).into(),
        new.enabled.into(),
        new.created_at.into(),
    ];
    tx.execute(INSERT, &args).await.map(drop)
}

/// Changes name, area and whether it is enabled. The row's version is the one that was read.
pub async fn update(tx: &mut Tx, row: &Station) -> Result<()> {
    let folded = row.name.folded();
    let args = [
        (&row.id).into(),
        row.version.into(),
        row.name.as_str().into(),
        (&folded).into(),
        (&row.area).into(),
        row.enabled.into(),
    ];
    tx.change_version(UPDATE, &args, BY_ID, (&row.id).into()).await
}

/// Gives a station another credential; the one before no longer counts.
pub async fn set_credential(tx: &mut Tx, id: StationId, version: i64, credential: &[u8; 32]) -> Result<()> {
    let args = [(&id).into(), version.into(), credential.into()];
    tx.change_version(SET_CREDENTIAL, &args, BY_ID, (&id).into()).await
}

/// Removes a station. [`Referenced`](crate::StoreError::Referenced) while assignments
/// or applications refer to it.
pub async fn remove(tx: &mut Tx, id: StationId, version: i64) -> Result<()> {
    tx.change_version(REMOVE, &[(&id).into(), version.into()], BY_ID, (&id).into()).await
}

/// Notes that a station was heard of.
pub async fn seen(tx: &mut Tx, id: StationId, at: Micros) -> Result<()> {
    tx.send(SEEN, &[(&id).into(), at.into()]).await
}
