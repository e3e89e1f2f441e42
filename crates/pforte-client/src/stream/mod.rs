//! Streams of server-sent events that end by themselves when nothing is heard.
//!
//! A program at a station lives by such a stream: what it told last may be
//! believed for the length of its lease, each byte that arrives renews the
//! lease, and silence for longer than that is an error. So a dead connection
//! never leaves yesterday's operator in charge.

mod parser;

use crate::address::Target;
use crate::client::Client;
use crate::error::{ClientError, Misshapen};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use hyper::header::CONTENT_TYPE;
use hyper::{Method, Response};
use parser::{Message, Parser};
use pforte_wire::session::{InCharge, Lease, Session};
use pforte_wire::stream::{ENDED, Ended, IN_CHARGE, SESSION};
use serde::de::DeserializeOwned;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

/// The lease until the server tells another.
const FIRST_LEASE: Duration = Duration::from_secs(10);

/// The longest lease that is believed.
const LONGEST_LEASE: Duration = Duration::from_mins(5);

/// One thing that a stream told.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Change {
    /// The caller's own session as it is now.
    Session(Session),
    /// Who is in charge at a station now.
    InCharge(InCharge),
    /// The caller's own session has ended.
    Ended(Ended),
}

/// What a stream can tell.
pub trait Told: Sized + sealed::Sealed {
    /// Reads the data of an event; `None` for an event that is passed over.
    #[doc(hidden)]
    fn read(event: &str, data: &str) -> Result<Option<Self>, ClientError>;

    /// The lease that it brings.
    #[doc(hidden)]
    fn lease(&self) -> Option<Lease>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Change {}
    impl Sealed for super::InCharge {}
}

impl Told for Change {
    fn read(event: &str, data: &str) -> Result<Option<Self>, ClientError> {
        Ok(match event {
            SESSION => Some(Self::Session(json(data)?)),
            IN_CHARGE => Some(Self::InCharge(json(data)?)),
            ENDED => Some(Self::Ended(json(data)?)),
            _ => None,
        })
    }

    fn lease(&self) -> Option<Lease> {
        match self {
            Self::Session(session) => Some(session.lease),
            Self::InCharge(in_charge) => Some(in_charge.lease),
            Self::Ended(_) => None,
        }
    }
}

impl Told for InCharge {
    fn read(event: &str, data: &str) -> Result<Option<Self>, ClientError> {
        if event == IN_CHARGE { json(data).map(Some) } else { Ok(None) }
    }

    fn lease(&self) -> Option<Lease> {
        Some(self.lease)
    }
}

fn json<T: DeserializeOwned>(data: &str) -> Result<T, ClientError> {
    serde_json::from_str(data).map_err(|_| ClientError::Shape(Misshapen::NotJson))
}

/// A stream of what changes.
///
/// Ask for the next change without pause: what waits unread while the caller
/// does something else grows old unseen. After an error nothing more comes, and
/// what was told last is no longer to be believed.
pub struct Stream<T, B = Incoming> {
    body: B,
    parser: Parser,
    lease: Duration,
    silent_at: Instant,
    over: bool,
    told: PhantomData<fn() -> T>,
}

impl<T, B> fmt::Debug for Stream<T, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").field("lease", &self.lease).field("over", &self.over).finish_non_exhaustive()
    }
}

impl<T: Told, B: Body<Data = Bytes> + Unpin> Stream<T, B> {
    fn new(body: B) -> Self {
        let silent_at = Instant::now() + FIRST_LEASE;
        Self {
            body,
            parser: Parser::default(),
            lease: FIRST_LEASE,
            silent_at,
            over: false,
            told: PhantomData,
        }
    }

    /// The next change; `None` when the server ended the stream. May be dropped
    /// and called again.
    pub async fn next(&mut self) -> Result<Option<T>, ClientError> {
        if self.over {
            return Ok(None);
        }
        let next = self.hear().await;
        self.over = !matches!(next, Ok(Some(_)));
        next
    }

    async fn hear(&mut self) -> Result<Option<T>, ClientError> {
        loop {
            while let Some(Message { event, data }) = self.parser.next() {
                if let Some(told) = T::read(&event, &data)? {
                    self.renew(told.lease());
                    return Ok(Some(told));
                }
            }
            let frame = timeout_at(self.silent_at, self.body.frame()).await;
            match frame.map_err(|_| ClientError::Silent)? {
                None => return Ok(None),
                Some(Err(_)) => return Err(ClientError::Lost),
                Some(Ok(frame)) => self.take(&frame.into_data().unwrap_or_default())?,
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<(), ClientError> {
        self.silent_at = Instant::now() + self.lease;
        self.parser.push(bytes).map_err(ClientError::Shape)
    }

    /// A lease counts from the bytes that brought it.
    fn renew(&mut self, lease: Option<Lease>) {
        if let Some(Lease { seconds }) = lease {
            let new = Duration::from_secs(u64::from(seconds.max(1))).min(LONGEST_LEASE);
            self.silent_at = self.silent_at - self.lease + new;
            self.lease = new;
        }
    }
}

impl Client {
    /// What changes for the caller: its own session, or for an application who
    /// is in charge at each station of its scope.
    pub async fn changes(&self) -> Result<Stream<Change>, ClientError> {
        self.listen(Target::api(&["stream"])).await
    }

    /// Who is in charge at a station, now and at each change.
    pub async fn in_charge_stream(&self, station: &str) -> Result<Stream<InCharge>, ClientError> {
        self.listen(Target::api(&["stations", station, "session", "stream"])).await
    }

    async fn listen<T: Told>(&self, target: Target) -> Result<Stream<T>, ClientError> {
        let head = self.send(Method::GET, target, Bytes::new(), "text/event-stream");
        let answer = timeout(self.limits().answer, head).await.map_err(|_| ClientError::TimeOut)??;
        if !is_event_stream(&answer) {
            return Err(ClientError::Shape(Misshapen::NoStream));
        }
        Ok(Stream::new(answer.into_body()))
    }
}

fn is_event_stream(answer: &Response<Incoming>) -> bool {
    let kind = answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.split(';').next().unwrap_or_default().trim() == "text/event-stream")
}

#[cfg(test)]
mod tests;
