//! A PostgreSQL of our own: a fresh cluster, on the loopback address and a free port.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use std::{env, fs};

use super::file::{Account, Postgres};
use super::process::Process;
use crate::command::{command, output, run, wait_until};
use crate::failure::{Done, Failure, While};
use crate::packages::is_root;
use crate::place;

const SUPERUSER: &str = "pforte";
const PASSWORD: &str = "Postgres-Passw0rd!";
/// The user as which the server runs when the task is root, whom the server refuses.
const SYSTEM_USER: &str = "postgres";
/// As many tests run at once as there are cores, each with a server of its own and its connections.
const CONNECTIONS: &str = "max_connections=300";
const START_LIMIT: Duration = Duration::from_secs(30);
const STOP_LIMIT: Duration = Duration::from_secs(20);
/// The first version whose `initdb` can sort by language, which shows where a statement relies on bytes.
const ICU_SINCE: u32 = 15;

/// The folder with the newest server's programs, if one is installed.
#[must_use]
pub fn programs() -> Option<PathBuf> {
    let distribution = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = distribution
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| folder.join("postgres").exists())
        .collect();
    found.sort();
    let elsewhere =
        || env::split_paths(&place::variable("PATH")?).find(|folder| folder.join("initdb").exists());
    found.pop().map(|(_, folder)| folder).or_else(elsewhere)
}

/// Makes a cluster in `folder` and starts it.
pub fn start(folder: &Path) -> Done<Postgres> {
    let programs = programs().ok_or_else(|| Failure::new("PostgreSQL is not installed"))?;
    let version = version(&programs)?;
    place::make_empty(folder)?;
    if is_root() {
        run(&mut command("chown", [SYSTEM_USER, &folder.to_string_lossy()]))?;
    }
    let data = folder.join("data");
    make_cluster(&programs, version, folder, &data)?;
    let port = free_port()?;
    let mut server = unprivileged(&programs.join("postgres"), folder);
    server.arg("-D").arg(&data).arg("-k").arg(folder);
    server.args(["-h", "127.0.0.1", "-p", &port.to_string(), "-c", CONNECTIONS]);
    let process = Process::start(&mut server, &log(folder))?;
    let postgres = Postgres {
        url: format!("postgresql://{SUPERUSER}:{}@127.0.0.1:{port}/postgres", PASSWORD.replace('!', "%21")),
        host: Ipv4Addr::LOCALHOST.to_string(),
        port,
        socket: folder.to_owned(),
        superuser: Account { user: SUPERUSER.to_owned(), password: PASSWORD.to_owned() },
        version,
        process,
    };
    let ready = wait_until(START_LIMIT, || !postgres.process.runs() || answers(&programs, &postgres));
    if ready && postgres.process.runs() {
        return Ok(postgres);
    }
    stop(&postgres)?;
    Err(Failure::new(format!("PostgreSQL did not start; its log: {}", log(folder).display())))
}

/// Ends the server, its clients' transactions undone.
pub fn stop(postgres: &Postgres) -> Done {
    for signal in ["INT", "QUIT", "KILL"] {
        postgres.process.signal(signal)?;
        if postgres.process.ends_within(STOP_LIMIT) {
            return Ok(());
        }
    }
    Err(Failure::new(format!("PostgreSQL, process {}, does not end", postgres.process.id)))
}

/// Whether the server takes connections.
fn answers(programs: &Path, postgres: &Postgres) -> bool {
    let port = postgres.port.to_string();
    let mut asked = Command::new(programs.join("pg_isready"));
    asked.args(["-q", "-h", &postgres.host, "-p", &port]).stdin(Stdio::null());
    asked.status().is_ok_and(|status| status.success())
}

fn make_cluster(programs: &Path, version: u32, folder: &Path, data: &Path) -> Done {
    let password = folder.join("password");
    fs::write(&password, PASSWORD).doing(password.display())?;
    let mut init = unprivileged(&programs.join("initdb"), folder);
    init.arg("-D").arg(data).arg("--pwfile").arg(&password).args(["-U", SUPERUSER]);
    init.args(["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]);
    if version >= ICU_SINCE {
        init.args(["--locale-provider=icu", "--icu-locale=en-US"]);
    }
    output(&mut init).map(drop)
}

/// A program of the server's, run by somebody who is not root.
fn unprivileged(program: &Path, folder: &Path) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        let user = [format!("--reuid={SYSTEM_USER}"), format!("--regid={SYSTEM_USER}")];
        command.args(user).args(["--clear-groups", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    command.current_dir(folder).stdin(Stdio::null());
    command
}

fn version(programs: &Path) -> Done<u32> {
    let text = output(Command::new(programs.join("postgres")).arg("--version"))?;
    let number = text.split_whitespace().find_map(|word| word.split('.').next()?.parse().ok());
    number.ok_or_else(|| Failure::new(format!("no version in `{}`", text.trim())))
}

/// A port that nobody listens on at this moment.
fn free_port() -> Done<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).doing("a free port")?;
    Ok(listener.local_addr().doing("a free port")?.port())
}

fn log(folder: &Path) -> PathBuf {
    folder.with_extension("log")
}
