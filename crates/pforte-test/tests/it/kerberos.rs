//! The Kerberos client against the real domain controller.

use pforte_directory::kerberos::person::{Outcome, verify};
use pforte_directory::kerberos::{Client, Credential, Error, Name, code};
use pforte_directory::ldap::Clock;
use pforte_model::account::AccountState;
use pforte_model::time::Micros;
use pforte_test::Fixtures;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

use crate::ldap_directory::{chance, clock, password};

fn client(ad: &Fixtures) -> Client {
    client_at(ad, clock())
}

fn client_at(ad: &Fixtures, clock: Clock) -> Client {
    Client::new(&ad.ad.facts.domain, clock, chance())
}

fn centres(ad: &Fixtures) -> Vec<SocketAddr> {
    vec![format!("{}:88", ad.ad.facts.address).parse().unwrap()]
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(30)
}

async fn service(ad: &Fixtures) -> Credential {
    let (account, facts) = (&ad.ad.facts.service, &ad.ad.facts);
    let name = Name::enterprise(&format!("{}@{}", account.user, facts.domain));
    client(ad).log_in(&centres(ad), &name, &password(&account.password), soon()).await.unwrap()
}

async fn judged(ad: &Fixtures, login: &str, typed: &str) -> Result<Outcome, Error> {
    let service = service(ad).await;
    verify(&client(ad), &centres(ad), (login, &password(typed)), &service, soon()).await
}

#[tokio::test]
async fn the_service_account_gets_a_ticket_for_the_domain_controller() {
    let ad = Fixtures::load();
    let held = service(&ad).await;
    assert_eq!(held.client().parts(), ["svcbind"], "the server names the account as it is");
    let server = Name::service("ldap", &ad.ad.facts.host);
    let ticket = client(&ad).ticket(&centres(&ad), &held, &server, soon()).await.unwrap();
    assert!(ticket.is_good(clock()()));
}

#[tokio::test]
async fn a_service_that_does_not_exist_is_told() {
    let ad = Fixtures::load();
    let held = service(&ad).await;
    let server = Name::service("ldap", "nowhere.example");
    let error = client(&ad).ticket(&centres(&ad), &held, &server, soon()).await.unwrap_err();
    assert!(matches!(error, Error::Refused(refusal) if refusal.code == code::UNKNOWN_SERVER));
}

#[tokio::test]
async fn people_are_verified_and_their_states_told_apart() {
    let ad = Fixtures::load();
    let good = ad.ad.facts.user_password.clone();
    for login in ["bob", "alice", "protected1", "noexpire1", "jürgen.müßig", "山田", "o'brien", "ALICE"]
    {
        assert_eq!(judged(&ad, login, &good).await, Ok(Outcome::Good), "{login}");
    }
    let states = [
        ("mustchange1", AccountState::MustChange),
        ("pwexpired1", AccountState::PasswordExpired),
        ("locked1", AccountState::Locked),
    ];
    for (login, state) in states {
        assert_eq!(judged(&ad, login, &good).await, Ok(Outcome::State(state)), "{login}");
    }
    // Of these the centre does not look at the password.
    for login in ["nobody-has-this-name", "disabled1", "acctexp1", "hours1"] {
        assert_eq!(judged(&ad, login, &good).await, Ok(Outcome::Wrong), "{login}");
    }
}

#[tokio::test]
async fn states_are_not_told_to_who_has_not_the_password() {
    let ad = Fixtures::load();
    for login in ["disabled1", "acctexp1", "hours1", "mustchange1", "pwexpired1"] {
        assert_eq!(judged(&ad, login, "not the Passw0rd").await, Ok(Outcome::Wrong), "{login}");
    }
}

#[tokio::test]
async fn one_try_of_a_person_is_one_counted_try() {
    let ad = Fixtures::load();
    let login = ad.ad.new_user(&[]).await;
    for tries in 1..=2 {
        assert_eq!(judged(&ad, &login, "not the Passw0rd").await, Ok(Outcome::Wrong));
        let name = login.clone();
        let counted = ad.ad.act(move |admin| admin.values(&name, "badPwdCount")).await;
        assert_eq!(counted, [tries.to_string().into_bytes()]);
    }
    assert_eq!(judged(&ad, &login, &ad.ad.facts.user_password).await, Ok(Outcome::Good));
}

#[tokio::test]
async fn a_wrong_clock_is_told_as_such() {
    let ad = Fixtures::load();
    let ahead: Clock = Arc::new(|| clock()().plus_seconds(3_600));
    let account = &ad.ad.facts.service;
    let error = client_at(&ad, ahead)
        .log_in(&centres(&ad), &Name::user(&account.user), &password(&account.password), soon())
        .await
        .unwrap_err();
    let Error::Refused(refusal) = error else { unreachable!("{error}") };
    assert_eq!(refusal.code, code::SKEW);
    let Micros(now) = clock()();
    assert!((now / Micros::SECOND - refusal.server_time).abs() < 60);
}

#[tokio::test]
async fn a_centre_that_is_not_there_costs_only_its_share_of_the_time() {
    let ad = Fixtures::load();
    let centres = [vec!["127.0.0.1:1".parse().unwrap()], centres(&ad)].concat();
    let account = &ad.ad.facts.service;
    let name = Name::user(&account.user);
    client(&ad).log_in(&centres, &name, &password(&account.password), soon()).await.unwrap();
    let begun = Instant::now();
    let error = client(&ad)
        .log_in(&centres[..1], &name, &password(&account.password), begun + Duration::from_secs(1))
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Silent(_)) && begun.elapsed() < Duration::from_secs(5));
}
