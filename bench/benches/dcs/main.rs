//! Domain controllers that are killed, paused and cut off under log-ons, and a whole
//! shift that logs on.
//!
//! The controllers are those of the forest, in a network of their own. A log-on is
//! what the server does with the directory: find the user, verify the password by one
//! bind, read all groups. The shift's log-ons stand beside bare binds of the same
//! people over as many connections, in turns. `fall` or `shift` asks for one of both.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement stops here and tells its figures"
)]

mod fall;
mod shift;

use pforte_bench::measure::busy;
use pforte_directory::kerberos::Chance;
use pforte_directory::ldap::{ActiveDirectory, Ca, Clock, Limits, Server, Settings};
use pforte_directory::secret::Password;
use pforte_directory::{Directory, DirectoryError, Verdict};
use pforte_model::name::LoginName;
use pforte_model::time::Micros;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};
use xtask::servers::file::ActiveDirectory as Facts;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        println!("load of the machine {}", busy());
        let only = std::env::args().skip(1).find(|word| !word.starts_with('-'));
        let asked = |name: &str| only.as_ref().is_none_or(|only| only == name);
        if asked("fall") {
            fall::measure().await;
        }
        if asked("shift") {
            shift::measure().await;
        }
        println!("load of the machine {}", busy());
    });
}

/// A directory on these controllers, the preferred one first.
fn start(controllers: &[&Facts], limits: Limits) -> Arc<ActiveDirectory> {
    let server = |facts: &&Facts| Server {
        address: Some(facts.address.parse().unwrap()),
        ..Server::new(facts.host.clone())
    };
    let facts = controllers.first().unwrap();
    let settings = Settings {
        servers: controllers.iter().map(server).collect(),
        ca: Ca::File(facts.ca_certificate.clone()),
        limits,
        ..Settings::new(facts.domain.clone(), format!("{}@{}", facts.service.user, facts.domain))
    };
    let clock: Clock = Arc::new(|| Micros(i64::try_from(UNIX_EPOCH.elapsed().unwrap().as_micros()).unwrap()));
    let service = Password::parse(&facts.service.password).unwrap();
    Arc::new(ActiveDirectory::start(&settings, service, clock, Chance::new([7; 32])).unwrap())
}

/// A log-on, as far as the directory has to do with it.
async fn log_on(directory: &ActiveDirectory, name: &str, password: &Password) -> Result<(), DirectoryError> {
    let found = directory.find(&LoginName::parse(name).unwrap()).await?.unwrap();
    let (verdict, groups) = tokio::join!(directory.verify(&found, password), directory.groups(&found));
    assert!(!groups?.groups.is_empty());
    assert_eq!(verdict?, Verdict::Good);
    Ok(())
}

/// Waits until all servers are known.
async fn known(directory: &ActiveDirectory, up: impl Fn(usize) -> bool) {
    while !directory
        .health()
        .iter()
        .enumerate()
        .all(|(place, server)| server.since.is_some() && server.up == up(place))
    {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
