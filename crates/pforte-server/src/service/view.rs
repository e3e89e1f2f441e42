//! What callers see of a session.

use crate::http::permit;
use crate::live::Live;
use crate::live::plant::{Plant, Station};
use crate::live::session::Session;
use pforte_model::factor::strength;
use pforte_model::policy::RoleHeld;
use pforte_model::time::Moment;
use pforte_wire::Named;
use pforte_wire::session::{InCharge, Lease, Session as Shown};
use pforte_wire::time::Time;

/// A session as it is told now.
#[must_use]
pub fn session(session: &Session, plant: &Plant, now: Moment, lease: Lease) -> Shown {
    let rights = session.rights(plant);
    let holder = &session.holder;
    Shown {
        id: session.id.to_string(),
        person: Named { id: holder.person.to_string(), name: holder.label.clone() },
        user: Named { id: holder.user.to_string(), name: holder.login.clone() },
        directory: Named { id: holder.directory.to_string(), name: holder.directory_name.clone() },
        station: session.station.and_then(|id| plant.station(id)).map(|known| station(&known)),
        roles: roles(&session.policy(plant).roles_here(&rights.held, &session.standing(), None, now)),
        strength: strength(&session.factors).map_or("none", |strength| strength.as_str()).to_owned(),
        started_at: Time(session.started_at),
        active_at: Time(session.active_at()),
        idle_ends_at: Time(session.idle_ends_at().min(rights.ends_at)),
        ends_at: Time(rights.ends_at),
        checked_at: Time(rights.checked_at),
        emergency: session.emergency,
        rights: None,
        password_ends_at: None,
        password_notice_days: None,
        lease,
    }
}

/// A person's own session, with what is told to them alone.
#[must_use]
pub fn own(own: &Session, plant: &Plant, now: Moment, lease: Lease, notice_days: u32) -> Shown {
    let rights = permit::held(plant, own, now).map(str::to_owned).collect();
    let password_ends_at = own.password_ends_at().map(Time);
    let password_notice_days = password_ends_at.map(|_| notice_days);
    Shown { rights: Some(rights), password_ends_at, password_notice_days, ..session(own, plant, now, lease) }
}

/// Who is in charge at a station, as it is told now.
#[must_use]
pub fn in_charge(live: &Live, station: &Station, now: Moment, lease: Lease) -> InCharge {
    let revision = live.revision();
    let plant = live.plant();
    let running = live.sessions().at(station.id).filter(|running| running.over(now.at).is_none());
    InCharge {
        station: self::station(station),
        session: running.map(|running| session(&running, &plant, now, lease)),
        revision,
        lease,
    }
}

/// A station by its identity and name.
pub(crate) fn station(station: &Station) -> Named {
    Named { id: station.id.to_string(), name: station.name.clone() }
}

fn roles(held: &[RoleHeld]) -> Vec<Named> {
    held.iter().map(|role| Named { id: role.role.id.to_string(), name: role.role.name.clone() }).collect()
}
