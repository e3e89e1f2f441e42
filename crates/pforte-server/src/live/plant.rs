//! All that is configured: the policy, stations, applications, directories.

use crate::live::signing_policies::SigningPolicies;
use crate::token::TokenHash;
use pforte_model::event;
use pforte_model::id::{ApplicationId, AreaId, DirectoryId, GroupId, StationId, UserId};
use pforte_model::policy::{AreaIx, Policy};
use std::collections::HashMap;
use std::sync::Arc;

/// A station as it is configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Station {
    /// Its identity.
    pub id: StationId,
    /// Its name.
    pub name: String,
    /// The area it stands in.
    pub area: AreaId,
    /// Whether its credential counts.
    pub enabled: bool,
    /// The hash of its credential.
    pub credential: TokenHash,
}

/// An application as it is configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Its identity.
    pub id: ApplicationId,
    /// Its key, the first half of its rights' names.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Whether its credential counts.
    pub enabled: bool,
    /// Whether it may send names and passwords of signers, typed in its own dialog.
    pub own_dialog: bool,
    /// The hash of its credential; the built-in application has none.
    pub credential: Option<TokenHash>,
    /// The areas of its scope.
    pub areas: Vec<AreaId>,
    /// The stations of its scope.
    pub stations: Vec<StationId>,
}

/// A directory of the working environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    /// Its identity.
    pub id: DirectoryId,
    /// Its name.
    pub name: String,
    /// The name, folded for comparison.
    pub folded: String,
    /// What kind it is of.
    pub kind: Kind,
    /// Whether a log-on may use it.
    pub enabled: bool,
    /// For how many hours people are known after a log-on; 0: not at all.
    pub known_hours: i64,
}

/// The kind of a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The built-in one.
    Local,
    /// Active Directory or another LDAP server.
    Ldap,
    /// The accounts of this computer.
    Os,
    /// The accounts of a Windows or Samba host.
    Workgroup,
}

impl Kind {
    /// The stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Ldap => "ldap",
            Self::Os => "os",
            Self::Workgroup => "workgroup",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Local, Self::Ldap, Self::Os, Self::Workgroup].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// How long sessions last where no role says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLimits {
    /// Seconds without activity.
    pub idle_seconds: u32,
    /// Seconds at most.
    pub session_seconds: u32,
}

/// Everything configured, at one version.
pub struct Plant {
    /// Roles, assignments, areas: what decides.
    pub policy: Policy,
    /// The same with the emergency roles alone, for sessions that run by them.
    pub emergency: Policy,
    /// The known users who have a role of the emergency, directly or by local groups.
    pub emergency_users: Vec<UserId>,
    /// The root of the plant tree, where Pforte's own rights count.
    pub root: Option<AreaId>,
    /// How long sessions last where no role says otherwise.
    pub limits: SessionLimits,
    /// The directories in the order of the working environment.
    pub directories: Vec<Arc<Directory>>,
    /// The signature policies.
    pub signing: SigningPolicies,
    stations: HashMap<StationId, Arc<Station>>,
    stations_by_credential: HashMap<TokenHash, StationId>,
    applications: HashMap<ApplicationId, Arc<Application>>,
    applications_by_credential: HashMap<TokenHash, ApplicationId>,
    groups: HashMap<(DirectoryId, Vec<u8>), GroupId>,
}

/// The parts of which a plant is made.
pub struct Parts {
    /// Roles, assignments, areas.
    pub policy: Policy,
    /// The same with the emergency roles alone; of another version.
    pub emergency: Policy,
    /// The known users who have a role of the emergency, directly or by local groups.
    pub emergency_users: Vec<UserId>,
    /// The root of the plant tree.
    pub root: Option<AreaId>,
    /// How long sessions last where no role says otherwise.
    pub limits: SessionLimits,
    /// The directories in the order of the working environment.
    pub directories: Vec<Directory>,
    /// Every station.
    pub stations: Vec<Station>,
    /// Every application.
    pub applications: Vec<Application>,
    /// The signature policies.
    pub signing: SigningPolicies,
    /// The known groups of other directories, by the security identifier that
    /// those tell of them.
    pub groups: HashMap<(DirectoryId, Vec<u8>), GroupId>,
}

impl Plant {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let Parts { policy, emergency, emergency_users, root, limits, directories, stations, .. } = parts;
        let Parts { applications, groups, signing, .. } = parts;
        let enabled = stations.iter().filter(|station| station.enabled);
        let asking = applications.iter().filter(|application| application.enabled);
        Self {
            root,
            policy,
            emergency,
            emergency_users,
            groups,
            limits,
            signing,
            directories: directories.into_iter().map(Arc::new).collect(),
            stations_by_credential: enabled.map(|s| (s.credential, s.id)).collect(),
            applications_by_credential: asking.filter_map(|a| Some((a.credential?, a.id))).collect(),
            stations: stations.into_iter().map(|s| (s.id, Arc::new(s))).collect(),
            applications: applications.into_iter().map(|a| (a.id, Arc::new(a))).collect(),
        }
    }

    /// The root of the plant tree as one of the policies knows it.
    #[must_use]
    pub fn root_of(&self, policy: &Policy) -> Option<AreaIx> {
        policy.area_by_id(self.root?)
    }

    /// The station that a credential proves.
    #[must_use]
    pub fn station_by_credential(&self, credential: &TokenHash) -> Option<Arc<Station>> {
        self.station(*self.stations_by_credential.get(credential)?)
    }

    /// A station.
    #[must_use]
    pub fn station(&self, id: StationId) -> Option<Arc<Station>> {
        self.stations.get(&id).cloned()
    }

    /// Every station.
    pub fn stations(&self) -> impl Iterator<Item = &Arc<Station>> {
        self.stations.values()
    }

    /// The application that a credential proves.
    #[must_use]
    pub fn application_by_credential(&self, credential: &TokenHash) -> Option<Arc<Application>> {
        self.application(*self.applications_by_credential.get(credential)?)
    }

    /// An application.
    #[must_use]
    pub fn application(&self, id: ApplicationId) -> Option<Arc<Application>> {
        self.applications.get(&id).cloned()
    }

    /// The application with this key.
    #[must_use]
    pub fn application_by_key(&self, key: &str) -> Option<Arc<Application>> {
        self.applications.values().find(|application| application.key == key).cloned()
    }

    /// The path of an area.
    #[must_use]
    pub fn area_path(&self, area: AreaIx) -> String {
        self.policy.area_name(area).map(|area| area.name).unwrap_or_default()
    }

    /// A directory.
    #[must_use]
    pub fn directory(&self, id: DirectoryId) -> Option<Arc<Directory>> {
        self.directories.iter().find(|directory| directory.id == id).cloned()
    }

    /// The group that a directory names so among the groups of a user.
    #[must_use]
    pub fn group_by_mark(&self, directory: DirectoryId, mark: &[u8]) -> Option<GroupId> {
        self.groups.get(&(directory, mark.to_vec())).copied()
    }

    /// Whether a group is of one of these directories.
    #[must_use]
    pub fn group_is_of(&self, group: GroupId, directories: &[DirectoryId]) -> bool {
        self.groups.iter().any(|((of, _), known)| *known == group && directories.contains(of))
    }

    /// Whether a station lies in an application's scope: named itself, or
    /// standing in one of the scope's areas.
    #[must_use]
    pub fn station_in_scope(&self, application: &Application, station: StationId) -> bool {
        application.stations.contains(&station)
            || self.policy.station_area(station).is_some_and(|area| self.under(application, area))
    }

    /// Whether an application may ask about an area: it lies in the scope's
    /// areas, or one of the scope's stations stands in it or above it.
    #[must_use]
    pub fn area_in_scope(&self, application: &Application, area: AreaIx) -> bool {
        let around = |station: &StationId| {
            let place = self.policy.station_area(*station);
            place.is_some_and(|place| self.policy.within(area, place) || self.policy.within(place, area))
        };
        self.under(application, area) || application.stations.iter().any(around)
    }

    fn under(&self, application: &Application, area: AreaIx) -> bool {
        let scope = application.areas.iter().filter_map(|id| self.policy.area_by_id(*id));
        scope.into_iter().any(|upper| self.policy.within(area, upper))
    }
}

impl Station {
    /// How the station stands in an event.
    #[must_use]
    pub fn named(&self) -> event::Named {
        event::Named { id: self.id.to_string(), name: self.name.clone() }
    }
}

impl Application {
    /// How the application stands in an event.
    #[must_use]
    pub fn named(&self) -> event::Named {
        event::Named { id: self.id.to_string(), name: self.key.clone() }
    }
}
