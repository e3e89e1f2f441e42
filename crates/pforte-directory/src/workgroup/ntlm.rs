//! NTLMv2 (MS-NLMP), the client's side: what proves a local account's password to a
//! host of a workgroup, which has no Kerberos.
//!
//! Raw, without SPNEGO around it, as hosts take it. The message integrity code binds
//! the three messages together. The session's key is never exchanged with RC4: it is
//! the one that the password and both challenges make.

use super::wire::{Garbled, Reader, Writer, from_utf16, long, part, short, utf16};
use hmac::{KeyInit, Mac, SimpleHmac};
use md4::{Digest, Md4};
use md5::Md5;
use zeroize::Zeroizing;

const SIGNATURE: &[u8] = b"NTLMSSP\0";
const HEADER: usize = 88;
/// Where the message integrity code stands.
const CODE_AT: usize = 72;

/// Unicode, target asked for, signing, NTLM, always signed, extended session
/// security, target's facts, version, 128 bits.
const FLAGS: u32 =
    0x0000_0001 | 0x4 | 0x10 | 0x200 | 0x8000 | 0x8_0000 | 0x80_0000 | 0x200_0000 | 0x2000_0000;
/// What a challenge must agree to: Unicode, extended session security, its facts.
const NEEDED: u32 = 0x1 | 0x8_0000 | 0x80_0000;

/// Facts about the host, by their number.
const END: u16 = 0;
const COMPUTER: u16 = 1;
const ABOUT: u16 = 6;
const TIME: u16 = 7;
const TARGET: u16 = 9;
const BINDING: u16 = 10;
/// In [`ABOUT`]: the messages are bound by a code.
const HAS_CODE: u32 = 2;
/// The greatest size of a host's facts.
const MOST_FACTS: usize = 4_096;

/// Who logs on, and what is made anew for each try.
pub(super) struct Person<'a> {
    pub(super) user: &'a str,
    /// The host's name; empty: the one that the host tells.
    pub(super) domain: &'a str,
    pub(super) password: &'a str,
    /// The computer that asks, as the host is told.
    pub(super) workstation: &'a str,
    /// Which service is meant: `cifs/host`.
    pub(super) target: &'a str,
    pub(super) challenge: [u8; 8],
}

/// What is sent at last, and the key that both sides then have.
pub(super) struct Proof {
    pub(super) message: Vec<u8>,
    pub(super) session_key: Zeroizing<[u8; 16]>,
}

/// The first message.
pub(super) fn hello() -> Vec<u8> {
    Writer::default().bytes(SIGNATURE).u32(1).u32(FLAGS).zeros(16).bytes(&VERSION).0
}

/// No version that anybody would have to be told of; the last byte is NTLM's own.
const VERSION: [u8; 8] = [10, 0, 0, 0, 0, 0, 0, 15];

struct Challenge {
    nonce: [u8; 8],
    computer: String,
    time: Option<[u8; 8]>,
    facts: Vec<(u16, Vec<u8>)>,
}

fn challenge(message: &[u8]) -> Result<Challenge, Garbled> {
    let mut reader = Reader::new(message);
    if reader.take(8)? != SIGNATURE || reader.u32()? != 2 {
        return Err(Garbled);
    }
    reader.skip(8)?;
    if reader.u32()? & NEEDED != NEEDED {
        return Err(Garbled);
    }
    let nonce = reader.take(8)?.try_into().map_err(|_| Garbled)?;
    reader.skip(8)?;
    let (length, _) = (usize::from(reader.u16()?), reader.u16()?);
    let offset = reader.count(usize::from(u16::MAX))?;
    if length > MOST_FACTS {
        return Err(Garbled);
    }
    let facts = facts(part(message, offset, length)?)?;
    let of = |wanted| facts.iter().find(|(number, _)| *number == wanted).map(|(_, value)| value);
    let computer = of(COMPUTER).map(|name| from_utf16(name)).unwrap_or_default();
    let time = of(TIME).and_then(|time| time.as_slice().try_into().ok());
    Ok(Challenge { nonce, computer, time, facts })
}

fn facts(bytes: &[u8]) -> Result<Vec<(u16, Vec<u8>)>, Garbled> {
    let mut reader = Reader::new(bytes);
    let mut facts = Vec::new();
    loop {
        let (number, length) = (reader.u16()?, usize::from(reader.u16()?));
        if number == END {
            return Ok(facts);
        }
        facts.push((number, reader.take(length)?.to_vec()));
    }
}

/// Answers a host's challenge. `time` is the host's, for a challenge without one.
pub(super) fn answer(said: &[u8], person: &Person<'_>, time: [u8; 8]) -> Result<Proof, Garbled> {
    let challenge = challenge(said)?;
    let domain = if person.domain.is_empty() { challenge.computer.as_str() } else { person.domain };
    let key = one_way(person, domain);
    let blob = Writer::default()
        .bytes(&[1, 1])
        .zeros(6)
        .bytes(&challenge.time.unwrap_or(time))
        .bytes(&person.challenge)
        .zeros(4)
        .bytes(&own_facts(&challenge.facts, person.target))
        .zeros(4)
        .0;
    let proof = mac(&*key, &[&challenge.nonce, &blob]);
    let session_key = Zeroizing::new(mac(&*key, &[&proof]));
    let mut message = authenticate(&[&proof[..], &blob].concat(), person, domain);
    let code = mac(&*session_key, &[&hello(), said, &message]);
    if let Some(place) = message.get_mut(CODE_AT..HEADER) {
        place.copy_from_slice(&code);
    }
    Ok(Proof { message, session_key })
}

/// The host's facts and ours.
fn own_facts(facts: &[(u16, Vec<u8>)], target: &str) -> Vec<u8> {
    let put = |to: Writer, number: u16, value: &[u8]| to.u16(number).u16(short(value.len())).bytes(value);
    let kept = facts.iter().filter(|(number, _)| ![ABOUT, TARGET, BINDING].contains(number));
    let to = kept.fold(Writer::default(), |to, (number, value)| put(to, *number, value));
    let to = put(to, ABOUT, &HAS_CODE.to_le_bytes());
    let to = put(put(to, BINDING, &[0; 16]), TARGET, &utf16(target));
    put(to, END, &[]).0
}

/// The third message, with zeros where the code will stand.
fn authenticate(response: &[u8], person: &Person<'_>, domain: &str) -> Vec<u8> {
    let (domain, user, workstation) = (utf16(domain), utf16(person.user), utf16(person.workstation));
    let parts: [&[u8]; 6] = [&[0; 24], response, &domain, &user, &workstation, &[]];
    let mut offset = HEADER;
    let mut header = Writer::default().bytes(SIGNATURE).u32(3);
    for part in parts {
        header = header.u16(short(part.len())).u16(short(part.len())).u32(long(offset));
        offset += part.len();
    }
    header.u32(FLAGS).bytes(&VERSION).zeros(16).bytes(&parts.concat()).0
}

/// What a password is in NTLMv2, for one user of one host.
fn one_way(person: &Person<'_>, domain: &str) -> Zeroizing<[u8; 16]> {
    let password = Zeroizing::new(utf16(person.password));
    let hash = Zeroizing::new(<[u8; 16]>::from(Md4::digest(&*password)));
    let name = utf16(&format!("{}{domain}", upper(person.user)));
    Zeroizing::new(mac(&*hash, &[&name]))
}

/// Upper case letter by letter, as hosts have it: `ß` has none.
fn upper(text: &str) -> String {
    let one = |c: char| {
        let mut upper = c.to_uppercase();
        match (upper.next(), upper.next()) {
            (Some(only), None) => only,
            _ => c,
        }
    };
    text.chars().map(one).collect()
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 16] {
    // A key of any length is taken.
    let Ok(mut mac) = <SimpleHmac<Md5> as KeyInit>::new_from_slice(key) else { return [0; 16] };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops here")]
mod tests {
    use super::*;

    fn person(challenge: [u8; 8]) -> Person<'static> {
        Person {
            user: "User",
            domain: "Domain",
            password: "Password",
            workstation: "",
            target: "",
            challenge,
        }
    }

    #[test]
    fn the_published_example_gives_its_published_values() {
        // MS-NLMP 4.2.4.
        let person = person([0xaa; 8]);
        let key = one_way(&person, "Domain");
        assert_eq!(
            *key,
            [0x0c, 0x86, 0x8a, 0x40, 0x3b, 0xfd, 0x7a, 0x93, 0xa3, 0x00, 0x1e, 0xf2, 0x2e, 0xf0, 0x2e, 0x3f]
        );
        let facts = Writer::default()
            .u16(2)
            .u16(12)
            .bytes(&utf16("Domain"))
            .u16(1)
            .u16(12)
            .bytes(&utf16("Server"))
            .u32(0)
            .0;
        let blob =
            Writer::default().bytes(&[1, 1]).zeros(14).bytes(&[0xaa; 8]).zeros(4).bytes(&facts).zeros(4).0;
        let nonce = [1, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef];
        let proof = mac(&*key, &[&nonce, &blob]);
        assert_eq!(
            proof,
            [0x68, 0xcd, 0x0a, 0xb8, 0x51, 0xe5, 0x1c, 0x96, 0xaa, 0xbc, 0x92, 0x7b, 0xeb, 0xef, 0x6a, 0x1c]
        );
        let session = mac(&*key, &[&proof]);
        assert_eq!(
            session,
            [0x8d, 0xe4, 0x0c, 0xca, 0xdb, 0xc1, 0x4a, 0x82, 0xf1, 0x5c, 0xb0, 0xad, 0x0d, 0xe9, 0x5c, 0xa3]
        );
    }

    #[test]
    fn bytes_that_are_no_challenge_are_refused_wherever_they_end() {
        let facts = Writer::default().u16(COMPUTER).u16(6).bytes(&utf16("WG1")).u32(0).0;
        let whole = Writer::default().bytes(SIGNATURE).u32(2).zeros(8).u32(NEEDED).bytes(&[5; 16]);
        let whole = whole.u16(short(facts.len())).u16(0).u32(56).zeros(8).bytes(&facts).0;
        assert_eq!(challenge(&whole).map(|read| read.computer).unwrap(), "WG1");
        for length in 0..whole.len() {
            assert!(answer(&whole[..length], &person([0; 8]), [0; 8]).is_err(), "{length}");
        }
    }
}
