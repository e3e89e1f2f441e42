//! Bodies on their way in and out, each with the bound it needs.

use super::connection::InFlight;
use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Sleep;

/// The body of a request did not come in time.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the request's body did not come in time")]
pub struct SlowBody;

/// Why a request's body ended before its end.
type Fault = Box<dyn std::error::Error + Send + Sync>;

/// The body of a request, which must be there within a time. The time begins
/// when something of it has to be waited for, so that it costs nothing where the
/// body comes with the head.
pub(super) struct Arriving {
    body: Incoming,
    within: Duration,
    end: Option<Pin<Box<Sleep>>>,
}

/// What the router gets of a request's body.
pub(super) fn arriving(body: Incoming, within: Duration) -> Body {
    if body.is_end_stream() { Body::empty() } else { Body::new(Arriving { body, within, end: None }) }
}

impl HttpBody for Arriving {
    type Data = Bytes;
    type Error = Fault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Fault>>> {
        let Self { body, within, end } = &mut *self;
        if let Poll::Ready(frame) = Pin::new(body).poll_frame(cx) {
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let end = end.get_or_insert_with(|| Box::pin(tokio::time::sleep(*within)));
        end.as_mut().poll(cx).map(|()| Some(Err(SlowBody.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of an answer; while it is being sent, its connection is not idle.
pub(super) struct Leaving {
    pub(super) body: Body,
    pub(super) _request: InFlight,
}

impl HttpBody for Leaving {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
