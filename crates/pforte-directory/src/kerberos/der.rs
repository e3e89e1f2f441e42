//! The small part of DER that Kerberos uses: definite lengths, one-byte tags.
//!
//! A [`Reader`] hands out slices of the bytes that are there and nothing else;
//! each level of nesting is opened by a line of code that expects it, so nothing
//! recurses and nothing is allocated by what a peer declares.

use super::error::Unreadable;
use zeroize::Zeroizing;

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BITS: u8 = 0x03;
pub(super) const OCTETS: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const TIME: u8 = 0x18;
pub(super) const TEXT: u8 = 0x1b;
pub(super) const SEQUENCE: u8 = 0x30;

/// The tag of the field with this number.
pub(super) const fn field(number: u8) -> u8 {
    0xa0 | number
}

/// Writes elements into memory that is cleared on drop.
#[derive(Default)]
pub(super) struct Writer(Zeroizing<Vec<u8>>);

impl Writer {
    /// What `inside` writes.
    pub(super) fn write(inside: impl FnOnce(&mut Self)) -> Zeroizing<Vec<u8>> {
        let mut writer = Self::default();
        inside(&mut writer);
        writer.0
    }

    /// Elements that are written already.
    pub(super) fn raw(&mut self, elements: &[u8]) {
        self.0.extend_from_slice(elements);
    }

    /// An element with this content.
    pub(super) fn bytes(&mut self, tag: u8, content: &[u8]) {
        self.0.push(tag);
        let length = u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes();
        let digits = significant(&length);
        match digits {
            [short] if *short < 0x80 => self.0.push(*short),
            _ => {
                self.0.push(0x80 | u8::try_from(digits.len()).unwrap_or(4));
                self.0.extend_from_slice(digits);
            }
        }
        self.0.extend_from_slice(content);
    }

    /// An element that holds what `inside` writes.
    pub(super) fn holding(&mut self, tag: u8, inside: impl FnOnce(&mut Self)) {
        let content = Self::write(inside);
        self.bytes(tag, &content);
    }

    /// A number.
    pub(super) fn number(&mut self, number: i64) {
        let bytes = number.to_be_bytes();
        let mut digits: &[u8] = &bytes;
        while let [first, rest @ ..] = digits
            && let [next, ..] = rest
            && (*first == 0 && *next < 0x80 || *first == 0xff && *next >= 0x80)
        {
            digits = rest;
        }
        self.bytes(INTEGER, digits);
    }

    /// A field that is a number.
    pub(super) fn field_number(&mut self, field_number: u8, number: i64) {
        self.holding(field(field_number), |to| to.number(number));
    }

    /// A field that is an element with this content.
    pub(super) fn field_bytes(&mut self, field_number: u8, tag: u8, content: &[u8]) {
        self.holding(field(field_number), |to| to.bytes(tag, content));
    }

    /// A field that is 32 flags.
    pub(super) fn field_flags(&mut self, field_number: u8, flags: u32) {
        let [a, b, c, d] = flags.to_be_bytes();
        self.field_bytes(field_number, BITS, &[0, a, b, c, d]);
    }
}

/// Without leading zeros, but at least one digit.
fn significant(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take(bytes.len().saturating_sub(1)).take_while(|byte| **byte == 0).count();
    bytes.get(zeros..).unwrap_or_default()
}

/// Reads elements.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Reads these bytes.
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Whether nothing is left.
    pub(super) const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// What is left.
    pub(super) const fn rest(self) -> &'a [u8] {
        self.0
    }

    /// The next element: its tag, its content, and all of it.
    fn next(&mut self) -> Result<(u8, &'a [u8], &'a [u8]), Unreadable> {
        let whole = self.0;
        let [tag, first, behind @ ..] = whole else { return Err(Unreadable) };
        // Tags of more than a byte are nowhere used.
        if tag & 0x1f == 0x1f {
            return Err(Unreadable);
        }
        let (length, behind) = length(*first, behind)?;
        let (content, rest) = behind.split_at_checked(length).ok_or(Unreadable)?;
        let (element, _) = whole.split_at_checked(whole.len() - rest.len()).ok_or(Unreadable)?;
        self.0 = rest;
        Ok((*tag, content, element))
    }

    /// The content of the next element, which must have this tag.
    pub(super) fn expect(&mut self, tag: u8) -> Result<&'a [u8], Unreadable> {
        match self.next()? {
            (found, content, _) if found == tag => Ok(content),
            _ => Err(Unreadable),
        }
    }

    /// What the next element holds, which must have this tag.
    pub(super) fn open(&mut self, tag: u8) -> Result<Self, Unreadable> {
        self.expect(tag).map(Self)
    }

    /// The whole of the next element, which must have this tag.
    pub(super) fn element(&mut self, tag: u8) -> Result<&'a [u8], Unreadable> {
        match self.next()? {
            (found, _, element) if found == tag => Ok(element),
            _ => Err(Unreadable),
        }
    }

    /// The field with this number, if it comes next.
    pub(super) fn maybe(&mut self, number: u8) -> Result<Option<Self>, Unreadable> {
        if self.0.first() == Some(&field(number)) { self.open(field(number)).map(Some) } else { Ok(None) }
    }

    /// The field with this number, which must come next.
    pub(super) fn field(&mut self, number: u8) -> Result<Self, Unreadable> {
        self.open(field(number))
    }

    /// The next element as a number of at most eight bytes.
    pub(super) fn number(&mut self) -> Result<i64, Unreadable> {
        let bytes = self.expect(INTEGER)?;
        let first = *bytes.first().filter(|_| bytes.len() <= 8).ok_or(Unreadable)?;
        let sign = if first < 0x80 { 0 } else { -1 };
        Ok(bytes.iter().fold(sign, |sum, byte| sum << 8 | i64::from(*byte)))
    }

    /// The next element as a number of 32 bits.
    pub(super) fn small(&mut self) -> Result<i32, Unreadable> {
        self.number()?.try_into().map_err(|_| Unreadable)
    }

    /// The next element as text.
    pub(super) fn text(&mut self) -> Result<String, Unreadable> {
        let bytes = self.expect(TEXT)?;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| Unreadable)
    }
}

fn length(first: u8, behind: &[u8]) -> Result<(usize, &[u8]), Unreadable> {
    match first {
        short @ 0..=0x7f => Ok((short.into(), behind)),
        0x81..=0x84 => {
            let (digits, behind) = behind.split_at_checked((first & 0x7f).into()).ok_or(Unreadable)?;
            let length = digits.iter().fold(0_u32, |sum, digit| sum << 8 | u32::from(*digit));
            Ok((length.try_into().map_err(|_| Unreadable)?, behind))
        }
        _ => Err(Unreadable),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lengths_and_numbers_are_written_as_short_as_they_can_be() {
        let written = |length| Writer::write(|to| to.bytes(OCTETS, &vec![0; length])).to_vec();
        assert_eq!(written(0), [4, 0]);
        assert_eq!(written(127).get(..2), Some(&[4, 127][..]));
        assert_eq!(written(128).get(..3), Some(&[4, 0x81, 128][..]));
        assert_eq!(written(70_000).get(..5), Some(&[4, 0x83, 1, 0x11, 0x70][..]));
        let number = |number| Writer::write(|to| to.number(number)).to_vec();
        assert_eq!(number(0), [2, 1, 0]);
        assert_eq!(number(128), [2, 2, 0, 128]);
        assert_eq!(number(-128), [2, 1, 0x80]);
        assert_eq!(number(-129), [2, 2, 0xff, 0x7f]);
    }

    #[test]
    fn what_is_cut_off_or_of_no_length_is_refused() {
        for bytes in [
            &[][..],
            &[4],
            &[4, 1],
            &[4, 0x80, 0, 0],
            &[4, 0x85, 0, 0, 0, 0, 0],
            &[0x1f, 0],
            &[4, 0x84, 0xff, 0xff, 0xff, 0xff],
        ] {
            assert!(Reader::new(bytes).expect(OCTETS).is_err(), "{bytes:?}");
        }
        assert!(Reader::new(&[2, 0]).number().is_err());
        assert!(Reader::new(&[2, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1]).number().is_err());
    }

    proptest! {
        #[test]
        fn numbers_and_bytes_read_back(number: i64, content in prop::collection::vec(any::<u8>(), 0..70_000)) {
            let written = Writer::write(|to| {
                to.number(number);
                to.field_bytes(3, OCTETS, &content);
            });
            let mut reader = Reader::new(&written);
            prop_assert_eq!(reader.number().unwrap(), number);
            prop_assert!(reader.maybe(2).unwrap().is_none());
            prop_assert_eq!(reader.field(3).unwrap().expect(OCTETS).unwrap(), &content[..]);
            prop_assert!(reader.is_empty());
        }

        #[test]
        fn reading_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let mut reader = Reader::new(&bytes);
            while reader.next().is_ok() {}
            let _ = Reader::new(&bytes).number();
            let _ = Reader::new(&bytes).text();
        }
    }
}
