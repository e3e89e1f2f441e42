//! A change of one's own password (RFC 3062), on a connection of its own that is bound
//! as the person with the old one: one bind and one request.

use super::super::ber::{SEQUENCE, Writer};
use super::super::fault::{DirectoryError, FaultKind};
use super::super::message::{Outcome, Request, code};
use super::super::sasl;
use super::{PlainLdap, verdict};
use crate::secret::Password;
use crate::{Found, Verdict};
use pforte_model::account::AccountState;
use tokio::time::Instant;
use zeroize::Zeroizing;

const MODIFY: &[u8] = b"1.3.6.1.4.1.4203.1.11.1";
const ROOM: usize = 512;

/// What came of a change of a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// The new one holds.
    Done,
    /// The old one is wrong, or the account may not log on for another reason than its
    /// password's age.
    Refused(Verdict),
    /// The server does not take the new one: too short, too simple, used before, too
    /// soon. Its own words, which may be empty.
    NotGood(String),
}

impl PlainLdap {
    /// Changes a password, also one that must be changed. One that has expired cannot be
    /// changed by its owner at servers that refuse the bind.
    pub async fn modify_password(
        &self,
        found: &Found,
        (old, new): (&Password, &Password),
    ) -> Result<Changed, DirectoryError> {
        let until = Instant::now() + self.pool.shared().limits.request();
        let mut link = self.pool.shared().person(until).await?;
        let request = Request::judged(&found.place, old);
        let judged = link.ask(&request, until).await.and_then(super::super::answer::Answer::judged);
        let judged = judged.map_err(DirectoryError::AnswerLost)?;
        match verdict(&judged, found).map_err(DirectoryError::Refused)? {
            Verdict::Good | Verdict::State(AccountState::MustChange) => {}
            other => return Ok(Changed::Refused(other)),
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
        changed(outcome)
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

fn changed(outcome: Outcome) -> Result<Changed, DirectoryError> {
    match outcome.code {
        code::SUCCESS => Ok(Changed::Done),
        code::CONSTRAINT => Ok(Changed::NotGood(outcome.message)),
        code::INVALID_CREDENTIALS => Ok(Changed::Refused(Verdict::Wrong)),
        other => Err(DirectoryError::Refused(
            FaultKind::UnexpectedResult.with(format!("code {other}: {}", outcome.message)),
        )),
    }
}
