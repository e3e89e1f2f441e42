//! What it costs to ask a domain every two seconds whether 1,000 people whose
//! sessions run may stay: in this process and at the domain controller, beside
//! reading them all each time.
//!
//! `quiet` is a domain in which nothing changes, `busy` one in which something does
//! before every time.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement stops here and tells its figures"
)]

use pforte_directory::kerberos::Chance;
use pforte_directory::ldap::{ActiveDirectory, Ca, Clock, Server, Settings};
use pforte_directory::secret::Password;
use pforte_directory::{Directory, Key};
use pforte_model::name::LoginName;
use pforte_model::time::Micros;
use pforte_test::Fixtures;
use pforte_test::ad::Ad;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant, UNIX_EPOCH};

const USERS: usize = 1_000;
const ROUNDS: u32 = 30;
/// How often the server asks.
const EVERY: Duration = Duration::from_secs(2);
/// Ticks of the kernel's clock in a second, as `/proc` counts them.
const TICKS: f64 = 100.0;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let ad = Fixtures::load().ad;
        let directory = connect(&ad);
        let mut users = Vec::new();
        for number in 0..USERS {
            let login = LoginName::parse(&format!("bulk{number:04}")).unwrap();
            users.push(directory.find(&login).await.unwrap().unwrap().key);
        }
        assert_eq!(told(&directory, &users).await, USERS);
        tell("quiet", rounds(&ad, &directory, &users, None).await);
        let changed = ad.new_user(&[]).await;
        tell("busy", rounds(&ad, &directory, &users, Some(&changed)).await);
        directory.stop().await;
    });
}

/// Asks once, and gives of how many the directory told.
async fn told(directory: &ActiveDirectory, users: &[Key]) -> usize {
    directory.check(users).await.into_iter().filter(|(_, told)| told.is_ok()).count()
}

/// What one time of asking cost.
struct Cost {
    took: Duration,
    own: f64,
    controller: f64,
}

async fn rounds(ad: &Ad, directory: &ActiveDirectory, users: &[Key], changed: Option<&String>) -> Cost {
    let (mut took, mut own, mut controller) = (Duration::ZERO, 0.0, 0.0);
    for round in 0..ROUNDS {
        if let Some(login) = changed.cloned() {
            ad.act(move |admin| admin.set(&login, "description", &round.to_string())).await;
        }
        // Looking at the controller costs this process something, so that comes first and last.
        let theirs = below(ad.facts.process.id);
        let ours = own_cpu();
        let begun = Instant::now();
        assert_eq!(told(directory, users).await, USERS);
        took += begun.elapsed();
        own += own_cpu() - ours;
        controller += below(ad.facts.process.id) - theirs;
    }
    let each = f64::from(ROUNDS);
    Cost { took: took / ROUNDS, own: own / each, controller: controller / each }
}

fn tell(name: &str, Cost { took, own, controller }: Cost) {
    let share = |seconds: f64| seconds / EVERY.as_secs_f64() * 100.0;
    println!(
        "{name}: {took:?} a time; {:.2} % of a core here, {:.2} % at the domain controller",
        share(own),
        share(controller)
    );
}

/// Seconds of a processor that this process has used.
fn own_cpu() -> f64 {
    // Threads that ended are not in it; the runtime's stay.
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    let of = |path: std::path::PathBuf| std::fs::read_to_string(path.join("schedstat")).unwrap_or_default();
    let nanos =
        |text: String| text.split(' ').next().and_then(|first| first.parse::<u64>().ok()).unwrap_or(0);
    let nanos: u64 = tasks.map(|task| nanos(of(task.path()))).sum();
    Duration::from_nanos(nanos).as_secs_f64()
}

/// Seconds of a processor that a process and all below it have used.
fn below(process: u32) -> f64 {
    let mut of: HashMap<u32, (u32, u64)> = HashMap::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
        let number = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok()).unwrap_or(0);
        of.insert(id, (u32::try_from(number(1)).unwrap(), number(11) + number(12)));
    }
    let mut tree = HashSet::from([process]);
    while let Some(id) = of.iter().find(|(id, (parent, _))| tree.contains(parent) && !tree.contains(id)) {
        tree.insert(*id.0);
    }
    let ticks: u64 = tree.iter().filter_map(|id| of.get(id)).map(|(_, ticks)| ticks).sum();
    f64::from(u32::try_from(ticks).unwrap()) / TICKS
}

fn connect(ad: &Ad) -> ActiveDirectory {
    let facts = &ad.facts;
    let server = Server { address: Some(facts.address.parse().unwrap()), ..Server::new(facts.host.clone()) };
    let settings = Settings {
        servers: vec![server],
        ca: Ca::File(facts.ca_certificate.clone()),
        ..Settings::new(facts.domain.clone(), format!("{}@{}", facts.service.user, facts.domain))
    };
    let clock: Clock = Arc::new(|| Micros(i64::try_from(UNIX_EPOCH.elapsed().unwrap().as_micros()).unwrap()));
    let password = Password::parse(&facts.service.password).unwrap();
    ActiveDirectory::start(&settings, password, clock, Chance::new([7; 32])).unwrap()
}
