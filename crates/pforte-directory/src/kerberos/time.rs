//! Times as Kerberos writes them: `YYYYMMDDhhmmssZ`.

use super::der::{Reader, TIME};
use super::error::Unreadable;
use crate::calendar::{self, DAY};
use pforte_model::time::Micros;

/// A second, counted from 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Second(pub(super) i64);

/// The greatest second that can be written: the end of the year 9999.
const LAST: i64 = 253_402_300_799;

impl Second {
    /// The second in which a point in time lies, and its microseconds.
    pub(super) const fn of(Micros(micros): Micros) -> (Self, i64) {
        (Self(micros.div_euclid(Micros::SECOND)), micros.rem_euclid(Micros::SECOND))
    }

    /// So many seconds later.
    pub(super) const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// The text.
    pub(super) fn text(self) -> String {
        let second = self.0.clamp(0, LAST);
        let (year, month, day) = calendar::date(second / DAY);
        let second = second % DAY;
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}Z")
    }

    /// Reads the next element.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Unreadable> {
        let text = reader.expect(TIME)?;
        let (digits, end) = text.split_at_checked(14).ok_or(Unreadable)?;
        let second = calendar::second(digits).filter(|_| end == b"Z").ok_or(Unreadable)?;
        Ok(Self(second))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::super::der::Writer;
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Result<Second, Unreadable> {
        let written = Writer::write(|to| to.bytes(TIME, text.as_bytes()));
        Second::read(&mut Reader::new(&written))
    }

    #[test]
    fn times_are_written_and_read() {
        for (second, text) in
            [(0, "19700101000000Z"), (1_709_210_096, "20240229123456Z"), (LAST, "99991231235959Z")]
        {
            assert_eq!(Second(second).text(), text);
            assert_eq!(read(text), Ok(Second(second)));
        }
        for text in ["", "2024", "20240229123456", "20240229123456.0Z", "2024022912345xZ"] {
            assert_eq!(read(text), Err(Unreadable), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_second_reads_back(second in 0..=LAST) {
            prop_assert_eq!(read(&Second(second).text()), Ok(Second(second)));
        }
    }

    #[test]
    fn a_point_in_time_has_its_second_and_its_rest() {
        assert_eq!(Second::of(Micros(1_500_000)), (Second(1), 500_000));
        assert!(Second(1).plus(1) == read("19700101000002Z").unwrap());
    }
}
