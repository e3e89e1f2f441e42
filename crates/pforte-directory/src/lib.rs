//! Where users and groups live: the built-in directory and those of the plant.
//!
//! Only this crate hashes passwords and only this crate names LDAP. It keeps no
//! users: the built-in directory's rows are in the store, those of another kind
//! are in the directory itself.
//!
//! # Where to start reading
//!
//! [`secret::Password`] is what a person typed, [`local`] checks it against a kept
//! verifier. [`Directory`] is what every other kind does, [`ldap`] does it by a
//! domain controller; [`FaultKind`] is the table of what can be wrong.

mod calendar;
mod change;
mod directory;
mod each;
mod fault;
pub mod kerberos;
pub mod ldap;
pub mod local;
pub mod os;
mod said;
pub mod secret;
mod tried;
pub mod workgroup;

pub use change::{CharKind, PasswordChange, PasswordFault};
pub use directory::{
    Directory, Found, FoundGroup, Key, Lockout, Mark, Page, Presence, ServerHealth, Told, Verdict,
};
pub use each::Each;
pub use fault::{DirectoryError, Fault, FaultKind};
pub use said::{Said, Says};
pub use tried::{Depth, Tried, TriedHears};
