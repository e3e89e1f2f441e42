//! Everything that the policy rests on, from one state of the database.

use crate::engine::Conn;
use crate::error::Result;
use crate::{areas, assignments, groups, rights, roles, stations};
use pforte_model::policy::Facts;

/// Reads all facts. Give it a [`Snapshot`](crate::Snapshot) or a [`Tx`](crate::Tx),
/// so that they belong together.
pub async fn load(conn: &mut Conn) -> Result<Facts> {
    Ok(Facts {
        areas: areas::facts(conn).await?,
        stations: stations::facts(conn).await?,
        rights: rights::facts(conn).await?,
        roles: roles::facts(conn).await?,
        assignments: assignments::facts(conn).await?,
        groups: groups::facts(conn).await?,
        members: groups::all_members(conn).await?,
    })
}
