//! Who has which role, in which areas, at which stations, when, with which strength.

use crate::account::Principal;
use crate::factor::Strength;
use crate::id::{AreaId, AssignmentId, RoleId, StationId};
use crate::time::{Micros, MinuteOfWeek, Moment};
use serde::{Deserialize, Serialize};

/// A role given to a user or a group, with the conditions under which it counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Its identity.
    pub id: AssignmentId,
    /// The role.
    pub role: RoleId,
    /// Who has it.
    pub principal: Principal,
    /// The areas in which it counts, each with all below it. Never empty.
    pub areas: Vec<AreaId>,
    /// The stations at which it counts; empty means at any, and without one.
    pub stations: Vec<StationId>,
    /// The times of the week at which it counts; `None` means always.
    pub schedule: Option<Schedule>,
    /// First moment at which it counts.
    pub from: Option<Micros>,
    /// First moment at which it no longer counts.
    pub until: Option<Micros>,
    /// The least strength of the person's proof.
    pub strength: Option<Strength>,
}

/// Times of the week, in the plant's time zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Schedule(pub Vec<Span>);

/// From one minute of the week up to, not including, another; past Sunday
/// midnight it goes on with Monday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// First minute.
    pub from: MinuteOfWeek,
    /// First minute that is outside again.
    pub to: MinuteOfWeek,
}

impl Schedule {
    /// Most spans that a schedule may have: a change of each of the week's hours.
    pub const MAX_SPANS: usize = 168;

    /// Whether the plant's wall clock is inside one of the spans.
    #[must_use]
    pub fn holds(&self, wall: MinuteOfWeek) -> bool {
        self.0.iter().any(|span| span.holds(wall))
    }
}

impl Span {
    const fn holds(self, wall: MinuteOfWeek) -> bool {
        if self.from.0 <= self.to.0 {
            self.from.0 <= wall.0 && wall.0 < self.to.0
        } else {
            self.from.0 <= wall.0 || wall.0 < self.to.0
        }
    }
}

impl Assignment {
    /// Whether its window and its schedule hold at this moment.
    #[must_use]
    pub fn in_time(&self, moment: Moment) -> bool {
        self.from.is_none_or(|from| from <= moment.at)
            && self.until.is_none_or(|until| moment.at < until)
            && self.schedule.as_ref().is_none_or(|schedule| schedule.holds(moment.wall))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_over_the_end_of_the_week_goes_on_with_monday() {
        let night = Schedule(vec![Span { from: MinuteOfWeek(10_000), to: MinuteOfWeek(300) }]);
        for (wall, inside) in [(9_999, false), (10_000, true), (0, true), (299, true), (300, false)] {
            assert_eq!(night.holds(MinuteOfWeek(wall)), inside, "{wall}");
        }
    }
}
