//! A random plant of a given size, and questions about it.
//!
//! Groups are nested without circles, and nothing names what is not there, so that
//! every peer can be given the same plant.

use pforte_model::account::Principal;
use pforte_model::assignment::{Assignment, Schedule, Span};
use pforte_model::factor::{Factor, Proved, Strength};
use pforte_model::id::{AreaId, AssignmentId, GroupId, RightId, RoleId, StationId, UserId, v7};
use pforte_model::name::{AreaName, RightName};
use pforte_model::policy::{
    AreaFact, Facts, GroupFact, Held, MemberFact, Named, Policy, RightFact, RoleFact, Standing, StationFact,
};
use pforte_model::time::{Micros, MinuteOfWeek, Moment};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

/// How much of each there is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Users.
    pub users: usize,
    /// Roles.
    pub roles: usize,
    /// Rights of all applications.
    pub rights: usize,
    /// Rights of one role.
    pub rights_of_role: usize,
    /// Areas, the plant itself counted.
    pub areas: usize,
    /// Stations.
    pub stations: usize,
    /// Groups of each level; each group of a level is in one of the next.
    pub groups: [usize; 5],
    /// Assignments to each group.
    pub assignments_of_group: usize,
}

impl Size {
    /// The size that the figures of the project are given for.
    pub const FULL: Self = Self {
        users: 10_000,
        roles: 200,
        rights: 2_000,
        rights_of_role: 50,
        areas: 1_000,
        stations: 100,
        groups: [100, 50, 25, 15, 10],
        assignments_of_group: 2,
    };

    /// Small enough for a test.
    pub const SMALL: Self = Self {
        users: 100,
        roles: 20,
        rights: 60,
        rights_of_role: 8,
        areas: 60,
        stations: 8,
        groups: [10, 6, 4, 3, 2],
        assignments_of_group: 2,
    };
}

/// A plant and its users.
#[derive(Clone, Debug)]
pub struct Plant {
    /// What a policy is made of.
    pub facts: Facts,
    /// The users, each with the groups that the directory tells.
    pub users: Vec<(UserId, Vec<GroupId>)>,
}

/// One question, in the words of each who is asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The place of the user in [`Plant::users`].
    pub user: usize,
    /// The right.
    pub right: RightId,
    /// The right's name.
    pub right_name: String,
    /// The area.
    pub area: AreaId,
    /// The area's path.
    pub path: String,
    /// The station, proved.
    pub station: Option<StationId>,
    /// What the user proved.
    pub factors: Vec<Proved>,
    /// When.
    pub moment: Moment,
}

impl Asked {
    /// What the session brings.
    #[must_use]
    pub fn standing(&self) -> Standing<'_> {
        Standing { station: self.station, factors: &self.factors }
    }
}

/// Sixteen bytes that differ for every kind and number.
fn id(kind: u8, number: usize) -> [u8; 16] {
    let [.., a, b, c, d] = number.to_be_bytes();
    v7(1_700_000_000_000, [0, kind, 0, 0, 0, 0, a, b, c, d])
}

fn pick<T: Clone>(from: &[T], rng: &mut StdRng) -> T {
    from.choose(rng).unwrap().clone()
}

impl Plant {
    /// The plant of this size that the seed makes.
    #[must_use]
    pub fn random(size: Size, seed: u64) -> Self {
        let rng = &mut StdRng::seed_from_u64(seed);
        let (groups, members) = groups(size, rng);
        let mut facts = Facts {
            areas: areas(size.areas),
            stations: Vec::new(),
            rights: rights(size.rights),
            roles: Vec::new(),
            assignments: Vec::new(),
            groups,
            members,
        };
        facts.stations = stations(size.stations, &facts, rng);
        facts.roles = roles(size, &facts, rng);
        facts.assignments = assignments(size, &facts, rng);
        let [teams, ..] = size.groups;
        let user =
            |n| (UserId::from_bytes(id(9, n)), vec![GroupId::from_bytes(id(5, rng.random_range(0..teams)))]);
        let users = (0..size.users).map(user).collect();
        Self { facts, users }
    }

    /// What each user holds, in the order of the users.
    #[must_use]
    pub fn holders(&self, policy: &Policy) -> Vec<Held> {
        let named = |(user, told): &(UserId, Vec<GroupId>)| {
            policy.hold(Named { id: *user, name: "Ada Lovelace".to_owned() }, told)
        };
        self.users.iter().map(named).collect()
    }

    /// Random questions, of which half aim at a role that the user holds and at an
    /// area in which it counts: else nearly all would be refused at the first look.
    #[must_use]
    pub fn questions(&self, count: usize, seed: u64) -> Vec<Asked> {
        let rng = &mut StdRng::seed_from_u64(seed);
        let policy = Policy::compile(self.facts.clone(), 1).unwrap();
        (0..count).map(|_| self.question(&policy, rng)).collect()
    }

    /// The assignments of a user, direct or by nested groups, by the rows alone.
    #[must_use]
    pub fn own(&self, user: usize) -> Vec<&Assignment> {
        let (user, told) = self.users.get(user).unwrap();
        let mut groups: Vec<GroupId> = told.clone();
        let mut at = 0;
        while let Some(inner) = groups.get(at).copied() {
            let outer = self.facts.members.iter().filter(|fact| fact.member == Principal::Group(inner));
            groups.extend(outer.map(|fact| fact.group));
            at += 1;
        }
        let is_own = |assignment: &&Assignment| match assignment.principal {
            Principal::User(id) => id == *user,
            Principal::Group(id) => groups.contains(&id),
        };
        self.facts.assignments.iter().filter(is_own).collect()
    }

    fn question(&self, policy: &Policy, rng: &mut StdRng) -> Asked {
        let user = rng.random_range(0..self.users.len());
        let (right, area) = if rng.random_bool(0.5) { self.aim(user, rng) } else { self.anything(rng) };
        let name = |right| policy.right_name(policy.right_by_id(right)?);
        let path = |area| policy.area_name(policy.area_by_id(area)?);
        let station = pick(&self.facts.stations, rng).id;
        Asked {
            user,
            right,
            right_name: name(right).unwrap().name,
            area,
            path: path(area).unwrap().name,
            station: rng.random_bool(0.8).then_some(station),
            factors: rng.random_bool(0.9).then(proved).into_iter().collect(),
            moment: Moment {
                at: Micros(rng.random_range(0..1_000)),
                wall: MinuteOfWeek(rng.random_range(0..MinuteOfWeek::COUNT)),
            },
        }
    }

    fn anything(&self, rng: &mut StdRng) -> (RightId, AreaId) {
        (pick(&self.facts.rights, rng).id, pick(&self.facts.areas, rng).id)
    }

    /// A right and an area of one of the user's assignments, conditions aside.
    fn aim(&self, user: usize, rng: &mut StdRng) -> (RightId, AreaId) {
        let assignment = pick(&self.own(user), rng);
        let role = self.facts.roles.iter().find(|row| row.id == assignment.role).unwrap();
        (pick(&role.rights, rng), self.below(pick(&assignment.areas, rng), rng))
    }

    /// The area or one some steps below it.
    fn below(&self, area: AreaId, rng: &mut StdRng) -> AreaId {
        let inside: Vec<AreaId> =
            self.facts.areas.iter().filter(|row| row.parent == Some(area)).map(|row| row.id).collect();
        match inside.choose(rng) {
            Some(inner) if rng.random_bool(0.6) => self.below(*inner, rng),
            _ => area,
        }
    }
}

const fn proved() -> Proved {
    Proved { factor: Factor::Password, at: Micros(0) }
}

fn areas(count: usize) -> Vec<AreaFact> {
    let area = |n: usize| AreaFact {
        id: AreaId::from_bytes(id(1, n)),
        parent: n.checked_sub(1).map(|before| AreaId::from_bytes(id(1, before / 10))),
        name: AreaName::parse(&format!("{}{n}", if n == 0 { "dairy" } else { "line" })).unwrap(),
    };
    (0..count).map(area).collect()
}

fn stations(count: usize, facts: &Facts, rng: &mut StdRng) -> Vec<StationFact> {
    let station = |n| StationFact {
        id: StationId::from_bytes(id(2, n)),
        name: format!("Panel {n}"),
        area: pick(&facts.areas, rng).id,
    };
    (0..count).map(station).collect()
}

fn rights(count: usize) -> Vec<RightFact> {
    let right = |n| RightFact {
        id: RightId::from_bytes(id(3, n)),
        name: RightName::parse(&format!("app{}/setpoint.write-{n}", n % 20)).unwrap(),
    };
    (0..count).map(right).collect()
}

fn roles(size: Size, facts: &Facts, rng: &mut StdRng) -> Vec<RoleFact> {
    let role = |n| RoleFact {
        id: RoleId::from_bytes(id(4, n)),
        name: format!("Role {n}"),
        rights: facts.rights.sample(rng, size.rights_of_role).map(|right| right.id).collect(),
        idle_seconds: None,
        session_seconds: None,
    };
    (0..size.roles).map(role).collect()
}

fn groups(size: Size, rng: &mut StdRng) -> (Vec<GroupFact>, Vec<MemberFact>) {
    let mut groups = Vec::new();
    let mut members = Vec::new();
    let mut first = 0;
    for (level, count) in size.groups.iter().enumerate() {
        let outer = size.groups.get(level + 1).copied();
        for n in first..first + count {
            groups.push(GroupFact { id: GroupId::from_bytes(id(5, n)), name: format!("Group {n}") });
            if let Some(outer) = outer {
                let into = first + count + rng.random_range(0..outer);
                members.push(MemberFact {
                    member: Principal::Group(GroupId::from_bytes(id(5, n))),
                    group: GroupId::from_bytes(id(5, into)),
                });
            }
        }
        first += count;
    }
    (groups, members)
}

fn assignments(size: Size, facts: &Facts, rng: &mut StdRng) -> Vec<Assignment> {
    let groups = facts.groups.iter().map(|group| Principal::Group(group.id));
    let groups = groups.flat_map(|group| std::iter::repeat_n(group, size.assignments_of_group));
    let direct = (0..size.users).step_by(500).map(|n| Principal::User(UserId::from_bytes(id(9, n))));
    groups.chain(direct).zip(0..).map(|(principal, n)| assignment(n, principal, facts, rng)).collect()
}

fn assignment(n: usize, principal: Principal, facts: &Facts, rng: &mut StdRng) -> Assignment {
    let upper = facts.areas.len().div_ceil(10);
    let areas = (0..rng.random_range(1..4)).map(|_| facts.areas.get(rng.random_range(0..upper)).unwrap().id);
    let areas = areas.collect();
    let stations = if rng.random_bool(0.3) { facts.stations.len() / 3 } else { 0 };
    Assignment {
        id: AssignmentId::from_bytes(id(6, n)),
        role: pick(&facts.roles, rng).id,
        principal,
        areas,
        stations: facts.stations.sample(rng, stations).map(|station| station.id).collect(),
        schedule: rng.random_bool(0.3).then(|| shift(rng.random_range(0..3))),
        from: rng.random_bool(0.1).then_some(Micros(100)),
        until: rng.random_bool(0.1).then_some(Micros(900)),
        strength: strength(rng),
    }
}

fn strength(rng: &mut StdRng) -> Option<Strength> {
    let strength = if rng.random_bool(0.1) { Strength::Strong } else { Strength::Single };
    rng.random_bool(0.4).then_some(strength)
}

/// Early, late or night shift on the five working days; the last night goes over
/// into the weekend, the one of Sunday over the end of the week.
fn shift(which: u16) -> Schedule {
    let day = 24 * 60;
    let start = (6 + which * 8) * 60;
    let days = if which == 2 { vec![0, 1, 2, 3, 4, 6] } else { vec![0, 1, 2, 3, 4] };
    let span = |n: u16| Span {
        from: MinuteOfWeek(n * day + start),
        to: MinuteOfWeek((n * day + start + 8 * 60) % MinuteOfWeek::COUNT),
    };
    Schedule(days.into_iter().map(span).collect())
}
