import type { Layout } from "./layout";

/**
 * JIS X 6002 with its kana.
 *
 * The keys printed ¥ and ろ both give the backslash, as they do on Windows: a password that was set there
 * holds U+005C, whatever sign the key shows. ゎ is above は, where JIS has no key for it.
 * There is no conversion to kanji: names are searched by their reading.
 */
export const ja: Layout = {
  code: "ja",
  // biome-ignore format: a picture of the keyboard
  plain: [
    "1 2 3 4 5 6 7 8 9 0 - ^ \\",
    "q w e r t y u i o p @ [",
    "a s d f g h j k l ; : ]",
    "z x c v b n m , . / \\",
  ],
  // biome-ignore format: a picture of the keyboard
  shift: [
    "! \" # $ % & ' ( ) ∅ = ~ |",
    "Q W E R T Y U I O P ` {",
    "A S D F G H J K L + * }",
    "Z X C V B N M < > ? _",
  ],
  // biome-ignore format: a picture of the keyboard
  kana: [
    "ぬ ふ あ う え お や ゆ よ わ ほ へ ー",
    "た て い す か ん な に ら せ ゛ ゜",
    "ち と し は き く ま の り れ け む",
    "つ さ そ ひ こ み も ね る め ろ",
  ],
  // biome-ignore format: a picture of the keyboard
  kanaShift: [
    "∅ ∅ ぁ ぅ ぇ ぉ ゃ ゅ ょ を ∅ ∅ ∅",
    "∅ ∅ ぃ ∅ ゕ ∅ ∅ ∅ ∅ ∅ ∅ 「",
    "∅ ∅ ∅ ゎ ∅ ∅ ∅ ∅ ∅ ∅ ゖ 」",
    "っ ∅ ∅ ∅ ∅ ∅ ∅ 、 。 ・ ∅",
  ],
  letters:
    "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん" +
    "がぎぐげござじずぜぞだぢづでどばびぶべぼぱぴぷぺぽゔぁぃぅぇぉっゃゅょゎー゛゜「」、。・" +
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン" +
    "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴァィゥェォッャュョヮヵヶ",
};
