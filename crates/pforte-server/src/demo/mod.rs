//! The demo plant: a dairy with areas, stations, three applications, roles and a
//! dozen users. Every password and credential is drawn anew and shown once.

mod dairy;
mod write;

use crate::app::Shared;
use crate::fault::Fault;
use crate::service::passwords::{self, Made};
use crate::service::plant::configure;
use crate::service::scribe::Origin;
use crate::token::{self, Purpose, TokenHash};
use dairy::{APPLICATIONS, STATIONS, USERS};
use pforte_directory::local::generate;
use pforte_store::setup;
use pforte_wire::secret::Secret;
use pforte_wire::user::NewUser;
use serde::Serialize;
use std::path::Path;

/// The name of the demo plant: the root of its tree.
pub const PLANT: &str = "dairy";

/// A user of the demo with their password.
#[derive(Serialize)]
pub struct DemoUser {
    /// The name of the directory.
    pub directory: &'static str,
    /// The log-on name.
    pub user: &'static str,
    /// The password.
    pub password: Secret,
    /// The names of the roles.
    pub roles: Vec<&'static str>,
}

/// A station or application of the demo with its credential.
#[derive(Serialize)]
pub struct DemoCredential {
    /// `station` or `application`.
    pub kind: &'static str,
    /// Its name or key.
    pub name: &'static str,
    /// Its identifier.
    pub id: String,
    /// Its credential.
    pub credential: Secret,
}

/// What the demo made.
pub struct Demo {
    /// The users.
    pub users: Vec<DemoUser>,
    /// The stations and applications.
    pub credentials: Vec<DemoCredential>,
}

/// What could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The plant.
    #[error("the demo plant cannot be made: {0}")]
    Plant(#[from] Fault),
    /// The files with passwords and credentials.
    #[error(transparent)]
    Files(#[from] crate::keys::FolderError),
    /// The files with passwords and credentials.
    #[error("the files of the demo cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}

/// A credential that was drawn, not yet saved.
struct Drawn {
    secret: Secret,
    hash: TokenHash,
}

/// Makes the demo plant in fresh data, where the set-up is still open; `None` if
/// there is one already. The passwords also go into `demo-users.json`, the
/// credentials into `demo-credentials.json`, both readable by their owner alone.
pub async fn make(app: &Shared, data: &Path) -> Result<Option<Demo>, DemoError> {
    if !crate::service::setup::is_open(app).await? {
        return Ok(None);
    }
    let (users, passwords) = draw_users(app).await?;
    let stations = draw(app, Purpose::Station, STATIONS.len());
    let applications = draw(app, Purpose::Application, APPLICATIONS.len());
    let hashes = write::Hashes {
        stations: stations.iter().map(|drawn| drawn.hash).collect(),
        applications: applications.iter().map(|drawn| drawn.hash).collect(),
    };
    let ids = configure(app, Origin::owner(), async move |change| {
        setup::use_up(change.tx, change.app().clock.micros()).await?;
        write::plant(change, &users, &hashes).await
    })
    .await?;
    let demo = Demo { users: shown(passwords), credentials: credentials(&ids, stations, applications) };
    keep(&data.join("demo-users.json"), &demo.users)?;
    keep(&data.join("demo-credentials.json"), &demo.credentials)?;
    Ok(Some(demo))
}

async fn draw_users(app: &Shared) -> Result<(Vec<Made>, Vec<Secret>), Fault> {
    let (mut users, mut passwords) = (Vec::new(), Vec::new());
    for user in USERS {
        let password = generate::password(&mut *app.ids.rng(), &app.profile);
        let password = Secret::new(password.as_str().to_owned());
        let new = NewUser {
            login: user.login.to_owned(),
            label: Some(user.label.to_owned()),
            password: password.clone(),
            must_change: false,
            essential: user.essential,
        };
        users.push(passwords::new_local_user(app, &new).await?);
        passwords.push(password);
    }
    Ok((users, passwords))
}

fn draw(app: &Shared, purpose: Purpose, count: usize) -> Vec<Drawn> {
    let one = |_| {
        let (secret, hash) = token::new(purpose, &mut *app.ids.rng());
        Drawn { secret, hash }
    };
    (0..count).map(one).collect()
}

fn shown(passwords: Vec<Secret>) -> Vec<DemoUser> {
    let pairs = USERS.iter().zip(passwords);
    pairs
        .map(|(user, password)| DemoUser {
            directory: "local",
            user: user.login,
            password,
            roles: dairy::roles_of(user),
        })
        .collect()
}

fn credentials(ids: &write::Ids, stations: Vec<Drawn>, applications: Vec<Drawn>) -> Vec<DemoCredential> {
    let stations = STATIONS.iter().zip(&ids.stations).zip(stations).map(|((station, id), drawn)| {
        DemoCredential { kind: "station", name: station.name, id: id.to_string(), credential: drawn.secret }
    });
    let applications =
        APPLICATIONS.iter().zip(&ids.applications).zip(applications).map(|((one, id), drawn)| {
            DemoCredential {
                kind: "application",
                name: one.key,
                id: id.to_string(),
                credential: drawn.secret,
            }
        });
    stations.chain(applications).collect()
}

/// Writes a file that only its owner can read.
fn keep(path: &Path, value: &impl Serialize) -> Result<(), DemoError> {
    let text = zeroize::Zeroizing::new(serde_json::to_string_pretty(value)? + "\n");
    Ok(crate::keys::write_private(path, text.as_bytes())?)
}
