//! `pforte group`: groups of every directory that Pforte knows.

use crate::cli::failure::{Done, Failure};
use crate::cli::link::Link;
use crate::cli::out::Out;
use crate::cli::principal::{Principal, called};
use crate::cli::resolve;
use crate::cli::show::{Shown, yes};
use clap::{Args, Subcommand};
use pforte_client::{Client, GroupFilter, every};
use pforte_wire::group::{self, ChangeGroup, NewGroup};

/// Groups of every directory that Pforte knows
#[derive(Args)]
pub(crate) struct Group {
    #[command(flatten)]
    link: Link,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Make a group of the local directory
    Add {
        /// Its name
        name: String,
    },
    /// List groups
    List {
        /// Of this directory: name or identifier
        #[arg(long)]
        directory: Option<String>,
        /// With this text in the name
        #[arg(long)]
        search: Option<String>,
    },
    /// Show one group with its members
    Show {
        /// Identifier, `DIRECTORY\name`, or a name that one directory alone has
        group: String,
    },
    /// Rename a group of the local directory
    Rename {
        /// Identifier or name
        group: String,
        /// The new name
        name: String,
    },
    /// Put a user or a group of any directory into a group of the local directory
    AddMember {
        /// Identifier or name
        to: String,
        #[command(flatten)]
        member: Principal,
    },
    /// Take a user or a group out of a group of the local directory
    RemoveMember {
        /// Identifier or name
        from: String,
        #[command(flatten)]
        member: Principal,
    },
}

impl Group {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        let client = self.link.client()?;
        match self.verb {
            Verb::Add { name } => out.one(&client.add_group(&NewGroup { name }).await?),
            Verb::List { directory, search } => list(&client, out, directory, search).await,
            Verb::Show { group } => out.one(&whole(&client, &group).await?),
            Verb::Rename { group, name } => {
                let group = resolve::group(&client, &group).await?;
                let change = ChangeGroup { version: group.version, name };
                out.one(&client.change_group(&group.id, &change).await?)
            }
            Verb::AddMember { to, member } => {
                let group = resolve::group(&client, &to).await?;
                client.add_member(&group.id, &member.reference(&client).await?).await?;
                out.said("Added.")
            }
            Verb::RemoveMember { from, member } => {
                let group = whole(&client, &from).await?;
                let (kind, id) = member.among(&group.members)?;
                client.remove_member(&group.id, kind, &id).await?;
                out.said("Removed.")
            }
        }
    }
}

/// A group with its members, which a list leaves out.
async fn whole(client: &Client, typed: &str) -> Result<group::Group, Failure> {
    Ok(client.group(&resolve::group(client, typed).await?.id).await?)
}

async fn list(client: &Client, out: &mut Out, directory: Option<String>, search: Option<String>) -> Done {
    let directory = match directory {
        Some(typed) => Some(resolve::directory(client, &typed).await?.id),
        None => None,
    };
    let filter = GroupFilter { directory, search };
    out.list(&every(async |page| client.groups(&filter, &page).await).await?)
}

impl Shown for group::Group {
    const HEADS: &'static [&'static str] = &["group", "built in", "id"];

    fn cells(&self) -> Vec<String> {
        vec![format!("{}\\{}", self.directory.name, self.name), yes(self.built_in), self.id.clone()]
    }

    fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields: Vec<_> = Self::HEADS.iter().copied().zip(self.cells()).collect();
        fields.extend(
            self.members.iter().map(|member| ("member", format!("{} {}", member.kind, called(member)))),
        );
        fields
    }
}
