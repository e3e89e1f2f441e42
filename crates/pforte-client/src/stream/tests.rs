//! The lease, with a clock that the test moves.

#![expect(clippy::unwrap_used, reason = "a test stops here")]

use super::*;
use hyper::body::Frame;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::advance;

/// A body that the test fills by hand.
struct Fed(Receiver<Bytes>);

impl Body for Fed {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(cx).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }
}

fn open<T: Told>() -> (Sender<Bytes>, Stream<T, Fed>) {
    let (sender, receiver) = channel(8);
    (sender, Stream::new(Fed(receiver)))
}

async fn feed(feed: &Sender<Bytes>, text: &str) {
    feed.send(Bytes::copy_from_slice(text.as_bytes())).await.unwrap();
}

fn in_charge(revision: u64, lease: u32) -> String {
    let json = serde_json::json!({
        "station": { "id": "s", "name": "panel 1" }, "revision": revision, "lease": { "seconds": lease },
    });
    format!("event: in-charge\ndata: {json}\n\n")
}

#[tokio::test(start_paused = true)]
async fn silence_for_longer_than_the_lease_is_an_error() {
    let (to, mut stream) = open::<InCharge>();
    feed(&to, &in_charge(1, 3)).await;
    assert_eq!(stream.next().await.unwrap().unwrap().revision, 1);
    let before = Instant::now();
    assert!(matches!(stream.next().await, Err(ClientError::Silent)));
    assert_eq!(before.elapsed().as_secs(), 3);
    feed(&to, &in_charge(2, 3)).await;
    assert!(stream.next().await.unwrap().is_none(), "what was silent too long tells nothing more");
}

#[tokio::test(start_paused = true)]
async fn a_heartbeat_renews_the_lease() {
    let (to, mut stream) = open::<InCharge>();
    feed(&to, &in_charge(1, 3)).await;
    stream.next().await.unwrap();
    for _ in 0..4 {
        advance(Duration::from_secs(2)).await;
        feed(&to, ":\n\n").await;
        let soon = timeout(Duration::from_millis(1), stream.next()).await;
        assert!(soon.is_err(), "a heartbeat tells nothing");
    }
    feed(&to, &in_charge(2, 3)).await;
    assert_eq!(stream.next().await.unwrap().unwrap().revision, 2);
}

#[tokio::test(start_paused = true)]
async fn asking_again_and_again_does_not_renew_the_lease() {
    let (to, mut stream) = open::<InCharge>();
    feed(&to, &in_charge(1, 3)).await;
    stream.next().await.unwrap();
    let mut asked = 0;
    let end = loop {
        match timeout(Duration::from_millis(900), stream.next()).await {
            Ok(end) => break end,
            Err(_) => asked += 1,
        }
    };
    assert!(matches!(end, Err(ClientError::Silent)));
    assert_eq!(asked, 3);
}

#[tokio::test(start_paused = true)]
async fn events_of_another_name_are_passed_over() {
    let (to, mut stream) = open::<Change>();
    feed(&to, "event: weather\ndata: rain\n\nevent: ended\ndata: {\"session\":\"x\"}\n\n").await;
    let ended = stream.next().await.unwrap();
    assert_eq!(ended, Some(Change::Ended(Ended { session: Some("x".to_owned()), reason: None })));
    drop(to);
    assert_eq!(stream.next().await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn data_of_another_shape_ends_the_stream() {
    let (to, mut stream) = open::<InCharge>();
    feed(&to, "event: in-charge\ndata: {}\n\n").await;
    feed(&to, &in_charge(1, 3)).await;
    assert!(matches!(stream.next().await, Err(ClientError::Shape(Misshapen::NotJson))));
    assert!(stream.next().await.unwrap().is_none());
}
