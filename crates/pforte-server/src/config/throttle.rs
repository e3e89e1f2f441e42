//! `[throttle]`: wrong passwords slow down the next try.

use super::section::Section;

/// Wrong passwords slow down the next try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttle {
    /// Wrong passwords in a row that are free of delay.
    pub free: u32,
    /// The longest delay, in seconds.
    pub most_seconds: u32,
    /// The longest delay for an account marked essential, in seconds.
    pub most_seconds_essential: u32,
    /// Seconds after the last wrong password at which the count begins anew.
    pub forget_seconds: u32,
    /// Wrong passwords in a row that raise an alarm.
    pub alarm_after: u32,
}

impl Throttle {
    pub(super) const DOC: &str = "Wrong passwords slow down the next try, for the account and for the station. Nobody \
        is blocked by network address.";

    pub(super) fn read(mut section: Section<'_, '_>) -> Self {
        let throttle = Self {
            free: section.number(
                "free",
                0..=20,
                3,
                "Wrong passwords in a row without a delay. Keep it, in an Active Directory, below the domain's lockout \
                 threshold.",
            ),
            most_seconds: section.number(
                "most_seconds",
                1..=3600,
                300,
                "The longest delay in seconds; it doubles with each wrong password until it is that long.",
            ),
            most_seconds_essential: section.number(
                "most_seconds_essential",
                1..=300,
                10,
                "The longest delay in seconds for accounts marked essential, which are never locked.",
            ),
            forget_seconds: section.number(
                "forget_seconds",
                60..=86_400,
                1800,
                "Seconds after the last wrong password at which the count begins anew.",
            ),
            alarm_after: section.number(
                "alarm_after",
                1..=1000,
                5,
                "Wrong passwords in a row that raise an alarm in the event log.",
            ),
        };
        if throttle.most_seconds_essential > throttle.most_seconds {
            section.problem("most_seconds_essential", "must not be longer than `most_seconds`");
        }
        section.done();
        throttle
    }
}
