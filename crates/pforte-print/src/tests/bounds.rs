//! What is too long is cut and says so; what is far too long is refused.

use std::sync::Arc;

use super::outside::Paper;
use super::samples::{change, fonts, meta, paper, printed, request};
use crate::signature::{CHANGES_MAX, RECORD_TEXT_MAX, Standing, sheet};
use crate::{Attachment, Language, PAGES_MAX, PrintError, Sheet, TEXT_MAX};

#[test]
fn the_same_input_gives_the_same_bytes() {
    let once = printed(Language::Chinese, Standing::Whole);
    assert_eq!(once, printed(Language::Chinese, Standing::Whole));
    assert_ne!(once, printed(Language::Chinese, Standing::Unproven));
}

#[test]
fn a_text_longer_than_its_bound_is_cut_and_says_by_how_much() {
    let text = Paper::new(&paper(&"ab ".repeat(TEXT_MAX))).text();
    assert!(text.contains(&format!("[… {} more characters are not printed]", 2 * TEXT_MAX)));
    assert_eq!(text.matches("ab").count(), TEXT_MAX / 3);
}

#[test]
fn a_record_longer_than_its_bound_is_cut_and_says_by_how_much() {
    let mut signed = request(Language::English, Standing::Whole);
    signed.record.as_mut().unwrap().text = Some("0123456789".repeat(RECORD_TEXT_MAX / 10 + 1));
    let text = Paper::new(&sheet(&signed, fonts()).unwrap()).text();
    assert!(text.contains("[… 10 more characters are not printed]"));
}

#[test]
fn more_changes_than_the_bound_are_counted() {
    let mut signed = request(Language::English, Standing::Whole);
    signed.changes = (0..CHANGES_MAX + 7).map(|number| change(&format!("v{number}"), "1", "2")).collect();
    let text = Paper::new(&sheet(&signed, fonts()).unwrap()).text();
    assert!(text.contains("7 more changes are not printed"));
    assert!(text.contains(&format!("v{}", CHANGES_MAX - 1)) && !text.contains(&format!("v{CHANGES_MAX}")));
}

#[test]
fn a_document_of_too_many_pages_is_refused() {
    let mut document = Sheet::new(meta(Language::English, None), fonts());
    let page = "\n".repeat(200);
    for _ in 0..PAGES_MAX / 3 {
        document.paragraph(&page);
    }
    assert!(matches!(document.finish(), Err(PrintError::TooLong)));
}

#[test]
fn an_attachment_that_is_too_large_is_refused() {
    let mut document = Sheet::new(meta(Language::English, None), fonts());
    document.attach(Attachment {
        name: "large".to_owned(),
        media_type: "not a media type".to_owned(),
        description: String::new(),
        bytes: Arc::new(vec![0; Attachment::MAX + 1]),
        made_at: "2026-11-23T13:05:59Z".parse().unwrap(),
    });
    assert!(matches!(document.finish(), Err(PrintError::AttachmentTooLarge)));
}
