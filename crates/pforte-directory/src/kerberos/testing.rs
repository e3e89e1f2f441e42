//! What several tests need.

/// The bytes that are written so.
#[expect(clippy::unwrap_used, reason = "a test stops here")]
pub(super) fn hex(text: &str) -> Vec<u8> {
    let digit = |c: u8| char::from(c).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap();
    text.as_bytes().as_chunks().0.iter().map(|[high, low]| digit(*high) << 4 | digit(*low)).collect()
}
