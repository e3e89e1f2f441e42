//! SMB 3.1.1 as far as a log-on and one named pipe need it (MS-SMB2).
//!
//! # Invariants
//!
//! - One dialect: 3.1.1. Nothing older is offered, so nothing weaker can be chosen.
//! - A session stands only after the host has signed its last word with the key
//!   that the password makes. A guest's or a nameless session is none.
//! - After that everything is encrypted, both ways.
//! - One request at a time, each with the caller's time limit; answers have a
//!   greatest size.

use super::keys::{self, Cipher, Keys, Said};
use super::ntlm::{self, Person};
use super::wire::{Garbled, Reader, Writer, long, part, short, utf16};
use crate::fault::{Fault, FaultKind};
use crate::said::Says;
use crate::tried::Found;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What a host says of a request (MS-ERREF 2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Status(pub(super) u32);

impl Status {
    pub(super) const GOOD: Self = Self(0);
    pub(super) const MORE_DATA: Self = Self(0x8000_0005);
    pub(super) const DENIED: Self = Self(0xc000_0022);
    const PENDING: Self = Self(0x103);
    const NEXT_STEP: Self = Self(0xc000_0016);

    /// As people look it up.
    pub(super) fn fault(self, doing: &str) -> Fault {
        FaultKind::UnexpectedResult.with(self.told(doing))
    }

    fn told(self, doing: &str) -> String {
        format!("{doing}: {:#010x}", self.0)
    }

    /// What a host means that does not answer in a pipe: the service behind it, or the
    /// session, may have ended, and a new one does.
    fn of_pipe(self) -> Fault {
        /// Pipe disconnected, broken, closed; network name and session gone, session expired.
        const ENDED: [u32; 6] =
            [0xc000_00b0, 0xc000_014b, 0xc000_0128, 0xc000_00c9, 0xc000_0203, 0xc000_035c];
        if ENDED.contains(&self.0) { FaultKind::Closed.with(self.told("pipe")) } else { self.fault("pipe") }
    }
}

const HEADER: usize = 64;
/// The longest message taken.
const MOST: usize = 128 * 1024;
/// Words like "wait" before an answer.
const MOST_PENDING: usize = 16;
/// The most bytes of a pipe in one answer.
const PIPE_BYTES: u32 = 16_384;
const TRANSCEIVE: u32 = 0x0011_c017;

const NEGOTIATE: u16 = 0;
const SET_UP: u16 = 1;
const LOG_OFF: u16 = 2;
const TREE: u16 = 3;
const CREATE: u16 = 5;
const READ: u16 = 8;
const CONTROL: u16 = 11;

const SIGNED: u32 = 8;

/// A connection with a host, with or without a session.
pub(super) struct Connection {
    stream: TcpStream,
    said: Said,
    next: u64,
    session: u64,
    tree: u32,
    /// While there is none, nothing but the set-up is sent.
    keys: Option<Keys>,
    cipher: Cipher,
    /// The host's time, as in its first answer.
    time: [u8; 8],
}

struct Answer {
    status: Status,
    message: Vec<u8>,
}

impl Answer {
    fn body(&self) -> Reader<'_> {
        Reader::new(self.message.get(HEADER..).unwrap_or_default())
    }
}

/// Who logs on.
pub(super) struct Account<'a> {
    pub(super) user: &'a str,
    pub(super) domain: &'a str,
    pub(super) password: &'a str,
    pub(super) workstation: &'a str,
}

/// What a log-on came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LogOn {
    Good,
    Refused(Status),
}

impl Connection {
    /// Agrees with the host on dialect and cipher.
    pub(super) async fn negotiate(stream: TcpStream) -> Result<Self, Fault> {
        let mut connection = Self {
            stream,
            said: Said::default(),
            next: 0,
            session: 0,
            tree: 0,
            keys: None,
            cipher: Cipher::Aes128Gcm,
            time: [0; 8],
        };
        let (salt, client) = (random::<32>()?, random::<16>()?);
        let answer = connection.ask(NEGOTIATE, &offer(&salt, &client)).await?;
        connection.said.add(&answer.message);
        if answer.status != Status::GOOD {
            return Err(FaultKind::SmbTooOld.with(answer.status.fault("negotiate").detail));
        }
        connection.agree(&answer)?;
        Ok(connection)
    }

    /// What was agreed on, for administrators.
    pub(super) fn describe(&self) -> Found {
        Says::Smb.of(&[("cipher", &self.cipher.name())])
    }

    /// The host's time, in units of 100 ns since 1601.
    pub(super) const fn time(&self) -> i64 {
        i64::from_le_bytes(self.time)
    }

    fn agree(&mut self, answer: &Answer) -> Result<(), Fault> {
        let agreed = agreed(answer).map_err(garbage)?;
        if agreed.dialect != DIALECT {
            return Err(FaultKind::SmbTooOld.with(format!("dialect {:#06x}", agreed.dialect)));
        }
        self.time = agreed.time;
        let cipher = cipher_of(&answer.message, &agreed).map_err(garbage)?;
        self.cipher = cipher.ok_or_else(|| FaultKind::SmbNotEncrypted.with(""))?;
        Ok(())
    }

    /// Logs on: one try. The session then stands and is encrypted.
    pub(super) async fn log_on(&mut self, account: &Account<'_>, target: &str) -> Result<LogOn, Fault> {
        let first = self.set_up(&ntlm::hello()).await?;
        if first.status != Status::NEXT_STEP {
            return Ok(LogOn::Refused(first.status));
        }
        self.said.add(&first.message);
        self.session = session_of(&first.message).map_err(garbage)?;
        let (_, token) = token(&first).map_err(garbage)?;
        let person = Person {
            user: account.user,
            domain: account.domain,
            password: account.password,
            workstation: account.workstation,
            target: &format!("cifs/{target}"),
            challenge: random()?,
        };
        let proof = ntlm::answer(&token, &person, self.time).map_err(garbage)?;
        let last = self.set_up(&proof.message).await?;
        if last.status != Status::GOOD {
            return Ok(LogOn::Refused(last.status));
        }
        self.stand(&last, &proof.session_key)
    }

    /// Takes the session for good only from a host that knows the password too.
    fn stand(&mut self, last: &Answer, key: &[u8; 16]) -> Result<LogOn, Fault> {
        const NOBODY: u16 = 1 | 2;
        let (flags, _) = token(last).map_err(garbage)?;
        if flags & NOBODY != 0 {
            return Ok(LogOn::Refused(GUEST));
        }
        let keys = Keys::new(key, &self.said, self.cipher).map_err(garbage)?;
        if flags_of(&last.message) & SIGNED == 0 || !keys.signed(&last.message) {
            return Err(FaultKind::SmbUnproven.into());
        }
        self.keys = Some(keys);
        Ok(LogOn::Good)
    }

    async fn set_up(&mut self, token: &[u8]) -> Result<Answer, Fault> {
        let body = Writer::default().u16(25).u8(0).u8(2).u32(0).u32(0);
        let body = body.u16(short(HEADER + 24)).u16(short(token.len())).u64(0).bytes(token).0;
        self.ask(SET_UP, &body).await
    }

    /// Ends the session, if the host still listens; an answer is not waited for.
    pub(super) async fn log_off(mut self) {
        if self.keys.is_some() {
            let message = self.message(LOG_OFF, &Writer::default().u16(4).u16(0).0);
            // The connection ends anyway.
            let _ = self.send(&message).await;
        }
    }

    /// Opens the pipe of a service.
    pub(super) async fn open(&mut self, host: &str, pipe: &str) -> Result<Result<[u8; 16], Status>, Fault> {
        const READ_AND_WRITE: u32 = 0x0012_019f;
        let path = utf16(&format!("\\\\{host}\\IPC$"));
        let body =
            Writer::default().u16(9).u16(0).u16(short(HEADER + 8)).u16(short(path.len())).bytes(&path).0;
        let answer = self.ask(TREE, &body).await?;
        if answer.status != Status::GOOD {
            return Ok(Err(answer.status));
        }
        self.tree = tree_of(&answer.message).map_err(garbage)?;
        let name = utf16(pipe);
        let body = Writer::default().u16(57).u8(0).u8(0).u32(2).zeros(16).u32(READ_AND_WRITE).u32(0);
        let body =
            body.u32(7).u32(1).u32(0).u16(short(HEADER + 56)).u16(short(name.len())).zeros(8).bytes(&name).0;
        let answer = self.ask(CREATE, &body).await?;
        if answer.status != Status::GOOD {
            return Ok(Err(answer.status));
        }
        opened(&answer).map(Ok).map_err(garbage)
    }

    /// Writes to a pipe and reads the first part of the answer. Whether there is more
    /// is told by what the answer holds.
    pub(super) async fn transceive(&mut self, file: &[u8; 16], input: &[u8]) -> Result<Vec<u8>, Fault> {
        let body = Writer::default().u16(57).u16(0).u32(TRANSCEIVE).bytes(file).u32(long(HEADER + 56));
        let body = body.u32(long(input.len())).zeros(12).u32(PIPE_BYTES).u32(1).u32(0).bytes(input).0;
        let answer = self.ask(CONTROL, &body).await?;
        if answer.status != Status::GOOD && answer.status != Status::MORE_DATA {
            return Err(answer.status.of_pipe());
        }
        transceived(&answer).map_err(garbage)
    }

    /// Reads what a pipe still holds.
    pub(super) async fn read(&mut self, file: &[u8; 16]) -> Result<Vec<u8>, Fault> {
        let body = Writer::default().u16(49).u8(0x50).u8(0).u32(PIPE_BYTES).u64(0).bytes(file).zeros(17).0;
        let answer = self.ask(READ, &body).await?;
        if answer.status != Status::GOOD && answer.status != Status::MORE_DATA {
            return Err(answer.status.of_pipe());
        }
        read(&answer).map_err(garbage)
    }

    async fn ask(&mut self, command: u16, body: &[u8]) -> Result<Answer, Fault> {
        let message = self.message(command, body);
        let id = self.next;
        self.next += 1;
        self.send(&message).await?;
        for _ in 0..MOST_PENDING {
            let answer = self.receive().await?;
            let (status, answered, to) = head(&answer).map_err(garbage)?;
            if answered != command || to != id {
                return Err(FaultKind::SmbGarbage.with("an answer to another request"));
            }
            if status != Status::PENDING {
                return Ok(Answer { status, message: answer });
            }
        }
        Err(FaultKind::TimedOut.into())
    }

    fn message(&self, command: u16, body: &[u8]) -> Vec<u8> {
        const CREDITS: u16 = 16;
        let charge = u16::from(command != NEGOTIATE);
        let head = Writer::default().bytes(&[0xfe, b'S', b'M', b'B']).u16(64).u16(charge).u32(0).u16(command);
        let head =
            head.u16(CREDITS).u32(0).u32(0).u64(self.next).u32(0).u32(self.tree).u64(self.session).zeros(16);
        head.bytes(body).0
    }

    async fn send(&mut self, message: &[u8]) -> Result<(), Fault> {
        let sent = if let Some(keys) = &mut self.keys {
            keys.seal(self.session, message).map_err(garbage)?
        } else {
            self.said.add(message);
            message.to_vec()
        };
        let framed = [&long(sent.len()).to_be_bytes()[..], &sent].concat();
        self.stream.write_all(&framed).await.map_err(|error| FaultKind::Reset.with(error))
    }

    async fn receive(&mut self) -> Result<Vec<u8>, Fault> {
        let length = self.stream.read_u32().await.map_err(|error| FaultKind::Closed.with(error))?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > MOST {
            return Err(FaultKind::SmbGarbage.with("a message that is too long"));
        }
        let mut message = vec![0; length];
        self.stream.read_exact(&mut message).await.map_err(|error| FaultKind::Closed.with(error))?;
        match &self.keys {
            // All that a host may say in clear now is that it does not know the session any more.
            Some(_) if !keys::is_sealed(&message) => Err(FaultKind::Closed.with("the session has ended")),
            Some(keys) => keys.open(self.session, &message).map_err(garbage),
            None => Ok(message),
        }
    }
}

/// What a host that takes a stranger as its guest is taken to have said: no.
const GUEST: Status = Status(0xc000_006d);

const DIALECT: u16 = 0x0311;

fn offer(salt: &[u8; 32], client: &[u8; 16]) -> Vec<u8> {
    const ENCRYPTION: u32 = 0x40;
    const CONTEXTS_AT: u32 = 104;
    let body = Writer::default().u16(36).u16(1).u16(2).u16(0).u32(ENCRYPTION).bytes(client);
    let body = body.u32(CONTEXTS_AT).u16(2).u16(0).u16(DIALECT).align(8);
    let body = body.u16(1).u16(38).u32(0).u16(1).u16(32).u16(1).bytes(salt).align(8);
    let ciphers = Cipher::ALL;
    let body = body.u16(2).u16(short(2 + 2 * ciphers.len())).u32(0).u16(short(ciphers.len()));
    ciphers.iter().fold(body, |body, cipher| body.u16(cipher.number())).0
}

/// What a host agrees to.
struct Agreed {
    dialect: u16,
    time: [u8; 8],
    /// Where its contexts begin, and how many there are.
    contexts: usize,
    count: u16,
}

fn agreed(answer: &Answer) -> Result<Agreed, Garbled> {
    let mut body = answer.body();
    body.skip(4)?;
    let (dialect, count) = (body.u16()?, body.u16()?);
    body.skip(16 + 16)?;
    let time = body.take(8)?.try_into().map_err(|_| Garbled)?;
    body.skip(8 + 4)?;
    Ok(Agreed { dialect, time, contexts: body.count(MOST)?, count })
}

/// What was opened.
fn opened(answer: &Answer) -> Result<[u8; 16], Garbled> {
    let mut body = answer.body();
    body.skip(64)?;
    body.take(16)?.try_into().map_err(|_| Garbled)
}

/// What a pipe answered at once.
fn transceived(answer: &Answer) -> Result<Vec<u8>, Garbled> {
    let mut body = answer.body();
    body.skip(32)?;
    let (offset, count) = (body.count(MOST)?, body.count(MOST)?);
    part(&answer.message, offset, count).map(<[u8]>::to_vec)
}

/// What a pipe still held.
fn read(answer: &Answer) -> Result<Vec<u8>, Garbled> {
    let mut body = answer.body();
    body.skip(2)?;
    let offset = usize::from(body.u8()?);
    body.skip(1)?;
    part(&answer.message, offset, body.count(MOST)?).map(<[u8]>::to_vec)
}

/// Reads a message as each kind of answer, for the fuzz target. Whether it is a message.
#[cfg(feature = "fuzzing")]
pub(super) fn read_all(bytes: &[u8]) -> bool {
    let Ok((status, ..)) = head(bytes) else { return false };
    let answer = Answer { status, message: bytes.to_vec() };
    let most = bytes.len();
    let texts = [token(&answer).map(|(_, token)| token), transceived(&answer), read(&answer)];
    let bounded = texts.into_iter().flatten().all(|text| text.len() <= most);
    // Whatever they are, they are read without a panic.
    let cipher = agreed(&answer).and_then(|agreed| cipher_of(bytes, &agreed));
    let _ = (cipher, opened(&answer), tree_of(bytes), session_of(bytes), flags_of(bytes));
    bounded
}

/// The cipher that the host chose among ours, if any.
fn cipher_of(message: &[u8], agreed: &Agreed) -> Result<Option<Cipher>, Garbled> {
    const ENCRYPTION: u16 = 2;
    const MOST: u16 = 16;
    let mut reader = Reader::new(message);
    reader.skip(agreed.contexts)?;
    for _ in 0..agreed.count.min(MOST) {
        reader.align(8)?;
        let (kind, length) = (reader.u16()?, usize::from(reader.u16()?));
        reader.skip(4)?;
        let mut data = Reader::new(reader.take(length)?);
        if kind == ENCRYPTION {
            data.skip(2)?;
            let chosen = data.u16()?;
            return Ok(Cipher::ALL.into_iter().find(|cipher| cipher.number() == chosen));
        }
    }
    Ok(None)
}

fn head(message: &[u8]) -> Result<(Status, u16, u64), Garbled> {
    let mut reader = Reader::new(message);
    if reader.take(4)? != [0xfe, b'S', b'M', b'B'] || reader.u16()? != 64 {
        return Err(Garbled);
    }
    reader.skip(2)?;
    let (status, command) = (Status(reader.u32()?), reader.u16()?);
    reader.skip(2 + 4 + 4)?;
    let id = reader.u64()?;
    reader.skip(HEADER - 32)?;
    Ok((status, command, id))
}

fn flags_of(message: &[u8]) -> u32 {
    part(message, 16, 4).and_then(|bytes| Reader::new(bytes).u32()).unwrap_or_default()
}

fn tree_of(message: &[u8]) -> Result<u32, Garbled> {
    Reader::new(part(message, 36, 4)?).u32()
}

fn session_of(message: &[u8]) -> Result<u64, Garbled> {
    Reader::new(part(message, 40, 8)?).u64()
}

/// The flags of a session and what the host says in NTLM.
fn token(answer: &Answer) -> Result<(u16, Vec<u8>), Garbled> {
    let mut body = answer.body();
    body.skip(2)?;
    let flags = body.u16()?;
    let (offset, length) = (usize::from(body.u16()?), usize::from(body.u16()?));
    Ok((flags, part(&answer.message, offset, length)?.to_vec()))
}

fn garbage(_: Garbled) -> Fault {
    FaultKind::SmbGarbage.into()
}

fn random<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| FaultKind::SmbGarbage.with("no random numbers"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_that_has_ended_is_a_lost_one_and_another_refusal_is_none() {
        assert!(Status(0xc000_014b).of_pipe().kind.is_loss());
        assert_eq!(Status::DENIED.of_pipe().kind, FaultKind::UnexpectedResult);
    }
}
