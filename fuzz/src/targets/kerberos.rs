//! What a key distribution centre sends, or a server to whom a ticket is shown, or
//! whoever stands between.

use pforte_directory::kerberos::fuzzing;
use pforte_directory::ldap::fuzzing as ldap;

/// The most entries of a list that are kept.
const MOST_ENTRIES: usize = 64;

/// The answer of a centre.
pub(super) fn answer(bytes: &[u8]) -> bool {
    let answer = fuzzing::answer(bytes);
    if let Some(fuzzing::Answer::Ticket(keys) | fuzzing::Answer::Refusal(_, keys)) = &answer {
        assert!(*keys <= MOST_ENTRIES);
    }
    answer.is_some()
}

/// What was encrypted, by somebody who knows the key.
pub(super) fn secret(bytes: &[u8]) -> bool {
    fuzzing::decrypted(bytes)
}

/// A server's proof of itself.
pub(super) fn proof(bytes: &[u8]) -> bool {
    fuzzing::proof(bytes)
}

/// A protected message.
pub(super) fn message(bytes: &[u8]) -> bool {
    fuzzing::message(bytes)
}

/// An answer to a bind by ticket.
pub(super) fn exchanged(bytes: &[u8]) -> bool {
    let token = ldap::exchanged(bytes);
    assert!(token.as_ref().is_none_or(|token| token.len() < bytes.len()));
    token.is_some()
}

/// Frames on a connection.
pub(super) fn frames(bytes: &[u8]) -> bool {
    let frames = ldap::frames(bytes);
    let taken: usize = frames.iter().map(|frame| frame.len() + 4).sum();
    assert!(taken <= bytes.len() && frames.iter().all(|frame| !frame.is_empty()));
    !frames.is_empty()
}
