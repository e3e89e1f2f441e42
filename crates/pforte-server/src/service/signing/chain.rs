//! A request's chain as a job reads and extends it.

use crate::app::App;
use crate::fault::Fault;
use crate::live::signing::Asked;
use crate::service::scribe::{Draft, Origin};
use pforte_model::event::{EventType, Named};
use pforte_model::id::{PersonId, SignatureRequestId, StationId};
use pforte_model::signature::jws::{self, Kind};
use pforte_model::signature::life::{Life, Signed, State};
use pforte_model::signature::statement::{By, Digest, End, Ending, Opening, Signing, Stamp, VERSION};
use pforte_model::time::Micros;
use pforte_store::signature_requests::{self as rows, SignatureRequest, Statement};
use pforte_store::{Conn, Tx};
use pforte_wire::problem::Code;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::sync::Arc;

/// A request with its chain.
pub(super) struct Chain {
    /// The request as it stands in the database.
    pub(super) row: SignatureRequest,
    /// What was asked.
    pub(super) asked: Arc<Asked>,
    /// The statements, from the opening on.
    pub(super) statements: Vec<Statement>,
}

/// What of a statement stands in columns of its own.
#[derive(Clone, Copy, Default)]
struct Marks {
    person: Option<PersonId>,
    step: Option<i64>,
    station: Option<StationId>,
}

impl Chain {
    /// Reads a request with its chain.
    pub(super) async fn load(app: &App, conn: &mut Conn, id: SignatureRequestId) -> Result<Self, Fault> {
        let row = rows::by_id(conn, id).await?.ok_or_else(missing)?;
        Self::of(app, conn, row).await
    }

    /// The chain of a request that was read.
    pub(super) async fn of(app: &App, conn: &mut Conn, row: SignatureRequest) -> Result<Self, Fault> {
        let statements = rows::chain(conn, row.id).await?;
        let asked = match app.signing.asked(row.id) {
            Some(asked) => asked,
            None => Arc::new(read_asked(statements.first().ok_or(Code::Internal)?)?),
        };
        Ok(Self { row, asked, statements })
    }

    /// The life so far.
    pub(super) fn life(&self) -> Life<'_> {
        life(&self.asked.opening, self.signed(), end_of(&self.row.state))
    }

    fn signed(&self) -> Vec<Signed> {
        let given = self.statements.iter().filter_map(|one| {
            let step = usize::try_from(one.step?).ok()?;
            Some(Signed { person: one.person?, step, station: one.station })
        });
        given.collect()
    }

    /// Adds a signature, its event, and the end if it was the last one.
    pub(super) async fn sign(
        &mut self,
        app: &App,
        tx: &mut Tx,
        origin: &Origin,
        signing: Signing,
        state: State,
    ) -> Result<(), Fault> {
        let signing = Signing { previous: self.last()?, opening: self.asked.hash, ..signing };
        let station = signing.station.as_ref().and_then(|station| station.id.parse().ok());
        let marks = Marks { person: Some(signing.signer.person), step: Some(signing.step.into()), station };
        let at = signing.at;
        let told = json!({
            "step": signing.step, "meaning": signing.meaning, "printed_name": signing.signer.printed_name,
            "roles": signing.roles, "strength": signing.strength, "through": signing.through,
            "both_components": signing.both_components, "comment": signing.comment,
        });
        let draft = self.draft(EventType::Signed).reason(signing.reason.clone());
        self.append(app, tx, (Kind::Signature, &signing, at.at), marks, (origin, draft, told)).await?;
        match state {
            State::Ended(end) => self.end(app, tx, origin, (end, at, None, None)).await,
            State::Open | State::Checking => Ok(self.set_state(tx, state, None).await?),
        }
    }

    /// Ends the request.
    pub(super) async fn end(
        &mut self,
        app: &App,
        tx: &mut Tx,
        origin: &Origin,
        (end, at, by, reason): (End, Stamp, Option<By>, Option<String>),
    ) -> Result<(), Fault> {
        let signatures = u32::try_from(self.signed().len()).unwrap_or(u32::MAX);
        let ending = Ending {
            version: VERSION,
            request: self.row.id,
            opening: self.asked.hash,
            previous: self.last()?,
            node: app.scribe.node(),
            end,
            at,
            signatures,
            by,
            reason: reason.clone(),
        };
        let draft = self.draft(event_of(end)).reason(reason);
        let told = json!({ "signatures": signatures });
        self.append(app, tx, (Kind::Ending, &ending, at.at), Marks::default(), (origin, draft, told)).await?;
        Ok(self.set_state(tx, State::Ended(end), Some(at.at)).await?)
    }

    async fn set_state(
        &mut self,
        tx: &mut Tx,
        state: State,
        ended_at: Option<Micros>,
    ) -> Result<(), pforte_store::StoreError> {
        rows::set_state(tx, self.row.id, self.row.version, state.as_str(), ended_at).await?;
        self.row.version += 1;
        self.row.ended_at = ended_at;
        state.as_str().clone_into(&mut self.row.state);
        Ok(())
    }

    async fn append(
        &mut self,
        app: &App,
        tx: &mut Tx,
        (kind, payload, at): (Kind, &impl Serialize, Micros),
        marks: Marks,
        event: (&Origin, Draft, serde_json::Value),
    ) -> Result<(), Fault> {
        let number = i64::try_from(self.statements.len()).unwrap_or(i64::MAX);
        let statement = written(app, tx, (kind, payload, at), (number, marks), event)?;
        rows::add_statement(tx, self.row.id, &statement).await?;
        self.statements.push(statement);
        Ok(())
    }

    /// The hash of the newest statement.
    fn last(&self) -> Result<Digest, Fault> {
        let last = self.statements.last().ok_or(Code::Internal)?;
        Ok(Digest(jws::hash(&last.text)))
    }

    /// What every event about the request begins with.
    pub(super) fn draft(&self, kind: EventType) -> Draft {
        draft(kind, self.row.id, &self.asked.opening)
    }
}

/// The life of a request of which this is known.
pub(super) fn life(opening: &Opening, signed: Vec<Signed>, end: Option<End>) -> Life<'_> {
    let station = opening.station.as_ref().and_then(|station| station.id.parse().ok());
    let performer = opening.performer.as_ref().map(|performer| performer.person);
    let expires_at = opening.expires_at.map(|end| end.at);
    Life::new(&opening.rules, performer, station, expires_at).after(signed, end)
}

/// What every event about a request begins with.
pub(super) fn draft(kind: EventType, id: SignatureRequestId, opening: &Opening) -> Draft {
    about(Draft::done(kind), id, opening)
}

/// The same with the request as what it is about.
pub(super) fn about(draft: Draft, id: SignatureRequestId, opening: &Opening) -> Draft {
    let name = format!("{} {}", opening.action, opening.object);
    draft.what("signature-request", id, &name).area(opening.area.clone())
}

/// Begins a chain with its opening; gives the statement and what was asked.
pub(super) fn begin(
    app: &App,
    tx: &mut Tx,
    origin: &Origin,
    opening: Opening,
) -> Result<(Statement, Asked), Fault> {
    let event = draft(EventType::SignatureRequested, opening.request, &opening);
    let told = json!({
        "key": opening.key, "policy": opening.policy, "record": opening.record,
        "performer": opening.performer, "expires_at": opening.expires_at,
    });
    let first = (Kind::Opening, &opening, opening.at.at);
    let statement = written(app, tx, first, (0, Marks::default()), (origin, event, told))?;
    let hash = Digest(jws::hash(&statement.text));
    Ok((statement, Asked { opening, hash }))
}

/// Signs a statement and writes its event, which holds the statement's hash.
fn written(
    app: &App,
    tx: &mut Tx,
    (kind, payload, at): (Kind, &impl Serialize, Micros),
    (number, marks): (i64, Marks),
    (origin, draft, mut told): (&Origin, Draft, serde_json::Value),
) -> Result<Statement, Fault> {
    let bytes = serde_json::to_vec(payload).map_err(|_| Code::Internal)?;
    let text = app.signature_key.sign(kind, &bytes).map_err(|_| Code::Internal)?;
    if text.len() > jws::MAX_BYTES {
        return Err(Fault::value("description, changes", "shorter: the statement would be too long"));
    }
    if let Some(told) = told.as_object_mut() {
        told.insert("statement".to_owned(), Digest(jws::hash(&text)).to_string().into());
        told.insert("number".to_owned(), number.into());
    }
    let event = app.scribe.event(origin, draft.new(&told));
    let sequence = i64::try_from(tx.append(&event)?).unwrap_or(i64::MAX);
    let Marks { person, step, station } = marks;
    Ok(Statement { number, kind: name_of(kind), text, at, sequence, person, step, station })
}

const fn name_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Opening => "opening",
        Kind::Signature => "signature",
        Kind::Ending => "ending",
    }
}

const fn event_of(end: End) -> EventType {
    match end {
        End::Complete => EventType::SignatureRequestComplete,
        End::Refused => EventType::SignatureRequestRefused,
        End::Cancelled => EventType::SignatureRequestCancelled,
        End::Expired => EventType::SignatureRequestExpired,
    }
}

/// How a request ended that is in this state; `None` if it has not.
pub(super) fn end_of(state: &str) -> Option<End> {
    [End::Complete, End::Refused, End::Cancelled, End::Expired].into_iter().find(|end| end.as_str() == state)
}

/// What a statement says.
pub(super) fn payload<T: DeserializeOwned>(statement: &Statement) -> Result<T, Fault> {
    let split = jws::split(&statement.text).map_err(|_| Code::Internal)?;
    Ok(serde_json::from_slice(&split.payload).map_err(|_| Code::Internal)?)
}

/// What was asked, from the first statement.
pub(super) fn read_asked(statement: &Statement) -> Result<Asked, Fault> {
    Ok(Asked { opening: payload(statement)?, hash: Digest(jws::hash(&statement.text)) })
}

/// The moment as statements write it.
pub(super) fn stamp(app: &App, at: Micros) -> Stamp {
    Stamp { at, offset: app.clock.zone_minutes(at) }
}

/// There is no such request, or it is not to be seen.
pub(super) fn missing() -> Fault {
    Fault::missing("signature request")
}

/// A thing as statements name it.
pub(super) fn named(id: impl std::fmt::Display, name: &str) -> Named {
    Named { id: id.to_string(), name: name.to_owned() }
}
