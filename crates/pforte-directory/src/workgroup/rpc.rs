//! Calls of the host's account service (MS-RPCE over the pipe `samr`, NDR32).
//!
//! An answer in several fragments is put together, up to a greatest size.

use super::smb::{Connection, Status};
use super::wire::{Garbled, Reader, Writer, long, short};
use crate::fault::{Fault, FaultKind};

/// The longest answer to one call.
const MOST: usize = 512 * 1024;
/// The greatest fragment in either direction; what Windows offers too.
const FRAGMENT: u16 = 4_280;
const HEADER: usize = 16;

const REQUEST: u8 = 0;
const RESPONSE: u8 = 2;
const FAULT: u8 = 3;
const BIND: u8 = 11;
const BOUND: u8 = 12;

/// 12345778-1234-abcd-ef00-0123456789ac, version 1.0.
const SAMR: [u8; 20] =
    [0x78, 0x57, 0x34, 0x12, 0x34, 0x12, 0xcd, 0xab, 0xef, 0, 1, 0x23, 0x45, 0x67, 0x89, 0xac, 1, 0, 0, 0];
/// 8a885d04-1ceb-11c9-9fe8-08002b104860, version 2.0.
const NDR: [u8; 20] =
    [4, 0x5d, 0x88, 0x8a, 0xeb, 0x1c, 0xc9, 0x11, 0x9f, 0xe8, 8, 0, 0x2b, 0x10, 0x48, 0x60, 2, 0, 0, 0];

/// A bound pipe.
pub(super) struct Pipe {
    connection: Connection,
    file: [u8; 16],
    calls: u32,
}

/// One fragment of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fragment {
    pub(super) kind: u8,
    pub(super) last: bool,
    call: u32,
    pub(super) body: Vec<u8>,
    /// How many bytes it took.
    pub(super) size: usize,
}

/// The first fragment in `bytes`; `None`: it is not whole yet.
pub(super) fn fragment(bytes: &[u8]) -> Result<Option<Fragment>, Garbled> {
    if bytes.len() < HEADER {
        return Ok(None);
    }
    let mut reader = Reader::new(bytes);
    let (version, kind, flags) = (reader.u16()?, reader.u8()?, reader.u8()?);
    // Little-endian, ASCII, IEEE.
    if version != 5 || reader.u32()? != 0x10 {
        return Err(Garbled);
    }
    let (size, signature) = (usize::from(reader.u16()?), reader.u16()?);
    let call = reader.u32()?;
    if size < HEADER || signature != 0 {
        return Err(Garbled);
    }
    if bytes.len() < size {
        return Ok(None);
    }
    Ok(Some(Fragment { kind, last: flags & 2 != 0, call, body: reader.take(size - HEADER)?.to_vec(), size }))
}

impl Pipe {
    /// Opens the host's account service. A status: the host refuses it.
    pub(super) async fn open(mut connection: Connection, host: &str) -> Result<Result<Self, Status>, Fault> {
        let file = match connection.open(host, "samr").await? {
            Ok(file) => file,
            Err(status) => return Ok(Err(status)),
        };
        let mut pipe = Self { connection, file, calls: 0 };
        let body = Writer::default()
            .u16(FRAGMENT)
            .u16(FRAGMENT)
            .u32(0)
            .u32(1)
            .u16(0)
            .u16(1)
            .bytes(&SAMR)
            .bytes(&NDR);
        let (kind, bound) = pipe.exchange(BIND, &body.0).await?;
        if kind != BOUND || !accepted(&bound).map_err(garbage)? {
            return Err(FaultKind::SmbGarbage.with("the account service was not bound"));
        }
        Ok(Ok(pipe))
    }

    /// One call. What the host answers is the caller's to read.
    pub(super) async fn call(&mut self, number: u16, stub: &[u8]) -> Result<Vec<u8>, Fault> {
        let body = Writer::default().u32(long(stub.len())).u16(0).u16(number).bytes(stub).0;
        match self.exchange(REQUEST, &body).await? {
            (RESPONSE, stub) => Ok(stub),
            (FAULT, body) => {
                let code = body.first_chunk().copied().map(u32::from_le_bytes).unwrap_or_default();
                // What is refused to this account by the service as a whole.
                let kind = if code == 5 { FaultKind::RemoteSamRefused } else { FaultKind::UnexpectedResult };
                Err(kind.with(format!("call {number}: {code:#010x}")))
            }
            _ => Err(FaultKind::SmbGarbage.into()),
        }
    }

    pub(super) async fn close(self) {
        self.connection.log_off().await;
    }

    /// Sends one message and puts the fragments of the answer together.
    async fn exchange(&mut self, kind: u8, body: &[u8]) -> Result<(u8, Vec<u8>), Fault> {
        const WHOLE: u8 = 3;
        self.calls += 1;
        let size = short(HEADER + body.len());
        let message = Writer::default().u16(5).u8(kind).u8(WHOLE).u32(0x10).u16(size).u16(0).u32(self.calls);
        let mut bytes = self.connection.transceive(&self.file, &message.bytes(body).0).await?;
        let mut whole = Vec::new();
        loop {
            while let Some(fragment) = fragment(&bytes).map_err(garbage)? {
                if fragment.call != self.calls {
                    return Err(FaultKind::SmbGarbage.with("an answer to another call"));
                }
                bytes.drain(..fragment.size.min(bytes.len()));
                whole.extend_from_slice(payload(&fragment).map_err(garbage)?);
                if fragment.last {
                    return Ok((fragment.kind, whole));
                }
            }
            if whole.len() + bytes.len() > MOST {
                return Err(FaultKind::TooLarge.into());
            }
            let more = self.connection.read(&self.file).await?;
            if more.is_empty() {
                return Err(FaultKind::SmbGarbage.with("an answer without an end"));
            }
            bytes.extend_from_slice(&more);
        }
    }
}

/// What a fragment carries, without the fields that repeat in each of an answer.
pub(super) fn payload(fragment: &Fragment) -> Result<&[u8], Garbled> {
    let repeated = if fragment.kind == RESPONSE || fragment.kind == FAULT { 8 } else { 0 };
    fragment.body.get(repeated..).ok_or(Garbled)
}

/// Whether the one thing that was asked for in a bind was accepted.
pub(super) fn accepted(bound: &[u8]) -> Result<bool, Garbled> {
    let mut reader = Reader::new(bound);
    reader.skip(8)?;
    let name = usize::from(reader.u16()?);
    reader.skip(name)?;
    reader.align(4)?;
    let count = reader.u8()?;
    reader.skip(3)?;
    Ok(count == 1 && reader.u16()? == 0)
}

fn garbage(_: Garbled) -> Fault {
    FaultKind::SmbGarbage.into()
}
