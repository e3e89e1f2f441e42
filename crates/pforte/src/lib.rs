//! The program: server and command line, as a library so that the tests start the
//! very same program.
//!
//! # Where to start reading
//!
//! `cli` reads the command; each noun of the command line has its file there and
//! speaks with the server through `pforte-client`.

mod cli;

/// Reads the command line of this process and does what it says.
#[must_use]
pub fn main() -> std::process::ExitCode {
    cli::main()
}
