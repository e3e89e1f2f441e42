//! What the name service and the shadow file say, read from text.

use pforte_model::account::AccountState;
use pforte_model::time::Micros;

/// The most accounts or groups that are read.
const MOST: usize = 100_000;
/// The longest name.
const MOST_NAME: usize = 256;
const DAY: i64 = 86_400 * Micros::SECOND;

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct User {
    pub(super) name: String,
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) full: String,
}

/// A group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) gid: u32,
}

/// Whether a text can be the name of an account, and no number, which would be asked
/// for as one.
pub(super) fn is_name(name: &str) -> bool {
    let sized = (1..=MOST_NAME).contains(&name.len());
    let odd = name.starts_with(['-', '+']) || name.contains([':', '/', ',']);
    let number = name.bytes().all(|byte| byte.is_ascii_digit());
    sized && !odd && !number && !name.chars().any(pforte_model::name::unseen)
}

/// Lines of `passwd`. A line that is none is left out: the name service has some.
pub(super) fn users(text: &str) -> Vec<User> {
    let line = |line: &str| {
        let mut fields = line.split(':');
        let (name, _) = (fields.next()?, fields.next()?);
        let (uid, gid) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
        let full = fields.next()?.split(',').next()?.trim();
        is_name(name).then(|| User { name: name.to_owned(), uid, gid, full: full.to_owned() })
    };
    text.lines().take(MOST).filter_map(line).collect()
}

/// Lines of `group`.
pub(super) fn groups(text: &str) -> Vec<Group> {
    let line = |line: &str| {
        let mut fields = line.split(':');
        let (name, _) = (fields.next()?, fields.next()?);
        let gid = fields.next()?.parse().ok()?;
        is_name(name).then(|| Group { name: name.to_owned(), gid })
    };
    text.lines().take(MOST).filter_map(line).collect()
}

/// The numbers of a user's further groups, from `getent initgroups`.
pub(super) fn group_numbers(text: &str, name: &str) -> Vec<u32> {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.into_iter().flat_map(str::split_whitespace).filter_map(|number| number.parse().ok()).collect()
}

/// What the shadow file says of an account; times in days since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shadow {
    pub(super) name: String,
    open: bool,
    set: Option<i64>,
    lasts: Option<i64>,
    grace: Option<i64>,
    ends: Option<i64>,
}

impl Shadow {
    /// The lines that the program writes.
    pub(super) fn read(text: &str) -> Vec<Self> {
        let line = |line: &str| {
            let mut fields = line.split(':');
            let (name, open) = (fields.next()?.to_owned(), fields.next()? == "open");
            let mut number = || Some(fields.next()?.parse().ok());
            Some(Self { name, open, set: number()?, lasts: number()?, grace: number()?, ends: number()? })
        };
        text.lines().take(MOST).filter_map(line).collect()
    }

    /// The state, as PAM's own module works it out.
    pub(super) fn state(&self, now: Micros) -> AccountState {
        let today = now.0.div_euclid(DAY);
        let over = self.last_day().map(|last| today - last);
        match self.set {
            _ if !self.open => AccountState::Disabled,
            _ if self.ends.is_some_and(|ends| today >= ends) => AccountState::Expired,
            Some(0) => AccountState::MustChange,
            _ if over.zip(self.grace).is_some_and(|(over, grace)| over > grace) => AccountState::Expired,
            _ if over.is_some_and(|over| over > 0) => AccountState::PasswordExpired,
            _ => AccountState::Good,
        }
    }

    /// The last day on which the password holds.
    fn last_day(&self) -> Option<i64> {
        self.set.filter(|set| *set > 0)?.checked_add(self.lasts?)
    }

    /// When the account ends: the first day on which it does not hold any more.
    pub(super) fn ends_at(&self) -> Option<Micros> {
        self.ends.filter(|day| *day >= 0)?.checked_mul(DAY).map(Micros)
    }

    /// When the password ends.
    pub(super) fn password_end(&self) -> Option<Micros> {
        self.last_day()?.checked_add(1)?.checked_mul(DAY).map(Micros)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_and_groups_are_read_and_odd_lines_left_out() {
        let text = "anna:x:1001:100:Anna A,room 1,,:/:/bin/sh\n+::0:0:::\nbroken\n12:x:12:12::/:/\n";
        let anna = User { name: "anna".to_owned(), uid: 1001, gid: 100, full: "Anna A".to_owned() };
        assert_eq!(users(text), [anna]);
        assert_eq!(groups("staff:x:50:anna,bert\nx:y\n"), [Group { name: "staff".to_owned(), gid: 50 }]);
        assert_eq!(group_numbers("anna                 50 100\n", "anna"), [50, 100]);
        assert!(group_numbers("", "anna").is_empty());
    }

    #[test]
    fn the_shadow_tells_the_state_of_the_day() {
        let state =
            |line: &str, day: i64| Shadow::read(line).first().map(|shadow| shadow.state(Micros(day * DAY)));
        for (line, day, expected) in [
            ("a:open:20000:::", 20_001, AccountState::Good),
            ("a:shut:20000:::", 20_001, AccountState::Disabled),
            ("a:open:0:::", 20_001, AccountState::MustChange),
            ("a:open:20000:::20001", 20_000, AccountState::Good),
            ("a:open:20000:::20001", 20_001, AccountState::Expired),
            ("a:open:20000:90::", 20_090, AccountState::Good),
            ("a:open:20000:90::", 20_091, AccountState::PasswordExpired),
            ("a:open:20000:90:7:", 20_098, AccountState::Expired),
        ] {
            assert_eq!(state(line, day), Some(expected), "{line} {day}");
        }
        let end = Shadow::read("a:open:20000:90::").first().and_then(Shadow::password_end);
        assert_eq!(end, Some(Micros(20_091 * DAY)));
    }
}
