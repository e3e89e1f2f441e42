//! Who is in the test directory: the one place that says it, for the domain controller and for the tests.
//!
//! All names and passwords are constants of a throw-away server on the loopback address. Users that a
//! test changes (or whose wrong passwords count) are better made by that test: see `admin::Admin::new_user`.

use super::ldif::in_dn;

/// The domain in DNS.
pub const DOMAIN: &str = "ad.test.lab";
/// The domain's Kerberos realm.
pub const REALM: &str = "AD.TEST.LAB";
/// The domain's short name.
pub const NETBIOS: &str = "ADTEST";
/// The root of the domain's names.
pub const BASE: &str = "DC=ad,DC=test,DC=lab";
/// The domain controller's name.
pub const HOST: &str = "dc1.ad.test.lab";
/// The administrator of the domain.
pub const ADMINISTRATOR: &str = "Administrator";
/// The administrator's password.
pub const ADMINISTRATOR_PASSWORD: &str = "Adm1n-Passw0rd!";
/// The user with which Pforte reads the directory.
pub const SERVICE: &str = "svcbind";
/// The service user's password.
pub const SERVICE_PASSWORD: &str = "Svc-Passw0rd-1!";
/// The password of every other user that has one.
pub const USER_PASSWORD: &str = "Us3r-Passw0rd!";
/// Wrong passwords after which the domain locks an ordinary user, for [`LOCKOUT_MINUTES`].
pub const LOCKOUT_THRESHOLD: u32 = 5;
/// How long the domain locks an ordinary user.
pub const LOCKOUT_MINUTES: u32 = 30;
/// Wrong passwords after which members of `pso-locks` are locked, until an administrator unlocks them.
pub const LOCKS_THRESHOLD: u32 = 3;
/// Nested groups `lvl1` in `lvl2` and so on to the last; `bob` is in `lvl1`.
pub const LEVELS: u32 = 12;
/// Users `bulk0000` and so on. [`BULK_WITH_PASSWORD`] of them can log on, the others are disabled.
pub const BULK_USERS: u32 = 2_500;
/// The first bulk users, which have the password of ordinary users and are not disabled.
pub const BULK_WITH_PASSWORD: u32 = 100;
/// The first bulk users, which are members of `big`.
pub const BULK_IN_GROUP: u32 = 2_000;

/// The site of the forest's first controller.
pub const OFFICE: &str = "Office";
/// The site of the others, in whose subnet the machine is.
pub const PLANT: &str = "Plant";
/// Whose passwords the read-only controller may keep, and does keep.
pub const KEPT: &[&str] = &[SERVICE, "alice"];
/// Whose passwords the read-only controller may keep and does not keep until they log on there.
pub const MAY_BE_KEPT: &[&str] = &["clara"];

/// A user of the test directory.
#[derive(Clone, Copy, Debug)]
pub struct User {
    /// The name for log-on (`sAMAccountName`).
    pub login: &'static str,
    /// The common name, which is in the distinguished name.
    pub cn: &'static str,
    /// The user principal name; ordinarily the login in the domain.
    pub upn: Option<&'static str>,
    /// The organisational unit.
    pub unit: &'static str,
    /// Attributes set after the password, each replaced.
    pub then: &'static [(&'static str, &'static str)],
}

/// A group of the test directory, made with its members in the order of [`GROUPS`].
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// The name, also the common name.
    pub name: &'static str,
    /// `groupType`.
    pub kind: Kind,
    /// Names of users and groups made before it.
    pub members: &'static [&'static str],
}

/// What a group is to Active Directory.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Security, global: the ordinary one.
    Global,
    /// Security, domain local.
    Local,
    /// Security, universal.
    Universal,
    /// For mail only: never in a token.
    Distribution,
}

/// The organisational unit of the users.
pub const PEOPLE: &str = "OU=People";
/// Its name has all that a distinguished name must escape.
pub const ODD_UNIT: &str = "Schicht #1, \"Nord\"+Süd; <a=b>\\";

const fn plain(login: &'static str) -> User {
    User { login, cn: login, upn: None, unit: PEOPLE, then: &[] }
}

const fn state(login: &'static str, then: &'static [(&'static str, &'static str)]) -> User {
    User { login, cn: login, upn: None, unit: PEOPLE, then }
}

const fn named(login: &'static str, cn: &'static str) -> User {
    User { login, cn, upn: None, unit: PEOPLE, then: &[] }
}

/// Users in all states. What a policy does to one is said by its group: `pso-locks` and the like.
pub const USERS: &[User] = &[
    state(SERVICE, &[("userAccountControl", "66048")]),
    plain("alice"),
    plain("bob"),
    plain("clara"),
    plain("admin1"),
    plain("primary1"),
    plain("protected1"),
    // Free to be locked by a test: members of `pso-locks`.
    plain("lockme1"),
    plain("lockme2"),
    plain("lockme3"),
    // Locked when the directory is populated, until an administrator unlocks it.
    plain("locked1"),
    plain("pwexpired1"),
    plain("psouser1"),
    state("disabled1", &[("userAccountControl", "514")]),
    // An end in the year 2019.
    state("acctexp1", &[("accountExpires", "132000000000000000")]),
    // Disabled and expired at once: the controller says 533.
    state("disabledexp1", &[("userAccountControl", "514"), ("accountExpires", "132000000000000000")]),
    // An end in the year 2100.
    state("acctends1", &[("accountExpires", "157766184000000000")]),
    state("mustchange1", &[("pwdLastSet", "0")]),
    state("noexpire1", &[("userAccountControl", "66048")]),
    state("smartcard1", &[("userAccountControl", "262656")]),
    // May log on in no hour of the week.
    state("hours1", &[("logonHours", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")]),
    state("workstation1", &[("userWorkstations", "OTHERPC")]),
    User { upn: Some("frida.von-der-aa@plant.example"), ..named("upnsam1", "Frida von der Aa") },
    // In form the UPN of `bob`, who is somebody else: only the whole name tells them apart.
    User { upn: Some("bob@plant.example"), ..plain("upnbob1") },
    named("jürgen.müßig", "Müßig, Jürgen"),
    named("o'brien", "O'Brien, Seán \"Sé\""),
    named("paren(1)", "a*b(c)\\d|e&f!g"),
    named("und&co", "#Und <Co>; +1=2"),
    named("山田", "山田 太郎"),
    named("dotted.name-1_x", " edge spaces "),
    User { unit: ODD_UNIT, ..plain("oddunit1") },
];

/// The groups beside `lvl1` to `lvl12` and `big`.
pub const GROUPS: &[Group] = &[
    Group { name: "operators", kind: Kind::Global, members: &["alice", "bob", "clara"] },
    Group { name: "shift-leaders", kind: Kind::Global, members: &["clara"] },
    Group { name: "plant-admins", kind: Kind::Global, members: &["admin1"] },
    Group { name: "direct1", kind: Kind::Global, members: &["alice"] },
    Group { name: "dl-local", kind: Kind::Local, members: &["direct1"] },
    Group { name: "uni1", kind: Kind::Universal, members: &["alice"] },
    Group { name: "dist1", kind: Kind::Distribution, members: &["alice"] },
    Group {
        name: "Schichtführer (Süd) & Co", kind: Kind::Global, members: &["jürgen.müßig", "paren(1)"]
    },
    Group { name: "empty1", kind: Kind::Global, members: &[] },
    Group { name: "staff", kind: Kind::Global, members: &["primary1"] },
    Group { name: "cyc-a", kind: Kind::Global, members: &["alice"] },
    Group { name: "cyc-b", kind: Kind::Global, members: &["cyc-a"] },
    Group { name: "pso-strict", kind: Kind::Global, members: &["psouser1"] },
    Group { name: "pso-locks", kind: Kind::Global, members: &["lockme1", "lockme2", "lockme3", "locked1"] },
    Group { name: "pso-expired", kind: Kind::Global, members: &["pwexpired1"] },
];

impl Kind {
    /// The value of `groupType`.
    #[must_use]
    pub const fn value(self) -> &'static str {
        match self {
            Self::Global => "-2147483646",
            Self::Local => "-2147483644",
            Self::Universal => "-2147483640",
            Self::Distribution => "2",
        }
    }
}

impl User {
    /// The distinguished name.
    #[must_use]
    pub fn dn(&self) -> String {
        let unit =
            if self.unit == PEOPLE { PEOPLE.to_owned() } else { format!("OU={},{PEOPLE}", in_dn(self.unit)) };
        format!("CN={},{unit},{BASE}", in_dn(self.cn))
    }

    /// The user principal name.
    #[must_use]
    pub fn upn(&self) -> String {
        self.upn.map_or_else(|| format!("{}@{DOMAIN}", self.login), str::to_owned)
    }
}

/// The distinguished name of a user that is called by its login.
#[must_use]
pub fn user_dn(login: &str) -> String {
    format!("CN={},{PEOPLE},{BASE}", in_dn(login))
}

/// The distinguished name of a group.
#[must_use]
pub fn group_dn(name: &str) -> String {
    format!("CN={},OU=Groups,{BASE}", in_dn(name))
}

/// The distinguished name of what `name` calls: a user of [`USERS`], else a group.
#[must_use]
pub fn dn_of(name: &str) -> String {
    USERS.iter().find(|user| user.login == name).map_or_else(|| group_dn(name), User::dn)
}

/// The login of the bulk user with this number.
#[must_use]
pub fn bulk_login(number: u32) -> String {
    format!("bulk{number:04}")
}
