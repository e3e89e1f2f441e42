import type { Layout } from "./layout";

/** The keyboard of the United States: no AltGr and no dead keys. */
export const en: Layout = {
  code: "en",
  // biome-ignore format: a picture of the keyboard
  plain: [
    "` 1 2 3 4 5 6 7 8 9 0 - =",
    "q w e r t y u i o p [ ] \\",
    "a s d f g h j k l ; '",
    "z x c v b n m , . /",
  ],
  // biome-ignore format: a picture of the keyboard
  shift: [
    "~ ! @ # $ % ^ & * ( ) _ +",
    "Q W E R T Y U I O P { } |",
    'A S D F G H J K L : "',
    "Z X C V B N M < > ?",
  ],
  letters: "",
};
