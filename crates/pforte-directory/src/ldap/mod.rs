//! Directories that speak LDAP, Active Directory first.
