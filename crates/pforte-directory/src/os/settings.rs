//! What an administrator says about this computer's accounts.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How this computer's accounts are used, as it is configured and stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The rules that PAM applies: a file in `/etc/pam.d` whose name begins with `pforte`.
    pub service: String,
    /// The least number of a person's account; those below are the system's own.
    pub least_uid: u32,
    /// The longest time that PAM may take, in milliseconds; 500 to 20,000.
    pub verify_ms: u32,
    /// The longest time that reading may take, in milliseconds; 100 to 20,000.
    pub read_ms: u32,
    /// Passwords that are verified at the same time; 1 to 64.
    pub log_ons: u8,
}

impl Default for Settings {
    fn default() -> Self {
        Self { service: "pforte".to_owned(), least_uid: 1_000, verify_ms: 10_000, read_ms: 5_000, log_ons: 8 }
    }
}

/// Something in the settings that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsFault {
    /// Not a name of rules of Pforte's own.
    #[error("service: not a name that begins with pforte, in small letters, digits and -")]
    Service,
    /// The system's own accounts would be people.
    #[error("least_uid: must not be 0")]
    LeastUid,
    /// A figure outside its bounds.
    #[error("{0}: out of bounds")]
    Limit(&'static str),
}

impl Settings {
    /// Everything in these settings that cannot be used.
    #[must_use]
    pub fn check(&self) -> Vec<SettingsFault> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let service = self.service.len() <= 64 && self.service.bytes().all(plain);
        [
            (SettingsFault::Service, service && self.service.starts_with("pforte")),
            (SettingsFault::LeastUid, self.least_uid > 0),
            (SettingsFault::Limit("verify_ms"), (500..=20_000).contains(&self.verify_ms)),
            (SettingsFault::Limit("read_ms"), (100..=20_000).contains(&self.read_ms)),
            (SettingsFault::Limit("log_ons"), (1..=64).contains(&self.log_ons)),
        ]
        .into_iter()
        .filter_map(|(fault, fits)| (!fits).then_some(fault))
        .collect()
    }

    #[cfg(target_os = "linux")]
    pub(super) fn verify_limit(&self) -> Duration {
        Duration::from_millis(self.verify_ms.into())
    }

    #[cfg(target_os = "linux")]
    pub(super) fn read_limit(&self) -> Duration {
        Duration::from_millis(self.read_ms.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_good_and_every_fault_is_told_at_once() {
        assert_eq!(
            serde_json::from_str::<Settings>("{}").map(|settings| settings.check()).ok(),
            Some(vec![])
        );
        let bad = Settings { service: "su".to_owned(), least_uid: 0, verify_ms: 1, read_ms: 1, log_ons: 0 };
        assert_eq!(bad.check().len(), 5);
        assert!(serde_json::from_str::<Settings>(r#"{"helper":"/bin/sh"}"#).is_err());
    }
}
