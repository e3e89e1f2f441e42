//! What DNS says of a domain's controllers.

use crate::fault::{Fault, FaultKind};
use crate::ldap::settings::Find;
use hickory_resolver::config::{NameServerConfig, ResolverConfig, ResolverOpts};
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
pub(super) struct Names(TokioResolver);

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

    /// An address of a host.
    pub(super) async fn address(&self, host: &str) -> Option<IpAddr> {
        self.0.lookup_ip(format!("{host}.")).await.ok()?.iter().next()
    }
}

/// A host's name as it stands in certificates.
fn host(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

const fn limit(options: &mut ResolverOpts) {
    options.timeout = LIMIT;
    options.attempts = TRIES;
    // What is found is kept by whoever asked, and asked anew to hear of changes.
    options.cache_size = 0;
}

fn unanswered(name: &str, error: &NetError) -> Fault {
    FaultKind::NameNotResolved.with(format!("{name}: {error}"))
}
