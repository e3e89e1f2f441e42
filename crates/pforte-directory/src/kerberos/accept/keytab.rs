//! Keytabs: keys of services in a file, as `ktutil`, `ktpass` and `samba-tool` write
//! them (the format `0x0502` of MIT Kerberos).

use super::super::key::{Etype, Key};
use super::super::name::Name;
use super::MOST_KEYTAB;
use std::fmt;

/// The most keys that are read.
const MOST_KEYS: usize = 64;
/// The most parts of a name, and the service whose keys count.
const MOST_PARTS: u16 = 8;
const HTTP: &str = "http";

/// Why a file is no keytab that can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadKeytab {
    /// Longer than [`MOST_KEYTAB`], or more keys than anybody needs.
    #[error("the keytab is too long")]
    TooLong,
    /// Not a keytab, or cut short.
    #[error("the file is not a keytab of version 0x0502, or it is damaged")]
    Unreadable,
    /// Nothing in it is for browsers.
    #[error("the keytab has no key of a service HTTP/name")]
    NoService,
    /// What is for browsers has weak keys alone.
    #[error(
        "the keytab has no AES key of a service HTTP/name; allow AES for the account, set its password anew and export again"
    )]
    NoAes,
}

/// One key of a keytab, without the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeytabKey {
    /// The service, such as `HTTP/pforte.example.com`.
    pub service: String,
    /// The realm.
    pub realm: String,
    /// The number of the key: it grows with each change of the account's password.
    pub version: u32,
    /// The kind of encryption.
    pub etype: Etype,
}

struct Entry {
    realm: String,
    service: Name,
    version: u32,
    key: Key,
}

/// The keys of services `HTTP/name`. Never shown; their memory is cleared on drop.
pub struct Keytab(Vec<Entry>);

impl fmt::Debug for Keytab {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys()).finish()
    }
}

/// What came of looking for the key of a ticket.
pub(super) enum Found<'a> {
    Key(&'a Key),
    /// The keytab has no such service in this realm.
    NoService,
    /// It has, but not in this kind of encryption.
    NoEtype,
    /// It has, but another version.
    OtherVersion,
}

impl Keytab {
    /// Reads a keytab; what is not for a service `HTTP/name`, or not AES, is left out.
    pub fn parse(bytes: &[u8]) -> Result<Self, BadKeytab> {
        if bytes.len() > MOST_KEYTAB {
            return Err(BadKeytab::TooLong);
        }
        let [5, 2, records @ ..] = bytes else { return Err(BadKeytab::Unreadable) };
        let (mut rest, mut entries, mut weak) = (Cursor(records), Vec::new(), false);
        while !rest.0.is_empty() {
            let Some(mut record) = rest.record()? else { continue };
            let (realm, parts) = record.principal()?;
            let (version, etype, key) = record.key()?;
            let is_http = matches!(parts.as_slice(), [service, _] if service.eq_ignore_ascii_case(HTTP));
            let Some(etype) = Etype::of_number(etype.into()).filter(|_| is_http) else {
                weak |= is_http;
                continue;
            };
            let key = Key::new(etype, key).ok_or(BadKeytab::Unreadable)?;
            let [service, host] = parts.as_slice() else { continue };
            entries.push(Entry { realm, service: Name::service(service, host), version, key });
            if entries.len() > MOST_KEYS {
                return Err(BadKeytab::TooLong);
            }
        }
        match (entries.is_empty(), weak) {
            (false, _) => Ok(Self(entries)),
            (true, true) => Err(BadKeytab::NoAes),
            (true, false) => Err(BadKeytab::NoService),
        }
    }

    /// What is in it, without the keys.
    pub fn keys(&self) -> impl Iterator<Item = KeytabKey> {
        self.0.iter().map(|entry| KeytabKey {
            service: entry.service.parts().join("/"),
            realm: entry.realm.clone(),
            version: entry.version,
            etype: entry.key.etype(),
        })
    }

    /// Whether every key is of this realm.
    #[must_use]
    pub fn is_of(&self, realm: &str) -> bool {
        self.0.iter().all(|entry| entry.realm.eq_ignore_ascii_case(realm))
    }

    /// The key for a ticket of this service; without a version, the newest.
    pub(super) fn find(
        &self,
        (realm, service): (&str, &Name),
        version: Option<u32>,
        etype: Option<Etype>,
    ) -> Found<'_> {
        let of_service: Vec<&Entry> = self
            .0
            .iter()
            .filter(|entry| entry.realm.eq_ignore_ascii_case(realm) && entry.service.is(service))
            .collect();
        let of_etype = of_service.iter().filter(|entry| Some(entry.key.etype()) == etype);
        let fits = |entry: &&&Entry| version.is_none_or(|version| entry.version == version);
        match of_etype.clone().filter(fits).max_by_key(|entry| entry.version) {
            Some(entry) => Found::Key(&entry.key),
            None if of_service.is_empty() => Found::NoService,
            None if of_etype.count() == 0 => Found::NoEtype,
            None => Found::OtherVersion,
        }
    }
}

/// Reads numbers (big-endian) and texts.
#[derive(Clone, Copy)]
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn bytes(&mut self, count: usize) -> Result<&'a [u8], BadKeytab> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(BadKeytab::Unreadable)?;
        self.0 = rest;
        Ok(taken)
    }

    fn number<const N: usize>(&mut self) -> Result<[u8; N], BadKeytab> {
        self.bytes(N)?.try_into().map_err(|_| BadKeytab::Unreadable)
    }

    /// The next record; none where one was deleted.
    fn record(&mut self) -> Result<Option<Self>, BadKeytab> {
        let length = i32::from_be_bytes(self.number()?);
        let size = usize::try_from(length.unsigned_abs()).map_err(|_| BadKeytab::Unreadable)?;
        if size == 0 {
            return Err(BadKeytab::Unreadable);
        }
        let record = self.bytes(size)?;
        Ok((length > 0).then_some(Self(record)))
    }

    fn counted(&mut self) -> Result<&'a [u8], BadKeytab> {
        let length = u16::from_be_bytes(self.number()?);
        self.bytes(length.into())
    }

    fn text(&mut self) -> Result<String, BadKeytab> {
        std::str::from_utf8(self.counted()?).map(str::to_owned).map_err(|_| BadKeytab::Unreadable)
    }

    /// The realm, and the parts of the name.
    fn principal(&mut self) -> Result<(String, Vec<String>), BadKeytab> {
        let count = u16::from_be_bytes(self.number()?);
        if count > MOST_PARTS {
            return Err(BadKeytab::Unreadable);
        }
        let realm = self.text()?;
        let parts = (0..count).map(|_| self.text()).collect::<Result<_, _>>()?;
        // The kind of name, and when the key was written.
        self.bytes(8)?;
        Ok((realm, parts))
    }

    /// Version, kind and bytes. A version of four bytes may follow one of a single byte.
    fn key(&mut self) -> Result<(u32, u16, &'a [u8]), BadKeytab> {
        let [short] = self.number::<1>()?;
        let etype = u16::from_be_bytes(self.number()?);
        let key = self.counted()?;
        let long = self.number().map(u32::from_be_bytes).ok().filter(|version| *version != 0);
        Ok((long.unwrap_or(short.into()), etype, key))
    }
}
