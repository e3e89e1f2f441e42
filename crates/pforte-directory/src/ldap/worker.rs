//! One connection's life: it takes requests from its queue, sends them, and
//! gives each its answer, its time-out or its loss.
//!
//! # Invariants
//!
//! - A request is sent at most once. What happens after a loss is decided by
//!   whoever asked.
//! - Answers belong to requests by number only, and numbers are not used again
//!   on one connection; an answer that comes too late is dropped.
//! - A connection that says anything nobody asked for is closed.
//! - The connection for people's binds has one request under way at a time.

use super::answer::Waiting;
use super::fault::{Fault, FaultKind};
use super::health::Id;
use super::job::{Failure, Job, Queue, Reply, ticket};
use super::link::{Link, ROOT};
use super::message::{Request, Said, Search, abandon};
use super::pool::{OpenFault, Role, Shared};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout_at};

/// After this long without a word an idle connection is asked for one, so that
/// neither the server nor a firewall between forgets it.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// How long a connection that was lost right after it was made is not made again.
const PAUSE: Duration = Duration::from_secs(1);
/// How long requests under way may take when the directory is stopped.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// The most bytes of late answers that are dropped before the connection is.
const MOST_UNASKED: usize = 1 << 20;
/// After this long without a word on a connection that waits for something easy,
/// the server is suspect.
const SUSPICION: Duration = Duration::from_millis(250);
/// Connections move back to a better server one after the other, so that some
/// always serve.
const MOVE: Duration = Duration::from_millis(100);
/// Connections that were lost together are made again one after the other, so that
/// those that waited for this serve at once, and not only after all handshakes.
const STAGGER: Duration = Duration::from_millis(25);
/// Of each kind so many are made at once.
const AT_ONCE: u32 = 2;
/// What holds up no log-on is made after what does.
const AFTER_LOG_ONS: Duration = Duration::from_millis(100);
/// Longer than anything is waited for.
const FAR: Duration = Duration::from_hours(1);

/// A connection and the requests under way on it.
pub(super) struct Worker {
    shared: Arc<Shared>,
    role: Role,
    /// Which one of its role.
    number: u32,
    queue: Queue,
    stop: watch::Receiver<bool>,
    health: watch::Receiver<Vec<super::ServerHealth>>,
    line: Option<Line>,
    pending: HashMap<i32, Pending>,
    /// How many of its role have a connection.
    ready: Arc<AtomicUsize>,
    /// When to make the connection without being asked.
    warm_at: Option<Instant>,
    /// When to move to a better server.
    move_at: Option<Instant>,
    stop_at: Option<Instant>,
}

/// An open connection and what is known of it.
struct Line {
    link: Link,
    server: Id,
    made: Instant,
    heard: Instant,
    unasked: usize,
    suspected: bool,
}

impl Line {
    fn new(link: Link, server: Id) -> Self {
        let now = Instant::now();
        Self { link, server, made: now, heard: now, unasked: 0, suspected: false }
    }
}

/// A request under way.
struct Pending {
    waiting: Waiting,
    light: bool,
    sent: Instant,
    deadline: Instant,
    reply: Reply,
}

enum Event {
    Job(Job),
    Heard(Result<(i32, Said, usize), Fault>),
    Due,
    Health,
    Stop,
}

impl Worker {
    /// A worker that has no connection yet: of this role, with this number.
    pub(super) fn new(
        shared: Arc<Shared>,
        (role, number): (Role, u32),
        (queue, ready): (Queue, Arc<AtomicUsize>),
        stop: watch::Receiver<bool>,
    ) -> Self {
        let health = shared.health.subscribe();
        let (line, pending, move_at, stop_at) = (None, HashMap::new(), None, None);
        let warm_at = Self::warms(role).then(Instant::now);
        Self { shared, role, number, queue, stop, health, line, pending, ready, warm_at, move_at, stop_at }
    }

    /// Whether the connection is made before anybody needs it.
    fn warms(role: Role) -> bool {
        role != Role::Write
    }

    /// Works until the directory is stopped.
    pub(super) async fn run(mut self) {
        while !self.is_done() {
            match self.next().await {
                Event::Job(job) => self.start(job).await,
                Event::Heard(Ok((id, said, size))) => self.hear(id, said, size),
                Event::Heard(Err(fault)) => self.lose(&fault),
                Event::Due => self.due().await,
                Event::Health => self.reconsider(),
                Event::Stop => self.stop_at = Some(Instant::now() + LAST_WORDS),
            }
        }
        self.hang_up().await;
    }

    fn is_done(&self) -> bool {
        self.stop_at.is_some_and(|at| self.pending.is_empty() || at <= Instant::now())
    }

    async fn next(&mut self) -> Event {
        let due = self.due_at();
        let takes = self.stop_at.is_none()
            && self.pending.len() < self.role.depth()
            && !self.should_move()
            && (self.line.is_some() || self.ready.load(Ordering::Relaxed) == 0);
        let stopping = self.stop_at.is_some();
        let Self { line, queue, health, stop, .. } = self;
        let heard = async {
            match line {
                Some(line) => line.link.receive().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            _ = stop.wait_for(|stop| *stop), if !stopping => Event::Stop,
            () = sleep_until(due) => Event::Due,
            heard = heard => Event::Heard(heard),
            _ = health.changed() => Event::Health,
            job = queue.next(), if takes => job.map_or(Event::Stop, Event::Job),
        }
    }

    /// When something is to be done without being asked.
    fn due_at(&self) -> Instant {
        let own = match &self.line {
            Some(line) if self.pending.is_empty() => Some(line.heard + KEEP_ALIVE),
            Some(_) => None,
            None => self.warm_at,
        };
        let deadlines = self.pending.values().map(|pending| pending.deadline);
        let moves = self.move_at.filter(|_| self.pending.is_empty());
        let due = deadlines.chain(own).chain(moves).chain(self.stop_at).chain(self.suspicion_at()).min();
        due.unwrap_or_else(|| Instant::now() + FAR)
    }

    /// When the silence makes the server suspect.
    fn suspicion_at(&self) -> Option<Instant> {
        let line = self.line.as_ref().filter(|line| !line.suspected)?;
        let oldest =
            self.pending.values().filter(|pending| pending.light).map(|pending| pending.sent).min()?;
        Some(oldest.max(line.heard) + SUSPICION)
    }

    async fn due(&mut self) {
        let now = Instant::now();
        self.expire(now).await;
        if self.suspicion_at().is_some_and(|at| at <= now)
            && let Some(line) = &mut self.line
        {
            line.suspected = true;
            let server = line.server;
            if self.shared.health.is_up(server) {
                self.shared.health.suspect(server);
            } else {
                self.give_up(server);
            }
        }
        match &self.line {
            None if self.warm_at.is_some_and(|at| at <= now) => self.warm_up().await,
            Some(_) if self.pending.is_empty() && self.move_at.is_some_and(|at| at <= now) => {
                self.move_over().await;
            }
            Some(line) if self.pending.is_empty() && line.heard + KEEP_ALIVE <= now => self.ping().await,
            _ => {}
        }
    }

    /// The server to ask.
    fn best(&self) -> Option<Id> {
        self.shared.health.best(self.role == Role::Write)
    }

    /// Whether the server is given up and what is under way is all that is left.
    fn should_move(&self) -> bool {
        let given_up = self.line.as_ref().is_some_and(|line| !self.shared.health.is_up(line.server));
        given_up && !self.pending.is_empty()
    }

    /// Goes on with a better server, once there is a connection to it.
    async fn move_over(&mut self) {
        self.move_at = None;
        let Some(better) = self.best() else { return };
        if self.line.as_ref().is_none_or(|line| line.server == better) {
            return;
        }
        if let Ok(link) = self.open(better).await {
            self.hang_up().await;
            self.set_line(link, better);
        }
    }

    /// Makes the connection before anybody needs it.
    async fn warm_up(&mut self) {
        self.warm_at = None;
        if self.best().is_some() && self.connect().await.is_err() {
            self.warm_at = Some(Instant::now() + PAUSE);
        }
    }

    /// Asks for a word; the answer is of no interest.
    async fn ping(&mut self) {
        let (reply, _) = ticket();
        let request = Request::Search(Search::entry(String::new(), ROOT));
        let deadline = Instant::now() + self.shared.limits.connect();
        self.send(Job { request, light: true, deadline, reply }).await;
    }

    /// After servers were lost or found.
    fn reconsider(&mut self) {
        let now = Instant::now();
        let Some(line) = &self.line else {
            self.warm_at = self.warm_at.or_else(|| Self::warms(self.role).then_some(now));
            return;
        };
        if !self.shared.health.is_up(line.server) {
            let silent = line.heard + SUSPICION < now;
            if silent || self.pending.is_empty() {
                self.give_up(line.server);
            }
        } else if self.best().is_some_and(|best| best != line.server) {
            self.move_at = self.move_at.or(Some(now + MOVE * self.number));
        }
    }

    async fn start(&mut self, job: Job) {
        if job.reply.is_unwanted() {
            return;
        }
        if let Err(failure) = self.ready().await {
            return job.reply.give(Err(failure));
        }
        if job.deadline <= Instant::now() {
            return job.reply.give(Err(Failure::Late));
        }
        // A connection that is merely sealed never carries a password.
        if job.request.has_password() && !self.line.as_ref().is_some_and(|l| l.link.is_tls()) {
            return job.reply.give(Err(Failure::Broken(FaultKind::NoSimpleBind.into())));
        }
        if job.reply.may_send() {
            self.send(job).await;
        }
    }

    /// Sees to it that there is a connection to a server that is not given up.
    async fn ready(&mut self) -> Result<(), Failure> {
        let (health, writes) = (&self.shared.health, self.role == Role::Write);
        let given_up =
            |line: &Line| !health.is_up(line.server) || (writes && health.best(true) != Some(line.server));
        if self.pending.is_empty() && self.line.as_ref().is_some_and(given_up) {
            self.hang_up().await;
        }
        if self.line.is_some() { Ok(()) } else { self.connect().await }
    }

    async fn connect(&mut self) -> Result<(), Failure> {
        if let Some(fault) = self.shared.refused(self.role) {
            return Err(Failure::Account(fault));
        }
        let (mut tried, mut last) = (Vec::new(), None);
        while let Some(id) = self.shared.health.best_but(self.role == Role::Write, &tried) {
            match self.open(id).await {
                Ok(link) => {
                    self.set_line(link, id);
                    return Ok(());
                }
                Err(OpenFault::Account(fault)) => return Err(Failure::Account(fault)),
                Err(OpenFault::Server(fault)) => last = Some(fault),
            }
            tried.push(id);
        }
        Err(Failure::Down(last.unwrap_or_else(|| self.shared.health.why())))
    }

    /// A connection to this server; given up as soon as the server is.
    async fn open(&self, id: Id) -> Result<Link, OpenFault> {
        let (health, begun) = (&self.shared.health, Instant::now());
        let opened = tokio::select! {
            opened = self.shared.link(id, self.role) => opened,
            () = health.overtaken(id) => return Err(OpenFault::Server(health.why_not(id))),
        };
        if let Err(OpenFault::Server(fault)) = &opened {
            health.failed(id, begun, fault);
        }
        opened
    }

    async fn send(&mut self, job: Job) {
        let Some(line) = &mut self.line else { return };
        let Job { request, light, deadline, reply } = job;
        let id = line.link.next_id();
        let sent = Instant::now();
        self.pending.insert(id, Pending { waiting: Waiting::new(&request), light, sent, deadline, reply });
        let fault = match timeout_at(deadline, line.link.send(&request.message(id))).await {
            Ok(Ok(())) => return,
            Ok(Err(fault)) => fault,
            Err(_) => FaultKind::TimedOut.into(),
        };
        self.lose(&fault);
    }

    fn hear(&mut self, id: i32, said: Said, size: usize) {
        let Some(line) = &mut self.line else { return };
        line.heard = Instant::now();
        line.suspected = false;
        self.shared.health.heard(line.server);
        let Some(pending) = self.pending.get_mut(&id) else {
            line.unasked += size;
            return match said {
                Said::Notice(why) => self.lose(&FaultKind::Disconnected.with(why)),
                _ if line.unasked > MOST_UNASKED => self.lose(&FaultKind::Garbage.into()),
                _ => {}
            };
        };
        let result = match pending.waiting.hear(said, size) {
            Ok(None) => return,
            Ok(Some(answer)) => Ok(answer),
            Err(kind) => Err(Failure::Broken(kind.into())),
        };
        let broken = result.is_err();
        if let Some(pending) = self.pending.remove(&id) {
            pending.reply.give(result);
        }
        if broken {
            self.lose(&FaultKind::Closed.into());
        }
    }

    /// Gives up what is past its time, and the connection if it was silent since.
    async fn expire(&mut self, now: Instant) {
        let late: Vec<i32> =
            self.pending.iter().filter(|(_, p)| p.deadline <= now).map(|(id, _)| *id).collect();
        for id in late {
            let Some(pending) = self.pending.remove(&id) else { continue };
            let fault = Fault::from(FaultKind::TimedOut);
            let silent = self.line.as_ref().is_some_and(|line| line.heard < pending.sent);
            if silent || matches!(pending.waiting, Waiting::Bind) {
                self.lose(&fault);
            } else {
                self.abandon(id, now).await;
            }
            pending.reply.give(Err(Failure::Lost(fault)));
        }
    }

    async fn abandon(&mut self, id: i32, now: Instant) {
        let Some(line) = &mut self.line else { return };
        let message = abandon(line.link.next_id(), id);
        if !matches!(timeout_at(now + PAUSE, line.link.send(&message)).await, Ok(Ok(()))) {
            self.lose(&FaultKind::TimedOut.into());
        }
    }

    /// The connection is gone, and with it what was under way.
    fn lose(&mut self, fault: &Fault) {
        self.drop_line(&Failure::Lost(fault.clone()));
    }

    /// The server does not answer, and so not what was asked of it.
    fn give_up(&mut self, server: Id) {
        self.drop_line(&Failure::GivenUp(self.shared.health.why_not(server)));
    }

    fn drop_line(&mut self, failure: &Failure) {
        let now = Instant::now();
        let made = self.take_line().map(|line| {
            self.shared.health.suspect(line.server);
            line.made
        });
        let soon = now + self.turn();
        self.warm_at = Self::warms(self.role).then(|| made.map_or(soon, |made| soon.max(made + PAUSE)));
        self.move_at = None;
        for (_, pending) in self.pending.drain() {
            pending.reply.give(Err(failure.clone()));
        }
    }

    /// How long others come first when connections are lost together.
    fn turn(&self) -> Duration {
        let behind = STAGGER * self.number.saturating_sub(AT_ONCE - 1);
        if self.role == Role::Background { behind + AFTER_LOG_ONS } else { behind }
    }

    fn set_line(&mut self, link: Link, server: Id) {
        self.take_line();
        self.ready.fetch_add(1, Ordering::Relaxed);
        self.line = Some(Line::new(link, server));
    }

    fn take_line(&mut self) -> Option<Line> {
        let line = self.line.take()?;
        self.ready.fetch_sub(1, Ordering::Relaxed);
        Some(line)
    }

    async fn hang_up(&mut self) {
        if let Some(line) = self.take_line() {
            line.link.close(Instant::now() + PAUSE).await;
        }
    }
}
