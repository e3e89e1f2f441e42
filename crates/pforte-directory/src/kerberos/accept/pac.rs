//! Who it is: the certificate of privileges in a ticket (MS-PAC), of which only the
//! user's security identifier is read.

use super::super::key::Key;
use super::Refused;
use crate::ldap::Sid;
use zeroize::Zeroizing;

/// Kinds of its parts.
const LOG_ON: u32 = 1;
const SERVER_SUM: u32 = 6;
const CENTRE_SUM: u32 = 7;
const NAMES: u32 = 12;
const REQUESTOR: u32 = 18;

/// The usage of the key for the sum.
const USAGE: u32 = 17;
/// The most parts that are looked at.
const MOST_PARTS: u32 = 64;
/// Set where the names come with the identifier.
const WITH_SID: u32 = 2;

/// Reads numbers (little-endian) from an offset on.
fn short(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.first_chunk().map(|two| u16::from_le_bytes(*two))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.first_chunk().map(|four| u32::from_le_bytes(*four))
}

/// A part: its kind, where it begins, what is in it.
struct Part<'a> {
    kind: u32,
    begins: usize,
    bytes: &'a [u8],
}

/// The parts, each within the whole.
fn parts(pac: &[u8]) -> Option<Vec<Part<'_>>> {
    let count = long(pac, 0).filter(|count| *count <= MOST_PARTS)?;
    if long(pac, 4)? != 0 {
        return None;
    }
    let part = |number: u32| {
        let head = usize::try_from(number).ok()? * 16 + 8;
        let size = usize::try_from(long(pac, head + 4)?).ok()?;
        let (begins, high) = (usize::try_from(long(pac, head + 8)?).ok()?, long(pac, head + 12)?);
        let bytes = pac.get(begins..begins.checked_add(size)?).filter(|_| high == 0)?;
        Some(Part { kind: long(pac, head)?, begins, bytes })
    };
    (0..count).map(part).collect()
}

/// The user's security identifier, if the domain signed it with this key.
pub(super) fn user(pac: &[u8], key: &Key) -> Result<Sid, Refused> {
    let parts = parts(pac).ok_or(Refused::PacFalse)?;
    let one = |kind| {
        let mut all = parts.iter().filter(|part| part.kind == kind);
        // Of two nobody could say which counts.
        match (all.next(), all.next()) {
            (first, None) => Ok(first),
            (_, Some(_)) => Err(Refused::PacFalse),
        }
    };
    let sums = (one(SERVER_SUM)?, one(CENTRE_SUM)?);
    if !is_signed(pac, sums, key).unwrap_or(false) {
        return Err(Refused::PacFalse);
    }
    let (requestor, names, log_on) = (one(REQUESTOR)?, one(NAMES)?, one(LOG_ON)?);
    if let Some(part) = requestor {
        return sid(part.bytes).ok_or(Refused::PacFalse);
    }
    let told = names.and_then(|part| of_names(part.bytes));
    told.or_else(|| log_on.and_then(|part| of_log_on(part.bytes))).ok_or(Refused::NoPac)
}

/// Whether the server's sum over the whole is right, with both sums taken as zeros.
fn is_signed(pac: &[u8], sums: (Option<&Part<'_>>, Option<&Part<'_>>), key: &Key) -> Option<bool> {
    let (server, centre) = (sums.0?, sums.1?);
    let length = key.etype().checksum_length();
    let kind = i32::try_from(long(server.bytes, 0)?).ok()?;
    let sum = server.bytes.get(4..4_usize.checked_add(length)?)?;
    if kind != key.etype().checksum_number() {
        return Some(false);
    }
    let mut text = Zeroizing::new(pac.to_vec());
    let of_centre = sum_length(long(centre.bytes, 0)?)?.min(centre.bytes.len().checked_sub(4)?);
    for (part, length) in [(server, length), (centre, of_centre)] {
        let begins = part.begins.checked_add(4)?;
        text.get_mut(begins..begins.checked_add(length)?)?.fill(0);
    }
    Some(key.matches(USAGE, &[&text], sum))
}

/// Bytes of a sum of this kind, also of those that are not spoken here: the centre
/// signs with a key of its own.
const fn sum_length(kind: u32) -> Option<usize> {
    match kind {
        15 | 16 => Some(12),
        // The last one is HMAC-MD5.
        19 | 0xffff_ff76 => Some(16),
        20 => Some(24),
        _ => None,
    }
}

/// A security identifier, and what may follow it.
fn sid(bytes: &[u8]) -> Option<Sid> {
    let count = usize::from(*bytes.get(1)?);
    Sid::from_bytes(bytes.get(..count * 4 + 8)?)
}

/// From the names of the user (`UPN_DNS_INFO`).
fn of_names(part: &[u8]) -> Option<Sid> {
    if long(part, 8)? & WITH_SID == 0 {
        return None;
    }
    let (length, begins) = (usize::from(short(part, 16)?), usize::from(short(part, 18)?));
    sid(part.get(begins..begins.checked_add(length)?)?)
}

/// Where things stand in `KERB_VALIDATION_INFO`, behind the two heads and the first
/// reference; all in the 32-bit form of NDR.
mod at {
    pub(super) const INFO: usize = 20;
    /// The six times, then the first of six texts.
    pub(super) const TEXTS: usize = INFO + 48;
    pub(super) const USER: usize = TEXTS + 48 + 4;
    pub(super) const GROUP_COUNT: usize = USER + 8;
    pub(super) const SERVER: usize = GROUP_COUNT + 4 + 4 + 4 + 16;
    pub(super) const DOMAIN_SID: usize = SERVER + 16;
    pub(super) const END: usize = DOMAIN_SID + 4 + 8 + 4 + 28 + 4 + 4 + 4 + 4 + 4;
}

/// From the log-on information of older domains: the domain's identifier and the
/// user's number in it.
fn of_log_on(part: &[u8]) -> Option<Sid> {
    // Version 1, little-endian, of eight bytes.
    if part.get(..4)? != [1, 0x10, 8, 0] || long(part, 16)? == 0 || long(part, at::DOMAIN_SID)? == 0 {
        return None;
    }
    let mut behind = at::END;
    for text in 0..6 {
        behind = over_text(part, at::TEXTS + text * 8, behind)?;
    }
    if long(part, at::GROUP_COUNT + 4)? != 0 {
        let groups = usize::try_from(long(part, behind)?).ok()?;
        behind = behind.checked_add(4)?.checked_add(groups.checked_mul(8)?)?;
    }
    for text in 0..2 {
        behind = over_text(part, at::SERVER + text * 8, behind)?;
    }
    let domain = sid(part.get(behind.checked_add(4)?..)?)?;
    domain.child(long(part, at::USER)?)
}

/// Passes over a text, if its reference at `reference` says that there is one.
fn over_text(part: &[u8], reference: usize, behind: usize) -> Option<usize> {
    if long(part, reference + 4)? == 0 {
        return Some(behind);
    }
    let letters = usize::try_from(long(part, behind.checked_add(8)?)?).ok()?;
    let bytes = letters.checked_mul(2)?.checked_next_multiple_of(4)?;
    behind.checked_add(12)?.checked_add(bytes)
}

/// The identifier by each way to it, for tests.
#[cfg(any(test, feature = "fuzzing"))]
pub(super) fn every_way(pac: &[u8]) -> Vec<Option<Sid>> {
    let parts = parts(pac).unwrap_or_default();
    let one = |kind| parts.iter().find(|part| part.kind == kind).map_or(&[][..], |part| part.bytes);
    vec![sid(one(REQUESTOR)), of_names(one(NAMES)), of_log_on(one(LOG_ON))]
}
