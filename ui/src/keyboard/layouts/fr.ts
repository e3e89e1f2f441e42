import type { Layout } from "./layout";

/**
 * AZERTY of France. Beyond the printed keys, where Windows has nothing: œ, æ, «, » and the acute accent (on ù)
 * with AltGr, and the accented capitals with AltGr and Shift (Caps makes them as well).
 */
export const fr: Layout = {
  code: "fr",
  // biome-ignore format: a picture of the keyboard
  plain: [
    "² & é \" ' ( - è _ ç à ) =",
    "a z e r t y u i o p ◌^ $",
    "q s d f g h j k l m ù *",
    "< w x c v b n , ; : !",
  ],
  // biome-ignore format: a picture of the keyboard
  shift: [
    "∅ 1 2 3 4 5 6 7 8 9 0 ° +",
    "A Z E R T Y U I O P ◌¨ £",
    "Q S D F G H J K L M % µ",
    "> W X C V B N ? . / §",
  ],
  // biome-ignore format: a picture of the keyboard
  altGr: [
    "∅ ∅ ◌~ # { [ | ◌` \\ ^ @ ] }",
    "æ ∅ € ∅ ∅ ∅ ∅ ∅ œ ∅ ∅ ¤",
    "∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ◌´ ∅",
    "∅ « » ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅",
  ],
  // biome-ignore format: a picture of the keyboard
  altGrShift: [
    "∅ ∅ É ∅ ∅ ∅ ∅ È ∅ Ç À ∅ ∅",
    "Æ ∅ ∅ ∅ ∅ ∅ ∅ ∅ Œ ∅ ∅ ∅",
    "∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ Ù ∅",
    "∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅",
  ],
  letters: "àâæçéèêëîïôœùûüÿÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ€«»",
};
