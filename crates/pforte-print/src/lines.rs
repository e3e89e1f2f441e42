//! Where a line ends.
//!
//! Between words; anywhere in Chinese and Japanese, but not before a closing mark nor after an opening
//! one; inside a word only where the word is longer than the line, as hashes are.

use std::ops::Range;

use crate::text::Glyph;

/// Never at the beginning of a line.
const CLOSING: &str =
    "、。，．：；？！）」』】〕》〉］｝・ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々…’”)]},.;:!?%»";
/// Never at the end of a line.
const OPENING: &str = "（「『【〔《〈［｛‘“([{«";

/// The characters of each line of a text; `width` in parts of the text's size. At least one line, and at
/// least one character in each unless there is none. Spaces at a line's end hang over.
pub(crate) fn lines(glyphs: &[Glyph], width: f32) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    let mut line = Line::default();
    for (place, glyph) in glyphs.iter().enumerate() {
        if place > line.begins && may_break(glyphs, place) {
            line.may_end = place;
        }
        line.length += glyph.advance;
        let fits = line.length <= width || glyph.character.is_whitespace();
        if !fits && place > line.begins && glyph.advance > 0.0 {
            let end = if line.may_end > line.begins { line.may_end } else { place };
            all.push(line.begins..end);
            let kept = glyphs.get(end..=place).unwrap_or_default();
            line = Line { begins: end, may_end: end, length: kept.iter().map(|glyph| glyph.advance).sum() };
        }
    }
    all.push(line.begins..glyphs.len());
    all
}

#[derive(Default)]
struct Line {
    begins: usize,
    /// The last place where it may end; its beginning means none.
    may_end: usize,
    length: f32,
}

/// Whether a line may end before this place.
fn may_break(glyphs: &[Glyph], place: usize) -> bool {
    let at = |place: usize| glyphs.get(place).map(|glyph| glyph.character);
    let (Some(before), Some(after)) = (place.checked_sub(1).and_then(at), at(place)) else {
        return false;
    };
    let marked = glyphs.get(place).is_some_and(|glyph| glyph.advance <= 0.0);
    if marked || after.is_whitespace() || CLOSING.contains(after) || OPENING.contains(before) {
        return false;
    }
    let letters = place.checked_sub(2).and_then(at).is_some_and(char::is_alphabetic) && after.is_alphabetic();
    let joins = matches!(before, '/' | '–') || (before == '-' && letters);
    is_breaking_space(before) || joins || is_wide(before) || is_wide(after)
}

fn is_breaking_space(character: char) -> bool {
    character.is_whitespace() && !matches!(character, '\u{a0}' | '\u{202f}' | '\u{2007}')
}

/// Whether a line may end beside it without a space.
fn is_wide(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}'
        | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each character one wide.
    fn broken(text: &str, width: u16) -> Vec<String> {
        let glyph = |character| Glyph { character, face: (0, false), id: 1, advance: 1.0, offset: 0.0 };
        let glyphs: Vec<Glyph> = text.chars().map(glyph).collect();
        let line = |range: Range<usize>| {
            glyphs.get(range).unwrap_or_default().iter().map(|glyph| glyph.character).collect()
        };
        lines(&glyphs, f32::from(width)).into_iter().map(line).collect()
    }

    #[test]
    fn a_line_ends_between_words_and_its_last_space_hangs_over() {
        assert_eq!(broken("one two three", 7), ["one two ", "three"]);
        assert_eq!(broken("well-known", 7), ["well-", "known"]);
        assert_eq!(broken("on 2026-11-23", 8), ["on ", "2026-11-", "23"]);
    }

    #[test]
    fn a_word_longer_than_a_line_is_broken_where_the_line_is_full() {
        assert_eq!(broken("hash 0123456789", 6), ["hash ", "012345", "6789"]);
        assert_eq!(broken("abc", 0), ["a", "b", "c"]);
    }

    #[test]
    fn japanese_breaks_anywhere_but_not_before_a_closing_mark() {
        assert_eq!(broken("電子署名を確認。", 4), ["電子署名", "を確認。"]);
        assert_eq!(broken("電子署名。確認", 4), ["電子署", "名。確認"]);
        assert_eq!(broken("署名（確認）", 3), ["署名", "（確", "認）"]);
    }

    #[test]
    fn a_space_that_must_not_break_does_not() {
        assert_eq!(broken("ab 10\u{a0}kg", 5), ["ab ", "10\u{a0}kg"]);
    }

    #[test]
    fn no_text_is_one_empty_line() {
        assert_eq!(broken("", 5), [""]);
    }
}
