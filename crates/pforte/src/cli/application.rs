//! `pforte application`: programs that ask Pforte, and their rights.

use crate::cli::failure::{Done, Failure};
use crate::cli::link::Link;
use crate::cli::out::Out;
use crate::cli::parse::yes_no;
use crate::cli::private;
use crate::cli::resolve;
use crate::cli::show::{self, Shown, names};
use clap::{Args, Subcommand};
use pforte_client::{Client, every};
use pforte_wire::application::{self, ChangeApplication, NewApplication, RegisterRights};
use std::path::{Path, PathBuf};

/// Applications: programs that ask Pforte, and their rights
#[derive(Args)]
pub(crate) struct Application {
    #[command(flatten)]
    link: Link,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Register an application and print its credential, once
    Add {
        /// Its key, the first half of its rights' names: `a-z 0-9 . - _`
        key: String,
        /// Its name
        #[arg(long)]
        name: String,
        #[command(flatten)]
        scope: Scope,
    },
    /// List applications
    List,
    /// Show one application with its rights
    Show {
        /// Identifier, key, or `current`: the one that calls
        application: String,
    },
    /// Change an application; what is not named stays
    Change(Change),
    /// Remove an application and its rights
    Remove {
        /// Identifier or key
        application: String,
    },
    /// Give an application a new credential and print it, once; the old one no longer counts
    RenewCredential {
        /// Identifier or key
        application: String,
    },
    /// Say which rights an application has; those left out are retired
    Rights {
        /// Identifier, key, or `current`: the one that calls
        application: String,
        /// JSON: `{"rights":[{"action":"release","names":{"en":"Release a batch"}}]}`
        file: PathBuf,
    },
}

/// About what an application may ask.
#[derive(Args)]
struct Scope {
    /// An area about which it may ask, with all below it: path or identifier; may be repeated
    #[arg(long = "area", value_name = "AREA")]
    areas: Vec<String>,
    /// A station about which it may ask: name or identifier; may be repeated
    #[arg(long = "station", value_name = "STATION")]
    stations: Vec<String>,
}

#[derive(Args)]
struct Change {
    /// Identifier or key
    application: String,
    /// The new name
    #[arg(long)]
    name: Option<String>,
    /// Whether its credential counts
    #[arg(long, value_name = "yes|no", value_parser = yes_no)]
    enabled: Option<bool>,
    /// Whether it may send names and passwords of signers, typed in its own dialog
    #[arg(long, value_name = "yes|no", value_parser = yes_no)]
    own_dialog: Option<bool>,
    #[command(flatten)]
    scope: Scope,
    /// It may ask about no area
    #[arg(long, conflicts_with = "areas")]
    no_areas: bool,
    /// It may ask about no station but those in its areas
    #[arg(long, conflicts_with = "stations")]
    no_stations: bool,
}

impl Application {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        let client = self.link.client()?;
        match self.verb {
            Verb::Add { key, name, scope } => add(&client, out, key, name, scope).await,
            Verb::List => out.list(&every(async |page| client.applications(&page).await).await?),
            Verb::Show { application } => out.one(&resolve::application(&client, &application).await?),
            Verb::Change(change) => change.run(&client, out).await,
            Verb::Remove { application } => {
                let application = resolve::application(&client, &application).await?;
                client.remove_application(&application.id).await?;
                out.said("Removed.")
            }
            Verb::RenewCredential { application } => {
                let application = resolve::application(&client, &application).await?;
                let renewed = client.renew_application_credential(&application.id).await?;
                if out.is_json() {
                    return out.json(&renewed);
                }
                out.fields(&[("credential", renewed.credential)])
            }
            Verb::Rights { application, file } => {
                let rights = rights(&file)?;
                if application == "current" {
                    return out.one(&client.register_own_rights(&rights).await?);
                }
                let application = resolve::application(&client, &application).await?;
                out.one(&client.register_rights(&application.id, &rights).await?)
            }
        }
    }
}

async fn add(client: &Client, out: &mut Out, key: String, name: String, scope: Scope) -> Done {
    let stations = resolve::station_ids(client, &scope.stations).await?;
    let made = client.add_application(&NewApplication { key, name, areas: scope.areas, stations }).await?;
    out.with_secret(&made.application, ("credential", &made.credential), &made)
}

impl Change {
    async fn run(self, client: &Client, out: &mut Out) -> Done {
        let application = resolve::application(client, &self.application).await?;
        let stations = resolve::station_ids(client, &self.scope.stations).await?;
        let change = ChangeApplication {
            version: application.version,
            name: self.name,
            enabled: self.enabled,
            own_dialog: self.own_dialog,
            areas: named(self.scope.areas, self.no_areas),
            stations: named(stations, self.no_stations),
        };
        out.one(&client.change_application(&application.id, &change).await?)
    }
}

/// `None` if nothing was said, so that it stays as it is.
fn named(list: Vec<String>, none: bool) -> Option<Vec<String>> {
    (none || !list.is_empty()).then_some(list)
}

fn rights(file: &Path) -> Result<RegisterRights, Failure> {
    let content = private::read(file).map_err(|error| Failure::file("read", file, &error))?;
    serde_json::from_slice(&content).map_err(|error| {
        let detail = format!("{}: {error}", file.display());
        let cure = "Write {\"rights\":[{\"action\":\"release\",\"names\":{\"en\":\"Release a batch\"}}]}.";
        Failure::new("file-not-understood", detail, cure)
    })
}

impl Shown for application::Application {
    const HEADS: &'static [&'static str] =
        &["application", "name", "areas", "stations", "rights", "enabled", "id"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.key.clone(),
            self.name.clone(),
            names(&self.areas),
            names(&self.stations),
            self.rights.len().to_string(),
            show::yes_no(self.enabled),
            self.id.clone(),
        ]
    }

    fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = vec![
            ("application", self.key.clone()),
            ("name", self.name.clone()),
            ("areas", names(&self.areas)),
            ("stations", names(&self.stations)),
            ("enabled", show::yes_no(self.enabled)),
            ("id", self.id.clone()),
        ];
        fields.extend(self.rights.iter().map(|right| ("right", spoken(right))));
        fields
    }
}

fn spoken(right: &application::Right) -> String {
    let names: Vec<String> =
        right.names.iter().map(|(language, name)| format!("{language}: {name}")).collect();
    if names.is_empty() { right.name.clone() } else { format!("{} ({})", right.name, names.join("; ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_that_is_not_named_stays_as_it_is() {
        assert_eq!(named(Vec::new(), false), None);
        assert_eq!(named(Vec::new(), true), Some(Vec::new()));
        assert_eq!(named(vec!["dairy".to_owned()], false), Some(vec!["dairy".to_owned()]));
    }
}
