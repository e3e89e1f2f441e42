//! What a domain controller sends, or whoever pretends to be one.

use pforte_directory::ldap::{ObjectGuid, Sid, fuzzing};
use pforte_model::name::LoginName;
use rustls_pki_types::ServerName;

/// The most bytes that the entries of one answer may take.
const MOST_KEPT: usize = 8 << 20;

/// Entries that are asked for.
const LIMIT: u16 = 3;

/// The answer to a search, as a stream of bytes.
pub(super) fn search_answer(bytes: &[u8]) -> bool {
    let Ok(login) = LoginName::parse("anna") else { return false };
    let heard = fuzzing::search_answered(bytes, &login, LIMIT);
    assert!(heard.users.len() <= usize::from(LIMIT) && heard.kept <= MOST_KEPT);
    // The shortest message has five bytes.
    assert!(heard.messages * 5 <= bytes.len());
    for user in heard.users.iter().flatten() {
        identified(user.key.as_bytes(), &user.identity);
    }
    for group in heard.groups.iter().flatten() {
        identified(group.key.as_bytes(), &group.identity);
        let sid = Sid::from_bytes(group.mark.as_bytes());
        assert!(sid.is_some_and(|sid| sid.to_string().parse() == Ok(sid)));
    }
    lengths(bytes);
    heard.fault.is_none() && !heard.users.is_empty()
}

/// A key is the identity that people read.
fn identified(key: &[u8], identity: &str) {
    let guid = <[u8; 16]>::try_from(key).map(ObjectGuid::from_bytes);
    assert!(guid.is_ok_and(|guid| identity.parse() == Ok(guid)), "{identity}");
}

/// However the bytes are cut, the length of a message is told only once, and the same.
fn lengths(bytes: &[u8]) {
    let whole = fuzzing::length(bytes);
    for cut in 0..bytes.len().min(8) {
        let part = fuzzing::length(bytes.get(..cut).unwrap_or_default());
        assert!(part == Ok(None) || part == whole, "{part:?} of {whole:?}");
    }
}

/// The answer to a bind.
pub(super) fn bind_answer(bytes: &[u8]) -> bool {
    let Some(answer) = fuzzing::bind_answered(bytes) else { return false };
    if let Err(fault) = &answer {
        assert!(!fault.kind.code().is_empty() && fault.to_string().len() <= 2 * bytes.len() + 300);
    }
    answer.is_ok()
}

/// The answer to a ping, from anybody who can send a datagram.
pub(super) fn ping(bytes: &[u8]) -> bool {
    let Ok(told) = fuzzing::ping_answered(bytes) else { return false };
    for name in &told.names {
        // The longest name of DNS; nothing that nobody sees.
        assert!(name.len() <= 255 && !name.chars().any(char::is_control), "{name:?}");
    }
    true
}

/// A certificate. Nobody is trusted, so none is ever good.
pub(super) fn certificate(bytes: &[u8]) -> bool {
    let Ok(name) = ServerName::try_from("dc1.plant.example") else { return false };
    let (described, wrong) = fuzzing::certificate(bytes, &name);
    assert!(wrong.is_some(), "a certificate that nobody issued is good");
    described.is_some()
}
