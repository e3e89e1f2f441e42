//! `pforte user`: users of every directory that Pforte knows.

use crate::cli::failure::Done;
use crate::cli::link::Link;
use crate::cli::out::Out;
use crate::cli::parse::yes_no;
use crate::cli::password::{self, PasswordSource};
use crate::cli::resolve::{self, is_id};
use crate::cli::show::{self, Shown, time, yes};
use clap::{Args, Subcommand};
use pforte_client::{Client, PrincipalKind, UserFilter, every};
use pforte_wire::secret::Secret;
use pforte_wire::user::{self, ChangeUser, NewUser, SetPassword};
use serde_json::json;

/// Users of every directory that Pforte knows
#[derive(Args)]
pub(crate) struct User {
    #[command(flatten)]
    link: Link,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Make a user of the local directory
    Add(Add),
    /// List users
    List {
        /// Of this directory: name or identifier
        #[arg(long)]
        directory: Option<String>,
        /// With this text in the log-on name or the name that is shown
        #[arg(long)]
        search: Option<String>,
    },
    /// Show one user
    Show {
        /// Identifier, `DIRECTORY\name`, or a name that one directory alone has
        user: String,
    },
    /// Change a user
    Change(Change),
    /// Disable a user; its sessions end at once
    Disable {
        /// Identifier, `DIRECTORY\name`, or a name that one directory alone has
        user: String,
    },
    /// Enable a user again
    Enable {
        /// Identifier, `DIRECTORY\name`, or a name that one directory alone has
        user: String,
    },
    /// Set the password of a user of the local directory
    Password {
        /// Identifier or name
        user: String,
        /// It must be changed at the next log-on, because you know it
        #[arg(long)]
        must_change: bool,
        #[command(flatten)]
        password: NewPassword,
    },
    /// Search a directory for users, known to Pforte or not
    Search {
        /// The directory: name or identifier
        #[arg(long)]
        directory: String,
        /// How the log-on name or the name that is shown begins
        text: String,
    },
}

#[derive(Args)]
struct Add {
    /// The log-on name; one that was ever taken is refused
    login: String,
    /// The name to be shown; the log-on name without it
    #[arg(long)]
    label: Option<String>,
    /// Never lock this user after wrong passwords, only slow it down
    #[arg(long)]
    essential: bool,
    /// The password must be changed at the first log-on, because you know it
    #[arg(long)]
    must_change: bool,
    #[command(flatten)]
    password: NewPassword,
}

#[derive(Args)]
struct NewPassword {
    /// Make a password and print it, once
    #[arg(long, conflicts_with_all = ["password_stdin", "password_file"])]
    generate: bool,
    #[command(flatten)]
    source: PasswordSource,
}

#[derive(Args)]
struct Change {
    /// Identifier, `DIRECTORY\name`, or a name that one directory alone has
    user: String,
    /// The new log-on name (local directory); the old one stays taken
    #[arg(long)]
    login: Option<String>,
    /// The new name to be shown (local directory)
    #[arg(long)]
    label: Option<String>,
    /// Whether it is never locked after wrong passwords
    #[arg(long, value_name = "yes|no", value_parser = yes_no)]
    essential: Option<bool>,
    /// Whose user it is: a person's identifier, or another user of the same person
    #[arg(long)]
    person: Option<String>,
}

impl User {
    pub(crate) async fn run(self, out: &mut Out) -> Done {
        let client = self.link.client()?;
        match self.verb {
            Verb::Add(add) => add.run(&client, out).await,
            Verb::List { directory, search } => list(&client, out, directory, search).await,
            Verb::Show { user } => out.one(&resolve::user(&client, &user).await?),
            Verb::Change(change) => change.run(&client, out).await,
            Verb::Disable { user } => enable(&client, out, &user, false).await,
            Verb::Enable { user } => enable(&client, out, &user, true).await,
            Verb::Password { user, must_change, password } => {
                set_password(&client, out, &user, password, must_change).await
            }
            Verb::Search { directory, text } => {
                let directory = resolve::directory(&client, &directory).await?;
                let found = client.search_directory(&directory.id, PrincipalKind::User, &text).await?;
                out.list(&found.items)
            }
        }
    }
}

impl NewPassword {
    /// The password, and whether it is to be printed.
    fn choose(&self, login: &str) -> Result<(Secret, bool), super::failure::Failure> {
        if self.generate {
            return Ok((password::generated()?, true));
        }
        Ok((self.source.choose(&format!("New password of {login}: "))?, false))
    }
}

impl Add {
    async fn run(self, client: &Client, out: &mut Out) -> Done {
        let (password, printed) = self.password.choose(&self.login)?;
        let new = NewUser {
            login: self.login,
            label: self.label,
            password: password.clone(),
            must_change: self.must_change,
            essential: self.essential,
        };
        let user = client.add_user(&new).await?;
        if printed {
            let whole = json!({ "user": user, "password": password });
            out.with_secret(&user, ("password", password.expose()), &whole)
        } else {
            out.one(&user)
        }
    }
}

impl Change {
    async fn run(self, client: &Client, out: &mut Out) -> Done {
        let user = resolve::user(client, &self.user).await?;
        let person = match self.person {
            Some(other) if !is_id(&other) => Some(resolve::user(client, &other).await?.person.id),
            person => person,
        };
        let change = ChangeUser {
            login: self.login,
            label: self.label,
            essential: self.essential,
            person,
            ..unchanged(&user)
        };
        out.one(&client.change_user(&user.id, &change).await?)
    }
}

const fn unchanged(user: &user::User) -> ChangeUser {
    let version = user.version;
    ChangeUser { version, login: None, label: None, enabled: None, essential: None, person: None }
}

async fn list(client: &Client, out: &mut Out, directory: Option<String>, search: Option<String>) -> Done {
    let directory = match directory {
        Some(typed) => Some(resolve::directory(client, &typed).await?.id),
        None => None,
    };
    let filter = UserFilter { directory, search };
    out.list(&every(async |page| client.users(&filter, &page).await).await?)
}

async fn enable(client: &Client, out: &mut Out, typed: &str, enabled: bool) -> Done {
    let user = resolve::user(client, typed).await?;
    let change = ChangeUser { enabled: Some(enabled), ..unchanged(&user) };
    out.one(&client.change_user(&user.id, &change).await?)
}

async fn set_password(
    client: &Client,
    out: &mut Out,
    typed: &str,
    new: NewPassword,
    must_change: bool,
) -> Done {
    let user = resolve::user(client, typed).await?;
    let (password, printed) = new.choose(&user.login)?;
    client.set_password(&user.id, &SetPassword { password: password.clone(), must_change }).await?;
    match (printed, out.is_json()) {
        (false, _) => out.said("The password is set."),
        (true, true) => out.json(&json!({ "password": password })),
        (true, false) => out.fields(&[("password", password.expose().to_owned())]),
    }
}

impl Shown for user::User {
    const HEADS: &'static [&'static str] = &["user", "label", "enabled", "essential", "last seen", "id"];

    fn cells(&self) -> Vec<String> {
        vec![
            format!("{}\\{}", self.directory.name, self.login),
            self.label.clone(),
            show::yes_no(self.enabled),
            yes(self.essential),
            time(self.seen_at),
            self.id.clone(),
        ]
    }

    fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields: Vec<_> = Self::HEADS.iter().copied().zip(self.cells()).collect();
        fields.push(("person", format!("{} ({})", self.person.name, self.person.id)));
        fields
    }
}
