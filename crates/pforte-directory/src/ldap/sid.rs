//! Security identifiers, in which `tokenGroups` tells a user's groups.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A text or bytes that are no security identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a security identifier of the form S-1-5-...")]
pub struct BadSid;

/// A security identifier (MS-DTYP 2.4.2): what Windows knows a group by.
///
/// Always well-formed: revision 1 and 1 to 15 sub-authorities.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sid(Box<[u8]>);

impl Sid {
    /// The greatest number of sub-authorities.
    const MOST: usize = 15;

    /// The identifier with these bytes, as the attribute `objectSid` has them.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let [1, count, _, _, _, _, _, _, subs @ ..] = bytes else { return None };
        let count = usize::from(*count);
        let fits = (1..=Self::MOST).contains(&count) && subs.len() == count * 4;
        fits.then(|| Self(bytes.into()))
    }

    /// The bytes, as they are stored.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether it is of a domain, and not one that means the same everywhere or in each.
    pub(super) fn is_of_domain(&self) -> bool {
        self.authority() == 5 && self.subs().next() == Some(21)
    }

    fn authority(&self) -> u64 {
        self.0.iter().skip(2).take(6).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
    }

    fn subs(&self) -> impl Iterator<Item = u32> {
        let words = self.0.iter().skip(8).copied().collect::<Vec<u8>>();
        let (words, _) = words.as_chunks::<4>();
        words.iter().copied().map(u32::from_le_bytes).collect::<Vec<_>>().into_iter()
    }

    fn build(authority: u64, subs: &[u32]) -> Result<Self, BadSid> {
        let count = u8::try_from(subs.len()).map_err(|_| BadSid)?;
        let [0, 0, authority @ ..] = authority.to_be_bytes() else { return Err(BadSid) };
        let mut bytes = vec![1, count];
        bytes.extend(authority);
        bytes.extend(subs.iter().flat_map(|sub| sub.to_le_bytes()));
        Self::from_bytes(&bytes).ok_or(BadSid)
    }

    /// The identifier of the object numbered `rid` in the domain that this one is.
    pub(crate) fn child(&self, rid: u32) -> Option<Self> {
        let [one, count, rest @ ..] = &*self.0 else { return None };
        Self::from_bytes(&[&[*one, count + 1], rest, &rid.to_le_bytes()].concat())
    }

    /// The identifier of the object numbered `rid` in the same domain as this one.
    #[must_use]
    pub fn sibling(&self, rid: u32) -> Self {
        let keep = self.0.len().saturating_sub(4);
        let bytes = self.0.iter().copied().take(keep).chain(rid.to_le_bytes()).collect();
        Self(bytes)
    }
}

impl fmt::Display for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "S-1-{}", self.authority())?;
        self.subs().try_for_each(|sub| write!(f, "-{sub}"))
    }
}

impl fmt::Debug for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Sid {
    type Err = BadSid;

    fn from_str(text: &str) -> Result<Self, BadSid> {
        let rest = text.strip_prefix("S-1-").ok_or(BadSid)?;
        let (authority, subs) = rest.split_once('-').ok_or(BadSid)?;
        let subs: Result<Vec<u32>, _> = subs.split('-').take(Self::MOST + 1).map(str::parse).collect();
        Self::build(authority.parse().map_err(|_| BadSid)?, &subs.map_err(|_| BadSid)?)
    }
}

impl TryFrom<String> for Sid {
    type Error = BadSid;

    fn try_from(text: String) -> Result<Self, BadSid> {
        text.parse()
    }
}

impl From<Sid> for String {
    fn from(sid: Sid) -> Self {
        sid.to_string()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    #[test]
    fn a_sid_is_written_as_windows_shows_it_and_reads_back() {
        let bytes = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0];
        let sid = Sid::from_bytes(&bytes).unwrap();
        assert_eq!(sid.to_string(), "S-1-5-32-544");
        assert_eq!("S-1-5-32-544".parse::<Sid>().unwrap(), sid);
        assert_eq!(sid.sibling(545).to_string(), "S-1-5-32-545");
    }

    #[test]
    fn bytes_that_are_no_sid_are_refused() {
        let long = [1, 16].into_iter().chain([0; 6 + 64]).collect::<Vec<u8>>();
        for bytes in [
            &[][..],
            &[1, 0, 0, 0, 0, 0, 0, 5],
            &[1, 1, 0, 0, 0, 0, 0, 5, 1],
            &[2, 1, 0, 0, 0, 0, 0, 5, 1, 0, 0, 0],
            &long,
        ] {
            assert_eq!(Sid::from_bytes(bytes), None, "{bytes:?}");
        }
        let many = format!("S-1-5{}", "-1".repeat(16));
        for text in ["", "S-1-5", "S-2-5-1", "S-1-5-4294967296", "S-1-281474976710656-1", &many] {
            assert_eq!(text.parse::<Sid>(), Err(BadSid), "{text}");
        }
    }
}
