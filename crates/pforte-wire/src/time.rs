//! Points in time on the wire: RFC 3339 in UTC with microseconds, as text.

use jiff::Timestamp;
use pforte_model::time::Micros;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use utoipa::ToSchema;

/// A point in time such as `2026-11-23T05:00:00.000000Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = String, format = DateTime)]
pub struct Time(pub Micros);

/// A point in time lies outside of what RFC 3339 can write, or is not written so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a point in time such as 2026-11-23T05:00:00Z")]
pub struct BadTime;

impl Time {
    /// Reads RFC 3339 with any offset.
    pub fn parse(text: &str) -> Result<Self, BadTime> {
        let at: Timestamp = text.parse().map_err(|_| BadTime)?;
        Ok(Self(Micros(at.as_microsecond())))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_microsecond(self.0.0) {
            Ok(at) => write!(f, "{at:.6}"),
            Err(_) => write!(f, "{}us", self.0.0),
        }
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'_, str>::deserialize(from)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_in_time_reads_back_what_it_writes() {
        let time = Time(Micros(1_700_000_000_123_456));
        assert_eq!(time.to_string(), "2023-11-14T22:13:20.123456Z");
        assert_eq!(Time::parse(&time.to_string()), Ok(time));
        assert_eq!(Time::parse("2023-11-14T23:13:20.123456+01:00"), Ok(time));
        assert_eq!(Time::parse("yesterday"), Err(BadTime));
    }
}
