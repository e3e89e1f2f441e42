//! A file that travels inside the document.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::metadata::DateTime;

use crate::geometry::moment;

/// A file inside the document; PDF/A-3 lets any kind be there.
#[derive(Clone)]
pub struct Attachment {
    /// Its name, such as `signatures.json`.
    pub name: String,
    /// Its media type; one that is not well-formed becomes `application/octet-stream`.
    pub media_type: String,
    /// One line that says what it is.
    pub description: String,
    /// Its content, at most [`Self::MAX`] bytes.
    pub bytes: Arc<Vec<u8>>,
    /// When it was made.
    pub made_at: Timestamp,
}

impl Attachment {
    /// The greatest size, in bytes. Writing needs about twice as much memory for a moment.
    pub const MAX: usize = 64 * 1024 * 1024;

    pub(crate) fn embedded(self) -> EmbeddedFile {
        let mime = MimeType::new(&self.media_type).or_else(|| MimeType::new("application/octet-stream"));
        let made: DateTime = moment(self.made_at);
        EmbeddedFile {
            path: self.name,
            mime_type: mime,
            description: Some(self.description),
            association_kind: AssociationKind::Source,
            data: self.bytes.into(),
            modification_date: Some(made),
            compress: Some(true),
            location: None,
        }
    }
}

impl fmt::Debug for Attachment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Attachment({}, {} bytes)", self.name, self.bytes.len())
    }
}
