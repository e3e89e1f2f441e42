//! What a client writes: requests, authenticators (RFC 4120, sections 5.4 and 5.5).

use super::chance::Chance;
use super::der::{OCTETS, SEQUENCE, TEXT, TIME, Writer, field};
use super::key::{Etype, Key};
use super::name::Name;
use super::reply::Ticket;
use super::time::Second;
use pforte_model::time::Micros;
use zeroize::Zeroizing;

/// Usages of keys (RFC 4120, section 7.5.1).
pub(super) mod usage {
    pub(in super::super) const TIMESTAMP: u32 = 1;
    pub(in super::super) const TICKET: u32 = 2;
    pub(in super::super) const AS_REPLY: u32 = 3;
    pub(in super::super) const TGS_CHECKSUM: u32 = 6;
    pub(in super::super) const TGS_AUTHENTICATOR: u32 = 7;
    pub(in super::super) const TGS_REPLY: u32 = 8;
    pub(in super::super) const AUTHENTICATOR: u32 = 11;
    pub(in super::super) const AP_REPLY: u32 = 12;
}

/// Kinds of data that go with a request.
const TGS_REQUEST: i64 = 1;
const ENCRYPTED_TIMESTAMP: i64 = 2;
const WANTS_PAC: i64 = 128;

/// The server may name the client anew.
const CANONICALIZE: u32 = 0x0001_0000;
/// The ticket is to be encrypted with the session key of another one.
const IN_SESSION_KEY: u32 = 0x0000_0008;
/// The server shall prove itself too.
const MUTUAL: u32 = 0x2000_0000;

/// How long a ticket is asked for, in seconds; the realm's own limit is shorter.
const LIFETIME: i64 = 10 * 3_600;

/// What both kinds of requests ask for.
pub(super) struct Asked<'a> {
    pub(super) realm: &'a str,
    pub(super) server: &'a Name,
    pub(super) nonce: u32,
    pub(super) now: Micros,
}

impl Asked<'_> {
    fn body(&self, client: Option<&Name>, session_of: Option<&Ticket>) -> Zeroizing<Vec<u8>> {
        let canonicalize = if client.is_some() { CANONICALIZE } else { 0 };
        let in_session_key = if session_of.is_some() { IN_SESSION_KEY } else { 0 };
        let end = Second::of(self.now).0.plus(LIFETIME);
        Writer::write(|to| {
            to.holding(SEQUENCE, |to| {
                to.field_flags(0, canonicalize | in_session_key);
                if let Some(client) = client {
                    to.holding(field(1), |to| client.write(to));
                }
                to.field_bytes(2, TEXT, self.realm.as_bytes());
                to.holding(field(3), |to| self.server.write(to));
                to.field_bytes(5, TIME, end.text().as_bytes());
                to.field_number(7, self.nonce.into());
                to.holding(field(8), etypes);
                if let Some(ticket) = session_of {
                    to.holding(field(11), |to| to.holding(SEQUENCE, |to| to.raw(ticket.as_bytes())));
                }
            });
        })
    }
}

fn etypes(to: &mut Writer) {
    to.holding(SEQUENCE, |to| Etype::ALL.iter().for_each(|etype| to.number(etype.number().into())));
}

/// Asks for a ticket as `client`; with the proof of the password, if there is one.
pub(super) fn initial(asked: &Asked<'_>, client: &Name, proof: Option<&[u8]>) -> Vec<u8> {
    let body = asked.body(Some(client), None);
    let pac = Writer::write(|to| to.holding(SEQUENCE, |to| to.field_bytes(0, 0x01, &[0xff])));
    let mut extra = vec![(WANTS_PAC, &pac[..])];
    extra.extend(proof.map(|proof| (ENCRYPTED_TIMESTAMP, proof)));
    message(10, &extra, &body)
}

/// That somebody who knows the password is there now.
pub(super) fn timestamp(key: &Key, now: Micros, chance: &Chance) -> Vec<u8> {
    let (second, micros) = Second::of(now);
    let stamp = Writer::write(|to| {
        to.holding(SEQUENCE, |to| {
            to.field_bytes(0, TIME, second.text().as_bytes());
            to.field_number(1, micros);
        });
    });
    let encrypted = key.encrypt(usage::TIMESTAMP, &stamp, chance);
    Writer::write(|to| encrypted_data(to, key.etype(), &encrypted)).to_vec()
}

/// Asks for a ticket by one that gives tickets. With `session_of`, the ticket
/// is for that one's owner, encrypted with its session key.
pub(super) fn further(
    asked: &Asked<'_>,
    held: &Held<'_>,
    session_of: Option<&Ticket>,
    chance: &Chance,
) -> Vec<u8> {
    let body = asked.body(None, session_of);
    let sum = held.session.checksum(usage::TGS_CHECKSUM, &[&body]);
    let authenticator = Authenticator {
        checksum: (held.session.etype().checksum_number().into(), &sum),
        now: asked.now,
        subkey: None,
        sequence: None,
        bound: false,
    };
    let proof = authenticator.request(held, usage::TGS_AUTHENTICATOR, chance);
    message(12, &[(TGS_REQUEST, &proof)], &body)
}

fn message(kind: u8, extra: &[(i64, &[u8])], body: &[u8]) -> Vec<u8> {
    let message = Writer::write(|to| {
        to.holding(0x60 | kind, |to| {
            to.holding(SEQUENCE, |to| {
                to.field_number(1, 5);
                to.field_number(2, kind.into());
                to.holding(field(3), |to| {
                    to.holding(SEQUENCE, |to| extra.iter().for_each(|one| data(to, *one)));
                });
                to.holding(field(4), |to| to.raw(body));
            });
        });
    });
    message.to_vec()
}

fn data(to: &mut Writer, (kind, value): (i64, &[u8])) {
    to.holding(SEQUENCE, |to| {
        to.field_number(1, kind);
        to.field_bytes(2, OCTETS, value);
    });
}

pub(super) fn encrypted_data(to: &mut Writer, etype: Etype, encrypted: &[u8]) {
    to.holding(SEQUENCE, |to| {
        to.field_number(0, etype.number().into());
        to.field_bytes(2, OCTETS, encrypted);
    });
}

/// A ticket with what its owner knows of it.
pub(super) struct Held<'a> {
    pub(super) ticket: &'a Ticket,
    pub(super) session: &'a Key,
    pub(super) realm: &'a str,
    pub(super) client: &'a Name,
}

/// That the ticket's owner is there now.
pub(super) struct Authenticator<'a> {
    /// Its kind and bytes.
    pub(super) checksum: (i64, &'a [u8]),
    pub(super) now: Micros,
    pub(super) subkey: Option<&'a Key>,
    pub(super) sequence: Option<u32>,
    /// Whether channel bindings are always sent, so that none means an attack.
    pub(super) bound: bool,
}

impl Authenticator<'_> {
    /// Ticket and authenticator (`AP-REQ`). The server shall prove itself where
    /// a key of our own is given.
    pub(super) fn request(&self, held: &Held<'_>, usage: u32, chance: &Chance) -> Vec<u8> {
        let encrypted = held.session.encrypt(usage, &self.write(held), chance);
        let options = if self.subkey.is_some() { MUTUAL } else { 0 };
        let request = Writer::write(|to| {
            to.holding(0x6e, |to| {
                to.holding(SEQUENCE, |to| {
                    to.field_number(0, 5);
                    to.field_number(1, 14);
                    to.field_flags(2, options);
                    to.holding(field(3), |to| to.raw(held.ticket.as_bytes()));
                    to.holding(field(4), |to| encrypted_data(to, held.session.etype(), &encrypted));
                });
            });
        });
        request.to_vec()
    }

    fn write(&self, held: &Held<'_>) -> Zeroizing<Vec<u8>> {
        let (second, micros) = Second::of(self.now);
        Writer::write(|to| {
            to.holding(0x62, |to| {
                to.holding(SEQUENCE, |to| {
                    to.field_number(0, 5);
                    to.field_bytes(1, TEXT, held.realm.as_bytes());
                    to.holding(field(2), |to| held.client.write(to));
                    to.holding(field(3), |to| typed(to, self.checksum));
                    to.field_number(4, micros);
                    to.field_bytes(5, TIME, second.text().as_bytes());
                    if let Some(key) = self.subkey {
                        to.holding(field(6), |to| typed(to, (key.etype().number().into(), key.expose())));
                    }
                    if let Some(sequence) = self.sequence {
                        to.field_number(7, sequence.into());
                    }
                    if self.bound {
                        to.holding(field(8), always_binds);
                    }
                });
            });
        })
    }
}

/// A key or a checksum.
fn typed(to: &mut Writer, (kind, value): (i64, &[u8])) {
    to.holding(SEQUENCE, |to| {
        to.field_number(0, kind);
        to.field_bytes(1, OCTETS, value);
    });
}

/// `KERB_AP_OPTIONS_CBT` (MS-KILE 3.2.5.8), within `AD-IF-RELEVANT`.
fn always_binds(to: &mut Writer) {
    let options = 0x4000_u32.to_le_bytes();
    let inner = Writer::write(|to| to.holding(SEQUENCE, |to| typed(to, (143, &options))));
    to.holding(SEQUENCE, |to| typed(to, (1, &inner)));
}
