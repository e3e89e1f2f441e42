//! The running directories: one connection pool each, started and stopped as
//! the configuration says.

use crate::app::{App, Shared};
use crate::fault::Fault;
use crate::live::plant::Kind;
use crate::service::directory_kinds::{self, Needs};
use crate::service::directory_settings::stored;
use crate::service::questions::Questions;
use crate::wrap::{Place, WrappingKey};
use arc_swap::ArcSwap;
use pforte_directory::kerberos::Chance;
use pforte_directory::kerberos::accept::{Keytab, Replays};
use pforte_directory::ldap::{Clock, Settings};
use pforte_directory::secret::Password;
use pforte_directory::{Directory as Answers, DirectoryError};
use pforte_model::id::DirectoryId;
use pforte_model::name::LoginName;
use pforte_store::directories::Directory;
use pforte_wire::problem::Code;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::{Mutex, Notify};

/// The column under which a service password is encrypted.
pub(crate) const SECRET_COLUMN: &str = "directories.secret";

/// The column under which a keytab is encrypted.
pub(crate) const KEYTAB_COLUMN: &str = "directories.keytab";

/// A running directory.
struct Running {
    directory: Arc<dyn Answers>,
    /// What it was started with; a change starts it anew.
    settings: String,
    secret: Option<Vec<u8>>,
    /// The directories whose people may be in its groups.
    foreign_members_of: Vec<DirectoryId>,
}

/// All running directories.
pub struct Directories {
    running: ArcSwap<HashMap<DirectoryId, Arc<Running>>>,
    keytabs: ArcSwap<HashMap<DirectoryId, Arc<Keytab>>>,
    replays: Replays,
    clock: Clock,
    chance: Chance,
    helper: Option<PathBuf>,
    questions: Arc<Questions>,
    refresh: Notify,
    /// Held while the running ones are brought in step, one change after the other.
    turn: Mutex<()>,
}

impl Directories {
    /// None yet; `clock` tells the directories the time, `chance` what nobody can guess.
    /// `helper` is the program that asks PAM; `pforte-pam` beside this one without it.
    #[must_use]
    pub fn new(clock: Clock, chance: Chance, helper: Option<PathBuf>) -> Self {
        Self {
            running: ArcSwap::default(),
            keytabs: ArcSwap::default(),
            replays: Replays::default(),
            clock,
            chance,
            helper,
            questions: Arc::default(),
            refresh: Notify::new(),
            turn: Mutex::default(),
        }
    }

    /// A running directory.
    #[must_use]
    pub fn running(&self, id: DirectoryId) -> Option<Arc<dyn Answers>> {
        self.running.load().get(&id).map(|running| Arc::clone(&running.directory))
    }

    /// Every running directory.
    #[must_use]
    pub fn all(&self) -> Vec<(DirectoryId, Arc<dyn Answers>)> {
        self.running.load().iter().map(|(id, running)| (*id, Arc::clone(&running.directory))).collect()
    }

    /// Those whose groups may have people of this directory.
    pub(crate) fn vouching_for(&self, people_of: DirectoryId) -> Vec<(DirectoryId, Arc<dyn Answers>)> {
        let running = self.running.load();
        let vouching = running.iter().filter(|(_, running)| running.foreign_members_of.contains(&people_of));
        vouching.map(|(id, running)| (*id, Arc::clone(&running.directory))).collect()
    }

    /// The keys with which a directory's tickets are opened.
    #[must_use]
    pub fn keytab(&self, id: DirectoryId) -> Option<Arc<Keytab>> {
        self.keytabs.load().get(&id).cloned()
    }

    /// The proofs that were taken lately.
    #[must_use]
    pub const fn replays(&self) -> &Replays {
        &self.replays
    }

    /// What nobody can guess.
    #[must_use]
    pub const fn chance(&self) -> &Chance {
        &self.chance
    }

    /// Whether a typed name says that it belongs to this directory:
    /// `DOMAIN\name`, `domain.example\name` or `name@domain.example`.
    #[must_use]
    pub fn owns(&self, id: DirectoryId, login: &LoginName) -> bool {
        self.running(id).is_some_and(|directory| directory.owns(login))
    }

    /// The time, and what nobody can guess, as directories ask for them.
    #[must_use]
    pub const fn outside(&self) -> (&Clock, &Chance) {
        (&self.clock, &self.chance)
    }

    /// What hosts were asked and is not written down yet.
    pub(crate) fn questions(&self) -> &Questions {
        &self.questions
    }

    /// The program that asks PAM, where it is not beside this one.
    pub(crate) const fn helper(&self) -> Option<&PathBuf> {
        self.helper.as_ref()
    }

    /// Has the sessions' groups read again without waiting for the usual time.
    pub fn refresh_soon(&self, _directory: DirectoryId) {
        self.refresh.notify_one();
    }

    /// Waits until somebody wants the groups read again.
    pub(crate) async fn refresh_wanted(&self) {
        self.refresh.notified().await;
    }

    /// Starts what is configured and new, stops what no longer is. One that cannot
    /// be started is left out with an error in the server's log; the others go on.
    async fn follow(&self, rows: &[Directory], wrapping: &WrappingKey) {
        let before = self.running.load_full();
        let mut after: HashMap<DirectoryId, Arc<Running>> = HashMap::new();
        for row in rows
            .iter()
            .filter(|row| row.enabled && row.kind != Kind::Local.as_str() && row.removed_at.is_none())
        {
            let same =
                before.get(&row.id).filter(|now| now.settings == row.settings && now.secret == row.secret);
            let running = match same {
                Some(running) => Ok(Arc::clone(running)),
                None => self.start(row, wrapping).map(Arc::new),
            };
            match running {
                Ok(running) => drop(after.insert(row.id, running)),
                Err(fault) => {
                    tracing::error!(directory = %row.name, detail = %fault, "a directory cannot be used");
                }
            }
        }
        let kept = |running: &Arc<Running>| after.values().any(|other| Arc::ptr_eq(other, running));
        let gone: Vec<Arc<Running>> = before.values().filter(|running| !kept(running)).cloned().collect();
        self.running.store(Arc::new(after));
        for running in gone {
            running.directory.stop().await;
        }
    }

    fn start(&self, row: &Directory, wrapping: &WrappingKey) -> Result<Running, Fault> {
        let needs = Needs {
            clock: &self.clock,
            chance: &self.chance,
            helper: self.helper.as_ref(),
            questions: &self.questions,
        };
        let directory = directory_kinds::start(row, || service_password(row, wrapping), &needs)?;
        let ldap = stored(row)?;
        let foreign_members_of = ldap.map(|settings| settings.foreign_members_of).unwrap_or_default();
        Ok(Running {
            directory,
            settings: row.settings.clone(),
            secret: row.secret.clone(),
            foreign_members_of,
        })
    }

    /// Stops all of them.
    pub async fn stop(&self) {
        for (_, directory) in self.all() {
            directory.stop().await;
        }
    }
}

/// The password of a directory's service account.
pub(crate) fn service_password(row: &Directory, wrapping: &WrappingKey) -> Result<Password, Fault> {
    let place = Place { column: SECRET_COLUMN, row: row.id.as_bytes() };
    let wrapped = row.secret.as_deref().ok_or(Code::DirectoryRefusesService)?;
    let plain = wrapping.unwrap(wrapped, place).map_err(|_| Code::Internal)?;
    let text = std::str::from_utf8(&plain).map_err(|_| Code::Internal)?;
    Password::parse(text).map_err(|_| Code::DirectoryRefusesService.into())
}

/// Brings the running directories in step with the database.
pub(crate) async fn follow(app: &Shared) -> Result<(), Fault> {
    let _turn = app.directories.turn.lock().await;
    let rows = rows(app).await?;
    app.directories.keytabs.store(Arc::new(keytabs(app, &rows).await?));
    app.directories.follow(&rows, &app.wrapping).await;
    Ok(())
}

async fn rows(app: &App) -> Result<Vec<Directory>, Fault> {
    let mut conn = app.store.read().await?;
    Ok(pforte_store::directories::all(&mut conn).await?)
}

/// The keytabs of all directories. One that cannot be opened, or is of another domain
/// than its directory now, is left out with an error in the server's log.
async fn keytabs(app: &App, rows: &[Directory]) -> Result<HashMap<DirectoryId, Arc<Keytab>>, Fault> {
    let mut conn = app.store.read().await?;
    let wrapped = pforte_store::directories::keytabs(&mut conn).await?;
    let opened = wrapped.into_iter().filter_map(|(id, wrapped)| {
        let place = Place { column: KEYTAB_COLUMN, row: id.as_bytes() };
        let keytab = app.wrapping.unwrap(&wrapped, place).ok().and_then(|plain| Keytab::parse(&plain).ok());
        let domain = rows.iter().find(|row| row.id == id).and_then(domain);
        let keytab = keytab.filter(|keytab| domain.is_some_and(|domain| keytab.is_of(&domain)));
        if keytab.is_none() {
            tracing::error!(directory = %id, "a keytab cannot be used");
        }
        Some((id, Arc::new(keytab?)))
    });
    Ok(opened.collect())
}

fn domain(row: &Directory) -> Option<String> {
    serde_json::from_str::<Settings>(&row.settings).ok().map(|settings| settings.domain)
}

/// The code that a caller is told when a directory did not answer.
#[must_use]
pub fn told(error: &DirectoryError) -> Code {
    match error {
        DirectoryError::Busy => Code::Busy,
        DirectoryError::ServiceAccount(_) => Code::DirectoryRefusesService,
        DirectoryError::Refused(_) => Code::DirectoryRefused,
        DirectoryError::Unreachable(_) | DirectoryError::AnswerLost(_) | DirectoryError::Stopped => {
            Code::DirectoryUnreachable
        }
    }
}
