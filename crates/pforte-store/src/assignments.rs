//! Assignments: who has which role, where and when.

use crate::Tx;
use crate::engine::{Conn, Row, json, statements};
use crate::error::{Result, StoreError};
use crate::groups::{principal, read_principal};
use pforte_model::account::Principal;
use pforte_model::assignment::Assignment;
use pforte_model::factor::Strength;
use pforte_model::id::{AreaId, AssignmentId, RoleId, StationId};
use pforte_model::time::Micros;
use std::collections::HashMap;

macro_rules! columns {
    () => {
        "id, role_id, principal_kind, principal_id, schedule, from_at, until_at, strength, created_at, version"
    };
}

statements! {
    ALL_OF_THEM = concat!("SELECT ", columns!(), " FROM assignments ORDER BY id");
    BY_ID = concat!("SELECT ", columns!(), " FROM assignments WHERE id = $1");
    OF_ROLE = concat!("SELECT ", columns!(), " FROM assignments WHERE role_id = $1 ORDER BY id");
    OF_PRINCIPAL = concat!(
        "SELECT ", columns!(), " FROM assignments WHERE principal_kind = $1 AND principal_id = $2 ORDER BY id");
    AREAS = "SELECT assignment_id, area_id FROM assignment_areas WHERE assignment_id = $1 ORDER BY area_id";
    STATIONS = "SELECT assignment_id, station_id FROM assignment_stations
        WHERE assignment_id = $1 ORDER BY station_id";
    ALL_AREAS = "SELECT assignment_id, area_id FROM assignment_areas ORDER BY assignment_id, area_id";
    ALL_STATIONS = "SELECT assignment_id, station_id FROM assignment_stations
        ORDER BY assignment_id, station_id";
    INSERT = "INSERT INTO assignments (id, role_id, principal_kind, principal_id, schedule, from_at, until_at,
        strength, created_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)";
    UPDATE = "UPDATE assignments SET schedule = $3, from_at = $4, until_at = $5, strength = $6,
        version = version + 1 WHERE id = $1 AND version = $2";
    REMOVE = "DELETE FROM assignments WHERE id = $1 AND version = $2";
    CLEAR_AREAS = "DELETE FROM assignment_areas WHERE assignment_id = $1";
    CLEAR_STATIONS = "DELETE FROM assignment_stations WHERE assignment_id = $1";
    ADD_AREA = "INSERT INTO assignment_areas (assignment_id, area_id) VALUES ($1, $2)";
    ADD_STATION = "INSERT INTO assignment_stations (assignment_id, station_id) VALUES ($1, $2)";
}

/// An assignment as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The assignment.
    pub assignment: Assignment,
    /// When it was made.
    pub created_at: Micros,
    /// Counts its changes, from 1.
    pub version: i64,
}

fn read(row: &Row<'_>) -> Result<Stored> {
    let assignment = Assignment {
        id: row.id(0)?,
        role: row.id(1)?,
        principal: read_principal(row, 2)?,
        areas: Vec::new(),
        stations: Vec::new(),
        schedule: row.json_or_null(4)?,
        from: row.at_or_null(5)?,
        until: row.at_or_null(6)?,
        strength: strength(row, 7)?,
    };
    Ok(Stored { assignment, created_at: row.at(8)?, version: row.int(9)? })
}

fn strength(row: &Row<'_>, column: usize) -> Result<Option<Strength>> {
    let Some(text) = row.text_or_null(column)? else { return Ok(None) };
    let all = [Strength::Weak, Strength::Single, Strength::Strong];
    let found = all.into_iter().find(|strength| strength.as_str() == text);
    found.map(Some).ok_or(StoreError::Shape(column))
}

/// Every assignment.
pub async fn all(conn: &mut Conn) -> Result<Vec<Stored>> {
    let mut areas: HashMap<AssignmentId, Vec<AreaId>> = HashMap::new();
    for (assignment, area) in conn.all(ALL_AREAS, &[], |row| Ok((row.id(0)?, row.id(1)?))).await? {
        areas.entry(assignment).or_default().push(area);
    }
    let mut stations: HashMap<AssignmentId, Vec<StationId>> = HashMap::new();
    for (assignment, station) in conn.all(ALL_STATIONS, &[], |row| Ok((row.id(0)?, row.id(1)?))).await? {
        stations.entry(assignment).or_default().push(station);
    }
    let mut found = conn.all(ALL_OF_THEM, &[], read).await?;
    for Stored { assignment, .. } in &mut found {
        assignment.areas = areas.remove(&assignment.id).unwrap_or_default();
        assignment.stations = stations.remove(&assignment.id).unwrap_or_default();
    }
    Ok(found)
}

/// Every assignment as the policy wants it.
pub async fn facts(conn: &mut Conn) -> Result<Vec<Assignment>> {
    Ok(all(conn).await?.into_iter().map(|stored| stored.assignment).collect())
}

/// One assignment.
pub async fn by_id(conn: &mut Conn, id: AssignmentId) -> Result<Option<Stored>> {
    let found = conn.all(BY_ID, &[(&id).into()], read).await?;
    Ok(with_places(conn, found).await?.pop())
}

/// The assignments of a role.
pub async fn of_role(conn: &mut Conn, role: RoleId) -> Result<Vec<Stored>> {
    let found = conn.all(OF_ROLE, &[(&role).into()], read).await?;
    with_places(conn, found).await
}

/// The assignments that name this user or group itself.
pub async fn of_principal(conn: &mut Conn, of: Principal) -> Result<Vec<Stored>> {
    let found = conn.all(OF_PRINCIPAL, &principal(&of), read).await?;
    with_places(conn, found).await
}

async fn with_places(conn: &mut Conn, mut found: Vec<Stored>) -> Result<Vec<Stored>> {
    for Stored { assignment, .. } in &mut found {
        let id = assignment.id;
        assignment.areas = conn.all(AREAS, &[(&id).into()], |row| row.id(1)).await?;
        assignment.stations = conn.all(STATIONS, &[(&id).into()], |row| row.id(1)).await?;
    }
    Ok(found)
}

/// Adds an assignment; its version becomes 1.
pub async fn insert(tx: &mut Tx, new: &Assignment, at: Micros) -> Result<()> {
    let schedule = new.schedule.as_ref().map(json).transpose()?;
    let [kind, id] = principal(&new.principal);
    let args = [
        (&new.id).into(),
        (&new.role).into(),
        kind,
        id,
        schedule.as_deref().into(),
        new.from.into(),
        new.until.into(),
        new.strength.map(Strength::as_str).into(),
        at.into(),
    ];
    tx.execute(INSERT, &args).await?;
    add_places(tx, new.id, &new.areas, &new.stations).await
}

/// Changes the conditions: areas, stations, schedule, window, strength. Role and
/// principal stay. The version is the one that was read.
pub async fn update(tx: &mut Tx, row: &Assignment, version: i64) -> Result<()> {
    let schedule = row.schedule.as_ref().map(json).transpose()?;
    let args = [
        (&row.id).into(),
        version.into(),
        schedule.as_deref().into(),
        row.from.into(),
        row.until.into(),
        row.strength.map(Strength::as_str).into(),
    ];
    tx.change_version(UPDATE, &args, BY_ID, (&row.id).into()).await?;
    clear_places(tx, row.id).await?;
    add_places(tx, row.id, &row.areas, &row.stations).await
}

/// Removes an assignment.
pub async fn remove(tx: &mut Tx, id: AssignmentId, version: i64) -> Result<()> {
    clear_places(tx, id).await?;
    tx.change_version(REMOVE, &[(&id).into(), version.into()], BY_ID, (&id).into()).await
}

async fn clear_places(tx: &mut Tx, id: AssignmentId) -> Result<()> {
    tx.execute(CLEAR_AREAS, &[(&id).into()]).await?;
    tx.execute(CLEAR_STATIONS, &[(&id).into()]).await.map(drop)
}

async fn add_places(tx: &mut Tx, id: AssignmentId, areas: &[AreaId], stations: &[StationId]) -> Result<()> {
    for area in areas {
        tx.send(ADD_AREA, &[(&id).into(), area.into()]).await?;
    }
    for station in stations {
        tx.send(ADD_STATION, &[(&id).into(), station.into()]).await?;
    }
    tx.settle().await
}
