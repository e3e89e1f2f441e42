//! Writes the demo plant, each part with its event.

use super::dairy::{self, ADMINISTRATORS, APPLICATIONS, AREAS, GROUPS, ROLES, STATIONS, USERS};
use crate::fault::Fault;
use crate::service::passwords::Made;
use crate::service::plant::Change;
use crate::service::scribe::Draft;
use crate::service::signature_policies;
use crate::token::TokenHash;
use pforte_model::account::Principal;
use pforte_model::assignment::Assignment;
use pforte_model::event::EventType;
use pforte_model::factor::Strength;
use pforte_model::id::{
    ApplicationId, AreaId, AssignmentId, DirectoryId, GroupId, RightId, RoleId, SignaturePolicyId, StationId,
};
use pforte_model::name::{AreaName, Key, Label, RightName, fold};
use pforte_model::policy::{MemberFact, Named};
use pforte_model::signature::rules::{Demand, Rules, Step, When};
use pforte_model::time::Micros;
use pforte_store::applications::{self, Application, Scope};
use pforte_store::areas::{self, Area};
use pforte_store::assignments;
use pforte_store::groups::{self, Group};
use pforte_store::rights::{self, Right};
use pforte_store::roles::{self, Role};
use pforte_store::signature_policies::{Scope as SigningScope, SignaturePolicy};
use pforte_store::stations::{self, Station};
use pforte_wire::problem::Code;
use std::collections::{BTreeMap, HashMap};

/// The hashes of the credentials, in the order of the tables.
pub(super) struct Hashes {
    pub(super) stations: Vec<TokenHash>,
    pub(super) applications: Vec<TokenHash>,
}

/// The identifiers, in the order of the tables.
pub(super) struct Ids {
    pub(super) stations: Vec<StationId>,
    pub(super) applications: Vec<ApplicationId>,
}

/// Writes everything.
pub(super) async fn plant(change: &mut Change<'_>, users: &[Made], hashes: &Hashes) -> Result<Ids, Fault> {
    let mut writer = Writer::new(change).await?;
    for area in AREAS {
        writer.area(area.path).await?;
    }
    let mut ids = Ids { stations: Vec::new(), applications: Vec::new() };
    for (station, hash) in STATIONS.iter().zip(&hashes.stations) {
        ids.stations.push(writer.station(station, *hash).await?);
    }
    for (application, hash) in APPLICATIONS.iter().zip(&hashes.applications) {
        ids.applications.push(writer.application(application, *hash).await?);
    }
    for role in ROLES {
        writer.role(role).await?;
    }
    for group in GROUPS {
        writer.group(group).await?;
    }
    for (user, made) in USERS.iter().zip(users) {
        writer.user(user.group, made).await?;
    }
    writer.signing(&dairy::SIGNING).await?;
    Ok(ids)
}

struct Writer<'a, 'c> {
    change: &'a mut Change<'c>,
    now: Micros,
    directory: DirectoryId,
    areas: HashMap<String, AreaId>,
    rights: HashMap<String, RightId>,
    roles: HashMap<&'static str, RoleId>,
    groups: HashMap<&'static str, GroupId>,
}

impl<'a, 'c> Writer<'a, 'c> {
    async fn new(change: &'a mut Change<'c>) -> Result<Self, Fault> {
        let now = change.app().clock.micros();
        let built_in = groups::built_in(change.tx, ADMINISTRATORS).await?.ok_or(Code::Internal)?;
        let root = areas::all(change.tx).await?.into_iter().find(|area| area.parent.is_none());
        let root = root.ok_or(Code::Internal)?;
        let own = rights::facts(change.tx).await?.into_iter();
        Ok(Self {
            now,
            directory: built_in.directory,
            areas: HashMap::from([(root.name.to_string(), root.id)]),
            rights: own.map(|right| (right.name.to_string(), right.id)).collect(),
            roles: HashMap::new(),
            groups: HashMap::from([(ADMINISTRATORS, built_in.id)]),
            change,
        })
    }

    fn id(&self) -> [u8; 16] {
        self.change.app().ids.bytes(self.now)
    }

    fn find<K: std::hash::Hash + Eq + ?Sized, V: Copy>(
        map: &HashMap<impl std::borrow::Borrow<K> + std::hash::Hash + Eq, V>,
        key: &K,
    ) -> Result<V, Fault> {
        map.get(key).copied().ok_or_else(|| Code::Internal.into())
    }

    async fn area(&mut self, path: &str) -> Result<(), Fault> {
        let (above, name) = path.rsplit_once('/').ok_or(Code::Internal)?;
        let row = Area {
            id: AreaId::from_bytes(self.id()),
            parent: Some(Self::find::<str, _>(&self.areas, above)?),
            name: AreaName::parse(name)?,
            position: 0,
            version: 1,
        };
        areas::insert(self.change.tx, &row).await?;
        self.areas.insert(path.to_owned(), row.id);
        Ok(self.change.event(Draft::done(EventType::AreaCreated).what("area", row.id, path))?)
    }

    async fn station(&mut self, station: &dairy::Station, hash: TokenHash) -> Result<StationId, Fault> {
        let row = Station {
            id: StationId::from_bytes(self.id()),
            name: Label::parse(station.name)?,
            area: Self::find::<str, _>(&self.areas, station.area)?,
            credential: hash.0,
            enabled: true,
            created_at: self.now,
            seen_at: None,
            version: 1,
        };
        stations::insert(self.change.tx, &row).await?;
        let draft = Draft::done(EventType::StationRegistered).what("station", row.id, station.name);
        self.change.event(draft.new(&station.area))?;
        Ok(row.id)
    }

    async fn application(
        &mut self,
        application: &dairy::Application,
        hash: TokenHash,
    ) -> Result<ApplicationId, Fault> {
        let row = Application {
            id: ApplicationId::from_bytes(self.id()),
            key: Key::parse(application.key)?,
            name: Label::parse(application.name)?,
            credential: Some(hash.0),
            enabled: true,
            own_dialog: false,
            created_at: self.now,
            version: 1,
        };
        let scope =
            Scope { areas: vec![Self::find::<str, _>(&self.areas, super::PLANT)?], stations: Vec::new() };
        applications::insert(self.change.tx, &row, &scope).await?;
        for (action, english, german) in application.rights {
            self.right(&row, action, english, german).await?;
        }
        let draft =
            Draft::done(EventType::ApplicationRegistered).what("application", row.id, application.key);
        self.change.event(draft)?;
        Ok(row.id)
    }

    async fn right(
        &mut self,
        of: &Application,
        action: &str,
        english: &str,
        german: &str,
    ) -> Result<(), Fault> {
        let names = [("en", english), ("de", german)];
        let row = Right {
            id: RightId::from_bytes(self.id()),
            application: of.id,
            action: Key::parse(action)?,
            names: names
                .map(|(language, name)| (language.to_owned(), name.to_owned()))
                .into_iter()
                .collect::<BTreeMap<_, _>>(),
            retired: false,
        };
        rights::insert(self.change.tx, &row).await?;
        self.rights.insert(RightName::new(&of.key, &row.action).to_string(), row.id);
        Ok(())
    }

    async fn role(&mut self, role: &'static dairy::Role) -> Result<(), Fault> {
        let row = Role {
            id: RoleId::from_bytes(self.id()),
            name: Label::parse(role.name)?,
            description: role.description.to_owned(),
            built_in: None,
            idle_seconds: role.idle_seconds,
            session_seconds: None,
            version: 1,
        };
        let rights: Vec<RightId> = role
            .rights
            .iter()
            .map(|name| Self::find::<str, _>(&self.rights, name))
            .collect::<Result<_, _>>()?;
        roles::insert(self.change.tx, &row, &rights).await?;
        self.roles.insert(role.name, row.id);
        let draft = Draft::done(EventType::RoleCreated).what("role", row.id, role.name);
        Ok(self.change.event(draft.new(&role.rights))?)
    }

    async fn group(&mut self, group: &'static dairy::Group) -> Result<(), Fault> {
        let id = self.id();
        let row = Group {
            id: GroupId::from_bytes(id),
            directory: self.directory,
            key: id.to_vec(),
            mark: None,
            name: fold(group.name),
            label: group.name.to_owned(),
            built_in: None,
            version: 1,
        };
        groups::insert_local(self.change.tx, &row, self.now).await?;
        self.groups.insert(group.name, row.id);
        self.change.event(Draft::done(EventType::GroupCreated).what("group", row.id, group.name))?;
        if let Some(outer) = group.inside {
            self.join(Principal::Group(row.id), group.name, outer).await?;
        }
        match group.role {
            Some((role, area)) => self.assign(row.id, role, area).await,
            None => Ok(()),
        }
    }

    async fn join(&mut self, member: Principal, name: &str, outer: &'static str) -> Result<(), Fault> {
        let group = Self::find(&self.groups, outer)?;
        groups::add_member(self.change.tx, MemberFact { member, group }).await?;
        let draft = Draft::done(EventType::MemberAdded).what("group", group, outer);
        Ok(self.change.event(draft.new(&name))?)
    }

    async fn assign(&mut self, group: GroupId, role: &'static str, area: &str) -> Result<(), Fault> {
        let row = Assignment {
            id: AssignmentId::from_bytes(self.id()),
            role: Self::find(&self.roles, role)?,
            principal: Principal::Group(group),
            areas: vec![Self::find::<str, _>(&self.areas, area)?],
            stations: Vec::new(),
            schedule: None,
            from: None,
            until: None,
            strength: None,
        };
        assignments::insert(self.change.tx, &row, self.now).await?;
        let draft = Draft::done(EventType::AssignmentCreated).what("assignment", row.id, role);
        Ok(self.change.event(draft.new(&area))?)
    }

    async fn user(&mut self, group: &'static str, made: &Made) -> Result<(), Fault> {
        made.insert(self.change).await?;
        self.join(Principal::User(made.row.id), made.row.login.as_str(), group).await
    }

    async fn signing(&mut self, policy: &'static dairy::SigningPolicy) -> Result<(), Fault> {
        let steps = policy.steps.iter().map(|(roles, meaning)| {
            Ok::<_, Fault>(Step { roles: self.named(roles)?, count: 1, meaning: *meaning })
        });
        let row = SignaturePolicy {
            id: SignaturePolicyId::from_bytes(self.id()),
            name: Label::parse(policy.name)?,
            rules: Rules {
                steps: steps.collect::<Result<_, _>>()?,
                ordered: true,
                one_station: false,
                performer_differs: true,
                one_person_once: true,
                when: When::Before,
                reason: Demand::None,
                reasons: Vec::new(),
                comment: Demand::Forced,
                valid_seconds: Some(policy.valid_seconds),
                continuous_seconds: policy.continuous_seconds,
                strength: Strength::Single,
                cancel_roles: self.named(policy.cancel_roles)?,
            },
            enabled: true,
            created_at: self.now,
            version: 1,
        };
        let rights = policy.actions.iter().map(|name| Self::find::<str, _>(&self.rights, name));
        let scope = SigningScope {
            rights: rights.collect::<Result<_, _>>()?,
            areas: vec![Self::find::<str, _>(&self.areas, super::PLANT)?],
        };
        signature_policies::made(self.change, &row, &scope).await
    }

    fn named(&self, roles: &[&'static str]) -> Result<Vec<Named<RoleId>>, Fault> {
        let role =
            |name: &&'static str| Ok(Named { id: Self::find(&self.roles, *name)?, name: (*name).to_owned() });
        roles.iter().map(role).collect()
    }
}
