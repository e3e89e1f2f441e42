//! Nobody may take the last way to administer Pforte away.

use crate::fault::Fault;
use crate::service::setup::ADMINISTRATORS;
use pforte_model::account::Principal;
use pforte_model::id::{DirectoryId, GroupId};
use pforte_store::{Conn, directories, groups, users};
use pforte_wire::problem::Code;
use std::collections::{BTreeSet, HashMap};

/// Refuses the change that runs if after it no user could administer Pforte:
/// enabled, in a directory that may be used, and by local groups at any depth in
/// the built-in group of administrators. Groups of other directories do not
/// count, because nobody here knows who is in them tomorrow.
pub(crate) async fn remain(conn: &mut Conn) -> Result<(), Fault> {
    let usable: BTreeSet<DirectoryId> =
        directories::all(conn).await?.iter().filter(|row| row.enabled).map(|row| row.id).collect();
    for user in users_below(conn).await? {
        let row = users::by_id(conn, user).await?;
        if row.is_some_and(|row| row.enabled && usable.contains(&row.directory)) {
            return Ok(());
        }
    }
    Err(Code::LastAdministrator.into())
}

async fn users_below(conn: &mut Conn) -> Result<BTreeSet<pforte_model::id::UserId>, Fault> {
    let top = groups::built_in(conn, ADMINISTRATORS).await?.ok_or(Code::Internal)?;
    let mut members: HashMap<GroupId, Vec<Principal>> = HashMap::new();
    for fact in groups::all_members(conn).await? {
        members.entry(fact.group).or_default().push(fact.member);
    }
    let (mut users, mut seen, mut ahead) = (BTreeSet::new(), BTreeSet::from([top.id]), vec![top.id]);
    while let Some(group) = ahead.pop() {
        for member in members.get(&group).into_iter().flatten() {
            match member {
                Principal::User(user) => {
                    users.insert(*user);
                }
                Principal::Group(inner) if seen.insert(*inner) => ahead.push(*inner),
                Principal::Group(_) => {}
            }
        }
    }
    Ok(users)
}
