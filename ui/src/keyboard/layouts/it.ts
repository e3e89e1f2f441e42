import type { Layout } from "./layout";

/**
 * QWERTY of Italy. Windows has neither the tilde nor the grave accent here; they are where Linux has them,
 * and so are the braces above 7 to 0. The accented capitals come with Caps.
 */
export const it: Layout = {
  code: "it",
  // biome-ignore format: a picture of the keyboard
  plain: [
    "\\ 1 2 3 4 5 6 7 8 9 0 ' ì",
    "q w e r t y u i o p è +",
    "a s d f g h j k l ò à ù",
    "< z x c v b n m , . -",
  ],
  // biome-ignore format: a picture of the keyboard
  shift: [
    '| ! " £ $ % & / ( ) = ? ^',
    "Q W E R T Y U I O P é *",
    "A S D F G H J K L ç ° §",
    "> Z X C V B N M ; : _",
  ],
  // biome-ignore format: a picture of the keyboard
  altGr: [
    "∅ ∅ ∅ ∅ ∅ ∅ ∅ { [ ] } ` ~",
    "∅ ∅ € ∅ ∅ ∅ ∅ ∅ ∅ ∅ [ ]",
    "∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ @ # ∅",
    "∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅",
  ],
  // biome-ignore format: a picture of the keyboard
  altGrShift: [
    "∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅",
    "∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ { }",
    "∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅",
    "∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅",
  ],
  letters: "àèéìòùÀÈÉÌÒÙ€",
};
