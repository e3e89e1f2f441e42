//! `[signature]`: electronic signatures.

use super::section::Section;
use crate::keys::file::read_bounded;
use crate::outbound::{Plain, Target};
use pforte_verify::time_stamp::{Authority, BadAuthority};
use std::fs::File;
use std::io;
use std::path::Path;

/// No file of certificates is longer, in bytes.
const MAX_BYTES: u64 = 1024 * 1024;

/// Electronic signatures.
#[derive(Clone, Debug, Default)]
pub struct Signature {
    /// The authority that stamps the time of every signature, if there is one.
    pub time_stamp_target: Option<Target>,
    /// The authorities whose time stamps count; there is one at least if there is a target.
    pub time_stamp_authorities: Vec<Authority>,
}

impl Signature {
    pub(super) const DOC: &str = "Electronic signatures.";

    pub(super) fn read(mut section: Section<'_, '_>) -> Self {
        let time_stamp_target = section.parsed(
            "time_stamp_url",
            "http://tsa.example/",
            "The address of an authority that stamps the time of every signature (RFC 3161); without this line no \
             times are stamped.",
            |url| Target::new(url, None, Plain::Anywhere).map_err(|bad| bad.to_string()),
        );
        let file = section.file(
            "time_stamp_certificate",
            "time-stamp-ca.pem",
            "The certificates (PEM) of whoever issues the certificate that the authority signs time stamps with; \
             `time_stamp_url` needs it.",
        );
        let read = file.map_or(Ok(Vec::new()), |path| authorities(&path));
        if let Err(error) = &read {
            section.problem("time_stamp_certificate", &error.to_string());
        }
        if section.has("time_stamp_url") && !section.has("time_stamp_certificate") {
            section.problem("time_stamp_certificate", "is missing; `time_stamp_url` needs it");
        }
        section.done();
        Self { time_stamp_target, time_stamp_authorities: read.unwrap_or_default() }
    }
}

fn authorities(path: &Path) -> io::Result<Vec<Authority>> {
    let bytes = read_bounded(&File::open(path)?, MAX_BYTES)?;
    bytes.ok_or(BadAuthority).and_then(|pem| Authority::read(&pem)).map_err(io::Error::other)
}
