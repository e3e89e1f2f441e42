//! What a task tells the developer.

use std::fmt::Display;

/// Writes one line on standard output.
#[expect(clippy::print_stdout, reason = "a task speaks to the developer in front of it")]
pub(crate) fn say(line: impl Display) {
    println!("{line}");
}
