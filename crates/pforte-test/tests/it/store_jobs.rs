//! The writer's contract: what a job did is kept or undone as a whole, in order,
//! whatever its neighbours in the batch do.

use crate::store_kit::{Held, Site, on_both_engines, write};
use pforte_model::name::Label;
use pforte_model::time::Micros;
use pforte_store::{Result, Store, StoreError, Tx, configured, events, throttle};
use pforte_test::store::event;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::task::JoinSet;

on_both_engines!(
    failing_jobs_among_many_leave_nothing_and_no_gap,
    a_job_that_waits_for_something_else_is_refused,
    a_job_whose_caller_went_away_still_runs,
    hooks_run_in_the_order_of_the_commits_and_before_the_answer,
    a_job_sees_what_the_jobs_before_it_did,
    a_statement_that_fails_spoils_its_own_job_alone,
    a_job_that_swallows_a_failed_statement_is_undone_all_the_same,
    closing_does_what_is_queued,
);

/// How a job ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Plan {
    Keep,
    FailEarly,
    FailLate,
    Duplicate,
    Panic,
}

const PLANS: [Plan; 6] =
    [Plan::Keep, Plan::FailEarly, Plan::Keep, Plan::FailLate, Plan::Duplicate, Plan::Panic];

async fn job(tx: &mut Tx, number: u64, plan: Plan) -> Result<u64> {
    if plan == Plan::FailEarly {
        return Err(StoreError::Stale);
    }
    let key = format!("key{number}");
    configured::set(tx, &key, "1", 0).await?;
    let counted = throttle::Throttle { key, failures: 1, last_at: Micros(1), blocked_until: Micros(2) };
    throttle::put(tx, &counted).await?;
    let sequence = tx.append(&event(number))?;
    match plan {
        Plan::FailLate => Err(StoreError::Stale),
        Plan::Duplicate => configured::set(tx, "taken", "2", 0).await.map(|()| sequence),
        Plan::Panic => [sequence].get(1).copied().ok_or(StoreError::Missing).inspect_err(|_| bomb()),
        Plan::Keep | Plan::FailEarly => Ok(sequence),
    }
}

/// A panic that no lint of ours and no compiler sees coming.
fn bomb() {
    let nothing: Option<u64> = std::hint::black_box(None);
    nothing.unwrap();
}

async fn failing_jobs_among_many_leave_nothing_and_no_gap(site: Site) {
    let store = Arc::new(site.create().await);
    write(&store, async |tx: &mut Tx| configured::set(tx, "taken", "1", 0).await).await.unwrap();
    let mut tasks = JoinSet::new();
    for task in 0..64 {
        let store = Arc::clone(&store);
        tasks.spawn(async move { many_jobs(&store, task).await });
    }
    let mut kept: Vec<(u64, u64)> = tasks.join_all().await.concat();
    kept.sort_unstable();
    let sequences: Vec<u64> = kept.iter().map(|(sequence, _)| *sequence).collect();
    assert_eq!(sequences, (0..64 * 10).collect::<Vec<u64>>());
    let mut conn = store.read().await.unwrap();
    assert_eq!(configured::all(&mut conn).await.unwrap().len(), kept.len() + 1);
    assert_eq!(throttle::all(&mut conn).await.unwrap().len(), kept.len());
    for (sequence, number) in kept {
        let entry = events::by_seq(&mut conn, sequence.cast_signed()).await.unwrap().unwrap();
        assert_eq!(entry.event.unwrap(), event(number));
    }
    drop(conn);
    let figures = store.figures();
    assert_eq!((figures.jobs, figures.failed_batches), (1 + 64 * 30, 0));
    assert!(figures.batches < figures.jobs / 2, "commits are not shared: {figures:?}");
    assert!(site.audit().await.is_genuine());
}

async fn many_jobs(store: &Store, task: u64) -> Vec<(u64, u64)> {
    let mut kept = Vec::new();
    for (round, plan) in (0..30).zip(PLANS.iter().copied().cycle()) {
        let number = task * 1000 + round;
        let answer = write(store, async move |tx: &mut Tx| job(tx, number, plan).await).await;
        match (plan, answer) {
            (Plan::Keep, Ok(sequence)) => kept.push((sequence, number)),
            (Plan::FailEarly | Plan::FailLate | Plan::Duplicate, Err(StoreError::Stale))
            | (Plan::Panic, Err(StoreError::Panicked)) => {}
            (_, other) => assert_eq!(format!("{other:?}"), "as planned"),
        }
    }
    kept
}

async fn a_job_that_waits_for_something_else_is_refused(site: Site) {
    let store = site.create().await;
    let (held, never) = tokio::sync::oneshot::channel::<()>();
    let answer = write(&store, async move |tx: &mut Tx| {
        tx.append(&event(1))?;
        configured::set(tx, "foreign", "1", 0).await?;
        let _never = never.await;
        Ok(())
    });
    assert!(matches!(answer.await, Err(StoreError::Foreign)));
    drop(held);
    let yields = write(&store, async move |tx: &mut Tx| {
        configured::all(tx).await?;
        tokio::task::yield_now().await;
        Ok(())
    });
    assert!(matches!(yields.await, Err(StoreError::Foreign)));
    assert_eq!(write(&store, async |tx: &mut Tx| tx.append(&event(2))).await.unwrap(), 0);
    let mut conn = store.read().await.unwrap();
    assert_eq!(configured::all(&mut conn).await.unwrap(), []);
}

async fn a_job_whose_caller_went_away_still_runs(site: Site) {
    let store = Arc::new(site.create().await);
    let (started, wait) = std::sync::mpsc::channel::<()>();
    let (blocks, blocked) = std::sync::mpsc::channel::<()>();
    let mut first = JoinSet::new();
    let held = Arc::clone(&store);
    first.spawn(async move {
        let job = write(&held, async move |tx: &mut Tx| {
            started.send(()).unwrap();
            blocked.recv().unwrap();
            tx.append(&event(0))
        });
        job.await.unwrap()
    });
    tokio::task::spawn_blocking(move || wait.recv().unwrap()).await.unwrap();
    let mut abandoned = Box::pin(write(&store, async |tx: &mut Tx| tx.append(&event(1))));
    assert!(futures_util::poll!(&mut abandoned).is_pending());
    drop(abandoned);
    blocks.send(()).unwrap();
    assert_eq!(first.join_all().await, [0]);
    assert_eq!(write(&store, async |tx: &mut Tx| tx.append(&event(2))).await.unwrap(), 2);
}

async fn hooks_run_in_the_order_of_the_commits_and_before_the_answer(site: Site) {
    let store = Arc::new(site.create().await);
    let heard = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = JoinSet::new();
    for number in 0..200 {
        let (store, heard) = (Arc::clone(&store), Arc::clone(&heard));
        tasks.spawn(async move {
            let told = Arc::clone(&heard);
            let answer = write(&store, async move |tx: &mut Tx| {
                let sequence = tx.append(&event(number))?;
                tx.on_commit(move || told.lock().unwrap().push(sequence));
                if number % 3 == 0 { Err(StoreError::Stale) } else { Ok(sequence) }
            });
            if let Ok(sequence) = answer.await {
                assert!(heard.lock().unwrap().contains(&sequence));
            }
        });
    }
    tasks.join_all().await;
    let heard = heard.lock().unwrap().clone();
    assert_eq!(heard, (0..u64::try_from(heard.len()).unwrap()).collect::<Vec<_>>());
    assert_eq!(heard.len(), 133);
}

async fn a_job_sees_what_the_jobs_before_it_did(site: Site) {
    let store = Arc::new(site.create().await);
    write(&store, async |tx: &mut Tx| configured::set(tx, "count", "0", 0).await).await.unwrap();
    let mut tasks = JoinSet::new();
    for _ in 0..100 {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            write(&store, async |tx: &mut Tx| {
                let now = configured::by_key(tx, "count").await?.ok_or(StoreError::Missing)?;
                let next = now.value.parse::<u64>().unwrap() + 1;
                configured::set(tx, "count", &next.to_string(), now.version).await
            })
            .await
            .unwrap();
        });
    }
    tasks.join_all().await;
    let mut conn = store.read().await.unwrap();
    let count = configured::by_key(&mut conn, "count").await.unwrap().unwrap();
    assert_eq!((count.value.as_str(), count.version), ("100", 101));
}

async fn a_statement_that_fails_spoils_its_own_job_alone(site: Site) {
    let store = Arc::new(site.create().await);
    let ended = Arc::new(AtomicU64::new(0));
    let mut tasks = JoinSet::new();
    for number in 0..50_u64 {
        let (store, ended) = (Arc::clone(&store), Arc::clone(&ended));
        tasks.spawn(async move {
            let answer = write(&store, async move |tx: &mut Tx| {
                configured::set(tx, &format!("key{}", number / 2), "1", 0).await
            });
            ended.fetch_add(u64::from(answer.await.is_ok()), Ordering::Relaxed);
        });
    }
    tasks.join_all().await;
    assert_eq!(ended.load(Ordering::Relaxed), 25);
    let mut conn = store.read().await.unwrap();
    assert_eq!(configured::all(&mut conn).await.unwrap().len(), 25);
}

/// PostgreSQL does nothing more in a job after a failed statement. SQLite would; a
/// service that relied on it would work on one engine alone.
async fn a_job_that_swallows_a_failed_statement_is_undone_all_the_same(site: Site) {
    let store = site.create().await;
    let name = Label::parse("Taken").unwrap();
    let answer = write(&store, async move |tx: &mut Tx| {
        configured::set(tx, name.as_str(), "1", 0).await?;
        let refused = configured::set(tx, name.as_str(), "2", 0).await;
        assert!(matches!(refused, Err(StoreError::Stale)));
        tx.append(&event(0))
    });
    assert!(matches!(answer.await, Err(StoreError::Duplicate)));
    assert_eq!(store.figures().failed_batches, 0);
    let mut conn = store.read().await.unwrap();
    assert_eq!(configured::all(&mut conn).await.unwrap(), []);
}

async fn closing_does_what_is_queued(site: Site) {
    let store = Arc::new(site.create().await);
    let mut waiting: Vec<_> = (0..20)
        .map(|number| {
            let store = Arc::clone(&store);
            Box::pin(async move { write(&store, async move |tx: &mut Tx| tx.append(&event(number))).await })
        })
        .collect();
    for job in &mut waiting {
        let _queued = futures_util::poll!(job);
    }
    drop(waiting);
    let store = Arc::into_inner(store).unwrap();
    tokio::task::spawn_blocking(|| store.close()).await.unwrap();
    assert_eq!(site.audit().await.entries, 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hook_that_panics_is_told_and_stops_nobody() {
    let site = Site::sqlite();
    let store = site.create().await;
    let job = write(&store, async |tx: &mut Tx| {
        tx.on_commit(bomb);
        tx.append(&event(0))
    });
    assert_eq!(job.await.unwrap(), 0);
    assert_eq!(*store.doubts().borrow(), 1);
    assert_eq!(write(&store, async |tx: &mut Tx| tx.append(&event(1))).await.unwrap(), 1);
}

/// The queue has room for 1,024 jobs. Who finds it full waits a bounded time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_is_told_and_what_is_in_it_is_done() {
    let site = Site::sqlite();
    let store = Arc::new(site.create().await);
    let (held, until) = std::sync::mpsc::channel::<()>();
    let (begun, wait) = tokio::sync::oneshot::channel();
    let mut tasks = JoinSet::new();
    let first = Arc::clone(&store);
    tasks.spawn(async move {
        let job = write(&first, async move |_: &mut Tx| {
            begun.send(()).unwrap();
            Ok(until.recv().is_err())
        });
        job.await.unwrap()
    });
    wait.await.unwrap();
    let mut queued = Vec::new();
    for number in 0..1026 {
        let store = Arc::clone(&store);
        let mut job =
            Box::pin(async move { write(&store, async move |tx: &mut Tx| tx.append(&event(number))).await });
        assert!(futures_util::poll!(&mut job).is_pending());
        queued.push(job);
    }
    let last = queued.pop().unwrap();
    assert!(matches!(last.await, Err(StoreError::Busy)));
    drop(held);
    assert!(tasks.join_all().await.into_iter().all(|closed| closed));
    let answers = futures_util::future::join_all(queued).await;
    assert!(answers.iter().take(1024).all(Result::is_ok));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_finds_no_connection_to_read_with_is_told() {
    let site = Site::sqlite();
    let store = site.create().await;
    let mut held = Vec::new();
    for _ in 0..site.settings.readers {
        held.push(store.read().await.unwrap());
    }
    assert!(matches!(store.read().await, Err(StoreError::Busy)));
    held.pop();
    store.read().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_journal_is_given_back_when_nobody_writes() {
    let site = Site::sqlite();
    let store = site.create().await;
    let Held::Folder(folder) = &site.held else { return };
    let journal = folder.path().join("pforte.db-wal");
    let events: Vec<_> = (0..5000).map(event).collect();
    let job = write(&store, async move |tx: &mut Tx| {
        events.iter().try_for_each(|event| tx.append(event).map(drop))
    });
    job.await.unwrap();
    let length = || std::fs::metadata(&journal).unwrap().len();
    assert!(length() > 1 << 20);
    let start = std::time::Instant::now();
    while length() > 0 {
        assert!(start.elapsed() < std::time::Duration::from_secs(20), "{} bytes are left", length());
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(write(&store, async |tx: &mut Tx| tx.append(&event(0))).await.unwrap(), 5000);
}
