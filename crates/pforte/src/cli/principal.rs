//! A user or a group as an argument.

use crate::cli::failure::Failure;
use crate::cli::parse::in_directory;
use crate::cli::resolve::{self, is_id};
use clap::{Args, ValueEnum};
use pforte_client::{Client, PrincipalKind};
use pforte_model::name::fold;
use pforte_wire::assignment::{PrincipalRef, PrincipalShown};

/// A user or a group.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub(crate) struct Principal {
    /// A user: identifier, `DIRECTORY\name`, or a name that one directory alone has
    #[arg(long, value_name = "USER")]
    user: Option<String>,
    /// A group: identifier, `DIRECTORY\name`, or a name that one directory alone has
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
}

/// What kind of principal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    User,
    Group,
}

impl Kind {
    pub(crate) const fn of_client(self) -> PrincipalKind {
        match self {
            Self::User => PrincipalKind::User,
            Self::Group => PrincipalKind::Group,
        }
    }
}

impl Principal {
    fn typed(&self) -> (PrincipalKind, &str) {
        match (&self.user, &self.group) {
            (Some(user), _) => (PrincipalKind::User, user),
            (None, group) => (PrincipalKind::Group, group.as_deref().unwrap_or_default()),
        }
    }

    /// How the server is told of it: with a directory the server looks it up there
    /// and makes it known; without one Pforte must know it.
    pub(crate) async fn reference(&self, client: &Client) -> Result<PrincipalRef, Failure> {
        let (kind, typed) = self.typed();
        let name = kind.as_str().to_owned();
        if let (Some(directory), login) = in_directory(typed) {
            let (directory, login) = (Some(directory.to_owned()), Some(login.to_owned()));
            return Ok(PrincipalRef { kind: name, id: None, directory, name: login });
        }
        let id = match kind {
            _ if is_id(typed) => typed.to_owned(),
            PrincipalKind::User => resolve::user(client, typed).await?.id,
            PrincipalKind::Group => resolve::group(client, typed).await?.id,
        };
        Ok(PrincipalRef { kind: name, id: Some(id), directory: None, name: None })
    }

    /// Which of the members of a group is meant.
    pub(crate) fn among(&self, members: &[PrincipalShown]) -> Result<(PrincipalKind, String), Failure> {
        let (kind, typed) = self.typed();
        let (directory, name) = in_directory(typed);
        let meant = |member: &&PrincipalShown| {
            let called = fold(&member.name) == fold(name)
                && directory.is_none_or(|directory| fold(directory) == fold(&member.directory));
            member.kind == kind.as_str() && (member.id == typed || called)
        };
        let found: Vec<&PrincipalShown> = members.iter().filter(meant).collect();
        let member = resolve::one("member", typed, found, |member| called(member))?;
        Ok((kind, member.id.clone()))
    }
}

/// `DIRECTORY\name`.
pub(crate) fn called(principal: &PrincipalShown) -> String {
    format!("{}\\{}", principal.directory, principal.name)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    fn member(kind: &str, id: &str, directory: &str, name: &str) -> PrincipalShown {
        let [kind, id, name, directory] = [kind, id, name, directory].map(str::to_owned);
        PrincipalShown { kind, id, name, directory }
    }

    #[test]
    fn a_member_is_found_by_kind_directory_and_name() {
        let members = [
            member("user", "1", "local", "Jana"),
            member("user", "2", "PLANT", "jana"),
            member("group", "3", "PLANT", "jana"),
        ];
        let user = |typed: &str| Principal { user: Some(typed.to_owned()), group: None }.among(&members);
        assert_eq!(user("plant\\jana").unwrap(), (PrincipalKind::User, "2".to_owned()));
        assert_eq!(user("1").unwrap().1, "1");
        assert!(user("jana").is_err() && user("3").is_err());
        let group = Principal { user: None, group: Some("jana".to_owned()) };
        assert_eq!(group.among(&members).unwrap(), (PrincipalKind::Group, "3".to_owned()));
    }
}
