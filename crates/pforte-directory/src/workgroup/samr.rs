//! The questions to a host's account service (MS-SAMR).

use super::replies::{self, Handle, Named, Part, Reply, User};
use super::rpc::Pipe;
use super::smb::Status;
use super::wire::{Garbled, Writer, long, short, utf16};
use crate::fault::{Fault, FaultKind};
use crate::ldap::Sid;

/// The kinds of what a name or number stands for.
pub(super) const USER: u32 = 1;

const CLOSE: u16 = 1;
const LOOK_UP_DOMAIN: u16 = 5;
const DOMAINS: u16 = 6;
const OPEN_DOMAIN: u16 = 7;
const GROUPS: u16 = 11;
const ALIASES: u16 = 15;
const ALIASES_OF: u16 = 16;
const NAMES: u16 = 17;
const NUMBERS: u16 = 18;
const OPEN_USER: u16 = 34;
const ASK_USER: u16 = 36;
const GROUPS_OF: u16 = 39;
const SHOWN: u16 = 40;
const CONNECT: u16 = 57;

/// How many bytes of entries a host shall give in one answer.
const PREFERRED: u32 = 32_768;

/// The account service of one host.
pub(super) struct Sam {
    pipe: Pipe,
}

/// A call's answer, or what the host says instead.
pub(super) type Answer<T> = Result<Result<T, Status>, Fault>;

fn read<T>(reply: Reply<T>) -> Answer<T> {
    reply.map_err(|Garbled| FaultKind::SmbGarbage.into())
}

impl Sam {
    pub(super) const fn new(pipe: Pipe) -> Self {
        Self { pipe }
    }

    pub(super) async fn close(self) {
        self.pipe.close().await;
    }

    /// The host's databases.
    pub(super) async fn connect(&mut self) -> Answer<Handle> {
        const CONNECT_LIST_AND_LOOK_UP: u32 = 0x31;
        let stub = Writer::default().u32(0).u32(CONNECT_LIST_AND_LOOK_UP).0;
        read(replies::handle(&self.pipe.call(CONNECT, &stub).await?))
    }

    pub(super) async fn domains(&mut self, server: &Handle) -> Answer<Part<Named>> {
        let stub = Writer::default().bytes(server).u32(0).u32(PREFERRED).0;
        read(replies::named(&self.pipe.call(DOMAINS, &stub).await?))
    }

    pub(super) async fn domain_called(&mut self, server: &Handle, name: &str) -> Answer<Sid> {
        let stub = text(head(Writer::default().bytes(server), name), name).0;
        read(replies::sid(&self.pipe.call(LOOK_UP_DOMAIN, &stub).await?))
    }

    pub(super) async fn open_domain(&mut self, server: &Handle, domain: &Sid) -> Answer<Handle> {
        const READ_LIST_LOOK_UP_AND_ALIASES: u32 = 0x381;
        let stub = sid(Writer::default().bytes(server).u32(READ_LIST_LOOK_UP_AND_ALIASES), domain).0;
        read(replies::handle(&self.pipe.call(OPEN_DOMAIN, &stub).await?))
    }

    pub(super) async fn groups(&mut self, domain: &Handle, from: u32) -> Answer<Part<Named>> {
        self.list(GROUPS, domain, from).await
    }

    pub(super) async fn aliases(&mut self, domain: &Handle, from: u32) -> Answer<Part<Named>> {
        self.list(ALIASES, domain, from).await
    }

    async fn list(&mut self, call: u16, domain: &Handle, from: u32) -> Answer<Part<Named>> {
        let stub = Writer::default().bytes(domain).u32(from).u32(PREFERRED).0;
        read(replies::named(&self.pipe.call(call, &stub).await?))
    }

    /// Users with their names to be shown, a few hundred at a time.
    pub(super) async fn users(&mut self, domain: &Handle, from: u32) -> Answer<Part<User>> {
        const AT_ONCE: u32 = 256;
        let stub = Writer::default().bytes(domain).u16(1).align(4).u32(from).u32(AT_ONCE).u32(PREFERRED).0;
        read(replies::shown(&self.pipe.call(SHOWN, &stub).await?, from))
    }

    /// What a name stands for: its number and kind.
    pub(super) async fn named(&mut self, domain: &Handle, name: &str) -> Answer<Vec<(u32, u32)>> {
        const ROOM: u32 = 1_000;
        let stub = Writer::default().bytes(domain).u32(1).u32(ROOM).u32(0).u32(1);
        let stub = text(head(stub, name), name).0;
        read(replies::looked_up(&self.pipe.call(NAMES, &stub).await?))
    }

    /// What numbers stand for.
    pub(super) async fn numbered(&mut self, domain: &Handle, rids: &[u32]) -> Answer<Vec<(String, u32)>> {
        const ROOM: u32 = 1_000;
        let stub =
            Writer::default().bytes(domain).u32(long(rids.len())).u32(ROOM).u32(0).u32(long(rids.len()));
        let stub = rids.iter().fold(stub, |stub, rid| stub.u32(*rid)).0;
        read(replies::identified(&self.pipe.call(NUMBERS, &stub).await?))
    }

    /// The aliases of a domain that hold any of these directly.
    pub(super) async fn aliases_of(&mut self, domain: &Handle, sids: &[Sid]) -> Answer<Vec<u32>> {
        let count = long(sids.len());
        let stub = Writer::default().bytes(domain).u32(count).u32(POINTER).u32(count);
        let stub = sids.iter().fold(stub, |stub, _| stub.u32(POINTER));
        let stub = sids.iter().fold(stub, sid).0;
        read(replies::aliases(&self.pipe.call(ALIASES_OF, &stub).await?))
    }

    /// Everything of a user, and the groups of the host that hold it directly.
    pub(super) async fn user(&mut self, domain: &Handle, rid: u32) -> Answer<(User, Vec<u32>)> {
        const READ_AND_LIST_GROUPS: u32 = 0x11a;
        let stub = Writer::default().bytes(domain).u32(READ_AND_LIST_GROUPS).u32(rid).0;
        let opened = match read(replies::handle(&self.pipe.call(OPEN_USER, &stub).await?))? {
            Ok(opened) => opened,
            Err(status) => return Ok(Err(status)),
        };
        let stub = Writer::default().bytes(&opened).u16(replies::ALL).0;
        let user = read(replies::user(&self.pipe.call(ASK_USER, &stub).await?))?;
        let groups = read(replies::groups(&self.pipe.call(GROUPS_OF, &opened).await?))?;
        let closed = read(replies::nothing(&self.pipe.call(CLOSE, &opened).await?))?;
        Ok(closed.and(user).and_then(|user| groups.map(|groups| (user, groups))))
    }
}

/// A pointer that points to something.
const POINTER: u32 = 0x2_0000;

fn head(to: Writer, text: &str) -> Writer {
    let size = short(utf16(text).len());
    to.u16(size).u16(size).u32(POINTER)
}

fn text(to: Writer, text: &str) -> Writer {
    let units = utf16(text);
    let count = long(units.len() / 2);
    to.align(4).u32(count).u32(0).u32(count).bytes(&units)
}

fn sid(to: Writer, sid: &Sid) -> Writer {
    let bytes = sid.as_bytes();
    let subs = bytes.get(1).copied().unwrap_or_default();
    to.u32(subs.into()).bytes(bytes)
}
