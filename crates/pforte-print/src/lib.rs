//! What is printed: PDF/A-3 with text of every language, for archives and inspectors.
//!
//! A [`Sheet`] is a document that grows downwards: headings, key/value lines, paragraphs, tables that
//! break over pages and repeat their heads. [`signature::sheet`] lays out the record of a signature
//! request with it. A file that is attached travels inside the PDF, so that the paper carries its own
//! proof.
//!
//! # Invariants
//!
//! - Only this crate knows PDF. What is written is validated as PDF/A-3u by the library before it
//!   leaves: every character of every page can be read back as Unicode.
//! - The same input gives the same bytes: no clock, no randomness, no order of a hash table.
//! - No character vanishes. What no font has, and what would be invisible or turn text around, stands
//!   as its code, such as `[U+202E]`. Marks are joined with their letters.
//! - Any text prints; nothing panics. What is longer than the bounds is cut with a remark that says how
//!   much is missing: a text [`TEXT_MAX`], a table [`signature::CHANGES_MAX`], the record's content
//!   [`signature::RECORD_TEXT_MAX`]. A document of more than [`PAGES_MAX`] pages is refused.
//!
//! # Where to start reading
//!
//! [`signature`] is what is printed, [`Sheet`] how it is laid out, `text` how a text becomes glyphs,
//! [`Fonts`] which font has which character, `page` what PDF is told.

mod attachment;
mod fonts;
mod geometry;
mod labels;
mod language;
mod lines;
mod page;
mod qr;
mod sheet;
pub mod signature;
mod text;

#[cfg(test)]
mod tests;

pub use attachment::Attachment;
pub use fonts::{FontFile, Fonts, FontsError};
pub use language::Language;
pub use sheet::{Mark, Meta, PAGES_MAX, PrintError, Sheet, TEXT_MAX, Table, Tone};
