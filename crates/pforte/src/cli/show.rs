//! What a thing looks like in a list and by itself.

use pforte_wire::Named;
use pforte_wire::time::Time;
use serde::Serialize;

/// Something that lists and shows.
pub(crate) trait Shown: Serialize {
    /// The columns of a list.
    const HEADS: &'static [&'static str];

    /// One cell for each column.
    fn cells(&self) -> Vec<String>;

    /// All of it by name; the columns if nothing else is said.
    fn fields(&self) -> Vec<(&'static str, String)> {
        Self::HEADS.iter().copied().zip(self.cells()).collect()
    }
}

/// `yes` or `no`.
pub(crate) fn yes_no(is: bool) -> String {
    if is { "yes" } else { "no" }.to_owned()
}

/// `yes` or nothing, so that the exceptions stand out.
pub(crate) fn yes(is: bool) -> String {
    if is { "yes".to_owned() } else { String::new() }
}

/// A point in time, or nothing.
pub(crate) fn time(at: Option<Time>) -> String {
    at.map(|at| at.to_string()).unwrap_or_default()
}

/// Seconds, or nothing.
pub(crate) fn seconds(count: Option<u32>) -> String {
    count.map(|count| format!("{count} s")).unwrap_or_default()
}

/// The names, in their order.
pub(crate) fn names(of: &[Named]) -> String {
    of.iter().map(|named| named.name.as_str()).collect::<Vec<_>>().join(", ")
}
