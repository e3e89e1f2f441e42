//! Whether a password is one of those that are tried first.
//!
//! A list of known passwords is long and out of date; what people do to words
//! is not. So a password is taken apart into what a guesser has ready: words
//! that passwords are made of, words that everybody knows of this user and
//! this plant, rows of the keyboard and of the alphabet, dates, repetitions.
//! Each part costs a guesser something; the cheapest way to take the password
//! apart is its price, and below [`CHEAP`] it is refused. Capital letters,
//! accents and digits or signs in the place of letters make no difference.
//!
//! The few thousand words in `words.txt` therefore stand for all their
//! combinations: with one another up to three, with years, rows and signs.
//!
//! # Where to start reading
//!
//! [`weaknesses`]; then `parts`.

mod fold;
mod parts;
mod rows;
mod words;

use fold::Folded;
use std::collections::HashSet;

/// A way in which a password is one of those that are tried first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Weakness {
    /// Made of words that many passwords are made of.
    Common,
    /// Made of words that belong to the user, the plant or the product.
    Context,
    /// Rows of the keyboard, the alphabet, a few numbers.
    Sequence,
    /// The same again and again.
    Repeats,
}

/// A set of folded words.
type Words = HashSet<Box<[char]>>;

/// At or below this price a password is too cheap: three words, each of which
/// stands in the list (about 30 bits).
const CHEAP: u32 = 6;

/// What is weak about a password (in its NFKC form); empty if nothing is.
///
/// `known` are words that a guesser knows of this user: names of the user, the
/// plant. The time grows with the length of the text, which the caller bounds.
pub(super) fn weaknesses(password: &str, known: &[&str]) -> Vec<Weakness> {
    let folded = Folded::of(password);
    let known = words::known(known);
    let mut found = Vec::new();
    if repeats(&folded) {
        found.push(Weakness::Repeats);
    }
    let cheap = cheap(&folded, &known).or_else(|| cheap(&folded.without_doubles(), &known));
    found.extend(cheap.into_iter().flatten());
    found.sort_unstable();
    found.dedup();
    found
}

/// What the cheapest way to take a text apart finds, if that way is too cheap.
fn cheap(text: &Folded, known: &Words) -> Option<Vec<Weakness>> {
    let way = parts::cheapest(text, known);
    match way.price {
        0..=CHEAP if way.kinds.is_empty() => Some(vec![Weakness::Sequence]),
        0..=CHEAP => Some(way.kinds),
        _ => None,
    }
}

/// Whether a text is one piece over and over (the last one may be cut off), or
/// has fewer than five different characters.
fn repeats(text: &Folded) -> bool {
    let letters = text.letters();
    let different: HashSet<&char> = letters.iter().collect();
    let periodic = (1..=letters.len() / 2)
        .any(|period| letters.iter().skip(period).zip(letters).all(|(later, earlier)| later == earlier));
    periodic || different.len() < 5
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn weak(password: &str) -> Vec<Weakness> {
        weaknesses(password, &["anna.schmidt", "Anna Schmidt-Weiß", "Molkerei Süd", "pforte"])
    }

    #[test]
    fn what_is_tried_first_is_refused_however_it_is_dressed_up() {
        for password in [
            "password",
            "P@ssw0rd",
            "PASSWORD123!",
            "passwordpassword1",
            "Pa$$w0rd-2024",
            "Siemens2024!",
            "SiemensSimatic",
            "Simatic-WinCC-Batch",
            "Administrator!!!!",
            "operator operator1",
            "Sommer2023Sommer",
            "Sömmer2023",
            "märz2024märz",
            "Maerz-2024-Januar",
            "motdepasse1999",
            "contraseña2020",
            "Passwort12345678",
            "letmein1234567890",
            "iloveyou4ever",
            "wincc.operator.01",
            "密码密碼123456",
            "パスワード2024",
            "Juventus-Campione",
            "Fußball31121999",
            "welcome2siemens",
            "sonnenschein1!",
            "qwertyPassword1",
            "Changeme-Changeme",
        ] {
            assert!(weak(password).iter().any(|w| *w != Weakness::Sequence), "{password}");
        }
    }

    #[test]
    fn rows_of_keys_and_letters_are_refused_in_both_directions() {
        for password in [
            "123456789012345",
            "qwertzuiopasdfgh",
            "azertyuiopqsdfgh",
            "abcdefghijklmnop",
            "zyxwvutsrqponmlk",
            "1qaz2wsx3edc4rfv",
            "!QAZ\"WSX3edc",
            "qweasdzxc123",
            "0987654321qwerty",
            "aabbccddeeffgg",
            "あいうえおかきくけこ",
            "一二三四五六七八九十",
        ] {
            assert!(weak(password).contains(&Weakness::Sequence), "{password}");
        }
    }

    #[test]
    fn the_same_again_and_again_is_refused() {
        for password in ["aaaaaaaaaaaaaaaa", "Xk9#Xk9#Xk9#Xk9", "abababababababab", "    ....    ...."] {
            assert!(weak(password).contains(&Weakness::Repeats), "{password}");
        }
    }

    #[test]
    fn what_is_known_of_the_user_and_the_plant_is_worth_nothing() {
        for password in [
            "anna.schmidt",
            "AnnaSchmidt2024",
            "schm1dt-anna-1985",
            "Molkerei-Süd-2024!",
            "tdimhcsanna",
            "Pforte-Molkerei-1",
            "weissanna.schmidt",
        ] {
            assert!(weak(password).contains(&Weakness::Context), "{password}");
        }
    }

    #[test]
    fn what_a_guesser_does_not_have_ready_is_accepted() {
        for password in [
            "correct horse battery staple",
            "drei Kühe auf dem gelben Dach",
            "hv7Kq2mXw9pL",
            "k7mfp-x3nqd-9hwtz-b4raj",
            "annas Kater frisst nur mittwochs",
            "la vache bleue mange du foin",
            "桜の下で牛乳を三杯飲んだ",
            "Siemens baut auch Waschmaschinen in Bretten",
        ] {
            assert_eq!(weak(password), [], "{password}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_judged_without_harm(text in "\\PC{0,256}", known in "\\PC{0,40}") {
            let _ = weaknesses(&text, &[&known]);
        }

        #[test]
        fn dressing_up_a_word_never_makes_it_good(
            word in prop::sample::select(vec!["password", "siemens", "dragon", "schalke", "bienvenue", "administrator"]),
            upper in any::<u64>(), year in 1950..2030_u32, sign in "[!.#]{0,2}",
        ) {
            let dressed: String = word.chars().enumerate().map(|(i, c)| {
                if upper >> (i % 64) & 1 == 1 { c.to_ascii_uppercase() } else { c }
            }).collect();
            let dressed = dressed.replace('a', "@").replace('e', "3");
            let password = format!("{dressed}{year}{sign}");
            prop_assert!(!weaknesses(&password, &[]).is_empty(), "{}", password);
        }
    }
}
