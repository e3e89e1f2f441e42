//! Random plants and questions. Identifiers are small numbers, and each kind is
//! drawn from a few more than there are, so that some name nothing.

use crate::account::Principal;
use crate::assignment::{Assignment, Schedule, Span};
use crate::factor::{Factor, Proved, Strength};
use crate::id::{AreaId, AssignmentId, GroupId, RightId, RoleId, StationId, UserId};
use crate::name::{AreaName, RightName};
use crate::policy::{
    AreaFact, Facts, GroupFact, Held, MemberFact, Named, Policy, Question, RightFact, RoleFact, Standing,
    StationFact,
};
use crate::time::{Micros, MinuteOfWeek, Moment};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

pub(super) const AREAS: u8 = 6;
pub(super) const RIGHTS: u8 = 4;
const ROLES: u8 = 4;
const GROUPS: u8 = 6;
const STATIONS: u8 = 3;
const USERS: u8 = 3;

pub(super) fn area(n: u8) -> AreaId {
    AreaId::from_bytes([n; 16])
}

pub(super) fn right(n: u8) -> RightId {
    RightId::from_bytes([n; 16])
}

pub(super) fn role(n: u8) -> RoleId {
    RoleId::from_bytes([n; 16])
}

pub(super) fn group(n: u8) -> GroupId {
    GroupId::from_bytes([n; 16])
}

pub(super) fn station(n: u8) -> StationId {
    StationId::from_bytes([n; 16])
}

pub(super) fn user(n: u8) -> UserId {
    UserId::from_bytes([n; 16])
}

pub(super) fn right_name(n: u8) -> String {
    format!("Batch/Act-{n}")
}

/// Who asks what, where and when.
#[derive(Clone, Debug)]
pub(super) struct Asking {
    pub(super) user: UserId,
    pub(super) told: Vec<GroupId>,
    pub(super) station: Option<StationId>,
    pub(super) factors: Vec<Proved>,
    pub(super) right: u8,
    pub(super) area: AreaId,
    pub(super) moment: Moment,
}

impl Asking {
    pub(super) fn hold(&self, policy: &Policy) -> Held {
        policy.hold(Named { id: self.user, name: "Ada".to_owned() }, &self.told)
    }

    pub(super) fn standing(&self) -> Standing<'_> {
        Standing { station: self.station, factors: &self.factors }
    }

    pub(super) fn allowed(&self, policy: &Policy) -> bool {
        self.allowed_to(policy, &self.hold(policy))
    }

    pub(super) fn allowed_to(&self, policy: &Policy, held: &Held) -> bool {
        let (right, area) = (right_name(self.right), self.area.to_string());
        let question = Question { right: &right, area: &area };
        policy.answer(held, &self.standing(), question, self.moment).allowed()
    }
}

/// One of `count`, seldom one that is not there.
fn seldom_none(count: u8) -> impl Strategy<Value = u8> {
    prop_oneof![20 => 0..count, 1 => Just(count)]
}

fn areas() -> impl Strategy<Value = Vec<AreaFact>> {
    let parents = vec(prop_oneof![30 => any::<u8>().prop_map(Some), 1 => Just(None)], 3..usize::from(AREAS));
    parents.prop_map(|parents| {
        let below = (1..).zip(parents).map(|(n, parent)| (n, Some(parent.map_or(99, |parent| parent % n))));
        std::iter::once((0, None))
            .chain(below)
            .map(|(n, parent)| AreaFact {
                id: area(n),
                parent: parent.map(area),
                name: AreaName::parse(&format!("Area{n}")).unwrap(),
            })
            .collect()
    })
}

fn roles() -> impl Strategy<Value = Vec<RoleFact>> {
    let one = (vec(seldom_none(RIGHTS), 1..4), option::of(1_u32..9), option::of(1_u32..9));
    vec(one, usize::from(ROLES)).prop_map(|rows| {
        let role = |(n, (rights, idle_seconds, session_seconds)): (u8, (Vec<u8>, _, _))| RoleFact {
            id: role(n),
            name: format!("Role {n}"),
            rights: rights.into_iter().map(right).collect(),
            idle_seconds,
            session_seconds,
        };
        (0..).zip(rows).map(role).collect()
    })
}

fn principal() -> impl Strategy<Value = Principal> {
    prop_oneof![
        1 => (0..USERS).prop_map(|n| Principal::User(user(n))),
        3 => seldom_none(GROUPS).prop_map(|n| Principal::Group(group(n))),
    ]
}

fn member() -> impl Strategy<Value = MemberFact> {
    (principal(), seldom_none(GROUPS)).prop_map(|(member, n)| MemberFact { member, group: group(n) })
}

fn schedule() -> impl Strategy<Value = Schedule> {
    vec((0_u16..20, 0_u16..20), 0..3).prop_map(|spans| {
        Schedule(
            spans
                .into_iter()
                .map(|(from, to)| Span { from: MinuteOfWeek(from), to: MinuteOfWeek(to) })
                .collect(),
        )
    })
}

/// An assignment without its identity, which the list of them gives.
pub(super) fn assignment() -> impl Strategy<Value = Assignment> {
    let strength = prop_oneof![Just(Strength::Weak), Just(Strength::Single), Just(Strength::Strong)];
    let at = |upper: i64| option::weighted(0.2, (0..upper).prop_map(Micros));
    let place = prop_oneof![2 => Just(0), 3 => seldom_none(AREAS)];
    let only = prop_oneof![3 => Just(vec![]), 1 => vec(seldom_none(STATIONS), 1..3)];
    (
        (seldom_none(ROLES), principal()),
        (vec(place, 0..4), only),
        (option::weighted(0.2, schedule()), at(15), at(30)),
        option::weighted(0.2, strength),
    )
        .prop_map(|((n, principal), (areas, stations), (schedule, from, until), strength)| Assignment {
            id: AssignmentId::from_bytes([0; 16]),
            role: role(n),
            principal,
            areas: areas.into_iter().map(area).collect(),
            stations: stations.into_iter().map(station).collect(),
            schedule,
            from,
            until,
            strength,
        })
}

pub(super) fn numbered(assignments: Vec<Assignment>) -> Vec<Assignment> {
    let number = |(n, assignment)| Assignment { id: AssignmentId::from_bytes([n; 16]), ..assignment };
    (0..).zip(assignments).map(number).collect()
}

/// A whole plant.
pub(super) fn facts() -> impl Strategy<Value = Facts> {
    (areas(), roles(), vec(member(), 0..14), vec(assignment(), 0..20)).prop_map(
        |(areas, roles, members, assignments)| Facts {
            areas,
            stations: (0..STATIONS)
                .map(|n| StationFact { id: station(n), name: format!("Station {n}"), area: area(n) })
                .collect(),
            rights: (0..RIGHTS)
                .map(|n| RightFact { id: right(n), name: RightName::parse(&right_name(n)).unwrap() })
                .collect(),
            roles,
            assignments: numbered(assignments),
            groups: (0..GROUPS).map(|n| GroupFact { id: group(n), name: format!("Group {n}") }).collect(),
            members,
        },
    )
}

/// Who asks what, where and when.
pub(super) fn asking() -> impl Strategy<Value = Asking> {
    let proved = Proved { factor: Factor::Password, at: Micros(0) };
    (
        (seldom_none(USERS), vec(seldom_none(GROUPS), 0..4)),
        (option::of(seldom_none(STATIONS)), prop_oneof![1 => Just(vec![]), 3 => Just(vec![proved])]),
        (seldom_none(RIGHTS), seldom_none(AREAS)),
        (0_i64..25, 0_u16..20),
    )
        .prop_map(|((who, told), (at_station, factors), (right, place), (at, wall))| Asking {
            user: user(who),
            told: told.into_iter().map(group).collect(),
            station: at_station.map(station),
            factors,
            right,
            area: area(place),
            moment: Moment { at: Micros(at), wall: MinuteOfWeek(wall) },
        })
}
