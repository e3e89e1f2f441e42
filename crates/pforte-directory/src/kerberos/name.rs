//! Names of Kerberos.

use super::der::{Reader, SEQUENCE, TEXT, Writer};
use super::error::Unreadable;

/// The most parts of a name that are read.
const MOST_PARTS: usize = 16;

/// The name of a user or a service within a realm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    kind: i32,
    parts: Vec<String>,
}

impl Name {
    /// A user, by the short name.
    #[must_use]
    pub fn user(name: &str) -> Self {
        Self { kind: 1, parts: vec![name.to_owned()] }
    }

    /// A user, by `name@domain`, which need not be the name of the realm.
    #[must_use]
    pub fn enterprise(name: &str) -> Self {
        Self { kind: 10, parts: vec![name.to_owned()] }
    }

    /// A service of a host, such as `ldap` of `dc1.example.com`.
    #[must_use]
    pub fn service(service: &str, host: &str) -> Self {
        Self { kind: 2, parts: vec![service.to_owned(), host.to_owned()] }
    }

    /// The service that changes passwords; also who must change one may have its ticket.
    pub(super) fn passwords() -> Self {
        Self::service("kadmin", "changepw")
    }

    /// The service that gives tickets in a realm.
    pub(super) fn tickets(realm: &str) -> Self {
        Self::service("krbtgt", realm)
    }

    /// Its parts.
    #[must_use]
    pub fn parts(&self) -> &[String] {
        &self.parts
    }

    /// Whether both name the same, whatever kind of name they call it.
    pub(super) fn is(&self, other: &Self) -> bool {
        let same = |(a, b): (&String, &String)| a.to_lowercase() == b.to_lowercase();
        self.parts.len() == other.parts.len() && self.parts.iter().zip(&other.parts).all(same)
    }

    pub(super) fn write(&self, to: &mut Writer) {
        to.holding(SEQUENCE, |to| {
            to.field_number(0, self.kind.into());
            to.holding(super::der::field(1), |to| {
                to.holding(SEQUENCE, |to| self.parts.iter().for_each(|part| to.bytes(TEXT, part.as_bytes())));
            });
        });
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Unreadable> {
        let mut name = reader.open(SEQUENCE)?;
        let kind = name.field(0)?.small()?;
        let mut list = name.field(1)?.open(SEQUENCE)?;
        let mut parts = Vec::new();
        while !list.is_empty() {
            if parts.len() >= MOST_PARTS {
                return Err(Unreadable);
            }
            parts.push(list.text()?);
        }
        Ok(Self { kind, parts })
    }
}
