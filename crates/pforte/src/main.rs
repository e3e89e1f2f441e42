//! The program: server, command line.
fn main() {}
