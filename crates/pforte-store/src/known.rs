//! What is known of people of other directories from their last log-on, for the
//! time when none of their directory's servers answers.

use crate::Tx;
use crate::engine::{Conn, Row, join_ids, statements};
use crate::error::Result;
use pforte_model::id::{DirectoryId, GroupId, UserId};
use pforte_model::time::Micros;

statements! {
    BY_USER = "SELECT user_id, verifier, pepper, groups, password_set_at, told_at, ends_at FROM known_log_ons
        WHERE user_id = $1";
    PUT = "INSERT INTO known_log_ons (user_id, verifier, pepper, groups, password_set_at, told_at, ends_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (user_id) DO UPDATE SET verifier = excluded.verifier, pepper = excluded.pepper,
        groups = excluded.groups, password_set_at = excluded.password_set_at, told_at = excluded.told_at,
        ends_at = excluded.ends_at";
    TOLD = "UPDATE known_log_ons SET groups = $3, told_at = $4, ends_at = $5
        WHERE user_id = $1 AND password_set_at = $2";
    FORGET = "DELETE FROM known_log_ons WHERE user_id = $1";
    FORGET_OF = "DELETE FROM known_log_ons WHERE user_id IN (SELECT id FROM users WHERE directory_id = $1)
        AND told_at < $2";
    OLDEST = "DELETE FROM known_log_ons WHERE told_at <= (SELECT told_at FROM known_log_ons
        ORDER BY told_at DESC LIMIT 1 OFFSET $1)";
}

/// What is known of one user. It has no `Debug`: verifiers are not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Known {
    /// The user.
    pub user: UserId,
    /// What the password is checked against.
    pub verifier: String,
    /// The pepper with which the verifier was made.
    pub pepper: String,
    /// What the directory told at the log-on.
    pub told: ToldThen,
}

/// What a directory told at a log-on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldThen {
    /// The groups, as far as Pforte knows them.
    pub groups: Vec<GroupId>,
    /// When it told them.
    pub at: Micros,
    /// When the password was set, if it told that exactly.
    pub password_set_at: Option<Micros>,
    /// When the account or the password ends, whichever comes first; `None` if neither
    /// does or if that was not told.
    pub ends_at: Option<Micros>,
}

fn read(row: &Row<'_>) -> Result<Known> {
    let (password_set_at, at, ends_at) = (row.at_or_null(4)?, row.at(5)?, row.at_or_null(6)?);
    let told = ToldThen { groups: row.ids(3)?, at, password_set_at, ends_at };
    Ok(Known { user: row.id(0)?, verifier: row.text(1)?, pepper: row.text(2)?, told })
}

/// What is known of a user; `None` if nothing is.
pub async fn by_user(conn: &mut Conn, user: UserId) -> Result<Option<Known>> {
    conn.optional(BY_USER, &[(&user).into()], read).await
}

/// Puts down what is known of a user, in the place of what was.
pub async fn put(tx: &mut Tx, known: &Known) -> Result<()> {
    let ToldThen { groups, at, password_set_at, ends_at } = &known.told;
    let groups = join_ids(groups);
    let args = [
        (&known.user).into(),
        (&known.verifier).into(),
        (&known.pepper).into(),
        groups.as_slice().into(),
        (*password_set_at).into(),
        (*at).into(),
        (*ends_at).into(),
    ];
    tx.execute(PUT, &args).await.map(drop)
}

/// Puts down what a directory told of a user whose password is still the known one;
/// of another one nothing is put down.
pub async fn told(tx: &mut Tx, user: UserId, told: &ToldThen) -> Result<()> {
    let groups = join_ids(&told.groups);
    let args = [
        (&user).into(),
        told.password_set_at.into(),
        groups.as_slice().into(),
        told.at.into(),
        told.ends_at.into(),
    ];
    tx.execute(TOLD, &args).await.map(drop)
}

/// Forgets a user.
pub async fn forget(tx: &mut Tx, user: UserId) -> Result<()> {
    tx.execute(FORGET, &[(&user).into()]).await.map(drop)
}

/// Forgets the users of a directory of whom it told last before this time.
pub async fn forget_of(tx: &mut Tx, directory: DirectoryId, before: Micros) -> Result<u64> {
    tx.execute(FORGET_OF, &[(&directory).into(), before.into()]).await
}

/// Forgets those that were told of longest ago, so that at most this many stay.
pub async fn keep(tx: &mut Tx, most: i64) -> Result<u64> {
    tx.execute(OLDEST, &[most.into()]).await
}
