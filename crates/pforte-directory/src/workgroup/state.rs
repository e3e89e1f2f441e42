//! Whether an account may log on: from what the host tells of it, and from the
//! status with which it refuses a log-on.

use super::replies::User;
use super::smb::Status;
use crate::Verdict;
use crate::fault::{Fault, FaultKind};
use pforte_model::account::AccountState;
use pforte_model::time::Micros;

const DISABLED: u32 = 0x1;
/// The account of a person, not of a computer or a domain.
const NORMAL: u32 = 0x10;
const LOCKED: u32 = 0x400;
const PASSWORD_EXPIRED: u32 = 0x2_0000;

/// Whether it is a person's account.
pub(super) const fn is_person(user: &User) -> bool {
    user.flags & NORMAL != 0
}

/// The state that a user's facts tell.
pub(super) fn of_user(user: &User, now: Micros) -> AccountState {
    let past = |end: i64| time(end).is_some_and(|end| end <= now);
    let over = user.password_expired || user.flags & PASSWORD_EXPIRED != 0;
    match user.flags {
        flags if flags & DISABLED != 0 => AccountState::Disabled,
        _ if past(user.ends) => AccountState::Expired,
        flags if flags & LOCKED != 0 => AccountState::Locked,
        _ if user.password_set == 0 && (over || user.password_ends == 0) => AccountState::MustChange,
        _ if over || past(user.password_ends) => AccountState::PasswordExpired,
        _ => AccountState::Good,
    }
}

/// The state that a user in a list tells, where only its flags are.
pub(super) const fn of_flags(flags: u32) -> AccountState {
    match flags {
        flags if flags & DISABLED != 0 => AccountState::Disabled,
        flags if flags & LOCKED != 0 => AccountState::Locked,
        flags if flags & PASSWORD_EXPIRED != 0 => AccountState::PasswordExpired,
        _ => AccountState::Good,
    }
}

/// When the password ends, if it does.
pub(super) fn password_end(user: &User) -> Option<Micros> {
    time(user.password_ends).filter(|_| user.password_set != 0)
}

/// When the password was set, if that is told.
pub(super) fn password_set(user: &User) -> Option<Micros> {
    time(user.password_set)
}

/// A host's time in units of 100 ns since 1601; `None`: never.
pub(super) fn time(value: i64) -> Option<Micros> {
    const FROM_1601: i64 = 11_644_473_600_000_000;
    /// Hosts write "never" as the greatest number of 31, 32 or 63 bits of seconds or units.
    const NEVER: i64 = 0x7fff_ffff_0000_0000;
    (value > 0 && value < NEVER).then(|| Micros(value / 10 - FROM_1601))
}

/// What the answer to a person's log-on says.
pub(super) fn verdict(status: Status) -> Result<Verdict, Fault> {
    let state = match status.0 {
        0xc000_006d | 0xc000_006a | 0xc000_0064 => return Ok(Verdict::Wrong),
        0xc000_0072 => AccountState::Disabled,
        0xc000_0234 => AccountState::Locked,
        0xc000_0193 => AccountState::Expired,
        0xc000_0071 => AccountState::PasswordExpired,
        0xc000_0224 => AccountState::MustChange,
        0xc000_006f => AccountState::OutsideHours,
        0xc000_0070 => AccountState::WrongWorkstation,
        // Not given the right, restricted, NTLM switched off.
        0xc000_015b | 0xc000_006e | 0xc000_0022 | 0xc000_0418 | 0xc000_0413 => {
            return Err(FaultKind::NetworkLogOnDenied.with(format!("{:#010x}", status.0)));
        }
        _ => return Err(status.fault("log-on")),
    };
    Ok(Verdict::State(state))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Micros = Micros(1_700_000_000_000_000);

    #[test]
    fn facts_tell_the_state() {
        let good = User {
            flags: NORMAL,
            password_set: 1,
            ends: i64::MAX,
            password_ends: i64::MAX,
            ..User::default()
        };
        let long_ago = 131_444_736_000_000_000;
        for (user, state) in [
            (good.clone(), AccountState::Good),
            (User { flags: NORMAL | DISABLED, ..good.clone() }, AccountState::Disabled),
            (User { flags: NORMAL | LOCKED, ..good.clone() }, AccountState::Locked),
            (User { ends: long_ago, ..good.clone() }, AccountState::Expired),
            (User { password_set: 0, password_ends: 0, ..good.clone() }, AccountState::MustChange),
            (User { password_ends: long_ago, ..good.clone() }, AccountState::PasswordExpired),
            (User { password_expired: true, ..good }, AccountState::PasswordExpired),
        ] {
            assert_eq!(of_user(&user, NOW), state, "{user:?}");
        }
    }

    #[test]
    fn a_status_that_nobody_knows_is_no_verdict() {
        assert_eq!(verdict(Status(0xc000_006d)), Ok(Verdict::Wrong));
        assert!(verdict(Status(0xc000_0001)).is_err());
        assert_eq!(
            verdict(Status(0xc000_015b)).map_err(|fault| fault.kind),
            Err(FaultKind::NetworkLogOnDenied)
        );
    }
}
