//! The program that asks PAM; see the library.

fn main() -> std::process::ExitCode {
    pforte_pam::main()
}
