#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops here")]

mod altered;
mod bounds;
mod genuine;
mod kit;
mod rules;
mod xml;
