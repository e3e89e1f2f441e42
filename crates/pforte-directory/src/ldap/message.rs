//! The LDAP messages that Pforte sends and understands (RFC 4511, section 4).

use super::ber::{BOOLEAN, ENUMERATED, INTEGER, OCTETS, Reader, SEQUENCE, SET, Writer};
use super::fault::FaultKind;
use super::filter::Filter;
use super::guid::ObjectGuid;
use super::password::NewPassword;
use super::policy::{self, Policy};
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
    /// Whether there may be more than `limit`, and the first are enough. The
    /// server is asked for one page then, because some do not keep the limit.
    pub(super) first: bool,
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
        Self {
            base,
            scope: Scope::Base,
            filter: Filter::Present("objectClass"),
            attributes,
            limit: 1,
            first: false,
        }
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
        if self.first {
            to.holding(CONTROLS, |to| page(to, self.limit));
        }
    }
}

/// The control by which a search is answered in pages (RFC 2696).
const PAGES: &[u8] = b"1.2.840.113556.1.4.319";
/// Where controls stand.
const CONTROLS: u8 = 0xa0;

/// Asks for the first page of so many entries.
fn page(to: &mut Writer, entries: u16) {
    let mut value = Writer::with_room(16);
    value.holding(SEQUENCE, |value| {
        value.number(INTEGER, i32::from(entries));
        value.bytes(OCTETS, &[]);
    });
    to.holding(SEQUENCE, |to| {
        to.bytes(OCTETS, PAGES);
        to.bytes(BOOLEAN, &[0xff]);
        to.bytes(OCTETS, &value.finish());
    });
}

/// Whether the controls of an answer tell of a further page.
fn has_further_page(mut message: Reader<'_>) -> Result<bool, FaultKind> {
    if message.is_empty() {
        return Ok(false);
    }
    let mut controls = message.open(CONTROLS)?;
    while !controls.is_empty() {
        let mut control = controls.open(SEQUENCE)?;
        if control.expect(OCTETS)? != PAGES {
            continue;
        }
        let (tag, content) = control.next()?;
        let value = if tag == BOOLEAN { control.expect(OCTETS)? } else { content };
        let mut value = Reader::new(value).open(SEQUENCE)?;
        value.expect(INTEGER)?;
        return Ok(!value.expect(OCTETS)?.is_empty());
    }
    Ok(false)
}

/// What a connection is asked to do.
pub(super) enum Request {
    /// A simple bind. The password is never empty.
    Bind { name: String, password: Zeroizing<Vec<u8>> },
    /// The same, with the password policy asked for its opinion.
    Judged { name: String, password: Zeroizing<Vec<u8>> },
    /// A search.
    Search(Search),
    /// A change of a person's password.
    ChangePassword(NewPassword),
}

/// Bytes of a message beside what was typed.
const ROOM: usize = 512;

impl Request {
    /// A person's bind at a server with password policies.
    pub(super) fn judged(name: &str, password: &crate::secret::Password) -> Self {
        let password = Zeroizing::new(password.text_for_bind().as_bytes().to_vec());
        Self::Judged { name: name.to_owned(), password }
    }

    /// Whether it carries a password, which nothing but TLS may carry.
    pub(super) const fn has_password(&self) -> bool {
        matches!(self, Self::Bind { .. } | Self::Judged { .. })
    }

    /// The message with this number.
    pub(super) fn message(&self, id: i32) -> Zeroizing<Vec<u8>> {
        match self {
            Self::Bind { name, password } => {
                message(id, name.len() + password.len() + ROOM, |to| bind(to, name, password))
            }
            Self::Judged { name, password } => message(id, name.len() + password.len() + ROOM, |to| {
                bind(to, name, password);
                policy::ask(to);
            }),
            Self::Search(search) => message(id, ROOM, |to| search.write(to)),
            Self::ChangePassword(new) => message(id, new.size() + ROOM, |to| new.write(to)),
        }
    }
}

fn bind(to: &mut Writer, name: &str, password: &[u8]) {
    to.holding(0x60, |to| {
        to.number(INTEGER, 3);
        to.bytes(OCTETS, name.as_bytes());
        to.bytes(0x80, password);
    });
}

/// A message that holds what `operation` writes.
pub(super) fn message(id: i32, room: usize, operation: impl FnOnce(&mut Writer)) -> Zeroizing<Vec<u8>> {
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
    /// Not without TLS.
    pub(in super::super) const CONFIDENTIALITY: i32 = 13;
    /// Ask another server.
    pub(in super::super) const REFERRAL: i32 = 10;
    /// There is no such entry, or it may not be seen.
    pub(in super::super) const NO_SUCH_OBJECT: i32 = 32;
    /// A value that the directory's rules do not allow, such as one for passwords.
    pub(in super::super) const CONSTRAINT: i32 = 19;
    /// Whoever is bound may not do that.
    pub(in super::super) const NO_RIGHTS: i32 = 50;
    /// The server does not do that now, or not to this entry.
    pub(in super::super) const UNWILLING: i32 = 53;
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
    /// The same, with what the password policy says.
    Judged(Outcome, Policy),
    /// An entry.
    Entry(Entry),
    /// More may be found elsewhere; never followed.
    Reference,
    /// How a change ended.
    Modified(Outcome),
    /// How a search ended, and whether there is a further page.
    Done(Outcome, bool),
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
        0x61 => match policy::heard(message)? {
            Some(policy) => Said::Judged(outcome(content)?, policy),
            None => Said::Bound(outcome(content)?),
        },
        0x64 => Said::Entry(entry(content)?),
        0x65 => Said::Done(outcome(content)?, has_further_page(message)?),
        0x67 => Said::Modified(outcome(content)?),
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

/// An entry with these attributes.
#[cfg(test)]
pub(super) fn entry_of(attributes: &[(&str, &str)]) -> Entry {
    let attribute = |(name, value): &(&str, &str)| ((*name).to_owned(), vec![value.as_bytes().to_vec()]);
    Entry { dn: "CN=x".to_owned(), attributes: attributes.iter().map(attribute).collect() }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use bytes::BytesMut;
    use ldap3_proto::LdapCodec;
    use ldap3_proto::control::LdapControl;
    use ldap3_proto::proto as other;
    use proptest::prelude::*;
    use tokio_util::codec::{Decoder, Encoder};

    /// What another implementation makes of a message of ours.
    fn understood(message: &[u8]) -> other::LdapMsg {
        let mut codec = LdapCodec::new(Some(1 << 20), Some(16));
        codec.decode(&mut BytesMut::from(message)).unwrap().unwrap()
    }

    /// A message that another implementation wrote.
    fn written(msgid: i32, op: other::LdapOp) -> BytesMut {
        let mut bytes = BytesMut::new();
        LdapCodec::default().encode(other::LdapMsg { msgid, op, ctrl: Vec::new() }, &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn another_implementation_reads_our_bind() {
        let request = Request::Bind {
            name: "CN=Ä,DC=x".to_owned(),
            password: Zeroizing::new("p".repeat(300).into_bytes()),
        };
        let expected = other::LdapBindRequest {
            version: 3,
            dn: "CN=Ä,DC=x".to_owned(),
            cred: other::LdapBindCred::Simple("p".repeat(300)),
        };
        let found = understood(&request.message(300));
        assert_eq!((found.msgid, found.op), (300, other::LdapOp::BindRequest(expected)));
    }

    #[test]
    fn another_implementation_reads_our_search() {
        let filter = Filter::And(vec![
            Filter::equal("sAMAccountName", "*)(uid=*"),
            Filter::Or(vec![Filter::Present("cn"), Filter::Prefix("cn", "a*\\".to_owned())]),
            Filter::Rule(super::super::filter::IN_CHAIN, "member", "CN=(x)".to_owned()),
        ]);
        let search = Search {
            base: "DC=x".to_owned(),
            scope: Scope::Subtree,
            filter,
            attributes: &["cn", "sn"],
            limit: 1_000,
            first: true,
        };
        let rule = other::LdapMatchingRuleAssertion {
            matching_rule: Some("1.2.840.113556.1.4.1941".to_owned()),
            type_: Some("member".to_owned()),
            match_value: "CN=(x)".to_owned(),
            dn_attributes: false,
        };
        let prefix = other::LdapSubstringFilter { initial: Some("a*\\".to_owned()), ..Default::default() };
        let expected = other::LdapFilter::And(vec![
            other::LdapFilter::Equality("sAMAccountName".to_owned(), "*)(uid=*".to_owned()),
            other::LdapFilter::Or(vec![
                other::LdapFilter::Present("cn".to_owned()),
                other::LdapFilter::Substring("cn".to_owned(), prefix),
            ]),
            other::LdapFilter::Extensible(rule),
        ]);
        let understood = understood(&Request::Search(search).message(1));
        let page = LdapControl::SimplePagedResults { size: 1_000, cookie: Vec::new() };
        assert_eq!(understood.ctrl, [page]);
        let other::LdapOp::SearchRequest(found) = understood.op else {
            unreachable!("a search is read as a search")
        };
        assert_eq!((found.filter, found.sizelimit), (expected, 1_000));
        assert_eq!((found.attrs, found.base), (vec!["cn".to_owned(), "sn".to_owned()], "DC=x".to_owned()));
        assert_eq!(found.scope, other::LdapSearchScope::Subtree);
    }

    #[test]
    fn another_implementation_reads_how_we_end() {
        assert_eq!(understood(&unbind(7)).op, other::LdapOp::UnbindRequest);
        assert_eq!(understood(&abandon(8, 70_000)).op, other::LdapOp::AbandonRequest(70_000));
    }

    #[test]
    fn we_read_what_another_implementation_answers() {
        let result = other::LdapResult {
            code: other::LdapResultCode::InvalidCredentials,
            matcheddn: String::new(),
            message: "data 52e".to_owned(),
            referral: vec!["ldap://elsewhere".to_owned()],
        };
        let outcome = Outcome { code: 49, message: "data 52e".to_owned() };
        let bound = other::LdapBindResponse { res: result.clone(), saslcreds: None };
        assert_eq!(
            read(&written(5, other::LdapOp::BindResponse(bound))),
            Ok((5, Said::Bound(outcome.clone())))
        );
        assert_eq!(
            read(&written(6, other::LdapOp::SearchResultDone(result))),
            Ok((6, Said::Done(outcome, false)))
        );
        let reference = other::LdapSearchResultReference { uris: vec!["ldap://x".to_owned()] };
        assert_eq!(
            read(&written(7, other::LdapOp::SearchResultReference(reference))),
            Ok((7, Said::Reference))
        );
        let attribute = |atype: &str, vals: &[&[u8]]| other::LdapPartialAttribute {
            atype: atype.to_owned(),
            vals: vals.iter().map(|value| value.to_vec()).collect(),
        };
        let entry = other::LdapSearchResultEntry {
            dn: "CN=a,DC=x".to_owned(),
            attributes: vec![
                attribute("OBJECTguid", &[&[7; 16]]),
                attribute("member;range=0-1", &[b"a", b"b"]),
            ],
        };
        let Ok((8, Said::Entry(entry))) = read(&written(8, other::LdapOp::SearchResultEntry(entry))) else {
            unreachable!("an entry is read as an entry")
        };
        assert_eq!((entry.dn.as_str(), entry.guid()), ("CN=a,DC=x", Some(ObjectGuid::from_bytes([7; 16]))));
        assert_eq!(entry.texts("member").collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn a_further_page_is_seen() {
        let result = other::LdapResult {
            code: other::LdapResultCode::Success,
            matcheddn: String::new(),
            message: String::new(),
            referral: Vec::new(),
        };
        for (cookie, further) in [(vec![1], true), (Vec::new(), false)] {
            let ctrl = vec![LdapControl::SimplePagedResults { size: 0, cookie }];
            let message =
                other::LdapMsg { msgid: 6, op: other::LdapOp::SearchResultDone(result.clone()), ctrl };
            let mut bytes = BytesMut::new();
            LdapCodec::default().encode(message, &mut bytes).unwrap();
            let done = Said::Done(Outcome { code: 0, message: String::new() }, further);
            assert_eq!(read(&bytes), Ok((6, done)));
        }
    }

    #[test]
    fn nesting_that_nobody_asked_for_is_garbage_at_once() {
        let mut deep = Vec::new();
        for _ in 0..50_000 {
            let length = u32::try_from(deep.len()).unwrap().to_be_bytes();
            deep.splice(0..0, [0x30, 0x84].into_iter().chain(length));
        }
        assert_eq!(read(&deep), Err(FaultKind::Garbage));
    }

    proptest! {
        #[test]
        fn no_bytes_make_reading_fail_in_any_other_way_than_garbage(mut bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&bytes);
            bytes.splice(0..0, [0x30, 0x84, 0, 0, 1, 0, 2, 1, 1]);
            let _ = read(&bytes);
        }

        #[test]
        fn an_altered_answer_is_read_or_refused(at in 0_usize..200, with in any::<u8>()) {
            let attributes = vec![other::LdapPartialAttribute { atype: "cn".to_owned(), vals: vec![vec![1; 90], vec![]] }];
            let entry = other::LdapSearchResultEntry { dn: "CN=a".to_owned(), attributes };
            let mut bytes = written(8, other::LdapOp::SearchResultEntry(entry));
            if let Some(byte) = bytes.get_mut(at) {
                *byte = with;
            }
            let _ = read(&bytes);
        }
    }
}
