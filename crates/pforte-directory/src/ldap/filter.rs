//! Search filters as structure.
//!
//! There is no text form of a filter in this crate, so what a person types can
//! only ever be a value to compare with: `*)(uid=*` is a strange name, not a
//! filter. Values are bytes, because `objectGUID` and `objectSid` are.

use super::ber::{OCTETS, SEQUENCE, Writer};

/// Members of a group, and of the groups in it, at any depth.
pub(super) const IN_CHAIN: &str = "1.2.840.113556.1.4.1941";

/// What entries a search is for (RFC 4511, 4.5.1.7).
///
/// Attributes and rules are constants of this crate, never input.
#[derive(Clone, Debug)]
pub(super) enum Filter {
    /// All of them.
    And(Vec<Filter>),
    /// At least one of them.
    Or(Vec<Filter>),
    /// The attribute has this value.
    Equal(&'static str, Vec<u8>),
    /// The attribute has a value that begins with this text.
    Prefix(&'static str, String),
    /// The attribute has a value.
    Present(&'static str),
    /// A rule of matching holds between the attribute and the value.
    Rule(&'static str, &'static str, String),
}

impl Filter {
    /// The attribute has this text as a value.
    pub(super) fn equal(attribute: &'static str, text: &str) -> Self {
        Self::Equal(attribute, text.as_bytes().to_vec())
    }

    /// Writes the filter. The depth is that of our own code's expression.
    pub(super) fn write(&self, to: &mut Writer) {
        match self {
            Self::And(parts) => to.holding(0xa0, |to| parts.iter().for_each(|part| part.write(to))),
            Self::Or(parts) => to.holding(0xa1, |to| parts.iter().for_each(|part| part.write(to))),
            Self::Equal(attribute, value) => to.holding(0xa3, |to| {
                to.bytes(OCTETS, attribute.as_bytes());
                to.bytes(OCTETS, value);
            }),
            Self::Prefix(attribute, text) => to.holding(0xa4, |to| {
                to.bytes(OCTETS, attribute.as_bytes());
                to.holding(SEQUENCE, |to| to.bytes(0x80, text.as_bytes()));
            }),
            Self::Present(attribute) => to.bytes(0x87, attribute.as_bytes()),
            Self::Rule(rule, attribute, value) => to.holding(0xa9, |to| {
                to.bytes(0x81, rule.as_bytes());
                to.bytes(0x82, attribute.as_bytes());
                to.bytes(0x83, value.as_bytes());
            }),
        }
    }
}
