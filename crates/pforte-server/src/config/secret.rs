//! Secrets of the configuration: each in a file of its own.

use super::section::Section;
use crate::keys::file::read_bounded;
use crate::keys::permission::{Reach, reach};
use secrecy::SecretString;
use std::fs::File;
use std::path::PathBuf;

/// No secret is longer, in bytes.
const MAX_BYTES: u64 = 4096;

/// Reads the secret in a file, whose path is a field. A line end at its end is
/// not part of the secret.
///
/// A file that every account of the machine can read is refused; one that its
/// group can read is used with a warning, because that is how containers hand
/// secrets over.
pub(super) fn secret_file(
    section: &mut Section<'_, '_>,
    key: &'static str,
    shown: &str,
    doc: &str,
) -> Option<SecretString> {
    let base = section.base();
    let path = section.parsed(key, shown, doc, |text| Ok(base.join(text)))?;
    match read(&path) {
        Ok((secret, Reach::Owner)) => Some(secret),
        Ok((secret, Reach::Group)) => {
            section.warning(key, "its group can read the file; `chmod 0600` it");
            Some(secret)
        }
        Ok((_, Reach::Everybody)) => {
            section
                .problem(key, "every account of the computer can read or change the file; `chmod 0600` it");
            None
        }
        Err(says) => {
            section.problem(key, &says);
            None
        }
    }
}

fn read(path: &PathBuf) -> Result<(SecretString, Reach), String> {
    let shown = path.display();
    let file = File::open(path).map_err(|error| format!("cannot read {shown}: {error}"))?;
    let found = file.metadata().map_err(|error| format!("cannot read {shown}: {error}"))?;
    if !found.is_file() {
        return Err(format!("{shown} is not a file"));
    }
    let bytes = read_bounded(&file, MAX_BYTES).map_err(|error| format!("cannot read {shown}: {error}"))?;
    let bytes = bytes.ok_or_else(|| format!("{shown} is longer than {MAX_BYTES} bytes"))?;
    let text = str::from_utf8(&bytes).map_err(|_| format!("{shown} is not a text in UTF-8"))?;
    let text = text.strip_suffix('\n').map_or(text, |text| text.strip_suffix('\r').unwrap_or(text));
    if text.is_empty() || text.contains(['\0', '\n']) {
        return Err(format!("{shown} must hold the secret in one line and nothing else"));
    }
    Ok((SecretString::from(Box::<str>::from(text)), reach(&found)))
}
