//! Any text prints, and every character that a font has is seen and read back.

use proptest::prelude::*;

use super::outside::Paper;
use super::samples::{fonts, meta, request};
use crate::geometry::measure;
use crate::signature::{Standing, sheet};
use crate::text::{Typesetter, is_hidden};
use crate::{Language, Mark, Sheet, Tone};

/// Lines of characters that none of them changes.
fn lines_of(characters: &[char]) -> String {
    let lines: Vec<String> = characters.chunks(40).map(|line| line.iter().collect()).collect();
    lines.join("\n")
}

fn is_lone(character: char) -> bool {
    !character.is_whitespace()
        && !is_hidden(character)
        && !unicode_normalization::char::is_combining_mark(character)
}

#[test]
fn every_character_of_the_fonts_can_be_read_back() {
    let all: Vec<char> = fonts().characters().filter(|character| is_lone(*character)).collect();
    assert!(all.len() > 20_000, "{}", all.len());
    let mut document = Sheet::new(meta(Language::English, None), fonts());
    for lines in all.chunks(4_000) {
        document.paragraph(&lines_of(lines));
    }
    let text = Paper::new(&document.finish().unwrap()).text();
    let lost: Vec<char> = all.into_iter().filter(|character| !text.contains(*character)).collect();
    assert_eq!(lost, [], "{} are lost", lost.len());
}

#[test]
fn every_character_that_is_no_space_leaves_ink() {
    let mut set = Typesetter::new(fonts(), Language::English);
    let blank: Vec<String> = fonts()
        .characters()
        .filter(|character| is_lone(*character))
        .filter(|character| {
            let han = set.han_of(&character.to_string());
            let glyphs = set.set(&character.to_string(), false, han);
            !glyphs.iter().all(|glyph| leaves_ink(set.outline(glyph)))
        })
        .map(|character| format!("U+{:04X}", u32::from(character)))
        .collect();
    assert_eq!(blank, Vec::<String>::new());
}

fn leaves_ink(outline: Option<[f32; 4]>) -> bool {
    outline.is_some_and(|[left, right, bottom, top]| right > left && top > bottom)
}

#[test]
fn marks_that_join_no_letter_stand_above_its_middle() {
    let mut set = Typesetter::new(fonts(), Language::English);
    let han = set.han_of("x");
    let glyphs = set.set("x\u{301}\u{308}y", false, han);
    let [letter, marks @ .., after] = glyphs.as_slice() else { unreachable!() };
    assert_eq!((marks.len(), after.character), (2, 'y'));
    for mark in marks {
        let [left, right, ..] = set.outline(mark).unwrap();
        let middle = letter.advance + mark.offset + f32::midpoint(left, right);
        assert!((middle - letter.advance / 2.0).abs() < 0.001, "{middle}");
        assert!(mark.advance.abs() < f32::EPSILON);
    }
}

#[test]
fn a_line_is_never_wider_than_its_cell() {
    let mut set = Typesetter::new(fonts(), Language::Japanese);
    let text = "電子署名 a well-known word, e\u{301}\u{301}\u{301} 0123456789abcdef0123456789abcdef (確認)。"
        .repeat(20);
    let han = set.han_of(&text);
    let glyphs = set.set(&text, true, han);
    for width in 2..30 {
        for line in crate::lines::lines(&glyphs, measure(width)) {
            let line: String = glyphs.get(line).unwrap().iter().map(|glyph| glyph.character).collect();
            let length: f32 = set.set(line.trim_end(), true, han).iter().map(|glyph| glyph.advance).sum();
            assert!(length <= measure(width), "{line}: {length} > {width}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn any_text_prints(texts in proptest::collection::vec(any::<String>(), 6), sequence in "\\PC{0,80}") {
        let mut signed = request(Language::Spanish, Standing::Whole);
        let [plant, name, comment, record, old, id] = texts.as_slice() else { unreachable!() };
        signed.plant.clone_from(plant);
        signed.request.clone_from(id);
        if let Some(shown) = &mut signed.record {
            shown.text = Some(record.clone());
        }
        for one in &mut signed.signatures {
            one.name.clone_from(name);
            one.meaning.clone_from(&sequence);
            one.comment.clone_from(comment);
        }
        signed.changes.iter_mut().for_each(|change| change.old.clone_from(old));
        prop_assert!(sheet(&signed, fonts()).is_ok());
    }

    #[test]
    fn any_document_prints(title in any::<String>(), head in any::<String>(), cells in any::<[String; 3]>()) {
        let mark = Mark { text: head.clone(), tone: Tone::Bad };
        let mut around = meta(Language::Chinese, Some(mark));
        around.title = title;
        around.head = head;
        let mut document = Sheet::new(around, fonts());
        let [first, second, third] = &cells;
        document.heading(first);
        document.table(&[(first, 1.0), (second, 0.001), (third, 3.0)]).row(&[first, second, third, first]);
        document.pairs_beside_code(&[(first, second)], third);
        prop_assert!(document.finish().is_ok());
    }
}
