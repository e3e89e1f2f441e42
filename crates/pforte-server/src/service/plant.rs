//! Changes of what is configured, and its way into memory.
//!
//! Every change goes through [`configure`]: the change, its events and the new
//! state of memory are one step. What cannot be compiled into a policy is
//! refused before it is saved.

use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::live::Versions;
use crate::live::plant::{self, Application, Directory, Kind, Parts, Plant, SessionLimits, Station};
use crate::live::signing_policies::{SigningPolicies, SigningPolicy};
use crate::service::emergency;
use crate::service::scribe::{Draft, Origin};
use crate::token::TokenHash;
use pforte_model::account::Principal;
use pforte_model::event::Actor;
use pforte_model::id::{ApplicationId, DirectoryId, GroupId, RightId, RoleId, UserId};
use pforte_model::name::RightName;
use pforte_model::policy::{BadFacts, Facts, Policy};
use pforte_store::{
    Conn, StoreError, Tx, applications, directories, facts, groups, roles, signature_policies, stations,
};
use pforte_wire::problem::Code;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// How a plant is made from the rows.
#[derive(Clone, Debug)]
pub struct Making {
    /// How long sessions last where no role says otherwise.
    pub limits: SessionLimits,
    /// The names of the roles that hold in an emergency.
    pub emergency_roles: Vec<String>,
}

/// The transaction of a change to what is configured, with its events.
pub struct Change<'a> {
    /// The transaction.
    pub tx: &'a mut Tx,
    app: &'a Shared,
    origin: &'a Origin,
}

impl<'a> Change<'a> {
    /// Writes an event into the same transaction.
    pub fn event(&mut self, draft: Draft) -> Result<(), StoreError> {
        self.tx.append(&self.app.scribe.event(self.origin, draft)).map(|_| ())
    }

    /// The name of whoever asks, as it is kept with what they saved.
    #[must_use]
    pub fn by(&self) -> String {
        match &self.origin.who {
            Actor::Person { name, .. } | Actor::Claimed { name, .. } => name.clone(),
            Actor::Application(named) => named.name.clone(),
            Actor::Server => "server".to_owned(),
            Actor::Owner => "owner".to_owned(),
            Actor::Stranger => "stranger".to_owned(),
        }
    }

    /// What memory keeps of a user for an emergency counts no longer after the
    /// commit; it is read again.
    pub fn user_changed(&mut self, id: UserId) {
        let app = Arc::clone(self.app);
        self.tx.on_commit(move || app.live.standby().forget(id));
    }

    /// The parts of the server.
    #[must_use]
    pub const fn app(&self) -> &'a Shared {
        self.app
    }
}

/// Runs a change of what is configured. When this returns, the change and its
/// events are saved and in force.
pub async fn configure<T, F>(app: &Shared, origin: Origin, job: F) -> Result<T, Fault>
where
    F: AsyncFnOnce(&mut Change<'_>) -> Result<T, Fault> + Send + 'static,
    T: Send + 'static,
{
    emergency::refuse(app)?;
    let shared = Arc::clone(app);
    app.store
        .write(async move |tx| {
            let mut change = Change { tx, app: &shared, origin: &origin };
            let value = job(&mut change).await?;
            let plant = load(tx, shared.live.versions(), &shared.making).await?;
            let app = Arc::clone(&shared);
            tx.on_commit(move || app.live.replace_plant(plant));
            Ok(value)
        })
        .await
}

/// Runs a change on which no policy depends. When this returns, the change and
/// its events are saved.
pub async fn record<T, F>(app: &Shared, origin: Origin, job: F) -> Result<T, Fault>
where
    F: AsyncFnOnce(&mut Change<'_>) -> Result<T, Fault> + Send + 'static,
    T: Send + 'static,
{
    emergency::refuse(app)?;
    let shared = Arc::clone(app);
    app.store.write(async move |tx| job(&mut Change { tx, app: &shared, origin: &origin }).await).await
}

/// Reads everything configured and compiles it.
pub async fn load(conn: &mut Conn, versions: &Versions, making: &Making) -> Result<Plant, Fault> {
    let version = versions.next();
    let facts = facts::load(conn).await?;
    let root = facts.areas.iter().find(|area| area.parent.is_none()).map(|area| area.id);
    let signing = load_signing(conn, &facts).await?;
    let emergency = in_emergency(conn, &facts, making).await?;
    let emergency_users = users_of(&emergency);
    Ok(Plant::new(Parts {
        policy: Policy::compile(facts, version).map_err(|bad| inconsistent(&bad))?,
        emergency: Policy::compile(emergency, version + 1).map_err(|bad| inconsistent(&bad))?,
        emergency_users,
        root,
        limits: making.limits,
        directories: load_directories(conn).await?,
        stations: stations::all(conn).await?.iter().map(station).collect(),
        applications: load_applications(conn).await?,
        groups: load_groups(conn).await?,
        signing,
    }))
}

/// The same plant with nothing but the assignments of the emergency roles.
async fn in_emergency(conn: &mut Conn, facts: &Facts, making: &Making) -> Result<Facts, StoreError> {
    let named = |role: &roles::Role| making.emergency_roles.contains(&role.name.folded());
    let allowed: Vec<RoleId> =
        roles::all(conn).await?.iter().filter(|role| named(role)).map(|role| role.id).collect();
    let mut facts = facts.clone();
    facts.assignments.retain(|assignment| allowed.contains(&assignment.role));
    Ok(facts)
}

/// The users to whom something is assigned, directly or by local groups.
fn users_of(facts: &Facts) -> Vec<UserId> {
    let mut reached: HashSet<Principal> = facts.assignments.iter().map(|given| given.principal).collect();
    let mut members: HashMap<GroupId, Vec<Principal>> = HashMap::new();
    for fact in &facts.members {
        members.entry(fact.group).or_default().push(fact.member);
    }
    let (mut next, mut users): (Vec<Principal>, _) = (reached.iter().copied().collect(), Vec::new());
    while let Some(principal) = next.pop() {
        match principal {
            Principal::User(id) => users.push(id),
            Principal::Group(id) => {
                let inside = members.get(&id).into_iter().flatten();
                next.extend(inside.copied().filter(|member| reached.insert(*member)));
            }
        }
    }
    users
}

fn inconsistent(bad: &BadFacts) -> Fault {
    match bad {
        BadFacts::AreaCycle { .. } => Code::Cycle.into(),
        other => Fault::about(Code::ValueInvalid, &format!("{other}.")),
    }
}

async fn load_directories(conn: &mut Conn) -> Result<Vec<Directory>, StoreError> {
    Ok(directories::all(conn).await?.iter().map(directory).collect())
}

/// A directory as memory keeps it.
pub(crate) fn directory(row: &directories::Directory) -> Directory {
    Directory {
        id: row.id,
        folded: row.name.folded(),
        name: row.name.to_string(),
        // A kind of a newer program is none that this one can ask.
        kind: Kind::parse(&row.kind).unwrap_or(Kind::Ldap),
        enabled: row.enabled,
        known_hours: row.known_hours,
    }
}

fn station(row: &stations::Station) -> Station {
    Station {
        id: row.id,
        name: row.name.to_string(),
        area: row.area,
        enabled: row.enabled,
        credential: TokenHash(row.credential),
    }
}

async fn load_applications(conn: &mut Conn) -> Result<Vec<Application>, StoreError> {
    let mut areas = gather(applications::all_areas(conn).await?);
    let mut stations = gather(applications::all_stations(conn).await?);
    let rows = applications::all(conn).await?.into_iter();
    Ok(rows
        .map(|row| Application {
            id: row.id,
            key: row.key.to_string(),
            name: row.name.to_string(),
            enabled: row.enabled,
            own_dialog: row.own_dialog,
            credential: row.credential.map(TokenHash),
            areas: areas.remove(&row.id).unwrap_or_default(),
            stations: stations.remove(&row.id).unwrap_or_default(),
        })
        .collect())
}

fn gather<T>(pairs: Vec<(ApplicationId, T)>) -> HashMap<ApplicationId, Vec<T>> {
    let mut map: HashMap<ApplicationId, Vec<T>> = HashMap::new();
    for (application, value) in pairs {
        map.entry(application).or_default().push(value);
    }
    map
}

/// The signature policies that count, with the roles' names of now.
async fn load_signing(conn: &mut Conn, facts: &Facts) -> Result<SigningPolicies, StoreError> {
    let names: HashMap<RoleId, &String> = facts.roles.iter().map(|role| (role.id, &role.name)).collect();
    let actions: HashMap<RightId, &RightName> = facts.rights.iter().map(|one| (one.id, &one.name)).collect();
    let mut scopes = signature_policies::scopes(conn).await?;
    let rows = signature_policies::all(conn).await?.into_iter().filter(|row| row.enabled);
    let counting = rows.map(|row| {
        let scope = scopes.remove(&row.id).unwrap_or_default();
        let mut rules = row.rules;
        let signing = rules.steps.iter_mut().flat_map(|step| &mut step.roles);
        for role in signing.chain(&mut rules.cancel_roles) {
            if let Some(name) = names.get(&role.id) {
                role.name.clone_from(name);
            }
        }
        SigningPolicy {
            id: row.id,
            name: row.name.to_string(),
            version: row.version,
            rules,
            actions: scope
                .rights
                .iter()
                .filter_map(|id| actions.get(id).map(|name| (*name).clone()))
                .collect(),
            areas: scope.areas,
        }
    });
    Ok(SigningPolicies::new(counting.collect()))
}

/// The groups of other directories by what those tell of them.
async fn load_groups(conn: &mut Conn) -> Result<HashMap<(DirectoryId, Vec<u8>), GroupId>, StoreError> {
    let all = groups::all(conn).await?.into_iter();
    Ok(all.filter_map(|group| Some(((group.directory, group.mark?), group.id))).collect())
}

/// Reads everything configured again and puts it in force, for what changed
/// behind this server's back.
pub async fn reload(app: &App) -> Result<(), Fault> {
    let plant = {
        let mut conn = app.store.read().await?;
        load(&mut conn, app.live.versions(), &app.making).await?
    };
    app.live.replace_plant(plant);
    Ok(())
}

/// The path of an area, for events and answers.
#[must_use]
pub fn area_name(plant: &plant::Plant, id: pforte_model::id::AreaId) -> String {
    let area = plant.policy.area_by_id(id).and_then(|area| plant.policy.area_name(area));
    area.map_or_else(|| id.to_string(), |area| area.name)
}
