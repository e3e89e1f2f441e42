//! The use cases: each function does one thing that a caller asks for, with its
//! events in the same transaction.
//!
//! A function that changes something takes a [`crate::http::permit::Permit`], or
//! finds out itself who the caller is (log-on, set-up).
//!
//! # Where to start reading
//!
//! [`logon`] is the way of a log-on, [`decisions`] answers, [`plant`] changes what
//! is configured; each noun that people edit has its file.

pub(crate) mod administrators;
pub(crate) mod adopt;
pub mod applications;
pub mod areas;
pub mod assignments;
pub(crate) mod begin;
pub(crate) mod browser_station;
pub(crate) mod call_refused;
pub mod decisions;
pub mod directories;
pub mod directory_admin;
mod directory_kinds;
pub mod directory_look;
pub mod directory_order;
pub(crate) mod directory_settings;
mod directory_steps;
pub mod directory_test;
mod directory_trial;
mod directory_uses;
pub(crate) mod emergency;
pub(crate) mod endings;
pub mod events;
pub mod explain;
pub(crate) mod foreign;
pub mod groups;
pub(crate) mod groups_of;
pub mod guard;
pub(crate) mod in_use;
pub(crate) mod keytabs;
pub mod known;
pub mod lists;
pub(crate) mod local;
pub mod logon;
pub(crate) mod nested;
pub mod overview;
pub(crate) mod own_password;
pub(crate) mod paging;
pub(crate) mod passwords;
pub(crate) mod places;
pub mod plant;
pub(crate) mod principals;
pub(crate) mod questions;
pub mod refusals;
pub(crate) mod refuse;
pub(crate) mod remote;
pub(crate) mod right_names;
pub mod rights;
pub mod roles;
pub(crate) mod schedule;
pub mod scribe;
pub mod sessions;
pub mod setup;
pub mod signature_policies;
pub mod signing;
pub(crate) mod single;
pub mod stations;
pub(crate) mod stream;
pub mod tally;
pub mod throttle;
pub mod turns;
pub mod unread;
pub mod users;
pub mod view;
pub mod webhooks;
