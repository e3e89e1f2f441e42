//! Signature policies: made, changed, taken out of use; every version is kept.

use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::http::permit::{ManageSignatures, Permit, ReadSignatures};
use crate::live::plant::Plant;
use crate::service::plant::{Change, configure};
use crate::service::right_names::RightNames;
use crate::service::scribe::Draft;
use crate::service::{lists, places};
use pforte_model::event::EventType;
use pforte_model::factor::Strength;
use pforte_model::id::{AreaId, RightId, RoleId, SignaturePolicyId};
use pforte_model::name::Label;
use pforte_model::policy::Named as Role;
use pforte_model::signature::rules::{Rules, Step};
use pforte_store::signature_policies::{self as rows, PolicyVersion, Scope, SignaturePolicy as Row};
use pforte_store::{Conn, StoreError, Tx, roles};
use pforte_wire::problem::Code;
use pforte_wire::signature_policy::{
    PolicyWarning, PutSignaturePolicy, SignaturePolicy, SignaturePolicyVersion, SigningRules, SigningStep,
};
use pforte_wire::time::Time;
use pforte_wire::{List, Named};
use std::collections::HashMap;

mod doubts;

use doubts::Known;

/// Most actions of a policy.
const MOST_ACTIONS: usize = 200;

/// Versions of a page.
const VERSIONS: u32 = 100;

/// A page of the policies, by name.
pub async fn list(
    app: &App,
    _permit: &Permit<'_, ReadSignatures>,
    asked: &lists::Asked,
) -> Result<List<SignaturePolicy>, Fault> {
    let mut conn = app.store.read().await?;
    let page =
        lists::page(asked, rows::all(&mut conn).await?, |row| row.name.folded(), |row| row.name.to_string())?;
    let told = Telling::load(app, &mut conn).await?;
    let known = Known::load(&mut conn).await?;
    Ok(List { items: page.items.into_iter().map(|row| told.whole(&known, &row)).collect(), next: page.next })
}

/// One policy.
pub async fn show(
    app: &App,
    _permit: &Permit<'_, ReadSignatures>,
    id: SignaturePolicyId,
) -> Result<SignaturePolicy, Fault> {
    read(app, id).await
}

/// The versions that a policy had, the newest first.
pub async fn versions(
    app: &App,
    _permit: &Permit<'_, ReadSignatures>,
    id: SignaturePolicyId,
    before: Option<i64>,
) -> Result<List<SignaturePolicyVersion>, Fault> {
    let mut conn = app.store.read().await?;
    let found = rows::versions(&mut conn, id, before.unwrap_or(i64::MAX), VERSIONS).await?;
    if found.is_empty() && before.is_none() {
        return Err(Fault::missing("signature policy"));
    }
    let full = found.len() >= usize::try_from(VERSIONS).unwrap_or(usize::MAX);
    let next = found.last().filter(|_| full).map(|last| last.version.to_string());
    let items = found.into_iter().map(|one| {
        let policy = serde_json::from_str(&one.told).map_err(|_| Fault::from(Code::Internal))?;
        Ok(SignaturePolicyVersion { version: one.version, by: one.by, at: Time(one.at), policy })
    });
    Ok(List { items: items.collect::<Result<_, Fault>>()?, next })
}

/// Makes a policy.
pub async fn create(
    app: &Shared,
    permit: &Permit<'_, ManageSignatures>,
    asked: PutSignaturePolicy,
) -> Result<SignaturePolicy, Fault> {
    let now = app.clock.micros();
    let id = SignaturePolicyId::from_bytes(app.ids.bytes(now));
    let areas = areas(app, &asked)?;
    let name = Label::parse(&asked.name)?;
    configure(app, permit.origin(), async move |change| {
        let (rules, rights) = parts(change.tx, &asked, &[]).await?;
        let row = Row { id, name, rules, enabled: asked.enabled, created_at: now, version: 1 };
        let scope = Scope { rights, areas };
        alone(change.tx, &row, &scope).await?;
        made(change, &row, &scope).await
    })
    .await?;
    read(app, id).await
}

/// Writes a policy that is new.
pub(crate) async fn made(change: &mut Change<'_>, row: &Row, scope: &Scope) -> Result<(), Fault> {
    rows::insert(change.tx, row, scope).await.map_err(named)?;
    saved(change, EventType::SignaturePolicyCreated, row, None).await
}

/// Changes a policy. Requests that are open go on by the version that they began with.
pub async fn change(
    app: &Shared,
    permit: &Permit<'_, ManageSignatures>,
    id: SignaturePolicyId,
    asked: PutSignaturePolicy,
) -> Result<SignaturePolicy, Fault> {
    let version = asked.version.ok_or_else(|| Fault::value("version", "the one that was read"))?;
    let areas = areas(app, &asked)?;
    let name = Label::parse(&asked.name)?;
    configure(app, permit.origin(), async move |change| {
        let before = find(change.tx, id).await?;
        let mut scopes = rows::scopes(change.tx).await?;
        let held = scopes.remove(&id).unwrap_or_default();
        let old = told(change, &before).await?;
        let (rules, rights) = parts(change.tx, &asked, &held.rights).await?;
        let after = Row { name, rules, enabled: asked.enabled, version, ..before };
        let scope = Scope { rights, areas };
        alone(change.tx, &after, &scope).await?;
        rows::update(change.tx, &after, &scope).await.map_err(named)?;
        let after = Row { version: version + 1, ..after };
        saved(change, EventType::SignaturePolicyChanged, &after, Some(&old)).await
    })
    .await?;
    read(app, id).await
}

/// Takes a policy out of use. Its versions and its requests stay.
pub async fn remove(
    app: &Shared,
    permit: &Permit<'_, ManageSignatures>,
    id: SignaturePolicyId,
) -> Result<(), Fault> {
    configure(app, permit.origin(), async move |change| {
        let row = find(change.tx, id).await?;
        let old = told(change, &row).await?;
        let now = change.app().clock.micros();
        rows::remove(change.tx, id, row.version, now).await?;
        Ok(change.event(draft(EventType::SignaturePolicyRemoved, &row).old(&old))?)
    })
    .await
}

/// Keeps the version and writes the event.
async fn saved(
    change: &mut Change<'_>,
    kind: EventType,
    row: &Row,
    old: Option<&SignaturePolicy>,
) -> Result<(), Fault> {
    let new = told(change, row).await?;
    let kept = PolicyVersion {
        version: row.version,
        told: serde_json::to_string(&new).map_err(|_| Code::Internal)?,
        by: change.by(),
        at: change.app().clock.micros(),
    };
    rows::keep(change.tx, row.id, &kept).await?;
    let draft = draft(kind, row).new(&new);
    Ok(change.event(old.map_or(draft.clone(), |old| draft.old(old)))?)
}

fn draft(kind: EventType, row: &Row) -> Draft {
    Draft::done(kind).what("signature-policy", row.id, row.name.as_str())
}

async fn find(tx: &mut Tx, id: SignaturePolicyId) -> Result<Row, Fault> {
    rows::by_id(tx, id).await?.ok_or_else(|| Fault::missing("signature policy"))
}

async fn read(app: &App, id: SignaturePolicyId) -> Result<SignaturePolicy, Fault> {
    let mut conn = app.store.read().await?;
    let row = rows::by_id(&mut conn, id).await?.ok_or_else(|| Fault::missing("signature policy"))?;
    let told = Telling::load(app, &mut conn).await?;
    Ok(told.whole(&Known::load(&mut conn).await?, &row))
}

/// The policy as the event and the kept version tell it: without doubts, which are of today.
async fn told(change: &mut Change<'_>, row: &Row) -> Result<SignaturePolicy, Fault> {
    let app = change.app();
    let told = Telling::load(app, change.tx).await?;
    Ok(told.shown(row))
}

fn areas(app: &App, asked: &PutSignaturePolicy) -> Result<Vec<AreaId>, Fault> {
    if asked.areas.is_empty() {
        return Err(Fault::value("areas", "at least one"));
    }
    places::areas(&app.live.plant(), &asked.areas)
}

/// Rules and actions as they were asked for.
async fn parts(
    tx: &mut Tx,
    asked: &PutSignaturePolicy,
    held: &[RightId],
) -> Result<(Rules, Vec<RightId>), Fault> {
    if !(1..=MOST_ACTIONS).contains(&asked.actions.len()) {
        return Err(Fault::value("actions", &format!("1 to {MOST_ACTIONS}")));
    }
    let rights = RightNames::load(tx).await?.find(&asked.actions, held)?;
    let known: HashMap<RoleId, String> =
        roles::all(tx).await?.into_iter().map(|role| (role.id, role.name.to_string())).collect();
    let step = |step: &pforte_wire::signature_policy::NewStep| {
        Ok::<_, Fault>(Step {
            roles: named_roles(&known, &step.roles)?,
            count: step.count,
            meaning: step.meaning,
        })
    };
    let rules = Rules {
        steps: asked.steps.iter().take(Rules::MOST_STEPS + 1).map(step).collect::<Result<_, _>>()?,
        ordered: asked.ordered,
        one_station: asked.one_station,
        performer_differs: asked.performer_differs,
        one_person_once: asked.one_person_once,
        when: asked.when,
        reason: asked.reason,
        reasons: asked.reasons.iter().map(|reason| reason.trim().to_owned()).collect(),
        comment: asked.comment,
        valid_seconds: asked.valid_seconds,
        continuous_seconds: asked.continuous_seconds,
        strength: asked.strength,
        cancel_roles: named_roles(&known, &asked.cancel_roles)?,
    };
    rules.check().map_err(|bad| Fault::about(Code::ValueInvalid, &format!("{bad}.")))?;
    Ok((rules, rights))
}

/// The roles of these identifiers, each once, in the order in which they were named.
fn named_roles(known: &HashMap<RoleId, String>, asked: &[String]) -> Result<Vec<Role<RoleId>>, Fault> {
    let mut found: Vec<Role<RoleId>> = Vec::new();
    for text in asked.iter().take(Rules::MOST_ROLES + 1) {
        let id: RoleId = text.parse()?;
        let name = known.get(&id).ok_or_else(|| Fault::missing("role"))?;
        if !found.iter().any(|role| role.id == id) {
            found.push(Role { id, name: name.clone() });
        }
    }
    Ok(found)
}

/// Refuses a policy for an action and an area for which another one counts: nobody
/// could say which of the two is asked.
async fn alone(tx: &mut Tx, row: &Row, scope: &Scope) -> Result<(), Fault> {
    if !row.enabled {
        return Ok(());
    }
    let scopes = rows::scopes(tx).await?;
    for other in rows::all(tx).await?.into_iter().filter(|other| other.enabled && other.id != row.id) {
        let Some(theirs) = scopes.get(&other.id) else { continue };
        let both = scope.rights.iter().any(|right| theirs.rights.contains(right))
            && scope.areas.iter().any(|area| theirs.areas.contains(area));
        if both {
            let sentence = format!("It is the policy {}.", other.name);
            return Err(Fault::about(Code::PolicyConflict, &sentence));
        }
    }
    Ok(())
}

/// Something that the policy names was removed in the same moment.
fn named(error: StoreError) -> Fault {
    match error {
        StoreError::Referenced => Fault::missing("role, right or area"),
        other => other.into(),
    }
}

/// What is needed to tell policies.
struct Telling {
    plant: std::sync::Arc<Plant>,
    rights: RightNames,
    roles: HashMap<RoleId, String>,
    scopes: HashMap<SignaturePolicyId, Scope>,
}

impl Telling {
    async fn load(app: &App, conn: &mut Conn) -> Result<Self, Fault> {
        let roles = roles::all(conn).await?.into_iter().map(|role| (role.id, role.name.to_string()));
        Ok(Self {
            plant: app.live.plant(),
            roles: roles.collect(),
            rights: RightNames::load(conn).await?,
            scopes: rows::scopes(conn).await?,
        })
    }

    /// With what is doubtful about it.
    fn whole(&self, known: &Known, row: &Row) -> SignaturePolicy {
        let areas = self.scopes.get(&row.id).map(|scope| scope.areas.clone()).unwrap_or_default();
        let warnings = known.doubts(&self.plant, &row.rules, &areas);
        SignaturePolicy { warnings, ..self.shown(row) }
    }

    fn shown(&self, row: &Row) -> SignaturePolicy {
        let scope = self.scopes.get(&row.id).cloned().unwrap_or_default();
        let action = |right: &RightId| {
            let name = self.rights.of(&[*right]).pop().unwrap_or_default();
            Named { id: right.to_string(), name }
        };
        SignaturePolicy {
            id: row.id.to_string(),
            name: row.name.to_string(),
            enabled: row.enabled,
            actions: scope.rights.iter().map(action).collect(),
            areas: places::named_areas(&self.plant, &scope.areas),
            rules: rules(&row.rules, |role| self.roles.get(&role.id).unwrap_or(&role.name).clone()),
            warnings: Vec::new(),
            version: row.version,
        }
    }
}

/// Rules as callers see them; `name` is what a role is called.
pub(crate) fn rules(rules: &Rules, name: impl Fn(&Role<RoleId>) -> String) -> SigningRules {
    let named = |roles: &[Role<RoleId>]| -> Vec<Named> {
        roles.iter().map(|role| Named { id: role.id.to_string(), name: name(role) }).collect()
    };
    let step =
        |step: &Step| SigningStep { roles: named(&step.roles), count: step.count, meaning: step.meaning };
    SigningRules {
        steps: rules.steps.iter().map(step).collect(),
        ordered: rules.ordered,
        one_station: rules.one_station,
        performer_differs: rules.performer_differs,
        one_person_once: rules.one_person_once,
        when: rules.when,
        reason: rules.reason,
        reasons: rules.reasons.clone(),
        comment: rules.comment,
        valid_seconds: rules.valid_seconds,
        continuous_seconds: rules.continuous_seconds,
        strength: rules.strength,
        cancel_roles: named(&rules.cancel_roles),
    }
}

/// A doubt with its stable code.
fn doubt(code: &str, step: Option<usize>, detail: String) -> PolicyWarning {
    let step = step.and_then(|step| u32::try_from(step).ok());
    PolicyWarning { code: code.to_owned(), step, detail }
}

/// The strongest proof that anybody can give when signing: a password alone.
const REACHED: Strength = Strength::Single;
