//! What an administrator says about a host of a workgroup. Secrets are apart.

use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::time::Duration;

/// A Windows or Samba host whose own users log on, as it is configured and stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The host's name or address.
    pub host: String,
    /// The port of SMB.
    #[serde(default = "smb")]
    pub port: u16,
    /// The host's address, where its name shall not be resolved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<IpAddr>,
    /// The account of the host with which Pforte reads: `name` or `HOST\name`.
    pub account: String,
    /// How much at once, and how long to wait.
    #[serde(default)]
    pub limits: Limits,
}

const fn smb() -> u16 {
    445
}

/// How much at once, and how long to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Passwords that are verified at the same time; 1 to 64.
    pub log_ons: u8,
    /// The longest time to set up a connection, in milliseconds; 100 to 10,000.
    pub connect_ms: u32,
    /// The longest time for one request, in milliseconds; 200 to 30,000.
    pub request_ms: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { log_ons: 8, connect_ms: 2_000, request_ms: 5_000 }
    }
}

impl Limits {
    pub(super) fn connect(self) -> Duration {
        Duration::from_millis(self.connect_ms.into())
    }

    pub(super) fn request(self) -> Duration {
        Duration::from_millis(self.request_ms.into())
    }
}

/// Something in the settings that cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsFault {
    /// Neither a name nor an address.
    #[error("host: not a host name or address")]
    Host,
    /// Port 0.
    #[error("port: must not be 0")]
    Port,
    /// Empty or too long.
    #[error("account: not the name of an account")]
    Account,
    /// A figure outside its bounds.
    #[error("limits.{0}: out of bounds")]
    Limit(&'static str),
}

/// What whoever saves such a directory is to be told.
pub const WARNING: &str = "A workgroup proves passwords by NTLM, and each host is managed by itself. Where there is \
    a domain, connect the domain instead: it is the safer way.";

impl Settings {
    /// What is usual for this host and this account.
    #[must_use]
    pub fn new(host: String, account: String) -> Self {
        Self { host, port: smb(), address: None, account, limits: Limits::default() }
    }

    /// Everything in these settings that cannot be used.
    #[must_use]
    pub fn check(&self) -> Vec<SettingsFault> {
        const MOST_NAME: usize = 256;
        let label = |label: &str| {
            let good = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
            (1..=63).contains(&label.len()) && label.bytes().all(good)
        };
        let host = self.host.len() <= 253 && self.host.split('.').all(label);
        let seen = !self.account.chars().any(pforte_model::name::unseen);
        let limits = self.limits;
        [
            (SettingsFault::Host, host || self.host.parse::<IpAddr>().is_ok()),
            (SettingsFault::Port, self.port != 0),
            (SettingsFault::Account, seen && (1..=MOST_NAME).contains(&self.account.len())),
            (SettingsFault::Limit("log_ons"), (1..=64).contains(&limits.log_ons)),
            (SettingsFault::Limit("connect_ms"), (100..=10_000).contains(&limits.connect_ms)),
            (SettingsFault::Limit("request_ms"), (200..=30_000).contains(&limits.request_ms)),
        ]
        .into_iter()
        .filter_map(|(fault, fits)| (!fits).then_some(fault))
        .collect()
    }

    /// The account that reads: its host, where it is named, and its name.
    pub(super) fn account(&self) -> (&str, &str) {
        self.account.split_once('\\').unwrap_or(("", &self.account))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops here")]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_has_its_default_and_an_unknown_key_is_refused() {
        let settings: Settings = serde_json::from_str(r#"{"host":"PC7","account":"PC7\\pforte"}"#).unwrap();
        assert_eq!(settings.check(), []);
        assert_eq!((settings.port, settings.account()), (445, ("PC7", "pforte")));
        assert!(serde_json::from_str::<Settings>(r#"{"host":"PC7","account":"a","sign":false}"#).is_err());
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let json =
            r#"{"host":"a b","port":0,"account":"","limits":{"log_ons":0,"connect_ms":1,"request_ms":1}}"#;
        let settings: Settings = serde_json::from_str(json).unwrap();
        assert_eq!(settings.check().len(), 6);
    }
}
