//! Cells side by side, broken over pages line by line; everything else is made of them.

use std::borrow::Cow;

use super::{Sheet, TEXT_MAX};
use crate::geometry::{BASELINE, BOTTOM, LEADING, measure};
use crate::lines::lines;
use crate::page::{Piece, Set, Style};
use crate::text::Glyph;

/// A row of at most so many lines is not broken.
const TOGETHER: usize = 12;

/// A part of a row: where, how wide, how it looks, what it says.
pub(super) struct Cell<'a> {
    pub(super) x: f32,
    pub(super) width: f32,
    pub(super) style: Style,
    pub(super) text: &'a str,
}

impl Sheet<'_> {
    /// Puts cells side by side and goes below the longest. Where the page is full the row goes on on the
    /// next, after what `begin_page` puts there.
    pub(super) fn row(&mut self, cells: &[Cell<'_>], begin_page: impl Fn(&mut Self)) {
        self.row_with(cells, begin_page, |_| None);
    }

    /// The same; `beside` gives what else stands on each line, by its top.
    pub(super) fn row_with(
        &mut self,
        cells: &[Cell<'_>],
        begin_page: impl Fn(&mut Self),
        beside: impl Fn(f32) -> Option<Piece>,
    ) {
        if self.too_long {
            return;
        }
        let broken: Vec<Vec<Set>> = cells.iter().map(|cell| self.broken(cell)).collect();
        let count = broken.iter().map(Vec::len).max().unwrap_or_default();
        let height = cells.iter().map(|cell| cell.style.size).fold(0.0, f32::max) * LEADING;
        if count <= TOGETHER && self.y + height * measure(count) > BOTTOM {
            self.new_page();
            begin_page(self);
        }
        for number in 0..count {
            if self.y + height > BOTTOM {
                self.new_page();
                begin_page(self);
            }
            if let Some(piece) = beside(self.y) {
                self.put(piece);
            }
            for (cell, lines) in cells.iter().zip(&broken) {
                self.line(cell, lines.get(number));
            }
            self.y += height;
        }
    }

    fn line(&mut self, cell: &Cell<'_>, text: Option<&Set>) {
        if let Some(text) = text.filter(|text| !text.text.is_empty()) {
            let y = self.y + cell.style.size * BASELINE;
            self.put(Piece::Text { x: cell.x, y, style: cell.style, text: text.clone() });
        }
    }

    /// The lines of a cell from a place downwards, wherever the document has got to.
    pub(super) fn lines_at(&mut self, cell: &Cell<'_>, top: f32) -> Vec<Piece> {
        let Style { size, .. } = cell.style;
        let mut y = top + size * BASELINE - size * LEADING;
        let piece = |text| {
            y += size * LEADING;
            Piece::Text { x: cell.x, y, style: cell.style, text }
        };
        self.broken(cell).into_iter().map(piece).collect()
    }

    /// How high a row will be.
    pub(super) fn height(&mut self, cells: &[Cell<'_>]) -> f32 {
        let count = cells.iter().map(|cell| self.broken(cell).len()).max().unwrap_or_default();
        cells.iter().map(|cell| cell.style.size).fold(0.0, f32::max) * LEADING * measure(count)
    }

    /// The lines of a cell, each ready to be set.
    fn broken(&mut self, cell: &Cell<'_>) -> Vec<Set> {
        let text = self.bounded(cell.text).into_owned();
        let width = cell.width / cell.style.size;
        let han = self.set.han_of(&text);
        let mut broken = Vec::new();
        for paragraph in paragraphs(&text) {
            let glyphs = self.set.set(&paragraph, cell.style.bold, han);
            for range in lines(&glyphs, width) {
                broken.push(Set { text: text_of(glyphs.get(range).unwrap_or_default()), han });
            }
        }
        broken
    }

    /// The text, or its beginning with a remark on the rest.
    fn bounded<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let Some((end, _)) = text.char_indices().nth(TEXT_MAX) else {
            return Cow::Borrowed(text);
        };
        let (kept, rest) = text.split_at(end);
        let more = self.labels.cut.replace("{count}", &rest.chars().count().to_string());
        Cow::Owned(format!("{kept}\n{more}"))
    }

    /// A text in one line, its end cut if it is longer.
    pub(super) fn one_line(&mut self, (x, y): (f32, f32), width: f32, style: Style, text: &str) -> Piece {
        Piece::Text { x, y, style, text: self.fitting(width, style, text).0 }
    }

    /// The same, with its end at a place.
    pub(super) fn flush_right(&mut self, (x, y): (f32, f32), width: f32, style: Style, text: &str) -> Piece {
        let (text, length) = self.fitting(width, style, text);
        Piece::Text { x: x - length, y, style, text }
    }

    /// As much of a text as fits, and how long that is.
    fn fitting(&mut self, width: f32, style: Style, text: &str) -> (Set, f32) {
        const MORE: char = '…';
        // No line holds more.
        const LONGEST: usize = 300;
        let text: String = text.chars().take(LONGEST).collect();
        let han = self.set.han_of(&text);
        let mut glyphs = self.set.set(&paragraphs(&text).join(" "), style.bold, han);
        let length = |glyphs: &[Glyph]| glyphs.iter().map(|glyph| glyph.advance).sum::<f32>() * style.size;
        let mut cut = false;
        while length(&glyphs) > width && glyphs.pop().is_some() {
            cut = true;
        }
        let mut fitting = text_of(&glyphs);
        if cut {
            fitting.pop();
            fitting.push(MORE);
        }
        let glyphs = self.set.set(&fitting, style.bold, han);
        (Set { text: fitting, han }, length(&glyphs))
    }
}

/// The text between line ends, whatever they are written with.
fn paragraphs(text: &str) -> Vec<String> {
    let ends = ['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
    text.replace("\r\n", "\n").split(ends).map(str::to_owned).collect()
}

/// What is shown, character by character; set again it gives the same glyphs.
fn text_of(glyphs: &[Glyph]) -> String {
    glyphs.iter().map(|glyph| glyph.character).collect()
}
