//! Texts that other people or programs made, as a page shows them: what nobody sees is
//! written out, so that nothing looks like something else than what is signed.

use pforte_model::name::unseen;

/// The deepest step to the right.
const DEEPEST: usize = 24;

/// A text with every character that is not seen written out, but for line ends and tabs.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        if unseen(c) && !matches!(c, '\n' | '\t') { plain.extend(c.escape_unicode()) } else { plain.push(c) }
    }
    plain
}

/// JSON with each value on a line of its own. Only white space is added between the
/// signs, so that everything stands there as it is signed.
pub(super) fn spread(json: &str) -> String {
    let mut text = String::with_capacity(json.len() * 2);
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let line = |text: &mut String, depth: usize| {
        text.push('\n');
        text.push_str(&"  ".repeat(depth.min(DEEPEST)));
    };
    let mut signs = json.chars().peekable();
    while let Some(c) = signs.next() {
        if quoted {
            text.push(c);
            (quoted, escaped) = (escaped || c != '"', !escaped && c == '\\');
            continue;
        }
        match c {
            '{' | '[' => {
                text.push(c);
                depth += 1;
                if !matches!(signs.peek(), Some('}' | ']')) {
                    line(&mut text, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                if !text.ends_with(['{', '[']) {
                    line(&mut text, depth);
                }
                text.push(c);
            }
            ',' => {
                text.push(c);
                line(&mut text, depth);
            }
            ':' => text.push_str(": "),
            _ => {
                quoted = c == '"';
                text.push(c);
            }
        }
    }
    text
}

/// A length of time in days, hours, minutes and seconds; zero parts are left out.
pub(super) fn length(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let parts = [
        (seconds / 86_400, "d"),
        (seconds / 3_600 % 24, "h"),
        (seconds / 60 % 60, "min"),
        (seconds % 60, "s"),
    ];
    let told: Vec<String> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count} {unit}"))
        .collect();
    if told.is_empty() { "0 s".to_owned() } else { told.join(" ") }
}

/// A moment of a statement with its offset, to the second: `2026-11-23 08:00:00 +01:00`.
pub(super) fn moment(stamp: &str) -> String {
    let (date, rest) = stamp.split_once('T').unwrap_or((stamp, ""));
    let (time, rest) = rest.split_once('.').unwrap_or((rest, ""));
    let offset = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    [date, time, offset].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_written_out() {
        assert_eq!(plain("a\u{202e}b\tc\nd\r"), "a\\u{202e}b\tc\nd\\u{d}");
    }

    #[test]
    fn json_is_spread_and_its_strings_stay_as_they_are() {
        let json = r#"{"a":[1,{}],"b":"x,{\"y\\":[]}"#;
        let expected = "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": \"x,{\\\"y\\\\\": []\n}";
        assert_eq!(spread(json), expected);
    }

    #[test]
    fn deep_json_grows_by_a_bound_alone() {
        let deep = "[".repeat(20_000);
        assert!(spread(&deep).len() < deep.len() * (2 * DEEPEST + 3));
    }

    #[test]
    fn times_are_told_in_parts() {
        for (seconds, told) in [(0, "0 s"), (-5, "0 s"), (600, "10 min"), (93_784, "1 d 2 h 3 min 4 s")] {
            assert_eq!(length(seconds), told);
        }
        assert_eq!(moment("2026-11-23T08:00:01.000000+01:00"), "2026-11-23 08:00:01 +01:00");
        assert_eq!(moment("soon"), "soon");
    }
}
