//! The page, in points (1/72 inch) from its upper left corner, and small conversions.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use krilla::metadata::DateTime;

/// A4.
pub(crate) const WIDTH: f32 = 595.28;
pub(crate) const HEIGHT: f32 = 841.89;
pub(crate) const LEFT: f32 = 54.0;
pub(crate) const RIGHT: f32 = WIDTH - LEFT;
pub(crate) const INNER: f32 = RIGHT - LEFT;
/// Where the head of each page stands, and where its content begins.
pub(crate) const HEAD: f32 = 36.0;
pub(crate) const TOP: f32 = 58.0;
/// Where the content ends, and where the foot begins.
pub(crate) const BOTTOM: f32 = HEIGHT - 64.0;
pub(crate) const FOOT: f32 = HEIGHT - 52.0;

/// The height of a line by the size of its text.
pub(crate) const LEADING: f32 = 1.42;
/// From the top of a line to where its letters stand, by the size.
pub(crate) const BASELINE: f32 = 1.06;

/// A colour: red, green, blue.
pub(crate) type Ink = [u8; 3];
pub(crate) const BLACK: Ink = [0x16, 0x18, 0x1c];
pub(crate) const GREY: Ink = [0x56, 0x5c, 0x66];
pub(crate) const RULE: Ink = [0xc3, 0xc8, 0xce];
pub(crate) const SHADE: Ink = [0xef, 0xf1, 0xf4];
pub(crate) const ACCENT: Ink = [0x00, 0x5f, 0x73];
pub(crate) const WHITE: Ink = [0xff, 0xff, 0xff];

/// A small number as a measure; what is larger than anything on a page counts as 65,535.
pub(crate) fn measure(number: usize) -> f32 {
    f32::from(u16::try_from(number).unwrap_or(u16::MAX))
}

/// An instant as PDF writes it, in UTC.
pub(crate) fn moment(at: Timestamp) -> DateTime {
    let at = at.to_zoned(TimeZone::UTC);
    let small = |number: i8| u8::try_from(number).unwrap_or_default();
    DateTime::new(u16::try_from(at.year()).unwrap_or_default())
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}
