//! What users of the local directory have besides: names that are never given to
//! another one, and verifiers of passwords.

use crate::Tx;
use crate::engine::{Conn, Row, statements};
use crate::error::{Result, StoreError};
use crate::users::User;
use pforte_model::id::UserId;
use pforte_model::name::LoginName;
use pforte_model::time::Micros;

macro_rules! columns {
    () => {
        "user_id, login, verifier, pepper, must_change, password_at, expires_at"
    };
}

statements! {
    BY_LOGIN = concat!("SELECT ", columns!(), " FROM local_users WHERE login = $1");
    BY_USER = concat!("SELECT ", columns!(), " FROM local_users WHERE user_id = $1");
    INSERT = "INSERT INTO local_users
        (user_id, login, verifier, pepper, must_change, password_at, expires_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    SET_PASSWORD = "UPDATE local_users SET verifier = $2, pepper = $3, must_change = $4, password_at = $5
        WHERE user_id = $1";
    REHASH = "UPDATE local_users SET verifier = $3, pepper = $4 WHERE user_id = $1 AND verifier = $2";
    SET_END = "UPDATE local_users SET expires_at = $2 WHERE user_id = $1";
    RENAME = "UPDATE local_users SET login = $2 WHERE user_id = $1";
    RENAME_USER = "UPDATE users SET login = $3, version = version + 1 WHERE id = $1 AND version = $2";
    USER_EXISTS = "SELECT id FROM users WHERE id = $1";
    OWNER = "SELECT user_id FROM local_names WHERE login = $1";
    TAKE = "INSERT INTO local_names (login, user_id, taken_at) VALUES ($1, $2, $3)";
    REMEMBER = "INSERT INTO password_history (user_id, at, verifier) VALUES ($1, $2, $3)";
    HISTORY = "SELECT verifier FROM password_history WHERE user_id = $1 ORDER BY at DESC LIMIT $2";
    FORGET = "DELETE FROM password_history WHERE user_id = $1 AND at NOT IN
        (SELECT at FROM password_history WHERE user_id = $1 ORDER BY at DESC LIMIT $2)";
}

/// What a local user has besides the user. It has no `Debug`: verifiers are not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct LocalUser {
    /// The user.
    pub user: UserId,
    /// The name to log on with.
    pub login: LoginName,
    /// What a password is checked against, as text of its own kind.
    pub verifier: String,
    /// The pepper with which the verifier was made.
    pub pepper: String,
    /// Whether the password must be changed at the next log-on.
    pub must_change: bool,
    /// When the password was set.
    pub password_at: Micros,
    /// When the account ends.
    pub expires_at: Option<Micros>,
}

/// A new password. It has no `Debug`: verifiers are not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPassword {
    /// What it is checked against.
    pub verifier: String,
    /// The pepper with which the verifier was made.
    pub pepper: String,
    /// Whether it must be changed at the next log-on.
    pub must_change: bool,
    /// When it was set.
    pub at: Micros,
}

fn read(row: &Row<'_>) -> Result<LocalUser> {
    Ok(LocalUser {
        user: row.id(0)?,
        login: row.parsed(1)?,
        verifier: row.text(2)?,
        pepper: row.text(3)?,
        must_change: row.flag(4)?,
        password_at: row.at(5)?,
        expires_at: row.at_or_null(6)?,
    })
}

/// The local user who logs on with this name now.
pub async fn by_login(conn: &mut Conn, login: &LoginName) -> Result<Option<LocalUser>> {
    conn.optional(BY_LOGIN, &[login.as_str().into()], read).await
}

/// What this local user has.
pub async fn by_user(conn: &mut Conn, user: UserId) -> Result<Option<LocalUser>> {
    conn.optional(BY_USER, &[(&user).into()], read).await
}

/// Who has or ever had this name.
pub async fn name_owner(conn: &mut Conn, login: &LoginName) -> Result<Option<UserId>> {
    conn.optional(OWNER, &[login.as_str().into()], |row| row.id(0)).await
}

/// Makes a user a local one and takes its name for good.
/// [`StoreError::Duplicate`] if anybody ever had the name.
pub async fn insert(tx: &mut Tx, new: &LocalUser) -> Result<()> {
    take(tx, &new.login, new.user, new.password_at).await?;
    let args = [
        (&new.user).into(),
        new.login.as_str().into(),
        (&new.verifier).into(),
        (&new.pepper).into(),
        new.must_change.into(),
        new.password_at.into(),
        new.expires_at.into(),
    ];
    tx.execute(INSERT, &args).await?;
    remember(tx, new.user, new.password_at, &new.verifier).await
}

/// Gives a local user another name to log on with. `user` is the row that was read.
/// [`StoreError::Duplicate`] if another one ever had the name; going back to an own one is allowed.
pub async fn rename(tx: &mut Tx, user: &User, login: &LoginName, at: Micros) -> Result<()> {
    match name_owner(tx, login).await? {
        Some(owner) if owner != user.id => return Err(StoreError::Duplicate),
        Some(_) => {}
        None => take(tx, login, user.id, at).await?,
    }
    tx.change(RENAME, &[(&user.id).into(), login.as_str().into()]).await?;
    let args = [(&user.id).into(), user.version.into(), login.as_str().into()];
    tx.change_version(RENAME_USER, &args, USER_EXISTS, (&user.id).into()).await
}

/// Sets a password and remembers its verifier.
pub async fn set_password(tx: &mut Tx, user: UserId, new: &NewPassword) -> Result<()> {
    let args =
        [(&user).into(), (&new.verifier).into(), (&new.pepper).into(), new.must_change.into(), new.at.into()];
    tx.change(SET_PASSWORD, &args).await?;
    remember(tx, user, new.at, &new.verifier).await
}

/// Puts a verifier of the same password, made with other parameters, in the place
/// of `old`; nothing happens if the password was changed in between.
pub async fn rehash(tx: &mut Tx, user: UserId, old: &str, verifier: &str, pepper: &str) -> Result<()> {
    tx.send(REHASH, &[(&user).into(), old.into(), verifier.into(), pepper.into()]).await
}

/// Sets when the account ends; `None` means never.
pub async fn set_end(tx: &mut Tx, user: UserId, at: Option<Micros>) -> Result<()> {
    tx.change(SET_END, &[(&user).into(), at.into()]).await
}

/// The verifiers of the user's passwords, newest first, the current one included.
pub async fn history(conn: &mut Conn, user: UserId, limit: u32) -> Result<Vec<String>> {
    conn.all(HISTORY, &[(&user).into(), i64::from(limit).into()], |row| row.text(0)).await
}

/// Forgets all verifiers of the user but the newest `keep`.
pub async fn forget_history(tx: &mut Tx, user: UserId, keep: u32) -> Result<u64> {
    tx.execute(FORGET, &[(&user).into(), i64::from(keep).into()]).await
}

async fn take(tx: &mut Tx, login: &LoginName, user: UserId, at: Micros) -> Result<()> {
    tx.execute(TAKE, &[login.as_str().into(), (&user).into(), at.into()]).await.map(drop)
}

async fn remember(tx: &mut Tx, user: UserId, at: Micros, verifier: &str) -> Result<()> {
    tx.execute(REMEMBER, &[(&user).into(), at.into(), verifier.into()]).await.map(drop)
}
