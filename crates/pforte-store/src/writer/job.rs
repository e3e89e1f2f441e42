//! A job in the writer's queue.

use super::exec::Exec;
use super::tx::Tx;
use crate::error::{Result, StoreError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::sync::oneshot;

/// What the writer does with a job, whatever it returns.
pub(super) trait Job: Send {
    /// Runs it; false if it failed and has to be undone.
    fn run(&mut self, tx: &mut Tx, exec: &Exec) -> bool;
    /// Answers it after the batch's end. A failed job is answered then as well:
    /// its refusal may rest on what its neighbours had not committed yet.
    fn finish(self: Box<Self>, batch: Result<()>);
}

/// A job of one caller. It and its answer cross a thread; its future does not, so
/// that need not be `Send`.
pub(super) struct Pending<F, T, E> {
    job: Option<F>,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Pending<F, T, E> {
    pub(super) const fn new(job: F, reply: oneshot::Sender<Result<T, E>>) -> Self {
        Self { job: Some(job), result: None, reply }
    }
}

impl<F, T, E> Job for Pending<F, T, E>
where
    F: AsyncFnOnce(&mut Tx) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, tx: &mut Tx, exec: &Exec) -> bool {
        let Some(job) = self.job.take() else { return false };
        let waiting = tx.conn.waiting();
        let work = async {
            let value = job(tx).await?;
            tx.conn.settle().await?;
            tx.conn.job_well()?;
            Ok(value)
        };
        let ended = catch_unwind(AssertUnwindSafe(|| exec.job(work, waiting)));
        let result = match ended {
            Ok(Some(result)) => result,
            Ok(None) => Err(StoreError::Foreign.into()),
            Err(_) => Err(StoreError::Panicked.into()),
        };
        let held = result.is_ok();
        self.result = Some(result);
        held
    }

    fn finish(self: Box<Self>, batch: Result<()>) {
        let answer = match (batch, self.result) {
            (Err(error), _) => Err(error.into()),
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(StoreError::Panicked.into()),
        };
        // Nobody listens when the caller went away; the job was done all the same.
        let _gone = self.reply.send(answer);
    }
}
