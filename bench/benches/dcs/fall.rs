//! What people notice of a controller's fall.

use crate::{known, log_on, start};
use pforte_bench::measure::{Load, median};
use pforte_directory::ldap::{ActiveDirectory, Limits};
use pforte_directory::secret::Password;
use pforte_directory::{Directory, DirectoryError};
use pforte_model::name::LoginName;
use pforte_test::Forest;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use xtask::failure::Done;
use xtask::servers::file::Forest as Facts;
use xtask::servers::population::{USER_PASSWORD, bulk_login};
use xtask::servers::samba::forest::Dc;

const ROUNDS: usize = 5;
/// Stations at which people log on, one at a time each: a quiet night, a busy day.
const STATIONS: [u32; 2] = [1, 16];
/// How long log-ons go on before and after a fall.
const BEFORE: Duration = Duration::from_secs(2);
const AFTER: Duration = Duration::from_secs(6);
/// When log-ons are to be quick again.
const SETTLED: Duration = Duration::from_secs(1);

/// A log-on: when it began and ended, and how.
struct Seen {
    begun: Instant,
    ended: Instant,
    result: Result<(), DirectoryError>,
}

/// A way to fall.
struct How {
    what: &'static str,
    hurt: fn(&mut Facts) -> Done,
    /// Whether the network tells of it. Then it begins with the first connection that
    /// is refused, else when it is done.
    is_told: bool,
}

const KILLED: How = How { what: "killed", hurt: |forest| forest.kill(Dc::Dc2), is_told: true };
const PAUSED: How = How { what: "paused", hurt: |forest| forest.pause(Dc::Dc2), is_told: false };
const CUT_OFF: How = How { what: "cut off", hurt: |forest| forest.cut_off(Dc::Dc2), is_told: false };

/// What a fall came to.
struct Fell {
    /// From the fall to the end of the first good log-on that began after it.
    first: f64,
    /// The slowest hundredth of those that began a second after it or later.
    p99: f64,
    /// The same before the fall.
    before: f64,
    /// Binds that were sent and not answered, and other failures.
    lost: usize,
    failed: usize,
    /// What else failed, each kind once.
    why: BTreeSet<String>,
}

pub(crate) async fn measure() {
    let mut forest = Forest::alone().await;
    for stations in STATIONS {
        tell(&mut forest, stations, &KILLED).await;
        tell(&mut forest, stations, &PAUSED).await;
        tell(&mut forest, stations, &CUT_OFF).await;
    }
    all_gone(&mut forest).await;
}

async fn tell(forest: &mut Forest, stations: u32, how: &How) {
    let mut fell = Vec::new();
    for _ in 0..ROUNDS {
        fell.push(fall(forest, stations, how).await);
        forest.act(Facts::heal).await;
    }
    let middle = |figure: fn(&Fell) -> f64| median(fell.iter().map(figure).collect());
    let worst = |figure: fn(&Fell) -> f64| fell.iter().map(figure).fold(0.0, f64::max);
    let (lost, failed) =
        fell.iter().fold((0, 0), |(lost, failed), fell| (lost + fell.lost, failed + fell.failed));
    println!(
        "{stations:2} stations, {:8} first log-on after {:.0} ms (worst {:.0}); from 1 s after it on p99 {:.0} ms (worst {:.0}), \
         before it {:.0} ms; {lost} binds without an answer, {failed} other failures in {ROUNDS} rounds",
        how.what,
        middle(|fell| fell.first),
        worst(|fell| fell.first),
        middle(|fell| fell.p99),
        worst(|fell| fell.p99),
        middle(|fell| fell.before),
    );
    for why in fell.iter().flat_map(|fell| &fell.why).collect::<BTreeSet<_>>() {
        println!("    {why}");
    }
}

async fn fall(forest: &mut Forest, stations: u32, how: &How) -> Fell {
    let directory = start(&[&forest.facts().dc2, &forest.facts().dc1], Limits::default());
    known(&directory, |_| true).await;
    let (stop, mut tasks) = (Arc::new(AtomicBool::new(false)), JoinSet::new());
    for station in 0..stations {
        tasks.spawn(station_at(Arc::clone(&directory), station, Arc::clone(&stop)));
    }
    tokio::time::sleep(BEFORE).await;
    let begun = Instant::now();
    tokio::time::sleep(BEFORE).await;
    let mut waiting = JoinSet::new();
    waiting.spawn(refused(forest.facts().dc2.address.clone()));
    forest.act(how.hurt).await;
    let at = if how.is_told { waiting.join_next().await.unwrap().unwrap() } else { Instant::now() };
    tokio::time::sleep(AFTER).await;
    stop.store(true, Ordering::Relaxed);
    let seen: Vec<Seen> = tasks.join_all().await.into_iter().flatten().collect();
    directory.stop().await;
    judge((begun, at), &seen)
}

/// When the controller's port first refuses a connection.
async fn refused(address: String) -> Instant {
    while TcpStream::connect((address.as_str(), 636)).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Instant::now()
}

/// Logs people on one after the other.
async fn station_at(directory: Arc<ActiveDirectory>, station: u32, stop: Arc<AtomicBool>) -> Vec<Seen> {
    let (name, password) = (bulk_login(station), Password::parse(USER_PASSWORD).unwrap());
    let mut seen = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let begun = Instant::now();
        let result = log_on(&directory, &name, &password).await;
        seen.push(Seen { begun, ended: Instant::now(), result });
    }
    seen
}

fn judge((begun, at): (Instant, Instant), seen: &[Seen]) -> Fell {
    let good = |seen: &&Seen| seen.result.is_ok();
    let after = seen.iter().filter(|seen| seen.begun > at);
    let first = after.clone().filter(good).map(|seen| seen.ended).min().unwrap();
    let times = |from: Instant, to: Instant| {
        let within = seen.iter().filter(|seen| (from..to).contains(&seen.begun));
        Load::of(within.map(|seen| seen.ended - seen.begun).collect(), AFTER).within(0.99)
    };
    let lost = |seen: &&Seen| matches!(seen.result, Err(DirectoryError::AnswerLost(_)));
    let lost = seen.iter().filter(lost).count();
    Fell {
        first: (first - at).as_secs_f64() * 1e3,
        p99: times(at + SETTLED, at + AFTER),
        before: times(begun, at),
        lost,
        failed: seen.iter().filter(|seen| seen.result.is_err()).count() - lost,
        why: seen
            .iter()
            .filter_map(|seen| seen.result.as_ref().err())
            .map(|error| format!("{error:?}"))
            .collect(),
    }
}

async fn all_gone(forest: &mut Forest) {
    let directory =
        start(&[&forest.facts().dc2, &forest.facts().dc1, &forest.facts().rodc1], Limits::default());
    known(&directory, |_| true).await;
    forest.act(|forest| Dc::ALL.into_iter().try_for_each(|dc| forest.cut_off(dc))).await;
    known(&directory, |_| false).await;
    let mut times = Vec::new();
    let name = LoginName::parse("alice").unwrap();
    let begun = Instant::now();
    while begun.elapsed() < AFTER {
        let asked = Instant::now();
        assert!(directory.find(&name).await.is_err());
        times.push(asked.elapsed());
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let load = Load::of(times, begun.elapsed());
    println!(
        "all cut off: a refusal takes {:.3} ms, the slowest of {} {:.3} ms",
        load.within(0.5),
        load.count(),
        load.within(1.0)
    );
    directory.stop().await;
    forest.act(Facts::heal).await;
}
