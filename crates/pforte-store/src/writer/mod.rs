//! The one writer: runs queued jobs, each in its own savepoint, and commits them together.
//!
//! A job is answered after the commit. Jobs run first in first out; a batch ends
//! when the queue is empty, after 256 jobs or after 20 ms. What is slow, such as
//! hashing a password, has to be done before.
//!
//! # Where to start reading
//!
//! [`Writer::write`] queues a job, `Thread::batch` commits what is queued,
//! [`Tx`] is what a job gets.

mod exec;
mod job;
mod source;
mod thread;
mod tx;

pub(crate) use source::Source;
pub use tx::Tx;

use crate::engine::Conn;
use crate::error::{Result, StoreError};
use crate::log::Tail;
use crate::readers::Readers;
use crate::settings::Edge;
use exec::Exec;
use job::{Job, Pending};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::Duration;
use thread::Thread;
use tokio::sync::{mpsc, oneshot, watch};

/// Jobs that may wait; one more waits for its place, within a bound.
const QUEUE: usize = 1024;

/// How long a caller waits for a place in the queue.
const PLACE_WAIT: Duration = Duration::from_secs(5);

/// What the writer did since it started.
#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) jobs: AtomicU64,
    pub(crate) batches: AtomicU64,
    pub(crate) failed_batches: AtomicU64,
}

/// What the writer's thread shares with its handle.
#[derive(Clone, Default)]
struct Shared {
    counters: Arc<Counters>,
    readers: Arc<OnceLock<Arc<Readers>>>,
}

/// The handle to the writer's thread.
pub(crate) struct Writer {
    queue: Option<mpsc::Sender<Box<dyn Job>>>,
    thread: Option<JoinHandle<()>>,
    shared: Shared,
    doubts: watch::Receiver<u64>,
}

impl Writer {
    /// Starts the thread. The connection is opened on it by `open`, because on
    /// PostgreSQL the thread drives the connection.
    pub(crate) async fn start<O, E>(source: Source, edge: Edge, open: O) -> Result<Self, E>
    where
        O: AsyncFnOnce(&Source, &Edge) -> Result<Conn, E> + Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let (opened, answer) = oneshot::channel();
        let (doubt, doubts) = watch::channel(0);
        let shared = Shared::default();
        let own = shared.clone();
        let body = move || {
            let ready = Exec::new(source.is_inline()).map_err(E::from).and_then(|exec| {
                let conn = exec.wait(open(&source, &edge))?;
                let tx = Tx::new(conn, Tail::new(edge.signer), edge.rng);
                Ok(Thread::new(tx, exec, source, own, doubt))
            });
            match ready {
                Ok(mut thread) => {
                    let _gone = opened.send(Ok(()));
                    thread.serve(jobs);
                }
                Err(error) => drop(opened.send(Err(error))),
            }
        };
        let spawned = std::thread::Builder::new().name("pforte-writer".into()).spawn(body);
        let thread = spawned.map_err(|_| StoreError::Unavailable)?;
        answer.await.map_err(|_| StoreError::Unavailable)??;
        Ok(Self { queue: Some(queue), thread: Some(thread), shared, doubts })
    }

    /// Tells which connections for reading are to be made anew when the one for
    /// writing is.
    pub(crate) fn renews(&self, readers: Arc<Readers>) {
        let _once = self.shared.readers.set(readers);
    }

    /// Queues a job and waits for its answer.
    pub(crate) async fn write<T, E, F>(&self, job: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.enqueue(Box::new(Pending::new(job, reply))).await?;
        // The thread ended under the job: whether it was kept is not known.
        answer.await.map_err(|_| StoreError::OutcomeUnknown)?
    }

    async fn enqueue(&self, job: Box<dyn Job>) -> Result<()> {
        let queue = self.queue.as_ref().ok_or(StoreError::Unavailable)?;
        match queue.try_send(job) {
            Ok(()) => Ok(()),
            Err(mpsc::error::TrySendError::Closed(_)) => Err(StoreError::Unavailable),
            Err(mpsc::error::TrySendError::Full(job)) => {
                let waited = tokio::time::timeout(PLACE_WAIT, queue.send(job)).await;
                waited.map_err(|_| StoreError::Busy)?.map_err(|_| StoreError::Unavailable)
            }
        }
    }

    /// Counts the batches whose outcome is not known.
    pub(crate) fn doubts(&self) -> watch::Receiver<u64> {
        self.doubts.clone()
    }

    /// Jobs, batches and failed batches so far, and jobs that wait now.
    pub(crate) fn figures(&self) -> (u64, u64, u64, usize) {
        let Counters { jobs, batches, failed_batches } = &*self.shared.counters;
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let waiting = self.queue.as_ref().map_or(0, |queue| queue.max_capacity() - queue.capacity());
        (read(jobs), read(batches), read(failed_batches), waiting)
    }
}

impl Drop for Writer {
    /// Does what is queued and ends the thread.
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}
