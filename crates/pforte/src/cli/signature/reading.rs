//! The record that somebody is about to sign, read before the password is asked.

use super::reference::Reference;
use crate::cli::failure::Failure;
use crate::cli::table::clean;
use pforte_client::Client;
use pforte_model::signature::statement::Digest;
use pforte_wire::signature::{Record, SignatureRequest};
use sha2::{Digest as _, Sha256};

/// Longest record that is shown, in bytes.
const MOST: u64 = 32 * 1024;

/// The record of a request for a person to read; nothing if it is no text, too long, or
/// not kept by the server. One that does not have its hash is not to be signed.
pub(super) async fn record(
    client: &Client,
    reference: &Reference,
    request: &SignatureRequest,
) -> Result<Option<String>, Failure> {
    let Some(told) = request.record.as_ref().filter(|told| is_readable(told)) else { return Ok(None) };
    let (id, view) = reference.seen();
    let bytes = client.signature_record(id, view).await?;
    if Digest(Sha256::digest(&bytes).into()).to_string() != told.sha256 {
        let detail = format!("the record of {} does not match its hash", request.object);
        return Err(Failure::new("record-broken", detail, "Do not sign; tell an administrator."));
    }
    Ok(std::str::from_utf8(&bytes).ok().map(lines))
}

fn is_readable(told: &Record) -> bool {
    let kind = told.media_type.to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let is_text = kind.starts_with("text/") || kind == "application/json" || kind.ends_with("+json");
    told.kept && is_text && told.bytes.is_some_and(|bytes| bytes <= MOST)
}

/// Each line with what nobody sees written out.
fn lines(text: &str) -> String {
    text.lines().flat_map(|line| ["  ".to_owned(), clean(line), "\n".to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_cannot_move_the_cursor_or_look_like_another_one() {
        assert_eq!(lines("a\u{1b}[2J\n\u{202e}b\n"), "  a\\u{1b}[2J\n  \\u{202e}b\n");
    }
}
