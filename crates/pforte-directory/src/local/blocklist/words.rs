//! The words that passwords are made of.

use super::Words;
use super::fold;
use std::sync::LazyLock;

/// Words of the seven languages of the product that people make passwords of,
/// and words of this trade; written for this purpose, no list of leaked
/// passwords. One or more in a line; a line that begins with `#` says what
/// follows.
const TEXT: &str = include_str!("words.txt");

/// The words of the list, folded.
pub(super) static COMMON: LazyLock<Words> = LazyLock::new(|| {
    let lines = TEXT.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).flat_map(fold::word).collect()
});

/// The fewest letters of a name that count as a known word: two of an
/// alphabet, such as initials, are in many words by chance.
const SHORTEST: usize = 3;

/// The words that are known of one user: every name given and its parts,
/// forwards and backwards.
pub(super) fn known(names: &[&str]) -> Words {
    let parts = names.iter().flat_map(|name| {
        let whole: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
        name.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).chain([whole]).collect::<Vec<_>>()
    });
    let folded = parts.flat_map(|part| fold::word(&part));
    let both = folded.flat_map(|word| [word.iter().rev().copied().collect(), word]);
    both.filter(|word| word.len() >= SHORTEST || is_ideographic(word)).collect()
}

/// Whether a word is of a script in which two characters are a whole name.
fn is_ideographic(word: &[char]) -> bool {
    word.len() == 2 && word.iter().all(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_word_of_the_list_is_there_once_and_of_letters() {
        let mut seen = HashSet::new();
        for line in TEXT.lines().filter(|line| !line.starts_with('#')) {
            for word in line.split_whitespace() {
                assert!(seen.insert(word), "{word} is there twice");
                assert!(word.chars().all(char::is_alphanumeric), "{word}");
                assert!(word.to_lowercase() == word, "{word}");
                let letters = word.chars().count();
                assert!(letters >= 3 || (letters == 2 && !word.is_ascii()), "{word} is too short");
            }
        }
        assert!(seen.len() >= 2500, "{} words", seen.len());
    }

    #[test]
    fn a_name_is_known_whole_in_parts_and_backwards() {
        let known = known(&["DAIRY\\anna.schmidt", "李娜", "op"]);
        let has = |word: &str| known.contains(&fold::word(word)[0]);
        for word in ["dairy", "anna", "schmidt", "dairyannaschmidt", "tdimhcs", "李娜"] {
            assert!(has(word), "{word}");
        }
        assert!(!has("op"));
    }
}
