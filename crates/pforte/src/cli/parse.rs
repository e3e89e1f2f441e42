//! Reads of arguments what the server would only refuse later.

use pforte_wire::time::Time;
use serde::de::DeserializeOwned;

/// A point in time, RFC 3339 with any offset.
pub(crate) fn time(text: &str) -> Result<Time, String> {
    Time::parse(text).map_err(|error| error.to_string())
}

/// `yes` or `no`.
pub(crate) fn yes_no(text: &str) -> Result<bool, String> {
    match text {
        "yes" | "true" => Ok(true),
        "no" | "false" => Ok(false),
        _ => Err("say yes or no".to_owned()),
    }
}

/// One of the words that a field of the API takes.
pub(crate) fn word<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(text.into()).map_err(|error| error.to_string())
}

/// Splits `DIRECTORY\name`; without a directory it is `None`.
pub(crate) fn in_directory(text: &str) -> (Option<&str>, &str) {
    text.split_once('\\').map_or((None, text), |(directory, name)| (Some(directory), name))
}

/// Splits the path of a new area into the area above it and its own name.
pub(crate) fn area_path(text: &str) -> Option<(&str, &str)> {
    text.trim_end_matches('/').rsplit_once('/').filter(|(above, name)| !above.is_empty() && !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_its_directory_before_the_backslash() {
        assert_eq!(in_directory("PLANT\\jana"), (Some("PLANT"), "jana"));
        assert_eq!(in_directory("jana"), (None, "jana"));
    }

    #[test]
    fn a_new_area_stands_below_another() {
        assert_eq!(area_path("dairy/line2/mixer"), Some(("dairy/line2", "mixer")));
        assert_eq!(area_path("dairy/line2/"), Some(("dairy", "line2")));
        for bad in ["dairy", "/dairy", "dairy/", "", "/"] {
            assert_eq!(area_path(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_time_without_an_offset_is_no_point_in_time() {
        assert!(time("2026-11-23T06:00:00+01:00").is_ok());
        assert!(time("2026-11-23T06:00:00").is_err());
    }
}
