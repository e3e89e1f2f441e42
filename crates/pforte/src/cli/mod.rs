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
mod data;
mod decide;
mod directory;
mod doctor;
mod events;
mod explain;
mod failure;
mod group;
mod guide;
mod init;
mod kept;
mod link;
mod login;
mod openapi;
mod out;
mod parse;
mod password;
mod principal;
mod private;
mod reason;
mod resolve;
mod role;
mod serve;
mod session;
mod setup;
mod show;
mod signature;
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
    Init(init::Init),
    Serve(serve::Serve),
    #[command(flatten)]
    Asking(Box<Asking>),
    Signature(signature::Signature),
    /// Print `openapi.json`, the description of the HTTP API
    Openapi,
    Completions(completions::Completions),
    Guide(guide::Guide),
}

/// The commands that wait for a server or a database.
#[derive(Subcommand)]
enum Asking {
    Setup(setup::Setup),
    Login(login::Login),
    Logout(login::Logout),
    Whoami(login::Whoami),
    Password(password::OwnPassword),
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
    Directory(Box<directory::Directory>),
    Events(events::Events),
    Doctor(doctor::Doctor),
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
        Command::Init(command) => command.run(out),
        Command::Serve(command) => command.run(out),
        Command::Asking(command) => link::runtime()?.block_on(ask(*command, out)),
        Command::Signature(command) => command.run(out),
        Command::Openapi => openapi::run(out),
        Command::Completions(command) => command.run(out),
        Command::Guide(command) => command.run(out),
    }
}

async fn ask(command: Asking, out: &mut Out) -> Done {
    match command {
        Asking::Setup(command) => command.run(out).await,
        Asking::Login(command) => command.run(out).await,
        Asking::Logout(command) => command.run(out).await,
        Asking::Whoami(command) => command.run(out).await,
        Asking::Password(command) => command.run(out).await,
        Asking::User(command) => command.run(out).await,
        Asking::Group(command) => command.run(out).await,
        Asking::Role(command) => command.run(out).await,
        Asking::Area(command) => command.run(out).await,
        Asking::Station(command) => command.run(out).await,
        Asking::Application(command) => command.run(out).await,
        Asking::Assign(command) => command.run(out).await,
        Asking::Session(command) => command.run(out).await,
        Asking::Decide(command) => command.run(out).await,
        Asking::Explain(command) => command.run(out).await,
        Asking::Directory(command) => command.run(out).await,
        Asking::Events(command) => command.run(out).await,
        Asking::Doctor(command) => command.run(out).await,
    }
}
