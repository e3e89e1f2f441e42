//! Headings, paragraphs, lines of key and value, cards, the QR code, the band.

use super::rows::Cell;
use super::{Sheet, TEXT_MAX, Tone};
use crate::geometry::{ACCENT, BLACK, BOTTOM, GREY, HEIGHT, INNER, LEADING, LEFT, RIGHT, RULE, SHADE, TOP};
use crate::page::{Piece, Style};
use crate::qr;

const BODY: Style = Style { size: 9.5, bold: false, ink: BLACK };
const KEY: Style = Style { size: 9.5, bold: false, ink: GREY };
const NOTE: Style = Style { size: 8.0, bold: false, ink: GREY };
const CONTENT: Style = Style { size: 8.5, bold: false, ink: BLACK };
const TITLE: Style = Style { size: 19.0, bold: true, ink: BLACK };
const HEADING: Style = Style { size: 12.0, bold: true, ink: ACCENT };
const CARD: Style = Style { size: 11.0, bold: true, ink: BLACK };
/// The part of the width that keys have.
const KEYS: f32 = 0.27;
/// Between a pair and the next.
const BETWEEN: f32 = 1.5;
/// The side of a QR code, in points: 35 mm.
const CODE: f32 = 99.0;
/// The band: its text, and the space above and below.
const BAND_SIZE: f32 = 10.0;
const BAND_SPACE: f32 = 6.0;

impl Sheet<'_> {
    /// Begins a page unless so many points are left on this one; for what should stand together.
    pub fn room(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.new_page();
        }
    }

    /// The document's title, at the beginning.
    pub fn title(&mut self, text: &str) {
        self.row(&[whole(TITLE, text)], |_| {});
        self.y += 4.0;
    }

    /// A heading; it stands in the reader's list of contents. At least some lines follow it on its page.
    pub fn heading(&mut self, text: &str) {
        self.y += 14.0;
        self.room(60.0);
        self.contents.push((text.to_owned(), self.pages.len().saturating_sub(1), self.y));
        self.row(&[whole(HEADING, text)], |_| {});
        self.y += 3.0;
    }

    /// Text with line ends as they are.
    pub fn paragraph(&mut self, text: &str) {
        self.row(&[whole(BODY, text)], |_| {});
        self.y += 4.0;
    }

    /// A small heading, and text of any length below it, with a bar at its left: whatever it says, it is
    /// not the product that says it.
    pub fn text_block(&mut self, heading: &str, text: &str) {
        const LINE: f32 = CONTENT.size * LEADING;
        self.y += 4.0;
        self.row(&[whole(KEY, heading)], |_| {});
        self.y += 2.0;
        for piece in pieces_of(text) {
            let cell = Cell { x: LEFT + 10.0, width: INNER - 10.0, style: CONTENT, text: &piece };
            self.row_with(
                &[cell],
                |_| {},
                |y| Some(Piece::Boxes { boxes: vec![[LEFT, y, 1.5, LINE]], ink: RULE }),
            );
        }
        self.y += 4.0;
    }

    /// A paragraph, small and grey.
    pub fn note(&mut self, text: &str) {
        self.row(&[whole(NOTE, text)], |_| {});
        self.y += 4.0;
    }

    /// Keys with their values, one below the other.
    pub fn pairs(&mut self, pairs: &[(&str, &str)]) {
        for (key, value) in pairs {
            self.pair(key, value, INNER);
        }
    }

    /// A shaded line with a name at the left and what is said of it at the right, then keys with values.
    pub fn card(&mut self, name: &str, said: &str, pairs: &[(&str, &str)]) {
        const SPACE: f32 = 5.0;
        let left = Cell { x: LEFT + 8.0, width: INNER * 0.56, style: CARD, text: name };
        let style = Style { ink: ACCENT, ..CARD };
        let right = Cell { x: LEFT + INNER * 0.62, width: INNER * 0.38 - 8.0, style, text: said };
        let cells = [left, right];
        let height = self.height(&cells) + 2.0 * SPACE;
        let below: f32 = pairs.iter().map(|(key, value)| self.pair_height(key, value, INNER)).sum();
        self.y += 8.0;
        // Longer than half a page, it may be broken.
        let together = if below < HEIGHT / 2.0 { height + below + 3.0 } else { height + 60.0 };
        self.room(together);
        // A name of many pages has no shade.
        if self.y + height < BOTTOM {
            let y = self.y;
            self.put(Piece::Boxes { boxes: vec![[LEFT, y, INNER, height]], ink: SHADE });
            self.put(Piece::Boxes { boxes: vec![[LEFT, y, 3.0, height]], ink: ACCENT });
        }
        self.y += SPACE;
        self.row(&cells, |_| {});
        self.y += SPACE + 3.0;
        self.pairs(pairs);
    }

    /// Keys with their values, a QR code with the text `code` at their right.
    pub fn pairs_beside_code(&mut self, pairs: &[(&str, &str)], code: &str) {
        self.room(CODE);
        let (page, top) = (self.pages.len(), self.y);
        self.code(code);
        for (key, value) in pairs {
            let beside = self.pages.len() == page && self.y < top + CODE;
            self.pair(key, value, if beside { INNER - CODE - 16.0 } else { INNER });
        }
        if self.pages.len() == page {
            self.y = self.y.max(top + CODE + 6.0);
        }
    }

    fn pair(&mut self, key: &str, value: &str, width: f32) {
        self.row(&pair(key, value, width), |_| {});
        self.y += BETWEEN;
    }

    fn pair_height(&mut self, key: &str, value: &str, width: f32) -> f32 {
        self.height(&pair(key, value, width)) + BETWEEN
    }

    fn code(&mut self, text: &str) {
        let (x, y, side) = (RIGHT - CODE, self.y, qr::square(text) * CODE);
        let square = |[left, top, width]: [f32; 3]| [x + left * CODE, y + top * CODE, width * CODE, side];
        let boxes = qr::pieces(text).into_iter().map(square).collect();
        self.put(Piece::Boxes { boxes, ink: [0, 0, 0] });
    }

    /// How much of each page the band takes.
    pub(super) fn band_height(&mut self) -> f32 {
        match self.band_cell() {
            Some(text) => {
                let cells = [band_text(&text, BLACK)];
                self.height(&cells) + 2.0 * BAND_SPACE + 12.0
            }
            None => 0.0,
        }
    }

    fn band_cell(&self) -> Option<String> {
        /// More would not be read.
        const LONGEST: usize = 300;
        self.meta.mark.as_ref().map(|mark| mark.text.chars().take(LONGEST).collect())
    }

    /// The band across the page, and the edge of a bad one.
    pub(super) fn band(&mut self) -> Vec<Piece> {
        let (Some(text), Some(mark)) = (self.band_cell(), self.meta.mark.clone()) else {
            return Vec::new();
        };
        let (ink, letters) = mark.tone.inks();
        let cell = band_text(&text, letters);
        let height = self.height(&[band_text(&text, letters)]) + 2.0 * BAND_SPACE;
        let mut boxes = vec![[LEFT, TOP - 6.0, INNER, height]];
        if mark.tone == Tone::Bad {
            boxes.push([18.0, 18.0, 7.0, HEIGHT - 36.0]);
        }
        let mut pieces = vec![Piece::Boxes { boxes, ink }];
        pieces.extend(self.lines_at(&cell, TOP - 6.0 + BAND_SPACE));
        pieces
    }
}

/// The lines of a text; what is longer than a cell may be in parts.
fn pieces_of(text: &str) -> Vec<String> {
    let mut pieces = Vec::new();
    for line in text.split('\n') {
        let characters: Vec<char> = line.chars().collect();
        if characters.is_empty() {
            pieces.push(String::new());
        }
        pieces.extend(characters.chunks(TEXT_MAX).map(|part| part.iter().collect::<String>()));
    }
    pieces
}

fn pair<'a>(key: &'a str, value: &'a str, width: f32) -> [Cell<'a>; 2] {
    let value = if value.is_empty() { "—" } else { value };
    let keys = INNER * KEYS;
    let key = Cell { x: LEFT, width: keys - 10.0, style: KEY, text: key };
    [key, Cell { x: LEFT + keys, width: width - keys, style: BODY, text: value }]
}

fn whole(style: Style, text: &str) -> Cell<'_> {
    Cell { x: LEFT, width: INNER, style, text }
}

fn band_text(text: &str, ink: crate::geometry::Ink) -> Cell<'_> {
    let style = Style { size: BAND_SIZE, bold: true, ink };
    Cell { x: LEFT + 10.0, width: INNER - 20.0, style, text }
}
