//! Finds what somebody meant who made a typing error.

/// The word most like `name`, if one is like it at all.
pub(super) fn most_similar<'w>(name: &str, words: &[&'w str]) -> Option<&'w str> {
    let near = words.iter().map(|word| (distance(name, word), *word));
    near.filter(|(distance, word)| *distance <= 1 + word.len() / 5).min().map(|(_, word)| word)
}

/// How many characters must be changed, added or taken away to get from one to the other.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (line, a) in one.chars().take(64).enumerate() {
        let mut left = line + 1;
        let mut next = vec![left];
        for (b, above) in other.chars().zip(row.windows(2)) {
            let &[corner, above] = above else { break };
            left = (left + 1).min(above + 1).min(corner + usize::from(a != b));
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typing_error_finds_what_was_meant_and_another_word_finds_nothing() {
        let words = ["idle_minutes", "absolute_hours", "url"];
        assert_eq!(most_similar("idel_minutes", &words), Some("idle_minutes"));
        assert_eq!(most_similar("idle_minute", &words), Some("idle_minutes"));
        assert_eq!(most_similar("uri", &words), Some("url"));
        assert_eq!(most_similar("colour", &words), None);
        assert_eq!(most_similar("", &words), None);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
