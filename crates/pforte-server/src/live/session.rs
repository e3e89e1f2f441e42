//! One running session: one person at one station from log-on to log-off.

use super::plant::Plant;
use crate::token::TokenHash;
use arc_swap::ArcSwap;
use pforte_model::event::Actor;
use pforte_model::factor::{Factor, Proved};
use pforte_model::id::{DirectoryId, PersonId, SessionId, StationId, UserId};
use pforte_model::policy::{Held, Policy, Standing};
use pforte_model::time::Micros;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// The person of a session and the user through which they logged on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The person.
    pub person: PersonId,
    /// The user.
    pub user: UserId,
    /// The user's log-on name.
    pub login: String,
    /// The name to be shown.
    pub label: String,
    /// The user's directory.
    pub directory: DirectoryId,
    /// The name of that directory.
    pub directory_name: String,
    /// By what the directory knows the user (objectGUID).
    pub key: Vec<u8>,
}

impl Holder {
    /// How the person stands in an event.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::Person {
            person: self.person,
            user: self.user,
            name: self.login.clone(),
            directory: self.directory_name.clone(),
        }
    }
}

/// What changes in a session while it runs.
#[derive(Clone, Debug)]
pub struct Rights {
    /// Groups and assignments of the user.
    pub held: Held,
    /// When the directory last told groups and state.
    pub checked_at: Micros,
    /// Seconds without activity after which the session ends.
    pub idle_seconds: u32,
    /// When the session ends at the latest.
    pub ends_at: Micros,
}

/// When a session began, and when its directory was last asked.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// The beginning.
    pub started_at: Micros,
    /// The last answer of the directory.
    pub checked_at: Micros,
}

impl Rights {
    /// The rights of a user who is held by this policy; the strictest limits of
    /// the held roles bound the session, else the server's defaults.
    #[must_use]
    pub fn new(plant: &Plant, policy: &Policy, held: Held, times: Times) -> Self {
        let Times { started_at, checked_at } = times;
        let limits = policy.limits(&held);
        let most = limits.session_seconds.unwrap_or(plant.limits.session_seconds);
        Self {
            idle_seconds: limits.idle_seconds.unwrap_or(plant.limits.idle_seconds),
            ends_at: started_at.plus_seconds(i64::from(most)),
            held,
            checked_at,
        }
    }
}

/// A running session.
pub struct Session {
    /// Its identity.
    pub id: SessionId,
    /// The hash of its token.
    pub token: TokenHash,
    /// Whose it is.
    pub holder: Holder,
    /// The station that proved itself at the log-on.
    pub station: Option<StationId>,
    /// What was proved, and when.
    pub factors: Vec<Proved>,
    /// When it began.
    pub started_at: Micros,
    /// Whether it runs by the emergency rules because the log cannot be written.
    pub emergency: bool,
    active_at: AtomicI64,
    /// [`NEVER`] stands for a session in which name and password were not typed.
    both_at: AtomicI64,
    /// [`NEVER`] stands for a password that never ends or whose end is not known.
    password_ends_at: AtomicI64,
    rights: ArcSwap<Rights>,
}

const NEVER: i64 = i64::MAX;

/// Why a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// Nobody did anything for too long.
    Idle,
    /// It reached its absolute end.
    AbsoluteEnd,
}

impl Over {
    /// The stable name, as in the event.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::AbsoluteEnd => "absolute-end",
        }
    }
}

/// The parts of a new session.
pub struct Parts {
    /// Its identity.
    pub id: SessionId,
    /// The hash of its token.
    pub token: TokenHash,
    /// Whose it is.
    pub holder: Holder,
    /// The station that proved itself.
    pub station: Option<StationId>,
    /// What was proved.
    pub factors: Vec<Proved>,
    /// When it began.
    pub started_at: Micros,
    /// When its person last did something.
    pub active_at: Micros,
    /// Whether it runs by the emergency rules.
    pub emergency: bool,
    /// When the user's password ends, if it does and if that is known.
    pub password_ends_at: Option<Micros>,
    /// What changes while it runs.
    pub rights: Rights,
}

impl Session {
    /// A running session of these parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let passwords = parts.factors.iter().filter(|proved| proved.factor == Factor::Password);
        let typed_at = passwords.map(|proved| proved.at).max();
        Self {
            id: parts.id,
            token: parts.token,
            holder: parts.holder,
            station: parts.station,
            factors: parts.factors,
            started_at: parts.started_at,
            emergency: parts.emergency,
            active_at: AtomicI64::new(parts.active_at.0),
            both_at: AtomicI64::new(typed_at.map_or(NEVER, |at| at.0)),
            password_ends_at: AtomicI64::new(parts.password_ends_at.map_or(NEVER, |at| at.0)),
            rights: ArcSwap::from_pointee(parts.rights),
        }
    }

    /// The rights of its user, looked up anew when the policy has changed.
    #[must_use]
    pub fn rights(&self, plant: &Plant) -> Arc<Rights> {
        let rights = self.rights.load_full();
        let policy = self.policy(plant);
        let Some(held) = policy.renew(&rights.held) else { return rights };
        let times = Times { started_at: self.started_at, checked_at: rights.checked_at };
        let renewed = Arc::new(Rights::new(plant, policy, held, times));
        self.rights.compare_and_swap(&rights, Arc::clone(&renewed));
        renewed
    }

    /// The rights as they were looked up last.
    #[must_use]
    pub fn current_rights(&self) -> Arc<Rights> {
        self.rights.load_full()
    }

    /// The policy by which the session is judged: in an emergency the narrow one.
    #[must_use]
    pub const fn policy<'a>(&self, plant: &'a Plant) -> &'a Policy {
        if self.emergency { &plant.emergency } else { &plant.policy }
    }

    /// The same session by the ordinary rules, once the log can be written again.
    #[must_use]
    pub fn ordinary(&self, plant: &Plant) -> Self {
        let rights = self.rights.load_full();
        let held = plant.policy.hold(rights.held.user().clone(), rights.held.told());
        let times = Times { started_at: self.started_at, checked_at: rights.checked_at };
        Self::new(Parts {
            id: self.id,
            token: self.token,
            holder: self.holder.clone(),
            station: self.station,
            factors: self.factors.clone(),
            started_at: self.started_at,
            active_at: self.active_at(),
            emergency: false,
            password_ends_at: self.password_ends_at(),
            rights: Rights::new(plant, &plant.policy, held, times),
        })
    }

    /// Replaces what the directory told. Only to be called by a commit hook.
    pub fn refresh(&self, rights: Rights) {
        self.rights.store(Arc::new(rights));
    }

    /// Notes when the user's password ends, as it was told last.
    pub fn password_ends(&self, at: Option<Micros>) {
        self.password_ends_at.store(at.map_or(NEVER, |at| at.0), Ordering::Relaxed);
    }

    /// When the user's password ends; `None` if it never does or if that is not known.
    #[must_use]
    pub fn password_ends_at(&self) -> Option<Micros> {
        Some(self.password_ends_at.load(Ordering::Relaxed)).filter(|at| *at != NEVER).map(Micros)
    }

    /// Notes that the person gave name and password again, for a signature.
    pub fn gave_both(&self, at: Micros) {
        self.both_at.store(at.0, Ordering::Relaxed);
    }

    /// Forgets when the person gave name and password: by a clock that was set nobody knows
    /// any more how long ago that was.
    pub fn forget_both(&self) {
        self.both_at.store(NEVER, Ordering::Relaxed);
    }

    /// When the person last gave name and password in this session; `None` if they came
    /// with a ticket and have given none since, or if that was forgotten.
    #[must_use]
    pub fn both_at(&self) -> Option<Micros> {
        Some(self.both_at.load(Ordering::Relaxed)).filter(|at| *at != NEVER).map(Micros)
    }

    /// Notes that the person did something.
    pub fn touch(&self, now: Micros) {
        self.active_at.fetch_max(now.0, Ordering::Relaxed);
    }

    /// When the person last did something.
    #[must_use]
    pub fn active_at(&self) -> Micros {
        Micros(self.active_at.load(Ordering::Relaxed))
    }

    /// Where and how strongly the person stands.
    #[must_use]
    pub fn standing(&self) -> Standing<'_> {
        Standing { station: self.station, factors: &self.factors }
    }

    /// When it ends if the person does nothing more.
    #[must_use]
    pub fn idle_ends_at(&self) -> Micros {
        self.active_at().plus_seconds(i64::from(self.rights.load().idle_seconds))
    }

    /// When it ends at the latest.
    #[must_use]
    pub fn ends_at(&self) -> Micros {
        self.rights.load().ends_at
    }

    /// Whether it is over, and why.
    #[must_use]
    pub fn over(&self, now: Micros) -> Option<Over> {
        match () {
            () if self.ends_at() <= now => Some(Over::AbsoluteEnd),
            () if self.idle_ends_at() <= now => Some(Over::Idle),
            () => None,
        }
    }
}
