//! People sign, or refuse to.
//!
//! Who signs proves anew who they are, by the way of a log-on: the same throttle, the
//! same turns, the same alarms (21 CFR Part 11, 11.300 (d)). No session begins and none
//! ends. Whether they may is asked in the job that writes the signature.

use super::chain::{self, Chain};
use super::{request, view};
use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::http::caller::Caller;
use crate::live::plant::Plant;
use crate::live::session::Session;
use crate::service::begin::Proof;
use crate::service::emergency;
use crate::service::logon::{self, Signer as Typed};
use crate::service::scribe::{Draft, Origin};
use pforte_model::event::{EventType, Named};
use pforte_model::factor::{Factor, Proved, strength};
use pforte_model::id::{ApplicationId, AreaId, RoleId, SignatureRequestId};
use pforte_model::policy::{self, Held, Standing};
use pforte_model::signature::life::{Hindrance, Said, Signer};
use pforte_model::signature::rules::Rules;
use pforte_model::signature::statement::{By, Digest, End, Signing, Through, VERSION};
use pforte_model::time::{Micros, Moment};
use pforte_store::{Tx, signature_keys, users};
use pforte_wire::problem::Code;
use pforte_wire::signature::{Hindered, RefuseToSign, Sign, SignOne, SignatureRequest, Signed};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

/// Most requests that are signed at once.
pub const MOST_AT_ONCE: usize = 100;

/// What everybody acknowledges once before the first signature (21 CFR Part 11, 11.10
/// (j)); the pages show it in the reader's language, with this sense.
pub const RESPONSIBILITY: &str = "My electronic signature binds me as my handwritten one does. I sign only what I \
    have read, with my own name and password, and I tell them to nobody.";

/// Somebody who has proved who they are, and what counts for them here.
#[derive(Clone)]
pub(super) struct Person {
    pub(super) proof: Proof,
    held: Held,
    factors: Vec<Proved>,
    station: Option<Arc<crate::live::plant::Station>>,
    both_components: bool,
    /// The application in whose own dialog it was typed.
    dialog: Option<ApplicationId>,
    pub(super) origin: Origin,
}

impl Person {
    /// The chain of a request that the person can act on: through the dialog of an
    /// application only its own ones.
    pub(super) async fn chain(&self, app: &App, tx: &mut Tx, id: SignatureRequestId) -> Result<Chain, Fault> {
        let chain = Chain::load(app, tx, id).await?;
        let is_foreign = self.dialog.is_some_and(|application| chain.row.application != application);
        if is_foreign { Err(chain::missing()) } else { Ok(chain) }
    }

    const fn through(&self) -> Through {
        if self.dialog.is_some() { Through::Application } else { Through::Pforte }
    }
}

/// One request that is to be signed.
struct One {
    id: SignatureRequestId,
    seen: Digest,
    step: Option<usize>,
}

impl One {
    fn read(asked: &SignOne) -> Result<Self, Fault> {
        let step =
            asked.step.map(usize::try_from).transpose().map_err(|_| Fault::value("step", "too great"))?;
        Ok(Self { id: asked.request.parse()?, seen: seen(&asked.opening)?, step })
    }
}

fn seen(text: &str) -> Result<Digest, Fault> {
    text.parse().map_err(|bad| Fault::about(Code::ParameterInvalid, &format!("opening: {bad}.")))
}

/// Signs one request or several. Of several, those that can be signed are.
pub async fn sign(caller: &Caller, asked: Sign) -> Result<Signed, Fault> {
    let app = caller.app();
    if !(1..=MOST_AT_ONCE).contains(&asked.requests.len()) {
        return Err(Fault::value("requests", &format!("1 to {MOST_AT_ONCE}")));
    }
    let ones = asked.requests.iter().map(One::read).collect::<Result<Vec<_>, _>>()?;
    let typed = Typed { directory: asked.directory, user: asked.user, password: asked.password };
    let ids: Vec<SignatureRequestId> = ones.iter().map(|one| one.id).collect();
    let person = who(caller, typed, &ids).await?;
    let words = Words { reason: asked.reason, comment: asked.comment, acknowledge: asked.acknowledge };
    let (shared, proved) = (Arc::clone(app), person.clone());
    let (signed, mut hindered) =
        app.store.write(async move |tx| all(&shared, tx, &proved, &ones, &words).await).await?;
    if person.both_components && !signed.is_empty() {
        went_on(caller, &person);
    }
    match hindered.pop() {
        // Of one alone it is the answer itself.
        Some((_, fault)) if ids.len() == 1 => Err(fault),
        last => Ok(Signed { signed, hindered: hindered.into_iter().chain(last).map(told).collect() }),
    }
}

fn told((id, fault): (SignatureRequestId, Fault)) -> Hindered {
    Hindered { request: id.to_string(), code: fault.code.to_string(), detail: fault.detail }
}

/// What is said with a signature.
struct Words {
    reason: Option<String>,
    comment: Option<String>,
    acknowledge: bool,
}

/// Proves who it is. Without a name it is the person whose session calls, as long as
/// every request lets the password alone suffice.
pub(super) async fn who(caller: &Caller, typed: Typed, ids: &[SignatureRequestId]) -> Result<Person, Fault> {
    let app = caller.app();
    emergency::refuse(app)?;
    let dialog = own_dialog(caller)?;
    let both_components = typed.user.is_some();
    if !both_components && dialog.is_some() {
        return Err(Code::NameNeeded.into());
    }
    if !both_components {
        goes_on(app, caller.person()?, ids).await?;
    }
    let proof = logon::prove(caller, typed).await?;
    if let Some(fault) = proof.unread {
        return Err(fault);
    }
    if proof.known_from.is_some() {
        let told = "No server of the directory answers: who you are cannot be proved for a signature.";
        return Err(Fault::about(Code::DirectoryUnreachable, told));
    }
    let named = policy::Named { id: proof.holder.user, name: proof.holder.login.clone() };
    let held = app.live.plant().policy.hold(named, &proof.groups);
    Ok(Person {
        held,
        factors: vec![Proved { factor: Factor::Password, at: app.clock.micros() }],
        station: caller.station().cloned(),
        both_components,
        dialog,
        origin: caller.origin().by(proof.holder.actor()),
        proof,
    })
}

/// The application that calls, if it may send what people typed in its own dialog.
fn own_dialog(caller: &Caller) -> Result<Option<ApplicationId>, Fault> {
    match caller.application() {
        Ok(application) if application.own_dialog => Ok(Some(application.id)),
        Ok(_) => Err(Code::OwnDialogRefused.into()),
        Err(_) => Ok(None),
    }
}

/// Whether the session goes on so that the password alone suffices.
async fn goes_on(app: &App, session: &Session, ids: &[SignatureRequestId]) -> Result<(), Fault> {
    let mut conn = app.store.read().await?;
    let now = app.clock.micros();
    for id in ids {
        let chain = Chain::load(app, &mut conn, *id).await?;
        let period = i64::from(chain.asked.opening.rules.continuous_seconds);
        let suffices = session.both_at().is_some_and(|at| {
            let since = now.since(at);
            period > 0 && (0..=period.saturating_mul(Micros::SECOND)).contains(&since)
        });
        if !suffices {
            return Err(Code::NameNeeded.into());
        }
    }
    Ok(())
}

/// A signature with name and password begins the continuous period anew.
fn went_on(caller: &Caller, person: &Person) {
    if let Some(session) = caller.session()
        && session.holder.user == person.proof.holder.user
    {
        session.gave_both(caller.app().clock.micros());
    }
}

type Outcome = (Vec<SignatureRequest>, Vec<(SignatureRequestId, Fault)>);

async fn all(
    app: &Shared,
    tx: &mut Tx,
    person: &Person,
    ones: &[One],
    words: &Words,
) -> Result<Outcome, Fault> {
    stands(tx, person).await?;
    acknowledged(app, tx, person, words.acknowledge).await?;
    let (mut signed, mut hindered) = (Vec::new(), Vec::new());
    for one in ones {
        match sign_one(app, tx, person, one, words).await? {
            Ok(chain) => signed.push(view::shown(&chain)?),
            Err(fault) => hindered.push((one.id, fault)),
        }
    }
    Ok((signed, hindered))
}

/// Whether the user is still one who may log on: it may have been disabled while the
/// password was checked.
pub(super) async fn stands(tx: &mut Tx, person: &Person) -> Result<(), Fault> {
    let user = users::by_id(tx, person.proof.holder.user).await?;
    if user.is_some_and(|user| user.enabled) { Ok(()) } else { Err(Code::AccountDisabled.into()) }
}

/// Nobody signs who has not acknowledged once what it means.
async fn acknowledged(app: &App, tx: &mut Tx, person: &Person, acknowledges: bool) -> Result<(), Fault> {
    let text: [u8; 32] = Sha256::digest(RESPONSIBILITY.as_bytes()).into();
    let who = person.proof.holder.person;
    if signature_keys::acknowledged(tx, who).await? == Some(text) {
        return Ok(());
    }
    if !acknowledges {
        // The pages show it word by word.
        return Err(Fault { detail: RESPONSIBILITY.to_owned(), ..Code::AcknowledgementNeeded.into() });
    }
    let now = app.clock.micros();
    signature_keys::acknowledge(tx, who, &text, now).await?;
    let draft = Draft::done(EventType::SignatureAcknowledged)
        .what("person", who, &person.proof.holder.label)
        .new(&RESPONSIBILITY);
    tx.append(&app.scribe.event(&person.origin, draft))?;
    Ok(())
}

/// Signs one request, or tells what stands against it; that is an event as well.
async fn sign_one(
    app: &Shared,
    tx: &mut Tx,
    person: &Person,
    one: &One,
    words: &Words,
) -> Result<Result<Chain, Fault>, Fault> {
    let mut chain = match person.chain(app, tx, one.id).await {
        Err(fault) if fault.code == Code::NotFound => return Ok(Err(fault)),
        other => other?,
    };
    if chain.asked.hash != one.seen {
        return Ok(Err(hindered(app, tx, person, &chain, Code::OtherRequestShown.into())?));
    }
    let here = Here::of(app, person, &chain);
    let said = Said { reason: words.reason.as_deref(), comment: words.comment.as_deref() };
    let (step, state) = {
        let mut life = chain.life();
        match life.sign(&here.signer(person), one.step, said, here.judged_at) {
            Ok(step) => (step, life.state()),
            Err(hindrance) => {
                let fault = fault_of(hindrance, &chain);
                return Ok(Err(hindered(app, tx, person, &chain, fault)?));
            }
        }
    };
    let signing = signing(app, person, &chain, &here, (step, words))?;
    let origin = origin(person, &chain);
    chain.sign(app, tx, &origin, signing, state).await?;
    moved(app, tx, &chain);
    Ok(Ok(chain))
}

/// What counts for a person at this moment where a request is.
pub(super) struct Here {
    /// The roles held in the area of the request.
    roles: Vec<policy::Named<RoleId>>,
    ids: Vec<RoleId>,
    /// At which moment it is judged.
    pub(super) judged_at: Micros,
}

impl Here {
    pub(super) fn of(app: &App, person: &Person, chain: &Chain) -> Self {
        let plant = app.live.plant();
        let moment = app.clock.moment();
        let standing =
            Standing { station: person.station.as_ref().map(|one| one.id), factors: &person.factors };
        let roles = roles(&plant, &person.held, &standing, chain.row.area, moment);
        let judged_at = app.signing.judged_at(chain.row.id, moment.at, app.clock.monotonic());
        Self { ids: roles.iter().map(|role| role.id).collect(), roles, judged_at }
    }

    pub(super) fn signer(&self, person: &Person) -> Signer<'_> {
        Signer {
            person: person.proof.holder.person,
            roles: &self.ids,
            station: person.station.as_ref().map(|station| station.id),
            strength: strength(&person.factors).unwrap_or(pforte_model::factor::Strength::Weak),
        }
    }

    /// Those of the roles that are named among these.
    fn among<'a>(&self, named: impl IntoIterator<Item = &'a policy::Named<RoleId>>) -> Vec<Named> {
        let named: Vec<RoleId> = named.into_iter().map(|role| role.id).collect();
        let own = self.roles.iter().filter(|role| named.contains(&role.id));
        own.map(|role| chain::named(role.id, &role.name)).collect()
    }
}

/// The roles that somebody holds here and now in an area.
pub(super) fn roles(
    plant: &Plant,
    held: &Held,
    standing: &Standing<'_>,
    area: AreaId,
    moment: Moment,
) -> Vec<policy::Named<RoleId>> {
    let Some(area) = plant.policy.area_by_id(area) else { return Vec::new() };
    plant.policy.roles_here(held, standing, Some(area), moment).into_iter().map(|held| held.role).collect()
}

fn signing(
    app: &App,
    person: &Person,
    chain: &Chain,
    here: &Here,
    (step, words): (usize, &Words),
) -> Result<Signing, Fault> {
    let rules = &chain.asked.opening.rules;
    let of = rules.steps.get(step).ok_or(Code::Internal)?;
    let now = app.clock.micros();
    let text = |text: &Option<String>| {
        let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        text.map(str::to_owned)
    };
    Ok(Signing {
        version: VERSION,
        request: chain.row.id,
        opening: chain.asked.hash,
        previous: chain.asked.hash,
        node: app.scribe.node(),
        step: u32::try_from(step).map_err(|_| Code::Internal)?,
        meaning: of.meaning,
        signer: request::signatory(&person.proof.holder),
        roles: here.among(&of.roles),
        station: person.station.as_ref().map(|station| station.named()),
        at: chain::stamp(app, now),
        factors: person.factors.clone(),
        strength: strength(&person.factors).ok_or(Code::Internal)?,
        both_components: person.both_components,
        through: person.through(),
        reason: text(&words.reason),
        comment: text(&words.comment),
    })
}

/// Refuses to sign: the request is over.
pub async fn refuse(
    caller: &Caller,
    id: SignatureRequestId,
    asked: RefuseToSign,
) -> Result<SignatureRequest, Fault> {
    let seen = seen(&asked.opening)?;
    let typed = Typed { directory: asked.directory, user: asked.user, password: asked.password };
    let person = who(caller, typed, &[id]).await?;
    let app = Arc::clone(caller.app());
    let reason = asked.reason.trim().to_owned();
    caller
        .app()
        .store
        .write(async move |tx| {
            stands(tx, &person).await?;
            let chain = person.chain(&app, tx, id).await?;
            if chain.asked.hash != seen {
                return Ok(Err(hindered(&app, tx, &person, &chain, Code::OtherRequestShown.into())?));
            }
            refused(&app, tx, &person, chain, reason).await
        })
        .await?
}

async fn refused(
    app: &Shared,
    tx: &mut Tx,
    person: &Person,
    chain: Chain,
    reason: String,
) -> Result<Result<SignatureRequest, Fault>, Fault> {
    let here = Here::of(app, person, &chain);
    let outcome = chain.life().refuse(&here.signer(person), &reason, here.judged_at);
    let by = by(person, here.among(chain.asked.opening.rules.steps.iter().flat_map(|step| &step.roles)));
    ended(app, tx, person, chain, (outcome, End::Refused, by, reason)).await
}

/// Ends a request by a person, if nothing stands against it.
async fn ended(
    app: &Shared,
    tx: &mut Tx,
    person: &Person,
    mut chain: Chain,
    (outcome, end, by, reason): (Result<(), Hindrance>, End, By, String),
) -> Result<Result<SignatureRequest, Fault>, Fault> {
    if let Err(hindrance) = outcome {
        let fault = fault_of(hindrance, &chain);
        return Ok(Err(hindered(app, tx, person, &chain, fault)?));
    }
    let (origin, at) = (origin(person, &chain), chain::stamp(app, app.clock.micros()));
    chain.end(app, tx, &origin, (end, at, Some(by), Some(reason))).await?;
    moved(app, tx, &chain);
    Ok(Ok(view::shown(&chain)?))
}

/// Cancels: a person who holds one of the roles that may.
pub(super) async fn cancelled(
    app: &Shared,
    tx: &mut Tx,
    person: &Person,
    chain: Chain,
    reason: String,
) -> Result<Result<SignatureRequest, Fault>, Fault> {
    let here = Here::of(app, person, &chain);
    let outcome = chain.life().cancel(&here.signer(person), &reason, here.judged_at);
    let by = by(person, here.among(&chain.asked.opening.rules.cancel_roles));
    ended(app, tx, person, chain, (outcome, End::Cancelled, by, reason)).await
}

fn by(person: &Person, roles: Vec<Named>) -> By {
    By::Person {
        who: request::signatory(&person.proof.holder),
        roles,
        station: person.station.as_ref().map(|station| station.named()),
    }
}

/// Who does it, for the application that had asked.
fn origin(person: &Person, chain: &Chain) -> Origin {
    Origin { application: Some(chain.asked.opening.application.clone()), ..person.origin.clone() }
}

/// After the commit memory and everybody who listens hear of it.
pub(super) fn moved(app: &Shared, tx: &mut Tx, chain: &Chain) {
    let (app, id, over) = (Arc::clone(app), chain.row.id, chain.row.ended_at.is_some());
    tx.on_commit(move || {
        if over {
            app.signing.forget(id);
        }
        app.signing.changed();
    });
}

/// Writes down that a try was not taken, and gives what the caller is told.
fn hindered(app: &App, tx: &mut Tx, person: &Person, chain: &Chain, fault: Fault) -> Result<Fault, Fault> {
    let draft = chain::about(
        Draft::refused(EventType::SigningRefused, fault.code),
        chain.row.id,
        &chain.asked.opening,
    );
    tx.append(&app.scribe.event(&origin(person, chain), draft))?;
    Ok(fault)
}

/// What stands against it, as callers are told.
pub(super) fn fault_of(hindrance: Hindrance, chain: &Chain) -> Fault {
    let rules = &chain.asked.opening.rules;
    let code = match hindrance {
        Hindrance::Ended(end) => {
            return Fault::about(Code::RequestEnded, &format!("The request is {}.", end.as_str()));
        }
        Hindrance::NoRole => return Fault::about(Code::NotASigner, &needs(rules)),
        Hindrance::Filled => Code::SignatureFilled,
        Hindrance::NotYetDue => Code::SignatureNotDue,
        Hindrance::AlreadySigned => Code::AlreadySigned,
        Hindrance::IsPerformer => Code::PerformerDiffers,
        Hindrance::OtherStation => Code::OtherStation,
        Hindrance::StationNeeded => Code::StationNeeded,
        Hindrance::TooWeak => Code::ProofTooWeak,
        Hindrance::OtherStep => Code::OtherStep,
        Hindrance::ReasonNeeded => Code::ReasonNeeded,
        Hindrance::ReasonUnfit => Code::ReasonUnfit,
        Hindrance::CommentNeeded => Code::CommentNeeded,
        Hindrance::CommentUnfit => Code::CommentUnfit,
    };
    code.into()
}

fn needs(rules: &Rules) -> String {
    let mut names: Vec<&str> =
        rules.steps.iter().flat_map(|step| &step.roles).map(|role| role.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    format!("This needs one of the roles {}, held where it is done, here and now.", names.join(", "))
}
