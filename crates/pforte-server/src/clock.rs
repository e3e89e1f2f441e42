//! The only reader of the time.
//!
//! Everything else in the server gets a [`Moment`] or [`Micros`] as a parameter.
//! One reading makes both, the instant and what the clock on the plant's wall
//! shows, so that they never contradict each other.
//!
//! # Invariants
//!
//! - The clock of a running server cannot be moved. A clock that can be moved is
//!   made by [`Clock::with_hands`], and only the [`Hands`] given out there move it.
//! - [`Clock::monotonic`] never goes back, whatever is done to the computer's clock.

use arc_swap::ArcSwap;
use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneTransition};
use pforte_model::time::{Micros, MinuteOfWeek, Moment};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// How far the computer's clock may be off what the monotonic clock makes of its
/// last known reading before it counts as a jump, in microseconds.
const JUMP: i64 = 2 * Micros::SECOND;

/// Two honest clocks drift apart by less than one part in this many (200 ppm).
/// So much is forgiven, so that no slow drift adds up to a jump.
const DRIFT: i64 = 5_000;

const MINUTE: i64 = 60 * Micros::SECOND;

/// Minutes from Monday 00:00 to the weekday of 1970-01-01, a Thursday.
const EPOCH_WEEKDAY: i64 = 3 * 24 * 60;

/// The computer's clock was set, or the computer slept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jump {
    /// What the clock would show without the jump.
    pub from: Micros,
    /// What it shows.
    pub to: Micros,
}

/// Reads the time for one server, in the time zone of its plant.
pub struct Clock {
    zone: TimeZone,
    /// The part of the zone's history that was asked for last.
    span: ArcSwap<Span>,
    started: Instant,
    /// Where the jump detection stands.
    steady: Mutex<Steady>,
    hands: Arc<Hands>,
}

/// A time during which the zone's offset from UTC stays the same.
#[derive(Clone, Copy, Debug)]
struct Span {
    /// First microsecond.
    from: i64,
    /// Last microsecond.
    to: i64,
    /// Microseconds that the wall is ahead of UTC.
    ahead: i64,
}

/// A reading of both clocks that are compared.
#[derive(Clone, Copy)]
struct Steady {
    wall: i64,
    monotonic: i64,
}

/// Moves the clock it was made with. A test needs it to get past the end of a
/// session without waiting for it.
pub struct Hands {
    /// Whether the computer's clock is read; what is below is added to it.
    running: bool,
    wall: AtomicI64,
    monotonic: AtomicI64,
}

impl Hands {
    /// Lets time pass: both, the wall clock and the monotonic one.
    pub fn advance(&self, time: Duration) {
        let micros = i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
        self.monotonic.fetch_add(micros, Ordering::Relaxed);
        self.wall.fetch_add(micros, Ordering::Relaxed);
    }

    /// Sets the wall clock forward or, by a negative number, back, as somebody
    /// does who sets the computer's clock.
    pub fn shift_wall(&self, micros: i64) {
        self.wall.fetch_add(micros, Ordering::Relaxed);
    }

    fn wall(&self) -> i64 {
        let moved = self.wall.load(Ordering::Relaxed);
        if self.running { system_micros().saturating_add(moved) } else { moved }
    }
}

impl Clock {
    /// The computer's clock in this zone.
    #[must_use]
    pub fn new(zone: TimeZone) -> Self {
        Self::made(zone, Hands { running: true, wall: AtomicI64::new(0), monotonic: AtomicI64::new(0) })
    }

    /// A clock that shows `at` until its hands are moved.
    #[must_use]
    pub fn with_hands(zone: TimeZone, at: Micros) -> (Self, Arc<Hands>) {
        let hands = Hands { running: false, wall: AtomicI64::new(at.0), monotonic: AtomicI64::new(0) };
        let clock = Self::made(zone, hands);
        let hands = Arc::clone(&clock.hands);
        (clock, hands)
    }

    fn made(zone: TimeZone, hands: Hands) -> Self {
        let wall = hands.wall();
        Self {
            span: ArcSwap::from_pointee(Span::around(&zone, wall)),
            zone,
            started: start(),
            steady: Mutex::new(Steady { wall, monotonic: 0 }),
            hands: Arc::new(hands),
        }
    }

    /// Now: the instant.
    #[must_use]
    pub fn micros(&self) -> Micros {
        Micros(self.hands.wall())
    }

    /// Now: the instant and the plant's wall clock.
    #[must_use]
    pub fn moment(&self) -> Moment {
        let at = self.micros();
        Moment { at, wall: self.wall(at) }
    }

    /// What the plant's wall clock shows at an instant.
    #[must_use]
    pub fn wall(&self, at: Micros) -> MinuteOfWeek {
        let minutes = at.0.saturating_add(self.ahead(at.0)).div_euclid(MINUTE);
        let minute = minutes.saturating_add(EPOCH_WEEKDAY).rem_euclid(i64::from(MinuteOfWeek::COUNT));
        MinuteOfWeek(u16::try_from(minute).unwrap_or(0))
    }

    /// Minutes that the plant's wall clock is ahead of UTC at an instant.
    #[must_use]
    pub fn zone_minutes(&self, at: Micros) -> i16 {
        i16::try_from(self.ahead(at.0).div_euclid(MINUTE)).unwrap_or(0)
    }

    /// The plant's time zone.
    #[must_use]
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Microseconds since this clock was made. Never goes back.
    #[must_use]
    pub fn monotonic(&self) -> i64 {
        let moved = self.hands.monotonic.load(Ordering::Relaxed);
        if !self.hands.running {
            return moved;
        }
        i64::try_from(self.started.elapsed().as_micros()).unwrap_or(i64::MAX).saturating_add(moved)
    }

    /// Whether the wall clock was set since this was asked last, by more than 2 s
    /// in all. To be asked every second or so; tells of a jump once.
    pub fn jump(&self) -> Option<Jump> {
        let (wall, monotonic) = (self.hands.wall(), self.monotonic());
        let mut steady = self.steady.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = monotonic.saturating_sub(steady.monotonic);
        let from = steady.wall.saturating_add(passed);
        let drift = wall.saturating_sub(from);
        let jumped = drift.saturating_abs() > JUMP;
        let forgiven = if jumped { drift } else { drift.clamp(-passed / DRIFT, passed / DRIFT) };
        *steady = Steady { wall: from.saturating_add(forgiven), monotonic };
        jumped.then_some(Jump { from: Micros(from), to: Micros(wall) })
    }

    /// Microseconds that the wall is ahead of UTC.
    fn ahead(&self, at: i64) -> i64 {
        let span = self.span.load();
        if (span.from..=span.to).contains(&at) {
            return span.ahead;
        }
        let span = Span::around(&self.zone, at);
        self.span.store(Arc::new(span));
        span.ahead
    }
}

impl Span {
    /// The span that contains an instant. Outside of the years that a calendar
    /// knows the wall shows UTC.
    fn around(zone: &TimeZone, at: i64) -> Self {
        let Ok(instant) = Timestamp::from_microsecond(at) else {
            return Self { from: at, to: at, ahead: 0 };
        };
        let ahead = i64::from(zone.to_offset(instant).seconds()).saturating_mul(Micros::SECOND);
        // `preceding` tells of changes before its parameter; one at this very instant is meant too.
        let after = Timestamp::from_microsecond(at.saturating_add(1)).unwrap_or(instant);
        let micros = |change: TimeZoneTransition<'_>| change.timestamp().as_microsecond();
        let last = zone.preceding(after).next().map_or(at, micros);
        let next = zone.following(instant).next().map_or(i64::MAX, micros);
        Self { from: last, to: next.saturating_sub(1), ahead }
    }
}

/// Microseconds since 1970 by the computer's clock; negative before.
#[expect(clippy::disallowed_methods, reason = "the clock is the one reader of the time")]
fn system_micros() -> i64 {
    let micros = |time: Duration| i64::try_from(time.as_micros()).unwrap_or(i64::MAX);
    match SystemTime::now().duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => micros(after),
        Err(before) => -micros(before.duration()),
    }
}

fn start() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    fn clock(zone: &str, at: &str) -> (Clock, Arc<Hands>) {
        Clock::with_hands(TimeZone::get(zone).unwrap(), micros(at))
    }

    fn micros(at: &str) -> Micros {
        Micros(at.parse::<Timestamp>().unwrap().as_microsecond())
    }

    /// The minute of the week as the calendar of the library has it.
    fn by_calendar(clock: &Clock, at: Micros) -> i64 {
        let there = Timestamp::from_microsecond(at.0).unwrap().to_zoned(clock.zone().clone());
        let day = i64::from(there.weekday().to_monday_zero_offset());
        day * 1440 + i64::from(there.hour()) * 60 + i64::from(there.minute())
    }

    #[test]
    fn the_wall_follows_the_plants_zone_through_both_changes_of_the_year() {
        for zone in ["Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "UTC", "Australia/Lord_Howe"] {
            let (clock, hands) = clock(zone, "2026-01-01T00:00:00Z");
            for _ in 0..(366 * 24 * 2) {
                let moment = clock.moment();
                assert_eq!(i64::from(moment.wall.0), by_calendar(&clock, moment.at), "{zone} {moment:?}");
                hands.advance(Duration::from_secs(30 * 60 - 1));
            }
        }
    }

    #[test]
    fn the_wall_is_right_to_the_microsecond_where_summer_time_begins() {
        let (clock, hands) = clock("Europe/Berlin", "2026-03-29T00:59:59.999999Z");
        assert_eq!(clock.moment().wall, MinuteOfWeek(6 * 1440 + 119));
        assert_eq!(clock.zone_minutes(clock.micros()), 60);
        hands.advance(Duration::from_micros(1));
        assert_eq!(clock.moment().wall, MinuteOfWeek(6 * 1440 + 180));
        assert_eq!(clock.zone_minutes(clock.micros()), 120);
        hands.shift_wall(-1);
        assert_eq!(clock.moment().wall, MinuteOfWeek(6 * 1440 + 119));
    }

    #[test]
    fn instants_before_1970_and_at_the_ends_of_time_have_a_minute_too() {
        let (clock, _) = clock("America/New_York", "1969-12-31T23:59:59.999999Z");
        assert_eq!(i64::from(clock.moment().wall.0), by_calendar(&clock, clock.micros()));
        for at in [i64::MIN, i64::MAX] {
            assert!(clock.wall(Micros(at)).0 < MinuteOfWeek::COUNT);
        }
    }

    #[test]
    fn a_clock_set_forward_or_back_is_told_once() {
        let (clock, hands) = clock("UTC", "2026-05-01T12:00:00Z");
        hands.advance(Duration::from_secs(100));
        assert_eq!(clock.jump(), None);
        let before = clock.micros();
        for seconds in [3600, -7200, 3, -3] {
            let from = clock.micros();
            hands.shift_wall(seconds * Micros::SECOND);
            assert_eq!(clock.jump(), Some(Jump { from, to: from.plus_seconds(seconds) }));
            assert_eq!(clock.jump(), None);
        }
        assert_eq!(clock.monotonic(), 100 * Micros::SECOND);
        assert_eq!(clock.micros(), before.plus_seconds(-3600));
    }

    #[test]
    fn a_jump_made_in_small_steps_is_told() {
        let (clock, hands) = clock("UTC", "2026-05-01T12:00:00Z");
        let mut told = 0;
        for _ in 0..10 {
            hands.advance(Duration::from_secs(1));
            hands.shift_wall(-Micros::SECOND);
            told += i32::from(clock.jump().is_some());
        }
        assert_eq!(told, 3);
    }

    #[test]
    fn honest_clocks_that_drift_slowly_make_no_jump() {
        let (clock, hands) = clock("UTC", "2026-05-01T12:00:00Z");
        for _ in 0..(7 * 24 * 3600) {
            hands.advance(Duration::from_secs(1));
            hands.shift_wall(100);
            assert_eq!(clock.jump(), None);
        }
    }

    #[test]
    fn the_computers_clock_runs_and_does_not_jump() {
        let clock = Clock::new(TimeZone::UTC);
        let (first, mono) = (clock.micros(), clock.monotonic());
        assert!(first > micros("2025-01-01T00:00:00Z"));
        while clock.monotonic() - mono < 2_000 {}
        assert!(clock.micros().since(first) >= 1_000);
        assert_eq!(clock.jump(), None);
    }
}
