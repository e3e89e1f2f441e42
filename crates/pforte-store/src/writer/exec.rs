//! How the writer's thread runs what is asynchronous in form.

use crate::error::{Result, StoreError};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::runtime::Runtime;

/// Runs futures on the writer's thread.
///
/// On SQLite everything is ready at the first poll; on PostgreSQL the thread
/// drives the connection itself, so that no request crosses to another thread.
pub(super) struct Exec {
    runtime: Runtime,
    inline: bool,
}

impl Exec {
    pub(super) fn new(inline: bool) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        Ok(Self { runtime: runtime.map_err(|_| StoreError::Unavailable)?, inline })
    }

    /// Runs the store's own work.
    pub(super) fn run<T, E: From<StoreError>>(
        &self,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        if self.inline { once(work).unwrap_or(Err(StoreError::Foreign.into())) } else { self.wait(work) }
    }

    /// Waits for something that may take time on either engine.
    pub(super) fn wait<F: Future>(&self, work: F) -> F::Output {
        self.runtime.block_on(work)
    }

    /// Waits no longer than this; `None` when the time is over.
    pub(super) fn wait_for<F: Future>(&self, work: F, limit: Duration) -> Option<F::Output> {
        self.wait(async { tokio::time::timeout(limit, work).await.ok() })
    }

    /// Runs a job; `None` if it waits for something that is not the store.
    /// `waiting` tells whether the connection itself waits.
    pub(super) fn job<F: Future>(&self, job: F, waiting: Option<Arc<AtomicBool>>) -> Option<F::Output> {
        let Some(waiting) = waiting else {
            let _in_runtime = self.runtime.enter();
            return once(job);
        };
        let mut job = pin!(job);
        self.wait(poll_fn(|cx| {
            waiting.store(false, Ordering::Relaxed);
            match job.as_mut().poll(cx) {
                Poll::Ready(value) => Poll::Ready(Some(value)),
                Poll::Pending if waiting.load(Ordering::Relaxed) => Poll::Pending,
                Poll::Pending => Poll::Ready(None),
            }
        }))
    }
}

fn once<F: Future>(work: F) -> Option<F::Output> {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}
