//! Who is in the directory of the LDAP server that is not Active Directory.

use crate::servers::ldif::{Ldif, in_dn};

/// The distinguished name of the top entry.
pub const BASE: &str = "dc=plant,dc=example";
/// Who may change everything.
pub const ADMINISTRATOR: &str = "cn=admin,dc=plant,dc=example";
/// The administrator's password.
pub const ADMINISTRATOR_PASSWORD: &str = "Adm1n-Passw0rd!";
/// Who reads for Pforte.
pub const SERVICE: &str = "cn=pforte,ou=services,dc=plant,dc=example";
/// The password of the account that reads.
pub const SERVICE_PASSWORD: &str = "Svc-Passw0rd-1!";
/// The password of every user.
pub const USER_PASSWORD: &str = "Us3r-Passw0rd!";
/// How many of `p0000` and so on there are.
pub const BULK: u16 = 2_500;
/// How many of them are in the group `big`.
pub const BULK_IN_GROUP: u16 = 2_000;
/// Where entries stand as FreeIPA has them.
pub const IPA: &str = "ou=ipa,dc=plant,dc=example";
/// As much of FreeIPA's schema as they need, under numbers for experiments.
pub(super) const FREE_IPA: &str = "\
attributetype ( 1.3.6.1.4.1.4203.666.1.7301 NAME 'ipaUniqueID' EQUALITY caseIgnoreMatch
 SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 1.3.6.1.4.1.4203.666.1.7302 NAME 'krbPasswordExpiration' EQUALITY generalizedTimeMatch
 SYNTAX 1.3.6.1.4.1.1466.115.121.1.24 SINGLE-VALUE )
objectclass ( 1.3.6.1.4.1.4203.666.3.7301 NAME 'ipaObject' SUP top AUXILIARY
 MUST ipaUniqueID MAY krbPasswordExpiration )";
/// Wrong passwords after which an account is locked.
pub const LOCKOUT_THRESHOLD: u32 = 5;

/// A user, and what its entry has beside what everybody has.
pub struct Person {
    /// The name at log-on.
    pub uid: &'static str,
    /// The name to show.
    pub name: &'static str,
    /// Further attributes.
    pub then: &'static [(&'static str, &'static str)],
}

const fn person(
    uid: &'static str,
    name: &'static str,
    then: &'static [(&'static str, &'static str)],
) -> Person {
    Person { uid, name, then }
}

/// Everybody but the many.
pub const PEOPLE: [Person; 9] = [
    person("ola", "Ola Operator", &[]),
    person("carla", "Carla Chief", &[("mail", "carla@plant.example")]),
    person("posix1", "Primary Posix", &[("gidNumber", "7002")]),
    person("müller", "Jörg Müller (Süd)", &[]),
    person("star*1", "Star * (1)", &[]),
    person("olocked", "Locked", &[("pwdAccountLockedTime", "000001010000Z")]),
    person(
        "oexpired",
        "Password expired",
        &[
            ("pwdPolicySubentry", "cn=ageing,ou=policies,dc=plant,dc=example"),
            ("pwdChangedTime", "20200101000000Z"),
        ],
    ),
    person("omustchange", "Must change", &[("pwdReset", "TRUE")]),
    person("oended", "Account ended", &[("shadowExpire", "17000")]),
];

/// A group: its name, its kind and its members, users by `uid` and groups by name.
type Group = (&'static str, &'static str, &'static [&'static str]);

const NAMES: &str = "groupOfNames";
const UNIQUE: &str = "groupOfUniqueNames";
const POSIX: &str = "posixGroup";

const GROUPS: [Group; 9] = [
    ("operators", NAMES, &["ola", "carla", "müller"]),
    ("shift", NAMES, &["group:operators"]),
    ("plant", NAMES, &["group:shift", "group:unique"]),
    ("circle-a", NAMES, &["group:circle-b", "carla"]),
    ("circle-b", NAMES, &["group:circle-a"]),
    ("unique", UNIQUE, &["carla", "star*1"]),
    ("line1", POSIX, &["ola", "posix1"]),
    ("staff", POSIX, &[]),
    ("empty", NAMES, &["nobody"]),
];

/// The first number of a posix group; the next ones follow in the order of the table.
const FIRST_GID: usize = 7_001 - 6;

/// The distinguished name of a user.
#[must_use]
pub fn user_dn(uid: &str) -> String {
    format!("uid={},ou=people,{BASE}", in_dn(uid))
}

/// The distinguished name of a group.
#[must_use]
pub fn group_dn(name: &str) -> String {
    format!("cn={name},ou=groups,{BASE}")
}

/// Everything, for a server that does not run yet.
pub(super) fn text() -> String {
    let ldif = services(units(Ldif::default()));
    let ldif = PEOPLE.iter().fold(ldif, |ldif, person| add(ldif, person.uid, person.name, person.then));
    let ldif = (0..BULK).fold(ldif, |ldif, number| {
        let uid = format!("p{number:04}");
        add(ldif, &uid, &format!("Person {number}"), if number < BULK_IN_GROUP { IN_BIG } else { &[] })
    });
    let ldif = GROUPS.iter().enumerate().fold(ldif, group);
    let members: Vec<String> = (0..BULK_IN_GROUP).map(|number| user_dn(&format!("p{number:04}"))).collect();
    let fixed = [("objectClass", NAMES), ("cn", "big")].into_iter();
    let all: Vec<_> = fixed.chain(members.iter().map(|member| ("member", member.as_str()))).collect();
    // An offline load knows additions only and has no word for them.
    free_ipa(ldif.add(&group_dn("big"), &all)).text().replace("changetype: add\n", "")
}

/// The distinguished name of a user of FreeIPA.
#[must_use]
pub fn ipa_user_dn(uid: &str) -> String {
    format!("uid={uid},cn=users,cn=accounts,{IPA}")
}

/// Users and a group as FreeIPA has them: each once more below `cn=compat`, without an identity.
fn free_ipa(ldif: Ldif) -> Ldif {
    let folders = [("accounts", ""), ("compat", ""), ("users", "cn=accounts,"), ("groups", "cn=accounts,")];
    let folders = folders.into_iter().chain([("users", "cn=compat,"), ("groups", "cn=compat,")]);
    let ldif = ldif.add(IPA, &[("objectClass", "organizationalUnit"), ("ou", "ipa")]);
    let ldif = folders.fold(ldif, |ldif, (name, above)| {
        let attributes = [("objectClass", "applicationProcess"), ("cn", name)];
        ldif.add(&format!("cn={name},{above}{IPA}"), &attributes)
    });
    let users = [("ipaola", "20990101000000Z"), ("ipaold", "20200101000000Z")];
    let ldif = users.iter().fold(ldif, |ldif, (uid, ends)| {
        let plain = [("uid", *uid), ("cn", *uid), ("uidNumber", "71001"), ("gidNumber", "71001")];
        let (home, kind) = (("homeDirectory", "/"), ("objectClass", "posixAccount"));
        let user = [("objectClass", "inetOrgPerson"), ("objectClass", "ipaObject"), kind, home, ("sn", *uid)];
        let own = [("ipaUniqueID", *uid), ("krbPasswordExpiration", *ends), ("userPassword", USER_PASSWORD)];
        let view = [("objectClass", "account"), kind, home];
        ldif.add(&ipa_user_dn(uid), &[&user[..], &plain, &own].concat())
            .add(&format!("uid={uid},cn=users,cn=compat,{IPA}"), &[&view[..], &plain].concat())
    });
    let group =
        [("objectClass", "posixGroup"), ("cn", "ipaops"), ("gidNumber", "71002"), ("memberUid", "ipaola")];
    let (class, id) = (("objectClass", "ipaObject"), ("ipaUniqueID", "ipaops"));
    ldif.add(&format!("cn=ipaops,cn=groups,cn=accounts,{IPA}"), &[&[class][..], &group, &[id]].concat())
        .add(&format!("cn=ipaops,cn=groups,cn=compat,{IPA}"), &group)
}

const IN_BIG: &[(&str, &str)] = &[("memberOf", "cn=big,ou=groups,dc=plant,dc=example")];

fn units(ldif: Ldif) -> Ldif {
    let top = [("objectClass", "dcObject"), ("objectClass", "organization"), ("dc", "plant"), ("o", "Plant")];
    ["people", "groups", "services", "policies"].iter().fold(ldif.add(BASE, &top), |ldif, unit| {
        let attributes = [("objectClass", "organizationalUnit"), ("ou", *unit)];
        ldif.add(&format!("ou={unit},{BASE}"), &attributes)
    })
}

fn services(ldif: Ldif) -> Ldif {
    let service = [
        ("objectClass", "organizationalRole"),
        ("objectClass", "simpleSecurityObject"),
        ("cn", "pforte"),
        ("userPassword", SERVICE_PASSWORD),
    ];
    policy(policy(ldif.add(SERVICE, &service), "default", "0"), "ageing", "2592000")
}

fn policy(ldif: Ldif, name: &str, greatest_age: &str) -> Ldif {
    let threshold = LOCKOUT_THRESHOLD.to_string();
    let attributes = [
        ("objectClass", "organizationalRole"),
        ("objectClass", "pwdPolicy"),
        ("cn", name),
        ("pwdAttribute", "userPassword"),
        ("pwdMaxAge", greatest_age),
        ("pwdInHistory", "3"),
        ("pwdCheckQuality", "2"),
        ("pwdMinLength", "10"),
        ("pwdMaxFailure", &threshold),
        ("pwdLockout", "TRUE"),
        ("pwdLockoutDuration", "0"),
        ("pwdMustChange", "TRUE"),
        ("pwdAllowUserChange", "TRUE"),
    ];
    ldif.add(&format!("cn={name},ou=policies,{BASE}"), &attributes)
}

fn add(ldif: Ldif, uid: &str, name: &str, then: &[(&str, &str)]) -> Ldif {
    let classes = ["inetOrgPerson", "posixAccount", "shadowAccount"];
    let number =
        (20_000 + uid.bytes().fold(0_u32, |sum, byte| (sum * 31 + u32::from(byte)) % 40_000)).to_string();
    let home = "/";
    let mut attributes: Vec<(&str, &str)> = classes.iter().map(|class| ("objectClass", *class)).collect();
    attributes.extend([("uid", uid), ("cn", name), ("sn", uid), ("displayName", name)]);
    attributes.extend([
        ("uidNumber", number.as_str()),
        ("homeDirectory", home),
        ("userPassword", USER_PASSWORD),
    ]);
    if !then.iter().any(|(attribute, _)| *attribute == "gidNumber") {
        attributes.push(("gidNumber", "65534"));
    }
    attributes.extend(then);
    let above: Vec<String> = named_above(uid);
    attributes.extend(above.iter().map(|group| ("memberOf", group.as_str())));
    ldif.add(&user_dn(uid), &attributes)
}

/// The groups of names that hold this member; an offline load does not work them out.
fn named_above(member: &str) -> Vec<String> {
    let holding = GROUPS.iter().filter(|(_, kind, members)| *kind == NAMES && members.contains(&member));
    holding.map(|(name, _, _)| group_dn(name)).collect()
}

fn group(ldif: Ldif, (place, (name, kind, members)): (usize, &Group)) -> Ldif {
    let gid = (FIRST_GID + place).to_string();
    let attribute = match *kind {
        NAMES => "member",
        UNIQUE => "uniqueMember",
        _ => "memberUid",
    };
    let values: Vec<String> = members.iter().map(|member| value(kind, member)).collect();
    let mut attributes = vec![("objectClass", *kind), ("cn", *name)];
    if *kind == POSIX {
        attributes.push(("gidNumber", &gid));
    }
    attributes.extend(values.iter().map(|value| (attribute, value.as_str())));
    let above = named_above(&format!("group:{name}"));
    attributes.extend(above.iter().map(|group| ("memberOf", group.as_str())));
    ldif.add(&group_dn(name), &attributes)
}

fn value(kind: &str, member: &str) -> String {
    match member.strip_prefix("group:") {
        Some(group) => group_dn(group),
        None if kind == POSIX => member.to_owned(),
        None => user_dn(member),
    }
}
