//! How many files the system lets the server open, as Unix has it: each
//! connection is one. The one place that knows.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files besides connections: the database, connections to directories, the log.
const OTHERS: usize = 512;

/// Raises the limit of open files so that there can be so many connections, as
/// far as the administrator of the machine allows; says so where that is not far
/// enough.
pub(super) fn allow(connections: usize) {
    let wanted = u64::try_from(connections.saturating_add(OTHERS)).unwrap_or(u64::MAX);
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current.is_none_or(|current| current >= wanted) {
        return;
    }
    let allowed = maximum.map_or(wanted, |maximum| maximum.min(wanted));
    let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(allowed), maximum });
    if raised.is_err() || allowed < wanted {
        tracing::warn!(wanted, allowed, "too few open files are allowed for `limits.connections`");
    }
}
