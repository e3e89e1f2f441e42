//! What a workgroup host sends, or whoever pretends to be one.

use pforte_directory::workgroup::fuzzing;

/// An answer of the host, most of them from before it has proved anything.
pub(super) fn answer(bytes: &[u8]) -> bool {
    fuzzing::answer(bytes)
}

/// An answer of the host's account service.
pub(super) fn accounts(bytes: &[u8]) -> bool {
    fuzzing::replies(bytes)
}

/// A part of such an answer, as it comes through the pipe.
pub(super) fn fragment(bytes: &[u8]) -> bool {
    fuzzing::fragment(bytes)
}

/// The challenge of a log-on.
pub(super) fn challenge(bytes: &[u8]) -> bool {
    fuzzing::challenge(bytes)
}
