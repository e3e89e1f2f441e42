//! Where users and groups live: the built-in directory and LDAP directories.
//!
//! Only this crate hashes passwords and only this crate names LDAP. It keeps no
//! users: the built-in directory's rows are in the store, an LDAP directory's
//! are in the directory itself.
//!
//! # Where to start reading
//!
//! [`secret::Password`] is what a person typed, [`local`] checks it against a
//! kept verifier, [`ldap`] against a domain controller.

pub mod kerberos;
pub mod ldap;
pub mod local;
pub mod secret;
