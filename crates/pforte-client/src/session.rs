//! Sessions: log on, who is here, log off.

use crate::address::Target;
use crate::client::Client;
use crate::error::ClientError;
use crate::list::Page;
use pforte_wire::List;
use pforte_wire::session::{LogOn, LoggedOn, Session};

impl Client {
    /// Logs a person on; at a station that somebody is in charge of it changes the user.
    pub async fn log_on(&self, log_on: &LogOn) -> Result<LoggedOn, ClientError> {
        self.post(Target::api(&["sessions"]), log_on).await
    }

    /// The caller's own session.
    pub async fn current_session(&self) -> Result<Session, ClientError> {
        self.get(Target::api(&["sessions", "current"])).await
    }

    /// Ends the caller's own session.
    pub async fn log_off(&self) -> Result<(), ClientError> {
        self.delete(Target::api(&["sessions", "current"])).await
    }

    /// Tells that the person is active, so that the session goes on.
    pub async fn stay(&self) -> Result<Session, ClientError> {
        self.post_empty(Target::api(&["sessions", "current", "activity"])).await
    }

    /// The live sessions.
    pub async fn sessions(&self, page: &Page) -> Result<List<Session>, ClientError> {
        self.get(Target::api(&["sessions"]).page(page)).await
    }

    /// One session.
    pub async fn session(&self, id: &str) -> Result<Session, ClientError> {
        self.get(Target::api(&["sessions", id])).await
    }

    /// Ends somebody's session.
    pub async fn end_session(&self, id: &str, reason: Option<&str>) -> Result<(), ClientError> {
        self.delete(Target::api(&["sessions", id]).with("reason", reason)).await
    }
}
