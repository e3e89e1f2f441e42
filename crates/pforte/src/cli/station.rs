//! `pforte station`: where people work, and who is in charge there.

use crate::cli::failure::{Done, End};
use crate::cli::link::Link;
use crate::cli::out::Out;
use crate::cli::parse::yes_no;
use crate::cli::resolve;
use crate::cli::show::{self, Shown, names};
use clap::{Args, Subcommand};
use pforte_client::{Client, every};
use pforte_wire::session::InCharge;
use pforte_wire::station::{self, ChangeStation, NewStation};

/// Stations: where people work, and who is in charge there
#[derive(Args)]
pub(crate) struct Station {
    #[command(flatten)]
    link: Link,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Register a station and print its credential, once
    Add {
        /// Its name
        name: String,
        /// The area it stands in: path or identifier
        #[arg(long)]
        area: String,
    },
    /// List stations
    List,
    /// Show one station
    Show {
        /// Identifier or name
        station: String,
    },
    /// Change a station
    Change(Change),
    /// Remove a station
    Remove {
        /// Identifier or name
        station: String,
    },
    /// Give a station a new credential and print it, once; the old one no longer counts
    RenewCredential {
        /// Identifier or name
        station: String,
    },
    /// Show who is in charge at a station
    Who {
        /// Identifier; or name, for those who may list the stations
        station: String,
        /// Go on and tell each change
        #[arg(long)]
        follow: bool,
    },
}

#[derive(Args)]
struct Change {
    /// Identifier or name
    station: String,
    /// The new name
    #[arg(long)]
    name: Option<String>,
    /// The new area: path or identifier
    #[arg(long)]
    area: Option<String>,
    /// Whether its credential counts; `no` ends its session
    #[arg(long, value_name = "yes|no", value_parser = yes_no)]
    enabled: Option<bool>,
}

impl Station {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        let client = self.link.client()?;
        match self.verb {
            Verb::Add { name, area } => {
                let made = client.add_station(&NewStation { name, area }).await?;
                out.with_secret(&made.station, ("credential", &made.credential), &made)
            }
            Verb::List => out.list(&every(async |page| client.stations(&page).await).await?),
            Verb::Show { station } => out.one(&resolve::station(&client, &station).await?),
            Verb::Change(change) => change.run(&client, out).await,
            Verb::Remove { station } => {
                client.remove_station(&resolve::station(&client, &station).await?.id).await?;
                out.said("Removed.")
            }
            Verb::RenewCredential { station } => {
                let station = resolve::station(&client, &station).await?;
                let renewed = client.renew_station_credential(&station.id).await?;
                if out.is_json() {
                    return out.json(&renewed);
                }
                out.fields(&[("credential", renewed.credential)])
            }
            Verb::Who { station, follow } => who(&client, out, &station, follow).await,
        }
    }
}

impl Change {
    async fn run(self, client: &Client, out: &mut Out) -> Done {
        let station = resolve::station(client, &self.station).await?;
        let version = station.version;
        let change = ChangeStation { version, name: self.name, area: self.area, enabled: self.enabled };
        out.one(&client.change_station(&station.id, &change).await?)
    }
}

async fn who(client: &Client, out: &mut Out, typed: &str, follow: bool) -> Done {
    let [id] = resolve::station_ids(client, &[typed.to_owned()]).await?.try_into().unwrap_or_default();
    if !follow {
        return out.one(&client.in_charge(&id).await?);
    }
    let mut stream = client.in_charge_stream(&id).await?;
    let mut told: Option<InCharge> = None;
    while let Some(now) = stream.next().await? {
        // The heartbeat tells the same again.
        if told.as_ref().is_none_or(|told| told.revision != now.revision) {
            if out.is_json() {
                out.json_line(&now)?
            } else {
                out.said(sentence(&now))?
            };
        }
        told = Some(now);
    }
    Ok(End::Done)
}

fn sentence(now: &InCharge) -> String {
    match &now.session {
        Some(session) => format!("{}: {} ({})", now.station.name, session.person.name, names(&session.roles)),
        None => format!("{}: nobody", now.station.name),
    }
}

impl Shown for InCharge {
    const HEADS: &'static [&'static str] = &["station", "person", "user", "roles", "session"];

    fn cells(&self) -> Vec<String> {
        let of = |tell: fn(&pforte_wire::session::Session) -> String| {
            self.session.as_ref().map_or_else(|| "-".to_owned(), tell)
        };
        vec![
            self.station.name.clone(),
            of(|session| session.person.name.clone()),
            of(|session| format!("{}\\{}", session.directory.name, session.user.name)),
            of(|session| names(&session.roles)),
            of(|session| session.id.clone()),
        ]
    }
}

impl Shown for station::Station {
    const HEADS: &'static [&'static str] = &["station", "area", "enabled", "registered", "id"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            self.area.name.clone(),
            show::yes_no(self.enabled),
            self.created_at.to_string(),
            self.id.clone(),
        ]
    }
}
