//! A PostgreSQL of our own: a fresh cluster, on the loopback address and a free port.

use std::hash::{BuildHasher, RandomState};
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
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

/// Makes a cluster in `folder` and starts it on a free port.
pub fn start(folder: &Path) -> Done<Postgres> {
    let programs = programs().ok_or_else(|| Failure::new("PostgreSQL is not installed"))?;
    let version = version(&programs)?;
    place::make_empty(folder)?;
    if is_root() {
        run(&mut command("chown", [SYSTEM_USER, &folder.to_string_lossy()]))?;
    }
    make_cluster(&programs, version, folder)?;
    let port = free_port()?;
    let process = launch(&programs, folder, port)?;
    Ok(Postgres {
        url: format!("postgresql://{SUPERUSER}:{}@127.0.0.1:{port}/postgres", PASSWORD.replace('!', "%21")),
        host: Ipv4Addr::LOCALHOST.to_string(),
        port,
        socket: folder.to_owned(),
        superuser: Account { user: SUPERUSER.to_owned(), password: PASSWORD.to_owned() },
        version,
        process,
    })
}

/// Starts a server that has ended, over the same data and on the same port.
pub fn start_again(postgres: &mut Postgres) -> Done {
    let programs = programs().ok_or_else(|| Failure::new("PostgreSQL is not installed"))?;
    postgres.process = launch(&programs, &postgres.socket, postgres.port)?;
    Ok(())
}

/// Starts the server over the cluster in `folder` and waits until it answers.
fn launch(programs: &Path, folder: &Path, port: u16) -> Done<Process> {
    let mut server = unprivileged(&programs.join("postgres"), folder);
    server.arg("-D").arg(data(folder)).arg("-k").arg(folder);
    server.args(["-h", "127.0.0.1", "-p", &port.to_string(), "-c", CONNECTIONS]);
    let process = Process::start(&mut server, &log(folder))?;
    if wait_until(START_LIMIT, || !process.runs() || answers(programs, port)) && process.runs() {
        return Ok(process);
    }
    process.signal("KILL")?;
    let said = fs::read_to_string(log(folder)).unwrap_or_default();
    Err(Failure::new(format!("PostgreSQL did not start, and said: {said}")))
}

/// Ends the server, its clients' transactions undone.
pub fn stop(postgres: &Postgres) -> Done {
    end(&postgres.process)
}

/// Ends servers that tests made under `folder` and could not end themselves.
pub(super) fn stop_left(folder: &Path) -> Done {
    let found = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| data(&entry.path()));
    let running = found.filter_map(|data| {
        let text = fs::read_to_string(data.join("postmaster.pid")).ok()?;
        Process::working_in(text.lines().next()?.parse().ok()?, &data)
    });
    running.into_iter().try_for_each(|process| end(&process))
}

fn end(process: &Process) -> Done {
    for signal in ["INT", "QUIT", "KILL"] {
        process.signal("CONT")?;
        process.signal(signal)?;
        if process.ends_within(STOP_LIMIT) {
            return Ok(());
        }
    }
    Err(Failure::new(format!("PostgreSQL, process {}, does not end", process.id)))
}

/// Whether the server takes connections.
fn answers(programs: &Path, port: u16) -> bool {
    let mut asked = Command::new(programs.join("pg_isready"));
    asked.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]).stdin(Stdio::null());
    asked.status().is_ok_and(|status| status.success())
}

fn make_cluster(programs: &Path, version: u32, folder: &Path) -> Done {
    let password = folder.join("password");
    fs::write(&password, PASSWORD).doing(password.display())?;
    let mut init = unprivileged(&programs.join("initdb"), folder);
    init.arg("-D").arg(data(folder)).arg("--pwfile").arg(&password).args(["-U", SUPERUSER]);
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

/// A port that nobody listens on at this moment, and that the system gives to nobody who asks it for any
/// port: a server that ended finds it free when it starts again.
fn free_port() -> Done<u16> {
    const NOT_GIVEN_OUT: Range<u16> = 20_000..32_000;
    const TRIES: u64 = 100;
    let random = RandomState::new();
    let mut ports = (0..TRIES).filter_map(|number| {
        let places = u64::from(NOT_GIVEN_OUT.end - NOT_GIVEN_OUT.start);
        let place = u16::try_from(random.hash_one(number) % places).ok()?;
        Some(NOT_GIVEN_OUT.start + place)
    });
    let free = ports.find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok());
    free.ok_or_else(|| Failure::new("no port is free for PostgreSQL"))
}

fn data(folder: &Path) -> PathBuf {
    folder.join("data")
}

fn log(folder: &Path) -> PathBuf {
    folder.join("log")
}
