//! Wrong passwords slow down the next try: per account and place, and per station.
//!
//! The delay grows with each failure and is forgotten after a while. An account
//! is counted apart for each station and for all callers without one, so that a
//! stranger somewhere else cannot keep an operator from their own station.
//! Nothing is ever counted by network address: a plant sits behind few of them.
//! Unknown names are counted like known ones, so that nobody learns which exist.
//!
//! A directory that locks its users counts for itself, wherever the tries come from;
//! so its users are counted a second time, by [`Key::User`], for `guard` to stop in time.

use pforte_model::id::{DirectoryId, StationId};
use pforte_model::time::Micros;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Most counters kept in memory; beyond it the longest untouched go.
const MOST: usize = 20_000;

/// How wrong passwords are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Failures that are free of delay.
    pub free: u32,
    /// Greatest delay in seconds.
    pub most_seconds: u32,
    /// Greatest delay in seconds for an account marked essential.
    pub most_seconds_essential: u32,
    /// Seconds after the last failure at which the count begins anew.
    pub forget_seconds: u32,
    /// Failures at which an alarm is raised, and at each doubling.
    pub alarm_after: u32,
}

/// What is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// An account, tried from one station or from callers without one.
    Account {
        /// The directory that was asked.
        directory: DirectoryId,
        /// The folded name.
        login: String,
        /// From where.
        station: Option<StationId>,
    },
    /// A station, whatever account is tried.
    Station(StationId),
    /// A user of a directory that counts wrong passwords itself, tried from anywhere.
    /// It is never given to [`Throttle::check`]: what delays it, `guard` says, and
    /// until when it is blocked means only how long it is kept.
    User {
        /// The directory.
        directory: DirectoryId,
        /// By what the directory knows the user.
        user: String,
    },
    /// The same of a name that nobody has there.
    Nobody {
        /// The directory.
        directory: DirectoryId,
        /// The folded name.
        login: String,
    },
    /// The service accounts of a domain, as tests of its settings try them. An
    /// account has many names, so all of the domain are counted as one.
    Service(String),
}

impl fmt::Display for Key {
    /// The form in which it is stored.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account { directory, login, station: Some(station) } => {
                write!(f, "account {directory} {station} {login}")
            }
            Self::Account { directory, login, station: None } => write!(f, "account {directory} - {login}"),
            Self::Station(station) => write!(f, "station {station}"),
            Self::User { directory, user } => write!(f, "{USER}{directory} {user}"),
            Self::Nobody { directory, login } => write!(f, "nobody {directory} {login}"),
            Self::Service(domain) => write!(f, "service {domain}"),
        }
    }
}

/// How keys of users begin.
const USER: &str = "user ";
/// How long failures of users are kept, in seconds: longer than any directory does.
const USER_SECONDS: u32 = 7 * 86_400;

/// The failures of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Failures in a row.
    pub failures: u32,
    /// The last one.
    pub last_at: Micros,
    /// No try before this moment.
    pub blocked_until: Micros,
}

/// All counters.
pub struct Throttle {
    rules: Rules,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    counts: HashMap<String, Count>,
    /// Counted since they were saved last.
    unsaved: HashSet<String>,
    /// Gone for lack of room, perhaps still saved.
    gone: HashSet<String>,
}

/// What is to be saved.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Unsaved {
    /// Counters to be put down.
    pub counts: Vec<(String, Count)>,
    /// Keys to be forgotten.
    pub gone: Vec<String>,
}

impl Throttle {
    /// Begins with the counters that were stored.
    #[must_use]
    pub fn new(rules: Rules, stored: impl IntoIterator<Item = (String, Count)>) -> Self {
        let counts = stored.into_iter().collect();
        Self { rules, state: Mutex::new(State { counts, ..State::default() }) }
    }

    /// Whether a try may be made now; if not, after how many seconds.
    pub fn check(&self, keys: &[Key], now: Micros) -> Result<(), u32> {
        self.checked(keys, now, |count| count.blocked_until)
    }

    /// The same for an account marked essential, whatever was tried before, also
    /// with other accounts at its station.
    pub fn check_essential(&self, keys: &[Key], now: Micros) -> Result<(), u32> {
        let most = i64::from(self.rules.most_seconds_essential);
        self.checked(keys, now, |count| count.blocked_until.min(count.last_at.plus_seconds(most)))
    }

    fn checked(&self, keys: &[Key], now: Micros, until: impl Fn(&Count) -> Micros) -> Result<(), u32> {
        let state = self.lock();
        let until = keys.iter().filter_map(|key| state.counts.get(&key.to_string())).map(until).max();
        match until {
            Some(until) if until > now => Err(seconds_up(until.since(now))),
            _ => Ok(()),
        }
    }

    /// The failures of a key that are not forgotten.
    pub fn count(&self, key: &Key, now: Micros) -> Option<Count> {
        let name = key.to_string();
        let count = self.lock().counts.get(&name).copied();
        count.filter(|count| !self.forgotten(&name, *count, now))
    }

    /// Counts a failure and returns the new count.
    pub fn failed(&self, key: &Key, essential: bool, now: Micros) -> Count {
        let mut state = self.lock();
        if state.counts.len() >= MOST {
            forget_oldest(&mut state);
        }
        let name = key.to_string();
        let before = state.counts.get(&name).filter(|count| !self.forgotten(&name, **count, now));
        let failures = before.map_or(0, |count| count.failures).saturating_add(1);
        let delay = match key {
            Key::User { .. } => USER_SECONDS,
            Key::Nobody { .. } => 0,
            Key::Account { .. } | Key::Station(_) | Key::Service(_) => self.delay(failures, essential),
        };
        let blocked_until = now.plus_seconds(i64::from(delay));
        let count = Count { failures, last_at: now, blocked_until };
        state.gone.remove(&name);
        state.unsaved.insert(name.clone());
        state.counts.insert(name, count);
        count
    }

    /// Forgets the failures of a key after a success.
    pub fn succeeded(&self, key: &Key) -> bool {
        let (mut state, name) = (self.lock(), key.to_string());
        state.unsaved.remove(&name);
        state.counts.remove(&name).is_some()
    }

    /// The keys under which failures of an account are counted, wherever it was
    /// tried from; they are stored under the same.
    pub fn keys_of(&self, directory: DirectoryId, login: &str) -> Vec<String> {
        let begin = format!("account {directory} ");
        let is_its = |key: &&String| {
            let rest = key.strip_prefix(&begin).and_then(|rest| rest.split_once(' '));
            rest.is_some_and(|(_station, name)| name == login)
        };
        self.lock().counts.keys().filter(is_its).cloned().collect()
    }

    /// Forgets the failures under these keys.
    pub fn forget(&self, keys: &[String]) {
        let mut state = self.lock();
        for key in keys {
            state.unsaved.remove(key);
            state.counts.remove(key);
        }
    }

    /// Takes what was not saved yet, `most` counters at a time.
    pub fn take_unsaved(&self, most: usize) -> Unsaved {
        let mut state = self.lock();
        let keys: Vec<String> = state.unsaved.iter().take(most).cloned().collect();
        for key in &keys {
            state.unsaved.remove(key);
        }
        let count = |key: String| state.counts.get(&key).copied().map(|count| (key, count));
        let counts = keys.into_iter().filter_map(count).collect();
        Unsaved { counts, gone: state.gone.drain().collect() }
    }

    /// Puts back what could not be saved.
    pub fn put_back(&self, unsaved: &Unsaved) {
        let mut state = self.lock();
        for (key, _) in &unsaved.counts {
            if state.counts.contains_key(key) {
                state.unsaved.insert(key.clone());
            }
        }
        for key in &unsaved.gone {
            if !state.counts.contains_key(key) && state.gone.len() < MOST {
                state.gone.insert(key.clone());
            }
        }
    }

    /// Whether this count calls for an alarm: at the bound and at each doubling.
    #[must_use]
    pub const fn alarming(&self, count: Count) -> bool {
        let (failures, bound) = (count.failures, self.rules.alarm_after);
        bound > 0 && failures >= bound && failures % bound == 0 && (failures / bound).is_power_of_two()
    }

    /// Takes away the counters whose time is over and returns their keys.
    pub fn sweep(&self, now: Micros) -> Vec<String> {
        let mut state = self.lock();
        let counts = state.counts.iter();
        let over: Vec<String> =
            counts.filter(|(key, c)| self.forgotten(key, **c, now)).map(|(key, _)| key.clone()).collect();
        for key in &over {
            state.counts.remove(key);
            state.unsaved.remove(key);
        }
        over
    }

    fn forgotten(&self, key: &str, count: Count, now: Micros) -> bool {
        let kept = key.starts_with(USER) && now < count.blocked_until;
        !kept && now >= count.last_at.plus_seconds(i64::from(self.rules.forget_seconds))
    }

    /// Seconds of delay: none at first, then one, doubling up to the bound.
    fn delay(&self, failures: u32, essential: bool) -> u32 {
        let most = if essential { self.rules.most_seconds_essential } else { self.rules.most_seconds };
        match failures.checked_sub(self.rules.free + 1) {
            None => 0,
            Some(doublings) => 1_u32.checked_shl(doublings).unwrap_or(most).min(most),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn seconds_up(micros: i64) -> u32 {
    u32::try_from(micros.saturating_add(Micros::SECOND - 1) / Micros::SECOND).unwrap_or(u32::MAX)
}

/// Makes room: a tenth goes, the longest untouched first. Users of directories stay
/// longest: names that somebody thinks up must not make room for more tries of theirs.
fn forget_oldest(state: &mut State) {
    let age = |(key, count): (&String, &Count)| (key.starts_with(USER), count.last_at, key.clone());
    let mut ages: Vec<(bool, Micros, String)> = state.counts.iter().map(age).collect();
    ages.sort_unstable();
    for (_, _, key) in ages.into_iter().take(MOST / 10) {
        state.counts.remove(&key);
        state.unsaved.remove(&key);
        if state.gone.len() < MOST {
            state.gone.insert(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Rules =
        Rules { free: 2, most_seconds: 60, most_seconds_essential: 5, forget_seconds: 900, alarm_after: 5 };

    fn key(station: Option<u8>) -> Key {
        let station = station.map(|n| StationId::from_bytes([n; 16]));
        Key::Account { directory: DirectoryId::from_bytes([1; 16]), login: "operator".to_owned(), station }
    }

    fn at(seconds: i64) -> Micros {
        Micros(0).plus_seconds(seconds)
    }

    #[test]
    fn the_delay_grows_up_to_its_bound_and_is_forgotten() {
        let throttle = Throttle::new(RULES, []);
        let delays: Vec<i64> = (0..12)
            .map(|n| throttle.failed(&key(None), false, at(n)).blocked_until.since(at(n)) / Micros::SECOND)
            .collect();
        assert_eq!(delays, [0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
        assert_eq!(throttle.check(&[key(None)], at(11)), Err(60));
        assert_eq!(throttle.failed(&key(None), false, at(911)).failures, 1);
    }

    #[test]
    fn an_essential_account_waits_little_and_is_never_locked() {
        let throttle = Throttle::new(RULES, []);
        for n in 0..100 {
            let count = throttle.failed(&key(None), true, at(n));
            assert!(count.blocked_until <= at(n + 5));
        }
    }

    #[test]
    fn an_essential_account_does_not_wait_for_what_others_did_at_its_station() {
        let throttle = Throttle::new(RULES, []);
        let station = Key::Station(StationId::from_bytes([1; 16]));
        for n in 0..20 {
            throttle.failed(&station, false, at(n));
        }
        assert_eq!(throttle.check(std::slice::from_ref(&station), at(19)), Err(60));
        assert_eq!(throttle.check_essential(std::slice::from_ref(&station), at(19)), Err(5));
        assert_eq!(throttle.check_essential(&[station], at(24)), Ok(()));
    }

    #[test]
    fn every_count_is_saved_once_and_what_made_room_is_forgotten() {
        let throttle = Throttle::new(RULES, []);
        throttle.failed(&key(None), false, at(0));
        let count = throttle.failed(&key(None), false, at(1));
        let unsaved = throttle.take_unsaved(10);
        assert_eq!(unsaved.counts, [(key(None).to_string(), count)]);
        assert_eq!(throttle.take_unsaved(10), Unsaved::default());
        throttle.put_back(&unsaved);
        assert_eq!(throttle.take_unsaved(10).counts.len(), 1);
        for n in 0..20_000_i64 {
            let directory = DirectoryId::from_bytes([1; 16]);
            throttle.failed(&Key::Account { directory, login: format!("{n}"), station: None }, false, at(n));
        }
        let unsaved = throttle.take_unsaved(100);
        assert_eq!((unsaved.counts.len(), unsaved.gone.len()), (100, MOST / 10));
        assert!(unsaved.gone.contains(&key(None).to_string()));
    }

    #[test]
    fn failures_elsewhere_do_not_delay_a_station() {
        let throttle = Throttle::new(RULES, []);
        for n in 0..20 {
            throttle.failed(&key(None), false, at(n));
        }
        assert_eq!(throttle.check(&[key(Some(1))], at(20)), Ok(()));
        assert!(throttle.check(&[key(None)], at(20)).is_err());
    }

    #[test]
    fn the_failures_of_a_directorys_user_are_kept_longer_than_any_directory_does() {
        let throttle = Throttle::new(RULES, []);
        let user = Key::User { directory: DirectoryId::from_bytes([1; 16]), user: "00ff".to_owned() };
        throttle.failed(&user, false, at(0));
        throttle.failed(&key(None), false, at(0));
        throttle.sweep(at(6 * 86_400));
        assert_eq!(throttle.count(&key(None), at(6 * 86_400)), None);
        assert_eq!(throttle.count(&user, at(6 * 86_400)).map(|count| count.failures), Some(1));
        assert_eq!(throttle.failed(&user, false, at(6 * 86_400)).failures, 2);
        assert_eq!(throttle.count(&user, at(14 * 86_400)), None);
    }

    #[test]
    fn names_that_somebody_thinks_up_do_not_make_room_for_tries_of_a_user() {
        let throttle = Throttle::new(RULES, []);
        let user = Key::User { directory: DirectoryId::from_bytes([1; 16]), user: "00ff".to_owned() };
        throttle.failed(&user, false, at(0));
        for n in 0..30_000_i64 {
            let directory = DirectoryId::from_bytes([1; 16]);
            throttle.failed(&Key::Account { directory, login: format!("{n}"), station: None }, false, at(n));
        }
        assert!(throttle.count(&user, at(30_000)).is_some());
    }

    #[test]
    fn a_success_forgets_and_memory_is_bounded() {
        let throttle = Throttle::new(RULES, []);
        throttle.failed(&key(None), false, at(0));
        assert!(throttle.succeeded(&key(None)));
        for n in 0..30_000_i64 {
            let login = format!("name{n}");
            let directory = DirectoryId::from_bytes([1; 16]);
            throttle.failed(&Key::Account { directory, login, station: None }, false, at(n / 100));
        }
        assert!(throttle.lock().counts.len() <= MOST);
        throttle.sweep(at(10_000));
        assert!(throttle.lock().counts.is_empty());
    }

    #[test]
    fn an_alarm_is_raised_at_the_bound_and_at_each_doubling() {
        let throttle = Throttle::new(RULES, []);
        let alarms: Vec<u32> = (0..45)
            .map(|n| throttle.failed(&key(None), false, at(n)))
            .filter(|count| throttle.alarming(*count))
            .map(|count| count.failures)
            .collect();
        assert_eq!(alarms, [5, 10, 20, 40]);
    }
}
