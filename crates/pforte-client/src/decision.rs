//! Decisions: may this person do this, in this area?

use crate::address::Target;
use crate::client::Client;
use crate::error::ClientError;
use pforte_wire::decision::{Answer, Decide, Decided, Explain};

impl Client {
    /// Asks one or many questions about one session.
    pub async fn decide(&self, questions: &Decide) -> Result<Decided, ClientError> {
        self.post(Target::api(&["decisions"]), questions).await
    }

    /// Asks why somebody may or may not do something, without a session.
    pub async fn explain(&self, question: &Explain) -> Result<Answer, ClientError> {
        self.post(Target::api(&["explanations"]), question).await
    }
}
