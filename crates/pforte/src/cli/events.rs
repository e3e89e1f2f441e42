//! `pforte events`: the event log.

mod feed;
mod list;
mod row;
mod verify;

pub(crate) use verify::log_key;

use crate::cli::failure::Done;
use crate::cli::link::Link;
use crate::cli::out::Out;
use clap::{Args, Subcommand};

/// Events: what happened, in an order that nobody can change unseen
#[derive(Args)]
pub(crate) struct Events {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// List events; without --after the newest ones
    List(list::List),
    /// Show one event
    Show {
        /// Its sequence number
        sequence: u64,
        #[command(flatten)]
        link: Link,
    },
    /// Print the newest checkpoint; kept elsewhere it catches a log that was cut off or rewritten
    Checkpoint {
        /// Print the key that checks it instead
        #[arg(long)]
        key: bool,
        #[command(flatten)]
        link: Link,
    },
    /// Check, without a server, that the log is the one that was written; the exit code is 0 only if it is
    Verify(verify::Verify),
}

impl Events {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        match self.verb {
            Verb::List(list) => list.run(out).await,
            Verb::Verify(verify) => verify.run(out).await,
            Verb::Show { sequence, link } => out.one(&link.client()?.event(sequence).await?),
            Verb::Checkpoint { key, link } => {
                let checkpoint = link.client()?.checkpoint().await?;
                match (out.is_json(), key) {
                    (true, _) => out.json(&checkpoint),
                    (false, true) => out.text(&format!("{}\n", checkpoint.key)),
                    (false, false) => out.text(&checkpoint.note),
                }
            }
        }
    }
}
