//! From the start of the program to its first answer over data that exist, its
//! memory when idle, and the size of the program.
//!
//! The release build of `pforte serve` runs over the demo plant; another build can be
//! named as the first argument. Linux tells the memory.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement stops here and tells its figures"
)]

use pforte_bench::https::{Ask, Kept};
use pforte_bench::measure::{busy, median};
use pforte_bench::program;
use serde_json::Value;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

const STARTS: usize = 15;

/// Between two tries to reach the server.
const PAUSE: Duration = Duration::from_micros(500);

/// The longest that a start may take.
const BOUND: Duration = Duration::from_secs(20);

/// After so long without a request the server is idle.
const IDLE: Duration = Duration::from_secs(5);

fn main() {
    let program = program::pforte();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        println!("load of the machine {}", busy());
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        drop(started(&program, &data, &["--demo"]).await);
        let (mut times, mut idle, mut used) = (Vec::new(), Vec::new(), Vec::new());
        for number in 0..STARTS {
            let running = started(&program, &data, &[]).await;
            times.push(running.took.as_secs_f64() * 1e3);
            if number % 5 == 0 {
                tokio::time::sleep(IDLE).await;
                idle.push(running.resident());
                running.log_on(&data).await;
                used.push(running.resident());
            }
        }
        let slowest = times.iter().copied().fold(0.0, f64::max);
        let size = std::fs::metadata(&program).unwrap().len();
        println!("start to first answer: median {:.0} ms, slowest {slowest:.0} ms (goal 100)", median(times));
        println!(
            "resident when idle: {:.1} MB (goal 30); just after a log-on {:.1} MB",
            median(idle),
            median(used)
        );
        println!("program: {:.1} MB (goal 40)", f64::from(u32::try_from(size).unwrap()) / 1e6);
        println!("load of the machine {}", busy());
    });
}

/// The users of the demo plant, once they are written.
fn users(file: &Path) -> Option<Value> {
    serde_json::from_slice(&std::fs::read(file).ok()?).ok()
}

/// A running server; dropped, it is ended.
struct Running {
    child: Child,
    address: SocketAddr,
    took: Duration,
}

async fn started(program: &Path, data: &Path, more: &[&str]) -> Running {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let begun = Instant::now();
    let mut command = Command::new(program);
    command.arg("serve").arg("--data").arg(data).args(["--listen", &address.to_string()]).args(more);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut running = Running { child, address, took: BOUND };
    while TcpStream::connect(address).await.is_err() {
        assert!(begun.elapsed() < BOUND, "the server does not answer");
        assert!(running.child.try_wait().unwrap().is_none(), "the server ended");
        tokio::time::sleep(PAUSE).await;
    }
    let kept = Kept::connect(address, &data.join("ca.pem")).await;
    let (status, body) = kept.ask(&Ask::plain("GET", "/healthz")).await;
    assert_eq!(status, 200, "{body:?}");
    running.took = begun.elapsed();
    if !more.is_empty() {
        running.written(&data.join("demo-users.json")).await;
    }
    running
}

impl Running {
    /// Waits for a file that is written after the start.
    async fn written(&self, file: &Path) {
        let begun = Instant::now();
        while users(file).is_none() {
            assert!(begun.elapsed() < BOUND, "{} is not written", file.display());
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Resident memory in MB.
    fn resident(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        let kib: u32 = line.trim().trim_end_matches(" kB").parse().unwrap();
        f64::from(kib) * 1024.0 / 1e6
    }

    /// Logs the first user of the demo plant on.
    async fn log_on(&self, data: &Path) {
        let users = users(&data.join("demo-users.json")).unwrap();
        let of = |name: &str| users.pointer(&format!("/0/{name}")).cloned().unwrap();
        let body = serde_json::json!({ "directory": of("directory"), "user": of("user"), "password": of("password") });
        let kept = Kept::connect(self.address, &data.join("ca.pem")).await;
        let (status, answer) = kept.ask(&Ask::new("POST", "/api/v1/sessions", &body)).await;
        assert_eq!(status, 201, "{answer:?}");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Ended as a loss of power would end it: the next start finds that too.
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}
