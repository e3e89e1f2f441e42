//! Installs from the machine's own distribution what a task needs and does not find.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use crate::command::{command, is_installed, output, run};
use crate::failure::{Done, Failure, While};
use crate::say::say;

/// A program that shows that a package is there, and the package.
type Need = (&'static str, &'static str);

const NEEDED: [Need; 13] = [
    ("debootstrap", "debootstrap"),
    ("zstd", "zstd"),
    ("openssl", "openssl"),
    ("ldapmodify", "ldap-utils"),
    ("cc", "build-essential"),
    ("pkg-config", "pkg-config"),
    ("sqlite3", "sqlite3"),
    ("psql", "postgresql-client"),
    ("chromium", "chromium"),
    ("kinit", "krb5-user"),
    ("pdftotext", "poppler-utils"),
    ("qpdf", "qpdf"),
    ("xmlsec1", "xmlsec1"),
];

/// Installs what the servers and the build need. Says what it installs; silent when all is there.
pub(crate) fn install_missing() -> Done {
    let mut missing: Vec<&str> =
        NEEDED.iter().filter(|(program, _)| !is_installed(program)).map(|(_, package)| *package).collect();
    if crate::servers::postgres::programs().is_none() {
        keep_distribution_from_starting_a_cluster()?;
        missing.push("postgresql");
    }
    if !crate::servers::slapd::is_installed() {
        keep_distribution_from_starting_slapd()?;
        missing.push("slapd");
    }
    if missing.is_empty() { Ok(()) } else { install(&missing) }
}

fn install(packages: &[&str]) -> Done {
    say(format!("installing {}", packages.join(", ")));
    if !is_root() {
        return Err(Failure::new(format!("not root: please install {} by hand", packages.join(", "))));
    }
    let quiet = |arguments: &[&str]| {
        run(command("apt-get", arguments.iter().copied())
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdout(Stdio::null()))
    };
    quiet(&["update", "-q"])?;
    quiet(&[&["install", "-y", "-q", "--no-install-recommends"], packages].concat())
}

/// Debian's package makes and starts a database of its own at once; a developer's machine did not ask for it.
fn keep_distribution_from_starting_a_cluster() -> Done {
    const OFF: &str = "create_main_cluster = false";
    install(&["postgresql-common"])?;
    let settings = Path::new("/etc/postgresql-common/createcluster.conf");
    let text = fs::read_to_string(settings).unwrap_or_default();
    if text.lines().any(|line| line.trim() == OFF) {
        return Ok(());
    }
    fs::write(settings, format!("{text}\n{OFF}\n")).doing(settings.display())
}

/// Debian's package makes and starts a directory of its own at once, unless it was told not to configure one.
fn keep_distribution_from_starting_slapd() -> Done {
    const ANSWER: &str = "slapd slapd/no_configuration boolean true\n";
    if !is_root() {
        return Ok(());
    }
    crate::command::output_of(&mut command("debconf-set-selections", []), ANSWER).map(drop)
}

/// Whether the task may do what only the administrator of the machine may.
#[must_use]
pub(crate) fn is_root() -> bool {
    output(&mut command("id", ["-u"])).is_ok_and(|id| id.trim() == "0")
}
