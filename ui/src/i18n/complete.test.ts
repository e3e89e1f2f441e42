/** Every text is there in every language, is used, and is translated. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LANGUAGES } from "./languages";
import { SAME } from "./same";

const SRC = join(import.meta.dirname, "..");
const TEXTS = join(SRC, "i18n");
const languages = Object.keys(LANGUAGES);

type Texts = Map<string, string>;

function flat(value: unknown, prefix: string, into: Texts): Texts {
  for (const [key, inner] of Object.entries(value as Record<string, unknown>)) {
    if (typeof inner === "string") into.set(prefix + key, inner);
    else flat(inner, `${prefix}${key}.`, into);
  }
  return into;
}

const areasOf = (language: string): string[] =>
  readdirSync(join(TEXTS, language))
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();

const read = (language: string, area: string): Texts =>
  flat(JSON.parse(readFileSync(join(TEXTS, language, `${area}.json`), "utf8")), "", new Map());

const PLURAL = /_(zero|one|two|few|many|other)$/;
const bare = (key: string): string => key.replace(PLURAL, "");
const placeholders = (text: string): string[] => (text.match(/\{\{[^}]*\}\}/g) ?? []).toSorted();

/** The keys that a language needs for the keys of English: plurals have the forms of the language. */
function wanted(english: Texts, language: string): Set<string> {
  const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
  const keys = [...english.keys()].flatMap((key) =>
    PLURAL.test(key) ? forms.map((form) => `${bare(key)}_${form}`) : [key],
  );
  return new Set(keys);
}

const areas = areasOf("en");

describe("the texts", () => {
  it("have the same areas in every language", () => {
    for (const language of languages) expect(areasOf(language), language).toEqual(areas);
  });

  for (const area of areas) {
    const english = read("en", area);
    for (const language of languages) {
      it(`of ${area} are complete in ${language}`, () => {
        const texts = read(language, area);
        const keys = wanted(english, language);
        expect({
          missing: [...keys].filter((key) => !texts.has(key)),
          extra: [...texts.keys()].filter((key) => !keys.has(key)),
          empty: [...texts].filter(([, text]) => text.trim() === "").map(([key]) => key),
        }).toEqual({ missing: [], extra: [], empty: [] });
      });

      it(`of ${area} keep their placeholders in ${language}`, () => {
        for (const [key, text] of read(language, area)) {
          const told = english.get(key) ?? english.get(`${bare(key)}_other`) ?? "";
          expect(placeholders(text), `${language}/${area} ${key}`).toEqual(placeholders(told));
        }
      });

      if (language !== "en") {
        it(`of ${area} are translated into ${language}`, () => {
          const same = [...read(language, area)]
            .filter(([key, text]) => text === english.get(key) && !SAME.has(text))
            .map(([key, text]) => `${key}: ${text}`);
          expect(same).toEqual([]);
        });
      }
    }
  }
});

interface Use {
  file: string;
  area: string;
  key: string;
  /** Whether the key goes on with something that is only known when the page runs. */
  open: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.endsWith("generated.ts"));
}

/** `t("key")`, `t(either ? "key" : "other")`, and with a template; `textKey(...)` names a text for later. */
const CALL = /\b(?:t|textKey)\(\s*(?:"([^"]+)"|`([^`]+)`|[^"`()]*\?\s*"([^"]+)"\s*:\s*"([^"]+)")/g;

/** The texts that a file names. Its first `useTranslation` tells the area of those without one. */
function usesOf(file: string): Use[] {
  const source = readFileSync(file, "utf8");
  const own = /useTranslation\(\s*"([\w-]+)"/.exec(source)?.[1] ?? "app";
  const calls = source.matchAll(CALL);
  return [...calls]
    .flatMap((found) => found.slice(1).filter((named) => named !== undefined))
    .map((named) => {
      const upTo = named.indexOf("${");
      const known = upTo < 0 ? named : named.slice(0, upTo);
      const [area, key] = known.includes(":") ? (known.split(":", 2) as [string, string]) : [own, known];
      return { file: file.slice(SRC.length + 1), area, key, open: upTo >= 0 };
    });
}

describe("the sources", () => {
  const uses = sources(SRC).flatMap(usesOf);

  it("name only texts that there are", () => {
    const missing = uses.filter(({ area, key, open }) => {
      if (!areas.includes(area)) return true;
      const keys = [...read("en", area).keys()].map(bare);
      return !keys.some((known) => (open ? known.startsWith(key) : known === key));
    });
    expect(missing).toEqual([]);
  });

  it("use every text", () => {
    const used = (area: string, key: string): boolean =>
      uses.some((use) => use.area === area && (use.open ? key.startsWith(use.key) : key === use.key));
    const idle = areas.flatMap((area) =>
      [...new Set([...read("en", area).keys()].map(bare))]
        .filter((key) => !used(area, key))
        .map((key) => `${area}:${key}`),
    );
    expect(idle).toEqual([]);
  });
});

describe("the problems", () => {
  it("have a text for every code of the help, and for no other but the page's own", () => {
    const help = readFileSync(join(SRC, "../../docs/help/codes.md"), "utf8");
    const codes = [...help.matchAll(/^\| `([a-z-]+)` \|/gm)].map((found) => found[1] ?? "");
    expect(codes.length).toBeGreaterThan(40);
    const told = new Set([...read("en", "problems").keys()].map((key) => key.split(".")[0] ?? ""));
    expect([...told].toSorted()).toEqual([...codes, "unreachable", "page-mistake", "other"].toSorted());
  });
});
