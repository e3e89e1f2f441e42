//! Takes a password apart the way that is cheapest for a guesser.
//!
//! Prices are in half words: 2 for a word out of a few thousand, 1 for a row
//! or for a sign, 0 for what everybody knows.

use super::fold::Folded;
use super::{Weakness, Words, rows, words};

/// The price of one character that belongs to nothing.
const LETTER: u32 = 2;
/// The price of a sign; people put one between or after words.
const SIGN: u32 = 1;
/// The price of a word of the list.
const WORD: u32 = 2;
/// The price of a row of keys or letters.
const ROW: u32 = 1;
/// The price of up to four digits or a date.
const NUMBER: u32 = 2;
/// The longest word that is looked up, in characters.
const LONGEST: usize = 24;

/// A way to take a text apart: what it costs and what it found.
#[derive(Clone, Default)]
pub(super) struct Way {
    pub(super) price: u32,
    pub(super) kinds: Vec<Weakness>,
}

/// A part of a text: its length in characters, its price, and what it is.
struct Part {
    length: usize,
    price: u32,
    kind: Option<Weakness>,
}

/// The cheapest way to take `text` apart; `known` words cost nothing.
pub(super) fn cheapest(text: &Folded, known: &Words) -> Way {
    let length = text.letters().len();
    let mut best: Vec<Option<Way>> = vec![None; length + 1];
    put(&mut best, 0, Way::default());
    for begin in 0..length {
        let Some(way) = best.get(begin).cloned().flatten() else { continue };
        for part in parts_at(text, begin, known) {
            put(&mut best, begin + part.length, way.and(&part));
        }
    }
    best.pop().flatten().unwrap_or_default()
}

/// Keeps the cheaper one of two ways to the same place.
fn put(best: &mut [Option<Way>], place: usize, way: Way) {
    if let Some(kept) = best.get_mut(place)
        && kept.as_ref().is_none_or(|kept| way.price < kept.price)
    {
        *kept = Some(way);
    }
}

impl Way {
    fn and(&self, part: &Part) -> Self {
        let mut kinds = self.kinds.clone();
        kinds.extend(part.kind.filter(|kind| !kinds.contains(kind)));
        Self { price: self.price + part.price, kinds }
    }
}

fn parts_at(text: &Folded, begin: usize, known: &Words) -> Vec<Part> {
    let (Some(letters), Some(unmasked)) = (text.letters().get(begin..), text.unmasked().get(begin..)) else {
        return Vec::new();
    };
    let mut parts = vec![Part { length: 1, price: price(letters), kind: None }];
    parts.extend(same(letters));
    parts.extend(rows::at_start(letters).map(|length| Part {
        length,
        price: ROW,
        kind: Some(Weakness::Sequence),
    }));
    parts.extend(numbers(letters));
    for length in 2..=unmasked.len().min(LONGEST) {
        let Some(word) = unmasked.get(..length) else { break };
        if known.contains(word) {
            parts.push(Part { length, price: 0, kind: Some(Weakness::Context) });
        } else if words::COMMON.contains(word) {
            parts.push(Part { length, price: WORD, kind: Some(Weakness::Common) });
        }
    }
    parts
}

/// The price of the first character: separators cost nothing.
fn price(letters: &[char]) -> u32 {
    match letters.first() {
        Some(' ' | '-' | '_' | '.') => 0,
        Some(c) if !c.is_alphanumeric() => SIGN,
        _ => LETTER,
    }
}

/// A run of three or more of one character.
fn same(letters: &[char]) -> Option<Part> {
    let length = letters.iter().take_while(|c| Some(*c) == letters.first()).count();
    (length >= 3).then_some(Part { length, price: price(letters), kind: Some(Weakness::Repeats) })
}

/// Up to four digits of any kind, or six or eight that can be a date.
fn numbers(letters: &[char]) -> Vec<Part> {
    let digits: Vec<u32> = letters.iter().map_while(|c| c.to_digit(10)).take(8).collect();
    let any = (2..=digits.len().min(4)).collect::<Vec<_>>();
    let dates = [6, 8].into_iter().filter(|length| digits.get(..*length).is_some_and(is_date));
    any.into_iter().chain(dates).map(|length| Part { length, price: NUMBER, kind: None }).collect()
}

/// Day, month and year in any order that is in use.
fn is_date(digits: &[u32]) -> bool {
    let pair = |at: usize| match digits.get(at..at + 2) {
        Some([tens, ones]) => tens * 10 + ones,
        _ => 0,
    };
    let (day, month) = (|at| (1..=31).contains(&pair(at)), |at| (1..=12).contains(&pair(at)));
    let century = |at| matches!(pair(at), 19 | 20);
    let day_and_month = |at| (day(at) && month(at + 2)) || (month(at) && day(at + 2));
    match digits.len() {
        6 => day_and_month(0) || day_and_month(2),
        _ => (day_and_month(0) && century(4)) || (century(0) && day_and_month(4)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price_of(text: &str) -> u32 {
        cheapest(&Folded::of(text), &words::known(&["anna"])).price
    }

    #[test]
    fn each_part_has_its_price_and_the_cheapest_way_counts() {
        assert_eq!(price_of(""), 0);
        assert_eq!(price_of("hvkq"), 4 * LETTER);
        assert_eq!(price_of("password"), WORD);
        assert_eq!(price_of("anna"), 0);
        assert_eq!(price_of("password-anna!"), WORD + SIGN);
        assert_eq!(price_of("xxxx"), LETTER);
        assert_eq!(price_of("qwertz7193"), ROW + NUMBER);
    }

    #[test]
    fn a_date_is_one_number_and_other_digits_are_several() {
        for date in ["31121999", "12311999", "19991231", "311299", "991231"] {
            assert_eq!(price_of(date), NUMBER, "{date}");
        }
        assert_eq!(price_of("71936285"), 2 * NUMBER);
        assert_eq!(price_of("7193628571"), 3 * NUMBER);
    }
}
