//! `pforte password`, and passwords: asked on the terminal without echo, read from a
//! file, or made.

use crate::cli::failure::{Done, Failure};
use crate::cli::link::Link;
use crate::cli::out::Out;
use crate::cli::private;
use clap::{Args, Subcommand};
use pforte_directory::local::generate;
use pforte_directory::local::profile::{Adjustments, Profile, ProfileKind};
use pforte_wire::secret::Secret;
use pforte_wire::user::ChangePassword;
use rand::rngs::{StdRng, SysRng};
use rand::{SeedableRng, TryRng};
use serde_json::json;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The most that is read of a password.
const MOST: u64 = 4096;

/// Where a password comes from; asked on the terminal if nothing is said.
#[derive(Args, Debug, Default)]
#[group(multiple = false)]
pub(crate) struct PasswordSource {
    /// Read the password from standard input, up to the end of the first line
    #[arg(long)]
    password_stdin: bool,
    /// Read the password from the first line of a file
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// The own password
#[derive(Args)]
pub(crate) struct OwnPassword {
    #[command(flatten)]
    link: Link,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Change the own password, logged on or not; works in every directory that allows it
    Change(Change),
}

#[derive(Args)]
struct Change {
    /// The log-on name: `name`, `DOMAIN\name` or `name@domain`; without it whoever is logged on
    user: Option<String>,
    /// The directory to ask; without it the name tells, else the default one is asked
    #[arg(long, requires = "user")]
    directory: Option<String>,
    /// Read the password that holds now from the first line of this file
    #[arg(long, value_name = "FILE")]
    old_file: Option<PathBuf>,
    /// Read the new one from the first line of this file
    #[arg(long, value_name = "FILE")]
    new_file: Option<PathBuf>,
}

impl OwnPassword {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        let Verb::Change(change) = self.verb;
        // Without a name the server takes it from the session.
        let client = if change.user.is_some() { self.link.stranger()? } else { self.link.client()? };
        let password = PasswordSource::of(change.old_file).ask("Old password: ")?;
        let new_password = PasswordSource::of(change.new_file).choose("New password: ")?;
        let asked = ChangePassword { directory: change.directory, user: change.user, password, new_password };
        client.change_password(&asked).await?;
        if out.is_json() {
            out.json(&json!({ "changed": true }))
        } else {
            out.said("The password is changed.")
        }
    }
}

impl PasswordSource {
    /// This file, or the terminal.
    pub(crate) const fn of(password_file: Option<PathBuf>) -> Self {
        Self { password_stdin: false, password_file }
    }

    /// The password of somebody who has one.
    pub(crate) fn ask(&self, prompt: &str) -> Result<Secret, Failure> {
        self.told()?.map_or_else(|| terminal(prompt), Ok)
    }

    /// A new password; asked twice on a terminal.
    pub(crate) fn choose(&self, prompt: &str) -> Result<Secret, Failure> {
        if let Some(password) = self.told()? {
            return Ok(password);
        }
        let password = terminal(prompt)?;
        if terminal("The same again: ")?.expose() == password.expose() {
            Ok(password)
        } else {
            Err(Failure::new("passwords-differ", "the two passwords differ", "Type the same password twice."))
        }
    }

    /// Whether it was said where the password comes from.
    pub(crate) const fn is_told(&self) -> bool {
        self.password_stdin || self.password_file.is_some()
    }

    fn told(&self) -> Result<Option<Secret>, Failure> {
        if self.password_stdin {
            let mut content = Zeroizing::new(Vec::with_capacity(4096));
            let read = io::stdin().lock().take(MOST).read_to_end(&mut content);
            read.map_err(|error| Failure::file("read", Path::new("standard input"), &error))?;
            return first_line(&content).map(Some);
        }
        let Some(path) = &self.password_file else { return Ok(None) };
        let content = private::read(path).map_err(|error| Failure::file("read", path, &error))?;
        first_line(&Zeroizing::new(content)).map(Some)
    }
}

fn first_line(content: &[u8]) -> Result<Secret, Failure> {
    let line = content.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let text = std::str::from_utf8(line).ok().filter(|text| !text.is_empty());
    text.map(|text| Secret::new(text.to_owned())).ok_or_else(|| {
        let detail = "there is no password, or it is not UTF-8";
        Failure::new("password-unreadable", detail, "Put the password alone on the first line.")
    })
}

/// Asks on the terminal, without showing what is typed.
pub(crate) fn terminal(prompt: &str) -> Result<Secret, Failure> {
    rpassword::prompt_password(prompt).map(Secret::new).map_err(|error| {
        let detail = format!("cannot ask for a password: {error}");
        Failure::new("terminal-missing", detail, "Use --password-stdin or --password-file.")
    })
}

/// A new password from the system's own randomness, of 99 bits or more and with
/// all classes of characters, so that every profile of rules takes it.
pub(crate) fn generated() -> Result<Secret, Failure> {
    made(&mut StdRng::from_seed(*seed()?))
}

fn made(rng: &mut StdRng) -> Result<Secret, Failure> {
    let strict = Adjustments { classes: Some(4), ..Adjustments::default() };
    let profile = Profile::adjusted(ProfileKind::GxpClassic, &strict).map_err(|_| {
        Failure::new("password-unmade", "no password can be made", "Give one with --password-stdin.")
    })?;
    Ok(Secret::new(generate::password(rng, &profile).as_str().to_owned()))
}

/// Random bytes from the operating system.
pub(crate) fn seed() -> Result<Zeroizing<[u8; 32]>, Failure> {
    let mut seed = Zeroizing::new([0; 32]);
    SysRng.try_fill_bytes(&mut *seed).map_err(|error| {
        let detail = format!("the operating system gives no randomness: {error}");
        Failure::new("randomness-missing", detail, "Check that this program may read /dev/urandom.")
    })?;
    Ok(seed)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_password_is_the_first_line_with_all_its_spaces() {
        assert_eq!(first_line(b" a b \r\nrest\n").unwrap().expose(), " a b ");
        for bad in [&b""[..], b"\n", b"\r\nx", b"\xff"] {
            assert!(first_line(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn made_passwords_have_every_class_of_characters_and_differ() {
        let mut rng = StdRng::seed_from_u64(7);
        let made: BTreeSet<String> = (0..100).map(|_| made(&mut rng).unwrap().expose().to_owned()).collect();
        assert_eq!(made.len(), 100);
        let classes =
            [char::is_lowercase, char::is_uppercase, |c: char| c.is_ascii_digit(), |c: char| c == '-'];
        for password in made {
            assert!(classes.iter().all(|class| password.contains(*class)), "{password}");
        }
    }

    #[test]
    fn a_file_gives_the_password_without_a_terminal() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        private::write(&path, b"secret\n").unwrap();
        let source = PasswordSource { password_file: Some(path), ..PasswordSource::default() };
        assert_eq!(source.choose("?").unwrap().expose(), "secret");
        assert_eq!(source.ask("?").unwrap().expose(), "secret");
    }
}
