//! `pforte completions`: what a shell needs to complete commands.

use crate::cli::Cli;
use crate::cli::failure::Done;
use crate::cli::out::Out;
use clap::{Args, CommandFactory};
use clap_complete::Shell;

/// Print the completions of these commands for a shell
#[derive(Args)]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(&self, out: &mut Out) -> Done {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "pforte", &mut script);
        out.text(&String::from_utf8_lossy(&script))
    }
}
