//! Every assignment of a person that could give a right, for people who ask why.
//!
//! [`Policy::explain`] tells the one way that decided; here all of them stand side
//! by side, with every condition that is not met, so that somebody sees which
//! assignment to change and that changing one of them may not be enough.

use super::compile::Policy;
use super::decide::{Question, Standing};
use super::explain::{Named, Path};
use super::grant::{Gap, Grant, Stations};
use super::held::{Candidate, Held};
use crate::assignment::{Assignment, Schedule};
use crate::factor::Strength;
use crate::id::{AreaId, StationId};
use crate::time::{Micros, Moment};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// One assignment of the user whose role has the right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// From the user to the role.
    #[serde(flatten)]
    pub path: Path,
    /// Under which conditions the assignment counts.
    pub conditions: Conditions,
    /// The conditions that are not met, in the order in which they are looked at;
    /// empty if this way allows it.
    pub unmet: Vec<Unmet>,
}

/// Where, when and with which proof an assignment counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conditions {
    /// The areas, each with all below it; at most [`super::Missing::MOST`].
    pub areas: Vec<Named<AreaId>>,
    /// The stations, at most [`super::Missing::MOST`]; none if it counts at any.
    pub stations: Option<Vec<Named<StationId>>>,
    /// The times of the week; none if it counts always.
    pub schedule: Option<Schedule>,
    /// First moment at which it counts.
    pub from: Option<Micros>,
    /// First moment at which it no longer counts.
    pub until: Option<Micros>,
    /// The least strength of the person's proof.
    pub strength: Option<Strength>,
}

/// A condition of an assignment that is not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Unmet {
    /// It counts in other areas.
    Area,
    /// It counts at other stations.
    Station,
    /// It counts at another time.
    Time,
    /// It needs a stronger proof.
    Strength,
}

impl Way {
    /// Most ways that are told of one question.
    pub const MOST: usize = 50;
}

impl Policy {
    /// All ways by which the holder comes to the right or near it, at most
    /// [`Way::MOST`]: first those that allow it, then the nearest. The first one is
    /// the one that [`Policy::explain`] tells. None if the right or the area is not
    /// there, or if no role of the holder has the right.
    #[must_use]
    pub fn ways(
        &self,
        held: &Held,
        standing: &Standing<'_>,
        question: Question<'_>,
        moment: Moment,
    ) -> Vec<Way> {
        let found = self.rights.find(question.right).zip(self.plant.find(question.area));
        let Some((right, area)) = found else { return Vec::new() };
        let asked = self.asked(right, area, standing, moment);
        let held = self.current(held);
        let mut ways: Vec<(Candidate, Option<Gap>)> =
            held.candidates.iter().map(|candidate| (*candidate, self.gap(*candidate, asked))).collect();
        ways.retain(|(_, gap)| *gap != Some(Gap::Role));
        // A stable sort: of equally near ones the order of the decision stays.
        ways.sort_by_key(|(_, gap)| (gap.is_some(), Reverse(*gap)));
        ways.truncate(Way::MOST);
        let told = ways.into_iter().filter_map(|(candidate, _)| {
            let grant = self.grant(candidate.grant)?;
            Some(Way {
                path: self.path(&held, candidate, asked)?,
                conditions: self.conditions(grant),
                unmet: grant.gaps(asked).map(Unmet::of).collect(),
            })
        });
        told.collect()
    }

    fn conditions(&self, grant: &Grant) -> Conditions {
        let Assignment { schedule, from, until, strength, .. } = grant.given.clone();
        let stations = match grant.stations {
            Stations::Any => None,
            Stations::Only(_) => Some(self.stations_of(grant)),
        };
        Conditions { areas: self.areas_of(grant), stations, schedule, from, until, strength }
    }
}

impl Unmet {
    const fn of(gap: Gap) -> Self {
        match gap {
            Gap::Station => Self::Station,
            Gap::Time => Self::Time,
            Gap::Strength => Self::Strength,
            Gap::Role | Gap::Area => Self::Area,
        }
    }
}
