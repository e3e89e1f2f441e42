//! Authenticators that were seen: each counts once.
//!
//! What is kept is a digest of the encrypted authenticator, which nobody without the
//! ticket's key can write differently; only for as long as its time would be taken.
//! Only what a key opened is ever kept, and of each person only so many, so that
//! neither strangers nor one person can fill the memory.

use super::super::time::Second;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

/// The most authenticators of one person, and of all.
const MOST_OF_ONE: usize = 200;
const MOST: usize = 100_000;

type Sum = [u8; 32];

#[derive(Default)]
struct Seen {
    sums: HashSet<Sum>,
    /// The same by the second from which on they are too old, with the person's.
    ends: BTreeSet<(i64, Sum, Sum)>,
    of_person: HashMap<Sum, usize>,
}

/// The authenticators that were seen by one program.
#[derive(Default)]
pub struct Replays(Mutex<Seen>);

/// What is known of an authenticator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum First {
    /// It is new, and known from now on.
    Yes,
    /// It was seen before.
    No,
    /// There is no room to know it.
    Full,
}

impl Replays {
    /// Notes the authenticator of a person, whose time is taken until `ends`.
    pub(super) fn note(&self, authenticator: &[u8], person: &str, ends: Second, now: Second) -> First {
        let (sum, person) = (Sha256::digest(authenticator).into(), Sha256::digest(person).into());
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.forget(now);
        if seen.sums.contains(&sum) {
            return First::No;
        }
        let own = seen.of_person.get(&person).copied().unwrap_or(0);
        if own >= MOST_OF_ONE || seen.sums.len() >= MOST {
            return First::Full;
        }
        seen.sums.insert(sum);
        seen.ends.insert((ends.0, sum, person));
        seen.of_person.insert(person, own + 1);
        First::Yes
    }
}

impl Seen {
    /// Forgets what would be refused for its age.
    fn forget(&mut self, now: Second) {
        while self.ends.first().is_some_and(|(ends, ..)| *ends < now.0) {
            let Some((_, sum, person)) = self.ends.pop_first() else { return };
            self.sums.remove(&sum);
            match self.of_person.get_mut(&person) {
                Some(count) if *count > 1 => *count -= 1,
                _ => drop(self.of_person.remove(&person)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(replays: &Replays, sum: u32, person: &str, now: i64) -> First {
        replays.note(&sum.to_be_bytes(), person, Second(now + 300), Second(now))
    }

    #[test]
    fn an_authenticator_counts_once_as_long_as_its_time_is_taken() {
        let replays = Replays::default();
        assert_eq!(note(&replays, 1, "a", 0), First::Yes);
        for now in [0, 1, 300] {
            assert_eq!(note(&replays, 1, "a", now), First::No);
            assert_eq!(note(&replays, 1, "b", now), First::No, "whoever shows it");
        }
        assert_eq!(note(&replays, 1, "a", 301), First::Yes, "its time is checked before");
    }

    #[test]
    fn one_person_fills_only_the_own_room_and_it_is_free_again_later() {
        let replays = Replays::default();
        for sum in 0..200 {
            assert_eq!(note(&replays, sum, "a", 0), First::Yes);
        }
        assert_eq!(note(&replays, 1_000, "a", 0), First::Full);
        assert_eq!(note(&replays, 1_000, "b", 0), First::Yes);
        assert_eq!(note(&replays, 1_001, "a", 301), First::Yes);
        let seen = replays.0.lock().unwrap_or_else(PoisonError::into_inner);
        assert_eq!((seen.sums.len(), seen.ends.len(), seen.of_person.len()), (1, 1, 1));
    }
}
