//! Mutants of seeds, the same ones each time.

/// Pieces that readers treat apart.
const WORDS: &[&[u8]] = &[
    b"\0",
    b"\n",
    b"\n\n",
    b"\"",
    b"\\",
    b"\\u0000",
    b"{",
    b"[",
    b"[[[[[[[[[[[[[[[[[[",
    b"}",
    b",",
    b":",
    b"/",
    b"@",
    b"+",
    b"-1",
    b"0",
    b"9223372036854775808",
    b"1e999",
    b"null",
    b"*)(uid=*",
    b"\xff",
    b"\x30\x84\xff\xff\xff\xff",
    b"\x30\x80",
    "\u{202e}".as_bytes(),
    "\u{130}".as_bytes(),
    "\u{3c2}".as_bytes(),
    "\u{df}".as_bytes(),
    "\u{fdfa}".as_bytes(),
    "\u{2014} ".as_bytes(),
];

/// The longest mutant, in bytes.
const LONGEST: usize = 8 * 1024;

/// Makes mutants, from a number alone (splitmix64).
#[derive(Clone, Copy, Debug)]
pub struct Mutator(u64);

impl Mutator {
    /// Mutants that follow from this number.
    #[must_use]
    pub const fn new(start: u64) -> Self {
        Self(start)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 if there is none.
    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % end).unwrap_or(0)
    }

    /// A byte.
    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes().first().copied().unwrap_or_default()
    }

    /// A mutant of one of the seeds.
    pub fn mutant(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let chosen = self.below(seeds.len());
        let mut bytes = seeds.get(chosen).cloned().unwrap_or_default();
        for _ in 0..=self.below(4) {
            self.change(&mut bytes, seeds);
        }
        bytes.truncate(LONGEST);
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        let (from, to) = self.range(bytes.len());
        match self.below(8) {
            0 => self.flip(bytes, from),
            1 => bytes.truncate(from),
            2 => drop(bytes.drain(from..to)),
            3 => {
                let piece = bytes.get(from..to).unwrap_or_default().to_vec();
                bytes.extend(piece);
            }
            4 => {
                let byte = self.byte();
                bytes.insert(from, byte);
            }
            5 => {
                let other = self.below(seeds.len());
                let other = seeds.get(other).map(Vec::as_slice).unwrap_or_default();
                let (first, last) = self.range(other.len());
                let piece = other.get(first..last).unwrap_or_default().to_vec();
                bytes.splice(from..to, piece);
            }
            _ => {
                let word = self.below(WORDS.len());
                bytes.splice(from..from, WORDS.get(word).copied().unwrap_or_default().iter().copied());
            }
        }
    }

    fn flip(&mut self, bytes: &mut [u8], at: usize) {
        let bit = self.below(8);
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= 1 << bit;
        }
    }

    /// A part of so many bytes.
    fn range(&mut self, length: usize) -> (usize, usize) {
        let (one, other) = (self.below(length + 1), self.below(length + 1));
        (one.min(other), one.max(other))
    }
}
