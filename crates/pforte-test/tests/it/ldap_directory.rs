//! Active Directory against the real domain controller: who is found, in which state, in which groups.

use pforte_directory::kerberos::Chance;
use pforte_directory::ldap::{
    ActiveDirectory, Ca, Clock, Limits, Protection, Server, Settings, Sid, Step, test,
};
use pforte_directory::secret::Password;
use pforte_directory::{Directory, DirectoryError, FaultKind, Found, Key, Mark, Presence, Verdict};
use pforte_model::account::AccountState;
use pforte_model::name::LoginName;
use pforte_model::time::Micros;
use pforte_test::Fixtures;
use pforte_test::ad::Ad;
use rand::RngExt;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use xtask::servers::admin::Admin;
use xtask::servers::population::{GROUPS, LEVELS, LOCKS_THRESHOLD};

/// The time of day.
#[expect(clippy::disallowed_methods, reason = "a test is the edge: it makes the clock")]
pub(crate) fn clock() -> Clock {
    Arc::new(|| {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Micros(since.as_micros().try_into().unwrap())
    })
}

pub(crate) fn password(text: &str) -> Password {
    Password::parse(text).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "a test is the edge: it makes the generator")]
pub(crate) fn chance() -> Chance {
    Chance::new(rand::rng().random())
}

/// A directory, with the time and randomness of here.
pub(crate) fn begin(settings: &Settings, password: Password) -> ActiveDirectory {
    ActiveDirectory::start(settings, password, clock(), chance()).unwrap()
}

pub(crate) fn login(text: &str) -> LoginName {
    LoginName::parse(text).unwrap()
}

/// How the domain controller of the fixtures is configured.
pub(crate) fn settings(ad: &Ad) -> Settings {
    let address = ad.facts.address.parse().unwrap();
    Settings {
        servers: vec![Server { address: Some(address), ..Server::new(ad.facts.host.clone()) }],
        ca: Ca::File(ad.facts.ca_certificate.clone()),
        // The domain controller shares the machine with everything that is tested.
        limits: Limits { bind_connections: 2, read_connections: 2, connect_ms: 10_000, request_ms: 30_000 },
        ..Settings::new(ad.facts.domain.clone(), format!("{}@{}", ad.facts.service.user, ad.facts.domain))
    }
}

/// The security identifiers that marks are.
fn sids(marks: &[Mark]) -> Vec<Sid> {
    marks.iter().filter_map(|mark| Sid::from_bytes(mark.as_bytes())).collect()
}

/// The fixtures' domain, connected to.
struct Domain {
    ad: Ad,
    directory: ActiveDirectory,
}

impl Domain {
    /// Begins to connect.
    fn start() -> Self {
        let ad = Fixtures::load().ad;
        let password = password(&ad.facts.service.password);
        let directory = begin(&settings(&ad), password);
        Self { ad, directory }
    }

    async fn found(&self, name: &str) -> Found {
        self.directory.find(&login(name)).await.unwrap().unwrap()
    }

    /// The user with all that can be read of it.
    async fn read(&self, name: &str) -> Found {
        let key = self.found(name).await.key;
        self.directory.user(&key).await.unwrap().unwrap()
    }

    async fn verify(&self, name: &str, text: &str) -> Verdict {
        let found = self.found(name).await;
        self.directory.verify(&found, &password(text)).await.unwrap()
    }

    async fn verify_right(&self, name: &str) -> Verdict {
        self.verify(name, &self.ad.facts.user_password).await
    }

    /// The account names of a user's groups.
    async fn groups(&self, name: &str) -> BTreeSet<String> {
        let marks = self.directory.groups(&self.found(name).await).await.unwrap().groups;
        self.named(&marks).await
    }

    async fn named(&self, marks: &[Mark]) -> BTreeSet<String> {
        let groups = self.directory.groups_by_sid(&sids(marks)).await.unwrap();
        groups.into_iter().map(|group| group.name).collect()
    }

    async fn group(&self, name: &str) -> Key {
        let page = self.directory.groups_named(name, 50).await.unwrap();
        page.items.into_iter().find(|group| group.name == name).unwrap().key
    }

    /// The names of the groups on the way from a user to a group.
    async fn path(&self, user: &str, group: &str) -> Vec<String> {
        let (user, group) = (self.found(user).await.key, self.group(group).await);
        let path = self.directory.path(&user, &group).await.unwrap();
        path.into_iter().map(|group| group.name).collect()
    }

    async fn attribute(&self, name: &str, attribute: &'static str) -> Vec<String> {
        let name = name.to_owned();
        let values = self.ad.act(move |admin| admin.values(&name, attribute)).await;
        values.into_iter().map(|value| String::from_utf8(value).unwrap()).collect()
    }
}

#[tokio::test]
async fn every_form_of_a_name_finds_the_same_user() {
    let domain = Domain::start();
    let bob = domain.found("bob").await;
    assert_eq!((bob.login.as_str(), bob.state), ("bob", AccountState::Good));
    for name in
        ["BOB", "ADTEST\\bob", "adtest\\BOB", "ad.test.lab\\bob", "bob@ad.test.lab", "Bob@AD.Test.Lab"]
    {
        let found = domain.found(name).await;
        // The second time the groups are told with the rest.
        assert_eq!(Found { told: None, ..found }, bob, "{name}");
    }
    let frida = domain.found("frida.von-der-aa@plant.example").await;
    assert_eq!(frida.login, "upnsam1");
    assert_eq!(domain.found("upnsam1@ad.test.lab").await, frida);
    assert_eq!(domain.found("upnsam1@ad.test.lab").await, frida, "another one may have it as principal name");
    assert_eq!(domain.found("bob@plant.example").await.login, "upnbob1");
    assert_eq!(domain.directory.user(&bob.key).await.unwrap(), Some(bob));
}

#[tokio::test]
async fn a_name_that_nobody_has_finds_nobody() {
    let domain = Domain::start();
    let long = "x".repeat(LoginName::MAX_CHARS);
    let names = [
        "*",
        "b*",
        "bob*",
        "*)(uid=*",
        "bob)(|(objectClass=*",
        "(bob)",
        "bob)",
        "\\62ob",
        "\\2a",
        "bob\\",
        "\\bob",
        "bob\\00",
        "nobody",
        "OTHER\\bob",
        "bob@other.lab",
        "bob@",
        "@ad.test.lab",
        "adtest\\adtest\\bob",
        "cn=bob",
        "dc1$",
        "CN=bob,OU=People,DC=ad,DC=test,DC=lab",
        &long,
    ];
    for name in names {
        assert_eq!(domain.directory.find(&login(name)).await.unwrap(), None, "{name}");
    }
}

#[tokio::test]
async fn names_with_every_odd_character_are_found_and_let_in() {
    let domain = Domain::start();
    for name in ["jürgen.müßig", "o'brien", "paren(1)", "und&co", "山田", "dotted.name-1_x", "oddunit1"]
    {
        assert_eq!(domain.found(name).await.login, name);
        assert_eq!(domain.verify_right(name).await, Verdict::Good, "{name}");
        assert!(domain.groups(name).await.contains("Domain Users"), "{name}");
    }
}

#[tokio::test]
async fn a_name_is_found_as_it_is_written_and_names_that_look_alike_are_not_mixed_up() {
    let domain = Domain::start();
    let alike = ["İpek", "ipek", "ıpek", "Weiß", "weiss", "Οδυσσεύς", "Ångström"];
    let mut made = Vec::new();
    for name in alike {
        let login = domain.ad.new_user(&[]).await;
        let guid = domain.found(&login).await.key;
        let name = format!("{name}{}", login.chars().skip(login.len() - 8).collect::<String>());
        let new = name.clone();
        domain.ad.act(move |admin| admin.rename(&login, &new)).await;
        made.push((name, guid));
    }
    for (name, guid) in &made {
        let principal = format!("{name}@{}", domain.ad.facts.domain);
        for written in [name.clone(), format!(" {name} "), principal] {
            assert_eq!(domain.found(&written).await.key, *guid, "{written}");
        }
        assert_eq!(domain.verify_right(name).await, Verdict::Good, "{name}");
    }
}

#[tokio::test]
async fn every_state_is_told_by_the_bind_when_the_password_is_right() {
    let domain = Domain::start();
    let states = [
        ("disabled1", AccountState::Disabled),
        ("disabledexp1", AccountState::Disabled),
        ("acctexp1", AccountState::Expired),
        ("mustchange1", AccountState::MustChange),
        ("pwexpired1", AccountState::PasswordExpired),
        ("locked1", AccountState::Locked),
        ("hours1", AccountState::OutsideHours),
        ("workstation1", AccountState::WrongWorkstation),
    ];
    for (name, state) in states {
        assert_eq!(domain.verify_right(name).await, Verdict::State(state), "{name}");
    }
    // The last one is a protected user, who may not bind with a password.
    for name in ["alice", "acctends1", "noexpire1", "psouser1", "protected1"] {
        assert_eq!(domain.verify_right(name).await, Verdict::Good, "{name}");
    }
}

#[tokio::test]
async fn every_state_that_attributes_tell_is_told_without_a_bind() {
    let domain = Domain::start();
    let states = [
        ("disabled1", AccountState::Disabled),
        ("disabledexp1", AccountState::Disabled),
        ("acctexp1", AccountState::Expired),
        ("mustchange1", AccountState::MustChange),
        ("pwexpired1", AccountState::PasswordExpired),
        ("locked1", AccountState::Locked),
        ("acctends1", AccountState::Good),
        ("noexpire1", AccountState::Good),
        ("psouser1", AccountState::Good),
    ];
    for (name, state) in states {
        assert_eq!(domain.read(name).await.state, state, "{name}");
    }
}

#[tokio::test]
async fn one_try_of_a_person_is_one_bind_at_the_controller() {
    let domain = Domain::start();
    let name = domain.ad.new_user(&[]).await;
    for tries in 1..=2 {
        assert_eq!(domain.verify(&name, "not it").await, Verdict::Wrong);
        assert_eq!(domain.attribute(&name, "badPwdCount").await, [tries.to_string()]);
    }
    assert_eq!(domain.verify_right(&name).await, Verdict::Good);
    assert_eq!(domain.attribute(&name, "badPwdCount").await, ["0"]);
}

#[tokio::test]
async fn tries_lock_the_account_and_the_state_says_so() {
    let domain = Domain::start();
    let name = domain.ad.new_user(&["pso-locks"]).await;
    for _ in 0..LOCKS_THRESHOLD {
        assert_eq!(domain.verify(&name, "not it").await, Verdict::Wrong);
    }
    assert_eq!(domain.verify_right(&name).await, Verdict::State(AccountState::Locked));
    assert_eq!(domain.read(&name).await.state, AccountState::Locked);
}

#[tokio::test]
async fn a_user_who_does_not_exist_takes_as_long_as_a_wrong_password() {
    let domain = Domain::start();
    let name = domain.ad.new_user(&[]).await;
    let found = domain.found(&name).await;
    let typed = password("not it");
    let begun = Instant::now();
    assert_eq!(domain.directory.verify(&found, &typed).await.unwrap(), Verdict::Wrong);
    let wrong = begun.elapsed();
    let begun = Instant::now();
    domain.directory.verify_unknown(&typed).await.unwrap();
    assert!(begun.elapsed() * 10 > wrong * 9, "{:?} for nobody, {wrong:?} for somebody", begun.elapsed());
    assert!(Password::parse("").is_err(), "a bind without a password would prove nothing");
}

#[tokio::test]
async fn the_controllers_port_without_tls_is_told_and_gets_no_password() {
    let ad = Fixtures::load().ad;
    let mut settings = settings(&ad);
    settings.servers.first_mut().unwrap().port = 389;
    settings.protection = Protection::Ldaps;
    let directory = begin(&settings, password(&ad.facts.service.password));
    let error = directory.find(&login("bob")).await.unwrap_err();
    let DirectoryError::Unreachable(fault) = error else { unreachable!("{error:?}") };
    // This controller resets what is no LDAP.
    assert_eq!(fault.kind, FaultKind::TlsReset);
}

#[tokio::test]
async fn groups_are_complete_through_nesting_circles_and_the_primary_group() {
    let domain = Domain::start();
    let bob = domain.groups("bob").await;
    for level in 1..=LEVELS {
        assert!(bob.contains(&format!("lvl{level}")), "lvl{level} in {bob:?}");
    }
    assert!(bob.contains("operators") && bob.contains("Domain Users"));
    let alice = domain.groups("alice").await;
    for group in ["direct1", "dl-local", "uni1", "cyc-a", "cyc-b", "operators"] {
        assert!(alice.contains(group), "{group} in {alice:?}");
    }
    assert!(!alice.contains("dist1") && !alice.contains("shift-leaders"));
    assert!(domain.groups("primary1").await.contains("staff"));
}

#[tokio::test]
async fn the_running_check_sees_every_change() {
    let domain = Domain::start();
    let name = domain.ad.new_user(&["staff"]).await;
    let nobody = Key::from_bytes(&[7; 16]);
    let asked = [nobody, domain.found(&name).await.key, domain.found("disabled1").await.key];
    let state = async || {
        let checked = domain.directory.check(&asked).await;
        assert_eq!(checked.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>(), asked);
        let [(_, Ok(nobody)), (_, Ok(user)), (_, Ok(disabled))] = checked.as_slice() else {
            unreachable!("three were asked for")
        };
        assert_eq!((*nobody, *disabled), (Presence::Gone, Presence::Here(AccountState::Disabled)));
        *user
    };
    assert_eq!(state().await, Presence::Here(AccountState::Good));
    let act = async |change: fn(&Admin, &str) -> xtask::failure::Done| {
        let name = name.clone();
        domain.ad.act(move |admin| change(admin, &name)).await;
    };
    act(Admin::disable).await;
    assert_eq!(state().await, Presence::Here(AccountState::Disabled));
    act(Admin::enable).await;
    act(Admin::expire).await;
    assert_eq!(state().await, Presence::Here(AccountState::Expired));
    act(Admin::never_expire).await;
    act(Admin::must_change).await;
    assert_eq!(state().await, Presence::Here(AccountState::Good), "that ends no session");
    act(Admin::remove).await;
    assert_eq!(state().await, Presence::Gone);
}

#[tokio::test]
async fn a_user_who_is_renamed_stays_the_same_and_one_who_is_made_again_does_not() {
    let domain = Domain::start();
    let name = domain.ad.new_user(&[]).await;
    let before = domain.found(&name).await;
    let renamed = format!("{name}-new");
    let (from, to) = (name.clone(), renamed.clone());
    domain.ad.act(move |admin| admin.rename(&from, &to)).await;
    assert_eq!(domain.directory.find(&login(&name)).await.unwrap(), None);
    assert_eq!(domain.found(&renamed).await.key, before.key);
    assert!(!domain.directory.groups(&before).await.unwrap().groups.is_empty());
}

#[tokio::test]
async fn a_name_that_was_given_to_somebody_else_means_that_one_at_once() {
    let domain = Domain::start();
    let (first, second) = (domain.ad.new_user(&[]).await, domain.ad.new_user(&["staff"]).await);
    let before = domain.found(&first).await;
    assert_eq!(domain.found(&first).await.key, before.key, "found again");
    let (from, freed) = (first.clone(), format!("{first}-o"));
    let free = move |admin: &Admin| {
        admin.set(&from, "userPrincipalName", &format!("{freed}@ad.test.lab"))?;
        admin.rename(&from, &freed)
    };
    domain.ad.act(free).await;
    let (from, to) = (second.clone(), first.clone());
    let meant = domain.found(&second).await;
    domain.ad.act(move |admin| admin.rename(&from, &to)).await;
    let after = domain.found(&first).await;
    assert_eq!(after.key, meant.key, "the name belongs to the second user now");
    assert!(domain.groups(&first).await.contains("staff"));
    let again = domain.found(&first).await;
    assert_eq!((&again.key, again.told.is_some()), (&meant.key, true));
    assert_eq!(domain.directory.find(&login(&second)).await.unwrap(), None);
    let gone = first.clone();
    domain.ad.act(move |admin| admin.remove(&gone)).await;
    assert_eq!(domain.directory.find(&login(&first)).await.unwrap(), None, "nobody has it any more");
}

#[tokio::test]
async fn groups_of_running_sessions_are_refreshed_and_the_gone_are_told() {
    let domain = Domain::start();
    let name = domain.ad.new_user(&["staff"]).await;
    let user = domain.found(&name).await.key;
    let nobody = Key::from_bytes(&[7; 16]);
    let groups = domain.directory.groups_of(&[user.clone(), nobody]).await;
    let [(_, Ok(Some(told))), (_, Ok(None))] = groups.as_slice() else {
        unreachable!("one is there, one is not: {groups:?}")
    };
    assert!(domain.named(&told.groups).await.contains("staff"));
    let member = name.clone();
    domain.ad.act(move |admin| admin.remove_member("staff", &member)).await;
    let groups = domain.directory.groups_of(&[user]).await;
    let [(_, Ok(Some(told)))] = groups.as_slice() else { unreachable!("it is there") };
    assert!(!domain.named(&told.groups).await.contains("staff"));
}

#[tokio::test]
async fn administrators_find_users_and_groups_by_the_beginning_of_a_name() {
    let domain = Domain::start();
    let bulk = domain.directory.users("bulk00", 40).await.unwrap();
    assert!(
        bulk.more && bulk.items.len() == 40 && bulk.items.iter().all(|user| user.login.starts_with("bulk00"))
    );
    let bulk = domain.directory.users("BULK000", 40).await.unwrap();
    assert!(!bulk.more && bulk.items.len() == 10);
    for odd in ["*", "(", "\\", "bob)(cn=*", "\u{0}"] {
        assert_eq!(domain.directory.users(odd, 40).await.unwrap().items, [], "{odd}");
    }
    let frida = domain.directory.users("frida", 5).await.unwrap().items;
    assert_eq!(frida.iter().map(|user| user.login.as_str()).collect::<Vec<_>>(), ["upnsam1"]);
    let groups = domain.directory.groups_named("schichtf", 5).await.unwrap().items;
    let [group] = groups.as_slice() else { unreachable!("one group: {groups:?}") };
    assert_eq!(domain.named(std::slice::from_ref(&group.mark)).await, BTreeSet::from([group.name.clone()]));
    assert_eq!(
        domain.directory.groups_by_sid(&sids(std::slice::from_ref(&group.mark))).await.unwrap(),
        groups
    );
    let any = domain.directory.groups_named("", 500).await.unwrap();
    assert!(any.items.len() > GROUPS.len());
}

#[tokio::test]
async fn a_group_is_found_by_its_whole_name_and_by_nothing_less() {
    let domain = Domain::start();
    for (name, found) in [
        ("OPERATORS", ["operators"].as_slice()),
        ("Schichtführer (Süd) & Co", &["Schichtführer (Süd) & Co"]),
        ("operator", &[]),
        ("operator*", &[]),
        ("bob", &[]),
        ("x)(objectClass=*", &[]),
    ] {
        let called = domain.directory.groups_called(name).await.unwrap();
        let called: Vec<&str> = called.iter().map(|group| group.name.as_str()).collect();
        assert_eq!(called, found, "{name}");
    }
}

#[tokio::test]
async fn the_way_from_a_user_to_a_group_is_told_in_order() {
    let domain = Domain::start();
    let levels: Vec<String> = (1..=LEVELS).map(|level| format!("lvl{level}")).collect();
    assert_eq!(domain.path("bob", "lvl12").await, levels);
    assert_eq!(domain.path("alice", "dl-local").await, ["direct1", "dl-local"]);
    assert_eq!(domain.path("alice", "cyc-b").await, ["cyc-a", "cyc-b"]);
    assert_eq!(domain.path("primary1", "staff").await, ["staff"]);
    assert_eq!(domain.path("alice", "Users").await, ["Domain Users", "Users"]);
    assert_eq!(domain.path("alice", "lvl12").await, [""; 0]);
    assert_eq!(domain.path("bulk0001", "big").await, ["big"]);
}

#[tokio::test]
async fn a_test_of_a_good_directory_is_good_in_every_step() {
    let ad = Fixtures::load().ad;
    let reports =
        test(&settings(&ad), &password(&ad.facts.service.password), (&clock(), &chance()), &mut |_, _| {})
            .await
            .unwrap();
    let [report] = reports.as_slice() else { unreachable!("one server") };
    let steps: Vec<Step> = report.steps.iter().map(|step| step.step).collect();
    let all = [
        Step::Resolve,
        Step::Connect,
        Step::Tls,
        Step::Certificate,
        Step::Directory,
        Step::Clock,
        Step::Account,
        Step::Search,
        Step::States,
        Step::Groups,
    ];
    assert_eq!(steps, all);
    assert!(report.is_good(), "{report:?}");
}

#[tokio::test]
async fn a_wrong_clock_is_told_and_stops_nothing() {
    let ad = Fixtures::load().ad;
    let right = clock();
    let ahead: Clock = Arc::new(move || right().plus_seconds(3_600));
    let reports =
        test(&settings(&ad), &password(&ad.facts.service.password), (&ahead, &chance()), &mut |_, _| {})
            .await
            .unwrap();
    let [report] = reports.as_slice() else { unreachable!("one server") };
    let bad: Vec<_> =
        report.steps.iter().filter_map(|step| Some((step.step, step.result.as_ref().err()?.kind))).collect();
    assert_eq!(bad, [(Step::Clock, FaultKind::ClockSkew)]);
}

#[tokio::test]
async fn a_wrong_password_of_the_service_account_is_tried_once_by_kerberos_and_once_by_ldap_for_all_connections_together()
 {
    let ad = Fixtures::load().ad;
    let name = ad.new_user(&["pso-locks"]).await;
    let mut settings = settings(&ad);
    settings.account = format!("ADTEST\\{name}");
    let same = settings.servers.clone();
    settings.servers.extend(same);
    let directory = begin(&settings, password("not it"));
    for _ in 0..5 {
        let error = directory.find(&login("bob")).await.unwrap_err();
        let DirectoryError::ServiceAccount(fault) = error else { unreachable!("{error:?}") };
        assert_eq!(fault.kind, FaultKind::AccountRefused);
    }
    let user = name.clone();
    let count = ad.act(move |admin| admin.values(&user, "badPwdCount")).await;
    assert_eq!(count, [b"2"]);
    let reports = test(&settings, &password("not it"), (&clock(), &chance()), &mut |_, _| {}).await.unwrap();
    assert_eq!(reports.len(), 1, "the second server is not tried with a password that the first one refused");
    let count = ad.act(move |admin| admin.values(&name, "badPwdCount")).await;
    assert_eq!(count, [b"3"]);
}

#[tokio::test]
async fn sixty_four_people_at_once_are_all_answered_rightly() {
    let domain = Domain::start();
    let everybody = (0..64).map(|number| {
        let (domain, name) = (&domain, format!("bulk{number:04}"));
        async move {
            let found = domain.found(&name).await;
            let right = password(&domain.ad.facts.user_password);
            let (outcome, groups) =
                tokio::join!(domain.directory.verify(&found, &right), domain.directory.groups(&found));
            (outcome.unwrap(), groups.unwrap().groups.len() > 2)
        }
    });
    let answers = futures_util::future::join_all(everybody).await;
    assert!(answers.iter().all(|answer| *answer == (Verdict::Good, true)), "{answers:?}");
}

#[tokio::test]
async fn a_stopped_directory_ends_soon_and_says_that_it_is_stopped() {
    let domain = Domain::start();
    domain.found("bob").await;
    let begun = Instant::now();
    domain.directory.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert_eq!(domain.directory.find(&login("bob")).await.unwrap_err(), DirectoryError::Stopped);
}
