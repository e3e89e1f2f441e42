//! What an administrator writes: the configuration, a directory's settings.

use super::text;
use pforte_server::config::{Config, ConfigError};
use pforte_server::fuzzing;
use pforte_wire::directory::Ldap;
use std::path::Path;

/// The most problems that are told, and that there are more.
const MOST: usize = 101;

/// The longest text about one problem, besides what it repeats of the file.
const LONGEST: usize = 400;

/// Who is trusted if nobody is told.
const CA: &str = include_str!("ca.pem");

/// A configuration file.
pub(super) fn config(bytes: &[u8]) -> bool {
    let text = text(bytes);
    // A file that it names is read; here there is none. A path from the root could
    // name one of this machine, on which nothing may depend.
    if text.contains("file") && text.contains('/') {
        return false;
    }
    match Config::parse(text, Path::new("/nowhere")) {
        Ok(config) => {
            assert!(config.limits.reserve < config.limits.connections);
            assert!(!config.listen.addresses.is_empty());
            true
        }
        Err(ConfigError::Problems(problems)) => {
            assert!((1..=MOST).contains(&problems.len()));
            let told: usize = problems.iter().map(|problem| problem.to_string().len()).sum();
            assert!(told <= 4 * text.len() + LONGEST * MOST, "{told} bytes about {}", text.len());
            let lines = text.lines().count() + 1;
            assert!(
                problems.iter().all(|problem| problem.line.is_none_or(|line| (1..=lines).contains(&line)))
            );
            false
        }
        Err(other) => unreachable!("a text is refused as a file: {other}"),
    }
}

/// The settings of a directory, as JSON.
pub(super) fn directory(bytes: &[u8]) -> bool {
    let Ok(mut asked) = fuzzing::body::<Ldap>(bytes) else { return false };
    // Whom this machine trusts is not looked at.
    asked.ca = asked.ca.or_else(|| Some(CA.to_owned()));
    let Ok(shown) = fuzzing::directory(asked) else { return false };
    let again = fuzzing::directory(shown.clone());
    assert!(again.as_ref().is_ok_and(|again| *again == shown), "{shown:?} is shown as {again:?}");
    true
}
