//! Permits: a call that was not authorised does not compile.
//!
//! Pforte's own rights are rights of the built-in application `pforte`, held by
//! roles like any other, and count at the root of the plant tree. Only
//! [`Caller::require`] makes a [`Permit`], and a function of the services that
//! needs one takes it as a parameter.

use super::caller::Caller;
use crate::app::App;
use crate::fault::Fault;
use crate::live::plant::Plant;
use crate::live::session::Session;
use crate::service::call_refused;
use crate::service::scribe::Origin;
use pforte_model::id::SessionId;
use pforte_model::time::Moment;
use pforte_wire::problem::Code;
use std::marker::PhantomData;

/// A right of Pforte itself.
pub trait Right {
    /// Its full name.
    const NAME: &'static str;
}

macro_rules! rights {
    ($($(#[$doc:meta])* $type:ident, $name:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub struct $type;

            impl Right for $type {
                const NAME: &'static str = concat!("pforte/", $name);
            }
        )*

        /// The actions of the built-in application, with what people read.
        pub const ACTIONS: &[&str] = &[$($name),*];

        /// The full names of the same rights, in the same order.
        const NAMES: &[&str] = &[$(<$type as Right>::NAME),*];
    };
}

rights! {
    /// Make and change users and groups.
    ManageUsers, "users.manage";
    /// See users and groups.
    ReadUsers, "users.read";
    /// Make and change roles.
    ManageRoles, "roles.manage";
    /// See roles.
    ReadRoles, "roles.read";
    /// Make and change areas.
    ManageAreas, "areas.manage";
    /// See areas.
    ReadAreas, "areas.read";
    /// Register and change stations.
    ManageStations, "stations.manage";
    /// See stations.
    ReadStations, "stations.read";
    /// Register and change applications.
    ManageApplications, "applications.manage";
    /// See applications.
    ReadApplications, "applications.read";
    /// Give and take roles.
    ManageAssignments, "assignments.manage";
    /// See who has which role.
    ReadAssignments, "assignments.read";
    /// Add and change directories.
    ManageDirectories, "directories.manage";
    /// See directories.
    ReadDirectories, "directories.read";
    /// End other people's sessions.
    ManageSessions, "sessions.manage";
    /// See other people's sessions.
    ReadSessions, "sessions.read";
    /// Make and change signature policies.
    ManageSignatures, "signatures.manage";
    /// See signature policies, requests and signatures.
    ReadSignatures, "signatures.read";
    /// Read the event log.
    ReadEvents, "events.read";
    /// Ask why somebody may or may not do something.
    ExplainDecisions, "explain";
}

/// Proof that the caller holds the right `R`.
pub struct Permit<'a, R: Right> {
    caller: &'a Caller,
    right: PhantomData<R>,
}

impl<R: Right> Permit<'_, R> {
    /// Who holds it, for the events.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.caller.origin()
    }

    /// The caller's own session.
    pub(crate) fn session(&self) -> Option<SessionId> {
        self.caller.session().map(|session| session.id)
    }
}

/// Whether the person of a session holds the right `R` here and now.
pub(crate) fn holds<R: Right>(app: &App, session: &Session) -> bool {
    decide(&app.live.plant(), session, R::NAME, app.clock.moment())
}

/// The actions of Pforte's own rights that a session holds here and now.
pub(crate) fn held(plant: &Plant, session: &Session, now: Moment) -> impl Iterator<Item = &'static str> {
    let names = ACTIONS.iter().zip(NAMES);
    names.filter(move |(_, name)| decide(plant, session, name, now)).map(|(action, _)| *action)
}

fn decide(plant: &Plant, session: &Session, right: &str, now: Moment) -> bool {
    let (rights, policy) = (session.rights(plant), session.policy(plant));
    policy.right(right).zip(plant.root_of(policy)).is_some_and(|(right, root)| {
        policy.decide(&rights.held, &session.standing(), right, root, now).allowed()
    })
}

/// Proof that the caller holds the right `A`, the right `B`, or both.
pub enum Either<'a, A: Right, B: Right> {
    /// Only the first one.
    First(Permit<'a, A>),
    /// Only the other one.
    Second(Permit<'a, B>),
    /// Both.
    Both(Permit<'a, A>, Permit<'a, B>),
}

impl<'a, A: Right, B: Right> Either<'a, A, B> {
    /// Proof of the first right, if the caller holds it.
    #[must_use]
    pub const fn first(&self) -> Option<&Permit<'a, A>> {
        match self {
            Self::First(permit) | Self::Both(permit, _) => Some(permit),
            Self::Second(_) => None,
        }
    }

    /// Proof of the second right, if the caller holds it.
    #[must_use]
    pub const fn second(&self) -> Option<&Permit<'a, B>> {
        match self {
            Self::Second(permit) | Self::Both(_, permit) => Some(permit),
            Self::First(_) => None,
        }
    }
}

impl Caller {
    /// Proof that the caller is a person who holds at least one of two rights here and now.
    pub async fn require_either<A: Right, B: Right>(&self) -> Result<Either<'_, A, B>, Fault> {
        let session = self.person()?;
        if holds::<A>(self.app(), session) {
            let first = Permit { caller: self, right: PhantomData };
            let both = holds::<B>(self.app(), session);
            let second = Permit { caller: self, right: PhantomData };
            return Ok(if both { Either::Both(first, second) } else { Either::First(first) });
        }
        let refused = |fault: Fault| match fault.code {
            Code::NotAllowed => {
                Fault::about(Code::NotAllowed, &format!("This needs the right {} or {}.", A::NAME, B::NAME))
            }
            _ => fault,
        };
        self.require::<B>().await.map(Either::Second).map_err(refused)
    }

    /// Proof that the caller is a person who holds the right `R` here and now.
    pub async fn require<R: Right>(&self) -> Result<Permit<'_, R>, Fault> {
        let session = self.person()?;
        let app = self.app();
        if holds::<R>(app, session) {
            return Ok(Permit { caller: self, right: PhantomData });
        }
        call_refused::note(app, &self.origin(), R::NAME).await;
        Err(Fault::about(Code::NotAllowed, &format!("This needs the right {}.", R::NAME)))
    }
}
