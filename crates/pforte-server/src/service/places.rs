//! Areas and stations as callers name them in lists.

use crate::fault::Fault;
use crate::live::plant::Plant;
use crate::service::areas;
use crate::service::plant::area_name;
use pforte_model::id::{AreaId, StationId};
use pforte_wire::Named;

/// Most areas that one thing may name.
pub(crate) const MOST_AREAS: usize = 100;

/// Most stations that one thing may name.
pub(crate) const MOST_STATIONS: usize = 500;

/// The areas that a caller names by identifier or path, each once.
pub(crate) fn areas(plant: &Plant, asked: &[String]) -> Result<Vec<AreaId>, Fault> {
    if asked.len() > MOST_AREAS {
        return Err(Fault::value("areas", &format!("at most {MOST_AREAS}")));
    }
    let found = asked.iter().map(|area| areas::find(plant, area)).collect::<Result<_, _>>()?;
    Ok(each_once(found))
}

/// The stations that a caller names by identifier, each once.
pub(crate) fn stations(plant: &Plant, asked: &[String]) -> Result<Vec<StationId>, Fault> {
    if asked.len() > MOST_STATIONS {
        return Err(Fault::value("stations", &format!("at most {MOST_STATIONS}")));
    }
    let known = |text: &String| {
        let id: StationId = text.parse()?;
        plant.station(id).map(|station| station.id).ok_or_else(|| Fault::missing("station"))
    };
    Ok(each_once(asked.iter().map(known).collect::<Result<_, _>>()?))
}

/// Areas with their paths.
pub(crate) fn named_areas(plant: &Plant, ids: &[AreaId]) -> Vec<Named> {
    ids.iter().map(|id| named_area(plant, *id)).collect()
}

/// An area with its path.
pub(crate) fn named_area(plant: &Plant, id: AreaId) -> Named {
    Named { id: id.to_string(), name: area_name(plant, id) }
}

/// Stations with their names.
pub(crate) fn named_stations(plant: &Plant, ids: &[StationId]) -> Vec<Named> {
    let name = |id: &StationId| plant.station(*id).map_or_else(|| id.to_string(), |found| found.name.clone());
    ids.iter().map(|id| Named { id: id.to_string(), name: name(id) }).collect()
}

/// The same without repetitions, in order.
fn each_once<T: Ord>(mut ids: Vec<T>) -> Vec<T> {
    ids.sort_unstable();
    ids.dedup();
    ids
}
