/**
 * The texts of the pages. Each folder of pages has its own file in each language,
 * `i18n/<language>/<area>.json`, which is fetched when a page asks for it by `useTranslation("<area>")`.
 */
import i18next, { type BackendModule } from "i18next";
import { initReactI18next } from "react-i18next";
import { type Choice, keep, kept } from "../app/kept";
import { firstSpoken, isLanguage, type Language } from "./languages";

const files = import.meta.glob<Record<string, unknown>>("./*/*.json", { import: "default" });

const backend: BackendModule = {
  type: "backend",
  init: () => undefined,
  read: (language, area, done) => {
    const file = files[`./${language}/${area}.json`];
    if (file === undefined) return done(new Error(`no texts ${language}/${area}`), null);
    file().then(
      (texts) => done(null, texts),
      (error: Error) => done(error, null),
    );
  },
};

const chosen = (choice: Choice): Language | undefined => [kept(choice)].find(isLanguage);

/**
 * The language of this browser: what was chosen here while nobody was logged on, else the station's where the
 * browser is one, else the first of the browser's own that the product speaks.
 */
export const languageHere = (ofStation?: string): Language =>
  chosen("language") ?? [ofStation].find(isLanguage) ?? firstSpoken(navigator.languages);

/** The language that a user chose here, by the user's id. */
export const languageOf = (user: string): Language | undefined => chosen(`language.${user}`);

const mark = (language: string): void => {
  document.documentElement.lang = language;
};

/** Makes the texts ready that every page needs, and those of the areas that the first page has. */
export async function startTexts(areas: readonly string[]): Promise<void> {
  i18next.on("languageChanged", mark);
  await i18next
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: languageHere(),
      fallbackLng: false,
      ns: ["app", "parts", "problems", ...areas],
      defaultNS: "app",
      // React writes every text as text, so nothing has to be escaped twice.
      interpolation: { escapeValue: false },
      returnNull: false,
    });
}

/**
 * Fetches the texts of every area. A part that has to wait for its own when it is first shown, a dialog
 * of another page above all, takes the whole page out of sight meanwhile, and the focus with it.
 */
export async function fetchTexts(): Promise<void> {
  const areas = Object.keys(files).map((file) => file.slice(file.lastIndexOf("/") + 1, -".json".length));
  await i18next.loadNamespaces([...new Set(areas)]);
}

/** Changes the language of the page, and keeps the choice in this browser: for a user, or for the station. */
export async function setLanguage(language: Language, user: string | undefined): Promise<void> {
  keep(user === undefined ? "language" : `language.${user}`, language);
  await i18next.changeLanguage(language);
}

/** The language that is shown. */
export const currentLanguage = (): Language => {
  const language = i18next.resolvedLanguage ?? i18next.language;
  return isLanguage(language) ? language : "en";
};
