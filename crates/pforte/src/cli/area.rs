//! `pforte area`: the plant as a tree.

use crate::cli::failure::{Done, Failure};
use crate::cli::link::Link;
use crate::cli::out::Out;
use crate::cli::parse::area_path;
use crate::cli::resolve;
use crate::cli::show::Shown;
use clap::{Args, Subcommand};
use pforte_client::{Client, every};
use pforte_wire::area::{self, ChangeArea, NewArea};

/// Areas: the plant as a tree
#[derive(Args)]
pub(crate) struct Area {
    #[command(flatten)]
    link: Link,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Make an area
    Add {
        /// Its path: the area above, `/`, its name
        path: String,
    },
    /// List all areas by their paths
    List,
    /// Show one area
    Show {
        /// Identifier or path
        area: String,
    },
    /// Rename an area
    Rename {
        /// Identifier or path
        area: String,
        /// The new name, without `/`
        name: String,
    },
    /// Move an area with all below it
    Move {
        /// Identifier or path
        area: String,
        /// The new area above: identifier or path
        below: String,
    },
    /// Remove an area that nothing uses
    Remove {
        /// Identifier or path
        area: String,
    },
}

impl Area {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        let client = self.link.client()?;
        match self.verb {
            Verb::Add { path } => {
                let (parent, name) = area_path(&path).ok_or_else(no_parent)?;
                let new = NewArea { parent: parent.to_owned(), name: name.to_owned() };
                out.one(&client.add_area(&new).await?)
            }
            Verb::List => out.list(&sorted(every(async |page| client.areas(&page).await).await?)),
            Verb::Show { area } => out.one(&resolve::area(&client, &area).await?),
            Verb::Rename { area, name } => change(&client, out, &area, Some(name), None).await,
            Verb::Move { area, below } => change(&client, out, &area, None, Some(below)).await,
            Verb::Remove { area } => {
                client.remove_area(&resolve::area(&client, &area).await?.id).await?;
                out.said("Removed.")
            }
        }
    }
}

fn no_parent() -> Failure {
    Failure::wrong_use("an area stands below another one", "Write the path from the root: ROOT/NAME.")
}

fn sorted(mut areas: Vec<area::Area>) -> Vec<area::Area> {
    areas.sort_by(|one, other| one.path.split('/').cmp(other.path.split('/')));
    areas
}

async fn change(
    client: &Client,
    out: &mut Out,
    typed: &str,
    name: Option<String>,
    parent: Option<String>,
) -> Done {
    let area = resolve::area(client, typed).await?;
    let change = ChangeArea { version: area.version, name, parent };
    out.one(&client.change_area(&area.id, &change).await?)
}

impl Shown for area::Area {
    const HEADS: &'static [&'static str] = &["area", "id"];

    fn cells(&self) -> Vec<String> {
        vec![self.path.clone(), self.id.clone()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_is_listed_before_those_below_it() {
        let area = |path: &str| area::Area {
            id: String::new(),
            parent: None,
            name: String::new(),
            path: path.to_owned(),
            version: 1,
        };
        let areas = sorted(["a b", "a/b", "a", "a/b/c", "a!"].map(area).to_vec());
        let paths: Vec<&str> = areas.iter().map(|area| area.path.as_str()).collect();
        assert_eq!(paths, ["a", "a/b", "a/b/c", "a b", "a!"]);
    }
}
