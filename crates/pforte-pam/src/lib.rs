//! Asks this computer about its own accounts: PAM whether a password is right, the
//! shadow file in which state an account is.
//!
//! PAM is a C library that loads whatever modules an administrator named, and they
//! may hang. So it never runs inside the server: this program is started for one
//! question, answers with one line for each name and ends, or is ended. Where the
//! server is not root, the package installs this program as root's with the set-user-id
//! bit, for the server's group alone; so it takes nothing from its environment and
//! nothing secret from its command line.
//!
//! # The question, on standard input
//!
//! After the verb stands the time that the program may take, in milliseconds; then it
//! ends itself and all that was started.
//!
//! - `pforte-pam verify`: the service, the account's name and the password, each as a
//!   line; the password's goes to the end of the input. The answer is one [`Outcome`].
//! - `pforte-pam state`: names, one a line. The answer has a line for each name that
//!   the shadow file has: `name:open:set:lasts:grace:ends`, or `shut` for an account whose
//!   password was locked or never set; times in days since 1970, empty where none is set.

#[cfg(target_os = "linux")]
mod late;
#[cfg(target_os = "linux")]
mod pam;
mod shadow;

use std::io::{Read, Write};
use std::process::ExitCode;
use std::time::Duration;
use zeroize::Zeroizing;

/// The longest time the program may be given, in milliseconds.
const MOST_TIME: u64 = 30_000;
/// The longest question.
const MOST_INPUT: u64 = 256 * 1024;
/// The longest name of a service or account.
const MOST_NAME: usize = 256;

/// What PAM says of an account and a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The password is right and the account may log on.
    Good,
    /// The password is wrong, or there is no such account.
    Wrong,
    /// The account has ended.
    Expired,
    /// The password must be changed, or is past its greatest age.
    MustChange,
    /// Too many wrong passwords.
    Locked,
    /// The computer's rules do not let the account in.
    Denied,
    /// PAM could not answer.
    Failed,
}

impl Outcome {
    /// As the program writes it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Wrong => "wrong",
            Self::Expired => "expired",
            Self::MustChange => "must-change",
            Self::Locked => "locked",
            Self::Denied => "denied",
            Self::Failed => "failed",
        }
    }
}

/// A question that PAM can be asked.
pub struct Question<'a> {
    /// The service, whose rules stand in `/etc/pam.d`.
    pub service: &'a str,
    /// The account.
    pub name: &'a str,
    /// The password, never empty.
    pub password: &'a str,
}

impl<'a> Question<'a> {
    /// Reads a question. A service must be one of Pforte's own, so that nobody can use
    /// this program to try passwords by other rules.
    #[must_use]
    pub fn read(input: &'a str) -> Option<Self> {
        let (service, rest) = input.split_once('\n')?;
        let (name, password) = rest.split_once('\n')?;
        let own = service.strip_prefix("pforte")?;
        let named =
            own.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        let fits = named && service.len() <= MOST_NAME && is_name(name) && !password.is_empty();
        (fits && !password.contains('\0')).then_some(Self { service, name, password })
    }
}

/// Whether a text can be the name of an account.
#[must_use]
pub fn is_name(name: &str) -> bool {
    (1..=MOST_NAME).contains(&name.len()) && !name.starts_with('-') && !name.contains(['\0', '\n', ':', '/'])
}

/// The program. Exit code 2: it was asked nothing that it understands.
#[must_use]
pub fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let verb = arguments.next().unwrap_or_default();
    let limit = arguments.next().and_then(|limit| limit.parse().ok()).unwrap_or(MOST_TIME);
    end_after(Duration::from_millis(limit.min(MOST_TIME)));
    let mut input = Zeroizing::new(String::with_capacity(4_096));
    if std::io::stdin().take(MOST_INPUT).read_to_string(&mut input).is_err() {
        return ExitCode::from(2);
    }
    let answer = match verb.as_str() {
        "verify" => Question::read(&input).map(|question| format!("{}\n", ask(&question).as_str())),
        "state" => Some(shadow::lines(&input)),
        _ => None,
    };
    in_time();
    match answer {
        Some(answer) if std::io::stdout().write_all(answer.as_bytes()).is_ok() => ExitCode::SUCCESS,
        _ => ExitCode::from(2),
    }
}

#[cfg(target_os = "linux")]
fn ask(question: &Question<'_>) -> Outcome {
    pam::ask(question)
}

#[cfg(target_os = "linux")]
fn end_after(limit: Duration) {
    late::end_after(limit);
}

#[cfg(target_os = "linux")]
fn in_time() {
    late::in_time();
}

/// No time is ever over here.
#[cfg(not(target_os = "linux"))]
fn in_time() {}

/// What could hang is not here.
#[cfg(not(target_os = "linux"))]
fn end_after(_limit: Duration) {}

/// There is no PAM here.
#[cfg(not(target_os = "linux"))]
fn ask(_question: &Question<'_>) -> Outcome {
    Outcome::Failed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_has_a_service_of_ours_a_name_and_a_password_with_anything_in_it() {
        let read = Question::read("pforte-x\nanna\n line\nbreak ")
            .map(|read| (read.service, read.name, read.password));
        assert_eq!(read, Some(("pforte-x", "anna", " line\nbreak ")));
        for bad in [
            "",
            "pforte\nanna",
            "pforte\nanna\n",
            "login\nanna\nx",
            "pforte/../su\nanna\nx",
            "pforte\n-f\nx",
            "pforte\na:b\nx",
        ] {
            assert!(Question::read(bad).is_none(), "{bad}");
        }
    }
}
