//! `[local]`: the built-in directory's passwords.

use super::section::Section;
use std::time::Duration;

/// The built-in directory's passwords.
#[derive(Clone, Debug)]
pub struct Local {
    /// Memory of one hash, KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Threads that hash; as many as the computer has cores if not set.
    pub workers: Option<usize>,
    /// The most log-ons that wait for a thread.
    pub queue: usize,
    /// The longest wait for a thread.
    pub deadline: Duration,
    /// The rules for new passwords.
    pub profile: PasswordProfile,
}

/// The rules for new passwords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordProfile {
    /// NIST SP 800-63B: length and a list of bad passwords, no composition.
    Nist80063b,
    /// What `GxP` plants are used to: composition, age, history.
    GxpClassic,
    /// IEC 62443-4-2 for security level 3.
    Iec62443Sl3,
}

impl PasswordProfile {
    const ALL: [(&str, Self); 3] = [
        ("nist-800-63b", Self::Nist80063b),
        ("gxp-classic", Self::GxpClassic),
        ("iec62443-sl3", Self::Iec62443Sl3),
    ];

    /// The name in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, profile)| *profile == self).map_or("", |(name, _)| name)
    }
}

impl Local {
    pub(super) const DOC: &str = "Passwords of the built-in directory.";

    pub(super) fn read(mut section: Section<'_, '_>) -> Self {
        let local = Self {
            memory_kib: section.number(
                "memory_kib",
                8 * 1024..=256 * 1024,
                19 * 1024,
                "Memory of one Argon2id hash in KiB. Passwords are hashed anew at the next log-on after a change.",
            ),
            passes: section.number("passes", 1..=10, 2, "Passes over that memory."),
            workers: section.optional_number(
                "workers",
                1..=256,
                4,
                "Threads that hash passwords; without this line as many as the computer has cores.",
            ),
            queue: section.number("queue", 1..=65_536, 512, "Log-ons that may wait for such a thread."),
            deadline: Duration::from_secs(section.number(
                "deadline_seconds",
                1..=60,
                10,
                "Seconds that a log-on may wait for such a thread.",
            )),
            profile: section.choice(
                "password_profile",
                &PasswordProfile::ALL,
                PasswordProfile::Nist80063b,
                "The rules for new passwords.",
            ),
        };
        section.done();
        local
    }
}
