//! An eye on every domain controller, so that what is wrong with one is known
//! before anybody needs it.
//!
//! Each has a connection of its own on which it is asked something easy every
//! few seconds, and at once when another connection finds it silent. One that is
//! down is tried after pauses that grow, and is back once it lets the service
//! account in. Beside the preferred server the next
//! one has connections that wait for its fall.

use super::fault::{Fault, FaultKind};
use super::find::netlogon;
use super::health::{Health, Id};
use super::link::Link;
use super::pool::{OpenFault, Role, Shared};
use futures_util::FutureExt;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// How often a server that answers is asked.
const EVERY: Duration = Duration::from_secs(2);
/// How long a suspect may take to answer when another server could be asked.
const DECISION: Duration = Duration::from_millis(300);
/// How long a server may take at first before another one is asked in its place.
const PATIENCE: Duration = Duration::from_millis(250);
/// The first pause after a failure, and the longest: while another server
/// answers, and while none does.
const PAUSE: Duration = Duration::from_millis(500);
const MOST_PAUSE: Duration = Duration::from_secs(30);
const MOST_PAUSE_ALONE: Duration = Duration::from_secs(2);
/// Questions after which waiting connections are asked for a word too.
const STANDBY_EVERY: u32 = 8;
/// What waits for the fall of the preferred server, and how many of each.
const STANDBY: [(Role, usize); 2] = [(Role::Verify, 2), (Role::Read, 2)];

/// Watches over all servers until the directory is stopped.
pub(super) async fn watch_all(shared: Arc<Shared>, mut stop: watch::Receiver<bool>) {
    let mut servers = shared.health.subscribe();
    let (mut tasks, mut watched) = (JoinSet::new(), HashMap::<Id, AbortHandle>::new());
    loop {
        let now: Vec<Id> = servers.borrow_and_update().iter().map(super::ServerHealth::id).collect();
        watched.retain(|id, task| {
            let stays = now.contains(id);
            if !stays {
                task.abort();
            }
            stays
        });
        for id in now {
            let watch = Watch::new(&shared, id);
            watched.entry(id).or_insert_with(|| tasks.spawn(watch.run()));
        }
        shared.standby.keep_only(&shared.health);
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            changed = servers.changed() => if changed.is_err() { break },
            Some(_) = tasks.join_next() => {}
        }
    }
    tasks.shutdown().await;
}

/// The watch over one server.
struct Watch {
    shared: Arc<Shared>,
    id: Id,
    link: Option<Link>,
    /// Whether it was down when it was last asked.
    lost: bool,
    /// How often it failed lately.
    failures: u32,
    /// How often it was asked.
    asked: u32,
}

impl Watch {
    fn new(shared: &Arc<Shared>, id: Id) -> Self {
        Self { shared: Arc::clone(shared), id, link: None, lost: false, failures: 0, asked: 0 }
    }

    /// Goes on until it is broken off.
    async fn run(mut self) {
        let mut suspect = false;
        loop {
            let begun = Instant::now();
            self.lost = !self.shared.health.is_up(self.id);
            let answer = self.ask(suspect).await;
            let health = &self.shared.health;
            match answer {
                Ok(()) => {
                    if self.lost {
                        health.back(self.id, begun.elapsed());
                    } else {
                        health.answered(self.id, begun.elapsed());
                    }
                    self.failures = self.failures.saturating_sub(1);
                    self.shared
                        .standby
                        .keep(&self.shared, self.id, self.asked.is_multiple_of(STANDBY_EVERY))
                        .await;
                    self.asked = self.asked.wrapping_add(1);
                }
                Err(fault) => {
                    self.link = None;
                    health.failed(self.id, begun, &fault);
                    self.failures = self.failures.saturating_add(1);
                }
            }
            suspect = self.rest().await;
        }
    }

    /// Waits for the next question. Whether a suspicion ended the waiting.
    async fn rest(&mut self) -> bool {
        if !self.shared.health.is_up(self.id) {
            rest_down(&self.shared.health, self.id, self.failures).await;
            return false;
        }
        let every = if self.link.is_some() { EVERY } else { PAUSE };
        tokio::select! {
            () = sleep(every) => false,
            () = self.shared.health.suspicion(self.id) => true,
        }
    }

    /// Asks something easy, on the kept connection if there is one. Of a server that is
    /// down more is asked: it has to let the service account in.
    async fn ask(&mut self, suspect: bool) -> Result<(), Fault> {
        if self.lost {
            self.link = None;
        }
        let (shared, id, lost, link) = (Arc::clone(&self.shared), self.id, self.lost, &mut self.link);
        let (health, limit) = (&shared.health, shared.limits.connect());
        let fresh = link.is_none();
        let answer = async {
            if let Some(mut kept) = link.take() {
                match kept.root(Instant::now() + limit).await {
                    // A server may end a connection that it finds idle.
                    Err(fault) if fault.kind.is_loss() => {}
                    answer => {
                        answer?;
                        health.heard(id);
                        *link = Some(kept);
                        return Ok(());
                    }
                }
            }
            *link = reach(&shared, id, lost).await?;
            Ok(())
        };
        let given_up = async {
            if !suspect {
                health.suspicion(id).await;
            }
            // Where nobody else could be asked there is no hurry.
            sleep(if health.has_other(id) { DECISION } else { limit }).await;
        };
        let slow = async {
            sleep(PATIENCE).await;
            if fresh {
                health.lets_wait(id);
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            answer = answer => answer,
            () = slow => Ok(()),
            () = given_up, if health.is_up(id) => Err(FaultKind::TimedOut.into()),
        }
    }
}

/// The pause after so many failures.
fn pause(failures: u32, another: bool) -> Duration {
    let most = if another { MOST_PAUSE } else { MOST_PAUSE_ALONE };
    PAUSE.saturating_mul(1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX)).min(most)
}

/// Waits until a server that is down is to be tried again: not long after the last other
/// one went down too.
async fn rest_down(health: &Health, id: Id, failures: u32) {
    let begun = Instant::now();
    if health.has_other(id) {
        // The end of the pause ends the waiting too.
        let _ = timeout(pause(failures, true), health.none_left()).await;
    }
    sleep_until(begun + pause(failures, false)).await;
}

/// A connection to a server, which is asked what it is; bound as the service account, if it
/// was `lost`. `None`: it answers, but refuses the service account, which is told elsewhere.
async fn reach(shared: &Shared, id: Id, lost: bool) -> Result<Option<Link>, Fault> {
    let reached = if lost {
        shared.open(id, Role::Read).await
    } else {
        shared.reach(id, Instant::now() + shared.limits.connect()).await
    };
    let mut link = match reached {
        Ok(link) => link,
        Err(OpenFault::Account(_)) => return Ok(None),
        Err(OpenFault::Server(fault)) => return Err(fault),
    };
    let search = netlogon::search(&shared.domain);
    // One that does not tell is used all the same.
    if let Ok(found) = link.search(search, Instant::now() + DECISION).await
        && let Some(told) = found.first().and_then(|entry| netlogon::of_entry(entry).ok())
    {
        shared.health.told(id, &told.site, told.writable);
    }
    Ok(Some(link))
}

/// Connections that wait for the fall of the preferred server.
#[derive(Default)]
pub(super) struct Standby(Mutex<BTreeMap<(Id, Role), Vec<Link>>>);

impl Standby {
    /// One that waits for this, if one is still good.
    pub(super) fn take(&self, id: Id, role: Role) -> Option<Link> {
        loop {
            let mut link = self.lock().get_mut(&(id, role))?.pop()?;
            if is_silent(&mut link) {
                return Some(link);
            }
        }
    }

    /// Sees to it that the next server after the preferred one has its
    /// connections, and, if they are `asked`, that nobody on the way forgets them.
    async fn keep(&self, shared: &Shared, id: Id, asked: bool) {
        if next(&shared.health) != Some(id) {
            return;
        }
        for (role, count) in STANDBY {
            let mut kept = self.lock().remove(&(id, role)).unwrap_or_default();
            let mut good = Vec::new();
            while let Some(mut link) = kept.pop() {
                if is_silent(&mut link) && (!asked || link.root(Instant::now() + DECISION).await.is_ok()) {
                    good.push(link);
                }
            }
            while good.len() < count && shared.refused(role).is_none() {
                let begun = Instant::now();
                match timeout(shared.limits.connect(), shared.open(id, role)).await {
                    Ok(Ok(link)) => good.push(link),
                    Ok(Err(OpenFault::Server(fault))) => {
                        shared.health.failed(id, begun, &fault);
                        break;
                    }
                    _ => break,
                }
            }
            self.lock().insert((id, role), good);
        }
    }

    /// Forgets those to all servers but the two best.
    fn keep_only(&self, health: &Health) {
        let (best, next) = (health.best(false), next(health));
        self.lock().retain(|(id, _), _| best == Some(*id) || next == Some(*id));
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<(Id, Role), Vec<Link>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a connection on which nothing is asked says nothing: a word that nobody
/// asked for, or its end, would stand here already.
fn is_silent(link: &mut Link) -> bool {
    link.receive().now_or_never().is_none()
}

/// The server that is asked when the preferred one falls.
fn next(health: &Health) -> Option<Id> {
    health.best_but(false, &[health.best(false)?])
}

#[cfg(test)]
mod tests {
    use super::super::ServerHealth;
    use super::super::settings::Server;
    use super::*;
    use pforte_model::time::Micros;

    #[test]
    fn pauses_grow_to_an_end_and_stay_short_while_no_server_answers() {
        let pauses =
            |another| [1, 2, 3, 6, 7, 40, u32::MAX].map(|failures| pause(failures, another).as_millis());
        assert_eq!(pauses(true), [500, 1_000, 2_000, 16_000, 30_000, 30_000, 30_000]);
        assert_eq!(pauses(false), [500, 1_000, 2_000, 2_000, 2_000, 2_000, 2_000]);
    }

    #[tokio::test]
    async fn a_server_that_is_down_is_not_waited_for_long_once_the_last_other_one_falls() {
        let servers = ["dc1", "dc2"].map(|host| Server::new(host.to_owned()));
        let health = Health::new(&servers, Arc::new(|| Micros(0)));
        let [one, two] = health.now().iter().map(ServerHealth::id).collect::<Vec<_>>()[..] else {
            unreachable!("two servers")
        };
        health.failed(one, Instant::now(), &FaultKind::ConnectRefused.into());
        health.answered(two, Duration::ZERO);
        let mut rest = Box::pin(rest_down(&health, one, 9));
        assert!((&mut rest).now_or_never().is_none());
        health.failed(two, Instant::now(), &FaultKind::ConnectRefused.into());
        assert!(timeout(MOST_PAUSE / 2, rest).await.is_ok());
    }
}
