//! `[session]`: how long somebody stays logged on.

use super::section::Section;
use std::time::Duration;

/// How long somebody stays logged on. A role may ask for less.
#[derive(Clone, Copy, Debug)]
pub struct Session {
    /// Without any act.
    pub idle: Duration,
    /// In all.
    pub absolute: Duration,
    /// How long an application may believe an answer, in seconds.
    pub lease_seconds: u32,
    /// So many days before its end a password is told to end.
    pub password_notice_days: u32,
}

impl Session {
    pub(super) const DOC: &str = "How long somebody stays logged on. A role may ask for less.";

    pub(super) fn read(mut section: Section<'_, '_>) -> Self {
        let idle: u64 = section.number(
            "idle_minutes",
            1..=1440,
            15,
            "Minutes without any act after which a session ends.",
        );
        let absolute: u64 =
            section.number("absolute_hours", 1..=168, 12, "Hours after which a session ends in any case.");
        if idle > absolute * 60 {
            section.problem("idle_minutes", "must not be longer than `absolute_hours`");
        }
        let lease_seconds = section.number(
            "lease_seconds",
            2..=300,
            10,
            "Seconds for which an application may believe an answer about a session without hearing from the server \
             again.",
        );
        let password_notice_days = section.number(
            "password_notice_days",
            0..=365,
            14,
            "Days before its end from which a person is told that the password ends.",
        );
        section.done();
        let (idle, absolute) = (Duration::from_mins(idle), Duration::from_hours(absolute));
        Self { idle, absolute, lease_seconds, password_notice_days }
    }
}
