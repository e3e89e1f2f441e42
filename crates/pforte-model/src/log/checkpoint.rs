//! The signed head of the log, in the form of C2SP `tlog-checkpoint` and `signed-note`.
//!
//! A note is the text of the checkpoint, an empty line, and a line for each
//! signature. One name stands for one log: it is the origin in the text and the
//! name of the key that signs it, also after the key was exchanged for a new one.
//!
//! # Where to start reading
//!
//! [`Signer::sign`] makes a note, [`open`] reads one; [`Verifier`] is the public
//! half of the key and is handed around as text.

use super::tree::Hash;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// The longest note that is read, in bytes: sixteen signatures of the longest
/// kind in use (5 kB each, as base64) fit into it.
pub const MAX_NOTE_BYTES: usize = 128 * 1024;

/// The most signatures a note may carry; signed-note asks for 16 at least.
pub const MAX_SIGNATURES: usize = 64;

/// The longest name of a key, in bytes.
pub const MAX_NAME_BYTES: usize = 255;

/// The signature type of Ed25519 over the text of a note.
const ED25519: u8 = 1;

/// What a log says about itself at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log it is: the name of its key.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Head of the Merkle tree over them.
    pub root: Hash,
}

impl Checkpoint {
    /// The text that is signed: three lines.
    fn text(origin: &str, size: u64, root: &Hash) -> String {
        format!("{origin}\n{size}\n{}\n", BASE64.encode(root))
    }

    /// Reads the text of a note. Extension lines may follow the three and are skipped.
    fn read(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let origin = lines.next().filter(|line| !line.is_empty())?.to_owned();
        let size = read_size(lines.next()?)?;
        let root = BASE64.decode(lines.next()?).ok()?.try_into().ok()?;
        lines.all(|line| !line.is_empty()).then_some(Self { origin, size, root })
    }
}

/// A decimal number without sign and leading zeros.
fn read_size(line: &str) -> Option<u64> {
    let plain = line == "0" || !line.starts_with('0');
    (plain && line.bytes().all(|byte| byte.is_ascii_digit())).then(|| line.parse().ok())?
}

/// Why a text is not the key of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    /// The name is empty, longer than [`MAX_NAME_BYTES`], or holds a space, a `+` or a control character.
    #[error("a key's name has 1 to 255 bytes and neither spaces nor + nor control characters")]
    Name,
    /// Not `<name>+<eight hexadecimal digits>+<base64>`, or of another kind than Ed25519.
    #[error("not a key of the form name+hash+base64")]
    Form,
    /// The hash in the middle does not belong to this name and key: a typing error.
    #[error("the key does not fit its own hash")]
    Hash,
}

/// The public half of a log's key: checks signatures.
///
/// Its text form (`Display` and `FromStr`) is the `vkey` of signed-note,
/// `<name>+<hash>+<base64 of 0x01 and the key>`, with the hash in small letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    id: [u8; 4],
    key: VerifyingKey,
}

impl Verifier {
    fn new(name: &str, key: VerifyingKey) -> Result<Self, BadKey> {
        let bad = |c: char| c.is_whitespace() || c.is_control() || c == '+';
        if name.is_empty() || name.len() > MAX_NAME_BYTES || name.contains(bad) {
            return Err(BadKey::Name);
        }
        let hash: Hash = Sha256::new()
            .chain_update(name)
            .chain_update([b'\n', ED25519])
            .chain_update(key.as_bytes())
            .finalize()
            .into();
        let [a, b, c, d, ..] = hash;
        Ok(Self { name: name.to_owned(), id: [a, b, c, d], key })
    }

    /// The name of the key and of the log.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What tells this key from others of the same name: the first bytes of a hash over both.
    #[must_use]
    pub const fn id(&self) -> [u8; 4] {
        self.id
    }

    /// Whether `signature` is this key's signature of `text`.
    fn accepts(&self, text: &str, signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.key.verify_strict(text.as_bytes(), &signature).is_ok())
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ED25519], self.key.as_bytes().as_slice()].concat();
        write!(f, "{}+{:08x}+{}", self.name, u32::from_be_bytes(self.id), BASE64.encode(key))
    }
}

impl FromStr for Verifier {
    type Err = BadKey;

    fn from_str(text: &str) -> Result<Self, BadKey> {
        let (name, rest) = text.split_once('+').ok_or(BadKey::Form)?;
        let (_, key) = rest.split_once('+').ok_or(BadKey::Form)?;
        // One type byte and 32 bytes of key are 44 characters.
        let bytes = if key.len() == 44 { BASE64.decode(key).ok() } else { None }.ok_or(BadKey::Form)?;
        let (ED25519, key) = bytes.split_first().map(|(kind, key)| (*kind, key)).ok_or(BadKey::Form)? else {
            return Err(BadKey::Form);
        };
        let key = VerifyingKey::try_from(key).ok().filter(|key| !key.is_weak()).ok_or(BadKey::Form)?;
        let verifier = Self::new(name, key)?;
        if verifier.to_string() == text { Ok(verifier) } else { Err(BadKey::Hash) }
    }
}

/// The secret half of a log's key: signs checkpoints.
///
/// It has no `Debug` and gives the key away nowhere; its memory is cleared on drop.
pub struct Signer {
    key: SigningKey,
    verifier: Verifier,
}

impl Signer {
    /// The key of the log with this name, made from its 32 secret bytes.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Self, BadKey> {
        let key = SigningKey::from_bytes(seed);
        let verifier = Verifier::new(name, key.verifying_key())?;
        Ok(Self { key, verifier })
    }

    /// The public half.
    #[must_use]
    pub const fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// The signed note that the log of this key has `size` entries and this head.
    #[must_use]
    pub fn sign(&self, size: u64, root: &Hash) -> String {
        let Verifier { name, id, .. } = &self.verifier;
        let text = Checkpoint::text(name, size, root);
        let signature = self.key.sign(text.as_bytes()).to_bytes();
        let signature = BASE64.encode([id.as_slice(), &signature].concat());
        format!("{text}\n\u{2014} {name} {signature}\n")
    }
}

/// Why a note is not a checkpoint of the log it was expected from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Longer than [`MAX_NOTE_BYTES`] or more signatures than [`MAX_SIGNATURES`].
    #[error("the note is too long")]
    TooLong,
    /// Not a text with signature lines.
    #[error("not a signed note")]
    Malformed,
    /// Signed, but not with this key.
    #[error("the note is not signed with the log's key")]
    OtherKey,
    /// It names this key, but the signature does not fit the text.
    #[error("the signature does not fit the note")]
    Forged,
    /// Signed with this key, but not a checkpoint.
    #[error("the signed text is not a checkpoint")]
    NotCheckpoint,
    /// A checkpoint of a log with another name.
    #[error("the checkpoint belongs to another log")]
    OtherLog,
}

/// Reads a note and believes it only if this key signed it.
///
/// Signatures of other keys (witnesses, an older key) are skipped; each signature
/// that names this key must be right. The text must be a checkpoint of the log
/// with the key's name.
pub fn open(note: &str, verifier: &Verifier) -> Result<Checkpoint, NoteError> {
    if note.len() > MAX_NOTE_BYTES {
        return Err(NoteError::TooLong);
    }
    let (text, signatures) = split(note)?;
    let mut signed = false;
    for (count, line) in signatures.split('\n').enumerate() {
        if count >= MAX_SIGNATURES {
            return Err(NoteError::TooLong);
        }
        let (name, id, signature) = signature_line(line).ok_or(NoteError::Malformed)?;
        if name != verifier.name || id != verifier.id {
            continue;
        }
        if !verifier.accepts(text, &signature) {
            return Err(NoteError::Forged);
        }
        signed = true;
    }
    if !signed {
        return Err(NoteError::OtherKey);
    }
    let checkpoint = Checkpoint::read(text).ok_or(NoteError::NotCheckpoint)?;
    if checkpoint.origin == verifier.name { Ok(checkpoint) } else { Err(NoteError::OtherLog) }
}

/// The text with its last line end, and the signature lines without theirs.
fn split(note: &str) -> Result<(&str, &str), NoteError> {
    if note.bytes().any(|byte| byte < b' ' && byte != b'\n') {
        return Err(NoteError::Malformed);
    }
    let blank = note.rfind("\n\n").ok_or(NoteError::Malformed)?;
    let (text, rest) = note.split_at_checked(blank + 1).ok_or(NoteError::Malformed)?;
    let signatures = rest.strip_prefix('\n').and_then(|rest| rest.strip_suffix('\n'));
    Ok((text, signatures.ok_or(NoteError::Malformed)?))
}

/// Name, key id and signature of one signature line.
fn signature_line(line: &str) -> Option<(&str, [u8; 4], Vec<u8>)> {
    let (name, signature) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
    if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c == '+') {
        return None;
    }
    let bytes = BASE64.decode(signature).ok()?;
    let (id, signature) = bytes.split_first_chunk::<4>()?;
    (!signature.is_empty()).then(|| (name, *id, signature.to_vec()))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops here")]
    use super::*;
    use proptest::prelude::*;
    use signed_note::{Note, StandardSigner, StandardVerifier, VerifierList};

    fn signer(name: &str, seed: u8) -> Signer {
        Signer::new(name, &[seed; 32]).unwrap()
    }

    /// A note over any text, signed as `Signer` does.
    fn signed(signer: &Signer, text: &str) -> String {
        let signature = signer.key.sign(text.as_bytes()).to_bytes();
        let signature = BASE64.encode([signer.verifier.id.as_slice(), &signature].concat());
        format!("{text}\n\u{2014} {} {signature}\n", signer.verifier.name)
    }

    #[test]
    fn a_signed_checkpoint_reads_back() {
        let signer = signer("plant.example/log", 7);
        let note = signer.sign(42, &[9; 32]);
        let expected = Checkpoint { origin: "plant.example/log".into(), size: 42, root: [9; 32] };
        assert_eq!(open(&note, signer.verifier()), Ok(expected));
    }

    #[test]
    fn another_implementation_accepts_our_keys_and_notes() {
        let signer = signer("plant.example/log", 7);
        let known = StandardVerifier::new(&signer.verifier().to_string()).unwrap();
        let note = Note::from_bytes(signer.sign(3, &[1; 32]).as_bytes()).unwrap();
        let (good, other) = note.verify(&VerifierList::new(vec![Box::new(known)])).unwrap();
        assert_eq!((good.len(), other.len()), (1, 0));
    }

    #[test]
    fn a_note_of_another_implementation_is_accepted() {
        let ours = signer("plant.example/log", 7);
        let public = ours.verifier().to_string();
        let id = public.split('+').nth(1).unwrap();
        let secret = BASE64.encode([&[1], [7; 32].as_slice()].concat());
        let theirs = StandardSigner::new(&format!("PRIVATE+KEY+plant.example/log+{id}+{secret}")).unwrap();
        let mut note = Note::new(Checkpoint::text("plant.example/log", 8, &[2; 32]).as_bytes(), &[]).unwrap();
        note.add_sigs(&[&theirs]).unwrap();
        let text = String::from_utf8(note.to_bytes()).unwrap();
        assert_eq!(open(&text, ours.verifier()).map(|head| head.size), Ok(8));
        assert_eq!(text, ours.sign(8, &[2; 32]));
    }

    #[test]
    fn a_key_that_is_not_whole_is_refused() {
        let good = signer("log", 1).verifier().to_string();
        let parts: Vec<_> = good.split('+').collect();
        let (hash, key) = (parts[1], parts[2..].join("+"));
        let cases = [
            (String::new(), BadKey::Form),
            ("log".into(), BadKey::Form),
            (format!("log+{hash}"), BadKey::Form),
            (format!("log+{hash}+"), BadKey::Form),
            (format!("log+{hash}+{key}A"), BadKey::Form),
            (format!("log+{hash}+{}", BASE64.encode([2; 33])), BadKey::Form),
            (format!("log+{hash}+{}", BASE64.encode([&[1], [0; 32].as_slice()].concat())), BadKey::Form),
            (format!("+{hash}+{key}"), BadKey::Name),
            (format!("l og+{hash}+{key}"), BadKey::Name),
            (format!("{}+{hash}+{key}", "l".repeat(256)), BadKey::Name),
            (format!("gol+{hash}+{key}"), BadKey::Hash),
            (format!("log+00000000+{key}"), BadKey::Hash),
            (format!("log+{}+{key}", hash.to_uppercase() + " "), BadKey::Hash),
        ];
        for (text, expected) in cases {
            assert_eq!(text.parse::<Verifier>(), Err(expected), "{text}");
        }
    }

    #[test]
    fn the_key_of_another_log_is_not_believed() {
        let note = signer("log", 1).sign(1, &[0; 32]);
        assert_eq!(open(&note, signer("log", 2).verifier()), Err(NoteError::OtherKey));
        assert_eq!(open(&note, signer("gol", 1).verifier()), Err(NoteError::OtherKey));
        let foreign = signed(&signer("log", 1), &Checkpoint::text("gol", 1, &[0; 32]));
        assert_eq!(open(&foreign, signer("log", 1).verifier()), Err(NoteError::OtherLog));
    }

    #[test]
    fn signatures_of_others_are_skipped_and_ours_must_be_right() {
        let (ours, witness) = (signer("log", 1), signer("witness", 2));
        let note = ours.sign(5, &[3; 32]);
        let text = Checkpoint::text("log", 5, &[3; 32]);
        let line = |note: &str| note.rsplit("\n\n").next().unwrap().to_owned();
        let other = line(&signed(&witness, &text));
        for both in [format!("{note}{other}"), format!("{text}\n{other}{}", line(&note))] {
            assert!(open(&both, ours.verifier()).is_ok(), "{both}");
            assert!(open(&both, signer("log", 3).verifier()).is_err(), "{both}");
        }
        let wrong = line(&ours.sign(6, &[3; 32]));
        assert_eq!(open(&format!("{note}{wrong}"), ours.verifier()), Err(NoteError::Forged));
        assert_eq!(open(&format!("{note}\u{2014} x y\n"), ours.verifier()), Err(NoteError::Malformed));
    }

    #[test]
    fn sixteen_large_signatures_are_read_and_too_many_are_not() {
        let ours = signer("log", 1);
        let note = ours.sign(5, &[3; 32]);
        let line = |bytes: usize| format!("\u{2014} other {}\n", BASE64.encode(vec![1; bytes]));
        assert!(open(&format!("{note}{}", line(5000).repeat(16)), ours.verifier()).is_ok());
        assert_eq!(open(&format!("{note}{}", line(5).repeat(64)), ours.verifier()), Err(NoteError::TooLong));
        assert_eq!(
            open(&format!("{note}{}", line(5000).repeat(32)), ours.verifier()),
            Err(NoteError::TooLong)
        );
    }

    #[test]
    fn a_text_that_is_no_checkpoint_is_refused_although_signed() {
        let ours = signer("log", 1);
        let root = BASE64.encode([0; 32]);
        let good = [format!("log\n0\n{root}\n"), format!("log\n18446744073709551615\n{root}\nmore\n")];
        for text in good {
            assert!(open(&signed(&ours, &text), ours.verifier()).is_ok(), "{text}");
        }
        let bad = [
            "log\n".to_owned(),
            "log\n1\n".to_owned(),
            format!("\n1\n{root}\n"),
            format!("log\n01\n{root}\n"),
            format!("log\n+1\n{root}\n"),
            format!("log\n\n{root}\n"),
            format!("log\n-1\n{root}\n"),
            format!("log\n18446744073709551616\n{root}\n"),
            format!("log\n1\n{}\n", BASE64.encode([0; 31])),
            format!("log\n1\n{}\n", BASE64.encode([0; 33])),
            format!("log\n1\n{}\n", root.trim_end_matches('=')),
            format!("log\n1\n{root} \n"),
            format!("log\n1\n{root}\n\nmore\n"),
        ];
        for text in bad {
            assert_eq!(open(&signed(&ours, &text), ours.verifier()), Err(NoteError::NotCheckpoint), "{text}");
        }
    }

    #[test]
    fn control_characters_and_missing_line_ends_make_no_note() {
        let ours = signer("log", 1);
        let note = ours.sign(5, &[3; 32]);
        let tab = Checkpoint::text("log", 5, &[3; 32]) + "more\tthan text\n";
        let bad = [
            String::new(),
            signed(&ours, &tab),
            "\n\n".to_owned(),
            note.replace('\n', "\r\n"),
            note.trim_end().to_owned(),
            format!("{note}\n"),
            format!("{note}\0"),
            note.replace("\n\n", "\n"),
            note.replace('\u{2014}', "-"),
        ];
        for text in bad {
            assert_eq!(open(&text, ours.verifier()), Err(NoteError::Malformed), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_changed_byte_of_a_note_is_found(at in 0_usize..200, flip in 1_u8..=255) {
            let ours = signer("log", 1);
            let mut bytes = ours.sign(123_456, &[3; 32]).into_bytes();
            let at = at % bytes.len();
            bytes[at] ^= flip;
            if let Ok(note) = String::from_utf8(bytes) {
                prop_assert!(open(&note, ours.verifier()).is_err(), "{note}");
            }
        }

        #[test]
        fn arbitrary_text_is_refused_without_a_panic(text in ".{0,300}") {
            let ours = signer("log", 1);
            prop_assert!(open(&text, ours.verifier()).is_err());
            prop_assert!(text.parse::<Verifier>().is_err());
        }

        #[test]
        fn text_made_of_the_right_pieces_is_refused_without_a_panic(
            pieces in proptest::collection::vec(
                prop_oneof![
                    Just("\n"), Just("\n\n"), Just("\u{2014} "), Just("log"), Just(" "), Just("+"), Just("12"),
                    Just("AQIDBAU="), Just("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), Just("="),
                ],
                0..30,
            ),
        ) {
            let text = pieces.concat();
            prop_assert!(open(&text, signer("log", 1).verifier()).is_err());
            prop_assert!(text.parse::<Verifier>().is_err());
        }
    }
}
