//! AES as Kerberos uses it: CBC with ciphertext stealing, from a block of zeros
//! (RFC 3962, section 5).

use aes::cipher::{BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use aes::{Aes128, Aes256};

/// Bytes of a block.
pub(super) const BLOCK: usize = 16;

type Block = [u8; BLOCK];

/// A cipher with its key; cleared on drop.
pub(super) enum Cipher {
    Aes128(Box<Aes128>),
    Aes256(Box<Aes256>),
}

impl Cipher {
    /// The cipher for a key of 16 or 32 bytes; no other is ever made.
    pub(super) fn new(key: &[u8]) -> Option<Self> {
        match key.len() {
            16 => Aes128::new_from_slice(key).ok().map(|cipher| Self::Aes128(Box::new(cipher))),
            _ => Aes256::new_from_slice(key).ok().map(|cipher| Self::Aes256(Box::new(cipher))),
        }
    }

    /// Encrypts one block.
    pub(super) fn scramble(&self, block: &mut Block) {
        match self {
            Self::Aes128(cipher) => cipher.encrypt_block(block.into()),
            Self::Aes256(cipher) => cipher.encrypt_block(block.into()),
        }
    }

    fn unscramble(&self, block: &mut Block) {
        match self {
            Self::Aes128(cipher) => cipher.decrypt_block(block.into()),
            Self::Aes256(cipher) => cipher.decrypt_block(block.into()),
        }
    }

    /// Encrypts text of at least a block to as many bytes.
    pub(super) fn encrypt(&self, plain: &[u8]) -> Vec<u8> {
        let mut before = [0; BLOCK];
        let mut blocks: Vec<Block> =
            plain.chunks(BLOCK).map(|chunk| self.chain(&mut before, chunk)).collect();
        if let [.., last_but_one, last] = blocks.as_mut_slice() {
            std::mem::swap(last_but_one, last);
        }
        let mut encrypted = blocks.concat();
        encrypted.truncate(plain.len());
        encrypted
    }

    fn chain(&self, before: &mut Block, chunk: &[u8]) -> Block {
        xor(before, chunk);
        self.scramble(before);
        *before
    }

    /// The text; `None` if there is less than a block.
    pub(super) fn decrypt(&self, encrypted: &[u8]) -> Option<Vec<u8>> {
        let last = match encrypted.len() % BLOCK {
            0 => BLOCK,
            part => part,
        };
        let (whole, last) = encrypted.split_at_checked(encrypted.len().checked_sub(last)?)?;
        let Some((whole, last_but_one)) = whole.split_last_chunk::<BLOCK>() else {
            return self.alone(last);
        };
        let mut mixed = *last_but_one;
        self.unscramble(&mut mixed);
        let mut stolen = mixed;
        stolen.iter_mut().zip(last).for_each(|(to, byte)| *to = *byte);
        let mut plain = Vec::with_capacity(encrypted.len());
        let mut before = [0; BLOCK];
        for block in whole.as_chunks().0.iter().chain([&stolen]) {
            plain.extend(self.unchain(&mut before, block));
        }
        xor(&mut mixed, last);
        plain.extend(mixed.iter().take(last.len()));
        Some(plain)
    }

    /// A single block has nothing to steal from.
    fn alone(&self, block: &[u8]) -> Option<Vec<u8>> {
        let mut block: Block = block.try_into().ok()?;
        self.unscramble(&mut block);
        Some(block.to_vec())
    }

    fn unchain(&self, before: &mut Block, block: &Block) -> Block {
        let mut plain = *block;
        self.unscramble(&mut plain);
        xor(&mut plain, before);
        *before = *block;
        plain
    }
}

fn xor(block: &mut Block, with: &[u8]) {
    block.iter_mut().zip(with).for_each(|(to, byte)| *to ^= byte);
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops here")]
    use super::*;
    use crate::kerberos::testing::hex;

    /// RFC 3962, appendix B.
    #[test]
    fn texts_of_every_length_are_encrypted_as_the_standard_says() {
        let cipher = Cipher::new(b"chicken teriyaki").unwrap();
        let vectors = [
            ("4920776f756c64206c696b652074686520", "c6353568f2bf8cb4d8a580362da7ff7f97"),
            (
                "4920776f756c64206c696b65207468652047656e6572616c20476175277320",
                "fc00783e0efdb2c1d445d4c8eff7ed2297687268d6ecccc0c07b25e25ecfe5",
            ),
            (
                "4920776f756c64206c696b65207468652047656e6572616c2047617527732043",
                "39312523a78662d5be7fcbcc98ebf5a897687268d6ecccc0c07b25e25ecfe584",
            ),
            (
                "4920776f756c64206c696b65207468652047656e6572616c20476175277320436869636b656e2c20706c656173652c",
                "97687268d6ecccc0c07b25e25ecfe584b3fffd940c16a18c1b5549d2f838029e39312523a78662d5be7fcbcc98ebf5",
            ),
            (
                "4920776f756c64206c696b65207468652047656e6572616c20476175277320436869636b656e2c20706c656173652c20",
                "97687268d6ecccc0c07b25e25ecfe5849dad8bbb96c4cdc03bc103e1a194bbd839312523a78662d5be7fcbcc98ebf5a8",
            ),
        ];
        for (plain, encrypted) in vectors {
            assert_eq!(cipher.encrypt(&hex(plain)), hex(encrypted));
            assert_eq!(cipher.decrypt(&hex(encrypted)).unwrap(), hex(plain));
        }
    }

    #[test]
    fn what_is_encrypted_is_decrypted_and_less_than_a_block_is_refused() {
        let cipher = Cipher::new(&[7; 32]).unwrap();
        for length in 16..100_u8 {
            let plain: Vec<u8> = (0..length).collect();
            assert_eq!(cipher.decrypt(&cipher.encrypt(&plain)).unwrap(), plain);
        }
        for length in 0..16 {
            assert_eq!(cipher.decrypt(&vec![0; length]), None);
        }
        assert!(Cipher::new(&[0; 24]).is_none());
    }
}
