//! What a reader sees on each page.

use super::outside::Paper;
use super::samples::{change, fonts, meta, printed, request};
use crate::signature::{Ending, Standing, State, sheet};
use crate::{Language, Mark, Sheet, Tone};

#[test]
fn a_changed_record_says_so_on_every_page() {
    let mut signed = request(Language::English, Standing::Changed);
    signed.changes = (0..80).map(|number| change(&format!("value {number}"), "1", "2")).collect();
    let paper = Paper::new(&sheet(&signed, fonts()).unwrap());
    assert!(paper.pages() > 2);
    for page in 1..=paper.pages() {
        assert!(paper.page(page).contains("CHANGED SINCE IT WAS SIGNED: counts as unsigned"));
    }
}

#[test]
fn the_band_says_how_far_the_request_is() {
    let said = |state| {
        let mut signed = request(Language::English, Standing::Whole);
        signed.state = state;
        Paper::new(&sheet(&signed, fonts()).unwrap()).text()
    };
    assert!(said(State::Complete).contains("complete · Unchanged since it was signed"));
    assert!(said(State::Refused).contains("refused · Unchanged since it was signed"));
}

#[test]
fn how_a_request_ended_is_told() {
    let mut signed = request(Language::English, Standing::Whole);
    signed.state = State::Refused;
    signed.signatures.clear();
    let at = signed.printed_at.clone();
    signed.ending = Some(Ending { by: "Eva Ende".to_owned(), reason: "wrong batch".to_owned(), at });
    let text = Paper::new(&sheet(&signed, fonts()).unwrap()).text();
    assert!(text.contains("Nobody has signed.\nHow it ended\nState refused\nBy Eva Ende\n"), "{text}");
    assert!(text.contains("Reason wrong batch"));
}

#[test]
fn the_words_of_no_language_lack_a_character() {
    for language in Language::ALL {
        for standing in [Standing::Whole, Standing::Changed, Standing::Unproven] {
            let text = Paper::new(&printed(language, standing)).text();
            assert!(!text.contains("[U+"), "{text}");
            assert_eq!(text.matches('{').count(), 1, "only the record has one: {text}");
        }
    }
}

#[test]
fn a_changed_record_has_a_dark_edge_and_a_whole_one_has_none() {
    let edge = |standing| {
        let (width, height, pixels) = Paper::new(&printed(Language::German, standing)).pixels(1);
        // The middle of the edge, 21 points from the left at 150 dots an inch.
        pixels.get(height / 2 * width + 44).copied().unwrap()
    };
    assert!(edge(Standing::Changed) < 120);
    assert_eq!(edge(Standing::Whole), 255);
}

#[test]
fn a_table_repeats_its_head_on_each_page_and_loses_no_row() {
    let mut document = Sheet::new(meta(Language::English, None), fonts());
    let mut table = document.table(&[("Time", 1.0), ("What", 3.0)]);
    for number in 0..300 {
        table.row(&["12:00", &format!("row {number}.")]);
    }
    drop(table);
    let paper = Paper::new(&document.finish().unwrap());
    assert!(paper.pages() > 5);
    for page in 1..=paper.pages() {
        assert!(paper.page(page).contains("Time What"), "page {page}");
        assert!(paper.page(page).contains(&format!("Page {page} of {}", paper.pages())));
    }
    let text = paper.text();
    assert!((0..300).all(|number| text.contains(&format!("row {number}.\n"))));
}

#[test]
fn a_cell_longer_than_a_page_goes_on_on_the_next() {
    let long: Vec<String> = (0..1_500).map(|number| format!("{number};")).collect();
    let long = long.join(" ");
    let mut document = Sheet::new(meta(Language::English, None), fonts());
    document.table(&[("A", 1.0), ("B", 9.0)]).row(&["1", &long]);
    let mut narrow = document.table(&[("A", 9.0), ("B", 1.0)]);
    narrow.row(&["1", &long]);
    drop(narrow);
    let paper = Paper::new(&document.finish().unwrap());
    assert!(paper.pages() > 2);
    assert!(paper.text().contains("1499;"));
}

#[test]
fn nothing_is_written_over_the_edges() {
    let mut signed = request(Language::German, Standing::Unproven);
    let long = "Donaudampfschifffahrtsgesellschaft".repeat(20);
    signed.plant.clone_from(&long);
    signed.request.clone_from(&long);
    signed.policy.clone_from(&long);
    signed.signatures.iter_mut().for_each(|one| one.name.clone_from(&long));
    let paper = Paper::new(&sheet(&signed, fonts()).unwrap());
    for page in 1..=paper.pages() {
        let (width, height, pixels) = paper.pixels(page);
        // The outer 36 points of each side, at 150 dots an inch; the foot stands lower.
        let inner = |place: usize| {
            let (x, y) = (place % width, place / width);
            (75..width - 75).contains(&x) && (50..height - 50).contains(&y)
        };
        let outside = pixels.iter().enumerate().filter(|(place, _)| !inner(*place));
        assert!(outside.into_iter().all(|(_, pixel)| *pixel == 255), "page {page}");
    }
}

#[test]
fn a_band_is_as_high_as_its_text() {
    let mark = Mark { text: "word ".repeat(200), tone: Tone::Doubtful };
    let mut document = Sheet::new(meta(Language::English, Some(mark)), fonts());
    document.title("The title stands below it");
    let text = Paper::new(&document.finish().unwrap()).text();
    assert_eq!(text.matches("word").count(), 60);
    assert!(text.contains("The title stands below it"));
}

#[test]
fn headings_are_in_the_list_of_contents() {
    let paper = Paper::new(&printed(Language::Italian, Standing::Whole));
    let outline = paper.told("qpdf", &["--json", "--json-key=outlines"]);
    for heading in ["Firme", "Modifiche", "Che cosa è stato firmato", "Come verificare"] {
        assert!(outline.contains(heading), "{heading}");
    }
}
