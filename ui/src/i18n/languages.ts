/** The languages of the product, each with the name that its own readers know. */
export const LANGUAGES = {
  en: "English",
  de: "Deutsch",
  fr: "Français",
  it: "Italiano",
  es: "Español",
  ja: "日本語",
  zh: "中文",
} as const;

export type Language = keyof typeof LANGUAGES;

export const isLanguage = (tag: unknown): tag is Language => typeof tag === "string" && tag in LANGUAGES;

/** The first of the reader's languages that the product speaks; English where it speaks none. */
export function firstSpoken(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split("-")[0];
    if (isLanguage(language)) return language;
  }
  return "en";
}

/**
 * The locale for times and numbers: the reader's own region of the language (`en-GB`) where the browser
 * tells one, else the language alone.
 */
export const localeOf = (language: Language, wanted: readonly string[]): string =>
  wanted.find((tag) => tag.toLowerCase().startsWith(`${language}-`)) ?? language;
