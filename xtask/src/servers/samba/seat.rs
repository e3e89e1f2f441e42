//! A controller: where its files are, its name and address, and what is done with it.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::chroot::{Chroot, INSTANCE};
use super::{end, pki, populate};
use crate::command::{command, output, output_of, run_logged, wait_until};
use crate::failure::{Done, Failure, While};
use crate::servers::admin::Admin;
use crate::servers::file::{Account, ActiveDirectory};
use crate::servers::population::{
    ADMINISTRATOR, ADMINISTRATOR_PASSWORD, BASE, DOMAIN, NETBIOS, REALM, SERVICE, SERVICE_PASSWORD,
    USER_PASSWORD,
};
use crate::servers::process::Process;

/// Kerberos, RPC, LDAP, SMB, password change, LDAPS.
pub(super) const PORTS: [u16; 6] = [88, 135, 389, 445, 464, 636];
pub(super) const START_LIMIT: Duration = Duration::from_mins(1);
/// Settings of a controller beside those that provisioning finds itself.
pub(super) const SETTINGS: [(&str, &str); 11] = [
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

/// A controller, running or not.
#[derive(Clone, Debug)]
pub(super) struct Seat<'a> {
    pub(super) chroot: &'a Chroot,
    /// Its files.
    pub(super) folder: &'a Path,
    /// Its full name.
    pub(super) host: &'a str,
    /// The address of all its services, and the length of its network's prefix.
    pub(super) address: String,
    pub(super) prefix: u8,
    /// The address of the controller it asks for names; itself if not given.
    pub(super) dns: Option<String>,
    /// The network namespace it runs in; the machine's own network if not given.
    pub(super) namespace: Option<&'a str>,
}

impl Seat<'_> {
    /// Its name without the domain.
    pub(super) fn short_host(&self) -> &str {
        self.host.split('.').next().unwrap_or(self.host)
    }

    /// A command in its place, as it.
    pub(super) fn enter(&self) -> Command {
        self.chroot.enter(self.folder, self.short_host(), self.namespace)
    }

    /// Makes it the first controller of the domain.
    pub(super) fn provision(&self, further: &[&str], log: &Path) -> Done {
        let mut made = self.enter();
        made.args(["samba-tool", "domain", "provision", "--server-role=dc", "--dns-backend=SAMBA_INTERNAL"]);
        made.args([
            format!("--realm={REALM}"),
            format!("--domain={NETBIOS}"),
            format!("--host-name={}", self.short_host()),
        ]);
        made.args([format!("--adminpass={ADMINISTRATOR_PASSWORD}"), format!("--host-ip={}", self.address)]);
        made.args(["--function-level=2016", "--option=ad dc functional level=2016"]).args(further);
        run_logged(made.arg(format!("--targetdir={INSTANCE}")), log)
    }

    /// Makes it a further controller of the domain: `kind` is `DC` or `RODC`. A running one must be asked for
    /// names.
    pub(super) fn join(&self, kind: &str, site: &str, log: &Path) -> Done {
        let mut made = self.enter();
        made.args(["samba-tool", "domain", "join", DOMAIN, kind, "--dns-backend=SAMBA_INTERNAL"]);
        made.args(["-U", ADMINISTRATOR, &format!("--password={ADMINISTRATOR_PASSWORD}")]);
        made.args([format!("--site={site}"), format!("--targetdir={INSTANCE}")]);
        made.arg(format!("--option=netbios name={}", self.short_host().to_uppercase()));
        made.arg(format!("--option=interfaces={}/{}", self.address, self.prefix));
        made.args(["--option=bind interfaces only=yes", "--option=ad dc functional level=2016"]);
        run_logged(&mut made, log)
    }

    /// Gives it a certificate for these names.
    pub(super) fn certify(&self, ca: &Path, names: &[&str]) -> Done {
        let tls = self.folder.join("private/tls");
        fs::create_dir_all(&tls).doing(tls.display())?;
        pki::issue(ca, &tls, names)?;
        output(command("chmod", ["600"]).arg(tls.join("key.pem"))).map(drop)
    }

    /// Fills the domain, while the controller does not run.
    pub(super) fn populate(&self) -> Done {
        self.change(populate::ldif().text())?;
        let staff = [
            database_arguments("ldbsearch"),
            vec!["(sAMAccountName=staff)".to_owned(), "objectSid".to_owned()],
        ];
        let found = output(self.enter().args(staff.concat()))?;
        let sid = found.lines().find_map(|line| line.strip_prefix("objectSid: "));
        let relative =
            sid.and_then(|sid| sid.rsplit('-').next()).ok_or_else(|| Failure::new("staff has no SID"))?;
        self.change(populate::primary_group(relative).text())
    }

    /// Changes its database, while it does not run.
    pub(super) fn change(&self, ldif: &str) -> Done {
        output_of(self.enter().args(database_arguments("ldbmodify")), ldif).map(drop)
    }

    /// Writes our settings into its configuration, and whom it asks for names.
    pub(super) fn configure(&self) -> Done {
        let path = self.folder.join("etc/smb.conf");
        let text = fs::read_to_string(&path).doing(path.display())?;
        let interfaces = format!("{}/{}", self.address, self.prefix);
        fs::write(&path, with_settings(&text, &interfaces)).doing(path.display())?;
        self.configure_resolver()
    }

    /// Writes whom it asks for names.
    pub(super) fn configure_resolver(&self) -> Done {
        let server = self.dns.as_ref().unwrap_or(&self.address);
        fs::write(self.folder.join("resolv.conf"), format!("nameserver {server}\nsearch {DOMAIN}\n"))
            .doing("resolv.conf")
    }

    /// Starts it and waits until it answers.
    pub(super) fn run(&self, kept: &Path) -> Done<ActiveDirectory> {
        let ad = self.launch(kept)?;
        self.wait(&ad)?;
        Ok(ad)
    }

    /// Starts it.
    pub(super) fn launch(&self, kept: &Path) -> Done<ActiveDirectory> {
        let settings = format!("{INSTANCE}/etc/smb.conf");
        let mut server = self.enter();
        server.args(["samba", "--interactive", "--no-process-group", "-s", &settings]);
        Ok(self.describe(kept, Process::start(&mut server, &self.log())?))
    }

    /// Waits until it answers; ends it if it does not.
    pub(super) fn wait(&self, ad: &ActiveDirectory) -> Done {
        let admin = Admin::of(ad);
        let ready = || {
            admin.can_bind(ADMINISTRATOR, ADMINISTRATOR_PASSWORD)
                && PORTS.iter().all(|port| answers(&self.address, *port))
        };
        if wait_until(START_LIMIT, || !ad.process.runs() || ready()) && ad.process.runs() {
            return Ok(());
        }
        end(&ad.process)?;
        let log = self.log();
        Err(Failure::new(format!("{} did not start; its log: {}", self.host, log.display())))
    }

    fn log(&self) -> std::path::PathBuf {
        self.folder.with_extension("log")
    }

    fn describe(&self, kept: &Path, process: Process) -> ActiveDirectory {
        ActiveDirectory {
            address: self.address.clone(),
            host: self.host.to_owned(),
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
}

fn database_arguments(tool: &str) -> Vec<String> {
    let settings = format!("--configfile={INSTANCE}/etc/smb.conf");
    vec![tool.to_owned(), settings, "-H".to_owned(), format!("{INSTANCE}/private/sam.ldb")]
}

/// The configuration with our settings in place of what it says of the same.
fn with_settings(text: &str, interfaces: &str) -> String {
    let ours = || SETTINGS.into_iter().chain([("interfaces", interfaces)]);
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

pub(super) fn answers(address: &str, port: u16) -> bool {
    std::net::TcpStream::connect((address, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::with_settings;

    #[test]
    fn our_settings_replace_what_the_configuration_says_of_the_same() {
        let text = with_settings(
            "[global]\n\tdns forwarder = 10.0.0.1\n\tlog level = 9\n\tkept = 1\n[x]\n",
            "127.0.0.12/8",
        );
        assert!(!text.contains("forwarder") && !text.contains("= 9"));
        assert!(text.contains("\tlog level = 1\n") && text.contains("\tinterfaces = 127.0.0.12/8\n"));
        assert!(text.contains("\tkept = 1\n[x]\n"));
        assert_eq!(with_settings(&text, "127.0.0.12/8"), text);
    }
}
