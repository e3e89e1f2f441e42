//! An application asks for signatures, or a person for an act of their own.

use super::chain::{self, Chain};
use super::record::{self, Prepared};
use super::view;
use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::http::caller::Caller;
use crate::live::plant::{Application, Plant};
use crate::live::session::Session;
use crate::live::signing_policies::SigningPolicy;
use crate::service::scribe::Origin;
use crate::service::{areas, decisions, emergency, places};
use pforte_model::event::Named;
use pforte_model::id::{AreaId, SessionId, SignatureRequestId, StationId};
use pforte_model::name::{RightName, fold, hides};
use pforte_model::policy::{AreaIx, Question};
use pforte_model::signature::statement::{self, Opening, PolicyVersion, Signatory, VERSION};
use pforte_model::time::Micros;
use pforte_store::signature_requests::{self as rows, SignatureRequest as Row};
use pforte_store::{Tx, signature_records};
use pforte_wire::problem::Code;
use pforte_wire::signature::{Change, RequestSignatures, SignatureRequest};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// Most requests that wait for signatures, over all applications.
pub const MOST_OPEN: u64 = 10_000;

/// Most values that are written with one request.
pub const MOST_CHANGES: usize = 500;

/// Longest key, in characters.
const KEY: usize = 128;
/// Longest name of an object, outcome or changed thing, in characters.
const SHORT: usize = 200;
/// Longest description or value, in characters.
const LONG: usize = 2_000;

/// What is asked, found to be right.
struct Wanted {
    application: Arc<Application>,
    policy: Arc<SigningPolicy>,
    action: RightName,
    area: AreaId,
    session: Option<Arc<Session>>,
    station: Option<Named>,
    record: Prepared,
    asked: RequestSignatures,
}

/// Makes a request, or finds the one that the application has made with the same key.
/// Tells whether it is new.
pub async fn make(caller: &Caller, asked: RequestSignatures) -> Result<(bool, SignatureRequest), Fault> {
    let app = caller.app();
    let wanted = wanted(app, caller, asked)?;
    emergency::refuse(app)?;
    let (origin, shared) = (caller.origin(), Arc::clone(app));
    let (is_new, chain) =
        app.store.write(async move |tx| found_or_made(&shared, tx, &origin, wanted).await).await?;
    let mut shown = view::shown(&chain)?;
    shown.page = Some(view::page(&chain));
    Ok((is_new, shown))
}

fn wanted(app: &App, caller: &Caller, mut asked: RequestSignatures) -> Result<Wanted, Fault> {
    check(&asked)?;
    let plant = app.live.plant();
    let action = RightName::parse(&asked.action)?;
    plant.policy.right(action.as_str()).ok_or(Code::RightUnknown)?;
    let area = areas::find(&plant, &asked.area)?;
    let place = plant.policy.area_by_id(area).ok_or(Code::AreaUnknown)?;
    let policy = || plant.signing.find(&plant.policy, &action, place).ok_or(Code::SignatureNotNeeded);
    let (application, policy, session) = if let Ok(application) = caller.application() {
        if action.application() != application.key {
            return Err(Code::ForeignRight.into());
        }
        if !plant.area_in_scope(application, place) {
            return Err(Code::OutsideScope.into());
        }
        let session = asked.session.as_deref().map(|id| performer(app, &plant, application, id));
        (Arc::clone(application), policy()?, session.transpose()?)
    } else {
        let (session, policy) = (Arc::clone(caller.person()?), policy()?);
        may_ask(app, &plant, &session, (&action, place, &policy))?;
        by_person(&mut asked, &session)?;
        let application = plant.application_by_key(action.application());
        (application.ok_or(Code::RightUnknown)?, policy, Some(session))
    };
    let here = session.as_ref().and_then(|session| session.station);
    let scope = caller.application().ok();
    let station = station(&plant, scope.map(AsRef::as_ref), asked.station.as_deref(), here)?;
    let record = record::prepare(asked.record.take())?;
    Ok(Wanted { application, policy, action, area, session, station, record, asked })
}

/// A person asks for an act of their own, if they may do it or are to sign it.
fn may_ask(
    app: &App,
    plant: &Plant,
    session: &Session,
    (action, area, policy): (&RightName, AreaIx, &SigningPolicy),
) -> Result<(), Fault> {
    let (rights, judge, now) = (session.rights(plant), session.policy(plant), app.clock.moment());
    let question = Question { right: action.as_str(), area: &plant.area_path(area) };
    if judge.answer(&rights.held, &session.standing(), question, now).allowed() {
        return Ok(());
    }
    let own = plant.policy.roles_here(&rights.held, &session.standing(), Some(area), now);
    let mut signing = policy.rules.steps.iter().flat_map(|step| &step.roles);
    if signing.any(|role| own.iter().any(|held| held.role.id == role.id)) {
        return Ok(());
    }
    Err(Fault::about(Code::NotAllowed, &format!("This needs the right {action}, or a role that signs it.")))
}

/// What a person asks is about themselves, and called so that it never meets what the
/// application calls its own requests.
fn by_person(asked: &mut RequestSignatures, session: &Session) -> Result<(), Fault> {
    if asked.session.is_some() || asked.station.is_some() {
        return Err(Fault::value("session, station", "those of the person who asks; left out"));
    }
    asked.key = format!("{}/{}", session.id, asked.key);
    Ok(())
}

fn check(asked: &RequestSignatures) -> Result<(), Fault> {
    text("key", Some(&asked.key), KEY)?;
    text("object", Some(&asked.object), SHORT)?;
    text("outcome", asked.outcome.as_deref(), SHORT)?;
    text("description", asked.description.as_deref(), LONG)?;
    if asked.changes.len() > MOST_CHANGES {
        return Err(Fault::value("changes", &format!("at most {MOST_CHANGES}")));
    }
    asked.changes.iter().try_for_each(|Change { what, old, new }| {
        text("what", Some(what), SHORT)?;
        let value = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        text("old", value(old.as_deref()).as_deref(), LONG)?;
        text("new", value(new.as_deref()).as_deref(), LONG)
    })
}

/// A text that people read before they sign: not empty, not too long, and nothing in
/// it that could make it look like another one.
fn text(name: &str, text: Option<&str>, most: usize) -> Result<(), Fault> {
    let Some(text) = text else { return Ok(()) };
    match text.chars().count() {
        0 => Err(Fault::value(name, "not empty")),
        long if long > most => Err(Fault::value(name, &format!("at most {most} characters"))),
        _ if hides(text) => Err(Fault::value(name, "no characters that cannot be seen")),
        _ => Ok(()),
    }
}

fn performer(app: &App, plant: &Plant, application: &Application, id: &str) -> Result<Arc<Session>, Fault> {
    let id: SessionId = id.parse()?;
    let session = app.live.sessions().by_id(id).ok_or_else(|| Fault::missing("session"))?;
    if !decisions::session_in_scope(plant, application, &session) {
        return Err(Code::OutsideScope.into());
    }
    match session.over(app.clock.micros()) {
        None => Ok(session),
        Some(_) => Err(Code::NobodyInCharge.into()),
    }
}

fn station(
    plant: &Plant,
    scope: Option<&Application>,
    asked: Option<&str>,
    here: Option<StationId>,
) -> Result<Option<Named>, Fault> {
    let asked = asked.map(str::parse::<StationId>).transpose()?;
    let Some(id) = asked.or(here) else { return Ok(None) };
    let station = plant.station(id).ok_or_else(|| Fault::missing("station"))?;
    if scope.is_some_and(|application| !plant.station_in_scope(application, id)) {
        return Err(Code::OutsideScope.into());
    }
    Ok(Some(station.named()))
}

async fn found_or_made(
    app: &Shared,
    tx: &mut Tx,
    origin: &Origin,
    wanted: Wanted,
) -> Result<(bool, Chain), Fault> {
    let fingerprint = fingerprint(&wanted);
    if let Some(row) = rows::by_key(tx, wanted.application.id, &wanted.asked.key).await? {
        if row.asked != fingerprint {
            return Err(Code::RequestKeyReused.into());
        }
        return Ok((false, Chain::of(app, tx, row).await?));
    }
    if rows::count_open(tx).await? >= MOST_OPEN {
        return Err(Code::TooManyOpen.into());
    }
    Ok((true, made(app, tx, origin, wanted, fingerprint).await?))
}

async fn made(
    app: &Shared,
    tx: &mut Tx,
    origin: &Origin,
    wanted: Wanted,
    fingerprint: [u8; 32],
) -> Result<Chain, Fault> {
    let now = app.clock.micros();
    let id = SignatureRequestId::from_bytes(app.ids.bytes(now));
    let (kept, record) = record::keep(app, tx, wanted.application.id, &wanted.record).await?;
    let opening = opening(app, &wanted, (id, now), record);
    let row = Row {
        id,
        application: wanted.application.id,
        key: opening.key.clone(),
        asked: fingerprint,
        policy: opening.policy.id,
        policy_version: opening.policy.version,
        action: opening.action.to_string(),
        area: wanted.area,
        object: opening.object.clone(),
        station: opening.station.as_ref().and_then(|station| station.id.parse().ok()),
        performer: opening.performer.as_ref().map(|performer| performer.person),
        record: kept,
        link: app.ids.bytes16(),
        state: "open".to_owned(),
        requested_at: now,
        expires_at: opening.expires_at.map(|end| end.at),
        ended_at: None,
        version: 1,
    };
    let folded = fold(&row.object);
    let (statement, asked) = chain::begin(app, tx, origin, opening)?;
    rows::insert(tx, &row, &folded).await?;
    rows::add_statement(tx, id, &statement).await?;
    if let Some(kept) = kept {
        signature_records::use_it(tx, kept).await?;
    }
    let asked = Arc::new(asked);
    let (shared, known, monotonic) = (Arc::clone(app), Arc::clone(&asked), app.clock.monotonic());
    tx.on_commit(move || {
        shared.signing.keep(id, &known, now, monotonic);
        shared.signing.changed();
    });
    Ok(Chain { row, asked, statements: vec![statement] })
}

fn opening(
    app: &App,
    wanted: &Wanted,
    (id, now): (SignatureRequestId, Micros),
    record: Option<statement::Record>,
) -> Opening {
    let (asked, policy) = (&wanted.asked, &wanted.policy);
    let area = places::named_area(&app.live.plant(), wanted.area);
    let valid = policy.rules.valid_seconds.map(|seconds| now.plus_seconds(i64::from(seconds)));
    let change = |one: &Change| statement::Change {
        what: one.what.clone(),
        old: one.old.clone(),
        new: one.new.clone(),
    };
    Opening {
        version: VERSION,
        request: id,
        plant: app.config.plant.name.clone(),
        node: app.scribe.node(),
        application: wanted.application.named(),
        key: asked.key.clone(),
        action: wanted.action.clone(),
        area: Named { id: area.id, name: area.name },
        object: asked.object.clone(),
        description: asked.description.clone(),
        outcome: asked.outcome.clone(),
        changes: asked.changes.iter().map(change).collect(),
        record,
        performer: wanted.session.as_ref().map(|session| signatory(&session.holder)),
        station: wanted.station.clone(),
        at: chain::stamp(app, now),
        expires_at: valid.map(|end| chain::stamp(app, end)),
        policy: PolicyVersion { id: policy.id, name: policy.name.clone(), version: policy.version },
        rules: policy.rules.clone(),
    }
}

/// A person as statements name them.
pub(super) fn signatory(holder: &crate::live::session::Holder) -> Signatory {
    Signatory {
        person: holder.person,
        user: holder.user,
        login: holder.login.clone(),
        printed_name: holder.label.clone(),
        directory: holder.directory_name.clone(),
    }
}

/// By what the same question is known again.
fn fingerprint(wanted: &Wanted) -> [u8; 32] {
    let asked = &wanted.asked;
    let told = json!([
        wanted.action,
        wanted.area,
        asked.object,
        asked.description,
        asked.outcome,
        asked.changes,
        wanted.record.told(),
        asked.session,
        asked.station,
    ]);
    Sha256::digest(told.to_string().as_bytes()).into()
}
