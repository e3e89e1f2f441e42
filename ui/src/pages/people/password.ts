/** Passwords that an administrator sets: making one. */

/** Characters that cannot be taken for one another on paper. */
const ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz";
const GROUPS = 4;
const GROUP = 5;

/** Fills with random bytes, as `crypto.getRandomValues` does. */
export type Random = (bytes: Uint8Array) => void;

function letters(count: number, random: Random): string {
  // Bytes from the last, incomplete round of the alphabet are drawn again: every letter is as likely.
  const fair = 256 - (256 % ALPHABET.length);
  let text = "";
  while (text.length < count) {
    const bytes = new Uint8Array(count);
    random(bytes);
    for (const byte of bytes) {
      if (byte < fair && text.length < count) text += ALPHABET[byte % ALPHABET.length];
    }
  }
  return text;
}

/**
 * A password of more than 95 bits such as `K7mfp-x3nqd-9hwtz-b4raj`. It has capital and small letters,
 * digits and another character, so that it fits every profile.
 */
export function newPassword(random: Random = (bytes) => void crypto.getRandomValues(bytes)): string {
  for (;;) {
    const text = letters(GROUPS * GROUP, random);
    if (!/^[a-z]/.test(text) || !/[a-z]/.test(text.slice(1)) || !/[0-9]/.test(text)) continue;
    const groups = text.match(/.{5}/g) ?? [];
    return groups.join("-").replace(/^./, (first) => first.toUpperCase());
  }
}
