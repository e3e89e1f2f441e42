//! Stations, and who is in charge there.

use crate::address::Target;
use crate::client::Client;
use crate::error::ClientError;
use crate::list::Page;
use pforte_wire::session::InCharge;
use pforte_wire::station::{ChangeStation, NewStation, RegisteredStation, Station};
use pforte_wire::{Credential, List};

impl Client {
    /// The stations.
    pub async fn stations(&self, page: &Page) -> Result<List<Station>, ClientError> {
        self.get(Target::api(&["stations"]).page(page)).await
    }

    /// One station.
    pub async fn station(&self, id: &str) -> Result<Station, ClientError> {
        self.get(Target::api(&["stations", id])).await
    }

    /// The station that calls.
    pub async fn current_station(&self) -> Result<Station, ClientError> {
        self.get(Target::api(&["stations", "current"])).await
    }

    /// Registers a station; the answer tells its credential, once.
    pub async fn add_station(&self, new: &NewStation) -> Result<RegisteredStation, ClientError> {
        self.post(Target::api(&["stations"]), new).await
    }

    /// Changes a station.
    pub async fn change_station(&self, id: &str, change: &ChangeStation) -> Result<Station, ClientError> {
        self.patch(Target::api(&["stations", id]), change).await
    }

    /// Removes a station.
    pub async fn remove_station(&self, id: &str) -> Result<(), ClientError> {
        self.delete(Target::api(&["stations", id])).await
    }

    /// Gives a station a new credential; the old one no longer counts.
    pub async fn renew_station_credential(&self, id: &str) -> Result<Credential, ClientError> {
        self.post_empty(Target::api(&["stations", id, "credential"])).await
    }

    /// Who is in charge at a station.
    pub async fn in_charge(&self, station: &str) -> Result<InCharge, ClientError> {
        self.get(Target::api(&["stations", station, "session"])).await
    }
}
