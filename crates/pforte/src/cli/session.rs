//! `pforte session`: who is logged on.

use crate::cli::failure::Done;
use crate::cli::link::Link;
use crate::cli::out::Out;
use crate::cli::show::{Shown, names, yes};
use clap::{Args, Subcommand};
use pforte_client::every;
use pforte_wire::session;

/// Sessions: who is logged on, where
#[derive(Args)]
pub(crate) struct Session {
    #[command(flatten)]
    link: Link,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// List the running sessions
    List,
    /// Show one session
    Show {
        /// Its identifier
        session: String,
    },
    /// End somebody's session
    End {
        /// Its identifier
        session: String,
        /// Why, for the event log
        #[arg(long)]
        reason: Option<String>,
    },
}

impl Session {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        let client = self.link.client()?;
        match self.verb {
            Verb::List => out.list(&every(async |page| client.sessions(&page).await).await?),
            Verb::Show { session } => out.one(&client.session(&session).await?),
            Verb::End { session, reason } => {
                client.end_session(&session, reason.as_deref()).await?;
                out.said("Ended.")
            }
        }
    }
}

impl Shown for session::Session {
    const HEADS: &'static [&'static str] =
        &["user", "station", "roles", "strength", "since", "idle until", "id"];

    fn cells(&self) -> Vec<String> {
        vec![
            user(self),
            station(self),
            names(&self.roles),
            self.strength.clone(),
            self.started_at.to_string(),
            self.idle_ends_at.to_string(),
            self.id.clone(),
        ]
    }

    fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("user", user(self)),
            ("person", self.person.name.clone()),
            ("station", station(self)),
            ("roles here", names(&self.roles)),
            ("strength", self.strength.clone()),
            ("logged on", self.started_at.to_string()),
            ("last active", self.active_at.to_string()),
            ("ends if idle", self.idle_ends_at.to_string()),
            ("ends at the latest", self.ends_at.to_string()),
            ("directory checked", self.checked_at.to_string()),
            ("emergency rules", yes(self.emergency)),
            ("id", self.id.clone()),
        ]
    }
}

fn user(session: &session::Session) -> String {
    format!("{}\\{}", session.directory.name, session.user.name)
}

fn station(session: &session::Session) -> String {
    session.station.as_ref().map(|station| station.name.clone()).unwrap_or_default()
}
