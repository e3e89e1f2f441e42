//! SPNEGO around a ticket (RFC 4178), or the ticket's token alone (RFC 4559).
//!
//! Only what is decided in one message is taken: a client whose preferred mechanism
//! is Kerberos and that sends its token at once, as all do that have a ticket.

use super::super::der::{OCTETS, OID, Reader, SEQUENCE, Writer, field};
use super::super::gss::{self, MECHANISM};
use super::Refused;

/// SPNEGO, 1.3.6.1.5.5.2.
const SPNEGO: &[u8] = &[0x2b, 0x06, 0x01, 0x05, 0x05, 0x02];
/// Kerberos by the number that Windows once mistyped, 1.2.840.48018.1.2.2.
const MECHANISM_OF_WINDOWS: &[u8] = &[0x2a, 0x86, 0x48, 0x82, 0xf7, 0x12, 0x01, 0x02, 0x02];
/// How tokens of NTLM begin, which is never spoken here.
const NTLM: &[u8] = b"NTLMSSP\0";

const ENUMERATED: u8 = 0x0a;
const COMPLETED: &[u8] = &[0];

/// How the client wrapped its token; the answer is wrapped in the same way.
pub(super) enum Wrapping<'a> {
    /// Not at all.
    Bare,
    /// In SPNEGO, with this name for Kerberos.
    Spnego(&'a [u8]),
}

/// The request within a token.
pub(super) fn open(token: &[u8]) -> Result<(Wrapping<'_>, &[u8]), Refused> {
    if token.starts_with(NTLM) {
        return Err(Refused::NotKerberos);
    }
    let mut reader = Reader::new(token);
    let mut inside = reader.open(0x60)?;
    let mechanism = inside.expect(OID)?;
    if !reader.is_empty() {
        return Err(Refused::Unreadable);
    }
    if mechanism == SPNEGO {
        let (mechanism, token) = preferred(&mut inside)?;
        return Ok((Wrapping::Spnego(mechanism), request(token)?));
    }
    if mechanism == MECHANISM { Ok((Wrapping::Bare, request(token)?)) } else { Err(Refused::NotKerberos) }
}

/// The client's first choice and the token for it.
fn preferred<'a>(inside: &mut Reader<'a>) -> Result<(&'a [u8], &'a [u8]), Refused> {
    let mut init = inside.field(0)?.open(SEQUENCE)?;
    let mechanism = init.field(0)?.open(SEQUENCE)?.expect(OID)?;
    if mechanism != MECHANISM && mechanism != MECHANISM_OF_WINDOWS {
        return Err(Refused::NotKerberos);
    }
    init.maybe(1)?;
    let mut token = init.maybe(2)?.ok_or(Refused::NotKerberos)?;
    Ok((mechanism, token.expect(OCTETS)?))
}

fn request(token: &[u8]) -> Result<&[u8], Refused> {
    match gss::content(token)? {
        (gss::REQUEST, message) => Ok(message),
        _ => Err(Refused::Unreadable),
    }
}

impl Wrapping<'_> {
    /// Wraps the proof of ourselves.
    pub(super) fn answer(&self, proof: &[u8]) -> Vec<u8> {
        let token = gss::token(gss::PROOF, proof);
        let Self::Spnego(mechanism) = self else { return token };
        let answer = Writer::write(|to| {
            to.holding(field(1), |to| {
                to.holding(SEQUENCE, |to| {
                    to.field_bytes(0, ENUMERATED, COMPLETED);
                    to.field_bytes(1, OID, mechanism);
                    to.field_bytes(2, OCTETS, &token);
                });
            });
        });
        answer.to_vec()
    }
}
