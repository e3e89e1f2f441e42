import { en } from "./en";
import type { Layout } from "./layout";

/**
 * The keyboard used in China is the one of the United States. Names are typed in pinyin or Latin letters:
 * writing characters needs an input method with a dictionary of many megabytes that learns from what is
 * typed, which a shared station must not do, least of all in a password.
 */
export const zh: Layout = { ...en, code: "zh" };
