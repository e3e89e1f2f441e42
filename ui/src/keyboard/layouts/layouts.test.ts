import { describe, expect, it } from "vitest";
import { frameOf, ROW_WIDTH } from "../frame";
import { alphabetOf, reachOf, typeKeys } from "../reach";
import { LAYOUTS, layoutFor } from ".";
import { keysOf, type Layout, type Rows } from "./layout";

const levelsOf = ({ plain, shift, altGr, altGrShift, kana, kanaShift }: Layout): Rows[] =>
  [plain, shift, altGr, altGrShift, kana, kanaShift].filter((level) => level !== undefined);

describe.each(Object.values(LAYOUTS))("the layout $code", (layout) => {
  it("types every printable character of ASCII and every letter of its language", () => {
    const ways = reachOf(layout);
    expect(alphabetOf(layout).filter((character) => !ways.has(character))).toEqual([]);
    for (const character of alphabetOf(layout)) {
      expect(typeKeys(layout, ways.get(character) ?? []), character).toBe(character);
    }
  });

  it("types every letter and digit with at most one other key held before", () => {
    const ways = reachOf(layout);
    for (const character of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") {
      expect(ways.get(character)?.length, character).toBeLessThanOrEqual(2);
    }
  });

  it("has the same keys at every level", () => {
    const shape = layout.plain.map((row) => keysOf(row).length);
    for (const level of levelsOf(layout)) expect(level.map((row) => keysOf(row).length)).toEqual(shape);
  });

  it("holds one character a key", () => {
    const keys = levelsOf(layout).flat().flatMap(keysOf);
    expect(keys.filter((key) => [...key.replace("◌", "")].length > 1)).toEqual([]);
  });

  it("fills every row of the keyboard exactly", () => {
    for (const row of frameOf(layout)) expect(row.reduce((sum, key) => sum + key.width, 0)).toBe(ROW_WIDTH);
  });

  it("has no key narrower than one character", () => {
    expect(
      frameOf(layout)
        .flat()
        .filter((key) => key.width < 1),
    ).toEqual([]);
  });
});

it("a region of a language has the layout of the language, an unknown one that of the United States", () => {
  expect(layoutFor("de-AT").code).toBe("de");
  expect(layoutFor("ja").code).toBe("ja");
  expect(layoutFor("sv").code).toBe("en");
});
