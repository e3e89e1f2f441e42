//! Background work: every job has a name, hears of the stop, and is waited for.
//!
//! # Invariants
//!
//! - Nothing else in the server starts work of its own, so that a stop waits for
//!   all of it and nobody is left behind half done.
//! - A job that panics is logged and counted; it takes nothing else down. A loop
//!   that must never end is started with [`Jobs::forever`] and started again.

use crate::metrics::Counter;
use futures_util::FutureExt as _;
use std::any::Any;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

/// The wait before a loop that ended is started again; it doubles each time.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// The longest wait before a loop that ended is started again.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A loop that ran this long before it ended is started again after [`FIRST_PAUSE`].
const SOUND: Duration = Duration::from_mins(1);

/// Tells the holders of the [`Stop`] that belongs to it to come to an end.
pub struct Stopper(watch::Sender<bool>);

/// Where a job hears that it is to come to an end.
#[derive(Clone)]
pub struct Stop(watch::Receiver<bool>);

/// A stop that was not given yet, and the one who can give it.
#[must_use]
pub fn stop_signal() -> (Stopper, Stop) {
    let (sender, receiver) = watch::channel(false);
    (Stopper(sender), Stop(receiver))
}

impl Stopper {
    /// Gives the stop. A second time changes nothing.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// Whether the stop was given.
    #[must_use]
    pub fn is_given(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until the stop is given; a [`Stopper`] that is gone counts as a stop.
    pub async fn given(&self) {
        let mut receiver = self.0.clone();
        // An error means that nobody is left who could give it.
        let _gone = receiver.wait_for(|given| *given).await;
    }

    /// Waits for `period`, or less if the stop is given: `false` then.
    pub async fn sleep(&self, period: Duration) -> bool {
        tokio::time::timeout(period, self.given()).await.is_err()
    }
}

/// The jobs of one server. Clones are the same jobs.
#[derive(Clone)]
pub struct Jobs(Arc<Shared>);

struct Shared {
    stopper: Stopper,
    stop: Stop,
    kinds: Mutex<Vec<Arc<Kind>>>,
    idle: Notify,
    panics: Arc<Counter>,
}

/// What is counted about the jobs of one name.
struct Kind {
    name: &'static str,
    running: AtomicUsize,
}

/// Starts jobs of one name; cheaper than [`Jobs::spawn`] for jobs that come by the thousand.
#[derive(Clone)]
pub struct Spawner {
    jobs: Arc<Shared>,
    kind: Arc<Kind>,
}

impl Jobs {
    /// No jobs yet. `panics` counts the ones that panicked.
    #[must_use]
    pub fn new(panics: Arc<Counter>) -> Self {
        let (stopper, stop) = stop_signal();
        Self(Arc::new(Shared { stopper, stop, kinds: Mutex::default(), idle: Notify::new(), panics }))
    }

    /// The stop that [`Jobs::stop`] gives.
    #[must_use]
    pub fn stop_given(&self) -> Stop {
        self.0.stop.clone()
    }

    /// What starts jobs of this name.
    #[must_use]
    pub fn spawner(&self, name: &'static str) -> Spawner {
        let mut kinds = self.0.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kinds.iter().find(|kind| kind.name == name).map(Arc::clone);
        let kind = known.unwrap_or_else(|| {
            let kind = Arc::new(Kind { name, running: AtomicUsize::new(0) });
            kinds.push(Arc::clone(&kind));
            kind
        });
        Spawner { jobs: Arc::clone(&self.0), kind }
    }

    /// Starts a job. It is to end by itself, at the latest soon after the stop.
    pub fn spawn(&self, name: &'static str, job: impl Future<Output = ()> + Send + 'static) {
        self.spawner(name).spawn(job);
    }

    /// Starts a loop that ends only at the stop. If it panics or returns before,
    /// it is made and started again, at first soon, then after longer and longer
    /// pauses of at most 30 s.
    pub fn forever<F>(&self, name: &'static str, mut make: impl FnMut(Stop) -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (stop, panics) = (self.stop_given(), Arc::clone(&self.0.panics));
        self.spawn(name, async move {
            let mut pause = FIRST_PAUSE;
            loop {
                let begun = Instant::now();
                guarded(name, &panics, make(stop.clone())).await;
                if stop.is_given() {
                    return;
                }
                if begun.elapsed() > SOUND {
                    pause = FIRST_PAUSE;
                }
                tracing::warn!(job = name, ?pause, "job ended, is started again");
                if !stop.sleep(pause).await {
                    return;
                }
                pause = LONGEST_PAUSE.min(pause * 2);
            }
        });
    }

    /// Gives the stop and waits until all jobs have ended, for at most `within`.
    /// The names of those that have not are returned; the end of the runtime
    /// will cut them off.
    pub async fn stop(&self, within: Duration) -> Vec<&'static str> {
        self.0.stopper.stop();
        let all = async {
            loop {
                let idle = self.0.idle.notified();
                if self.running().is_empty() {
                    return;
                }
                idle.await;
            }
        };
        // What still runs after the time is what is returned.
        let _late = tokio::time::timeout(within, all).await;
        self.running()
    }

    /// The names of the jobs that run.
    #[must_use]
    pub fn running(&self) -> Vec<&'static str> {
        let kinds = self.0.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        kinds.iter().filter(|kind| kind.running.load(Ordering::Acquire) > 0).map(|kind| kind.name).collect()
    }
}

impl Spawner {
    /// Starts a job. It is to end by itself, at the latest soon after the stop.
    #[expect(clippy::disallowed_methods, reason = "this is the job tracker")]
    pub fn spawn(&self, job: impl Future<Output = ()> + Send + 'static) {
        let running = Running::count(self.clone());
        tokio::spawn(async move {
            guarded(running.0.kind.name, &running.0.jobs.panics, job).await;
        });
    }
}

/// HTTP/2 serves each of its requests as a job.
impl<F> hyper::rt::Executor<F> for Spawner
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    fn execute(&self, job: F) {
        self.spawn(async move {
            job.await;
        });
    }
}

/// A job that runs; its end is counted even if the runtime drops it.
struct Running(Spawner);

impl Running {
    fn count(spawner: Spawner) -> Self {
        spawner.kind.running.fetch_add(1, Ordering::AcqRel);
        Self(spawner)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.0.kind.running.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.jobs.idle.notify_waiters();
        }
    }
}

/// Runs a job to its end, which may be a panic.
async fn guarded(name: &'static str, panics: &Counter, job: impl Future<Output = ()>) {
    if let Err(panic) = AssertUnwindSafe(job).catch_unwind().await {
        panics.add(1);
        tracing::error!(job = name, error = panic_text(panic.as_ref()), "job panicked");
    }
}

/// What a panic says, as far as it is a text.
#[must_use]
pub fn panic_text(panic: &(dyn Any + Send)) -> &str {
    let literal = panic.downcast_ref::<&'static str>().copied();
    literal.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a text")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::panic, reason = "panics are what is tested")]
    use super::*;
    use tokio::sync::mpsc;

    fn jobs() -> (Jobs, Arc<Counter>) {
        let panics = Arc::new(Counter::default());
        (Jobs::new(Arc::clone(&panics)), panics)
    }

    #[tokio::test]
    async fn a_stop_waits_for_the_end_of_every_job() {
        let (jobs, _) = jobs();
        let (done, mut ended) = mpsc::unbounded_channel();
        for _ in 0..10 {
            let (stop, done) = (jobs.stop_given(), done.clone());
            jobs.spawn("worker", async move {
                stop.given().await;
                tokio::task::yield_now().await;
                done.send(()).ok();
            });
        }
        assert_eq!(jobs.running(), ["worker"]);
        assert!(jobs.stop(Duration::from_secs(5)).await.is_empty());
        drop(done);
        for _ in 0..10 {
            assert_eq!(ended.try_recv(), Ok(()));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_job_that_does_not_hear_the_stop_is_named() {
        let (jobs, _) = jobs();
        jobs.spawn("deaf", std::future::pending());
        jobs.spawn("good", async {});
        assert_eq!(jobs.stop(Duration::from_secs(1)).await, ["deaf"]);
    }

    #[tokio::test]
    async fn a_panic_in_a_job_is_counted_and_takes_nothing_else_down() {
        let (jobs, panics) = jobs();
        jobs.spawn("bad", async { panic!("on purpose") });
        jobs.spawn("good", async {});
        assert!(jobs.stop(Duration::from_secs(5)).await.is_empty());
        assert_eq!(panics.get(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_loop_that_ends_or_panics_is_started_again_until_the_stop() {
        let (jobs, panics) = jobs();
        let (tell, mut starts) = mpsc::unbounded_channel();
        let mut round = 0;
        jobs.forever("loop", move |stop| {
            round += 1;
            let tell = tell.clone();
            async move {
                tell.send(round).ok();
                match round {
                    1 => panic!("on purpose"),
                    2 => {}
                    _ => stop.given().await,
                }
            }
        });
        for expected in 1..=3 {
            assert_eq!(starts.recv().await, Some(expected));
        }
        assert_eq!(panics.get(), 1);
        assert!(jobs.stop(Duration::from_secs(5)).await.is_empty());
        assert_eq!(starts.recv().await, None, "the loop is not started again after the stop");
    }

    #[tokio::test(start_paused = true)]
    async fn a_loop_that_waits_to_be_started_again_hears_the_stop() {
        let (jobs, _) = jobs();
        let (tell, mut starts) = mpsc::unbounded_channel();
        jobs.forever("loop", move |_| {
            tell.send(()).ok();
            async {}
        });
        for _ in 0..8 {
            starts.recv().await;
        }
        assert!(jobs.stop(Duration::from_millis(1)).await.is_empty());
        assert!(starts.try_recv().is_err());
    }

    #[tokio::test]
    async fn a_stopper_that_is_gone_counts_as_a_stop() {
        let (stopper, stop) = stop_signal();
        assert!(!stop.is_given());
        drop(stopper);
        stop.given().await;
        assert!(!stop.sleep(Duration::from_mins(1)).await);
    }
}
