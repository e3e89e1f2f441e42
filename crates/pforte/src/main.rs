//! The program: server and command line.
//!
//! # Where to start reading
//!
//! `cli` reads the command; each noun of the command line has its file there and
//! speaks with the server through `pforte-client`.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
