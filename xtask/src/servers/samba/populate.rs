//! Writes the test directory's population as changes that a new domain controller's database takes.

use crate::servers::ldif::{Ldif, in_dn};
use crate::servers::population::{
    BASE, BULK_IN_GROUP, BULK_USERS, BULK_WITH_PASSWORD, DOMAIN, GROUPS, Kind, LEVELS, LOCKOUT_MINUTES,
    LOCKOUT_THRESHOLD, LOCKS_THRESHOLD, ODD_UNIT, PEOPLE, SERVICE, SERVICE_PASSWORD, USER_PASSWORD, USERS,
    User, bulk_login, dn_of, group_dn, user_dn,
};

/// The span that means for ever, in the directory's unit of 100 ns, negative.
const NEVER: &str = "-9223372036854775808";
const HALF_AN_HOUR: &str = "-18000000000";
/// Longer than any snapshot is kept, in which passwords grow old.
const TEN_YEARS: &str = "-3153600000000000";
const ONE_SECOND: &str = "-10000000";

/// A password policy for the members of a group.
struct Policy {
    group: &'static str,
    precedence: &'static str,
    shortest: &'static str,
    greatest_age: &'static str,
    lockout_threshold: u32,
    locked_for: &'static str,
}

const POLICIES: [Policy; 3] = [
    Policy {
        group: "pso-strict",
        precedence: "10",
        shortest: "14",
        greatest_age: TEN_YEARS,
        lockout_threshold: LOCKOUT_THRESHOLD,
        locked_for: HALF_AN_HOUR,
    },
    Policy {
        group: "pso-locks",
        precedence: "20",
        shortest: "10",
        greatest_age: NEVER,
        lockout_threshold: LOCKS_THRESHOLD,
        locked_for: NEVER,
    },
    Policy {
        group: "pso-expired",
        precedence: "30",
        shortest: "10",
        greatest_age: ONE_SECOND,
        lockout_threshold: LOCKOUT_THRESHOLD,
        locked_for: HALF_AN_HOUR,
    },
];

/// Everything that can be loaded before the controller runs.
pub(super) fn ldif() -> Ldif {
    let ldif = domain_policy(units(Ldif::default()));
    let ldif = USERS.iter().fold(ldif, add_user);
    let ldif = GROUPS.iter().fold(ldif, |ldif, group| {
        let members: Vec<String> = group.members.iter().map(|name| dn_of(name)).collect();
        ldif.group(group.name, group.kind, &members)
    });
    let ldif = ldif.add_values(&group_dn("cyc-a"), "member", &[&group_dn("cyc-b")]);
    let protected = format!("CN=Protected Users,CN=Users,{BASE}");
    let ldif = ldif.add_values(&protected, "member", &[&user_dn("protected1")]);
    bulk(levels(POLICIES.iter().fold(ldif, add_policy)))
}

/// Makes the group with this relative id the primary one of `primary1`, who is its member already.
pub(super) fn primary_group(relative_id: &str) -> Ldif {
    Ldif::default().replace(&user_dn("primary1"), "primaryGroupID", &[relative_id])
}

fn units(ldif: Ldif) -> Ldif {
    let unit = [("objectClass", "organizationalUnit")];
    ldif.add(&format!("{PEOPLE},{BASE}"), &unit)
        .add(&format!("OU=Groups,{BASE}"), &unit)
        .add(&format!("OU={},{PEOPLE},{BASE}", in_dn(ODD_UNIT)), &unit)
}

fn add_user(ldif: Ldif, user: &User) -> Ldif {
    let dn = user.dn();
    let password = if user.login == SERVICE { SERVICE_PASSWORD } else { USER_PASSWORD };
    let ldif = ldif.user(&dn, user.login, &user.upn(), password);
    user.then.iter().fold(ldif, |ldif, (name, value)| ldif.replace(&dn, name, &[value]))
}

fn levels(ldif: Ldif) -> Ldif {
    (1..=LEVELS).fold(ldif, |ldif, level| {
        let below = if level == 1 { user_dn("bob") } else { group_dn(&format!("lvl{}", level - 1)) };
        ldif.group(&format!("lvl{level}"), Kind::Global, &[below])
    })
}

fn bulk(ldif: Ldif) -> Ldif {
    let ldif = (0..BULK_USERS).fold(ldif, |ldif, number| {
        let login = bulk_login(number);
        let dn = user_dn(&login);
        if number < BULK_WITH_PASSWORD {
            return ldif.user(&dn, &login, &format!("{login}@{DOMAIN}"), USER_PASSWORD);
        }
        ldif.add(&dn, &[("objectClass", "user"), ("sAMAccountName", &login)])
    });
    let members: Vec<String> = (0..BULK_IN_GROUP).map(|number| user_dn(&bulk_login(number))).collect();
    ldif.group("big", Kind::Global, &members)
}

/// What holds for everybody. Passwords never expire, so that a kept snapshot does not age.
fn domain_policy(ldif: Ldif) -> Ldif {
    let threshold = LOCKOUT_THRESHOLD.to_string();
    let locked_for = format!("-{}", u64::from(LOCKOUT_MINUTES) * 600_000_000);
    let settings = [
        ("minPwdLength", "10"),
        ("minPwdAge", "0"),
        ("maxPwdAge", NEVER),
        ("pwdHistoryLength", "5"),
        ("lockoutThreshold", &threshold),
        ("lockoutDuration", &locked_for),
        ("lockOutObservationWindow", &locked_for),
    ];
    let ldif = settings.iter().fold(ldif, |ldif, (name, value)| ldif.replace(BASE, name, &[value]));
    ldif.replace(&format!("CN=Partitions,CN=Configuration,{BASE}"), "uPNSuffixes", &["plant.example"])
}

fn add_policy(ldif: Ldif, policy: &Policy) -> Ldif {
    let dn = format!("CN={},CN=Password Settings Container,CN=System,{BASE}", policy.group);
    let threshold = policy.lockout_threshold.to_string();
    let settings = [
        ("objectClass", "msDS-PasswordSettings"),
        ("msDS-PasswordSettingsPrecedence", policy.precedence),
        ("msDS-PasswordReversibleEncryptionEnabled", "FALSE"),
        ("msDS-PasswordComplexityEnabled", "TRUE"),
        ("msDS-PasswordHistoryLength", "5"),
        ("msDS-MinimumPasswordLength", policy.shortest),
        ("msDS-MinimumPasswordAge", "0"),
        ("msDS-MaximumPasswordAge", policy.greatest_age),
        ("msDS-LockoutThreshold", &threshold),
        ("msDS-LockoutObservationWindow", HALF_AN_HOUR),
        ("msDS-LockoutDuration", policy.locked_for),
        ("msDS-PSOAppliesTo", &group_dn(policy.group)),
    ];
    ldif.add(&dn, &settings)
}

#[cfg(test)]
mod tests {
    use super::{ONE_SECOND, POLICIES, TEN_YEARS};

    #[test]
    fn no_password_of_a_kept_snapshot_ends_in_the_years_in_which_it_is_kept() {
        for policy in &POLICIES {
            // In the directory's unit a longer time is the lesser number.
            let long = |age: &str| {
                age.parse::<i64>().is_ok_and(|age| TEN_YEARS.parse().is_ok_and(|ten: i64| age <= ten))
            };
            assert!(policy.greatest_age == ONE_SECOND || long(policy.greatest_age), "{}", policy.group);
        }
    }
}
