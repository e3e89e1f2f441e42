//! `pforte serve`: the server.

use crate::cli::data::{Data, start_failure};
use crate::cli::failure::{Done, End, Failure};
use crate::cli::out::{Out, complain};
use crate::cli::show::Shown;
use clap::{Args, ValueEnum};
use pforte_server::demo::{self, Demo, DemoError, DemoUser};
use pforte_server::keys::DataFolder;
use pforte_server::run::{self, Options, Server};
use serde::Serialize;
use serde_json::json;
use std::io::{self, IsTerminal};
use std::net::SocketAddr;
use tokio::runtime::Builder;
use tracing::Level;

/// Run the server until it is told to stop
#[derive(Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    data: Data,
    /// Where to listen instead of where the configuration says
    #[arg(long, value_name = "ADDR:PORT")]
    listen: Option<SocketAddr>,
    /// Make the demo plant, a dairy, if there are no data yet, and print its users with their passwords, once
    #[arg(long)]
    demo: bool,
    /// How much is told on standard error
    #[arg(long, value_enum, default_value_t = Log::Info)]
    log: Log,
}

#[derive(Clone, Copy, ValueEnum)]
enum Log {
    Error,
    Warn,
    Info,
    Debug,
}

impl Log {
    const fn level(self) -> Level {
        match self {
            Self::Error => Level::ERROR,
            Self::Warn => Level::WARN,
            Self::Info => Level::INFO,
            Self::Debug => Level::DEBUG,
        }
    }
}

impl Serve {
    pub(crate) fn run(&self, out: &mut Out) -> Done {
        let log = tracing_subscriber::fmt().with_max_level(self.log.level()).with_writer(io::stderr);
        log.with_ansi(io::stderr().is_terminal()).init();
        let runtime = Builder::new_multi_thread().enable_all().build().map_err(|error| unable(&error))?;
        runtime.block_on(self.serve(out))
    }

    async fn serve(&self, out: &mut Out) -> Done {
        let options = self.options()?;
        for warning in &options.config.warnings {
            complain(&format!("configuration: {warning}"));
        }
        if self.demo && !DataFolder::exists(&self.data.folder) {
            // The demo uses the set-up code up itself.
            run::init(self.options()?).await.map_err(|error| start_failure(&error))?;
        }
        let server = Server::start(options).await.map_err(|error| start_failure(&error))?;
        let demo =
            if self.demo { server.make_demo().await.map_err(|error| demo_failure(&error))? } else { None };
        tell(out, &server, demo)?;
        stop().await.map_err(|error| unable(&error))?;
        server.stop().await;
        Ok(End::Done)
    }

    fn options(&self) -> Result<Options, Failure> {
        let mut options = self.data.options(self.listen)?;
        if self.demo {
            demo::PLANT.clone_into(&mut options.config.plant.name);
        }
        Ok(options)
    }
}

fn demo_failure(error: &DemoError) -> Failure {
    let cure = "Remove the data folder and try again; it holds nothing but the demo.";
    Failure::new("demo-failed", error.to_string(), cure)
}

fn tell(out: &mut Out, server: &Server, demo: Option<Demo>) -> Done {
    let addresses: Vec<String> = server.addresses().iter().map(reached_at).collect();
    if out.is_json() {
        return out.json_line(&json!({ "addresses": addresses, "ca": server.ca_file() }));
    }
    if let Some(demo) = demo {
        let users: Vec<User> = demo.users.into_iter().map(User).collect();
        out.list(&users)?;
        out.said("These passwords are shown once; they are also kept in demo-users.json.")?;
    }
    let mut fields: Vec<_> = addresses.into_iter().map(|address| ("serves", address)).collect();
    fields.push(("authority to trust", server.ca_file().display().to_string()));
    out.fields(&fields)
}

/// Where a browser on this computer goes: what listens everywhere is reached by the
/// name that the certificate has, and an address of one's own by itself.
fn reached_at(address: &SocketAddr) -> String {
    if address.ip().is_unspecified() {
        return format!("https://localhost:{}", address.port());
    }
    format!("https://{address}")
}

/// A user of the demo, as a row.
#[derive(Serialize)]
struct User(DemoUser);

impl Shown for User {
    const HEADS: &'static [&'static str] = &["user", "password", "roles"];

    fn cells(&self) -> Vec<String> {
        let Self(user) = self;
        let name = format!("{}\\{}", user.directory, user.user);
        vec![name, user.password.expose().to_owned(), user.roles.join(", ")]
    }
}

fn unable(error: &io::Error) -> Failure {
    let detail = format!("cannot begin: {error}");
    Failure::new("runtime-failed", detail, "Check the limits on open files and processes.")
}

/// Waits for the system to say that it is enough.
#[cfg(unix)]
async fn stop() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// Waits for the system to say that it is enough.
#[cfg(not(unix))]
async fn stop() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_listens_everywhere_is_reached_by_the_name_of_this_computer() {
        let at = |address: [u8; 4]| reached_at(&SocketAddr::from((address, 8443)));
        assert_eq!(at([0, 0, 0, 0]), "https://localhost:8443");
        assert_eq!(at([192, 0, 2, 7]), "https://192.0.2.7:8443");
        assert_eq!(reached_at(&SocketAddr::from(([0; 16], 443))), "https://localhost:443");
    }
}
