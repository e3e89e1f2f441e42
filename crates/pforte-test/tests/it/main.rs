//! The integration tests, in one binary: everything that needs a server.
#![expect(clippy::unwrap_used, reason = "a test stops here")]

mod access;
mod ldap_directory;
mod ldap_faults;
mod ldap_stage;
mod logon;
mod servers;
mod sessions;
mod store_census;
mod store_jobs;
mod store_kit;
mod store_open;
