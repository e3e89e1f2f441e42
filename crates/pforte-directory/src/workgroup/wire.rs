//! Reading and writing little-endian fields, never beyond the end.

/// The bytes are not what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Garbled;

/// Reads fields from the front of bytes.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    whole: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(whole: &'a [u8]) -> Self {
        Self { whole, at: 0 }
    }

    pub(super) fn take(&mut self, count: usize) -> Result<&'a [u8], Garbled> {
        let end = self.at.checked_add(count).ok_or(Garbled)?;
        let taken = self.whole.get(self.at..end).ok_or(Garbled)?;
        self.at = end;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Garbled> {
        self.take(N)?.try_into().map_err(|_| Garbled)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Garbled> {
        Ok(u8::from_le_bytes(self.array()?))
    }

    pub(super) fn u16(&mut self) -> Result<u16, Garbled> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    pub(super) fn u32(&mut self) -> Result<u32, Garbled> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub(super) fn u64(&mut self) -> Result<u64, Garbled> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    /// A count or length, at most `most`.
    pub(super) fn count(&mut self, most: usize) -> Result<usize, Garbled> {
        let count = usize::try_from(self.u32()?).map_err(|_| Garbled)?;
        if count <= most { Ok(count) } else { Err(Garbled) }
    }

    pub(super) fn skip(&mut self, count: usize) -> Result<(), Garbled> {
        self.take(count).map(drop)
    }

    /// Goes on at the next multiple of `size` from the beginning.
    pub(super) fn align(&mut self, size: usize) -> Result<(), Garbled> {
        self.skip(self.at.next_multiple_of(size) - self.at)
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.whole.get(self.at..).unwrap_or_default()
    }
}

/// `count` bytes at `offset`.
pub(super) fn part(bytes: &[u8], offset: usize, count: usize) -> Result<&[u8], Garbled> {
    let end = offset.checked_add(count).ok_or(Garbled)?;
    bytes.get(offset..end).ok_or(Garbled)
}

/// Writes fields one after the other.
#[derive(Default)]
pub(super) struct Writer(pub(super) Vec<u8>);

impl Writer {
    pub(super) fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    pub(super) fn u8(self, value: u8) -> Self {
        self.bytes(&[value])
    }

    pub(super) fn u16(self, value: u16) -> Self {
        self.bytes(&value.to_le_bytes())
    }

    pub(super) fn u32(self, value: u32) -> Self {
        self.bytes(&value.to_le_bytes())
    }

    pub(super) fn u64(self, value: u64) -> Self {
        self.bytes(&value.to_le_bytes())
    }

    pub(super) fn zeros(mut self, count: usize) -> Self {
        self.0.resize(self.0.len() + count, 0);
        self
    }

    pub(super) fn align(self, size: usize) -> Self {
        let missing = self.0.len().next_multiple_of(size) - self.0.len();
        self.zeros(missing)
    }
}

/// A text in UTF-16, little-endian. It is never moved while it grows, so that whoever clears
/// it clears all of it.
pub(super) fn utf16(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() * 2);
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    bytes
}

/// The text that UTF-16 bytes hold; what is no character becomes U+FFFD.
pub(super) fn from_utf16(bytes: &[u8]) -> String {
    let (units, _) = bytes.as_chunks::<2>();
    let units = units.iter().map(|unit| u16::from_le_bytes(*unit));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// A length that is known to be small, as a field.
pub(super) fn short(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

/// A length that is known to be small, as a field.
pub(super) fn long(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
