//! `[limits]`: how much the server takes upon itself.

use super::section::Section;
use std::time::Duration;

/// How much the server takes upon itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections that may be open.
    pub connections: usize,
    /// So many of them are kept for peers that proved who they are, and for this computer.
    pub reserve: usize,
    /// Streams of events that may be open.
    pub streams: usize,
    /// Bytes of a request's body.
    pub body_bytes: usize,
    /// For the TLS handshake.
    pub handshake: Duration,
    /// From the start of a connection, or from an answer, to the whole head of
    /// the next request, for a peer that proved nothing.
    pub header: Duration,
    /// For a request's body.
    pub body: Duration,
    /// Without a request, for a peer that proved who it is.
    pub idle: Duration,
    /// A connection on which nobody proved anything, in all.
    pub unproven: Duration,
    /// For running requests when the server stops.
    pub stop: Duration,
}

impl Limits {
    pub(super) const DOC: &str = "How much the server takes upon itself. The defaults suit a plant with some thousand \
        stations.";

    pub(super) fn read(mut section: Section<'_, '_>) -> Self {
        let (connections, reserve) = connections(&mut section);
        let limits = Self {
            connections,
            reserve,
            streams: section.number("streams", 1..=65_536, 2048, "Streams of events that may be open."),
            body_bytes: section.number("body_bytes", 4096..=4_194_304, 65_536, "Bytes of a request's body."),
            handshake: seconds(&mut section, "handshake_seconds", 60, 5, "Seconds for the TLS handshake."),
            header: seconds(
                &mut section,
                "header_seconds",
                60,
                10,
                "Seconds in which a peer that has not proved who it is must send its next request.",
            ),
            body: seconds(&mut section, "body_seconds", 300, 10, "Seconds for a request's body."),
            idle: seconds(
                &mut section,
                "idle_seconds",
                3600,
                75,
                "Seconds after which a connection without requests is closed.",
            ),
            unproven: seconds(
                &mut section,
                "unproven_seconds",
                3600,
                60,
                "Seconds after which a connection on which nobody proved who they are is closed.",
            ),
            stop: seconds(
                &mut section,
                "stop_seconds",
                300,
                10,
                "Seconds for running requests when the server stops.",
            ),
        };
        section.done();
        limits
    }
}

fn connections(section: &mut Section<'_, '_>) -> (usize, usize) {
    let connections = section.number(
        "connections",
        16..=65_536,
        4096,
        "Connections that may be open; the next one is refused.",
    );
    let reserve = section.number(
        "reserve",
        1..=65_535,
        256,
        "So many of them are kept for peers that proved who they are, and for this computer itself, so that a flood of \
         strangers does not shut out running stations.",
    );
    if reserve >= connections {
        section.problem("reserve", "must be less than `connections`");
    }
    (connections, reserve)
}

fn seconds(section: &mut Section<'_, '_>, key: &'static str, most: u64, default: u64, doc: &str) -> Duration {
    Duration::from_secs(section.number(key, 1..=most, default, doc))
}
