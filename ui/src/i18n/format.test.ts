import { describe, expect, it } from "vitest";
import { formatFor, span } from "./format";
import { firstSpoken, localeOf } from "./languages";

const at = new Date(2026, 4, 4, 13, 5, 9);

describe("a time", () => {
  it("is written as in the reader's country", () => {
    expect(formatFor("de", "locale", []).time(at)).toBe("04.05.2026, 13:05:09");
    expect(formatFor("ja", "locale", []).day(at)).toBe("2026/05/04");
  });

  it("is written the same everywhere where ISO 8601 was chosen", () => {
    for (const language of ["en", "de", "ja"] as const) {
      expect(formatFor(language, "iso", []).time(at)).toBe("2026-05-04 13:05:09");
    }
  });

  it("that is none is nothing, not a fault", () => {
    expect(formatFor("en", "locale", []).time("nonsense")).toBe("");
    expect(formatFor("en", "iso", []).exact("")).toBe("");
  });

  it("is told from now in the reader's words", () => {
    const now = at.getTime() + 5 * 60_000;
    expect(formatFor("en", "locale", []).relative(at, now)).toBe("5 minutes ago");
    expect(formatFor("de", "locale", []).relative(now + 3_600_000 * 30, now)).toBe("morgen");
  });
});

it("a span is written as a clock shows it", () => {
  expect([0, 59.9, 65, 3600].map(span)).toEqual(["0:00", "0:59", "1:05", "1:00:00"]);
  expect(span(-4)).toBe("0:00");
});

it("numbers and order are the reader's", () => {
  expect(formatFor("de", "locale", []).number(1234567.5)).toBe("1.234.567,5");
  expect(formatFor("en", "locale", []).bytes(1_500_000)).toBe("1.5 MB");
  const names = ["Zeta", "Ähre", "line 10", "line 9", "Apfel"];
  expect(names.sort(formatFor("de", "locale", []).compare)).toEqual([
    "Ähre",
    "Apfel",
    "line 9",
    "line 10",
    "Zeta",
  ]);
});

it("the first language of the reader that the product speaks is taken", () => {
  expect(firstSpoken(["pl-PL", "fr-CH", "de"])).toBe("fr");
  expect(firstSpoken(["pl"])).toBe("en");
  expect(localeOf("en", ["de-DE", "en-GB"])).toBe("en-GB");
  expect(localeOf("en", ["de-DE"])).toBe("en");
});

describe("times of the week", () => {
  it("have the days and hours of the reader", () => {
    const german = formatFor("de", "locale", []);
    expect([german.weekday(0), german.weekday(6, "long"), german.timeOfDay(6 * 60)]).toEqual([
      "Mo",
      "Sonntag",
      "06:00",
    ]);
    expect(formatFor("en", "locale", ["en-US"]).timeOfDay(14 * 60)).toMatch(/^2:00\sPM$/);
    expect(formatFor("ja", "locale", []).weekday(1)).toBe("火");
  });

  it("end at 24:00 where ISO 8601 was chosen", () => {
    const iso = formatFor("en", "iso", []);
    expect([iso.timeOfDay(0), iso.timeOfDay(1439), iso.timeOfDay(1440)]).toEqual(["00:00", "23:59", "24:00"]);
  });
});
