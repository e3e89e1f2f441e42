//! The event log and its proofs.

use crate::address::Target;
use crate::client::Client;
use crate::error::ClientError;
use pforte_wire::List;
use pforte_wire::event::{Checkpoint, ConsistencyProof, InclusionProof, LoggedEvent};

/// Which events of the log.
#[derive(Clone, Debug, Default)]
pub struct EventFilter {
    /// Those behind this sequence number; from the first without it.
    pub after: Option<u64>,
    /// Most entries, 1 to 500.
    pub limit: Option<u16>,
    /// Of this type, such as `logged-on`.
    pub kind: Option<String>,
    /// Of this category.
    pub category: Option<String>,
    /// With this result.
    pub result: Option<String>,
    /// By or about this user, by identifier.
    pub user: Option<String>,
    /// At this station, by identifier.
    pub station: Option<String>,
}

impl Client {
    /// Events in the order of the log.
    pub async fn events(&self, filter: &EventFilter) -> Result<List<LoggedEvent>, ClientError> {
        let target = Target::api(&["events"])
            .with_number("after", filter.after)
            .with_number("limit", filter.limit.map(u64::from))
            .with("type", filter.kind.as_deref())
            .with("category", filter.category.as_deref())
            .with("result", filter.result.as_deref())
            .with("user", filter.user.as_deref())
            .with("station", filter.station.as_deref());
        self.get(target).await
    }

    /// One event.
    pub async fn event(&self, sequence: u64) -> Result<LoggedEvent, ClientError> {
        self.get(Target::api(&["events", &sequence.to_string()])).await
    }

    /// The newest checkpoint of the log.
    pub async fn checkpoint(&self) -> Result<Checkpoint, ClientError> {
        self.get(Target::api(&["log", "checkpoint"])).await
    }

    /// That an event is in the log of this size; of the newest size without one.
    pub async fn inclusion_proof(
        &self,
        sequence: u64,
        size: Option<u64>,
    ) -> Result<InclusionProof, ClientError> {
        let target = Target::api(&["log", "proofs", "inclusion"]);
        self.get(target.with_number("sequence", Some(sequence)).with_number("size", size)).await
    }

    /// That the log of the later size still holds the earlier one unchanged.
    pub async fn consistency_proof(
        &self,
        from: u64,
        to: Option<u64>,
    ) -> Result<ConsistencyProof, ClientError> {
        let target = Target::api(&["log", "proofs", "consistency"]);
        self.get(target.with_number("from", Some(from)).with_number("to", to)).await
    }
}
