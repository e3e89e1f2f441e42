//! The connections of one directory, and how a request gets its answer.
//!
//! Four kinds of connections, so that none waits for another: some verify
//! people's passwords, one bind at a time each; some are bound as the service
//! account and read for log-ons; two read for administrators and for the check
//! of running sessions; one, made when it is needed, writes, at a server that
//! takes changes. The others are kept open: new ones are the dear part of a
//! domain controller's work.

use super::Clock;
use super::account::{Centre, ServiceAccount};
use super::answer::{Answer, Searched};
use super::fault::{DirectoryError, Fault};
use super::find;
use super::health::{Health, Id};
use super::job::{Failure, Job, Queue, queue, ticket};
use super::link::{self, Link};
use super::message::{Outcome, Request, Search};
use super::password::NewPassword;
use super::policy::Policy;
use super::schema::Schema;
use super::settings::{Limits, Server, Settings, SettingsFault};
use super::ticket::Tickets;
use super::watch::{Standby, watch_all};
use super::way::{self, Ways};
use super::worker::Worker;
use crate::kerberos::Chance;
use crate::secret::Password;
use std::net::SocketAddr;
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
/// How often a read is sent again that was lost with its connection: those to a
/// server that dies do not all end at the same moment.
const READ_AGAIN: usize = 5;
/// How long stopping may take.
const STOP: Duration = Duration::from_secs(5);

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// Verifying people's passwords.
    Verify,
    /// Reading for log-ons.
    Read,
    /// Reading what may take longer.
    Background,
    /// Changing something, at a server that takes changes.
    Write,
}

impl Role {
    /// Requests that may be under way at the same time: of reads only so many
    /// that the next one is there when the last one is answered, because what
    /// waits on a slow connection cannot be taken by a quick one any more.
    pub(super) const fn depth(self) -> usize {
        match self {
            Self::Verify | Self::Write => 1,
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
    ways: Ways,
    pub(super) standby: Standby,
    /// The domain's DNS name.
    pub(super) domain: String,
    schema: Schema,
    /// The name of the domain's top entry, or of the one to search below.
    top: String,
    account: ServiceAccount,
}

impl Shared {
    /// A connection for this role to this server: one that waits for that, or a
    /// new one.
    pub(super) async fn link(&self, id: Id, role: Role) -> Result<Link, OpenFault> {
        match self.standby.take(id, role) {
            Some(link) => Ok(link),
            None => self.open(id, role).await,
        }
    }

    /// A new connection for this role to this server.
    pub(super) async fn open(&self, id: Id, role: Role) -> Result<Link, OpenFault> {
        let until = Instant::now() + self.limits.connect();
        let (mut link, centre) = self.reached(id, until).await?;
        if !link.is_sealed() {
            self.account.bind(&mut link, (&centre, role), until).await?;
        }
        Ok(link)
    }

    /// A new connection to this server as nobody, which has shown that it serves the domain.
    pub(super) async fn reach(&self, id: Id, until: Instant) -> Result<Link, OpenFault> {
        self.reached(id, until).await.map(|(link, _)| link)
    }

    async fn reached(&self, id: Id, until: Instant) -> Result<(Link, Centre), OpenFault> {
        let server = self.server(id).map_err(OpenFault::Server)?;
        let addresses = link::resolve(&server, until).await.map_err(OpenFault::Server)?;
        let link = self.ways.connect(&server, &addresses, until).await.map_err(OpenFault::Server)?;
        let centre = centre(server, &addresses);
        let mut link = if link.is_tls() { link } else { self.account.seal(link, &centre, until).await? };
        let root = link.root(until).await.map_err(OpenFault::Server)?;
        self.schema.serves(&root, &self.top).map_err(OpenFault::Server)?;
        Ok((link, centre))
    }

    fn server(&self, id: Id) -> Result<Server, Fault> {
        self.health.server(id).ok_or_else(|| super::fault::FaultKind::NoServer.into())
    }

    /// A connection of a person's own, under TLS and bound as nobody.
    pub(super) async fn person(&self, until: Instant) -> Result<Link, DirectoryError> {
        let id = self.health.best(true).ok_or_else(|| DirectoryError::Unreachable(self.health.why()))?;
        match self.reach(id, until).await {
            Ok(link) if link.is_tls() => Ok(link),
            Ok(_) => Err(DirectoryError::Refused(super::fault::FaultKind::NoSimpleBind.into())),
            Err(OpenFault::Account(fault)) => Err(DirectoryError::ServiceAccount(fault)),
            Err(OpenFault::Server(fault)) => Err(DirectoryError::Unreachable(fault)),
        }
    }

    /// Where Kerberos of this server answers.
    pub(super) async fn centre(&self, id: Id, until: Instant) -> Result<Centre, Fault> {
        let server = self.server(id)?;
        let addresses = link::resolve(&server, until).await?;
        Ok(centre(server, &addresses))
    }

    /// The service account.
    pub(super) const fn account(&self) -> &ServiceAccount {
        &self.account
    }

    /// Why a connection for this role must not be tried now.
    pub(super) fn refused(&self, role: Role) -> Option<Fault> {
        if role == Role::Verify { None } else { self.account.refused() }
    }
}

/// Where the Kerberos of a server answers.
pub(super) fn centre(server: Server, addresses: &[SocketAddr]) -> Centre {
    let addresses = way::at(addresses, server.kerberos_port);
    Centre { host: server.host, addresses }
}

/// The connections of one directory.
pub(super) struct Pool {
    shared: Arc<Shared>,
    verify: mpsc::Sender<Job>,
    read: mpsc::Sender<Job>,
    background: mpsc::Sender<Job>,
    write: mpsc::Sender<Job>,
    stop: watch::Sender<bool>,
    tasks: Mutex<JoinSet<()>>,
}

impl Pool {
    /// Starts the connections; does not wait for any server.
    pub(super) fn start(
        settings: &Settings,
        password: Password,
        (clock, chance): (Clock, Chance),
    ) -> Result<Self, SettingsFault> {
        let tickets = Tickets::new(settings, Clock::clone(&clock), chance);
        let shared = Arc::new(Shared {
            health: Health::new(&settings.servers, Clock::clone(&clock)),
            limits: settings.limits,
            ways: Ways::new(settings, Clock::clone(&clock))?,
            standby: Standby::default(),
            domain: settings.domain.clone(),
            schema: settings.schema,
            top: settings.top(),
            account: ServiceAccount::new(settings, password, tickets),
        });
        let (stop, mut tasks) = (watch::Sender::new(false), JoinSet::new());
        let mut crew = |role, count| {
            let (sender, queue) = queue();
            let ready = Arc::default();
            hire(&mut tasks, count, |number| {
                Worker::new(
                    Arc::clone(&shared),
                    (role, number),
                    (Queue::clone(&queue), Arc::clone(&ready)),
                    stop.subscribe(),
                )
            });
            sender
        };
        let verify = crew(Role::Verify, settings.limits.bind_connections.into());
        let read = crew(Role::Read, settings.limits.read_connections.into());
        let background = crew(Role::Background, BACKGROUND_CONNECTIONS);
        let write = crew(Role::Write, 1);
        tasks.spawn(watch_all(Arc::clone(&shared), stop.subscribe()));
        if settings.servers.is_empty() {
            tasks.spawn(look_for_servers(Arc::clone(&shared), settings.clone(), clock, stop.subscribe()));
        }
        Ok(Self { shared, verify, read, background, write, stop, tasks: Mutex::new(tasks) })
    }

    /// What its connections share.
    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }

    /// What is known of the servers.
    pub(super) fn health(&self) -> &Health {
        &self.shared.health
    }

    /// Why the service account is not let in, if that is known.
    pub(super) fn account_fault(&self) -> Option<Fault> {
        self.shared.account.refused()
    }

    /// Why its connections rest on certificates alone, where Kerberos should prove them.
    pub(super) fn unproven(&self) -> Option<Fault> {
        self.shared.account.unproven()
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

    /// One bind, sent once, of which the password policy is asked for its opinion.
    pub(super) async fn bind_judged(
        &self,
        name: &str,
        password: &Password,
    ) -> Result<(Outcome, Option<Policy>), DirectoryError> {
        let request = Request::judged(name, password);
        let deadline = Instant::now() + self.shared.limits.request();
        let answer = self.submit(&self.verify, request, true, deadline).await;
        let answer = answer?.map_err(|failure| error(failure, DirectoryError::AnswerLost))?;
        answer.judged().map_err(DirectoryError::AnswerLost)
    }

    /// A change of a person's password, sent once, as the service account: who must
    /// change the password cannot bind. Never waits for a log-on's connection.
    pub(super) async fn change(&self, new: NewPassword) -> Result<Outcome, DirectoryError> {
        let answer = self.write(Request::ChangePassword(new)).await?;
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

    /// A request that changes something, sent once as the service account, to a
    /// server that takes changes. Whether it was done is not known where the
    /// answer is lost.
    async fn write(&self, request: Request) -> Result<Answer, DirectoryError> {
        let deadline = Instant::now() + self.shared.limits.request() * PATIENCE;
        let answer = self.submit(&self.write, request, false, deadline).await?;
        answer.map_err(|failure| error(failure, DirectoryError::AnswerLost))
    }

    /// Reading changes nothing, so it is tried again on another connection.
    async fn search(
        &self,
        queue: &mpsc::Sender<Job>,
        search: Search,
        light: bool,
        deadline: Instant,
    ) -> Result<Searched, DirectoryError> {
        let mut answer = self.submit(queue, Request::Search(search.clone()), light, deadline).await?;
        for _ in 0..READ_AGAIN {
            match &answer {
                Err(Failure::Lost(fault)) if fault.kind.is_loss() => {}
                Err(Failure::GivenUp(_)) => {}
                _ => break,
            }
            answer = self.submit(queue, Request::Search(search.clone()), light, deadline).await?;
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
        let health = &self.shared.health;
        // At the very beginning the servers are still looked for.
        let _ = tokio::time::timeout(self.shared.limits.connect(), health.looked_for()).await;
        if health.best(queue.same_channel(&self.write)).is_none() {
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

fn hire(tasks: &mut JoinSet<()>, count: usize, worker: impl Fn(u32) -> Worker) {
    for number in (0..).take(count) {
        tasks.spawn(worker(number).run());
    }
}

fn error(failure: Failure, lost: fn(Fault) -> DirectoryError) -> DirectoryError {
    match failure {
        Failure::Down(fault) => DirectoryError::Unreachable(fault),
        Failure::Account(fault) => DirectoryError::ServiceAccount(fault),
        Failure::Late => DirectoryError::Busy,
        Failure::Lost(fault) | Failure::GivenUp(fault) => lost(fault),
        Failure::Broken(fault) => DirectoryError::Refused(fault),
    }
}

async fn look_for_servers(
    shared: Arc<Shared>,
    settings: Settings,
    clock: Clock,
    stop: watch::Receiver<bool>,
) {
    find::go_on(settings, clock, &shared.health, stop).await;
}
