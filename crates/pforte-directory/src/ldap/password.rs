//! A person changes the own password in Active Directory, and by which rules.
//!
//! The change is one modification of `unicodePwd` that takes the old value away
//! and adds the new one (MS-ADTS 3.1.1.3.1.5.2): the domain controller compares
//! the old one, which is one counted try, and judges the new one. Why it refuses
//! a new one it hardly says, so the rules in force for the user are read
//! afterwards and the password is judged by them again.
//!
//! # Invariants
//!
//! - Both passwords are in memory that is cleared on drop, also as parts of the
//!   message, and travel on a connection that hides them: [`super::link`] has no
//!   other.
//! - A change is sent once, to one domain controller. A referral is not followed.

use super::ber::{ENUMERATED, OCTETS, SEQUENCE, SET, Writer};
use super::directory::{ActiveDirectory, NOBODY, refused};
use super::fault::{DirectoryError, Fault, FaultKind};
use super::guid::ObjectGuid;
use super::message::{Entry, Outcome, Search, code};
use super::name::SAM;
use super::state::{self, SET as PASSWORD_SET};
use crate::change::{CharKind, PasswordChange, PasswordFault};
use crate::directory::{Found, Lockout};
use crate::secret::Password;
use pforte_model::account::AccountState;
use pforte_model::time::Micros;
use zeroize::Zeroizing;

/// The password, in which a value can only be replaced by one who knows it.
const ATTRIBUTE: &[u8] = b"unicodePwd";
/// The operations of a modification (RFC 4511, 4.6).
const ADD: i32 = 0;
const DELETE: i32 = 1;

/// A new password in the place of the old one.
pub(super) struct NewPassword {
    entry: String,
    old: Zeroizing<Vec<u8>>,
    new: Zeroizing<Vec<u8>>,
}

impl NewPassword {
    fn of(user: &ObjectGuid, old: &Password, new: &Password) -> Self {
        Self { entry: user.dn(), old: quoted(old), new: quoted(new) }
    }

    /// Bytes of what it holds.
    pub(super) fn size(&self) -> usize {
        self.entry.len() + self.old.len() + self.new.len()
    }

    /// Writes the operation.
    pub(super) fn write(&self, to: &mut Writer) {
        to.holding(0x66, |to| {
            to.bytes(OCTETS, self.entry.as_bytes());
            to.holding(SEQUENCE, |to| {
                for (operation, value) in [(DELETE, &self.old), (ADD, &self.new)] {
                    to.holding(SEQUENCE, |to| {
                        to.number(ENUMERATED, operation);
                        to.holding(SEQUENCE, |to| {
                            to.bytes(OCTETS, ATTRIBUTE);
                            to.holding(SET, |to| to.bytes(OCTETS, value));
                        });
                    });
                }
            });
        });
    }
}

/// A password as the attribute takes it: in quotation marks, as UTF-16, written
/// once into memory of the right size.
fn quoted(password: &Password) -> Zeroizing<Vec<u8>> {
    let text = password.text_for_bind();
    let units = || ['"'].into_iter().chain(text.chars()).chain(['"']);
    let mut bytes = Vec::with_capacity(units().map(|c| c.len_utf16() * 2).sum());
    let mut buffer = Zeroizing::new([0; 2]);
    for c in units() {
        for unit in c.encode_utf16(&mut *buffer) {
            bytes.extend(unit.to_le_bytes());
        }
    }
    Zeroizing::new(bytes)
}

/// The rules of the domain and when it locks, of its top entry.
const DOMAIN: Names = Names {
    least: "minPwdLength",
    complex: "pwdProperties",
    last: "pwdHistoryLength",
    age: "minPwdAge",
    threshold: "lockoutThreshold",
    window: "lockOutObservationWindow",
};
/// The same of a password settings object.
const SETTINGS: Names = Names {
    least: "msDS-MinimumPasswordLength",
    complex: "msDS-PasswordComplexityEnabled",
    last: "msDS-PasswordHistoryLength",
    age: "msDS-MinimumPasswordAge",
    threshold: "msDS-LockoutThreshold",
    window: "msDS-LockoutObservationWindow",
};
const DOMAIN_RULES: &[&str] = &DOMAIN.all();
const SETTINGS_RULES: &[&str] = &SETTINGS.all();

/// What is read of a user whose new password was refused.
const JUDGED: &[&str] = &[RESULTANT, ALWAYS, PASSWORD_SET, SAM, "displayName"];
/// The password settings object that holds for a user; worked out by the directory.
const RESULTANT: &str = "msDS-ResultantPSO";
const SETTINGS_OF: &[&str] = &[RESULTANT, ALWAYS];
/// What every entry has, and who may read it may read [`RESULTANT`] too: both are in no
/// property set. Without it nobody knows whether a user has rules of its own.
const ALWAYS: &str = "instanceType";

/// What is assumed of rules that Pforte's account may not read: three wrong passwords, of which one is left to the person.
const UNREAD: Lockout = Lockout { threshold: 3, window_seconds: 30 * 60 };

/// Where the rules that hold for a user stand.
#[derive(Debug, PartialEq, Eq)]
enum Place<'a> {
    /// At the domain's top entry.
    Domain,
    /// In this password settings object.
    Settings(&'a str),
    /// Pforte's account may not read where.
    Hidden,
}

impl<'a> Place<'a> {
    fn of(user: &'a Entry) -> Self {
        match user.text(RESULTANT) {
            Some(settings) => Self::Settings(settings),
            None if user.values(ALWAYS).next().is_some() => Self::Domain,
            None => Self::Hidden,
        }
    }
}

/// How attributes are called at one of the two places of the rules.
struct Names {
    least: &'static str,
    complex: &'static str,
    last: &'static str,
    age: &'static str,
    threshold: &'static str,
    window: &'static str,
}

impl Names {
    const fn all(&self) -> [&'static str; 6] {
        [self.least, self.complex, self.last, self.age, self.threshold, self.window]
    }
}

/// The rules that hold for one user. What could not be read asks for nothing, but locks
/// as [`UNREAD`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Rules {
    least: u16,
    complex: bool,
    last: u16,
    /// Microseconds.
    least_age: i64,
    lockout: Option<Lockout>,
}

impl Rules {
    fn of_domain(entry: &Entry) -> Self {
        // The lowest bit of `pwdProperties` (MS-SAMR 2.2.1.3) asks for complexity.
        let complex = entry.number(DOMAIN.complex).is_some_and(|properties| properties & 1 != 0);
        Self { complex, ..Self::read(entry, &DOMAIN) }
    }

    /// `None` where Pforte's account may not read them.
    fn of_settings(entry: &Entry) -> Option<Self> {
        let complex = entry.text(SETTINGS.complex)?.eq_ignore_ascii_case("true");
        Some(Self { complex, ..Self::read(entry, &SETTINGS) })
    }

    fn read(entry: &Entry, names: &Names) -> Self {
        let count = |name| entry.number(name).and_then(|count| u16::try_from(count).ok()).unwrap_or(0);
        Self {
            least: count(names.least),
            complex: false,
            last: count(names.last),
            least_age: entry.number(names.age).map_or(0, micros),
            lockout: Self::lockout(entry, names),
        }
    }

    /// A threshold of 0 is none.
    fn lockout(entry: &Entry, names: &Names) -> Option<Lockout> {
        let threshold = entry.number(names.threshold).and_then(|count| u32::try_from(count).ok());
        let window = entry.number(names.window).map(|span| micros(span) / Micros::SECOND);
        let window_seconds =
            window.map_or(UNREAD.window_seconds, |seconds| u32::try_from(seconds).unwrap_or(u32::MAX));
        let told = Lockout { threshold: threshold.unwrap_or(UNREAD.threshold), window_seconds };
        Some(told).filter(|told| told.threshold > 0)
    }

    /// What of them the password breaks, as far as that can be seen.
    fn broken(&self, user: &Entry, password: &Password, now: Micros) -> Vec<PasswordFault> {
        let text = Zeroizing::new(password.text_for_bind().to_owned());
        let set = user.number(PASSWORD_SET).and_then(state::time);
        let left = set.map_or(0, |set| self.least_age.saturating_sub(now.since(set).max(0)));
        let seconds = left.saturating_add(Micros::SECOND - 1) / Micros::SECOND;
        let mut broken = Vec::new();
        if left > 0 {
            broken.push(PasswordFault::TooSoon { seconds });
        }
        if text.chars().count() < usize::from(self.least) {
            broken.push(PasswordFault::TooShort { least: self.least });
        }
        if text.encode_utf16().count() > usize::from(MOST) {
            broken.push(PasswordFault::TooLong { most: MOST });
        }
        if self.complex {
            broken.extend(too_plain(&text));
            broken.extend(holds_name(user, &text).then_some(PasswordFault::ContainsName));
        }
        broken
    }
}

/// A directory's span of time, negative and in units of 100 ns, in microseconds.
fn micros(span: i64) -> i64 {
    span.checked_neg().unwrap_or(i64::MAX).max(0) / 10
}

/// The most characters that a domain keeps (MS-SAMR 3.1.1.7.2).
const MOST: u16 = 256;

/// Kinds of characters that complexity asks for: three of the four, and letters
/// without capitals are a fifth (MS-ADTS 3.1.1.5.2.4), which [`CharKind::Other`] has.
const KINDS: u16 = 3;

fn too_plain(text: &str) -> Option<PasswordFault> {
    let missing = CharKind::missing(text);
    let held = CharKind::ALL.len() - missing.len();
    (held < usize::from(KINDS)).then_some(PasswordFault::TooFewClasses { least: KINDS, missing })
}

/// Whether it holds the account name, or a part of the name that is shown, of at
/// least three characters.
fn holds_name(user: &Entry, text: &str) -> bool {
    let folded = Zeroizing::new(text.to_lowercase());
    let parts = |name: &str| {
        let parts = name.split([',', '.', '-', '_', ' ', '#', '\t']);
        parts.map(str::to_lowercase).collect::<Vec<_>>()
    };
    let account = user.text(SAM).map(str::to_lowercase);
    let shown = user.text("displayName").map(parts).unwrap_or_default();
    let mut names = account.into_iter().chain(shown).filter(|name| name.chars().count() >= 3);
    names.any(|name| folded.contains(&name))
}

/// What the answer to a change says before any rule is read.
enum Said {
    Settled(PasswordChange),
    /// The new password breaks some rule.
    Unfit,
}

/// The Windows error with which Active Directory begins its message.
fn said(outcome: &Outcome) -> Result<Said, Fault> {
    let number = outcome.message.split(':').next().unwrap_or_default();
    match (outcome.code, number.trim_start_matches('0').to_ascii_uppercase().as_str()) {
        (code::SUCCESS, _) => Ok(Said::Settled(PasswordChange::Done)),
        (code::REFERRAL, _) => Err(FaultKind::Referral.with(&outcome.message)),
        (code::NO_SUCH_OBJECT, _) => Err(FaultKind::UserGone.into()),
        (code::CONSTRAINT, "56") => Ok(Said::Settled(PasswordChange::Wrong)),
        (code::CONSTRAINT, "775") => Ok(Said::Settled(PasswordChange::State(AccountState::Locked))),
        (code::NO_RIGHTS, _) => Ok(Said::Settled(PasswordChange::Unfit(vec![PasswordFault::NotAllowed]))),
        (code::CONSTRAINT | code::UNWILLING, _) => Ok(Said::Unfit),
        (other, _) => Err(FaultKind::UnexpectedResult.with(format!("code {other}: {}", outcome.message))),
    }
}

impl ActiveDirectory {
    pub(super) async fn change(
        &self,
        found: &Found,
        old: &Password,
        new: &Password,
    ) -> Result<PasswordChange, DirectoryError> {
        let user = ObjectGuid::of(&found.key).ok_or_else(|| refused(FaultKind::UserGone))?;
        let outcome = self.pool.change(NewPassword::of(&user, old, new)).await?;
        match said(&outcome).map_err(DirectoryError::Refused)? {
            Said::Settled(change) => Ok(change),
            Said::Unfit => Ok(PasswordChange::Unfit(self.faults(&user, new, &outcome).await)),
        }
    }

    /// Why a new password was refused: by the rules in force, else by the server's words.
    async fn faults(&self, user: &ObjectGuid, new: &Password, outcome: &Outcome) -> Vec<PasswordFault> {
        let told = told(&outcome.message);
        let mut faults = match self.judged(user).await {
            Ok(Some((user, rules))) => {
                let mut faults = rules.broken(&user, new, (self.clock)());
                // Which ones were used before only the directory knows.
                let reused =
                    told == Some(Told::Reused) || (faults.is_empty() && told.is_none() && rules.last > 0);
                faults.extend(reused.then_some(PasswordFault::Reused { last: rules.last }));
                faults
            }
            // Rules that may not be read, or not now, are no reason to say nothing.
            Ok(None) | Err(_) => told.map(Told::alone).into_iter().collect(),
        };
        if faults.is_empty() {
            let says = FaultKind::UnexpectedResult.with(&outcome.message).detail;
            faults.push(PasswordFault::Refused { says });
        }
        faults
    }

    /// The user and the rules that hold for it; `None` if they may not be read.
    async fn judged(&self, user: &ObjectGuid) -> Result<Option<(Entry, Rules)>, DirectoryError> {
        let Some(entry) = self.one(Search::entry(user.dn(), JUDGED)).await? else { return Ok(None) };
        let rules = match Place::of(&entry) {
            Place::Domain => self.rules_of_domain().await?,
            Place::Settings(settings) => self.settings(settings).await?,
            Place::Hidden => None,
        };
        Ok(rules.map(|rules| (entry, rules)))
    }

    async fn settings(&self, settings: &str) -> Result<Option<Rules>, DirectoryError> {
        let entry = self.one(Search::entry(settings.to_owned(), SETTINGS_RULES)).await?;
        Ok(entry.as_ref().and_then(Rules::of_settings))
    }

    async fn rules_of_domain(&self) -> Result<Option<Rules>, DirectoryError> {
        let entry = self.one(Search::entry(self.top.clone(), DOMAIN_RULES)).await?;
        Ok(entry.as_ref().map(Rules::of_domain))
    }

    /// When the domain locks this user.
    pub(super) async fn lockout_of(&self, found: Option<&Found>) -> Result<Option<Lockout>, DirectoryError> {
        let user = found.and_then(|found| ObjectGuid::of(&found.key)).map(|user| user.dn());
        let nobody = || format!("CN={NOBODY},{}", self.top);
        let entry = self.one(Search::entry(user.unwrap_or_else(nobody), SETTINGS_OF)).await?;
        let domain = self.rules_of_domain().await?.map_or(Some(UNREAD), |rules| rules.lockout);
        // Who is there but may not be read may have rules too.
        let unread = if found.is_some() { Place::Hidden } else { Place::Domain };
        match entry.as_ref().map_or(unread, Place::of) {
            Place::Domain => Ok(domain),
            Place::Hidden => Ok(Some(careful(domain))),
            Place::Settings(settings) => {
                Ok(self.settings(settings).await?.map_or(Some(careful(domain)), |own| own.lockout))
            }
        }
    }
}

/// What is assumed where other rules hold than the domain's, and nobody knows which.
fn careful(domain: Option<Lockout>) -> Lockout {
    domain.map_or(UNREAD, |domain| Lockout {
        threshold: domain.threshold.min(UNREAD.threshold),
        window_seconds: domain.window_seconds.max(UNREAD.window_seconds),
    })
}

/// What a server tells in words: Samba does, Windows does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    TooShort(u16),
    TooPlain,
    Reused,
    TooYoung,
}

fn told(message: &str) -> Option<Told> {
    let number = || {
        let digits = message.rsplit_once("longer than ")?.1;
        digits.split(' ').next()?.parse().ok()
    };
    match message {
        text if text.contains("is too short") => Some(Told::TooShort(number().unwrap_or(0))),
        text if text.contains("complexity criteria") => Some(Told::TooPlain),
        text if text.contains("already used") => Some(Told::Reused),
        text if text.contains("too young") => Some(Told::TooYoung),
        _ => None,
    }
}

impl Told {
    /// The fault, where nothing but these words is known.
    fn alone(self) -> PasswordFault {
        match self {
            Self::TooShort(least) => PasswordFault::TooShort { least },
            Self::TooPlain => PasswordFault::TooFewClasses { least: KINDS, missing: Vec::new() },
            Self::Reused => PasswordFault::Reused { last: 0 },
            Self::TooYoung => PasswordFault::TooSoon { seconds: 0 },
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::super::message::{Request, entry_of};
    use super::*;
    use bytes::BytesMut;
    use ldap3_proto::LdapCodec;
    use ldap3_proto::proto::{LdapModify, LdapModifyType, LdapOp, LdapPartialAttribute};
    use tokio_util::codec::Decoder;

    fn password(text: &str) -> Password {
        Password::parse(text).unwrap()
    }

    #[test]
    fn another_implementation_reads_our_change() {
        let user = ObjectGuid::from_bytes([7; 16]);
        let request = Request::ChangePassword(NewPassword::of(&user, &password("old"), &password("nüw😀")));
        let mut codec = LdapCodec::new(Some(1 << 20), Some(16));
        let read = codec.decode(&mut BytesMut::from(request.message(9).as_slice())).unwrap().unwrap();
        let change = |operation, text: &str| LdapModify {
            operation,
            modification: LdapPartialAttribute {
                atype: "unicodePwd".to_owned(),
                vals: vec![text.encode_utf16().flat_map(u16::to_le_bytes).collect()],
            },
        };
        let LdapOp::ModifyRequest(found) = read.op else { unreachable!("{:?}", read.op) };
        assert_eq!((read.msgid, found.dn), (9, user.dn()));
        let (old, new) =
            (change(LdapModifyType::Delete, "\"old\""), change(LdapModifyType::Add, "\"nüw😀\""));
        assert_eq!(found.changes, [old, new]);
    }

    fn rules() -> Rules {
        let day = 86_400 * Micros::SECOND;
        Rules { least: 12, complex: true, last: 5, least_age: day, lockout: None }
    }

    fn broken(text: &str) -> Vec<&'static str> {
        let user = entry_of(&[(SAM, "anna"), ("displayName", "Schmidt, Jo Bo"), (PASSWORD_SET, "0")]);
        let faults = rules().broken(&user, &password(text), Micros(0));
        faults.iter().map(PasswordFault::code).collect()
    }

    #[test]
    fn every_rule_that_a_password_breaks_is_named() {
        assert_eq!(broken("Vjwk-qhdmzp7"), [""; 0]);
        assert_eq!(broken("jo"), ["password-too-short", "password-too-few-classes"]);
        assert_eq!(broken("7-XANNAx-9mzp"), ["password-contains-name"]);
        assert_eq!(broken("7-xSchmidtmzp"), ["password-contains-name"]);
        assert_eq!(broken("7-xJoBomzp-qw"), [""; 0], "short parts of a name do not count");
        assert_eq!(broken(&"Ab1".repeat(90)), ["password-too-long"]);
    }

    #[test]
    fn the_least_age_is_counted_from_when_the_password_was_set() {
        let now = Micros(1_700_000_000 * Micros::SECOND);
        let set = (now.0 / Micros::SECOND - 3_600 + 11_644_473_600) * 10_000_000;
        let user = entry_of(&[(SAM, "anna"), (PASSWORD_SET, &set.to_string())]);
        let faults = rules().broken(&user, &password("Vjwk-qhdmzp7"), now);
        assert_eq!(faults, [PasswordFault::TooSoon { seconds: 23 * 3_600 }]);
    }

    #[test]
    fn the_servers_answer_tells_what_came_of_it() {
        let answer = |code, message: &str| said(&Outcome { code, message: message.to_owned() });
        let settled = |code, message: &str| match answer(code, message) {
            Ok(Said::Settled(change)) => Some(change),
            _ => None,
        };
        assert_eq!(settled(0, ""), Some(PasswordChange::Done));
        assert_eq!(settled(19, "00000056: AtrErr: DSID-03190F80"), Some(PasswordChange::Wrong));
        let locked = PasswordChange::State(AccountState::Locked);
        assert_eq!(settled(19, "00000775: Password change not permitted"), Some(locked));
        let never = PasswordChange::Unfit(vec![PasswordFault::NotAllowed]);
        assert_eq!(settled(50, "00000005: SecErr"), Some(never));
        assert!(matches!(answer(19, "0000052D: AtrErr"), Ok(Said::Unfit)));
        assert!(matches!(answer(53, "0000052D: SvcErr"), Ok(Said::Unfit)));
        let kind = |code| answer(code, "").map_err(|fault| fault.kind).err();
        assert_eq!(kind(10), Some(FaultKind::Referral));
        assert_eq!(kind(1), Some(FaultKind::UnexpectedResult));
    }

    #[test]
    fn the_rules_of_the_domain_are_read() {
        let entry = entry_of(&[
            ("minPwdLength", "10"),
            ("pwdProperties", "1"),
            ("pwdHistoryLength", "5"),
            ("minPwdAge", "-864000000000"),
            ("lockoutThreshold", "5"),
            ("lockOutObservationWindow", "-18000000000"),
        ]);
        let lockout = Lockout { threshold: 5, window_seconds: 1_800 };
        let day = 86_400 * Micros::SECOND;
        let expected = Rules { least: 10, complex: true, last: 5, least_age: day, lockout: Some(lockout) };
        assert_eq!(Rules::of_domain(&entry), expected);
        assert_eq!(Rules::of_settings(&entry), None, "what may not be read is not taken for no rules");
        assert_eq!(careful(Some(lockout)), Lockout { threshold: 3, window_seconds: 1_800 });
        assert_eq!(Rules::of_domain(&entry_of(&[("lockoutThreshold", "0")])).lockout, None);
    }

    #[test]
    fn a_lockout_that_may_not_be_read_is_taken_to_be_strict() {
        let lockout = |attributes: &[(&str, &str)]| Rules::of_domain(&entry_of(attributes)).lockout;
        assert_eq!(lockout(&[("minPwdLength", "10")]), Some(UNREAD));
        let window = [("lockoutThreshold", "5")];
        assert_eq!(lockout(&window), Some(Lockout { threshold: 5, ..UNREAD }));
    }

    #[test]
    fn the_domains_rules_hold_only_for_whom_others_would_be_told() {
        let (own, seen) = ((RESULTANT, "CN=p"), (ALWAYS, "4"));
        assert_eq!(Place::of(&entry_of(&[seen])), Place::Domain);
        assert_eq!(Place::of(&entry_of(&[seen, own])), Place::Settings("CN=p"));
        assert_eq!(Place::of(&entry_of(&[(SAM, "anna")])), Place::Hidden);
    }
}
