//! Directories: local, ldap; only this crate names LDAP.
