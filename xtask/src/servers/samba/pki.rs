//! The test CA and the domain controller's certificate.

use std::fs;
use std::path::{Path, PathBuf};

use crate::command::{command, output};
use crate::failure::{Done, While};

/// Longer than any cache lives; what is to be expired is issued so by the test that wants it.
const DAYS: &str = "3650";
/// What makes it, so that a change of it makes a new cache.
pub(super) const RECIPE: &str = "ca: P-256; leaf: RSA 2048, serverAuth, the two names; v1";

/// The CA's certificate in `folder`.
pub(super) fn ca_certificate(folder: &Path) -> PathBuf {
    folder.join("ca.pem")
}

/// The CA's key in `folder`.
pub(super) fn ca_key(folder: &Path) -> PathBuf {
    folder.join("ca.key")
}

/// Makes a CA in `folder`.
pub(super) fn make_ca(folder: &Path) -> Done {
    let mut key = command("openssl", ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]);
    output(key.arg("-out").arg(ca_key(folder)))?;
    let mut certificate = command("openssl", ["req", "-x509", "-new", "-sha256", "-days", DAYS]);
    certificate.args(["-subj", "/CN=Pforte test CA", "-addext", "keyUsage=critical,keyCertSign,cRLSign"]);
    certificate.arg("-key").arg(ca_key(folder)).arg("-out").arg(ca_certificate(folder));
    output(&mut certificate).map(drop)
}

/// The least that the tool wants to know of a CA: it keeps no list of what it issued.
fn ca_settings(target: &Path) -> Done<PathBuf> {
    let path = |name: &str| target.join(name);
    fs::write(path("issued"), "").doing("issued")?;
    let text = format!(
        "[ca]\ndefault_ca = own\n[own]\ndatabase = {}\nnew_certs_dir = {}\nrand_serial = yes\npolicy = any\n\
        [any]\ncommonName = supplied\n",
        path("issued").display(),
        target.display()
    );
    fs::write(path("ca.settings"), text).doing("ca.settings")?;
    Ok(path("ca.settings"))
}

/// Makes a key and a certificate for a domain controller with these names, in `target`.
pub(in crate::servers) fn issue(ca: &Path, target: &Path, names: &[&str]) -> Done {
    let (key, request) = (target.join("key.pem"), target.join("request.pem"));
    let mut asked = command("openssl", ["req", "-new", "-newkey", "rsa:2048", "-nodes", "-sha256"]);
    asked.arg("-subj").arg(format!("/CN={}", names.first().unwrap_or(&"")));
    output(asked.arg("-keyout").arg(&key).arg("-out").arg(&request))?;
    let extensions = target.join("extensions");
    let alternative: Vec<String> = names.iter().map(|name| format!("DNS:{name}")).collect();
    let text = format!(
        "basicConstraints=CA:FALSE\nkeyUsage=digitalSignature,keyEncipherment\n\
        extendedKeyUsage=serverAuth,clientAuth\nsubjectAltName={}\n",
        alternative.join(",")
    );
    fs::write(&extensions, text).doing(extensions.display())?;
    let settings = ca_settings(target)?;
    let mut issued = command("openssl", ["ca", "-batch", "-notext", "-md", "sha256"]);
    // The servers of tests have a clock of their own, which may stand before the certificate was made.
    issued.args(["-startdate", "20260101000000Z", "-enddate", "20360101000000Z"]);
    issued.arg("-config").arg(settings).arg("-in").arg(&request);
    issued.arg("-cert").arg(ca_certificate(ca)).arg("-keyfile").arg(ca_key(ca));
    output(issued.arg("-extfile").arg(&extensions).arg("-out").arg(target.join("cert.pem")))?;
    fs::copy(ca_certificate(ca), target.join("ca.pem")).doing("copy of the CA's certificate")?;
    Ok(())
}
