//! Proving a ticket to a server, and protecting what is said after
//! (RFC 4121; RFC 4752 is in [`crate::ldap`]).
//!
//! # Invariants
//!
//! - A message is accepted once, in its place, from the other side, protected as
//!   it was agreed, and not altered by a bit; then the next number is awaited.
//! - After one message that was refused nothing more is accepted.

use super::chance::Chance;
use super::client::Credential;
use super::der::{OID, Reader, Writer};
use super::error::{Altered, Error, Unreadable};
use super::key::Key;
use super::reply;
use super::request::{Authenticator, usage};
use super::time::Second;
use md5::{Digest, Md5};
use pforte_model::time::Micros;
use std::fmt;
use zeroize::Zeroizing;

/// The mechanism "Kerberos 5", 1.2.840.113554.1.2.2.
pub(super) const MECHANISM: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02];
/// What is in a token.
pub(super) const REQUEST: [u8; 2] = [1, 0];
pub(super) const PROOF: [u8; 2] = [2, 0];
const REFUSAL: [u8; 2] = [3, 0];
/// The kind of checksum that carries what is wished (RFC 4121, section 4.1.1).
pub(super) const WISHES: i64 = 0x8003;

/// Wishes: the server proves itself; nothing is repeated; nothing out of order.
const ORDERLY: u32 = 0x02 | 0x04 | 0x08;
/// Wishes: secret; not altered.
const PROTECTED: u32 = 0x10 | 0x20;

/// How the connection under it is protected.
#[derive(Clone, Copy, Debug)]
pub enum Over<'a> {
    /// Not at all: messages are sealed.
    Nothing,
    /// By TLS, which the ticket is bound to by this value.
    Tls(&'a [u8]),
    /// By TLS, and the ticket is not bound to it: to find out whether a server minds.
    Unbound,
}

/// Waits for the server's proof.
pub struct Proving {
    session: Key,
    subkey: Key,
    time: (Second, i64),
    sequence: u32,
}

impl fmt::Debug for Proving {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proving(hidden)")
    }
}

/// The first token to a server, for whom `credential` is.
#[must_use]
pub fn begin(credential: &Credential, over: Over<'_>, now: Micros, chance: &Chance) -> (Proving, Vec<u8>) {
    let subkey = Key::random(credential.session.etype(), chance);
    let sequence = chance.number();
    let (flags, bound) = match over {
        Over::Nothing => (ORDERLY | PROTECTED, false),
        Over::Tls(_) => (ORDERLY, true),
        Over::Unbound => (ORDERLY, false),
    };
    let wishes = [&16_u32.to_le_bytes()[..], &binding(over), &flags.to_le_bytes()].concat();
    let authenticator = Authenticator {
        checksum: (WISHES, &wishes),
        now,
        subkey: Some(&subkey),
        sequence: Some(sequence),
        bound,
    };
    let request = authenticator.request(&credential.held(), usage::AUTHENTICATOR, chance);
    let session = credential.session.clone();
    (Proving { session, subkey, time: Second::of(now), sequence }, token(REQUEST, &request))
}

/// The digest of the channel binding (RFC 4121, section 4.1.1.2).
pub(super) fn binding(over: Over<'_>) -> [u8; 16] {
    let Over::Tls(value) = over else { return [0; 16] };
    let length = u32::try_from(value.len()).unwrap_or(u32::MAX).to_le_bytes();
    Md5::digest([&[0; 16], &length[..], value].concat()).into()
}

pub(super) fn token(kind: [u8; 2], message: &[u8]) -> Vec<u8> {
    let token = Writer::write(|to| {
        to.holding(0x60, |to| {
            to.bytes(OID, MECHANISM);
            to.raw(&kind);
            to.raw(message);
        });
    });
    token.to_vec()
}

/// What is in a token of the mechanism.
pub(super) fn content(token: &[u8]) -> Result<([u8; 2], &[u8]), Unreadable> {
    let mut reader = Reader::new(token);
    let mut inside = reader.open(0x60)?;
    if !reader.is_empty() || inside.expect(OID)? != MECHANISM {
        return Err(Unreadable);
    }
    let (kind, message) = inside.rest().split_first_chunk().ok_or(Unreadable)?;
    Ok((*kind, message))
}

impl Proving {
    /// Takes the server's proof that it could read the ticket.
    pub fn finish(self, token: &[u8]) -> Result<Context, Error> {
        let message = match content(token)? {
            (PROOF, message) => message,
            (REFUSAL, message) => return Err(Error::Refused(reply::refused(message)?)),
            _ => return Err(Error::Unreadable),
        };
        let proof = reply::proof(message)?.open(&self.session, usage::AP_REPLY)?;
        let proved = reply::proved(&proof)?;
        if proved.time != self.time {
            return Err(Error::False);
        }
        let by_server = proved.subkey.is_some();
        let key = proved.subkey.unwrap_or(self.subkey);
        // A server that names no number begins with none.
        let received = proved.sequence.unwrap_or(0);
        Ok(Context::new(key, by_server, Side::Client, (self.sequence, received)))
    }
}

/// Which side of a connection this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one that began.
    Client,
    /// The one that answered.
    Server,
}

impl Side {
    const fn other(self) -> Self {
        match self {
            Self::Client => Self::Server,
            Self::Server => Self::Client,
        }
    }

    /// The usage of the key for messages of this side, sealed or signed (RFC 4121,
    /// section 2; the two others there are for signatures without a message).
    const fn usage(self) -> u32 {
        match self {
            Self::Server => 22,
            Self::Client => 24,
        }
    }
}

/// Protects messages to the other side, and takes those from it.
#[derive(Clone)]
pub struct Context {
    key: Key,
    /// Whether the server chose the key.
    by_server: bool,
    side: Side,
    sent: u64,
    awaited: u64,
    /// Whether something was refused.
    broken: bool,
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Context(hidden)")
    }
}

/// Bytes of a header.
const HEADER: usize = 16;
/// Flags of a header.
const FROM_SERVER: u8 = 1;
const SEALED: u8 = 2;
const KEY_OF_SERVER: u8 = 4;

impl Context {
    /// A context with a key that both sides know; `numbers` are those of the next
    /// message to send and of the next to come.
    #[must_use]
    pub fn new(key: Key, by_server: bool, side: Side, (sent, awaited): (u32, u32)) -> Self {
        Self { key, by_server, side, sent: sent.into(), awaited: awaited.into(), broken: false }
    }

    /// Bytes by which a sealed message is longer than what is in it.
    #[must_use]
    pub fn overhead(&self) -> usize {
        HEADER * 3 + self.key.etype().checksum_length()
    }

    fn header(&self, by: Side, sealed: bool, number: u64) -> [u8; HEADER] {
        let flag = |set, flag| if set { flag } else { 0 };
        let flags = flag(by == Side::Server, FROM_SERVER)
            | flag(sealed, SEALED)
            | flag(self.by_server, KEY_OF_SERVER);
        let start = u64::from_be_bytes([5, 4, flags, 0xff, 0, 0, 0, 0]);
        (u128::from(start) << 64 | u128::from(number)).to_be_bytes()
    }

    /// Seals a message: it can neither be read nor altered.
    pub fn seal(&mut self, message: &[u8], chance: &Chance) -> Vec<u8> {
        let number = self.next();
        let header = self.header(self.side, true, number);
        let text = Zeroizing::new([message, &header].concat());
        let sealed = self.key.encrypt(self.side.usage(), &text, chance);
        [&header[..], &sealed].concat()
    }

    /// Signs a message: it can be read, but not altered.
    pub fn sign(&mut self, message: &[u8]) -> Vec<u8> {
        let number = self.next();
        let mut header = self.header(self.side, false, number);
        let sum = self.key.checksum(self.side.usage(), &[message, &header]);
        let [_, _, _, _, _, extra, ..] = &mut header;
        *extra = u8::try_from(sum.len()).unwrap_or(u8::MAX);
        [&header[..], message, &sum].concat()
    }

    const fn next(&mut self) -> u64 {
        let number = self.sent;
        self.sent = self.sent.wrapping_add(1);
        number
    }

    /// What is in the next sealed message.
    pub fn unseal(&mut self, token: &[u8]) -> Result<Zeroizing<Vec<u8>>, Altered> {
        self.take(|context| context.unsealed(token))
    }

    /// What is in the next signed message.
    pub fn check(&mut self, token: &[u8]) -> Result<Zeroizing<Vec<u8>>, Altered> {
        self.take(|context| context.checked(token))
    }

    fn take(
        &mut self,
        read: impl FnOnce(&Self) -> Option<Zeroizing<Vec<u8>>>,
    ) -> Result<Zeroizing<Vec<u8>>, Altered> {
        let message = if self.broken { None } else { read(self) };
        self.awaited = self.awaited.wrapping_add(1);
        self.broken = message.is_none();
        message.ok_or(Altered)
    }

    fn unsealed(&self, token: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (expected, extra, body) = self.opened(token, true)?;
        let text = self.key.decrypt(self.side.other().usage(), &body).ok()?;
        let (message, header) = text.split_last_chunk::<HEADER>()?;
        // The header within is the one outside but for the turning, and nothing
        // stands between it and the message.
        (extra == 0 && *header == expected).then(|| Zeroizing::new(message.to_vec()))
    }

    fn checked(&self, token: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (expected, extra, body) = self.opened(token, false)?;
        if usize::from(extra) != self.key.etype().checksum_length() {
            return None;
        }
        let (message, sum) = body.split_at_checked(body.len().checked_sub(extra.into())?)?;
        let matches = self.key.matches(self.side.other().usage(), &[message, &expected], sum);
        matches.then(|| Zeroizing::new(message.to_vec()))
    }

    /// The header that is awaited, the number of extra bytes that the message
    /// tells, and what follows the header, turned back.
    fn opened(&self, token: &[u8], sealed: bool) -> Option<([u8; HEADER], u16, Vec<u8>)> {
        let (header, body) = token.split_first_chunk::<HEADER>()?;
        let expected = self.header(self.side.other(), sealed, self.awaited);
        let [a, b, c, d, extra_high, extra_low, turned_high, turned_low, number @ ..] = *header;
        let plain = [a, b, c, d, 0, 0, 0, 0].into_iter().chain(number);
        // More turns than bytes would give one message many forms.
        let turns = usize::from(u16::from_be_bytes([turned_high, turned_low]));
        if !plain.eq(expected) || turns >= body.len() {
            return None;
        }
        let mut body = body.to_vec();
        body.rotate_left(turns);
        Some((expected, u16::from_be_bytes([extra_high, extra_low]), body))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::super::key::Etype;
    use super::*;
    use rand::rngs::StdRng;
    use rand::{RngExt, SeedableRng};

    fn pair(etype: Etype, by_server: bool) -> (Context, Context) {
        let key = Key::random(etype, &Chance::new([3; 32]));
        let context = |side, numbers| Context::new(key.clone(), by_server, side, numbers);
        (context(Side::Client, (7, 0x3fff_ffff)), context(Side::Server, (0x3fff_ffff, 7)))
    }

    /// What a server may do with the bytes behind the header.
    fn turned(token: &[u8], by: u16) -> Vec<u8> {
        let (header, body) = token.split_first_chunk::<HEADER>().unwrap();
        let (mut header, mut body) = (*header, body.to_vec());
        body.rotate_right(by.into());
        header.get_mut(6..8).unwrap().copy_from_slice(&by.to_be_bytes());
        [&header[..], &body].concat()
    }

    #[test]
    fn messages_of_both_sides_and_kinds_arrive_in_their_order() {
        let chance = Chance::new([4; 32]);
        for etype in Etype::ALL {
            for by_server in [false, true] {
                let (mut client, mut server) = pair(etype, by_server);
                for length in 1..60 {
                    let message = vec![5; length];
                    assert_eq!(server.unseal(&client.seal(&message, &chance)).unwrap().to_vec(), message);
                    assert_eq!(client.check(&server.sign(&message)).unwrap().to_vec(), message);
                    let sealed = server.seal(&message, &chance);
                    assert_eq!(sealed.len(), message.len() + client.overhead());
                    assert_eq!(client.unseal(&turned(&sealed, 28)).unwrap().to_vec(), message);
                    assert_eq!(client.check(&turned(&server.sign(&message), 12)).unwrap().to_vec(), message);
                }
            }
        }
    }

    fn refuses(context: impl Fn() -> Context, token: &[u8]) {
        assert!(context().unseal(token).is_err(), "{token:?}");
        assert!(context().check(token).is_err(), "{token:?}");
    }

    #[test]
    fn nothing_that_was_altered_in_any_bit_is_accepted() {
        let chance = Chance::new([4; 32]);
        for etype in Etype::ALL {
            for turns in [0, 12, 28] {
                let (_, mut server) = pair(etype, true);
                let sealed = turned(&server.seal(b"to be or not to be", &chance), turns);
                let (_, mut server) = pair(etype, true);
                let signed = turned(&server.sign(b"to be or not to be"), turns);
                for token in [sealed, signed] {
                    for bit in 0..token.len() * 8 {
                        let mut altered = token.clone();
                        *altered.get_mut(bit / 8).unwrap() ^= 1 << (bit % 8);
                        refuses(|| pair(etype, true).0, &altered);
                    }
                    for length in 0..token.len() {
                        refuses(|| pair(etype, true).0, token.get(..length).unwrap());
                    }
                    refuses(|| pair(etype, true).0, &[&token[..], &[0]].concat());
                    refuses(|| pair(etype, false).0, &token);
                    refuses(|| pair(etype, true).1, &token);
                }
            }
        }
    }

    #[test]
    fn a_header_of_any_other_kind_is_refused() {
        let chance = Chance::new([4; 32]);
        let mut random = StdRng::seed_from_u64(11);
        let (_, mut server) = pair(Etype::Aes256Sha1, true);
        let (sealed, plain) = (server.seal(b"abc", &chance), server.sign(b"abc"));
        for token in [sealed, plain] {
            for _ in 0..20_000 {
                let mut altered = token.clone();
                for byte in altered.get_mut(..HEADER).unwrap() {
                    if random.random_bool(0.2) {
                        *byte = random.random();
                    }
                }
                if altered != token {
                    refuses(|| pair(Etype::Aes256Sha1, true).0, &altered);
                }
            }
        }
    }

    #[test]
    fn what_was_repeated_left_out_or_exchanged_is_refused_and_nothing_follows() {
        let chance = Chance::new([4; 32]);
        let (_, mut server) = pair(Etype::Aes256Sha1, true);
        let tokens: Vec<_> = (0..4).map(|number| server.seal(&[number], &chance)).collect();
        let [first, second, third, fourth] = tokens.as_slice() else { unreachable!() };
        for order in [[first, first, second], [first, third, fourth], [second, first, third]] {
            let (mut client, _) = pair(Etype::Aes256Sha1, true);
            let accepted = order.iter().take_while(|token| client.unseal(token).is_ok()).count();
            assert!(accepted < 2);
            for token in &tokens {
                assert!(client.unseal(token).is_err(), "nothing is accepted after a refusal");
            }
        }
    }

    #[test]
    fn one_side_cannot_be_sent_what_it_said_itself() {
        let chance = Chance::new([4; 32]);
        let key = Key::random(Etype::Aes256Sha1, &chance);
        let mut own = Context::new(key.clone(), false, Side::Client, (5, 5));
        let token = own.seal(b"abc", &chance);
        assert!(own.unseal(&token).is_err());
    }

    #[test]
    fn channel_bindings_are_summed_as_the_standard_says() {
        assert_eq!(binding(Over::Nothing), [0; 16]);
        let text = [&[0; 16], &3_u32.to_le_bytes()[..], b"abc"].concat();
        assert_eq!(binding(Over::Tls(b"abc")).to_vec(), Md5::digest(text).to_vec());
    }
}
