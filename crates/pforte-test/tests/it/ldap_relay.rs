//! Somebody who stands between Pforte and the domain controller.

use pforte_directory::ldap::{Server, Settings};
use pforte_test::ad::Ad;
use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, Issuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// What is made of the frames of one direction; each call gets the next frame, or the end.
pub(crate) type Alter = Box<dyn FnMut(Vec<u8>) -> Vec<Vec<u8>> + Send>;

/// Makes what alters the frames from the server of one connection.
pub(crate) type Attack = Arc<dyn Fn(usize) -> Alter + Send + Sync>;

/// A relay on a port of its own, until it is dropped.
pub(crate) struct Relay {
    pub(crate) address: SocketAddr,
    /// What the client sent, where it could be read.
    pub(crate) heard: Arc<Mutex<Vec<u8>>>,
    /// Connections that were made.
    made: Arc<AtomicUsize>,
    /// Whether everything is passed on as it is.
    open: Arc<AtomicBool>,
    _tasks: JoinSet<()>,
}

impl Relay {
    async fn begin<F>(
        target: SocketAddr,
        relay: impl Fn(TcpStream, TcpStream, usize) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (mut tasks, made) = (JoinSet::new(), Arc::<AtomicUsize>::default());
        let count = Arc::clone(&made);
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(target).await else { continue };
                connections.spawn(relay(client, server, count.fetch_add(1, Ordering::Relaxed)));
            }
        });
        Self { address, heard: Arc::default(), made, open: Arc::default(), _tasks: tasks }
    }

    /// How many connections were made.
    pub(crate) fn tries(&self) -> usize {
        self.made.load(Ordering::Relaxed)
    }

    /// Passes new connections on as they are, from now on.
    pub(crate) fn let_through(&self) {
        self.open.store(true, Ordering::Relaxed);
    }

    /// Passes everything on.
    pub(crate) async fn honest(target: SocketAddr) -> Self {
        Self::begin(target, |mut client, mut server, _| async move {
            let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
        })
        .await
    }

    /// Alters what the server says after the bind, frame by frame.
    pub(crate) async fn tampering(target: SocketAddr, attack: Attack) -> Self {
        Self::begin(target, move |client, server, number| {
            let alter = attack(number);
            async move {
                let (mut from_client, mut to_client) = client.into_split();
                let (mut from_server, mut to_server) = server.into_split();
                let up = async { drop(tokio::io::copy(&mut from_client, &mut to_server).await) };
                tokio::select! {
                    () = up => {}
                    _ = altered(&mut from_server, &mut to_client, alter) => {}
                }
            }
        })
        .await
    }

    /// Ends TLS with a certificate of the domain's own CA and begins it anew.
    pub(crate) async fn between(ad: &Ad, target: SocketAddr) -> Self {
        let (acceptor, connector) = (acceptor(ad), connector(ad));
        let (heard, host) = (Arc::<Mutex<Vec<u8>>>::default(), ad.facts.host.clone());
        let (kept, open) = (Arc::clone(&heard), Arc::<AtomicBool>::default());
        let opened = Arc::clone(&open);
        let relay = Self::begin(target, move |mut client, mut server, _| {
            let (acceptor, connector, heard) = (acceptor.clone(), connector.clone(), Arc::clone(&kept));
            let name = host.clone().try_into().unwrap();
            let open = opened.load(Ordering::Relaxed);
            async move {
                if open {
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                    return;
                }
                let Ok(client) = acceptor.accept(client).await else { return };
                let Ok(server) = connector.connect(name, server).await else { return };
                let (mut from_client, mut to_client) = tokio::io::split(client);
                let (mut from_server, mut to_server) = tokio::io::split(server);
                tokio::select! {
                    _ = noted(&mut from_client, &mut to_server, &heard) => {}
                    _ = tokio::io::copy(&mut from_server, &mut to_client) => {}
                }
            }
        })
        .await;
        Self { heard, open, ..relay }
    }
}

async fn noted(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    heard: &Mutex<Vec<u8>>,
) -> std::io::Result<()> {
    let mut bytes = vec![0; 1 << 14];
    loop {
        let count = from.read(&mut bytes).await?;
        if count == 0 {
            return to.shutdown().await;
        }
        heard.lock().unwrap().extend_from_slice(&bytes[..count]);
        to.write_all(&bytes[..count]).await?;
        to.flush().await?;
    }
}

/// Passes on the three answers of the bind, then frames.
async fn altered(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    mut alter: Alter,
) -> std::io::Result<()> {
    for _ in 0..3 {
        let mut head = [0; 2];
        from.read_exact(&mut head).await?;
        let mut length = usize::from(head[1]);
        let mut longer = vec![0; if length < 0x80 { 0 } else { length & 0x7f }];
        from.read_exact(&mut longer).await?;
        if length >= 0x80 {
            length = longer.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
        }
        let mut rest = vec![0; length];
        from.read_exact(&mut rest).await?;
        to.write_all(&[&head[..], &longer, &rest].concat()).await?;
    }
    loop {
        let length = from.read_u32().await?;
        let mut frame = length.to_be_bytes().to_vec();
        frame.resize(4 + usize::try_from(length).unwrap(), 0);
        from.read_exact(&mut frame[4..]).await?;
        for frame in alter(frame) {
            to.write_all(&frame).await?;
        }
    }
}

fn acceptor(ad: &Ad) -> TlsAcceptor {
    TlsAcceptor::from(shown_for(ad, rustls::DEFAULT_VERSIONS))
}

/// Shows a certificate for the domain controller's name, issued by the domain's CA.
pub(crate) fn shown_for(
    ad: &Ad,
    versions: &[&'static rustls::SupportedProtocolVersion],
) -> Arc<ServerConfig> {
    let read = |path| std::fs::read_to_string(path).unwrap();
    let key = KeyPair::from_pem(&read(&ad.facts.ca_key)).unwrap();
    let issuer = Issuer::from_ca_cert_pem(&read(&ad.facts.ca_certificate), key).unwrap();
    let mut params = CertificateParams::new(vec![ad.facts.host.clone()]).unwrap();
    params.extended_key_usages.push(ExtendedKeyUsagePurpose::ServerAuth);
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &issuer).unwrap();
    let config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::from(key))
        .unwrap();
    Arc::new(config)
}

fn connector(ad: &Ad) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(rustls::pki_types::CertificateDer::from_pem_file(&ad.facts.ca_certificate).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

fn provider() -> Arc<rustls::crypto::CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}

/// The controller's port.
pub(crate) fn port(ad: &Ad, port: u16) -> SocketAddr {
    SocketAddr::new(ad.facts.address.parse().unwrap(), port)
}

/// The settings with these relays in place of the controller's ports.
pub(crate) fn through(settings: Settings, (ldaps, ldap, kerberos): (u16, u16, u16)) -> Settings {
    let host = settings.servers[0].host.clone();
    let address = Some([127, 0, 0, 1].into());
    let server =
        Server { port: ldaps, ldap_port: ldap, kerberos_port: kerberos, address, ..Server::new(host) };
    Settings { servers: vec![server], ..settings }
}
