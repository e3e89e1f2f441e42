//! The program that asks PAM, where the tests find it.

fn main() -> std::process::ExitCode {
    pforte_pam::main()
}
