//! The health of the directories: a server that falls silent, or answers again,
//! is an event; so are connections that rest on certificates alone where Kerberos
//! should prove them too.

use crate::app::Shared;
use crate::service::emergency;
use crate::service::scribe::{Draft, Origin};
use pforte_directory::ServerHealth;
use pforte_model::event::EventType;
use pforte_model::id::DirectoryId;
use std::collections::HashMap;

pub(super) async fn run(app: Shared) {
    for (id, directory) in app.directories.all() {
        // Asked until it is known: a typed `DOMAIN\name` is told by it. A dead
        // server answers at once, because its health is remembered.
        let _known_or_not_yet = directory.learn_names().await;
        let name = app.live.plant().directory(id).map_or_else(String::new, |known| known.name.clone());
        for server in directory.health() {
            app.metrics.directory_server(&name, &server.server, server.up);
            let before = seen(&app, id, &server);
            if before != Some(server.up) && !(before.is_none() && server.up) {
                told(&app, id, &name, &server).await;
            }
        }
        let unproven = directory.unproven();
        if began(&app, id, unproven.is_some())
            && let Some(fault) = unproven
        {
            let draft = Draft::failed(EventType::DirectoryUnproven, fault.kind.code());
            let draft = draft.reason(fault.to_string()).what("directory", id, &name);
            let event = app.scribe.event(&Origin::server(), draft);
            emergency::tell(&app, event).await;
        }
    }
}

/// What was known of this server before; notes what is known now.
fn seen(app: &Shared, id: DirectoryId, server: &ServerHealth) -> Option<bool> {
    let mut seen = app.server_health.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let of_directory: &mut HashMap<String, bool> = seen.entry(id).or_default();
    of_directory.insert(server.server.clone(), server.up)
}

/// Whether this is so now and was not before; notes what is so now.
fn began(app: &Shared, id: DirectoryId, unproven: bool) -> bool {
    let mut known = app.unproven.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if unproven {
        return known.insert(id);
    }
    known.remove(&id);
    false
}

async fn told(app: &Shared, id: DirectoryId, name: &str, server: &ServerHealth) {
    let draft = match &server.fault {
        Some(fault) if !server.up => {
            Draft::failed(EventType::DirectoryLost, fault.kind.code()).reason(fault.to_string())
        }
        _ if !server.up => Draft::failed(EventType::DirectoryLost, "directory-unreachable"),
        _ => Draft::done(EventType::DirectoryFound),
    };
    let draft = draft.what("directory", id, name).new(&server.server);
    let event = app.scribe.event(&Origin::server(), draft);
    emergency::tell(app, event).await;
}
