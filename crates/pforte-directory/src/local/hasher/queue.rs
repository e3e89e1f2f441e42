//! The queue before the hashing threads: first in, first out, bounded in length
//! and in time.

use super::HashError;
use super::figures::{Counters, Figures};
use crate::local::cost::Cost;
use crate::local::pepper::Pepper;
use crate::local::verifier::{Salt, Tag};
use pforte_model::id::UserId;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

/// One hash to make.
pub(super) struct Task {
    pub(super) password: Zeroizing<String>,
    pub(super) user: UserId,
    pub(super) salt: Salt,
    pub(super) cost: Cost,
    pub(super) pepper: Arc<Pepper>,
}

/// A hash to make, since when it waits and who waits for it.
pub(super) struct Entry {
    pub(super) task: Task,
    pub(super) since: Instant,
    pub(super) reply: oneshot::Sender<Result<Tag, HashError>>,
}

/// What a worker is to do next.
pub(super) enum Next {
    /// Make this hash.
    Hash(Entry),
    /// Nobody came for the time it was ready to wait.
    Idle,
    /// End.
    Stop,
}

pub(super) struct Queue {
    capacity: usize,
    patience: Duration,
    state: Mutex<State>,
    ready: Condvar,
    pub(super) counters: Counters,
}

struct State {
    waiting: VecDeque<Entry>,
    open: bool,
}

impl Queue {
    pub(super) fn new(capacity: usize, patience: Duration) -> Self {
        let state = State { waiting: VecDeque::with_capacity(capacity), open: true };
        let (state, ready, counters) = (Mutex::new(state), Condvar::new(), Counters::default());
        Self { capacity, patience, state, ready, counters }
    }

    /// Queues a task and waits for its hash.
    pub(super) async fn ask(&self, task: Task) -> Result<Tag, HashError> {
        let (reply, answer) = oneshot::channel();
        self.push(Entry { task, since: Instant::now(), reply })?;
        // A sender that is dropped without an answer: the worker panicked.
        answer.await.unwrap_or(Err(HashError::Stopped))
    }

    fn push(&self, entry: Entry) -> Result<(), HashError> {
        let mut state = self.lock();
        if !state.open {
            return Err(HashError::Stopped);
        }
        if state.waiting.len() >= self.capacity {
            self.tidy(&mut state, entry.since);
        }
        if state.waiting.len() >= self.capacity {
            Counters::add(&self.counters.busy);
            return Err(HashError::Busy);
        }
        state.waiting.push_back(entry);
        drop(state);
        self.ready.notify_one();
        Ok(())
    }

    /// Waits for something to do, for at most `ready_to_wait` if there is one.
    pub(super) fn next(&self, ready_to_wait: Option<Duration>) -> Next {
        let mut state = self.lock();
        loop {
            if let Some(entry) = self.pop(&mut state) {
                return Next::Hash(entry);
            }
            if !state.open {
                return Next::Stop;
            }
            let Some(time) = ready_to_wait else {
                state = self.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let (locked, out) = self.ready.wait_timeout(state, time).unwrap_or_else(PoisonError::into_inner);
            state = locked;
            if out.timed_out() && state.waiting.is_empty() && state.open {
                return Next::Idle;
            }
        }
    }

    /// The first entry that somebody still waits for and that is not late.
    fn pop(&self, state: &mut State) -> Option<Entry> {
        let now = Instant::now();
        while let Some(entry) = state.waiting.pop_front() {
            if entry.reply.is_closed() {
                Counters::add(&self.counters.gone);
            } else if self.is_late(&entry, now) {
                self.dismiss(entry);
            } else {
                return Some(entry);
            }
        }
        None
    }

    /// Makes room by dropping what would be dropped anyhow: the late ones stand
    /// at the front, those whose caller has gone anywhere.
    fn tidy(&self, state: &mut State, now: Instant) {
        while state.waiting.front().is_some_and(|entry| self.is_late(entry, now)) {
            if let Some(entry) = state.waiting.pop_front() {
                self.dismiss(entry);
            }
        }
        state.waiting.retain(|entry| {
            let gone = entry.reply.is_closed();
            if gone {
                Counters::add(&self.counters.gone);
            }
            !gone
        });
    }

    fn is_late(&self, entry: &Entry, now: Instant) -> bool {
        now.saturating_duration_since(entry.since) >= self.patience
    }

    fn dismiss(&self, entry: Entry) {
        Counters::add(&self.counters.late);
        // The caller may have gone; then nobody needs to hear.
        let _ = entry.reply.send(Err(HashError::Late));
    }

    /// Takes no more tasks and answers those who wait.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.open = false;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        self.ready.notify_all();
        for entry in waiting {
            // The caller may have gone; then nobody needs to hear.
            let _ = entry.reply.send(Err(HashError::Stopped));
        }
    }

    pub(super) fn figures(&self) -> Figures {
        let waiting = self.lock().waiting.len();
        self.counters.read(waiting)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use crate::local::pepper::PepperId;
    use std::sync::atomic::Ordering::Relaxed;

    const LONG: Duration = Duration::from_mins(1);

    type Answer = oneshot::Receiver<Result<Tag, HashError>>;

    fn entry(name: &str, since: Instant) -> (Entry, Answer) {
        let pepper = Pepper::new(PepperId::parse("a").unwrap(), Zeroizing::new([0; 32]));
        let task = Task {
            password: Zeroizing::new(name.to_owned()),
            user: UserId::from_bytes([1; 16]),
            salt: [0; 16],
            cost: Cost::DEFAULT,
            pepper: Arc::new(pepper),
        };
        let (reply, answer) = oneshot::channel();
        (Entry { task, since, reply }, answer)
    }

    fn push(queue: &Queue, name: &str, since: Instant) -> Result<Answer, HashError> {
        let (entry, answer) = entry(name, since);
        queue.push(entry).map(|()| answer)
    }

    fn next(queue: &Queue) -> Option<String> {
        match queue.next(Some(Duration::ZERO)) {
            Next::Hash(entry) => Some(entry.task.password.to_string()),
            Next::Idle | Next::Stop => None,
        }
    }

    #[test]
    fn who_comes_first_is_hashed_first_and_a_full_queue_answers_busy_at_once() {
        let (queue, now) = (Queue::new(2, LONG), Instant::now());
        let first = push(&queue, "first", now).unwrap();
        let second = push(&queue, "second", now).unwrap();
        assert_eq!(push(&queue, "third", now).unwrap_err(), HashError::Busy);
        assert_eq!(queue.figures().waiting, 2);
        assert_eq!(next(&queue).as_deref(), Some("first"));
        let third = push(&queue, "third", now).unwrap();
        assert_eq!(next(&queue).as_deref(), Some("second"));
        assert_eq!(next(&queue).as_deref(), Some("third"));
        assert_eq!(next(&queue), None);
        drop((first, second, third));
    }

    #[test]
    fn nothing_is_hashed_for_a_caller_who_has_gone() {
        let (queue, now) = (Queue::new(4, LONG), Instant::now());
        drop(push(&queue, "gone", now).unwrap());
        let stays = push(&queue, "stays", now).unwrap();
        assert_eq!(next(&queue).as_deref(), Some("stays"));
        assert_eq!(queue.counters.gone.load(Relaxed), 1);
        drop(stays);
    }

    #[test]
    fn callers_who_have_gone_do_not_keep_others_out() {
        let (queue, now) = (Queue::new(2, LONG), Instant::now());
        let first = push(&queue, "first", now).unwrap();
        drop(push(&queue, "gone", now).unwrap());
        let second = push(&queue, "second", now).unwrap();
        assert_eq!(queue.figures().gone, 1);
        assert_eq!(push(&queue, "third", now).unwrap_err(), HashError::Busy);
        drop((first, second));
    }

    #[test]
    fn who_waited_for_too_long_hears_so_and_is_not_hashed() {
        let patience = Duration::from_secs(10);
        let (queue, now) = (Queue::new(2, patience), Instant::now());
        let before = now.checked_sub(patience).unwrap();
        let mut late = push(&queue, "late", before).unwrap();
        let fresh = push(&queue, "fresh", now).unwrap();
        assert_eq!(next(&queue).as_deref(), Some("fresh"));
        assert_eq!(late.try_recv().unwrap(), Err(HashError::Late));
        assert_eq!(queue.figures().late, 1);
        drop(fresh);
    }

    #[test]
    fn late_ones_make_room_in_a_full_queue() {
        let patience = Duration::from_secs(10);
        let (queue, now) = (Queue::new(1, patience), Instant::now());
        let mut late = push(&queue, "late", now.checked_sub(patience).unwrap()).unwrap();
        let fresh = push(&queue, "fresh", now).unwrap();
        assert_eq!(late.try_recv().unwrap(), Err(HashError::Late));
        drop(fresh);
    }

    #[test]
    fn closing_answers_all_who_wait_and_takes_no_more() {
        let (queue, now) = (Queue::new(2, LONG), Instant::now());
        let mut waiting = push(&queue, "waiting", now).unwrap();
        queue.close();
        assert_eq!(waiting.try_recv().unwrap(), Err(HashError::Stopped));
        assert_eq!(push(&queue, "after", now).unwrap_err(), HashError::Stopped);
        assert!(matches!(queue.next(None), Next::Stop));
    }
}
