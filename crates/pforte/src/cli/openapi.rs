//! `pforte openapi`: the description of the HTTP API.

use crate::cli::failure::Done;
use crate::cli::out::Out;

/// Prints the document as it is checked in.
pub(crate) fn run(out: &mut Out) -> Done {
    let mut document = pforte_server::http::openapi();
    if !document.ends_with('\n') {
        document.push('\n');
    }
    out.text(&document)
}
