//! The connections of one directory, and how a request gets its answer.
//!
//! Three kinds of connections, so that none waits for another: some verify
//! people's passwords, one bind at a time each; some are bound as the service
//! account and read for log-ons; two read for administrators and for the check
//! of running sessions. All are kept open: new ones are the dear part of a
//! domain controller's work.

use super::account::{BindFault, ServiceAccount};
use super::answer::{Answer, Searched};
use super::fault::{DirectoryError, Fault};
use super::health::Health;
use super::job::{Failure, Job, Queue, queue, ticket};
use super::link::{self, Link};
use super::message::{Outcome, Request, Search};
use super::password::NewPassword;
use super::settings::{Limits, Settings, SettingsFault};
use super::tls::Tls;
use super::worker::Worker;
use super::{Clock, name};
use crate::secret::Password;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;
use zeroize::Zeroizing;

/// Connections that read for administrators and the running check.
const BACKGROUND_CONNECTIONS: usize = 2;
/// How many times longer a request of the background may take.
const PATIENCE: u32 = 3;
/// How long an answer may be on its way inside this program.
const GRACE: Duration = Duration::from_millis(500);
/// How often a server that does not answer is tried.
const PROBE: Duration = Duration::from_secs(1);
/// How long stopping may take.
const STOP: Duration = Duration::from_secs(5);

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Verifying people's passwords.
    Verify,
    /// Reading for log-ons.
    Read,
    /// Reading what may take longer.
    Background,
}

impl Role {
    /// Requests that may be under way at the same time: of reads only so many
    /// that the next one is there when the last one is answered, because what
    /// waits on a slow connection cannot be taken by a quick one any more.
    pub(super) const fn depth(self) -> usize {
        match self {
            Self::Verify => 1,
            Self::Read | Self::Background => 2,
        }
    }
}

/// Why a connection could not be made.
pub(super) enum OpenFault {
    /// The service account is refused.
    Account(Fault),
    /// The server failed.
    Server(Fault),
}

/// What all connections of a directory share.
pub(super) struct Shared {
    pub(super) health: Health,
    pub(super) limits: Limits,
    tls: Tls,
    /// The name of the domain's top entry.
    top: String,
    account: ServiceAccount,
}

impl Shared {
    /// A connection for this role to the server with this number.
    pub(super) async fn open(&self, index: usize, role: Role) -> Result<Link, OpenFault> {
        let until = Instant::now() + self.limits.connect();
        let mut link = self.reach(index, until).await.map_err(OpenFault::Server)?;
        if role != Role::Verify {
            self.account.bind(&mut link, until).await.map_err(|fault| match fault {
                BindFault::Account(fault) => OpenFault::Account(fault),
                BindFault::Server(fault) => OpenFault::Server(fault),
            })?;
        }
        Ok(link)
    }

    async fn reach(&self, index: usize, until: Instant) -> Result<Link, Fault> {
        let server = self.health.server(index).ok_or(super::fault::FaultKind::NoServer)?;
        link::open(&server, &self.tls, &self.top, until).await
    }

    /// Why a connection for this role must not be tried now.
    pub(super) async fn refused(&self, role: Role) -> Option<Fault> {
        if role == Role::Verify { None } else { self.account.refused().await }
    }
}

/// The connections of one directory.
pub(super) struct Pool {
    shared: Arc<Shared>,
    verify: mpsc::Sender<Job>,
    read: mpsc::Sender<Job>,
    background: mpsc::Sender<Job>,
    stop: watch::Sender<bool>,
    tasks: Mutex<JoinSet<()>>,
}

impl Pool {
    /// Starts the connections; does not wait for any server.
    pub(super) fn start(
        settings: &Settings,
        password: Password,
        clock: Clock,
    ) -> Result<Self, SettingsFault> {
        let shared = Arc::new(Shared {
            health: Health::new(&settings.servers),
            limits: settings.limits,
            tls: Tls::new(&settings.ca, clock)?,
            top: name::top_of(&settings.domain),
            account: ServiceAccount::new(settings.account.clone(), password),
        });
        let (stop, mut tasks) = (watch::Sender::new(false), JoinSet::new());
        let mut crew = |role, count| {
            let (sender, queue) = queue();
            hire(&mut tasks, count, || {
                Worker::new(Arc::clone(&shared), role, Queue::clone(&queue), stop.subscribe())
            });
            sender
        };
        let verify = crew(Role::Verify, settings.limits.bind_connections.into());
        let read = crew(Role::Read, settings.limits.read_connections.into());
        let background = crew(Role::Background, BACKGROUND_CONNECTIONS);
        tasks.spawn(probe(Arc::clone(&shared), stop.subscribe()));
        Ok(Self { shared, verify, read, background, stop, tasks: Mutex::new(tasks) })
    }

    /// What is known of the servers.
    pub(super) fn health(&self) -> &Health {
        &self.shared.health
    }

    /// Why the service account is not let in, if that is known.
    pub(super) fn account_fault(&self) -> Option<Fault> {
        self.shared.account.known_refused()
    }

    /// One bind, sent once.
    pub(super) async fn bind(&self, name: &str, password: &Password) -> Result<Outcome, DirectoryError> {
        let password = Zeroizing::new(password.text_for_bind().as_bytes().to_vec());
        let request = Request::Bind { name: name.to_owned(), password };
        let deadline = Instant::now() + self.shared.limits.request();
        let answer = self.submit(&self.verify, request, true, deadline).await;
        let answer = answer?.map_err(|failure| error(failure, DirectoryError::AnswerLost))?;
        answer.bound().map_err(DirectoryError::AnswerLost)
    }

    /// A change of a person's password, sent once, as the service account: who must
    /// change the password cannot bind. Never waits for a log-on's connection.
    pub(super) async fn change(&self, new: NewPassword) -> Result<Outcome, DirectoryError> {
        let deadline = Instant::now() + self.shared.limits.request() * PATIENCE;
        let answer = self.submit(&self.background, Request::ChangePassword(new), false, deadline).await;
        let answer = answer?.map_err(|failure| error(failure, DirectoryError::AnswerLost))?;
        answer.modified().map_err(DirectoryError::AnswerLost)
    }

    /// A search for a log-on.
    pub(super) async fn read(&self, search: Search) -> Result<Searched, DirectoryError> {
        let deadline = Instant::now() + self.shared.limits.request();
        self.search(&self.read, search, true, deadline).await
    }

    /// A search that may take longer and holds up no log-on.
    pub(super) async fn study(&self, search: Search) -> Result<Searched, DirectoryError> {
        let deadline = Instant::now() + self.shared.limits.request() * PATIENCE;
        self.search(&self.background, search, false, deadline).await
    }

    /// Reading changes nothing, so it is tried once more on another connection.
    async fn search(
        &self,
        queue: &mpsc::Sender<Job>,
        search: Search,
        light: bool,
        deadline: Instant,
    ) -> Result<Searched, DirectoryError> {
        let mut answer = self.submit(queue, Request::Search(search.clone()), light, deadline).await?;
        if matches!(&answer, Err(Failure::Lost(fault)) if fault.kind.is_loss()) {
            answer = self.submit(queue, Request::Search(search), light, deadline).await?;
        }
        let answer = answer.map_err(|failure| error(failure, DirectoryError::Unreachable))?;
        answer.found().map_err(DirectoryError::Refused)
    }

    async fn submit(
        &self,
        queue: &mpsc::Sender<Job>,
        request: Request,
        light: bool,
        deadline: Instant,
    ) -> Result<Result<Answer, Failure>, DirectoryError> {
        if self.shared.health.preferred().is_none() {
            return Err(DirectoryError::Unreachable(self.shared.health.why()));
        }
        let (reply, ticket) = ticket();
        queue.try_send(Job { request, light, deadline, reply }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => DirectoryError::Busy,
            mpsc::error::TrySendError::Closed(_) => DirectoryError::Stopped,
        })?;
        ticket.wait(deadline + GRACE).await.ok_or(DirectoryError::Stopped)
    }

    /// Ends all connections, politely where the servers take it, and waits for
    /// that. Requests that are not sent yet get [`DirectoryError::Stopped`].
    pub(super) async fn stop(&self) {
        self.stop.send_replace(true);
        let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        let all = async { while tasks.join_next().await.is_some() {} };
        // What has not ended by then is broken off when `tasks` is dropped.
        let _ = tokio::time::timeout(STOP, all).await;
    }
}

fn hire(tasks: &mut JoinSet<()>, count: usize, worker: impl Fn() -> Worker) {
    for _ in 0..count {
        tasks.spawn(worker().run());
    }
}

fn error(failure: Failure, lost: fn(Fault) -> DirectoryError) -> DirectoryError {
    match failure {
        Failure::Down(fault) => DirectoryError::Unreachable(fault),
        Failure::Account(fault) => DirectoryError::ServiceAccount(fault),
        Failure::Late => DirectoryError::Busy,
        Failure::Lost(fault) => lost(fault),
        Failure::Broken(fault) => DirectoryError::Refused(fault),
    }
}

/// Tries servers that do not answer until they do, and suspects once.
async fn probe(shared: Arc<Shared>, mut stop: watch::Receiver<bool>) {
    let mut health = shared.health.subscribe();
    loop {
        let asked: BTreeSet<usize> = &shared.health.down() | &shared.health.suspects();
        let round = async {
            futures_util::future::join_all(asked.into_iter().map(|index| ask(&shared, index))).await;
            let pause = async {
                tokio::time::sleep(PROBE).await;
                // Nothing to do until a server is lost.
                while shared.health.down().is_empty() && health.changed().await.is_ok() {}
            };
            tokio::select! {
                () = pause => {}
                () = shared.health.suspicion() => {}
            }
        };
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = round => {}
        }
    }
}

async fn ask(shared: &Shared, index: usize) {
    let begun = Instant::now();
    match shared.reach(index, begun + shared.limits.connect()).await {
        Ok(link) => {
            shared.health.revived(index);
            link.close(Instant::now() + PROBE).await;
        }
        Err(fault) => shared.health.failed(index, begun, &fault),
    }
}
