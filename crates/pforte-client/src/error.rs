//! Every way in which a call does not succeed.

use pforte_wire::problem::{Code, Problem};
use std::time::Duration;

/// Why a call did not succeed.
///
/// The variants are what callers treat differently: what the server refused is
/// not done; what is unreachable or untrusted was never sent; of what timed out
/// or was lost nobody knows whether it was done.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The server answered no.
    #[error("{}", .0.problem.detail)]
    Refused(Box<Refusal>),
    /// The server was not reached; nothing was sent.
    #[error("{0}")]
    Unreachable(Unreached),
    /// The server's certificate is not believed; nothing was sent.
    #[error("{0}")]
    Untrusted(Distrust),
    /// The server did not answer in time; it may or may not have done it.
    #[error("the server did not answer in time")]
    TimeOut,
    /// The connection broke before the answer was complete; the server may or
    /// may not have done it.
    #[error("the connection broke before the answer was complete")]
    Lost,
    /// A stream was silent for longer than its lease: what it told last is no
    /// longer to be believed.
    #[error("the server was silent for longer than the lease")]
    Silent,
    /// The answer is not what the API says.
    #[error("{0}")]
    Shape(Misshapen),
}

/// What the server refused, and when to try again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The server's answer.
    pub problem: Problem,
    /// How long to wait before another try, if the server told.
    pub retry_after: Option<Duration>,
}

/// How an answer differs from what the API says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misshapen {
    /// The request cannot be written: an address or header with forbidden characters.
    #[error("the request cannot be written")]
    Request,
    /// Longer than is taken.
    #[error("the answer is longer than is taken")]
    TooLong,
    /// Not the JSON of this operation.
    #[error("the answer is not the JSON that this operation gives")]
    NotJson,
    /// A failure without a problem, from something else than Pforte.
    #[error("status {0} without a problem: is this Pforte?")]
    NoProblem(u16),
    /// Not a stream of events.
    #[error("the answer is not a stream of events")]
    NoStream,
    /// A list that begins again with a page it already gave.
    #[error("the list does not end")]
    Endless,
}

macro_rules! faults {
    ($(#[$doc:meta])* $kind:ident { $($(#[$variant:meta])* $name:ident, $code:literal, $what:literal, $cure:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
        pub enum $kind {$(
            $(#[$variant])*
            #[error($what)]
            $name,
        )*}

        impl $kind {
            /// The stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// What to do.
            #[must_use]
            pub const fn cure(self) -> &'static str {
                match self { $(Self::$name => $cure),* }
            }
        }
    };
}

faults! {
    /// Why a server was not reached.
    Unreached {
        /// Its name is not found.
        Name, "server-name-unresolved", "the server's name is not found", "Check the name and this computer's DNS server.";
        /// It refuses or resets the connection.
        Closed, "server-closed", "the server refuses the connection", "Check that `pforte serve` runs there, the port and the firewall.";
        /// No way to it.
        Network, "server-unreachable", "there is no way to the server", "Check the address, the cable and the firewall.";
        /// It does not answer.
        TimeOut, "server-time-out", "the server does not answer", "Check the address, the network and the firewall.";
        /// Something that does not speak TLS answers.
        PlainText, "server-plain-text", "what answers there does not speak TLS", "Check the port; Pforte's is 8443 if nothing else was configured.";
        /// No common TLS version or cipher.
        Tls, "server-tls", "the server ends the TLS handshake", "Check that it is Pforte that answers at this address.";
    }
}

faults! {
    /// Why a server's certificate is not believed.
    Distrust {
        /// Its issuer is not among the trusted authorities.
        Issuer, "certificate-unknown-issuer", "the server's certificate comes from an authority that is not trusted here", "Give the server's `ca.pem`, copied from its data folder in a way you trust.";
        /// It is for another name.
        Name, "certificate-wrong-name", "the server's certificate is for another name", "Use a name that stands in the certificate, or add this one to the server's configuration.";
        /// It has expired.
        Expired, "certificate-expired", "the server's certificate has expired", "Restart the server, which renews it; check both clocks.";
        /// It is not valid yet.
        NotYet, "certificate-not-yet-valid", "the server's certificate is not valid yet", "Check the clocks of both computers.";
        /// It is not for servers.
        Purpose, "certificate-wrong-purpose", "the server's certificate is not for servers", "Give the server a certificate for serverAuth.";
        /// Damaged, revoked, or signed in a way that is not accepted.
        Invalid, "certificate-invalid", "the server's certificate is damaged or not accepted", "Give the server a new certificate.";
    }
}

impl ClientError {
    /// The stable code: the server's own where it refused.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Refused(refusal) => &refusal.problem.code,
            Self::Unreachable(fault) => fault.code(),
            Self::Untrusted(fault) => fault.code(),
            Self::TimeOut => "answer-late",
            Self::Lost => "answer-lost",
            Self::Silent => "stream-silent",
            Self::Shape(_) => "answer-not-understood",
        }
    }

    /// What to do; empty for a code of a newer server.
    #[must_use]
    pub fn cure(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => known(&refusal.problem.code).map_or("", Code::cure),
            Self::Unreachable(fault) => fault.cure(),
            Self::Untrusted(fault) => fault.cure(),
            Self::TimeOut | Self::Lost => "Read what you changed before you repeat it; see the server's log.",
            Self::Silent => "Treat the station as having nobody in charge, and open the stream again.",
            Self::Shape(_) => {
                "Check that the address is Pforte's and that both are of about the same version."
            }
        }
    }

    /// Whether the server refused with this code.
    #[must_use]
    pub fn is(&self, code: Code) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.problem.code == code.as_str())
    }
}

fn known(code: &str) -> Option<Code> {
    Code::ALL.iter().copied().find(|known| known.as_str() == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_brings_its_code_and_the_cure_of_it() {
        let problem = Problem {
            status: 409,
            code: "changed-meanwhile".to_owned(),
            detail: "version 3".to_owned(),
            request_id: String::new(),
            reasons: Vec::new(),
        };
        let error = ClientError::Refused(Box::new(Refusal { problem, retry_after: None }));
        assert!(error.is(Code::ChangedMeanwhile));
        assert_eq!((error.code(), error.cure()), ("changed-meanwhile", Code::ChangedMeanwhile.cure()));
        assert_eq!(error.to_string(), "version 3");
    }

    #[test]
    fn a_code_that_is_not_known_yet_is_still_told() {
        let problem = Problem {
            status: 400,
            code: "new-one".to_owned(),
            detail: String::new(),
            request_id: String::new(),
            reasons: Vec::new(),
        };
        let error = ClientError::Refused(Box::new(Refusal { problem, retry_after: None }));
        assert_eq!((error.code(), error.cure()), ("new-one", ""));
    }
}
