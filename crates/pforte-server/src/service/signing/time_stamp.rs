//! Asks an authority outside for the time stamp of a statement and keeps it.

use crate::app::App;
use crate::fault::Fault;
use crate::outbound::{NoAnswer, Target};
use hyper::StatusCode;
use pforte_model::id::SignatureRequestId;
use pforte_store::{StoreError, signature_requests as rows};
use pforte_verify::time_stamp::{self, BadToken, MAX_BYTES};
use rand::RngExt as _;
use std::time::Duration;

/// Time for an answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// Why a statement was not stamped.
#[derive(Debug, thiserror::Error)]
pub enum NotStamped {
    /// The authority did not answer.
    #[error(transparent)]
    Unanswered(#[from] NoAnswer),
    /// It answered with another status than 200.
    #[error("answered {0}")]
    Status(StatusCode),
    /// Its answer is no time stamp of this statement by a trusted authority.
    #[error(transparent)]
    Wrong(#[from] BadToken),
    /// The store.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl NotStamped {
    /// A stable name.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unanswered(_) | Self::Status(_) => "time-stamp-unanswered",
            Self::Wrong(BadToken::Refused(_)) => "time-stamp-refused",
            Self::Wrong(_) => "time-stamp-wrong",
            Self::Fault(fault) => fault.code.as_str(),
        }
    }
}

/// Gets the time stamp of a statement. It is kept only if it is good.
pub async fn get(
    app: &App,
    authority: &Target,
    (request, number, text): (SignatureRequestId, i64, String),
) -> Result<(), NotStamped> {
    let random = app.ids.rng().random();
    let (question, nonce) = time_stamp::question(&text, random);
    let message = ("application/timestamp-query", question);
    let (status, answer) = authority.post(message, &[], MAX_BYTES, PATIENCE).await?;
    if status != StatusCode::OK {
        return Err(NotStamped::Status(status));
    }
    let token = time_stamp::answered(&answer)?.to_vec();
    let shown = time_stamp::check(&token, &text, &app.config.signature.time_stamp_authorities)?;
    if shown.nonce.as_deref() != Some(&nonce) {
        return Err(BadToken::OtherNonce.into());
    }
    let at = app.clock.micros();
    let kept = app.store.write(async move |tx| rows::stamp(tx, request, number, &token, at).await).await;
    match kept {
        // Another server of the plant was faster.
        Ok(()) | Err(StoreError::Duplicate) => Ok(()),
        Err(error) => Err(Fault::from(error).into()),
    }
}
