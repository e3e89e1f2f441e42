//! Who may look at a request, and how its news are waited for.

use super::chain::{self, Chain};
use super::{sign, view};
use crate::app::App;
use crate::fault::Fault;
use crate::http::caller::Caller;
use crate::http::permit::{self, ReadSignatures};
use crate::live::session::Session;
use crate::service::events;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use pforte_model::id::{PersonId, SignatureRequestId};
use pforte_model::name::fold;
use pforte_store::signature_records::{self, SignatureRecord};
use pforte_store::signature_requests::{self as rows, SignatureRequest as Row, Which};
use pforte_wire::List;
use pforte_wire::problem::Code;
use pforte_wire::signature::SignatureRequest;
use serde::Deserialize;
use std::time::Duration;

/// Longest wait for news, in seconds.
pub const MOST_WAIT: u32 = 60;

/// Requests of a page if none is asked for, and most of them.
const PAGE: u32 = 50;
const MOST: u32 = 200;

/// How often a request is read again while its news are waited for, so that what another
/// server did is heard as well.
const AGAIN: Duration = Duration::from_secs(2);

/// How a request is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// What the page's address holds beside the request.
    pub view: Option<String>,
    /// Seconds to wait for news, at most 60.
    pub wait: Option<u32>,
    /// The version that is known already; news are a greater one.
    pub known: Option<i64>,
}

/// One request; with a wait only when there are news, or the time is over.
pub async fn show(caller: &Caller, id: SignatureRequestId, asked: Asked) -> Result<SignatureRequest, Fault> {
    let app = caller.app();
    let wait = Duration::from_secs(u64::from(asked.wait.unwrap_or(0).min(MOST_WAIT)));
    let until = tokio::time::Instant::now() + wait;
    let mut changes = app.signing.listen();
    let known = asked.known.filter(|_| !wait.is_zero());
    loop {
        changes.mark_unchanged();
        let chain = seen(caller, id, asked.view.as_deref()).await?;
        let is_news = known.is_none_or(|known| chain.row.version > known);
        if is_news || tokio::time::Instant::now() >= until {
            return shown(caller, &chain);
        }
        let stop = app.jobs.stop_given();
        let again = until.min(tokio::time::Instant::now() + AGAIN);
        tokio::select! {
            () = stop.given() => return shown(caller, &chain),
            _ = tokio::time::timeout_at(again, changes.changed()) => {}
        }
    }
}

fn shown(caller: &Caller, chain: &Chain) -> Result<SignatureRequest, Fault> {
    let mut told = view::shown(chain)?;
    // Who asked for it can open its page again.
    told.page = caller.application().is_ok().then(|| view::page(chain));
    Ok(told)
}

/// A request that the caller may see. Whether there is another one nobody learns.
pub(super) async fn seen(caller: &Caller, id: SignatureRequestId, key: Option<&str>) -> Result<Chain, Fault> {
    let app = caller.app();
    let mut conn = app.store.read().await?;
    let chain = Chain::load(app, &mut conn, id).await?;
    if may_see(caller, &chain, key) { Ok(chain) } else { Err(chain::missing()) }
}

fn may_see(caller: &Caller, chain: &Chain, key: Option<&str>) -> bool {
    if let Ok(application) = caller.application() {
        return chain.row.application == application.id;
    }
    opens(chain, key)
        || is_here(caller, chain)
        || caller.session().is_some_and(|one| concerns(caller.app(), one, chain))
}

/// Whether the page's address opens it.
fn opens(chain: &Chain, key: Option<&str>) -> bool {
    let hex = events::hex(&chain.row.link);
    key.is_some_and(|key| verify_slices_are_equal(key.as_bytes(), hex.as_bytes()).is_ok())
}

/// Whether it is for the station that proved itself.
fn is_here(caller: &Caller, chain: &Chain) -> bool {
    caller.station().is_some_and(|station| chain.row.station == Some(station.id))
}

/// Whether a person has to do with it: by a role that signs or cancels, by what they did,
/// or by the right to see all.
fn concerns(app: &App, session: &Session, chain: &Chain) -> bool {
    if permit::holds::<ReadSignatures>(app, session) || chain.row.performer == Some(session.holder.person) {
        return true;
    }
    if chain.statements.iter().any(|one| one.person == Some(session.holder.person)) {
        return true;
    }
    let (plant, rules) = (app.live.plant(), &chain.asked.opening.rules);
    let rights = session.rights(&plant);
    let own = sign::roles(&plant, &rights.held, &session.standing(), chain.row.area, app.clock.moment());
    let signing = rules.steps.iter().flat_map(|step| &step.roles).chain(&rules.cancel_roles);
    signing.into_iter().any(|role| own.iter().any(|held| held.id == role.id))
}

/// Which requests are listed.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed {
    /// Where the page begins: `next` of the one before.
    pub after: Option<String>,
    /// Most of them, 1 to 200.
    pub limit: Option<u32>,
    /// In this state.
    pub state: Option<String>,
    /// About this object; case does not count.
    pub object: Option<String>,
    /// Signed by this person.
    pub person: Option<String>,
}

/// A page of requests, the newest first: to an application its own, to a person with the
/// right all of them.
pub async fn list(caller: &Caller, asked: Listed) -> Result<List<SignatureRequest>, Fault> {
    let app = caller.app();
    let own = caller.application().ok().map(|application| application.id);
    if own.is_none() {
        caller.require::<ReadSignatures>().await?;
    }
    let limit = asked.limit.unwrap_or(PAGE);
    if !(1..=MOST).contains(&limit) {
        return Err(Fault::value("limit", &format!("1 to {MOST}")));
    }
    let before = asked.after.as_deref().map(str::parse).transpose()?;
    let object = asked.object.as_deref().map(fold);
    let person = asked.person.as_deref().map(str::parse::<PersonId>).transpose()?;
    let which = match (which(asked.state.as_deref(), object.as_deref(), person)?, own) {
        // Of another one's there may be so many that an own one is pages away.
        (Which::All, Some(own)) => Which::Application(own),
        (which, _) => which,
    };
    let mut conn = app.store.read().await?;
    let found = rows::page(&mut conn, &which, before, limit).await?;
    let full = found.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    let next = found.last().filter(|_| full).map(|last| last.id.to_string());
    let mut items = Vec::new();
    for row in found.into_iter().filter(|row| own.is_none_or(|own| row.application == own)) {
        items.push(view::shown(&Chain::of(app, &mut conn, row).await?)?);
    }
    Ok(List { items, next })
}

fn which<'a>(
    state: Option<&'a str>,
    object: Option<&'a str>,
    person: Option<PersonId>,
) -> Result<Which<'a>, Fault> {
    const STATES: [&str; 6] = ["open", "checking", "complete", "refused", "cancelled", "expired"];
    match (state, object, person) {
        (None, None, None) => Ok(Which::All),
        (Some(state), None, None) if STATES.contains(&state) => Ok(Which::State(state)),
        (None, Some(object), None) => Ok(Which::Object(object)),
        (None, None, Some(person)) => Ok(Which::Signer(person)),
        (Some(_), None, None) => Err(Fault::value("state", &STATES.join(", "))),
        _ => Err(Fault::value("state, object, person", "one of them")),
    }
}

/// The record of a request, if it is kept.
pub async fn record(
    caller: &Caller,
    id: SignatureRequestId,
    key: Option<&str>,
) -> Result<SignatureRecord, Fault> {
    let Row { record, .. } = seen(caller, id, key).await?.row;
    let mut conn = caller.app().store.read().await?;
    let kept = record.ok_or_else(|| Fault::missing("record"))?;
    Ok(signature_records::by_id(&mut conn, kept).await?.ok_or(Code::Internal)?)
}
