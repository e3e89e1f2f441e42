//! A domain controller of Active Directory: Samba, provisioned, populated, kept as a snapshot.
//!
//! [`start`] restores the snapshot, which takes a few seconds, and makes it first where it is missing.
//! The controller's clock, network and processes are the machine's; its file system is [`chroot`]'s.

pub(super) mod chroot;
pub(super) mod pki;
mod populate;

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chroot::{Chroot, INSTANCE};

use super::admin::Admin;
use super::file::{Account, ActiveDirectory};
use super::population::{
    ADMINISTRATOR, ADMINISTRATOR_PASSWORD, BASE, DOMAIN, HOST, LOCKS_THRESHOLD, NETBIOS, REALM, SERVICE,
    SERVICE_PASSWORD, USER_PASSWORD,
};
use super::process::Process;
use crate::command::{command, output, output_of, run_logged, wait_until};
use crate::failure::{Done, Failure, While};
use crate::packages::is_root;
use crate::place;
use crate::say::say;

/// The loopback addresses tried in their order: another checkout's controller may have the first.
const ADDRESSES: std::ops::RangeInclusive<u8> = 10..=29;
/// Kerberos, RPC, LDAP, SMB, password change, LDAPS.
const PORTS: [u16; 6] = [88, 135, 389, 445, 464, 636];
const START_LIMIT: Duration = Duration::from_mins(1);
const STOP_LIMIT: Duration = Duration::from_secs(20);
/// The controller's name without its domain.
const SHORT_HOST: &str = "dc1";
/// The address that stands in the snapshot.
const FIRST_ADDRESS: &str = "127.0.0.10";
/// Settings of the controller beside those that provisioning finds itself.
const SETTINGS: [(&str, &str); 11] = [
    ("bind interfaces only", "yes"),
    ("disable netbios", "yes"),
    ("dns forwarder", ""),
    ("ldap server require strong auth", "yes"),
    ("log level", "1"),
    ("smb ports", "445"),
    ("tls enabled", "yes"),
    ("tls cafile", "tls/ca.pem"),
    ("tls certfile", "tls/cert.pem"),
    ("tls keyfile", "tls/key.pem"),
    ("ad dc functional level", "2016"),
];

/// Starts a freshly restored controller whose files are in `folder`.
pub fn start(folder: &Path) -> Done<ActiveDirectory> {
    if !is_root() {
        return Err(Failure::new(
            "the domain controller can be started only by root (mounts, ports below 1024)",
        ));
    }
    let cache = place::cache()?;
    let chroot = Chroot::get(&cache)?;
    let kept = cache.join(format!("ad-{}", fingerprint()));
    if !kept.exists() {
        remove_failed(&cache)?;
        say("provisioning and populating the domain (about half a minute)");
        make_snapshot(&chroot, folder, &kept)?;
    }
    let address = free_address()?;
    restore(&kept, folder)?;
    run(&chroot, folder, &address, &kept)
}

/// Ends the controller and all its processes.
pub fn stop(ad: &ActiveDirectory) -> Done {
    // The process we know guards the namespace; its child is the namespace's first, whose end ends all.
    for signal in ["TERM", "KILL"] {
        for child in ad.process.children() {
            child.signal(signal)?;
        }
        if ad.process.ends_within(STOP_LIMIT) {
            return Ok(());
        }
    }
    Err(Failure::new(format!("the domain controller, process {}, does not end", ad.process.id)))
}

/// What the snapshot is made of, in short.
fn fingerprint() -> String {
    let (system, population) = (chroot::fingerprint(), populate::ldif());
    let settings = SETTINGS.iter().flat_map(|(name, value)| [*name, *value]);
    place::fingerprint([system.as_str(), pki::RECIPE, population.text()].into_iter().chain(settings))
}

/// Removes what makings that failed left for a look at their logs.
fn remove_failed(cache: &Path) -> Done {
    let found = fs::read_dir(cache).doing(cache.display())?.flatten().map(|entry| entry.path());
    let failed = |path: &PathBuf| path.extension().is_some_and(|end| end == "building");
    found.filter(failed).try_for_each(|path| place::remove(&path))
}

/// Makes the populated snapshot and its CA beside their place and moves them there when they are whole.
fn make_snapshot(chroot: &Chroot, folder: &Path, kept: &Path) -> Done {
    let building = kept.with_extension("building");
    place::make_empty(&building)?;
    pki::make_ca(&building)?;
    let log = building.join("log");
    place::make_empty(folder)?;
    fs::write(folder.join("resolv.conf"), "").doing("resolv.conf")?;
    provision(chroot, folder, &log)?;
    let tls = folder.join("private/tls");
    fs::create_dir_all(&tls).doing(tls.display())?;
    pki::issue(&building, &tls, &[HOST, DOMAIN])?;
    output(command("chmod", ["600"]).arg(tls.join("key.pem")))?;
    configure(folder, FIRST_ADDRESS)?;
    populate_offline(chroot, folder)?;
    let ad = run(chroot, folder, &free_address()?, &building)?;
    lock_one(&ad)?;
    stop(&ad)?;
    pack(folder, &building)?;
    fs::rename(&building, kept).doing(kept.display())
}

fn provision(chroot: &Chroot, folder: &Path, log: &Path) -> Done {
    let mut made = chroot.enter(folder, SHORT_HOST);
    made.args(["samba-tool", "domain", "provision", "--server-role=dc", "--dns-backend=SAMBA_INTERNAL"]);
    made.args([
        format!("--realm={REALM}"),
        format!("--domain={NETBIOS}"),
        format!("--host-name={SHORT_HOST}"),
    ]);
    made.args([format!("--adminpass={ADMINISTRATOR_PASSWORD}"), format!("--host-ip={FIRST_ADDRESS}")]);
    made.args(["--function-level=2016", "--option=ad dc functional level=2016"]);
    run_logged(made.arg(format!("--targetdir={INSTANCE}")), log)
}

fn populate_offline(chroot: &Chroot, folder: &Path) -> Done {
    change(chroot, folder, populate::ldif().text())?;
    let staff =
        [database_arguments("ldbsearch"), vec!["(sAMAccountName=staff)".to_owned(), "objectSid".to_owned()]];
    let found = output(chroot.enter(folder, SHORT_HOST).args(staff.concat()))?;
    let sid = found.lines().find_map(|line| line.strip_prefix("objectSid: "));
    let relative =
        sid.and_then(|sid| sid.rsplit('-').next()).ok_or_else(|| Failure::new("staff has no SID"))?;
    change(chroot, folder, populate::primary_group(relative).text())
}

/// Changes the database of a controller that does not run.
fn change(chroot: &Chroot, folder: &Path, ldif: &str) -> Done {
    output_of(chroot.enter(folder, SHORT_HOST).args(database_arguments("ldbmodify")), ldif).map(drop)
}

fn database_arguments(tool: &str) -> Vec<String> {
    let settings = format!("--configfile={INSTANCE}/etc/smb.conf");
    vec![tool.to_owned(), settings, "-H".to_owned(), format!("{INSTANCE}/private/sam.ldb")]
}

/// Wrong passwords, as many as `pso-locks` allows.
fn lock_one(ad: &ActiveDirectory) -> Done {
    let admin = Admin::of(ad);
    for _ in 0..LOCKS_THRESHOLD {
        if admin.can_bind("locked1", "wrong") {
            return Err(Failure::new("a wrong password was taken"));
        }
    }
    if admin.can_bind("locked1", USER_PASSWORD) { Err(Failure::new("locked1 is not locked")) } else { Ok(()) }
}

fn snapshot(kept: &Path) -> PathBuf {
    kept.join("snapshot.tar.zst")
}

fn pack(folder: &Path, kept: &Path) -> Done {
    let mut tar =
        command("tar", ["--xattrs", "--xattrs-include=*", "--acls", "--sparse", "-I", "zstd -3", "-cf"]);
    output(tar.arg(snapshot(kept)).arg("-C").arg(folder).arg(".")).map(drop)
}

fn restore(kept: &Path, folder: &Path) -> Done {
    place::make_empty(folder)?;
    let mut tar = command("tar", ["--xattrs", "--xattrs-include=*", "--acls", "-I", "zstd", "-xf"]);
    output(tar.arg(snapshot(kept)).arg("-C").arg(folder)).map(drop)
}

/// Starts the controller at `address` and waits until it answers.
fn run(chroot: &Chroot, folder: &Path, address: &str, kept: &Path) -> Done<ActiveDirectory> {
    configure(folder, address)?;
    let settings = format!("{INSTANCE}/etc/smb.conf");
    let mut server = chroot.enter(folder, SHORT_HOST);
    server.args(["samba", "--interactive", "--no-process-group", "-s", &settings]);
    let log = folder.with_extension("log");
    let ad = describe(address, kept, Process::start(&mut server, &log)?);
    let admin = Admin::of(&ad);
    let ready = || {
        admin.can_bind(ADMINISTRATOR, ADMINISTRATOR_PASSWORD)
            && PORTS.iter().all(|port| answers(address, *port))
    };
    if wait_until(START_LIMIT, || !ad.process.runs() || ready()) && ad.process.runs() {
        return Ok(ad);
    }
    stop(&ad)?;
    Err(Failure::new(format!("the domain controller did not start; its log: {}", log.display())))
}

fn describe(address: &str, kept: &Path, process: Process) -> ActiveDirectory {
    ActiveDirectory {
        address: address.to_owned(),
        host: HOST.to_owned(),
        domain: DOMAIN.to_owned(),
        netbios: NETBIOS.to_owned(),
        base: BASE.to_owned(),
        ca_certificate: pki::ca_certificate(kept),
        ca_key: pki::ca_key(kept),
        administrator: Account {
            user: ADMINISTRATOR.to_owned(),
            password: ADMINISTRATOR_PASSWORD.to_owned(),
        },
        service: Account { user: SERVICE.to_owned(), password: SERVICE_PASSWORD.to_owned() },
        user_password: USER_PASSWORD.to_owned(),
        process,
    }
}

/// Writes our settings into the controller's configuration, and itself as its resolver.
fn configure(folder: &Path, address: &str) -> Done {
    let path = folder.join("etc/smb.conf");
    let text = fs::read_to_string(&path).doing(path.display())?;
    fs::write(&path, with_settings(&text, address)).doing(path.display())?;
    fs::write(folder.join("resolv.conf"), format!("nameserver {address}\nsearch {DOMAIN}\n"))
        .doing("resolv.conf")
}

/// The configuration with our settings in place of what it says of the same.
fn with_settings(text: &str, address: &str) -> String {
    let interfaces = format!("{address}/8");
    let ours = || SETTINGS.into_iter().chain([("interfaces", interfaces.as_str())]);
    let is_ours =
        |line: &str| line.split_once('=').is_some_and(|(name, _)| ours().any(|(own, _)| own == name.trim()));
    let mut lines = Vec::new();
    for line in text.lines().filter(|line| !is_ours(line)) {
        lines.push(line.to_owned());
        if line.trim() == "[global]" {
            lines.extend(
                ours()
                    .filter(|(_, value)| !value.is_empty())
                    .map(|(name, value)| format!("\t{name} = {value}")),
            );
        }
    }
    lines.join("\n") + "\n"
}

/// The first of our addresses on which nobody listens.
fn free_address() -> Done<String> {
    let is_free = |address: &String| {
        PORTS.iter().chain(&[53]).all(|port| TcpListener::bind((address.as_str(), *port)).is_ok())
    };
    let mut addresses = ADDRESSES.map(|last| format!("127.0.0.{last}"));
    addresses
        .find(is_free)
        .ok_or_else(|| Failure::new("all loopback addresses for domain controllers are taken"))
}

fn answers(address: &str, port: u16) -> bool {
    std::net::TcpStream::connect((address, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::with_settings;

    #[test]
    fn our_settings_replace_what_the_configuration_says_of_the_same() {
        let text = with_settings(
            "[global]\n\tdns forwarder = 10.0.0.1\n\tlog level = 9\n\tkept = 1\n[x]\n",
            "127.0.0.12",
        );
        assert!(!text.contains("forwarder") && !text.contains("= 9"));
        assert!(text.contains("\tlog level = 1\n") && text.contains("\tinterfaces = 127.0.0.12/8\n"));
        assert!(text.contains("\tkept = 1\n[x]\n"));
        assert_eq!(with_settings(&text, "127.0.0.12"), text);
    }
}
