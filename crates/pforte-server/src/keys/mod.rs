//! The data folder: the server's keys, its certificate, and where its database is.
//!
//! ```text
//! DIR/                0700
//!   ca.pem            the authority's certificate, to be trusted by clients
//!   checkpoint.vkey   the public half of the checkpoint key
//!   pforte.db         the database, if it is SQLite; the store's
//!   keys/             0700, every file in it 0600
//!     ca.key          signs server certificates
//!     ca.pem          the original of the one above
//!     server.pem      the server's key and certificate
//!     checkpoint.key  signs the heads of the event log
//!     pepper.key      goes into every local password verifier
//!     wrapping.key    encrypts secrets that are stored in the database
//!     signature.key   signs the statements of electronic signatures
//!     node.id         which server this is
//! ```
//!
//! # Invariants
//!
//! - Each key serves one purpose, which its file tells and which is checked.
//! - A file is written whole or not at all; a folder that was half made counts as
//!   no data and can be made again.
//! - Nothing here reads a clock or draws a random number by itself.
//! - No type that holds a secret can be printed.

mod authority;
mod certificate;
mod fault;
pub(crate) mod file;
mod names;
pub(crate) mod permission;
mod signature;

pub use certificate::{Issued, ServerCertificate};
pub use fault::{Fault, FaultKind, FolderError};
pub use names::{certificate_names, computer_name, is_host_name};
pub use signature::{SignatureKey, Unsigned};

use crate::fault::Chain;
use crate::wrap::WrappingKey;
use authority::Made;
use file::KeyFile;
use pforte_model::id::{NodeId, v7};
use pforte_model::log::checkpoint::Signer;
use pforte_model::time::Micros;
use rand::CryptoRng;
use rustls::crypto::CryptoProvider;
use secrecy::{ExposeSecret as _, SecretBox};
use std::fs;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// A secret key. Its memory is cleared on drop and `Debug` does not show it.
pub type KeyBytes = SecretBox<[u8; 32]>;

const KEYS: &str = "keys";
/// The folder of the keys while it is being made.
const KEYS_NEW: &str = "keys.new";
const CA_KEY: &str = "ca.key";
const CA: &str = "ca.pem";
const SERVER: &str = "server.pem";
const CHECKPOINT: &str = "checkpoint.key";
const VKEY: &str = "checkpoint.vkey";
const PEPPER: &str = "pepper.key";
const WRAPPING: &str = "wrapping.key";
const SIGNATURE: &str = "signature.key";
const NODE: &str = "node.id";

/// The files without which the server does not start. The server certificate and the
/// signature key are not among them: they are made when they are missing.
const NEEDED: [&str; 6] = [CA_KEY, CA, CHECKPOINT, PEPPER, WRAPPING, NODE];

/// What new data need to know.
pub struct Birth<'a> {
    /// The plant's name, or the computer's; it goes into the authority's name.
    pub plant: &'a str,
    /// The name of the log; its key signs with it. Letters, digits, `.` and `-`
    /// are kept; the computer's name is good.
    pub log: &'a str,
    /// Now.
    pub now: Micros,
}

/// The keys of this server, as they are used while it runs.
pub struct Keys {
    /// Which server this is.
    pub node: NodeId,
    /// Signs the heads of the event log.
    pub signer: Signer,
    /// Goes into every local password verifier.
    pub pepper: Pepper,
    /// Encrypts secrets that are stored in the database.
    pub wrapping: WrappingKey,
}

/// The secret that goes into every local password verifier.
pub struct Pepper {
    /// Stands with each verifier: eight hexadecimal digits.
    pub id: String,
    /// The secret.
    pub key: KeyBytes,
}

/// A data folder that was found in order.
#[derive(Clone, Debug)]
pub struct DataFolder {
    path: PathBuf,
}

impl DataFolder {
    /// Whether there are data in a folder, in order or not.
    #[must_use]
    pub fn exists(path: &Path) -> bool {
        path.join(KEYS).exists()
    }

    /// Makes all keys in a folder that is empty or not there.
    pub fn create(path: &Path, birth: &Birth<'_>, rng: &mut impl CryptoRng) -> Result<Self, FolderError> {
        permission::make_folder(path).map_err(FolderError::io("make", path))?;
        // Of an interrupted attempt nothing but this is left.
        let fresh = path.join(KEYS_NEW);
        if fresh.exists() {
            fs::remove_dir_all(&fresh).map_err(FolderError::io("remove", &fresh))?;
        }
        let mut inside = fs::read_dir(path).map_err(FolderError::io("read", path))?;
        if inside.next().is_some() {
            return Err(FolderError::NotEmpty(path.to_owned()));
        }
        permission::make_folder(&fresh).map_err(FolderError::io("make", &fresh))?;
        make_keys(&fresh, birth, rng)?;
        let keys = path.join(KEYS);
        fs::rename(&fresh, &keys).map_err(FolderError::io("rename to", &keys))?;
        file::sync_folder(path)?;
        Self::open(path)
    }

    /// Opens a folder and checks that it is complete and that nobody else reaches it.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        if !Self::exists(path) {
            return Err(FolderError::Missing(path.to_owned()));
        }
        let keys = path.join(KEYS);
        let mut faults: Vec<Fault> = [path, &keys].into_iter().filter_map(|at| fault(at, true)).collect();
        faults.extend(NEEDED.iter().filter_map(|name| fault(&keys.join(name), false)));
        let server = keys.join(SERVER);
        let signature = keys.join(SIGNATURE);
        let made = [server, signature].into_iter().filter(|path| path.exists());
        faults.extend(made.filter_map(|path| fault(&path, false)));
        if !faults.is_empty() {
            return Err(FolderError::Unfit(faults));
        }
        let folder = Self { path: path.to_owned() };
        folder.publish()?;
        Ok(folder)
    }

    /// Writes the public files at the folder's root, where they are missing or not the right ones.
    fn publish(&self) -> Result<(), FolderError> {
        let vkey = format!("{}\n", self.signer()?.verifier());
        let ca = file::read(&self.key(CA))?;
        for (path, bytes) in [(self.path.join(VKEY), vkey.as_bytes()), (self.ca_file(), &ca)] {
            if !fs::read(&path).is_ok_and(|found| found == bytes) {
                file::write(&path, bytes, false)?;
            }
        }
        Ok(())
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The certificate of the authority, which clients are to trust.
    #[must_use]
    pub fn ca_file(&self) -> PathBuf {
        self.path.join(CA)
    }

    /// Where the database is, if it is SQLite.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.path.join("pforte.db")
    }

    fn key(&self, name: &str) -> PathBuf {
        self.path.join(KEYS).join(name)
    }

    /// Reads the keys.
    pub fn keys(&self) -> Result<Keys, FolderError> {
        let pepper = KeyFile::read(&self.key(PEPPER), "pepper")?;
        Ok(Keys {
            node: self.node()?,
            signer: self.signer()?,
            pepper: Pepper { id: pepper.id, key: pepper.key },
            wrapping: self.wrapping()?,
        })
    }

    /// Reads the key that signs the statements of electronic signatures. It is made if it is
    /// missing: a folder of an earlier version has none, and who takes it away gets another one.
    pub fn signature_key(&self, rng: &mut impl CryptoRng) -> Result<SignatureKey, FolderError> {
        let path = self.key(SIGNATURE);
        if !path.exists() {
            make_signature_key(&path, rng)?;
        }
        let key = KeyFile::read(&path, "signature")?;
        SignatureKey::new(&key.key)
            .ok_or(FolderError::BadKey { path, why: "the number in it is none of the curve" })
    }

    /// The key that signs the heads of the event log.
    pub fn signer(&self) -> Result<Signer, FolderError> {
        let path = self.key(CHECKPOINT);
        let key = KeyFile::read(&path, "checkpoint")?;
        Signer::new(&key.id, key.key.expose_secret())
            .map_err(|_| FolderError::BadKey { path, why: "the name in it is no name of a log" })
    }

    fn wrapping(&self) -> Result<WrappingKey, FolderError> {
        let path = self.key(WRAPPING);
        let key = KeyFile::read(&path, "wrapping")?;
        let id = u32::from_str_radix(&key.id, 16).ok().map(u32::to_be_bytes);
        id.and_then(|id| WrappingKey::new(id, &key.key))
            .ok_or(FolderError::BadKey { path, why: "its id is not eight hexadecimal digits" })
    }

    fn node(&self) -> Result<NodeId, FolderError> {
        let path = self.key(NODE);
        let bytes = file::read(&path)?;
        let node = str::from_utf8(&bytes).ok().and_then(|text| text.trim_end().parse().ok());
        node.ok_or(FolderError::BadKey { path, why: "there is no identifier in it" })
    }

    /// The server's certificate for these names (see [`certificate_names`]). It is
    /// made anew if it is missing, damaged, for other names, of another authority,
    /// or in the last third of its time. To be asked at the start and every day.
    pub fn certificate(
        &self,
        names: &[String],
        now: Micros,
        rng: &mut impl CryptoRng,
        provider: &CryptoProvider,
    ) -> Result<Issued, FolderError> {
        let path = self.key(SERVER);
        let authority = file::read(&self.key(CA))?;
        if let Ok(kept) = file::read(&path).and_then(|bytes| certificate::read(&bytes, &path, provider))
            && certificate::is_good(&kept, &authority, names, now)
        {
            return Ok(kept);
        }
        let made = authority::make_server(&self.authority()?, names, now, rng)?;
        let text = certificate::file_text(&made);
        let issued = certificate::read(text.as_bytes(), &path, provider)?;
        if let Err(error) = file::write(&path, text.as_bytes(), true) {
            // Nobody is locked out because a disk is full: it is made again at the next start.
            tracing::error!(error = %Chain(&error), "the server's certificate could not be saved");
        }
        Ok(Issued { fresh: true, ..issued })
    }

    fn authority(&self) -> Result<Made, FolderError> {
        let text = |name| {
            let path = self.key(name);
            let mut bytes = file::read(&path)?;
            let text = String::from_utf8(std::mem::take(&mut *bytes));
            text.map(Zeroizing::new).map_err(|_| FolderError::BadKey { path, why: "it is not a text" })
        };
        Ok(Made { key: text(CA_KEY)?, certificate: text(CA)?.to_string() })
    }
}

/// What is wrong with a folder or file of the data folder.
fn fault(path: &Path, is_folder: bool) -> Option<Fault> {
    let fault = |kind| Some(Fault { path: path.to_owned(), kind });
    match fs::symlink_metadata(path) {
        Err(_) => fault(FaultKind::Missing),
        Ok(found) if is_folder && !found.is_dir() || !is_folder && !found.is_file() => fault(FaultKind::Form),
        Ok(found) => permission::fault(path, &found),
    }
}

fn make_keys(at: &Path, birth: &Birth<'_>, rng: &mut impl CryptoRng) -> Result<(), FolderError> {
    let authority = authority::make_authority(birth.plant, birth.now, rng)?;
    file::write(&at.join(CA_KEY), authority.key.as_bytes(), true)?;
    file::write(&at.join(CA), authority.certificate.as_bytes(), true)?;
    for (name, purpose) in [(PEPPER, "pepper"), (WRAPPING, "wrapping")] {
        let id = random_id(rng);
        KeyFile::random(id, rng).write(&at.join(name), purpose)?;
    }
    make_signature_key(&at.join(SIGNATURE), rng)?;
    let log = log_name(birth.log, &random_id(rng));
    KeyFile::random(log, rng).write(&at.join(CHECKPOINT), "checkpoint")?;
    let mut random = [0; 10];
    rng.fill_bytes(&mut random);
    let millis = u64::try_from(birth.now.0 / 1000).unwrap_or(0);
    let node = NodeId::from_bytes(v7(millis, random));
    file::write(&at.join(NODE), format!("{node}\n").as_bytes(), true)
}

/// A number that is none of the curve is drawn once in 2^32 times.
fn make_signature_key(path: &Path, rng: &mut impl CryptoRng) -> Result<(), FolderError> {
    let mut file = KeyFile::random(random_id(rng), rng);
    while SignatureKey::new(&file.key).is_none() {
        file = KeyFile::random(random_id(rng), rng);
    }
    file.write(path, "signature")
}

/// Eight hexadecimal digits.
fn random_id(rng: &mut impl CryptoRng) -> String {
    format!("{:08x}", rng.next_u32())
}

/// The name of the log, which is the name of its key: like a web address without
/// its scheme, as C2SP asks for, and never the same for two logs.
fn log_name(host: &str, mark: &str) -> String {
    let kept = |c: &char| matches!(c, 'a'..='z' | '0'..='9' | '.' | '-');
    let host: String = host.to_lowercase().chars().filter(kept).take(64).collect();
    let host = if host.is_empty() { "pforte" } else { &host };
    format!("{host}/pforte/{mark}")
}

/// Writes a file that only its owner can read, whole or not at all.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), FolderError> {
    file::write(path, bytes, true)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops here")]
    use super::*;
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;
    use rustls::crypto::aws_lc_rs::default_provider;
    use rustls_pki_types::pem::PemObject as _;
    use rustls_pki_types::{CertificateDer, UnixTime};
    use std::os::unix::fs::PermissionsExt as _;
    use std::time::Duration;
    use tempfile::TempDir;

    /// 2026-05-01T12:00:00Z.
    const NOW: Micros = Micros(1_777_636_800_000_000);
    const DAY: i64 = 24 * 3600;
    const BIRTH: Birth<'_> = Birth { plant: "Dairy", log: "OP_1.example", now: NOW };

    fn rng() -> StdRng {
        StdRng::seed_from_u64(7)
    }

    fn made() -> (TempDir, DataFolder) {
        let dir = tempfile::tempdir().unwrap();
        let folder = DataFolder::create(&dir.path().join("data"), &BIRTH, &mut rng()).unwrap();
        (dir, folder)
    }

    fn names() -> Vec<String> {
        certificate_names("op-1", &[])
    }

    fn issue(folder: &DataFolder, names: &[String], now: Micros, seed: u64) -> Issued {
        folder.certificate(names, now, &mut StdRng::seed_from_u64(seed), &default_provider()).unwrap()
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn chmod(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Whether a client that trusts the authority of the folder takes the certificate for this name.
    fn is_trusted(folder: &DataFolder, issued: &Issued, name: &str, at: Micros) -> bool {
        let ca = CertificateDer::from_pem_file(folder.ca_file()).unwrap();
        let anchor = webpki_anchor(&ca);
        let mut roots = rustls::RootCertStore::empty();
        roots.roots.push(anchor);
        let provider = std::sync::Arc::new(default_provider());
        let verifier = rustls::client::WebPkiServerVerifier::builder_with_provider(roots.into(), provider);
        let at = Duration::from_micros(u64::try_from(at.0).unwrap());
        let leaf = issued.shown.end_entity_cert().unwrap();
        let name = name.to_owned().try_into().unwrap();
        let verifier = verifier.build().unwrap();
        rustls::client::danger::ServerCertVerifier::verify_server_cert(
            &*verifier,
            leaf,
            &[],
            &name,
            &[],
            UnixTime::since_unix_epoch(at),
        )
        .is_ok()
    }

    fn webpki_anchor(ca: &CertificateDer<'_>) -> rustls_pki_types::TrustAnchor<'static> {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(ca.clone().into_owned()).unwrap();
        roots.roots.remove(0)
    }

    #[test]
    fn new_data_can_be_opened_and_only_their_owner_reaches_them() {
        let (_dir, folder) = made();
        assert!(DataFolder::exists(folder.path()));
        assert_eq!(mode(folder.path()), 0o700);
        assert_eq!(mode(&folder.path().join(KEYS)), 0o700);
        for name in NEEDED {
            assert_eq!(mode(&folder.key(name)), 0o600, "{name}");
        }
        let keys = DataFolder::open(folder.path()).unwrap().keys().unwrap();
        assert_eq!(keys.pepper.id.len(), 8);
        let vkey = fs::read_to_string(folder.path().join(VKEY)).unwrap();
        assert_eq!(vkey.trim_end(), keys.signer.verifier().to_string());
        assert!(vkey.starts_with("op1.example/pforte/"), "{vkey}");
    }

    #[test]
    fn the_same_seed_and_time_make_the_same_keys_and_another_seed_makes_others() {
        let dir = tempfile::tempdir().unwrap();
        let make = |name: &str, seed| {
            let path = dir.path().join(name);
            DataFolder::create(&path, &BIRTH, &mut StdRng::seed_from_u64(seed)).unwrap()
        };
        let (one, same, other) = (make("1", 1), make("2", 1), make("3", 2));
        for name in NEEDED {
            let read = |folder: &DataFolder| fs::read(folder.key(name)).unwrap();
            // The authority's signature of itself draws its own nonce.
            assert!(name == CA || read(&one) == read(&same), "{name}");
            assert_ne!(read(&one), read(&other), "{name}");
        }
        let mut bodies: Vec<_> = [CHECKPOINT, PEPPER, WRAPPING]
            .map(|name| fs::read_to_string(one.key(name)).unwrap().rsplit(' ').next().unwrap().to_owned())
            .into();
        bodies.dedup();
        assert_eq!(bodies.len(), 3, "each key is drawn by itself");
    }

    #[test]
    fn data_are_not_made_where_something_is() {
        let (_dir, folder) = made();
        let again = DataFolder::create(folder.path(), &BIRTH, &mut rng());
        assert!(matches!(again, Err(FolderError::NotEmpty(_))));
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("thesis.doc"), "x").unwrap();
        assert!(matches!(DataFolder::create(dir.path(), &BIRTH, &mut rng()), Err(FolderError::NotEmpty(_))));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_an_interrupted_attempt_left_does_not_count_as_data() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join(KEYS_NEW)).unwrap();
        fs::write(dir.path().join(KEYS_NEW).join(CA_KEY), "half").unwrap();
        assert!(matches!(DataFolder::open(dir.path()), Err(FolderError::Missing(_))));
        DataFolder::create(dir.path(), &BIRTH, &mut rng()).unwrap();
        assert!(!dir.path().join(KEYS_NEW).exists());
    }

    #[test]
    fn a_mistyped_folder_is_told_and_not_made() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("mistyped");
        assert!(matches!(DataFolder::open(&path), Err(FolderError::Missing(_))));
        assert!(!path.exists());
    }

    #[test]
    fn every_fault_of_the_folder_is_told_at_once_with_its_cure() {
        let (_dir, folder) = made();
        chmod(folder.path(), 0o755);
        chmod(&folder.key(PEPPER), 0o640);
        fs::remove_file(folder.key(WRAPPING)).unwrap();
        fs::rename(folder.key(CA_KEY), folder.path().join("elsewhere")).unwrap();
        std::os::unix::fs::symlink(folder.path().join("elsewhere"), folder.key(CA_KEY)).unwrap();
        let Err(FolderError::Unfit(faults)) = DataFolder::open(folder.path()) else {
            panic!("it was opened")
        };
        let kinds: Vec<_> = faults.iter().map(|fault| fault.kind).collect();
        let open = |mode, right| FaultKind::Open { mode, right };
        let expected = [open(0o755, 0o700), FaultKind::Form, open(0o640, 0o600), FaultKind::Missing];
        assert_eq!(kinds, expected);
        let text = FolderError::Unfit(faults).to_string();
        assert!(text.contains(&format!("chmod 0600 {}", folder.key(PEPPER).display())), "{text}");
    }

    #[test]
    fn a_key_in_the_place_of_another_is_refused() {
        let (_dir, folder) = made();
        fs::copy(folder.key(PEPPER), folder.key(WRAPPING)).unwrap();
        assert!(matches!(folder.keys(), Err(FolderError::BadKey { .. })));
    }

    #[test]
    fn public_files_that_are_missing_or_altered_are_written_again() {
        let (_dir, folder) = made();
        let ca = fs::read(folder.ca_file()).unwrap();
        fs::write(folder.ca_file(), "altered").unwrap();
        fs::remove_file(folder.path().join(VKEY)).unwrap();
        DataFolder::open(folder.path()).unwrap();
        assert_eq!(fs::read(folder.ca_file()).unwrap(), ca);
        assert!(folder.path().join(VKEY).exists());
    }

    #[test]
    fn a_client_that_trusts_the_authority_takes_the_certificate_for_its_names_in_its_time() {
        let (_dir, folder) = made();
        let issued = issue(&folder, &names(), NOW, 1);
        for name in ["localhost", "op-1", "127.0.0.1", "::1"] {
            assert!(is_trusted(&folder, &issued, name, NOW), "{name}");
        }
        assert!(!is_trusted(&folder, &issued, "op-2", NOW));
        assert!(is_trusted(&folder, &issued, "localhost", NOW.plus_seconds(395 * DAY)));
        assert!(!is_trusted(&folder, &issued, "localhost", NOW.plus_seconds(397 * DAY)));
        assert!(
            is_trusted(&folder, &issued, "localhost", NOW.plus_seconds(-DAY)),
            "for a clock that is late"
        );
    }

    #[test]
    fn a_good_certificate_is_kept_and_one_that_is_not_is_made_anew() {
        let (_dir, folder) = made();
        let first = issue(&folder, &names(), NOW, 1);
        assert!(first.fresh);
        assert_eq!(mode(&folder.key(SERVER)), 0o600);
        let fresh = |names: &[String], now| issue(&folder, names, now, 2).fresh;
        assert!(!fresh(&names(), NOW));
        assert!(!fresh(&names(), NOW.plus_seconds(260 * DAY)));
        assert!(fresh(&names(), NOW.plus_seconds(270 * DAY)), "less than a third of its time is left");
        assert!(fresh(&names(), NOW), "it has not begun, the clock was set back");
        assert!(fresh(&certificate_names("op-1", &["new.example".into()]), NOW));
        fs::write(folder.key(SERVER), "damaged").unwrap();
        assert!(fresh(&names(), NOW));
    }

    #[test]
    fn a_certificate_of_another_authority_is_made_anew() {
        let (_dir, folder) = made();
        let other_dir = tempfile::tempdir().unwrap();
        let other = DataFolder::create(other_dir.path(), &BIRTH, &mut StdRng::seed_from_u64(8)).unwrap();
        issue(&other, &names(), NOW, 1);
        fs::copy(other.key(SERVER), folder.key(SERVER)).unwrap();
        let issued = issue(&folder, &names(), NOW, 2);
        assert!(issued.fresh);
        assert!(is_trusted(&folder, &issued, "localhost", NOW));
    }

    #[test]
    fn the_authority_lasts_twenty_years() {
        let (_dir, folder) = made();
        let late = NOW.plus_seconds(7300 * DAY);
        let issued = issue(&folder, &names(), late, 1);
        assert!(is_trusted(&folder, &issued, "localhost", late));
    }

    #[test]
    fn a_wrapped_secret_opens_after_a_restart() {
        let (_dir, folder) = made();
        let place = crate::wrap::Place { column: "t.c", row: &[1; 16] };
        let wrapped = folder.keys().unwrap().wrapping.wrap(b"secret", place, &mut rng()).unwrap();
        assert_eq!(*folder.keys().unwrap().wrapping.unwrap(&wrapped, place).unwrap(), b"secret");
    }
}
