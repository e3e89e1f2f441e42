//! Positions in the tables of one policy, and the tables.

use foldhash::fast::FixedState;
use std::collections::HashMap;

/// A table by identity or by name.
///
/// Its hashing is fast and without a secret: whoever may register what is kept in
/// it could at worst make looking up slower, and asking puts nothing into it.
pub(super) type Table<K, V> = HashMap<K, V, FixedState>;

/// A right of one policy, found once by [`Policy::right`](super::Policy::right).
///
/// In a policy of another version it stands for nothing, and nothing is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RightIx {
    pub(super) version: u64,
    pub(super) at: u32,
}

/// An area of one policy, found once by [`Policy::area`](super::Policy::area).
///
/// In a policy of another version it stands for nothing, and nothing is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AreaIx {
    pub(super) version: u64,
    pub(super) at: u32,
}

/// The position as a table's index.
pub(super) fn wide(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}

/// The position of a table's next row; a table never reaches the last one.
pub(super) fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
