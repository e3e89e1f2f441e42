//! Fixtures with the real servers, and the one integration-test binary.
//!
//! The servers are started by `make servers` or `make test`; a test that needs one and does not find it
//! fails and says so. Where to start reading: [`Fixtures`].

pub mod ad;
pub mod audit;
pub mod cable;
pub mod child;
pub mod crash;
pub mod fixtures;
pub mod forest;
pub mod http;
pub mod pg;
pub mod server;
pub mod shell;
pub mod signing;
pub mod signing_crash;
pub mod site;
pub mod store;

pub use fixtures::Fixtures;
pub use forest::Forest;
pub use pg::{PgDatabase, pg_database};
pub use server::Server;
