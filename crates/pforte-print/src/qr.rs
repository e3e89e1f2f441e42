//! A QR code as squares.

use qrcodegen::{QrCode, QrCodeEcc};

use crate::geometry::measure;

/// The squares of a code: left, top, width in parts of the code's side; none when the text is too long
/// (2,331 bytes). Each run of dark squares of a row is one piece.
pub(crate) fn pieces(text: &str) -> Vec<[f32; 3]> {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else {
        return Vec::new();
    };
    let side = measure(usize::try_from(code.size()).unwrap_or_default());
    let part = |number: i32| measure(usize::try_from(number).unwrap_or_default()) / side;
    let mut pieces = Vec::new();
    for row in 0..code.size() {
        let mut begun = None;
        for column in 0..=code.size() {
            match (code.get_module(column, row), begun) {
                (true, None) => begun = Some(column),
                (false, Some(first)) => {
                    pieces.push([part(first), part(row), part(column - first)]);
                    begun = None;
                }
                _ => {}
            }
        }
    }
    pieces
}

/// The height of a square of a code, in parts of the code's side.
pub(crate) fn square(text: &str) -> f32 {
    let size = QrCode::encode_text(text, QrCodeEcc::Medium).map_or(0, |code| code.size());
    usize::try_from(size).map_or(0.0, |size| 1.0 / measure(size.max(1)))
}
