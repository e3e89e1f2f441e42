//! Persons: the humans behind the users. They are never removed.

use crate::Tx;
use crate::engine::{Conn, Row, statements};
use crate::error::Result;
use pforte_model::id::PersonId;
use pforte_model::time::Micros;

statements! {
    BY_ID = "SELECT id, name, created_at FROM persons WHERE id = $1";
    ALL_OF_THEM = "SELECT id, name, created_at FROM persons ORDER BY id";
    INSERT = "INSERT INTO persons (id, name, created_at) VALUES ($1, $2, $3)";
    RENAME = "UPDATE persons SET name = $2 WHERE id = $1";
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Its identity.
    pub id: PersonId,
    /// The name to show.
    pub name: String,
    /// When the person became known.
    pub created_at: Micros,
}

fn read(row: &Row<'_>) -> Result<Person> {
    Ok(Person { id: row.id(0)?, name: row.text(1)?, created_at: row.at(2)? })
}

/// Every person.
pub async fn all(conn: &mut Conn) -> Result<Vec<Person>> {
    conn.all(ALL_OF_THEM, &[], read).await
}

/// One person.
pub async fn by_id(conn: &mut Conn, id: PersonId) -> Result<Option<Person>> {
    conn.optional(BY_ID, &[(&id).into()], read).await
}

/// Adds a person.
pub async fn insert(tx: &mut Tx, new: &Person) -> Result<()> {
    tx.execute(INSERT, &[(&new.id).into(), (&new.name).into(), new.created_at.into()]).await.map(drop)
}

/// Gives a person another name to show.
pub async fn rename(tx: &mut Tx, id: PersonId, name: &str) -> Result<()> {
    tx.change(RENAME, &[(&id).into(), name.into()]).await
}
