//! A workgroup host: a Samba that is nobody's member, with users, groups and aliases of its own.
//!
//! It runs in the domain controller's system and is filled anew at each start, which takes about a second.

use std::fmt::Write;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;

use super::file::{Account, WorkgroupHost};
use super::process::Process;
use super::samba::chroot::Chroot;
use crate::command::{command, output_of, wait_until};
use crate::failure::{Done, Failure, While};
use crate::place;

/// The name of the host, in which its users' names may be written: `WG1\wuser1`.
pub const HOST: &str = "WG1";
/// The password of everybody.
pub const PASSWORD: &str = "W0rk-Passw0rd!";
/// The account with which Pforte reads; an ordinary user.
pub const SERVICE: &str = "wgservice";
/// How many of `wbulk000` and so on there are, all of them in the group `Everybody here`.
pub const BULK: u16 = 600;
/// How many aliases `Many 000` and so on there are, each with `wmany`; the last is in `Over many`.
pub const MANY: u16 = 150;

/// MD4 of [`PASSWORD`] in UTF-16.
const NT_HASH: &str = "b2b897bef424120824f01f68bea13ee4";
const ADDRESSES: std::ops::RangeInclusive<u8> = 40..=59;
const PORT: u16 = 445;
const START_LIMIT: Duration = Duration::from_mins(1);
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// A user of the host, and the state it is in (`populate.py` knows them).
pub struct Person {
    /// The name at log-on.
    pub login: &'static str,
    /// The name to show.
    pub full: &'static str,
    /// Its state; empty: it may log on.
    pub state: &'static str,
}

const fn person(login: &'static str, full: &'static str, state: &'static str) -> Person {
    Person { login, full, state }
}

/// Everybody but the many.
pub const PEOPLE: [Person; 14] = [
    person(SERVICE, "Pforte reads with this", ""),
    person("wadmin", "Administrator of WG1", ""),
    person("wuser1", "Ute Werk", ""),
    person("wuser2", "Udo Werk", ""),
    person("wnested", "Nora Nest", ""),
    person("wmany", "Mia Many", ""),
    person("jürgen.müßig", "Müßig, Jürgen", ""),
    person("wdisabled", "Disabled", "disabled"),
    person("wlocked", "Locked", "locked"),
    person("wexpired", "Expired", "expired"),
    person("wmustchange", "Must change", "must-change"),
    person("wpwexpired", "Password expired", "password-expired"),
    person("whours", "Never the right hour", "hours"),
    person("wworkstation", "Only at OTHERPC", "workstation"),
];

/// Groups of the host and their members, whom `/etc/group` names.
const GROUPS: [(&str, &str); 3] =
    [("Team A", "wuser1,wuser2"), ("Team B", "wuser2,jürgen.müßig"), ("Everybody here", "*")];

/// Aliases, which may hold groups, and where the host allows it other aliases. The second is a fixed SID.
const ALIASES: [(&str, &str, &str); 7] = [
    ("Local Ops", "", "wuser1,Team A"),
    ("Line 1", "", "wnested"),
    ("Plant", "", "Line 1"),
    ("Circle 1", "", "wnested,Circle 2"),
    ("Circle 2", "", "Circle 1"),
    ("Administrators", "S-1-5-32-544", "wadmin"),
    ("Schichtführer (Süd)", "", "jürgen.müßig"),
];

const SETTINGS: &str = "[global]
 workgroup = WORKGROUP
 netbios name = WG1
 server role = standalone server
 bind interfaces only = yes
 smb ports = 445
 disable netbios = yes
 private dir = /srv/dc1/private
 state directory = /srv/dc1/state
 cache directory = /srv/dc1/cache
 lock directory = /srv/dc1/lock
 pid directory = /srv/dc1/lock
 passdb backend = tdbsam
 map to guest = never
 restrict anonymous = 2
 server signing = mandatory
 server smb encrypt = desired
 server min protocol = SMB3
 idmap config * : backend = tdb
 idmap config * : range = 100000-199999
 log level = 1
 log file = /srv/dc1/log/log.%m
";

const RUN: &str = "set -e
winbindd -D -s /srv/dc1/etc/smb.conf
for policy in 'min password length:8' 'password history:3' 'maximum password age:3628800' \\
    'bad lockout attempt:5' 'lockout duration:60' 'reset count minutes:60'; do
    pdbedit -s /srv/dc1/etc/smb.conf -P \"${policy%:*}\" -C \"${policy#*:}\"
done
python3 /srv/dc1/populate.py
exec smbd -F --no-process-group -s /srv/dc1/etc/smb.conf
";

/// Starts a host whose files are in `folder`.
pub fn start(folder: &Path) -> Done<WorkgroupHost> {
    let chroot = Chroot::get(&place::cache()?)?;
    let address = free_address()?;
    prepare(&chroot, folder, &address)?;
    let mut server = chroot.enter(folder, &HOST.to_lowercase(), None);
    server.args(["sh", "-c", RUN]);
    let log = folder.with_extension("log");
    let host = describe(&address, Process::start(&mut server, &log)?);
    let ready = || TcpStream::connect((address.as_str(), PORT)).is_ok();
    if wait_until(START_LIMIT, || !host.process.runs() || ready()) && host.process.runs() {
        return Ok(host);
    }
    stop(&host)?;
    Err(Failure::new(format!("the workgroup host did not start; its log: {}", log.display())))
}

/// Ends the host and all its processes.
pub fn stop(host: &WorkgroupHost) -> Done {
    // As with the domain controller, the guard's child is the first of its namespace.
    for signal in ["TERM", "KILL"] {
        for child in host.process.children() {
            child.signal(signal)?;
        }
        if host.process.ends_within(STOP_LIMIT) {
            return Ok(());
        }
    }
    Err(Failure::new(format!("the workgroup host, process {}, does not end", host.process.id)))
}

/// Runs a program on the running host, such as `pdbedit`, with `input`; gives what it wrote.
pub fn run(host: &WorkgroupHost, arguments: &[&str], input: &str) -> Done<String> {
    let first = host.process.children().into_iter().next();
    let first = first.ok_or_else(|| Failure::new("the workgroup host does not run"))?;
    let root = format!("--root=/proc/{}/root", first.id);
    let mut entered = command("nsenter", ["--mount", "--pid", "--uts", "--target", &first.id.to_string()]);
    entered.arg(root).args(arguments);
    output_of(&mut entered, input)
}

/// Makes a user of the caller's own under a name that no other has, in no group. Gives the name.
pub fn new_user(host: &WorkgroupHost) -> Done<String> {
    let login = place::unused_name("t").to_lowercase();
    // The system's `/etc/passwd` is a file of ours mounted there, which cannot be replaced by another.
    let line =
        format!("n=$(wc -l < /etc/passwd); echo {login}:x:$((50000 + n)):65534::/:/bin/false >> /etc/passwd");
    run(host, &["sh", "-c", &line], "")?;
    let twice = format!("{PASSWORD}\n{PASSWORD}\n");
    run(host, &["pdbedit", "-s", "/srv/dc1/etc/smb.conf", "-t", "-a", "-u", &login], &twice)?;
    Ok(login)
}

/// Sets the flags of a user, such as `[D]` for disabled and `[]` for none.
pub fn set_flags(host: &WorkgroupHost, login: &str, flags: &str) -> Done {
    run(host, &["pdbedit", "-s", "/srv/dc1/etc/smb.conf", "-u", login, "-c", flags], "").map(drop)
}

/// Removes a user.
pub fn remove_user(host: &WorkgroupHost, login: &str) -> Done {
    run(host, &["pdbedit", "-s", "/srv/dc1/etc/smb.conf", "-x", "-u", login], "").map(drop)
}

fn prepare(chroot: &Chroot, folder: &Path, address: &str) -> Done {
    place::make_empty(folder)?;
    for sub in ["etc", "private", "state", "cache", "lock", "log"] {
        fs::create_dir_all(folder.join(sub)).doing(sub)?;
    }
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).doing(name);
    write("resolv.conf", "")?;
    write("etc/smb.conf", &format!("{SETTINGS} interfaces = {address}/8\n"))?;
    write("populate.py", &include_str!("populate.py").replace("@NT_HASH@", NT_HASH))?;
    let (passwd, group) = (chroot.read("etc/passwd")?, chroot.read("etc/group")?);
    write("passwd", &(passwd + &passwd_lines()))?;
    write("group", &(group + &group_lines()))?;
    write("users", &user_lines())?;
    write(
        "groups",
        &lines(GROUPS.iter().enumerate().map(|(i, (name, _))| format!("{name}|{}", 40_000 + i))),
    )?;
    let aliases = ALIASES.iter().map(|(name, sid, members)| format!("{name}|{sid}|{members}"));
    let many = (0..MANY).map(|number| format!("Many {number:03}||wmany"));
    write("aliases", &lines(aliases.chain(many).chain([format!("Over many||Many {:03}", MANY - 1)])))
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    lines.fold(String::new(), |mut text, line| {
        // Writing to a text does not fail.
        let _ = writeln!(text, "{line}");
        text
    })
}

fn bulk() -> impl Iterator<Item = String> {
    (0..BULK).map(|number| format!("wbulk{number:03}"))
}

fn everybody() -> impl Iterator<Item = String> {
    PEOPLE.iter().map(|person| person.login.to_owned()).chain(bulk())
}

fn passwd_lines() -> String {
    lines(everybody().enumerate().map(|(i, login)| format!("{login}:x:{}:65534::/:/bin/false", 20_000 + i)))
}

fn group_lines() -> String {
    lines(GROUPS.iter().enumerate().map(|(i, (_, members))| {
        let members =
            if *members == "*" { bulk().collect::<Vec<_>>().join(",") } else { (*members).to_owned() };
        format!("wgroup{i}:x:{}:{members}", 40_000 + i)
    }))
}

fn user_lines() -> String {
    let people = PEOPLE.iter().map(|person| format!("{}|{}|{}", person.login, person.full, person.state));
    lines(people.chain(bulk().map(|login| format!("{login}|{login}|"))))
}

fn describe(address: &str, process: Process) -> WorkgroupHost {
    WorkgroupHost {
        address: address.to_owned(),
        host: HOST.to_owned(),
        service: Account { user: SERVICE.to_owned(), password: PASSWORD.to_owned() },
        user_password: PASSWORD.to_owned(),
        process,
    }
}

fn free_address() -> Done<String> {
    let mut addresses = ADDRESSES.map(|last| format!("127.0.0.{last}"));
    addresses
        .find(|address| TcpListener::bind((address.as_str(), PORT)).is_ok())
        .ok_or_else(|| Failure::new("all loopback addresses for workgroup hosts are taken"))
}
