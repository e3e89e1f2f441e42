//! What a connection is asked to do, and how that ends.

use super::answer::Answer;
use super::fault::Fault;
use super::message::Request;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::Instant;

/// The greatest number of requests that wait for a connection.
const MOST_WAITING: usize = 1_024;

/// Why a request has no answer.
#[derive(Clone, Debug)]
pub(super) enum Failure {
    /// No server answers. Nothing was sent.
    Down(Fault),
    /// The service account is refused. Nothing was sent.
    Account(Fault),
    /// No connection was free in time. Nothing was sent.
    Late,
    /// It was sent, and the connection was lost or the time ran out.
    Lost(Fault),
    /// It was sent, and the server was given up before it answered.
    GivenUp(Fault),
    /// It was sent, and what came back is no answer.
    Broken(Fault),
}

/// A request that waits for a connection.
pub(super) struct Job {
    pub(super) request: Request,
    /// Whether any server that works answers it at once, so that silence means
    /// that the server is dead.
    pub(super) light: bool,
    pub(super) deadline: Instant,
    pub(super) reply: Reply,
}

/// Where the answer goes.
pub(super) struct Reply {
    to: oneshot::Sender<Result<Answer, Failure>>,
    sent: Arc<AtomicBool>,
}

/// Where the answer comes from.
pub(super) struct Ticket {
    from: oneshot::Receiver<Result<Answer, Failure>>,
    sent: Arc<AtomicBool>,
}

/// Two ends for one answer.
pub(super) fn ticket() -> (Reply, Ticket) {
    let (to, from) = oneshot::channel();
    let sent = Arc::new(AtomicBool::new(false));
    (Reply { to, sent: Arc::clone(&sent) }, Ticket { from, sent })
}

impl Reply {
    /// Whether nobody waits any more.
    pub(super) fn is_unwanted(&self) -> bool {
        self.to.is_closed()
    }

    /// Says that the request is about to be sent; false if nobody waits any
    /// more, and then it must not be. Of this and the end of waiting, one sees
    /// the other.
    pub(super) fn may_send(&self) -> bool {
        self.sent.store(true, Ordering::SeqCst);
        !self.to.is_closed()
    }

    /// Gives the answer.
    pub(super) fn give(self, answer: Result<Answer, Failure>) {
        // Whoever asked may have gone.
        let _ = self.to.send(answer);
    }
}

impl Ticket {
    /// The answer; `None` if the connections were stopped. At `until` the
    /// waiting ends.
    pub(super) async fn wait(mut self, until: Instant) -> Option<Result<Answer, Failure>> {
        if let Ok(answer) = tokio::time::timeout_at(until, &mut self.from).await {
            return answer.ok();
        }
        self.from.close();
        match self.from.try_recv() {
            Ok(answer) => Some(answer),
            Err(_) if self.sent.load(Ordering::SeqCst) => {
                Some(Err(Failure::Lost(super::fault::FaultKind::TimedOut.into())))
            }
            Err(_) => Some(Err(Failure::Late)),
        }
    }
}

/// A bounded queue from which several connections take.
#[derive(Clone)]
pub(super) struct Queue(Arc<Mutex<mpsc::Receiver<Job>>>);

/// A queue and the end to put requests in. It never grows beyond its bound.
pub(super) fn queue() -> (mpsc::Sender<Job>, Queue) {
    let (sender, receiver) = mpsc::channel(MOST_WAITING);
    (sender, Queue(Arc::new(Mutex::new(receiver))))
}

impl Queue {
    /// The next request; `None` if there will never be one. Connections are
    /// served in turn.
    pub(super) async fn next(&self) -> Option<Job> {
        self.0.lock().await.recv().await
    }
}
