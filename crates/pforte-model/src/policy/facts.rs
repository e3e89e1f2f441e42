//! The rows that a policy is made of, as they are stored.

use crate::account::Principal;
use crate::assignment::Assignment;
use crate::id::{AreaId, GroupId, RightId, RoleId, StationId};
use crate::name::{AreaName, RightName};

/// Everything that decisions rest on, apart from who asks, where and when.
///
/// Users are not among them: who holds what is asked for a user by
/// [`Policy::hold`](super::Policy::hold), so a user who becomes known makes no new policy.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The tree of the plant; at most one has no parent.
    pub areas: Vec<AreaFact>,
    /// The stations.
    pub stations: Vec<StationFact>,
    /// The rights that applications registered and did not retire.
    pub rights: Vec<RightFact>,
    /// The roles.
    pub roles: Vec<RoleFact>,
    /// Who has which role, where and when.
    pub assignments: Vec<Assignment>,
    /// Groups of every directory, as far as they are known.
    pub groups: Vec<GroupFact>,
    /// Who is in which local group. What other directories say of their own
    /// groups comes with the user.
    pub members: Vec<MemberFact>,
}

/// A node of the plant's tree.
#[derive(Clone, Debug)]
pub struct AreaFact {
    /// Its identity.
    pub id: AreaId,
    /// The area above it; `None` for the plant itself.
    pub parent: Option<AreaId>,
    /// Its step of the path. Unique among the areas with the same parent.
    pub name: AreaName,
}

/// A station and where it stands.
#[derive(Clone, Debug)]
pub struct StationFact {
    /// Its identity.
    pub id: StationId,
    /// Its name, for explanations only.
    pub name: String,
    /// The area it stands in.
    pub area: AreaId,
}

/// A right of an application.
#[derive(Clone, Debug)]
pub struct RightFact {
    /// Its identity.
    pub id: RightId,
    /// Its full name. Unique.
    pub name: RightName,
}

/// A role and its rights.
#[derive(Clone, Debug)]
pub struct RoleFact {
    /// Its identity.
    pub id: RoleId,
    /// Its name, for explanations only.
    pub name: String,
    /// The rights it gives.
    pub rights: Vec<RightId>,
    /// Seconds without activity after which a session of a holder ends.
    pub idle_seconds: Option<u32>,
    /// Seconds after which a session of a holder ends in any case.
    pub session_seconds: Option<u32>,
}

/// A group of any directory.
#[derive(Clone, Debug)]
pub struct GroupFact {
    /// Its identity.
    pub id: GroupId,
    /// Its name, for explanations only.
    pub name: String,
}

/// A user or group is in a local group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberFact {
    /// Who is in it.
    pub member: Principal,
    /// The local group.
    pub group: GroupId,
}

/// Why facts cannot make a policy.
///
/// What merely names something unknown is no fault: it gives nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadFacts {
    /// An area is, over some steps, above itself.
    #[error("area {0} lies below itself")]
    AreaCycle(AreaId),
    /// An area has more areas above it than a tree may have levels.
    #[error("area {0} lies too deep in the tree")]
    AreaTooDeep(AreaId),
    /// Besides the plant another area has no parent.
    #[error("area {0} is a second root")]
    SecondRoot(AreaId),
    /// Two rows have the same identity, path or name.
    #[error("two of {kind} are {which}")]
    Twice {
        /// Which table.
        kind: &'static str,
        /// What they share.
        which: String,
    },
}
