//! The decision by the words of the design: "allowed if some assignment (direct,
//! by any nested group) gives a role with that right, its area is the asked one or
//! above it, and the station, the time and the strength fit."

use super::random::{Asking, right};
use crate::account::Principal;
use crate::assignment::Assignment;
use crate::factor::strength;
use crate::id::{AreaId, GroupId};
use crate::policy::Facts;
use std::collections::BTreeSet;

/// How far an assignment that is the asker's own comes. The later, the nearer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    WrongRole,
    WrongArea,
    WrongStation,
    WrongTime,
    TooWeak,
    Allowed,
}

/// Every known group of the asker, at any depth.
pub(super) fn groups(facts: &Facts, asking: &Asking) -> BTreeSet<GroupId> {
    let known = |id: &GroupId| facts.groups.iter().any(|group| group.id == *id);
    let mut groups: BTreeSet<GroupId> = asking.told.iter().copied().filter(known).collect();
    loop {
        let before = groups.len();
        for fact in &facts.members {
            let inside = match fact.member {
                Principal::User(user) => user == asking.user,
                Principal::Group(group) => groups.contains(&group),
            };
            if inside && known(&fact.group) {
                groups.insert(fact.group);
            }
        }
        if groups.len() == before {
            return groups;
        }
    }
}

/// The area and all above it, if the plant itself is among them.
pub(super) fn way_up(facts: &Facts, from: AreaId) -> Option<Vec<AreaId>> {
    let mut way = Vec::new();
    let mut next = Some(from);
    while let Some(id) = next {
        next = facts.areas.iter().find(|area| area.id == id)?.parent;
        way.push(id);
    }
    Some(way)
}

/// The assignments of the asker, with how far each comes.
pub(super) fn reaches<'a>(facts: &'a Facts, asking: &Asking) -> Vec<(&'a Assignment, Reach)> {
    let groups = groups(facts, asking);
    let own = facts.assignments.iter().filter(|assignment| match assignment.principal {
        Principal::User(user) => user == asking.user,
        Principal::Group(group) => groups.contains(&group),
    });
    own.map(|assignment| (assignment, reach(facts, asking, assignment))).collect()
}

fn reach(facts: &Facts, asking: &Asking, assignment: &Assignment) -> Reach {
    let role = facts.roles.iter().find(|role| role.id == assignment.role);
    let above = way_up(facts, asking.area).unwrap_or_default();
    if !role.is_some_and(|role| role.rights.contains(&right(asking.right))) {
        Reach::WrongRole
    } else if !above.iter().any(|area| assignment.areas.contains(area)) {
        Reach::WrongArea
    } else {
        reach_here(facts, asking, assignment)
    }
}

/// How far an assignment comes whose role and area fit.
pub(super) fn reach_here(facts: &Facts, asking: &Asking, assignment: &Assignment) -> Reach {
    let known = asking.station.filter(|id| facts.stations.iter().any(|station| station.id == *id));
    let moment = asking.moment;
    if !(assignment.stations.is_empty() || known.is_some_and(|id| assignment.stations.contains(&id))) {
        Reach::WrongStation
    } else if assignment.from.is_some_and(|from| moment.at < from)
        || assignment.until.is_some_and(|until| moment.at >= until)
        || assignment.schedule.as_ref().is_some_and(|schedule| !schedule.holds(moment.wall))
    {
        Reach::WrongTime
    } else if assignment.strength.is_some_and(|least| strength(&asking.factors).is_none_or(|own| own < least))
    {
        Reach::TooWeak
    } else {
        Reach::Allowed
    }
}

/// Whether the right and the area are there at all.
pub(super) fn known(facts: &Facts, asking: &Asking) -> bool {
    facts.rights.iter().any(|row| row.id == right(asking.right)) && way_up(facts, asking.area).is_some()
}

/// The decision.
pub(super) fn allowed(facts: &Facts, asking: &Asking) -> bool {
    known(facts, asking) && reaches(facts, asking).iter().any(|(_, reach)| *reach == Reach::Allowed)
}
