//! Characters that stand beside each other: on keyboards, in alphabets.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Rows of keys of the keyboards in use (US, German, French, their shifted
/// digits), paths down their columns, number pads, alphabets, numbers.
const ROWS: &str = "\
abcdefghijklmnopqrstuvwxyz 01234567890123456789 13579 24680 \
qwertyuiop[] asdfghjkl;' zxcvbnm,./ qwertzuiopu+ asdfghjkloa yxcvbnm,.- \
azertyuiop qsdfghjklm wxcvbn \
`1234567890-= !@#$%^&*()_+ !\"#$%&/()=? &e\"'(-e_ca) \
1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/ 1qay2wsx3edc4rfv5tgb6zhn7ujm8ik,9ol.0p \
1aqw2zsx3edc4rfv5tgb6yhn7uj,8ik;9ol:0p \
!qaz@wsx#edc$rfv%tgb^yhn&ujm !qay\"wsx#edc$rfv !qaz\"wsx#edc$rfv \
qazwsxedcrfvtgbyhnujmikolp qaywsxedcrfvtgbzhnujmikolp aqwzsxedcrfvtgbyhnujikolp \
zaq12wsxcde34rfvbgt56yhnmju78ik zaq1xsw2cde3vfr4bgt5nhy6mju7 \
qweasdzxc qweasdyxc azeqsdwxc \
789456123 147258369 159357 741852963 \
アイウエオカキクケコサシスセソ あいうえおかきくけこさしすせそ いろはにほへと 一二三四五六七八九十 甲乙丙丁 \
aiueo kakikukeko sashisuseso";

/// The fewest characters that count as a row.
const SHORTEST: usize = 3;

/// The rows forwards and backwards: what follows the first three characters of
/// each stretch of each row, by those three.
static STRETCHES: LazyLock<HashMap<Vec<char>, Vec<Vec<char>>>> = LazyLock::new(|| {
    let mut stretches = HashMap::<_, Vec<_>>::new();
    for row in ROWS.split(' ') {
        for line in [row.chars().collect::<Vec<_>>(), row.chars().rev().collect()] {
            for stretch in (0..line.len()).filter_map(|begin| line.get(begin..)) {
                let Some((first, rest)) = stretch.split_at_checked(SHORTEST) else { break };
                stretches.entry(first.to_vec()).or_default().push(rest.to_vec());
            }
        }
    }
    stretches
});

/// How many characters at the beginning of `text` stand beside each other in
/// one row; `None` if fewer than three.
pub(super) fn at_start(text: &[char]) -> Option<usize> {
    let (first, rest) = text.split_at_checked(SHORTEST)?;
    let follows = |stretch: &Vec<char>| stretch.iter().zip(rest).take_while(|(a, b)| a == b).count();
    let longest = STRETCHES.get(first)?.iter().map(follows).max()?;
    Some(SHORTEST + longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str) -> Option<usize> {
        at_start(&text.chars().collect::<Vec<char>>())
    }

    #[test]
    fn a_row_is_found_in_both_directions_and_at_any_place() {
        assert_eq!(row("wertz"), Some(5));
        assert_eq!(row("poiuy"), Some(5));
        assert_eq!(row("8901x"), Some(4));
        assert_eq!(row("zaq12wsx!"), Some(8));
    }

    #[test]
    fn two_neighbours_are_not_a_row() {
        assert_eq!(row("ab"), None);
        assert_eq!(row("abx"), None);
        assert_eq!(row(""), None);
    }
}
