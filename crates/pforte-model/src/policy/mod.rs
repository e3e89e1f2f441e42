//! What decisions rest on, and the decision.
//!
//! [`Facts`] are plain rows, as they are stored. [`Policy::compile`] makes of them
//! an immutable [`Policy`] that answers fast: a changed fact means a new policy
//! with a new version. [`Policy::hold`] finds, once per session, everything that
//! could ever give the person a right; [`Policy::decide`] is asked at the time of
//! each act; [`Policy::explain`] tells the full reason of the same answer, and
//! [`Policy::ways`] all ways by which the person came near it.
//!
//! # Invariants
//!
//! - Nothing is allowed unless one assignment allows it: role, area, station, time
//!   and strength must all fit in the same one. There is no rule that denies.
//! - A fact that names something unknown gives nothing.
//! - [`Policy::decide`] and [`Policy::explain`] judge an assignment with one
//!   function, so they cannot disagree.
//! - Nothing depends on the case of a name.
//!
//! # Where to start reading
//!
//! [`Facts`], then `grant` (one assignment judged), then `decide`.

mod bits;
mod compile;
mod decide;
mod explain;
mod facts;
mod grant;
mod groups;
mod held;
mod index;
mod plant;
mod rights;
mod roles;
mod ways;

#[cfg(test)]
mod tests;

pub use compile::Policy;
pub use decide::{Question, Standing, Verdict};
pub use explain::{Explain, Missing, Named, Path, Step, Told};
pub use facts::{AreaFact, BadFacts, Facts, GroupFact, MemberFact, RightFact, RoleFact, StationFact};
pub use held::Held;
pub use index::{AreaIx, RightIx};
pub use plant::MAX_DEPTH;
pub use roles::{Limits, RoleHeld};
pub use ways::{Conditions, Unmet, Way};
