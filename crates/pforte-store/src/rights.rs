//! Rights: the actions that applications registered.

use crate::Tx;
use crate::engine::{Conn, Row, json, statements};
use crate::error::Result;
use pforte_model::id::{ApplicationId, RightId};
use pforte_model::name::{Key, RightName};
use pforte_model::policy::RightFact;
use std::collections::BTreeMap;

statements! {
    ALL_OF_THEM = "SELECT id, application_id, action, names, retired FROM rights ORDER BY application_id, action";
    OF_APPLICATION = "SELECT id, application_id, action, names, retired FROM rights
        WHERE application_id = $1 ORDER BY action";
    BY_ID = "SELECT id, application_id, action, names, retired FROM rights WHERE id = $1";
    FACTS = "SELECT r.id, a.key, r.action FROM rights r JOIN applications a ON a.id = r.application_id
        WHERE r.retired = 0 ORDER BY r.id";
    INSERT = "INSERT INTO rights (id, application_id, action, names, retired) VALUES ($1, $2, $3, $4, $5)";
    UPDATE = "UPDATE rights SET names = $2, retired = $3 WHERE id = $1";
}

/// A right of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Right {
    /// Its identity.
    pub id: RightId,
    /// The application.
    pub application: ApplicationId,
    /// The second part of its name; unique within the application.
    pub action: Key,
    /// The names to show, by language (`en`, `de`, ...).
    pub names: BTreeMap<String, String>,
    /// Whether the application no longer registers it: it counts for nothing.
    pub retired: bool,
}

fn read(row: &Row<'_>) -> Result<Right> {
    Ok(Right {
        id: row.id(0)?,
        application: row.id(1)?,
        action: row.parsed(2)?,
        names: row.json(3)?,
        retired: row.flag(4)?,
    })
}

/// Every right, also the retired ones.
pub async fn all(conn: &mut Conn) -> Result<Vec<Right>> {
    conn.all(ALL_OF_THEM, &[], read).await
}

/// The rights of an application, also the retired ones, by action.
pub async fn of_application(conn: &mut Conn, application: ApplicationId) -> Result<Vec<Right>> {
    conn.all(OF_APPLICATION, &[(&application).into()], read).await
}

/// One right.
pub async fn by_id(conn: &mut Conn, id: RightId) -> Result<Option<Right>> {
    conn.optional(BY_ID, &[(&id).into()], read).await
}

/// Every right that is not retired, as the policy wants it.
pub async fn facts(conn: &mut Conn) -> Result<Vec<RightFact>> {
    conn.all(FACTS, &[], |row| {
        Ok(RightFact { id: row.id(0)?, name: RightName::new(&row.parsed(1)?, &row.parsed(2)?) })
    })
    .await
}

/// Adds a right.
pub async fn insert(tx: &mut Tx, new: &Right) -> Result<()> {
    let names = json(&new.names)?;
    let args = [
        (&new.id).into(),
        (&new.application).into(),
        new.action.as_str().into(),
        (&names).into(),
        new.retired.into(),
    ];
    tx.execute(INSERT, &args).await.map(drop)
}

/// Changes the names and whether the right is retired.
pub async fn update(tx: &mut Tx, row: &Right) -> Result<()> {
    let names = json(&row.names)?;
    tx.change(UPDATE, &[(&row.id).into(), (&names).into(), row.retired.into()]).await
}
