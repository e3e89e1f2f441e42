//! What the shadow file says of accounts, without the hashes.

use std::collections::HashSet;
use std::fmt::Write;

const FILE: &str = "/etc/shadow";

/// What the shadow file says of one account. Times are days since 1970-01-01.
struct Line {
    /// The account.
    name: String,
    /// Whether there is a password that can be right: not one that was locked or
    /// never set.
    open: bool,
    /// When the password was set; 0: it must be changed.
    set: Option<i64>,
    /// The days that a password lasts.
    lasts: Option<i64>,
    /// The days for which an outlived password can still be changed.
    grace: Option<i64>,
    /// When the account ends.
    ends: Option<i64>,
}

impl Line {
    /// Reads a line of the file itself.
    fn of_file(line: &str) -> Option<Self> {
        let mut fields = line.split(':');
        let (name, hash) = (fields.next()?.to_owned(), fields.next()?);
        let numbers: Vec<Option<i64>> = fields.map(|field| field.parse().ok()).collect();
        let number = |place: usize| numbers.get(place).copied().flatten().filter(|number| *number >= 0);
        let open = !hash.is_empty() && !hash.starts_with(['!', '*']);
        // A greatest age of about 274 years is how tools write "for ever".
        let lasts = number(2).filter(|days| *days < 99_999);
        Some(Self { name, open, set: number(0), lasts, grace: number(4), ends: number(5) })
    }

    /// `name:open or shut:set:lasts:grace:ends`, empty where the file says nothing.
    fn text(&self) -> String {
        let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        let open = if self.open { "open" } else { "shut" };
        let [set, lasts, grace, ends] = [self.set, self.lasts, self.grace, self.ends].map(number);
        format!("{}:{open}:{set}:{lasts}:{grace}:{ends}", self.name)
    }
}

/// A line for each of these names that the file has.
pub(crate) fn lines(names: &str) -> String {
    select(&std::fs::read_to_string(FILE).unwrap_or_default(), names)
}

fn select(file: &str, names: &str) -> String {
    let names: HashSet<&str> = names.lines().collect();
    let known = file.lines().filter_map(Line::of_file).filter(|line| names.contains(line.name.as_str()));
    known.fold(String::new(), |mut text, line| {
        // Writing to a text does not fail.
        let _ = writeln!(text, "{}", line.text());
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_told_without_its_hash() {
        let file =
            "root:*:19000:0:99999:7:::\nanna:$y$secret:0:0:90:7:14:20000:\nbert:!$y$secret:19000::::::\n";
        let told = select(file, "anna\nbert\nnobody");
        assert_eq!(told, "anna:open:0:90:14:20000\nbert:shut:19000:::\n");
        assert!(!told.contains("secret"));
    }
}
