//! The LDAP messages that Pforte sends and understands (RFC 4511, section 4).

use super::ber::{BOOLEAN, ENUMERATED, INTEGER, OCTETS, Reader, SEQUENCE, SET, Writer};
use super::fault::FaultKind;
use super::filter::Filter;
use super::guid::ObjectGuid;
use super::sid::Sid;
use zeroize::Zeroizing;

/// The longest message taken from a server, in bytes.
pub(super) const MOST_BYTES: usize = 1 << 20;

/// A search.
#[derive(Clone, Debug)]
pub(super) struct Search {
    /// Where to begin.
    pub(super) base: String,
    /// How far down.
    pub(super) scope: Scope,
    /// Which entries.
    pub(super) filter: Filter,
    /// Which attributes of them.
    pub(super) attributes: &'static [&'static str],
    /// The greatest number of entries. The server is told, and stopped if it
    /// sends more all the same.
    pub(super) limit: u16,
}

/// How far down a search goes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scope {
    /// The entry itself.
    Base,
    /// The entries right below it.
    Children,
    /// The entry and all below it.
    Subtree,
}

impl Search {
    /// Reads one entry.
    pub(super) fn entry(base: String, attributes: &'static [&'static str]) -> Self {
        Self { base, scope: Scope::Base, filter: Filter::Present("objectClass"), attributes, limit: 1 }
    }

    fn write(&self, to: &mut Writer) {
        let scope = match self.scope {
            Scope::Base => 0,
            Scope::Children => 1,
            Scope::Subtree => 2,
        };
        to.holding(0x63, |to| {
            to.bytes(OCTETS, self.base.as_bytes());
            to.number(ENUMERATED, scope);
            to.number(ENUMERATED, 0); // aliases are never followed
            to.number(INTEGER, i32::from(self.limit));
            to.number(INTEGER, 0); // the time limit is ours
            to.bytes(BOOLEAN, &[0]);
            self.filter.write(to);
            to.holding(SEQUENCE, |to| self.attributes.iter().for_each(|a| to.bytes(OCTETS, a.as_bytes())));
        });
    }
}

/// What a connection is asked to do.
pub(super) enum Request {
    /// A simple bind. The password is never empty.
    Bind { name: String, password: Zeroizing<Vec<u8>> },
    /// A search.
    Search(Search),
}

/// Bytes of a message beside what was typed.
const ROOM: usize = 512;

impl Request {
    /// The message with this number.
    pub(super) fn message(&self, id: i32) -> Zeroizing<Vec<u8>> {
        match self {
            Self::Bind { name, password } => message(id, name.len() + password.len() + ROOM, |to| {
                to.holding(0x60, |to| {
                    to.number(INTEGER, 3);
                    to.bytes(OCTETS, name.as_bytes());
                    to.bytes(0x80, password);
                });
            }),
            Self::Search(search) => message(id, ROOM, |to| search.write(to)),
        }
    }
}

fn message(id: i32, room: usize, operation: impl FnOnce(&mut Writer)) -> Zeroizing<Vec<u8>> {
    let mut writer = Writer::with_room(room);
    writer.holding(SEQUENCE, |to| {
        to.number(INTEGER, id);
        operation(to);
    });
    writer.finish()
}

/// Tells the server that the connection ends.
pub(super) fn unbind(id: i32) -> Zeroizing<Vec<u8>> {
    message(id, ROOM, |to| to.bytes(0x42, &[]))
}

/// Tells the server that nobody waits for the answer to `other` any more.
pub(super) fn abandon(id: i32, other: i32) -> Zeroizing<Vec<u8>> {
    message(id, ROOM, |to| to.number(0x50, other))
}

/// How an operation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    /// The result code (RFC 4511, appendix A).
    pub(super) code: i32,
    /// The server's own words.
    pub(super) message: String,
}

/// Result codes that are treated apart.
pub(super) mod code {
    /// Done.
    pub(in super::super) const SUCCESS: i32 = 0;
    /// There were more entries than were asked for.
    pub(in super::super) const SIZE_LIMIT: i32 = 4;
    /// Not without signing or TLS, or not by this way of binding.
    pub(in super::super) const STRONGER_AUTH: i32 = 8;
    /// Ask another server.
    pub(in super::super) const REFERRAL: i32 = 10;
    /// There is no such entry, or it may not be seen.
    pub(in super::super) const NO_SUCH_OBJECT: i32 = 32;
    /// A name that the server cannot read.
    pub(in super::super) const INVALID_DN: i32 = 34;
    /// Not with this account's kind of password.
    pub(in super::super) const INAPPROPRIATE_AUTH: i32 = 48;
    /// The name or password is wrong, or the account may not log on.
    pub(in super::super) const INVALID_CREDENTIALS: i32 = 49;
}

/// An entry that a search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its name.
    pub(super) dn: String,
    attributes: Vec<(String, Vec<Vec<u8>>)>,
}

impl Entry {
    /// The values of an attribute; also of `name;range=0-1499`, in which a
    /// server gives the first of very many values.
    pub(super) fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let named = |found: &str| {
            let found = found.split_once(';').map_or(found, |(found, _)| found);
            found.eq_ignore_ascii_case(name)
        };
        let values = self.attributes.iter().filter(move |(found, _)| named(found));
        values.flat_map(|(_, values)| values.iter().map(Vec::as_slice))
    }

    /// The first value as text.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.values(name).next().and_then(|value| std::str::from_utf8(value).ok())
    }

    /// The values that are text.
    pub(super) fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.values(name).filter_map(|value| std::str::from_utf8(value).ok())
    }

    /// The first value as a number.
    pub(super) fn number(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    /// The immutable identity.
    pub(super) fn guid(&self) -> Option<ObjectGuid> {
        let value = self.values("objectGUID").next()?;
        value.try_into().ok().map(ObjectGuid::from_bytes)
    }

    /// The security identifier.
    pub(super) fn sid(&self) -> Option<Sid> {
        self.values("objectSid").next().and_then(Sid::from_bytes)
    }

    /// Bytes that the entry takes, roughly.
    pub(super) fn size(&self) -> usize {
        let values = self.attributes.iter().flat_map(|(_, values)| values.iter().map(|v| v.len() + 24));
        self.dn.len() + values.sum::<usize>() + self.attributes.len() * 48
    }
}

/// What a server says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// How a bind ended.
    Bound(Outcome),
    /// An entry.
    Entry(Entry),
    /// More may be found elsewhere; never followed.
    Reference,
    /// How a search ended.
    Done(Outcome),
    /// The server ends the connection (message number 0 only).
    Notice(String),
    /// Something that answers nothing Pforte asks.
    Other,
}

/// Reads a whole message: its number and what it says.
pub(super) fn read(bytes: &[u8]) -> Result<(i32, Said), FaultKind> {
    let mut message = Reader::new(bytes).open(SEQUENCE)?;
    let id = message.number(INTEGER)?;
    let (tag, content) = message.next()?;
    let content = Reader::new(content);
    let said = match tag {
        0x61 => Said::Bound(outcome(content)?),
        0x64 => Said::Entry(entry(content)?),
        0x65 => Said::Done(outcome(content)?),
        0x73 => Said::Reference,
        0x78 if id == 0 => Said::Notice(outcome(content)?.message),
        _ => Said::Other,
    };
    if id < 0 { Err(FaultKind::Garbage) } else { Ok((id, said)) }
}

fn outcome(mut content: Reader<'_>) -> Result<Outcome, FaultKind> {
    let code = content.number(ENUMERATED)?;
    content.expect(OCTETS)?;
    let message = String::from_utf8_lossy(content.expect(OCTETS)?).into_owned();
    Ok(Outcome { code, message })
}

fn entry(mut content: Reader<'_>) -> Result<Entry, FaultKind> {
    let dn = content.text(OCTETS)?.to_owned();
    let mut list = content.open(SEQUENCE)?;
    let mut attributes = Vec::new();
    while !list.is_empty() {
        let mut attribute = list.open(SEQUENCE)?;
        let name = attribute.text(OCTETS)?.to_owned();
        let mut set = attribute.open(SET)?;
        let mut values = Vec::new();
        while !set.is_empty() {
            values.push(set.expect(OCTETS)?.to_vec());
        }
        attributes.push((name, values));
    }
    Ok(Entry { dn, attributes })
}
