//! Single sign-on: log-on by the Kerberos ticket of the person.
//!
//! The ticket says who it is; everything else is as after a right password: the same
//! throttle, the same questions to the directory, the same session and events.

use crate::app::App;
use crate::fault::Fault;
use crate::http::caller::Caller;
use crate::live::plant::Directory;
use crate::service::logon::{Attempt, tried_and_timed};
use crate::service::refuse;
use pforte_directory::Mark;
use pforte_directory::kerberos::accept::{Accepted, Here, Keytab, Offer, Refused};
use pforte_model::name::LoginName;
use pforte_wire::session::LoggedOn;
use std::sync::Arc;

/// Whether anybody's ticket is taken.
pub(crate) fn is_offered(app: &App) -> bool {
    usable(app).next().is_some()
}

/// The directories that take tickets, with their keys.
fn usable(app: &App) -> impl Iterator<Item = (Arc<Directory>, Arc<Keytab>)> {
    let plant = app.live.plant();
    let enabled: Vec<_> = plant.directories.iter().filter(|one| one.enabled).cloned().collect();
    enabled.into_iter().filter_map(|one| app.directories.keytab(one.id).map(|keytab| (one, keytab)))
}

/// Logs the owner of a ticket on; gives also what proves us to the client.
pub(crate) async fn log_on(caller: &Caller, token: &[u8]) -> Result<(LoggedOn, Vec<u8>), Fault> {
    let (directory, accepted) = match accepted(caller.app(), token) {
        Ok(accepted) => accepted,
        Err(refused) => return Err(refuse::ticket(caller, refused.to_string()).await),
    };
    let login = LoginName::parse(&format!("{}@{}", accepted.client, accepted.realm))?;
    let mark = Mark::from_bytes(accepted.user.as_bytes());
    let attempt = Attempt::by_ticket(caller, directory, login, mark);
    tried_and_timed(caller, attempt).await.map(|logged_on| (logged_on, accepted.answer))
}

/// Checks a token by the keys of the directory whose realm its ticket is from.
fn accepted(app: &App, token: &[u8]) -> Result<(Arc<Directory>, Accepted), Refused> {
    let offer = Offer::read(token)?;
    let of_realm = |(_, keytab): &(Arc<Directory>, Arc<Keytab>)| keytab.is_of(offer.realm());
    let (directory, keytab) = usable(app).find(of_realm).ok_or(Refused::Realm)?;
    let binding = app.certificate.channel_binding();
    let here = Here {
        keytab: &keytab,
        realm: offer.realm(),
        binding: binding.as_deref(),
        now: app.clock.micros(),
        chance: app.directories.chance(),
    };
    let accepted = offer.accept(&here, app.directories.replays())?;
    Ok((directory, accepted))
}
