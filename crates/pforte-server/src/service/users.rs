//! Users of every directory that Pforte knows.

use crate::fault::Fault;
use pforte_store::users::User as Row;
use pforte_store::{Conn, directories, persons};
use pforte_wire::Named;
use pforte_wire::time::Time;
use pforte_wire::user::User;

/// A user as callers see it.
pub(crate) async fn user(conn: &mut Conn, row: Row) -> Result<User, Fault> {
    let directory = directories::by_id(conn, row.directory).await?;
    let person = persons::by_id(conn, row.person).await?;
    Ok(User {
        id: row.id.to_string(),
        directory: Named {
            id: row.directory.to_string(),
            name: directory.map_or_else(String::new, |directory| directory.name.to_string()),
        },
        login: row.login.to_string(),
        label: row.label,
        person: Named {
            id: row.person.to_string(),
            name: person.map_or_else(String::new, |person| person.name),
        },
        enabled: row.enabled,
        essential: row.essential,
        seen_at: row.seen_at.map(Time),
        version: row.version,
    })
}
