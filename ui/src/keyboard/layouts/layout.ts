import type { Language } from "../../i18n/languages";

/**
 * What a layout file says: which characters the keys of one language carry.
 *
 * A level is one picture of the keyboard: four rows from the digits down to the row with Shift, characters
 * parted by one space, in the same places at every level. Two signs are not characters of their own:
 *
 * - `∅` nothing on this key at this level;
 * - `◌` before an accent makes the key dead: the accent waits for the letter it belongs to.
 */
export type Rows = readonly [string, string, string, string];

export interface Layout {
  readonly code: Language;
  readonly plain: Rows;
  readonly shift: Rows;
  readonly altGr?: Rows;
  readonly altGrShift?: Rows;
  /** Hiragana; katakana is the same level written in the other script. */
  readonly kana?: Rows;
  readonly kanaShift?: Rows;
  /** The letters of the language besides a to z: a test types each of them. */
  readonly letters: string;
}

const NOTHING = "∅";
const DEAD = "◌";

/** The characters of one row, key by key; an empty text where the key carries nothing. */
export function keysOf(row: string): string[] {
  return row.split(" ").map((key) => (key === NOTHING ? "" : key));
}

/** The accent of a dead key, or an empty text. */
export function accentOf(key: string): string {
  return key.startsWith(DEAD) ? key.slice(DEAD.length) : "";
}
