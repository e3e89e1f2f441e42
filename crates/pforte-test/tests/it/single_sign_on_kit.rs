//! A server with the fixtures' domain and a keytab of its own, and clients with tickets.

use crate::admin_kit::{get, with_domain};
use crate::ldap_directory::{chance, clock, password};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pforte_directory::kerberos::gss::{self, Over};
use pforte_directory::kerberos::{Client, Credential, Name};
use pforte_test::Server;
use pforte_test::ad::Ad;
use pforte_test::http::{Answer, Caller};
use pforte_test::server::{ADMIN, Engine};
use serde_json::json;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::Instant;

/// A server that takes tickets.
pub(crate) struct Stage {
    pub(crate) server: Server,
    pub(crate) ad: Ad,
    /// The directory's identifier.
    pub(crate) directory: String,
    /// The account of its service.
    pub(crate) account: String,
    /// The server's name, of which nothing but its certificate and the domain know.
    pub(crate) host: String,
    /// Its keytab as exported.
    pub(crate) keytab: Vec<u8>,
}

impl Stage {
    pub(crate) async fn start() -> Self {
        let ad = pforte_test::Fixtures::load().ad;
        let (account, host) = ad.act(xtask::servers::admin::Admin::new_web_service).await;
        let mut server = Server::start_with(
            Engine::Sqlite,
            &format!("[listen]\nnames = [\"{host}\"]\n[throttle]\nfree = 1\n"),
        )
        .await;
        to_now(&mut server).await;
        let keytab = export(&ad, &host).await;
        let (_, directory) = with_domain(&server).await;
        let stage = Self { server, ad, directory, account, host, keytab };
        stage.install(&stage.keytab).await;
        stage
    }

    /// Gives the directory this keytab; it must be taken.
    pub(crate) async fn install(&self, keytab: &[u8]) {
        let answer = self.put(keytab).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    pub(crate) async fn put(&self, keytab: &[u8]) -> Answer {
        let path = format!("/directories/{}", self.directory);
        let version = get(&self.server, &path).await["version"].clone();
        let body = json!({ "version": version, "keytab": STANDARD.encode(keytab) });
        self.server.admin("PUT", &format!("{path}/keytab")).json(&body).await
    }

    /// A ticket of a user for this server's service.
    pub(crate) async fn ticket(&self, login: &str) -> Credential {
        ticket(&self.ad, login, &self.host).await
    }

    /// A new token of a ticket, bound to nothing.
    pub(crate) fn token(ticket: &Credential) -> Vec<u8> {
        gss::begin(ticket, Over::Nothing, clock()(), &chance()).1
    }

    /// A log-on by a token, as a program makes it.
    pub(crate) async fn show(&self, token: &[u8]) -> Answer {
        shown(self.server.call("POST", "/sessions/negotiate"), token).json(&json!({})).await
    }

    /// Logs a user on by a new token of a new ticket.
    pub(crate) async fn log_on(&self, login: &str) -> Answer {
        self.show(&Self::token(&self.ticket(login).await)).await
    }

    /// Why the newest log-on was refused, as the log tells it.
    pub(crate) async fn reason(&self) -> String {
        let refused = self.server.events_of("log-on-refused").await.pop().unwrap();
        refused["reason"].as_str().unwrap_or_default().to_owned()
    }
}

/// Shows a token with a call.
pub(crate) fn shown(call: Caller, token: &[u8]) -> Caller {
    call.header("authorization", &format!("Negotiate {}", STANDARD.encode(token)))
}

/// The keytab of the service of browsers on a host.
pub(crate) async fn export(ad: &Ad, host: &str) -> Vec<u8> {
    let (facts, principal) = (std::sync::Arc::clone(&ad.facts), format!("HTTP/{host}"));
    ad.act(move |_| xtask::servers::samba::keytab(&facts, &principal)).await
}

/// Puts a server's clock to the time of day: tickets tell the real one.
pub(crate) async fn to_now(server: &mut Server) {
    let behind = clock()().since(server.running().app().clock.micros());
    server.hands().shift_wall(behind);
    server.admin = server.token(ADMIN.0, ADMIN.1).await;
}

/// A ticket of a user for a service of browsers on a host.
pub(crate) async fn ticket(ad: &Ad, login: &str, host: &str) -> Credential {
    let (facts, until) = (&ad.facts, Instant::now() + Duration::from_secs(10));
    let client = Client::new(&facts.domain, clock(), chance());
    let centres: Vec<SocketAddr> = vec![format!("{}:88", facts.address).parse().unwrap()];
    let typed = password(&facts.user_password);
    let held = client.log_in(&centres, &Name::user(login), &typed, until).await.unwrap();
    client.ticket(&centres, &held, &Name::service("HTTP", host), until).await.unwrap()
}
