//! A shift change: five thousand people log on, each once.

use crate::{known, log_on, start};
use futures_util::{SinkExt, StreamExt};
use ldap3_proto::LdapCodec;
use ldap3_proto::proto::{LdapBindCred, LdapBindRequest, LdapMsg, LdapOp, LdapResultCode};
use pforte_bench::measure::{Load, median};
use pforte_directory::Directory;
use pforte_directory::ldap::{ActiveDirectory, Limits};
use pforte_directory::secret::Password;
use pforte_test::Fixtures;
use pforte_test::ad::Ad;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_util::codec::Framed;
use xtask::servers::file::ActiveDirectory as Facts;
use xtask::servers::ldif::Ldif;
use xtask::servers::population::{DOMAIN, USER_PASSWORD, user_dn};

const PEOPLE: usize = 5_000;
const CONNECTIONS: u8 = 64;
const ROUNDS: usize = 3;
/// People whom the directory takes up at once.
const BATCH: usize = 250;

type Link = Framed<TlsStream<TcpStream>, LdapCodec>;

pub(crate) async fn measure() {
    let ad = Fixtures::load().ad;
    enrol(&ad).await;
    let facts = Arc::clone(&ad.facts);
    let usual = Limits { request_ms: 30_000, ..Limits::default() };
    // A controller of few processes has some of them idle where connections are few.
    for limits in [usual, Limits { bind_connections: 16, read_connections: 8, ..usual }] {
        let directory = start(&[&facts], limits);
        known(&directory, |_| true).await;
        // The first bind of a user costs the controller more than those after it.
        storm(&facts).await;
        let (mut rates, mut tails, mut ours) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let bare = storm(&facts).await;
            let own = shift(&directory).await;
            assert_eq!((own.count(), bare.count()), (PEOPLE, PEOPLE), "somebody is lost");
            rates.push(own.rate / bare.rate);
            tails.push(own.within(0.99) / bare.within(0.99));
            ours.push(own.rate);
        }
        println!(
            "{PEOPLE} people at 64 stations, {} connections for binds and {} for reads: {:.0} log-ons/s, none lost; \
             {:.2} of the rate of bare binds over {CONNECTIONS} connections, p99 {:.2} of theirs",
            limits.bind_connections,
            limits.read_connections,
            median(ours),
            median(rates),
            median(tails)
        );
        directory.stop().await;
    }
}

fn name(number: usize) -> String {
    format!("shift{number:04}")
}

/// Makes the people, where they are not there from another run.
async fn enrol(ad: &Ad) {
    if ad.act(|admin| admin.values(&name(PEOPLE - 1), "cn")).await.is_empty() {
        for begin in (0..PEOPLE).step_by(BATCH) {
            let add = |ldif: Ldif, number: usize| {
                let login = name(number);
                ldif.user(&user_dn(&login), &login, &format!("{login}@{DOMAIN}"), USER_PASSWORD)
            };
            let batch = (begin..begin + BATCH).fold(Ldif::default(), add);
            ad.act(move |admin| admin.change(&batch)).await;
        }
    }
}

/// Everybody logs on, 64 at a time.
async fn shift(directory: &Arc<ActiveDirectory>) -> Load {
    let (next, begun, mut tasks) = (Arc::new(AtomicUsize::new(0)), Instant::now(), JoinSet::new());
    for _ in 0..CONNECTIONS {
        let (directory, next) = (Arc::clone(directory), Arc::clone(&next));
        tasks.spawn(async move {
            let (password, mut times) = (Password::parse(USER_PASSWORD).unwrap(), Vec::new());
            while let Some(number) = take(&next) {
                let asked = Instant::now();
                log_on(&directory, &name(number), &password).await.unwrap();
                times.push(asked.elapsed());
            }
            times
        });
    }
    Load::of(tasks.join_all().await.concat(), begun.elapsed())
}

fn take(next: &AtomicUsize) -> Option<usize> {
    Some(next.fetch_add(1, Ordering::Relaxed)).filter(|number| *number < PEOPLE)
}

/// Everybody binds, over so many kept connections.
async fn storm(facts: &Arc<Facts>) -> Load {
    let mut links = Vec::new();
    for _ in 0..CONNECTIONS {
        links.push(connect(facts).await);
    }
    let (next, begun, mut tasks) = (Arc::new(AtomicUsize::new(0)), Instant::now(), JoinSet::new());
    for mut link in links {
        let next = Arc::clone(&next);
        tasks.spawn(async move {
            let mut times: Vec<Duration> = Vec::new();
            while let Some(number) = take(&next) {
                let asked = Instant::now();
                bind(&mut link, i32::try_from(times.len()).unwrap() + 1, user_dn(&name(number))).await;
                times.push(asked.elapsed());
            }
            times
        });
    }
    Load::of(tasks.join_all().await.concat(), begun.elapsed())
}

async fn bind(link: &mut Link, msgid: i32, dn: String) {
    let bind = LdapBindRequest { version: 3, dn, cred: LdapBindCred::Simple(USER_PASSWORD.to_owned()) };
    link.send(LdapMsg { msgid, op: LdapOp::BindRequest(bind), ctrl: Vec::new() }).await.unwrap();
    let answer = link.next().await.unwrap().unwrap().op;
    let good = matches!(&answer, LdapOp::BindResponse(bound) if bound.res.code == LdapResultCode::Success);
    assert!(good, "{answer:?}");
}

async fn connect(facts: &Facts) -> Link {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&facts.ca_certificate).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config =
        rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let stream = TcpStream::connect((facts.address.as_str(), 636)).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let name = ServerName::try_from(facts.host.clone()).unwrap();
    let tls = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
    Framed::new(tls, LdapCodec::new(Some(1 << 20), None))
}
