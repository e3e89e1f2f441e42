//! Binding by a Kerberos ticket (SASL mechanism `GSSAPI`, RFC 4752), and asking
//! for TLS on a plain connection (RFC 4511, section 4.14).
//!
//! These are the only messages that ever go through a connection which nothing
//! protects: neither holds a password.

use super::ber::{ENUMERATED, OCTETS, Reader, SEQUENCE, Writer};
use super::certificate;
use super::fault::{Fault, FaultKind};
use super::link::Link;
use super::message::{self, Outcome, code};
use super::sealed::{MOST_FRAME, Sealed};
use super::settings::Server;
use super::ticket;
use crate::kerberos::gss::{self, Context, Over};
use crate::kerberos::{Chance, Credential};
use pforte_model::time::Micros;
use tokio::time::{Instant, timeout_at};

/// The bind goes on.
const IN_PROGRESS: i32 = 14;
/// Bytes of a message beside the token.
const ROOM: usize = 256;
/// Asks for TLS.
const START_TLS: &[u8] = b"1.3.6.1.4.1.1466.20037";

/// Layers of protection (RFC 4752, section 3.3).
const NO_LAYER: u8 = 1;
const SECRET_LAYER: u8 = 4;

/// How an exchange ended, with what the server gave beside.
pub(super) struct Replied {
    pub(super) outcome: Outcome,
    pub(super) credentials: Option<Vec<u8>>,
}

/// What a bind by ticket needs.
pub(super) struct Proof<'a> {
    pub(super) credential: &'a Credential,
    pub(super) now: Micros,
    pub(super) chance: &'a Chance,
    /// Whether certificates signed by Ed25519 are bound to by SHA-512.
    pub(super) ed25519: bool,
}

/// Binds a connection under TLS, and binds the ticket to its certificate: a server
/// that shows another certificate than the domain controller does is refused.
pub(super) async fn bind_over_tls(link: &mut Link, proof: &Proof<'_>, until: Instant) -> Result<(), Fault> {
    let leaf = link.certificate().ok_or(FaultKind::Garbage)?;
    let binding = certificate::binding(leaf, proof.ed25519)?;
    negotiate(link, proof, Over::Tls(&binding), until).await.map(drop)
}

/// What a bind by ticket is bound to, to find out whether a server minds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Tried {
    /// To another certificate.
    Wrong,
    /// To nothing.
    Nothing,
}

/// Binds a connection under TLS as nobody should.
pub(super) async fn bind_wrongly(
    link: &mut Link,
    proof: &Proof<'_>,
    tried: Tried,
    until: Instant,
) -> Result<(), Fault> {
    let over = match tried {
        Tried::Wrong => Over::Tls(b"tls-server-end-point:another certificate"),
        Tried::Nothing => Over::Unbound,
    };
    negotiate(link, proof, over, until).await.map(drop)
}

/// Binds a bare connection, and seals it.
pub(super) async fn bind_sealed(mut link: Link, proof: &Proof<'_>, until: Instant) -> Result<Link, Fault> {
    let (context, most) = negotiate(&mut link, proof, Over::Nothing, until).await?;
    link.sealed(|stream| Sealed::new(stream, context, proof.chance.clone(), most))
}

/// The whole exchange. Gives the context and the longest frame that the server takes.
async fn negotiate(
    link: &mut Link,
    proof: &Proof<'_>,
    over: Over<'_>,
    until: Instant,
) -> Result<(Context, u32), Fault> {
    let (proving, token) = gss::begin(proof.credential, over, proof.now, proof.chance);
    let token = challenged(bind(link, &token, until).await?)?;
    let mut context = proving.finish(&token).map_err(|error| ticket::false_server(&error))?;
    let offer = challenged(bind(link, &[], until).await?)?;
    let offer = context.check(&offer).map_err(|_| FaultKind::Altered)?;
    let (layer, most) = match over {
        Over::Nothing => (SECRET_LAYER, MOST_FRAME),
        Over::Tls(_) | Over::Unbound => (NO_LAYER, 0),
    };
    let theirs = accepts(&offer, layer)?;
    let choice = context.sign(&((u32::from(layer) << 24) | most).to_be_bytes());
    let replied = bind(link, &choice, until).await?;
    match replied.outcome.code {
        code::SUCCESS => Ok((context, theirs)),
        _ => Err(refused(&replied.outcome)),
    }
}

/// Whether the server offers the layer; the longest frame that it takes.
fn accepts(offer: &[u8], layer: u8) -> Result<u32, Fault> {
    let offer: [u8; 4] = offer.try_into().map_err(|_| FaultKind::Garbage)?;
    let [layers, size @ ..] = offer;
    let size = size.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte));
    let fits = layers & layer != 0 && (layer == NO_LAYER || size > 0);
    if fits { Ok(size) } else { Err(FaultKind::SealingNotOffered.with(format!("layers {layers}"))) }
}

fn challenged(replied: Replied) -> Result<Vec<u8>, Fault> {
    match (replied.outcome.code, replied.credentials) {
        (IN_PROGRESS, Some(token)) => Ok(token),
        _ => Err(refused(&replied.outcome)),
    }
}

fn refused(outcome: &Outcome) -> Fault {
    let message = &outcome.message;
    match outcome.code {
        // SEC_E_BAD_BINDINGS
        code::INVALID_CREDENTIALS if message.contains("data 35b") || message.contains("80090346") => {
            FaultKind::ChannelBindingRefused.with(message)
        }
        code::INVALID_CREDENTIALS => FaultKind::TicketRefused.with(message),
        code::STRONGER_AUTH | code::INAPPROPRIATE_AUTH => FaultKind::BindNotAllowed.with(message),
        code => FaultKind::UnexpectedResult.with(format!("code {code}: {message}")),
    }
}

async fn bind(link: &mut Link, token: &[u8], until: Instant) -> Result<Replied, Fault> {
    let operation = |to: &mut Writer| {
        to.holding(0x60, |to| {
            to.number(super::ber::INTEGER, 3);
            to.bytes(OCTETS, &[]);
            to.holding(0xa3, |to| {
                to.bytes(OCTETS, b"GSSAPI");
                to.bytes(OCTETS, token);
            });
        });
    };
    exchange(link, (token.len() + ROOM, 0x61), operation, until).await
}

/// Asks for TLS on a bare connection and sets it up. `Ok(Err(_))`: the server says
/// that it has none.
pub(super) async fn start_tls(
    mut link: Link,
    (server, tls): (&Server, &super::tls::Tls),
    until: Instant,
) -> Result<Result<Link, Fault>, Fault> {
    let operation = |to: &mut Writer| to.holding(0x77, |to| to.bytes(0x80, START_TLS));
    let replied = exchange(&mut link, (ROOM, 0x78), operation, until).await?;
    if replied.outcome.code != code::SUCCESS {
        let Outcome { code, message } = replied.outcome;
        return Ok(Err(FaultKind::NoTls.with(format!("code {code}: {message}"))));
    }
    match super::link::secure(link.into_bare()?, server, tls, until).await {
        // A Samba whose TLS is switched off promises it all the same.
        Err(fault) if fault.kind.is_without_tls() => Ok(Err(FaultKind::NoTls.with(fault.kind.says()))),
        secured => secured.map(Ok),
    }
}

/// Sends one operation and reads the one answer to it.
pub(super) async fn exchange(
    link: &mut Link,
    (room, answer): (usize, u8),
    operation: impl FnOnce(&mut Writer),
    until: Instant,
) -> Result<Replied, Fault> {
    let id = link.next_id();
    let message = message::message(id, room, operation);
    let exchanged = async {
        link.send(&message).await?;
        read(&link.message().await?, id, answer).map_err(Fault::from)
    };
    timeout_at(until, exchanged).await.unwrap_or_else(|_| Err(FaultKind::TimedOut.into()))
}

/// Reads the answer `answer` to the message `id`.
pub(super) fn read(bytes: &[u8], id: i32, answer: u8) -> Result<Replied, FaultKind> {
    let mut message = Reader::new(bytes).open(SEQUENCE)?;
    let found = message.number(super::ber::INTEGER)?;
    let mut content = message.open(answer)?;
    if found != id {
        return Err(FaultKind::Garbage);
    }
    let code = content.number(ENUMERATED)?;
    content.expect(OCTETS)?;
    let message = String::from_utf8_lossy(content.expect(OCTETS)?).into_owned();
    let mut credentials = None;
    while !content.is_empty() {
        let (tag, value) = content.next()?;
        if tag == 0x87 {
            credentials = Some(value.to_vec());
        }
    }
    Ok(Replied { outcome: Outcome { code, message }, credentials })
}
