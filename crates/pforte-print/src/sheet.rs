//! A document that grows downwards and begins a page where the last is full.

mod blocks;
mod rows;
mod table;

use jiff::Timestamp;
use krilla::configure::ConfigurationBuilder;
use krilla::configure::validate::Archival;
use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::{Document, SerializeSettings};

use crate::attachment::Attachment;
use crate::fonts::Fonts;
use crate::geometry::{FOOT, GREY, HEAD, HEIGHT, INNER, Ink, LEFT, RIGHT, RULE, TOP, WHITE, WIDTH, moment};
use crate::labels::Labels;
use crate::language::Language;
use crate::page::{Piece, Style};
use crate::text::{Typesetter, is_hidden};

pub use table::Table;

/// The longest document, in pages.
pub const PAGES_MAX: usize = 2_000;

/// The longest text of one cell, value or paragraph, in characters; the rest is named, not printed.
pub const TEXT_MAX: usize = 10_000;

/// The longest title in the file's own data, in characters.
const TITLE_MAX: usize = 200;

/// The text around the content.
const AROUND: Style = Style { size: 7.5, bold: false, ink: GREY };

/// What a document is.
#[derive(Clone, Debug)]
pub struct Meta {
    /// Its title, which stands in the head of each page too.
    pub title: String,
    /// What stands in the head of each page at the right, such as the plant; may be empty.
    pub head: String,
    /// The language of what the product itself says.
    pub language: Language,
    /// When it was printed.
    pub created_at: Timestamp,
    /// The same as text, with its zone, for the foot of each page.
    pub printed: String,
    /// The program and its version.
    pub producer: String,
    /// What stands in a band on each page.
    pub mark: Option<Mark>,
}

/// A band across the head of each page.
#[derive(Clone, Debug)]
pub struct Mark {
    /// Its text; what does not fit into two lines is cut.
    pub text: String,
    /// How it looks.
    pub tone: Tone,
}

/// How a mark looks. Its words say the same, for paper without colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// All is well: quiet.
    Good,
    /// Nothing is proved.
    Doubtful,
    /// It must not be trusted: white on red, and a red edge along the page.
    Bad,
}

/// Why nothing was printed.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// More than [`PAGES_MAX`] pages.
    #[error("the document would have more than {PAGES_MAX} pages")]
    TooLong,
    /// An attachment of more than [`Attachment::MAX`] bytes.
    #[error("the attachment is larger than {} bytes", Attachment::MAX)]
    AttachmentTooLarge,
    /// What was written is not PDF/A: a fault of this crate or of a font.
    #[error("the document is not PDF/A: {0}")]
    NotArchival(String),
}

/// A document in the making.
pub struct Sheet<'f> {
    set: Typesetter<'f>,
    meta: Meta,
    labels: &'static Labels,
    pages: Vec<Vec<Piece>>,
    /// Headings for the reader's list of contents, with page and place.
    contents: Vec<(String, usize, f32)>,
    /// Where the next thing stands on the last page.
    y: f32,
    attached: Option<Attachment>,
    too_long: bool,
}

impl<'f> Sheet<'f> {
    /// An empty document.
    #[must_use]
    pub fn new(meta: Meta, fonts: &'f Fonts) -> Self {
        let set = Typesetter::new(fonts, meta.language);
        let labels = Labels::of(meta.language);
        let mut sheet = Self {
            set,
            meta,
            labels,
            pages: Vec::new(),
            contents: Vec::new(),
            y: TOP,
            attached: None,
            too_long: false,
        };
        sheet.new_page();
        sheet
    }

    /// Puts a file into the document; a second one takes the place of the first.
    pub fn attach(&mut self, file: Attachment) {
        self.attached = Some(file);
    }

    /// The document as PDF/A-3u.
    pub fn finish(mut self) -> Result<Vec<u8>, PrintError> {
        if self.too_long {
            return Err(PrintError::TooLong);
        }
        let mut document = Document::new_with(settings()?);
        document.set_metadata(self.metadata());
        document.set_outline(self.outline());
        if let Some(file) = self.attached.take() {
            if file.bytes.len() > Attachment::MAX {
                return Err(PrintError::AttachmentTooLarge);
            }
            document.embed_file(file.embedded());
        }
        let pages = std::mem::take(&mut self.pages);
        let count = pages.len();
        for (number, pieces) in pages.into_iter().enumerate() {
            let head = self.head();
            let foot = self.foot(number + 1, count);
            self.write(&mut document, &[head, pieces, foot].concat());
        }
        document.finish().map_err(|error| PrintError::NotArchival(format!("{error:?}")))
    }

    fn write(&mut self, document: &mut Document, pieces: &[Piece]) {
        let Some(size) = PageSettings::from_wh(WIDTH, HEIGHT) else {
            return;
        };
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        for piece in pieces {
            piece.draw(&mut self.set, &mut surface);
        }
        surface.finish();
        page.finish();
    }

    fn metadata(&self) -> Metadata {
        let title = self.meta.title.chars().filter(|character| !is_hidden(*character)).take(TITLE_MAX);
        Metadata::new()
            .title(title.collect())
            .language(self.meta.language.tag().to_owned())
            .creator(self.meta.producer.clone())
            .producer(self.meta.producer.clone())
            .creation_date(moment(self.meta.created_at))
    }

    fn outline(&self) -> Outline {
        let mut outline = Outline::new();
        for (text, page, y) in &self.contents {
            let place = XyzDestination::new(*page, Point::from_xy(LEFT, *y));
            outline.push_child(OutlineNode::new(text.clone(), place));
        }
        outline
    }

    fn new_page(&mut self) {
        if self.pages.len() == PAGES_MAX {
            // Nothing more is kept, so that what cannot be printed takes no memory.
            self.too_long = true;
            self.pages.pop();
        }
        self.pages.push(Vec::new());
        self.y = TOP + self.band_height();
    }

    fn put(&mut self, piece: Piece) {
        if let Some(page) = self.pages.last_mut() {
            page.push(piece);
        }
    }

    /// What stands above each page's content.
    fn head(&mut self) -> Vec<Piece> {
        let (title, head) = (self.meta.title.clone(), self.meta.head.clone());
        let title = self.one_line((LEFT, HEAD), INNER * 0.6, AROUND, &title);
        let head = self.flush_right((RIGHT, HEAD), INNER * 0.38, AROUND, &head);
        let mut pieces = vec![title, head];
        pieces.extend(self.band());
        pieces
    }

    /// What stands below it.
    fn foot(&mut self, number: usize, count: usize) -> Vec<Piece> {
        let page = self.labels.page.replace("{page}", &number.to_string());
        let page = page.replace("{pages}", &count.to_string());
        let printed = format!("{} · {} {}", self.meta.producer, self.labels.printed, self.meta.printed);
        let y = FOOT + 12.0;
        let printed = self.one_line((LEFT, y), INNER * 0.8, AROUND, &printed);
        let page = self.flush_right((RIGHT, y), INNER * 0.2, AROUND, &page);
        vec![Piece::rule(LEFT, FOOT, INNER, RULE), printed, page]
    }
}

impl Tone {
    /// The colours of the band and of its text.
    pub(crate) fn inks(self) -> (Ink, Ink) {
        match self {
            Self::Good => ([0xe3, 0xf1, 0xe6], [0x14, 0x53, 0x2b]),
            Self::Doubtful => ([0xfd, 0xf0, 0xc8], [0x6b, 0x43, 0x00]),
            Self::Bad => ([0xb0, 0x1e, 0x1e], WHITE),
        }
    }
}

fn settings() -> Result<SerializeSettings, PrintError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_U)
        .finish()
        .map_err(|error| PrintError::NotArchival(format!("{error:?}")))?;
    Ok(SerializeSettings { configuration, ..SerializeSettings::default() })
}
