//! In which order found servers are preferred.
//!
//! First those of the own site, whether writable or not; then the rest. Among
//! them the smallest priority; then, where that is wished, writable ones; then
//! by weight at random (RFC 2782), the same way for as long as the program runs.

use crate::ldap::settings::Server;

/// A server that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) server: Server,
    /// Whether it serves the own site.
    pub(super) near: bool,
    pub(super) priority: u16,
    pub(super) weight: u16,
    /// Whether it takes changes, as far as known.
    pub(super) writable: Option<bool>,
}

/// Puts the preferred one first.
pub(super) fn ordered(candidates: Vec<Candidate>, writable_first: bool, seed: u64) -> Vec<Server> {
    let mut keyed: Vec<(_, Candidate)> = candidates
        .into_iter()
        .map(|candidate| {
            let behind = writable_first && candidate.writable == Some(false);
            ((!candidate.near, candidate.priority, behind, drawn(&candidate, seed)), candidate)
        })
        .collect();
    keyed.sort_by_key(|(place, _)| *place);
    keyed.into_iter().map(|(_, candidate)| candidate.server).collect()
}

/// The place among equals: of two servers with weights 3 and 1 the first comes
/// first for three seeds of four.
fn drawn(candidate: &Candidate, seed: u64) -> u64 {
    let mut number = seed;
    for byte in candidate.server.host.bytes().chain(candidate.server.port.to_le_bytes()) {
        number = mixed(number ^ u64::from(byte));
    }
    // Each draws so many times as its weight is, and its best draw counts; no weight comes last.
    match candidate.weight {
        0 => u64::MAX,
        weight => (0..u64::from(weight.min(MOST_DRAWS)))
            .map(|draw| mixed(number ^ (draw << 8)))
            .min()
            .unwrap_or(u64::MAX),
    }
}

/// Weights beyond this are equal.
const MOST_DRAWS: u16 = 1_000;

/// One step of splitmix64.
const fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(host: &str, near: bool, priority: u16, weight: u16, writable: Option<bool>) -> Candidate {
        let server = Server::new(host.to_owned());
        Candidate { server, near, priority, weight, writable }
    }

    fn hosts(candidates: &[Candidate], writable_first: bool, seed: u64) -> Vec<String> {
        ordered(candidates.to_vec(), writable_first, seed).into_iter().map(|server| server.host).collect()
    }

    #[test]
    fn the_own_sites_read_only_server_comes_before_writable_ones_far_away() {
        let found =
            [candidate("far", false, 0, 100, Some(true)), candidate("near-ro", true, 0, 100, Some(false))];
        for writable_first in [false, true] {
            assert_eq!(hosts(&found, writable_first, 1), ["near-ro", "far"]);
        }
    }

    #[test]
    fn the_smallest_priority_comes_first_and_writable_ones_only_where_that_is_wished() {
        let found = [
            candidate("c", true, 10, 100, Some(true)),
            candidate("ro", true, 0, 100, Some(false)),
            candidate("rw", true, 0, 0, Some(true)),
        ];
        assert_eq!(hosts(&found, true, 7), ["rw", "ro", "c"]);
        assert_eq!(hosts(&found, false, 7), ["ro", "rw", "c"]);
    }

    #[test]
    fn weights_share_out_and_one_seed_always_gives_one_order() {
        let found = [candidate("heavy", true, 0, 300, None), candidate("light", true, 0, 100, None)];
        let heavy = (0..4_000).filter(|seed| hosts(&found, false, *seed) == ["heavy", "light"]).count();
        assert!((2_800..3_200).contains(&heavy), "{heavy} of 4000, about 3000 due");
        assert_eq!(hosts(&found, false, 5), hosts(&found, false, 5));
        let none = [candidate("none", true, 0, 0, None), candidate("some", true, 0, 1, None)];
        assert!((0..100).all(|seed| hosts(&none, false, seed) == ["some", "none"]));
    }
}
