//! Users of every directory that Pforte knows.

use crate::address::Target;
use crate::client::Client;
use crate::error::ClientError;
use crate::list::Page;
use pforte_wire::List;
use pforte_wire::user::{ChangePassword, ChangeUser, NewUser, SetPassword, User};

/// Which users of the list.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// Of this directory, by identifier.
    pub directory: Option<String>,
    /// With this text in the log-on name or the name that is shown.
    pub search: Option<String>,
}

impl Client {
    /// The users.
    pub async fn users(&self, filter: &UserFilter, page: &Page) -> Result<List<User>, ClientError> {
        let target = Target::api(&["users"])
            .with("directory", filter.directory.as_deref())
            .with("search", filter.search.as_deref());
        self.get(target.page(page)).await
    }

    /// One user.
    pub async fn user(&self, id: &str) -> Result<User, ClientError> {
        self.get(Target::api(&["users", id])).await
    }

    /// Makes a user of the local directory.
    pub async fn add_user(&self, new: &NewUser) -> Result<User, ClientError> {
        self.post(Target::api(&["users"]), new).await
    }

    /// Changes a user.
    pub async fn change_user(&self, id: &str, change: &ChangeUser) -> Result<User, ClientError> {
        self.patch(Target::api(&["users", id]), change).await
    }

    /// Sets the password of a user of the local directory.
    pub async fn set_password(&self, id: &str, password: &SetPassword) -> Result<(), ClientError> {
        self.put_only(Target::api(&["users", id, "password"]), password).await
    }

    /// Changes the own password of whoever knows the old one.
    pub async fn change_password(&self, asked: &ChangePassword) -> Result<(), ClientError> {
        self.post_only(Target::api(&["passwords"]), asked).await
    }
}
