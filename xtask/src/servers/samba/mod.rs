//! Domain controllers of Active Directory: Samba, provisioned, populated, kept as a snapshot.
//!
//! [`start`] restores the snapshot of the one on the loopback address, which takes a few seconds, and makes
//! it first where it is missing; [`forest`] has several of one domain in a network of their own. A
//! controller's clock and processes are the machine's; its file system is [`chroot`]'s.
//! Where to start reading: [`seat`], a controller and what is done with it.

pub(super) mod chroot;
pub mod forest;
mod keytab;
mod network;
pub(super) mod pki;
mod populate;
mod seat;

pub use keytab::keytab;

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chroot::Chroot;
use seat::{PORTS, SETTINGS, START_LIMIT, Seat, answers};

use super::admin::Admin;
use super::file::ActiveDirectory;
use super::population::{DOMAIN, HOST, LOCKS_THRESHOLD, USER_PASSWORD};
use super::process::Process;
use crate::command::{command, output, wait_until};
use crate::failure::{Done, Failure, While};
use crate::packages::is_root;
use crate::place;
use crate::say::say;

/// The loopback addresses tried in their order: another checkout's controller may have the first.
const ADDRESSES: std::ops::RangeInclusive<u8> = 10..=29;
const STOP_LIMIT: Duration = Duration::from_secs(20);
/// The address that stands in the snapshot.
const FIRST_ADDRESS: &str = "127.0.0.10";

/// Starts a freshly restored controller whose files are in `folder`.
pub fn start(folder: &Path) -> Done<ActiveDirectory> {
    let (cache, chroot) = system()?;
    let kept = cache.join(format!("ad-{}", fingerprint(&[])));
    if !kept.exists() {
        remove_failed(&cache, "ad-")?;
        say("provisioning and populating the domain (about half a minute)");
        make_snapshot(&chroot, folder, &kept)?;
    }
    let seat = seat(&chroot, folder, free_address()?);
    restore(&kept, folder)?;
    seat.configure()?;
    seat.run(&kept)
}

/// Where snapshots are kept, and the system in which controllers run.
fn system() -> Done<(PathBuf, Chroot)> {
    if !is_root() {
        return Err(Failure::new(
            "the domain controller can be started only by root (mounts, ports below 1024)",
        ));
    }
    let cache = place::cache()?;
    let chroot = Chroot::get(&cache)?;
    Ok((cache, chroot))
}

const fn seat<'a>(chroot: &'a Chroot, folder: &'a Path, address: String) -> Seat<'a> {
    Seat { chroot, folder, host: HOST, address, prefix: 8, dns: None, namespace: None }
}

/// Ends the controller and all its processes.
pub fn stop(ad: &ActiveDirectory) -> Done {
    end(&ad.process)
}

/// Ends the controller that this process guards, with all that belongs to it.
fn end(guard: &Process) -> Done {
    // Its child is the namespace's first process, whose end ends all.
    for signal in ["TERM", "KILL"] {
        for child in guard.children() {
            child.signal(signal)?;
        }
        if guard.ends_within(STOP_LIMIT) {
            return Ok(());
        }
    }
    Err(Failure::new(format!("the domain controller, process {}, does not end", guard.id)))
}

/// Ends the controller whose files are in `folder` and starts it with what `change` makes of them; what it
/// answers after that, the caller finds out.
pub fn restart(ad: &mut ActiveDirectory, folder: &Path, change: impl FnOnce(&Path) -> Done) -> Done {
    stop(ad)?;
    change(folder)?;
    let (cache, chroot) = system()?;
    ad.process = seat(&chroot, folder, ad.address.clone()).launch(&cache)?.process;
    let ready = || [88, 389].iter().all(|port| answers(&ad.address, *port));
    if wait_until(START_LIMIT, ready) { Ok(()) } else { Err(Failure::new("it does not start again")) }
}

/// What a snapshot is made of, in short.
fn fingerprint(further: &[&str]) -> String {
    let (system, population) = (chroot::fingerprint(), populate::ldif());
    let settings = SETTINGS.iter().flat_map(|(name, value)| [*name, *value]);
    let made = [system.as_str(), pki::RECIPE, population.text()];
    place::fingerprint(made.into_iter().chain(settings).chain(further.iter().copied()))
}

/// Removes what makings that failed left for a look at their logs.
fn remove_failed(cache: &Path, begins: &str) -> Done {
    let found = fs::read_dir(cache).doing(cache.display())?.flatten();
    let failed = found.filter(|entry| {
        let name = entry.file_name();
        name.to_string_lossy().starts_with(begins) && name.to_string_lossy().ends_with(".building")
    });
    failed.map(|entry| entry.path()).try_for_each(|path| place::remove(&path))
}

/// Makes the populated snapshot and its CA beside their place and moves them there when they are whole.
fn make_snapshot(chroot: &Chroot, folder: &Path, kept: &Path) -> Done {
    let building = kept.with_extension("building");
    place::make_empty(&building)?;
    pki::make_ca(&building)?;
    place::make_empty(folder)?;
    let mut made = seat(chroot, folder, FIRST_ADDRESS.to_owned());
    made.configure_resolver()?;
    made.provision(&[], &building.join("log"))?;
    made.certify(&building, &[HOST, DOMAIN])?;
    made.configure()?;
    made.populate()?;
    made.address = free_address()?;
    made.configure()?;
    let ad = made.run(&building)?;
    lock_one(&ad)?;
    stop(&ad)?;
    pack(folder, &building)?;
    fs::rename(&building, kept).doing(kept.display())
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
