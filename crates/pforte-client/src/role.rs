//! Roles: named sets of rights.

use crate::address::Target;
use crate::client::Client;
use crate::error::ClientError;
use crate::list::Page;
use pforte_wire::List;
use pforte_wire::role::{ChangeRole, NewRole, Role};

impl Client {
    /// The roles.
    pub async fn roles(&self, page: &Page) -> Result<List<Role>, ClientError> {
        self.get(Target::api(&["roles"]).page(page)).await
    }

    /// One role.
    pub async fn role(&self, id: &str) -> Result<Role, ClientError> {
        self.get(Target::api(&["roles", id])).await
    }

    /// Makes a role.
    pub async fn add_role(&self, new: &NewRole) -> Result<Role, ClientError> {
        self.post(Target::api(&["roles"]), new).await
    }

    /// Replaces all of a role.
    pub async fn change_role(&self, id: &str, change: &ChangeRole) -> Result<Role, ClientError> {
        self.put(Target::api(&["roles", id]), change).await
    }

    /// Removes a role.
    pub async fn remove_role(&self, id: &str) -> Result<(), ClientError> {
        self.delete(Target::api(&["roles", id])).await
    }
}
