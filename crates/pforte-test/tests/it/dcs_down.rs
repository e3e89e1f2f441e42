//! Domain controllers that are killed, paused and cut off while people log on.

use pforte_directory::{Directory, DirectoryError, FaultKind, Verdict};
use pforte_test::Forest;
use std::time::{Duration, Instant};
use xtask::servers::samba::forest::Dc;

use crate::dcs_kit::{Crowd, by_dns, found, health_of, log_on, named, start, start_known, until};
use crate::ldap_directory::login;

/// Stations at which people log on.
const STATIONS: usize = 8;

#[tokio::test]
async fn people_log_on_at_the_next_controller_when_one_is_killed_and_at_the_first_again_when_it_is_back() {
    let mut forest = Forest::alone().await;
    let directory = start_known(&forest, &named(&forest, &[Dc::Dc2, Dc::Dc1])).await;
    let crowd = Crowd::begin(&directory, STATIONS);
    crowd.goes_on(50).await;
    forest.act(|forest| forest.kill(Dc::Dc2)).await;
    until("its death is known", || !health_of(&directory, Dc::Dc2).up).await;
    crowd.goes_on(50).await;
    assert!(health_of(&directory, Dc::Dc1).up);
    forest.act(|forest| forest.start_again(Dc::Dc2)).await;
    until("its return is known", || health_of(&directory, Dc::Dc2).up).await;
    crowd.goes_on(50).await;
    // Each of the four connections for binds had at most one bind under way.
    let lost = crowd.end().await;
    assert!(lost <= 4, "{lost} binds without an answer");
    // The other is not needed any more.
    forest.act(|forest| forest.kill(Dc::Dc1)).await;
    assert_eq!(log_on(&directory, "alice").await, Ok(Verdict::Good));
}

#[tokio::test]
async fn a_controller_that_is_paused_is_left_and_nobody_waits_for_it_any_more() {
    let mut forest = Forest::alone().await;
    let directory = start_known(&forest, &named(&forest, &[Dc::Dc2, Dc::Dc1])).await;
    let crowd = Crowd::begin(&directory, STATIONS);
    crowd.goes_on(50).await;
    forest.act(|forest| forest.pause(Dc::Dc2)).await;
    until("its silence is known", || !health_of(&directory, Dc::Dc2).up).await;
    assert_eq!(health_of(&directory, Dc::Dc2).fault.unwrap().kind, FaultKind::TimedOut);
    crowd.goes_on(50).await;
    forest.act(|forest| forest.resume(Dc::Dc2)).await;
    until("its return is known", || health_of(&directory, Dc::Dc2).up).await;
    crowd.goes_on(50).await;
    let lost = crowd.end().await;
    assert!(lost <= 4, "{lost} binds without an answer");
}

#[tokio::test]
async fn a_controller_that_is_cut_off_is_left_and_taken_again_when_it_is_back() {
    let mut forest = Forest::alone().await;
    let directory = start_known(&forest, &named(&forest, &[Dc::Rodc1, Dc::Dc1])).await;
    let crowd = Crowd::begin(&directory, STATIONS);
    crowd.goes_on(50).await;
    forest.act(|forest| forest.cut_off(Dc::Rodc1)).await;
    until("its silence is known", || !health_of(&directory, Dc::Rodc1).up).await;
    crowd.goes_on(50).await;
    forest.act(|forest| forest.let_in(Dc::Rodc1)).await;
    until("its return is known", || health_of(&directory, Dc::Rodc1).up).await;
    crowd.goes_on(50).await;
    let lost = crowd.end().await;
    assert!(lost <= 4, "{lost} binds without an answer");
}

#[tokio::test]
async fn one_that_is_silent_while_nobody_logs_on_is_known_before_somebody_does() {
    let mut forest = Forest::alone().await;
    let directory = start_known(&forest, &named(&forest, &[Dc::Dc2, Dc::Dc1])).await;
    forest.act(|forest| forest.cut_off(Dc::Dc2)).await;
    until("its silence is known", || !health_of(&directory, Dc::Dc2).up).await;
    assert_eq!(log_on(&directory, "alice").await, Ok(Verdict::Good));
    assert!(health_of(&directory, Dc::Dc1).up);
}

#[tokio::test]
async fn a_controller_that_is_cut_off_from_the_beginning_delays_nobody_for_long() {
    let mut forest = Forest::alone().await;
    forest.act(|forest| forest.cut_off(Dc::Dc2)).await;
    let mut settings = named(&forest, &[Dc::Dc2, Dc::Dc1]);
    settings.limits.connect_ms = 10_000;
    let directory = start(&forest, &settings);
    let begun = Instant::now();
    assert_eq!(log_on(&directory, "alice").await, Ok(Verdict::Good));
    // Long before the attempt to connect is over.
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn with_all_controllers_gone_the_refusal_comes_at_once_and_with_one_back_people_log_on() {
    let mut forest = Forest::alone().await;
    let directory = start_known(&forest, &found(&forest, by_dns(&forest, &Dc::ALL))).await;
    forest.act(|forest| Dc::ALL.into_iter().try_for_each(|dc| forest.cut_off(dc))).await;
    until("all are known to be gone", || directory.health().iter().all(|server| !server.up)).await;
    let mut waits = Vec::new();
    for _ in 0..100 {
        let begun = Instant::now();
        let error = directory.find(&login("alice")).await.unwrap_err();
        assert!(matches!(error, DirectoryError::Unreachable(_)), "{error:?}");
        waits.push(begun.elapsed());
    }
    // A busy machine may hold up some of them; a refusal that waits for anything holds up all.
    waits.sort_unstable();
    assert!(waits[50] < Duration::from_millis(50), "{waits:?}");
    forest.act(|forest| forest.let_in(Dc::Dc1)).await;
    until("one is back", || health_of(&directory, Dc::Dc1).up).await;
    assert_eq!(log_on(&directory, "alice").await, Ok(Verdict::Good));
}
