//! The system in which the domain controller runs: a Debian of the release that has the Samba we need.
//!
//! It is made once and shared by all checkouts: a server sees it with its own folder mounted over
//! [`INSTANCE`] and memory over every place it would write to.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::{command, output, run_logged};
use crate::failure::{Done, Failure, While};
use crate::place;
use crate::say::say;

/// The first Debian whose Samba (4.22) checks channel bindings.
const SUITE: &str = "trixie";
const PACKAGES: &str = "samba samba-ad-dc samba-ad-provision samba-dsdb-modules samba-vfs-modules winbind \
    python3-samba python3-setproctitle ldb-tools krb5-user ldap-utils libsasl2-modules-gssapi-mit smbclient \
    attr acl iproute2 procps dnsutils";
/// Names the archive's address where the machine's own settings cannot tell it.
const MIRROR_VARIABLE: &str = "PFORTE_DEBIAN_MIRROR";
/// Where a server's own folder stands inside the system.
pub(super) const INSTANCE: &str = "/srv/dc1";

/// Mounts in a namespace of their own, so that nothing of it is seen or left outside.
const ENTER: &str = r#"
set -e
root=$1 instance=$2 host=$3
shift 3
mount --make-rprivate /
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
for place in run tmp var/lib/samba var/cache/samba var/log/samba; do
    mount -t tmpfs -o mode=755 tmpfs "$root/$place"
done
mkdir -p "$root/run/samba" "$root/run/lock"
mount --bind "$instance" "$root/srv/dc1"
mount --bind "$instance/resolv.conf" "$root/etc/resolv.conf"
for file in passwd group; do
    if [ -f "$instance/$file" ]; then mount --bind "$instance/$file" "$root/etc/$file"; fi
done
hostname "$host"
exec chroot "$root" "$@"
"#;

const KERBEROS: &str = "[libdefaults]\n default_realm = AD.TEST.LAB\n dns_lookup_kdc = true\n rdns = false\n \
    dns_canonicalize_hostname = false\n";

/// The system's folder.
#[derive(Clone, Debug)]
pub(in crate::servers) struct Chroot(PathBuf);

impl Chroot {
    /// The system as it is kept, made first where it is missing (about two minutes).
    pub(in crate::servers) fn get(cache: &Path) -> Done<Self> {
        let folder = cache.join(format!("chroot-{}", fingerprint()));
        if !folder.exists() {
            say(format!("making a Debian {SUITE} with Samba in {} (about two minutes)", folder.display()));
            make(&folder)?;
        }
        Ok(Self(folder))
    }

    /// A file of the system.
    pub(in crate::servers) fn read(&self, path: &str) -> Done<String> {
        fs::read_to_string(self.0.join(path)).doing(path)
    }

    /// A command inside the system, as the host `host`, with `instance` at [`INSTANCE`], in a
    /// network namespace if one is named.
    ///
    /// The process started is a guard that passes no signal on: end its child.
    pub(in crate::servers) fn enter(&self, instance: &Path, host: &str, namespace: Option<&str>) -> Command {
        let network = namespace.map(|name| ["ip", "netns", "exec", name]);
        let words = ["unshare", "--mount", "--pid", "--fork", "--uts", "--kill-child=SIGKILL"];
        let mut words = network.into_iter().flatten().chain(words);
        let mut entered = command(words.next().unwrap_or_default(), words);
        entered.args(["sh", "-c", ENTER, "enter"]).arg(&self.0).arg(instance).arg(host);
        entered.env_clear().env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        entered.env("LC_ALL", "C.UTF-8");
        entered
    }
}

/// What the system is made of, in short.
pub(super) fn fingerprint() -> String {
    place::fingerprint([SUITE, PACKAGES, KERBEROS])
}

/// Makes the system beside its place and moves it there when it is whole.
fn make(folder: &Path) -> Done {
    let building = folder.with_extension("building");
    let log = folder.with_extension("log");
    place::remove(&building)?;
    let mut bootstrap = command("debootstrap", ["--variant=minbase", SUITE]);
    bootstrap.arg(&building).args(mirror()?);
    run_logged(&mut bootstrap, &log)?;
    write(&building, "usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n")?;
    run_logged(command("chmod", ["+x"]).arg(building.join("usr/sbin/policy-rc.d")), &log)?;
    let slim = "force-unsafe-io\npath-exclude=/usr/share/doc/*\npath-exclude=/usr/share/man/*\n\
        path-exclude=/usr/share/locale/*\n";
    write(&building, "etc/dpkg/dpkg.cfg.d/slim", slim)?;
    write(&building, "etc/apt/apt.conf.d/99machine", &acquire_settings()?)?;
    for line in ["update -q", &format!("install -y -q --no-install-recommends {PACKAGES}"), "clean"] {
        let mut apt = command("chroot", []);
        apt.arg(&building).arg("apt-get").args(line.split_whitespace());
        run_logged(apt.env("DEBIAN_FRONTEND", "noninteractive").env("LC_ALL", "C.UTF-8"), &log)?;
    }
    // Provisioning refuses to start where the distribution's own configuration stands.
    fs::remove_file(building.join("etc/samba/smb.conf")).doing("etc/samba/smb.conf")?;
    write(&building, "etc/krb5.conf", KERBEROS)?;
    write(&building, "etc/resolv.conf", "")?;
    fs::create_dir_all(building.join(INSTANCE.trim_start_matches('/'))).doing(INSTANCE)?;
    fs::rename(&building, folder).doing(folder.display())
}

fn write(root: &Path, path: &str, text: &str) -> Done {
    fs::write(root.join(path), text).doing(path)
}

/// The archive this machine's own packages come from, where it is Debian's; else the bootstrapper's own choice.
fn mirror() -> Done<Option<String>> {
    if let Some(named) = place::variable(MIRROR_VARIABLE) {
        return Ok(Some(named));
    }
    let format = "$(ORIGIN) $(SUITE) $(REPO_URI)";
    let targets =
        output(&mut command("apt-get", ["indextargets", "--format", format, "Created-By: Packages"]))?;
    let of_debian = targets.lines().filter_map(|line| line.strip_prefix("Debian "));
    let mut main =
        of_debian.filter_map(|line| line.split_once(' ')).filter(|(suite, _)| !suite.contains('-'));
    Ok(main.next().map(|(_, address)| address.trim().to_owned()))
}

/// How this machine reaches the archive (proxies, what it takes a release's date for).
fn acquire_settings() -> Done<String> {
    let all = output(&mut command("apt-config", ["dump"]))?;
    let ours: Vec<&str> = all.lines().filter(|line| line.starts_with("Acquire::")).collect();
    if ours.iter().any(|line| line.contains('\0')) {
        return Err(Failure::new("unreadable apt settings"));
    }
    Ok(ours.join("\n") + "\n")
}
