//! What still refers to a directory, or to its users and groups.

use crate::fault::Fault;
use crate::service::directory_settings::stored;
use pforte_model::account::Principal;
use pforte_model::id::DirectoryId;
use pforte_store::directories::Directory;
use pforte_store::{Conn, assignments, directories, groups, roles, users};
use pforte_wire::problem::Code;

/// Refuses to remove a directory while its users or groups have roles, are members of
/// local groups, or may be in the groups of another directory; the answer names the first
/// such use.
pub(super) async fn refuse(conn: &mut Conn, directory: &Directory) -> Result<(), Fault> {
    for stored in assignments::all(conn).await? {
        let assignment = stored.assignment;
        if let Some(name) = name_in(conn, directory.id, assignment.principal).await? {
            let role = roles::by_id(conn, assignment.role).await?;
            let role = role.map_or_else(String::new, |role| role.name.to_string());
            return Err(in_use(directory, &format!("{name} has the role {role}")));
        }
    }
    for fact in groups::all_members(conn).await? {
        if let Some(name) = name_in(conn, directory.id, fact.member).await? {
            let group = groups::by_id(conn, fact.group).await?;
            let group = group.map_or_else(String::new, |group| group.label);
            return Err(in_use(directory, &format!("{name} is in the group {group}")));
        }
    }
    for other in directories::all(conn).await? {
        if stored(&other)?.is_some_and(|settings| settings.foreign_members_of.contains(&directory.id)) {
            return Err(in_use(directory, &format!("its people may be in the groups of {}", other.name)));
        }
    }
    Ok(())
}

/// The name of a user or group if it is of this directory.
async fn name_in(conn: &mut Conn, id: DirectoryId, principal: Principal) -> Result<Option<String>, Fault> {
    Ok(match principal {
        Principal::User(user) => {
            let row = users::by_id(conn, user).await?.filter(|row| row.directory == id);
            row.map(|row| row.login.to_string())
        }
        Principal::Group(group) => {
            let row = groups::by_id(conn, group).await?.filter(|row| row.directory == id);
            row.map(|row| row.label)
        }
    })
}

fn in_use(directory: &Directory, how: &str) -> Fault {
    Fault::about(Code::InUse, &format!("The directory {} is still used: {how}.", directory.name))
}
