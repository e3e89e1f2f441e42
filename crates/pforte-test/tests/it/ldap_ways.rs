//! Each way to the real domain controller: which is taken, what it proves, and what it refuses.

use pforte_directory::ldap::{ActiveDirectory, Protection, ServiceLogin, Settings};
use pforte_directory::{Directory, DirectoryError, FaultKind, Verdict};
use pforte_model::account::AccountState;
use pforte_test::Fixtures;
use pforte_test::ad::Ad;

use crate::ldap_directory::{begin, login, password, settings};

fn by(ad: &Ad, protection: Protection, service_login: ServiceLogin) -> ActiveDirectory {
    let settings = Settings { protection, service_login, ..settings(ad) };
    begin(&settings, password(&ad.facts.service.password))
}

async fn verdict(directory: &ActiveDirectory, name: &str, typed: &str) -> Result<Verdict, DirectoryError> {
    let found = directory.find(&login(name)).await?.unwrap();
    directory.verify(&found, &password(typed)).await
}

/// Log-ons, states and searches.
async fn works(ad: &Ad, directory: &ActiveDirectory, sealed: bool) {
    let good = &ad.facts.user_password;
    for name in ["bob", "jürgen.müßig", "山田", "protected1"] {
        assert_eq!(verdict(directory, name, good).await, Ok(Verdict::Good), "{name}");
    }
    for (name, state) in [
        ("mustchange1", AccountState::MustChange),
        ("pwexpired1", AccountState::PasswordExpired),
        ("locked1", AccountState::Locked),
    ] {
        assert_eq!(verdict(directory, name, good).await, Ok(Verdict::State(state)), "{name}");
    }
    for name in ["disabled1", "acctexp1", "hours1"] {
        let found = verdict(directory, name, good).await.unwrap();
        // Sealed, it cannot be found out whether the password is right.
        assert!(matches!(found, Verdict::State(_)) != sealed && found != Verdict::Good, "{name} {found:?}");
    }
    let own = ad.new_user(&[]).await;
    assert_eq!(verdict(directory, &own, "not the Passw0rd").await, Ok(Verdict::Wrong));
    let counted = ad.act(move |admin| admin.values(&own, "badPwdCount")).await;
    assert_eq!(counted, [b"1".to_vec()], "one try is one counted try");
    directory.verify_unknown(&password("whatever")).await.unwrap();
    let bob = directory.find(&login("bob")).await.unwrap().unwrap();
    assert!(directory.groups(&bob).await.unwrap().groups.len() > 12);
    assert_eq!(directory.users("bulk", 500).await.unwrap().items.len(), 500);
}

#[tokio::test]
async fn people_log_on_by_every_way_and_every_login_of_the_service_account() {
    let ad = Fixtures::load().ad;
    for protection in [Protection::Auto, Protection::Ldaps, Protection::StartTls, Protection::Sealed] {
        for service_login in [ServiceLogin::Auto, ServiceLogin::Kerberos, ServiceLogin::Simple] {
            let directory = by(&ad, protection, service_login);
            works(&ad, &directory, protection == Protection::Sealed).await;
            directory.stop().await;
        }
    }
}

#[tokio::test]
async fn a_wrong_password_of_the_service_account_is_tried_no_more_than_needed_by_every_way() {
    let ad = Fixtures::load().ad;
    // What Kerberos says of it is not signed, so LDAP is asked where a password may be sent to it.
    for (protection, service_login, tries) in [
        (Protection::Ldaps, ServiceLogin::Auto, "2"),
        (Protection::Ldaps, ServiceLogin::Simple, "1"),
        (Protection::Ldaps, ServiceLogin::Kerberos, "1"),
        (Protection::Sealed, ServiceLogin::Auto, "1"),
    ] {
        let account = ad.new_user(&[]).await;
        let settings = Settings {
            protection,
            service_login,
            account: format!("{account}@{}", ad.facts.domain),
            ..settings(&ad)
        };
        let directory = begin(&settings, password("not the Passw0rd"));
        let error = directory.find(&login("bob")).await.unwrap_err();
        assert!(
            matches!(&error, DirectoryError::ServiceAccount(fault) if fault.kind == FaultKind::AccountRefused),
            "{error:?}"
        );
        directory.stop().await;
        let counted = ad.act(move |admin| admin.values(&account, "badPwdCount")).await;
        assert_eq!(counted, [tries.as_bytes().to_vec()], "{protection:?} {service_login:?}");
    }
}
