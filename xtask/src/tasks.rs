//! The tasks by their names.

use crate::failure::{Done, Failure};
use crate::servers;

const USAGE: &str = "cargo xtask servers up|down|restore|status";

/// Does what the words after `cargo xtask` ask for.
pub fn perform(words: &[&str]) -> Done {
    match words {
        ["servers", "up"] => servers::up().map(drop),
        ["servers", "down"] => servers::down(),
        ["servers", "restore"] => servers::restore(),
        ["servers", "status"] => servers::status(),
        _ => Err(Failure::new(format!("usage:\n{USAGE}"))),
    }
}
