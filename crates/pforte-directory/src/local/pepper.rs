//! The pepper: a key that goes into every password hash and is kept apart from
//! the database, so that a stolen database holds nothing to guess at.

use std::fmt;
use std::sync::Arc;
use zeroize::Zeroizing;

/// Why peppers cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPepper {
    /// An id that is not 1 to [`PepperId::MAX_BYTES`] of `a-z 0-9 -`.
    #[error("the id of a pepper is 1 to 16 of a-z, 0-9 and -")]
    Id,
    /// Two peppers with one id.
    #[error("two peppers have the same id")]
    Twice,
}

/// The id of a pepper; it stands with each verifier made with it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PepperId(String);

impl PepperId {
    /// The longest id, in bytes.
    pub const MAX_BYTES: usize = 16;

    /// Reads an id: 1 to [`Self::MAX_BYTES`] of `a-z 0-9 -`.
    pub fn parse(text: &str) -> Result<Self, BadPepper> {
        let fits = (1..=Self::MAX_BYTES).contains(&text.len());
        let plain = text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if fits && plain { Ok(Self(text.to_owned())) } else { Err(BadPepper::Id) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PepperId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One pepper. Its key is cleared on drop and never shown.
pub struct Pepper {
    id: PepperId,
    key: Zeroizing<[u8; Pepper::BYTES]>,
}

impl Pepper {
    /// The length of a pepper's key, in bytes.
    pub const BYTES: usize = 32;

    /// A pepper as it was read from its file.
    #[must_use]
    pub fn new(id: PepperId, key: Zeroizing<[u8; Self::BYTES]>) -> Self {
        Self { id, key }
    }

    /// Its id.
    #[must_use]
    pub const fn id(&self) -> &PepperId {
        &self.id
    }

    pub(super) fn key(&self) -> &[u8] {
        self.key.as_slice()
    }
}

impl fmt::Debug for Pepper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pepper({}, hidden)", self.id)
    }
}

/// The peppers a server knows: the one new verifiers are made with, and older
/// ones whose verifiers are still good until their users log on next.
#[derive(Debug)]
pub struct Peppers {
    current: Arc<Pepper>,
    older: Vec<Arc<Pepper>>,
}

impl Peppers {
    /// `current` for new verifiers, `older` for those made before a rotation.
    pub fn new(current: Pepper, older: Vec<Pepper>) -> Result<Self, BadPepper> {
        let peppers = Self { current: Arc::new(current), older: older.into_iter().map(Arc::new).collect() };
        let ids: Vec<&PepperId> = peppers.all().map(|pepper| pepper.id()).collect();
        let twice = ids.iter().enumerate().any(|(i, id)| ids.iter().take(i).any(|earlier| earlier == id));
        if twice { Err(BadPepper::Twice) } else { Ok(peppers) }
    }

    /// The one new verifiers are made with.
    #[must_use]
    pub fn current(&self) -> &Pepper {
        &self.current
    }

    pub(super) fn find(&self, id: &PepperId) -> Option<Arc<Pepper>> {
        self.all().find(|pepper| pepper.id() == id).map(Arc::clone)
    }

    fn all(&self) -> impl Iterator<Item = &Arc<Pepper>> {
        std::iter::once(&self.current).chain(&self.older)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    fn pepper(id: &str, byte: u8) -> Pepper {
        Pepper::new(PepperId::parse(id).unwrap(), Zeroizing::new([byte; 32]))
    }

    #[test]
    fn an_id_is_short_and_plain() {
        for bad in ["", "A", "a$b", "a,b", "pepper-pepper-pep", "ä"] {
            assert_eq!(PepperId::parse(bad), Err(BadPepper::Id), "{bad}");
        }
        assert_eq!(PepperId::parse("2026-1").unwrap().as_str(), "2026-1");
    }

    #[test]
    fn two_peppers_with_one_id_are_refused() {
        assert!(Peppers::new(pepper("a", 1), vec![pepper("b", 2)]).is_ok());
        assert_eq!(Peppers::new(pepper("a", 1), vec![pepper("a", 2)]).unwrap_err(), BadPepper::Twice);
        let older = vec![pepper("b", 2), pepper("b", 3)];
        assert_eq!(Peppers::new(pepper("a", 1), older).unwrap_err(), BadPepper::Twice);
    }

    #[test]
    fn the_key_is_not_shown() {
        assert_eq!(format!("{:?}", pepper("a", 65)), "Pepper(a, hidden)");
    }
}
