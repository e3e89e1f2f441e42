//! What an authority signed: `TSTInfo`.

use super::BadToken;
use super::cms::SHA256_OID;
use super::der::{BOOLEAN, INTEGER, OCTETS, OID, Reader, SEQUENCE, TIME};
use pforte_model::signature::statement::Stamp;

/// What is read of it.
pub(super) struct Info<'a> {
    /// SHA-256 of the stamped text.
    pub(super) hash: &'a [u8],
    /// The time.
    pub(super) at: Stamp,
    /// What was in the question.
    pub(super) nonce: Option<&'a [u8]>,
}

pub(super) fn read(bytes: &[u8]) -> Result<Info<'_>, BadToken> {
    let mut info = Reader(bytes).only(SEQUENCE)?.inside();
    let version = info.take(INTEGER)?;
    info.take(OID)?;
    let mut imprint = info.take(SEQUENCE)?.inside();
    let algorithm = imprint.take(SEQUENCE)?.inside().take(OID)?;
    if version.content != [1] || algorithm.content != SHA256_OID {
        return Err(BadToken::Form);
    }
    let hash = imprint.only(OCTETS)?.content;
    info.take(INTEGER)?;
    let at = time(info.take(TIME)?.content).ok_or(BadToken::Form)?;
    // How exact it is, and whether its tokens are in order.
    info.take_if(SEQUENCE)?;
    info.take_if(BOOLEAN)?;
    let nonce = info.take_if(INTEGER)?.map(|nonce| nonce.content);
    // What follows, such as the authority's name, has to be DER as well.
    info.all()?;
    Ok(Info { hash, at, nonce })
}

/// `YYYYMMDDhhmmss[.s...]Z`; what is below a microsecond is left out.
fn time(text: &[u8]) -> Option<Stamp> {
    let text = str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 14 || !digits(whole) || !digits(part) {
        return None;
    }
    let part: String = part.chars().chain(std::iter::repeat('0')).take(6).collect();
    let of = |from: usize, to: usize| whole.get(from..to);
    let (year, month, day) = (of(0, 4)?, of(4, 6)?, of(6, 8)?);
    let (hour, minute, second) = (of(8, 10)?, of(10, 12)?, of(12, 14)?);
    format!("{year}-{month}-{day}T{hour}:{minute}:{second}.{part}+00:00").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_to_the_microsecond_and_nothing_else_is_a_time() {
        for (text, read) in [
            ("20261123080200Z", "2026-11-23T08:02:00.000000+00:00"),
            ("20240229235959.5Z", "2024-02-29T23:59:59.500000+00:00"),
            ("20261123080200.123456789Z", "2026-11-23T08:02:00.123456+00:00"),
        ] {
            assert_eq!(time(text.as_bytes()).map(|at| at.to_string()).as_deref(), Some(read));
        }
        for text in [
            "",
            "Z",
            "20261123080200",
            "20261123080200.Z",
            "20261123080200+0100",
            "20260230080200Z",
            "20261123080260Z",
            "202611230802Z",
            "2026112308020\u{664}Z",
            "-0261123080200Z",
            "20261123080200.-1Z",
        ] {
            assert_eq!(time(text.as_bytes()), None, "{text}");
        }
    }
}
