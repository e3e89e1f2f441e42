//! The policy: facts made ready to be asked.

use super::bits::Bits;
use super::explain::Named;
use super::facts::{BadFacts, Facts, RoleFact, StationFact};
use super::grant::Grant;
use super::groups::Groups;
use super::index::{AreaIx, RightIx, Table, narrow, wide};
use super::plant::Plant;
use super::rights::Rights;
use crate::account::Principal;
use crate::assignment::Assignment;
use crate::id::{AreaId, RightId, RoleId, StationId, UserId};

/// Everything that decisions rest on, immutable.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    pub(super) version: u64,
    pub(super) plant: Plant,
    pub(super) rights: Rights,
    pub(super) roles: Vec<Role>,
    pub(super) roles_of: Bits,
    pub(super) groups: Groups,
    pub(super) stations: Table<StationId, Station>,
    pub(super) grants: Vec<Grant>,
    pub(super) of_user: Table<UserId, Vec<u32>>,
    pub(super) of_group: Vec<Vec<u32>>,
}

/// A role made ready.
#[derive(Clone, Debug)]
pub(super) struct Role {
    pub(super) id: RoleId,
    pub(super) name: String,
    pub(super) idle_seconds: Option<u32>,
    pub(super) session_seconds: Option<u32>,
}

/// A station made ready.
#[derive(Clone, Debug)]
pub(super) struct Station {
    pub(super) name: String,
    pub(super) area: Option<u32>,
}

impl Policy {
    /// Makes a policy of facts. `version` must be another one for every policy
    /// that is made: by it, what was found in one is told from what was found in
    /// another.
    pub fn compile(facts: Facts, version: u64) -> Result<Self, BadFacts> {
        let mut policy = Self {
            version,
            plant: Plant::grow(&facts.areas)?,
            rights: Rights::number(facts.rights)?,
            groups: Groups::number(facts.groups, &facts.members)?,
            ..Self::default()
        };
        policy.of_group.resize(policy.groups.len(), Vec::new());
        policy.place(facts.stations)?;
        let roles = policy.take_roles(facts.roles)?;
        policy.take_assignments(facts.assignments, &roles)?;
        Ok(policy)
    }

    fn place(&mut self, stations: Vec<StationFact>) -> Result<(), BadFacts> {
        for station in stations {
            let area = self.plant.by_id(station.area);
            if self.stations.insert(station.id, Station { name: station.name, area }).is_some() {
                return Err(BadFacts::Twice { kind: "stations", which: station.id.to_string() });
            }
        }
        Ok(())
    }

    fn take_roles(&mut self, roles: Vec<RoleFact>) -> Result<Table<RoleId, u32>, BadFacts> {
        let mut numbers = Table::default();
        self.roles_of = Bits::empty(self.rights.len(), roles.len());
        for role in roles {
            let number = narrow(self.roles.len());
            if numbers.insert(role.id, number).is_some() {
                return Err(BadFacts::Twice { kind: "roles", which: role.id.to_string() });
            }
            for right in role.rights.iter().filter_map(|id| self.rights.by_id(*id)) {
                self.roles_of.insert(right, number);
            }
            self.roles.push(Role {
                id: role.id,
                name: role.name,
                idle_seconds: role.idle_seconds,
                session_seconds: role.session_seconds,
            });
        }
        Ok(numbers)
    }

    fn take_assignments(
        &mut self,
        mut assignments: Vec<Assignment>,
        roles: &Table<RoleId, u32>,
    ) -> Result<(), BadFacts> {
        assignments.sort_unstable_by_key(|assignment| assignment.id);
        let twice = assignments.windows(2).find_map(|pair| match pair {
            [one, other] if one.id == other.id => Some(one.id),
            _ => None,
        });
        if let Some(id) = twice {
            return Err(BadFacts::Twice { kind: "assignments", which: id.to_string() });
        }
        for assignment in assignments {
            if let Some(role) = roles.get(&assignment.role) {
                self.take_assignment(assignment, *role);
            }
        }
        Ok(())
    }

    fn take_assignment(&mut self, assignment: Assignment, role: u32) {
        let number = narrow(self.grants.len());
        match assignment.principal {
            Principal::User(user) => self.of_user.entry(user).or_default().push(number),
            Principal::Group(group) => {
                let Some(group) = self.groups.find(group) else { return };
                if let Some(of) = self.of_group.get_mut(wide(group)) {
                    of.push(number);
                }
            }
        }
        self.grants.push(Grant::of(assignment, role, &self.plant, &self.stations));
    }

    /// The version it was made with.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// The right with this name, such as `batch/release`, in any case of letters.
    #[must_use]
    pub fn right(&self, name: &str) -> Option<RightIx> {
        self.rights.find(name).map(|at| RightIx { version: self.version, at })
    }

    /// The right with this identity.
    #[must_use]
    pub fn right_by_id(&self, id: RightId) -> Option<RightIx> {
        self.rights.by_id(id).map(|at| RightIx { version: self.version, at })
    }

    /// The area with this path, such as `dairy/line2/mixer` (the plant's own name
    /// comes first), in any case of letters, or with this identity as text.
    #[must_use]
    pub fn area(&self, asked: &str) -> Option<AreaIx> {
        self.plant.find(asked).map(|at| self.area_ix(at))
    }

    /// The area with this identity.
    #[must_use]
    pub fn area_by_id(&self, id: AreaId) -> Option<AreaIx> {
        self.plant.by_id(id).map(|at| self.area_ix(at))
    }

    /// The area that a station stands in.
    #[must_use]
    pub fn station_area(&self, station: StationId) -> Option<AreaIx> {
        self.stations.get(&station)?.area.map(|at| self.area_ix(at))
    }

    /// Whether `lower` is `upper` itself or lies below it.
    #[must_use]
    pub fn within(&self, lower: AreaIx, upper: AreaIx) -> bool {
        let node = self.own_area(upper).and_then(|at| self.plant.node(at));
        node.zip(self.own_area(lower)).is_some_and(|(upper, lower)| upper.span.covers(lower))
    }

    /// The identity and the path of an area.
    #[must_use]
    pub fn area_name(&self, area: AreaIx) -> Option<Named<AreaId>> {
        self.name_area(self.own_area(area)?)
    }

    /// The identity and the full name of a right.
    #[must_use]
    pub fn right_name(&self, right: RightIx) -> Option<Named<RightId>> {
        self.name_right(self.own_right(right)?)
    }

    fn area_ix(&self, at: u32) -> AreaIx {
        AreaIx { version: self.version, at }
    }

    pub(super) fn own_area(&self, area: AreaIx) -> Option<u32> {
        (area.version == self.version).then_some(area.at)
    }

    pub(super) fn own_right(&self, right: RightIx) -> Option<u32> {
        (right.version == self.version).then_some(right.at)
    }

    pub(super) fn role(&self, number: u32) -> Option<&Role> {
        self.roles.get(wide(number))
    }

    pub(super) fn grant(&self, number: u32) -> Option<&Grant> {
        self.grants.get(wide(number))
    }
}
