//! What the service account may not read is never taken for good.

use crate::ldap_directory::{begin, chance, clock, login, password, settings};
use crate::ldap_probe::{faults, found, probed};
use pforte_directory::ldap::{ActiveDirectory, Check, Probed, Settings, Step, test};
use pforte_directory::{Directory, DirectoryError, FaultKind, Found, Lockout, Presence};
use pforte_model::account::AccountState;
use pforte_test::Fixtures;
use pforte_test::ad::Ad;
use xtask::servers::acl::Properties;

/// The domain, connected to, and somebody of whom the service account may not read all.
struct Hidden {
    ad: Ad,
    directory: ActiveDirectory,
    user: Found,
}

impl Hidden {
    async fn new(properties: Properties) -> Self {
        let ad = Fixtures::load().ad;
        let directory = begin(&settings(&ad), password(&ad.facts.service.password));
        let name = ad.new_user(&[]).await;
        let user = directory.find(&login(&name)).await.unwrap().unwrap();
        let reader = ad.facts.service.user.clone();
        ad.act(move |admin| admin.hide(&name, properties, &reader)).await;
        Self { ad, directory, user }
    }

    /// What a probe tells that finds nobody else.
    async fn probed(&self) -> (bool, Vec<Probed>) {
        probed(&self.settings(), &self.ad.facts.service.password).await
    }

    fn settings(&self) -> Settings {
        Settings { base: Some(self.user.place.clone()), ..settings(&self.ad) }
    }
}

fn kind(error: &DirectoryError) -> FaultKind {
    error.fault().unwrap().kind
}

#[tokio::test]
async fn nobody_is_found_whose_state_may_not_be_read() {
    let hidden = Hidden::new(Properties::AccountRestrictions).await;
    let name = &hidden.user.login;
    // Who was found before is read, another spelling is searched.
    for name in [name.clone(), format!("{name}@{}", hidden.ad.facts.domain)] {
        let refused = hidden.directory.find(&login(&name)).await.unwrap_err();
        assert_eq!(kind(&refused), FaultKind::EntryUnreadable);
        assert!(refused.fault().unwrap().detail.contains("userAccountControl"), "{refused:?}");
    }
    let page = hidden.directory.users(&hidden.user.login, 5).await;
    assert_eq!(kind(&page.unwrap_err()), FaultKind::EntryUnreadable);
    hidden.directory.find(&login("bob")).await.unwrap().unwrap();
}

#[tokio::test]
async fn of_running_sessions_nobody_is_good_or_gone_whose_state_may_not_be_read_and_the_others_are_told() {
    let hidden = Hidden::new(Properties::AccountRestrictions).await;
    let bob = hidden.directory.find(&login("bob")).await.unwrap().unwrap().key;
    let told = hidden.directory.check(&[hidden.user.key.clone(), bob]).await;
    let [(_, Err(unread)), (_, Ok(presence))] = &told[..] else { unreachable!("{told:?}") };
    assert_eq!(kind(unread), FaultKind::EntryUnreadable);
    assert_eq!(*presence, Presence::Here(AccountState::Good));
}

#[tokio::test]
async fn who_may_have_hours_that_may_not_be_read_is_taken_to_have_some() {
    let hidden = Hidden::new(Properties::LogonInformation).await;
    assert!(!hidden.user.at_hours, "it could be read before");
    let user = hidden.directory.find(&login(&hidden.user.login)).await.unwrap().unwrap();
    assert_eq!((user.at_hours, user.state), (true, AccountState::Good));
}

#[tokio::test]
async fn where_the_rules_of_a_user_may_not_be_read_strict_ones_are_taken_to_hold() {
    let hidden = Hidden::new(Properties::All).await;
    let strict = Lockout { threshold: 3, window_seconds: 1_800 };
    assert_eq!(hidden.directory.lockout(Some(&hidden.user)).await.unwrap(), Some(strict));
    let bob = hidden.directory.find(&login("bob")).await.unwrap().unwrap();
    assert_eq!(hidden.directory.lockout(Some(&bob)).await.unwrap().unwrap().threshold, 5);
}

#[tokio::test]
async fn a_probe_and_a_test_tell_that_states_may_not_be_read() {
    let hidden = Hidden::new(Properties::AccountRestrictions).await;
    let (good, told) = hidden.probed().await;
    assert!(!good);
    assert_eq!(faults(&told), [(Check::States, FaultKind::EntryUnreadable)]);
    assert!(told.iter().any(|one| one.check == Check::Groups && one.result.is_ok()), "{told:?}");
    let outside = (&clock(), &chance());
    let secret = password(&hidden.ad.facts.service.password);
    let reports = test(&hidden.settings(), &secret, outside, &mut |_, _| ()).await.unwrap();
    let bad = reports[0].steps.iter().filter(|step| step.result.is_err()).map(|step| step.step);
    assert_eq!(bad.collect::<Vec<_>>(), [Step::States]);
}

#[tokio::test]
async fn a_probe_doubts_an_account_that_may_not_read_when_users_may_log_on() {
    let hidden = Hidden::new(Properties::LogonInformation).await;
    let (good, told) = hidden.probed().await;
    assert!(good, "doubts are not bad: {told:?}");
    assert_eq!(found(&told, Check::States).doubt.as_ref().unwrap().kind, FaultKind::HoursUnreadable);
}
