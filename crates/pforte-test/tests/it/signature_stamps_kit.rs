//! A time stamp authority for tests: OpenSSL behind HTTP.

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use pforte_verify::time_stamp::Authority;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The keys and habits of an authority.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    /// Arguments of `openssl req` for its key.
    pub(crate) key: &'static [&'static str],
    /// The hash that it signs with.
    pub(crate) digest: &'static str,
    /// The hash that names its certificate.
    pub(crate) names_by: &'static str,
}

/// RSA, with the certificate named as older authorities do.
pub(crate) const RSA: Kind = Kind { key: &["-newkey", "rsa:2048"], digest: "sha512", names_by: "sha1" };

/// ECDSA with P-256.
pub(crate) const P256: Kind = Kind {
    key: &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
    digest: "sha256",
    names_by: "sha256",
};

/// ECDSA with P-384.
pub(crate) const P384: Kind = Kind {
    key: &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
    digest: "sha384",
    names_by: "sha384",
};

/// How certificates are made, and how time stamps are.
const CONFIG: &str = "\
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[stamps]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[not-critical]
extendedKeyUsage = timeStamping
[more]
extendedKeyUsage = critical, timeStamping, clientAuth
[other]
extendedKeyUsage = critical, clientAuth
[none]
basicConstraints = critical, CA:FALSE
[tsa]
default_tsa = authority
[authority]
serial = serial
signer_cert = tsa.pem
certs = middle.pem
signer_key = tsa.key
signer_digest = DIGEST
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1, millisecs:500
clock_precision_digits = 6
ordering = yes
tsa_name = yes
ess_cert_id_alg = NAMES_BY
";

/// The files of an authority: a root, an issuer in between, and who signs.
pub(crate) struct Keys(TempDir);

impl Keys {
    pub(crate) fn new(kind: Kind) -> Self {
        let keys = Self(tempfile::tempdir().unwrap());
        let config = CONFIG.replace("DIGEST", kind.digest).replace("NAMES_BY", kind.names_by);
        keys.write("openssl.cnf", config.as_bytes());
        keys.write("serial", b"01\n");
        let root = "req -config openssl.cnf -x509 -new -nodes -days 3 -subj /CN=root -extensions ca \
            -keyout root.key -out root.pem";
        keys.openssl(&[&root.split_whitespace().collect::<Vec<_>>(), kind.key].concat());
        keys.certificate("middle", "root", "ca", kind.key);
        keys.certificate("tsa", "middle", "stamps", kind.key);
        keys
    }

    /// Makes a key and its certificate.
    pub(crate) fn certificate(&self, name: &str, issuer: &str, extensions: &str, key: &[&str]) {
        let asked = format!(
            "req -config openssl.cnf -new -nodes -subj /CN={name} -keyout {name}.key -out {name}.csr"
        );
        self.openssl(&[&asked.split_whitespace().collect::<Vec<_>>(), key].concat());
        let made = format!(
            "x509 -req -in {name}.csr -CA {issuer}.pem -CAkey {issuer}.key -CAcreateserial -sha256 -days 2 \
            -extfile openssl.cnf -extensions {extensions} -out {name}.pem"
        );
        self.openssl(&made.split_whitespace().collect::<Vec<_>>());
    }

    /// Runs OpenSSL in the folder.
    pub(crate) fn openssl(&self, arguments: &[&str]) {
        let ran = self.ran(arguments);
        let told = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "openssl {arguments:?}: {told}");
    }

    fn ran(&self, arguments: &[&str]) -> Output {
        Command::new("openssl").args(arguments).current_dir(self.0.path()).output().unwrap()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: &[u8]) {
        std::fs::write(self.path(name), content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap()
    }

    /// What is trusted.
    pub(crate) fn root(&self) -> Vec<Authority> {
        Authority::read(&self.read("root.pem")).unwrap()
    }

    /// Answers a question.
    pub(crate) fn answer(&self, question: &[u8]) -> Vec<u8> {
        self.write("question", question);
        self.openssl(&["ts", "-reply", "-config", "openssl.cnf", "-queryfile", "question", "-out", "answer"]);
        self.read("answer")
    }

    /// The configuration of a server that asks at this address.
    pub(crate) fn config(&self, address: SocketAddr) -> String {
        let root = self.path("root.pem");
        format!(
            "[signature]\ntime_stamp_url = 'http://{address}/tsa'\ntime_stamp_certificate = '{}'\n",
            root.display()
        )
    }
}

/// How an authority answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    Well,
    /// Nothing that has a meaning.
    Garbage,
    /// Ten megabytes.
    Long,
    /// What somebody else asked: another number.
    OtherNonce,
    /// What somebody else asked: another text.
    OtherText,
    /// It does not want to.
    Refuses,
    /// HTTP 503.
    Unavailable,
}

/// Where the hash and the number stand in a question of ours.
const HASH: usize = 24;
const NONCE: usize = 60;

fn respond(keys: &Keys, how: How, question: &[u8]) -> (StatusCode, Vec<u8>) {
    let altered = |at: usize| {
        let mut question = question.to_vec();
        question[at] ^= 1;
        keys.answer(&question)
    };
    let answer = match how {
        How::Well => keys.answer(question),
        How::Garbage => b"<html>Welcome to the guest network</html>".to_vec(),
        How::Long => vec![0x30; 10_000_000],
        How::OtherNonce => altered(NONCE),
        How::OtherText => altered(HASH),
        How::Refuses => vec![0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02],
        How::Unavailable => return (StatusCode::SERVICE_UNAVAILABLE, keys.answer(question)),
    };
    (StatusCode::OK, answer)
}

/// An authority that is reached by HTTP.
pub(crate) struct Tsa {
    pub(crate) address: SocketAddr,
    how: Arc<Mutex<How>>,
    asked: Arc<AtomicUsize>,
    serving: JoinHandle<()>,
}

impl Tsa {
    /// Answers at this port; 0 is any.
    #[expect(clippy::disallowed_methods, reason = "the tracker is the server's; this is another program")]
    pub(crate) async fn start(port: u16, keys: Arc<Keys>, how: How) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (how, asked) = (Arc::new(Mutex::new(how)), Arc::new(AtomicUsize::new(0)));
        let (now, count) = (Arc::clone(&how), Arc::clone(&asked));
        let serving = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (keys, now, count) = (Arc::clone(&keys), Arc::clone(&now), Arc::clone(&count));
                let answer = service_fn(move |request: Request<Incoming>| {
                    let (keys, now, count) = (Arc::clone(&keys), Arc::clone(&now), Arc::clone(&count));
                    async move {
                        let (parts, body) = request.into_parts();
                        assert_eq!(parts.headers["content-type"], "application/timestamp-query");
                        let body = body.collect().await.unwrap().to_bytes();
                        let how = *now.lock().unwrap();
                        let (status, answer) = respond(&keys, how, &body);
                        count.fetch_add(1, Ordering::SeqCst);
                        let mut answer = Response::new(Full::new(Bytes::from(answer)));
                        *answer.status_mut() = status;
                        Ok::<_, Infallible>(answer)
                    }
                });
                let http = hyper::server::conn::http1::Builder::new();
                tokio::spawn(http.serve_connection(TokioIo::new(stream), answer));
            }
        });
        Self { address, how, asked, serving }
    }

    /// From now on it answers so.
    pub(crate) fn set(&self, how: How) {
        *self.how.lock().unwrap() = how;
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// Ends it; its port is free then.
    pub(crate) async fn stop(mut self) {
        self.serving.abort();
        assert!((&mut self.serving).await.is_err());
    }
}

impl Drop for Tsa {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
