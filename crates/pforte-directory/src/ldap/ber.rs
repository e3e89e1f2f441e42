//! The small part of BER that LDAP uses (RFC 4511, 5.1): definite lengths,
//! one-byte tags.
//!
//! Nothing here recurses or allocates by what a peer declares: a [`Reader`]
//! only ever hands out slices of the bytes that are there, and each level of
//! nesting is opened by a line of code that expects it, so that deep nesting is
//! refused at the first element nobody asked for.

use super::fault::FaultKind;
use zeroize::Zeroizing;

/// `BOOLEAN`.
pub(super) const BOOLEAN: u8 = 0x01;
/// `INTEGER`.
pub(super) const INTEGER: u8 = 0x02;
/// `OCTET STRING`.
pub(super) const OCTETS: u8 = 0x04;
/// `ENUMERATED`.
pub(super) const ENUMERATED: u8 = 0x0a;
/// `SEQUENCE`.
pub(super) const SEQUENCE: u8 = 0x30;
/// `SET`.
pub(super) const SET: u8 = 0x31;

/// Writes elements into memory that is cleared on drop, because a bind has a
/// password in it.
pub(super) struct Writer(Zeroizing<Vec<u8>>);

impl Writer {
    /// A writer with room for `bytes`; a secret is not copied around while the
    /// message stays within it.
    pub(super) fn with_room(bytes: usize) -> Self {
        Self(Zeroizing::new(Vec::with_capacity(bytes)))
    }

    /// The message.
    pub(super) fn finish(self) -> Zeroizing<Vec<u8>> {
        self.0
    }

    /// An element with these bytes as content.
    pub(super) fn bytes(&mut self, tag: u8, content: &[u8]) {
        self.0.push(tag);
        match u8::try_from(content.len()) {
            Ok(short) if short < 0x80 => self.0.push(short),
            _ => self.0.extend(long_length(content.len())),
        }
        self.0.extend_from_slice(content);
    }

    /// An element that holds what `inside` writes. Its length takes four bytes
    /// whatever it is, which BER allows, so that nothing has to be moved.
    pub(super) fn holding(&mut self, tag: u8, inside: impl FnOnce(&mut Self)) {
        self.0.push(tag);
        let at = self.0.len();
        self.0.extend(long_length(0));
        inside(self);
        let length = self.0.len().saturating_sub(at + LONG);
        for (to, byte) in self.0.iter_mut().skip(at).zip(long_length(length)) {
            *to = byte;
        }
    }

    /// A number that is not negative.
    pub(super) fn number(&mut self, tag: u8, number: i32) {
        self.bytes(tag, number_bytes(number).trim());
    }
}

/// Bytes of a length in the long form.
const LONG: usize = 5;

fn long_length(length: usize) -> [u8; LONG] {
    let [a, b, c, d] = u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    [0x84, a, b, c, d]
}

struct Number([u8; 4]);

fn number_bytes(number: i32) -> Number {
    Number(number.to_be_bytes())
}

impl Number {
    /// Without leading zero bytes that the sign does not need.
    fn trim(&self) -> &[u8] {
        let mut bytes: &[u8] = &self.0;
        while let [0, rest @ ..] = bytes
            && rest.first().is_some_and(|next| *next < 0x80)
        {
            bytes = rest;
        }
        bytes
    }
}

/// Reads elements from bytes that came from the network.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Reads these bytes.
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Whether nothing is left.
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next element: its tag and content.
    pub(super) fn next(&mut self) -> Result<(u8, &'a [u8]), FaultKind> {
        let header = header(self.0)?.ok_or(FaultKind::Garbage)?;
        let (element, rest) = self.0.split_at_checked(header.size()).ok_or(FaultKind::Garbage)?;
        let (_, content) = element.split_at_checked(header.head).ok_or(FaultKind::Garbage)?;
        self.0 = rest;
        Ok((header.tag, content))
    }

    /// The content of the next element, which must have this tag.
    pub(super) fn expect(&mut self, tag: u8) -> Result<&'a [u8], FaultKind> {
        match self.next()? {
            (found, content) if found == tag => Ok(content),
            _ => Err(FaultKind::Garbage),
        }
    }

    /// What the next element holds, which must have this tag.
    pub(super) fn open(&mut self, tag: u8) -> Result<Self, FaultKind> {
        self.expect(tag).map(Self)
    }

    /// The next element as a number of at most four bytes.
    pub(super) fn number(&mut self, tag: u8) -> Result<i32, FaultKind> {
        let bytes = self.expect(tag)?;
        let first = *bytes.first().filter(|_| bytes.len() <= 4).ok_or(FaultKind::Garbage)?;
        let sign = if first < 0x80 { 0 } else { -1 };
        Ok(bytes.iter().fold(sign, |sum, byte| sum << 8 | i32::from(*byte)))
    }

    /// The next element as text.
    pub(super) fn text(&mut self, tag: u8) -> Result<&'a str, FaultKind> {
        std::str::from_utf8(self.expect(tag)?).map_err(|_| FaultKind::Garbage)
    }
}

struct Header {
    tag: u8,
    /// Bytes of tag and length.
    head: usize,
    /// Bytes of content.
    content: usize,
}

impl Header {
    const fn size(&self) -> usize {
        self.head.saturating_add(self.content)
    }
}

/// The header at the start of `bytes`; `None` if it is not all there yet.
fn header(bytes: &[u8]) -> Result<Option<Header>, FaultKind> {
    let [tag, first, rest @ ..] = bytes else { return Ok(None) };
    if tag & 0x1f == 0x1f {
        return Err(FaultKind::Garbage);
    }
    let count = usize::from(first & 0x7f);
    if *first < 0x80 {
        return Ok(Some(Header { tag: *tag, head: 2, content: count }));
    }
    // 0x80 would be an indefinite length, which LDAP forbids.
    if count == 0 || count > 4 {
        return Err(FaultKind::Garbage);
    }
    let Some(length) = rest.get(..count) else { return Ok(None) };
    let content = length.iter().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
    Ok(Some(Header { tag: *tag, head: 2 + count, content }))
}

/// The length of the message at the start of `bytes`; `None` if its header is
/// not all there yet. A message longer than `most` bytes, or something that is
/// no message, is refused before any more of it is waited for.
pub(super) fn message_length(bytes: &[u8], most: usize) -> Result<Option<usize>, FaultKind> {
    if bytes.first().is_some_and(|tag| *tag != SEQUENCE) {
        return Err(FaultKind::Garbage);
    }
    match header(bytes)? {
        Some(header) if header.size() > most => Err(FaultKind::TooLarge),
        Some(header) => Ok(Some(header.size())),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_declared_length_is_refused_before_its_bytes_are_awaited() {
        assert_eq!(message_length(&[0x30, 0x84, 0x7f, 0xff, 0xff, 0xff], 1 << 20), Err(FaultKind::TooLarge));
        assert_eq!(message_length(&[0x30, 0x80, 1], 1 << 20), Err(FaultKind::Garbage));
        assert_eq!(message_length(&[0x30, 0x85, 0, 0, 0, 0, 1], 1 << 20), Err(FaultKind::Garbage));
        assert_eq!(message_length(b"HTTP/1.1", 1 << 20), Err(FaultKind::Garbage));
        assert_eq!(message_length(&[0x30, 0x82, 1], 1 << 20), Ok(None));
        assert_eq!(message_length(&[0x30, 0x82, 1, 0], 1 << 20), Ok(Some(260)));
    }

    #[test]
    fn an_element_that_claims_more_than_there_is_is_garbage() {
        assert_eq!(Reader::new(&[OCTETS, 5, 1, 2]).next(), Err(FaultKind::Garbage));
        assert_eq!(Reader::new(&[0x1f, 0x81, 0]).next(), Err(FaultKind::Garbage));
        assert_eq!(Reader::new(&[INTEGER, 5, 1, 2, 3, 4, 5]).number(INTEGER), Err(FaultKind::Garbage));
        assert_eq!(Reader::new(&[INTEGER, 0]).number(INTEGER), Err(FaultKind::Garbage));
    }

    proptest! {
        #[test]
        fn numbers_read_back(number in 0..=i32::MAX) {
            let mut writer = Writer::with_room(8);
            writer.number(INTEGER, number);
            prop_assert_eq!(Reader::new(&writer.finish()).number(INTEGER), Ok(number));
        }

        #[test]
        fn contents_of_any_length_read_back(content in prop::collection::vec(any::<u8>(), 0..70_000)) {
            let mut writer = Writer::with_room(8);
            writer.holding(SEQUENCE, |inside| inside.bytes(OCTETS, &content));
            let message = writer.finish();
            prop_assert_eq!(message_length(&message, 1 << 20), Ok(Some(message.len())));
            let read = Reader::new(&message).open(SEQUENCE).unwrap().expect(OCTETS).unwrap();
            prop_assert_eq!(read, &content[..]);
        }
    }
}
