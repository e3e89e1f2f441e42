//! Whether an account may log on: from its attributes, and from the sub-code
//! of a refused bind.

use super::fault::{Fault, FaultKind};
use super::message::{Entry, Outcome, code};
use crate::directory::Verdict;
use pforte_model::account::AccountState;
use pforte_model::time::Micros;

/// Switched off (MS-ADTS 2.2.16, `userAccountControl`).
const DISABLED: i64 = 0x2;
/// Locked now; only in the computed flags.
const LOCKED: i64 = 0x10;
/// Only with a smart card.
const SMART_CARD: i64 = 0x4_0000;
/// The password is past its greatest age or must be changed; only in the
/// computed flags.
const PASSWORD_EXPIRED: i64 = 0x80_0000;

/// The attributes that [`of_entry`] reads.
pub(super) const FLAGS: &str = "userAccountControl";
/// Flags that the directory works out for each read.
pub(super) const COMPUTED: &str = "msDS-User-Account-Control-Computed";
/// When the account ends.
pub(super) const ENDS: &str = "accountExpires";
/// When the password was set; 0: it must be changed.
pub(super) const SET: &str = "pwdLastSet";

/// The computers at which alone the user may log on, with commas between
/// (MS-ADA3, `userWorkstations`).
pub(super) const COMPUTERS: &str = "userWorkstations";

/// The hours of the week at which the user may log on (MS-ADA1, `logonHours`): a bit
/// for each, from midnight before Sunday in universal time.
pub(super) const HOURS: &str = "logonHours";

/// Whether these hours allow a log-on at this time. What is no such list allows it,
/// as with a domain controller.
fn within(hours: &[u8], now: Micros) -> bool {
    const HOUR: i64 = 3_600 * Micros::SECOND;
    // 1970 began on a Thursday, four days after Sunday.
    let Ok(hour) = usize::try_from((now.0.div_euclid(HOUR) + 4 * 24).rem_euclid(7 * 24)) else { return true };
    hours.len() != 21 || hours.get(hour / 8).is_none_or(|byte| byte >> (hour % 8) & 1 == 1)
}

/// What stands beside [`HOURS`] and [`COMPUTERS`] in the property set "Logon Information"
/// of whoever logged on before: without any of them in an entry nobody knows whether
/// those are not there or may not be read.
pub(super) const LAST: &str = "lastLogon";
/// As [`LAST`], and the same at every domain controller.
pub(super) const LAST_ANYWHERE: &str = "lastLogonTimestamp";

/// Whether what only some users have could be read of this one, had it any.
pub(super) fn tells_log_ons(entry: &Entry) -> bool {
    [HOURS, COMPUTERS, LAST, LAST_ANYWHERE].iter().any(|name| entry.values(name).next().is_some())
}

/// Whether not every hour of the week is allowed, or whether that may not be read.
pub(super) fn has_hours(entry: &Entry) -> bool {
    match entry.values(HOURS).next() {
        Some(hours) => hours.len() == 21 && hours.iter().any(|byte| *byte != 0xff),
        None => !tells_log_ons(entry),
    }
}

/// When the account ends, if it does.
pub(super) fn account_end(entry: &Entry) -> Option<Micros> {
    entry.number(ENDS).and_then(end)
}

/// When the password ends, worked out by the directory from the domain's rules and
/// those of the user's own; 0: it must be changed; the greatest number: never.
pub(super) const PASSWORD_ENDS: &str = "msDS-UserPasswordExpiryTimeComputed";

/// When the password ends, if it does and if the directory tells.
pub(super) fn password_end(entry: &Entry) -> Option<Micros> {
    entry.number(PASSWORD_ENDS).and_then(end)
}

/// When the password was set, if it was and need not be changed.
pub(super) fn password_set(entry: &Entry) -> Option<Micros> {
    entry.number(SET).and_then(end)
}

/// The computers that an entry names; none: any.
pub(super) fn computers(entry: &Entry) -> Vec<String> {
    let named = entry.text(COMPUTERS).unwrap_or_default().split(',');
    named.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The state that an entry tells. Every user has flags and an end, be it never, so an
/// entry without them is one that Pforte's account may not read.
pub(super) fn of_entry(entry: &Entry, now: Micros) -> Result<AccountState, Fault> {
    let had = |name| {
        let unread = || FaultKind::EntryUnreadable.with(format!("{}: {name}", entry.dn));
        entry.number(name).ok_or_else(unread)
    };
    let (flags, ends) = (had(FLAGS)?, had(ENDS)?);
    let computed = entry.number(COMPUTED).unwrap_or(0);
    let ended = end(ends).is_some_and(|end| end <= now);
    Ok(match entry.number(SET) {
        _ if flags & DISABLED != 0 => AccountState::Disabled,
        _ if ended => AccountState::Expired,
        _ if computed & LOCKED != 0 => AccountState::Locked,
        Some(0) if computed & PASSWORD_EXPIRED != 0 => AccountState::MustChange,
        _ if computed & PASSWORD_EXPIRED != 0 => AccountState::PasswordExpired,
        _ if flags & SMART_CARD != 0 => AccountState::SmartCardRequired,
        _ if entry.values(HOURS).next().is_some_and(|hours| !within(hours, now)) => {
            AccountState::OutsideHours
        }
        _ => AccountState::Good,
    })
}

/// A directory's time in units of 100 ns since 1601; `None` for one that never comes
/// or never was.
fn end(filetime: i64) -> Option<Micros> {
    time(filetime).filter(|_| filetime != i64::MAX)
}

/// A directory's time in units of 100 ns since 1601; `None` if it is none.
pub(super) fn time(filetime: i64) -> Option<Micros> {
    (filetime > 0).then(|| Micros(filetime / 10 - MICROS_FROM_1601))
}

/// From 1601-01-01 to 1970-01-01.
const MICROS_FROM_1601: i64 = 11_644_473_600_000_000;

/// What the answer to a bind says.
pub(super) fn verdict(outcome: &Outcome) -> Result<Verdict, Fault> {
    match outcome.code {
        code::SUCCESS => Ok(Verdict::Good),
        code::INVALID_CREDENTIALS => sub_code(outcome),
        code::STRONGER_AUTH | code::INAPPROPRIATE_AUTH => {
            Err(FaultKind::BindNotAllowed.with(&outcome.message))
        }
        code::REFERRAL => Err(FaultKind::Referral.with(&outcome.message)),
        other => Err(FaultKind::UnexpectedResult.with(format!("code {other}: {}", outcome.message))),
    }
}

/// Active Directory tells a Windows error in its message: "..., data 52e, ...".
fn sub_code(outcome: &Outcome) -> Result<Verdict, Fault> {
    let data =
        outcome.message.split_once(", data ").and_then(|(_, rest)| rest.split([',', ' ', '\0']).next());
    match data.unwrap_or_default() {
        "530" => Ok(Verdict::State(AccountState::OutsideHours)),
        "531" => Ok(Verdict::State(AccountState::WrongWorkstation)),
        "532" => Ok(Verdict::State(AccountState::PasswordExpired)),
        "533" => Ok(Verdict::State(AccountState::Disabled)),
        "701" => Ok(Verdict::State(AccountState::Expired)),
        "773" => Ok(Verdict::State(AccountState::MustChange)),
        "775" => Ok(Verdict::State(AccountState::Locked)),
        "52f" => Err(FaultKind::AccountRestricted.into()),
        _ => Ok(Verdict::Wrong),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::super::message::entry_of;
    use super::*;

    fn refused(data: &str) -> Result<Verdict, Fault> {
        let message = format!(
            "80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data {data}, v2580\0"
        );
        verdict(&Outcome { code: 49, message })
    }

    #[test]
    fn sub_codes_of_a_refused_bind_become_states() {
        let states = [
            ("530", AccountState::OutsideHours),
            ("531", AccountState::WrongWorkstation),
            ("532", AccountState::PasswordExpired),
            ("533", AccountState::Disabled),
            ("701", AccountState::Expired),
            ("773", AccountState::MustChange),
            ("775", AccountState::Locked),
        ];
        for (data, state) in states {
            assert_eq!(refused(data), Ok(Verdict::State(state)), "{data}");
        }
        assert_eq!(refused("52f").map_err(|fault| fault.kind), Err(FaultKind::AccountRestricted));
    }

    #[test]
    fn whatever_else_a_refusal_says_is_no_proof() {
        for data in ["52e", "525", "", "5330", "0"] {
            assert_eq!(refused(data), Ok(Verdict::Wrong), "{data}");
        }
        let bare = Outcome { code: 49, message: String::new() };
        assert_eq!(verdict(&bare), Ok(Verdict::Wrong));
        for code in [1, 8, 10, 14, 34, 48, 51, 53, 80, -1] {
            let outcome = Outcome { code, message: String::new() };
            assert!(verdict(&outcome).is_err(), "{code}");
        }
    }

    #[test]
    fn log_on_hours_are_those_of_the_week_in_universal_time() {
        // 2024-05-05 is a Sunday.
        let sunday = Micros(1_714_867_200 * Micros::SECOND);
        let mut hours = [0; 21];
        hours[1] = 0b100; // the eleventh hour of Sunday
        let at = |hour: i64| within(&hours, sunday.plus_seconds(hour * 3_600));
        assert!(!at(9) && at(10) && !at(11) && !at(10 + 24) && at(10 + 7 * 24));
        assert!(within(&[], sunday) && !within(&[0; 21], sunday) && within(&[0xff; 21], sunday));
    }

    #[test]
    fn an_entry_without_what_every_user_has_tells_no_state() {
        let state = |attributes: &[(&str, &str)]| {
            of_entry(&entry_of(attributes), Micros(0)).map_err(|fault| (fault.kind, fault.detail))
        };
        assert_eq!(state(&[(FLAGS, "512"), (ENDS, "0")]), Ok(AccountState::Good));
        assert_eq!(state(&[(FLAGS, "514"), (ENDS, "0")]), Ok(AccountState::Disabled));
        for (told, missing) in [((FLAGS, "512"), ENDS), ((ENDS, "0"), FLAGS)] {
            let (kind, detail) = state(&[told, (SET, "1")]).unwrap_err();
            assert_eq!(kind, FaultKind::EntryUnreadable);
            assert!(detail.ends_with(missing), "{detail}");
        }
    }

    #[test]
    fn who_may_log_on_at_any_hour_is_known_only_where_hours_may_be_read() {
        let at_hours = |attributes: &[(&str, &str)]| has_hours(&entry_of(attributes));
        assert!(at_hours(&[(FLAGS, "512"), (ENDS, "0")]));
        assert!(!at_hours(&[(LAST, "0")]) && !at_hours(&[(COMPUTERS, "PC1")]));
        assert!(at_hours(&[(LAST, "0"), (HOURS, "\0".repeat(21).as_str())]));
    }

    #[test]
    fn an_account_without_an_end_never_ends() {
        assert_eq!((end(0), end(i64::MAX)), (None, None));
        assert_eq!(end(132_000_000_000_000_000), Some(Micros(1_555_526_400_000_000)));
    }
}
