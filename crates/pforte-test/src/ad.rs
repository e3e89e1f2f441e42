//! The domain controller, and its administrator in the test's hands.

use std::sync::Arc;

use xtask::failure::{Done, Failure};
use xtask::servers::admin::Admin;
use xtask::servers::file::ActiveDirectory;

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
