//! Points in time. The model never reads a clock.

use serde::{Deserialize, Serialize};

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Micros(pub i64);

impl Micros {
    /// One second.
    pub const SECOND: i64 = 1_000_000;

    /// This point and `seconds` more; stops at the end of the range.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(Self::SECOND)))
    }

    /// Microseconds from `earlier` to this point; negative if it lies before.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Minute of the week in the plant's time zone: 0 is Monday 00:00.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MinuteOfWeek(pub u16);

impl MinuteOfWeek {
    /// Minutes in a week.
    pub const COUNT: u16 = 7 * 24 * 60;
}

/// The moment a question is asked at: the instant, and what the clock on the
/// plant's wall shows. The edge makes both from one reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The instant.
    pub at: Micros,
    /// The plant's wall clock at that instant.
    pub wall: MinuteOfWeek,
}
