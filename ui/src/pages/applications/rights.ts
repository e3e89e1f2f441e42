/** The rights of an application: what is shown of them, and the list in which one of them is changed. */
import type { Schema } from "../../api/client";
import { LANGUAGES } from "../../i18n/languages";
import { labelOf } from "../roles/rows";

export type Right = Schema<"Right">;
export type NewRight = Schema<"NewRight"> & { names: Record<string, string> };

/** The second half of a right's name. */
export const actionOf = ({ name }: Pick<Right, "name">): string => name.slice(name.indexOf("/") + 1);

export interface ShownRight {
  action: string;
  /** What people read, in the reader's language where there is one. */
  label: string;
  /** The languages in which it has a name. */
  languages: string[];
  right: Right;
}

/** The rights that fit a text: by their action, or by a name in any language. */
export function shownRights(
  rights: readonly Right[],
  text: string,
  language: string,
  compare: (a: string, b: string) => number,
): ShownRight[] {
  const wanted = text.trim().toLocaleLowerCase();
  const fits = (right: Right): boolean =>
    [actionOf(right), ...Object.values(right.names)].some((one) => one.toLocaleLowerCase().includes(wanted));
  return rights
    .filter(fits)
    .map((right) => {
      const action = actionOf(right);
      const languages = Object.keys(right.names).toSorted();
      return { action, label: labelOf(right.names, action, language), languages, right };
    })
    .toSorted((a, b) => compare(a.action, b.action));
}

/** All rights with one of them put in, changed or (for none) left out. */
export function replaced(rights: readonly Right[], action: string, wanted: NewRight | undefined): NewRight[] {
  const others = rights
    .map((right) => ({ action: actionOf(right), names: right.names }))
    .filter((right) => right.action !== action);
  return wanted === undefined ? others : [...others, wanted];
}

/** The names of a right by language, as a form has them: each language a field, empty where there is none. */
export type Names = Record<string, string>;

/** The languages of a form: those of the pages, and others in which the right has a name already. */
export const languagesOf = (names: Names): string[] => [
  ...Object.keys(LANGUAGES),
  ...Object.keys(names)
    .filter((language) => !(language in LANGUAGES))
    .toSorted(),
];

export const namesOf = (form: Names, languages: readonly string[]): Names =>
  Object.fromEntries(
    languages
      .map((language): [string, string] => [language, (form[language] ?? "").trim()])
      .filter(([, name]) => name !== "")
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );

/** What a key is made of; capital letters are folded by the server. */
const KEY = /^[a-z][a-z0-9._-]{0,63}$/i;

/** Whether the key of an application, or the action of a right, can be one. */
export const isKey = (typed: string): boolean => KEY.test(typed.trim());
