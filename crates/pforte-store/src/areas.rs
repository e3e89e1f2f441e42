//! Areas: the tree of the plant.

use crate::Tx;
use crate::engine::{Conn, Row, statements};
use crate::error::{Result, StoreError};
use pforte_model::id::AreaId;
use pforte_model::name::AreaName;
use pforte_model::policy::AreaFact;

statements! {
    BY_ID = "SELECT id, parent_id, name, position, version FROM areas WHERE id = $1";
    ALL_OF_THEM = "SELECT id, parent_id, name, position, version FROM areas ORDER BY position, name, id";
    FACTS = "SELECT id, parent_id, name FROM areas ORDER BY id";
    INSERT = "INSERT INTO areas (id, parent_id, name, position, version) VALUES ($1, $2, $3, $4, 1)";
    UPDATE = "UPDATE areas SET parent_id = $3, name = $4, position = $5, version = version + 1
        WHERE id = $1 AND version = $2";
    REMOVE = "DELETE FROM areas WHERE id = $1 AND version = $2";
    /// The area itself and everything above it, in which another one is looked for.
    ABOVE = "WITH RECURSIVE above (id, parent_id) AS (
            SELECT id, parent_id FROM areas WHERE id = $1
            UNION SELECT a.id, a.parent_id FROM areas a JOIN above ON a.id = above.parent_id)
        SELECT id FROM above WHERE id = $2";
}

/// An area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// Its identity.
    pub id: AreaId,
    /// The area above it; only the plant itself has none.
    pub parent: Option<AreaId>,
    /// Its step of the path; unique among the areas with the same parent.
    pub name: AreaName,
    /// Its place among them.
    pub position: i64,
    /// Counts its changes, from 1.
    pub version: i64,
}

fn read(row: &Row<'_>) -> Result<Area> {
    Ok(Area {
        id: row.id(0)?,
        parent: row.id_or_null(1)?,
        name: row.parsed(2)?,
        position: row.int(3)?,
        version: row.int(4)?,
    })
}

/// Every area.
pub async fn all(conn: &mut Conn) -> Result<Vec<Area>> {
    conn.all(ALL_OF_THEM, &[], read).await
}

/// One area.
pub async fn by_id(conn: &mut Conn, id: AreaId) -> Result<Option<Area>> {
    conn.optional(BY_ID, &[(&id).into()], read).await
}

/// Every area as the policy wants it.
pub async fn facts(conn: &mut Conn) -> Result<Vec<AreaFact>> {
    let read =
        |row: &Row<'_>| Ok(AreaFact { id: row.id(0)?, parent: row.id_or_null(1)?, name: row.parsed(2)? });
    conn.all(FACTS, &[], read).await
}

/// Whether `area` is `other` or lies somewhere below it.
pub async fn is_within(conn: &mut Conn, area: AreaId, other: AreaId) -> Result<bool> {
    Ok(conn.optional(ABOVE, &[(&area).into(), (&other).into()], |_| Ok(())).await?.is_some())
}

/// Adds an area; its version becomes 1. [`StoreError::Duplicate`] if its parent has
/// one of this name, or if it would be a second root.
pub async fn insert(tx: &mut Tx, new: &Area) -> Result<()> {
    let args = [(&new.id).into(), (&new.parent).into(), new.name.as_str().into(), new.position.into()];
    tx.execute(INSERT, &args).await.map(drop)
}

/// Renames, reorders or moves an area. The row's version is the one that was read.
/// [`StoreError::Referenced`] if it would lie below itself, or below nothing.
pub async fn update(tx: &mut Tx, row: &Area) -> Result<()> {
    if let Some(parent) = row.parent
        && is_within(tx, parent, row.id).await?
    {
        return Err(StoreError::Referenced);
    }
    let args = [
        (&row.id).into(),
        row.version.into(),
        (&row.parent).into(),
        row.name.as_str().into(),
        row.position.into(),
    ];
    tx.change_version(UPDATE, &args, BY_ID, (&row.id).into()).await
}

/// Removes an area. [`StoreError::Referenced`] while areas, stations, assignments
/// or applications refer to it.
pub async fn remove(tx: &mut Tx, id: AreaId, version: i64) -> Result<()> {
    tx.change_version(REMOVE, &[(&id).into(), version.into()], BY_ID, (&id).into()).await
}
