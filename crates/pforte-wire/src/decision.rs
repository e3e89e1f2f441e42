//! Decisions: may this person do this, in this area?

use crate::time::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One or many questions about one session.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    /// The questions; 1 to 500.
    pub questions: Vec<Question>,
    /// Whether each answer brings its full reason.
    #[serde(default)]
    pub explain: bool,
    /// About whom; without it about the bearer's own session. Only an
    /// application may ask about another.
    #[serde(rename = "for", skip_serializing_if = "Option::is_none", default)]
    pub whom: Option<Whom>,
    /// The person does this now: the decision becomes an event.
    #[serde(default)]
    pub act: bool,
}

/// One question.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The right: `application/action`.
    pub right: String,
    /// The area, by path or identifier.
    pub area: String,
}

/// Whose session is asked about.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Whom {
    /// A session by its identifier.
    Session(String),
    /// Whoever is in charge at this station.
    Station(String),
}

/// The answers, in the order of the questions.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Decided {
    /// The session that was asked about; absent when nobody is in charge.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub session: Option<String>,
    /// One answer for each question.
    pub answers: Vec<Answer>,
    /// How long these answers may be believed without asking again.
    pub lease: crate::session::Lease,
}

/// One answer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Answer {
    /// Whether the person may.
    pub allowed: bool,
    /// The reason, if it was asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<Object>)]
    pub explain: Option<serde_json::Value>,
}

/// Asks why somebody may or may not do something, without a session.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Explain {
    /// The user's identifier.
    pub user: String,
    /// The right.
    pub right: String,
    /// The area, by path or identifier.
    pub area: String,
    /// The station, by identifier.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub station: Option<String>,
    /// The moment; now without it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub at: Option<Time>,
}
