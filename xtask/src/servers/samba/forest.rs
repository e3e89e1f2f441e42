//! Domain controllers of one domain: two writable ones and a read-only one, at two sites, in a network of
//! their own, so that each can be killed, paused and cut off.
//!
//! Tests share them: [`Hold::shared`] leaves them alone, [`Hold::alone`] may hurt them. Whoever takes them
//! next finds them whole.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::chroot::{Chroot, INSTANCE};
use super::network::{self, Network};
use super::seat::Seat;
use super::{end, fingerprint, lock_one, pack, pki, remove_failed, restore, system};
use crate::command::{output, wait_until};
use crate::failure::{Done, Failure, While};
use crate::place;
use crate::say::say;
use crate::servers::admin::Admin;
use crate::servers::file::{ActiveDirectory, Forest, Servers};
use crate::servers::ldif::Ldif;
use crate::servers::population::{BASE, DOMAIN, KEPT, MAY_BE_KEPT, OFFICE, PLANT, user_dn};

/// What makes it, so that a change of it makes a new cache.
const RECIPE: &str = "dc1 at Office, dc2 and rodc1 at Plant; v1";
/// How long what one controller learned may take to be known at the others.
const SPREAD_LIMIT: Duration = Duration::from_mins(2);

/// A controller of the forest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dc {
    /// Writable, at the site `OFFICE`.
    Dc1,
    /// Writable, at the site `PLANT`.
    Dc2,
    /// Read-only, at the site `PLANT`.
    Rodc1,
}

impl Dc {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Dc1, Self::Dc2, Self::Rodc1];

    const fn short(self) -> &'static str {
        match self {
            Self::Dc1 => "dc1",
            Self::Dc2 => "dc2",
            Self::Rodc1 => "rodc1",
        }
    }

    const fn last(self) -> u8 {
        match self {
            Self::Dc1 => 10,
            Self::Dc2 => 20,
            Self::Rodc1 => 30,
        }
    }

    /// The site it stands at.
    #[must_use]
    pub const fn site(self) -> &'static str {
        match self {
            Self::Dc1 => OFFICE,
            Self::Dc2 | Self::Rodc1 => PLANT,
        }
    }

    /// Its full name.
    #[must_use]
    pub fn host(self) -> String {
        format!("{}.{DOMAIN}", self.short())
    }
}

impl Forest {
    /// Where a controller is, and its accounts.
    #[must_use]
    pub const fn of(&self, dc: Dc) -> &ActiveDirectory {
        match dc {
            Dc::Dc1 => &self.dc1,
            Dc::Dc2 => &self.dc2,
            Dc::Rodc1 => &self.rodc1,
        }
    }

    const fn of_mut(&mut self, dc: Dc) -> &mut ActiveDirectory {
        match dc {
            Dc::Dc1 => &mut self.dc1,
            Dc::Dc2 => &mut self.dc2,
            Dc::Rodc1 => &mut self.rodc1,
        }
    }

    /// Whether all controllers run and answer.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let works = |dc: &Dc| {
            let guard = &self.of(*dc).process;
            guard.runs() && guard.children().iter().all(|child| !child.is_stopped())
        };
        Dc::ALL.iter().all(works) && network::is_cut_off(&self.namespace).is_ok_and(|none| none.is_empty())
    }

    /// Ends a controller at once, as a loss of power would end its programs; the system tells its clients.
    pub fn kill(&self, dc: Dc) -> Done {
        let guard = &self.of(dc).process;
        guard.children().iter().try_for_each(|child| child.signal("KILL"))?;
        let ended = guard.ends_within(Duration::from_secs(10));
        if ended { Ok(()) } else { Err(Failure::new(format!("{} does not end", dc.short()))) }
    }

    /// Freezes a controller: its connections stay, nothing is answered.
    pub fn pause(&self, dc: Dc) -> Done {
        self.of(dc).process.pause_descendants()
    }

    /// Ends that.
    pub fn resume(&self, dc: Dc) -> Done {
        self.of(dc).process.resume_descendants()
    }

    /// Cuts a controller off: nothing comes from it any more, not even that it is not there.
    pub fn cut_off(&self, dc: Dc) -> Done {
        network::cut_off(&self.namespace, &self.of(dc).address)
    }

    /// Ends that.
    pub fn let_in(&self, dc: Dc) -> Done {
        network::let_in(&self.namespace, &self.of(dc).address)
    }

    /// Starts a controller that has ended, over the same data, and waits until it answers.
    pub fn start_again(&mut self, dc: Dc) -> Done {
        let (_, chroot) = system()?;
        let (folder, host) = (folder_of(&place::running().join("forest"), dc), dc.host());
        let seat = self.seat(dc, &chroot, &folder, &host);
        let kept = self.of(dc).ca_certificate.parent().map(Path::to_owned).unwrap_or_default();
        let ad = seat.launch(&kept)?;
        *self.of_mut(dc) = ad.clone();
        // Before it is waited for, so that whoever ends the servers finds it.
        self.save()?;
        self.seat(dc, &chroot, &folder, &host).wait(&ad)
    }

    fn seat<'a>(&'a self, dc: Dc, chroot: &'a Chroot, folder: &'a Path, host: &'a str) -> Seat<'a> {
        let (address, dns) = (self.of(dc).address.clone(), dns(dc, &self.dc1.address));
        Seat { chroot, folder, host, address, prefix: 24, dns, namespace: Some(&self.namespace) }
    }

    fn save(&self) -> Done {
        let path = place::servers_file();
        let mut servers = Servers::load(&path)?;
        servers.forest = self.clone();
        servers.save(&path)
    }

    /// Undoes whatever was done to the controllers.
    pub fn heal(&mut self) -> Done {
        if !network::is_of(&self.namespace, &place::running().join("forest")) {
            return Err(Failure::new("the network of the controllers is gone; start the servers anew"));
        }
        for dc in Dc::ALL {
            self.let_in(dc)?;
            self.resume(dc)?;
        }
        let dead: Vec<Dc> = Dc::ALL.into_iter().filter(|dc| !self.of(*dc).process.runs()).collect();
        dead.into_iter().try_for_each(|dc| self.start_again(dc))
    }
}

/// The forest in a test's hands.
#[derive(Debug)]
pub struct Hold {
    /// Where it is.
    pub forest: Forest,
    alone: bool,
    _lock: File,
}

impl Hold {
    /// Waits until nobody hurts the controllers, and keeps everybody from it.
    pub fn shared() -> Done<Self> {
        Self::take(false)
    }

    /// Waits until nobody else uses the controllers; then they may be hurt. They are healed at the end.
    pub fn alone() -> Done<Self> {
        Self::take(true)
    }

    fn take(alone: bool) -> Done<Self> {
        let path = place::running().join("forest.lock");
        let lock = File::create(&path).doing(path.display())?;
        loop {
            if alone { lock.lock() } else { lock.lock_shared() }.doing(path.display())?;
            let mut forest = Servers::load(&place::servers_file())?.forest;
            if forest.is_whole() {
                return Ok(Self { forest, alone, _lock: lock });
            }
            // Somebody was ended in the middle of hurting it.
            lock.unlock().doing(path.display())?;
            lock.lock().doing(path.display())?;
            forest = Servers::load(&place::servers_file())?.forest;
            forest.heal()?;
            lock.unlock().doing(path.display())?;
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if self.alone
            && let Err(failure) = self.forest.heal()
        {
            eprintln!("{failure}");
        }
    }
}

/// Starts freshly restored controllers whose files are in `folder`.
pub fn start(folder: &Path) -> Done<Forest> {
    let (cache, chroot) = system()?;
    let network = Network::make(folder)?;
    // Before anything is in it, so that whoever ends the servers finds it.
    let note = note(folder);
    fs::write(&note, network.name()).doing(note.display())?;
    let started = begin(&cache, &chroot, &network, folder);
    started.inspect_err(|_| {
        // What failed is told.
        let _ = network::remove(&network.name(), folder);
    })
}

/// Ends the controllers and their network.
pub fn stop(forest: &Forest) -> Done {
    let ends = Dc::ALL.map(|dc| {
        let guard = forest.of(dc).process.clone();
        thread::spawn(move || guard.resume_descendants().and_then(|()| end(&guard)))
    });
    // What did not end in peace ends with the network.
    for ended in ends {
        let _ = ended.join();
    }
    network::remove(&forest.namespace, &place::running().join("forest"))
}

/// Ends what a start that was broken off left: `folder` is that of the controllers.
pub fn stop_left(folder: &Path) -> Done {
    fs::read_to_string(note(folder)).map_or(Ok(()), |name| network::remove(name.trim(), folder))
}

/// Where the name of the network stands.
fn note(folder: &Path) -> PathBuf {
    folder.with_extension("network")
}

fn begin(cache: &Path, chroot: &Chroot, network: &Network, folder: &Path) -> Done<Forest> {
    for dc in Dc::ALL {
        network.add(dc.last())?;
    }
    // Addresses stand in the data: each network has a snapshot of its own.
    let kept = cache.join(format!("forest-{}", fingerprint(&[RECIPE, &network.subnet()])));
    if !kept.exists() {
        remove_failed(cache, "forest-")?;
        say("provisioning and populating a domain with three controllers (about a minute)");
        make_snapshot(chroot, network, folder, &kept)?;
    }
    restore(&kept, folder)?;
    Making { chroot, network, folder, kept: &kept }.run_all()
}

/// What the controllers are made of.
struct Making<'a> {
    chroot: &'a Chroot,
    network: &'a Network,
    folder: &'a Path,
    kept: &'a Path,
}

fn make_snapshot(chroot: &Chroot, network: &Network, folder: &Path, kept: &Path) -> Done {
    let building = kept.with_extension("building");
    place::make_empty(&building)?;
    pki::make_ca(&building)?;
    place::make_empty(folder)?;
    let making = Making { chroot, network, folder, kept: &building };
    making.make_first()?;
    let dc1 = making.run(Dc::Dc1)?;
    let joined = making.join_others().and_then(|()| lock_one(&dc1));
    end(&dc1.process)?;
    joined?;
    let forest = making.run_all()?;
    let settled = making.settle(&forest);
    for dc in Dc::ALL {
        end(&forest.of(dc).process)?;
    }
    settled?;
    pack(folder, &building)?;
    fs::rename(&building, kept).doing(kept.display())
}

impl Making<'_> {
    fn with<T>(&self, dc: Dc, act: impl FnOnce(&Seat<'_>) -> Done<T>) -> Done<T> {
        let (folder, host, name) = (folder_of(self.folder, dc), dc.host(), self.network.name());
        let address = self.network.address(dc.last());
        let dns = dns(dc, &self.network.address(Dc::Dc1.last()));
        let (prefix, namespace) = (24, Some(name.as_str()));
        act(&Seat { chroot: self.chroot, folder: &folder, host: &host, address, prefix, dns, namespace })
    }

    fn run(&self, dc: Dc) -> Done<ActiveDirectory> {
        self.with(dc, |seat| seat.run(self.kept))
    }

    /// Starts all of them at the same time.
    fn run_all(&self) -> Done<Forest> {
        let launch = |dc| self.with(dc, |seat| seat.launch(self.kept));
        let forest = Forest {
            namespace: self.network.name(),
            machine: self.network.address(1),
            dc1: launch(Dc::Dc1)?,
            dc2: launch(Dc::Dc2)?,
            rodc1: launch(Dc::Rodc1)?,
        };
        for dc in Dc::ALL {
            self.with(dc, |seat| seat.wait(forest.of(dc)))?;
        }
        Ok(forest)
    }

    fn make_first(&self) -> Done {
        self.with(Dc::Dc1, |seat| {
            prepare(seat)?;
            seat.provision(&[&format!("--site={OFFICE}")], &self.log())?;
            self.finish(seat)?;
            seat.populate()?;
            seat.change(sites(&self.network.subnet()).text())?;
            let kept: Vec<String> = KEPT.iter().chain(MAY_BE_KEPT).map(|login| user_dn(login)).collect();
            let kept: Vec<&str> = kept.iter().map(String::as_str).collect();
            let allowed = format!("CN=Allowed RODC Password Replication Group,CN=Users,{BASE}");
            seat.change(Ldif::default().add_values(&allowed, "member", &kept).text())
        })
    }

    fn join_others(&self) -> Done {
        for (dc, kind) in [(Dc::Dc2, "DC"), (Dc::Rodc1, "RODC")] {
            self.with(dc, |seat| {
                prepare(seat)?;
                seat.join(kind, dc.site(), &self.log())?;
                self.finish(seat)
            })?;
        }
        Ok(())
    }

    fn finish(&self, seat: &Seat<'_>) -> Done {
        seat.certify(self.kept, &[seat.host, DOMAIN])?;
        seat.configure()
    }

    /// Waits until every controller knows all of them, and has the read-only one keep its passwords.
    fn settle(&self, forest: &Forest) -> Done {
        let names = [
            (format!("_ldap._tcp.{OFFICE}._sites.dc._msdcs.{DOMAIN}"), vec![Dc::Dc1]),
            (format!("_ldap._tcp.{PLANT}._sites.dc._msdcs.{DOMAIN}"), vec![Dc::Dc2, Dc::Rodc1]),
            (format!("_ldap._tcp.dc._msdcs.{DOMAIN}"), vec![Dc::Dc1, Dc::Dc2]),
        ];
        let known = |at: Dc| names.iter().all(|(name, whom)| self.knows(at, name, whom));
        if !wait_until(SPREAD_LIMIT, || Dc::ALL.into_iter().all(known)) {
            return Err(Failure::new("the controllers do not find each other's names"));
        }
        self.with(Dc::Rodc1, |seat| {
            let mut preload = seat.enter();
            preload.args(["samba-tool", "rodc", "preload", &format!("--configfile={INSTANCE}/etc/smb.conf")]);
            preload.args(["--server", &Dc::Dc1.host()]).args(KEPT);
            preload.args(["-U", &forest.dc1.administrator.user]);
            preload.arg(format!("--password={}", forest.dc1.administrator.password));
            output(&mut preload).map(drop)
        })?;
        let admin = Admin::of(&forest.rodc1);
        let all = KEPT.iter().all(|login| admin.values(login, "pwdLastSet").is_ok_and(|set| !set.is_empty()));
        if all { Ok(()) } else { Err(Failure::new("the read-only controller lacks users")) }
    }

    /// Whether a controller's name service names all these for a service.
    fn knows(&self, at: Dc, name: &str, whom: &[Dc]) -> bool {
        let asked = self.with(at, |seat| {
            let server = format!("@{}", seat.address);
            output(seat.enter().args(["dig", "+short", "+time=1", "+tries=1", &server, name, "SRV"]))
        });
        asked.is_ok_and(|told| whom.iter().all(|dc| told.contains(&format!(" {}.", dc.host()))))
    }

    fn log(&self) -> PathBuf {
        self.kept.join("log")
    }
}

fn prepare(seat: &Seat<'_>) -> Done {
    place::make_empty(seat.folder)?;
    seat.configure_resolver()
}

fn folder_of(folder: &Path, dc: Dc) -> PathBuf {
    folder.join(dc.short())
}

/// Whom a controller asks for names: the first one, which must not depend on another.
fn dns(dc: Dc, first: &str) -> Option<String> {
    (dc != Dc::Dc1).then(|| first.to_owned())
}

/// The second site, the network in it, and the way between the sites.
fn sites(subnet: &str) -> Ldif {
    let sites = format!("CN=Sites,CN=Configuration,{BASE}");
    let plant = format!("CN={PLANT},{sites}");
    let way = format!("CN=DEFAULTIPSITELINK,CN=IP,CN=Inter-Site Transports,{sites}");
    Ldif::default()
        .add(&plant, &[("objectClass", "site")])
        .add(&format!("CN=NTDS Site Settings,{plant}"), &[("objectClass", "nTDSSiteSettings")])
        .add(&format!("CN=Servers,{plant}"), &[("objectClass", "serversContainer")])
        .add_values(&way, "siteList", &[&plant])
        .add(&format!("CN={subnet},CN=Subnets,{sites}"), &[("objectClass", "subnet"), ("siteObject", &plant)])
}
