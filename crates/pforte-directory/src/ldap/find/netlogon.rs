//! The "LDAP ping" (MS-ADTS 6.3): what a domain controller tells anybody about
//! itself and about the site of whoever asks.
//!
//! The answer comes over UDP, from anybody: it decides only in which order
//! servers are tried, never whether one is trusted.

use crate::fault::FaultKind;
use crate::ldap::ber::message_length;
use crate::ldap::filter::Filter;
use crate::ldap::message::{Entry, Request, Said, Scope, Search, read as read_message};

/// The answer to somebody who named no user, in the form asked for.
const RESPONSE: u16 = 23;
/// Asks for the form with names and sites.
const VERSION: [u8; 4] = [6, 0, 0, 0];
/// The server takes changes.
const WRITABLE: u32 = 0x100;
/// Bytes before the names: operation, filler, flags, the domain's GUID.
const NAMES_AT: usize = 24;
/// The longest name, in bytes; of DNS.
const MOST_NAME: usize = 255;
/// Pointers of one name that are followed.
const MOST_POINTERS: usize = 8;
/// The longest answer over UDP, in bytes.
pub(in crate::ldap) const MOST_BYTES: usize = 2_048;

/// What a domain controller tells about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ldap) struct Netlogon {
    /// Whether it takes changes; a read-only one does not.
    pub(in crate::ldap) writable: bool,
    /// The domain's DNS name.
    pub(in crate::ldap) domain: String,
    /// The server's DNS name.
    pub(in crate::ldap) host: String,
    /// The site it stands at; may be empty.
    pub(in crate::ldap) site: String,
    /// The site of whoever asked; empty where the server does not know.
    pub(in crate::ldap) client_site: String,
}

/// The search that asks for it.
pub(in crate::ldap) fn search(domain: &str) -> Search {
    Search {
        base: String::new(),
        scope: Scope::Base,
        filter: Filter::And(vec![
            Filter::equal("DnsDomain", domain),
            Filter::Equal("NtVer", Vec::from(VERSION)),
        ]),
        attributes: &["Netlogon"],
        limit: 1,
        first: false,
    }
}

/// The datagram that asks for it.
pub(in crate::ldap) fn datagram(domain: &str, id: i32) -> Vec<u8> {
    Request::Search(search(domain)).message(id).to_vec()
}

/// What a datagram tells that answers the one with this number.
pub(in crate::ldap) fn answered(datagram: &[u8], id: i32) -> Result<Netlogon, FaultKind> {
    let length = message_length(datagram, MOST_BYTES)?.ok_or(FaultKind::Garbage)?;
    match read_message(datagram.get(..length).ok_or(FaultKind::Garbage)?)? {
        (found, Said::Entry(entry)) if found == id => of_entry(&entry),
        _ => Err(FaultKind::Garbage),
    }
}

/// What an entry tells that was found by [`search`].
pub(in crate::ldap) fn of_entry(entry: &Entry) -> Result<Netlogon, FaultKind> {
    read(entry.values("Netlogon").next().ok_or(FaultKind::Garbage)?)
}

/// Reads a `NETLOGON_SAM_LOGON_RESPONSE_EX` (MS-ADTS 6.3.1.9).
pub(in crate::ldap) fn read(bytes: &[u8]) -> Result<Netlogon, FaultKind> {
    let [operation, more, _, _, flags @ ..] = bytes else { return Err(FaultKind::Garbage) };
    let flags: [u8; 4] = flags.first_chunk().copied().ok_or(FaultKind::Garbage)?;
    if u16::from_le_bytes([*operation, *more]) != RESPONSE {
        return Err(FaultKind::Garbage);
    }
    let mut names = Names { bytes, at: NAMES_AT };
    let _forest = names.next()?;
    let (domain, host) = (names.next()?, names.next()?);
    let (_netbios_domain, _netbios_host, _user) = (names.next()?, names.next()?, names.next()?);
    let (site, client_site) = (names.next()?, names.next()?);
    let writable = u32::from_le_bytes(flags) & WRITABLE != 0;
    Ok(Netlogon { writable, domain, host, site, client_site })
}

/// Names one after the other, packed as in DNS (RFC 1035, 4.1.4).
struct Names<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// A piece of a name.
enum Piece<'a> {
    End,
    Label(&'a [u8]),
    /// The rest of the name stands there.
    Pointer(usize),
}

impl Names<'_> {
    fn next(&mut self) -> Result<String, FaultKind> {
        let (mut name, mut at, mut pointers, mut behind) = (String::new(), self.at, 0, None);
        loop {
            let (piece, next) = self.piece(at)?;
            match piece {
                Piece::End => {
                    self.at = behind.unwrap_or(next);
                    return Ok(name);
                }
                Piece::Label(label) => {
                    add(&mut name, label)?;
                    at = next;
                }
                // Backwards only, so that no name goes round for ever.
                Piece::Pointer(to) if to < at && pointers < MOST_POINTERS => {
                    behind = behind.or(Some(next));
                    (at, pointers) = (to, pointers + 1);
                }
                Piece::Pointer(_) => return Err(FaultKind::Garbage),
            }
        }
    }

    /// The piece that begins there, and where the next one begins.
    fn piece(&self, at: usize) -> Result<(Piece<'_>, usize), FaultKind> {
        let length = self.bytes.get(at).copied().ok_or(FaultKind::Garbage)?;
        match length {
            0 => Ok((Piece::End, at + 1)),
            1..=63 => {
                let end = at + 1 + usize::from(length);
                let label = self.bytes.get(at + 1..end).ok_or(FaultKind::Garbage)?;
                Ok((Piece::Label(label), end))
            }
            0xc0.. => {
                let low = self.bytes.get(at + 1).copied().ok_or(FaultKind::Garbage)?;
                Ok((Piece::Pointer(usize::from(u16::from_be_bytes([length & 0x3f, low]))), at + 2))
            }
            _ => Err(FaultKind::Garbage),
        }
    }
}

fn add(name: &mut String, label: &[u8]) -> Result<(), FaultKind> {
    let label = std::str::from_utf8(label).map_err(|_| FaultKind::Garbage)?;
    if label.chars().any(|c| c == '.' || pforte_model::name::unseen(c)) {
        return Err(FaultKind::Garbage);
    }
    if !name.is_empty() {
        name.push('.');
    }
    name.push_str(label);
    if name.len() > MOST_NAME { Err(FaultKind::Garbage) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    /// What Samba 4.22 answered, as it was taken from the wire.
    const DC1: &str = "306b020101646604003062306004086e65746c6f676f6e31540452170000007dd30100079009ebc3c56c4d\
        89fdc7c0cc6ec9fb0261640474657374036c616200c01803646331c018064144544553540003444331000006\
        4f66666963650005506c616e740005000000ffffffff300c02010165070a010004000400";
    const RODC1: &str = "3069020101646404003060305e04086e65746c6f676f6e315204501700\
        0000fcca0100079009ebc3c56c4d89fdc7c0cc6ec9fb0261640474657374036c616200c01805726f646331c018\
        064144544553540005524f444331000005506c616e7400c03f05000000ffffffff300c02010165070a010004000400";

    fn bytes(hex: &str) -> Vec<u8> {
        let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
        digits
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }

    #[test]
    fn what_a_writable_controller_tells_is_read() {
        let told = answered(&bytes(DC1), 1).unwrap();
        assert_eq!((told.domain.as_str(), told.host.as_str()), ("ad.test.lab", "dc1.ad.test.lab"));
        assert_eq!((told.site.as_str(), told.client_site.as_str()), ("Office", "Plant"));
        assert!(told.writable);
    }

    #[test]
    fn what_a_read_only_controller_tells_is_read_with_a_whole_name_that_is_a_pointer() {
        let told = answered(&bytes(RODC1), 1).unwrap();
        assert_eq!((told.site.as_str(), told.client_site.as_str()), ("Plant", "Plant"));
        assert!(!told.writable && told.host == "rodc1.ad.test.lab");
    }

    #[test]
    fn an_answer_with_another_number_is_none() {
        assert_eq!(answered(&bytes(DC1), 2), Err(FaultKind::Garbage));
    }

    #[test]
    fn an_answer_that_is_cut_anywhere_within_its_names_is_none() {
        let whole = bytes(DC1);
        let at = whole.windows(4).position(|found| found == [0x17, 0, 0, 0]).unwrap();
        let told = whole.get(at..).unwrap();
        let names_end = told.windows(5).position(|found| found == b"Plant").unwrap() + 6;
        for end in 0..names_end {
            assert_eq!(read(told.get(..end).unwrap()), Err(FaultKind::Garbage), "cut at {end}");
        }
        assert!(read(told.get(..names_end).unwrap()).is_ok());
    }

    #[test]
    fn names_that_go_round_are_none() {
        let mut told = vec![0x17, 0, 0, 0];
        told.resize(NAMES_AT, 0);
        let at = u8::try_from(told.len()).unwrap();
        for round in [[0xc0, at], [0xc0, at + 2]] {
            let told: Vec<u8> = told.iter().copied().chain(round).chain([0xc0, at]).collect();
            assert_eq!(read(&told), Err(FaultKind::Garbage));
        }
    }
}
