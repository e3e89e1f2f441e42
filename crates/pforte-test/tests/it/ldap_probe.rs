//! The probe: each side of a domain controller, against the real one and against wrong ones.

use crate::ldap_directory::{chance, clock, password, settings};
use crate::ldap_stage::{Authority, Script, Stage};
use pforte_directory::FaultKind;
use pforte_directory::ldap::{Ca, Check, Probed, Protection, Settings, probe};
use pforte_test::Fixtures;
use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, date_time_ymd};
use std::time::Duration;

/// What a probe of these settings tells, and whether nothing was bad.
pub(crate) async fn probed(settings: &Settings, typed: &str) -> (bool, Vec<Probed>) {
    let mut told = Vec::new();
    let good =
        probe(settings, &password(typed), (&clock(), &chance()), &mut |_, one| told.push(one.clone())).await;
    (good.unwrap(), told)
}

/// What was found by a check that is good.
pub(crate) fn found(told: &[Probed], check: Check) -> &pforte_directory::ldap::ProbeFound {
    told.iter().find(|one| one.check == check).unwrap().result.as_ref().unwrap()
}

/// What is wrong by these checks, in the order of the checks.
pub(crate) fn faults(told: &[Probed]) -> Vec<(Check, FaultKind)> {
    told.iter().filter_map(|one| Some((one.check, one.result.as_ref().err()?.kind))).collect()
}

#[tokio::test]
async fn every_side_of_a_good_controller_is_told() {
    let ad = Fixtures::load().ad;
    let (good, told) = probed(&settings(&ad), &ad.facts.service.password).await;
    assert!(good, "{told:?}");
    let checks: Vec<Check> = told.iter().map(|one| one.check).collect();
    assert_eq!(checks, Check::ALL);
    let detail = |check| found(&told, check).detail.as_str();
    assert_eq!(detail(Check::Signing), "signing required");
    assert_eq!(detail(Check::ChannelBinding), "always required");
    assert!(detail(Check::Way).contains(":636: TLSv1_3"), "{told:?}");
    assert!(detail(Check::Account).contains("by Kerberos"), "{told:?}");
    assert_eq!(detail(Check::Site), "Default-First-Site-Name, writable");
    assert_eq!(detail(Check::AccountRights), "an ordinary account");
    assert!(detail(Check::Ports).starts_with("636, 389, 88"), "{told:?}");
    assert!(detail(Check::CertificateName).contains(&ad.facts.host));
    assert!(detail(Check::CertificateKey).starts_with("RSA of 2048 bits, signed with"), "{told:?}");
    assert!(detail(Check::CertificateDates).contains("days"));
    assert_eq!(detail(Check::States), "can be read");
}

#[tokio::test]
async fn a_service_account_that_could_change_the_domain_is_doubtful() {
    let ad = Fixtures::load().ad;
    let account = format!("{}@{}", ad.facts.administrator.user, ad.facts.domain);
    let settings = Settings { account, ..settings(&ad) };
    let (good, told) = probed(&settings, &ad.facts.administrator.password).await;
    assert!(good, "doubts are not bad: {told:?}");
    let doubt = found(&told, Check::AccountRights).doubt.as_ref().unwrap();
    assert_eq!(doubt.kind, FaultKind::AccountTooPowerful);
    assert!(doubt.detail.contains("-512"), "domain administrators: {doubt}");
}

#[tokio::test]
async fn a_refused_service_account_ends_the_probe_at_the_first_server() {
    let ad = Fixtures::load().ad;
    let name = ad.new_user(&[]).await;
    let mut settings = Settings { account: format!("{name}@{}", ad.facts.domain), ..settings(&ad) };
    settings.servers = vec![settings.servers[0].clone(), settings.servers[0].clone()];
    let (good, told) = probed(&settings, "not the password").await;
    assert!(!good);
    assert_eq!(faults(&told), [(Check::Account, FaultKind::AccountRefused)]);
    assert_eq!(told.iter().filter(|one| one.check == Check::Resolve).count(), 1);
    let tried = ad.act(move |admin| admin.values(&name, "badPwdCount")).await;
    assert_eq!(tried, [b"1".to_vec()], "one try");
}

/// What is wrong with a server that shows a certificate with this in it.
async fn shown(change: impl FnOnce(&mut CertificateParams)) -> Vec<(Check, FaultKind)> {
    let ca = Authority::new("stage CA");
    let identity = ca.issue(change);
    let stage = Stage::tls(&ca, identity, &Script::new(|_| None)).await;
    let (good, told) = probed(&stage.settings(), "never sent").await;
    assert!(!good);
    assert!(told.iter().all(|one| one.check != Check::Account), "nothing is sent to such a server");
    faults(&told).into_iter().filter(|(check, _)| *check != Check::Signing).collect()
}

#[tokio::test]
async fn each_side_of_a_wrong_certificate_is_told_apart() {
    let expired = shown(|params| {
        params.not_before = date_time_ymd(2001, 1, 1);
        params.not_after = date_time_ymd(2002, 1, 1);
    });
    assert_eq!(expired.await, [(Check::CertificateDates, FaultKind::CertificateExpired)]);
    let other = shown(|params| {
        params.subject_alt_names = vec![rcgen::SanType::DnsName("dc8.stage.test".try_into().unwrap())];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    });
    let faults = [
        (Check::CertificateName, FaultKind::CertificateWrongName),
        (Check::CertificatePurpose, FaultKind::CertificateWrongPurpose),
    ];
    assert_eq!(other.await, faults, "all that is wrong, not the first of it");
}

#[tokio::test]
async fn a_certificate_that_ends_soon_is_doubtful() {
    let ca = Authority::new("stage CA");
    let identity = ca.issue(|params| {
        let now = u64::try_from(clock()().0 / 1_000_000).unwrap();
        params.not_after = date_time_ymd(1970, 1, 1) + Duration::from_secs(now + 10 * 86_400);
    });
    let stage = Stage::tls(&ca, identity, &Script::new(|_| None)).await;
    let (_, told) = probed(&stage.settings(), "never sent").await;
    let doubt = found(&told, Check::CertificateDates).doubt.as_ref().unwrap();
    assert_eq!(doubt.kind, FaultKind::CertificateEndsSoon);
}

#[tokio::test]
async fn a_wrong_certificate_ends_the_probe_only_where_a_log_on_would_need_it() {
    let ad = Fixtures::load().ad;
    let untrusted = Settings { ca: Ca::Pem(Authority::new("another CA").pem), ..settings(&ad) };
    let wrong = [(Check::CertificateChain, FaultKind::CertificateUnknownIssuer)];
    for (protection, ends) in
        [(Protection::Auto, true), (Protection::Ldaps, true), (Protection::Sealed, false)]
    {
        let settings = Settings { protection, ..untrusted.clone() };
        let (good, told) = probed(&settings, &ad.facts.service.password).await;
        assert_eq!((good, faults(&told)), (false, wrong.to_vec()), "{protection:?}");
        let last = if ends { Check::CertificateChain } else { Check::Groups };
        assert_eq!(told.last().unwrap().check, last, "{protection:?}");
    }
}

#[tokio::test]
async fn a_controller_without_tls_on_its_port_is_probed_on_the_way_that_a_log_on_takes() {
    let ad = Fixtures::load().ad;
    let closing = tokio::net::TcpListener::bind((ad.facts.address.as_str(), 0)).await.unwrap();
    let mut settings = settings(&ad);
    settings.servers[0].port = closing.local_addr().unwrap().port();
    let (_, told) = tokio::select! {
        told = probed(&settings, &ad.facts.service.password) => told,
        () = async { while let Ok((stream, _)) = closing.accept().await { drop(stream) } } => unreachable!(),
    };
    let wrong = faults(&told);
    assert!(matches!(wrong[..], [(Check::Tls, FaultKind::TlsClosed | FaultKind::TlsReset)]), "{wrong:?}");
    assert!(found(&told, Check::Way).detail.contains(":389: TLSv1_3"), "{told:?}");
    assert_eq!(told.last().unwrap().check, Check::Groups);
}
