import type { Layout } from "./layout";

/** QWERTZ after DIN 2137 (T1), with the capital ẞ. */
export const de: Layout = {
  code: "de",
  // biome-ignore format: a picture of the keyboard
  plain: [
    "◌^ 1 2 3 4 5 6 7 8 9 0 ß ◌´",
    "q w e r t z u i o p ü +",
    "a s d f g h j k l ö ä #",
    "< y x c v b n m , . -",
  ],
  // biome-ignore format: a picture of the keyboard
  shift: [
    '° ! " § $ % & / ( ) = ? ◌`',
    "Q W E R T Z U I O P Ü *",
    "A S D F G H J K L Ö Ä '",
    "> Y X C V B N M ; : _",
  ],
  // biome-ignore format: a picture of the keyboard
  altGr: [
    "∅ ∅ ² ³ ∅ ∅ ∅ { [ ] } \\ ∅",
    "@ ∅ € ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ~",
    "∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅",
    "| ∅ ∅ ∅ ∅ ∅ ∅ µ ∅ ∅ ∅",
  ],
  // biome-ignore format: a picture of the keyboard
  altGrShift: [
    "∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ẞ ∅",
    "∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅",
    "∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅",
    "∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅",
  ],
  letters: "äöüßÄÖÜẞ€",
};
