//! What strangers send, handed straight to its readers; for fuzzing alone.

use super::gss::{self, Context, Side};
use super::key::{Etype, Key};
use super::reply::{self, Said};
use super::request::usage;
use super::{Chance, person};

/// What a centre's answer is.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// A ticket, and how many ways it tells of making a key.
    Ticket(usize),
    /// A refusal with this code, and how many ways it tells.
    Refusal(i32, usize),
}

fn key() -> Option<Key> {
    Key::new(Etype::Aes128Sha1, &[7; 16])
}

/// Takes bytes as the answer to a request for an initial ticket or a further one.
///
/// # Panics
///
/// If it could be decrypted.
#[must_use]
pub fn answer(bytes: &[u8]) -> Option<Answer> {
    let said = reply::read(bytes, 11).or_else(|_| reply::read(bytes, 13)).ok()?;
    match said {
        Said::Given(given) => {
            let opened = key().map(|key| given.sealed.open(&key, usage::AS_REPLY));
            assert!(!matches!(opened, Some(Ok(_))), "nobody knows the key");
            let _ = given.ticket.sealed();
            Some(Answer::Ticket(given.keys.len()))
        }
        Said::Refused(refusal, keys) => {
            let _ = refusal.status.and_then(person::state);
            Some(Answer::Refusal(refusal.code, keys.len()))
        }
    }
}

/// Takes bytes as what was decrypted: of an answer, of a ticket, of a server's proof.
/// Whoever knows a key may still write nonsense.
#[must_use]
pub fn decrypted(bytes: &[u8]) -> bool {
    reply::part(bytes).is_ok() || reply::inside(bytes).is_ok() || reply::proved(bytes).is_ok()
}

/// Takes bytes as a server's proof of itself; whether it could be read.
///
/// # Panics
///
/// If it is true, which none is.
#[must_use]
pub fn proof(bytes: &[u8]) -> bool {
    let Ok((_, message)) = gss::content(bytes) else { return false };
    let Ok(sealed) = reply::proof(message) else { return reply::refused(message).is_ok() };
    let opened = key().map(|key| sealed.open(&key, usage::AP_REPLY));
    assert!(!matches!(opened, Some(Ok(_))), "nobody knows the key");
    true
}

/// Takes bytes as the next message of a server; whether it is accepted. Only the two
/// messages that the server made are.
///
/// # Panics
///
/// If an altered one is.
#[must_use]
pub fn message(bytes: &[u8]) -> bool {
    let Some(key) = key() else { return false };
    let side = |side| Context::new(key.clone(), true, side, (5, 5));
    let sealed = side(Side::Server).seal(b"sealed", &Chance::new([1; 32]));
    let signed = side(Side::Server).sign(b"signed");
    let unsealed = side(Side::Client).unseal(bytes);
    let checked = side(Side::Client).check(bytes);
    assert!(unsealed.is_err() || turned(bytes, &sealed), "an altered message was accepted");
    assert!(checked.is_err() || turned(bytes, &signed), "an altered message was accepted");
    unsealed.is_ok() || checked.is_ok()
}

/// Whether both are the same but for how far their bytes are turned, which a server may do.
fn turned(bytes: &[u8], made: &[u8]) -> bool {
    let parts = bytes.split_at_checked(16).zip(made.split_at_checked(16));
    let Some(((head, body), (made_head, made_body))) = parts else { return false };
    let turns = head.iter().skip(6).take(2).fold(0, |sum, byte| sum << 8 | usize::from(*byte));
    let mut body = body.to_vec();
    if turns >= body.len() {
        return false;
    }
    body.rotate_left(turns);
    let same = |range: std::ops::Range<usize>| head.get(range.clone()) == made_head.get(range);
    body == made_body && same(0..6) && same(8..16)
}
