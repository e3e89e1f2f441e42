//! `[listen]`: where the server is reached.

use super::section::Section;
use crate::keys::is_host_name;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The port if none is configured.
pub const PORT: u16 = 8443;

/// Where the server is reached.
#[derive(Clone, Debug)]
pub struct Listen {
    /// The addresses it listens at; 1 to 8.
    pub addresses: Vec<SocketAddr>,
    /// The names, besides this computer's own, by which clients call it; they go
    /// into its certificate.
    pub names: Vec<String>,
}

impl Listen {
    pub(super) const DOC: &str = "Where the server is reached.";

    pub(super) fn read(mut section: Section<'_, '_>) -> Self {
        let address = |text: &str| {
            text.parse().map_err(|_| {
                "must be an address and port, such as `192.0.2.7:8443` or `[::]:8443`".to_owned()
            })
        };
        let addresses = section.list(
            ("addresses", 8),
            &["0.0.0.0:8443"],
            "The addresses to listen at. `0.0.0.0` stands for all of this computer's IPv4 addresses, `[::]` for all \
             there are.",
            address,
        );
        let names = section.list(
            ("names", 32),
            &[],
            "Names and addresses by which clients call the server, besides this computer's own name, `localhost` and \
             the loopback addresses. The server's certificate is made for them; a change takes effect at the next start.",
            name,
        );
        if addresses.as_ref().is_some_and(Vec::is_empty) {
            section.problem("addresses", "must have at least one address");
        }
        section.done();
        let default = vec![SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), PORT)];
        Self {
            addresses: addresses.filter(|all| !all.is_empty()).unwrap_or(default),
            names: names.unwrap_or_default(),
        }
    }
}

fn name(text: &str) -> Result<String, String> {
    if text.parse::<IpAddr>().is_ok() || is_host_name(text) {
        return Ok(text.to_ascii_lowercase());
    }
    Err("must be a host name or an address, without scheme and port".to_owned())
}
