//! The targets, by the peer whose words they read.

mod administrator;
mod caller;
mod controller;
mod host;
mod kerberos;
mod log;
mod person;
mod signature;
mod ticket;

use pforte_model::log::checkpoint::MAX_NOTE_BYTES;
use pforte_model::log::entry::MAX_RECORD_BYTES;
use pforte_model::signature::jws;
use pforte_verify::time_stamp::MAX_BYTES;

/// One kind of input and what is promised of it.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name, also of the folder of its seeds.
    pub name: &'static str,
    /// The longest input that the product reads, in bytes.
    pub most: usize,
    /// Reads an input and panics if a promise is broken. Tells whether the input
    /// was taken, so that seeds that nothing takes any more are noticed.
    pub run: fn(&[u8]) -> bool,
}

/// A body before anybody knows who sends it.
const BODY: usize = 64 * 1024;

/// The head of a request.
const HEAD: usize = 32 * 1024;

/// A message of a directory's server.
const MESSAGE: usize = 1 << 20;

/// All targets.
pub const TARGETS: &[Target] = &[
    Target { name: "names", most: BODY, run: person::names },
    Target { name: "secrets", most: BODY, run: person::secrets },
    Target { name: "login", most: BODY, run: person::login },
    Target { name: "body", most: BODY, run: caller::body },
    Target { name: "head", most: HEAD, run: caller::head },
    Target { name: "parameters", most: HEAD, run: caller::parameters },
    Target { name: "search-answer", most: MESSAGE, run: controller::search_answer },
    Target { name: "bind-answer", most: MESSAGE, run: controller::bind_answer },
    Target { name: "ping", most: 2_048, run: controller::ping },
    Target { name: "certificate", most: 64 * 1024, run: controller::certificate },
    Target { name: "ticket", most: 64 * 1024, run: ticket::token },
    Target { name: "keytab", most: 16 * 1024, run: ticket::keytab },
    Target { name: "privileges", most: 64 * 1024, run: ticket::privileges },
    Target { name: "kerberos-answer", most: 1 << 18, run: kerberos::answer },
    Target { name: "kerberos-secret", most: 1 << 18, run: kerberos::secret },
    Target { name: "kerberos-proof", most: 1 << 18, run: kerberos::proof },
    Target { name: "sealed-message", most: 1 << 17, run: kerberos::message },
    Target { name: "sasl-answer", most: MESSAGE, run: kerberos::exchanged },
    Target { name: "sealed-frames", most: MESSAGE, run: kerberos::frames },
    Target { name: "host-answer", most: 128 * 1024, run: host::answer },
    Target { name: "sam-answer", most: 512 * 1024, run: host::accounts },
    Target { name: "rpc-fragment", most: 64 * 1024, run: host::fragment },
    Target { name: "ntlm-challenge", most: 64 * 1024, run: host::challenge },
    Target { name: "checkpoint", most: MAX_NOTE_BYTES + 1, run: log::checkpoint },
    Target { name: "proof", most: 16 * 1024, run: log::proof },
    Target { name: "record", most: MAX_RECORD_BYTES + 1, run: log::record },
    Target { name: "audit", most: 256 * 1024, run: log::audit },
    Target { name: "canonical", most: MESSAGE, run: signature::canonical },
    Target { name: "jws", most: jws::MAX_BYTES + 1, run: signature::framed },
    Target { name: "signatures", most: MESSAGE, run: signature::document },
    Target { name: "time-stamp", most: MAX_BYTES + 1, run: signature::time_stamp },
    Target { name: "signatures-xml", most: MESSAGE, run: signature::xml },
    Target { name: "config", most: 256 * 1024, run: administrator::config },
    Target { name: "directory", most: BODY, run: administrator::directory },
];

/// The target of this name.
#[must_use]
pub fn named(name: &str) -> Option<Target> {
    TARGETS.iter().copied().find(|target| target.name == name)
}

/// The input as text; what is no UTF-8 is looked at as far as it is.
fn text(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(good).unwrap_or_default()
        }
    }
}

/// What a text reads as is written as something that reads as the same.
fn reads_back<T, E>(value: &T, written: &str, read: impl Fn(&str) -> Result<T, E>)
where
    T: PartialEq + std::fmt::Debug,
    E: std::fmt::Debug,
{
    let again = read(written);
    assert!(again.as_ref().is_ok_and(|again| again == value), "{value:?} was written {written:?}: {again:?}");
}
