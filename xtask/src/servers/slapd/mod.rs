//! An OpenLDAP server: real password policies, groups of every kind, no Active Directory.

pub mod population;

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::file::{Account, ActiveDirectory, OpenLdap};
use super::process::Process;
use super::samba::pki;
use crate::command::{command, output, output_of, wait_until};
use crate::failure::{Done, Failure, While};
use crate::place;
use population::{ADMINISTRATOR, ADMINISTRATOR_PASSWORD, BASE, SERVICE, SERVICE_PASSWORD, USER_PASSWORD};

/// The server's name, which its certificate carries.
pub const HOST: &str = "ldap1.plant.example";
const ADDRESSES: std::ops::RangeInclusive<u8> = 60..=79;
const PORT: u16 = 389;
const TLS_PORT: u16 = 636;
/// The program, which is not on every search path.
const PROGRAM: &str = "/usr/sbin/slapd";
const START_LIMIT: Duration = Duration::from_secs(30);
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// Starts a freshly filled server whose files are in `folder`; its certificate comes from the domain's CA.
pub fn start(folder: &Path, ad: &ActiveDirectory) -> Done<OpenLdap> {
    place::make_empty(folder)?;
    let kept = ad.ca_certificate.parent().ok_or_else(|| Failure::new("the CA has no folder"))?;
    pki::issue(kept, folder, &[HOST])?;
    let settings = configure(folder)?;
    fill(folder, &settings)?;
    let address = free_address()?;
    let listen = format!("ldap://{address}:{PORT} ldaps://{address}:{TLS_PORT}");
    let mut server = command(PROGRAM, ["-d", "0", "-h", &listen, "-f"]);
    server.arg(&settings);
    let log = folder.with_extension("log");
    let slapd = describe(&address, ad, Process::start(&mut server, &log)?);
    let ready = || TcpStream::connect((address.as_str(), TLS_PORT)).is_ok();
    if wait_until(START_LIMIT, || !slapd.process.runs() || ready()) && slapd.process.runs() {
        return Ok(slapd);
    }
    stop(&slapd)?;
    Err(Failure::new(format!("slapd did not start; its log: {}", log.display())))
}

/// Ends the server.
pub fn stop(slapd: &OpenLdap) -> Done {
    for signal in ["TERM", "KILL"] {
        slapd.process.signal(signal)?;
        if slapd.process.ends_within(STOP_LIMIT) {
            return Ok(());
        }
    }
    Err(Failure::new(format!("slapd, process {}, does not end", slapd.process.id)))
}

/// Whether a distribution's package is there.
#[must_use]
pub(crate) fn is_installed() -> bool {
    Path::new(PROGRAM).exists()
}

/// Makes changes as the administrator.
pub fn change(slapd: &OpenLdap, ldif: &str) -> Done {
    output_of(&mut tool(slapd, "ldapmodify", ADMINISTRATOR, ADMINISTRATOR_PASSWORD), ldif).map(drop)
}

/// Whether the server takes a password of the entry with this name.
#[must_use]
pub fn can_bind(slapd: &OpenLdap, dn: &str, password: &str) -> bool {
    output(&mut tool(slapd, "ldapwhoami", dn, password)).is_ok()
}

/// Makes a user of the caller's own under a name that no other has. Gives the name.
pub fn new_user(slapd: &OpenLdap) -> Done<String> {
    let uid = place::unused_name("t");
    let dn = population::user_dn(&uid);
    let ldif = super::ldif::Ldif::default().add(
        &dn,
        &[
            ("objectClass", "inetOrgPerson"),
            ("uid", &uid),
            ("cn", &uid),
            ("sn", &uid),
            ("userPassword", USER_PASSWORD),
        ],
    );
    change(slapd, ldif.text())?;
    Ok(uid)
}

/// The tool does not check the server's certificate: both ends are this machine's.
fn tool(slapd: &OpenLdap, name: &str, dn: &str, password: &str) -> Command {
    let url = format!("ldaps://{}:{}", slapd.address, slapd.tls_port);
    let mut tool = command(name, ["-x", "-H", &url, "-D", dn, "-w", password]);
    tool.env("LDAPTLS_REQCERT", "never");
    tool
}

fn configure(folder: &Path) -> Done<std::path::PathBuf> {
    let path = |name: &str| folder.join(name).display().to_string();
    fs::create_dir_all(folder.join("data")).doing("data")?;
    let text = format!(
        "include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
{free_ipa}
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
moduleload ppolicy
pidfile {pid}
TLSCACertificateFile {ca}
TLSCertificateFile {cert}
TLSCertificateKeyFile {key}
security simple_bind=128
sizelimit 1000
database mdb
suffix \"{BASE}\"
rootdn \"{ADMINISTRATOR}\"
rootpw {ADMINISTRATOR_PASSWORD}
directory {data}
maxsize 268435456
dbnosync
index objectClass,member,uniqueMember,memberUid,gidNumber,entryUUID,memberOf eq
index uid,cn,sn,displayName eq,sub
access to attrs=userPassword by self =xw by anonymous auth by * none
access to * by dn.exact=\"{SERVICE}\" read by self read by * none
overlay memberof
overlay ppolicy
ppolicy_default \"cn=default,ou=policies,{BASE}\"
ppolicy_use_lockout
",
        free_ipa = population::FREE_IPA,
        pid = path("pid"),
        ca = path("ca.pem"),
        cert = path("cert.pem"),
        key = path("key.pem"),
        data = path("data"),
    );
    let settings = folder.join("slapd.conf");
    fs::write(&settings, text).doing(settings.display())?;
    Ok(settings)
}

fn fill(folder: &Path, settings: &Path) -> Done {
    let ldif = folder.join("population.ldif");
    fs::write(&ldif, population::text()).doing(ldif.display())?;
    let mut add = Command::new(PROGRAM.replace("slapd", "slapadd"));
    output(add.arg("-q").arg("-f").arg(settings).arg("-l").arg(&ldif)).map(drop)
}

fn describe(address: &str, ad: &ActiveDirectory, process: Process) -> OpenLdap {
    let account =
        |user: &str, password: &str| Account { user: user.to_owned(), password: password.to_owned() };
    OpenLdap {
        address: address.to_owned(),
        host: HOST.to_owned(),
        port: PORT,
        tls_port: TLS_PORT,
        base: BASE.to_owned(),
        ca_certificate: ad.ca_certificate.clone(),
        administrator: account(ADMINISTRATOR, ADMINISTRATOR_PASSWORD),
        service: account(SERVICE, SERVICE_PASSWORD),
        user_password: USER_PASSWORD.to_owned(),
        process,
    }
}

fn free_address() -> Done<String> {
    let mut addresses = ADDRESSES.map(|last| format!("127.0.0.{last}"));
    let is_free =
        |address: &String| [PORT, TLS_PORT].iter().all(|p| TcpListener::bind((address.as_str(), *p)).is_ok());
    addresses.find(is_free).ok_or_else(|| Failure::new("all loopback addresses for slapd are taken"))
}
