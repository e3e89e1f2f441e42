//! Keys of a service, as an administrator of the domain exports them at a controller.

use std::fs;

use crate::command::{command, output};
use crate::failure::{Done, Failure, While};
use crate::place::unused_name;
use crate::servers::file::ActiveDirectory;

use super::chroot::INSTANCE;

/// The keytab of a service principal of the running controller, such as `HTTP/host`.
pub fn keytab(ad: &ActiveDirectory, principal: &str) -> Done<Vec<u8>> {
    // The process we know guards the namespace; its child is the controller.
    let inside = ad.process.children().into_iter().next();
    let inside = inside.ok_or_else(|| Failure::new("the domain controller has ended"))?.id;
    let file = format!("{INSTANCE}/{}.keytab", unused_name("k"));
    let mut export = command("nsenter", ["-t", &inside.to_string(), "--mount", "--root", "--", "samba-tool"]);
    export.args(["domain", "exportkeytab", &file, &format!("--principal={principal}")]);
    output(export.args(["-s", &format!("{INSTANCE}/etc/smb.conf")]))?;
    let seen = format!("/proc/{inside}/root{file}");
    let content = fs::read(&seen).doing(&seen)?;
    fs::remove_file(&seen).doing(&seen)?;
    Ok(content)
}
