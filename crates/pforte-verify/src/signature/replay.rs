//! Lives the request again: every statement must be one that the rules allowed.
//!
//! Whoever has the key can sign anything. What they cannot do is to make a request
//! complete that lacks what its own rules ask for, without this being seen here.

use super::fault::{Place, What};
use super::report::Report;
use super::statements::{Chain, Statement};
use pforte_model::event::Named;
use pforte_model::factor::{Strength, strength};
use pforte_model::id::{RoleId, StationId};
use pforte_model::signature::life::{Hindrance, Life, Said, Signed, Signer};
use pforte_model::signature::statement::{By, End, Ending, Opening, Signing};

/// Lives the request again and writes down what the rules did not allow.
pub(super) fn check(chain: &Chain, report: &mut Report) {
    clocks(chain, report);
    let Some(opening) = chain.opening() else { return };
    let mut replay = Replay { opening, station: None, signed: Vec::new(), end: None, report };
    replay.open();
    for (nth, statement) in &chain.read {
        match statement {
            Statement::Opening(_) => {}
            Statement::Signing(signing) => replay.sign(Place::Statement(*nth), signing),
            Statement::Ending(ending) => replay.finish(Place::Statement(*nth), ending),
        }
    }
    replay.close();
}

/// Remarks where time went backwards.
fn clocks(chain: &Chain, report: &mut Report) {
    for pair in chain.read.windows(2) {
        if let [(_, before), (nth, after)] = pair
            && after.at().at < before.at().at
        {
            report.add(Place::Statement(*nth), What::ClockBack);
        }
    }
}

struct Replay<'a> {
    opening: &'a Opening,
    station: Option<StationId>,
    /// The signatures so far, also those that the rules did not allow, so that one
    /// fault is not told again with each statement after it.
    signed: Vec<Signed>,
    /// How a statement said that it ended.
    end: Option<End>,
    report: &'a mut Report,
}

impl<'a> Replay<'a> {
    fn life(&self) -> Life<'a> {
        let opening = self.opening;
        let performer = opening.performer.as_ref().map(|performer| performer.person);
        let expires_at = opening.expires_at.map(|stamp| stamp.at);
        Life::new(&opening.rules, performer, self.station, expires_at).after(self.signed.clone(), self.end)
    }

    fn open(&mut self) {
        let (place, opening) = (Place::Statement(0), self.opening);
        if let Err(bad) = opening.rules.check() {
            self.report.add(place, What::Rules(bad));
        }
        self.station = self.station_of(place, opening.station.as_ref());
        if let Some(seconds) = opening.rules.valid_seconds {
            let latest = opening.at.at.plus_seconds(i64::from(seconds));
            if opening.expires_at.is_none_or(|end| end.at > latest) {
                self.report.add(place, What::LongExpiry);
            }
        }
    }

    fn sign(&mut self, place: Place, signing: &Signing) {
        let roles = self.roles_of(place, &signing.roles);
        let station = self.station_of(place, signing.station.as_ref());
        let person = signing.signer.person;
        let signer = Signer { person, roles: &roles, station, strength: signing.strength };
        let step = usize::try_from(signing.step).unwrap_or(usize::MAX);
        let said = Said { reason: signing.reason.as_deref(), comment: signing.comment.as_deref() };
        if let Err(against) = self.life().sign(&signer, Some(step), said, signing.at.at) {
            self.hindered(place, against);
        }
        if self.opening.rules.steps.get(step).is_some_and(|step| step.meaning != signing.meaning) {
            self.report.add(place, What::OtherMeaning);
        }
        if strength(&signing.factors) < Some(signing.strength) {
            self.report.add(place, What::StrengthUnproved);
        }
        if self.opening.rules.continuous_seconds == 0 && !signing.both_components {
            self.report.add(place, What::NameNotGiven);
        }
        self.signed.push(Signed { person, step, station });
    }

    fn finish(&mut self, place: Place, ending: &Ending) {
        if usize::try_from(ending.signatures) != Ok(self.signed.len()) {
            self.report.add(place, What::OtherCount);
        }
        match (self.end, ending.end) {
            (Some(end), _) => self.hindered(place, Hindrance::Ended(end)),
            (None, End::Complete) => self.complete(place, ending),
            (None, _) if self.life().is_whole() => self.hindered(place, Hindrance::Ended(End::Complete)),
            (None, End::Expired) => self.expire(place, ending),
            (None, end) => self.end_by(place, ending, end),
        }
        self.end = Some(ending.end);
    }

    fn complete(&mut self, place: Place, ending: &Ending) {
        let life = self.life();
        for step in 0..self.opening.rules.steps.len() {
            let count = life.missing(step);
            if count > 0 {
                self.report.add(place, What::Missing { step, count });
            }
        }
        self.by_nobody(place, ending);
    }

    fn expire(&mut self, place: Place, ending: &Ending) {
        if !self.life().is_late(ending.at.at) {
            self.report.add(place, What::EndedEarly);
        }
        self.by_nobody(place, ending);
    }

    fn by_nobody(&mut self, place: Place, ending: &Ending) {
        if ending.by.is_some() {
            self.report.add(place, What::OtherBy(ending.end));
        }
    }

    /// A refusal or a cancellation.
    fn end_by(&mut self, place: Place, ending: &Ending, end: End) {
        let (at, mut life) = (ending.at.at, self.life());
        let reason = ending.reason.as_deref().unwrap_or_default();
        let ended = match &ending.by {
            Some(By::Person { who, roles, station }) => {
                let roles = self.roles_of(place, roles);
                let station = self.station_of(place, station.as_ref());
                // How strongly it was proved who ended it is not told in the statement.
                let strength = Strength::Strong;
                let signer = Signer { person: who.person, roles: &roles, station, strength };
                if end == End::Refused {
                    life.refuse(&signer, reason, at)
                } else {
                    life.cancel(&signer, reason, at)
                }
            }
            Some(By::Application { application })
                if end == End::Cancelled && application.id == self.opening.application.id =>
            {
                life.withdraw(reason, at)
            }
            _ => return self.report.add(place, What::OtherBy(end)),
        };
        if let Err(against) = ended {
            self.hindered(place, against);
        }
    }

    fn close(self) {
        let life = self.life();
        self.report.state = Some(life.state());
        if self.end.is_none() {
            let what = if life.is_whole() { What::EndingMissing } else { What::Running };
            self.report.add(Place::Document, what);
        }
    }

    fn hindered(&mut self, place: Place, against: Hindrance) {
        let late = against == Hindrance::Ended(End::Expired) && self.end.is_none();
        self.report.add(place, if late { What::Late } else { What::Hindered(against) });
    }

    fn roles_of(&mut self, place: Place, roles: &[Named]) -> Vec<RoleId> {
        let read: Vec<RoleId> = roles.iter().filter_map(|role| role.id.parse().ok()).collect();
        if read.len() < roles.len() {
            self.report.add(place, What::BadId("roles"));
        }
        read
    }

    fn station_of(&mut self, place: Place, station: Option<&Named>) -> Option<StationId> {
        let read = station.map(|station| station.id.parse().ok());
        if read == Some(None) {
            self.report.add(place, What::BadId("station"));
        }
        read.flatten()
    }
}
