//! What somebody holds here and now, and how long a session of theirs may last.

use super::compile::{Policy, Role};
use super::decide::Standing;
use super::explain::Named;
use super::grant::Here;
use super::held::Held;
use super::index::AreaIx;
use crate::id::{AreaId, RoleId};
use crate::time::Moment;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A role that somebody holds, and where it counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleHeld {
    /// The role.
    #[serde(flatten)]
    pub role: Named<RoleId>,
    /// The areas in which it counts, each with all below it.
    pub areas: Vec<Named<AreaId>>,
}

/// How long a session may last; the strictest of the roles that are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Limits {
    /// Seconds without activity after which it ends; none if no role says.
    pub idle_seconds: Option<u32>,
    /// Seconds after which it ends in any case; none if no role says.
    pub session_seconds: Option<u32>,
}

impl Policy {
    /// The roles that the holder holds at this station, moment and strength, in the
    /// order of their names. With an `area`: those alone that count in it.
    #[must_use]
    pub fn roles_here(
        &self,
        held: &Held,
        standing: &Standing<'_>,
        area: Option<AreaIx>,
        moment: Moment,
    ) -> Vec<RoleHeld> {
        let here = Here::of(standing, moment);
        let mut roles: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for candidate in &self.current(held).candidates {
            let grant = self.grant(candidate.grant).filter(|grant| grant.gap_here(here).is_none());
            let Some(grant) = grant else { continue };
            if area.is_none_or(|area| self.own_area(area).is_some_and(|area| grant.covers(area))) {
                roles.entry(grant.role).or_default().extend(grant.areas.iter().map(|span| span.first));
            }
        }
        let mut named: Vec<RoleHeld> =
            roles.into_iter().filter_map(|(role, areas)| self.role_held(role, &areas)).collect();
        named.sort_by(|one, other| (&one.role.name, one.role.id).cmp(&(&other.role.name, other.role.id)));
        named
    }

    fn role_held(&self, role: u32, areas: &BTreeSet<u32>) -> Option<RoleHeld> {
        let role = self.role(role)?;
        let areas: Vec<_> = areas.iter().filter_map(|area| self.name_area(*area)).collect();
        let role = Named { id: role.id, name: role.name.clone() };
        (!areas.is_empty()).then_some(RoleHeld { role, areas })
    }

    /// How long a session of the holder may last: the strictest of all roles held,
    /// whether they count here and now or not.
    #[must_use]
    pub fn limits(&self, held: &Held) -> Limits {
        let held = self.current(held);
        let least = |limit: fn(&Role) -> Option<u32>| {
            let grants = held.candidates.iter().filter_map(|candidate| self.grant(candidate.grant));
            grants.filter_map(|grant| limit(self.role(grant.role)?)).min()
        };
        Limits {
            idle_seconds: least(|role| role.idle_seconds),
            session_seconds: least(|role| role.session_seconds),
        }
    }
}
