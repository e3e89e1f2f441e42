//! Hashing and checking passwords with Argon2id, on threads of their own.
//!
//! A hash takes about 13 ms of a core and 19 MiB. So there are as many worker
//! threads as cores, each with one buffer that it uses again and again, and one
//! bounded first-in-first-out queue before them. A flood of log-ons therefore
//! takes neither more memory nor more threads; who comes when the queue is full
//! hears so at once, and who waited past the deadline is not hashed any more.
//!
//! # Invariants
//!
//! - An unknown user costs the same hash as a known one with a wrong password,
//!   by the same path.
//! - Nothing is hashed for a caller who has gone.
//! - The buffers are given back when nobody has logged on for a while, so an
//!   idle server is small and holds no traces of the last password.
//!
//! Between a change of the cost and a user's next log-on the stored verifier
//! has the old cost, and the time of an answer can tell that the user exists.
//!
//! # Where to start reading
//!
//! [`Hasher::verify`]; then `queue`, `worker`.

mod figures;
mod priority;
mod queue;
mod worker;

pub use figures::Figures;

use super::cost::Cost;
use super::pepper::{PepperId, Peppers};
use super::verifier::{Salt, Tag, Verifier};
use crate::secret::Password;
use pforte_model::id::UserId;
use queue::{Queue, Task};
use std::num::NonZeroUsize;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How a [`Hasher`] works.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What new verifiers cost.
    pub cost: Cost,
    /// The most that a stored verifier may cost; at least `cost`. Above it the
    /// verifier counts as tampered with.
    pub accepted: Cost,
    /// Worker threads: the number of cores.
    pub workers: NonZeroUsize,
    /// How many may wait, within [`Settings::QUEUE`].
    pub queue: usize,
    /// How long one may wait before the hashing begins, within
    /// [`Settings::PATIENCE`].
    pub patience: Duration,
}

impl Settings {
    /// How long a queue may be.
    pub const QUEUE: RangeInclusive<usize> = 1..=65_536;
    /// How long somebody may be left to wait.
    pub const PATIENCE: RangeInclusive<Duration> = Duration::from_millis(1)..=Duration::from_mins(1);

    /// The default cost, 1,024 waiting, 10 s patience.
    #[must_use]
    pub const fn new(workers: NonZeroUsize) -> Self {
        let (cost, accepted) = (Cost::DEFAULT, Cost::DEFAULT);
        Self { cost, accepted, workers, queue: 1024, patience: Duration::from_secs(10) }
    }
}

/// Why a [`Hasher`] does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// [`Settings::queue`] outside [`Settings::QUEUE`].
    #[error("the length of the hashing queue is outside its bounds")]
    Queue,
    /// [`Settings::patience`] outside [`Settings::PATIENCE`].
    #[error("the patience of the hashing queue is outside its bounds")]
    Patience,
    /// [`Settings::accepted`] is less than [`Settings::cost`].
    #[error("the accepted cost of password hashes is below the cost of new ones")]
    Accepted,
    /// The system gave no thread.
    #[error("a hashing thread could not be started")]
    Thread(#[source] std::io::Error),
}

/// Why a password was not hashed or not judged. Never says whether it is right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// The queue is full; answered at once.
    #[error("too many passwords are waiting to be checked")]
    Busy,
    /// It waited for longer than [`Settings::patience`] and was not hashed.
    #[error("the password was not checked in time")]
    Late,
    /// The hasher was stopped, or this hash panicked (then the log says so).
    #[error("password checking has stopped")]
    Stopped,
    /// The system gave no memory for the hash.
    #[error("there is no memory to check a password")]
    Memory,
    /// The verifier was made with a pepper that this server does not have.
    #[error("the pepper {0} of a password verifier is missing")]
    UnknownPepper(PepperId),
    /// The verifier asks for more than [`Settings::accepted`].
    #[error("a password verifier asks for more than is accepted")]
    TooCostly,
}

/// What became of checking a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// It is right.
    Good,
    /// It is right, and its verifier should be made anew with
    /// [`Hasher::hash`]: the cost or the pepper has changed since.
    Stale,
    /// It is wrong, or there is no such user.
    Wrong,
}

/// Whom the dummy verifier belongs to: no user, since ids are of version 7.
const NOBODY: UserId = UserId::from_bytes([0; 16]);

/// Hashes and checks passwords. One for the whole process, shared by reference.
pub struct Hasher {
    settings: Settings,
    peppers: Peppers,
    dummy: Verifier,
    queue: Arc<Queue>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Hasher {
    /// Starts the worker threads.
    pub fn start(settings: Settings, peppers: Peppers) -> Result<Self, StartError> {
        check(&settings)?;
        let pepper = peppers.current().id().clone();
        let dummy = Verifier { cost: settings.cost, pepper, salt: [0; 16], tag: [0; 32] };
        let queue = Arc::new(Queue::new(settings.queue, settings.patience));
        let hasher = Self { settings, peppers, dummy, queue, threads: Mutex::default() };
        for _ in 0..hasher.settings.workers.get() {
            hasher.start_worker()?;
        }
        Ok(hasher)
    }

    fn start_worker(&self) -> Result<(), StartError> {
        let queue = Arc::clone(&self.queue);
        let named = thread::Builder::new().name("pforte-hash".to_owned());
        let thread = named.spawn(move || worker::run(&queue)).map_err(StartError::Thread)?;
        self.threads().push(thread);
        Ok(())
    }

    /// Makes a verifier of a new password for `user`, with the current cost and
    /// pepper. The salt is the caller's to draw, anew for each call.
    pub async fn hash(&self, password: &Password, user: UserId, salt: Salt) -> Result<Verifier, HashError> {
        let blank = Verifier { salt, ..self.dummy.clone() };
        let tag = self.derive(password, user, &blank).await?;
        Ok(Verifier { tag, ..blank })
    }

    /// Checks a password against what is kept of it. `None`: there is no such
    /// user; that takes the same path and the same time as a wrong password.
    /// For a stored text that [`Verifier::parse`] refuses, pass `None` too.
    pub async fn verify(
        &self,
        password: &Password,
        kept: Option<(UserId, &Verifier)>,
    ) -> Result<Verified, HashError> {
        let fault = kept.and_then(|(_, verifier)| self.fault(verifier));
        let usable = kept.filter(|_| fault.is_none());
        let (user, verifier) = usable.unwrap_or((NOBODY, &self.dummy));
        let tag = self.derive(password, user, verifier).await?;
        let right = verifier.has_tag(&tag) & usable.is_some();
        match fault {
            Some(fault) => Err(fault),
            None if !right => Ok(Verified::Wrong),
            None if self.is_current(verifier) => Ok(Verified::Good),
            None => Ok(Verified::Stale),
        }
    }

    /// Whether `password` is one of those that `kept` was made of: the history
    /// of one user's passwords. Costs a hash each, one after the other; one
    /// whose pepper is gone cannot be compared and is passed over.
    pub async fn is_one_of(
        &self,
        password: &Password,
        user: UserId,
        kept: &[Verifier],
    ) -> Result<bool, HashError> {
        for verifier in kept.iter().filter(|verifier| self.fault(verifier).is_none()) {
            if self.verify(password, Some((user, verifier))).await? != Verified::Wrong {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a verifier has the current cost and pepper.
    #[must_use]
    pub fn is_current(&self, verifier: &Verifier) -> bool {
        verifier.cost == self.dummy.cost && verifier.pepper == self.dummy.pepper
    }

    /// What the hasher has done so far and what waits now.
    #[must_use]
    pub fn figures(&self) -> Figures {
        self.queue.figures()
    }

    /// Answers everybody who waits with [`HashError::Stopped`] and ends the
    /// threads; returns when they have ended, within the time of one hash.
    pub fn stop(&self) {
        self.queue.close();
        let threads = std::mem::take(&mut *self.threads());
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("a hashing thread had ended by a panic");
            }
        }
    }

    fn fault(&self, verifier: &Verifier) -> Option<HashError> {
        if !verifier.cost.within(self.settings.accepted) {
            return Some(HashError::TooCostly);
        }
        let unknown = self.peppers.find(&verifier.pepper).is_none();
        unknown.then(|| HashError::UnknownPepper(verifier.pepper.clone()))
    }

    async fn derive(&self, password: &Password, user: UserId, made: &Verifier) -> Result<Tag, HashError> {
        let unknown = || HashError::UnknownPepper(made.pepper.clone());
        let pepper = self.peppers.find(&made.pepper).ok_or_else(unknown)?;
        let task = Task { password: password.normalised(), user, salt: made.salt, cost: made.cost, pepper };
        self.queue.ask(task).await
    }

    fn threads(&self) -> std::sync::MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Hasher {
    fn drop(&mut self) {
        self.stop();
    }
}

fn check(settings: &Settings) -> Result<(), StartError> {
    if !Settings::QUEUE.contains(&settings.queue) {
        return Err(StartError::Queue);
    }
    if !Settings::PATIENCE.contains(&settings.patience) {
        return Err(StartError::Patience);
    }
    if settings.cost.within(settings.accepted) { Ok(()) } else { Err(StartError::Accepted) }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::super::pepper::Pepper;
    use super::*;
    use futures_util::future::join_all;
    use zeroize::Zeroizing;

    const ALICE: UserId = UserId::from_bytes([1; 16]);
    const BOB: UserId = UserId::from_bytes([2; 16]);

    fn cheap() -> Cost {
        Cost::new(8 * 1024, 1).unwrap()
    }

    fn pepper(id: &str) -> Pepper {
        let byte = id.bytes().next().unwrap();
        Pepper::new(PepperId::parse(id).unwrap(), Zeroizing::new([byte; 32]))
    }

    fn settings() -> Settings {
        let workers = NonZeroUsize::new(2).unwrap();
        Settings { cost: cheap(), accepted: cheap(), ..Settings::new(workers) }
    }

    fn hasher() -> Hasher {
        Hasher::start(settings(), Peppers::new(pepper("a"), Vec::new()).unwrap()).unwrap()
    }

    fn password(text: &str) -> Password {
        Password::parse(text).unwrap()
    }

    #[tokio::test]
    async fn a_password_is_right_for_its_own_user_alone() {
        let hasher = hasher();
        let verifier = hasher.hash(&password("grüne Wiese"), ALICE, [7; 16]).await.unwrap();
        let check = async |text, user| hasher.verify(&password(text), Some((user, &verifier))).await;
        assert_eq!(check("grüne Wiese", ALICE).await, Ok(Verified::Good));
        assert_eq!(check("gru\u{308}ne Wiese", ALICE).await, Ok(Verified::Good));
        assert_eq!(check("grüne wiese", ALICE).await, Ok(Verified::Wrong));
        assert_eq!(check("grüne Wiese ", ALICE).await, Ok(Verified::Wrong));
        assert_eq!(check("grüne Wiese", BOB).await, Ok(Verified::Wrong));
    }

    #[tokio::test]
    async fn a_verifier_of_an_earlier_version_stays_good() {
        // Made by another implementation of Argon2, with the pepper as its secret
        // and the user's id as its associated data.
        let kept = "$argon2id$v=19$m=8192,t=1,p=1,keyid=YQ$BwcHBwcHBwcHBwcHBwcHBw$wGqdF8zIZzD08zTHYWwyEKArlDwhCjCn+TJv93vnhAw";
        let verifier = Verifier::parse(kept).unwrap();
        let checked = hasher().verify(&password("grüne Wiese"), Some((ALICE, &verifier))).await;
        assert_eq!(checked, Ok(Verified::Good));
    }

    #[tokio::test]
    async fn an_unknown_user_is_wrong_after_one_hash_like_a_wrong_password() {
        let hasher = hasher();
        let verifier = hasher.hash(&password("right"), ALICE, [7; 16]).await.unwrap();
        let before = hasher.figures().hashed;
        assert_eq!(hasher.verify(&password("right"), None).await, Ok(Verified::Wrong));
        assert_eq!(hasher.figures().hashed, before + 1);
        let wrong = hasher.verify(&password("wrong"), Some((ALICE, &verifier))).await;
        assert_eq!(wrong, Ok(Verified::Wrong));
        assert_eq!(hasher.figures().hashed, before + 2);
    }

    #[tokio::test]
    async fn not_even_the_password_that_fits_the_dummy_logs_an_unknown_user_on() {
        let mut hasher = hasher();
        hasher.dummy = hasher.hash(&password("right"), NOBODY, [0; 16]).await.unwrap();
        assert_eq!(hasher.verify(&password("right"), None).await, Ok(Verified::Wrong));
    }

    #[tokio::test]
    async fn a_changed_cost_or_pepper_makes_a_right_password_stale() {
        let old = hasher();
        let verifier = old.hash(&password("right"), ALICE, [7; 16]).await.unwrap();
        let cost = Cost::new(8 * 1024, 2).unwrap();
        let dearer = Settings { cost, accepted: cost, ..settings() };
        let rotated = Peppers::new(pepper("b"), vec![pepper("a")]).unwrap();
        for (settings, peppers) in
            [(dearer, Peppers::new(pepper("a"), Vec::new()).unwrap()), (settings(), rotated)]
        {
            let new = Hasher::start(settings, peppers).unwrap();
            let check = async |text, kept| new.verify(&password(text), Some((ALICE, kept))).await;
            assert_eq!(check("right", &verifier).await, Ok(Verified::Stale));
            assert_eq!(check("wrong", &verifier).await, Ok(Verified::Wrong));
            let again = new.hash(&password("right"), ALICE, [8; 16]).await.unwrap();
            assert_eq!(check("right", &again).await, Ok(Verified::Good));
        }
    }

    #[tokio::test]
    async fn what_cannot_be_checked_is_an_error_after_the_same_hash() {
        let cost = Cost::new(8 * 1024, 2).unwrap();
        let dearer = Settings { cost, accepted: cost, ..settings() };
        let other = Hasher::start(dearer, Peppers::new(pepper("b"), Vec::new()).unwrap()).unwrap();
        let verifier = other.hash(&password("right"), ALICE, [7; 16]).await.unwrap();
        let hasher = hasher();
        let too_costly = hasher.verify(&password("right"), Some((ALICE, &verifier))).await;
        assert_eq!(too_costly, Err(HashError::TooCostly));
        assert_eq!(hasher.figures().hashed, 1);
        let unknown = Verifier { cost: cheap(), ..verifier };
        let unknown = hasher.verify(&password("right"), Some((ALICE, &unknown))).await;
        assert_eq!(unknown, Err(HashError::UnknownPepper(PepperId::parse("b").unwrap())));
        assert_eq!(hasher.figures().hashed, 2);
    }

    #[tokio::test]
    async fn the_history_is_searched_and_what_cannot_be_compared_is_passed_over() {
        let hasher = hasher();
        let first = hasher.hash(&password("first"), ALICE, [1; 16]).await.unwrap();
        let second = hasher.hash(&password("second"), ALICE, [2; 16]).await.unwrap();
        let lost = Verifier { pepper: PepperId::parse("gone").unwrap(), ..first.clone() };
        let kept = [lost, first, second];
        assert_eq!(hasher.is_one_of(&password("second"), ALICE, &kept).await, Ok(true));
        assert_eq!(hasher.is_one_of(&password("third"), ALICE, &kept).await, Ok(false));
        assert_eq!(hasher.is_one_of(&password("second"), BOB, &kept).await, Ok(false));
    }

    #[tokio::test]
    async fn a_flood_is_answered_busy_or_right_and_nothing_is_lost() {
        let hasher = Hasher::start(
            Settings { queue: 8, ..settings() },
            Peppers::new(pepper("a"), Vec::new()).unwrap(),
        )
        .unwrap();
        let typed = password("right");
        let verifier = hasher.hash(&typed, ALICE, [7; 16]).await.unwrap();
        let answers = join_all((0..100).map(|_| hasher.verify(&typed, Some((ALICE, &verifier))))).await;
        let good = answers.iter().filter(|answer| **answer == Ok(Verified::Good)).count();
        let busy = answers.iter().filter(|answer| **answer == Err(HashError::Busy)).count();
        assert!(good >= 8 && busy > 0 && good + busy == 100, "{good} good, {busy} busy");
        let figures = hasher.figures();
        assert_eq!(
            (figures.hashed, figures.busy),
            ((good + 1).try_into().unwrap(), busy.try_into().unwrap())
        );
        assert_eq!(figures.waiting, 0);
    }

    #[tokio::test]
    async fn after_a_stop_everybody_is_answered_and_no_thread_is_left() {
        let hasher = hasher();
        let typed = password("right");
        let asked = join_all((0..50).map(|_| hasher.hash(&typed, ALICE, [7; 16])));
        let stop = async { hasher.stop() };
        let (answers, ()) = tokio::join!(asked, stop);
        assert!(answers.iter().all(|answer| matches!(answer, Ok(_) | Err(HashError::Stopped))));
        assert!(answers.contains(&Err(HashError::Stopped)));
        assert!(hasher.threads().is_empty());
        assert_eq!(hasher.verify(&typed, None).await, Err(HashError::Stopped));
    }

    #[test]
    fn settings_out_of_bounds_do_not_start() {
        let start = |settings| Hasher::start(settings, Peppers::new(pepper("a"), Vec::new()).unwrap());
        let refused = start(Settings { queue: 0, ..settings() });
        assert!(matches!(refused, Err(StartError::Queue)));
        let refused = start(Settings { patience: Duration::ZERO, ..settings() });
        assert!(matches!(refused, Err(StartError::Patience)));
        let refused = start(Settings { cost: Cost::DEFAULT, ..settings() });
        assert!(matches!(refused, Err(StartError::Accepted)));
    }
}
