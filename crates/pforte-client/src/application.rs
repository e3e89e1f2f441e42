//! Applications and the rights they register.

use crate::address::Target;
use crate::client::Client;
use crate::error::ClientError;
use crate::list::Page;
use pforte_wire::application::{
    Application, ChangeApplication, NewApplication, RegisterRights, RegisteredApplication,
};
use pforte_wire::{Credential, List};

impl Client {
    /// The applications.
    pub async fn applications(&self, page: &Page) -> Result<List<Application>, ClientError> {
        self.get(Target::api(&["applications"]).page(page)).await
    }

    /// One application.
    pub async fn application(&self, id: &str) -> Result<Application, ClientError> {
        self.get(Target::api(&["applications", id])).await
    }

    /// The application that calls.
    pub async fn current_application(&self) -> Result<Application, ClientError> {
        self.get(Target::api(&["applications", "current"])).await
    }

    /// Registers an application; the answer tells its credential, once.
    pub async fn add_application(&self, new: &NewApplication) -> Result<RegisteredApplication, ClientError> {
        self.post(Target::api(&["applications"]), new).await
    }

    /// Changes an application.
    pub async fn change_application(
        &self,
        id: &str,
        change: &ChangeApplication,
    ) -> Result<Application, ClientError> {
        self.patch(Target::api(&["applications", id]), change).await
    }

    /// Removes an application.
    pub async fn remove_application(&self, id: &str) -> Result<(), ClientError> {
        self.delete(Target::api(&["applications", id])).await
    }

    /// Gives an application a new credential; the old one no longer counts.
    pub async fn renew_application_credential(&self, id: &str) -> Result<Credential, ClientError> {
        self.post_empty(Target::api(&["applications", id, "credential"])).await
    }

    /// Says which rights an application has.
    pub async fn register_rights(
        &self,
        id: &str,
        rights: &RegisterRights,
    ) -> Result<Application, ClientError> {
        self.put(Target::api(&["applications", id, "rights"]), rights).await
    }

    /// Says which rights the application that calls has.
    pub async fn register_own_rights(&self, rights: &RegisterRights) -> Result<Application, ClientError> {
        self.register_rights("current", rights).await
    }
}
