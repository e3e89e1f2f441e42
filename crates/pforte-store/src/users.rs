//! Users of every directory, as far as they are known here. They are never removed.

use crate::Tx;
use crate::engine::{Conn, Row, statements};
use crate::error::Result;
use pforte_model::id::{DirectoryId, PersonId, UserId};
use pforte_model::name::LoginName;
use pforte_model::time::Micros;

/// Most users on one page.
pub const MAX_PAGE: u32 = 1000;

macro_rules! columns {
    () => {
        "id, directory_id, key, login, label, person_id, enabled, essential, adopted_at, seen_at, version"
    };
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " FROM users WHERE id = $1");
    BY_KEY = concat!("SELECT ", columns!(), " FROM users WHERE directory_id = $1 AND key = $2");
    BY_LOGIN = concat!("SELECT ", columns!(), " FROM users WHERE directory_id = $1 AND login = $2 ORDER BY id");
    OF_PERSON = concat!("SELECT ", columns!(), " FROM users WHERE person_id = $1 ORDER BY id");
    ALL_OF_THEM = concat!("SELECT ", columns!(), " FROM users ORDER BY id");
    PAGE = concat!("SELECT ", columns!(), " FROM users WHERE id > $1 ORDER BY id LIMIT $2");
    PAGE_OF = concat!(
        "SELECT ", columns!(), " FROM users WHERE directory_id = $1 AND login > $2 ORDER BY login, id LIMIT $3");
    LISTED = "SELECT u.id, u.directory_id, u.key, u.login, u.label, u.person_id, u.enabled, u.essential,
        u.adopted_at, u.seen_at, u.version, p.name FROM users u JOIN persons p ON p.id = u.person_id
        WHERE u.directory_id = $1 AND u.login >= $2 AND (u.login > $2 OR u.id > $3)
        ORDER BY u.login, u.id LIMIT $4";
    ENABLED = "SELECT id, person_id FROM users WHERE enabled = 1 ORDER BY id";
    INSERT = "INSERT INTO users
        (id, directory_id, key, login, label, person_id, enabled, essential, adopted_at, seen_at, version)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)";
    UPDATE = "UPDATE users SET login = $3, label = $4, person_id = $5, enabled = $6, essential = $7,
        version = version + 1 WHERE id = $1 AND version = $2";
    TOLD = "UPDATE users SET login = $2, label = $3, version = version + 1 WHERE id = $1";
    SEEN = "UPDATE users SET seen_at = $2 WHERE id = $1";
}

/// A user of one directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its identity here.
    pub id: UserId,
    /// The directory.
    pub directory: DirectoryId,
    /// Its immutable identity in the directory: objectGUID, or the own id in the local one.
    pub key: Vec<u8>,
    /// The name to log on with, as last told by the directory.
    pub login: LoginName,
    /// The name to show, as last told by the directory.
    pub label: String,
    /// The human behind it.
    pub person: PersonId,
    /// Whether it may log on, as far as Pforte itself decides.
    pub enabled: bool,
    /// Never locked after wrong passwords.
    pub essential: bool,
    /// When it became known.
    pub adopted_at: Micros,
    /// When it last logged on.
    pub seen_at: Option<Micros>,
    /// Counts its changes, from 1.
    pub version: i64,
}

pub(crate) fn read(row: &Row<'_>) -> Result<User> {
    Ok(User {
        id: row.id(0)?,
        directory: row.id(1)?,
        key: row.blob(2)?.to_vec(),
        login: row.parsed(3)?,
        label: row.text(4)?,
        person: row.id(5)?,
        enabled: row.flag(6)?,
        essential: row.flag(7)?,
        adopted_at: row.at(8)?,
        seen_at: row.at_or_null(9)?,
        version: row.int(10)?,
    })
}

/// One user.
pub async fn by_id(conn: &mut Conn, id: UserId) -> Result<Option<User>> {
    conn.optional(BY_ID, &[(&id).into()], read).await
}

/// The user that a directory knows by this immutable key.
pub async fn by_key(conn: &mut Conn, directory: DirectoryId, key: &[u8]) -> Result<Option<User>> {
    conn.optional(BY_KEY, &[(&directory).into(), key.into()], read).await
}

/// The users of a directory that were last known by this login. A directory may
/// have given a login to another user since, so it can be more than one.
pub async fn by_login(conn: &mut Conn, directory: DirectoryId, login: &LoginName) -> Result<Vec<User>> {
    conn.all(BY_LOGIN, &[(&directory).into(), login.as_str().into()], read).await
}

/// The users of one person.
pub async fn of_person(conn: &mut Conn, person: PersonId) -> Result<Vec<User>> {
    conn.all(OF_PERSON, &[(&person).into()], read).await
}

/// Every user.
pub async fn all(conn: &mut Conn) -> Result<Vec<User>> {
    conn.all(ALL_OF_THEM, &[], read).await
}

/// A page of users in the order of their ids, after one of them or from the first.
/// `limit` is bounded by 1,000.
pub async fn page(conn: &mut Conn, after: Option<UserId>, limit: u32) -> Result<Vec<User>> {
    let after = after.unwrap_or(UserId::from_bytes([0; 16]));
    conn.all(PAGE, &[(&after).into(), i64::from(limit.min(MAX_PAGE)).into()], read).await
}

/// A page of a directory's users in the order of their logins, after one of them
/// or from the first. `limit` is bounded by 1,000.
pub async fn page_of(
    conn: &mut Conn,
    directory: DirectoryId,
    after: Option<&LoginName>,
    limit: u32,
) -> Result<Vec<User>> {
    let after = after.map_or("", LoginName::as_str);
    let args = [(&directory).into(), after.into(), i64::from(limit.min(MAX_PAGE)).into()];
    conn.all(PAGE_OF, &args, read).await
}

/// The users of a directory with the names of their persons, in the order of
/// their logins, after one of them or from the first. `limit` is bounded by 1,000.
pub async fn listed(
    conn: &mut Conn,
    directory: DirectoryId,
    after: Option<(&LoginName, UserId)>,
    limit: u32,
) -> Result<Vec<(User, String)>> {
    let (login, id) = after.unzip();
    let id = id.unwrap_or(UserId::from_bytes([0; 16]));
    let login = login.map_or("", LoginName::as_str);
    let args = [(&directory).into(), login.into(), (&id).into(), i64::from(limit.min(MAX_PAGE)).into()];
    conn.all(LISTED, &args, |row| Ok((read(row)?, row.text(11)?))).await
}

/// Every user that may log on as far as Pforte itself decides, with the person.
pub async fn persons_of_enabled(conn: &mut Conn) -> Result<Vec<(UserId, PersonId)>> {
    conn.all(ENABLED, &[], |row| Ok((row.id(0)?, row.id(1)?))).await
}

/// Adds a user; its version becomes 1. The person must be there.
pub async fn insert(tx: &mut Tx, new: &User) -> Result<()> {
    let args = [
        (&new.id).into(),
        (&new.directory).into(),
        (&new.key).into(),
        new.login.as_str().into(),
        (&new.label).into(),
        (&new.person).into(),
        new.enabled.into(),
        new.essential.into(),
        new.adopted_at.into(),
        new.seen_at.into(),
    ];
    tx.execute(INSERT, &args).await.map(drop)
}

/// Changes login, label, person, enabled and essential. The row's version is the
/// one that was read. A local user's login is changed by [`local::rename`](crate::local::rename).
pub async fn update(tx: &mut Tx, row: &User) -> Result<()> {
    let args = [
        (&row.id).into(),
        row.version.into(),
        row.login.as_str().into(),
        (&row.label).into(),
        (&row.person).into(),
        row.enabled.into(),
        row.essential.into(),
    ];
    tx.change_version(UPDATE, &args, BY_ID, (&row.id).into()).await
}

/// Notes the names that the directory tells now.
pub async fn told(tx: &mut Tx, id: UserId, login: &LoginName, label: &str) -> Result<()> {
    tx.change(TOLD, &[(&id).into(), login.as_str().into(), label.into()]).await
}

/// Notes a log-on.
pub async fn seen(tx: &mut Tx, id: UserId, at: Micros) -> Result<()> {
    tx.send(SEEN, &[(&id).into(), at.into()]).await
}
