//! Which font has which character.
//!
//! The program's pages carry Noto Sans and Noto Sans JP as compressed slices (WOFF2); paper uses the same
//! files. Noto Sans SC, whose shapes Chinese readers expect, is here. At the start each file is
//! unpacked once to see which characters it has, and forgotten; a document unpacks what it needs.

use std::borrow::Cow;
use std::fmt;

use skrifa::{FontRef, MetadataProvider};

/// Noto Sans SC as Google cut it for simplified Chinese, and the rest that Noto Sans JP has not.
const CHINESE: [(&str, &[u8]); 2] = [
    ("noto-sans-sc.woff2", include_bytes!("../fonts/noto-sans-sc.woff2")),
    ("noto-sans-sc-rare.woff2", include_bytes!("../fonts/noto-sans-sc-rare.woff2")),
];

/// A font as WOFF2, whole or a slice.
#[derive(Clone)]
pub struct FontFile {
    /// Its name; a part of it tells what it is for: `noto-sans-jp` Japanese, `noto-sans-sc` Chinese, any
    /// other is asked first. Files of one kind are asked in the order in which they are given.
    pub name: String,
    /// Its content.
    pub bytes: Cow<'static, [u8]>,
}

/// Why fonts cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FontsError {
    /// A file is no WOFF2 font.
    #[error("font {0} cannot be read")]
    Unreadable(String),
    /// No file has the letters of English, which are needed to say that another is missing.
    #[error("no font has the letters A to Z")]
    NoLatin,
}

/// Whose shapes of the characters are meant that Chinese and Japanese share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Han {
    Japanese,
    Chinese,
}

/// The fonts of a program, made once and shared by all documents.
pub struct Fonts {
    files: Vec<FontFile>,
    latin: Cover,
    japanese: Cover,
    chinese: Cover,
}

/// Each character of a family with the number of its file, by character.
#[derive(Default)]
struct Cover(Vec<(u32, u16)>);

impl Fonts {
    /// Looks through the files; others than WOFF2 are refused.
    pub fn new(files: impl IntoIterator<Item = FontFile>) -> Result<Self, FontsError> {
        let own =
            CHINESE.map(|(name, bytes)| FontFile { name: name.to_owned(), bytes: Cow::Borrowed(bytes) });
        let mut fonts = Self {
            files: Vec::new(),
            latin: Cover::default(),
            japanese: Cover::default(),
            chinese: Cover::default(),
        };
        for file in files.into_iter().chain(own) {
            fonts.add(file)?;
        }
        for cover in [&mut fonts.latin, &mut fonts.japanese, &mut fonts.chinese] {
            cover.settle();
        }
        let plain = (' '..='~').all(|letter| fonts.latin.file(letter).is_some());
        if plain { Ok(fonts) } else { Err(FontsError::NoLatin) }
    }

    fn add(&mut self, file: FontFile) -> Result<(), FontsError> {
        let unreadable = || FontsError::Unreadable(file.name.clone());
        let unpacked = unpack(&file.bytes).ok_or_else(unreadable)?;
        let font = FontRef::new(&unpacked).map_err(|_| unreadable())?;
        let number = u16::try_from(self.files.len()).map_err(|_| unreadable())?;
        let cover = match &file.name {
            name if name.contains("noto-sans-jp") => &mut self.japanese,
            name if name.contains("noto-sans-sc") => &mut self.chinese,
            _ => &mut self.latin,
        };
        cover.0.extend(font.charmap().mappings().map(|(character, _)| (character, number)));
        self.files.push(file);
        Ok(())
    }

    /// The number of the file that has a character.
    pub(crate) fn file_of(&self, character: char, han: Han) -> Option<u16> {
        let (first, then) = match han {
            Han::Japanese => (&self.japanese, &self.chinese),
            Han::Chinese => (&self.chinese, &self.japanese),
        };
        [&self.latin, first, then].into_iter().find_map(|cover| cover.file(character))
    }

    /// Whether a character stands in no Japanese text: only the Chinese fonts have it.
    pub(crate) fn is_only_chinese(&self, character: char) -> bool {
        [&self.latin, &self.japanese].iter().all(|cover| cover.file(character).is_none())
            && self.chinese.file(character).is_some()
    }

    /// A file's font, unpacked.
    pub(crate) fn unpacked(&self, number: u16) -> Option<Vec<u8>> {
        unpack(&self.files.get(usize::from(number))?.bytes)
    }

    /// Every character that a file has.
    #[cfg(test)]
    pub(crate) fn characters(&self) -> impl Iterator<Item = char> {
        let all = [&self.latin, &self.japanese, &self.chinese];
        let all: std::collections::BTreeSet<u32> =
            all.iter().flat_map(|cover| cover.0.iter().map(|(character, _)| *character)).collect();
        all.into_iter().filter_map(char::from_u32)
    }
}

impl Cover {
    /// By character; of several files with one character the first stays.
    fn settle(&mut self) {
        self.0.sort_unstable();
        self.0.dedup_by_key(|(character, _)| *character);
        self.0.shrink_to_fit();
    }

    fn file(&self, character: char) -> Option<u16> {
        let character = u32::from(character);
        let place = self.0.binary_search_by_key(&character, |(known, _)| *known).ok()?;
        self.0.get(place).map(|(_, number)| *number)
    }
}

fn unpack(woff: &[u8]) -> Option<Vec<u8>> {
    wuff::decompress_woff2(woff).ok()
}

impl fmt::Debug for Fonts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Fonts({} files)", self.files.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_font_is_named() {
        let junk = FontFile { name: "junk.woff2".to_owned(), bytes: Cow::Borrowed(b"wOF2 and nothing") };
        assert!(matches!(Fonts::new([junk]), Err(FontsError::Unreadable(name)) if name == "junk.woff2"));
    }

    #[test]
    fn fonts_without_the_letters_of_english_are_refused() {
        assert!(matches!(Fonts::new([]), Err(FontsError::NoLatin)));
    }
}
