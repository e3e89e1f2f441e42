//! Refusals that strangers can cause without end, bounded and counted together.
//!
//! The first refusals of a minute become events of their own; the rest is only
//! counted and told in one event when the minute is over. So nobody can fill the
//! disk from outside, and known and unknown names are treated alike.

use pforte_model::time::Micros;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Events of their own in one minute.
const BUDGET: u32 = 120;

/// Alarms in one minute; they have a budget of their own, so that a flood of
/// refusals hides none.
const ALARMS: u32 = 30;

/// Most callers whose refused calls are remembered.
const MOST_CALLS: usize = 4_096;

/// Length of a minute.
const MINUTE: i64 = 60 * Micros::SECOND;

/// The refusals of this minute.
#[derive(Default)]
pub struct Refusals {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    minute: i64,
    spent: u32,
    alarms: u32,
    counted: u64,
    calls: HashMap<String, Micros>,
}

impl Refusals {
    /// Whether this refusal is to be an event of its own; if not, it is counted.
    pub fn own_event(&self, now: Micros) -> bool {
        let mut state = self.minute(now);
        let own = state.spent < BUDGET;
        if own {
            state.spent += 1;
        } else {
            state.counted += 1;
        }
        own
    }

    /// Whether an alarm about wrong passwords is to be an event.
    pub fn alarm(&self, now: Micros) -> bool {
        let mut state = self.minute(now);
        let told = state.alarms < ALARMS;
        state.alarms += u32::from(told);
        told
    }

    fn minute(&self, now: Micros) -> MutexGuard<'_, State> {
        let mut state = self.lock();
        let minute = now.0 / MINUTE;
        if state.minute != minute {
            (state.minute, state.spent, state.alarms) = (minute, 0, 0);
        }
        state
    }

    /// Takes the number of refusals that were only counted.
    pub fn take_counted(&self) -> u64 {
        std::mem::take(&mut self.lock().counted)
    }

    /// Puts back what could not be written down.
    pub fn put_back(&self, counted: u64) {
        self.lock().counted += counted;
    }

    /// Whether a refused call of this caller is to be an event: the same one is
    /// told once a minute.
    pub fn first_call(&self, caller_and_right: &str, now: Micros) -> bool {
        let mut state = self.lock();
        if state.calls.len() >= MOST_CALLS {
            state.calls.retain(|_, at| now.since(*at) < MINUTE);
        }
        let before = state.calls.get(caller_and_right).copied();
        if before.is_some_and(|at| now.since(at) < MINUTE) || state.calls.len() >= MOST_CALLS {
            return false;
        }
        state.calls.insert(caller_and_right.to_owned(), now);
        true
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_becomes_one_count() {
        let refusals = Refusals::default();
        let own = (0..1_000).filter(|_| refusals.own_event(Micros(0))).count();
        assert_eq!(own, 120);
        assert_eq!(refusals.take_counted(), 880);
        assert!(refusals.own_event(Micros(MINUTE)));
    }

    #[test]
    fn a_flood_leaves_room_for_alarms_and_those_are_bounded_too() {
        let refusals = Refusals::default();
        assert_eq!((0..1_000).filter(|_| refusals.own_event(Micros(0))).count(), 120);
        assert_eq!((0..1_000).filter(|_| refusals.alarm(Micros(0))).count(), 30);
        assert!(refusals.alarm(Micros(MINUTE)));
    }

    #[test]
    fn a_repeated_call_is_told_once_a_minute() {
        let refusals = Refusals::default();
        assert!(refusals.first_call("a", Micros(0)));
        assert!(!refusals.first_call("a", Micros(MINUTE - 1)));
        assert!(refusals.first_call("b", Micros(0)));
        assert!(refusals.first_call("a", Micros(MINUTE)));
    }
}
