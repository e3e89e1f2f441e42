//! Groups of every directory, and who is in the local ones. They are never removed.

use crate::Tx;
use crate::engine::{Conn, Row, Value, statements};
use crate::error::{Result, StoreError};
use pforte_model::account::Principal;
use pforte_model::id::{DirectoryId, GroupId, UserId};
use pforte_model::name::fold;
use pforte_model::policy::{GroupFact, MemberFact};
use pforte_model::time::Micros;

/// Most groups on one page.
pub const MAX_PAGE: u32 = 1000;

macro_rules! columns {
    () => {
        "id, directory_id, key, mark, name, label, built_in, version"
    };
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " FROM groups WHERE id = $1");
    BY_KEY = concat!("SELECT ", columns!(), " FROM groups WHERE directory_id = $1 AND key = $2");
    BY_MARK = concat!("SELECT ", columns!(), " FROM groups WHERE directory_id = $1 AND mark = $2");
    BY_NAME = concat!("SELECT ", columns!(), " FROM groups WHERE directory_id = $1 AND folded = $2 ORDER BY id");
    BUILT_IN = concat!("SELECT ", columns!(), " FROM groups WHERE built_in = $1");
    ALL_OF_THEM = concat!("SELECT ", columns!(), " FROM groups ORDER BY id");
    OF_DIRECTORY = concat!("SELECT ", columns!(), " FROM groups WHERE directory_id = $1 ORDER BY folded, id");
    PAGE = concat!("SELECT ", columns!(), " FROM groups WHERE id > $1 ORDER BY id LIMIT $2");
    FACTS = "SELECT id, label FROM groups ORDER BY id";
    INSERT = "INSERT INTO groups (id, directory_id, key, mark, name, folded, label, built_in, version)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)";
    UPDATE = "UPDATE groups SET name = $3, folded = $4, label = $5, version = version + 1
        WHERE id = $1 AND version = $2";
    TOLD = "UPDATE groups SET mark = $2, name = $3, folded = $4, label = $5, version = version + 1 WHERE id = $1";
    OWNER = "SELECT group_id FROM local_group_names WHERE folded = $1";
    TAKE = "INSERT INTO local_group_names (folded, group_id, taken_at) VALUES ($1, $2, $3)";
    MEMBERS = "SELECT group_id, member_kind, member_id FROM group_members WHERE group_id = $1
        ORDER BY member_kind, member_id";
    ALL_MEMBERS = "SELECT group_id, member_kind, member_id FROM group_members
        ORDER BY group_id, member_kind, member_id";
    GROUPS_OF = "SELECT group_id, member_kind, member_id FROM group_members
        WHERE member_kind = $1 AND member_id = $2 ORDER BY group_id";
    SHOWN_MEMBERS = "SELECT m.member_kind, m.member_id, u.login, d.name
            FROM group_members m JOIN users u ON u.id = m.member_id JOIN directories d ON d.id = u.directory_id
            WHERE m.group_id = $1 AND m.member_kind = 'user'
        UNION ALL SELECT m.member_kind, m.member_id, g.label, d.name
            FROM group_members m JOIN groups g ON g.id = m.member_id JOIN directories d ON d.id = g.directory_id
            WHERE m.group_id = $1 AND m.member_kind = 'group'";
    ADD_MEMBER = "INSERT INTO group_members (group_id, member_kind, member_id) VALUES ($1, $2, $3)";
    REMOVE_MEMBER = "DELETE FROM group_members WHERE group_id = $1 AND member_kind = $2 AND member_id = $3";
}

/// A group of one directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its identity here.
    pub id: GroupId,
    /// The directory.
    pub directory: DirectoryId,
    /// Its immutable identity in the directory: objectGUID, or the own id in the local one.
    pub key: Vec<u8>,
    /// By what its directory names it among the groups of a user, such as its security
    /// identifier.
    pub mark: Option<Vec<u8>>,
    /// Its name; compared folded.
    pub name: String,
    /// The name to show.
    pub label: String,
    /// Which of the product's own groups it is.
    pub built_in: Option<String>,
    /// Counts its changes, from 1.
    pub version: i64,
}

fn read(row: &Row<'_>) -> Result<Group> {
    Ok(Group {
        id: row.id(0)?,
        directory: row.id(1)?,
        key: row.blob(2)?.to_vec(),
        mark: row.blob_or_null(3)?.map(<[u8]>::to_vec),
        name: row.text(4)?,
        label: row.text(5)?,
        built_in: row.text_or_null(6)?.map(str::to_owned),
        version: row.int(7)?,
    })
}

fn read_member(row: &Row<'_>) -> Result<MemberFact> {
    Ok(MemberFact { group: row.id(0)?, member: read_principal(row, 1)? })
}

/// A principal in two columns: its kind and its id.
pub(crate) fn read_principal(row: &Row<'_>, column: usize) -> Result<Principal> {
    match row.str(column)? {
        "user" => row.id(column + 1).map(Principal::User),
        "group" => row.id(column + 1).map(Principal::Group),
        _ => Err(StoreError::Shape(column)),
    }
}

/// The two columns of a principal.
pub(crate) fn principal(of: &Principal) -> [Value<'_>; 2] {
    match of {
        Principal::User(id) => ["user".into(), id.into()],
        Principal::Group(id) => ["group".into(), id.into()],
    }
}

/// One group.
pub async fn by_id(conn: &mut Conn, id: GroupId) -> Result<Option<Group>> {
    conn.optional(BY_ID, &[(&id).into()], read).await
}

/// The group that a directory knows by this immutable key.
pub async fn by_key(conn: &mut Conn, directory: DirectoryId, key: &[u8]) -> Result<Option<Group>> {
    conn.optional(BY_KEY, &[(&directory).into(), key.into()], read).await
}

/// The group that a directory knows by this security identifier.
pub async fn by_mark(conn: &mut Conn, directory: DirectoryId, mark: &[u8]) -> Result<Option<Group>> {
    conn.optional(BY_MARK, &[(&directory).into(), mark.into()], read).await
}

/// The groups of a directory with this name; of the local directory at most one.
pub async fn by_name(conn: &mut Conn, directory: DirectoryId, name: &str) -> Result<Vec<Group>> {
    conn.all(BY_NAME, &[(&directory).into(), (&fold(name)).into()], read).await
}

/// One of the product's own groups.
pub async fn built_in(conn: &mut Conn, which: &str) -> Result<Option<Group>> {
    conn.optional(BUILT_IN, &[which.into()], read).await
}

/// Every group.
pub async fn all(conn: &mut Conn) -> Result<Vec<Group>> {
    conn.all(ALL_OF_THEM, &[], read).await
}

/// The groups of a directory, by name.
pub async fn of_directory(conn: &mut Conn, directory: DirectoryId) -> Result<Vec<Group>> {
    conn.all(OF_DIRECTORY, &[(&directory).into()], read).await
}

/// A page of groups in the order of their ids, after one of them or from the first.
/// `limit` is bounded by 1,000.
pub async fn page(conn: &mut Conn, after: Option<GroupId>, limit: u32) -> Result<Vec<Group>> {
    let after = after.unwrap_or(GroupId::from_bytes([0; 16]));
    conn.all(PAGE, &[(&after).into(), i64::from(limit.min(MAX_PAGE)).into()], read).await
}

/// Every group as the policy wants it.
pub async fn facts(conn: &mut Conn) -> Result<Vec<GroupFact>> {
    conn.all(FACTS, &[], |row| Ok(GroupFact { id: row.id(0)?, name: row.text(1)? })).await
}

/// Adds a group of a directory; its version becomes 1.
pub async fn insert(tx: &mut Tx, new: &Group) -> Result<()> {
    let folded = fold(&new.name);
    let args = [
        (&new.id).into(),
        (&new.directory).into(),
        (&new.key).into(),
        new.mark.as_deref().into(),
        (&new.name).into(),
        (&folded).into(),
        (&new.label).into(),
        new.built_in.as_deref().into(),
    ];
    tx.execute(INSERT, &args).await.map(drop)
}

/// Adds a group of the local directory and takes its name for good.
/// [`StoreError::Duplicate`] if any local group ever had the name.
pub async fn insert_local(tx: &mut Tx, new: &Group, at: Micros) -> Result<()> {
    insert(tx, new).await?;
    take(tx, new, at).await
}

/// Changes name and label of a local group. The row's version is the one that was
/// read. [`StoreError::Duplicate`] if another local group ever had the name.
pub async fn update_local(tx: &mut Tx, row: &Group, at: Micros) -> Result<()> {
    let folded = fold(&row.name);
    match tx.optional(OWNER, &[(&folded).into()], |row| row.id::<GroupId>(0)).await? {
        Some(owner) if owner != row.id => return Err(StoreError::Duplicate),
        Some(_) => {}
        None => take(tx, row, at).await?,
    }
    let args =
        [(&row.id).into(), row.version.into(), (&row.name).into(), (&folded).into(), (&row.label).into()];
    tx.change_version(UPDATE, &args, BY_ID, (&row.id).into()).await
}

/// Notes what the directory tells of a group now.
pub async fn told(tx: &mut Tx, row: &Group) -> Result<()> {
    let folded = fold(&row.name);
    let args = [
        (&row.id).into(),
        row.mark.as_deref().into(),
        (&row.name).into(),
        (&folded).into(),
        (&row.label).into(),
    ];
    tx.change(TOLD, &args).await
}

/// Who is in a local group, directly.
pub async fn members(conn: &mut Conn, group: GroupId) -> Result<Vec<Principal>> {
    Ok(conn
        .all(MEMBERS, &[(&group).into()], read_member)
        .await?
        .into_iter()
        .map(|fact| fact.member)
        .collect())
}

/// A member with what people read of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownMember {
    /// Who it is.
    pub member: Principal,
    /// The user's login or the group's label.
    pub name: String,
    /// The name of its directory.
    pub directory: String,
}

/// Who is in a local group, directly, with names: users first, each by name.
pub async fn shown_members(conn: &mut Conn, group: GroupId) -> Result<Vec<ShownMember>> {
    let read = |row: &Row<'_>| {
        Ok(ShownMember { member: read_principal(row, 0)?, name: row.text(2)?, directory: row.text(3)? })
    };
    let mut members = conn.all(SHOWN_MEMBERS, &[(&group).into()], read).await?;
    members.sort_by_cached_key(|member| (is_group(member), fold(&member.name)));
    Ok(members)
}

const fn is_group(member: &ShownMember) -> bool {
    matches!(member.member, Principal::Group(_))
}

/// Who is in which local group, directly; as the policy wants it.
pub async fn all_members(conn: &mut Conn) -> Result<Vec<MemberFact>> {
    conn.all(ALL_MEMBERS, &[], read_member).await
}

/// The local groups that someone is in, directly.
pub async fn groups_of(conn: &mut Conn, member: Principal) -> Result<Vec<GroupId>> {
    let found = conn.all(GROUPS_OF, &principal(&member), read_member).await?;
    Ok(found.into_iter().map(|fact| fact.group).collect())
}

/// The local groups that a user is in, directly.
pub async fn groups_of_user(conn: &mut Conn, user: UserId) -> Result<Vec<GroupId>> {
    groups_of(conn, Principal::User(user)).await
}

/// Puts someone into a local group. [`StoreError::Duplicate`] if they are in it,
/// [`StoreError::Missing`] if there is no such group.
pub async fn add_member(tx: &mut Tx, fact: MemberFact) -> Result<()> {
    let [kind, id] = principal(&fact.member);
    match tx.execute(ADD_MEMBER, &[(&fact.group).into(), kind, id]).await {
        Err(StoreError::Referenced) => Err(StoreError::Missing),
        other => other.map(drop),
    }
}

/// Takes someone out of a local group. [`StoreError::Missing`] if they are not in it.
pub async fn remove_member(tx: &mut Tx, fact: MemberFact) -> Result<()> {
    let [kind, id] = principal(&fact.member);
    tx.change(REMOVE_MEMBER, &[(&fact.group).into(), kind, id]).await
}

async fn take(tx: &mut Tx, group: &Group, at: Micros) -> Result<()> {
    let folded = fold(&group.name);
    tx.execute(TAKE, &[(&folded).into(), (&group.id).into(), at.into()]).await.map(drop)
}
