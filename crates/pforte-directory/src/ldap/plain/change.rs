//! A change of one's own password (RFC 3062), on a connection of its own that is bound
//! as the person with the old one: one bind and one request.

use super::super::ber::{SEQUENCE, Writer};
use super::super::fault::{DirectoryError, FaultKind};
use super::super::message::{Outcome, Request, code};
use super::super::sasl;
use super::{PlainLdap, verdict};
use crate::change::{PasswordChange, PasswordFault};
use crate::secret::Password;
use crate::{Found, Verdict};
use pforte_model::account::AccountState;
use tokio::time::Instant;
use zeroize::Zeroizing;

const MODIFY: &[u8] = b"1.3.6.1.4.1.4203.1.11.1";
const ROOM: usize = 512;

impl PlainLdap {
    /// Changes a password, also one that must be changed. One that has expired cannot be
    /// changed by its owner at servers that refuse the bind.
    pub(super) async fn modify_password(
        &self,
        found: &Found,
        (old, new): (&Password, &Password),
    ) -> Result<PasswordChange, DirectoryError> {
        let until = Instant::now() + self.pool.shared().limits.request();
        let mut link = self.pool.shared().person(until).await?;
        let request = Request::judged(&found.place, old);
        let judged = link.ask(&request, until).await.and_then(super::super::answer::Answer::judged);
        let judged = judged.map_err(DirectoryError::AnswerLost)?;
        match verdict(&judged, found).map_err(DirectoryError::Refused)? {
            Verdict::Good | Verdict::State(AccountState::MustChange) => {}
            Verdict::Wrong => return Ok(PasswordChange::Wrong),
            Verdict::State(state) => return Ok(PasswordChange::State(state)),
        }
        let room = found.place.len() + old.text_for_bind().len() + new.text_for_bind().len() + ROOM;
        let value = value(&found.place, old, new, room);
        let operation = |to: &mut Writer| {
            to.holding(0x77, |to| {
                to.bytes(0x80, MODIFY);
                to.bytes(0x81, &value);
            });
        };
        let answer = sasl::exchange(&mut link, (room, 0x78), operation, until).await;
        let outcome = answer.map_err(DirectoryError::AnswerLost)?.outcome;
        link.close(until).await;
        changed(&outcome)
    }
}

fn value(place: &str, old: &Password, new: &Password, room: usize) -> Zeroizing<Vec<u8>> {
    let mut value = Writer::with_room(room);
    value.holding(SEQUENCE, |to| {
        to.bytes(0x80, place.as_bytes());
        to.bytes(0x81, old.text_for_bind().as_bytes());
        to.bytes(0x82, new.text_for_bind().as_bytes());
    });
    value.finish()
}

fn changed(outcome: &Outcome) -> Result<PasswordChange, DirectoryError> {
    match outcome.code {
        code::SUCCESS => Ok(PasswordChange::Done),
        // Against the rules for passwords; or nobody may change the own one, or not now.
        code::CONSTRAINT | code::NO_RIGHTS | code::UNWILLING => {
            Ok(PasswordChange::Unfit(vec![PasswordFault::Refused { says: bounded(&outcome.message) }]))
        }
        code::INVALID_CREDENTIALS => Ok(PasswordChange::Wrong),
        other => Err(DirectoryError::Refused(
            FaultKind::UnexpectedResult.with(format!("code {other}: {}", outcome.message)),
        )),
    }
}

/// What a server says, without what cannot be seen, and not for ever.
fn bounded(says: &str) -> String {
    FaultKind::UnexpectedResult.with(says).detail
}
