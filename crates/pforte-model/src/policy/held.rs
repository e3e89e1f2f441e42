//! What one user could ever be allowed by a policy.

use super::compile::Policy;
use super::explain::Named;
use super::groups::{By, Reached};
use super::index::{narrow, wide};
use crate::id::{GroupId, UserId};
use std::borrow::Cow;

/// A user with all groups and assignments, direct or by nested groups.
///
/// Made by [`Policy::hold`] and kept with the session. It stays right whatever
/// policy it is given to: one of another version looks everything up anew at each
/// question, which is slower, so renew it with [`Policy::renew`].
#[derive(Clone, Debug)]
pub struct Held {
    pub(super) version: u64,
    pub(super) user: Named<UserId>,
    pub(super) told: Vec<GroupId>,
    pub(super) reached: Vec<Reached>,
    pub(super) candidates: Vec<Candidate>,
}

/// An assignment of the user, and by which group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) grant: u32,
    pub(super) role: u32,
    pub(super) by: Option<u32>,
}

impl Held {
    /// The user.
    #[must_use]
    pub const fn user(&self) -> &Named<UserId> {
        &self.user
    }

    /// The groups that the user's directory told.
    #[must_use]
    pub fn told(&self) -> &[GroupId] {
        &self.told
    }

    /// Whether nothing is assigned to the user in any way.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.candidates.is_empty()
    }

    /// The way to a group, from the user outward, as places in what was reached.
    pub(super) fn way(&self, to: Option<u32>) -> Vec<Reached> {
        let at = |place: u32| self.reached.get(wide(place)).copied();
        let next = |step: &Reached| match step.by {
            By::Through(place) => at(place),
            By::Directory | By::Local => None,
        };
        let mut way: Vec<Reached> = std::iter::successors(to.and_then(at), next).collect();
        way.reverse();
        way
    }
}

impl Policy {
    /// Everything that could give `user` a right. `told` are the groups that the
    /// user's own directory tells, nested ones included; local groups are added
    /// here. Groups that the policy does not know give nothing.
    #[must_use]
    pub fn hold(&self, user: Named<UserId>, told: &[GroupId]) -> Held {
        let reached = self.groups.closure(user.id, told);
        let direct = self.of_user.get(&user.id).into_iter().flatten();
        let mut candidates: Vec<Candidate> =
            direct.filter_map(|grant| self.candidate(*grant, None)).collect();
        for (place, step) in reached.iter().enumerate() {
            let grants = self.of_group.get(wide(step.group)).into_iter().flatten();
            candidates.extend(grants.filter_map(|grant| self.candidate(*grant, Some(narrow(place)))));
        }
        Held { version: self.version, user, told: told.to_vec(), reached, candidates }
    }

    fn candidate(&self, grant: u32, by: Option<u32>) -> Option<Candidate> {
        Some(Candidate { grant, role: self.grant(grant)?.role, by })
    }

    /// The same user held by this policy; `None` if it already is.
    #[must_use]
    pub fn renew(&self, held: &Held) -> Option<Held> {
        (held.version != self.version).then(|| self.hold(held.user.clone(), &held.told))
    }

    pub(super) fn current<'a>(&self, held: &'a Held) -> Cow<'a, Held> {
        self.renew(held).map_or(Cow::Borrowed(held), Cow::Owned)
    }
}
