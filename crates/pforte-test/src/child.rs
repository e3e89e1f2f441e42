//! A server in a process of its own, to be killed.
//!
//! `init CONFIG DATA`: makes new data; prints the set-up code.
//! `serve CONFIG DATA`: prints the address once it answers, and runs until it is told
//! to terminate, or killed.

use pforte_server::clock::Clock;
use pforte_server::config::Config;
use pforte_server::run::{self, Options, Server};
use std::error::Error;
use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;
use tokio::signal::unix::{SignalKind, signal};

/// Does what the words ask for.
pub async fn run(words: &[&str]) -> Result<(), Box<dyn Error>> {
    match *words {
        ["init", config, data] => say(run::init(options(config, data)?).await?.as_str()),
        ["serve", config, data] => {
            let server = Server::start(options(config, data)?).await?;
            let address = server.addresses().first().ok_or("no address")?;
            say(&address.to_string())?;
            signal(SignalKind::terminate())?.recv().await;
            server.stop().await;
            Ok(())
        }
        _ => Err("unknown arguments".into()),
    }
}

fn options(config: &str, data: &str) -> Result<Options, Box<dyn Error>> {
    let config = Config::load(Path::new(config))?;
    let clock = Clock::new(config.plant.time_zone.clone());
    let listen = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
    Ok(Options { data: data.into(), config, listen, clock, seed: rand::random(), helper: None })
}

fn say(line: &str) -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    Ok(writeln!(out, "{line}").and_then(|()| out.flush())?)
}
