//! What a client shows: its ticket and its authenticator (RFC 4120, sections 5.3 and
//! 5.5). Everything here was written by a stranger until a key has opened it.

use super::super::der::{BITS, OCTETS, Reader, SEQUENCE};
use super::super::error::Unreadable;
use super::super::key::{Etype, Key};
use super::super::name::Name;
use super::super::reply::{key, wrapped};
use super::super::time::Second;
use super::Refused;
use zeroize::Zeroizing;

/// The most elements of a list that are looked at.
const MOST_ELEMENTS: usize = 64;

/// Kinds of authorization data.
const IF_RELEVANT: i32 = 1;
const PAC: i32 = 128;
const OPTIONS: i32 = 143;

/// The option that says that the client always tells what its connection is bound to.
const BINDS: u32 = 0x4000;

/// Something encrypted.
pub(super) struct Sealed<'a> {
    pub(super) etype: Option<Etype>,
    pub(super) version: Option<u32>,
    pub(super) bytes: &'a [u8],
}

impl<'a> Sealed<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Unreadable> {
        let mut sealed = reader.open(SEQUENCE)?;
        let etype = Etype::of_number(sealed.field(0)?.small()?);
        let version = sealed.maybe(1)?.map(|mut version| version.number().and_then(wrapped)).transpose()?;
        Ok(Self { etype, version, bytes: sealed.field(2)?.expect(OCTETS)? })
    }

    /// What is in it, if the key's owner wrote it for this usage.
    pub(super) fn open(&self, key: &Key, usage: u32) -> Result<Zeroizing<Vec<u8>>, Refused> {
        if self.etype != Some(key.etype()) {
            return Err(Refused::Encryption);
        }
        key.decrypt(usage, self.bytes).map_err(|_| Refused::Altered)
    }
}

/// The outside of a ticket.
pub(super) struct Ticket<'a> {
    pub(super) realm: String,
    pub(super) service: Name,
    pub(super) sealed: Sealed<'a>,
}

/// A request (`AP-REQ`).
pub(super) struct Request<'a> {
    pub(super) options: u32,
    pub(super) ticket: Ticket<'a>,
    pub(super) authenticator: Sealed<'a>,
}

impl<'a> Request<'a> {
    pub(super) fn read(message: &'a [u8]) -> Result<Self, Unreadable> {
        let mut reader = Reader::new(message);
        let mut request = reader.open(0x6e)?.open(SEQUENCE)?;
        if !reader.is_empty() || numbers(&mut request)? != (5, 14) {
            return Err(Unreadable);
        }
        let options = flags(&mut request.field(2)?)?;
        let mut ticket = request.field(3)?.open(0x61)?.open(SEQUENCE)?;
        if ticket.field(0)?.number()? != 5 {
            return Err(Unreadable);
        }
        let ticket = Ticket {
            realm: ticket.field(1)?.text()?,
            service: Name::read(&mut ticket.field(2)?)?,
            sealed: Sealed::read(&mut ticket.field(3)?)?,
        };
        Ok(Self { options, ticket, authenticator: Sealed::read(&mut request.field(4)?)? })
    }
}

fn numbers(request: &mut Reader<'_>) -> Result<(i64, i64), Unreadable> {
    Ok((request.field(0)?.number()?, request.field(1)?.number()?))
}

/// 32 flags; those that are left out are not set.
fn flags(reader: &mut Reader<'_>) -> Result<u32, Unreadable> {
    let [0..=7, bits @ ..] = reader.expect(BITS)? else { return Err(Unreadable) };
    let four = bits.iter().copied().chain([0; 4]).take(4);
    Ok(four.fold(0, |sum, byte| sum << 8 | u32::from(byte)))
}

/// The inside of a ticket.
pub(super) struct Inside {
    pub(super) flags: u32,
    pub(super) session: Key,
    pub(super) realm: String,
    pub(super) client: Name,
    pub(super) starts: Second,
    pub(super) ends: Second,
    /// Whether it counts from some network addresses alone.
    pub(super) addressed: bool,
    pub(super) pac: Option<Zeroizing<Vec<u8>>>,
}

impl Inside {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Refused> {
        let mut inside = Reader::new(bytes).open(0x63)?.open(SEQUENCE)?;
        let flags = flags(&mut inside.field(0)?)?;
        // A session key of any kind but AES is no key here.
        let session = key(&mut inside.field(1)?).map_err(|_| Refused::Encryption)?;
        let (realm, client) = (inside.field(2)?.text()?, Name::read(&mut inside.field(3)?)?);
        inside.field(4)?;
        let proved = Second::read(&mut inside.field(5)?)?;
        let starts = inside.maybe(6)?.map(|mut starts| Second::read(&mut starts)).transpose()?;
        let ends = Second::read(&mut inside.field(7)?)?;
        inside.maybe(8)?;
        let addressed = inside.maybe(9)?.map(addresses).transpose()?.unwrap_or(false);
        let data = inside.maybe(10)?.map(data).transpose()?.unwrap_or_default();
        let pac = first(&data, PAC)?.map(|pac| Zeroizing::new(pac.to_vec()));
        let starts = starts.unwrap_or(proved);
        Ok(Self { flags, session, realm, client, starts, ends, addressed, pac })
    }
}

/// Whether there is an address of the network among them; Windows may name computers.
fn addresses(mut field: Reader<'_>) -> Result<bool, Unreadable> {
    const NETBIOS: i32 = 20;
    let (mut list, mut count) = (field.open(SEQUENCE)?, 0);
    while !list.is_empty() {
        count += 1;
        if count > MOST_ELEMENTS || list.open(SEQUENCE)?.field(0)?.small()? != NETBIOS {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Elements of authorization data.
type Data<'a> = Vec<(i32, &'a [u8])>;

fn data(mut field: Reader<'_>) -> Result<Data<'_>, Unreadable> {
    let (mut list, mut elements) = (field.open(SEQUENCE)?, Vec::new());
    while !list.is_empty() {
        if elements.len() >= MOST_ELEMENTS {
            return Err(Unreadable);
        }
        let mut element = list.open(SEQUENCE)?;
        elements.push((element.field(0)?.small()?, element.field(1)?.expect(OCTETS)?));
    }
    Ok(elements)
}

/// The first element of this kind within what may be passed over.
fn first<'a>(data_of: &Data<'a>, kind: i32) -> Result<Option<&'a [u8]>, Unreadable> {
    for (_, relevant) in data_of.iter().filter(|(kind, _)| *kind == IF_RELEVANT) {
        let inner = data(Reader::new(relevant))?;
        if let Some((_, found)) = inner.into_iter().find(|(found, _)| *found == kind) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The proof that the ticket's owner is there now.
pub(super) struct Authenticator {
    pub(super) realm: String,
    pub(super) client: Name,
    /// The checksum's kind and bytes: what the client wishes, what it is bound to.
    pub(super) checksum: Option<(i32, Vec<u8>)>,
    pub(super) time: (Second, i64),
    /// Whether the client always tells what its connection is bound to.
    pub(super) binds: bool,
}

impl Authenticator {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Unreadable> {
        let mut part = Reader::new(bytes).open(0x62)?.open(SEQUENCE)?;
        if part.field(0)?.number()? != 5 {
            return Err(Unreadable);
        }
        let (realm, client) = (part.field(1)?.text()?, Name::read(&mut part.field(2)?)?);
        let checksum = part.maybe(3)?.map(|mut sum| checksum(&mut sum)).transpose()?;
        let micros = part.field(4)?.number()?;
        let second = Second::read(&mut part.field(5)?)?;
        part.maybe(6)?;
        part.maybe(7)?;
        let data = part.maybe(8)?.map(data).transpose()?.unwrap_or_default();
        let options = first(&data, OPTIONS)?.and_then(|options| options.first_chunk());
        let binds = options.is_some_and(|options| u32::from_le_bytes(*options) & BINDS != 0);
        Ok(Self { realm, client, checksum, time: (second, micros), binds })
    }
}

fn checksum(field: &mut Reader<'_>) -> Result<(i32, Vec<u8>), Unreadable> {
    let mut sum = field.open(SEQUENCE)?;
    Ok((sum.field(0)?.small()?, sum.field(1)?.expect(OCTETS)?.to_vec()))
}
