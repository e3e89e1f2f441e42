//! One form for all the ways of writing the same guess.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;
use zeroize::Zeroizing;

/// A text in two forms of the same length: with its digits and signs, and with
/// those that stand for letters replaced by them.
pub(super) struct Folded {
    letters: Zeroizing<Vec<char>>,
    unmasked: Zeroizing<Vec<char>>,
}

impl Folded {
    /// Folds a text: lower case, no accents, full words for joined letters.
    pub(super) fn of(text: &str) -> Self {
        // Room for every expansion, so that no outgrown buffer is left behind.
        let mut letters = Vec::with_capacity(text.nfkd().count().saturating_mul(3));
        letters.extend(plain(text));
        Self::from_letters(Zeroizing::new(letters))
    }

    fn from_letters(letters: Zeroizing<Vec<char>>) -> Self {
        let unmasked = Zeroizing::new(letters.iter().copied().map(unmask).collect());
        Self { letters, unmasked }
    }

    /// The characters, digits and signs as they are.
    pub(super) fn letters(&self) -> &[char] {
        &self.letters
    }

    /// The characters as words are compared.
    pub(super) fn unmasked(&self) -> &[char] {
        &self.unmasked
    }

    /// The same with every run of one character written once.
    pub(super) fn without_doubles(&self) -> Self {
        let mut letters = Zeroizing::new(self.letters.to_vec());
        letters.dedup();
        Self::from_letters(letters)
    }
}

fn plain(text: &str) -> impl Iterator<Item = char> + '_ {
    text.nfkd().flat_map(char::to_lowercase).filter(|c| canonical_combining_class(*c) == 0).flat_map(|c| {
        let (first, second) = joined(c);
        std::iter::once(first).chain(second)
    })
}

/// Letters that are two, or another one, when they are typed on a keyboard
/// that does not have them.
const fn joined(c: char) -> (char, Option<char>) {
    match c {
        'ß' => ('s', Some('s')),
        'æ' => ('a', Some('e')),
        'œ' => ('o', Some('e')),
        'ø' => ('o', None),
        'ł' => ('l', None),
        'đ' => ('d', None),
        'ı' => ('i', None),
        other => (other, None),
    }
}

/// The letter that a digit or sign stands for. `l` and `i` become one, because
/// `1`, `!` and `|` stand for either.
const fn unmask(c: char) -> char {
    match c {
        '@' | '4' => 'a',
        '8' => 'b',
        '(' => 'c',
        '3' | '€' => 'e',
        '6' | '9' => 'g',
        '1' | '!' | '|' | 'l' => 'i',
        '0' => 'o',
        '5' | '$' => 's',
        '7' | '+' => 't',
        '2' => 'z',
        other => other,
    }
}

/// A word of the list as it is compared: the plain form, and for German the
/// form with `ae`, `oe`, `ue`.
pub(super) fn word(text: &str) -> [Box<[char]>; 2] {
    let spelled = text.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue");
    [text, &spelled].map(|text| Folded::of(text).unmasked().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(text: &str) -> String {
        Folded::of(text).letters().iter().collect()
    }

    #[test]
    fn case_accents_width_and_joined_letters_make_no_difference() {
        assert_eq!(letters("ÄRGER ｆｕß Œuvre Ñandú ŁÓDŹ"), "arger fuss oeuvre nandu lodz");
    }

    #[test]
    fn digits_and_signs_stand_for_letters() {
        let unmasked = |text| Folded::of(text).unmasked().to_vec();
        assert_eq!(unmasked("P@$$w0rd"), unmasked("password"));
        assert_eq!(unmasked("11ama"), unmasked("llama"));
        assert_eq!(unmasked("1nd1g0"), unmasked("indigo"));
    }

    #[test]
    fn both_forms_have_the_same_length() {
        let folded = Folded::of("ﬃ ﷺ Straße 1!");
        assert_eq!(folded.letters().len(), folded.unmasked().len());
    }

    #[test]
    fn a_german_word_is_known_in_both_spellings() {
        let [plain, spelled] = word("märz").map(|word| word.iter().collect::<String>());
        assert_eq!((plain.as_str(), spelled.as_str()), ("marz", "maerz"));
    }
}
