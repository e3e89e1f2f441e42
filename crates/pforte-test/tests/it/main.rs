//! The integration tests, in one binary: everything that needs a server.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops here")]

mod access;
mod ad_logon;
mod admin_applications;
mod admin_assignments;
mod admin_directories;
mod admin_groups;
mod admin_kit;
mod admin_roles;
mod admin_stations;
mod admin_users;
mod bad_input;
mod crash;
mod emergency;
mod ldap_directory;
mod ldap_faults;
mod ldap_stage;
mod logon;
mod servers;
mod sessions;
mod store_census;
mod store_crash;
mod store_faults;
mod store_jobs;
mod store_kit;
mod store_log;
mod store_open;
mod store_people;
mod store_plant;
mod store_sessions;
mod store_tls;
mod store_traps;
mod streams;
mod tampering;
mod throttle;
