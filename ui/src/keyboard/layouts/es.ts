import type { Layout } from "./layout";

/** QWERTY of Spain. */
export const es: Layout = {
  code: "es",
  // biome-ignore format: a picture of the keyboard
  plain: [
    "º 1 2 3 4 5 6 7 8 9 0 ' ¡",
    "q w e r t y u i o p ◌` +",
    "a s d f g h j k l ñ ◌´ ç",
    "< z x c v b n m , . -",
  ],
  // biome-ignore format: a picture of the keyboard
  shift: [
    'ª ! " · $ % & / ( ) = ? ¿',
    "Q W E R T Y U I O P ◌^ *",
    "A S D F G H J K L Ñ ◌¨ Ç",
    "> Z X C V B N M ; : _",
  ],
  // biome-ignore format: a picture of the keyboard
  altGr: [
    "\\ | @ # ◌~ ∅ ¬ ∅ ∅ ∅ ∅ ∅ ∅",
    "∅ ∅ € ∅ ∅ ∅ ∅ ∅ ∅ ∅ [ ]",
    "∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ { }",
    "∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅ ∅",
  ],
  letters: "áéíóúüñçÁÉÍÓÚÜÑÇ¿¡ºª€",
};
