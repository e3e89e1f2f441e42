//! Calls against peers that answer well, badly, late or not at all.

#![expect(clippy::unwrap_used, reason = "a test stops here")]

use super::*;
use crate::error::{Distrust, Unreached};
use crate::peer::{Does, Peer, Shows, answer};
use pforte_wire::problem::Code;
use pforte_wire::session::LogOn;

const AREA: &str = r#"{"id":"a","name":"dairy","path":"dairy","version":1,"of a later version":true}"#;

fn client(peer: &Peer) -> Client {
    Client::new(&peer.base, &Trust::Pem(peer.ca.clone())).unwrap()
}

async fn answering(text: String) -> (Peer, Client) {
    let peer = Peer::start(Shows::Good, Does::Answers(text)).await;
    let client = client(&peer);
    (peer, client)
}

#[tokio::test]
async fn calls_share_one_connection_and_carry_token_and_station() {
    let (peer, client) = answering(answer(200, "application/json", AREA)).await;
    let client = client
        .with_token(&Secret::new("pfs_x".to_owned()))
        .and_then(|client| client.with_station(&Secret::new("pft_y\n".to_owned())))
        .unwrap();
    for _ in 0..3 {
        assert_eq!(client.area("a/b").await.unwrap().path, "dairy");
    }
    assert_eq!(peer.connections(), 1);
    let heard = peer.heard();
    let first = heard.first().unwrap();
    assert!(first.starts_with("GET /api/v1/areas/a%2Fb HTTP/1.1\r\n"), "{first}");
    assert!(first.contains("authorization: Bearer pfs_x\r\n") && first.contains("pforte-station: pft_y\r\n"));
}

#[tokio::test]
async fn a_body_is_sent_as_json() {
    let (peer, client) = answering(answer(404, "application/json", "")).await;
    let log_on = LogOn {
        directory: None,
        user: "jana".to_owned(),
        password: Secret::new("let me in".to_owned()),
        new_password: None,
        cookie: false,
    };
    assert!(client.log_on(&log_on).await.is_err());
    let heard = peer.heard();
    let request = heard.first().unwrap();
    assert!(request.contains("content-type: application/json\r\n"), "{request}");
    assert!(request.ends_with(r#"{"user":"jana","password":"let me in","cookie":false}"#), "{request}");
}

#[tokio::test]
async fn a_refusal_brings_the_problem_and_when_to_try_again() {
    let problem = r#"{"status":429,"code":"tried-too-often","detail":"wait","request_id":"r"}"#;
    let text =
        format!("HTTP/1.1 429 X\r\nretry-after: 17\r\ncontent-length: {}\r\n\r\n{problem}", problem.len());
    let (_peer, client) = answering(text).await;
    let error = client.current_session().await.unwrap_err();
    assert!(error.is(Code::TriedTooOften));
    let ClientError::Refused(refusal) = error else { unreachable!() };
    assert_eq!(refusal.retry_after, Some(Duration::from_secs(17)));
}

#[tokio::test]
async fn no_content_is_a_success_of_what_gives_none() {
    let (_peer, client) = answering("HTTP/1.1 204 No Content\r\n\r\n".to_owned()).await;
    client.remove_role("r").await.unwrap();
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let text = "HTTP/1.1 307 X\r\nlocation: https://evil.example/\r\ncontent-length: 0\r\n\r\n";
    let (_peer, client) = answering(text.to_owned()).await;
    let error = client.with_token(&Secret::new("t".to_owned())).unwrap().area("a").await.unwrap_err();
    assert!(matches!(error, ClientError::Shape(Misshapen::NoProblem(307))));
}

#[tokio::test]
async fn an_answer_of_another_shape_is_told_as_such() {
    for (text, expected) in [
        (answer(200, "text/html", "<html>"), Misshapen::NotJson),
        (answer(200, "application/json", r#"{"id":1}"#), Misshapen::NotJson),
        (answer(502, "text/html", "<html>"), Misshapen::NoProblem(502)),
    ] {
        let (_peer, client) = answering(text).await;
        match client.area("a").await {
            Err(ClientError::Shape(found)) => assert_eq!(found, expected),
            other => assert!(other.is_err(), "{other:?}"),
        }
    }
}

#[tokio::test]
async fn an_answer_longer_than_the_limit_is_refused() {
    let peer = Peer::start(Shows::Good, Does::Answers(answer(200, "application/json", AREA))).await;
    let limits = Limits { bytes: AREA.len() - 1, ..Limits::default() };
    let client = Client::with_limits(&peer.base, &Trust::Pem(peer.ca.clone()), limits).unwrap();
    assert!(matches!(client.area("a").await, Err(ClientError::Shape(Misshapen::TooLong))));
}

#[tokio::test]
async fn a_certificate_that_is_not_good_is_told_by_its_fault() {
    for (shows, fault) in [
        (Shows::OtherName, Distrust::Name),
        (Shows::Expired, Distrust::Expired),
        (Shows::NotYet, Distrust::NotYet),
        (Shows::ForClients, Distrust::Purpose),
    ] {
        let peer = Peer::start(shows, Does::Nothing).await;
        let error = client(&peer).area("a").await.unwrap_err();
        assert!(matches!(&error, ClientError::Untrusted(found) if *found == fault), "{error:?} {fault:?}");
        assert!(peer.heard().is_empty(), "nothing is sent to whom is not believed");
    }
}

#[tokio::test]
async fn a_certificate_of_another_authority_is_not_believed() {
    let peer = Peer::start(Shows::Good, Does::Nothing).await;
    let other = Peer::start(Shows::Good, Does::Nothing).await;
    let client = Client::new(&peer.base, &Trust::Pem(other.ca.clone())).unwrap();
    assert!(matches!(client.area("a").await, Err(ClientError::Untrusted(Distrust::Issuer))));
}

#[tokio::test]
async fn a_peer_that_speaks_plain_text_gets_nothing() {
    let peer = Peer::start(Shows::PlainText, Does::Nothing).await;
    let error = client(&peer).area("a").await.unwrap_err();
    assert!(matches!(error, ClientError::Unreachable(Unreached::PlainText)), "{error:?}");
}

#[tokio::test]
async fn a_closed_port_and_an_unknown_name_are_told_apart() {
    let peer = Peer::start(Shows::Good, Does::Nothing).await;
    let (base, trust) = (peer.base.clone(), Trust::Pem(peer.ca.clone()));
    drop(peer);
    let closed = Client::new(&base, &trust).unwrap();
    assert!(matches!(closed.area("a").await, Err(ClientError::Unreachable(Unreached::Closed))));
    let unknown = Client::new("https://nowhere.invalid", &trust).unwrap();
    assert!(matches!(unknown.area("a").await, Err(ClientError::Unreachable(Unreached::Name))));
}

#[tokio::test]
async fn a_peer_that_says_nothing_is_not_waited_for_longer_than_the_limit() {
    let peer = Peer::start(Shows::Good, Does::Nothing).await;
    let limits = Limits { answer: Duration::from_millis(300), ..Limits::default() };
    let client = Client::with_limits(&peer.base, &Trust::Pem(peer.ca.clone()), limits).unwrap();
    assert!(matches!(client.area("a").await, Err(ClientError::TimeOut)));
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_lost_not_refused() {
    let whole = answer(200, "application/json", AREA);
    for part in ["", "HTTP/1.1 200", whole.trim_end_matches('}')] {
        let peer = Peer::start(Shows::Good, Does::Breaks(part.to_owned())).await;
        let error = client(&peer).area("a").await.unwrap_err();
        assert!(matches!(error, ClientError::Lost), "{error:?} after {part:?}");
    }
}

#[tokio::test]
async fn a_stream_is_read_from_the_wire() {
    let event = "event: in-charge\ndata: {\"station\":{\"id\":\"s\",\"name\":\"p\"},\"revision\":4,\"lease\":{\"seconds\":5}}\n\n";
    let (_peer, client) = answering(answer(200, "text/event-stream; charset=utf-8", event)).await;
    let mut stream = client.in_charge_stream("s").await.unwrap();
    assert_eq!(stream.next().await.unwrap().unwrap().revision, 4);
    assert!(stream.next().await.unwrap().is_none());
    let (_peer, client) = answering(answer(200, "application/json", event)).await;
    assert!(matches!(client.changes().await, Err(ClientError::Shape(Misshapen::NoStream))));
}

#[tokio::test]
async fn nothing_that_is_printed_shows_the_token() {
    let (_peer, client) = answering(String::new()).await;
    let client = client.with_token(&Secret::new("pfs_secret".to_owned())).unwrap();
    assert!(!format!("{client:?}").contains("pfs_secret"));
    assert_eq!(client.with_token(&Secret::new("a\nb".to_owned())).err(), Some(BadSecret));
}
