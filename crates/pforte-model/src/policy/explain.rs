//! The full reason of a decision.

use super::bits::Row;
use super::compile::Policy;
use super::decide::{Question, Standing};
use super::grant::{Asked, Gap, Grant, Stations};
use super::groups::{By, Reached};
use super::held::{Candidate, Held};
use super::ways::Way;
use crate::assignment::{Assignment, Schedule};
use crate::factor::Strength;
use crate::id::{AreaId, AssignmentId, GroupId, RightId, RoleId, StationId, UserId};
use crate::time::{Micros, Moment};
use serde::{Deserialize, Serialize};

/// The identity of something and what people call it (of an area: its path).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Named<I> {
    /// Its identity.
    pub id: I,
    /// Its name.
    pub name: String,
}

/// Why something is allowed or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explain {
    /// The decision.
    pub allowed: bool,
    /// Who asks.
    pub user: Named<UserId>,
    /// The right; none if there is no such right.
    pub right: Option<Named<RightId>>,
    /// The area; none if there is no such area.
    pub area: Option<Named<AreaId>>,
    /// How the right is reached, from the user to the role. If it is refused: the
    /// way that came nearest, none if no role of the user has the right.
    pub path: Option<Path>,
    /// What was missing first on the way that came nearest; none if it is allowed.
    pub missing: Option<Missing>,
    /// All ways, the told one first, where they were asked for ([`Policy::ways`]).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ways: Vec<Way>,
}

/// From a user to a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Path {
    /// The groups in order, the user's own first; empty if the role is assigned to
    /// the user directly.
    pub groups: Vec<Step>,
    /// The assignment to the last group, or to the user.
    pub assignment: AssignmentId,
    /// The role that it gives.
    pub role: Named<RoleId>,
    /// The area of the assignment that is the asked one or above it.
    pub area: Option<Named<AreaId>>,
}

/// One group on the way from a user to a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The group.
    #[serde(flatten)]
    pub group: Named<GroupId>,
    /// Who tells that the step before is in it.
    pub told: Told,
    /// Whether Pforte itself does not know the group: its directory alone tells of
    /// it, between two others.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub foreign: bool,
}

/// Who tells that somebody is in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Told {
    /// The user's own directory, nested groups of its own included.
    Directory,
    /// Pforte's own list of the members of a local group.
    Local,
}

/// What was missing first.
///
/// The variants stand in the order in which they are looked at: the later, the
/// nearer it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Missing {
    /// The user is disabled and gets no session, whatever the roles.
    Enabled,
    /// No application registered such a right.
    UnknownRight {
        /// What was asked, cut to [`Missing::MOST`] characters.
        asked: String,
    },
    /// The plant has no such area.
    UnknownArea {
        /// What was asked, cut to [`Missing::MOST`] characters.
        asked: String,
    },
    /// No role of the user has the right.
    Role {
        /// Roles that have it, at most [`Missing::MOST`].
        roles: Vec<Named<RoleId>>,
    },
    /// The role counts in other areas.
    Area {
        /// Where it counts, at most [`Missing::MOST`].
        holds_in: Vec<Named<AreaId>>,
    },
    /// The role counts at other stations.
    Station {
        /// The station, if one proved itself and is known.
        here: Option<Named<StationId>>,
        /// Where it counts, at most [`Missing::MOST`].
        holds_at: Vec<Named<StationId>>,
    },
    /// The role counts at another time.
    Time {
        /// First moment at which it counts.
        from: Option<Micros>,
        /// First moment at which it no longer counts.
        until: Option<Micros>,
        /// The times of the week at which it counts.
        schedule: Option<Schedule>,
    },
    /// The role needs a stronger proof of the person.
    Strength {
        /// The least that counts.
        needed: Option<Strength>,
        /// What was proved.
        proved: Option<Strength>,
    },
}

impl Missing {
    /// Most entries of a list, and most characters of what was asked.
    pub const MOST: usize = 100;
}

impl Policy {
    /// The full reason of what [`Policy::answer`] answers to the same question.
    #[must_use]
    pub fn explain(
        &self,
        held: &Held,
        standing: &Standing<'_>,
        question: Question<'_>,
        moment: Moment,
    ) -> Explain {
        let (right, area) = (self.rights.find(question.right), self.plant.find(question.area));
        let (path, missing) = match (right, area) {
            (None, _) => (None, Some(Missing::UnknownRight { asked: cut(question.right) })),
            (_, None) => (None, Some(Missing::UnknownArea { asked: cut(question.area) })),
            (Some(right), Some(area)) => {
                self.reason(&self.current(held), self.asked(right, area, standing, moment))
            }
        };
        Explain {
            allowed: missing.is_none(),
            user: held.user.clone(),
            right: right.and_then(|right| self.name_right(right)),
            area: area.and_then(|area| self.name_area(area)),
            path,
            missing,
            ways: Vec::new(),
        }
    }

    fn reason(&self, held: &Held, asked: Asked<'_>) -> (Option<Path>, Option<Missing>) {
        let mut nearest: Option<(Candidate, Gap)> = None;
        for candidate in &held.candidates {
            match self.gap(*candidate, asked) {
                None => return (self.path(held, *candidate, asked), None),
                Some(Gap::Role) => {}
                Some(gap) if nearest.is_some_and(|(_, best)| best >= gap) => {}
                Some(gap) => nearest = Some((*candidate, gap)),
            }
        }
        let found = nearest.and_then(|(near, gap)| Some((near, self.grant(near.grant)?, gap)));
        let Some((near, grant, gap)) = found else {
            return (None, Some(Missing::Role { roles: self.roles_with(asked.roles) }));
        };
        (self.path(held, near, asked), Some(self.missing(grant, gap, asked)))
    }

    fn missing(&self, grant: &Grant, gap: Gap, asked: Asked<'_>) -> Missing {
        match gap {
            Gap::Role => Missing::Role { roles: self.roles_with(asked.roles) },
            Gap::Area => Missing::Area { holds_in: self.areas_of(grant) },
            Gap::Station => Missing::Station {
                here: asked.here.station.and_then(|id| self.name_station(id)),
                holds_at: self.stations_of(grant),
            },
            Gap::Time => {
                let Assignment { from, until, schedule, .. } = grant.given.clone();
                Missing::Time { from, until, schedule }
            }
            Gap::Strength => Missing::Strength { needed: grant.given.strength, proved: asked.here.strength },
        }
    }

    pub(super) fn path(&self, held: &Held, candidate: Candidate, asked: Asked<'_>) -> Option<Path> {
        let grant = self.grant(candidate.grant)?;
        let role = self.role(grant.role)?;
        let area = grant.areas.iter().find(|span| span.covers(asked.area));
        Some(Path {
            groups: held.way(candidate.by).into_iter().filter_map(|step| self.step(step)).collect(),
            assignment: grant.given.id,
            role: Named { id: role.id, name: role.name.clone() },
            area: area.and_then(|span| self.name_area(span.first)),
        })
    }

    fn step(&self, step: Reached) -> Option<Step> {
        let row = self.groups.row(step.group)?;
        let told = match step.by {
            By::Directory => Told::Directory,
            By::Local | By::Through(_) => Told::Local,
        };
        Some(Step { group: Named { id: row.id, name: row.name.clone() }, told, foreign: false })
    }

    fn roles_with(&self, roles: Row<'_>) -> Vec<Named<RoleId>> {
        let with = roles.members().filter_map(|role| self.role(role));
        with.map(|role| Named { id: role.id, name: role.name.clone() }).take(Missing::MOST).collect()
    }

    pub(super) fn areas_of(&self, grant: &Grant) -> Vec<Named<AreaId>> {
        let areas = grant.areas.iter().filter_map(|span| self.name_area(span.first));
        areas.take(Missing::MOST).collect()
    }

    pub(super) fn stations_of(&self, grant: &Grant) -> Vec<Named<StationId>> {
        let only: &[StationId] = match &grant.stations {
            Stations::Any => &[],
            Stations::Only(these) => these,
        };
        only.iter().filter_map(|id| self.name_station(*id)).take(Missing::MOST).collect()
    }

    pub(super) fn name_area(&self, number: u32) -> Option<Named<AreaId>> {
        let node = self.plant.node(number)?;
        Some(Named { id: node.id, name: node.path.clone() })
    }

    pub(super) fn name_right(&self, number: u32) -> Option<Named<RightId>> {
        let row = self.rights.row(number)?;
        Some(Named { id: row.id, name: row.name.to_string() })
    }

    fn name_station(&self, id: StationId) -> Option<Named<StationId>> {
        Some(Named { id, name: self.stations.get(&id)?.name.clone() })
    }
}

fn cut(asked: &str) -> String {
    asked.chars().take(Missing::MOST).collect()
}
