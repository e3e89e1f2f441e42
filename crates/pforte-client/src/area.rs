//! Areas: the plant as a tree.

use crate::address::Target;
use crate::client::Client;
use crate::error::ClientError;
use crate::list::Page;
use pforte_wire::List;
use pforte_wire::area::{Area, ChangeArea, NewArea};

impl Client {
    /// The areas, the whole tree in the order of the paths.
    pub async fn areas(&self, page: &Page) -> Result<List<Area>, ClientError> {
        self.get(Target::api(&["areas"]).page(page)).await
    }

    /// One area.
    pub async fn area(&self, id: &str) -> Result<Area, ClientError> {
        self.get(Target::api(&["areas", id])).await
    }

    /// Makes an area.
    pub async fn add_area(&self, new: &NewArea) -> Result<Area, ClientError> {
        self.post(Target::api(&["areas"]), new).await
    }

    /// Renames or moves an area with all below it.
    pub async fn change_area(&self, id: &str, change: &ChangeArea) -> Result<Area, ClientError> {
        self.patch(Target::api(&["areas", id]), change).await
    }

    /// Removes an area.
    pub async fn remove_area(&self, id: &str) -> Result<(), ClientError> {
        self.delete(Target::api(&["areas", id])).await
    }
}
