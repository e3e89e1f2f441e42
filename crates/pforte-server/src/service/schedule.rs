//! Times of the week as people write them: `mon 06:00`.

use crate::fault::Fault;
use pforte_model::assignment::{Schedule, Span};
use pforte_model::time::MinuteOfWeek;
use pforte_wire::assignment::Span as Written;

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const DAY: u16 = 24 * 60;

/// Reads times of the week, each span once, in the order of the week. `None` means always.
pub(crate) fn read(written: Option<&[Written]>) -> Result<Option<Schedule>, Fault> {
    let Some(written) = written else { return Ok(None) };
    if !(1..=Schedule::MAX_SPANS).contains(&written.len()) {
        let bounds = format!("1 to {} spans; leave it out to mean always", Schedule::MAX_SPANS);
        return Err(Fault::value("schedule", &bounds));
    }
    let mut spans: Vec<Span> = written.iter().map(span).collect::<Result<_, _>>()?;
    spans.sort_by_key(|span| (span.from, span.to));
    spans.dedup();
    Ok(Some(Schedule(spans)))
}

/// Writes times of the week.
pub(crate) fn write(schedule: &Schedule) -> Vec<Written> {
    schedule.0.iter().map(|span| Written { from: text(span.from), to: text(span.to) }).collect()
}

fn span(written: &Written) -> Result<Span, Fault> {
    let (from, to) = (minute(&written.from)?, minute(&written.to)?);
    if from == to {
        return Err(Fault::value("schedule", "a span ends at another minute than it begins"));
    }
    Ok(Span { from, to })
}

/// `mon 06:00`, in any case; `24:00` is the midnight after the day.
fn minute(text: &str) -> Result<MinuteOfWeek, Fault> {
    parse(text).ok_or_else(|| Fault::value("schedule", "a time is mon to sun, a space, and HH:MM"))
}

fn parse(text: &str) -> Option<MinuteOfWeek> {
    let (day, time) = text.split_once(' ')?;
    let day = DAYS.iter().position(|name| name.eq_ignore_ascii_case(day))?;
    let (hours, minutes) = time.split_once(':')?;
    let (hours, minutes) = (two_digits(hours)?, two_digits(minutes)?);
    if minutes > 59 || hours * 60 + minutes > DAY {
        return None;
    }
    let minute = u16::try_from(day).ok()? * DAY + hours * 60 + minutes;
    Some(MinuteOfWeek(minute % MinuteOfWeek::COUNT))
}

fn two_digits(text: &str) -> Option<u16> {
    let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

fn text(minute: MinuteOfWeek) -> String {
    let day = DAYS.get(usize::from(minute.0 / DAY)).copied().unwrap_or_default();
    let rest = minute.0 % DAY;
    format!("{day} {:02}:{:02}", rest / 60, rest % 60)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use proptest::prelude::*;

    fn written(from: &str, to: &str) -> Written {
        Written { from: from.to_owned(), to: to.to_owned() }
    }

    #[test]
    fn times_of_the_week_are_read() {
        for (text, minute) in
            [("mon 00:00", 0), ("TUE 06:30", 1_830), ("sun 23:59", 10_079), ("mon 24:00", 1_440)]
        {
            assert_eq!(parse(text), Some(MinuteOfWeek(minute)), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_of_the_week_is_refused() {
        for text in ["", "mon", "mon 6:00", "mon 24:01", "mon 12:60", "day 12:00", "mon  12:00", "mon +1:00"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_last_midnight_of_the_week_is_its_first() {
        let schedule = read(Some(&[written("sun 22:00", "sun 24:00")])).unwrap().unwrap();
        assert!(schedule.holds(MinuteOfWeek(10_079)) && !schedule.holds(MinuteOfWeek(0)));
        assert_eq!(write(&schedule), [written("sun 22:00", "mon 00:00")]);
    }

    #[test]
    fn a_schedule_without_a_minute_and_one_with_too_many_spans_are_refused() {
        assert!(read(Some(&[])).is_err());
        assert!(read(Some(&[written("mon 06:00", "mon 06:00")])).is_err());
        assert!(read(Some(&vec![written("mon 06:00", "mon 07:00"); 169])).is_err());
        assert_eq!(read(None).unwrap(), None);
    }

    #[test]
    fn the_same_span_twice_is_one() {
        let twice = [written("tue 06:00", "tue 07:00"), written("Tue 06:00", "tue 07:00")];
        assert_eq!(read(Some(&twice)).unwrap().unwrap().0.len(), 1);
    }

    proptest! {
        #[test]
        fn a_time_that_is_written_reads_back(minute in 0..MinuteOfWeek::COUNT) {
            prop_assert_eq!(parse(&text(MinuteOfWeek(minute))), Some(MinuteOfWeek(minute)));
        }
    }
}
