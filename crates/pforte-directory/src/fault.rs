//! What can be wrong with a directory, and what cures it.
//!
//! One table: each kind has a stable code for programs, a sentence that says
//! what happened and a sentence that says what to do. A [`Fault`] adds what is
//! particular to the case, such as the names in a certificate.

use pforte_model::account::AccountState;
use std::fmt;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $says:literal, $cure:literal;)*) => {
        /// A kind of fault of a directory server.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum FaultKind {
            $(#[doc = $says] $(#[$doc])* $name,)*
        }

        impl FaultKind {
            /// Every kind, for documentation and for texts in other languages.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The stable name, for programs and the log.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What happened.
            #[must_use]
            pub const fn says(self) -> &'static str {
                match self { $(Self::$name => $says,)* }
            }

            /// What to do about it.
            #[must_use]
            pub const fn cure(self) -> &'static str {
                match self { $(Self::$name => $cure,)* }
            }
        }
    };
}

kinds! {
    NameNotResolved, "name-not-resolved", "the server's name could not be resolved",
        "Check the spelling of the server's name and the DNS servers of this computer, or give the server's address.";
    ConnectRefused, "connect-refused", "the server refused the connection",
        "Check that the domain controller runs and offers LDAPS on this port, and that no firewall rejects it.";
    ConnectTimedOut, "connect-timeout", "the server did not answer in time",
        "Check that the domain controller runs and that a firewall lets this computer reach the port.";
    ConnectFailed, "connect-failed", "the server could not be reached",
        "Check the network between this computer and the domain controller.";
    PlainText, "tls-plain-text", "the server speaks plain text where TLS was expected",
        "Give the LDAPS port (636 unless changed); nothing was sent to this one.";
    TlsRefused, "tls-refused", "the server and Pforte found no way of encryption that both accept",
        "Give the domain controller a certificate for LDAPS and allow TLS 1.2 or 1.3 with a current cipher.";
    TlsClosed, "tls-closed", "the server closed the connection while TLS was being set up",
        "Check that the port is the one for LDAPS (636); give the domain controller a certificate with its private key, without one it closes every connection.";
    TlsReset, "tls-reset", "the connection was cut while TLS was being set up",
        "Check that the port is the one for LDAPS (636), that the domain controller has a certificate, and that no firewall cuts TLS connections.";
    TlsTimedOut, "tls-timeout", "the server did not finish setting up TLS in time",
        "Check the load of the domain controller and that the port is the one for LDAPS.";
    TlsBroken, "tls-broken", "the server's TLS messages make no sense",
        "Check that the port is the one for LDAPS and that nothing between rewrites the connection.";
    CertificateNotYetValid, "certificate-not-yet-valid", "the server's certificate is not valid yet",
        "Set the clocks of this computer and of the domain controller right, or issue a new certificate.";
    CertificateExpired, "certificate-expired", "the server's certificate has expired",
        "Renew the domain controller's LDAPS certificate; if it is still valid, set this computer's clock right.";
    CertificateUnknownIssuer, "certificate-unknown-issuer", "the server's certificate was issued by a CA that is not trusted here",
        "Give the file of the CA that issued it, and let the domain controller send its intermediate certificates.";
    CertificateSelfSigned, "certificate-self-signed", "the server's certificate is signed by itself",
        "Issue the domain controller a certificate from your CA; or trust exactly this one by giving it as the CA file.";
    CertificateWrongName, "certificate-wrong-name", "the server's certificate is for another name",
        "Give the server by a name that stands in its certificate, or issue a certificate with its full name.";
    CertificateWrongPurpose, "certificate-wrong-purpose", "the server's certificate is not meant for servers",
        "Issue a certificate with the purpose \"server authentication\" (1.3.6.1.5.5.7.3.1).";
    CertificateBadSignature, "certificate-bad-signature", "the signature of the server's certificate is false",
        "Check that the CA file is the one that issued it; a certificate that was altered on the way means an attack.";
    CertificateWeak, "certificate-weak", "the server's certificate uses a weak or unknown algorithm",
        "Issue it anew with RSA of 2048 bits or more or ECDSA, signed with SHA-256 or better; also the CAs above it.";
    CertificateUnreadable, "certificate-unreadable", "the server's certificate cannot be read",
        "Issue the domain controller a new certificate.";
    CertificateEndsSoon, "certificate-ends-soon", "the server's certificate ends soon",
        "Renew the domain controller's LDAPS certificate before that day; nobody can log on by it afterwards.";
    Closed, "ldap-closed", "the server closed the connection",
        "If it comes again, look into the domain controller's event log.";
    Reset, "ldap-reset", "the connection to the server was cut",
        "If it comes again, check the network and firewalls between.";
    TimedOut, "ldap-timeout", "the server did not answer a request in time",
        "Check the load of the domain controller.";
    Disconnected, "ldap-disconnected", "the server announced that it ends the connection",
        "Look into the domain controller's event log; it may be shutting down.";
    Garbage, "ldap-garbage", "the server's answer is not LDAP",
        "Check that the port is that of a domain controller's LDAPS.";
    TooLarge, "ldap-too-large", "the server's answer is larger than Pforte takes",
        "Check that the server is the domain controller you mean.";
    TooMany, "ldap-too-many", "the server sent more entries than were asked for",
        "Check that the server is the domain controller you mean.";
    Referral, "ldap-referral", "the server refers to another server, which Pforte does not follow",
        "Give the servers of the domain in which the users are.";
    UnexpectedResult, "ldap-result", "the server refused the request",
        "See the server's own message.";
    AccountRefused, "service-account-refused", "the server refused the service account's name or password",
        "Set the service account's name and password anew; Pforte tries the old one at most once an hour.";
    AccountBarred, "service-account-barred", "the service account may not log on",
        "Enable or unlock the service account, and give it a password that neither expires nor must be changed.";
    AccountRestricted, "account-restricted", "the directory does not allow this account to log on by simple bind",
        "Take the account out of the group Protected Users.";
    BindNotAllowed, "bind-not-allowed", "the server does not allow a bind with a password here",
        "Allow simple binds over LDAPS at the domain controller.";
    NotActiveDirectory, "not-active-directory", "the server is not a domain controller of Active Directory",
        "Give a domain controller, and its LDAPS port rather than the global catalogue's.";
    OtherDomain, "other-domain", "the server belongs to another domain",
        "Give the domain's own servers, or correct the domain's name.";
    BaseMissing, "base-missing", "the place to search in does not exist or may not be read",
        "Correct the search base, or let the service account read it.";
    GroupsUnreadable, "groups-unreadable", "the service account may not read the groups of users",
        "Put the service account into the group \"Windows Authorization Access Group\".";
    EntryUnreadable, "entry-unreadable", "an entry of the directory lacks what every user or group has",
        "Let the service account read the users and groups of the domain, of users also the property set \"Account Restrictions\".";
    HoursUnreadable, "log-on-hours-unreadable", "the service account may not read when and where users may log on, or none of those looked at has logged on yet",
        "Let the service account read the property set \"Logon Information\" of users; until then nobody of the domain is known while no domain controller answers.";
    NameAmbiguous, "name-ambiguous", "more than one user has this name",
        "Give each user a user principal name of its own.";
    UserGone, "user-gone", "the user is no longer in the directory",
        "Nothing, if the user was deleted on purpose.";
    ClockSkew, "clock-skew", "the clocks of the server and of this computer differ by more than five minutes",
        "Let both take the time from the same source.";
    SmbTooOld, "smb-too-old", "the host does not speak SMB 3.1.1",
        "Use Windows 10, Windows Server 2016 or Samba 4.3 or newer, and let it accept SMB 3.1.1; Pforte speaks nothing older.";
    SmbNotEncrypted, "smb-not-encrypted", "the host does not offer encryption with AES-GCM",
        "Allow SMB encryption with AES-128-GCM or AES-256-GCM at the host; Pforte asks nothing without it.";
    SmbUnproven, "smb-unproven", "the host let somebody in without proving that it knows the password",
        "Check that the address is the host's own; somebody may stand between, or in its place.";
    SmbGarbage, "smb-garbage", "the host's answer makes no sense",
        "Check that the port is that of SMB (445) and that nothing between rewrites the connection.";
    RemoteSamRefused, "remote-sam-refused", "the host refuses to tell its users and groups from afar",
        "At the host, let the service account in by the policy \"Network access: Restrict clients allowed to make remote calls to SAM\"; a domain is the safer way.";
    NetworkLogOnDenied, "network-logon-denied", "the host does not let this account log on over the network",
        "At the host, give the account the right \"Access this computer from the network\" and a password, and allow NTLM for its own accounts.";
    OsProgramMissing, "os-program-missing", "a program that asks this computer about its accounts is missing",
        "Install the whole package: pforte-pam stands beside pforte, getent comes with the system.";
    OsProgramFailed, "os-program-failed", "a program that asks this computer about its accounts failed",
        "Look into this computer's log; reinstall the package if it is damaged.";
    OsProgramLate, "os-program-late", "a program that asks this computer about its accounts did not answer in time",
        "Find the module that hangs in /etc/pam.d/pforte or /etc/nsswitch.conf, often one that asks the network.";
    OsPamFailed, "os-pam-failed", "PAM could not decide",
        "See this computer's log; the rules for Pforte must stand in /etc/pam.d, and pforte-pam must be allowed to read /etc/shadow.";
    OsRulesMissing, "os-rules-missing", "PAM has no rules for Pforte on this computer",
        "Put the file with the rules, which comes with Pforte, into /etc/pam.d; without it PAM goes by its rules for everybody else.";
    OsStatesUnreadable, "os-states-unreadable", "the states of this computer's accounts cannot be read",
        "Let pforte-pam be owned by root, with the set-user-id bit, to be run by Pforte's group alone.";
    OsPamAllows, "os-pam-allows", "PAM lets somebody in who does not exist",
        "Mend the rules in /etc/pam.d/pforte at once: they accept any password.";
    OsDenied, "os-denied", "the rules of this computer do not let the account in",
        "See the account rules in /etc/pam.d/pforte, such as pam_access and pam_time.";
    OsUnnamed, "os-unnamed", "this computer has no identity of its own",
        "Make one with systemd-machine-id-setup; without it accounts cannot be told from those of another computer.";
    ChannelBindingRefused, "channel-binding-refused", "the domain controller did not see the certificate that Pforte saw: somebody may stand between",
        "Check that nothing between Pforte and the domain controller opens TLS connections (a proxy, a load balancer). If nothing does, this is an attack; no password of a person was sent.";
    BindingUndefined, "channel-binding-undefined", "the server's certificate is signed in a way to which no log-on can be bound",
        "Issue the domain controller's certificate anew with an RSA or ECDSA signature with SHA-256 or better.";
    NoTls, "tls-not-offered", "the server offers no TLS",
        "Give the domain controller a certificate for LDAPS, or let Pforte use sealed connections.";
    Injected, "tls-injected", "the server sent more than it was asked before TLS was set up",
        "Look for what alters the connection between Pforte and the domain controller.";
    Altered, "ldap-altered", "a sealed message was altered, repeated or left out on its way",
        "Look for what alters the connection between Pforte and the domain controller; the message was not used.";
    SealingNotOffered, "ldap-no-sealing", "the server does not offer sealed connections",
        "Allow LDAP signing and sealing at the domain controller, or give it a certificate for LDAPS.";
    KerberosUnreachable, "kerberos-unreachable", "Kerberos does not answer at the domain controller",
        "Check that a firewall lets this computer reach port 88 (TCP) of the domain controller.";
    KerberosRefused, "kerberos-refused", "Kerberos refused the request",
        "See the code, and the domain controller's event log.";
    KerberosNoService, "kerberos-no-service", "Kerberos does not know the domain controller by this name",
        "Give the server by its full name, as in its service principal name ldap/NAME.";
    KerberosNoAes, "kerberos-no-aes", "Kerberos offers no encryption with AES for this account",
        "Allow AES for the account and set its password anew, so that the directory has AES keys for it.";
    KerberosGarbage, "kerberos-garbage", "the answer is not Kerberos",
        "Check that the server is a domain controller and that nothing else answers on port 88.";
    KerberosFalse, "kerberos-false", "a Kerberos answer was not made by the domain controller",
        "Look for who answers in the domain controller's place; the answer was not used.";
    TicketRefused, "kerberos-ticket-refused", "the server did not take the service account's Kerberos ticket",
        "Compare the clocks; if it stays, look into the domain controller's event log.";
    NoSimpleBind, "no-simple-bind", "a password is never sent over a connection without TLS",
        "Give the domain controller a certificate for LDAPS, or let the account log on by Kerberos.";
    NameNotKerberos, "service-account-name", "Kerberos does not know the service account by a distinguished name",
        "Give the service account as name@domain.";
    PortClosed, "port-closed", "a port that is needed is closed",
        "Open the port in the firewalls between, and see that the domain controller offers the service.";
    PlainBinds, "plain-binds-allowed", "the server takes passwords in clear from programs that send them so",
        "Require signing at the domain controllers (\"LDAP server signing requirements\": Require signing); at another LDAP server require TLS for binds (OpenLDAP: olcSecurity: simple_bind=128).";
    NoChannelBinding, "channel-binding-not-checked", "the server does not check channel bindings",
        "Set \"LDAP server channel binding token requirements\" to Always, or at least to When supported, at the domain controllers.";
    SlowServer, "slow-server", "the server answers slowly",
        "Check the load of the domain controller and the network between; prefer a nearer one.";
    AccountTooPowerful, "service-account-too-powerful", "the service account has rights that it does not need",
        "Give Pforte an ordinary account: it needs to read users and groups, nothing else.";
    PasswordEndsSoon, "service-password-ends-soon", "the password of the service account ends soon",
        "Set a new one in the directory and here before that day, or let this account's password never end.";
    ChangeElsewhere, "password-change-elsewhere", "passwords of this directory are not changed by Pforte",
        "Change the password at the computer that has the account.";
    NoServer, "no-server", "no server is known to answer",
        "Test the directory to see what is wrong with each server.";
}

/// One fault, as it was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What kind it is of.
    pub kind: FaultKind,
    /// What is particular to this case; may be empty. It holds no secret.
    pub detail: String,
}

/// The longest detail that is kept, in characters; some of it comes from the server.
const MOST_DETAIL: usize = 300;

impl FaultKind {
    /// A fault of this kind, with what is particular to it.
    pub(crate) fn with(self, detail: impl fmt::Display) -> Fault {
        let seen = |c: char| if pforte_model::name::unseen(c) { ' ' } else { c };
        let detail = detail.to_string().chars().take(MOST_DETAIL).map(seen).collect::<String>();
        Fault { kind: self, detail: detail.trim().to_owned() }
    }

    /// Whether a server was asked and nothing came from it: it may well be off.
    #[must_use]
    pub const fn is_silence(self) -> bool {
        self.is_connecting()
            || self.is_loss()
            || self.is_without_tls()
            || matches!(self, Self::NameNotResolved | Self::TlsTimedOut | Self::TimedOut)
    }

    /// Whether there is no way to a server, which does not come of its being slow.
    #[must_use]
    pub const fn is_no_way(self) -> bool {
        matches!(self, Self::ConnectRefused | Self::ConnectFailed | Self::NameNotResolved)
    }

    /// Whether only the time ran out.
    pub(crate) const fn is_slowness(self) -> bool {
        matches!(self, Self::ConnectTimedOut | Self::TlsTimedOut | Self::TimedOut | Self::KerberosUnreachable)
    }

    /// Whether the server ended TLS before it showed a certificate, as one without a
    /// certificate does.
    pub(crate) const fn is_without_tls(self) -> bool {
        matches!(self, Self::TlsClosed | Self::TlsReset)
    }

    /// Whether there was no connection at all.
    pub(crate) const fn is_connecting(self) -> bool {
        matches!(self, Self::ConnectRefused | Self::ConnectTimedOut | Self::ConnectFailed)
    }

    /// Whether it lies in the server's certificate.
    pub(crate) const fn is_certificate(self) -> bool {
        matches!(
            self,
            Self::CertificateNotYetValid
                | Self::CertificateExpired
                | Self::CertificateUnknownIssuer
                | Self::CertificateSelfSigned
                | Self::CertificateWrongName
                | Self::CertificateWrongPurpose
                | Self::CertificateBadSignature
                | Self::CertificateWeak
                | Self::CertificateUnreadable
                | Self::CertificateEndsSoon
        )
    }

    /// Whether the connection is gone, while another one may still do.
    pub(crate) const fn is_loss(self) -> bool {
        matches!(self, Self::Closed | Self::Reset | Self::Disconnected)
    }
}

impl From<FaultKind> for Fault {
    fn from(kind: FaultKind) -> Self {
        Self { kind, detail: String::new() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.detail.as_str() {
            "" => f.write_str(self.kind.says()),
            detail => write!(f, "{}: {detail}", self.kind.says()),
        }
    }
}

impl std::error::Error for Fault {}

/// Why a directory gave no answer.
///
/// The variants are what callers treat differently; [`Self::fault`] tells an
/// administrator the rest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryError {
    /// No server of the directory answers. Told at once, without waiting, once
    /// it is known.
    #[error("no server of the directory answers")]
    Unreachable(#[source] Fault),
    /// The directory does not let Pforte's own account in.
    #[error("the directory refuses the service account")]
    ServiceAccount(#[source] Fault),
    /// More is asked of the directory than it can answer in time. Nothing was
    /// sent.
    #[error("the directory is busy")]
    Busy,
    /// A bind was sent and its answer never came, or was none. The directory may have
    /// counted it, so it is not sent again.
    #[error("the directory's answer was lost")]
    AnswerLost(#[source] Fault),
    /// A server answered, but not with what was asked for.
    #[error("the directory gave no usable answer")]
    Refused(#[source] Fault),
    /// The directory was stopped.
    #[error("the directory is stopped")]
    Stopped,
}

impl DirectoryError {
    /// The stable name, for programs and the log.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "directory-unreachable",
            Self::ServiceAccount(_) => "directory-account-refused",
            Self::Busy => "directory-busy",
            Self::AnswerLost(_) => "directory-answer-lost",
            Self::Refused(_) => "directory-refused",
            Self::Stopped => "directory-stopped",
        }
    }

    /// What is wrong, for an administrator.
    #[must_use]
    pub const fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Unreachable(fault)
            | Self::ServiceAccount(fault)
            | Self::AnswerLost(fault)
            | Self::Refused(fault) => Some(fault),
            Self::Busy | Self::Stopped => None,
        }
    }
}

/// The fault that a service account in this state is.
pub(crate) fn barred(state: AccountState) -> Fault {
    FaultKind::AccountBarred.with(state.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_kind_has_a_code_of_its_own_and_a_cure() {
        let codes: HashSet<_> = FaultKind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(codes.len(), FaultKind::ALL.len());
        for kind in FaultKind::ALL {
            assert!(kind.code().bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", kind.code());
            assert!(kind.cure().ends_with('.') && !kind.says().ends_with('.'), "{}", kind.code());
        }
    }

    #[test]
    fn a_server_that_says_something_wrong_is_not_silent() {
        for kind in [FaultKind::ConnectRefused, FaultKind::Closed, FaultKind::TlsReset, FaultKind::TimedOut] {
            assert!(kind.is_silence(), "{}", kind.code());
        }
        let answers = [FaultKind::KerberosUnreachable, FaultKind::OtherDomain, FaultKind::NoServer];
        for kind in FaultKind::ALL.iter().filter(|kind| kind.is_certificate()).chain(&answers) {
            assert!(!kind.is_silence(), "{}", kind.code());
        }
    }

    #[test]
    fn faults_of_certificates_are_told_by_their_code() {
        for kind in FaultKind::ALL {
            assert_eq!(kind.is_certificate(), kind.code().starts_with("certificate-"), "{}", kind.code());
        }
    }

    #[test]
    fn what_a_server_says_is_bounded_and_cannot_hide_anything() {
        let fault = FaultKind::UnexpectedResult.with(format!("a\u{202e}b\n{}", "x".repeat(9_999)));
        assert_eq!(fault.detail.chars().count(), MOST_DETAIL);
        assert!(fault.detail.starts_with("a b xx"));
    }
}
