//! Domain controllers of one domain that a test can kill, pause and cut off.

use std::sync::Arc;

use xtask::failure::{Done, Failure};
use xtask::servers::file::Forest as Facts;
use xtask::servers::samba::forest::{Dc, Hold};

use crate::ad::Ad;
use crate::fixtures::must;

/// The forest, held for as long as this lives.
#[derive(Debug)]
pub struct Forest {
    hold: Option<Hold>,
}

impl Forest {
    /// The whole forest, which nobody hurts meanwhile.
    pub async fn shared() -> Self {
        Self { hold: Some(blocking(Hold::shared).await) }
    }

    /// The whole forest for this test alone, which may hurt it. Whatever it did is undone at its end.
    pub async fn alone() -> Self {
        Self { hold: Some(blocking(Hold::alone).await) }
    }

    /// Where it is.
    ///
    /// # Panics
    ///
    /// Never: what is held is given away only for the time of one act.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        let hold = self.hold.as_ref().ok_or_else(|| Failure::new("it is being changed"));
        &must("the forest", hold).forest
    }

    /// One of its controllers, with the domain's administrator there.
    #[must_use]
    pub fn ad(&self, dc: Dc) -> Ad {
        Ad { facts: Arc::new(self.facts().of(dc).clone()) }
    }

    /// Hurts or mends it, such as `forest.act(|forest| forest.kill(Dc::Dc1)).await`.
    pub async fn act(&mut self, act: impl FnOnce(&mut Facts) -> Done + Send + 'static) {
        let Some(mut hold) = self.hold.take() else { return };
        let done = blocking(move || {
            let done = act(&mut hold.forest);
            Ok((hold, done))
        });
        let (hold, done) = done.await;
        self.hold = Some(hold);
        must("the forest", done);
    }
}

async fn blocking<T: Send + 'static>(act: impl FnOnce() -> Done<T> + Send + 'static) -> T {
    let done = tokio::task::spawn_blocking(act).await;
    must("the forest", done.unwrap_or_else(|error| Err(Failure::new(error.to_string()))))
}
