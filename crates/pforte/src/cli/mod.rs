//! The command line: `pforte NOUN VERB`.
//!
//! # Invariants
//!
//! - Only `out` writes to standard output and standard error.
//! - The exit code is 0 for done, 1 for refused or failed, 2 for wrong use.
//! - A password is never taken from an argument, because others can read those.

mod application;
mod area;
mod assign;
mod completions;
mod decide;
mod directory;
mod events;
mod explain;
mod failure;
mod group;
mod kept;
mod link;
mod login;
mod out;
mod parse;
mod password;
mod principal;
mod private;
mod reason;
mod resolve;
mod role;
mod session;
mod setup;
mod show;
mod station;
mod table;
mod user;
mod week;

#[cfg(test)]
mod tests;

use clap::{Parser, Subcommand};
use failure::Done;
use out::{Format, Out};
use std::process::ExitCode;

/// Who stands here, and what may this person do, where?
#[derive(Parser)]
#[command(name = "pforte", version)]
#[command(after_help = "Exit code: 0 done, 1 refused or failed, 2 wrong use.")]
struct Cli {
    /// How it is printed: for people or for programs
    #[arg(short, long, global = true, value_enum, value_name = "FORMAT", default_value_t = Format::Table)]
    #[arg(display_order = 900)]
    output: Format,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Setup(setup::Setup),
    Login(login::Login),
    Logout(login::Logout),
    Whoami(login::Whoami),
    User(user::User),
    Group(group::Group),
    Role(role::Role),
    Area(area::Area),
    Station(station::Station),
    Application(application::Application),
    Assign(assign::Assign),
    Session(session::Session),
    Decide(decide::Decide),
    Explain(explain::Explain),
    Directory(directory::Directory),
    Events(events::Events),
    Completions(completions::Completions),
}

/// Reads the command line and does what it says.
pub(crate) fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => {
            let mut out = Out::standard(cli.output);
            let done = run(cli.command, &mut out);
            out::end(out, done)
        }
        Err(usage) => out::usage(&usage),
    }
}

fn run(command: Command, out: &mut Out) -> Done {
    match command {
        Command::Completions(command) => command.run(out),
        command => link::runtime()?.block_on(ask(command, out)),
    }
}

/// The commands that speak with a server.
async fn ask(command: Command, out: &mut Out) -> Done {
    match command {
        Command::Setup(command) => command.run(out).await,
        Command::Login(command) => command.run(out).await,
        Command::Logout(command) => command.run(out).await,
        Command::Whoami(command) => command.run(out).await,
        Command::User(command) => command.run(out).await,
        Command::Group(command) => command.run(out).await,
        Command::Role(command) => command.run(out).await,
        Command::Area(command) => command.run(out).await,
        Command::Station(command) => command.run(out).await,
        Command::Application(command) => command.run(out).await,
        Command::Assign(command) => command.run(out).await,
        Command::Session(command) => command.run(out).await,
        Command::Decide(command) => command.run(out).await,
        Command::Explain(command) => command.run(out).await,
        Command::Directory(command) => command.run(out).await,
        Command::Events(command) => command.run(out).await,
        Command::Completions(command) => command.run(out),
    }
}
