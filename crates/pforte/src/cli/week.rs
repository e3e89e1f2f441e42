//! Times of the week as people write them: `mon-fri 06:00-14:00`.

use pforte_model::time::MinuteOfWeek;
use pforte_wire::assignment::Span;
use std::str::FromStr;

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DAY: u16 = 24 * 60;

/// One argument of a schedule: a span on each of several days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spans(pub(crate) Vec<Span>);

/// A text is no time of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadSpans;

impl std::fmt::Display for BadSpans {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("write it as `mon 06:00-14:00`, `mon-fri 22:00-06:00` or `fri 22:00-mon 06:00`")
    }
}

impl std::error::Error for BadSpans {}

impl FromStr for Spans {
    type Err = BadSpans;

    fn from_str(text: &str) -> Result<Self, BadSpans> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let spans = match words.as_slice() {
            [days, times] => each_day(days, times),
            [day, middle, end] => long(day, middle, end),
            _ => None,
        };
        spans.map(Spans).ok_or(BadSpans)
    }
}

/// `mon-fri 06:00-14:00`: the same hours on each day; an end that is not after the
/// beginning lies on the next day.
fn each_day(days: &str, times: &str) -> Option<Vec<Span>> {
    let (first, last) = days.split_once('-').unwrap_or((days, days));
    let (first, last) = (day(first)?, day(last)?);
    let (from, to) = times.split_once('-')?;
    let (from, mut to) = (minute_of_day(from)?, minute_of_day(to)?);
    if to <= from {
        to += DAY;
    }
    let count = (last + 7 - first) % 7;
    let start = |number: u16| (first + number) % 7 * DAY;
    Some((0..=count).map(|number| span(start(number) + from, start(number) + to)).collect())
}

/// `fri 22:00-mon 06:00`: one span over several days.
fn long(first: &str, middle: &str, end: &str) -> Option<Vec<Span>> {
    let (from, last) = middle.split_once('-')?;
    let from = day(first)? * DAY + minute_of_day(from)?;
    let to = day(last)? * DAY + minute_of_day(end)?;
    Some(vec![span(from, to)])
}

fn day(text: &str) -> Option<u16> {
    let text = text.to_ascii_lowercase();
    u16::try_from(DAYS.iter().position(|day| *day == text)?).ok()
}

fn minute_of_day(text: &str) -> Option<u16> {
    let (hours, minutes) =
        text.split_once(':').filter(|(hours, minutes)| hours.len() <= 2 && minutes.len() == 2)?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let minute = hours * 60 + minutes;
    (minutes < 60 && minute <= DAY).then_some(minute)
}

fn span(from: u16, to: u16) -> Span {
    Span { from: minute(MinuteOfWeek(from)), to: minute(MinuteOfWeek(to)) }
}

/// A minute of the week as the API writes it: `mon 06:00`.
pub(crate) fn minute(at: MinuteOfWeek) -> String {
    let at = at.0 % MinuteOfWeek::COUNT;
    let day = DAYS.get(usize::from(at / DAY)).copied().unwrap_or_default();
    format!("{day} {:02}:{:02}", at % DAY / 60, at % 60)
}

/// A span as it can be typed again.
pub(crate) fn spoken(span: &Span) -> String {
    let same_day = |day: &str| span.to.strip_prefix(day).map(str::trim_start);
    match span.from.split_once(' ').and_then(|(day, from)| Some((from, same_day(day)?))) {
        Some((from, to)) if from < to => format!("{}-{to}", span.from),
        _ => format!("{}-{}", span.from, span.to),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        text.parse::<Spans>().map(|spans| spans.0.iter().map(spoken).collect()).unwrap_or_default()
    }

    #[test]
    fn days_may_be_given_one_by_one_or_from_to() {
        assert_eq!(read("mon 06:00-14:00"), ["mon 06:00-14:00"]);
        assert_eq!(read("Sat-mon 6:00-14:00"), ["sat 06:00-14:00", "sun 06:00-14:00", "mon 06:00-14:00"]);
        assert_eq!(read("fri 22:00-mon 06:00"), ["fri 22:00-mon 06:00"]);
    }

    #[test]
    fn a_night_ends_on_the_next_day_also_at_the_end_of_the_week() {
        assert_eq!(read("sun 22:00-06:00"), ["sun 22:00-mon 06:00"]);
        assert_eq!(read("mon 00:00-24:00"), ["mon 00:00-tue 00:00"]);
        assert_eq!(read("mon 08:00-08:00"), ["mon 08:00-tue 08:00"]);
    }

    #[test]
    fn what_is_spoken_reads_back_the_same() {
        for text in ["mon 06:00-14:00", "sun 22:00-mon 06:00", "mon 08:00-tue 08:00", "tue 08:00-mon 08:00"] {
            assert_eq!(read(text), [text]);
        }
    }

    #[test]
    fn what_is_no_time_of_the_week_is_refused() {
        for text in
            ["", "mon", "mon 6-14", "mon 25:00-26:00", "mon 06:60-07:00", "mon 06:00-14:0", "day 06:00-14:00"]
        {
            assert_eq!(text.parse::<Spans>(), Err(BadSpans), "{text}");
        }
    }
}
