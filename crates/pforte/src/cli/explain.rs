//! `pforte explain`: why somebody may or may not do something.

use crate::cli::failure::Done;
use crate::cli::link::Link;
use crate::cli::out::Out;
use crate::cli::parse;
use crate::cli::reason;
use crate::cli::resolve;
use clap::Args;
use pforte_wire::decision;
use pforte_wire::time::Time;

/// Tell why somebody may or may not do something, also when they are not logged on
#[derive(Args)]
pub(crate) struct Explain {
    /// The user: identifier, `DIRECTORY\name`, or a name that one directory alone has
    #[arg(long)]
    user: String,
    /// The right, `application/action`
    #[arg(long)]
    right: String,
    /// The area, by path or identifier
    #[arg(long)]
    area: String,
    /// As if at this station: identifier or name
    #[arg(long)]
    station: Option<String>,
    /// As if at this time, such as 2026-11-23T06:00:00Z; now without it
    #[arg(long, value_name = "TIME", value_parser = parse::time)]
    at: Option<Time>,
    #[command(flatten)]
    link: Link,
}

impl Explain {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        let client = self.link.client()?;
        let user = resolve::user(&client, &self.user).await?.id;
        let station = match &self.station {
            Some(typed) => {
                resolve::station_ids(&client, std::slice::from_ref(typed)).await?.into_iter().next()
            }
            None => None,
        };
        let asked = decision::Explain { user, right: self.right, area: self.area, station, at: self.at };
        let answer = client.explain(&asked).await?;
        match &answer.explain {
            Some(explain) if !out.is_json() => out.text(&reason::text(explain)),
            _ => out.json(&answer),
        }
    }
}
