//! The statements of which a request's chain is made: what is signed with the
//! signature key, and what anybody checks later.
//!
//! A statement is the payload of a JWS (RFC 7515). It explains itself: names as
//! they were at that time stand beside the identifiers, times tell their zone.

use super::rules::{Meaning, Rules};
use crate::event::Named;
use crate::factor::{Proved, Strength};
use crate::id::{NodeId, PersonId, SignaturePolicyId, SignatureRequestId, UserId};
use crate::log::tree::Hash;
use crate::name::RightName;
use crate::time::Micros;
use jiff::Timestamp;
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// The version of the statements that are written now.
pub const VERSION: u32 = 1;

/// A SHA-256, written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(pub Hash);

/// A text is not a SHA-256 in small hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a SHA-256 of 64 small hexadecimal digits")]
pub struct BadDigest;

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = BadDigest;

    fn from_str(text: &str) -> Result<Self, BadDigest> {
        let digit = |c: u8| match c {
            b'0'..=b'9' => Ok(c - b'0'),
            b'a'..=b'f' => Ok(c - b'a' + 10),
            _ => Err(BadDigest),
        };
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let mut hash = Hash::default();
        if !rest.is_empty() || pairs.len() != hash.len() {
            return Err(BadDigest);
        }
        for (to, [high, low]) in hash.iter_mut().zip(pairs) {
            *to = digit(*high)? * 16 + digit(*low)?;
        }
        Ok(Self(hash))
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'_, str>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// A moment with the offset of the plant's wall clock from UTC, written by RFC 3339
/// with microseconds: `2026-11-23T06:00:00.000000+01:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The instant.
    pub at: Micros,
    /// Minutes by which the wall clock is ahead of UTC.
    pub offset: i16,
}

/// A text is not a moment with its offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a moment with its offset such as 2026-11-23T06:00:00.000000+01:00")]
pub struct BadStamp;

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let offset = Offset::from_seconds(i32::from(self.offset) * 60).map_err(|_| fmt::Error)?;
        let at = Timestamp::from_microsecond(self.at.0).map_err(|_| fmt::Error)?;
        write!(f, "{:.6}", at.display_with_offset(offset))
    }
}

impl FromStr for Stamp {
    type Err = BadStamp;

    fn from_str(text: &str) -> Result<Self, BadStamp> {
        let at: Timestamp = text.parse().map_err(|_| BadStamp)?;
        let offset = Pieces::parse(text).map_err(|_| BadStamp)?.to_numeric_offset().ok_or(BadStamp)?;
        let minutes = offset.seconds() / 60;
        let stamp =
            Self { at: Micros(at.as_microsecond()), offset: i16::try_from(minutes).map_err(|_| BadStamp)? };
        // One moment is written in one way, or two texts would be the same statement.
        if stamp.to_string() == text { Ok(stamp) } else { Err(BadStamp) }
    }
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Stamp {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'_, str>::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// The first statement: what is to be signed, and by which rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// [`VERSION`].
    pub version: u32,
    /// The request.
    pub request: SignatureRequestId,
    /// The name of the plant.
    pub plant: String,
    /// The server that wrote it.
    pub node: NodeId,
    /// The application that asked.
    pub application: Named,
    /// What the application itself calls the request.
    pub key: String,
    /// The action that is to be done.
    pub action: RightName,
    /// The area where it is to be done.
    pub area: Named,
    /// What it is done to, such as a batch.
    pub object: String,
    /// What is to be done, in words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub description: Option<String>,
    /// What shall come of it, such as `released`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub outcome: Option<String>,
    /// The values that are written with it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub changes: Vec<Change>,
    /// The record that is signed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub record: Option<Record>,
    /// Who does the act, if the application told a session.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub performer: Option<Signatory>,
    /// The station at which the act is done, if the application told one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub station: Option<Named>,
    /// When it was asked for.
    pub at: Stamp,
    /// Until when it can be signed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires_at: Option<Stamp>,
    /// Which policy it is.
    pub policy: PolicyVersion,
    /// The policy's rules at that time.
    pub rules: Rules,
}

/// A policy, its name and its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyVersion {
    /// The policy.
    pub id: SignaturePolicyId,
    /// Its name at that time.
    pub name: String,
    /// Counts its changes, from 1.
    pub version: i64,
}

/// One value that is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// What is changed, such as the name of a tag.
    pub what: String,
    /// The value before, as people read it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub old: Option<String>,
    /// The value after, as people read it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub new: Option<String>,
}

/// In which form a record is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// As it is, byte for byte.
    Bytes,
    /// JSON in the canonical form of RFC 8785, so that white space and the order of
    /// keys do not matter.
    Jcs,
}

/// The record that is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The SHA-256 of the record in its form.
    pub sha256: Digest,
    /// How many bytes that are; `None` if only the hash was told.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bytes: Option<u64>,
    /// What it is, such as `application/json`.
    pub media_type: String,
    /// In which form it is hashed.
    pub form: Form,
}

/// Who signs: a person through one of their users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signatory {
    /// The person.
    pub person: PersonId,
    /// The user.
    pub user: UserId,
    /// The user's log-on name at that time.
    pub login: String,
    /// The printed name at that time (21 CFR Part 11, 11.50 (a) (1)).
    pub printed_name: String,
    /// The name of the user's directory at that time.
    pub directory: String,
}

/// How a statement came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Through {
    /// A page of Pforte: nobody else saw the password.
    Pforte,
    /// The dialog of an application, which has the right for it.
    Application,
}

/// One signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    /// [`VERSION`].
    pub version: u32,
    /// The request.
    pub request: SignatureRequestId,
    /// The hash of the first statement.
    pub opening: Digest,
    /// The hash of the statement before.
    pub previous: Digest,
    /// The server that wrote it.
    pub node: NodeId,
    /// Which step of the rules it is for, from 0.
    pub step: u32,
    /// What it stands for.
    pub meaning: Meaning,
    /// Who signed.
    pub signer: Signatory,
    /// The roles by which that person could sign.
    pub roles: Vec<Named>,
    /// The station that proved itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub station: Option<Named>,
    /// When.
    pub at: Stamp,
    /// What was proved, and when.
    pub factors: Vec<Proved>,
    /// How strong that is.
    pub strength: Strength,
    /// Whether name and password were given; if not, the password alone, in a session
    /// that goes on (21 CFR Part 11, 11.200 (a) (1) (i)).
    pub both_components: bool,
    /// Where name and password were typed.
    pub through: Through,
    /// Why, chosen or written.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// What the signer adds.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub comment: Option<String>,
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// All have signed.
    Complete,
    /// Somebody who was to sign refused.
    Refused,
    /// Somebody who may took it back.
    Cancelled,
    /// It was not signed in time.
    Expired,
}

impl End {
    /// The stable name, as in a statement and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Refused => "refused",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }
}

/// Who ended a request that was not completed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum By {
    /// A person, and the roles by which they could.
    Person {
        /// Who.
        who: Signatory,
        /// The roles.
        roles: Vec<Named>,
        /// The station that proved itself.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        station: Option<Named>,
    },
    /// The application that had asked.
    Application {
        /// Which.
        application: Named,
    },
}

/// The last statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ending {
    /// [`VERSION`].
    pub version: u32,
    /// The request.
    pub request: SignatureRequestId,
    /// The hash of the first statement.
    pub opening: Digest,
    /// The hash of the statement before.
    pub previous: Digest,
    /// The server that wrote it.
    pub node: NodeId,
    /// How it ended.
    pub end: End,
    /// When.
    pub at: Stamp,
    /// How many signatures there are.
    pub signatures: u32,
    /// Who refused or cancelled it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub by: Option<By>,
    /// Why it was refused or cancelled.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_tells_the_zone_and_is_written_in_one_way() {
        let stamp = Stamp { at: Micros(1_795_420_800_000_001), offset: 60 };
        assert_eq!(stamp.to_string(), "2026-11-23T09:00:00.000001+01:00");
        for stamp in [stamp, Stamp { offset: -570, ..stamp }, Stamp { offset: 0, ..stamp }] {
            assert_eq!(stamp.to_string().parse(), Ok(stamp), "{stamp}");
        }
        for text in [
            "2026-11-23T09:00:00+01:00",
            "2026-11-23T08:00:00.000001Z",
            "2026-11-23T09:00:00.000001+01:00[Europe/Berlin]",
            "2026-11-23 09:00:00.000001+01:00",
            "2026-11-23T09:00:00.000001",
            "",
        ] {
            assert_eq!(text.parse::<Stamp>(), Err(BadStamp), "{text}");
        }
    }

    #[test]
    fn a_digest_reads_back_what_it_writes_and_nothing_else() {
        let digest = Digest([0xa5; 32]);
        assert_eq!(digest.to_string().parse(), Ok(digest));
        for text in ["", "a5", &"A5".repeat(32), &"a5".repeat(33), &"g0".repeat(32)] {
            assert_eq!(text.parse::<Digest>(), Err(BadDigest), "{text}");
        }
    }
}
