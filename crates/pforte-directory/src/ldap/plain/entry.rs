//! Users and groups of a directory that is not Active Directory, as they are read.

use super::super::fault::{Fault, FaultKind};
use super::super::message::Entry;
use super::super::schema::{MAIL, UID, Words};
use super::super::steps::generalized;
use crate::{Found, FoundGroup, Key, Mark};
use pforte_model::account::AccountState;
use pforte_model::time::Micros;

const DAY: i64 = 86_400 * Micros::SECOND;
/// The most that a key takes, in bytes.
const MOST_KEY: usize = 64;

/// The identity of an entry: the text that its server never changes.
fn key(words: &Words, entry: &Entry) -> Result<String, Fault> {
    let text = entry.text(words.key).filter(|text| (1..=MOST_KEY).contains(&text.len()));
    let text = text.map(str::to_lowercase);
    text.ok_or_else(|| FaultKind::EntryUnreadable.with(format!("{}: {}", entry.dn, words.key)))
}

/// Whether an entry is the one with this key.
pub(super) fn is(words: &Words, entry: &Entry, wanted: &Key) -> bool {
    key(words, entry).is_ok_and(|key| key.as_bytes() == wanted.as_bytes())
}

/// Reads a user.
pub(super) fn user(words: &Words, entry: &Entry, now: Micros) -> Result<Found, Fault> {
    let identity = key(words, entry)?;
    let login = entry.text(UID).ok_or_else(|| FaultKind::EntryUnreadable.with(&entry.dn))?.to_owned();
    let label = entry.text("displayName").or_else(|| entry.text("cn")).unwrap_or(&login).to_owned();
    let set = entry.text("pwdChangedTime").or_else(|| entry.text("krbLastPwdChange"));
    Ok(Found {
        key: Key::from_bytes(identity.as_bytes()),
        identity,
        place: entry.dn.clone(),
        principal: entry.text(MAIL).map(str::to_owned),
        login,
        label,
        state: state(entry, now),
        password_set_at: set.and_then(generalized),
        ends_at: account_end(entry),
        at_hours: false,
        computers: Vec::new(),
        told: None,
    })
}

/// Reads a group.
pub(super) fn group(words: &Words, entry: &Entry) -> Result<FoundGroup, Fault> {
    let identity = key(words, entry)?;
    let name = entry.text("cn").ok_or_else(|| FaultKind::EntryUnreadable.with(&entry.dn))?;
    Ok(FoundGroup {
        key: Key::from_bytes(identity.as_bytes()),
        mark: Mark::from_bytes(identity.as_bytes()),
        identity,
        place: entry.dn.clone(),
        name: name.to_owned(),
        label: name.to_owned(),
    })
}

/// The state that an entry tells, as far as the service account may read it. What has
/// ended by itself in the meantime, the bind tells.
pub(super) fn state(entry: &Entry, now: Micros) -> AccountState {
    let is_true = |name| entry.text(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let past = |name| entry.text(name).and_then(generalized).is_some_and(|end| end <= now);
    let ahead = |name| entry.text(name).and_then(generalized).is_some_and(|end| end > now);
    let shadow = entry.number("shadowExpire").filter(|day| *day > 0);
    let shadow_past = shadow.is_some_and(|day| now.0.div_euclid(DAY) >= day);
    if is_true("nsAccountLock") {
        AccountState::Disabled
    } else if shadow_past || past("pwdEndTime") || past("krbPrincipalExpiration") {
        AccountState::Expired
    } else if entry.text("pwdAccountLockedTime").is_some() || ahead("accountUnlockTime") {
        AccountState::Locked
    } else if is_true("pwdReset") {
        AccountState::MustChange
    } else if past("passwordExpirationTime") || past("krbPasswordExpiration") {
        AccountState::PasswordExpired
    } else {
        AccountState::Good
    }
}

/// When the account ends, by whichever of its ends comes first.
fn account_end(entry: &Entry) -> Option<Micros> {
    let ends = ["pwdEndTime", "krbPrincipalExpiration"].map(|name| entry.text(name).and_then(generalized));
    let day = entry.number("shadowExpire").filter(|day| *day > 0);
    let shadow = day.map(|day| Micros(day.saturating_mul(DAY)));
    ends.into_iter().chain([shadow]).flatten().min()
}

/// When the password ends, if the entry tells.
pub(super) fn password_end(entry: &Entry) -> Option<Micros> {
    let end = entry.text("passwordExpirationTime").or_else(|| entry.text("krbPasswordExpiration"));
    end.and_then(generalized)
}
