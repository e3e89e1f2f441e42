//! `objectGUID`: how Active Directory knows an object for ever.

use crate::directory::Key;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A text is not a GUID in the form `8-4-4-4-12` hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a GUID of the form xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")]
pub struct BadGuid;

/// The immutable identity of a user or group in Active Directory.
///
/// The bytes are those of the attribute `objectGUID`. The text form is the one
/// that Windows shows, in which the first three fields are little-endian.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ObjectGuid([u8; 16]);

impl ObjectGuid {
    /// The GUID with these bytes, as the attribute has them.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes, as the attribute has them and as they are stored.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The GUID that a key of this kind of directory is; `None` for any other.
    pub(super) fn of(key: &Key) -> Option<Self> {
        key.as_bytes().try_into().ok().map(Self)
    }

    /// The name by which a directory finds the object wherever it was moved to.
    pub(super) fn dn(&self) -> String {
        format!("<GUID={self}>")
    }
}

/// Turns the order of the bytes from the attribute's to the text's, and back.
const fn swapped(bytes: [u8; 16]) -> [u8; 16] {
    let [a0, a1, a2, a3, b0, b1, c0, c1, d0, d1, e0, e1, e2, e3, e4, e5] = bytes;
    [a3, a2, a1, a0, b1, b0, c1, c0, d0, d1, e0, e1, e2, e3, e4, e5]
}

impl fmt::Display for ObjectGuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, byte) in swapped(self.0).iter().enumerate() {
            if matches!(i, 4 | 6 | 8 | 10) {
                f.write_str("-")?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for ObjectGuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ObjectGuid {
    type Err = BadGuid;

    fn from_str(text: &str) -> Result<Self, BadGuid> {
        let dashes = text.bytes().enumerate().all(|(i, b)| (b == b'-') == matches!(i, 8 | 13 | 18 | 23));
        if text.len() != 36 || !dashes {
            return Err(BadGuid);
        }
        let digits = text.chars().filter(|c| *c != '-').map(|c| c.to_digit(16).ok_or(BadGuid));
        let digits: Vec<u32> = digits.collect::<Result<_, _>>()?;
        let mut bytes = [0_u8; 16];
        for (to, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let [high, low] = pair else { return Err(BadGuid) };
            *to = u8::try_from(high * 16 + low).map_err(|_| BadGuid)?;
        }
        Ok(Self(swapped(bytes)))
    }
}

impl TryFrom<String> for ObjectGuid {
    type Error = BadGuid;

    fn try_from(text: String) -> Result<Self, BadGuid> {
        text.parse()
    }
}

impl From<ObjectGuid> for String {
    fn from(guid: ObjectGuid) -> Self {
        guid.to_string()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    #[test]
    fn a_guid_is_written_as_windows_shows_it_and_reads_back() {
        let bytes =
            [0x33, 0x22, 0x11, 0x00, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff];
        let guid = ObjectGuid::from_bytes(bytes);
        assert_eq!(guid.to_string(), "00112233-4455-6677-8899-aabbccddeeff");
        assert_eq!("00112233-4455-6677-8899-AABBCCDDEEFF".parse::<ObjectGuid>().unwrap(), guid);
        assert_eq!(guid.dn(), "<GUID=00112233-4455-6677-8899-aabbccddeeff>");
    }

    #[test]
    fn a_text_that_is_no_guid_is_refused() {
        for text in
            ["", "00112233", "00112233x4455-6677-8899-aabbccddeeff", "g0112233-4455-6677-8899-aabbccddeeff"]
        {
            assert_eq!(text.parse::<ObjectGuid>(), Err(BadGuid), "{text}");
        }
    }
}
