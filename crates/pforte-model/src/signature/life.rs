//! The life of a request: who may sign what now, and when it is over.
//!
//! Pure: what happened before comes in, what may happen next goes out. The server
//! asks it at the moment of each act, the verifier asks it again for each statement.

use super::rules::{Demand, Meaning, Rules, Step};
use super::statement::End;
use crate::factor::Strength;
use crate::id::{PersonId, RoleId, StationId};
use crate::name::hides;
use crate::time::Micros;

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Nobody has signed yet.
    Open,
    /// Some have signed, but not all.
    Checking,
    /// It is over.
    Ended(End),
}

impl State {
    /// The stable name, as in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Checking => "checking",
            Self::Ended(end) => end.as_str(),
        }
    }
}

/// Who wants to do something, with what counts where the act is, here and now.
#[derive(Clone, Copy, Debug)]
pub struct Signer<'a> {
    /// The person.
    pub person: PersonId,
    /// The roles held in the area of the request.
    pub roles: &'a [RoleId],
    /// The station that proved itself.
    pub station: Option<StationId>,
    /// How strong the proof of the person is.
    pub strength: Strength,
}

/// What a signer says besides.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said<'a> {
    /// Why.
    pub reason: Option<&'a str>,
    /// What is added.
    pub comment: Option<&'a str>,
}

/// A signature that was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Signed {
    /// By whom.
    pub person: PersonId,
    /// For which step, from 0.
    pub step: usize,
    /// At which station.
    pub station: Option<StationId>,
}

/// What stands against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Hindrance {
    /// The request is over.
    #[error("the request has ended")]
    Ended(End),
    /// The person holds none of the roles, there, here and now.
    #[error("the person holds none of the roles that sign")]
    NoRole,
    /// The person's step is signed already by as many as it asks for.
    #[error("all signatures of the person's roles are there")]
    Filled,
    /// Another step comes first.
    #[error("another signature comes first")]
    NotYetDue,
    /// The person has signed.
    #[error("the person has signed already")]
    AlreadySigned,
    /// The person does the act and must not sign as anything else.
    #[error("who performs the act may not sign for it as another one")]
    IsPerformer,
    /// All sign at one station, and this is another one.
    #[error("all sign at one station, and this is another one")]
    OtherStation,
    /// All sign at one station, and none proved itself.
    #[error("all sign at one station, and none proved itself")]
    StationNeeded,
    /// More must be proved.
    #[error("the proof is weaker than the rules ask for")]
    TooWeak,
    /// There is no step of this number, or the person's roles do not sign it.
    #[error("the person does not sign this step")]
    OtherStep,
    /// A reason is asked for.
    #[error("a reason is needed")]
    ReasonNeeded,
    /// None is asked for, it is too long, it holds characters that are not seen, or it is
    /// not one of those to choose from.
    #[error("the reason is none of those that can be given")]
    ReasonUnfit,
    /// A comment is asked for.
    #[error("a comment is needed")]
    CommentNeeded,
    /// None is asked for, it is too long, or it holds characters that are not seen.
    #[error("the comment cannot be taken")]
    CommentUnfit,
}

/// The longest comment, in characters.
pub const COMMENT_CHARS: usize = 2_000;

/// A request and what happened to it so far.
#[derive(Clone, Debug)]
pub struct Life<'a> {
    rules: &'a Rules,
    performer: Option<PersonId>,
    station: Option<StationId>,
    expires_at: Option<Micros>,
    signed: Vec<Signed>,
    end: Option<End>,
}

impl<'a> Life<'a> {
    /// A request of which nothing is signed.
    #[must_use]
    pub const fn new(
        rules: &'a Rules,
        performer: Option<PersonId>,
        station: Option<StationId>,
        expires_at: Option<Micros>,
    ) -> Self {
        Self { rules, performer, station, expires_at, signed: Vec::new(), end: None }
    }

    /// The same with what happened, as it was kept.
    #[must_use]
    pub fn after(mut self, signed: Vec<Signed>, end: Option<End>) -> Self {
        (self.signed, self.end) = (signed, end);
        self
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> State {
        match self.end {
            Some(end) => State::Ended(end),
            None if self.signed.is_empty() => State::Open,
            None => State::Checking,
        }
    }

    /// The signatures so far.
    #[must_use]
    pub fn signed(&self) -> &[Signed] {
        &self.signed
    }

    /// How many signatures a step still needs.
    #[must_use]
    pub fn missing(&self, step: usize) -> usize {
        let wanted = self.rules.steps.get(step).map_or(0, |step| usize::try_from(step.count).unwrap_or(0));
        wanted.saturating_sub(self.signed.iter().filter(|signed| signed.step == step).count())
    }

    /// Whether every step has all its signatures.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        (0..self.rules.steps.len()).all(|step| self.missing(step) == 0)
    }

    /// Whether its time is over at this moment.
    #[must_use]
    pub fn is_late(&self, at: Micros) -> bool {
        self.expires_at.is_some_and(|end| at >= end)
    }

    /// The steps that this person may sign now; none is a hindrance.
    pub fn open_to(&self, signer: &Signer<'_>, at: Micros) -> Result<Vec<usize>, Hindrance> {
        self.running(at)?;
        let own: Vec<usize> = self.steps_of(signer).collect();
        if own.is_empty() {
            return Err(Hindrance::NoRole);
        }
        let unfilled: Vec<usize> = own.into_iter().filter(|step| self.missing(*step) > 0).collect();
        if unfilled.is_empty() {
            return Err(Hindrance::Filled);
        }
        let due: Vec<usize> = unfilled.into_iter().filter(|step| self.is_due(*step)).collect();
        if due.is_empty() {
            return Err(Hindrance::NotYetDue);
        }
        self.stands_well(signer)?;
        let (mut free, mut hindrance) = (Vec::new(), Hindrance::NoRole);
        for step in due {
            match self.person_may(signer.person, step) {
                Ok(()) => free.push(step),
                Err(against) => hindrance = against,
            }
        }
        if free.is_empty() { Err(hindrance) } else { Ok(free) }
    }

    /// Signs: `wanted` is the step, or the first one that is open to this person.
    /// Gives the step.
    pub fn sign(
        &mut self,
        signer: &Signer<'_>,
        wanted: Option<usize>,
        said: Said<'_>,
        at: Micros,
    ) -> Result<usize, Hindrance> {
        let open = self.open_to(signer, at)?;
        let step = match wanted {
            None => open.first().copied().ok_or(Hindrance::NoRole)?,
            Some(step) if open.contains(&step) => step,
            Some(step) => return Err(self.against(signer, step)),
        };
        self.heard(said)?;
        self.signed.push(Signed { person: signer.person, step, station: signer.station });
        if self.is_whole() {
            self.end = Some(End::Complete);
        }
        Ok(step)
    }

    /// Refuses: whoever could sign one of the missing steps may, also out of turn.
    pub fn refuse(&mut self, signer: &Signer<'_>, reason: &str, at: Micros) -> Result<(), Hindrance> {
        self.running(at)?;
        let own: Vec<usize> = self.steps_of(signer).collect();
        if own.is_empty() {
            return Err(Hindrance::NoRole);
        }
        if own.iter().all(|step| self.missing(*step) == 0) {
            return Err(Hindrance::Filled);
        }
        self.stands_well(signer)?;
        self.end_with(reason, End::Refused)
    }

    /// Cancels: a person with one of the roles that may.
    pub fn cancel(&mut self, signer: &Signer<'_>, reason: &str, at: Micros) -> Result<(), Hindrance> {
        self.running(at)?;
        if !self.rules.cancel_roles.iter().any(|role| signer.roles.contains(&role.id)) {
            return Err(Hindrance::NoRole);
        }
        self.stands_well(signer)?;
        self.end_with(reason, End::Cancelled)
    }

    /// Takes back: the application that had asked.
    pub fn withdraw(&mut self, reason: &str, at: Micros) -> Result<(), Hindrance> {
        self.running(at)?;
        self.end_with(reason, End::Cancelled)
    }

    /// Ends it when its time is over; whether it did.
    pub fn expire(&mut self, at: Micros) -> bool {
        let late = self.end.is_none() && self.is_late(at);
        if late {
            self.end = Some(End::Expired);
        }
        late
    }

    fn end_with(&mut self, reason: &str, end: End) -> Result<(), Hindrance> {
        match reason.trim().chars().count() {
            0 => Err(Hindrance::ReasonNeeded),
            1..=COMMENT_CHARS if !hides(reason) => {
                self.end = Some(end);
                Ok(())
            }
            _ => Err(Hindrance::ReasonUnfit),
        }
    }

    fn running(&self, at: Micros) -> Result<(), Hindrance> {
        match self.end {
            Some(end) => Err(Hindrance::Ended(end)),
            None if self.is_late(at) => Err(Hindrance::Ended(End::Expired)),
            None => Ok(()),
        }
    }

    /// The steps that this person's roles sign.
    fn steps_of(&self, signer: &Signer<'_>) -> impl Iterator<Item = usize> {
        let holds = |step: &Step| step.roles.iter().any(|role| signer.roles.contains(&role.id));
        self.rules.steps.iter().enumerate().filter(move |(_, step)| holds(step)).map(|(at, _)| at)
    }

    /// Whether no step before it is missing, where the steps have an order.
    fn is_due(&self, step: usize) -> bool {
        !self.rules.ordered || (0..step).all(|before| self.missing(before) == 0)
    }

    /// Whether station and strength are what the rules ask for.
    fn stands_well(&self, signer: &Signer<'_>) -> Result<(), Hindrance> {
        if signer.strength < self.rules.strength {
            return Err(Hindrance::TooWeak);
        }
        if !self.rules.one_station {
            return Ok(());
        }
        let first = self.station.or_else(|| self.signed.first().and_then(|signed| signed.station));
        match (first, signer.station) {
            (_, None) => Err(Hindrance::StationNeeded),
            (Some(first), Some(here)) if first != here => Err(Hindrance::OtherStation),
            _ => Ok(()),
        }
    }

    /// Whether nothing that this person did stands against the step.
    fn person_may(&self, person: PersonId, step: usize) -> Result<(), Hindrance> {
        let mut own = self.signed.iter().filter(|signed| signed.person == person);
        if own.clone().any(|signed| self.rules.one_person_once || signed.step == step) {
            return Err(Hindrance::AlreadySigned);
        }
        if !self.rules.performer_differs {
            return Ok(());
        }
        let performs = self.performs(step);
        let performed = self.performer == Some(person) || own.clone().any(|own| self.performs(own.step));
        if !performs && performed || performs && own.any(|signed| !self.performs(signed.step)) {
            return Err(Hindrance::IsPerformer);
        }
        Ok(())
    }

    fn performs(&self, step: usize) -> bool {
        self.rules.steps.get(step).is_some_and(|step| step.meaning == Meaning::Performed)
    }

    /// What stands against a step that was asked for and is not open to this person.
    fn against(&self, signer: &Signer<'_>, step: usize) -> Hindrance {
        if !self.steps_of(signer).any(|own| own == step) {
            return Hindrance::OtherStep;
        }
        match self.person_may(signer.person, step) {
            Err(against) => against,
            Ok(()) if self.missing(step) == 0 => Hindrance::Filled,
            Ok(()) => Hindrance::NotYetDue,
        }
    }

    fn heard(&self, said: Said<'_>) -> Result<(), Hindrance> {
        let rules = self.rules;
        let length = |text: Option<&str>| text.map_or(0, |text| text.trim().chars().count());
        match (rules.reason, length(said.reason)) {
            (Demand::Forced, 0) => return Err(Hindrance::ReasonNeeded),
            (_, 0) => {}
            (Demand::None, _) => return Err(Hindrance::ReasonUnfit),
            (_, long) if long > Rules::REASON_CHARS => return Err(Hindrance::ReasonUnfit),
            _ => {}
        }
        let chosen = |reason: &str| rules.reasons.is_empty() || rules.reasons.iter().any(|one| one == reason);
        let fits = |reason: &str| reason.is_empty() || chosen(reason) && !hides(reason);
        if said.reason.is_some_and(|reason| !fits(reason.trim())) {
            return Err(Hindrance::ReasonUnfit);
        }
        match (rules.comment, length(said.comment)) {
            (Demand::Forced, 0) => Err(Hindrance::CommentNeeded),
            (_, 0) => Ok(()),
            (Demand::None, _) => Err(Hindrance::CommentUnfit),
            (_, long) if long > COMMENT_CHARS || said.comment.is_some_and(hides) => {
                Err(Hindrance::CommentUnfit)
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
#[path = "life_tests.rs"]
mod tests;
