//! The groups, numbered, and who is in which local group.

use super::facts::{BadFacts, GroupFact, MemberFact};
use super::index::{Table, narrow, wide};
use crate::account::Principal;
use crate::id::{GroupId, UserId};

/// Every known group and the memberships of local ones.
#[derive(Clone, Debug, Default)]
pub(super) struct Groups {
    rows: Vec<GroupFact>,
    by_id: Table<GroupId, u32>,
    of_group: Vec<Vec<u32>>,
    of_user: Table<UserId, Vec<u32>>,
}

impl Groups {
    /// Numbers the groups. A membership of or in an unknown group is left out.
    pub(super) fn number(rows: Vec<GroupFact>, members: &[MemberFact]) -> Result<Self, BadFacts> {
        let mut groups = Self { of_group: vec![Vec::new(); rows.len()], ..Self::default() };
        for (row, at) in rows.iter().zip(0..) {
            if groups.by_id.insert(row.id, at).is_some() {
                return Err(BadFacts::Twice { kind: "groups", which: row.id.to_string() });
            }
        }
        groups.rows = rows;
        for fact in members {
            groups.join(*fact);
        }
        Ok(groups)
    }

    fn join(&mut self, fact: MemberFact) {
        let Some(group) = self.find(fact.group) else { return };
        match fact.member {
            Principal::User(user) => self.of_user.entry(user).or_default().push(group),
            Principal::Group(inner) => {
                if let Some(of) = self.find(inner).and_then(|inner| self.of_group.get_mut(wide(inner))) {
                    of.push(group);
                }
            }
        }
    }

    /// The number of the group with this identity.
    pub(super) fn find(&self, id: GroupId) -> Option<u32> {
        self.by_id.get(&id).copied()
    }

    /// How many there are; each number is below it.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The group with this number.
    pub(super) fn row(&self, number: u32) -> Option<&GroupFact> {
        self.rows.get(wide(number))
    }

    /// All groups of a user at any depth, each once and by a shortest way.
    /// `told` are those that the user's own directory tells.
    pub(super) fn closure(&self, user: UserId, told: &[GroupId]) -> Vec<Reached> {
        let own = self.of_user.get(&user).into_iter().flatten();
        let own = own.map(|group| Reached { group: *group, by: By::Local });
        let told = told.iter().filter_map(|id| self.find(*id));
        let told = told.map(|group| Reached { group, by: By::Directory });
        let mut seen = vec![false; self.len()];
        let mut reached = Vec::new();
        let mut take = |step: Reached, reached: &mut Vec<Reached>| {
            if seen.get_mut(wide(step.group)).is_some_and(|seen| !std::mem::replace(seen, true)) {
                reached.push(step);
            }
        };
        told.chain(own).for_each(|step| take(step, &mut reached));
        let mut at = 0;
        while let Some(inner) = reached.get(at).copied() {
            for group in self.of_group.get(wide(inner.group)).into_iter().flatten() {
                take(Reached { group: *group, by: By::Through(narrow(at)) }, &mut reached);
            }
            at += 1;
        }
        reached
    }
}

/// A group that a user is in, and by what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reached {
    pub(super) group: u32,
    pub(super) by: By,
}

/// How a group was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// The user's own directory tells it.
    Directory,
    /// The user is a member of the local group.
    Local,
    /// The group at this place of the closure is a member of the local group.
    Through(u32),
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    fn group(n: u8) -> GroupId {
        GroupId::from_bytes([n; 16])
    }

    fn groups(count: u8, edges: &[(u8, u8)]) -> Groups {
        let rows = (0..count).map(|n| GroupFact { id: group(n), name: format!("g{n}") }).collect();
        let edge = |(inner, outer): &(u8, u8)| MemberFact {
            member: Principal::Group(group(*inner)),
            group: group(*outer),
        };
        Groups::number(rows, &edges.iter().map(edge).collect::<Vec<_>>()).unwrap()
    }

    fn reached(groups: &Groups, told: &[u8]) -> Vec<u32> {
        let told: Vec<GroupId> = told.iter().map(|n| group(*n)).collect();
        groups.closure(UserId::from_bytes([0; 16]), &told).iter().map(|reached| reached.group).collect()
    }

    #[test]
    fn groups_in_a_circle_end() {
        let circle = groups(3, &[(0, 1), (1, 2), (2, 0), (1, 1)]);
        assert_eq!(reached(&circle, &[1]), [1, 2, 0]);
    }

    #[test]
    fn membership_goes_outward_only_and_each_group_counts_once() {
        let nested = groups(5, &[(0, 1), (1, 2), (0, 2), (3, 1), (2, 9), (9, 4)]);
        assert_eq!(reached(&nested, &[0, 0, 77]), [0, 1, 2]);
        assert_eq!(reached(&nested, &[2]), [2]);
        assert!(reached(&nested, &[]).is_empty());
    }
}
