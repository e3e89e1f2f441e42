//! The servers that run for this checkout.

use xtask::place;
use xtask::servers::file::{OpenLdap, Postgres, Servers, WorkgroupHost};

use crate::ad::Ad;

/// The servers that run for this checkout.
#[derive(Clone, Debug)]
pub struct Fixtures {
    /// The domain controller.
    pub ad: Ad,
    /// The database server. A test takes a database of its own with [`crate::pg_database`].
    pub postgres: Postgres,
    /// The host of a workgroup.
    pub workgroup: WorkgroupHost,
    /// The LDAP server that is not Active Directory.
    pub slapd: OpenLdap,
}

impl Fixtures {
    /// Finds the servers.
    ///
    /// # Panics
    ///
    /// If they do not run: the test ends with a sentence that says how to start them.
    #[must_use]
    pub fn load() -> Self {
        let servers = must("the test servers", Servers::load(&place::servers_file()));
        let Servers { ad, postgres, workgroup, slapd, .. } = servers;
        for process in [&ad.process, &postgres.process, &workgroup.process, &slapd.process] {
            assert!(process.runs(), "a test server has ended; run `make servers` (cargo xtask servers up)");
        }
        Self { ad: Ad::new(ad), postgres, workgroup, slapd }
    }
}

/// The value, or the end of the test with what went wrong.
#[expect(clippy::panic, reason = "a fixture that cannot do its work ends the test")]
pub(crate) fn must<T, E: std::fmt::Display>(what: &str, done: Result<T, E>) -> T {
    match done {
        Ok(value) => value,
        Err(failure) => panic!("{what}: {failure}"),
    }
}
