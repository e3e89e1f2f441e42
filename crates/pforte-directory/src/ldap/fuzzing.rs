//! What strangers send, handed straight to its readers; for fuzzing alone.

use super::answer::{Answer, Waiting};
use super::ber::message_length;
use super::certificate;
use super::entry::{self, LOG_ON};
use super::fault::{Fault, FaultKind};
use super::find::netlogon;
use super::message::{MOST_BYTES, Request, Scope, Search, read};
use super::name::{filter, top_of};
use super::state::verdict;
use crate::directory::{Found, FoundGroup, Verdict};
use pforte_model::name::LoginName;
use pforte_model::time::Micros;
use rustls::RootCertStore;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use std::time::Duration;

/// What came of bytes that a server sent.
#[derive(Debug)]
pub struct Heard {
    /// Whole messages among them.
    pub messages: usize,
    /// The entries that were found, as users; those that are none tell what they lack.
    pub users: Vec<Result<Found, Fault>>,
    /// The same entries as groups.
    pub groups: Vec<Result<FoundGroup, Fault>>,
    /// Bytes that the entries take.
    pub kept: usize,
    /// Why the connection would be closed.
    pub fault: Option<Fault>,
}

/// Takes bytes as a connection does that waits for the answer to a search of
/// `login` for at most `limit` entries.
#[must_use]
pub fn search_answered(bytes: &[u8], login: &LoginName, limit: u16) -> Heard {
    let mut heard = Heard { messages: 0, users: Vec::new(), groups: Vec::new(), kept: 0, fault: None };
    let Some(search) = search(login, "plant.example", limit) else { return heard };
    match answer(bytes, &Request::Search(search), &mut heard.messages) {
        Ok(Some(answer)) => match answer.found() {
            Ok(found) => {
                heard.kept = found.entries.iter().map(super::message::Entry::size).sum();
                heard.users = found.entries.iter().map(|entry| entry::user(entry, Micros(0))).collect();
                heard.groups = found.entries.iter().map(entry::group).collect();
            }
            Err(fault) => heard.fault = Some(fault),
        },
        Ok(None) => {}
        Err(kind) => heard.fault = Some(kind.into()),
    }
    heard
}

/// Takes bytes as the answer to a bind; `None` while it is not whole.
#[must_use]
pub fn bind_answered(bytes: &[u8]) -> Option<Result<Verdict, Fault>> {
    let request = Request::Bind { name: String::new(), password: zeroize::Zeroizing::new(vec![b'x']) };
    let bound = answer(bytes, &request, &mut 0).map_err(Fault::from).transpose()?;
    Some(bound.and_then(Answer::bound).and_then(|outcome| verdict(&outcome)))
}

/// What a controller tells about itself and about the site of whoever asks.
#[derive(Debug)]
pub struct Ping {
    /// The domain's DNS name, the server's, its site and that of whoever asks.
    pub names: [String; 4],
    /// Whether it takes changes.
    pub writable: bool,
}

/// Takes a datagram as the answer to a ping with number 1.
pub fn ping_answered(bytes: &[u8]) -> Result<Ping, FaultKind> {
    let told = netlogon::answered(bytes, 1)?;
    Ok(Ping { names: [told.domain, told.host, told.site, told.client_site], writable: told.writable })
}

/// Reads message after message until the answer is whole.
fn answer(bytes: &[u8], request: &Request, messages: &mut usize) -> Result<Option<Answer>, FaultKind> {
    let (mut waiting, mut rest) = (Waiting::new(request), bytes);
    while let Some(length) = message_length(rest, MOST_BYTES)? {
        let Some((message, behind)) = rest.split_at_checked(length) else { return Ok(None) };
        let (_, said) = read(message)?;
        *messages += 1;
        if let Some(answer) = waiting.hear(said, length)? {
            return Ok(Some(answer));
        }
        rest = behind;
    }
    Ok(None)
}

/// Takes bytes as the answer to a bind by ticket or to the wish for TLS; `None` if they
/// are none. Gives the server's token.
#[must_use]
pub fn exchanged(bytes: &[u8]) -> Option<Vec<u8>> {
    let answers = [0x61, 0x78].map(|answer| super::sasl::read(bytes, 1, answer).ok());
    answers.into_iter().flatten().next().map(|replied| replied.credentials.unwrap_or_default())
}

/// Takes bytes as sealed frames; the whole ones among them, until one is too long.
#[must_use]
pub fn frames(bytes: &[u8]) -> Vec<Vec<u8>> {
    let (mut inbox, mut frames) = (bytes::BytesMut::from(bytes), Vec::new());
    while let Ok(Some(frame)) = super::sealed::next_frame(&mut inbox) {
        frames.push(frame.to_vec());
    }
    frames
}

/// The length of the message that begins so, as far as it can be told.
pub fn length(bytes: &[u8]) -> Result<Option<usize>, FaultKind> {
    message_length(bytes, MOST_BYTES)
}

/// The message that asks a server for a person; `None` if no user can have the name.
#[must_use]
pub fn search_message(login: &LoginName, dns: &str) -> Option<Vec<u8>> {
    search(login, dns, 3).map(|search| Request::Search(search).message(1).to_vec())
}

fn search(login: &LoginName, dns: &str, limit: u16) -> Option<Search> {
    let filter = filter(login, dns)?;
    let base = top_of(dns);
    Some(Search { base, scope: Scope::Subtree, filter, attributes: LOG_ON, limit, first: false })
}

/// Looks at a certificate that a server showed; nobody is trusted. Tells what it
/// says about itself, and what is wrong with it.
#[must_use]
pub fn certificate(leaf: &[u8], name: &ServerName<'_>) -> (Option<String>, Option<Fault>) {
    let leaf = CertificateDer::from(leaf);
    let now = UnixTime::since_unix_epoch(Duration::from_hours(500_000));
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let roots = RootCertStore::empty();
    let trusted = (&roots, provider.signature_verification_algorithms.all);
    (certificate::describe(&leaf), certificate::verify(&leaf, &[], name, now, trusted).err())
}
