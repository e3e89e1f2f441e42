//! No try that comes through Pforte locks a user of a directory.
//!
//! A domain locks an account after so many wrong passwords in a row, whoever typed
//! them and wherever. So all that comes through Pforte for one user, from every
//! station and by every way to write the name, is counted together, one try after
//! the other, and stops before the domain's threshold until the domain has forgotten.
//! The last but one try is kept for a place from which nothing wrong came yet, so
//! that somebody elsewhere cannot keep a person from their own station at once.
//!
//! Who does not exist is counted the same way, so that nobody learns who does.

use crate::app::App;
use crate::fault::Fault;
use crate::service::logon::Attempt;
use crate::service::refuse::Refusal;
use crate::service::throttle::{Count, Key};
use crate::service::turns::Turn;
use pforte_directory::{Directory, DirectoryError, Found, Lockout};
use pforte_model::time::Micros;
use pforte_wire::problem::Code;
use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

/// What is assumed while a directory does not tell when it locks.
const UNTOLD: Lockout = Lockout { threshold: 3, window_seconds: 30 * 60 };
/// Seconds by which a directory's forgetting is waited for longer than it says.
const MARGIN: i64 = 2;
/// Seconds for which it is believed when a directory locks.
const BELIEVED: i64 = 60;
/// Users of whom that is remembered.
const MOST: usize = 1_000;

/// When directories lock whom, as they told it last.
#[derive(Default)]
pub struct Lockouts(Mutex<HashMap<String, (Option<Lockout>, Micros)>>);

impl Lockouts {
    async fn of(
        &self,
        app: &App,
        key: &Key,
        directory: &dyn Directory,
        found: Option<&Found>,
    ) -> Option<Lockout> {
        let (name, now) = (key.to_string(), app.clock.micros());
        let fresh = |at: Micros| now.since(at) < BELIEVED * Micros::SECOND;
        if let Some((lockout, _)) = self.lock().get(&name).filter(|(_, at)| fresh(*at)) {
            return *lockout;
        }
        let told = directory.lockout(found).await.unwrap_or(Some(UNTOLD));
        let mut known = self.lock();
        if known.len() >= MOST {
            known.retain(|_, (_, at)| fresh(*at));
        }
        if known.len() < MOST {
            known.insert(name, (told, now));
        }
        told
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Option<Lockout>, Micros)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One user's turn to be tried.
pub(crate) struct Guard {
    key: Key,
    _turn: Turn,
}

impl Guard {
    /// Waits for the turn of this user, or of this name that nobody has; refuses
    /// when one more wrong password would be one too many.
    pub(crate) async fn of(
        app: &App,
        attempt: &Attempt,
        directory: &dyn Directory,
        found: Option<&Found>,
    ) -> Result<Self, Refusal> {
        let key = key(attempt, found);
        let turn =
            app.turns.wait(key.to_string(), 1).await.ok_or_else(|| Refusal::fault(Code::Busy.into()))?;
        let guard = Self { key, _turn: turn };
        let Some(count) = app.throttle.count(&guard.key, app.clock.micros()) else { return Ok(guard) };
        if let Some(lockout) = app.lockouts.of(app, &guard.key, directory, found).await {
            guard.spared(app, attempt, count, lockout)?;
        } else {
            app.throttle.succeeded(&guard.key);
        }
        Ok(guard)
    }

    fn spared(&self, app: &App, attempt: &Attempt, count: Count, lockout: Lockout) -> Result<(), Refusal> {
        let now = app.clock.micros();
        let over = count.last_at.plus_seconds(i64::from(lockout.window_seconds) + MARGIN);
        if now >= over {
            app.throttle.succeeded(&self.key);
            return Ok(());
        }
        let fresh = app.throttle.count(&attempt.account(), now).is_none();
        if count.failures < most(lockout.threshold, fresh) {
            return Ok(());
        }
        let seconds = over.since(now).saturating_add(Micros::SECOND - 1) / Micros::SECOND;
        let told = Fault::new(Code::TriedTooOften).after(u32::try_from(seconds).unwrap_or(u32::MAX));
        let reason = format!(
            "one more wrong password could lock the account: {} of {}",
            count.failures, lockout.threshold
        );
        Err(Refusal::fault(told).because(reason))
    }

    /// Counts a try that the directory has counted, or may have.
    pub(crate) fn wrong(&self, app: &App) -> (Key, Count) {
        let count = app.throttle.failed(&self.key, true, app.clock.micros());
        (self.key.clone(), count)
    }

    /// Counts a bind whose answer was lost.
    pub(crate) fn answered<T>(&self, app: &App, answer: &Result<T, DirectoryError>) {
        if matches!(answer, Err(DirectoryError::AnswerLost(_))) {
            // It is saved with the next counters.
            let _count = self.wrong(app);
        }
    }

    /// The key, to be forgotten with the session that begins.
    pub(crate) fn key(&self) -> Key {
        self.key.clone()
    }
}

/// Wrong passwords that may stand at most when one more try is let through.
const fn most(threshold: u32, fresh_place: bool) -> u32 {
    match threshold {
        // Nothing is left to spare: the first try is the person's own.
        0 | 1 => 1,
        2 | 3 => threshold - 1,
        _ if fresh_place => threshold - 1,
        _ => threshold - 2,
    }
}

fn key(attempt: &Attempt, found: Option<&Found>) -> Key {
    let hex = |found: &Found| {
        found.key.as_bytes().iter().fold(String::new(), |mut text, byte| {
            // Writing to a text cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    };
    let directory = attempt.directory.id;
    match found {
        Some(found) => Key::User { directory, user: hex(found) },
        None => Key::Nobody { directory, login: attempt.login.as_str().to_owned() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_is_never_reached_and_one_try_is_left_for_another_place() {
        for threshold in 2..20 {
            assert!(most(threshold, true) < threshold && most(threshold, false) <= most(threshold, true));
        }
        assert_eq!((most(5, false), most(5, true)), (3, 4));
        assert_eq!((most(3, false), most(2, true), most(1, true)), (2, 1, 1));
    }
}
