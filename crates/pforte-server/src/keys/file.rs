//! Files of the data folder: written whole or not at all, read within bounds.

use super::{FolderError, KeyBytes, permission};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use rand::CryptoRng;
use secrecy::{ExposeSecret as _, SecretBox};
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// No file of the `keys` folder is longer, in bytes.
const MAX_BYTES: u64 = 64 * 1024;

/// The first word of a key file.
const FORM: &str = "pforte-key-v1";

/// A secret key as its file holds it: one line with the form, the purpose, the
/// id and the key in base64. The purpose is checked, so that no key ever serves
/// a purpose that is not its own.
pub(super) struct KeyFile {
    /// What tells this key from the one it replaces.
    pub(super) id: String,
    /// The key.
    pub(super) key: KeyBytes,
}

impl KeyFile {
    /// A new key with this id.
    pub(super) fn random(id: String, rng: &mut impl CryptoRng) -> Self {
        Self { id, key: SecretBox::init_with_mut(|key: &mut [u8; 32]| rng.fill_bytes(key)) }
    }

    /// Writes the key to a new file.
    pub(super) fn write(&self, path: &Path, purpose: &str) -> Result<(), FolderError> {
        let mut text = Zeroizing::new(String::with_capacity(512));
        for word in [FORM, " ", purpose, " ", &self.id, " "] {
            text.push_str(word);
        }
        BASE64.encode_string(self.key.expose_secret(), &mut text);
        text.push('\n');
        write(path, text.as_bytes(), true)
    }

    /// Reads a key of this purpose.
    pub(super) fn read(path: &Path, purpose: &str) -> Result<Self, FolderError> {
        let bytes = read(path)?;
        let bad = |why| FolderError::BadKey { path: path.to_owned(), why };
        let text = str::from_utf8(&bytes).map_err(|_| bad("it is not a text"))?;
        let mut words = text.strip_suffix('\n').unwrap_or(text).split(' ');
        if words.next() != Some(FORM) {
            return Err(bad("it is not a key file of this version"));
        }
        if words.next() != Some(purpose) {
            return Err(bad("the key in it serves another purpose"));
        }
        let id = words.next().filter(|id| !id.is_empty()).ok_or_else(|| bad("it is cut off"))?;
        let key = words.next().and_then(decode).ok_or_else(|| bad("the key in it is not complete"))?;
        if words.next().is_some() {
            return Err(bad("it holds more than a key"));
        }
        Ok(Self { id: id.to_owned(), key })
    }
}

/// Exactly 32 bytes in base64.
fn decode(text: &str) -> Option<KeyBytes> {
    // The decoder wants room for what the length of the text allows.
    let mut bytes = Zeroizing::new([0_u8; 36]);
    let length = BASE64.decode_slice(text, bytes.as_mut_slice()).ok()?;
    let (key, rest) = bytes.split_first_chunk::<32>()?;
    (length == 32 && rest.iter().all(|byte| *byte == 0))
        .then(|| SecretBox::init_with_mut(|to: &mut [u8; 32]| to.copy_from_slice(key)))
}

/// Writes a file so that a crash at any point leaves the old one or the new one.
pub(super) fn write(path: &Path, bytes: &[u8], secret: bool) -> Result<(), FolderError> {
    let fresh = beside(path);
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(FolderError::io("remove", &fresh)(error));
        }
        _ => {}
    }
    let mut file = permission::make_file(&fresh, secret).map_err(FolderError::io("make", &fresh))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(FolderError::io("write", &fresh))?;
    fs::rename(&fresh, path).map_err(FolderError::io("rename to", path))?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// Makes what was made or renamed in a folder last.
pub(super) fn sync_folder(path: &Path) -> Result<(), FolderError> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(FolderError::io("write", path))
}

/// The name under which a file is written before it gets its own.
fn beside(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".new");
    path.with_file_name(name)
}

/// Reads a file of the data folder.
pub(super) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, FolderError> {
    let file = File::open(path).map_err(FolderError::io("open", path))?;
    let bytes = read_bounded(&file, MAX_BYTES).map_err(FolderError::io("read", path))?;
    bytes.ok_or_else(|| FolderError::BadKey { path: path.to_owned(), why: "it is too long" })
}

/// The bytes of a file; `None` if there are more than `most`.
pub(crate) fn read_bounded(file: &File, most: u64) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let expected = file.metadata()?.len().min(most);
    // Room for all of it from the start: growing would leave a copy behind.
    let room = usize::try_from(expected).unwrap_or(usize::MAX).saturating_add(1);
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    Ok((length <= most).then_some(bytes))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;
    use std::os::unix::fs::PermissionsExt as _;

    fn key() -> KeyFile {
        KeyFile::random("0badcafe".into(), &mut StdRng::seed_from_u64(1))
    }

    #[test]
    fn a_key_reads_back_and_only_its_owner_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pepper.key");
        key().write(&path, "pepper").unwrap();
        let read = KeyFile::read(&path, "pepper").unwrap();
        assert_eq!(read.id, "0badcafe");
        assert_eq!(read.key.expose_secret(), key().key.expose_secret());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no half-written file is left");
    }

    #[test]
    fn a_key_of_another_purpose_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("k");
        key().write(&path, "pepper").unwrap();
        let refused = KeyFile::read(&path, "wrapping").err().unwrap();
        assert!(refused.to_string().contains("another purpose"), "{refused}");
    }

    #[test]
    fn a_damaged_key_file_is_refused_and_its_text_is_not_repeated() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("k");
        let whole = "pforte-key-v1 pepper 1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        fs::write(&path, whole).unwrap();
        assert!(KeyFile::read(&path, "pepper").is_ok());
        for text in [
            "",
            "pforte-key-v2 pepper 1 AAAA",
            "pforte-key-v1 pepper",
            "pforte-key-v1 pepper  AAAA",
            "pforte-key-v1 pepper 1 U0VDUkVU",
            &whole.replace('=', "A"),
            &whole.replace("AA=", "AAAAAAA="),
            &format!("{whole} SECRET"),
            &format!("{whole}\n\nSECRET"),
            &"x".repeat(70_000),
        ] {
            fs::write(&path, text).unwrap();
            let refused = KeyFile::read(&path, "pepper").err().unwrap().to_string();
            assert!(!refused.contains("SECRET") && !refused.contains("U0VD"), "{refused}");
        }
        fs::write(&path, [0xff, 0xfe]).unwrap();
        assert!(KeyFile::read(&path, "pepper").is_err());
    }

    #[test]
    fn a_leftover_or_a_link_at_the_place_of_the_new_file_is_replaced_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (path, victim) = (folder.path().join("k"), folder.path().join("victim"));
        fs::write(&victim, "untouched").unwrap();
        std::os::unix::fs::symlink(&victim, beside(&path)).unwrap();
        write(&path, b"new", true).unwrap();
        assert_eq!(fs::read(&victim).unwrap(), b"untouched");
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert!(!fs::symlink_metadata(&path).unwrap().is_symlink());
    }
}
