//! Whether the host answers, and the way to it.

use super::settings::Settings;
use super::smb::Connection;
use crate::ServerHealth;
use crate::fault::{Fault, FaultKind};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::{TcpStream, lookup_host};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

/// How often a host that answers is asked whether it still does.
const PROBE: Duration = Duration::from_secs(10);
/// How often a host that does not answer is asked again.
const PROBE_LOST: Duration = Duration::from_secs(1);

/// The way to a host, and what is known of it.
pub(super) struct Reach {
    pub(super) settings: Settings,
    /// Why it does not answer, and since when.
    lost: Mutex<Option<(Fault, Instant)>>,
}

impl Reach {
    pub(super) fn new(settings: Settings) -> Self {
        Self { settings, lost: Mutex::new(None) }
    }

    fn lost(&self) -> MutexGuard<'_, Option<(Fault, Instant)>> {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why the host is known not to answer.
    pub(super) fn known_lost(&self) -> Option<Fault> {
        self.lost().as_ref().map(|(fault, _)| fault.clone())
    }

    pub(super) fn health(&self) -> ServerHealth {
        let server = format!("{}:{}", self.settings.host, self.settings.port);
        let silent_for = self.lost().as_ref().map(|(_, since)| since.elapsed());
        ServerHealth { silent_for, ..ServerHealth::plain(server, self.known_lost()) }
    }

    /// A connection that is agreed on but has no session yet.
    pub(super) async fn connect(&self) -> Result<Connection, Fault> {
        let connected = timeout(self.settings.limits.connect(), self.negotiate()).await;
        let connected = connected.unwrap_or_else(|_| Err(FaultKind::ConnectTimedOut.into()));
        let mut lost = self.lost();
        let since = lost.as_ref().map_or_else(Instant::now, |(_, since)| *since);
        *lost = connected.as_ref().err().map(|fault| (fault.clone(), since));
        drop(lost);
        connected
    }

    async fn negotiate(&self) -> Result<Connection, Fault> {
        Connection::negotiate(dial(&self.addresses().await?).await?).await
    }

    /// The addresses at which the host may answer.
    pub(super) async fn addresses(&self) -> Result<Vec<SocketAddr>, Fault> {
        const MOST: usize = 4;
        let Settings { host, port, address, .. } = &self.settings;
        if let Some(address) = address {
            return Ok(vec![SocketAddr::new(*address, *port)]);
        }
        let found = lookup_host((host.as_str(), *port)).await;
        let found = found.map_err(|error| FaultKind::NameNotResolved.with(error))?;
        Ok(found.take(MOST).collect())
    }
}

/// A connection to the first address that takes one.
pub(super) async fn dial(addresses: &[SocketAddr]) -> Result<TcpStream, Fault> {
    let mut last = Fault::from(FaultKind::NameNotResolved);
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => {
                // Questions are small and each waits for its answer.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
                last = FaultKind::ConnectRefused.with(address);
            }
            Err(error) => last = FaultKind::ConnectFailed.with(error),
        }
    }
    Err(last)
}

/// Asks the host now and again, so that nobody has to wait to learn that it is away.
pub(super) async fn watch(reach: Arc<Reach>, mut stop: watch::Receiver<bool>) {
    loop {
        let round = async {
            let pause = if reach.connect().await.is_ok() { PROBE } else { PROBE_LOST };
            tokio::time::sleep(pause).await;
        };
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = round => {}
        }
    }
}
