//! The decision.

use super::compile::Policy;
use super::grant::{Asked, Gap, Here};
use super::held::{Candidate, Held};
use super::index::{AreaIx, RightIx};
use crate::factor::{Proved, strength};
use crate::id::StationId;
use crate::time::Moment;

/// Where somebody is, and what was proved: what a session brings to a decision.
#[derive(Clone, Copy, Debug, Default)]
pub struct Standing<'a> {
    /// The station, if one proved itself.
    pub station: Option<StationId>,
    /// What the person proved, and when.
    pub factors: &'a [Proved],
}

/// What is asked, as an application writes it.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The right's full name, such as `batch/release`.
    pub right: &'a str,
    /// The area's path or identity.
    pub area: &'a str,
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// An assignment allows it.
    Allowed,
    /// No assignment does.
    Refused,
}

impl Verdict {
    /// Whether it is allowed.
    #[must_use]
    pub const fn allowed(self) -> bool {
        matches!(self, Self::Allowed)
    }
}

impl Policy {
    /// Whether the holder may do it, there and at that moment.
    ///
    /// Allowed if one assignment of the holder gives a role with the right, its
    /// area is the asked one or above it, and its stations, times and strength fit.
    pub fn decide(
        &self,
        held: &Held,
        standing: &Standing<'_>,
        right: RightIx,
        area: AreaIx,
        moment: Moment,
    ) -> Verdict {
        let (Some(right), Some(area)) = (self.own_right(right), self.own_area(area)) else {
            return Verdict::Refused;
        };
        let asked = self.asked(right, area, standing, moment);
        let held = self.current(held);
        if held.candidates.iter().any(|candidate| self.gap(*candidate, asked).is_none()) {
            Verdict::Allowed
        } else {
            Verdict::Refused
        }
    }

    /// [`Self::decide`] for what an application wrote; what is unknown is refused.
    pub fn answer(
        &self,
        held: &Held,
        standing: &Standing<'_>,
        question: Question<'_>,
        moment: Moment,
    ) -> Verdict {
        match (self.right(question.right), self.area(question.area)) {
            (Some(right), Some(area)) => self.decide(held, standing, right, area, moment),
            _ => Verdict::Refused,
        }
    }

    /// What the assignment lacks; `None` if it allows what is asked.
    pub(super) fn gap(&self, candidate: Candidate, asked: Asked<'_>) -> Option<Gap> {
        if !asked.roles.contains(candidate.role) {
            return Some(Gap::Role);
        }
        self.grant(candidate.grant).map_or(Some(Gap::Role), |grant| grant.gap(asked))
    }

    pub(super) fn asked(&self, right: u32, area: u32, standing: &Standing<'_>, moment: Moment) -> Asked<'_> {
        Asked { roles: self.roles_of.row(right), area, here: Here::of(standing, moment) }
    }
}

impl Here {
    pub(super) fn of(standing: &Standing<'_>, moment: Moment) -> Self {
        Self { station: standing.station, strength: strength(standing.factors), moment }
    }
}
