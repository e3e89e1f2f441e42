//! Log-ons against the domain controller, beside its own search and bind over the
//! same kind of kept LDAPS connections in the same run.
//!
//! A log-on here is what the server does with the directory: find the user, verify
//! the password by one bind, read all groups, nested ones too. At one client it is
//! set beside one search and one bind, at 64 beside the controller's bind rate over
//! as many connections as Pforte binds on.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement stops here and tells its figures"
)]

use futures_util::{SinkExt, StreamExt};
use ldap3_proto::LdapCodec;
use ldap3_proto::proto::{
    LdapBindCred, LdapBindRequest, LdapDerefAliases, LdapFilter, LdapMsg, LdapOp, LdapResultCode,
    LdapSearchRequest, LdapSearchScope,
};
use pforte_bench::measure::{Load, busy, load, median};
use pforte_directory::kerberos::Chance;
use pforte_directory::ldap::{ActiveDirectory, Ca, Limits, Server, Settings};
use pforte_directory::secret::Password;
use pforte_directory::{Directory, Verdict};
use pforte_model::name::LoginName;
use pforte_model::time::Micros;
use pforte_test::Fixtures;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, UNIX_EPOCH};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_util::codec::Framed;
use xtask::servers::file::ActiveDirectory as Facts;

const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(4);

/// Users with a password, `bulk0000` and on.
const USERS: usize = 100;

/// The domain controller as its own clients see it: some connections, taken in turn.
struct Bare {
    facts: Arc<Facts>,
    links: Vec<Mutex<Link>>,
}

struct Link {
    framed: Framed<TlsStream<TcpStream>, LdapCodec>,
    id: i32,
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        println!("load of the machine {}", busy());
        let facts = Fixtures::load().ad.facts;
        let directory = Arc::new(start(&facts));
        let links = usize::from(Limits::default().bind_connections);
        let bare = Arc::new(Bare::connect(&facts, links).await);
        let service = Arc::new(Bare::connect(&facts, 1).await);
        service.bind(0, &facts.service.user, &facts.service.password).await;
        warm(&directory, &bare).await;
        one_client(&directory, &bare, &service).await;
        many_clients(&directory, &bare).await;
        directory.stop().await;
        println!("load of the machine {}", busy());
    });
}

/// The first bind of a user costs the controller more than those after it.
async fn warm(directory: &ActiveDirectory, bare: &Bare) {
    for number in 0..USERS {
        bare.bind_user(number).await;
        log_on(directory, &bare.facts, number).await;
    }
}

async fn one_client(directory: &Arc<ActiveDirectory>, bare: &Arc<Bare>, service: &Arc<Bare>) {
    let (mut ours, mut theirs, mut over) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let own = log_ons(directory, &bare.facts, 1).await.within(0.5);
        let (binding, searching, next) = (Arc::clone(bare), Arc::clone(service), AtomicUsize::new(0));
        let peer = load(1, ROUND, move |_| {
            let (bare, service) = (Arc::clone(&binding), Arc::clone(&searching));
            let number = next.fetch_add(1, Ordering::Relaxed);
            async move {
                service.find(number).await;
                bare.bind_user(number).await;
            }
        });
        let peer = peer.await.within(0.5);
        over.push(own - peer);
        ours.push(own);
        theirs.push(peer);
    }
    let (ours, theirs, over) = (median(ours), median(theirs), median(over));
    println!(
        " 1 client:  log-on p50 {ours:.2} ms; the controller's own search and bind {theirs:.2} ms; {over:+.2} ms over"
    );
}

async fn many_clients(directory: &Arc<ActiveDirectory>, bare: &Arc<Bare>) {
    let (mut ours, mut theirs, mut ratios, mut p99) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let own = log_ons(directory, &bare.facts, 64).await;
        let (binding, next) = (Arc::clone(bare), AtomicUsize::new(0));
        let peer = load(64, ROUND, move |_| {
            let (bare, number) = (Arc::clone(&binding), next.fetch_add(1, Ordering::Relaxed));
            async move { bare.bind_user(number).await }
        });
        let peer = peer.await.rate;
        ratios.push(own.rate / peer);
        p99.push(own.within(0.99));
        ours.push(own.rate);
        theirs.push(peer);
    }
    let (ours, theirs, ratio, p99) = (median(ours), median(theirs), median(ratios), median(p99));
    println!(
        "64 clients: {ours:.0} log-ons/s, p99 {p99:.0} ms; the controller's own binds {theirs:.0}/s; ratio {ratio:.2}"
    );
}

async fn log_ons(directory: &Arc<ActiveDirectory>, facts: &Arc<Facts>, clients: usize) -> Load {
    let (directory, facts, next) = (Arc::clone(directory), Arc::clone(facts), AtomicUsize::new(0));
    let one = move |_| {
        let (directory, facts) = (Arc::clone(&directory), Arc::clone(&facts));
        let number = next.fetch_add(1, Ordering::Relaxed);
        async move { log_on(&directory, &facts, number).await }
    };
    load(clients, ROUND, one).await
}

async fn log_on(directory: &ActiveDirectory, facts: &Facts, number: usize) {
    let login = LoginName::parse(&login(number)).unwrap();
    let found = directory.find(&login).await.unwrap().unwrap();
    let password = Password::parse(&facts.user_password).unwrap();
    let (outcome, groups) = tokio::join!(directory.verify(&found, &password), directory.groups(&found));
    assert_eq!(outcome.unwrap(), Verdict::Good);
    assert!(groups.unwrap().groups.len() > 1);
}

fn login(number: usize) -> String {
    format!("bulk{:04}", number % USERS)
}

fn start(facts: &Facts) -> ActiveDirectory {
    let server = Server { address: Some(facts.address.parse().unwrap()), ..Server::new(facts.host.clone()) };
    let settings = Settings {
        servers: vec![server],
        ca: Ca::File(facts.ca_certificate.clone()),
        ..Settings::new(facts.domain.clone(), format!("{}@{}", facts.service.user, facts.domain))
    };
    let clock: pforte_directory::ldap::Clock =
        Arc::new(|| Micros(i64::try_from(UNIX_EPOCH.elapsed().unwrap().as_micros()).unwrap()));
    let password = Password::parse(&facts.service.password).unwrap();
    ActiveDirectory::start(&settings, password, clock, Chance::new([7; 32])).unwrap()
}

impl Bare {
    async fn connect(facts: &Arc<Facts>, count: usize) -> Self {
        let mut links = Vec::new();
        for _ in 0..count {
            links.push(Mutex::new(Link { framed: connect(facts).await, id: 0 }));
        }
        Self { facts: Arc::clone(facts), links }
    }

    async fn bind_user(&self, number: usize) {
        self.bind(number, &login(number), &self.facts.user_password).await;
    }

    async fn bind(&self, place: usize, login: &str, password: &str) {
        // Binding by distinguished name is the cheapest for the controller.
        let dn = if login == self.facts.service.user {
            format!("{login}@{}", self.facts.domain)
        } else {
            format!("CN={login},OU=People,{}", self.facts.base)
        };
        let bind = LdapBindRequest { version: 3, dn, cred: LdapBindCred::Simple(password.to_owned()) };
        let answers = self.ask(place, LdapOp::BindRequest(bind)).await;
        let Some(LdapOp::BindResponse(answer)) = answers.last() else { return assert_eq!(answers, []) };
        assert_eq!(answer.res.code, LdapResultCode::Success);
    }

    async fn find(&self, number: usize) {
        let equal =
            |attribute: &str, value: &str| LdapFilter::Equality(attribute.to_owned(), value.to_owned());
        let search = LdapSearchRequest {
            base: self.facts.base.clone(),
            scope: LdapSearchScope::Subtree,
            aliases: LdapDerefAliases::Never,
            sizelimit: 2,
            timelimit: 0,
            typesonly: false,
            filter: LdapFilter::And(vec![
                equal("objectCategory", "person"),
                equal("objectClass", "user"),
                equal("sAMAccountName", &login(number)),
            ]),
            attrs: vec!["objectGUID".to_owned(), "objectSid".to_owned()],
        };
        let answers = self.ask(0, LdapOp::SearchRequest(search)).await;
        assert!(answers.iter().any(|answer| matches!(answer, LdapOp::SearchResultEntry(_))), "{answers:?}");
    }

    /// Asks on one of the connections and reads to the end of the answer.
    async fn ask(&self, place: usize, op: LdapOp) -> Vec<LdapOp> {
        let mut link = self.links.get(place % self.links.len()).unwrap().lock().await;
        link.id += 1;
        let asked = LdapMsg { msgid: link.id, op, ctrl: Vec::new() };
        link.framed.send(asked).await.unwrap();
        let mut answers = Vec::new();
        loop {
            answers.push(link.framed.next().await.unwrap().unwrap().op);
            if matches!(answers.last(), Some(LdapOp::BindResponse(_) | LdapOp::SearchResultDone(_))) {
                return answers;
            }
        }
    }
}

async fn connect(facts: &Facts) -> Framed<TlsStream<TcpStream>, LdapCodec> {
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
