//! From what a person types to the one thing that is meant: an identifier, or a
//! name that only one thing has.

use crate::cli::failure::Failure;
use crate::cli::parse::in_directory;
use pforte_client::{Client, GroupFilter, UserFilter, every};
use pforte_model::id::BadId;
use pforte_model::id::UserId;
use pforte_model::name::fold;
use pforte_wire::application::Application;
use pforte_wire::area::Area;
use pforte_wire::directory::Directory;
use pforte_wire::group::Group;
use pforte_wire::role::Role;
use pforte_wire::station::Station;
use pforte_wire::user::User;

/// Whether a text is an identifier of any kind.
pub(crate) fn is_id(text: &str) -> bool {
    let read: Result<UserId, BadId> = text.parse();
    read.is_ok()
}

/// A user by identifier, `DIRECTORY\name` or a name that one directory alone has.
pub(crate) async fn user(client: &Client, typed: &str) -> Result<User, Failure> {
    if is_id(typed) {
        return Ok(client.user(typed).await?);
    }
    let (directory, name) = in_directory(typed);
    let filter = UserFilter { search: Some(name.to_owned()), ..UserFilter::default() };
    let mut found = every(async |page| client.users(&filter, &page).await).await?;
    found.retain(|user| fold(&user.login) == fold(name) && is_in(directory, &user.directory.name));
    one("user", typed, found, |user| format!("{}\\{}", user.directory.name, user.login))
}

/// A group by identifier, `DIRECTORY\name` or a name that one directory alone has.
pub(crate) async fn group(client: &Client, typed: &str) -> Result<Group, Failure> {
    if is_id(typed) {
        return Ok(client.group(typed).await?);
    }
    let (directory, name) = in_directory(typed);
    let filter = GroupFilter { search: Some(name.to_owned()), ..GroupFilter::default() };
    let mut found = every(async |page| client.groups(&filter, &page).await).await?;
    found.retain(|group| fold(&group.name) == fold(name) && is_in(directory, &group.directory.name));
    one("group", typed, found, |group| format!("{}\\{}", group.directory.name, group.name))
}

fn is_in(directory: Option<&str>, name: &str) -> bool {
    directory.is_none_or(|directory| fold(directory) == fold(name))
}

/// A role by identifier or name.
pub(crate) async fn role(client: &Client, typed: &str) -> Result<Role, Failure> {
    if is_id(typed) {
        return Ok(client.role(typed).await?);
    }
    let mut found = every(async |page| client.roles(&page).await).await?;
    found.retain(|role| fold(&role.name) == fold(typed));
    one("role", typed, found, |role| role.name.clone())
}

/// An area by identifier or path.
pub(crate) async fn area(client: &Client, typed: &str) -> Result<Area, Failure> {
    if is_id(typed) {
        return Ok(client.area(typed).await?);
    }
    let path = fold(typed.trim_end_matches('/'));
    let mut found = every(async |page| client.areas(&page).await).await?;
    found.retain(|area| fold(&area.path) == path);
    one("area", typed, found, |area| area.path.clone())
}

/// A station by identifier or name.
pub(crate) async fn station(client: &Client, typed: &str) -> Result<Station, Failure> {
    if is_id(typed) {
        return Ok(client.station(typed).await?);
    }
    let mut found = every(async |page| client.stations(&page).await).await?;
    found.retain(|station| fold(&station.name) == fold(typed));
    one("station", typed, found, |station| station.name.clone())
}

/// The identifiers of stations by identifier or name.
pub(crate) async fn station_ids(client: &Client, typed: &[String]) -> Result<Vec<String>, Failure> {
    let mut ids = Vec::with_capacity(typed.len());
    for typed in typed {
        ids.push(if is_id(typed) { typed.clone() } else { station(client, typed).await?.id });
    }
    Ok(ids)
}

/// An application by identifier or key; `current` is the one that calls.
pub(crate) async fn application(client: &Client, typed: &str) -> Result<Application, Failure> {
    if typed == "current" {
        return Ok(client.current_application().await?);
    }
    if is_id(typed) {
        return Ok(client.application(typed).await?);
    }
    let mut found = every(async |page| client.applications(&page).await).await?;
    found.retain(|application| fold(&application.key) == fold(typed));
    one("application", typed, found, |application| application.key.clone())
}

/// A directory by identifier or name.
pub(crate) async fn directory(client: &Client, typed: &str) -> Result<Directory, Failure> {
    if is_id(typed) {
        return Ok(client.directory(typed).await?);
    }
    let mut found = every(async |page| client.directories(&page).await).await?;
    found.retain(|directory| fold(&directory.name) == fold(typed));
    one("directory", typed, found, |directory| directory.name.clone())
}

/// The only one of what was found.
pub(crate) fn one<T>(
    noun: &str,
    typed: &str,
    found: Vec<T>,
    called: impl Fn(&T) -> String,
) -> Result<T, Failure> {
    if found.len() > 1 {
        let names: Vec<String> = found.iter().take(10).map(called).collect();
        let detail = format!("{typed} could be {}", names.join(" or "));
        return Err(Failure::new("name-ambiguous", detail, "Write one of them out, or its identifier."));
    }
    found.into_iter().next().ok_or_else(|| {
        let cure = format!("Look at `pforte {noun} list`, and whether you may see it.");
        Failure::new("not-found", format!("there is no {noun} {typed}"), cure)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(found: Result<&str, Failure>) -> Result<&str, String> {
        found.map_err(|failure| match failure {
            Failure::Refused(told) => format!("{} {}", told.code, told.detail),
            other => format!("{other:?}"),
        })
    }

    #[test]
    fn a_name_means_the_only_one_that_has_it() {
        let one = |found: Vec<&'static str>| code(one("user", "jana", found, |name| (*name).to_owned()));
        assert_eq!(one(vec!["local\\jana"]), Ok("local\\jana"));
        assert_eq!(one(vec![]), Err("not-found there is no user jana".to_owned()));
        assert_eq!(
            one(vec!["local\\jana", "PLANT\\jana"]),
            Err("name-ambiguous jana could be local\\jana or PLANT\\jana".to_owned())
        );
    }

    #[test]
    fn an_identifier_is_never_taken_for_a_name() {
        assert!(is_id("018bcfe5-6800-7fff-bfff-ffffffffffff"));
        assert!(!is_id("018bcfe5"));
    }

    #[test]
    fn a_directory_is_meant_in_any_case() {
        assert!(is_in(Some("plant"), "PLANT") && is_in(None, "PLANT"));
        assert!(!is_in(Some("local"), "PLANT"));
    }
}
