//! The fonts of the web UI, and a request with signatures in three scripts.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use jiff::Zoned;

use crate::signature::{
    Asked, Change, Proof, Record, Signature, SignatureSheet, Standing, State, Strength, sheet,
};
use crate::{Attachment, FontFile, Fonts, Language, Mark, Meta, Sheet};

/// The files that the server embeds with the pages.
pub(super) fn fonts() -> &'static Fonts {
    static FONTS: OnceLock<Fonts> = OnceLock::new();
    FONTS.get_or_init(|| Fonts::new(files()).unwrap())
}

fn files() -> Vec<FontFile> {
    let latin = ["latin", "latin-ext", "greek", "cyrillic"];
    let latin = latin.map(|slice| folder("noto-sans").join(format!("noto-sans-{slice}-wght-normal.woff2")));
    let mut japanese: Vec<PathBuf> =
        fs::read_dir(folder("noto-sans-jp")).expect(MISSING).map(|file| file.unwrap().path()).collect();
    japanese.sort();
    latin.into_iter().chain(japanese).map(|path| font(&path)).collect()
}

const MISSING: &str = "the fonts of the web UI are needed: run `cargo xtask ui`";

fn folder(family: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/node_modules/@fontsource-variable");
    root.join(family).join("files")
}

fn font(path: &Path) -> FontFile {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    FontFile { name, bytes: Cow::Owned(fs::read(path).expect(MISSING)) }
}

pub(super) fn at(text: &str) -> Zoned {
    text.parse().unwrap()
}

/// A document with one paragraph.
pub(super) fn paper(text: &str) -> Vec<u8> {
    let mut sheet = Sheet::new(meta(Language::English, None), fonts());
    sheet.paragraph(text);
    sheet.finish().unwrap()
}

pub(super) fn meta(language: Language, mark: Option<Mark>) -> Meta {
    Meta {
        title: "A title".to_owned(),
        head: "A plant".to_owned(),
        language,
        created_at: at("2026-11-23T15:00:00+01:00[Europe/Berlin]").timestamp(),
        printed: "2026-11-23".to_owned(),
        producer: "Pforte".to_owned(),
        mark,
    }
}

pub(super) fn printed(language: Language, standing: Standing) -> Vec<u8> {
    sheet(&request(language, standing), fonts()).unwrap()
}

pub(super) const DOCUMENT: &[u8] = br#"{"format":"pforte-signatures/1","statements":[]}"#;

pub(super) fn request(language: Language, standing: Standing) -> SignatureSheet {
    SignatureSheet {
        language,
        standing,
        plant: "Molkerei Allgäu, Werk 2".to_owned(),
        request: "01K3ZQ7V9W8Y5T4R3P2N1M0KJH".to_owned(),
        state: State::Complete,
        action: "batch/release".to_owned(),
        area: "dairy/line2/mixer".to_owned(),
        object: "Batch B-2026-0417".to_owned(),
        description: "発酵タンク 3 の出荷判定。".to_owned(),
        outcome: "released".to_owned(),
        asked: Asked {
            application: "demo-batch".to_owned(),
            performer: "Łukasz Żółć".to_owned(),
            at: at("2026-11-23T13:58:02+01:00[Europe/Berlin]"),
        },
        policy: "Batch release".to_owned(),
        policy_version: 3,
        changes: vec![change("temperature", "41.5 °C", "42 °C"), change("pH", "4,5", "4,6")],
        record: Some(record()),
        signatures: signatures(),
        ending: None,
        proof: proof(),
        attachment: Some(attachment()),
        printed_at: at("2026-11-23T15:00:00+01:00[Europe/Berlin]"),
        producer: "Pforte 0.1.0".to_owned(),
    }
}

pub(super) fn change(what: &str, old: &str, new: &str) -> Change {
    Change { what: what.to_owned(), old: old.to_owned(), new: new.to_owned() }
}

fn record() -> Record {
    Record {
        media_type: "application/json".to_owned(),
        bytes: Some(47),
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        text: Some("{\n  \"batch\": \"B-2026-0417\",\n  \"pH\": 4.6\n}".to_owned()),
    }
}

fn proof() -> Proof {
    Proof {
        command: "pforte signature verify signatures.json".to_owned(),
        key: "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs".to_owned(),
        statement: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae".to_owned(),
        log: "entries 1204 to 1207".to_owned(),
        time_stamp: "2026-11-23 13:06:00 UTC, tsa.example".to_owned(),
    }
}

fn attachment() -> Attachment {
    Attachment {
        name: "signatures.json".to_owned(),
        media_type: "application/json".to_owned(),
        description: "Signature document".to_owned(),
        bytes: Arc::new(DOCUMENT.to_vec()),
        made_at: "2026-11-23T13:05:59Z".parse().unwrap(),
    }
}

fn signatures() -> Vec<Signature> {
    let one = |[name, meaning, role, comment]: [&str; 4], time: &str| Signature {
        name: name.to_owned(),
        user: "DAIRY\\operator7".to_owned(),
        at: at(time),
        meaning: meaning.to_owned(),
        role: role.to_owned(),
        station: "line2-op1".to_owned(),
        reason: "SOP 12".to_owned(),
        comment: comment.to_owned(),
        strength: Strength::Strong,
    };
    vec![
        one(
            ["Jürgen Ströbele", "performed", "Operator", "all is well"],
            "2026-11-23T14:01:44+01:00[Europe/Berlin]",
        ),
        one(
            ["山田 太郎", "検証済み", "品質管理", "問題はありません。"],
            "2026-11-23T14:03:10+01:00[Europe/Berlin]",
        ),
        one(["张伟", "批准", "质量授权人", "符合规程。"], "2026-11-23T14:05:59+01:00[Europe/Berlin]"),
    ]
}
