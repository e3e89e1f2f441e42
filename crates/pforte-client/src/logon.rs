//! Before anybody is logged on: the options and the set-up.

use crate::address::Target;
use crate::client::Client;
use crate::error::{ClientError, Misshapen};
use pforte_wire::logon::{LogOnOptions, SetUp};
use pforte_wire::user::User;
use serde_json::Value;

impl Client {
    /// What a person sees before the log-on.
    pub async fn log_on_options(&self) -> Result<LogOnOptions, ClientError> {
        self.get(Target::api(&["logon"])).await
    }

    /// Makes the first administrator with the set-up code.
    pub async fn set_up(&self, set_up: &SetUp) -> Result<User, ClientError> {
        self.post(Target::api(&["setup"]), set_up).await
    }

    /// The server's own description of its API.
    pub async fn openapi(&self) -> Result<Value, ClientError> {
        self.get(Target::api(&["openapi.json"])).await
    }

    /// Whether the server is well; `false`: it runs by the emergency rules because
    /// the event log cannot be written.
    pub async fn well(&self) -> Result<bool, ClientError> {
        match self.get_text(Target::root("healthz")).await {
            Ok(_) => Ok(true),
            Err(ClientError::Shape(Misshapen::NoProblem(503))) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The server's measurements in the text form of Prometheus.
    pub async fn metrics(&self) -> Result<String, ClientError> {
        self.get_text(Target::root("metrics")).await
    }
}
