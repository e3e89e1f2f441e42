//! Starting and stopping the server: data folder, database, memory, jobs, listener.

use crate::app::{App, Shared};
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::demo::{self, Demo, DemoError};
use crate::edge::{Edge, EdgeError};
use crate::fault::Fault;
use crate::http;
use crate::http::kernel::RequestIds;
use crate::ids::Ids;
use crate::init::{self, Beginning};
use crate::jobs;
use crate::keys::{self, Birth, DataFolder, FolderError, Keys, ServerCertificate};
use crate::live::plant::SessionLimits;
use crate::live::{Live, Versions};
use crate::metrics::Metrics;
use crate::service::directories::Directories;
use crate::service::guard::Lockouts;
use crate::service::plant::{self, Making};
use crate::service::scribe::{Draft, Origin, Scribe};
use crate::service::throttle::{Count, Rules, Throttle};
use crate::spill::{Spill, SpillError};
use crate::tasks::Jobs;
use pforte_directory::kerberos::Chance;
use pforte_directory::local::cost::Cost;
use pforte_directory::local::generate::SetupCode;
use pforte_directory::local::hasher::{Hasher, Settings as HasherSettings};
use pforte_directory::local::pepper::{Pepper, PepperId, Peppers};
use pforte_directory::local::profile::{Profile, ProfileKind};
use pforte_model::event::EventType;
use pforte_model::name::fold;
use pforte_store::{Edge as StoreEdge, Engine, OpenError, Settings, Store, StoreError, throttle};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use secrecy::ExposeSecret;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use zeroize::Zeroizing;

/// What a server is started with.
pub struct Options {
    /// The data folder.
    pub data: PathBuf,
    /// How it is configured.
    pub config: Config,
    /// Where it listens instead of where the configuration says.
    pub listen: Option<SocketAddr>,
    /// The clock.
    pub clock: Clock,
    /// Random bytes from the operating system.
    pub seed: [u8; 32],
    /// The program that asks PAM; `pforte-pam` beside this program without it.
    pub helper: Option<PathBuf>,
}

/// Why a server did not start, or no data were made.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The database.
    #[error("the database cannot be used")]
    Store(#[from] OpenError),
    /// Something that the database was asked.
    #[error("the database could not answer")]
    Query(#[from] StoreError),
    /// The spill for emergencies.
    #[error("the spill in the data folder cannot be used")]
    Spill(#[from] SpillError),
    /// What is configured in the database.
    #[error("what is configured cannot be put in force: {0}")]
    Configured(Fault),
    /// The hashing of passwords.
    #[error("the hashing of passwords cannot be set up: {0}")]
    Hasher(String),
    /// TLS or the address to listen at.
    #[error("nothing can be listened at")]
    Edge(#[from] EdgeError),
}

impl From<Fault> for StartError {
    fn from(fault: Fault) -> Self {
        Self::Configured(fault)
    }
}

/// A running server.
pub struct Server {
    app: Shared,
    addresses: Vec<SocketAddr>,
    ca_file: PathBuf,
}

/// Makes the data folder and the database, and gives the set-up code, which is
/// shown once.
pub async fn init(options: Options) -> Result<SetupCode, StartError> {
    let mut rng = StdRng::from_seed(options.seed);
    let now = options.clock.micros();
    let name = &options.config.plant.name;
    let log = keys::computer_name();
    let folder = DataFolder::create(&options.data, &Birth { plant: name, log: &log, now }, &mut rng)?;
    let keys = folder.keys()?;
    let edge = StoreEdge { signer: keys.signer, rng: split(&mut rng), now };
    let store = Store::create(&store_settings(&options.config, &folder), edge).await?;
    let ids = Arc::new(Ids::new(rng.random()));
    let scribe = Scribe::new(Arc::new(options.clock), Arc::clone(&ids), keys.node);
    let code = init::begin(&store, &ids, scribe, Beginning { plant: name.clone(), now }).await?;
    store.close();
    Ok(code)
}

impl Server {
    /// Starts a server over data that `init` made.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let mut rng = StdRng::from_seed(options.seed);
        let folder = DataFolder::open(&options.data)?;
        let clock = Arc::new(options.clock);
        let metrics = Arc::new(Metrics::default());
        let jobs = Jobs::new(Arc::clone(&metrics.panics));
        let certificate = certificate(&folder, &options.config, &clock, &mut rng)?;
        let config = &options.config;
        let at = options.listen.map_or_else(|| config.listen.addresses.clone(), |address| vec![address]);
        let edge =
            Edge::bind(&at, Arc::clone(&certificate), config.limits, &jobs, Arc::clone(&metrics)).await?;
        let parts = Parts {
            helper: options.helper,
            config: options.config,
            clock,
            metrics,
            jobs,
            certificate: Arc::clone(&certificate),
        };
        let app = assemble(parts, &folder, &mut rng).await?;
        jobs::start(&app, folder, certificate).await?;
        announce(&app).await;
        let addresses = edge.addresses().to_vec();
        edge.serve(http::router(Arc::clone(&app)));
        Ok(Self { app, addresses, ca_file: options.data.join("ca.pem") })
    }

    /// Where it listens.
    #[must_use]
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// The authority to trust.
    #[must_use]
    pub const fn ca_file(&self) -> &PathBuf {
        &self.ca_file
    }

    /// The parts of the server.
    #[must_use]
    pub const fn app(&self) -> &Shared {
        &self.app
    }

    /// Makes the demo plant in data that nobody has set up yet; `None` if there
    /// is one already.
    pub async fn make_demo(&self) -> Result<Option<Demo>, DemoError> {
        let data = self.ca_file.parent().unwrap_or_else(|| Path::new("."));
        demo::make(&self.app, data).await
    }

    /// Finishes what is running, within the configured time, and stops.
    pub async fn stop(self) {
        let event = self.app.scribe.event(&Origin::server(), Draft::done(EventType::ServerStopped));
        crate::service::emergency::tell(&self.app, event).await;
        let left = self.app.jobs.stop(self.app.config.limits.stop + Duration::from_secs(2)).await;
        self.app.directories.stop().await;
        if !left.is_empty() {
            tracing::warn!(?left, "jobs did not end in time");
        }
    }
}

/// What is ready before the database is opened.
struct Parts {
    helper: Option<PathBuf>,
    config: Config,
    clock: Arc<Clock>,
    metrics: Arc<Metrics>,
    jobs: Jobs,
    certificate: Arc<ServerCertificate>,
}

async fn assemble(parts: Parts, folder: &DataFolder, rng: &mut StdRng) -> Result<Shared, StartError> {
    let Parts { helper, config, clock, metrics, jobs, certificate } = parts;
    let Keys { node, signer, pepper, wrapping } = folder.keys()?;
    let signature_key = folder.signature_key(rng)?;
    let checkpoint_key = signer.verifier().clone();
    let edge = StoreEdge { signer, rng: split(rng), now: clock.micros() };
    let store = Store::open(&store_settings(&config, folder), edge).await?;
    let ids = Arc::new(Ids::new(rng.random()));
    let scribe = Scribe::new(Arc::clone(&clock), Arc::clone(&ids), node);
    let renewed = match init::renew(&store, &ids, &scribe, clock.micros()).await {
        Err(fault) if fault.is_unwritable() => {
            tracing::error!(code = fault.code.as_str(), "the database cannot be written: emergency rules");
            false
        }
        other => other.map(|()| true)?,
    };
    let (making, versions) = (making(&config), Versions::default());
    let (plant, counts) = {
        let mut conn = store.snapshot().await?;
        (plant::load(&mut conn, &versions, &making).await?, throttle::all(&mut conn).await?)
    };
    let (spill, found) = Spill::open(&folder.path().join("spill"))?;
    let told = Arc::clone(&clock);
    Ok(Arc::new(App {
        hasher: hasher(&config, &pepper)?,
        profile: Profile::of(profile(&config)),
        directories: Directories::new(Arc::new(move || told.micros()), Chance::new(rng.random()), helper),
        throttle: Throttle::new(rules(&config), counts.into_iter().map(counted)),
        lockouts: Lockouts::default(),
        learning: crate::service::known::Learning::default(),
        turns: crate::service::turns::Turns::default(),
        unread: crate::service::unread::Unread::default(),
        refusals: crate::service::refusals::Refusals::default(),
        tally: crate::service::tally::Tally::default(),
        live: Arc::new(Live::new(plant, versions)),
        requests: RequestIds::new(&format!("{:08x}", rng.random::<u32>())),
        log_writable: AtomicBool::new(renewed && found.is_empty()),
        log_fault: Mutex::default(),
        spill: Mutex::new(spill),
        lost_events: AtomicU64::new(0),
        server_health: Mutex::default(),
        unproven: Mutex::default(),
        config,
        clock,
        ids,
        scribe,
        store,
        metrics,
        jobs,
        wrapping,
        certificate,
        checkpoint_key,
        signature_key,
        signing: crate::live::signing::Signing::default(),
        making,
    }))
}

fn split(rng: &mut StdRng) -> StdRng {
    StdRng::from_seed(rng.random())
}

fn store_settings(config: &Config, folder: &DataFolder) -> Settings {
    let engine = match &config.storage.engine {
        config::Engine::Sqlite => Engine::Sqlite { path: folder.database() },
        config::Engine::Postgres { url, ca } => Engine::Postgres { url: url.clone(), ca: ca.clone() },
    };
    Settings { engine, readers: config.storage.readers }
}

fn certificate(
    folder: &DataFolder,
    config: &Config,
    clock: &Clock,
    rng: &mut StdRng,
) -> Result<Arc<ServerCertificate>, StartError> {
    let names = keys::certificate_names(&keys::computer_name(), &config.listen.names);
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let issued = folder.certificate(&names, clock.micros(), rng, &provider)?;
    Ok(Arc::new(ServerCertificate::new(&issued)))
}

fn making(config: &Config) -> Making {
    let seconds = |time: Duration| u32::try_from(time.as_secs()).unwrap_or(u32::MAX);
    Making {
        limits: SessionLimits {
            idle_seconds: seconds(config.session.idle),
            session_seconds: seconds(config.session.absolute),
        },
        emergency_roles: config.degraded.emergency_roles.iter().map(|role| fold(role)).collect(),
    }
}

fn hasher(config: &Config, pepper: &keys::Pepper) -> Result<Hasher, StartError> {
    let told = |error: &dyn std::error::Error| StartError::Hasher(error.to_string());
    let cores = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let workers = config.local.workers.and_then(NonZeroUsize::new).unwrap_or(cores);
    let mut settings = HasherSettings::new(workers);
    settings.cost = Cost::new(config.local.memory_kib, config.local.passes).map_err(|e| told(&e))?;
    settings.accepted = dearer(settings.cost, settings.accepted);
    settings.queue = config.local.queue;
    settings.patience = config.local.deadline;
    let id = PepperId::parse(&pepper.id).map_err(|e| told(&e))?;
    let pepper = Pepper::new(id, Zeroizing::new(*pepper.key.expose_secret()));
    let peppers = Peppers::new(pepper, Vec::new()).map_err(|e| told(&e))?;
    Hasher::start(settings, peppers).map_err(|e| told(&e))
}

/// A stored verifier may cost what the default or the configured one costs,
/// whichever is more, so that lowering the cost locks nobody out.
fn dearer(one: Cost, other: Cost) -> Cost {
    let memory = one.memory_kib().max(other.memory_kib()).max(Cost::DEFAULT.memory_kib());
    let passes = one.passes().max(other.passes()).max(Cost::DEFAULT.passes());
    Cost::new(memory, passes).unwrap_or(one)
}

const fn profile(config: &Config) -> ProfileKind {
    match config.local.profile {
        config::PasswordProfile::Nist80063b => ProfileKind::Nist80063b,
        config::PasswordProfile::GxpClassic => ProfileKind::GxpClassic,
        config::PasswordProfile::Iec62443Sl3 => ProfileKind::Iec62443Sl3,
    }
}

const fn rules(config: &Config) -> Rules {
    let throttle = &config.throttle;
    Rules {
        free: throttle.free,
        most_seconds: throttle.most_seconds,
        most_seconds_essential: throttle.most_seconds_essential,
        forget_seconds: throttle.forget_seconds,
        alarm_after: throttle.alarm_after,
    }
}

fn counted(row: throttle::Throttle) -> (String, Count) {
    let failures = u32::try_from(row.failures).unwrap_or(u32::MAX);
    (row.key, Count { failures, last_at: row.last_at, blocked_until: row.blocked_until })
}

/// The start stands in the log; if it cannot be written, the emergency rules begin.
async fn announce(app: &Shared) {
    let event = app.scribe.event(&Origin::server(), Draft::done(EventType::ServerStarted));
    crate::service::emergency::tell(app, event).await;
}
