//! One assignment, made ready to be judged.

use super::bits::Row;
use super::index::Table;
use super::plant::{Plant, Span};
use crate::assignment::Assignment;
use crate::factor::Strength;
use crate::id::StationId;
use crate::time::Moment;

/// What is asked: the roles that have the right, the number of the area.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) roles: Row<'a>,
    pub(super) area: u32,
    pub(super) here: Here,
}

/// Where, when and with which proof it is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Here {
    pub(super) station: Option<StationId>,
    pub(super) strength: Option<Strength>,
    pub(super) moment: Moment,
}

/// The first condition of an assignment that is not met, in the order in which
/// they are looked at: the later, the nearer it came. Roles that exclude each
/// other have their place after the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    Role,
    Area,
    Station,
    Time,
    Strength,
}

/// An assignment whose role and holder are known.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) given: Assignment,
    pub(super) role: u32,
    pub(super) areas: Box<[Span]>,
    pub(super) stations: Stations,
}

/// At which stations an assignment counts.
#[derive(Clone, Debug)]
pub(super) enum Stations {
    /// At any, and without one.
    Any,
    /// At these, in order; at none if all of them are gone.
    Only(Box<[StationId]>),
}

impl Stations {
    fn of<T>(named: &[StationId], known: &Table<StationId, T>) -> Self {
        if named.is_empty() {
            return Self::Any;
        }
        let mut only: Vec<StationId> = named.iter().copied().filter(|id| known.contains_key(id)).collect();
        only.sort_unstable();
        Self::Only(only.into_boxed_slice())
    }

    fn fit(&self, station: Option<StationId>) -> bool {
        match self {
            Self::Any => true,
            Self::Only(these) => station.is_some_and(|station| these.binary_search(&station).is_ok()),
        }
    }
}

impl Grant {
    /// The assignment with the areas and stations that are there.
    pub(super) fn of<T>(given: Assignment, role: u32, plant: &Plant, stations: &Table<StationId, T>) -> Self {
        let spans = given.areas.iter().filter_map(|id| Some(plant.node(plant.by_id(*id)?)?.span));
        let areas = spans.collect();
        let stations = Stations::of(&given.stations, stations);
        Self { given, role, areas, stations }
    }

    /// What of an assignment whose role fits does not fit what is asked; `None` if
    /// it allows it.
    pub(super) fn gap(&self, asked: Asked<'_>) -> Option<Gap> {
        self.gaps(asked).next()
    }

    /// Everything that does not fit.
    pub(super) fn gaps(&self, asked: Asked<'_>) -> impl Iterator<Item = Gap> {
        let area = (!self.covers(asked.area)).then_some(Gap::Area);
        area.into_iter().chain(self.gaps_here(asked.here))
    }

    /// What of the station, the time and the strength does not fit.
    pub(super) fn gap_here(&self, here: Here) -> Option<Gap> {
        self.gaps_here(here).next()
    }

    fn gaps_here(&self, here: Here) -> impl Iterator<Item = Gap> {
        [Gap::Station, Gap::Time, Gap::Strength].into_iter().filter(move |gap| !self.fits(*gap, here))
    }

    fn fits(&self, condition: Gap, here: Here) -> bool {
        match condition {
            Gap::Station => self.stations.fit(here.station),
            Gap::Time => self.given.in_time(here.moment),
            Gap::Strength => self.given.strength <= here.strength,
            Gap::Role | Gap::Area => true,
        }
    }

    /// Whether it counts in this area.
    pub(super) fn covers(&self, area: u32) -> bool {
        self.areas.iter().any(|span| span.covers(area))
    }
}
