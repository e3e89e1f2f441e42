//! Times as Kerberos writes them: `YYYYMMDDhhmmssZ`.

use super::der::{Reader, TIME};
use super::error::Unreadable;
use pforte_model::time::Micros;

/// A second, counted from 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Second(pub(super) i64);

/// The greatest second that can be written: the end of the year 9999.
const LAST: i64 = 253_402_300_799;
const DAY: i64 = 86_400;

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
        let (year, month, day) = date(second / DAY);
        let second = second % DAY;
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}Z")
    }

    /// Reads the next element.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Unreadable> {
        let text = reader.expect(TIME)?;
        let (digits, end) = text.split_at_checked(14).ok_or(Unreadable)?;
        if end != b"Z" || !digits.iter().all(u8::is_ascii_digit) {
            return Err(Unreadable);
        }
        let part = |from: usize, count: usize| {
            digits.iter().skip(from).take(count).fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'))
        };
        let days = days(part(0, 4), part(4, 2), part(6, 2));
        Ok(Self(days * DAY + part(8, 2) * 3_600 + part(10, 2) * 60 + part(12, 2)))
    }
}

/// Days from 1970 to a date. The year is reckoned from March, so that the leap
/// day comes last.
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 719_469
}

/// The date of a day counted from 1970.
const fn date(day: i64) -> (i64, i64, i64) {
    let day = day + 719_468;
    let (era, of_era) = (day / 146_097, day % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let (month, year) = if month < 10 { (month + 3, year) } else { (month - 9, year + 1) };
    (year + era * 400, month, day)
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
