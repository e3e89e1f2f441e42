//! Points in time as directories and Kerberos write them: `YYYYMMDDhhmmss`, in universal
//! time.

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// Reads fourteen digits as seconds from 1970; `None` if they are anything else.
pub(crate) fn second(digits: &[u8]) -> Option<i64> {
    if digits.len() != 14 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let part = |from: usize, count: usize| {
        digits.iter().skip(from).take(count).fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'))
    };
    let days = days(part(0, 4), part(4, 2), part(6, 2));
    Some(days * DAY + part(8, 2) * 3_600 + part(10, 2) * 60 + part(12, 2))
}

/// Days from 1970 to a date of the Gregorian calendar. The year is reckoned from March,
/// so that the leap day comes last.
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 719_469
}

/// The year, month and day of a day counted from 1970.
pub(crate) const fn date(day: i64) -> (i64, i64, i64) {
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
    use super::*;

    #[test]
    fn fourteen_digits_are_a_second_and_nothing_else_is() {
        assert_eq!(second(b"19700101000000"), Some(0));
        assert_eq!(second(b"20000301000000"), Some(951_868_800));
        assert_eq!(second(b"20240229123456"), Some(1_709_210_096));
        for digits in ["", "2024", "2024022912345x", "202402291234567"] {
            assert_eq!(second(digits.as_bytes()), None, "{digits}");
        }
        assert_eq!(date(1_709_210_096 / DAY), (2024, 2, 29));
    }
}
