//! A real OpenLDAP: users, groups of every kind, the password policy.

use std::collections::BTreeSet;

use pforte_directory::ldap::{PlainLdap, Protection, Schema, Settings};
use pforte_directory::{
    Directory, DirectoryError, FaultKind, Found, PasswordChange, PasswordFault, Presence, Verdict,
};
use pforte_model::account::AccountState;
use pforte_test::Fixtures;
use xtask::servers::file::OpenLdap;
use xtask::servers::ldif::Ldif;
use xtask::servers::slapd::population::{IPA, LOCKOUT_THRESHOLD, group_dn, ipa_user_dn, user_dn};
use xtask::servers::slapd::{can_bind, change, new_user};

use crate::ldap_directory::{chance, clock, login, password};

pub(crate) fn settings(slapd: &OpenLdap) -> Settings {
    let json = format!(
        r#"{{"schema":"open-ldap","domain":"plant.example","account":"{}","ca":{{"file":"{}"}},
            "servers":[{{"host":"{}","address":"{}","port":{},"ldap_port":{}}}],
            "limits":{{"bind_connections":2,"read_connections":2,"connect_ms":10000,"request_ms":30000}}}}"#,
        slapd.service.user,
        slapd.ca_certificate.display(),
        slapd.host,
        slapd.address,
        slapd.tls_port,
        slapd.port,
    );
    serde_json::from_str(&json).unwrap()
}

struct Plant {
    slapd: OpenLdap,
    directory: PlainLdap,
}

impl Plant {
    fn start() -> Self {
        Self::with(|_| {})
    }

    fn with(change: fn(&mut Settings)) -> Self {
        let slapd = Fixtures::load().slapd;
        let mut settings = settings(&slapd);
        change(&mut settings);
        let directory =
            PlainLdap::start(&settings, password(&slapd.service.password), clock(), chance()).unwrap();
        Self { slapd, directory }
    }

    async fn found(&self, name: &str) -> Found {
        self.directory.find(&login(name)).await.unwrap().unwrap()
    }

    async fn verify(&self, name: &str, text: &str) -> Verdict {
        self.directory.verify(&self.found(name).await, &password(text)).await.unwrap()
    }

    async fn verify_right(&self, name: &str) -> Verdict {
        self.verify(name, &self.slapd.user_password).await
    }

    async fn groups(&self, name: &str) -> BTreeSet<String> {
        let told = self.directory.groups(&self.found(name).await).await.unwrap();
        let all = self.directory.groups_named("", 500).await.unwrap().items;
        let called = |mark| all.iter().find(|group| group.mark == mark).map(|group| group.name.clone());
        told.groups.into_iter().filter_map(called).collect()
    }

    fn set(&self, name: &str, attribute: &str, value: &str) {
        change(&self.slapd, Ldif::default().replace(&user_dn(name), attribute, &[value]).text()).unwrap();
    }
}

fn names(of: &[&str]) -> BTreeSet<String> {
    of.iter().map(|name| (*name).to_owned()).collect()
}

#[tokio::test]
async fn a_user_is_found_by_each_form_of_its_name_and_known_by_its_uuid() {
    let plant = Plant::start();
    let found = plant.found("carla").await;
    assert_eq!((found.login.as_str(), found.label.as_str()), ("carla", "Carla Chief"));
    assert_eq!((found.place, found.identity.len()), (user_dn("carla"), 36));
    for name in ["CARLA", "carla@plant.example", "Carla@Plant.Example"] {
        assert_eq!(plant.found(name).await.key, found.key, "{name}");
    }
    assert_eq!(plant.found("star*1").await.label, "Star * (1)");
    assert_eq!(plant.found("Müller").await.label, "Jörg Müller (Süd)");
    assert_eq!(plant.directory.user(&found.key).await.unwrap().unwrap().login, "carla");
    for name in ["nobody", "*", "star*", "c*", "carla@elsewhere", "plant\\carla", "*)(uid=*", "pforte"] {
        assert_eq!(plant.directory.find(&login(name)).await.unwrap(), None, "{name}");
    }
}

#[tokio::test]
async fn each_state_is_told_by_the_password_policy() {
    let plant = Plant::start();
    for (name, verdict) in [
        ("ola", Verdict::Good),
        ("olocked", Verdict::State(AccountState::Locked)),
        ("oexpired", Verdict::State(AccountState::PasswordExpired)),
        ("omustchange", Verdict::State(AccountState::MustChange)),
        ("oended", Verdict::State(AccountState::Expired)),
    ] {
        assert_eq!(plant.verify_right(name).await, verdict, "{name}");
    }
    assert_eq!(plant.verify("carla", "wrong").await, Verdict::Wrong);
    assert_eq!(plant.verify("oexpired", "wrong").await, Verdict::Wrong);
    plant.directory.verify_unknown(&password("wrong")).await.unwrap();
    for (name, state) in [
        ("ola", AccountState::Good),
        ("olocked", AccountState::Locked),
        ("omustchange", AccountState::MustChange),
        ("oended", AccountState::Expired),
    ] {
        assert_eq!(plant.found(name).await.state, state, "{name}");
    }
}

#[tokio::test]
async fn a_try_is_one_try_and_the_last_one_locks() {
    let plant = Plant::start();
    let name = new_user(&plant.slapd).unwrap();
    for _ in 1..LOCKOUT_THRESHOLD {
        assert_eq!(plant.verify(&name, "wrong").await, Verdict::Wrong);
    }
    assert_eq!(plant.found(&name).await.state, AccountState::Good);
    assert_eq!(plant.verify_right(&name).await, Verdict::Good);
    for _ in 0..LOCKOUT_THRESHOLD {
        plant.verify(&name, "wrong").await;
    }
    assert_eq!(plant.verify_right(&name).await, Verdict::State(AccountState::Locked));
    assert_eq!(plant.found(&name).await.state, AccountState::Locked);
}

#[tokio::test]
async fn groups_of_every_kind_are_told_at_any_depth_and_circles_end() {
    let plant = Plant::start();
    assert_eq!(plant.groups("ola").await, names(&["operators", "shift", "plant", "line1"]));
    let carla = names(&["operators", "shift", "plant", "unique", "circle-a", "circle-b"]);
    assert_eq!(plant.groups("carla").await, carla);
    assert_eq!(plant.groups("star*1").await, names(&["unique", "plant"]));
    assert_eq!(plant.groups("posix1").await, names(&["line1", "staff"]));
    assert_eq!(plant.groups("p0000").await, names(&["big"]));
    assert_eq!(plant.groups("p2499").await, names(&[]));
    let way = async |user: &str, group: &str| {
        let (user, groups) = (plant.found(user).await, plant.directory.groups_called(group).await.unwrap());
        let way = plant.directory.path(&user.key, &groups[0].key).await.unwrap();
        way.into_iter().map(|group| group.name).collect::<Vec<_>>()
    };
    assert_eq!(way("ola", "plant").await, ["operators", "shift", "plant"]);
    assert_eq!(way("carla", "plant").await, ["unique", "plant"]);
    assert_eq!(way("p0000", "plant").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_rename_changes_nothing_and_an_entry_made_anew_is_another_person() {
    let plant = Plant::start();
    let name = new_user(&plant.slapd).unwrap();
    let found = plant.found(&name).await;
    let other = format!("{name}-renamed");
    change(&plant.slapd, Ldif::default().rename(&user_dn(&name), &format!("uid={other}")).text()).unwrap();
    let renamed = plant.found(&other).await;
    assert_eq!((renamed.key.clone(), renamed.place), (found.key.clone(), user_dn(&other)));
    let state = async || plant.directory.check(std::slice::from_ref(&found.key)).await[0].1.clone().unwrap();
    assert_eq!(state().await, Presence::Here(AccountState::Good));
    plant.set(&other, "pwdReset", "TRUE");
    assert_eq!(state().await, Presence::Here(AccountState::MustChange));
    change(&plant.slapd, Ldif::default().remove(&user_dn(&other)).text()).unwrap();
    assert_eq!(state().await, Presence::Gone);
    let again = Ldif::default().add(
        &user_dn(&other),
        &[("objectClass", "inetOrgPerson"), ("uid", &other), ("cn", "x"), ("sn", "x")],
    );
    change(&plant.slapd, again.text()).unwrap();
    assert_ne!(plant.found(&other).await.key, found.key);
    assert_eq!(plant.directory.user(&found.key).await.unwrap(), None);
}

#[tokio::test]
async fn many_users_are_listed_in_pages_and_a_change_of_groups_is_seen() {
    let plant = Plant::start();
    let page = plant.directory.users("p", 500).await.unwrap();
    assert_eq!((page.items.len(), page.more), (500, true));
    assert_eq!(plant.directory.users("Carla", 5).await.unwrap().items.len(), 1);
    assert_eq!(plant.directory.users("*", 5).await.unwrap().items.len(), 0);
    let name = new_user(&plant.slapd).unwrap();
    assert_eq!(plant.groups(&name).await, names(&[]));
    change(&plant.slapd, Ldif::default().add_values(&group_dn("shift"), "member", &[&user_dn(&name)]).text())
        .unwrap();
    assert_eq!(plant.groups(&name).await, names(&["shift", "plant"]));
}

#[tokio::test]
async fn a_password_is_changed_by_its_owner_within_the_policy() {
    let plant = Plant::start();
    let (old, new) = (plant.slapd.user_password.clone(), "An0ther-Passw0rd!");
    let name = new_user(&plant.slapd).unwrap();
    let found = plant.found(&name).await;
    let modify = async |old: &str, new: &str| {
        plant.directory.change_password(&found, &password(old), &password(new)).await.unwrap()
    };
    assert_eq!(modify("wrong", new).await, PasswordChange::Wrong);
    assert!(matches!(modify(&old, "short").await, PasswordChange::Unfit(_)));
    assert_eq!(modify(&old, new).await, PasswordChange::Done);
    assert!(can_bind(&plant.slapd, &found.place, new) && !can_bind(&plant.slapd, &found.place, &old));
    assert!(matches!(modify(new, &old).await, PasswordChange::Unfit(_)), "the history forbids the old one");
    plant.set(&name, "pwdReset", "TRUE");
    assert_eq!(plant.verify(&name, new).await, Verdict::State(AccountState::MustChange));
    assert_eq!(modify(new, "Yet-An0ther-Passw0rd!").await, PasswordChange::Done);
    assert_eq!(plant.verify(&name, "Yet-An0ther-Passw0rd!").await, Verdict::Good);
}

#[tokio::test]
async fn who_may_not_change_the_password_is_told_what_the_server_says() {
    let plant = Plant::start();
    let name = new_user(&plant.slapd).unwrap();
    let policy = format!("cn={name},ou=policies,{}", plant.slapd.base);
    let attributes = [
        ("objectClass", "organizationalRole"),
        ("objectClass", "pwdPolicy"),
        ("cn", &name),
        ("pwdAttribute", "userPassword"),
        ("pwdAllowUserChange", "FALSE"),
    ];
    change(&plant.slapd, Ldif::default().add(&policy, &attributes).text()).unwrap();
    plant.set(&name, "pwdPolicySubentry", &policy);
    let (old, new) = (password(&plant.slapd.user_password), password("An0ther-Passw0rd!"));
    let told = plant.directory.change_password(&plant.found(&name).await, &old, &new).await.unwrap();
    let says = "User alteration of password is not allowed".to_owned();
    assert_eq!(told, PasswordChange::Unfit(vec![PasswordFault::Refused { says }]));
}

#[tokio::test]
async fn start_tls_does_as_well_and_another_directory_is_refused() {
    let plant = Plant::with(|settings| settings.protection = Protection::StartTls);
    assert_eq!(plant.verify_right("ola").await, Verdict::Good);
    let closed = Plant::with(|settings| settings.servers[0].port = 9);
    assert_eq!(closed.verify_right("ola").await, Verdict::Good);
    let other = Plant::with(|settings| settings.base = Some("dc=elsewhere".to_owned()));
    let refused = other.directory.find(&login("ola")).await.unwrap_err();
    assert!(
        matches!(&refused, DirectoryError::Unreachable(fault) if fault.kind == FaultKind::OtherDomain),
        "{refused:?}"
    );
    let domain = Fixtures::load().ad;
    let mut settings = crate::ldap_directory::settings(&domain);
    settings.servers[0] = crate::ldap_other::settings(&plant.slapd).servers[0].clone();
    let asked = pforte_directory::ldap::ActiveDirectory::start(
        &settings,
        password(&domain.facts.service.password),
        clock(),
        chance(),
    );
    let refused = asked.unwrap().find(&login("ola")).await.unwrap_err();
    assert_eq!(refused.fault().unwrap().kind, FaultKind::NotActiveDirectory);
}

#[tokio::test]
async fn second_views_as_free_ipa_has_them_are_nobody_and_an_expired_password_must_be_changed() {
    let plant = Plant::with(|settings| {
        settings.schema = Schema::FreeIpa;
        settings.base = Some(IPA.to_owned());
    });
    let ola = plant.found("ipaola").await;
    assert_eq!((ola.identity.as_str(), ola.place.as_str()), ("ipaola", &*ipa_user_dn("ipaola")));
    assert_eq!(plant.groups("ipaola").await, names(&["ipaops"]));
    assert_eq!(plant.directory.users("ipa", 5).await.unwrap().items.len(), 2);
    assert_eq!(plant.verify_right("ipaola").await, Verdict::Good);
    let old = plant.found("ipaold").await;
    assert_eq!(old.state, AccountState::PasswordExpired);
    assert_eq!(plant.verify_right("ipaold").await, Verdict::State(AccountState::MustChange));
    assert_eq!(plant.verify("ipaold", "wrong").await, Verdict::Wrong);
    // Found before the password was changed.
    let later = Ldif::default().replace(&old.place, "krbPasswordExpiration", &["20990101000000Z"]);
    change(&plant.slapd, later.text()).unwrap();
    let right = password(&plant.slapd.user_password);
    assert_eq!(plant.directory.verify(&old, &right).await, Ok(Verdict::Good));
    let back = Ldif::default().replace(&old.place, "krbPasswordExpiration", &["20200101000000Z"]);
    change(&plant.slapd, back.text()).unwrap();
}
