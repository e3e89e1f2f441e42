//! Directories: where users and groups live.

use crate::address::Target;
use crate::client::Client;
use crate::error::ClientError;
use crate::list::Page;
use pforte_wire::List;
use pforte_wire::assignment::{PrincipalRef, PrincipalShown};
use pforte_wire::directory::{
    ChangeDirectory, Directory, DirectoryTest, FoundPrincipal, NewDirectory, SetKeytab,
};
use std::time::Duration;

/// A test tries every server of a directory, each step with its own bound.
const TEST_LIMIT: Duration = Duration::from_mins(2);

/// A user or a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrincipalKind {
    /// A user.
    User,
    /// A group.
    Group,
}

impl PrincipalKind {
    /// As it stands in addresses and bodies.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
        }
    }
}

impl Client {
    /// The directories.
    pub async fn directories(&self, page: &Page) -> Result<List<Directory>, ClientError> {
        self.get(Target::api(&["directories"]).page(page)).await
    }

    /// One directory.
    pub async fn directory(&self, id: &str) -> Result<Directory, ClientError> {
        self.get(Target::api(&["directories", id])).await
    }

    /// Adds an Active Directory domain.
    pub async fn add_directory(&self, new: &NewDirectory) -> Result<Directory, ClientError> {
        self.post(Target::api(&["directories"]), new).await
    }

    /// Changes a directory.
    pub async fn change_directory(
        &self,
        id: &str,
        change: &ChangeDirectory,
    ) -> Result<Directory, ClientError> {
        self.patch(Target::api(&["directories", id]), change).await
    }

    /// Removes a directory.
    pub async fn remove_directory(&self, id: &str) -> Result<(), ClientError> {
        self.delete(Target::api(&["directories", id])).await
    }

    /// Gives a directory a keytab.
    pub async fn set_keytab(&self, id: &str, keytab: &SetKeytab) -> Result<Directory, ClientError> {
        self.put(Target::api(&["directories", id, "keytab"]), keytab).await
    }

    /// Takes a directory's keytab away.
    pub async fn remove_keytab(&self, id: &str) -> Result<(), ClientError> {
        self.delete(Target::api(&["directories", id, "keytab"])).await
    }

    /// Tests each step of the way to a directory; may take up to two minutes.
    pub async fn test_directory(&self, id: &str) -> Result<DirectoryTest, ClientError> {
        self.patient(TEST_LIMIT).post_empty(Target::api(&["directories", id, "test"])).await
    }

    /// Probes each side of a directory's servers; may take up to two minutes.
    pub async fn probe_directory(&self, id: &str) -> Result<DirectoryTest, ClientError> {
        self.patient(TEST_LIMIT).post_empty(Target::api(&["directories", id, "probe"])).await
    }

    /// Searches a directory for users or groups, known to Pforte or not.
    pub async fn search_directory(
        &self,
        id: &str,
        kind: PrincipalKind,
        text: &str,
    ) -> Result<List<FoundPrincipal>, ClientError> {
        let target = Target::api(&["directories", id, "search"]);
        self.get(target.with("kind", Some(kind.as_str())).with("text", Some(text))).await
    }

    /// Makes a user or a group of a directory known to Pforte.
    pub async fn adopt(&self, id: &str, principal: &PrincipalRef) -> Result<PrincipalShown, ClientError> {
        self.post(Target::api(&["directories", id, "principals"]), principal).await
    }
}
