//! What a browser sends as a ticket, and the keytab that an administrator sends.

use pforte_directory::kerberos::accept::{Keytab, MOST_KEYTAB, fuzzing};
use pforte_model::time::Micros;

/// The keytab of the tokens of the seeds, their time, and whose they are.
const KEYTAB: &[u8] = include_bytes!("../../seeds/keytab/exported");
const TIME: Micros = Micros(1_795_448_888_000_000);
const OWNER: (&str, &str) = ("bob", "S-1-5-21-498307066-578762327-4183842343-1105");

/// A token. Whatever was altered, nobody but its owner is ever let in.
pub(super) fn token(bytes: &[u8]) -> bool {
    let Ok(keytab) = Keytab::parse(KEYTAB) else { return false };
    match fuzzing::accepted(bytes, &keytab, TIME) {
        Ok(accepted) => {
            assert_eq!((accepted.client.as_str(), accepted.user.to_string().as_str()), OWNER);
            true
        }
        Err(refused) => {
            assert!(!refused.to_string().is_empty());
            false
        }
    }
}

/// A keytab.
pub(super) fn keytab(bytes: &[u8]) -> bool {
    match fuzzing::keytab(bytes) {
        Ok(keys) => {
            assert!((1..=64).contains(&keys) && bytes.len() <= MOST_KEYTAB);
            true
        }
        Err(bad) => {
            assert!(!bad.to_string().is_empty());
            false
        }
    }
}

/// The privileges in a ticket, as if the domain had signed them so.
pub(super) fn privileges(bytes: &[u8]) -> bool {
    fuzzing::privileges(bytes).into_iter().flatten().fold(false, |_, user| {
        assert_eq!(user.to_string().parse(), Ok(user));
        true
    })
}
