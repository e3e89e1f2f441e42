//! A cable to a server, which a test can pull out and put in again.
#![expect(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a test stops here")]

use std::net::SocketAddr;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// Passes connections on to a server, byte by byte.
pub struct Cable {
    /// Where the near end listens.
    pub near: SocketAddr,
    far: SocketAddr,
    tasks: Option<JoinSet<()>>,
}

impl Cable {
    /// A cable to the server at this address, put in.
    pub async fn to(far: SocketAddr) -> Self {
        Self::between("127.0.0.1:0".parse().unwrap(), far).await
    }

    /// The same with its near end there.
    pub async fn between(near: SocketAddr, far: SocketAddr) -> Self {
        let listener = TcpListener::bind(near).await.unwrap();
        let mut cable = Self { near: listener.local_addr().unwrap(), far, tasks: None };
        cable.serve(listener);
        cable
    }

    /// Every connection breaks, and new ones are refused.
    pub async fn pull(&mut self) {
        if let Some(mut tasks) = self.tasks.take() {
            tasks.shutdown().await;
        }
    }

    /// New connections are passed on again.
    pub async fn put_in(&mut self) {
        let listener = TcpListener::bind(self.near).await.unwrap();
        self.serve(listener);
    }

    fn serve(&mut self, listener: TcpListener) {
        let (far, mut tasks) = (self.far, JoinSet::new());
        tasks.spawn(async move {
            let mut passed = JoinSet::new();
            while let Ok((near, _)) = listener.accept().await {
                passed.spawn(pass(near, far));
            }
        });
        self.tasks = Some(tasks);
    }
}

async fn pass(mut near: TcpStream, far: SocketAddr) {
    if let Ok(mut far) = TcpStream::connect(far).await {
        // Either end may break it.
        let _ = copy_bidirectional(&mut near, &mut far).await;
    }
}
