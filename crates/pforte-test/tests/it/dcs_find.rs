//! Finding domain controllers: by DNS, those of the own site first, and never one that DNS alone names.

use pforte_directory::ldap::{Find, Step, test};
use pforte_directory::{Directory, DirectoryError, FaultKind, Verdict};
use pforte_test::Forest;
use std::time::{Duration, Instant};
use xtask::servers::population::{DOMAIN, OFFICE, PLANT};
use xtask::servers::samba::forest::Dc;

use crate::dcs_kit::{
    Lie, LyingDns, Zone, by_dns, found, health_of, hosts, log_on, named, start, start_known, until,
};
use crate::ldap_directory::{chance, clock, login, password};

fn hosts_of(dcs: &[Dc]) -> Vec<String> {
    dcs.iter().map(|dc| dc.host()).collect()
}

#[tokio::test]
async fn controllers_are_found_by_dns_and_those_of_the_own_site_come_first() {
    let forest = Forest::shared().await;
    let find = Find { writable_first: true, ..by_dns(&forest, &[Dc::Dc1]) };
    let directory = start_known(&forest, &found(&forest, find)).await;
    assert_eq!(hosts(&directory), hosts_of(&[Dc::Dc2, Dc::Rodc1, Dc::Dc1]));
    assert_eq!(log_on(&directory, "alice").await, Ok(Verdict::Good));
    for (dc, writable) in [(Dc::Dc1, true), (Dc::Dc2, true), (Dc::Rodc1, false)] {
        let known = health_of(&directory, dc);
        assert!(known.up && known.since.is_some() && known.latency_ms.is_some(), "{known:?}");
        assert_eq!((known.site.as_deref(), known.writable), (Some(dc.site()), Some(writable)));
    }
    directory.stop().await;
}

#[tokio::test]
async fn a_read_only_controller_of_the_own_site_comes_before_writable_ones_elsewhere() {
    let forest = Forest::shared().await;
    let directory = start_known(&forest, &found(&forest, by_dns(&forest, &[Dc::Dc2]))).await;
    let order = hosts(&directory);
    let place = |dc: Dc| order.iter().position(|host| *host == dc.host()).unwrap();
    assert!(place(Dc::Rodc1) < place(Dc::Dc1), "{order:?}");
    assert_eq!(place(Dc::Dc1), 2);
}

#[tokio::test]
async fn a_site_that_is_configured_counts_more_than_the_one_the_controllers_tell() {
    let forest = Forest::shared().await;
    let find = Find { site: Some(OFFICE.to_owned()), ..by_dns(&forest, &[Dc::Dc1]) };
    let directory = start_known(&forest, &found(&forest, find)).await;
    assert_eq!(hosts(&directory).first(), Some(&Dc::Dc1.host()));
}

/// A zone in which these services of the domain exist, and the addresses of the forest's hosts.
fn zone(forest: &Forest, services: &[(&str, u16, &str)], addresses: &[(&str, Dc)]) -> Zone {
    let mut zone = Zone::new();
    for (name, port, host) in services {
        let lies = zone.entry(format!("{name}.{DOMAIN}")).or_default();
        lies.push(Lie::Service(*port, (*host).to_owned()));
    }
    for (host, dc) in addresses {
        let address = forest.facts().of(*dc).address.clone();
        zone.entry((*host).to_owned()).or_default().push(Lie::Address(address));
    }
    zone
}

const ALL: &str = "_ldap._tcp.dc._msdcs";

#[tokio::test]
async fn a_name_outside_the_domain_is_not_taken_from_dns_unless_it_is_listed() {
    let forest = Forest::shared().await;
    let (own, other) = (Dc::Dc1.host(), "dc2.elsewhere.test");
    let zone = zone(
        &forest,
        &[(ALL, 389, other), (ALL, 389, &own), (ALL, 389, "ad.test.lab.elsewhere.test")],
        &[(other, Dc::Dc2), (&own, Dc::Dc1), ("ad.test.lab.elsewhere.test", Dc::Dc2)],
    );
    let dns = LyingDns::start(zone).await;
    let find = Find { dns: vec![dns.address], ..Find::default() };
    let directory = start_known(&forest, &found(&forest, find.clone())).await;
    assert_eq!(hosts(&directory), std::slice::from_ref(&own));
    // A listed name is tried, and its certificate must still be for it.
    let find = Find { hosts: vec![other.to_owned()], ..find };
    let directory = start(&forest, &found(&forest, find));
    until("the server with the other name is judged", || {
        let health = directory.health();
        health.iter().any(|server| {
            let fault = server.fault.as_ref().map(|fault| fault.kind);
            server.server.starts_with(other) && fault == Some(FaultKind::CertificateWrongName)
        })
    })
    .await;
    assert_eq!(log_on(&directory, "bob").await, Ok(Verdict::Good));
}

#[tokio::test]
async fn who_forges_dns_does_not_get_a_word() {
    let forest = Forest::shared().await;
    let own = Dc::Dc2.host();
    // The name of the one with the address of the other.
    let dns = LyingDns::start(zone(&forest, &[(ALL, 389, &own)], &[(&own, Dc::Dc1)])).await;
    let settings = found(&forest, Find { dns: vec![dns.address], ..Find::default() });
    let directory = start(&forest, &settings);
    until("it is judged", || directory.health().iter().any(|server| !server.up)).await;
    let error = directory.find(&login("bob")).await.unwrap_err();
    assert_eq!(error.fault().unwrap().kind, FaultKind::CertificateWrongName);
}

#[tokio::test]
async fn a_published_port_of_ldaps_is_taken() {
    let forest = Forest::shared().await;
    let own = Dc::Dc1.host();
    let services = [(ALL, 389, own.as_str()), ("_ldaps._tcp", 1_636, &own)];
    let dns = LyingDns::start(zone(&forest, &services, &[(&own, Dc::Dc1)])).await;
    let directory = start(&forest, &found(&forest, Find { dns: vec![dns.address], ..Find::default() }));
    until("it is found", || !directory.health().is_empty()).await;
    assert_eq!(directory.health().first().unwrap().server, format!("{own}:1636"));
}

#[tokio::test]
async fn more_controllers_than_can_be_kept_are_not_kept() {
    let forest = Forest::shared().await;
    let names: Vec<String> = (0..40).map(|number| format!("dc{number}.{DOMAIN}")).collect();
    let services: Vec<_> = names.iter().map(|name| (ALL, 389, name.as_str())).collect();
    let addresses: Vec<_> = names.iter().map(|name| (name.as_str(), Dc::Dc1)).collect();
    // More than a datagram holds: the zone is cut, which is what a hostile server could do as well.
    let dns = LyingDns::start(zone(&forest, &services[..30], &addresses)).await;
    let directory = start(&forest, &found(&forest, Find { dns: vec![dns.address], ..Find::default() }));
    until("they are found", || !directory.health().is_empty()).await;
    assert_eq!(directory.health().len(), 16);
}

#[tokio::test]
async fn a_dns_that_is_dead_or_knows_nothing_is_told_in_time() {
    let forest = Forest::shared().await;
    let dns = LyingDns::start(Zone::new()).await;
    for address in [dns.address, "127.53.9.9".parse().unwrap()] {
        let settings = found(&forest, Find { dns: vec![address], ..Find::default() });
        let directory = start(&forest, &settings);
        let begun = Instant::now();
        let error = directory.find(&login("bob")).await.unwrap_err();
        assert!(matches!(error, DirectoryError::Unreachable(_)), "{error:?}");
        assert!(begun.elapsed() < Duration::from_secs(10));
        until("the fault is known", || {
            let error = futures_util::FutureExt::now_or_never(directory.find(&login("bob")));
            error.is_some_and(|error| error.unwrap_err().fault().unwrap().kind == FaultKind::NameNotResolved)
        })
        .await;
        let reports =
            test(&settings, &password("unused-1"), (&clock(), &chance()), &mut |_, _| {}).await.unwrap();
        let first = reports.first().unwrap().steps.first().unwrap();
        assert_eq!(first.step, Step::Resolve);
        assert_eq!(first.result.as_ref().unwrap_err().kind, FaultKind::NameNotResolved);
    }
}

#[tokio::test]
async fn controllers_are_looked_for_again_while_none_answers_and_the_last_known_ones_stay_when_dns_dies() {
    let forest = Forest::shared().await;
    let (own, services) = (Dc::Dc1.host(), [(ALL, 389, "dc1.ad.test.lab")]);
    let mut wrong = zone(&forest, &services, &[]);
    // Nobody listens there.
    wrong.insert(own.clone(), vec![Lie::Address("127.53.0.255".to_owned())]);
    let dns = LyingDns::start(wrong).await;
    let settings = found(&forest, Find { dns: vec![dns.address], ..Find::default() });
    let directory = start(&forest, &settings);
    until("it is known that nobody answers", || directory.health().iter().any(|server| !server.up)).await;
    dns.say(zone(&forest, &services, &[(&own, Dc::Dc1)]));
    until("the right one is found", || directory.health().iter().any(|server| server.latency_ms.is_some()))
        .await;
    drop(dns);
    for _ in 0..20 {
        assert_eq!(log_on(&directory, "bob").await, Ok(Verdict::Good));
    }
}

#[tokio::test]
async fn a_controller_whose_address_is_not_found_stays_in_the_list_and_one_that_had_an_address_keeps_it() {
    let forest = Forest::shared().await;
    let (first, second) = (Dc::Dc1.host(), Dc::Dc2.host());
    let services = [(ALL, 389, first.as_str()), (ALL, 389, &second)];
    let dns = LyingDns::start(zone(&forest, &services, &[(&first, Dc::Dc1)])).await;
    let settings = found(&forest, Find { dns: vec![dns.address], ..Find::default() });
    let directory = start(&forest, &settings);
    until("the one without an address is known to be down", || {
        let health = directory.health();
        health.iter().any(|server| {
            let fault = server.fault.as_ref().map(|fault| fault.kind);
            server.server.starts_with(&second) && fault == Some(FaultKind::NameNotResolved)
        })
    })
    .await;
    assert_eq!(hosts(&directory).first(), Some(&first));
    until("the other one is up", || health_of(&directory, Dc::Dc1).latency_ms.is_some()).await;
    let since = health_of(&directory, Dc::Dc1).since;
    // Now it is the other way round.
    dns.say(zone(&forest, &services, &[(&second, Dc::Dc2)]));
    until("its address is found", || health_of(&directory, Dc::Dc2).latency_ms.is_some()).await;
    let kept = health_of(&directory, Dc::Dc1);
    assert!(kept.up && kept.since == since, "{kept:?}");
    directory.stop().await;
}

#[tokio::test]
async fn a_test_of_a_directory_without_named_controllers_tries_those_that_are_found() {
    let forest = Forest::shared().await;
    let settings = found(&forest, by_dns(&forest, &[Dc::Dc1]));
    let service = password(&forest.facts().dc1.service.password);
    let reports = test(&settings, &service, (&clock(), &chance()), &mut |_, _| {}).await.unwrap();
    let mut tried: Vec<_> = reports.iter().map(|report| report.server.host.clone()).collect();
    tried.sort_unstable();
    assert_eq!(tried, hosts_of(&Dc::ALL));
    assert!(reports.iter().all(pforte_directory::ldap::ServerReport::is_good), "{reports:?}");
    assert_eq!(Dc::Rodc1.site(), PLANT);
}

#[tokio::test]
async fn a_controller_is_reached_at_whichever_of_its_addresses_it_answers() {
    let forest = Forest::shared().await;
    let own = Dc::Dc1.host();
    // As where a controller has addresses of networks that lead nowhere from here: one refuses, one is silent.
    let (net, _) = forest.facts().dc1.address.rsplit_once('.').unwrap();
    let [refusing, silent] = [format!("{net}.1"), format!("{net}.9")];
    for nowhere in [["::1", &refusing], ["::1", &silent]] {
        let mut zone = zone(&forest, &[(ALL, 389, &own)], &[(&own, Dc::Dc1)]);
        let addresses = zone.entry(own.clone()).or_default();
        addresses.extend(nowhere.map(|other| Lie::Address(other.to_owned())));
        let dns = LyingDns::start(zone).await;
        let find = Find { dns: vec![dns.address], ..Find::default() };
        let directory = start_known(&forest, &found(&forest, find)).await;
        assert_eq!(log_on(&directory, "alice").await, Ok(Verdict::Good), "beside {nowhere:?}");
        directory.stop().await;

        // Also where none of them answers a ping.
        let mut settings = named(&forest, &[Dc::Dc1]);
        let server = settings.servers.first_mut().unwrap();
        server.others.extend(server.address.replace(nowhere[1].parse().unwrap()));
        server.others.push(nowhere[0].parse().unwrap());
        let directory = start_known(&forest, &settings).await;
        assert_eq!(log_on(&directory, "alice").await, Ok(Verdict::Good), "beside {nowhere:?}");
        directory.stop().await;
    }
}
