//! The way to the server: which one, whom to trust, as whom to call.

use crate::cli::failure::Failure;
use crate::cli::kept::{self, Kept};
use crate::cli::private;
use clap::Args;
use pforte_client::{BadSecret, BadSettings, Client, Trust};
use pforte_wire::secret::Secret;
use std::path::{Path, PathBuf};
use tokio::runtime::{Builder, Runtime};
use zeroize::Zeroizing;

/// The server that is asked if none is named.
const USUAL_SERVER: &str = "https://localhost:8443";

/// The way to the server.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Connection")]
pub(crate) struct Link {
    /// The server [default: the one of your log-on, else <https://localhost:8443>]
    #[arg(long, global = true, value_name = "URL")]
    server: Option<String>,
    /// The server's `ca.pem` [default: that of your log-on, else this computer's authorities]
    #[arg(long, global = true, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// A token or an application's credential [default: your log-on]
    #[arg(long, global = true, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// The credential of this station
    #[arg(long, global = true, value_name = "FILE")]
    station_file: Option<PathBuf>,
    /// Where your log-on is kept [default: your settings folder]
    #[arg(long, global = true, value_name = "FILE")]
    login_file: Option<PathBuf>,
}

impl Link {
    /// Where the log-on is kept.
    fn login_file(&self) -> Result<PathBuf, Failure> {
        self.login_file.clone().map_or_else(kept::usual_place, Ok)
    }

    /// Trusts this authority where neither an option nor a log-on names one.
    pub(crate) fn trust_if_nothing_else(&mut self, ca: PathBuf) {
        let named = self.ca.is_some() || matches!(self.kept(), Ok(Some(Kept { ca: Some(_), .. })));
        if !named && ca.is_file() {
            self.ca = Some(ca);
        }
    }

    /// A client that calls as whoever is logged on.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        let kept = self.kept()?;
        let client = self.bare(kept.as_ref())?;
        match (&self.token_file, kept.and_then(|kept| kept.token)) {
            (Some(path), _) => client.with_token(&secret(path)?).map_err(|BadSecret| unsendable(path)),
            (None, Some(token)) => client.with_token(&token).map_err(|BadSecret| damaged()),
            (None, None) => Ok(client),
        }
    }

    /// A client that calls as nobody, to log on or set up.
    pub(crate) fn stranger(&self) -> Result<Client, Failure> {
        self.bare(self.kept()?.as_ref())
    }

    /// What is to be kept of a log-on over this way.
    pub(crate) fn keep(&self, token: Secret) -> Result<(), Failure> {
        let known = self.kept()?;
        let ca = match &self.ca {
            Some(path) => Some(text(path)?.to_string()),
            None => known.as_ref().and_then(|known| known.ca.clone()),
        };
        let station = self.station(known.as_ref()).map(std::path::absolute).transpose();
        let station_credential_file =
            station.map_err(|error| Failure::file("find", Path::new("."), &error))?;
        let kept =
            Kept { server: self.server(known.as_ref()), ca, station_credential_file, token: Some(token) };
        kept::write(&self.login_file()?, &kept)
    }

    /// Forgets the session; the server and its authority stay known.
    pub(crate) fn forget(&self) -> Result<(), Failure> {
        match self.kept()? {
            Some(kept) => kept::write(&self.login_file()?, &Kept { token: None, ..kept }),
            None => Ok(()),
        }
    }

    /// Whether a session is kept for the server that is meant.
    pub(crate) fn is_logged_on(&self) -> Result<bool, Failure> {
        Ok(self.token_file.is_some() || self.kept()?.is_some_and(|kept| kept.token.is_some()))
    }

    /// The log-on that is kept, if it is one to the server that is meant: a token
    /// and an authority never count for another one.
    fn kept(&self) -> Result<Option<Kept>, Failure> {
        let kept = kept::read(&self.login_file()?)?;
        Ok(kept.filter(|kept| self.server.as_ref().is_none_or(|named| same(named, &kept.server))))
    }

    fn bare(&self, kept: Option<&Kept>) -> Result<Client, Failure> {
        let trust = match (&self.ca, kept.and_then(|kept| kept.ca.as_ref())) {
            (Some(path), _) => {
                Trust::Pem(private::read(path).map_err(|error| Failure::file("read", path, &error))?)
            }
            (None, Some(pem)) => Trust::Pem(pem.clone().into_bytes()),
            (None, None) => Trust::System,
        };
        let client = Client::new(&self.server(kept), &trust).map_err(bad_settings)?;
        match self.station(kept) {
            Some(path) => client.with_station(&secret(path)?).map_err(|BadSecret| unsendable(path)),
            None => Ok(client),
        }
    }

    fn server(&self, kept: Option<&Kept>) -> String {
        let known = || kept.map(|kept| kept.server.clone());
        self.server.clone().or_else(known).unwrap_or_else(|| USUAL_SERVER.to_owned())
    }

    fn station<'a>(&'a self, kept: Option<&'a Kept>) -> Option<&'a PathBuf> {
        let known = || kept.and_then(|kept| kept.station_credential_file.as_ref());
        self.station_file.as_ref().or_else(known)
    }
}

fn same(one: &str, other: &str) -> bool {
    let plain = |text: &str| text.trim().trim_end_matches('/').to_ascii_lowercase();
    plain(one) == plain(other)
}

/// The first line of a file that holds a secret.
fn secret(path: &Path) -> Result<Secret, Failure> {
    let text = text(path)?;
    Ok(Secret::new(text.lines().next().unwrap_or_default().trim().to_owned()))
}

fn text(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let content = Zeroizing::new(private::read(path).map_err(|error| Failure::file("read", path, &error))?);
    let text = std::str::from_utf8(&content).map_err(|_| unsendable(path))?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn unsendable(path: &Path) -> Failure {
    let detail = format!("{} holds something that cannot be sent", path.display());
    Failure::new("credential-unfit", detail, "Put the credential alone into the file, as it was shown.")
}

fn damaged() -> Failure {
    let detail = "the log-on that is kept holds something that cannot be sent";
    Failure::new("login-file-damaged", detail, "Log on again: pforte login USER.")
}

fn bad_settings(error: BadSettings) -> Failure {
    let (code, cure) = match error {
        BadSettings::Address | BadSettings::NotTls => {
            ("address-invalid", "Give the server as https://HOST:PORT.")
        }
        BadSettings::Authorities => ("ca-unfit", "Give the server's `ca.pem` with --ca."),
        BadSettings::NoSystemAuthorities => ("ca-missing", "Give the server's `ca.pem` with --ca."),
        BadSettings::Tls => ("tls-failed", "Report it: this program is not whole."),
    };
    Failure::new(code, error.to_string(), cure)
}

/// What runs the calls of one command.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    Builder::new_current_thread().enable_all().build().map_err(|error| {
        let detail = format!("cannot begin: {error}");
        Failure::new("runtime-failed", detail, "Check the limits on open files and processes.")
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;

    fn kept_in(folder: &Path) -> PathBuf {
        let path = folder.join("login.json");
        let kept = Kept {
            server: "https://plant:8443".to_owned(),
            ca: Some("PEM of plant".to_owned()),
            station_credential_file: Some("/none".into()),
            token: Some(Secret::new("pfs_x".to_owned())),
        };
        kept::write(&path, &kept).unwrap();
        path
    }

    #[test]
    fn a_kept_log_on_counts_for_its_own_server_only() {
        let folder = tempfile::tempdir().unwrap();
        let login_file = Some(kept_in(folder.path()));
        let link = |server: Option<&str>| Link {
            server: server.map(str::to_owned),
            login_file: login_file.clone(),
            ..Link::default()
        };
        for own in [None, Some("https://plant:8443"), Some("HTTPS://Plant:8443/")] {
            assert!(link(own).kept().unwrap().is_some(), "{own:?}");
        }
        for other in ["https://plant", "https://plant:8444", "https://plant.example:8443"] {
            assert!(link(Some(other)).kept().unwrap().is_none(), "{other}");
        }
    }

    #[test]
    fn without_anything_the_server_of_this_computer_is_asked() {
        let folder = tempfile::tempdir().unwrap();
        let link = Link { login_file: Some(folder.path().join("none")), ..Link::default() };
        assert_eq!(link.server(link.kept().unwrap().as_ref()), USUAL_SERVER);
    }

    #[test]
    fn a_secret_is_the_first_line_of_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("credential");
        private::write(&path, b"pft_abc \r\nmore\n").unwrap();
        assert_eq!(secret(&path).unwrap().expose(), "pft_abc");
        private::write(&path, b"\xff").unwrap();
        assert!(secret(&path).is_err());
    }
}
