//! `pforte setup`: the first administrator.

use crate::cli::failure::Done;
use crate::cli::link::Link;
use crate::cli::out::Out;
use crate::cli::password::{self, PasswordSource};
use clap::Args;
use pforte_wire::logon::SetUp;
use pforte_wire::secret::Secret;

/// Make the first administrator with the set-up code that `pforte init` printed
#[derive(Args)]
pub(crate) struct Setup {
    /// The set-up code; asked for if it is not given
    #[arg(long)]
    code: Option<String>,
    /// The log-on name of the first administrator
    #[arg(long)]
    user: String,
    /// The name to be shown; the log-on name without it
    #[arg(long)]
    label: Option<String>,
    #[command(flatten)]
    password: PasswordSource,
    #[command(flatten)]
    link: Link,
}

impl Setup {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        let client = self.link.stranger()?;
        let code = match self.code {
            Some(code) => Secret::new(code),
            None => password::terminal("Set-up code: ")?,
        };
        let password = self.password.choose(&format!("New password of {}: ", self.user))?;
        let set_up = SetUp { code, user: self.user, label: self.label, password };
        out.one(&client.set_up(&set_up).await?)
    }
}
