//! The integration tests, in one binary: everything that needs a server.
#![expect(clippy::unwrap_used, reason = "a test stops here")]

mod ldap_directory;
mod servers;
