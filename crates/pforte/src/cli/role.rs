//! `pforte role`: named sets of rights.

use crate::cli::failure::Done;
use crate::cli::link::Link;
use crate::cli::out::Out;
use crate::cli::resolve;
use crate::cli::show::{Shown, seconds, yes};
use clap::{Args, Subcommand};
use pforte_client::{Client, every};
use pforte_wire::role::{self, ChangeRole, NewRole};

/// Roles: named sets of rights
#[derive(Args)]
pub(crate) struct Role {
    #[command(flatten)]
    link: Link,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Make a role
    Add {
        /// Its name
        name: String,
        /// What it is for
        #[arg(long, default_value = "")]
        description: String,
        /// One of its rights, `application/action`; may be repeated
        #[arg(long = "right", value_name = "RIGHT")]
        rights: Vec<String>,
        #[command(flatten)]
        ends: Ends,
    },
    /// List roles
    List,
    /// Show one role
    Show {
        /// Identifier or name
        role: String,
    },
    /// Change a role; what is not named stays
    Change(Change),
    /// Give rights to a role
    Grant {
        /// Identifier or name
        role: String,
        /// Rights, `application/action`
        #[arg(required = true, value_name = "RIGHT")]
        rights: Vec<String>,
    },
    /// Take rights from a role
    Revoke {
        /// Identifier or name
        role: String,
        /// Rights, `application/action`
        #[arg(required = true, value_name = "RIGHT")]
        rights: Vec<String>,
    },
    /// Remove a role that nobody has
    Remove {
        /// Identifier or name
        role: String,
    },
}

/// When the sessions of those who hold the role end.
#[derive(Args)]
struct Ends {
    /// End its holder's session after so many seconds without activity, 10 to 604800
    #[arg(long, value_name = "SECONDS")]
    idle: Option<u32>,
    /// End its holder's session after so many seconds at the latest, 60 to 604800
    #[arg(long, value_name = "SECONDS")]
    longest: Option<u32>,
}

#[derive(Args)]
struct Change {
    /// Identifier or name
    role: String,
    /// The new name
    #[arg(long)]
    name: Option<String>,
    /// What it is for
    #[arg(long)]
    description: Option<String>,
    #[command(flatten)]
    ends: Ends,
    /// End the sessions of its holders as the server does by default
    #[arg(long, conflicts_with_all = ["idle", "longest"])]
    usual_ends: bool,
}

impl Role {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        let client = self.link.client()?;
        match self.verb {
            Verb::Add { name, description, rights, ends } => {
                let (idle_seconds, session_seconds) = (ends.idle, ends.longest);
                let new = NewRole { name, description, rights, idle_seconds, session_seconds };
                out.one(&client.add_role(&new).await?)
            }
            Verb::List => out.list(&every(async |page| client.roles(&page).await).await?),
            Verb::Show { role } => out.one(&resolve::role(&client, &role).await?),
            Verb::Change(change) => change.run(&client, out).await,
            Verb::Grant { role, rights } => edit(&client, out, &role, |held| add(held, &rights)).await,
            Verb::Revoke { role, rights } => {
                edit(&client, out, &role, |held| held.retain(|right| !rights.contains(right))).await
            }
            Verb::Remove { role } => {
                client.remove_role(&resolve::role(&client, &role).await?.id).await?;
                out.said("Removed.")
            }
        }
    }
}

impl Change {
    async fn run(self, client: &Client, out: &mut Out) -> Done {
        let role = resolve::role(client, &self.role).await?;
        let mut change = same(&role);
        change.name = self.name.unwrap_or(change.name);
        change.description = self.description.unwrap_or(change.description);
        change.idle_seconds = self.ends.idle.or(change.idle_seconds).filter(|_| !self.usual_ends);
        change.session_seconds = self.ends.longest.or(change.session_seconds).filter(|_| !self.usual_ends);
        out.one(&client.change_role(&role.id, &change).await?)
    }
}

fn same(role: &role::Role) -> ChangeRole {
    ChangeRole {
        version: role.version,
        name: role.name.clone(),
        description: role.description.clone(),
        rights: role.rights.clone(),
        idle_seconds: role.idle_seconds,
        session_seconds: role.session_seconds,
    }
}

fn add(held: &mut Vec<String>, rights: &[String]) {
    for right in rights {
        if !held.contains(right) {
            held.push(right.clone());
        }
    }
}

async fn edit(client: &Client, out: &mut Out, typed: &str, edit: impl FnOnce(&mut Vec<String>)) -> Done {
    let role = resolve::role(client, typed).await?;
    let mut change = same(&role);
    edit(&mut change.rights);
    out.one(&client.change_role(&role.id, &change).await?)
}

impl Shown for role::Role {
    const HEADS: &'static [&'static str] =
        &["role", "description", "rights", "idle", "longest", "built in", "id"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            self.description.clone(),
            self.rights.len().to_string(),
            seconds(self.idle_seconds),
            seconds(self.session_seconds),
            yes(self.built_in),
            self.id.clone(),
        ]
    }

    fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("role", self.name.clone()),
            ("description", self.description.clone()),
            ("rights", self.rights.join(", ")),
            ("ends if idle for", seconds(self.idle_seconds)),
            ("ends at the latest after", seconds(self.session_seconds)),
            ("built in", yes(self.built_in)),
            ("id", self.id.clone()),
        ]
    }
}
