//! Changing a password in the real domain, and when the domain locks.

use crate::ldap_directory::{chance, clock, login, password, settings};
use pforte_directory::ldap::ActiveDirectory;
use pforte_directory::{Directory, Found, Lockout, PasswordChange, PasswordFault, Verdict};
use pforte_model::account::AccountState;
use pforte_test::Fixtures;
use pforte_test::ad::Ad;

/// A password that every rule of the fixtures takes.
const NEW: &str = "Wolke-Anker-73-Birne";

/// The domain, connected to as this account.
struct Domain {
    ad: Ad,
    directory: ActiveDirectory,
}

impl Domain {
    fn start() -> Self {
        let ad = Fixtures::load().ad;
        let account = format!("{}@{}", ad.facts.service.user, ad.facts.domain);
        let secret = ad.facts.service.password.clone();
        Self::of(ad, account, &secret)
    }

    /// As an account that may read the domain's password settings objects.
    fn privileged() -> Self {
        let ad = Fixtures::load().ad;
        let account = format!("{}@{}", ad.facts.administrator.user, ad.facts.domain);
        let secret = ad.facts.administrator.password.clone();
        Self::of(ad, account, &secret)
    }

    fn of(ad: Ad, account: String, secret: &str) -> Self {
        let mut settings = settings(&ad);
        settings.account = account;
        let directory = ActiveDirectory::start(&settings, password(secret), clock(), chance()).unwrap();
        Self { ad, directory }
    }

    async fn user(&self, groups: &'static [&'static str]) -> Found {
        let name = self.ad.new_user(groups).await;
        self.directory.find(&login(&name)).await.unwrap().unwrap()
    }

    async fn change(&self, user: &Found, old: &str, new: &str) -> PasswordChange {
        self.directory.change_password(user, &password(old), &password(new)).await.unwrap()
    }

    /// With the right old password.
    async fn refused(&self, user: &Found, new: &str) -> Vec<PasswordFault> {
        match self.change(user, &self.ad.facts.user_password, new).await {
            PasswordChange::Unfit(faults) => faults,
            other => unreachable!("{new}: {other:?}"),
        }
    }

    async fn verify(&self, user: &Found, text: &str) -> Verdict {
        self.directory.verify(user, &password(text)).await.unwrap()
    }

    async fn wrong_tries(&self, user: &Found) -> String {
        let login = user.login.clone();
        let values = self.ad.act(move |admin| admin.values(&login, "badPwdCount")).await;
        String::from_utf8(values.into_iter().next().unwrap_or_default()).unwrap()
    }
}

/// The codes of what a password breaks.
fn codes(faults: &[PasswordFault]) -> Vec<&'static str> {
    faults.iter().map(PasswordFault::code).collect()
}

#[tokio::test]
async fn a_person_changes_the_password_and_only_the_new_one_counts() {
    let domain = Domain::start();
    let user = domain.user(&[]).await;
    let old = domain.ad.facts.user_password.clone();
    assert_eq!(domain.change(&user, &old, NEW).await, PasswordChange::Done);
    assert_eq!(domain.verify(&user, NEW).await, Verdict::Good);
    let other = "Brücke 山田 😀 Leiter-5";
    assert_eq!(domain.change(&user, NEW, other).await, PasswordChange::Done);
    assert_eq!(domain.verify(&user, other).await, Verdict::Good);
    assert_eq!(domain.verify(&user, &old).await, Verdict::Wrong);
}

#[tokio::test]
async fn who_must_change_the_password_can() {
    let domain = Domain::start();
    let user = domain.user(&[]).await;
    let (login, old) = (user.login.clone(), domain.ad.facts.user_password.clone());
    domain.ad.act(move |admin| admin.must_change(&login)).await;
    assert_eq!(domain.verify(&user, &old).await, Verdict::State(AccountState::MustChange));
    assert_eq!(domain.change(&user, &old, NEW).await, PasswordChange::Done);
    assert_eq!(domain.verify(&user, NEW).await, Verdict::Good);
}

#[tokio::test]
async fn a_wrong_old_password_is_one_try_and_a_bad_new_one_is_none() {
    let domain = Domain::start();
    let user = domain.user(&[]).await;
    assert_eq!(domain.change(&user, "not the old one", NEW).await, PasswordChange::Wrong);
    assert_eq!(domain.wrong_tries(&user).await, "1");
    domain.refused(&user, "short").await;
    assert_eq!(domain.wrong_tries(&user).await, "1");
}

#[tokio::test]
async fn a_locked_account_changes_no_password() {
    let domain = Domain::start();
    let user = domain.user(&["pso-locks"]).await;
    for _ in 0..3 {
        domain.verify(&user, "wrong").await;
    }
    let change = domain.change(&user, &domain.ad.facts.user_password, NEW).await;
    assert_eq!(change, PasswordChange::State(AccountState::Locked));
}

#[tokio::test]
async fn the_rule_that_a_new_password_breaks_is_told_with_its_figure() {
    let domain = Domain::start();
    let user = domain.user(&[]).await;
    assert_eq!(domain.refused(&user, "Ab1-x").await, [PasswordFault::TooShort { least: 10 }]);
    let plain = domain.refused(&user, "wolkeankerbirne").await;
    assert_eq!(codes(&plain), ["password-too-few-classes"]);
    let both = domain.refused(&user, "wolke").await;
    assert_eq!(codes(&both), ["password-too-short", "password-too-few-classes"]);
    let same = domain.ad.facts.user_password.clone();
    assert_eq!(domain.refused(&user, &same).await, [PasswordFault::Reused { last: 5 }]);
}

#[tokio::test]
async fn rules_of_the_users_own_are_told_also_where_they_may_not_be_read() {
    for domain in [Domain::privileged(), Domain::start()] {
        let user = domain.user(&["pso-strict"]).await;
        let faults = domain.refused(&user, "Ab1-defghij").await;
        assert_eq!(faults, [PasswordFault::TooShort { least: 14 }]);
    }
}

#[tokio::test]
async fn it_is_known_when_the_domain_locks_whom() {
    let domain = Domain::privileged();
    let (plain, strict) = (domain.user(&[]).await, domain.user(&["pso-locks"]).await);
    let own = domain.directory.lockout(Some(&plain)).await.unwrap();
    assert_eq!(own, Some(Lockout { threshold: 5, window_seconds: 1_800 }));
    assert_eq!(domain.directory.lockout(Some(&strict)).await.unwrap().unwrap().threshold, 3);
    assert_eq!(domain.directory.lockout(None).await.unwrap(), own);
    // Who may not read the settings object takes care.
    let careful = Domain::start().directory.lockout(Some(&strict)).await.unwrap();
    assert_eq!(careful, Some(Lockout { threshold: 3, window_seconds: 1_800 }));
}
