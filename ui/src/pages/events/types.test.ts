import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { LANGUAGES } from "../../i18n/languages";
import { CATEGORIES, RESULTS, SEVERITIES, TYPES } from "./types";

const read = (path: string): string => readFileSync(join(import.meta.dirname, "../../..", path), "utf8");

it("the catalogue is the model's, type by type", () => {
  const model = read("../crates/pforte-model/src/event.rs");
  const types = [...model.matchAll(/^ {4}\w+, "([a-z-]+)", (\w+), (\w+);$/gm)].map(
    ([, id, category, severity]) => ({
      id,
      category: category?.toLowerCase(),
      severity: severity?.toLowerCase(),
    }),
  );
  expect(types.length).toBeGreaterThan(40);
  expect(TYPES).toEqual(types);
});

it("every type, category, severity and result has a name in every language", () => {
  for (const language of Object.keys(LANGUAGES)) {
    const texts = JSON.parse(read(`src/i18n/${language}/events.json`));
    const named = (group: string): string[] => Object.keys(texts[group]).toSorted();
    expect(named("types"), language).toEqual(TYPES.map(({ id }) => id).toSorted());
    expect(named("categories"), language).toEqual([...CATEGORIES].toSorted());
    expect(named("severities"), language).toEqual([...SEVERITIES].toSorted());
    expect(named("results"), language).toEqual([...RESULTS].toSorted());
  }
});
