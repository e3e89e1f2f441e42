//! Directory servers that are wrong: each gets its own code, in bounded time, and none gets a password.

use ldap3_proto::proto::{LdapOp, LdapResultCode};
use pforte_directory::ldap::{ActiveDirectory, Settings, Step, test};
use pforte_directory::{Directory, DirectoryError, Fault, FaultKind, Verdict};
use pforte_model::name::LoginName;
use rcgen::{BasicConstraints, DnType, ExtendedKeyUsagePurpose, IsCa, SanType, date_time_ymd};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::ldap_directory::{chance, clock, login, password};
use crate::ldap_stage::{
    Answer, Authority, HOST, Identity, SECRET, Script, Stage, TOP, asks_root, asks_users, bound, done, entry,
    is_person, message, notice, reference, result, root, self_signed, settings, start, user,
};

fn mara() -> LoginName {
    login("mara")
}

/// Nothing waits longer than connecting and one request may take.
const LONGEST: Duration = Duration::from_secs(4);

/// What asking for a user ends with, and that it ends.
async fn refusal(directory: &ActiveDirectory) -> DirectoryError {
    let begun = Instant::now();
    let error = directory.find(&mara()).await.unwrap_err();
    assert!(begun.elapsed() < LONGEST, "{error:?} after {:?}", begun.elapsed());
    error
}

async fn unreachable_for(directory: &ActiveDirectory) -> Fault {
    match refusal(directory).await {
        DirectoryError::Unreachable(fault) => fault,
        other => unreachable!("not unreachable: {other:?}"),
    }
}

/// The step of a test that fails first, and its fault.
async fn first_bad(settings: &Settings) -> (Step, Fault) {
    let reports = test(settings, &password(SECRET), (&clock(), &chance()), &mut |_, _| {}).await.unwrap();
    let report = reports.first().unwrap();
    let bad = report.steps.iter().filter(|step| step.step != Step::Clock);
    bad.map(|step| (step.step, step.result.clone()))
        .find_map(|(step, result)| Some((step, result.err()?)))
        .unwrap()
}

/// What a directory on this server says, in use and in a test.
async fn judged(stage: &Stage) -> (Step, Fault) {
    let directory = stage.directory();
    let fault = unreachable_for(&directory).await;
    let (step, tested) = first_bad(&stage.settings()).await;
    assert_eq!(tested.kind, fault.kind, "{tested} and {fault}");
    (step, tested)
}

/// What a server with this certificate gets. It must hear nothing at all.
async fn certified(ca: &Authority, identity: Identity) -> Fault {
    let script = Script::new(|_| None);
    let stage = Stage::tls(ca, identity, &script).await;
    let (step, fault) = judged(&stage).await;
    assert_eq!(step, Step::Certificate);
    assert!(script.heard(|_| true).is_empty(), "nothing is sent to a server whose certificate is refused");
    fault
}

async fn issued(change: impl FnOnce(&mut rcgen::CertificateParams)) -> Fault {
    let ca = Authority::new("stage CA");
    let identity = ca.issue(change);
    certified(&ca, identity).await
}

#[tokio::test]
async fn a_certificate_out_of_its_time_is_refused() {
    let fault = issued(|params| params.not_after = date_time_ymd(2021, 3, 4)).await;
    assert_eq!(fault.kind, FaultKind::CertificateExpired);
    assert!(fault.detail.contains("2021"), "{fault}");
    let fault = issued(|params| params.not_before = date_time_ymd(3021, 3, 4)).await;
    assert_eq!(fault.kind, FaultKind::CertificateNotYetValid);
}

#[tokio::test]
async fn a_certificate_of_nobody_we_trust_is_refused() {
    let (trusted, other) = (Authority::new("trusted"), Authority::new("other"));
    let fault = certified(&trusted, other.issue(|_| {})).await;
    assert_eq!(fault.kind, FaultKind::CertificateUnknownIssuer);
    assert!(fault.detail.contains("other"), "{fault}");
    assert_eq!(certified(&trusted, self_signed(|_| {})).await.kind, FaultKind::CertificateSelfSigned);
    let own_ca = self_signed(|params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained));
    assert_eq!(certified(&trusted, own_ca).await.kind, FaultKind::CertificateSelfSigned);
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let named = |name: &'static str| {
        move |params: &mut rcgen::CertificateParams| {
            params.subject_alt_names = vec![SanType::DnsName(name.try_into().unwrap())];
        }
    };
    let fault = issued(named("dc8.stage.test")).await;
    assert_eq!(fault.kind, FaultKind::CertificateWrongName);
    assert!(fault.detail.contains(HOST) && fault.detail.contains("dc8.stage.test"), "{fault}");
    let fault = issued(|params| {
        named("dc8.stage.test")(params);
        params.distinguished_name.push(DnType::CommonName, HOST);
    });
    assert_eq!(
        fault.await.kind,
        FaultKind::CertificateWrongName,
        "the common name does not count beside others"
    );
    let fault = issued(|params| params.subject_alt_names.clear()).await;
    assert_eq!(fault.kind, FaultKind::CertificateWrongName);
}

#[tokio::test]
async fn the_common_name_counts_where_there_is_no_other_name() {
    let ca = Authority::new("stage CA");
    let identity = ca.issue(|params| {
        params.subject_alt_names.clear();
        params.distinguished_name.push(DnType::CommonName, HOST.to_uppercase());
    });
    let stage = Stage::tls(&ca, identity, &Script::new(|_| None)).await;
    assert_eq!(stage.directory().find(&mara()).await.unwrap(), None);
}

#[tokio::test]
async fn a_certificate_for_another_purpose_is_refused() {
    let fault = issued(|params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]).await;
    assert_eq!(fault.kind, FaultKind::CertificateWrongPurpose);
}

#[tokio::test]
async fn a_certificate_whose_signature_is_false_is_refused() {
    let ca = Authority::new("stage CA");
    let mut identity = ca.issue(|_| {});
    let mut bytes = identity.certificate.to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    identity.certificate = bytes.into();
    let fault = certified(&ca, identity).await;
    assert_eq!(fault.kind, FaultKind::CertificateBadSignature);
}

#[tokio::test]
async fn a_self_signed_certificate_that_is_given_as_the_ca_is_taken() {
    let identity = self_signed(|_| {});
    let mut ca = Authority::new("unused");
    ca.pem = identity.pem.clone();
    let stage = Stage::tls(&ca, identity, &Script::new(|_| None)).await;
    assert_eq!(stage.directory().find(&mara()).await.unwrap(), None);
}

#[tokio::test]
async fn a_name_without_an_address_is_told() {
    let mut settings = settings(&["127.0.0.1:1".parse().unwrap()], &Authority::new("unused").pem);
    let server = settings.servers.first_mut().unwrap();
    server.host = "dc1.no-such-domain.invalid".to_owned();
    server.address = None;
    assert_eq!(unreachable_for(&start(&settings)).await.kind, FaultKind::NameNotResolved);
    let (step, fault) = first_bad(&settings).await;
    assert_eq!((step, fault.kind), (Step::Resolve, FaultKind::NameNotResolved));
}

#[tokio::test]
async fn a_closed_port_is_told() {
    let mut stage = Stage::tcp(|_| async {}).await;
    stage.end().await;
    let (step, fault) = judged(&stage).await;
    assert_eq!((step, fault.kind), (Step::Connect, FaultKind::ConnectRefused));
}

#[tokio::test]
async fn a_port_that_does_not_answer_is_told_in_time() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let full = socket.listen(1).unwrap();
    let address = full.local_addr().unwrap();
    // Nobody accepts: once the queue is full, further connections hang.
    let mut waiting = Vec::new();
    while let Ok(stream) = tokio::time::timeout(Duration::from_millis(200), TcpStream::connect(address)).await
    {
        waiting.push(stream);
        assert!(waiting.len() < 64, "the queue ends somewhere");
    }
    let settings = settings(&[address], &Authority::new("unused").pem);
    assert_eq!(unreachable_for(&start(&settings)).await.kind, FaultKind::ConnectTimedOut);
    let (step, fault) = first_bad(&settings).await;
    assert_eq!((step, fault.kind), (Step::Connect, FaultKind::ConnectTimedOut));
}

#[tokio::test]
async fn a_server_that_ends_resets_or_drops_the_setting_up_of_tls_is_told() {
    let closes = Stage::tcp(|mut stream| async move {
        let mut hello = [0; 4096];
        let _ = stream.read(&mut hello).await;
    });
    assert_eq!(judged(&closes.await).await.1.kind, FaultKind::TlsClosed);
    let resets = Stage::tcp(|mut stream| async move {
        let mut hello = [0; 16];
        let _ = stream.read(&mut hello).await;
        // Unread bytes make the end of a connection a reset.
        stream.set_zero_linger().unwrap();
    });
    assert_eq!(judged(&resets.await).await.1.kind, FaultKind::TlsReset);
    let refuses = Stage::tcp(|mut stream| async move {
        let mut hello = [0; 4096];
        let _ = stream.read(&mut hello).await;
        let handshake_failure = [0x15, 3, 3, 0, 2, 2, 40];
        let _ = stream.write_all(&handshake_failure).await;
        let _ = stream.read(&mut hello).await;
    });
    assert_eq!(judged(&refuses.await).await.1.kind, FaultKind::TlsRefused);
    let broken = Stage::tcp(|mut stream| async move {
        let mut hello = [0; 4096];
        let _ = stream.read(&mut hello).await;
        let _ = stream.write_all(&[0x16, 3, 3, 0, 4, 0x0b, 0, 0, 0]).await;
        let _ = stream.read(&mut hello).await;
    });
    assert_eq!(judged(&broken.await).await.1.kind, FaultKind::TlsBroken);
}

#[tokio::test]
async fn a_server_that_is_silent_while_tls_is_set_up_is_told_in_time() {
    let silent = Stage::tcp(|mut stream| async move {
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all).await;
    });
    assert_eq!(judged(&silent.await).await.1.kind, FaultKind::TlsTimedOut);
}

#[tokio::test]
async fn plain_text_on_the_port_is_told_and_gets_no_password() {
    let heard: Arc<Mutex<Vec<u8>>> = Arc::default();
    let notices = Arc::clone(&heard);
    let plain = Stage::tcp(move |mut stream| {
        let heard = Arc::clone(&notices);
        async move {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = stream.read(&mut bytes).await {
                heard.lock().unwrap().extend(bytes.iter().take(count));
                let _ = stream.write_all(&message(0, notice())).await;
            }
        }
    });
    assert_eq!(judged(&plain.await).await.1.kind, FaultKind::PlainText);
    let heard = heard.lock().unwrap();
    assert_eq!(heard.first(), Some(&0x16), "the first thing sent is a TLS handshake");
    assert!(!heard.windows(SECRET.len()).any(|bytes| bytes == SECRET.as_bytes()));
}

#[tokio::test]
async fn a_server_that_is_no_controller_of_the_domain_is_told_and_gets_no_password() {
    let cases = [
        (root("DC=other,DC=test"), FaultKind::OtherDomain),
        (entry("", &[("defaultNamingContext", TOP.as_bytes())]), FaultKind::NotActiveDirectory),
    ];
    for (shown, kind) in cases {
        let script = Script::new(move |op| asks_root(op).then(|| vec![Answer::Op(shown.clone()), done()]));
        let stage = Stage::ldap(&script).await;
        let (step, fault) = judged(&stage).await;
        assert_eq!((step, fault.kind), (Step::Directory, kind));
        assert!(script.heard(|op| matches!(op, LdapOp::BindRequest(_))).is_empty());
    }
}

/// What a controller gets that answers the search for the root entry like this.
async fn answers_root(answer: Answer) -> FaultKind {
    let stage = Stage::ldap(&Script::new(move |op| asks_root(op).then(|| vec![answer.clone()]))).await;
    judged(&stage).await.1.kind
}

#[tokio::test]
async fn what_is_no_ldap_is_told() {
    let deep: Vec<u8> = [0x30, 0x82, 0xff, 0xf0].into_iter().chain([0x30, 0x80].repeat(0x7ff8)).collect();
    let long = vec![0x30, 0x84, 0x7f, 0xff, 0xff, 0xff, 2, 1, 1];
    assert_eq!(
        answers_root(Answer::Raw(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec())).await,
        FaultKind::Garbage
    );
    assert_eq!(answers_root(Answer::Raw(deep)).await, FaultKind::Garbage);
    assert_eq!(answers_root(Answer::Raw(long)).await, FaultKind::TooLarge);
    assert_eq!(answers_root(Answer::Numbered(77, root(TOP))).await, FaultKind::Garbage);
    assert_eq!(answers_root(Answer::Op(notice())).await, FaultKind::Garbage);
    assert_eq!(answers_root(Answer::Numbered(0, notice())).await, FaultKind::Disconnected);
    assert_eq!(answers_root(Answer::Close).await, FaultKind::Closed);
}

#[tokio::test]
async fn a_referral_is_told_and_not_followed() {
    let referral = result(LdapResultCode::Referral, "elsewhere");
    let answers = move |op: &LdapOp| {
        asks_users(op).then(|| vec![Answer::Op(LdapOp::SearchResultDone(referral.clone()))])
    };
    let stage = Stage::ldap(&Script::new(answers)).await;
    let error = refusal(&stage.directory()).await;
    assert_eq!((error.code(), error.fault().unwrap().kind), ("directory-refused", FaultKind::Referral));
    assert_eq!(first_bad(&stage.settings()).await.1.kind, FaultKind::Referral);
}

#[tokio::test]
async fn references_to_other_places_are_passed_over() {
    let script =
        Script::new(|op| asks_users(op).then(|| vec![reference(), Answer::Op(user()), reference(), done()]));
    let stage = Stage::ldap(&script).await;
    assert_eq!(stage.directory().find(&mara()).await.unwrap().unwrap().login, "mara");
}

#[tokio::test]
async fn a_million_entries_are_stopped_at_the_bound() {
    let script = Script::new(|op| asks_users(op).then(|| vec![Answer::Flood(user())]));
    let stage = Stage::ldap(&script).await;
    let directory = stage.directory();
    let error = refusal(&directory).await;
    assert_eq!((error.code(), error.fault().unwrap().kind), ("directory-refused", FaultKind::TooMany));
    let error = directory.users("m", 500).await.unwrap_err();
    assert_eq!(error.fault().unwrap().kind, FaultKind::TooMany);
    let referring = Script::new(|op| {
        let Answer::Op(reference) = reference() else { return None };
        asks_users(op).then(|| vec![Answer::Flood(reference)])
    });
    let stage = Stage::ldap(&referring).await;
    assert_eq!(refusal(&stage.directory()).await.fault().unwrap().kind, FaultKind::TooMany);
}

#[tokio::test]
async fn answers_that_nobody_asked_for_end_the_connection_and_nothing_else() {
    let once = AtomicBool::new(true);
    let script = Script::new(move |op| {
        let flood = once.swap(!asks_users(op) && once.load(Ordering::Relaxed), Ordering::Relaxed);
        let strange = LdapOp::SearchResultDone(result(LdapResultCode::Success, &"x".repeat(1_000)));
        (asks_users(op) && flood).then(|| {
            std::iter::repeat_n(Answer::Numbered(999, strange), 2_000)
                .chain([Answer::Op(user()), done()])
                .collect()
        })
    });
    let stage = Stage::ldap(&script).await;
    let directory = stage.directory();
    let error = directory.find(&mara()).await.unwrap_err();
    assert_eq!(error.fault().unwrap().kind, FaultKind::Garbage);
    assert_eq!(directory.find(&mara()).await.unwrap(), None, "the next connection is a good one");
}

#[tokio::test]
async fn a_read_that_is_lost_with_its_connection_is_read_again() {
    let first = AtomicBool::new(true);
    let script = Script::new(move |op| {
        asks_users(op)
            .then(|| if first.swap(false, Ordering::Relaxed) { vec![Answer::Close] } else { vec![done()] })
    });
    let stage = Stage::ldap(&script).await;
    assert_eq!(stage.directory().find(&mara()).await.unwrap(), None);
    assert_eq!(script.searches(), 2);
}

/// What a person's bind gets at a server that answers it like this, and how many binds the server heard.
async fn person_bound(answers: Vec<Answer>) -> (Result<Verdict, DirectoryError>, usize) {
    let script = Script::new(move |op| {
        if asks_users(op) {
            return Some(vec![Answer::Op(user()), done()]);
        }
        is_person(op).then(|| answers.clone())
    });
    let stage = Stage::ldap(&script).await;
    let directory = stage.directory();
    let found = directory.find(&mara()).await.unwrap().unwrap();
    let begun = Instant::now();
    let outcome = directory.verify(&found, &password("typed")).await;
    assert!(begun.elapsed() < LONGEST, "{outcome:?} after {:?}", begun.elapsed());
    directory.stop().await;
    (outcome, script.heard(is_person).len())
}

#[tokio::test]
async fn a_bind_whose_answer_is_lost_is_never_sent_again() {
    for (answers, kind) in [
        (vec![Answer::Close], FaultKind::Closed),
        (vec![], FaultKind::TimedOut),
        (vec![Answer::Numbered(0, notice()), Answer::Close], FaultKind::Disconnected),
    ] {
        let (outcome, binds) = person_bound(answers).await;
        let Err(DirectoryError::AnswerLost(fault)) = outcome else { unreachable!("{outcome:?}") };
        assert_eq!((fault.kind, binds), (kind, 1));
    }
}

#[tokio::test]
async fn a_connection_with_a_bind_that_was_never_answered_is_not_used_again() {
    let script = Script::new(|op| {
        if asks_users(op) {
            return Some(vec![Answer::Op(user()), done()]);
        }
        let other = LdapOp::SearchResultDone(result(LdapResultCode::Success, ""));
        is_person(op).then(|| vec![Answer::Numbered(555, other)])
    });
    let stage = Stage::ldap(&script).await;
    let directory = stage.directory();
    let found = directory.find(&mara()).await.unwrap().unwrap();
    let error = directory.verify(&found, &password("typed")).await.unwrap_err();
    assert_eq!(error.fault().unwrap().kind, FaultKind::TimedOut);
    directory.verify(&found, &password("typed")).await.unwrap_err();
    let [first, second] = script.heard(is_person)[..] else { unreachable!("two binds") };
    assert_ne!(first, second, "the second bind goes over another connection");
}

#[tokio::test]
async fn only_success_lets_anybody_in() {
    let (outcome, binds) = person_bound(vec![bound(LdapResultCode::Success, "")]).await;
    assert_eq!((outcome, binds), (Ok(Verdict::Good), 1));
    let (outcome, _) = person_bound(vec![bound(LdapResultCode::InvalidCredentials, "")]).await;
    assert_eq!(outcome, Ok(Verdict::Wrong));
    let cases = [
        (bound(LdapResultCode::Referral, ""), FaultKind::Referral),
        (bound(LdapResultCode::StrongerAuthRequired, ""), FaultKind::BindNotAllowed),
        (bound(LdapResultCode::SaslBindInProgress, ""), FaultKind::UnexpectedResult),
        (bound(LdapResultCode::Busy, ""), FaultKind::UnexpectedResult),
        (done(), FaultKind::Garbage),
        (Answer::Op(user()), FaultKind::Garbage),
    ];
    for (answer, kind) in cases {
        let (outcome, binds) = person_bound(vec![answer]).await;
        let Err(DirectoryError::Refused(fault)) = outcome else { unreachable!("{outcome:?}") };
        assert_eq!((fault.kind, binds), (kind, 1));
    }
}

#[tokio::test]
async fn groups_that_may_not_be_read_are_not_no_groups() {
    let script = Script::new(|op| match op {
        LdapOp::SearchRequest(search) if !search.base.is_empty() => Some(vec![Answer::Op(user()), done()]),
        _ => None,
    });
    let stage = Stage::ldap(&script).await;
    let directory = stage.directory();
    let found = directory.find(&mara()).await.unwrap().unwrap();
    let error = directory.groups(&found).await.unwrap_err();
    assert_eq!(error.fault().unwrap().kind, FaultKind::GroupsUnreadable);
}

#[tokio::test]
async fn two_users_of_one_name_are_nobody() {
    let script =
        Script::new(|op| asks_users(op).then(|| vec![Answer::Op(user()), Answer::Op(user()), done()]));
    let stage = Stage::ldap(&script).await;
    assert_eq!(refusal(&stage.directory()).await.fault().unwrap().kind, FaultKind::NameAmbiguous);
}

/// Asks until it is as expected; the end of patience ends the test.
async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(seen) = ask().await {
            return seen;
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_dead_server_is_remembered_so_that_nobody_waits_and_found_again_when_it_is_back() {
    let mut stage = Stage::ldap(&Script::new(|_| None)).await;
    let directory = stage.directory();
    assert_eq!(directory.find(&mara()).await.unwrap(), None);
    stage.end().await;
    // What is wrong first depends on how far each connection was.
    unreachable_for(&directory).await;
    until("it is known what is wrong", async || {
        let fault = unreachable_for(&directory).await;
        (fault.kind == FaultKind::ConnectRefused).then_some(())
    })
    .await;
    let mut waits = Vec::new();
    for _ in 0..100 {
        let begun = Instant::now();
        let error = directory.verify_unknown(&password("typed")).await.unwrap_err();
        assert_eq!(error.code(), "directory-unreachable");
        waits.push(begun.elapsed());
    }
    // A busy machine may hold up some of them; a refusal that waits for anything holds up all.
    waits.sort_unstable();
    assert!(waits[50] < Duration::from_millis(50), "{waits:?}");
    assert!(directory.health().iter().all(|server| !server.up && server.fault.is_some()));
    stage.begin_again();
    until("the server is found again", async || directory.find(&mara()).await.ok()).await;
    assert!(directory.health().iter().all(|server| server.up && server.fault.is_none()));
}

#[tokio::test]
async fn a_server_that_falls_silent_is_dead_soon_and_nobody_waits_any_more() {
    let silent = Arc::new(AtomicBool::new(false));
    let switch = Arc::clone(&silent);
    let script = Script::new(move |_| switch.load(Ordering::Relaxed).then(Vec::new));
    let stage = Stage::ldap(&script).await;
    let mut settings = stage.settings();
    // Not the time-out of a request shows it.
    settings.limits.request_ms = 20_000;
    let directory = start(&settings);
    assert_eq!(directory.find(&mara()).await.unwrap(), None);
    until("all connections are made", async || {
        let bound = script.heard(|op| matches!(op, LdapOp::BindRequest(_))).len();
        // Four that serve, and the one that watches, which asks twice.
        (bound == 3 && script.heard(asks_root).len() >= 6).then_some(())
    })
    .await;
    silent.store(true, Ordering::Relaxed);
    let error = refusal(&directory).await;
    assert_eq!(error.fault().unwrap().kind, FaultKind::TimedOut);
    until("the server is known to be dead", async || (!directory.health().first()?.up).then_some(())).await;
    let mut waits = Vec::new();
    for _ in 0..20 {
        let begun = Instant::now();
        assert_eq!(refusal(&directory).await.code(), "directory-unreachable");
        waits.push(begun.elapsed());
    }
    waits.sort_unstable();
    assert!(waits[10] < Duration::from_millis(50), "{waits:?}");
    silent.store(false, Ordering::Relaxed);
    until("the server is found again", async || directory.find(&mara()).await.ok()).await;
}

#[tokio::test]
async fn one_slow_request_does_not_make_a_server_dead() {
    let script = Script::new(|op| {
        asks_users(op).then(|| if format!("{op:?}").contains("slow") { vec![] } else { vec![done()] })
    });
    let stage = Stage::ldap(&script).await;
    let directory = stage.directory();
    let error = directory.find(&login("slow")).await.unwrap_err();
    assert_eq!(error.fault().unwrap().kind, FaultKind::TimedOut);
    assert!(directory.health().iter().all(|server| server.up));
    assert_eq!(directory.find(&mara()).await.unwrap(), None);
}

#[tokio::test]
async fn the_next_server_is_taken_when_one_is_dead_and_the_first_one_again_when_it_is_back() {
    let ca = Authority::new("stage CA");
    let (first, second) = (Script::new(|_| None), Script::new(|_| None));
    let mut one = Stage::tls(&ca, ca.issue(|_| {}), &first).await;
    let two = Stage::tls(&ca, ca.issue(|_| {}), &second).await;
    let directory = start(&settings(&[one.address, two.address], &ca.pem));
    assert_eq!(directory.find(&mara()).await.unwrap(), None);
    assert_eq!((first.searches(), second.searches()), (1, 0));
    one.end().await;
    assert_eq!(directory.find(&mara()).await.unwrap(), None);
    assert_eq!(second.searches(), 1);
    one.begin_again();
    let before = first.searches();
    until("the first server is taken again", async || {
        directory.find(&mara()).await.unwrap();
        (first.searches() > before).then_some(())
    })
    .await;
}

/// Whether this is the service account's bind.
fn is_service(op: &LdapOp) -> bool {
    matches!(op, LdapOp::BindRequest(bind) if bind.dn.starts_with("svc@"))
}

#[tokio::test]
async fn a_server_that_lets_a_bind_wait_keeps_nobody_from_another_one() {
    let ca = Authority::new("stage CA");
    let hangs = Script::new(|op| is_service(op).then(Vec::new));
    let answers = Script::new(|_| None);
    let one = Stage::tls(&ca, ca.issue(|_| {}), &hangs).await;
    let other = "dc8.stage.test";
    let named = |params: &mut rcgen::CertificateParams| {
        params.subject_alt_names = vec![SanType::DnsName(other.try_into().unwrap())];
    };
    let two = Stage::tls(&ca, ca.issue(named), &answers).await;
    let mut settings = settings(&[one.address, two.address], &ca.pem);
    other.clone_into(&mut settings.servers[1].host);
    settings.limits.connect_ms = 10_000;
    let begun = Instant::now();
    let _directory = start(&settings);
    // Those that wait for the fall of the first one; a turn is waited for ten times shorter than the bind.
    until("the second one has its connections", async || {
        (answers.heard(is_service).len() >= 2).then_some(())
    })
    .await;
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    assert_eq!(hangs.heard(is_service).len(), 1, "at one controller the password is sent once at a time");
}

#[tokio::test]
async fn more_people_than_can_be_served_are_told_so_in_time() {
    let script = Script::new(|op| {
        if asks_users(op) {
            return Some(vec![Answer::Op(user()), done()]);
        }
        is_person(op).then(Vec::new)
    });
    let stage = Stage::ldap(&script).await;
    let directory = stage.directory();
    let found = directory.find(&mara()).await.unwrap().unwrap();
    let busy = AtomicUsize::new(0);
    let typed = password("typed");
    let everybody = (0..2_000).map(|_| async {
        if directory.verify(&found, &typed).await == Err(DirectoryError::Busy) {
            busy.fetch_add(1, Ordering::Relaxed);
        }
    });
    let begun = Instant::now();
    futures_util::future::join_all(everybody).await;
    assert!(begun.elapsed() < LONGEST, "{:?}", begun.elapsed());
    assert!(busy.load(Ordering::Relaxed) > 900, "{busy:?} of 2000");
    let binds = script.heard(is_person).len();
    assert!(binds <= 3, "{binds} binds");
}

/// Whether this asks what the server is.
fn asks_site(op: &LdapOp) -> bool {
    matches!(op, LdapOp::SearchRequest(search) if search.attrs.iter().any(|name| name.eq_ignore_ascii_case("netlogon")))
}

#[tokio::test]
async fn an_answer_that_came_too_late_for_the_watch_does_not_make_the_server_a_wrong_one() {
    // A busy server, which tells what it is after nobody waits for that any more.
    let script =
        Script::new(|op| asks_site(op).then(|| vec![Answer::Silence(Duration::from_millis(800)), done()]));
    let stage = Stage::ldap(&script).await;
    let directory = stage.directory();
    let asked_again = async {
        while script.heard(asks_site).is_empty() {
            tokio::task::yield_now().await;
        }
        let watch = script.heard(asks_site)[0];
        // What it is at first, its site, and twice whether it is there.
        while script.heard(asks_root).iter().filter(|connection| **connection == watch).count() < 4 {
            assert_eq!(script.heard(asks_site).len(), 1, "the connection of the watch is kept");
            assert!(directory.health().iter().all(|server| server.up), "{:?}", directory.health());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), asked_again).await.unwrap();
    directory.stop().await;
}
