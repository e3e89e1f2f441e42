//! The accounts of the computer on which Pforte runs.
//!
//! On Linux: users and groups as the name service tells them (`getent`), passwords by
//! PAM, in processes of their own with a time limit each: whatever a module of either
//! does, it does not do it inside the server. Windows has a directory of its own kind
//! for this, a module beside [`linux`]; the settings are the same.
//!
//! # Invariants
//!
//! - One try of a person is one run of the program that asks PAM, never repeated.
//! - A password goes through a pipe, never onto a command line or into the environment.
//! - A program that is late is ended, with all that it started.
//!
//! # Where to start reading
//!
//! `linux::ThisComputer` is what the rest of Pforte uses, `run` is a process, `facts`
//! reads what the programs write.

#[cfg(target_os = "linux")]
mod facts;
#[cfg(target_os = "linux")]
pub mod linux;
#[cfg(target_os = "linux")]
mod run;
mod settings;
#[cfg(target_os = "linux")]
mod trial;

#[cfg(target_os = "linux")]
pub use linux::{Machine, ThisComputer};
pub use settings::{Settings, SettingsFault};
#[cfg(target_os = "linux")]
pub use trial::{STEPS, trial};
