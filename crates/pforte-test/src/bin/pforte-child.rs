//! The program `pforte` itself, built with the tests so that they always start what
//! the code says now, and never what lies about from an earlier build.

fn main() -> std::process::ExitCode {
    pforte::main()
}
