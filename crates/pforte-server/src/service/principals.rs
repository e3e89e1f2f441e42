//! Users and groups as callers name them: by identifier, or by directory and
//! name. A name that only the directory knows is looked up there and adopted.
//!
//! A name is looked up in the one directory that was told, never in the next.

use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::live::plant::{Directory, Kind as DirectoryKind, Plant};
use crate::service::directories::told;
use crate::service::scribe::Origin;
use crate::service::{adopt, local as own};
use pforte_directory::{Directory as Answers, DirectoryError, FoundGroup};
use pforte_model::account::Principal;
use pforte_model::id::{DirectoryId, GroupId, UserId};
use pforte_model::name::{Label, LoginName, fold};
use pforte_store::{Conn, directories, groups, local, users};
use pforte_wire::assignment::{PrincipalRef, PrincipalShown};
use pforte_wire::problem::Code;
use std::sync::Arc;

/// Whether a user or a group is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A user.
    User,
    /// A group.
    Group,
}

impl Kind {
    /// Reads `user` or `group`.
    pub(crate) fn parse(text: &str) -> Result<Self, Fault> {
        match text {
            "user" => Ok(Self::User),
            "group" => Ok(Self::Group),
            _ => Err(Fault::value("kind", "user or group")),
        }
    }

    /// The stable name.
    #[must_use]
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
        }
    }
}

/// The user or group that a caller names. One that only its directory knows
/// becomes known to Pforte, by the order of `origin`.
pub(crate) async fn resolve(app: &Shared, origin: Origin, asked: &PrincipalRef) -> Result<Principal, Fault> {
    let kind = Kind::parse(&asked.kind)?;
    match (&asked.id, &asked.directory, &asked.name) {
        (Some(id), None, None) => by_id(app, kind, id).await,
        (None, Some(directory), Some(name)) => {
            let directory = directory_named(&app.live.plant(), directory)?;
            by_name(app, origin, &directory, kind, name).await
        }
        _ => Err(Fault::value("kind, id, directory, name", "either id, or directory and name")),
    }
}

/// The user or group of this name in a directory; one that is new becomes known.
pub(crate) async fn by_name(
    app: &Shared,
    origin: Origin,
    directory: &Directory,
    kind: Kind,
    name: &str,
) -> Result<Principal, Fault> {
    let found = match (directory.kind, kind) {
        (DirectoryKind::Local, Kind::User) => local_user(app, directory, name).await?,
        (DirectoryKind::Local, Kind::Group) => local_group(app, directory, name).await?,
        (_, Kind::User) => remote_user(app, &origin, directory, name).await?,
        (_, Kind::Group) => remote_group(app, origin, directory, name).await?,
    };
    found.ok_or_else(|| unknown(directory, kind, name))
}

/// A user or group as callers see it.
pub(crate) async fn shown(
    plant: &Plant,
    conn: &mut Conn,
    principal: Principal,
) -> Result<PrincipalShown, Fault> {
    let (kind, id, known) = match principal {
        Principal::User(id) => {
            let user = users::by_id(conn, id).await?;
            (Kind::User, id.to_string(), user.map(|user| (user.login.to_string(), user.directory)))
        }
        Principal::Group(id) => {
            let group = groups::by_id(conn, id).await?;
            (Kind::Group, id.to_string(), group.map(|group| (group.label, group.directory)))
        }
    };
    // Users and groups are never removed, so one that is assigned is known.
    let (name, directory) = known.ok_or(Code::Internal)?;
    let directory = directory_name(plant, conn, directory).await?;
    Ok(PrincipalShown { kind: kind.as_str().to_owned(), id, name, directory })
}

/// The name of a directory, also of one that was removed.
pub(crate) async fn directory_name(plant: &Plant, conn: &mut Conn, id: DirectoryId) -> Result<String, Fault> {
    match plant.directory(id) {
        Some(directory) => Ok(directory.name.clone()),
        None => Ok(directories::by_id(conn, id).await?.map_or_else(String::new, |row| row.name.to_string())),
    }
}

/// The directory of this name.
pub(crate) fn directory_named(plant: &Plant, name: &str) -> Result<Arc<Directory>, Fault> {
    let folded = Label::parse(name)?.folded();
    let found = plant.directories.iter().find(|directory| directory.folded == folded);
    found.cloned().ok_or_else(|| Code::DirectoryUnknown.into())
}

async fn by_id(app: &App, kind: Kind, id: &str) -> Result<Principal, Fault> {
    let mut conn = app.store.read().await?;
    let known = match kind {
        Kind::User => {
            let id: UserId = id.parse()?;
            users::by_id(&mut conn, id).await?.map(|user| Principal::User(user.id))
        }
        Kind::Group => {
            let id: GroupId = id.parse()?;
            groups::by_id(&mut conn, id).await?.map(|group| Principal::Group(group.id))
        }
    };
    known.ok_or_else(|| Fault::missing(kind.as_str()))
}

async fn local_user(app: &App, directory: &Directory, name: &str) -> Result<Option<Principal>, Fault> {
    let login = own::bare(&directory.folded, LoginName::parse(name)?);
    let mut conn = app.store.read().await?;
    let user = local::by_login(&mut conn, &login).await?;
    Ok(user.map(|user| Principal::User(user.user)))
}

async fn local_group(app: &App, directory: &Directory, name: &str) -> Result<Option<Principal>, Fault> {
    let name = Label::parse(name)?;
    let mut conn = app.store.read().await?;
    let found = groups::by_name(&mut conn, directory.id, name.as_str()).await?;
    Ok(found.first().map(|group| Principal::Group(group.id)))
}

async fn remote_user(
    app: &App,
    origin: &Origin,
    directory: &Directory,
    name: &str,
) -> Result<Option<Principal>, Fault> {
    let login = LoginName::parse(name)?;
    let found = running(app, directory)?.find(&login).await.map_err(|error| unanswered(&error))?;
    let Some(found) = found else { return Ok(None) };
    let user = adopt::user(app, origin, directory.id, &found).await?;
    Ok(Some(Principal::User(user.id)))
}

async fn remote_group(
    app: &Shared,
    origin: Origin,
    directory: &Directory,
    name: &str,
) -> Result<Option<Principal>, Fault> {
    let name = Label::parse(name)?;
    let called = running(app, directory)?.groups_called(name.as_str()).await;
    let called = called.map_err(|error| unanswered(&error))?;
    let Some(found) = exactly(&called, &name)? else { return Ok(None) };
    let group = adopt::group(app, origin, directory.id, found).await?;
    Ok(Some(Principal::Group(group.id)))
}

/// The group of exactly this account name, which is unique in its domain, else
/// the only one that is shown by this name.
fn exactly<'a>(found: &'a [FoundGroup], name: &Label) -> Result<Option<&'a FoundGroup>, Fault> {
    let folded = name.folded();
    if let Some(group) = found.iter().find(|group| fold(&group.name) == folded) {
        return Ok(Some(group));
    }
    let mut named = found.iter().filter(|group| fold(&group.label) == folded);
    match (named.next(), named.next()) {
        (Some(_), Some(_)) => Err(Fault::value("name", "more than one group has it; give its account name")),
        (found, _) => Ok(found),
    }
}

fn running(app: &App, directory: &Directory) -> Result<Arc<dyn Answers>, Fault> {
    app.directories.running(directory.id).ok_or_else(adopt::not_running)
}

/// What a caller is told when a directory did not answer a search.
pub(crate) fn unanswered(error: &DirectoryError) -> Fault {
    match error.fault() {
        Some(fault) => Fault::about(told(error), &format!("{fault}.")),
        None => told(error).into(),
    }
}

fn unknown(directory: &Directory, kind: Kind, name: &str) -> Fault {
    let sentence = format!("The directory {} has no {} {name}.", directory.name, kind.as_str());
    Fault::about(Code::NotFound, &sentence)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use pforte_directory::{Key, Mark};

    fn group(number: u8, name: &str, label: &str) -> FoundGroup {
        FoundGroup {
            key: Key::from_bytes(&[number; 16]),
            identity: String::new(),
            place: String::new(),
            mark: Mark::from_bytes(&[number]),
            name: name.to_owned(),
            label: label.to_owned(),
        }
    }

    fn found(groups: &[FoundGroup], name: &str) -> Result<Option<String>, Code> {
        let found = exactly(groups, &Label::parse(name).unwrap());
        found.map(|group| group.map(|group| group.name.clone())).map_err(|fault| fault.code)
    }

    #[test]
    fn a_group_is_meant_by_its_whole_name_in_any_case_and_never_by_a_part() {
        let groups = [group(1, "G_Operators_2", "Operators 2"), group(2, "g_operators", "Operators")];
        assert_eq!(found(&groups, "G_OPERATORS"), Ok(Some("g_operators".to_owned())));
        assert_eq!(found(&groups, "operators 2"), Ok(Some("G_Operators_2".to_owned())));
        assert_eq!(found(&groups, "G_Oper"), Ok(None));
    }

    #[test]
    fn an_account_name_goes_before_a_shown_name_and_a_shown_name_of_two_is_refused() {
        let groups = [
            group(1, "a", "Shift"),
            group(2, "shift", "Other"),
            group(3, "b", "Twin"),
            group(4, "c", "twin"),
        ];
        assert_eq!(found(&groups, "shift"), Ok(Some("shift".to_owned())));
        assert_eq!(found(&groups, "twin"), Err(Code::ValueInvalid));
    }
}
