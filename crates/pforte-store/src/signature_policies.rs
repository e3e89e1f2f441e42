//! Signature policies and every version they had.

use crate::Tx;
use crate::engine::{Conn, Row, json, statements};
use crate::error::Result;
use pforte_model::id::{AreaId, RightId, RoleId, SignaturePolicyId};
use pforte_model::name::Label;
use pforte_model::signature::rules::Rules;
use pforte_model::time::Micros;
use std::collections::{BTreeSet, HashMap};

macro_rules! columns {
    () => {
        "id, name, rules, enabled, created_at, version"
    };
}

statements! {
    ALL_OF_THEM = concat!("SELECT ", columns!(), " FROM signature_policies WHERE removed_at IS NULL ORDER BY folded");
    BY_ID = concat!("SELECT ", columns!(), " FROM signature_policies WHERE id = $1 AND removed_at IS NULL");
    INSERT = "INSERT INTO signature_policies (id, name, folded, rules, enabled, created_at, version)
        VALUES ($1, $2, $3, $4, $5, $6, 1)";
    UPDATE = "UPDATE signature_policies SET name = $3, folded = $4, rules = $5, enabled = $6,
        version = version + 1 WHERE id = $1 AND version = $2 AND removed_at IS NULL";
    REMOVE = "UPDATE signature_policies SET removed_at = $3, version = version + 1
        WHERE id = $1 AND version = $2 AND removed_at IS NULL";
    RIGHTS = "SELECT policy_id, right_id FROM signature_policy_rights ORDER BY policy_id, right_id";
    AREAS = "SELECT policy_id, area_id FROM signature_policy_areas ORDER BY policy_id, area_id";
    OF_ROLE = "SELECT p.name FROM signature_policies p JOIN signature_policy_roles r ON r.policy_id = p.id
        WHERE r.role_id = $1 ORDER BY p.folded";
    OF_AREA = "SELECT p.name FROM signature_policies p JOIN signature_policy_areas a ON a.policy_id = p.id
        WHERE a.area_id = $1 ORDER BY p.folded";
    CLEAR_RIGHTS = "DELETE FROM signature_policy_rights WHERE policy_id = $1";
    CLEAR_AREAS = "DELETE FROM signature_policy_areas WHERE policy_id = $1";
    CLEAR_ROLES = "DELETE FROM signature_policy_roles WHERE policy_id = $1";
    ADD_RIGHT = "INSERT INTO signature_policy_rights (policy_id, right_id) VALUES ($1, $2)";
    ADD_AREA = "INSERT INTO signature_policy_areas (policy_id, area_id) VALUES ($1, $2)";
    ADD_ROLE = "INSERT INTO signature_policy_roles (policy_id, role_id) VALUES ($1, $2)";
    ADD_VERSION = "INSERT INTO signature_policy_versions (policy_id, version, told, by_whom, at)
        VALUES ($1, $2, $3, $4, $5)";
    VERSIONS = "SELECT version, told, by_whom, at FROM signature_policy_versions WHERE policy_id = $1
        AND version < $2 ORDER BY version DESC LIMIT $3";
}

/// A signature policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignaturePolicy {
    /// Its identity.
    pub id: SignaturePolicyId,
    /// Its name; unique among those that stand.
    pub name: Label,
    /// How it is signed. The names of roles in it are those of the time it was saved.
    pub rules: Rules,
    /// Whether it counts.
    pub enabled: bool,
    /// When it was made.
    pub created_at: Micros,
    /// Counts its changes, from 1.
    pub version: i64,
}

/// For what a policy stands: these actions, in these areas and below.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The actions.
    pub rights: Vec<RightId>,
    /// The areas.
    pub areas: Vec<AreaId>,
}

/// A version that a policy had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyVersion {
    /// Counts the changes, from 1.
    pub version: i64,
    /// The policy as people saw it, JSON.
    pub told: String,
    /// The name of whoever saved it.
    pub by: String,
    /// When.
    pub at: Micros,
}

fn read(row: &Row<'_>) -> Result<SignaturePolicy> {
    Ok(SignaturePolicy {
        id: row.id(0)?,
        name: row.parsed(1)?,
        rules: row.json(2)?,
        enabled: row.flag(3)?,
        created_at: row.at(4)?,
        version: row.int(5)?,
    })
}

/// Every policy that stands, by name.
pub async fn all(conn: &mut Conn) -> Result<Vec<SignaturePolicy>> {
    conn.all(ALL_OF_THEM, &[], read).await
}

/// One policy that stands.
pub async fn by_id(conn: &mut Conn, id: SignaturePolicyId) -> Result<Option<SignaturePolicy>> {
    conn.optional(BY_ID, &[(&id).into()], read).await
}

/// For what each policy stands.
pub async fn scopes(conn: &mut Conn) -> Result<HashMap<SignaturePolicyId, Scope>> {
    let mut scopes: HashMap<SignaturePolicyId, Scope> = HashMap::new();
    for (policy, right) in conn.all(RIGHTS, &[], |row| Ok((row.id(0)?, row.id(1)?))).await? {
        scopes.entry(policy).or_default().rights.push(right);
    }
    for (policy, area) in conn.all(AREAS, &[], |row| Ok((row.id(0)?, row.id(1)?))).await? {
        scopes.entry(policy).or_default().areas.push(area);
    }
    Ok(scopes)
}

/// The names of the policies that name a role.
pub async fn of_role(conn: &mut Conn, role: RoleId) -> Result<Vec<String>> {
    conn.all(OF_ROLE, &[(&role).into()], |row| row.text(0)).await
}

/// The names of the policies that stand in an area itself.
pub async fn of_area(conn: &mut Conn, area: AreaId) -> Result<Vec<String>> {
    conn.all(OF_AREA, &[(&area).into()], |row| row.text(0)).await
}

/// Adds a policy; its version becomes 1.
pub async fn insert(tx: &mut Tx, new: &SignaturePolicy, scope: &Scope) -> Result<()> {
    let (folded, rules) = (new.name.folded(), json(&new.rules)?);
    let args = [
        (&new.id).into(),
        new.name.as_str().into(),
        (&folded).into(),
        (&rules).into(),
        new.enabled.into(),
        new.created_at.into(),
    ];
    tx.execute(INSERT, &args).await?;
    refer(tx, new, scope).await
}

/// Changes a policy. The row's version is the one that was read.
pub async fn update(tx: &mut Tx, row: &SignaturePolicy, scope: &Scope) -> Result<()> {
    let (folded, rules) = (row.name.folded(), json(&row.rules)?);
    let args = [
        (&row.id).into(),
        row.version.into(),
        row.name.as_str().into(),
        (&folded).into(),
        (&rules).into(),
        row.enabled.into(),
    ];
    tx.change_version(UPDATE, &args, BY_ID, (&row.id).into()).await?;
    clear(tx, row.id).await?;
    refer(tx, row, scope).await
}

/// Takes a policy out of use; its requests and versions stay.
pub async fn remove(tx: &mut Tx, id: SignaturePolicyId, version: i64, at: Micros) -> Result<()> {
    tx.change_version(REMOVE, &[(&id).into(), version.into(), at.into()], BY_ID, (&id).into()).await?;
    clear(tx, id).await
}

async fn clear(tx: &mut Tx, id: SignaturePolicyId) -> Result<()> {
    for sql in [CLEAR_RIGHTS, CLEAR_AREAS, CLEAR_ROLES] {
        tx.execute(sql, &[(&id).into()]).await?;
    }
    Ok(())
}

/// Writes down what the policy names. [`Referenced`](crate::StoreError::Referenced) if
/// one of it was removed.
async fn refer(tx: &mut Tx, row: &SignaturePolicy, scope: &Scope) -> Result<()> {
    let signing = row.rules.steps.iter().flat_map(|step| &step.roles);
    let named: BTreeSet<RoleId> = signing.chain(&row.rules.cancel_roles).map(|role| role.id).collect();
    for right in &scope.rights {
        tx.send(ADD_RIGHT, &[(&row.id).into(), right.into()]).await?;
    }
    for area in &scope.areas {
        tx.send(ADD_AREA, &[(&row.id).into(), area.into()]).await?;
    }
    for role in &named {
        tx.send(ADD_ROLE, &[(&row.id).into(), role.into()]).await?;
    }
    tx.settle().await
}

/// Keeps a version as people saw it.
pub async fn keep(tx: &mut Tx, id: SignaturePolicyId, version: &PolicyVersion) -> Result<()> {
    let args = [
        (&id).into(),
        version.version.into(),
        (&version.told).into(),
        (&version.by).into(),
        version.at.into(),
    ];
    tx.execute(ADD_VERSION, &args).await.map(drop)
}

/// At most `most` versions of a policy before this one, the newest first.
pub async fn versions(
    conn: &mut Conn,
    id: SignaturePolicyId,
    before: i64,
    most: u32,
) -> Result<Vec<PolicyVersion>> {
    let args = [(&id).into(), before.into(), i64::from(most).into()];
    conn.all(VERSIONS, &args, |row| {
        Ok(PolicyVersion { version: row.int(0)?, told: row.text(1)?, by: row.text(2)?, at: row.at(3)? })
    })
    .await
}
