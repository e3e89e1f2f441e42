//! What DNS says of a domain's controllers.

use crate::fault::{Fault, FaultKind};
use crate::ldap::settings::Find;
use hickory_resolver::config::{LookupIpStrategy, NameServerConfig, ResolverConfig, ResolverOpts};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{RData, RecordType};
use hickory_resolver::{Resolver, TokioResolver};
use std::net::IpAddr;
use std::time::Duration;

/// How long one DNS server is waited for, and how often one is asked.
const LIMIT: Duration = Duration::from_secs(1);
const TRIES: usize = 2;
/// Servers of one answer that are looked at.
pub(super) const MOST_ANSWERS: usize = 64;

/// A service's entry in DNS (RFC 2782).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Service {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) priority: u16,
    pub(super) weight: u16,
}

/// Asks DNS servers.
pub(in crate::ldap) struct Names(TokioResolver);

impl Names {
    /// Those that are named, else this computer's own.
    pub(super) fn new(find: &Find) -> Result<Self, Fault> {
        let provider = TokioRuntimeProvider::default();
        let mut builder = if find.dns.is_empty() {
            Resolver::builder(provider).map_err(|error| unanswered("this computer's DNS servers", &error))?
        } else {
            let servers = find.dns.iter().map(|address| NameServerConfig::udp_and_tcp(*address)).collect();
            Resolver::builder_with_config(ResolverConfig::from_parts(None, Vec::new(), servers), provider)
        };
        limit(builder.options_mut());
        builder.build().map(Self).map_err(|error| unanswered("the DNS servers", &error))
    }

    /// This computer's own, if it has any; its list of hosts counts too.
    pub(in crate::ldap) fn of_this_computer() -> Result<Self, Fault> {
        let provider = TokioRuntimeProvider::default;
        let none = || ResolverConfig::from_parts(None, Vec::new(), Vec::new());
        let mut builder = Resolver::builder(provider())
            .unwrap_or_else(|_| Resolver::builder_with_config(none(), provider()));
        limit(builder.options_mut());
        builder.build().map(Self).map_err(|error| unanswered("this computer's DNS servers", &error))
    }

    /// The servers of a service; none where nobody published it.
    pub(super) async fn services(&self, name: &str) -> Result<Vec<Service>, Fault> {
        let found = match self.0.lookup(format!("{name}."), RecordType::SRV).await {
            Ok(found) => found,
            Err(error) if error.is_no_records_found() => return Ok(Vec::new()),
            Err(error) => return Err(unanswered(name, &error)),
        };
        let services = found.answers().iter().filter_map(|record| match &record.data {
            RData::SRV(srv) => Some(Service {
                host: host(&srv.target.to_ascii()),
                port: srv.port,
                priority: srv.priority,
                weight: srv.weight,
            }),
            _ => None,
        });
        Ok(services.take(MOST_ANSWERS).collect())
    }

    /// The addresses of a host: one at least.
    pub(in crate::ldap) async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, Fault> {
        // A name without a dot is looked for in the domains that this computer searches.
        let name = if host.contains('.') { format!("{host}.") } else { host.to_owned() };
        let found = self.0.lookup_ip(name).await.map_err(|error| unanswered(host, &error))?;
        match found.iter().collect::<Vec<_>>() {
            none if none.is_empty() => Err(FaultKind::NameNotResolved.with(format!("{host}: no address"))),
            addresses => Ok(addresses),
        }
    }
}

/// A host's name as it stands in certificates.
fn host(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

const fn limit(options: &mut ResolverOpts) {
    options.timeout = LIMIT;
    options.attempts = TRIES;
    options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
    // What is found is kept by whoever asked, and asked anew to hear of changes.
    options.cache_size = 0;
}

fn unanswered(name: &str, error: &NetError) -> Fault {
    FaultKind::NameNotResolved.with(format!("{name}: {error}"))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    #[tokio::test]
    async fn hosts_that_stand_in_this_computers_own_list_are_found_in_any_case() {
        let list = std::fs::read_to_string("/etc/hosts").unwrap();
        let names = Names::of_this_computer().unwrap();
        let mut tried = 0;
        for line in list.lines() {
            let mut words = line.split('#').next().unwrap_or_default().split_whitespace();
            let Some(address) = words.next().and_then(|word| word.parse::<IpAddr>().ok()) else { continue };
            for host in words {
                let found = names.addresses(&host.to_uppercase()).await.unwrap();
                assert!(found.contains(&address), "{host}: {found:?}");
                tried += 1;
            }
        }
        assert!(tried > 0);
    }
}
