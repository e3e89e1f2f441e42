//! Writing events: what every event of a request shares, and what is its own.

use crate::clock::Clock;
use crate::ids::Ids;
use pforte_model::event::{Actor, Event, EventType, Named, Outcome, Subject};
use pforte_model::id::NodeId;
use pforte_wire::problem::Code;
use serde::Serialize;
use std::fmt;
use std::sync::Arc;

/// Who asks for something, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Who.
    pub who: Actor,
    /// The station that proved itself.
    pub station: Option<Named>,
    /// The application that asks.
    pub application: Option<Named>,
    /// The number of the request.
    pub request: Option<String>,
}

impl Origin {
    /// The server itself, with no request behind it.
    #[must_use]
    pub const fn server() -> Self {
        Self { who: Actor::Server, station: None, application: None, request: None }
    }

    /// The owner of the data folder at the machine's command line.
    #[must_use]
    pub const fn owner() -> Self {
        Self { who: Actor::Owner, station: None, application: None, request: None }
    }

    /// The same place and request, but somebody else.
    #[must_use]
    pub fn by(mut self, who: Actor) -> Self {
        self.who = who;
        self
    }
}

/// What is an event's own.
#[derive(Clone, Debug)]
pub struct Draft {
    kind: EventType,
    result: Outcome,
    what: Option<Subject>,
    area: Option<Named>,
    old: Option<serde_json::Value>,
    new: Option<serde_json::Value>,
    code: Option<String>,
    reason: Option<String>,
}

impl Draft {
    /// Something that was done.
    #[must_use]
    pub const fn done(kind: EventType) -> Self {
        Self {
            kind,
            result: Outcome::Done,
            what: None,
            area: None,
            old: None,
            new: None,
            code: None,
            reason: None,
        }
    }

    /// Something that was refused, with the code of the refusal.
    #[must_use]
    pub fn refused(kind: EventType, code: Code) -> Self {
        Self { result: Outcome::Refused, code: Some(code.to_string()), ..Self::done(kind) }
    }

    /// Something that failed, with the code of the failure.
    #[must_use]
    pub fn failed(kind: EventType, code: &str) -> Self {
        Self { result: Outcome::Failed, code: Some(code.to_owned()), ..Self::done(kind) }
    }

    /// What it was done to: the noun, its identity, its name.
    #[must_use]
    pub fn what(mut self, kind: &str, id: impl fmt::Display, name: &str) -> Self {
        self.what = Some(Subject { kind: kind.to_owned(), id: id.to_string(), name: name.to_owned() });
        self
    }

    /// The area it concerns.
    #[must_use]
    pub fn area(mut self, area: Named) -> Self {
        self.area = Some(area);
        self
    }

    /// The value before. It must not hold a secret.
    #[must_use]
    pub fn old(mut self, value: &impl Serialize) -> Self {
        self.old = serde_json::to_value(value).ok();
        self
    }

    /// The value after. It must not hold a secret.
    #[must_use]
    pub fn new(mut self, value: &impl Serialize) -> Self {
        self.new = serde_json::to_value(value).ok();
        self
    }

    /// Why, in words.
    #[must_use]
    pub fn reason(mut self, reason: impl Into<Option<String>>) -> Self {
        self.reason = reason.into();
        self
    }
}

/// Makes events: adds identity, node and time.
#[derive(Clone)]
pub struct Scribe {
    clock: Arc<Clock>,
    ids: Arc<Ids>,
    node: NodeId,
}

impl Scribe {
    /// The scribe of this server.
    #[must_use]
    pub const fn new(clock: Arc<Clock>, ids: Arc<Ids>, node: NodeId) -> Self {
        Self { clock, ids, node }
    }

    /// This server.
    #[must_use]
    pub const fn node(&self) -> NodeId {
        self.node
    }

    /// The event of a draft, by whom and from where, now.
    #[must_use]
    pub fn event(&self, origin: &Origin, draft: Draft) -> Event {
        let at = self.clock.micros();
        Event {
            id: self.ids.event(at),
            node: self.node,
            at,
            monotonic: self.clock.monotonic(),
            zone: self.clock.zone_minutes(at),
            kind: draft.kind,
            category: draft.kind.category(),
            severity: draft.kind.severity(),
            result: draft.result,
            who: origin.who.clone(),
            what: draft.what,
            station: origin.station.clone(),
            application: origin.application.clone(),
            area: draft.area,
            old: draft.old,
            new: draft.new,
            code: draft.code,
            reason: draft.reason,
            request: origin.request.clone(),
        }
    }
}
