//! `pforte serve`: the server.

use crate::cli::data::{Data, start_failure};
use crate::cli::failure::{Done, End, Failure};
use crate::cli::out::{Out, complain};
use clap::{Args, ValueEnum};
use pforte_server::run::Server;
use serde_json::json;
use std::io;
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
        tracing_subscriber::fmt().with_max_level(self.log.level()).with_writer(io::stderr).init();
        let options = self.data.options(self.listen)?;
        for warning in &options.config.warnings {
            complain(&format!("configuration: {warning}"));
        }
        let runtime = Builder::new_multi_thread().enable_all().build().map_err(|error| unable(&error))?;
        runtime.block_on(async {
            let server = Server::start(options).await.map_err(|error| start_failure(&error))?;
            tell(out, &server)?;
            stop().await.map_err(|error| unable(&error))?;
            server.stop().await;
            Ok(End::Done)
        })
    }
}

fn tell(out: &mut Out, server: &Server) -> Done {
    let addresses: Vec<String> =
        server.addresses().iter().map(|address| format!("https://{address}")).collect();
    if out.is_json() {
        return out.json_line(&json!({ "addresses": addresses, "ca": server.ca_file() }));
    }
    let mut fields: Vec<_> = addresses.into_iter().map(|address| ("serves", address)).collect();
    fields.push(("authority to trust", server.ca_file().display().to_string()));
    out.fields(&fields)
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
