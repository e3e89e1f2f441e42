//! Servers for the time of one task: they end with it, however it ends.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use super::up;
use crate::failure::{Done, While};

/// Servers that end when this is dropped or its process ends, killed or not. Those that ran before stay.
#[derive(Debug)]
pub struct Lease(Option<Child>);

impl Lease {
    /// Starts the servers that do not run yet.
    pub fn take() -> Done<Self> {
        let own = std::env::current_exe().doing("this program's path")?;
        if !up()? {
            return Ok(Self(None));
        }
        // It reads until our end of the pipe closes, which the system does for us if we are killed. A group of
        // its own keeps it from being killed with us.
        let mut guard = Command::new("sh");
        guard.args(["-c", "cat >&2; exec \"$0\" servers down"]).arg(own);
        guard.stdin(Stdio::piped()).stdout(Stdio::null()).process_group(0);
        Ok(Self(Some(guard.spawn().doing("the guard of the servers")?)))
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(guard) = &mut self.0 {
            drop(guard.stdin.take());
            // It says itself what it could not end.
            let _ = guard.wait();
        }
    }
}
