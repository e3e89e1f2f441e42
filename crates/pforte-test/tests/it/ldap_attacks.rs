//! What somebody between Pforte and the domain controller gets: nothing, and never a password.

use bytes::BytesMut;
use ldap3_proto::LdapCodec;
use ldap3_proto::proto::{LdapExtendedResponse, LdapMsg, LdapOp, LdapResult, LdapResultCode};
use pforte_directory::kerberos::gss::{Context, Over, begin as gss_begin};
use pforte_directory::kerberos::{Client, Name};
use pforte_directory::ldap::{Protection, Server, ServiceLogin, Settings};
use pforte_directory::{Directory, DirectoryError, FaultKind, Verdict};
use pforte_test::Fixtures;
use pforte_test::ad::Ad;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_util::codec::Encoder;

use crate::ldap_directory::{begin, chance, clock, login, password, settings};
use crate::ldap_relay::{Alter, Attack, Relay, port, shown_for, through};
use crate::ldap_stage::{Script, Stage};

fn is_in(text: &str, bytes: &[u8]) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

#[tokio::test]
async fn a_man_in_the_middle_with_a_certificate_of_the_same_ca_gets_no_password() {
    let ad = Fixtures::load().ad;
    let (relay, kerberos) = (Relay::between(&ad, port(&ad, 636)).await, Relay::honest(port(&ad, 88)).await);
    let settings = through(settings(&ad), (relay.address.port(), 1, kerberos.address.port()));
    let secret = &ad.facts.service.password;
    let directory = begin(&settings, password(secret));
    let error = directory.find(&login("bob")).await.unwrap_err();
    assert_eq!(error.fault().unwrap().kind, FaultKind::ChannelBindingRefused, "{error:?}");
    let health = directory.health();
    assert_eq!(health[0].fault.as_ref().unwrap().kind, FaultKind::ChannelBindingRefused, "it is told");
    directory.stop().await;
    let heard = relay.heard.lock().unwrap().clone();
    assert!(is_in("GSSAPI", &heard), "the relay could read what was sent");
    assert!(!is_in(secret, &heard) && !is_in(&ad.facts.user_password, &heard));
}

#[tokio::test]
async fn a_connection_that_is_passed_on_as_it_is_works_at_any_ports() {
    let ad = Fixtures::load().ad;
    let relays = (
        Relay::honest(port(&ad, 636)).await,
        Relay::honest(port(&ad, 389)).await,
        Relay::honest(port(&ad, 88)).await,
    );
    let ports = (relays.0.address.port(), relays.1.address.port(), relays.2.address.port());
    for protection in [Protection::Ldaps, Protection::StartTls, Protection::Sealed] {
        let settings = Settings { protection, service_login: ServiceLogin::Kerberos, ..settings(&ad) };
        let directory = begin(&through(settings, ports), password(&ad.facts.service.password));
        let bob = directory.find(&login("bob")).await.unwrap().unwrap();
        let good = password(&ad.facts.user_password);
        assert_eq!(directory.verify(&bob, &good).await, Ok(Verdict::Good));
        directory.stop().await;
    }
}

/// A sealed connection to the controller, made with the parts of the product.
struct Tap {
    context: Context,
    /// Frames of the server's, as they came.
    frames: Vec<Vec<u8>>,
}

async fn answered(stream: &mut TcpStream) -> Vec<u8> {
    let mut bytes = vec![0; 1 << 16];
    let count = stream.read(&mut bytes).await.unwrap();
    bytes.truncate(count);
    bytes
}

/// The last element of an LDAP answer: the server's token.
fn token(answer: &[u8]) -> Vec<u8> {
    let at = answer.windows(3).position(|part| part[0] == 0x87).unwrap();
    let length = usize::from(answer[at + 1]);
    match length {
        short @ 0..=0x7f => answer[at + 2..at + 2 + short].to_vec(),
        long => answer[at + 2 + (long & 0x7f)..].to_vec(),
    }
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&[tag, 0x84][..], &length, content].concat()
}

fn bind(id: u8, token: &[u8]) -> Vec<u8> {
    let sasl = element(0xa3, &[element(4, b"GSSAPI"), element(4, token)].concat());
    let bind = element(0x60, &[vec![2, 1, 3, 4, 0], sasl].concat());
    element(0x30, &[vec![2, 1, id], bind].concat())
}

/// Asks for many users over a sealed connection, and keeps the frames as they come.
async fn tapped(ad: &Ad) -> Tap {
    let (chance, until) = (chance(), Instant::now() + Duration::from_secs(30));
    let client = Client::new(&ad.facts.domain, clock(), chance.clone());
    let (name, centres) = (Name::user(&ad.facts.service.user), [port(ad, 88)]);
    let held = client.log_in(&centres, &name, &password(&ad.facts.service.password), until).await.unwrap();
    let server = Name::service("ldap", &ad.facts.host);
    let ticket = client.ticket(&centres, &held, &server, until).await.unwrap();
    let mut stream = TcpStream::connect(port(ad, 389)).await.unwrap();
    let (proving, first) = gss_begin(&ticket, Over::Nothing, clock()(), &chance);
    stream.write_all(&bind(1, &first)).await.unwrap();
    let mut context = proving.finish(&token(&answered(&mut stream).await)).unwrap();
    stream.write_all(&bind(2, &[])).await.unwrap();
    context.check(&token(&answered(&mut stream).await)).unwrap();
    stream.write_all(&bind(3, &context.sign(&[4, 0, 0x20, 0]))).await.unwrap();
    answered(&mut stream).await;
    let filter = element(0x87, b"objectClass");
    let base = element(4, ad.facts.base.as_bytes());
    let search =
        [&base[..], &[10, 1, 2, 10, 1, 0, 2, 1, 120, 2, 1, 0, 1, 1, 0], &filter, &[0x30, 0]].concat();
    let message = element(0x30, &[vec![2, 1, 4], element(0x63, &search)].concat());
    let sealed = context.seal(&message, &chance);
    let length = u32::try_from(sealed.len()).unwrap().to_be_bytes();
    stream.write_all(&[&length[..], &sealed].concat()).await.unwrap();
    let mut frames = Vec::new();
    while frames.len() < 4 {
        let length = stream.read_u32().await.unwrap();
        let mut frame = vec![0; length.try_into().unwrap()];
        stream.read_exact(&mut frame).await.unwrap();
        frames.push(frame);
    }
    Tap { context, frames }
}

/// A frame altered in one of many ways; `None` if it came out as it was.
fn altered(random: &mut StdRng, frame: &[u8]) -> Option<Vec<u8>> {
    let mut altered = frame.to_vec();
    let head = random.random_range(0..16);
    let any = random.random_range(0..frame.len());
    match random.random_range(0..8) {
        0 | 1 => altered[any] ^= 1 << random.random_range(0..8),
        2 => altered[head] = random.random(),
        // EC and RRC
        3 => altered[4..6].copy_from_slice(&random.random::<u16>().to_be_bytes()),
        4 => altered[6..8].copy_from_slice(&random.random_range(0..200_u16).to_be_bytes()),
        5 => altered.truncate(any),
        6 => altered.extend((0..random.random_range(1..40)).map(|_| random.random::<u8>())),
        _ => altered[16..].rotate_left(random.random_range(1..frame.len() - 16)),
    }
    (altered != frame).then_some(altered)
}

#[tokio::test]
async fn of_thousands_of_altered_frames_of_the_controller_none_is_accepted() {
    let ad = Fixtures::load().ad;
    let tap = tapped(&ad).await;
    let mut random = StdRng::seed_from_u64(4);
    let (mut tried, frames) = (0, &tap.frames);
    for _ in 0..20_000 {
        let Some(frame) = altered(&mut random, &frames[0]) else { continue };
        tried += 1;
        assert!(tap.context.clone().unseal(&frame).is_err(), "{frame:02x?}");
        assert!(tap.context.clone().check(&frame).is_err(), "{frame:02x?}");
    }
    assert!(tried > 19_000);
    for order in [[1, 0], [0, 0], [0, 2], [2, 3], [3, 0]] {
        let mut context = tap.context.clone();
        let first = context.unseal(&frames[order[0]]).is_ok();
        assert!(!(first && context.unseal(&frames[order[1]]).is_ok()), "{order:?}");
    }
    let mut context = tap.context.clone();
    for frame in frames {
        context.unseal(frame).unwrap();
    }
}

/// Does one thing to one frame of every other connection.
fn once(seed: u64, done: Arc<AtomicUsize>) -> Attack {
    Arc::new(move |connection| -> Alter {
        let mut random = StdRng::seed_from_u64(seed * 1_000 + u64::try_from(connection).unwrap());
        let spared = connection % 2 == 0;
        let (mut left, mut held) = (random.random_range(0..12_u32), None::<Vec<u8>>);
        let (kind, done) = (random.random_range(0..6), Arc::clone(&done));
        Box::new(move |frame| {
            if let Some(held) = held.take() {
                return vec![frame, held];
            }
            if left != 0 || spared {
                left = left.saturating_sub(1);
                return vec![frame];
            }
            left = u32::MAX;
            done.fetch_add(1, Ordering::Relaxed);
            match kind {
                0 => vec![frame.clone(), frame],
                1 => Vec::new(),
                2 => {
                    held = Some(frame);
                    Vec::new()
                }
                3 => {
                    // Cut, with a length that says so.
                    let body = &frame[4..frame.len() - random.random_range(1..frame.len() - 4)];
                    vec![[&u32::try_from(body.len()).unwrap().to_be_bytes()[..], body].concat()]
                }
                _ => {
                    let body = altered(&mut random, &frame[4..]).unwrap_or_default();
                    vec![[&u32::try_from(body.len()).unwrap().to_be_bytes()[..], &body].concat()]
                }
            }
        })
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_alters_a_sealed_connection_only_breaks_it() {
    let ad = Fixtures::load().ad;
    let kerberos = Relay::honest(port(&ad, 88)).await;
    let (done, refused, good) = (Arc::new(AtomicUsize::new(0)), AtomicUsize::new(0), AtomicUsize::new(0));
    let run = async |seed| {
        let relay = Relay::tampering(port(&ad, 389), once(seed, Arc::clone(&done))).await;
        let mut settings = Settings { protection: Protection::Sealed, ..settings(&ad) };
        // A frame that never comes is not waited for long.
        (settings.limits.connect_ms, settings.limits.request_ms) = (5_000, 5_000);
        let settings = through(settings, (1, relay.address.port(), kerberos.address.port()));
        let directory = begin(&settings, password(&ad.facts.service.password));
        let end = Instant::now() + Duration::from_mins(1);
        let enough = || {
            let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
            count(&done) > 16 && count(&refused) > 0 && count(&good) > 8
        };
        let names = ["bob", "alice", "clara", "psouser1"].into_iter().cycle();
        for name in names.take_while(|_| !enough() && Instant::now() < end) {
            match directory.find(&login(name)).await {
                Ok(found) => assert_eq!(found.unwrap().login, name),
                Err(_) => drop(refused.fetch_add(1, Ordering::Relaxed)),
            }
            match directory.users("bulk00", 100).await {
                Ok(page) => {
                    assert_eq!(page.items.len(), 100);
                    good.fetch_add(1, Ordering::Relaxed);
                }
                Err(_) => drop(refused.fetch_add(1, Ordering::Relaxed)),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        directory.stop().await;
    };
    futures_util::future::join_all((0..8).map(run)).await;
    let (done, refused) = (done.load(Ordering::Relaxed), refused.load(Ordering::Relaxed));
    let good = good.load(Ordering::Relaxed);
    assert!(done > 16 && refused > 0 && good > 8, "{done} alterations, {refused} refusals, {good} answers");
}

#[tokio::test]
async fn a_controller_that_answers_and_does_not_take_the_ticket_stays_down_until_it_does() {
    let ad = Fixtures::load().ad;
    let (relay, kerberos) = (Relay::between(&ad, port(&ad, 636)).await, Relay::honest(port(&ad, 88)).await);
    let directory = begin(
        &through(settings(&ad), (relay.address.port(), 1, kerberos.address.port())),
        password(&ad.facts.service.password),
    );
    let down = || {
        let health = directory.health();
        health[0].fault.as_ref().is_some_and(|fault| fault.kind == FaultKind::ChannelBindingRefused)
    };
    let watched = async {
        while !down() {
            tokio::task::yield_now().await;
        }
        // It shows its root entry to whoever looks whether it is there again.
        let tries = relay.tries();
        while relay.tries() < tries + 4 {
            assert!(down() && !directory.health()[0].up, "{:?}", directory.health());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), watched).await.unwrap();
    relay.let_through();
    let back = async {
        while !directory.health()[0].up {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), back).await.unwrap();
    assert!(directory.find(&login("bob")).await.unwrap().is_some());
    directory.stop().await;
}

/// A refusal of Kerberos with this code, which nobody signed.
fn made_up(code: u8) -> Vec<u8> {
    let element = |tag, content: &[u8]| [&[tag, u8::try_from(content.len()).unwrap()], content].concat();
    let number = |field, value| element(field, &[2, 1, value]);
    let text = |field, value: &[u8]| element(field, &element(0x1b, value));
    let service =
        element(0x30, &[number(0xa0, 2), element(0xa1, &element(0x30, &element(0x1b, b"krbtgt")))].concat());
    let error = [
        number(0xa0, 5),
        number(0xa1, 30),
        element(0xa4, &element(0x18, b"20260101000000Z")),
        number(0xa5, 0),
        number(0xa6, code),
        text(0xa9, b"AD.TEST.LAB"),
        element(0xaa, &service),
    ];
    element(0x7e, &element(0x30, &error.concat()))
}

/// Answers one question of Kerberos with this refusal.
async fn refuse(mut stream: TcpStream, refusal: Vec<u8>) {
    let length = stream.read_u32().await.unwrap();
    let mut question = vec![0; length.try_into().unwrap()];
    stream.read_exact(&mut question).await.unwrap();
    let length = u32::try_from(refusal.len()).unwrap();
    stream.write_all(&[&length.to_be_bytes()[..], &refusal].concat()).await.unwrap();
    let _ = stream.shutdown().await;
}

/// A key distribution centre that answers everything with this code.
async fn false_centre(code: u8) -> Stage {
    Stage::tcp(move |stream| refuse(stream, made_up(code))).await
}

#[tokio::test]
async fn a_person_whom_kerberos_refuses_does_not_make_the_service_account_log_in_again() {
    let ad = Fixtures::load().ad;
    let (questions, code) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicU8::new(0)));
    let (counted, refusing) = (Arc::clone(&questions), Arc::clone(&code));
    let centre = port(&ad, 88);
    let kerberos = Stage::tcp(move |mut stream| {
        let code = refusing.load(Ordering::Relaxed);
        counted.fetch_add(1, Ordering::Relaxed);
        async move {
            if code != 0 {
                return refuse(stream, made_up(code)).await;
            }
            let mut centre = TcpStream::connect(centre).await.unwrap();
            let _ = tokio::io::copy_bidirectional(&mut stream, &mut centre).await;
        }
    })
    .await;
    let relay = Relay::honest(port(&ad, 389)).await;
    let settings = Settings { protection: Protection::Sealed, ..settings(&ad) };
    let settings = through(settings, (1, relay.address.port(), kerberos.address.port()));
    let directory = begin(&settings, password(&ad.facts.service.password));
    let bob = directory.find(&login("bob")).await.unwrap().unwrap();
    let typed = password(&ad.facts.user_password);
    let questions_of_one = async || {
        let before = questions.load(Ordering::Relaxed);
        assert_eq!(directory.verify(&bob, &typed).await, Ok(Verdict::Good));
        questions.load(Ordering::Relaxed) - before
    };
    let usual = questions_of_one().await;
    // One says something of the person, the other of the service account's ticket.
    for (refusal, more) in [(12, false), (32, true)] {
        code.store(refusal, Ordering::Relaxed);
        directory.verify(&bob, &typed).await.unwrap_err();
        code.store(0, Ordering::Relaxed);
        assert_eq!(questions_of_one().await > usual, more, "code {refusal}");
    }
    directory.stop().await;
}

#[tokio::test]
async fn a_made_up_refusal_of_the_service_accounts_password_does_not_keep_it_out() {
    let ad = Fixtures::load().ad;
    let centre = false_centre(24).await;
    let relay = Relay::honest(port(&ad, 636)).await;
    let settings = through(settings(&ad), (relay.address.port(), 1, centre.address.port()));
    let directory = begin(&settings, password(&ad.facts.service.password));
    let bob = directory.find(&login("bob")).await.unwrap().unwrap();
    assert_eq!(directory.verify(&bob, &password(&ad.facts.user_password)).await, Ok(Verdict::Good));
    assert_eq!(directory.account_fault(), None);
    assert_eq!(directory.unproven().unwrap().kind, FaultKind::KerberosRefused, "it is told");
    directory.stop().await;
}

#[tokio::test]
async fn where_kerberos_is_required_a_made_up_refusal_gets_no_password_by_another_way() {
    let ad = Fixtures::load().ad;
    let (centre, relay) = (false_centre(24).await, Relay::between(&ad, port(&ad, 636)).await);
    let settings = Settings { service_login: ServiceLogin::Kerberos, ..settings(&ad) };
    let settings = through(settings, (relay.address.port(), 1, centre.address.port()));
    let secret = &ad.facts.service.password;
    let directory = begin(&settings, password(secret));
    let error = directory.find(&login("bob")).await.unwrap_err();
    assert!(
        matches!(&error, DirectoryError::ServiceAccount(fault) if fault.kind == FaultKind::AccountRefused),
        "{error:?}"
    );
    directory.stop().await;
    let heard = relay.heard.lock().unwrap().clone();
    assert!(!is_in(secret, &heard) && is_in("objectClass", &heard), "the relay could read what was sent");
}

fn started(msgid: i32) -> Vec<u8> {
    let res = LdapResult {
        code: LdapResultCode::Success,
        matcheddn: String::new(),
        message: String::new(),
        referral: Vec::new(),
    };
    let op = LdapOp::ExtendedResponse(LdapExtendedResponse { res, name: None, value: None });
    let mut bytes = BytesMut::new();
    LdapCodec::default().encode(LdapMsg { msgid, op, ctrl: Vec::new() }, &mut bytes).unwrap();
    bytes.to_vec()
}

#[tokio::test]
async fn what_is_said_before_tls_begins_does_not_count_and_breaks_the_connection() {
    let ad = Fixtures::load().ad;
    let stage = Stage::tcp(|mut stream| async move {
        let mut bytes = [0; 1_024];
        let count = stream.read(&mut bytes).await.unwrap();
        assert!(is_in("1.3.6.1.4.1.1466.20037", &bytes[..count]), "nothing else is sent before TLS");
        stream.write_all(&[started(1), started(2)].concat()).await.unwrap();
        while matches!(stream.read(&mut bytes).await, Ok(1..)) {}
    })
    .await;
    let settings = Settings { protection: Protection::StartTls, ..settings(&ad) };
    let settings = through(settings, (1, stage.address.port(), 1));
    let directory = begin(&settings, password("never sent"));
    let error = directory.find(&login("bob")).await.unwrap_err();
    assert_eq!(error.fault().unwrap().kind, FaultKind::Injected, "{error:?}");
    directory.stop().await;
}

/// Shows the certificate that the controller could show, and ends the connection before TLS is set up.
async fn cut_after_its_certificate(ad: &Ad) -> Stage {
    let config = shown_for(ad, &[&rustls::version::TLS12]);
    Stage::tcp(move |mut stream| {
        let mut tls = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
        async move {
            let mut bytes = [0; 4_096];
            let count = stream.read(&mut bytes).await.unwrap();
            tls.read_tls(&mut &bytes[..count]).unwrap();
            tls.process_new_packets().unwrap();
            let mut said = Vec::new();
            while tls.wants_write() {
                tls.write_tls(&mut said).unwrap();
            }
            stream.write_all(&said).await.unwrap();
            let _ = stream.read(&mut bytes).await;
        }
    })
    .await
}

#[tokio::test]
async fn a_fault_of_tls_never_leads_to_a_weaker_way() {
    let ad = Fixtures::load().ad;
    let plain = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&plain);
    let port_of_ldap = Stage::tcp(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        async {}
    })
    .await;
    // A certificate that nobody here trusts; and a server that says nothing.
    let wrong = Stage::ldap(&Script::new(|_| None)).await;
    let silent = Stage::tcp(|stream| async move {
        std::future::pending::<()>().await;
        drop(stream);
    })
    .await;
    // One that has TLS, as its right certificate shows, and ends the connection then.
    let cut = cut_after_its_certificate(&ad).await;
    for (stage, kind) in [
        (&wrong, FaultKind::CertificateUnknownIssuer),
        (&silent, FaultKind::TlsTimedOut),
        (&cut, FaultKind::Reset),
    ] {
        let mut settings = through(settings(&ad), (stage.address.port(), port_of_ldap.address.port(), 1));
        settings.limits.connect_ms = if kind == FaultKind::TlsTimedOut { 500 } else { 10_000 };
        let directory = begin(&settings, password("never sent"));
        let error = directory.find(&login("bob")).await.unwrap_err();
        assert_eq!(error.fault().unwrap().kind, kind, "{error:?}");
        directory.stop().await;
    }
    assert_eq!(plain.load(Ordering::Relaxed), 0, "the port without TLS was never asked");
}

#[tokio::test]
async fn a_server_that_spoke_tls_once_is_never_spoken_to_without() {
    let ad = Fixtures::load().ad;
    let ldaps = Relay::honest(port(&ad, 636)).await;
    let kerberos = Relay::honest(port(&ad, 88)).await;
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    // It says that it has no TLS, and would like to be spoken to without.
    let stage = Stage::tcp(move |mut stream| {
        count.fetch_add(1, Ordering::Relaxed);
        async move {
            let mut bytes = [0; 1_024];
            let _ = stream.read(&mut bytes).await;
            let refusal = element(0x30, &[vec![2, 1, 1], element(0x78, &[10, 1, 52, 4, 0, 4, 0])].concat());
            stream.write_all(&refusal).await.unwrap();
            let more = stream.read(&mut bytes).await.unwrap_or(0);
            assert_eq!(more, 0, "nothing follows on a connection without TLS");
        }
    })
    .await;
    let settings =
        through(settings(&ad), (ldaps.address.port(), stage.address.port(), kerberos.address.port()));
    let directory = begin(&settings, password(&ad.facts.service.password));
    directory.find(&login("bob")).await.unwrap();
    drop(ldaps);
    let fault = async {
        loop {
            if let Err(DirectoryError::Unreachable(fault)) = directory.find(&login("bob")).await
                && fault.kind == FaultKind::NoTls
            {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(90), fault).await.unwrap();
    assert!(asked.load(Ordering::Relaxed) > 0);
    assert_eq!(settings.servers[0].host, Server::new(ad.facts.host.clone()).host);
    directory.stop().await;
}
