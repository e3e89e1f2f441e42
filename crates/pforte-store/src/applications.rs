//! Applications: the programs that ask, and where they get answers.

use crate::Tx;
use crate::engine::{Conn, Row, statements};
use crate::error::Result;
use pforte_model::id::{ApplicationId, AreaId, StationId};
use pforte_model::name::{Key, Label};
use pforte_model::time::Micros;

macro_rules! columns {
    () => {
        "id, key, name, credential, enabled, own_dialog, created_at, version"
    };
}

statements! {
    ALL_OF_THEM = concat!("SELECT ", columns!(), " FROM applications ORDER BY key");
    BY_ID = concat!("SELECT ", columns!(), " FROM applications WHERE id = $1");
    BY_KEY = concat!("SELECT ", columns!(), " FROM applications WHERE key = $1");
    BY_CREDENTIAL = concat!("SELECT ", columns!(), " FROM applications WHERE credential = $1");
    INSERT = "INSERT INTO applications (id, key, name, credential, enabled, own_dialog, created_at, version)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 1)";
    UPDATE = "UPDATE applications SET name = $3, enabled = $4, own_dialog = $5, version = version + 1
        WHERE id = $1 AND version = $2";
    SET_CREDENTIAL = "UPDATE applications SET credential = $3, version = version + 1
        WHERE id = $1 AND version = $2";
    TOUCH = "UPDATE applications SET version = version + 1 WHERE id = $1 AND version = $2";
    REMOVE = "DELETE FROM applications WHERE id = $1 AND version = $2";
    AREAS = "SELECT area_id FROM application_areas WHERE application_id = $1 ORDER BY area_id";
    STATIONS = "SELECT station_id FROM application_stations WHERE application_id = $1 ORDER BY station_id";
    ALL_AREAS = "SELECT application_id, area_id FROM application_areas ORDER BY application_id, area_id";
    ALL_STATIONS = "SELECT application_id, station_id FROM application_stations
        ORDER BY application_id, station_id";
    CLEAR_AREAS = "DELETE FROM application_areas WHERE application_id = $1";
    CLEAR_STATIONS = "DELETE FROM application_stations WHERE application_id = $1";
    ADD_AREA = "INSERT INTO application_areas (application_id, area_id) VALUES ($1, $2)";
    ADD_STATION = "INSERT INTO application_stations (application_id, station_id) VALUES ($1, $2)";
    DROP_FROM_ROLES = "DELETE FROM role_rights WHERE right_id IN
        (SELECT id FROM rights WHERE application_id = $1)";
    DROP_WEBHOOK = "DELETE FROM webhooks WHERE application_id = $1";
    DROP_RIGHTS = "DELETE FROM rights WHERE application_id = $1";
}

/// An application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Its identity.
    pub id: ApplicationId,
    /// The first part of its rights' names; unique.
    pub key: Key,
    /// The name to show.
    pub name: Label,
    /// SHA-256 of its credential; the product itself has none.
    pub credential: Option<[u8; 32]>,
    /// Whether it gets answers.
    pub enabled: bool,
    /// Whether it may send names and passwords of signers, typed in its own dialog.
    pub own_dialog: bool,
    /// When it was registered.
    pub created_at: Micros,
    /// Counts its changes, from 1.
    pub version: i64,
}

/// Where an application gets answers; with neither areas nor stations nowhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// In these areas and all below them.
    pub areas: Vec<AreaId>,
    /// At these stations.
    pub stations: Vec<StationId>,
}

fn read(row: &Row<'_>) -> Result<Application> {
    Ok(Application {
        id: row.id(0)?,
        key: row.parsed(1)?,
        name: row.parsed(2)?,
        credential: row.array_or_null(3)?,
        enabled: row.flag(4)?,
        own_dialog: row.flag(5)?,
        created_at: row.at(6)?,
        version: row.int(7)?,
    })
}

/// Every application, by key.
pub async fn all(conn: &mut Conn) -> Result<Vec<Application>> {
    conn.all(ALL_OF_THEM, &[], read).await
}

/// One application.
pub async fn by_id(conn: &mut Conn, id: ApplicationId) -> Result<Option<Application>> {
    conn.optional(BY_ID, &[(&id).into()], read).await
}

/// The application with this key.
pub async fn by_key(conn: &mut Conn, key: &Key) -> Result<Option<Application>> {
    conn.optional(BY_KEY, &[key.as_str().into()], read).await
}

/// The application with this credential's SHA-256.
pub async fn by_credential(conn: &mut Conn, credential: &[u8; 32]) -> Result<Option<Application>> {
    conn.optional(BY_CREDENTIAL, &[credential.into()], read).await
}

/// Where an application gets answers.
pub async fn scope(conn: &mut Conn, id: ApplicationId) -> Result<Scope> {
    let areas = conn.all(AREAS, &[(&id).into()], |row| row.id(0)).await?;
    let stations = conn.all(STATIONS, &[(&id).into()], |row| row.id(0)).await?;
    Ok(Scope { areas, stations })
}

/// Every pair of an application and an area of its scope.
pub async fn all_areas(conn: &mut Conn) -> Result<Vec<(ApplicationId, AreaId)>> {
    conn.all(ALL_AREAS, &[], |row| Ok((row.id(0)?, row.id(1)?))).await
}

/// Every pair of an application and a station of its scope.
pub async fn all_stations(conn: &mut Conn) -> Result<Vec<(ApplicationId, StationId)>> {
    conn.all(ALL_STATIONS, &[], |row| Ok((row.id(0)?, row.id(1)?))).await
}

/// Adds an application with its scope; its version becomes 1.
pub async fn insert(tx: &mut Tx, new: &Application, scope: &Scope) -> Result<()> {
    let args = [
        (&new.id).into(),
        new.key.as_str().into(),
        new.name.as_str().into(),
        new.credential.as_ref().map(<[u8; 32]>::as_slice).into(),
        new.enabled.into(),
        new.own_dialog.into(),
        new.created_at.into(),
    ];
    tx.execute(INSERT, &args).await?;
    write_scope(tx, new.id, scope).await
}

/// Changes name, scope and whether it is enabled. The row's version is the one that was read.
pub async fn update(tx: &mut Tx, row: &Application, scope: &Scope) -> Result<()> {
    let args = [
        (&row.id).into(),
        row.version.into(),
        row.name.as_str().into(),
        row.enabled.into(),
        row.own_dialog.into(),
    ];
    tx.change_version(UPDATE, &args, BY_ID, (&row.id).into()).await?;
    clear_scope(tx, row.id).await?;
    write_scope(tx, row.id, scope).await
}

/// Gives an application another credential; the one before no longer counts.
pub async fn set_credential(
    tx: &mut Tx,
    id: ApplicationId,
    version: i64,
    credential: &[u8; 32],
) -> Result<()> {
    let args = [(&id).into(), version.into(), credential.into()];
    tx.change_version(SET_CREDENTIAL, &args, BY_ID, (&id).into()).await
}

/// Counts a change of what belongs to an application, such as its rights.
pub async fn touch(tx: &mut Tx, id: ApplicationId, version: i64) -> Result<()> {
    tx.change_version(TOUCH, &[(&id).into(), version.into()], BY_ID, (&id).into()).await
}

/// Removes an application, its scope and its rights, also from the roles that have them.
pub async fn remove(tx: &mut Tx, id: ApplicationId, version: i64) -> Result<()> {
    clear_scope(tx, id).await?;
    tx.execute(DROP_FROM_ROLES, &[(&id).into()]).await?;
    tx.execute(DROP_RIGHTS, &[(&id).into()]).await?;
    tx.execute(DROP_WEBHOOK, &[(&id).into()]).await?;
    tx.change_version(REMOVE, &[(&id).into(), version.into()], BY_ID, (&id).into()).await
}

async fn clear_scope(tx: &mut Tx, id: ApplicationId) -> Result<()> {
    tx.execute(CLEAR_AREAS, &[(&id).into()]).await?;
    tx.execute(CLEAR_STATIONS, &[(&id).into()]).await.map(drop)
}

async fn write_scope(tx: &mut Tx, id: ApplicationId, scope: &Scope) -> Result<()> {
    for area in &scope.areas {
        tx.send(ADD_AREA, &[(&id).into(), area.into()]).await?;
    }
    for station in &scope.stations {
        tx.send(ADD_STATION, &[(&id).into(), station.into()]).await?;
    }
    tx.settle().await
}
