//! How long a wrong password takes, so that a name that nobody has takes as long.
//!
//! A domain controller refuses an unknown name at once, while it checks a known
//! user's password and counts the failure. Whoever could measure that would
//! learn who exists. So the answer for an unknown name is held back for as long
//! as one of the last wrong passwords took, in turn: over many tries the two
//! take the same times.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How many of the last wrong passwords are remembered.
const REMEMBERED: usize = 64;

/// What is taken before the first wrong password.
const AT_FIRST: Duration = Duration::from_millis(10);

/// How long the last wrong passwords took.
#[derive(Default)]
pub(crate) struct Pace(Mutex<VecDeque<Duration>>);

impl Pace {
    /// A wrong password took this long.
    pub(crate) fn note(&self, time: Duration) {
        let mut times = self.lock();
        if times.len() == REMEMBERED {
            times.pop_front();
        }
        times.push_back(time);
    }

    /// How long an unknown name shall take.
    pub(crate) fn next(&self) -> Duration {
        let mut times = self.lock();
        let Some(time) = times.pop_front() else { return AT_FIRST };
        times.push_back(time);
        time
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Duration>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_names_take_the_times_of_the_last_wrong_passwords_in_turn() {
        let pace = Pace::default();
        assert_eq!(pace.next(), AT_FIRST);
        for millis in 0..100 {
            pace.note(Duration::from_millis(millis));
        }
        let times: Vec<Duration> = (0..128).map(|_| pace.next()).collect();
        let expected: Vec<Duration> = (36..100).chain(36..100).map(Duration::from_millis).collect();
        assert_eq!(times, expected);
    }
}
