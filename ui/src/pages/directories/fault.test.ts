import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import pages from "../../i18n/en/directories.json";
import texts from "../../i18n/en/faults.json";

const SOURCES = join(import.meta.dirname, "../../../../crates/pforte-directory/src");
const TABLE = join(SOURCES, "fault.rs");
const FOUND = join(SOURCES, "said.rs");
const CHECKS = join(SOURCES, "ldap/probe/mod.rs");

it("every fault that a directory server can have has its sentences", () => {
  const codes = [...readFileSync(TABLE, "utf8").matchAll(/^ {4}\w+, "([a-z-]+)", "/gm)].map(
    ([, code]) => code,
  );
  expect(codes.length).toBeGreaterThan(30);
  expect(codes.filter((code) => !((code as string) in texts))).toEqual([]);
});

it("every check of a probe has its name", () => {
  const checks = [...readFileSync(CHECKS, "utf8").matchAll(/^ +Self::\w+ => "([a-z-]+)",/gm)].map(
    ([, check]) => check,
  );
  expect(checks.length).toBeGreaterThan(15);
  expect(checks.filter((check) => !((check as string) in pages.steps))).toEqual([]);
});

it("every sentence that a test finds good has its text, with all that stands in it", () => {
  const sentences = [...readFileSync(FOUND, "utf8").matchAll(/^ {4}\w+, "([a-z-]+)", "(.*)";$/gm)];
  const placeholders = (text = ""): string[] => (text.match(/\{\{\w+\}\}/g) ?? []).toSorted();
  const found: Record<string, string> = pages.found;
  const told = Object.keys(found).map((key) => [key, placeholders(found[key])]);
  expect(told).toEqual(sentences.map(([, key, text]) => [key, placeholders(text)]));
});
