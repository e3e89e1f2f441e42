//! The first start: the built-in directory, role and group, the plant, the set-up code.

use crate::fault::Fault;
use crate::http::permit::ACTIONS;
use crate::ids::Ids;
use crate::service::scribe::{Draft, Origin, Scribe};
use crate::service::setup::ADMINISTRATORS;
use pforte_directory::local::generate::SetupCode;
use pforte_model::account::Principal;
use pforte_model::assignment::Assignment;
use pforte_model::event::EventType;
use pforte_model::id::{ApplicationId, AreaId, AssignmentId, DirectoryId, GroupId, RightId, RoleId};
use pforte_model::name::{AreaName, Key, Label, fold};
use pforte_model::time::Micros;
use pforte_store::applications::{self, Application, Scope};
use pforte_store::areas::{self, Area};
use pforte_store::directories::{self, Directory};
use pforte_store::groups::{self, Group};
use pforte_store::rights::{self, Right};
use pforte_store::roles::{self, Role};
use pforte_store::{Store, Tx, assignments, setup};
use pforte_wire::problem::Code;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The key of the built-in application.
pub const APPLICATION: &str = "pforte";

/// The mark of the built-in role that has every right of Pforte itself.
pub const ADMINISTRATOR: &str = "administrator";

/// The mark of the built-in role that works when the log cannot be written.
pub const EMERGENCY_OPERATOR: &str = "emergency-operator";

/// What a new plant begins with.
pub struct Beginning {
    /// The name of the plant: the root of the tree.
    pub plant: String,
    /// When.
    pub now: Micros,
}

/// Writes what every installation begins with, in one transaction, and gives the
/// set-up code, which is shown once.
pub async fn begin(
    store: &Store,
    ids: &Arc<Ids>,
    scribe: Scribe,
    beginning: Beginning,
) -> Result<SetupCode, Fault> {
    let code = SetupCode::draw(&mut *ids.rng());
    let (digest, ids) = (code.digest(), Arc::clone(ids));
    let root = AreaName::parse(&beginning.plant)?;
    store
        .write(async move |tx| {
            let maker = Maker { ids, now: beginning.now };
            let local = maker.local_directory(tx).await?;
            let root = maker.root(tx, root).await?;
            let group = maker.administrators(tx, local).await?;
            let role = maker.roles(tx).await?;
            maker.assign(tx, role, group, root).await?;
            setup::put(tx, &digest, beginning.now).await?;
            tx.append(&scribe.event(&Origin::owner(), Draft::done(EventType::SetUp)))?;
            Ok::<_, Fault>(())
        })
        .await?;
    Ok(code)
}

/// Adds what this version of the program has more than the one that made the
/// data: rights of Pforte itself, and the administrators' role has them.
pub async fn renew(store: &Store, ids: &Arc<Ids>, scribe: &Scribe, now: Micros) -> Result<(), Fault> {
    let maker = Maker { ids: Arc::clone(ids), now };
    let (application, missing) = missing(store).await?;
    if missing.is_empty() {
        return Ok(());
    }
    let draft = Draft::done(EventType::RightsRegistered).what("application", application, APPLICATION);
    let event = scribe.event(&Origin::server(), draft.new(&missing));
    store
        .write(async move |tx| {
            let role = roles::built_in(tx, ADMINISTRATOR).await?.ok_or(Code::Internal)?;
            for action in &missing {
                let right = maker.right(application, action)?;
                rights::insert(tx, &right).await?;
                roles::add_rights(tx, role.id, &[right.id]).await?;
            }
            tx.append(&event)?;
            Ok::<_, Fault>(())
        })
        .await
}

/// The built-in application, and the actions of this program that it lacks.
async fn missing(store: &Store) -> Result<(ApplicationId, Vec<&'static str>), Fault> {
    let mut conn = store.read().await?;
    let application =
        applications::by_key(&mut conn, &Key::parse(APPLICATION)?).await?.ok_or(Code::Internal)?;
    let known = rights::of_application(&mut conn, application.id).await?;
    let unknown = |action: &&&str| !known.iter().any(|right| right.action.as_str() == **action);
    Ok((application.id, ACTIONS.iter().filter(unknown).copied().collect()))
}

struct Maker {
    ids: Arc<Ids>,
    now: Micros,
}

impl Maker {
    fn id(&self) -> [u8; 16] {
        self.ids.bytes(self.now)
    }

    async fn local_directory(&self, tx: &mut Tx) -> Result<DirectoryId, Fault> {
        let row = Directory {
            id: DirectoryId::from_bytes(self.id()),
            name: Label::parse("local")?,
            kind: "local".to_owned(),
            settings: "{}".to_owned(),
            secret: None,
            position: 0,
            enabled: true,
            created_at: self.now,
            removed_at: None,
            known_hours: 0,
            version: 1,
        };
        directories::insert(tx, &row).await?;
        Ok(row.id)
    }

    async fn root(&self, tx: &mut Tx, name: AreaName) -> Result<AreaId, Fault> {
        let row = Area { id: AreaId::from_bytes(self.id()), parent: None, name, position: 0, version: 1 };
        areas::insert(tx, &row).await?;
        Ok(row.id)
    }

    async fn administrators(&self, tx: &mut Tx, directory: DirectoryId) -> Result<GroupId, Fault> {
        let id = self.id();
        let row = Group {
            id: GroupId::from_bytes(id),
            directory,
            key: id.to_vec(),
            mark: None,
            name: fold(ADMINISTRATORS),
            label: ADMINISTRATORS.to_owned(),
            built_in: Some(ADMINISTRATORS.to_owned()),
            version: 1,
        };
        groups::insert_local(tx, &row, self.now).await?;
        Ok(row.id)
    }

    /// The built-in application with its rights, and the built-in roles; gives
    /// the role of the administrators.
    async fn roles(&self, tx: &mut Tx) -> Result<RoleId, Fault> {
        let application = Application {
            id: ApplicationId::from_bytes(self.id()),
            key: Key::parse(APPLICATION)?,
            name: Label::parse("Pforte")?,
            credential: None,
            enabled: true,
            own_dialog: false,
            created_at: self.now,
            version: 1,
        };
        applications::insert(tx, &application, &Scope { areas: Vec::new(), stations: Vec::new() }).await?;
        let mut own = Vec::new();
        for action in ACTIONS {
            let right = self.right(application.id, action)?;
            rights::insert(tx, &right).await?;
            own.push(right.id);
        }
        self.role(tx, "Emergency operator", EMERGENCY_OPERATOR, &[]).await?;
        self.role(tx, "Administrator", ADMINISTRATOR, &own).await
    }

    fn right(&self, application: ApplicationId, action: &str) -> Result<Right, Fault> {
        Ok(Right {
            id: RightId::from_bytes(self.id()),
            application,
            action: Key::parse(action)?,
            names: BTreeMap::new(),
            retired: false,
        })
    }

    async fn role(&self, tx: &mut Tx, name: &str, mark: &str, own: &[RightId]) -> Result<RoleId, Fault> {
        let row = Role {
            id: RoleId::from_bytes(self.id()),
            name: Label::parse(name)?,
            description: String::new(),
            built_in: Some(mark.to_owned()),
            idle_seconds: None,
            session_seconds: None,
            version: 1,
        };
        roles::insert(tx, &row, own).await?;
        Ok(row.id)
    }

    async fn assign(&self, tx: &mut Tx, role: RoleId, group: GroupId, root: AreaId) -> Result<(), Fault> {
        let row = Assignment {
            id: AssignmentId::from_bytes(self.id()),
            role,
            principal: Principal::Group(group),
            areas: vec![root],
            stations: Vec::new(),
            schedule: None,
            from: None,
            until: None,
            strength: None,
        };
        Ok(assignments::insert(tx, &row, self.now).await?)
    }
}
