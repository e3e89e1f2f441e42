//! Roles: named sets of rights.

use crate::Tx;
use crate::engine::{Conn, Row, statements};
use crate::error::Result;
use pforte_model::id::{RightId, RoleId};
use pforte_model::name::Label;
use pforte_model::policy::RoleFact;
use std::collections::HashMap;

macro_rules! columns {
    () => {
        "id, name, description, built_in, idle_seconds, session_seconds, version"
    };
}

statements! {
    ALL_OF_THEM = concat!("SELECT ", columns!(), " FROM roles ORDER BY folded");
    BY_ID = concat!("SELECT ", columns!(), " FROM roles WHERE id = $1");
    BY_NAME = concat!("SELECT ", columns!(), " FROM roles WHERE folded = $1");
    BUILT_IN = concat!("SELECT ", columns!(), " FROM roles WHERE built_in = $1");
    INSERT = "INSERT INTO roles
        (id, name, folded, description, built_in, idle_seconds, session_seconds, version)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 1)";
    UPDATE = "UPDATE roles SET name = $3, folded = $4, description = $5, idle_seconds = $6,
        session_seconds = $7, version = version + 1 WHERE id = $1 AND version = $2";
    REMOVE = "DELETE FROM roles WHERE id = $1 AND version = $2";
    RIGHTS = "SELECT right_id FROM role_rights WHERE role_id = $1 ORDER BY right_id";
    ALL_RIGHTS = "SELECT role_id, right_id FROM role_rights ORDER BY role_id, right_id";
    CLEAR_RIGHTS = "DELETE FROM role_rights WHERE role_id = $1";
    ADD_RIGHT = "INSERT INTO role_rights (role_id, right_id) VALUES ($1, $2)";
}

/// A role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Its identity.
    pub id: RoleId,
    /// Its name; unique.
    pub name: Label,
    /// What it is for.
    pub description: String,
    /// Which of the product's own roles it is.
    pub built_in: Option<String>,
    /// Seconds without activity after which a session of a holder ends.
    pub idle_seconds: Option<u32>,
    /// Seconds after which a session of a holder ends in any case.
    pub session_seconds: Option<u32>,
    /// Counts its changes, from 1.
    pub version: i64,
}

fn read(row: &Row<'_>) -> Result<Role> {
    Ok(Role {
        id: row.id(0)?,
        name: row.parsed(1)?,
        description: row.text(2)?,
        built_in: row.text_or_null(3)?.map(str::to_owned),
        idle_seconds: row.seconds_or_null(4)?,
        session_seconds: row.seconds_or_null(5)?,
        version: row.int(6)?,
    })
}

/// Every role, by name.
pub async fn all(conn: &mut Conn) -> Result<Vec<Role>> {
    conn.all(ALL_OF_THEM, &[], read).await
}

/// One role.
pub async fn by_id(conn: &mut Conn, id: RoleId) -> Result<Option<Role>> {
    conn.optional(BY_ID, &[(&id).into()], read).await
}

/// The role of this name.
pub async fn by_name(conn: &mut Conn, name: &Label) -> Result<Option<Role>> {
    conn.optional(BY_NAME, &[(&name.folded()).into()], read).await
}

/// One of the product's own roles.
pub async fn built_in(conn: &mut Conn, which: &str) -> Result<Option<Role>> {
    conn.optional(BUILT_IN, &[which.into()], read).await
}

/// The rights of a role.
pub async fn rights(conn: &mut Conn, id: RoleId) -> Result<Vec<RightId>> {
    conn.all(RIGHTS, &[(&id).into()], |row| row.id(0)).await
}

/// Every pair of a role and a right of it.
pub async fn all_rights(conn: &mut Conn) -> Result<Vec<(RoleId, RightId)>> {
    conn.all(ALL_RIGHTS, &[], |row| Ok((row.id(0)?, row.id(1)?))).await
}

/// Every role with its rights, as the policy wants it.
pub async fn facts(conn: &mut Conn) -> Result<Vec<RoleFact>> {
    let mut rights: HashMap<RoleId, Vec<RightId>> = HashMap::new();
    for (role, right) in all_rights(conn).await? {
        rights.entry(role).or_default().push(right);
    }
    let fact = |role: Role| RoleFact {
        id: role.id,
        name: role.name.to_string(),
        rights: rights.remove(&role.id).unwrap_or_default(),
        idle_seconds: role.idle_seconds,
        session_seconds: role.session_seconds,
    };
    Ok(all(conn).await?.into_iter().map(fact).collect())
}

/// Adds a role with its rights; its version becomes 1.
pub async fn insert(tx: &mut Tx, new: &Role, rights: &[RightId]) -> Result<()> {
    let folded = new.name.folded();
    let args = [
        (&new.id).into(),
        new.name.as_str().into(),
        (&folded).into(),
        (&new.description).into(),
        new.built_in.as_deref().into(),
        new.idle_seconds.into(),
        new.session_seconds.into(),
    ];
    tx.execute(INSERT, &args).await?;
    add_rights(tx, new.id, rights).await
}

/// Changes name, description, times and rights. The row's version is the one that was read.
pub async fn update(tx: &mut Tx, row: &Role, rights: &[RightId]) -> Result<()> {
    let folded = row.name.folded();
    let args = [
        (&row.id).into(),
        row.version.into(),
        row.name.as_str().into(),
        (&folded).into(),
        (&row.description).into(),
        row.idle_seconds.into(),
        row.session_seconds.into(),
    ];
    tx.change_version(UPDATE, &args, BY_ID, (&row.id).into()).await?;
    tx.execute(CLEAR_RIGHTS, &[(&row.id).into()]).await?;
    add_rights(tx, row.id, rights).await
}

/// Removes a role. [`Referenced`](crate::StoreError::Referenced) while it is assigned.
pub async fn remove(tx: &mut Tx, id: RoleId, version: i64) -> Result<()> {
    tx.execute(CLEAR_RIGHTS, &[(&id).into()]).await?;
    tx.change_version(REMOVE, &[(&id).into(), version.into()], BY_ID, (&id).into()).await
}

/// Gives a role more rights, whatever its version: for the product's own roles.
pub async fn add_rights(tx: &mut Tx, id: RoleId, rights: &[RightId]) -> Result<()> {
    for right in rights {
        tx.send(ADD_RIGHT, &[(&id).into(), right.into()]).await?;
    }
    tx.settle().await
}
