//! The log-on that is kept between commands: server, authority, token.

use crate::cli::failure::Failure;
use crate::cli::private;
use pforte_wire::secret::Secret;
use serde::{Deserialize, Serialize};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A log-on that is kept.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kept {
    /// The server.
    pub(crate) server: String,
    /// The authorities to trust, PEM; this computer's without it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) ca: Option<String>,
    /// The file with the credential of the station at which the session was made.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) station_credential_file: Option<PathBuf>,
    /// The session's token; absent after the log-off.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) token: Option<Secret>,
}

/// Where the log-on is kept if no other place is named.
pub(crate) fn usual_place() -> Result<PathBuf, Failure> {
    let folder = config_folder().ok_or_else(|| {
        Failure::new("home-unknown", "your home folder is not known", "Name a file with --login-file.")
    })?;
    Ok(folder.join("pforte").join("login.json"))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place of the command line that asks where a user's settings are"
)]
fn config_folder() -> Option<PathBuf> {
    let named = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    named.or_else(|| Some(std::env::home_dir()?.join(".config")))
}

/// Reads the log-on that is kept; `None` if nobody logged on.
pub(crate) fn read(path: &Path) -> Result<Option<Kept>, Failure> {
    let content = match private::read(path) {
        Ok(content) => Zeroizing::new(content),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::file("read", path, &error)),
    };
    if private::is_open(path).map_err(|error| Failure::file("read", path, &error))? {
        let detail = format!("others than you can read the log-on in {}", path.display());
        return Err(Failure::new(
            "login-file-open",
            detail,
            "Log off and on again: others may know the token.",
        ));
    }
    serde_json::from_slice(&content).map(Some).map_err(|_| {
        let detail = format!("{} does not hold a log-on", path.display());
        Failure::new("login-file-damaged", detail, "Remove it and log on again: pforte login USER.")
    })
}

/// Keeps a log-on.
pub(crate) fn write(path: &Path, kept: &Kept) -> Result<(), Failure> {
    let mut content = Zeroizing::new(Vec::with_capacity(16 << 10));
    serde_json::to_writer_pretty(&mut *content, kept)
        .map_err(|error| Failure::file("write", path, &error.into()))?;
    private::write(path, &content).map_err(|error| Failure::file("write", path, &error))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    fn kept() -> Kept {
        Kept {
            server: "https://localhost:8443".to_owned(),
            ca: Some("PEM".to_owned()),
            station_credential_file: None,
            token: Some(Secret::new("pfs_x".to_owned())),
        }
    }

    #[test]
    fn a_log_on_is_kept_and_after_the_log_off_its_server_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pforte/login.json");
        assert!(read(&path).unwrap().is_none());
        write(&path, &kept()).unwrap();
        assert_eq!(read(&path).unwrap().unwrap().token.unwrap().expose(), "pfs_x");
        write(&path, &Kept { token: None, ..kept() }).unwrap();
        let after = read(&path).unwrap().unwrap();
        assert!(after.token.is_none() && after.server == kept().server && after.ca == kept().ca);
    }

    #[test]
    fn a_log_on_that_others_can_read_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("login.json");
        write(&path, &kept()).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(read(&path), Err(Failure::Refused(told)) if told.code == "login-file-open"));
    }

    #[test]
    fn a_damaged_file_is_told_and_not_guessed_at() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("login.json");
        private::write(&path, b"{\"server\":1}").unwrap();
        assert!(matches!(read(&path), Err(Failure::Refused(told)) if told.code == "login-file-damaged"));
    }
}
