//! Groups of every directory that Pforte knows.

use crate::address::Target;
use crate::client::Client;
use crate::directory::PrincipalKind;
use crate::error::ClientError;
use crate::list::Page;
use pforte_wire::List;
use pforte_wire::assignment::PrincipalRef;
use pforte_wire::group::{ChangeGroup, Group, NewGroup};

/// Which groups of the list.
#[derive(Clone, Debug, Default)]
pub struct GroupFilter {
    /// Of this directory, by identifier.
    pub directory: Option<String>,
    /// With this text in the name.
    pub search: Option<String>,
}

impl Client {
    /// The groups.
    pub async fn groups(&self, filter: &GroupFilter, page: &Page) -> Result<List<Group>, ClientError> {
        let target = Target::api(&["groups"])
            .with("directory", filter.directory.as_deref())
            .with("search", filter.search.as_deref());
        self.get(target.page(page)).await
    }

    /// One group.
    pub async fn group(&self, id: &str) -> Result<Group, ClientError> {
        self.get(Target::api(&["groups", id])).await
    }

    /// Makes a group of the local directory.
    pub async fn add_group(&self, new: &NewGroup) -> Result<Group, ClientError> {
        self.post(Target::api(&["groups"]), new).await
    }

    /// Renames a group of the local directory.
    pub async fn change_group(&self, id: &str, change: &ChangeGroup) -> Result<Group, ClientError> {
        self.patch(Target::api(&["groups", id]), change).await
    }

    /// Puts a user or a group into a group of the local directory.
    pub async fn add_member(&self, group: &str, member: &PrincipalRef) -> Result<(), ClientError> {
        self.put_only(Target::api(&["groups", group, "members"]), member).await
    }

    /// Takes a user or a group out of a group of the local directory.
    pub async fn remove_member(
        &self,
        group: &str,
        kind: PrincipalKind,
        member: &str,
    ) -> Result<(), ClientError> {
        self.delete(Target::api(&["groups", group, "members", kind.as_str(), member])).await
    }
}
