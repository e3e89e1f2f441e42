//! The real servers that tests talk to: a domain controller, a workgroup host, an OpenLDAP and a PostgreSQL of our
//! own.
//!
//! They run apart from the task that starts them, are found again by [`file::Servers`], and end by the
//! ids of their own processes. Where to start reading: [`up`].

pub mod acl;
pub mod admin;
pub mod file;
pub mod ldif;
pub mod lease;
pub mod population;
pub mod postgres;
pub mod process;
pub mod samba;
pub mod slapd;
pub mod workgroup;

use std::fs::{self, File};
use std::path::Path;

use file::{ActiveDirectory, OpenLdap, Servers, WorkgroupHost};
use samba::forest::Dc;

use crate::failure::{Done, While};
use crate::say::say;
use crate::{packages, place};

/// Starts the servers that do not run yet. Gives whether it started them.
pub fn up() -> Done<bool> {
    let _alone = lock()?;
    let file = place::servers_file();
    let runs = |servers: Servers| servers.processes().iter().all(|process| process.runs());
    if Servers::load(&file).is_ok_and(runs) {
        say("the servers run already");
        return Ok(false);
    }
    end_all()?;
    packages::install_missing()?;
    let folder = place::running();
    place::make_empty(&folder)?;
    let servers = start_all(&folder)?;
    servers.save(&file)?;
    tell(&servers);
    Ok(true)
}

/// Starts every server; ends those that started if one does not.
fn start_all(folder: &Path) -> Done<Servers> {
    let postgres = postgres::start(&folder.join("postgres"))?;
    let ad = samba::start(&folder.join("ad")).inspect_err(|_| told(postgres::stop(&postgres)))?;
    let forest = samba::forest::start(&folder.join("forest")).inspect_err(|_| {
        told(samba::stop(&ad));
        told(postgres::stop(&postgres));
    })?;
    let others = start_others(folder, &ad).inspect_err(|_| {
        told(samba::forest::stop(&forest));
        told(samba::stop(&ad));
        told(postgres::stop(&postgres));
    })?;
    let (workgroup, slapd) = others;
    Ok(Servers { ad, forest, postgres, workgroup, slapd })
}

/// Starts what is no domain controller.
fn start_others(folder: &Path, ad: &ActiveDirectory) -> Done<(WorkgroupHost, OpenLdap)> {
    let workgroup = workgroup::start(&folder.join("workgroup"))?;
    let slapd = slapd::start(&folder.join("slapd"), ad).inspect_err(|_| told(workgroup::stop(&workgroup)))?;
    Ok((workgroup, slapd))
}

/// A second failure is said at once: the first one is what the task ends with.
fn told(done: Done) {
    if let Err(failure) = done {
        say(failure.to_string());
    }
}

/// Ends the servers and removes what they wrote.
pub fn down() -> Done {
    let _alone = lock()?;
    end_all()
}

/// Starts the servers anew, as they were populated.
pub fn restore() -> Done {
    down()?;
    up().map(drop)
}

/// Says which servers run and where.
pub fn status() -> Done {
    let servers = Servers::load(&place::servers_file())?;
    tell(&servers);
    Ok(())
}

/// A domain controller beside the others, whose files are in `folder`; [`samba::stop`] ends it.
pub fn own_controller(folder: &std::path::Path) -> Done<file::ActiveDirectory> {
    let _alone = lock()?;
    samba::start(folder)
}

fn end_all() -> Done {
    let file = place::servers_file();
    if let Ok(servers) = Servers::load(&file) {
        slapd::stop(&servers.slapd)?;
        workgroup::stop(&servers.workgroup)?;
        samba::forest::stop(&servers.forest)?;
        samba::stop(&servers.ad)?;
        postgres::stop(&servers.postgres)?;
        fs::remove_file(&file).doing(file.display())?;
    }
    samba::forest::stop_left(&place::running().join("forest"))?;
    postgres::stop_left(&place::running())?;
    place::remove(&place::running())
}

fn tell(servers: &Servers) {
    let state = |runs| if runs { "runs" } else { "DOES NOT RUN" };
    let (ad, postgres) = (&servers.ad, &servers.postgres);
    say(format!("domain controller {}: ldaps://{} ({})", state(ad.process.runs()), ad.address, ad.host));
    for dc in Dc::ALL {
        let ad = servers.forest.of(dc);
        let (runs, site) = (state(ad.process.runs()), dc.site());
        say(format!("domain controller {runs}: ldaps://{} ({}, site {site})", ad.address, ad.host));
    }
    say(format!("PostgreSQL {} {}: {}", postgres.version, state(postgres.process.runs()), postgres.url));
    let (host, slapd) = (&servers.workgroup, &servers.slapd);
    say(format!("workgroup host {} {}: {}", host.host, state(host.process.runs()), host.address));
    say(format!("OpenLDAP {}: ldaps://{}:{}", state(slapd.process.runs()), slapd.address, slapd.tls_port));
    say(format!("details: {}", place::servers_file().display()));
}

/// One task at a time may start or end servers, or make what is kept. Held until it is dropped.
fn lock() -> Done<File> {
    let path = place::cache()?.join("lock");
    let file = File::create(&path).doing(path.display())?;
    file.lock().doing(path.display())?;
    Ok(file)
}
