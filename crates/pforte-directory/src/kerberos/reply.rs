//! What comes back: tickets, their secret parts, refusals (RFC 4120, sections 5.4 to 5.9).
//!
//! Everything here was written by a stranger, also what was encrypted: somebody
//! who knows a key may still write nonsense.

use super::der::{OCTETS, Reader, SEQUENCE};
use super::error::{Error, Refusal, Unreadable};
use super::key::{Etype, Key};
use super::name::Name;
use super::time::Second;

/// The most entries of a list that are looked at.
const MOST_ENTRIES: usize = 64;

/// Kinds of data beside an answer.
const KEY_INFORMATION: i32 = 19;
const STATUS: i32 = 3;

/// A ticket, as its server wrote it; nobody else can read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket(Vec<u8>);

impl Ticket {
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    #[cfg(test)]
    pub(super) const fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Unreadable> {
        reader.element(0x61).map(|bytes| Self(bytes.to_vec()))
    }

    /// Its secret part.
    pub(super) fn sealed(&self) -> Result<Sealed, Unreadable> {
        let mut ticket = Reader::new(&self.0).open(0x61)?.open(SEQUENCE)?;
        ticket.field(0)?;
        ticket.field(1)?;
        ticket.field(2)?;
        Sealed::read(&mut ticket.field(3)?)
    }
}

/// Something encrypted.
pub(super) struct Sealed {
    etype: i32,
    bytes: Vec<u8>,
}

impl Sealed {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Unreadable> {
        let mut sealed = reader.open(SEQUENCE)?;
        let etype = sealed.field(0)?.small()?;
        sealed.maybe(1)?;
        Ok(Self { etype, bytes: sealed.field(2)?.expect(OCTETS)?.to_vec() })
    }

    /// What is in it, if the key's owner wrote it for this usage.
    pub(super) fn open(&self, key: &Key, usage: u32) -> Result<zeroize::Zeroizing<Vec<u8>>, Error> {
        if self.etype != key.etype().number() {
            return Err(Error::Etypes);
        }
        Ok(key.decrypt(usage, &self.bytes)?)
    }
}

/// What a key distribution centre says.
pub(super) enum Said {
    /// A ticket, and what the client may know of it.
    Given(Box<Given>),
    /// A refusal, and what it says about keys.
    Refused(Refusal, Vec<KeyInformation>),
}

pub(super) struct Given {
    pub(super) realm: String,
    pub(super) client: Name,
    pub(super) ticket: Ticket,
    pub(super) sealed: Sealed,
    pub(super) keys: Vec<KeyInformation>,
}

/// How a password becomes a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyInformation {
    pub(super) etype: Etype,
    pub(super) salt: Option<Vec<u8>>,
    pub(super) rounds: Option<u32>,
}

/// Reads the answer to a request for an initial ticket (11) or a further one (13).
pub(super) fn read(bytes: &[u8], kind: u8) -> Result<Said, Unreadable> {
    let mut reader = Reader::new(bytes);
    let said = match bytes.first() {
        Some(0x7e) => refusal(reader.open(0x7e)?)?,
        _ => Said::Given(Box::new(given(reader.open(0x60 | kind)?, kind)?)),
    };
    if reader.is_empty() { Ok(said) } else { Err(Unreadable) }
}

fn given(mut reader: Reader<'_>, kind: u8) -> Result<Given, Unreadable> {
    let mut reply = reader.open(SEQUENCE)?;
    versioned(&mut reply, kind)?;
    let keys = reply.maybe(2)?.map(keys).transpose()?.unwrap_or_default();
    Ok(Given {
        realm: reply.field(3)?.text()?,
        client: Name::read(&mut reply.field(4)?)?,
        ticket: Ticket::read(&mut reply.field(5)?)?,
        sealed: Sealed::read(&mut reply.field(6)?)?,
        keys,
    })
}

fn versioned(reply: &mut Reader<'_>, kind: u8) -> Result<(), Unreadable> {
    let version = reply.field(0)?.number()?;
    let found = reply.field(1)?.number()?;
    if version == 5 && found == i64::from(kind) { Ok(()) } else { Err(Unreadable) }
}

/// Reads a refusal that stands alone.
pub(super) fn refused(bytes: &[u8]) -> Result<Refusal, Unreadable> {
    match refusal(Reader::new(bytes).open(0x7e)?)? {
        Said::Refused(refusal, _) => Ok(refusal),
        Said::Given(_) => Err(Unreadable),
    }
}

fn refusal(mut reader: Reader<'_>) -> Result<Said, Unreadable> {
    let mut error = reader.open(SEQUENCE)?;
    versioned(&mut error, 30)?;
    for optional in [2, 3] {
        error.maybe(optional)?;
    }
    let server_time = Second::read(&mut error.field(4)?)?.0;
    error.field(5)?;
    let code = error.field(6)?.small()?;
    for skipped in 7..=11 {
        error.maybe(skipped)?;
    }
    let data = error.maybe(12)?.map(|mut data| data.expect(OCTETS)).transpose()?.unwrap_or_default();
    // What stands there differs; what cannot be read tells nothing.
    let keys = keys(Reader::new(data)).unwrap_or_default();
    Ok(Said::Refused(Refusal { code, status: status(data), server_time }, keys))
}

/// The entries of `METHOD-DATA`.
fn entries(mut data: Reader<'_>) -> Result<Vec<(i32, &[u8])>, Unreadable> {
    let (mut list, mut entries) = (data.open(SEQUENCE)?, Vec::new());
    while !list.is_empty() {
        if entries.len() >= MOST_ENTRIES {
            return Err(Unreadable);
        }
        let mut entry = list.open(SEQUENCE)?;
        entries.push((entry.field(1)?.small()?, entry.field(2)?.expect(OCTETS)?));
    }
    Ok(entries)
}

/// How passwords become keys, of the kinds that are spoken here.
fn keys(data: Reader<'_>) -> Result<Vec<KeyInformation>, Unreadable> {
    let entries = entries(data)?;
    let Some((_, value)) = entries.iter().find(|(kind, _)| *kind == KEY_INFORMATION) else {
        return Ok(Vec::new());
    };
    let (mut list, mut keys) = (Reader::new(value).open(SEQUENCE)?, Vec::new());
    while !list.is_empty() && keys.len() < MOST_ENTRIES {
        let mut entry = list.open(SEQUENCE)?;
        let etype = Etype::of_number(entry.field(0)?.small()?);
        let salt = entry.maybe(1)?.map(|mut salt| salt.expect(super::der::TEXT)).transpose()?;
        let rounds = entry.maybe(2)?.map(|mut rounds| rounds.expect(OCTETS)).transpose()?;
        let rounds = rounds.map(|rounds| rounds.try_into().map(u32::from_be_bytes)).transpose();
        let rounds = rounds.map_err(|_| Unreadable)?;
        keys.extend(etype.map(|etype| KeyInformation { etype, salt: salt.map(<[u8]>::to_vec), rounds }));
    }
    Ok(keys)
}

/// The Windows status in what goes with a refusal (MS-KILE 2.2.1): 12 bytes, of
/// which the first four are it, in one of two wrappings.
pub(super) fn status(data: &[u8]) -> Option<u32> {
    let listed = || {
        let entries = entries(Reader::new(data)).ok()?;
        entries.into_iter().find(|(kind, _)| *kind == STATUS).map(|(_, value)| value)
    };
    let single = || {
        let mut one = Reader::new(data).open(SEQUENCE).ok()?;
        one.field(1).ok()?.small().ok().filter(|kind| *kind == STATUS)?;
        one.field(2).ok()?.expect(OCTETS).ok()
    };
    let value = listed().or_else(single).filter(|value| value.len() == 12)?;
    value.first_chunk().map(|status| u32::from_le_bytes(*status))
}

/// What the client may know of a ticket.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) session: Key,
    pub(super) nonce: u32,
    pub(super) ends: Second,
    pub(super) realm: String,
    pub(super) server: Name,
}

/// Reads the client's part of a ticket. Some servers tag an initial one as a
/// further one, which RFC 4120 tells clients to take.
pub(super) fn part(bytes: &[u8]) -> Result<Part, Unreadable> {
    let mut reader = Reader::new(bytes);
    let mut part = match bytes.first() {
        Some(tag @ (0x79 | 0x7a)) => reader.open(*tag)?.open(SEQUENCE)?,
        _ => return Err(Unreadable),
    };
    let session = key(&mut part.field(0)?)?;
    part.field(1)?;
    let nonce = wrapped(part.field(2)?.number()?)?;
    part.maybe(3)?;
    part.field(4)?;
    part.field(5)?;
    part.maybe(6)?;
    let ends = Second::read(&mut part.field(7)?)?;
    part.maybe(8)?;
    Ok(Part {
        session,
        nonce,
        ends,
        realm: part.field(9)?.text()?,
        server: Name::read(&mut part.field(10)?)?,
    })
}

/// A number of 32 bits without a sign, which some write with one.
pub(super) fn wrapped(number: i64) -> Result<u32, Unreadable> {
    let signed = || i32::try_from(number).map(i32::cast_unsigned);
    u32::try_from(number).or_else(|_| signed()).map_err(|_| Unreadable)
}

pub(super) fn key(reader: &mut Reader<'_>) -> Result<Key, Unreadable> {
    let mut key = reader.open(SEQUENCE)?;
    let etype = Etype::of_number(key.field(0)?.small()?).ok_or(Unreadable)?;
    Key::new(etype, key.field(1)?.expect(OCTETS)?).ok_or(Unreadable)
}

/// What a ticket tells its server.
#[derive(Debug)]
pub(super) struct Inside {
    pub(super) session: Key,
    pub(super) realm: String,
    pub(super) client: Name,
    pub(super) proved: Second,
    pub(super) starts: Option<Second>,
    pub(super) ends: Second,
}

/// Reads the server's part of a ticket.
pub(super) fn inside(bytes: &[u8]) -> Result<Inside, Unreadable> {
    let mut inside = Reader::new(bytes).open(0x63)?.open(SEQUENCE)?;
    inside.field(0)?;
    Ok(Inside {
        session: key(&mut inside.field(1)?)?,
        realm: inside.field(2)?.text()?,
        client: Name::read(&mut inside.field(3)?)?,
        proved: {
            inside.field(4)?;
            Second::read(&mut inside.field(5)?)?
        },
        starts: inside.maybe(6)?.map(|mut starts| Second::read(&mut starts)).transpose()?,
        ends: Second::read(&mut inside.field(7)?)?,
    })
}

/// The secret part of a server's proof of itself (`AP-REP`).
pub(super) fn proof(bytes: &[u8]) -> Result<Sealed, Unreadable> {
    let mut proof = Reader::new(bytes).open(0x6f)?.open(SEQUENCE)?;
    versioned(&mut proof, 15)?;
    Sealed::read(&mut proof.field(2)?)
}

/// What a server proves itself with.
#[derive(Debug)]
pub(super) struct Proved {
    pub(super) time: (Second, i64),
    pub(super) subkey: Option<Key>,
    pub(super) sequence: Option<u32>,
}

/// Reads it.
pub(super) fn proved(bytes: &[u8]) -> Result<Proved, Unreadable> {
    let mut proved = Reader::new(bytes).open(0x7b)?.open(SEQUENCE)?;
    let time = (Second::read(&mut proved.field(0)?)?, proved.field(1)?.number()?);
    let subkey = proved.maybe(2)?.map(|mut subkey| key(&mut subkey)).transpose()?;
    let sequence = proved.maybe(3)?.map(|mut number| number.number().and_then(wrapped)).transpose()?;
    Ok(Proved { time, subkey, sequence })
}
