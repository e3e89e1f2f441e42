//! The names that stand in the server's certificate.

use std::collections::BTreeSet;
use std::net::IpAddr;

/// The names a server certificate is made for: this computer by its names and
/// loopback addresses, and what the configuration adds. A computer's name that
/// cannot stand in a certificate is left out.
#[must_use]
pub fn certificate_names(host: &str, configured: &[String]) -> Vec<String> {
    let own = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let host = host.to_ascii_lowercase();
    let host = is_host_name(&host).then_some(host);
    let names: BTreeSet<String> =
        own.into_iter().chain(host).chain(configured.iter().map(|name| canonical_name(name))).collect();
    names.into_iter().collect()
}

/// One writing of each name: small letters, addresses as the standard library writes them.
fn canonical_name(name: &str) -> String {
    let address = name.parse::<IpAddr>().map(|address| address.to_string());
    address.unwrap_or_else(|_| name.to_ascii_lowercase())
}

/// Whether a name can be the name of a computer in a certificate: labels of
/// letters, digits and inner hyphens, 253 characters at most.
#[must_use]
pub fn is_host_name(name: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(label)
}

/// The name of this computer; empty if it has none that is a text.
#[must_use]
pub fn computer_name() -> String {
    gethostname::gethostname().into_string().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_certificate_is_for_this_computer_and_for_what_is_configured() {
        let configured =
            ["Logon.Dairy.Example", "192.0.2.7", "2001:DB8::0:1", "localhost"].map(str::to_owned);
        let names = certificate_names("OP-1", &configured);
        let expected =
            ["127.0.0.1", "192.0.2.7", "2001:db8::1", "::1", "localhost", "logon.dairy.example", "op-1"];
        assert_eq!(names, expected);
    }

    #[test]
    fn a_computers_name_that_cannot_stand_in_a_certificate_is_left_out() {
        for host in ["", "under_score", "-a", "a..b", "m\u{fc}hle", "a b", &"a".repeat(64)] {
            assert_eq!(certificate_names(host, &[]).len(), 3, "{host}");
        }
        assert!(is_host_name("a.b-c.9"));
        assert!(!is_host_name(&"a.".repeat(127)));
    }
}
