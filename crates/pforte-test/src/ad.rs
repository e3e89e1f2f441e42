//! The domain controller, and its administrator in the test's hands.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use xtask::failure::{Done, Failure, While};
use xtask::place;
use xtask::servers::admin::Admin;
use xtask::servers::file::ActiveDirectory;
use xtask::servers::{self, samba};

use crate::fixtures::must;

/// The domain controller. Who is in its directory is said by [`xtask::servers::population`].
#[derive(Clone, Debug)]
pub struct Ad {
    /// Where it is, and its accounts.
    pub facts: Arc<ActiveDirectory>,
}

impl Ad {
    pub(crate) fn new(facts: ActiveDirectory) -> Self {
        Self { facts: Arc::new(facts) }
    }

    /// Lets the domain's administrator act, such as `ad.act(|admin| admin.disable("bob")).await`.
    /// What it changed holds when this returns. Ends the test if the controller refuses.
    ///
    /// Users are shared by all tests: a test that changes one makes its own with [`Admin::new_user`].
    pub async fn act<T: Send + 'static>(&self, act: impl FnOnce(&Admin) -> Done<T> + Send + 'static) -> T {
        let admin = Admin::of(&self.facts);
        let done = tokio::task::spawn_blocking(move || act(&admin)).await;
        must("the domain's administrator", done.unwrap_or_else(|error| Err(Failure::new(error.to_string()))))
    }

    /// Makes an ordinary user of the test's own, member of these groups. Gives its login name; its password
    /// is `facts.user_password`.
    pub async fn new_user(&self, groups: &'static [&'static str]) -> String {
        self.act(|admin| admin.new_user(groups)).await
    }
}

/// A domain controller of the test's own, ended when this is dropped: its settings and certificate may be
/// changed.
#[derive(Debug)]
pub struct OwnAd {
    /// Where it is, and its accounts.
    pub ad: Ad,
    folder: PathBuf,
}

impl OwnAd {
    /// Starts it, which takes a few seconds.
    pub async fn start() -> Self {
        let folder = place::running().join(place::unused_name("ad"));
        let at = folder.clone();
        let started = tokio::task::spawn_blocking(move || servers::own_controller(&at)).await;
        let started = started.unwrap_or_else(|error| Err(Failure::new(error.to_string())));
        Self { ad: Ad::new(must("a domain controller of the test's own", started)), folder }
    }

    /// Starts it again with these settings in place of what it had of the same, after `change` had its way
    /// with the folder of its certificate (`cert.pem`, `key.pem`, `ca.pem`).
    pub async fn restart(
        &mut self,
        settings: &'static [(&'static str, &'static str)],
        change: impl FnOnce(&Path) -> Done + Send + 'static,
    ) {
        let (mut facts, folder) = (ActiveDirectory::clone(&self.ad.facts), self.folder.clone());
        let restarted = tokio::task::spawn_blocking(move || {
            samba::restart(&mut facts, &folder, |folder| {
                configure(&folder.join("etc/smb.conf"), settings)?;
                change(&folder.join("private/tls"))
            })?;
            Ok(facts)
        });
        let restarted = restarted.await.unwrap_or_else(|error| Err(Failure::new(error.to_string())));
        self.ad = Ad::new(must("the domain controller started again", restarted));
    }
}

fn configure(path: &Path, settings: &[(&str, &str)]) -> Done {
    let text = fs::read_to_string(path).doing(path.display())?;
    let is_changed = |line: &&str| {
        line.split_once('=').is_some_and(|(name, _)| settings.iter().any(|(own, _)| *own == name.trim()))
    };
    let kept: Vec<&str> = text.lines().filter(|line| !is_changed(line)).collect();
    let set: Vec<String> = settings.iter().map(|(name, value)| format!("\t{name} = {value}")).collect();
    let text = kept.join("\n").replacen("[global]", &format!("[global]\n{}", set.join("\n")), 1);
    fs::write(path, text + "\n").doing(path.display())
}

impl Drop for OwnAd {
    fn drop(&mut self) {
        // Where the test failed already, its own failure tells more.
        let _ = samba::stop(&self.ad.facts);
        let _ = place::remove(&self.folder);
    }
}
