//! The conversation with PAM.

use super::{Outcome, Question};
use nonstick::{AuthnFlags, ConversationAdapter, ErrorCode, Result, Transaction, TransactionBuilder};
use std::cell::Cell;
use std::ffi::{OsStr, OsString};

/// Gives the password to the first hidden question and to no other one: a module that
/// asks again, for a code or a new password, gets no answer.
struct Once<'a> {
    password: &'a str,
    given: Cell<bool>,
}

impl ConversationAdapter for Once<'_> {
    fn prompt(&self, _request: impl AsRef<OsStr>) -> Result<OsString> {
        Err(ErrorCode::ConversationError)
    }

    fn masked_prompt(&self, _request: impl AsRef<OsStr>) -> Result<OsString> {
        if self.given.replace(true) { Err(ErrorCode::ConversationError) } else { Ok(self.password.into()) }
    }

    fn error_msg(&self, _message: impl AsRef<OsStr>) {}

    fn info_msg(&self, _message: impl AsRef<OsStr>) {}
}

/// One try.
pub(crate) fn ask(question: &Question<'_>) -> Outcome {
    let once = Once { password: question.password, given: Cell::new(false) };
    let built = TransactionBuilder::new_with_service(question.service)
        .username(question.name)
        .build(once.into_conversation());
    let Ok(mut transaction) = built else { return Outcome::Failed };
    match transaction.authenticate(AuthnFlags::empty()) {
        Ok(()) => allowed(transaction.account_management(AuthnFlags::empty())),
        Err(ErrorCode::AuthenticationError | ErrorCode::UserUnknown) => Outcome::Wrong,
        Err(ErrorCode::MaxTries) => Outcome::Locked,
        Err(ErrorCode::PermissionDenied | ErrorCode::CredentialsInsufficient) => Outcome::Denied,
        Err(_) => Outcome::Failed,
    }
}

/// What it means that the account may log on or not; the password is right.
fn allowed(said: Result<()>) -> Outcome {
    match said {
        Ok(()) => Outcome::Good,
        Err(ErrorCode::AccountExpired) => Outcome::Expired,
        Err(ErrorCode::NewAuthTokRequired | ErrorCode::AuthTokExpired) => Outcome::MustChange,
        // Rules that go on after a refusal end with a general one.
        Err(ErrorCode::AuthenticationError | ErrorCode::PermissionDenied | ErrorCode::UserUnknown) => {
            Outcome::Denied
        }
        Err(_) => Outcome::Failed,
    }
}
