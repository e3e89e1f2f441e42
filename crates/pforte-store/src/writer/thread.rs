//! The writer's thread.

use super::exec::Exec;
use super::job::Job;
use super::source::{Retry, Source};
use super::tx::Tx;
use super::{Counters, Shared};
use crate::engine::Use;
use crate::error::{Chain, Result, StoreError};
use crate::log::Evidence;
use crate::readers::Readers;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};

/// Most jobs in a batch.
const MOST_JOBS: usize = 256;

/// After this time a batch takes no more jobs.
const MOST_TIME: Duration = Duration::from_millis(20);

/// After so long without a job the room of the journal is given back.
const IDLE: Duration = Duration::from_secs(2);

/// How long the outcome of a lost commit is looked for: longer than the server
/// lets a transaction idle whose client is gone.
const FATE_WAIT: Duration = Duration::from_secs(15);

/// Pause between two looks.
const FATE_PAUSE: Duration = Duration::from_millis(100);

pub(super) struct Thread {
    tx: Tx,
    exec: Exec,
    source: Source,
    retry: Retry,
    counters: Arc<Counters>,
    doubt: watch::Sender<u64>,
    /// The store's connections for reading, once they are there.
    readers: Arc<OnceLock<Arc<Readers>>>,
    /// Whether the last batch failed: only the first of many is worth a line.
    failing: bool,
}

impl Thread {
    pub(super) fn new(tx: Tx, exec: Exec, source: Source, shared: Shared, doubt: watch::Sender<u64>) -> Self {
        let Shared { counters, readers } = shared;
        Self { tx, exec, source, retry: Retry::default(), counters, doubt, readers, failing: false }
    }

    /// Serves the queue until its last sender is gone.
    pub(super) fn serve(&mut self, mut queue: mpsc::Receiver<Box<dyn Job>>) {
        let mut trimmed = true;
        loop {
            let next = if trimmed {
                Some(self.exec.wait(queue.recv()))
            } else {
                self.exec.wait_for(queue.recv(), IDLE)
            };
            match next {
                Some(Some(job)) => {
                    self.batch(job, &mut queue);
                    trimmed = false;
                }
                Some(None) => return,
                None => {
                    let _busy = self.tx.conn.trim_journal();
                    trimmed = true;
                }
            }
        }
    }

    /// Runs what is queued, commits it and answers.
    fn batch(&mut self, first: Box<dyn Job>, queue: &mut mpsc::Receiver<Box<dyn Job>>) {
        let mut jobs = Vec::with_capacity(MOST_JOBS);
        jobs.push(first);
        let outcome = match self.run(&mut jobs, queue) {
            Ok(()) => self.commit(),
            Err(error) => Err(error),
        };
        match &outcome {
            Ok(()) => self.run_hooks(),
            Err(error) => self.abandon(error),
        }
        self.tell(outcome.as_ref().err());
        self.count(jobs.len(), outcome.is_err());
        for job in jobs {
            job.finish(outcome.clone());
        }
    }

    /// Runs jobs up to the batch's bounds. Every job that was taken is in `jobs`.
    fn run(&mut self, jobs: &mut Vec<Box<dyn Job>>, queue: &mut mpsc::Receiver<Box<dyn Job>>) -> Result<()> {
        let start = Instant::now();
        self.reconnect()?;
        self.exec.run(self.tx.begin())?;
        let mut next = 0;
        loop {
            let Some(job) = jobs.get_mut(next) else { return Ok(()) };
            let mark = self.tx.job_begins();
            if job.run(&mut self.tx, &self.exec) {
                self.tx.conn.job_holds();
            } else {
                self.exec.run(self.tx.job_undone(mark))?;
            }
            self.tx.conn.usable()?;
            next += 1;
            if next < MOST_JOBS && start.elapsed() < MOST_TIME {
                jobs.extend(queue.try_recv().ok());
            }
        }
    }

    fn reconnect(&mut self) -> Result<()> {
        if self.tx.conn.is_lost() {
            let readers = self.readers.get().map(Arc::clone);
            self.tx.conn = self.exec.wait(async {
                let _closed = match &readers {
                    Some(readers) => readers.close().await?,
                    None => None,
                };
                self.retry.connect(&self.source, Use::Write).await
            })?;
            self.tx.tail.forget();
        }
        Ok(())
    }

    /// Commits. If the connection was lost on the way, a new one tells what became
    /// of the batch.
    fn commit(&mut self) -> Result<()> {
        self.exec.run(self.tx.seal())?;
        self.tx.conn.usable()?;
        let Err(error) = self.exec.run(self.tx.conn.commit()) else { return Ok(()) };
        if !self.tx.conn.is_lost() {
            return Err(error);
        }
        tracing::warn!(error = %Chain(&error), "the connection was lost during a commit");
        let evidence = self.tx.tail.evidence().ok_or(StoreError::OutcomeUnknown)?;
        self.exec.wait(fate(&self.source, evidence))
    }

    /// Memory follows the database: in the order of the commits, before any answer.
    fn run_hooks(&mut self) {
        for hook in self.tx.hooks.drain(..) {
            if catch_unwind(AssertUnwindSafe(hook)).is_err() {
                tracing::error!("what had to be done after a commit panicked");
                self.doubt.send_modify(|count| *count += 1);
            }
        }
    }

    fn abandon(&mut self, error: &StoreError) {
        self.tx.hooks.clear();
        self.tx.tail.forget();
        if !self.tx.conn.is_lost() {
            let _lost = self.exec.run(self.tx.conn.roll_back());
        }
        if matches!(error, StoreError::OutcomeUnknown) {
            self.doubt.send_modify(|count| *count += 1);
        }
    }

    /// Tells when writing begins to fail and when it works again.
    fn tell(&mut self, error: Option<&StoreError>) {
        match error {
            Some(error) if !self.failing => {
                tracing::error!(error = %Chain(error), "changes are not kept");
            }
            None if self.failing => tracing::warn!("changes are kept again"),
            _ => {}
        }
        self.failing = error.is_some();
    }

    fn count(&self, jobs: usize, failed: bool) {
        let add = |counter: &AtomicU64, by: u64| counter.fetch_add(by, Ordering::Relaxed);
        add(&self.counters.jobs, u64::try_from(jobs).unwrap_or(0));
        add(&self.counters.batches, 1);
        add(&self.counters.failed_batches, u64::from(failed));
    }
}

/// What became of a batch whose commit was not answered.
async fn fate(source: &Source, evidence: Evidence) -> Result<()> {
    let looking = async {
        loop {
            if let Ok(mut conn) = source.open(Use::Write).await
                && let Ok(kept) = evidence.was_kept(&mut conn).await
            {
                return if kept { Ok(()) } else { Err(StoreError::Unavailable) };
            }
            tokio::time::sleep(FATE_PAUSE).await;
        }
    };
    tokio::time::timeout(FATE_WAIT, looking).await.unwrap_or(Err(StoreError::OutcomeUnknown))
}
