//! What is printed can be read back, in the order in which it was meant.

use super::outside::Paper;
use super::samples::{DOCUMENT, paper, printed, request};
use crate::Language;
use crate::labels::Labels;
use crate::signature::{SignatureSheet, Standing, code};

/// Without spaces and line ends, which pages add.
fn dense(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

fn read_back(text: &str) -> String {
    dense(&Paper::new(&paper(text)).text())
}

/// Every value of a request, in its order on paper.
fn values(signed: &SignatureSheet) -> Vec<String> {
    let SignatureSheet { asked, record, proof, .. } = signed;
    let mut values = vec![&signed.plant, &signed.request, &signed.action, &signed.area, &signed.object];
    values.extend([
        &signed.description,
        &signed.outcome,
        &asked.application,
        &asked.performer,
        &signed.policy,
    ]);
    let labels = Labels::of(signed.language);
    let meanings: Vec<String> =
        signed.signatures.iter().map(|one| labels.meaning_of(&one.meaning).to_owned()).collect();
    for (one, meaning) in signed.signatures.iter().zip(&meanings) {
        values.extend([&one.name, &one.user, meaning, &one.role, &one.station, &one.reason, &one.comment]);
    }
    for one in &signed.changes {
        values.extend([&one.what, &one.old, &one.new]);
    }
    if let Some(record) = record {
        values.extend([&record.media_type, &record.sha256]);
        values.extend(&record.text);
    }
    values.extend([&proof.command, &proof.key, &proof.statement, &proof.log, &proof.time_stamp]);
    values.into_iter().cloned().collect()
}

fn assert_in_order(text: &str, values: &[String]) {
    let mut rest = text;
    for value in values {
        let value = dense(value);
        let (_, after) = rest.split_once(&value).unwrap_or_else(|| unreachable!("{value} is not in {rest}"));
        rest = after;
    }
}

#[test]
fn every_value_stands_in_the_text_in_its_order_in_every_language() {
    for language in Language::ALL {
        let signed = request(language, Standing::Whole);
        let text = dense(&Paper::new(&printed(language, Standing::Whole)).text());
        assert_in_order(&text, &values(&signed));
    }
}

#[test]
fn each_signature_has_name_time_with_zone_and_meaning() {
    let text = Paper::new(&printed(Language::English, Standing::Whole)).text();
    let one = [
        "Signed by Jürgen Ströbele",
        "Date and time 2026-11-23 14:01:44 +01:00 (Europe/Berlin)",
        "Meaning performed",
        "Signed by 山田 太郎",
        "Date and time 2026-11-23 14:03:10 +01:00 (Europe/Berlin)",
        "Meaning 検証済み",
    ];
    assert_in_order(&dense(&text), &one.map(str::to_owned));
}

#[test]
fn letters_with_marks_are_joined_and_others_keep_their_mark() {
    assert!(read_back("Stro\u{308}bele e\u{301} o\u{323}\u{302}").contains("Ströbeleéộ"));
    assert!(read_back("か\u{3099}は\u{309a}").contains("がぱ"));
    assert!(read_back("x\u{301}y").contains("x\u{301}y"));
}

#[test]
fn a_mark_on_nothing_is_shown_as_its_code() {
    assert!(read_back("\u{301}a \u{301}").contains("[U+0301]a[U+0301]"));
}

#[test]
fn what_no_font_has_is_shown_as_its_code() {
    assert!(read_back("a😀b").contains("a[U+1F600]b"));
    assert!(read_back("ע").contains("[U+05E2]"));
}

#[test]
fn what_would_be_invisible_or_turn_the_text_is_shown_as_its_code() {
    assert!(
        read_back("pay\u{202e}001\u{200b}x\u{0}\u{feff}").contains("pay[U+202E]001[U+200B]x[U+0000][U+FEFF]")
    );
    assert!(read_back("葛\u{e0100}飾").contains("葛[U+E0100]飾"));
}

#[test]
fn a_character_of_its_own_code_is_not_made_another() {
    assert!(read_back("神\u{fa19}骨").contains("神\u{fa19}骨"));
}

#[test]
fn rare_chinese_names_are_there() {
    let names = "囧喆堃镕珺垚淼晗赟";
    assert!(read_back(names).contains(names));
}

#[test]
fn the_signature_document_is_inside() {
    let paper = Paper::new(&printed(Language::English, Standing::Whole));
    assert_eq!(paper.attached("signatures.json"), DOCUMENT);
}

#[test]
fn the_file_is_sound_pdf_a_3u_as_far_as_others_tell() {
    let paper = Paper::new(&printed(Language::Japanese, Standing::Changed));
    assert!(paper.told("qpdf", &["--check"]).contains("No syntax or stream encoding errors found"));
    let metadata = paper.told("pdfinfo", &["-meta"]);
    assert!(metadata.contains("<pdfaid:part>3</pdfaid:part>"), "{metadata}");
    assert!(metadata.contains("<pdfaid:conformance>U</pdfaid:conformance>"), "{metadata}");
    let objects = paper.told("qpdf", &["--qdf", "--object-streams=disable", "--json"]);
    for needed in ["/GTS_PDFA1", "/AFRelationship", "/AF\"", "/DestOutputProfile"] {
        assert!(objects.contains(needed), "{needed} is missing");
    }
}

#[test]
fn every_font_is_embedded_cut_to_what_is_used_and_says_its_characters() {
    let paper = Paper::new(&printed(Language::Chinese, Standing::Whole));
    let fonts = paper.told("pdffonts", &[]);
    let fonts: Vec<&str> = fonts.lines().skip(2).collect();
    assert!(fonts.len() > 3);
    assert!(fonts.iter().all(|font| font.contains("yes yes yes")), "{fonts:?}");
}

#[test]
fn the_qr_code_says_which_request_it_is() {
    let signed = request(Language::French, Standing::Whole);
    let paper = Paper::new(&printed(Language::French, Standing::Whole));
    let (width, height, pixels) = paper.pixels(paper.pages());
    let pixel = |x: usize, y: usize| pixels.get(y * width + x).copied().unwrap_or(255);
    let mut page = rqrr::PreparedImage::prepare_from_greyscale(width, height, pixel);
    let grids = page.detect_grids();
    let read: Vec<String> = grids.iter().map(|grid| grid.decode().unwrap().1).collect();
    assert_eq!(read, [code(&signed)]);
    assert!(code(&signed).starts_with("PFORTE1 01K3ZQ7V9W8Y5T4R3P2N1M0KJH complete 2c26b46b"));
}
