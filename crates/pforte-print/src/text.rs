//! How a text becomes glyphs, none lost.
//!
//! One character is one glyph: the scripts of the fonts here (Latin, Greek, Cyrillic, Japanese, Chinese)
//! need no more. Marks are joined with their letters where a joined letter exists, else set above the
//! middle of the letter before. Everything else, and what would be invisible, becomes its code.

use std::collections::BTreeMap;
use std::sync::Arc;

use krilla::text::{Font, Tag};
use skrifa::instance::{Location, Size};
use skrifa::{FontRef, GlyphId, MetadataProvider};
use unicode_normalization::char::{compose, is_combining_mark};

use crate::fonts::{Fonts, Han};
use crate::language::Language;

const REGULAR: f32 = 400.0;
const BOLD: f32 = 700.0;

/// A font of a document: the file's number, and whether it is bold.
pub(crate) type FaceKey = (u16, bool);

/// A character on the page; measures in parts of the text's size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glyph {
    pub(crate) character: char,
    pub(crate) face: FaceKey,
    pub(crate) id: u32,
    /// How far the next one stands.
    pub(crate) advance: f32,
    /// How far it is moved to the right; marks are moved back.
    pub(crate) offset: f32,
}

/// A font that a document uses.
pub(crate) struct Face {
    data: Arc<Vec<u8>>,
    pub(crate) font: Font,
    location: Location,
    /// The file has no bold shapes, so the strokes are thickened.
    pub(crate) thickened: bool,
}

/// What a document has unpacked and looked up so far.
pub(crate) struct Typesetter<'f> {
    fonts: &'f Fonts,
    usual: Han,
    faces: BTreeMap<FaceKey, Option<Face>>,
    known: BTreeMap<(char, bool, Han), Option<Glyph>>,
}

impl Face {
    fn new(data: Vec<u8>, bold: bool) -> Option<Self> {
        let weight = if bold { BOLD } else { REGULAR };
        let data = Arc::new(data);
        let font = FontRef::new(&data).ok()?;
        let varies = font.axes().iter().any(|axis| axis.tag() == skrifa::Tag::new(b"wght"));
        let location = font.axes().location([("wght", weight)]);
        let coordinates = [(Tag::new(b"wght"), weight)];
        let coordinates = if varies { coordinates.as_slice() } else { &[] };
        let font = Font::new_variable(Arc::clone(&data).into(), 0, coordinates)?;
        Some(Self { data, font, location, thickened: bold && !varies })
    }

    fn glyph(&self, character: char, face: FaceKey) -> Option<Glyph> {
        let font = FontRef::new(&self.data).ok()?;
        let id = font.charmap().map(character).filter(|id| *id != GlyphId::NOTDEF)?;
        let metrics = font.glyph_metrics(Size::new(1.0), &self.location);
        let bounds = metrics.bounds(id);
        let middle = bounds.map_or(0.0, |bounds| f32::midpoint(bounds.x_min, bounds.x_max));
        let is_mark = is_combining_mark(character);
        Some(Glyph {
            character,
            face,
            id: id.to_u32(),
            advance: if is_mark { 0.0 } else { metrics.advance_width(id)? },
            offset: if is_mark { -middle } else { 0.0 },
        })
    }
}

impl<'f> Typesetter<'f> {
    pub(crate) fn new(fonts: &'f Fonts, language: Language) -> Self {
        let usual = if language == Language::Chinese { Han::Chinese } else { Han::Japanese };
        Self { fonts, usual, faces: BTreeMap::new(), known: BTreeMap::new() }
    }

    /// The glyphs of a text that has no line ends.
    pub(crate) fn set(&mut self, text: &str, bold: bool, han: Han) -> Vec<Glyph> {
        let mut set = Vec::with_capacity(text.len());
        // How wide the letter is that a mark would join; a code, a space and the beginning are none.
        let mut letter = None;
        for character in text.chars() {
            if is_combining_mark(character) {
                letter = self.mark(character, letter, (bold, han), &mut set);
            } else if character == '\t' {
                self.plain("    ", bold, &mut set);
                letter = None;
            } else if let Some(glyph) = self.visible(character, bold, han) {
                letter = Some(glyph.advance).filter(|_| !character.is_whitespace());
                set.push(glyph);
            } else {
                self.code(character, bold, &mut set);
                letter = None;
            }
        }
        set
    }

    /// A font of this document.
    pub(crate) fn face(&self, key: FaceKey) -> Option<&Face> {
        self.faces.get(&key)?.as_ref()
    }

    /// Where a glyph's outline is: left, right, bottom, top.
    #[cfg(test)]
    pub(crate) fn outline(&self, glyph: &Glyph) -> Option<[f32; 4]> {
        let face = self.face(glyph.face)?;
        let font = FontRef::new(&face.data).ok()?;
        let bounds = font.glyph_metrics(Size::new(1.0), &face.location).bounds(GlyphId::new(glyph.id))?;
        Some([bounds.x_min, bounds.x_max, bounds.y_min, bounds.y_max])
    }

    /// Kana tell Japanese, a character that Japanese has not tells Chinese; else the document's language.
    pub(crate) fn han_of(&self, text: &str) -> Han {
        if text.is_ascii() {
            return self.usual;
        }
        if text.chars().any(|character| matches!(character, '\u{3041}'..='\u{30ff}')) {
            return Han::Japanese;
        }
        let chinese = text.chars().any(|character| self.fonts.is_only_chinese(character));
        if chinese { Han::Chinese } else { self.usual }
    }

    fn mark(
        &mut self,
        mark: char,
        letter: Option<f32>,
        (bold, han): (bool, Han),
        set: &mut Vec<Glyph>,
    ) -> Option<f32> {
        let before = set.last().map(|glyph| glyph.character).filter(|_| letter.is_some());
        let joined =
            before.filter(|before| !is_combining_mark(*before)).and_then(|before| compose(before, mark));
        if let Some(joined) = joined.and_then(|joined| self.visible(joined, bold, han)) {
            set.pop();
            set.push(joined);
            return Some(joined.advance);
        }
        if let (Some(width), Some(mut glyph)) = (letter, self.visible(mark, bold, han)) {
            glyph.offset -= width / 2.0;
            set.push(glyph);
            return letter;
        }
        self.code(mark, bold, set);
        None
    }

    fn visible(&mut self, character: char, bold: bool, han: Han) -> Option<Glyph> {
        if is_hidden(character) {
            return None;
        }
        let found = self.glyph(character, bold, han);
        if found.is_none() && character.is_whitespace() { self.glyph(' ', bold, han) } else { found }
    }

    fn glyph(&mut self, character: char, bold: bool, han: Han) -> Option<Glyph> {
        if let Some(known) = self.known.get(&(character, bold, han)) {
            return *known;
        }
        let found = self.fonts.file_of(character, han).and_then(|file| {
            let key = (file, bold);
            let unpack = || self.fonts.unpacked(file).and_then(|data| Face::new(data, bold));
            self.faces.entry(key).or_insert_with(unpack).as_ref()?.glyph(character, key)
        });
        self.known.insert((character, bold, han), found);
        found
    }

    fn code(&mut self, character: char, bold: bool, set: &mut Vec<Glyph>) {
        self.plain(&format!("[U+{:04X}]", u32::from(character)), bold, set);
    }

    fn plain(&mut self, ascii: &str, bold: bool, set: &mut Vec<Glyph>) {
        set.extend(ascii.chars().filter_map(|letter| self.glyph(letter, bold, Han::Japanese)));
    }
}

/// Whether a character would leave no ink, or turn or change others around it: controls, directions,
/// joiners, variation selectors, fillers, tags, private use.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{fffe}' | '\u{ffff}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
            | '\u{f0000}'..)
}
