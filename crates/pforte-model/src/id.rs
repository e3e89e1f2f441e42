//! Immutable identifiers: 128 bits, written as a UUID, made by the edge.
//!
//! An identifier is given once and never reissued. Names may change; nothing is
//! ever known by its name alone.

use std::fmt;
use std::str::FromStr;

/// A text is not an identifier in the form `8-4-4-4-12` hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier of the form xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")]
pub struct BadId;

/// Written in one piece: every event holds several, and a formatter for each byte
/// took as long as storing the event.
fn write(bytes: [u8; 16], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = [b'-'; 36];
    let mut places = text.iter_mut().enumerate().filter(|(at, _)| !matches!(at, 8 | 13 | 18 | 23));
    for digit in bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]) {
        if let Some((_, place)) = places.next() {
            *place = if digit < 10 { b'0' + digit } else { b'a' + digit - 10 };
        }
    }
    f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
}

fn read(text: &str) -> Result<[u8; 16], BadId> {
    let bytes = text.as_bytes();
    if bytes.len() != 36 {
        return Err(BadId);
    }
    let mut digits = Vec::with_capacity(32);
    for (i, byte) in bytes.iter().enumerate() {
        match (matches!(i, 8 | 13 | 18 | 23), byte) {
            (true, b'-') => {}
            (false, b) => digits.push(char::from(*b).to_digit(16).ok_or(BadId)?),
            (true, _) => return Err(BadId),
        }
    }
    let mut id = [0_u8; 16];
    for (to, pair) in id.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = pair else { return Err(BadId) };
        *to = u8::try_from(high * 16 + low).map_err(|_| BadId)?;
    }
    Ok(id)
}

/// Sixteen bytes in the form of a version 7 UUID (RFC 9562, 5.7): they sort by
/// the time they were made, which keeps a table's newest rows together.
///
/// `millis` is the Unix time in milliseconds (its low 48 bits are used),
/// `random` fills the rest.
#[must_use]
pub fn v7(millis: u64, random: [u8; 10]) -> [u8; 16] {
    let [_, _, t0, t1, t2, t3, t4, t5] = millis.to_be_bytes();
    let [r0, r1, r2, r3, r4, r5, r6, r7, r8, r9] = random;
    [t0, t1, t2, t3, t4, t5, 0x70 | (r0 & 0x0f), r1, 0x80 | (r2 & 0x3f), r3, r4, r5, r6, r7, r8, r9]
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; 16]);

        impl $name {
            /// The identifier with these bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The bytes, as they are stored.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write(self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write(self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                read(text).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'_, str>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// A directory: where users and groups live.
    DirectoryId;
    /// A human being, who owns one or more users.
    PersonId;
    /// A user of exactly one directory.
    UserId;
    /// A group of exactly one directory.
    GroupId;
    /// A node of the plant tree.
    AreaId;
    /// A computer, panel or seat that people work at.
    StationId;
    /// A program that asks Pforte.
    ApplicationId;
    /// An action of one application.
    RightId;
    /// A named set of rights.
    RoleId;
    /// Who has which role, where and when.
    AssignmentId;
    /// One person at one station from log-on to log-off.
    SessionId;
    /// One entry of the event log.
    EventId;
    /// The rules by which an action is signed.
    SignaturePolicyId;
    /// What must be signed, by whom, in which order.
    SignatureRequestId;
    /// The bytes that a signature request is about.
    SignatureRecordId;
    /// One `pforte serve`.
    NodeId;
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    #[test]
    fn an_identifier_reads_back_what_it_writes() {
        let id = UserId::from_bytes(v7(1_700_000_000_000, [0xff; 10]));
        assert_eq!(id.to_string().parse::<UserId>().unwrap(), id);
        assert_eq!(id.to_string(), "018bcfe5-6800-7fff-bfff-ffffffffffff");
    }

    #[test]
    fn a_text_that_is_no_identifier_is_refused() {
        for text in
            ["", "018bcfe5", "018bcfe5-6800-7fff-bfff-fffffffffffg", "018bcfe5x6800-7fff-bfff-ffffffffffff"]
        {
            assert_eq!(text.parse::<UserId>(), Err(BadId), "{text}");
        }
    }
}
