import { describe, expect, it } from "vitest";
import { isKey, languagesOf, namesOf, type Right, replaced, shownRights } from "./rights";

const right = (action: string, names: Record<string, string>): Right => ({
  id: action,
  name: `batch/${action}`,
  names,
});
const compare = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });
const START = right("unit.10", { en: "Start", de: "Starten" });
const STOP = right("unit.9", { de: "Anhalten" });

describe("the rights of an application", () => {
  it("are shown with the name in the reader's language, in English, or by their action", () => {
    const labels = (language: string) =>
      shownRights([START, STOP], "", language, compare).map((one) => one.label);
    expect(labels("de")).toEqual(["Anhalten", "Starten"]);
    expect(labels("ja")).toEqual(["unit.9", "Start"]);
  });

  it("are found by action and by a name in any language, in any case", () => {
    const found = (text: string) => shownRights([START, STOP], text, "en", compare).map((one) => one.action);
    expect(found("UNIT.1")).toEqual(["unit.10"]);
    expect(found(" anhal ")).toEqual(["unit.9"]);
    expect(found("x")).toEqual([]);
  });

  it("stay as they are where another one is changed, put in or retired", () => {
    const stop = { action: "unit.9", names: { de: "Anhalten" } };
    const renamed = { action: "unit.10", names: { en: "Begin" } };
    expect(replaced([START, STOP], "unit.10", renamed)).toEqual([stop, renamed]);
    expect(replaced([STOP], "unit.10", renamed)).toEqual([stop, renamed]);
    expect(replaced([START, STOP], "unit.10", undefined)).toEqual([stop]);
  });
});

it("a key begins with a letter and is made of few characters", () => {
  expect(["batch", "Line2.unit-1_a", " hmi "].map(isKey)).toEqual([true, true, true]);
  expect(["", "2nd", "a/b", "a b", "ü", "a".repeat(65)].map(isKey)).toEqual(Array(6).fill(false));
});

describe("the names of a right", () => {
  it("can be given in the languages of the pages and those that are there", () => {
    expect(languagesOf({ pt: "Iniciar", en: "Start" })).toEqual([...languagesOf({}), "pt"]);
  });

  it("are only those that say something", () => {
    expect(namesOf({ en: " Start ", de: "  ", pt: "Iniciar" }, ["pt", "en", "de"])).toEqual({
      en: "Start",
      pt: "Iniciar",
    });
  });
});
