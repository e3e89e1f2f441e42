//! Documents as others read them: poppler, qpdf, a reader of QR codes.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops here")]

mod any;
mod bounds;
mod outside;
mod reading;
mod samples;
mod seen;
