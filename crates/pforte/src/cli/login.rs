//! `pforte login`, `logout`, `whoami`.

use crate::cli::failure::{Done, Failure};
use crate::cli::link::Link;
use crate::cli::out::Out;
use crate::cli::password::PasswordSource;
use clap::Args;
use pforte_client::ClientError;
use pforte_wire::problem::Code;
use pforte_wire::session::LogOn;
use std::path::PathBuf;

/// Log on; the session is kept for the commands that follow
#[derive(Args)]
pub(crate) struct Login {
    /// The log-on name: `name`, `DOMAIN\name` or `name@domain`
    user: String,
    /// The directory to ask; without it the name tells, else the default one is asked
    #[arg(long)]
    directory: Option<String>,
    #[command(flatten)]
    password: PasswordSource,
    /// Change the password on the way; the new one is asked
    #[arg(long)]
    change_password: bool,
    /// Change the password on the way to the first line of this file
    #[arg(long, value_name = "FILE")]
    new_password_file: Option<PathBuf>,
    #[command(flatten)]
    link: Link,
}

impl Login {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        let client = self.link.stranger()?;
        let password = self.password.ask(&format!("Password of {}: ", self.user))?;
        let changes = self.change_password || self.new_password_file.is_some();
        let new = PasswordSource::of(self.new_password_file);
        let new_password =
            changes.then(|| new.choose(&format!("New password of {}: ", self.user))).transpose()?;
        let log_on =
            LogOn { directory: self.directory, user: self.user, password, new_password, cookie: false };
        let answer = client.log_on(&log_on).await?;
        let token = answer.token.ok_or_else(|| {
            Failure::new(
                "answer-not-understood",
                "the server told no token",
                "Check that the address is Pforte's.",
            )
        })?;
        self.link.keep(token)?;
        out.one(&answer.session)
    }
}

/// Log off and forget the session
#[derive(Args)]
pub(crate) struct Logout {
    #[command(flatten)]
    link: Link,
}

impl Logout {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        if !self.link.is_logged_on()? {
            return out.said("Nobody was logged on.");
        }
        match self.link.client()?.log_off().await {
            // A session that has ended already needs no end.
            Err(error) if !has_ended(&error) => return Err(error.into()),
            _ => {}
        }
        self.link.forget()?;
        out.said("Logged off.")
    }
}

fn has_ended(error: &ClientError) -> bool {
    error.is(Code::TokenInvalid) || error.is(Code::CredentialsMissing)
}

/// Show who is logged on, with which roles and for how long
#[derive(Args)]
pub(crate) struct Whoami {
    #[command(flatten)]
    link: Link,
}

impl Whoami {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        out.one(&self.link.client()?.current_session().await?)
    }
}
