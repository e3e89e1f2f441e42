//! `pforte signature`: policies, requests, signatures and their documents.

mod document;
mod policy;
mod print;
mod reading;
mod reference;
mod request;
mod rules;
mod shown;
mod sign;
mod text;
mod verify;

use crate::cli::failure::Done;
use crate::cli::link;
use crate::cli::out::Out;
use clap::{Args, Subcommand};

/// Signatures: who signed what, when, and as what
#[derive(Args)]
pub(crate) struct Signature {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Policy(Box<policy::Policy>),
    Request(Box<request::Request>),
    Waiting(sign::Waiting),
    Sign(Box<sign::Sign>),
    Refuse(Box<sign::Refuse>),
    Document(document::Document),
    Record(document::Record),
    Keys(document::Keys),
    /// Check, without a server, that a document is the one that was signed; the exit code is 0 only if it is, and keys were given
    Verify(verify::Verify),
    /// Print a document as PDF, without a server; the page says what a check finds
    Print(print::Print),
}

impl Signature {
    pub(crate) fn run(self, out: &mut Out) -> Done {
        match self.verb {
            Verb::Verify(verify) => verify.run(out),
            Verb::Print(print) => print.run(out),
            asking => link::runtime()?.block_on(asking.ask(out)),
        }
    }
}

impl Verb {
    async fn ask(self, out: &mut Out) -> Done {
        match self {
            Self::Policy(command) => command.run(out).await,
            Self::Request(command) => command.run(out).await,
            Self::Waiting(command) => command.run(out).await,
            Self::Sign(command) => command.run(out).await,
            Self::Refuse(command) => command.run(out).await,
            Self::Document(command) => command.run(out).await,
            Self::Record(command) => command.run(out).await,
            Self::Keys(command) => command.run(out).await,
            Self::Verify(verify) => verify.run(out),
            Self::Print(print) => print.run(out),
        }
    }
}
