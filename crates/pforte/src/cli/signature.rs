//! `pforte signature`: documents of electronic signatures.

mod print;
mod text;
mod verify;

use crate::cli::failure::Done;
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
    /// Check, without a server, that a document is the one that was signed; the exit code is 0 only if it is, and keys were given
    Verify(verify::Verify),
    /// Print a document as PDF, without a server; the page says what a check finds
    Print(print::Print),
}

impl Signature {
    pub(crate) fn run(&self, out: &mut Out) -> Done {
        match &self.verb {
            Verb::Verify(verify) => verify.run(out),
            Verb::Print(print) => print.run(out),
        }
    }
}
