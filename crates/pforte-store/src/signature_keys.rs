//! The public halves of the signature keys, and who has acknowledged what a
//! signature means.

use crate::Tx;
use crate::engine::{Conn, Row, statements};
use crate::error::Result;
use pforte_model::id::{NodeId, PersonId};
use pforte_model::time::Micros;

statements! {
    ALL_OF_THEM = "SELECT id, jwk, node_id, from_at, until_at FROM signature_keys ORDER BY from_at, id";
    INSERT = "INSERT INTO signature_keys (id, jwk, node_id, from_at) VALUES ($1, $2, $3, $4)";
    END = "UPDATE signature_keys SET until_at = $3 WHERE node_id = $1 AND id <> $2 AND until_at IS NULL";
    ACKNOWLEDGED = "SELECT text_sha256 FROM signature_acknowledgements WHERE person_id = $1";
    ACKNOWLEDGE = "INSERT INTO signature_acknowledgements (person_id, text_sha256, at) VALUES ($1, $2, $3)
        ON CONFLICT (person_id) DO UPDATE SET text_sha256 = excluded.text_sha256, at = excluded.at";
}

/// A signature key as everybody may know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureKey {
    /// The thumbprint by which statements name it (RFC 7638).
    pub id: String,
    /// The public key as a JSON Web Key.
    pub jwk: String,
    /// The server that signs with it.
    pub node: NodeId,
    /// Since when.
    pub from_at: Micros,
    /// Until when, if another one took its place.
    pub until_at: Option<Micros>,
}

fn read(row: &Row<'_>) -> Result<SignatureKey> {
    Ok(SignatureKey {
        id: row.text(0)?,
        jwk: row.text(1)?,
        node: row.id(2)?,
        from_at: row.at(3)?,
        until_at: row.at_or_null(4)?,
    })
}

/// Every key that there was, oldest first.
pub async fn all(conn: &mut Conn) -> Result<Vec<SignatureKey>> {
    conn.all(ALL_OF_THEM, &[], read).await
}

/// Adds a key; those that this server signed with before sign nothing more.
pub async fn insert(tx: &mut Tx, new: &SignatureKey) -> Result<()> {
    let args = [(&new.id).into(), (&new.jwk).into(), (&new.node).into(), new.from_at.into()];
    tx.execute(INSERT, &args).await?;
    tx.execute(END, &[(&new.node).into(), (&new.id).into(), new.from_at.into()]).await.map(drop)
}

/// The SHA-256 of the text that a person has acknowledged.
pub async fn acknowledged(conn: &mut Conn, person: PersonId) -> Result<Option<[u8; 32]>> {
    conn.optional(ACKNOWLEDGED, &[(&person).into()], |row| row.array(0)).await
}

/// Keeps that a person has acknowledged a text.
pub async fn acknowledge(tx: &mut Tx, person: PersonId, text: &[u8; 32], at: Micros) -> Result<()> {
    tx.execute(ACKNOWLEDGE, &[(&person).into(), text.into(), at.into()]).await.map(drop)
}
