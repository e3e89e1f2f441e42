//! What trying a directory out tells: step by step, each good, doubtful or bad.

use crate::fault::{Fault, FaultKind};
use crate::said::{Said, Says};
use pforte_model::time::Micros;
use std::time::Duration;
use tokio::time::Instant;

/// How closely is looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Each step of the way that a log-on needs.
    Test,
    /// Each side of each server, also what must not work.
    Probe,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What was found, in English: names, figures.
    pub detail: String,
    /// The same, where it has words, to be told in other languages.
    pub said: Option<Said>,
    /// What is doubtful about it, if anything.
    pub doubt: Option<Fault>,
}

/// A step and what it found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The step's stable name.
    pub step: &'static str,
    /// How long it took.
    pub took: Duration,
    /// What was found, or what is wrong.
    pub result: Result<Found, Fault>,
}

/// Hears of each step as soon as it is done.
pub type TriedHears<'a> = dyn FnMut(&Tried) + Send + Sync + 'a;

/// Milliseconds beyond which an easy answer is slow.
const SLOW: u128 = 100;
/// Days before its end at which the service account's password should be renewed.
const PASSWORD_ENDS_SOON: i64 = 14;

/// Something that is as it should be.
pub(crate) fn plain(detail: impl Into<String>) -> Found {
    Found { detail: detail.into(), said: None, doubt: None }
}

/// What was found, and how long an easy answer took.
pub(crate) fn timed(took: Duration, detail: &str) -> Found {
    let millis = took.as_millis();
    let detail = if detail.is_empty() { format!("{millis} ms") } else { format!("{detail} ({millis} ms)") };
    plain(detail).doubted(slow(took))
}

/// What is doubtful about an easy answer that took so long.
pub(crate) fn slow(took: Duration) -> Option<Fault> {
    let millis = took.as_millis();
    (millis > SLOW).then(|| FaultKind::SlowServer.with(format!("{millis} ms")))
}

/// How long the service account's password lasts.
pub(crate) fn password_ends(end: Option<Micros>, now: Micros) -> Found {
    let Some(end) = end else { return Says::NeverEnds.alone() };
    let days = end.since(now) / Micros::SECOND / 86_400;
    let doubt = (days < PASSWORD_ENDS_SOON).then(|| FaultKind::PasswordEndsSoon.with(format!("{days} days")));
    Says::EndsInDays.of(&[("days", &days)]).doubted(doubt)
}

/// Whether the service account may do more than it needs to; `powerful` are the groups
/// that let it.
pub(crate) fn rights(powerful: &[String]) -> Found {
    if powerful.is_empty() {
        return Says::OrdinaryAccount.alone();
    }
    plain("an administrator").doubted(Some(FaultKind::AccountTooPowerful.with(powerful.join(", "))))
}

/// The rest cannot be tried.
pub(crate) struct Ended;

/// Tells the steps of one place.
pub(crate) struct Notes<'a, 'h> {
    hears: &'a mut TriedHears<'h>,
    /// When the last step ended.
    since: Instant,
}

impl<'a, 'h> Notes<'a, 'h> {
    pub(crate) fn new(hears: &'a mut TriedHears<'h>) -> Self {
        Self { hears, since: Instant::now() }
    }

    /// How long the step under way has taken.
    pub(crate) fn took(&self) -> Duration {
        self.since.elapsed()
    }

    pub(crate) fn note<T>(
        &mut self,
        step: &'static str,
        result: Result<T, Fault>,
        says: impl FnOnce(&T) -> Found,
    ) -> Result<T, Ended> {
        let told = result.as_ref().map(says).map_err(Fault::clone);
        let now = Instant::now();
        let took = now.duration_since(std::mem::replace(&mut self.since, now));
        (self.hears)(&Tried { step, took, result: told });
        result.map_err(|_| Ended)
    }
}
